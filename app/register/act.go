package register

import (
	"context"
	"time"

	"conurb/livelihood/household"
	"conurb/store"
)

// do runs a step in a deed of its own.
func (r *Register) do(ctx context.Context, f func(d *store.Deed) error) error {
	err := r.s.Store.Do(ctx, f)
	if err == nil {
		r.s.Wake()
	}
	return err
}

// Enter registers somebody who was never registered anywhere: a birth, a first entry. Refusals
// are *household.Refusal here and below.
func (r *Register) Enter(ctx context.Context, p household.Person) error {
	return r.do(ctx, func(d *store.Deed) error { return r.EnterIn(ctx, d, p) })
}

// EnterIn is Enter within a deed; so are the others whose names end like this.
func (r *Register) EnterIn(ctx context.Context, d *store.Deed, p household.Person) error {
	return r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Register(b, p) })
}

// Hold promises to take persons in (准予迁入), at the epochs that they have in the city that lets
// them go. id is new, a UUIDv7. until is when the promise ends, by that city's clock.
func (r *Register) Hold(ctx context.Context, id string, from household.City, persons []household.Token, until time.Time) error {
	return r.do(ctx, func(d *store.Deed) error { return r.HoldIn(ctx, d, id, from, persons, until) })
}

// HoldIn is Hold within a deed.
func (r *Register) HoldIn(ctx context.Context, d *store.Deed, id string, from household.City, persons []household.Token, until time.Time) error {
	return r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Hold(b, id, from, persons, until.Unix()) })
}

// Withdraw asks the other city to let a held transfer go. Whether it can is for that city to say:
// OnWithdrawn, or else OnBooked.
func (r *Register) Withdraw(ctx context.Context, id string) error {
	return r.do(ctx, func(d *store.Deed) error { return r.WithdrawIn(ctx, d, id) })
}

// WithdrawIn is Withdraw within a deed.
func (r *Register) WithdrawIn(ctx context.Context, d *store.Deed, id string) error {
	return r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Withdraw(b, id) })
}

// Decide lets the persons of a promised transfer go, at the city that holds them. Everything is
// looked at again; where something is against it, the transfer it returns is refused, and says why.
func (r *Register) Decide(ctx context.Context, id string) (t household.Transfer, err error) {
	err = r.do(ctx, func(d *store.Deed) error { t, err = r.DecideIn(ctx, d, id); return err })
	return t, err
}

// DecideIn is Decide within a deed.
func (r *Register) DecideIn(ctx context.Context, d *store.Deed, id string) (t household.Transfer, err error) {
	err = r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error {
		if err := k.Decide(b, id); err != nil {
			return err
		}
		t, _, err = b.Transfer(id)
		return err
	})
	return t, err
}

// Refuse ends a promised transfer at the city that holds the persons, by a code such as
// household.RefusedClerk.
func (r *Register) Refuse(ctx context.Context, id, code string) error {
	return r.do(ctx, func(d *store.Deed) error { return r.RefuseIn(ctx, d, id, code) })
}

// RefuseIn is Refuse within a deed.
func (r *Register) RefuseIn(ctx context.Context, d *store.Deed, id, code string) error {
	return r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Refuse(b, id, code) })
}
