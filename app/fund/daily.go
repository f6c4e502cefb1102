package fund

import (
	"context"
	"errors"
	"time"

	"conurb/area"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// lookEvery is how often it is looked whether a day is over.
const lookEvery = time.Minute

// mostDays is how many days one deed states.
const mostDays = 31

// Run states every day that is over, and looks for differences, until ctx ends.
func (k *Desk) Run(ctx context.Context, failed func(error)) {
	for ctx.Err() == nil {
		if err := k.Daily(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(lookEvery):
		}
	}
}

// Daily states to every city that money went to or came from the days that are over and not yet
// stated, and compares the books by what that city last stated.
func (k *Desk) Daily(ctx context.Context) error {
	var with []string
	if err := k.Read(ctx, func(b *store.LedgerBook) (err error) { with, err = b.With(); return err }); err != nil {
		return err
	}
	var errs []error
	for _, other := range with {
		for more := true; more; {
			err := k.Store.Do(ctx, func(d *store.Deed) error {
				return k.book(d, func(b *store.LedgerBook) (err error) {
					more, err = k.states(telling{b, k, d}, ledger.City(other))
					return err
				})
			})
			if err != nil {
				errs = append(errs, err)
				break
			}
		}
	}
	return errors.Join(errs...)
}

// states states up to mostDays days, and tells whether there are more.
func (k *Desk) states(b telling, other ledger.City) (more bool, err error) {
	last, err := b.Stated(other)
	if err != nil {
		return false, err
	}
	yesterday := b.Today() - 1
	if last == 0 {
		first, err := b.FirstDay(other)
		if err != nil || first == 0 {
			return false, err
		}
		last = first - 1
	}
	if last >= yesterday {
		return false, nil
	}
	to := min(yesterday, last+area.Date(mostDays))
	for day := last + 1; day <= to; day++ {
		if err := k.machine.State(b, other, day); err != nil {
			return false, err
		}
	}
	if err := b.SetStated(other, to); err != nil {
		return false, err
	}
	return to < yesterday, k.machine.Sweep(b, other)
}
