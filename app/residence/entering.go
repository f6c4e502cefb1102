package residence

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

func (e Entry) plan(by string) store.Plan {
	return store.Plan{Household: e.Household, Members: e.Members, Licences: e.Licences, By: by, Reason: e.Reason}
}

// entries is this city's part in first entries. The office registers nobody, and is not asked.
func (r *Room) entries() *entry.Machine {
	m := &entry.Machine{Me: r.Me}
	if r.Others != nil {
		m.Others = slices.DeleteFunc(r.Others(), func(c household.City) bool { return c == household.City(trustlist.Office) })
	}
	return m
}

// book is that of first entries, which makes what is to be made.
func (r *Room) book(ctx context.Context, d *store.Deed) *store.EnteringBook {
	b := d.EnteringBook(r.Voice())
	b.Making = func(e *store.Entering) (string, error) {
		h, err := r.found(ctx, d, e.Plan)
		var no *casework.Refusal
		if errors.As(course.Of(err), &no) { // before anything was written
			e.Plan.Code, e.Plan.Arguments = no.Code, no.Args
			return entry.RefusedChanged, nil
		}
		e.Plan.Made = h.ID
		return "", err
	}
	return b
}

// found makes the household of a plan, or takes a newborn into one: refusals come before anything
// is written.
func (r *Room) found(ctx context.Context, d *store.Deed, p store.Plan) (family.Household, error) {
	h, fresh, err := r.fit(d, p)
	if err != nil {
		return h, err
	}
	for _, one := range fresh {
		if err := r.Register.EnterIn(ctx, d, one); err != nil {
			return h, err
		}
	}
	if len(p.Alone) > 0 {
		return h, nil
	}
	why, come := "entered", h.Members
	if p.Into != "" {
		why, come = "born", p.Members
	}
	if h, err = d.KeepFamily(store.FamilyVersion{Household: h, By: p.By, Why: why, Reason: p.Reason}); err != nil || !p.Licences {
		return h, err
	}
	_, err = r.issueRegister(d, h, come)
	return h, err
}

// fit holds a plan to this city's register: the household that would come of it, and those who are
// registered nowhere as far as this city knows.
func (r *Room) fit(d *store.Deed, p store.Plan) (h family.Household, fresh []family.Person, err error) {
	if ok, err := d.EnteringBook(r.Voice()).Serving(); err != nil || !ok {
		return h, nil, errors.Join(err, &household.Refusal{Code: household.RefusedRestoring})
	}
	switch {
	case len(p.Alone) > 0:
	case p.Into != "":
		if h, err = d.Family(p.Into); err == nil {
			h, err = h.Born(p.Members[0], r.day(d.At()))
		}
	default:
		h = p.Household
		h.City, h.ID = r.Me, ""
		h, err = family.Enter(h, p.Members, r.day(d.At()))
	}
	if err != nil {
		return h, nil, err
	}
	persons := slices.Clone(p.Alone)
	for _, m := range p.Members {
		persons = append(persons, m.Person)
	}
	for _, one := range persons {
		is, err := r.isFresh(d, one)
		if err != nil {
			return h, nil, err
		}
		if !is && len(p.Alone) > 0 {
			return h, nil, &household.Refusal{Code: household.RefusedBusy}
		}
		if is {
			fresh = append(fresh, one)
		}
	}
	return h, fresh, nil
}

// isFresh tells whether somebody is registered nowhere as far as this city knows; who is here
// without a household is not. Anybody else cannot be entered.
func (r *Room) isFresh(d *store.Deed, p family.Person) (bool, error) {
	e, there, err := r.Register.In(d).Entry(p)
	switch {
	case err != nil:
		return false, err
	case !there:
		return true, nil
	case e.Standing == household.Moved:
		return false, &household.Refusal{Code: household.RefusedElsewhere}
	case e.Standing == household.Deciding:
		return false, &household.Refusal{Code: household.RefusedBusy}
	}
	if _, err := d.FamilyOf(p); err == nil {
		return false, &family.Refusal{Code: family.RefusedMember, Args: map[string]string{"person": string(p)}}
	} else if !errors.Is(err, store.ErrUnknown) {
		return false, err
	}
	return false, nil
}

// Begin begins the entry of a household: it is made once every other city has answered that it
// knows none of those who are registered nowhere. Where there are none, it is made at once.
func (r *Room) Begin(ctx context.Context, by string, e Entry) (store.Entering, error) {
	return r.begin(ctx, e.plan(by))
}

// BeginAlone begins the entry of a person who is to be in no household yet.
func (r *Room) BeginAlone(ctx context.Context, by string, p family.Person, reason string) (store.Entering, error) {
	return r.begin(ctx, store.Plan{Alone: []family.Person{p}, Members: []family.Member{}, By: by, Reason: reason})
}

