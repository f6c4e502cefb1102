package residence

import (
	"context"
	"errors"

	"conurb/door/httpapi"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// Door is a room as the HTTP API asks it.
type Door struct{ Room *Room }

var _ httpapi.Households = Door{}

// City is part of httpapi.Households, as are the others.
func (d Door) City() string { return string(d.Room.Me) }

// told gives an error the form that the door knows.
func told(err error) error {
	if errors.Is(err, store.ErrUnknown) {
		return errors.Join(httpapi.ErrUnknown, err)
	}
	return err
}

// Of is the household of a person.
func (d Door) Of(ctx context.Context, person string) (family.Household, error) {
	h, err := d.Room.Store.FamilyOf(ctx, family.Person(person))
	return h, told(err)
}

// Household is one by its id.
func (d Door) Household(ctx context.Context, id string) (family.Household, error) {
	h, err := d.Room.Store.Family(ctx, id)
	return h, told(err)
}

// Eligibility judges a case of a move as it stands now.
func (d Door) Eligibility(ctx context.Context, k *casework.Case, unseen []string) (httpapi.Eligibility, error) {
	now := d.Room.Now()
	f, err := d.Room.Weigh(k, unseen, now)
	if err != nil {
		return httpapi.Eligibility{}, err
	}
	kind, _ := d.Room.Rules.Kind(f.Kind)
	e := httpapi.Eligibility{Finding: f, Kind: kind, OldWay: d.Room.Rules.OldWay, Today: d.Room.day(now)}
	host, err := d.Room.Consent(ctx, k)
	if host != nil {
		e.Consent = &httpapi.HostConsent{How: host.How, At: host.At, Name: host.Name, Case: host.Case, Paper: host.Paper, Clerk: host.Clerk}
	}
	return e, err
}

// Versions are those of a household, oldest first.
func (d Door) Versions(ctx context.Context, id string) (list []httpapi.HouseholdVersion, err error) {
	all, err := d.Room.Store.FamilyHistory(ctx, id)
	for _, v := range all {
		list = append(list, httpapi.HouseholdVersion{Household: v.Household, By: v.By, Why: v.Why, Reason: v.Reason, Case: v.Case, At: v.At})
	}
	return list, told(err)
}

// List lists households by id.
func (d Door) List(ctx context.Context, kind, after string, limit int) ([]family.Household, error) {
	return d.Room.Store.Families(ctx, store.FamilyFilter{Kind: family.Kind(kind), After: after, Limit: limit})
}

// Homeless are registered here and in no household.
func (d Door) Homeless(ctx context.Context) (list []string, err error) {
	all, err := d.Room.Store.Homeless(ctx)
	for _, p := range all {
		list = append(list, string(p))
	}
	return list, err
}

// Where is where a person is registered, by the word of this node.
func (d Door) Where(ctx context.Context, person string) (httpapi.Registration, error) {
	w, err := d.Room.Register.Where(ctx, family.Person(person))
	var no *household.Refusal
	if errors.As(err, &no) && no.Code == household.RefusedUnknown {
		return httpapi.Registration{}, errors.Join(httpapi.ErrUnknown, err)
	} else if err != nil {
		return httpapi.Registration{}, course.Of(err)
	}
	out := httpapi.Registration{Person: person, City: string(w.City), Epoch: int64(w.Epoch), Standing: string(w.Standing), UnderWay: w.UnderWay, Transfer: w.Transfer}
	if w.Proof != nil {
		out.Proof = w.Proof
	}
	return out, nil
}

// Begin begins the entry of a household.
func (d Door) Begin(ctx context.Context, by string, h family.Household, members []family.Member, reason string) (httpapi.Entering, error) {
	e, err := d.Room.Begin(ctx, by, Entry{Household: h, Members: members, Licences: true, Reason: reason})
	return d.entering(e), err
}

// BeginBirth begins the entry of a newborn.
func (d Door) BeginBirth(ctx context.Context, by, id string, m family.Member, reason string) (httpapi.Entering, error) {
	e, err := d.Room.BeginBirth(ctx, by, id, m, reason, true)
	return d.entering(e), told(err)
}

// Entering is an entry by its id.
func (d Door) Entering(ctx context.Context, id string) (httpapi.Entering, error) {
	list, err := d.Room.Store.Enterings(ctx, store.EnteringFilter{ID: id})
	if err == nil && (len(list) == 0 || id == "") {
		err = httpapi.ErrUnknown
	}
	if err != nil {
		return httpapi.Entering{}, err
	}
	return d.entering(list[0]), nil
}

// Enterings lists entries, the newest first.
func (d Door) Enterings(ctx context.Context, open bool, before string, limit int) (list []httpapi.Entering, err error) {
	all, err := d.Room.Store.Enterings(ctx, store.EnteringFilter{Open: open, Before: before, Limit: limit})
	for _, e := range all {
		list = append(list, d.entering(e))
	}
	return list, err
}

// EndEntering ends an entry that is under way, or one that was lost where somebody is sure.
func (d Door) EndEntering(ctx context.Context, by, id, reason string, sure bool) (httpapi.Entering, error) {
	e, err := d.Room.Give(ctx, by, id, reason, sure)
	return d.entering(e), told(err)
}

// EnterAgain begins a lost entry anew.
func (d Door) EnterAgain(ctx context.Context, by, id string) (httpapi.Entering, error) {
	e, err := d.Room.Again(ctx, by, id)
	return d.entering(e), told(err)
}

func (d Door) entering(e store.Entering) httpapi.Entering {
	return httpapi.Entering{Entry: e.Entry, Asks: d.Room.cities(), Into: e.Plan.Into, Household: e.Plan.Household, Members: e.Plan.Members, By: e.Plan.By, Why: e.Plan.Reason,
		Made: e.Plan.Made, EndedBy: e.Plan.Ender, EndedWhy: e.Plan.Why, Code: e.Plan.Code, Args: e.Plan.Arguments}
}

// Lead makes another member the head.
func (d Door) Lead(ctx context.Context, by, id, head string, relations map[string]string, reason string) (family.Household, error) {
	said := map[family.Person]family.Relation{}
	for p, r := range relations {
		said[family.Person(p)] = family.Relation(r)
	}
	h, err := d.Room.Lead(ctx, by, id, family.Person(head), said, reason)
	return h, told(err)
}

// Block blocks the registration of a person, or lifts the block where code is empty.
func (d Door) Block(ctx context.Context, by, person, code, reason string) (family.Household, error) {
	var b *family.Block
	if code != "" {
		b = &family.Block{Code: code, Reason: reason}
	}
	h, err := d.Room.Block(ctx, by, family.Person(person), b, reason)
	return h, told(err)
}
