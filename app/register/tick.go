package register

import (
	"context"
	"time"

	"conurb/livelihood/household"
	"conurb/store"
)

// The times of Run.
const (
	tickEvery = 2 * time.Second
	mostAsk   = 5 * time.Minute // between two questions after a restore
)

// Run does what is due until ctx ends.
func (r *Register) Run(ctx context.Context) {
	pause, next := tickEvery, time.Time{}
	for ctx.Err() == nil {
		serving, due, err := r.s.Store.HouseholdDue(ctx)
		switch {
		case err != nil:
		case serving && due > 0:
			pause = tickEvery
			err = r.Tick(ctx)
		case serving:
			pause = tickEvery
		case !time.Now().Before(next):
			err = r.Tick(ctx)
			next, pause = time.Now().Add(pause), min(2*pause, mostAsk)
		}
		if err != nil && ctx.Err() == nil {
			r.s.Log.Error("the register", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(tickEvery):
		}
	}
}

// Tick does what is due now: what was not answered is sent again, what was promised and not
// decided in time is refused; after a restore, those are asked who have not told everything.
func (r *Register) Tick(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := r.do(ctx, func(d *store.Deed) error { return r.TickIn(ctx, d) }); err != nil {
			return err
		}
		if serving, due, err := r.s.Store.HouseholdDue(ctx); err != nil || !serving || due == 0 {
			return err
		}
	}
	return ctx.Err()
}

// TickIn is Tick within a deed, as far as one deed takes it.
func (r *Register) TickIn(ctx context.Context, d *store.Deed) error {
	return r.run(ctx, d, nil, func(k *household.Machine, b household.Book) error { return k.Tick(b) })
}