// BeginBirth begins the entry of a newborn into the household of a parent.
func (r *Room) BeginBirth(ctx context.Context, by, id string, m family.Member, reason string, licences bool) (store.Entering, error) {
	return r.begin(ctx, store.Plan{Into: id, Members: []family.Member{m}, Licences: licences, By: by, Reason: reason})
}

// Again begins a lost entry anew, under another number.
func (r *Room) Again(ctx context.Context, by, id string) (store.Entering, error) {
	var p store.Plan
	err := r.Store.Do(ctx, func(d *store.Deed) error {
		old, err := d.Entering(id)
		if err == nil && (old.State != entry.Lost || len(old.Plan.Members)+len(old.Plan.Alone) == 0) {
			err = course.Refuse(course.RefusedEntry)
		}
		p = store.Plan{Alone: old.Plan.Alone, Into: old.Plan.Into, Household: old.Plan.Household, Members: old.Plan.Members, Licences: old.Plan.Licences, By: by, Reason: old.Plan.Reason}
		return err
	})
	if err != nil {
		return store.Entering{}, err
	}
	return r.begin(ctx, p)
}

func (r *Room) begin(ctx context.Context, p store.Plan) (out store.Entering, err error) {
	err = r.Store.Do(ctx, func(d *store.Deed) error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		_, fresh, err := r.fit(d, p)
		if err != nil {
			return course.Of(err)
		}
		b := r.book(ctx, d)
		b.Plan = p
		for _, one := range fresh {
			own, err := b.Of(one)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(own, func(e entry.Entry) bool { return e.State == entry.Asking }) {
				return course.Refuse(course.RefusedEntering, "person", string(one))
			}
		}
		if len(fresh) > 0 {
			err = r.entries().Begin(b, id.String(), fresh)
		} else {
			var h family.Household
			if h, err = r.found(ctx, d, p); err == nil {
				b.Plan.Made = h.ID
				err = b.SetOwn(entry.Entry{ID: id.String(), Persons: []family.Person{}, State: entry.Entered, Since: b.Now(), Ended: b.Now()})
			}
		}
		if err == nil {
			out, err = d.Entering(id.String())
		}
		return course.Of(err)
	})
	r.Wake()
	return out, err
}

// Give ends an entry that is under way. One that was lost with a backup is ended by somebody who
// is sure that it was not made.
func (r *Room) Give(ctx context.Context, by, id, reason string, sure bool) (out store.Entering, err error) {
	err = r.Store.Do(ctx, func(d *store.Deed) error {
		if strings.TrimSpace(reason) == "" {
			return course.Refuse(course.RefusedForm, "field", "reason")
		}
		e, err := d.Entering(id)
		if err != nil {
			return err
		}
		if e.State != entry.Asking && (e.State != entry.Lost || !sure) {
			return course.Refuse(course.RefusedEntry)
		}
		b := r.book(ctx, d)
		b.Plan.Ender, b.Plan.Why = by, reason
		err = r.entries().Withdraw(b, id, sure)
		if err == nil {
			out, err = d.Entering(id)
		}
		return course.Of(err)
	})
	r.Wake()
	return out, err
}

// hearEntry lets a message about a first entry have its effect.
func (r *Room) hearEntry(ctx context.Context, d *store.Deed, m message.Sealed) error {
	err := r.entries().Handle(r.book(ctx, d), m)
	var no *household.Refusal
	if errors.As(err, &no) {
		return message.NoEffect(no.Error())
	}
	if err == nil {
		r.Wake()
	}
	return err
}

// Tick asks again about entries that were not answered.
func (r *Room) Tick(ctx context.Context) error {
	err := r.Store.Do(ctx, func(d *store.Deed) error { return r.entries().Tick(r.book(ctx, d)) })
	if err == nil {
		r.Wake()
	}
	return err
}

// cities are those that an entry of this city asks.
func (r *Room) cities() []household.City { return r.entries().Others }

// tickEvery is how often Run looks.
const tickEvery = 2 * time.Second

// Run asks again until ctx ends; told hears of errors.
func (r *Room) Run(ctx context.Context, told func(error)) {
	for ctx.Err() == nil {
		n, err := r.Store.EnteringDue(ctx, r.Now())
		if err == nil && n > 0 {
			err = r.Tick(ctx)
		}
		if err != nil && ctx.Err() == nil {
			told(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(tickEvery):
		}
	}
}

// Waits are the cities that an entry still waits for.
func (r *Room) Waits(e store.Entering) (list []household.City) {
	for _, c := range r.cities() {
		if e.State == entry.Asking && e.Work.Answers[c].Said != entry.SaidUnknown {
			list = append(list, c)
		}
	}
	return list
}
