package cases

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"github.com/google/uuid"

	"conurb/livelihood/casework"
	"conurb/store"
)

// What is done to a case beside the moves of its course.
const (
	moveOpen  = "open"
	moveSave  = "save"
	moveShare = "share"
	moveRate  = "rate"
	moveLink  = "link"
)

// GuardNames are the guards that the desk binds, for every course.
var GuardNames = []string{"form", "materials", "office"}

// The refusals of the desk; their words are those of casework.
const (
	RefusedCase     = "no-case"   // id
	RefusedItem     = "no-item"   // item, city
	RefusedBundle   = "no-bundle" // bundle
	RefusedForm     = "bad-form"
	RefusedJSON     = "not-json"
	RefusedLarge    = "too-large"   // most
	RefusedMaterial = "material"    // names
	RefusedOffice   = "no-office"   // office
	RefusedTwice    = "open-before" // id: an open case of the same item
	RefusedSaving   = "not-editable"
	RefusedRating   = "not-rateable"
	RefusedRated    = "rated-before"
	RefusedStars    = "bad-stars"
	RefusedLicence  = "no-licence" // licence
	RefusedHolder   = "not-your-licence"
	RefusedState    = "licence-state" // state
	RefusedNames    = "no-attributes" // attributes
	RefusedMatter   = "no-material"   // material
	RefusedType     = "other-type"    // material, type
	RefusedWallets  = "no-wallets"
	RefusedAnswer   = "not-accepted" // outcome
	RefusedWaiting  = "no-answer"
	RefusedClosed   = "sharing-over"
	RefusedOffline  = "not-online" // item
	RefusedCityless = "no-city"    // city: it cannot be asked
)

// Refusals are the codes of the desk, beside those of casework.
var Refusals = []string{
	RefusedCase, RefusedItem, RefusedBundle, RefusedForm, RefusedJSON, RefusedLarge, RefusedMaterial, RefusedOffice, RefusedTwice, RefusedSaving, RefusedRating, RefusedRated, RefusedStars,
	RefusedLicence, RefusedHolder, RefusedState, RefusedNames, RefusedMatter, RefusedType, RefusedWallets, RefusedAnswer, RefusedWaiting, RefusedClosed, RefusedOffline, RefusedCityless,
	RefusedDrafts, RefusedBundles, RefusedToday,
}

// mostForm bounds answers, in bytes.
const mostForm = 256 << 10

// Open opens a case in a deed of its own; what is refused is noted.
func (k *Desk) Open(ctx context.Context, by casework.Actor, o Opening) (c casework.Case, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		c, err = k.OpenIn(ctx, d, by, o)
		return err
	})
	return c, k.noted(ctx, "", moveOpen, by, err)
}

// OpenIn opens a case: a draft, or whatever its course starts with.
func (k *Desk) OpenIn(ctx context.Context, d *store.Deed, by casework.Actor, o Opening) (c casework.Case, err error) {
	it, err := k.Items.Item(ctx, k.City, o.Item)
	if errors.Is(err, store.ErrUnknown) {
		return c, casework.Refuse(RefusedItem, "item", o.Item, "city", k.City)
	} else if err != nil {
		return c, err
	}
	if it.Offline && by.By == casework.Applicant {
		return c, casework.Refuse(RefusedOffline, "item", it.ID)
	}
	h, err := k.handler(it.ID, it.Course)
	if err != nil {
		return c, err
	}
	if by.By == casework.Applicant {
		if !by.Same(o.Applicant) {
			return c, casework.Refuse(casework.RefusedYours)
		}
		if err := k.alone(d, &o); err != nil {
			return c, err
		}
	}
	if len(o.Form) == 0 {
		o.Form = json.RawMessage("{}")
	}
	if err := k.answers(ctx, it, o.Form, false); err != nil {
		return c, err
	}
	if o.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return c, err
		}
		o.ID = id.String()
	}
	office := it.Office
	if office == "" {
		office = k.Office
	}
	c = casework.Case{
		ID: o.ID, Item: it.ID, City: k.City, Office: office, Edition: it.Edition, Version: "0", Course: h.Course.Name, State: h.Course.Start,
		Applicant: o.Applicant, Form: o.Form, Links: o.Links, Facts: o.Facts, Bundle: o.Bundle, Step: o.Step,
		Clock: casework.Clock{Limit: it.Promised, Natural: it.Natural, Statutory: it.Statutory}, Opened: d.At(),
	}
	a := casework.Act{Move: moveOpen, By: by, At: d.At()}
	h.Course.Settle(&c, &a, k.Calendar, true)
	c.Note(casework.Event{Move: moveOpen, To: c.State, By: by, At: a.At})
	err = k.keep(d, h.Course, &c)
	return c, err
}

