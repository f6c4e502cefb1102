package residence

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// promised is told at S that the other city permits a move.
func (r *Room) promised(ctx context.Context, d *store.Deed, t household.Transfer) error {
	c, there, err := r.moving(d, t.ID, course.ItemOut)
	if err != nil {
		return err
	}
	r.Wake()
	if !there || c.State == course.OutLapsed { // it comes after all
		return r.announce(ctx, d, t.To, Papers{}, &t)
	}
	if c.State != course.OutAnnounced {
		return nil
	}
	if c.Facts[FactTold] == "" || c.Facts[FactTo] != string(t.To) {
		return r.send(d, t.To, KindNews, t.ID, newsBody{Case: c.ID, Transfer: t.ID, What: newsWant})
	}
	p, err := papersOf(&c)
	if err != nil {
		return err
	}
	return r.arrive(ctx, d, t.To, c.ID, p)
}

// decided is told at S that the decision is on its way to the witness.
func (r *Room) decided(_ context.Context, d *store.Deed, t household.Transfer) error {
	r.Wake()
	return r.send(d, t.To, KindNews, t.ID, newsBody{Case: t.ID, Transfer: t.ID, What: newsLeft})
}

// moved is told at S that the persons are gone.
func (r *Room) moved(ctx context.Context, d *store.Deed, t household.Transfer) error {
	c, there, err := r.moving(d, t.ID, course.ItemOut)
	if err != nil {
		return err
	}
	var kase *casework.Case
	if there {
		kase = &c
	}
	n, err := r.leave(d, t, kase)
	if err != nil {
		return err
	}
	n.Holder = string(t.To)
	_, err = r.goes(ctx, d, t.ID, course.ItemOut, "out-moved", r.Me, n)
	return err
}

// done is told at S that the other city has booked them.
func (r *Room) done(ctx context.Context, d *store.Deed, t household.Transfer) error {
	if err := r.served(d, t.ID, course.ItemOut); err != nil {
		return err
	}
	_, err := r.goes(ctx, d, t.ID, course.ItemOut, "out-done", t.To, note{})
	if err != nil {
		return err
	}
	return r.send(d, t.To, KindNews, t.ID, newsBody{Case: t.ID, Transfer: t.ID, What: newsDone})
}

// booked is told at T that the persons are registered here.
func (r *Room) booked(ctx context.Context, d *store.Deed, t household.Transfer) error {
	c, there, err := r.moving(d, t.ID, course.ItemIn)
	if err != nil || !there { // the application was lost: see Homeless
		return err
	}
	n, err := r.settle(d, t, &c)
	if err != nil {
		return err
	}
	if err := r.served(d, t.ID, course.ItemIn); err != nil {
		return err
	}
	_, err = r.tell(ctx, d, c.ID, "in-booked", t.From, n)
	return err
}

// refused is told at both that it does not come to pass.
func (r *Room) refused(ctx context.Context, d *store.Deed, t household.Transfer) error {
	if isActing(ctx) {
		return nil // the case says so itself
	}
	if t.From == r.Me {
		_, err := r.goes(ctx, d, t.ID, course.ItemOut, "out-ended", r.Me, note{Facts: map[string]string{FactWhy: "register-" + t.Reason}})
		return err
	}
	n := note{Facts: map[string]string{}}
	if t.Reason != household.RefusedClerk {
		n.Facts[FactWhy] = "register-" + t.Reason
	}
	if err := r.served(d, t.ID, course.ItemIn); err != nil {
		return err
	}
	_, err := r.goes(ctx, d, t.ID, course.ItemIn, "in-refused", t.From, n)
	return err
}

// withdrawn is told at both that the city that takes in withdrew.
func (r *Room) withdrawn(ctx context.Context, d *store.Deed, t household.Transfer) error {
	if t.From == r.Me {
		_, err := r.goes(ctx, d, t.ID, course.ItemOut, "out-withdrawn", t.To, note{})
		return err
	}
	if err := r.served(d, t.ID, course.ItemIn); err != nil {
		return err
	}
	_, err := r.goes(ctx, d, t.ID, course.ItemIn, "in-withdrawn", t.From, note{})
	return err
}

// recalled is told that another city knows of a person what this one had forgotten: who has moved
// is in no household here.
func (r *Room) recalled(_ context.Context, d *store.Deed, e household.Entry) error {
	if e.Standing != household.Moved {
		return nil
	}
	_, err := r.out(d, []family.Person{e.Person}, "", nil, "", e.Transfer)
	return err
}

