package register

import (
	"context"

	"conurb/livelihood/household"
)

// Progress tells how far this node has come with reconciling.
func (r *Register) Progress(ctx context.Context) (p household.Progress, err error) {
	err = r.s.Store.ReadHousehold(ctx, func(b household.Book) error {
		p, err = r.machine().Progress(b)
		return err
	})
	return p, err
}