// alone refuses a second open case of an item for one applicant, outside a bundle's steps, and more
// than he may have.
func (k *Desk) alone(d *store.Deed, o *Opening) error {
	list, err := d.CaseHeads(store.CaseFilter{Person: &o.Applicant, Items: []string{o.Item}, Phases: openPhases, Limit: 1})
	if err != nil {
		return err
	}
	if len(list) > 0 {
		return casework.Refuse(RefusedTwice, "id", list[0].ID)
	}
	if err := k.roomForDrafts(d, &o.Applicant, 1); err != nil {
		return err
	}
	return k.roomToday(d, &o.Applicant)
}

var openPhases = []string{casework.PhaseDraft, casework.PhaseApplied, casework.PhaseHandling}

func (k *Desk) keep(d *store.Deed, c *casework.Course, n *casework.Case) error {
	info, _ := c.State(n.State)
	if err := k.count(n); err != nil {
		return err
	}
	if d.Pretends() {
		SetFact(n, casework.FactInvented, "yes")
	}
	return d.KeepCase(n, info.Phase)
}

// answers holds a form to that of its item.
func (k *Desk) answers(ctx context.Context, it Item, form json.RawMessage, whole bool) error {
	if len(form) > mostForm {
		return casework.Refuse(RefusedLarge, "most", "256")
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(form, &o); err != nil || o == nil {
		return casework.Refuse(RefusedJSON)
	}
	faults, err := k.Items.Check(ctx, it, form, whole)
	if err != nil || len(faults) == 0 {
		return err
	}
	return casework.Faults(RefusedForm, faults)
}

// Save keeps the answers of a case that its applicant has in hand: they may be incomplete. The same
// once more make no version.
// version is that which he saw; empty: whatever it is.
func (k *Desk) Save(ctx context.Context, id string, by casework.Actor, form json.RawMessage, version string) (c casework.Case, err error) {
	err = k.edit(ctx, id, version, moveSave, by, func(d *store.Deed, it Item, n *casework.Case) error {
		if err := k.answers(ctx, it, form, false); err != nil {
			return err
		}
		if same(n.Form, form) {
			return errUnchanged
		}
		n.Form = form
		return nil
	}, &c)
	return c, err
}

// edit is editIn in a deed of its own; what is refused is noted.
func (k *Desk) edit(ctx context.Context, id, version, what string, by casework.Actor, change func(d *store.Deed, it Item, n *casework.Case) error, out *casework.Case) error {
	err := k.Store.Do(ctx, func(d *store.Deed) (err error) {
		*out, err = k.editIn(ctx, d, id, version, what, by, change)
		return err
	})
	return k.noted(ctx, id, what, by, err)
}

// editIn changes a case that its applicant has in hand, without a move.
func (k *Desk) editIn(ctx context.Context, d *store.Deed, id, version, what string, by casework.Actor, change func(d *store.Deed, it Item, n *casework.Case) error) (casework.Case, error) {
	c, h, err := k.have(d, id)
	if err != nil {
		return c, err
	}
	if err := c.Near(by); err != nil {
		return c, err
	}
	if by.By != casework.Applicant || c.Holder.By != casework.Applicant {
		return c, casework.Refuse(RefusedSaving, "state", string(c.State))
	}
	if u := c.Holder.Until; u != 0 && k.Calendar.Day(d.At()) > u {
		return c, casework.Refuse(casework.RefusedLate, "until", u.String())
	}
	if version != "" && version != c.Version {
		return c, casework.Refuse(casework.RefusedVersion, "have", c.Version, "want", version)
	}
	it, err := k.itemOf(ctx, &c)
	if err != nil {
		return c, err
	}
	n := c.Clone()
	if err := change(d, it, &n); errors.Is(err, errUnchanged) {
		return c, nil
	} else if err != nil {
		return c, err
	}
	if err := k.roomToday(d, &c.Applicant); err != nil {
		return c, err
	}
	n.Note(casework.Event{Move: what, From: c.State, To: c.State, By: by, At: d.At()})
	err = k.keep(d, h.Course, &n)
	return n, err
}

// itemOf is the item of a case, in the edition that it was opened with.
func (k *Desk) itemOf(ctx context.Context, c *casework.Case) (Item, error) {
	it, err := k.Items.Item(ctx, c.City, c.Item)
	it.Edition = c.Edition
	return it, err
}

// have is a case with how it goes.
func (k *Desk) have(d *store.Deed, id string) (c casework.Case, h Handler, err error) {
	c, err = d.Case(id)
	if errors.Is(err, store.ErrUnknown) {
		return c, h, casework.Refuse(RefusedCase, "id", id)
	} else if err != nil {
		return c, h, err
	}
	h, err = k.handler(c.Item, c.Course)
	return c, h, err
}

// Act does something to a case in a deed of its own; what is refused is noted.
func (k *Desk) Act(ctx context.Context, id string, a casework.Act) (c casework.Case, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		c, err = k.ActIn(ctx, d, id, a)
		return err
	})
	return c, k.noted(ctx, id, a.Move, a.By, err)
}

// hand are the cases that an act is being done to, in this deed, with what waits for its end.
type hand struct {
	up      *hand
	id      string
	waiting []casework.Act
}

type handKey struct{}

