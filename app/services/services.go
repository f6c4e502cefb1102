package services

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"conurb/area"
	"conurb/livelihood/catalogue"
	"conurb/store"
	"conurb/trust/trustlist"
)

// Settings are what a desk is made of.
type Settings struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue // of the region pack
	Refs      catalogue.Refs       // that edits are held to; its forms are those of the catalogue
	Region    string               // id of the pack
	Cities    []area.City
	City      string // whose items are edited here; empty at the office
	Others    func() []trustlist.Party
	Voice     func() store.Voice
}

// Edition is an item as it is or was in force, with its form of that time.
type Edition struct {
	store.ServiceEdition
	Of      *catalogue.Item
	Asks    *catalogue.Form // nil: the item has none
	InForce bool
}

// Name is what a case keeps of its edition.
func (e Edition) Name() string { return strconv.Itoa(e.Version) }

// Desk is the catalogue at a node. It answers out of memory: within a write of somebody
// else's it asks the database nothing.
type Desk struct {
	Settings
	index *catalogue.Index

	mu   sync.RWMutex
	have map[key]Edition // every edition of this city, and the newest of others
	head map[key]int     // by city and item
}

type key struct {
	city, item string
	version    int
}

// The refusals of this package; their words are "catalogue.refused.<code>".
var (
	ErrNotMine = errors.New("the item is another city's")
	ErrFaults  = errors.New("the item has faults")
	ErrReason  = errors.New("an edition needs its reason")
	ErrSame    = errors.New("nothing was changed")
	ErrFixed   = errors.New("id, city, basic code, form and course of an item stay")
)

// Faulty is ErrFaults with the faults.
type Faulty struct{ Faults []catalogue.Fault }

func (f *Faulty) Error() string { return fmt.Sprintf("%v: %d", ErrFaults, len(f.Faults)) }

// Unwrap is ErrFaults.
func (f *Faulty) Unwrap() error { return ErrFaults }

// New makes a desk, and keeps what the pack says of this city's items where it says something
// new: an item that was edited stays as it is.
func New(ctx context.Context, s Settings) (*Desk, error) {
	k := &Desk{Settings: s, have: map[key]Edition{}, head: map[key]int{}}
	k.Refs.Forms = s.Catalogue.Form
	k.index = catalogue.NewIndex(s.Catalogue.Items, s.Catalogue.Bundles)
	if err := k.settle(ctx); err != nil {
		return nil, err
	}
	return k, k.Refresh(ctx)
}

