package residence

import (
	"context"
	"slices"
	"strings"

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

// Enter enters a household without asking any other city: its members are registered in this city
// from here on. That is for those who know that no other city has them, such as a demonstration
// that fills a register; a registrar's entry begins with Begin.
func (r *Room) Enter(ctx context.Context, by string, e Entry) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) { return r.found(ctx, d, e.plan(by)) })
}

// Birth takes a newborn into the household of a parent, without asking any other city: see Enter.
func (r *Room) Birth(ctx context.Context, by, id string, m family.Member, reason string, licences bool) (family.Household, error) {
	return r.do(ctx, func(d *store.Deed) (family.Household, error) {
		return r.found(ctx, d, store.Plan{Into: id, Members: []family.Member{m}, Licences: licences, By: by, Reason: reason})
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