// ActIn does something to a case within a deed. An act on a case that is in the middle of one,
// asked for by an action of that one, is done after it.
func (k *Desk) ActIn(ctx context.Context, d *store.Deed, id string, a casework.Act) (casework.Case, error) {
	up, _ := ctx.Value(handKey{}).(*hand)
	for h := up; h != nil; h = h.up {
		if h.id == id {
			h.waiting = append(h.waiting, a)
			return casework.Case{ID: id}, nil
		}
	}
	c, h, err := k.have(d, id)
	if err != nil {
		return c, err
	}
	mine := &hand{up: up, id: id}
	ctx = context.WithValue(ctx, handKey{}, mine)
	n, err := k.turn(ctx, d, h, c, a)
	for err == nil && len(mine.waiting) > 0 {
		next := mine.waiting[0]
		mine.waiting = mine.waiting[1:]
		n, err = k.turn(ctx, d, h, n, next)
	}
	return n, err
}

// turn is one act with its guards and actions.
func (k *Desk) turn(ctx context.Context, d *store.Deed, h Handler, c casework.Case, a casework.Act) (casework.Case, error) {
	a.At = d.At()
	n, err := h.Course.Apply(&c, a, k.Calendar, nil)
	if err != nil {
		return c, err
	}
	m, _, _ := h.Course.Move(a.Move, c.State)
	now := c.Clone()
	t := &Turn{Deed: d, Desk: k, Before: c, Case: &now, Act: a, Calendar: k.Calendar}
	for _, name := range m.Guards {
		guard := h.Guards[name]
		if guard == nil {
			guard = k.guard(name)
		}
		if guard == nil {
			continue // one of casework, asked by Apply
		}
		if err := guard(ctx, t); err != nil {
			return c, err
		}
	}
	t.Case = &n
	for _, name := range m.Actions {
		if do := h.Actions[name]; do != nil {
			if err := do(ctx, t); err != nil {
				return c, err
			}
		}
	}
	if err := k.keep(d, h.Course, &n); err != nil {
		return c, err
	}
	if err := k.tell(d, h.Course, &c, &n, m); err != nil {
		return c, err
	}
	return n, k.stepped(ctx, d, &n)
}

// guard are the guards of the desk.
func (k *Desk) guard(name string) func(context.Context, *Turn) error {
	switch name {
	case "form":
		return k.wholeForm
	case "materials":
		return k.allMaterials
	case "office":
		return k.knownOffice
	}
	return nil
}

func (k *Desk) wholeForm(ctx context.Context, t *Turn) error {
	it, err := k.itemOf(ctx, t.Case)
	if err != nil {
		return err
	}
	return k.answers(ctx, it, t.Case.Form, true)
}

// allMaterials holds a case to the materials that its answers ask for and licences stand for:
// each needs a share. What no licence stands for is brought to the counter.
func (k *Desk) allMaterials(ctx context.Context, t *Turn) error {
	it, err := k.itemOf(ctx, t.Case)
	if err != nil {
		return err
	}
	needed, err := k.Items.Needed(ctx, it, t.Case.Form)
	if err != nil {
		return err
	}
	var missing []string
	for _, m := range needed {
		if m.Required && len(m.Types) > 0 && !Satisfied(t.Case, m) {
			missing = append(missing, m.Name.Zh+" "+m.Name.En)
		}
	}
	if len(missing) > 0 {
		return casework.Refuse(RefusedMaterial, "names", strings.Join(missing, "; "))
	}
	return nil
}

// Satisfied tells whether a share stands for a material.
func Satisfied(c *casework.Case, m Material) bool {
	for _, s := range c.Shared {
		if s.Material == m.ID {
			return true
		}
	}
	return false
}

func (k *Desk) knownOffice(ctx context.Context, t *Turn) error {
	to := t.Act.Text("office")
	if k.Offices != nil {
		list, err := k.Offices(ctx)
		if err != nil {
			return err
		}
		for _, o := range list {
			if o.Code == to {
				return nil
			}
		}
	}
	return casework.Refuse(RefusedOffice, "office", to)
}

// noted notes a refusal of somebody who is signed in, and passes it on.
func (k *Desk) noted(ctx context.Context, id, move string, by casework.Actor, err error) error {
	var no *casework.Refusal
	if !errors.As(err, &no) || by.Account == "" {
		return err
	}
	if trouble := k.Refused(ctx, store.RefusedAct{Case: id, Move: move, By: by, Code: no.Code, Args: no.Args}); trouble != nil {
		return errors.Join(err, trouble)
	}
	return err
}

// Refused notes that something was refused to somebody: of one account at most MostNotedDay times a
// day, of which the last says so.
func (k *Desk) Refused(ctx context.Context, r store.RefusedAct) error {
	switch n := k.refused.next(k.Calendar.Day(k.Now()), r.By.Account); {
	case n > MostNotedDay:
		return nil
	case n == MostNotedDay:
		if r.Args = maps.Clone(r.Args); r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args["noted"] = "others of this account and day are not noted"
	}
	return k.Store.Do(ctx, func(d *store.Deed) error {
		r.At = d.At()
		return d.RefuseAct(r)
	})
}
