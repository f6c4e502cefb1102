package register

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// Hook is told of a transfer whose state has just changed, within the deed that changed it.
type Hook func(ctx context.Context, d *store.Deed, t household.Transfer) error

// Settings are what a register needs.
type Settings struct {
	Store   *store.Store
	Me      household.City
	Others  func() []household.City // every other node that is known, in the same order each time
	Voice   func() store.Voice
	Peers   func() message.Peers // the keys of all nodes, this one's and those of the past among them
	Checked *message.Checked     // signatures that are known to be good; may be nil
	Wake    func()               // post was written; may be nil
	Now     func() time.Time     // nil: time.Now
	Log     *slog.Logger         // may be nil
}

// Register is a node's part in the register of residence. The hooks are set before it is used.
type Register struct {
	s Settings

	OnPromised  Hook // at the city that lets go: the other one permits the move; a clerk has to decide by Until
	OnDecided   Hook // there: decided, the witness is asked; it asserts the persons still
	OnMoved     Hook // there: gone for good; the other city is asserted from here on
	OnDone      Hook // there: booked by the other
	OnBooked    Hook // at the city that takes in: registered here
	OnRefused   Hook // at both: it does not come to pass; why is in Reason
	OnWithdrawn Hook // at both, where the city that takes in withdrew it

	// OnRecalled is told of an entry that changed without a transfer of this node: after a restore
	// another city told what had been forgotten.
	OnRecalled func(ctx context.Context, d *store.Deed, e household.Entry) error
}

// New opens a register.
func New(s Settings) *Register {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Wake == nil {
		s.Wake = func() {}
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return &Register{s: s}
}

// Me is the city whose register it is.
func (r *Register) Me() household.City { return r.s.Me }

func (r *Register) machine() *household.Machine {
	return &household.Machine{Me: r.s.Me, Others: r.s.Others(), Verify: r.verify}
}

// verify holds a message that came within another to its digest and its sender's signature.
func (r *Register) verify(s message.Sealed) error {
	if evidence.SHA256(s.Envelope.Body) != s.Envelope.Digest {
		return &message.Refusal{Code: message.OtherDigest}
	}
	return r.s.Checked.Verify(r.s.Peers(), s, r.s.Now())
}

// In is the register within a deed, to be read beside other things; it does not ask whether the
// node serves.
func (r *Register) In(d *store.Deed) household.Book { return d.HouseholdBook(r.s.Voice()) }

// Handlers are the effects of messages between registers.
func (r *Register) Handlers() map[string]func(context.Context, *store.Deed, message.Sealed) error {
	all := map[string]func(context.Context, *store.Deed, message.Sealed) error{}
	for _, kind := range household.Kinds {
		all[kind] = r.handle
	}
	return all
}

func (r *Register) handle(ctx context.Context, d *store.Deed, m message.Sealed) error {
	err := r.run(ctx, d, &m, func(k *household.Machine, b household.Book) error { return k.Handle(b, m) })
	var no *household.Refusal
	if errors.As(err, &no) { // it waits for a person; whoever needs the effect sends another
		return message.NoEffect(no.Error())
	}
	return err
}

// run lets the machine do something, and tells the hooks what came of it.
func (r *Register) run(ctx context.Context, d *store.Deed, m *message.Sealed, f func(k *household.Machine, b household.Book) error) error {
	var w watched
	err := d.Household(r.s.Voice(), m, func(b household.Book) error {
		w = watched{Book: b}
		return f(r.machine(), &w)
	})
	if err != nil {
		return err
	}
	for _, t := range w.transfers {
		if hook := r.hook(t); hook != nil {
			if err := hook(ctx, d, t); err != nil {
				return err
			}
		}
	}
	for _, e := range w.recalled() {
		if r.OnRecalled != nil {
			if err := r.OnRecalled(ctx, d, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Register) hook(t household.Transfer) Hook {
	switch {
	case t.State == household.Promised:
		return r.OnPromised
	case t.State == household.Decided:
		return r.OnDecided
	case t.State == household.Gone:
		return r.OnMoved
	case t.State == household.Done:
		return r.OnDone
	case t.State == household.Booked:
		return r.OnBooked
	case t.State == household.Withdrawn, t.State == household.Refused && t.Reason == string(household.Withdrawn):
		return r.OnWithdrawn
	case t.State == household.Refused:
		return r.OnRefused
	}
	return nil
}

// watched is a book that keeps what changed.
type watched struct {
	household.Book
	transfers []household.Transfer // whose state changed, as they are then
	entries   []household.Entry
}

// SetTransfer is part of household.Book, as is SetEntry.
func (w *watched) SetTransfer(t household.Transfer) error {
	old, there, err := w.Book.Transfer(t.ID)
	if err != nil {
		return err
	}
	if !there || old.State != t.State {
		w.transfers = append(w.transfers, t)
	}
	return w.Book.SetTransfer(t)
}

func (w *watched) SetEntry(e household.Entry) error {
	w.entries = append(w.entries, e)
	return w.Book.SetEntry(e)
}

// recalled are the entries that no transfer of this step has to do with.
func (w *watched) recalled() (list []household.Entry) {
	moved := map[household.Person]bool{}
	for _, t := range w.transfers {
		for _, p := range t.Persons {
			moved[p.Person] = true
		}
	}
	for _, e := range w.entries {
		if !moved[e.Person] && e.Transfer != "" {
			list = append(list, e)
		}
	}
	return list
}
