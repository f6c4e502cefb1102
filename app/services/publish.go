package services

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"conurb/kit/strictjson"
	"conurb/livelihood/catalogue"
	"conurb/store"
	"conurb/trust/message"
)

// KindItem is the kind of the message by which a city tells the others of an edition.
const KindItem = "catalogue.item"

// mostBody bounds an item, in bytes.
const mostBody = 128 << 10

// Draft is an item as somebody edits it, held to the rules.
type Draft struct {
	Of          *catalogue.Item // nil where it could not be read
	Faults      []catalogue.Fault
	Differences []catalogue.Difference // its cities are "now" and "draft"
}

// Check holds an edited item to the rules and to the one in force.
func (k *Desk) Check(id, city string, item []byte) (Draft, error) {
	now, err := k.mine(id, city)
	if err != nil {
		return Draft{}, err
	}
	i, faults := catalogue.ReadItem(item)
	if i == nil {
		return Draft{Faults: faults, Differences: []catalogue.Difference{}}, nil
	}
	d := Draft{Of: i, Faults: append(faults, catalogue.Check(i, k.Refs)...)}
	d.Faults = append(d.Faults, fixed(now.Of, i)...)
	a, b := *now.Of, *i
	a.City, b.City = "now", "draft"
	d.Differences = catalogue.Diff([]*catalogue.Item{&a, &b})
	return d, nil
}

// mine is the edition in force of an item that is edited here.
func (k *Desk) mine(id, city string) (Edition, error) {
	if city != k.City || city == "" {
		return Edition{}, fmt.Errorf("%s: %w", city, ErrNotMine)
	}
	e, ok := k.current(city, id)
	if !ok {
		return e, fmt.Errorf("item %s of %s: %w", id, city, store.ErrUnknown)
	}
	return e, nil
}

// fixed are the fields that an edit may not change: cases, forms and other cities hang on them.
func fixed(now, draft *catalogue.Item) (list []catalogue.Fault) {
	for _, f := range []struct{ at, have, want string }{
		{"/id", draft.ID, now.ID}, {"/city", draft.City, now.City}, {"/basic", draft.Basic, now.Basic}, {"/form", draft.Form, now.Form}, {"/course", draft.Course, now.Course},
	} {
		if f.have != f.want {
			list = append(list, catalogue.Fault{At: f.at, Code: catalogue.CodeFixed, Args: map[string]string{"field": strings.TrimPrefix(f.at, "/"), "want": f.want}})
		}
	}
	return list
}

// Publish puts an edited item in force, and tells the other nodes. after is the version that
// was edited; refusals are those of this package and store.ErrServiceMoved.
func (k *Desk) Publish(ctx context.Context, id, city string, item []byte, after int, reason, by string) (Edition, error) {
	d, err := k.Check(id, city, item)
	if err != nil {
		return Edition{}, err
	}
	if grave := grave(d.Faults); len(grave) > 0 {
		return Edition{}, &Faulty{grave}
	}
	return k.put(ctx, d.Of, store.EditionEdit, after, reason, by)
}

func grave(list []catalogue.Fault) (out []catalogue.Fault) {
	for _, f := range list {
		if !f.Mild {
			out = append(out, f)
		}
	}
	return out
}

// Revert puts a former edition in force again, as the next one.
func (k *Desk) Revert(ctx context.Context, id, city string, to, after int, reason, by string) (Edition, error) {
	if _, err := k.mine(id, city); err != nil {
		return Edition{}, err
	}
	old, err := k.At(city, id, fmt.Sprint(to))
	if err != nil {
		return Edition{}, err
	}
	if grave := grave(catalogue.Check(old.Of, k.Refs)); len(grave) > 0 { // rules or the pack's licence types have changed since
		return Edition{}, &Faulty{grave}
	}
	return k.put(ctx, old.Of, store.EditionRevert, after, reason, by)
}

