package register

import (
	"context"

	"conurb/livelihood/household"
	"conurb/store"
)

// Progress tells how far this node has come with reconciling.
func (r *Register) Progress(ctx context.Context) (p household.Progress, err error) {
	err = r.s.Store.ReadHousehold(ctx, func(b household.Book) error {
		p, err = r.machine().Progress(b)
		return err
	})
	return p, err
}

// Without goes on without a node whose past is lost too, on the word of a person; see
// household.Machine.Without for what is lost by that. By and reason stay in the evidence log.
func (r *Register) Without(ctx context.Context, city household.City, by, reason string) error {
	return r.do(ctx, func(d *store.Deed) error {
		err := r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Without(b, city) })
		if err != nil {
			return err
		}
		return d.NoteHousehold(store.HouseholdWithout, store.HouseholdAct{City: city, By: by, Reason: reason})
	})
}

// Forget has the register serve nothing until it has asked every other node, where the files of its
// database were put back by hand, which the program cannot see.
func (r *Register) Forget(ctx context.Context, by, reason string) error {
	return r.do(ctx, func(d *store.Deed) error {
		if err := d.ForgetHousehold(); err != nil {
			return err
		}
		return d.NoteHousehold(store.HouseholdForgotten, store.HouseholdAct{By: by, Reason: reason})
	})
}
