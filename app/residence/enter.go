package residence

import (
	"context"
	"errors"
	"slices"
	"strings"

	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// Entry is a household that a registrar enters (立户登记), or a newborn (出生登记).
type Entry struct {
	Household family.Household // without id, head and members
	Members   []family.Member  // whoever is the head says so
	Licences  bool             // household-register licences are issued to them
	Reason    string
}

// do runs a step of a registrar; refusals are *casework.Refusal.
func (r *Room) do(ctx context.Context, f func(d *store.Deed) (family.Household, error)) (h family.Household, err error) {
	err = r.Store.Do(ctx, func(d *store.Deed) error {
		h, err = f(d)
		return course.Of(err)
	})
	return h, err
}

// Enter enters a household. Its members are registered in this city from here on: for the first
// time, or after a certificate came whose application was lost.
func (r *Room) Enter(ctx context.Context, by string, e Entry) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) {
		e.Household.City, e.Household.ID = r.Me, ""
		h, err := family.Enter(e.Household, e.Members, r.day(d.At()))
		if err != nil {
			return h, err
		}
		for _, m := range h.Members {
			if err := r.enterPerson(ctx, d, m.Person); err != nil {
				return h, err
			}
		}
		if h, err = d.KeepFamily(store.FamilyVersion{Household: h, By: by, Why: "entered", Reason: e.Reason}); err != nil || !e.Licences {
			return h, err
		}
		_, err = r.issueRegister(d, h, h.Members)
		return h, err
	})
}

// enterPerson registers somebody who is registered nowhere, or is here without a household.
func (r *Room) enterPerson(ctx context.Context, d *store.Deed, p family.Person) error {
	e, there, err := r.Register.In(d).Entry(p)
	switch {
	case err != nil:
		return err
	case !there:
		return r.Register.EnterIn(ctx, d, p)
	case e.Standing == household.Moved:
		return &household.Refusal{Code: household.RefusedElsewhere}
	case e.Standing == household.Deciding:
		return &household.Refusal{Code: household.RefusedBusy}
	}
	if _, err := d.FamilyOf(p); err == nil {
		return &family.Refusal{Code: family.RefusedMember, Args: map[string]string{"person": string(p)}}
	} else if !errors.Is(err, store.ErrUnknown) {
		return err
	}
	return nil
}

// Birth takes a newborn into the household of a parent.
func (r *Room) Birth(ctx context.Context, by, id string, m family.Member, reason string, licences bool) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) {
		h, err := d.Family(id)
		if err != nil {
			return h, err
		}
		if h, err = h.Born(m, r.day(d.At())); err != nil {
			return h, err
		}
		if err := r.enterPerson(ctx, d, m.Person); err != nil {
			return h, err
		}
		if h, err = d.KeepFamily(store.FamilyVersion{Household: h, By: by, Why: "born", Reason: reason}); err != nil || !licences {
			return h, err
		}
		_, err = r.issueRegister(d, h, []family.Member{m})
		return h, err
	})
}

// Block blocks the registration of a person, or lifts the block where it is nil.
func (r *Room) Block(ctx context.Context, by string, p family.Person, b *family.Block, reason string) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) {
		h, err := d.FamilyOf(p)
		if err != nil {
			return h, err
		}
		why := "unblocked"
		if b != nil {
			why = "blocked"
			if !slices.Contains(family.BlockCodes, b.Code) || strings.TrimSpace(b.Reason) == "" {
				return h, course.Refuse(course.RefusedWhy, "code", b.Code)
			}
			one := *b
			one.Since = r.day(d.At())
			b = &one
		}
		members := make([]family.Member, len(h.Members))
		for i, m := range h.Members {
			if m.Person == p {
				m.Block = b
			}
			members[i] = m
		}
		h.Members = members
		h.Version++
		return d.KeepFamily(store.FamilyVersion{Household: h, By: by, Why: why, Reason: reason})
	})
}

// Lead makes another member the head of a household (户主变更), and rewrites its licences.
func (r *Room) Lead(ctx context.Context, by, id string, head family.Person, told map[family.Person]family.Relation, reason string) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) {
		h, err := d.Family(id)
		if err != nil {
			return h, err
		}
		if h, err = h.Lead(head, told, r.day(d.At())); err != nil {
			return h, err
		}
		if h, err = d.KeepFamily(store.FamilyVersion{Household: h, By: by, Why: "head", Reason: reason}); err != nil {
			return h, err
		}
		return h, r.rewrite(d, h, "户主变更")
	})
}