func (k *Desk) put(ctx context.Context, i *catalogue.Item, origin string, after int, reason, by string) (Edition, error) {
	if strings.TrimSpace(reason) == "" {
		return Edition{}, ErrReason
	}
	e, err := k.edition(i, origin, by, reason)
	if err != nil {
		return Edition{}, err
	}
	if now, _ := k.current(i.City, i.ID); string(now.Says) == string(e.Says) && string(now.Form) == string(e.Form) {
		return Edition{}, ErrSame
	}
	var done store.ServiceEdition
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		if done, err = d.PutServiceEdition(e, after); err != nil {
			return err
		}
		return k.tell(d, done)
	})
	if err != nil {
		return Edition{}, err
	}
	if err := k.take(done); err != nil {
		return Edition{}, err
	}
	return k.At(done.City, done.Item, fmt.Sprint(done.Version))
}

// told is the body of a message of KindItem.
type told struct {
	City    string          `json:"city"`
	Item    string          `json:"item"`
	Version int             `json:"version"`
	At      string          `json:"at"` // RFC 3339
	Reason  string          `json:"reason,omitempty"`
	Says    json.RawMessage `json:"says"`
}

// tell tells every other node of an edition. Who published it stays here.
func (k *Desk) tell(d *store.Deed, e store.ServiceEdition) error {
	for _, to := range k.Others() {
		body := told{e.City, e.Item, e.Version, e.At.UTC().Format(stamp), e.Reason, e.Says}
		if _, err := d.Send(k.Voice(), message.Draft{To: message.Node(to), Kind: KindItem, Case: "catalogue/" + e.Item, Body: body}); err != nil {
			return err
		}
	}
	return nil
}

const stamp = "2006-01-02T15:04:05.000000Z07:00"

// Handlers are what messages of this room do.
func (k *Desk) Handlers() map[string]func(context.Context, *store.Deed, message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{KindItem: k.hear}
}

// hear keeps another city's edition: of its own items alone, without a grave fault, and newer
// than what is known; an older one that comes late has no effect.
func (k *Desk) hear(_ context.Context, d *store.Deed, m message.Sealed) error {
	e, err := k.judge(m)
	if err != nil {
		return message.NoEffect(err.Error())
	}
	_, err = d.HearServiceEdition(e)
	return err
}

var errBody = errors.New("not the body of such a message")

func (k *Desk) judge(m message.Sealed) (e store.ServiceEdition, err error) {
	var t told
	if err := strictly(m.Envelope.Body, &t); err != nil {
		return e, err
	}
	e = store.ServiceEdition{City: t.City, Item: t.Item, Version: t.Version, Reason: t.Reason, Says: t.Says}
	if t.City != string(m.Envelope.From) {
		return e, fmt.Errorf("an item of %s told by %s: %w", t.City, m.Envelope.From, ErrNotMine)
	}
	if e.At, err = parseStamp(t.At); err != nil || t.Version < 1 || len(t.Reason) > 4000 {
		return e, fmt.Errorf("%w: at, version or reason", errBody)
	}
	i, faults := catalogue.ReadItem(t.Says)
	if i == nil {
		return e, fmt.Errorf("%w: the item", errBody)
	}
	known := k.Catalogue.Item(t.Item, t.City)
	if known == nil {
		return e, fmt.Errorf("item %s of %s: %w", t.Item, t.City, store.ErrUnknown)
	}
	faults = append(append(faults, catalogue.Check(i, k.Refs)...), fixed(known, i)...)
	if list := grave(faults); len(list) > 0 {
		return e, fmt.Errorf("%w: %s %s", ErrFaults, list[0].At, list[0].Code)
	}
	if e.Says, err = json.Marshal(i); err != nil { // as this node writes it
		return e, err
	}
	return e, nil
}

// strictly reads a body: no name twice, none that is not known.
func strictly(raw []byte, to any) error {
	if _, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: mostBody, Depth: 24}); err != nil {
		return fmt.Errorf("%w: %v", errBody, err)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return fmt.Errorf("%w: %v", errBody, err)
	}
	return nil
}