// settle keeps the pack's items of this city.
func (k *Desk) settle(ctx context.Context) error {
	if k.City == "" {
		return nil
	}
	if err := k.Refresh(ctx); err != nil {
		return err
	}
	var fresh []store.ServiceEdition
	var after []int
	for _, i := range k.Catalogue.Items {
		if i.City != k.City {
			continue
		}
		e, err := k.edition(i, store.EditionPack, "", "")
		if err != nil {
			return err
		}
		now, known := k.current(i.City, i.ID)
		same := known && string(now.Says) == string(e.Says) && string(now.Form) == string(e.Form)
		if same || known && now.Origin != store.EditionPack {
			continue
		}
		fresh, after = append(fresh, e), append(after, now.Version)
	}
	if len(fresh) == 0 {
		return nil
	}
	return k.Store.Do(ctx, func(d *store.Deed) error {
		for n, e := range fresh {
			e, err := d.PutServiceEdition(e, after[n])
			if err != nil {
				return err
			}
			if e.Version > 1 { // the first of all follows from the pack that the others have
				if err := k.tell(d, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// edition writes an item with its form.
func (k *Desk) edition(i *catalogue.Item, origin, by, reason string) (e store.ServiceEdition, err error) {
	e = store.ServiceEdition{City: i.City, Item: i.ID, Origin: origin, By: by, Reason: reason}
	if e.Says, err = json.Marshal(i); err != nil {
		return e, fmt.Errorf("item %s: %w", i.ID, err)
	}
	if f := k.Catalogue.Form(i.Form); f != nil {
		if e.Form, err = json.Marshal(f); err != nil {
			return e, fmt.Errorf("form %s: %w", f.ID, err)
		}
	}
	return e, nil
}

// Refresh takes in what the database has and memory has not.
func (k *Desk) Refresh(ctx context.Context) error {
	heads, err := k.Store.ServiceHeads(ctx)
	if err != nil {
		return err
	}
	for _, h := range heads {
		k.mu.RLock()
		known := k.head[key{h.City, h.Item, 0}]
		k.mu.RUnlock()
		if known >= h.Version {
			continue
		}
		list, err := k.Store.ServiceEditions(ctx, h.City, h.Item)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := k.take(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *Desk) take(e store.ServiceEdition) error {
	one, err := k.read(e)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.have[key{e.City, e.Item, e.Version}] = one
	at := key{e.City, e.Item, 0}
	k.head[at] = max(k.head[at], e.Version)
	return nil
}

func (k *Desk) read(e store.ServiceEdition) (Edition, error) {
	one := Edition{ServiceEdition: e, Of: &catalogue.Item{}}
	if err := json.Unmarshal(e.Says, one.Of); err != nil {
		return one, fmt.Errorf("edition %d of %s of %s: %w: %v", e.Version, e.Item, e.City, store.ErrDamaged, err)
	}
	if e.Form == nil {
		one.Asks = k.Catalogue.Form(one.Of.Form)
		return one, nil
	}
	one.Asks = &catalogue.Form{}
	err := json.Unmarshal(e.Form, one.Asks)
	if err == nil {
		err = one.Asks.Compile()
	}
	if err != nil {
		return one, fmt.Errorf("form of edition %d of %s of %s: %w: %v", e.Version, e.Item, e.City, store.ErrDamaged, err)
	}
	return one, nil
}

// current is the edition that is in force as memory knows it.
func (k *Desk) current(city, item string) (Edition, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	v := k.head[key{city, item, 0}]
	e, ok := k.have[key{city, item, v}]
	e.InForce = true
	return e, ok
}

// Item is the edition of an item that is in force in a city: what the city told, or the pack's
// where it told nothing. store.ErrUnknown where there is none.
func (k *Desk) Item(city, id string) (Edition, error) {
	if e, ok := k.current(city, id); ok {
		return e, nil
	}
	i := k.Catalogue.Item(id, city)
	if i == nil {
		return Edition{}, fmt.Errorf("item %s of %s: %w", id, city, store.ErrUnknown)
	}
	return Edition{ServiceEdition: store.ServiceEdition{City: city, Item: id, Version: 1, Origin: store.EditionPack}, Of: i, Asks: k.Catalogue.Form(i.Form), InForce: true}, nil
}

// At is an edition by its name: that with which a case was opened.
func (k *Desk) At(city, id, name string) (Edition, error) {
	v, err := strconv.Atoi(name)
	k.mu.RLock()
	e, ok := k.have[key{city, id, v}]
	e.InForce = k.head[key{city, id, 0}] == v
	k.mu.RUnlock()
	if err != nil || !ok {
		return Edition{}, fmt.Errorf("edition %q of %s of %s: %w", name, id, city, store.ErrUnknown)
	}
	return e, nil
}

// Items are the editions in force of every city, by item, then city.
func (k *Desk) Items(ctx context.Context) ([]Edition, error) {
	if err := k.Refresh(ctx); err != nil {
		return nil, err
	}
	list := make([]Edition, 0, len(k.Catalogue.Items))
	for _, i := range k.Catalogue.Items {
		e, err := k.Item(i.City, i.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Find answers a question in plain words, by what the pack calls things.
func (k *Desk) Find(question string) []catalogue.Hit { return k.index.Find(question) }

// Versions are the editions of an item of this city, the newest first.
func (k *Desk) Versions(ctx context.Context, id, city string) ([]Edition, error) {
	if city != k.City {
		return nil, fmt.Errorf("%s: %w", city, ErrNotMine)
	}
	if err := k.Refresh(ctx); err != nil {
		return nil, err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	var list []Edition
	for at, e := range k.have {
		if at.city == city && at.item == id {
			e.InForce = at.version == k.head[key{city, id, 0}]
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("item %s of %s: %w", id, city, store.ErrUnknown)
	}
	slices.SortFunc(list, func(a, b Edition) int { return b.Version - a.Version })
	return list, nil
}

// since is when an edition came into force; nothing where its city did not say.
func (e Edition) since() time.Time { return e.ServiceEdition.At }
