package fund

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/message"
)

// requested opens a case for another city, or says at once that there is no such account.
func (k *Desk) requested(ctx context.Context, d *store.Deed, m message.Sealed) error {
	r, err := cases.Read[requestBody](m)
	if err != nil {
		return err
	}
	from := m.Envelope.From
	r.Person.Account = "" // accounts are this node's own
	if r.Matter == "" || r.Person.Code == "" || r.Item == fund.ItemMedical || fund.SchemeOf(r.Item) == "" || r.Do != fund.Transfer && r.Do != fund.Withdraw {
		return cases.Nonsense("no matter, no person or no item of money")
	}
	c, there, err := k.theirs(d, from, r.Matter)
	if err != nil {
		return err
	}
	if there { // asked again
		return k.act(ctx, d, c.ID, from, casework.Act{Move: fund.MoveAgain, Reason: r.Why})
	}
	var unknown bool
	if err := k.book(d, func(b *store.LedgerBook) error {
		rec, err := record(b, r.Person.Code, fund.SchemeOf(r.Item))
		unknown = rec == nil
		return err
	}); err != nil {
		return err
	}
	if unknown {
		return k.say(d, from, KindDeclined, r.Matter, declinedBody{Matter: r.Matter, Code: fund.RefusedUnknown, Args: map[string]string{"city": string(k.Me)}})
	}
	_, err = k.open(ctx, d, from, r)
	if errors.Is(err, store.ErrUnknown) {
		return k.say(d, from, KindDeclined, r.Matter, declinedBody{Matter: r.Matter, Code: fund.RefusedItem, Args: map[string]string{"item": r.Item}})
	}
	return err
}

func (k *Desk) informed(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[informationBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	i := body.Information
	if _, err := i.Total(); err != nil || len(i.Parts) == 0 || slices.ContainsFunc(i.Parts, func(p fund.Part) bool { return p.Amount <= 0 }) {
		return cases.Nonsense("the amounts are none")
	}
	for _, y := range i.Years {
		if y.Months < 1 || y.Months > 12 || y.Wages < 0 {
			return cases.Nonsense("year %d has %d months", y.Year, y.Months)
		}
	}
	return k.act(ctx, d, body.Matter, m.Envelope.From, casework.Act{Move: fund.MoveInformed, Input: json.RawMessage(m.Envelope.Body)})
}

// declined ends an application in the words of the other city.
func (k *Desk) declined(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[declinedBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	if !slices.Contains(fund.Codes, body.Code) {
		body.Code, body.Args = fund.RefusedClerk, map[string]string{"city": string(m.Envelope.From), "grounds": body.Grounds}
	}
	grounds := cases.Words("casework.refusal."+body.Code, body.Args)
	if body.Grounds != "" && body.Code != fund.RefusedClerk {
		grounds += " " + body.Grounds
	}
	return k.act(ctx, d, body.Matter, m.Envelope.From, casework.Act{Move: fund.MoveDeclined, Grounds: cases.Clip(grounds)})
}

// agreed lets the clerk here pay, if what the other city agreed to is what it was told.
func (k *Desk) agreed(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[agreedBody](m)
	if err != nil {
		return err
	}
	c, there, err := k.theirs(d, m.Envelope.From, body.Matter)
	if err != nil {
		return err
	}
	if !there || body.Transfer == "" {
		return cases.Nonsense("nothing was told of %s", body.Matter)
	}
	if told, err := information(&c); err != nil || !slices.Equal(told.Parts, body.Parts) {
		return nil // it was told anew meanwhile: the other city hears that, and agrees again
	}
	return k.act(ctx, d, c.ID, m.Envelope.From, casework.Act{Move: fund.MoveAgreed, Input: json.RawMessage(m.Envelope.Body)})
}

func (k *Desk) calledOff(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[aboutBody](m)
	if err != nil {
		return err
	}
	c, there, err := k.theirs(d, m.Envelope.From, body.Matter)
	if err != nil || !there { // it was declined at once
		return err
	}
	return k.act(ctx, d, c.ID, m.Envelope.From, casework.Act{Move: fund.MoveCalled})
}

func (k *Desk) settled(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[aboutBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	grounds := cases.Words("fund.settled", map[string]string{"city": string(m.Envelope.From), "amount": body.Amount.String()})
	return k.act(ctx, d, body.Matter, m.Envelope.From, casework.Act{Move: fund.MoveSettled, Grounds: grounds})
}

// money lets a message of the ledger have its effect, and the case go on with it.
func (k *Desk) money(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var t ledger.Transfer
	err := k.book(d, func(b *store.LedgerBook) (err error) {
		t, err = k.machine.Handle(telling{b, k, d}, m)
		return err
	})
	var no *ledger.Refusal
	if errors.As(err, &no) {
		return cases.Nonsense("ledger: %s %v", no.Code, no.Args)
	}
	if err != nil || t.ID == "" || t.Case == "" {
		return err
	}
	from := m.Envelope.From
	switch {
	case t.State == ledger.Taken:
		n, _ := t.Amount()
		return k.act(ctx, d, t.Case, from, casework.Act{Move: fund.MoveTaken, Grounds: cases.Words("fund.taken", map[string]string{"city": string(from), "amount": n.String()})})
	case t.State == ledger.Done:
		n, _ := t.Amount()
		return k.act(ctx, d, t.Case, from, casework.Act{Move: fund.MoveClosed, Grounds: cases.Words("fund.closed", map[string]string{"city": string(from), "amount": n.String()})})
	case t.State == ledger.Returned: // at either end, each to its own case
		return k.act(ctx, d, t.Case, from, casework.Act{Move: fund.MoveBack, Reason: cases.Words("ledger.refusal."+t.Reason, nil)})
	}
	return nil
}