// out takes persons out of their households, whatever those have become, and ends the licences
// that say they are in them. forced is why a household could not be changed as planned.
func (r *Room) out(d *store.Deed, persons []family.Person, successor family.Person, told map[family.Person]family.Relation, by, id string) (forced string, err error) {
	today := r.day(d.At())
	for {
		var h family.Household
		var leave []family.Person
		for _, p := range persons {
			of, err := d.FamilyOf(p)
			if errors.Is(err, store.ErrUnknown) {
				continue
			} else if err != nil {
				return forced, err
			}
			if h.ID == "" || of.ID == h.ID {
				h, leave = of, append(leave, p)
			}
		}
		if len(leave) == 0 {
			return forced, nil
		}
		rest, left, why := h.TakeAnyway(leave, successor, told, today)
		if why != "" {
			forced = why
		}
		if rest, err = d.KeepFamily(store.FamilyVersion{Household: rest, By: by, Why: "out", Case: id}); err != nil {
			return forced, err
		}
		if err := r.registerEnds(d, left, rest, h.Head); err != nil {
			return forced, err
		}
	}
}

// leave is what becomes of a household whose members the register has let go, at S.
func (r *Room) leave(d *store.Deed, t household.Transfer, c *casework.Case) (n note, err error) {
	var persons []family.Person
	names := map[family.Person]string{}
	for _, k := range t.Persons {
		persons = append(persons, k.Person)
		if h, err := d.FamilyOf(k.Person); err == nil {
			m, _ := h.Member(k.Person)
			names[k.Person] = m.Name
		} else if !errors.Is(err, store.ErrUnknown) {
			return n, err
		}
	}
	n.Facts = map[string]string{}
	var successor family.Person
	told := map[family.Person]family.Relation{}
	if c != nil {
		successor = family.Person(c.Facts[FactSuccessor])
		if text := c.Facts[FactRelations]; text != "" {
			if err := json.Unmarshal([]byte(text), &told); err != nil {
				return n, err
			}
		}
	}
	forced, err := r.out(d, persons, successor, told, "", t.ID)
	if err != nil {
		return n, err
	}
	if forced != "" {
		n.Facts[FactForced] = forced
	}
	l, err := r.issueCertificate(d, t, c, persons, names)
	n.Links = append(n.Links, l...)
	return n, err
}

// settle puts those who were booked into their household, at T, and issues their licences.
func (r *Room) settle(d *store.Deed, t household.Transfer, c *casework.Case) (n note, err error) {
	n.Facts = map[string]string{}
	in, err := arrivalOf(c, nil)
	if err != nil {
		return n, err
	}
	var come []family.Member
	for _, m := range in.members {
		if _, err := d.FamilyOf(m.Person); errors.Is(err, store.ErrUnknown) {
			come = append(come, m)
		} else if err != nil {
			return n, err
		}
	}
	if len(come) == 0 {
		return n, nil
	}
	h, why, err := r.takenIn(d, c, in, come)
	if err != nil {
		return n, err
	}
	if h, err = d.KeepFamily(store.FamilyVersion{Household: h, Why: "in", Case: t.ID}); err != nil {
		return n, err
	}
	n.Facts[FactHousehold] = h.ID
	if why != "" {
		n.Facts[FactForced] = why
	}
	n.Links = append(n.Links, casework.Link{Kind: linkHousehold, City: string(r.Me), ID: h.ID})
	l, err := r.issueRegister(d, h, come)
	n.Links = append(n.Links, l...)
	return n, err
}

// takenIn is the household with those who come, as it was planned or as near to it as can be.
func (r *Room) takenIn(d *store.Deed, c *casework.Case, in arrival, come []family.Member) (h family.Household, why string, err error) {
	today, told := r.day(d.At()), in.form.Relations()
	var there family.Household
	switch in.form.As {
	case course.AsHost:
		there, err = d.Family(strings.TrimSpace(in.form.Host.Household))
	case course.AsCollective:
		there, err = d.Family(in.form.Collective)
	}
	switch {
	case err != nil && !errors.Is(err, store.ErrUnknown):
		return h, "", err
	case err == nil && there.ID != "":
		h, why = there.JoinAnyway(come, told, today)
		return h, why, nil
	}
	base := family.Household{City: r.Me, Kind: family.Family, Address: in.form.Address}
	if in.form.As != course.AsFound { // whoever was to take them in is gone
		base.Address, why = c.Facts[factAddress], family.RefusedStranger
	}
	h, forced := family.FoundAnyway(base, come, in.old, in.head(c.Applicant.Code), told, today)
	if forced != "" {
		why = forced
	}
	return h, why, nil
}
