package register

import (
	"context"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// Where is what this node asserts of a person's registration.
type Where struct {
	Person   household.Person   `json:"person"`
	City     household.City     `json:"city"` // where he is registered, by this node's word
	Epoch    household.Epoch    `json:"epoch"`
	Standing household.Standing `json:"standing"`           // of this node to it
	UnderWay bool               `json:"underWay,omitempty"` // the certificate is not booked yet: rows of no city may have him
	Transfer string             `json:"transfer,omitempty"` // by which he came or went
	// Proof is the certificate (迁移证) of that transfer: with the promise, the decision and the
	// witness in it, each signed. Nil for a first entry, while nothing is decided, and where after
	// a restore another city's word is all there is.
	Proof *message.Sealed `json:"proof,omitempty"`
}

// Where tells where a person is registered. The node that he left answers as well as the one that
// he went to, also between the two; one that is pointed to may know of a later move. Refusals are
// *household.Refusal: unknown, and restoring while the node has yet to reconcile.
func (r *Register) Where(ctx context.Context, p household.Person) (w Where, err error) {
	err = r.s.Store.ReadHousehold(ctx, func(b household.Book) error {
		w, err = r.where(b, p)
		return err
	})
	return w, err
}

func (r *Register) where(b household.Book, p household.Person) (Where, error) {
	if err := r.serving(b); err != nil {
		return Where{}, err
	}
	e, there, err := b.Entry(p)
	if err != nil || !there {
		if err == nil {
			err = &household.Refusal{Code: household.RefusedUnknown}
		}
		return Where{}, err
	}
	w := Where{Person: p, City: e.Asserts(r.s.Me), Epoch: e.Epoch, Standing: e.Standing, Transfer: e.Transfer}
	if e.Transfer == "" {
		return w, nil
	}
	t, there, err := b.Transfer(e.Transfer)
	if err != nil || !there {
		return w, err
	}
	w.Proof, w.UnderWay = t.Certificate, t.State == household.Gone
	return w, nil
}

// serving refuses while the node has yet to reconcile.
func (r *Register) serving(b household.Book) error {
	ok, err := r.machine().Serving(b)
	if err == nil && !ok {
		err = &household.Refusal{Code: household.RefusedRestoring}
	}
	return err
}

// Serving tells whether the node may answer and decide.
func (r *Register) Serving(ctx context.Context) (ok bool, err error) {
	ok, _, err = r.s.Store.HouseholdDue(ctx)
	return ok, err
}

// Transfer is a transfer as this node has it. A node that does not serve shows none.
func (r *Register) Transfer(ctx context.Context, id string) (t household.Transfer, there bool, err error) {
	err = r.s.Store.ReadHousehold(ctx, func(b household.Book) error {
		if err := r.serving(b); err != nil {
			return err
		}
		t, there, err = b.Transfer(id)
		return err
	})
	return t, there, err
}

// Transfers lists the transfers in a state. A node that does not serve shows none.
func (r *Register) Transfers(ctx context.Context, state household.State) (list []household.Transfer, err error) {
	err = r.s.Store.ReadHousehold(ctx, func(b household.Book) error {
		if err := r.serving(b); err != nil {
			return err
		}
		list, err = b.Open(state)
		return err
	})
	return list, err
}
