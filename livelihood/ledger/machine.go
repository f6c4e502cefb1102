package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"conurb/area"
	"conurb/trust/message"
)

// The kinds of messages.
const (
	KindPaid      = "ledger.paid"      // S to T: this is under way to you
	KindTaken     = "ledger.taken"     // T to S: it stands in my book
	KindReturned  = "ledger.returned"  // T to S: it does not and will not
	KindStatement = "ledger.statement" // what my book says of a day
)

// MessageKinds lists them.
var MessageKinds = []string{KindPaid, KindTaken, KindReturned, KindStatement}

// Machine is a city's part.
type Machine struct {
	Me City
	// Patience is how many days money may be under way before that is a finding.
	Patience int

	broken breach // a rule that a test has taken out
}

// breach is a rule taken out; the zero value has all of them.
type breach int

// The rules that can be taken out, for the simulation to find.
const (
	_             breach = iota
	withoutNames         // what was done is done again
	withoutOut           // S tells of money that it did not post
	keepsReturned        // S does not put back
	withoutIn            // T says that it took in what it did not post
)

// Clearing names the account of what a scheme owes to another city, or is owed by it.
func Clearing(k Kind, scheme string, other City) string {
	return string(k) + "/" + scheme + "/" + string(other)
}

// OpenAccount keeps a new account. The same again changes nothing.
func (m *Machine) OpenAccount(b Book, a Account) error {
	if old, there, err := b.Account(a.ID); err != nil || there {
		if err == nil && (old.Kind != a.Kind || old.Owner != a.Owner || old.City != a.City || old.Scheme != a.Scheme || old.Fund != a.Fund) {
			err = refuse(RefusedAccount, "account", a.ID)
		}
		return err
	}
	if a.ID == "" || !slices.Contains(Kinds, a.Kind) || (a.Owner != "") != (a.Kind == Person) || (a.City != "") != (a.Kind == DueTo || a.Kind == DueFrom) {
		return refuse(RefusedAccount, "account", a.ID)
	}
	a.Standing, a.Sum, a.Opened = Open, 0, b.Today()
	return b.SetAccount(a)
}

// Stand freezes an account, opens it again, or closes it, which needs it to be empty.
func (m *Machine) Stand(b Book, id string, s Standing) error {
	a, there, err := b.Account(id)
	switch {
	case err != nil:
		return err
	case !there:
		return refuse(RefusedAccount, "account", id)
	case a.Standing == s:
		return nil
	case a.Standing == Closed:
		return refuse(RefusedClosed, "account", id)
	case s == Closed && a.Sum != 0:
		return refuse(RefusedOverdrawn, "account", id, "there", a.Balance().String(), "needed", "0.00")
	}
	a.Standing = s
	return b.SetAccount(a)
}

// Post makes an entry. The same again changes nothing.
func (m *Machine) Post(b Book, e Entry) error {
	if old, there, err := b.Entry(e.ID); err != nil || there && m.broken != withoutNames {
		if err == nil && !old.same(e) {
			err = refuse(RefusedEntry, "entry", e.ID)
		}
		return err
	}
	if err := balanced(e); err != nil {
		return err
	}
	for _, p := range e.Postings {
		if err := m.fits(b, e, p); err != nil {
			return err
		}
	}
	return b.AddEntry(e)
}

// balanced holds an entry to double entry.
func balanced(e Entry) error {
	if len(e.Postings) < 2 || e.ID == "" {
		return refuse(RefusedEmpty)
	}
	sum := Fen(0)
	for i, p := range e.Postings {
		if p.Amount == 0 || slices.ContainsFunc(e.Postings[:i], func(o Posting) bool { return o.Account == p.Account }) {
			return refuse(RefusedEmpty)
		}
		var err error
		if sum, err = sum.Plus(p.Amount); err != nil {
			return refuse(RefusedOverflow)
		}
	}
	if sum != 0 {
		return refuse(RefusedUnbalanced, "sum", sum.String())
	}
	return nil
}

// fits holds a posting to its account.
func (m *Machine) fits(b Book, e Entry, p Posting) error {
	a, there, err := b.Account(p.Account)
	switch {
	case err != nil:
		return err
	case !there:
		return refuse(RefusedAccount, "account", p.Account)
	case a.Standing == Closed && e.What != Back: // what could not be taken in goes where it came from
		return refuse(RefusedClosed, "account", p.Account)
	case a.Standing == Frozen && takes(a.Kind, p.Amount):
		return refuse(RefusedFrozen, "account", p.Account)
	}
	before := a.Balance()
	if a.Sum, err = a.Sum.Plus(p.Amount); err != nil {
		return refuse(RefusedOverflow)
	}
	if a.Sum != 0 && (a.Sum < 0) != a.Kind.Credit() {
		needed := p.Amount
		if needed < 0 {
			needed = -needed
		}
		return refuse(RefusedOverdrawn, "account", p.Account, "there", before.String(), "needed", needed.String())
	}
	return nil
}

// takes tells whether a posting makes a balance smaller.
func takes(k Kind, amount Fen) bool { return k.Credit() == (amount > 0) }

// sound holds a transfer to its form.
func (m *Machine) sound(t Transfer) error {
	if t.ID == "" || t.From == t.To || t.Other(m.Me) == m.Me || t.From != m.Me && t.To != m.Me {
		return refuse(RefusedCity, "city", string(t.Other(m.Me)))
	}
	if len(t.Parts) == 0 {
		return refuse(RefusedAmount)
	}
	for i, p := range t.Parts {
		if p.Amount <= 0 || slices.ContainsFunc(t.Parts[:i], func(o Part) bool { return o.Fund == p.Fund }) {
			return refuse(RefusedAmount)
		}
	}
	if _, err := t.Amount(); err != nil {
		return refuse(RefusedOverflow)
	}
	return nil
}

// sameTransfer tells whether two are about the same money of the same case.
func sameTransfer(a, b Transfer) bool {
	return a.Scheme == b.Scheme && a.From == b.From && a.To == b.To && a.Case == b.Case && slices.Equal(a.Parts, b.Parts)
}

// Expect says what this city will take in, and into which accounts.
func (m *Machine) Expect(b Book, t Transfer) error {
	if err := m.sound(t); err != nil {
		return err
	}
	if t.To != m.Me {
		return refuse(RefusedCity, "city", string(t.To))
	}
	old, there, err := b.Transfer(t.ID)
	if err != nil || there {
		if err == nil && !sameTransfer(old, t) {
			err = refuse(RefusedTransfer, "transfer", t.ID)
		}
		return err
	}
	t.State, t.Day, t.Reason, t.Paid = Expected, b.Today(), "", 0
	return b.SetTransfer(t)
}

// Drop no longer expects a transfer: what comes is returned.
func (m *Machine) Drop(b Book, id string) error {
	t, there, err := b.Transfer(id)
	if err != nil || !there || t.State == Dropped || t.State == Returned {
		return err
	}
	if t.State != Expected {
		return refuse(RefusedState, "transfer", id, "state", string(t.State))
	}
	t.State, t.Day = Dropped, b.Today()
	return b.SetTransfer(t)
}

// paidBody is what S says of money under way; the accounts are T's affair.
type paidBody struct {
	Transfer string    `json:"transfer"`
	Scheme   string    `json:"scheme"`
	Parts    []Part    `json:"parts"` // without accounts
	Day      area.Date `json:"day"`
}

type aboutBody struct {
	Transfer string `json:"transfer"`
	Amount   Fen    `json:"amount"`
	Reason   string `json:"reason,omitempty"`
}

// PayOut pays a transfer out: the persons' accounts, and what is owed to the other city. Doing
// so again changes nothing.
func (m *Machine) PayOut(b Book, t Transfer, by string) error {
	if err := m.sound(t); err != nil {
		return err
	}
	if t.From != m.Me {
		return refuse(RefusedCity, "city", string(t.From))
	}
	old, there, err := b.Transfer(t.ID)
	if err != nil || there {
		if err == nil && !sameTransfer(old, t) {
			err = refuse(RefusedTransfer, "transfer", t.ID)
		}
		return err
	}
	t.State, t.Day, t.Paid, t.Reason = Paid, b.Today(), b.Today(), ""
	if err := m.move(b, t, Out, by); err != nil && m.broken != withoutOut {
		return err
	}
	if err := b.SetTransfer(t); err != nil {
		return err
	}
	body := paidBody{t.ID, t.Scheme, nil, t.Paid}
	for _, p := range t.Parts {
		body.Parts = append(body.Parts, Part{Fund: p.Fund, Amount: p.Amount})
	}
	return b.Send(t.To, KindPaid, t.ID, body)
}

// move makes the entry of a step: out and back at the city that pays, in at the other.
func (m *Machine) move(b Book, t Transfer, what, by string) error {
	sum, err := t.Amount()
	if err != nil {
		return refuse(RefusedOverflow)
	}
	kind, sign := DueTo, Fen(1)
	if what == In {
		kind, sign = DueFrom, -1
	} else if what == Back {
		sign = -1
	}
	other := t.Other(m.Me)
	clearing := Account{ID: Clearing(kind, t.Scheme, other), Scheme: t.Scheme, Fund: "clearing", Kind: kind, City: other}
	if err := m.OpenAccount(b, clearing); err != nil {
		return err
	}
	e := Entry{ID: t.ID + "/" + what, Day: b.Today(), What: what, Transfer: t.ID, Case: t.Case, By: by, Postings: []Posting{{clearing.ID, -sign * sum}}}
	for _, p := range t.Parts {
		e.Postings = append(e.Postings, Posting{p.Account, sign * p.Amount})
	}
	return m.Post(b, e)
}

// Handle lets a message have its effect. It is told what became of the transfer: the zero value
// where nothing did. A *Refusal with RefusedForm or RefusedCity is of a message that no city sends.
func (m *Machine) Handle(b Book, s message.Sealed) (Transfer, error) {
	switch s.Envelope.Kind {
	case KindPaid:
		return m.takeIn(b, s)
	case KindTaken, KindReturned:
		return m.end(b, s)
	case KindStatement:
		return Transfer{}, m.compare(b, s)
	}
	return Transfer{}, refuse(RefusedForm)
}

func read[T any](s message.Sealed) (body T, err error) {
	d := json.NewDecoder(bytes.NewReader(s.Envelope.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return body, fmt.Errorf("%s of %s: %w: %w", s.Envelope.Kind, s.Envelope.From, err, refuse(RefusedForm))
	}
	return body, nil
}

// takeIn books what was paid, if it is what is expected, or gives it back.
func (m *Machine) takeIn(b Book, s message.Sealed) (Transfer, error) {
	body, err := read[paidBody](s)
	if err != nil {
		return Transfer{}, err
	}
	paid := Transfer{ID: body.Transfer, Scheme: body.Scheme, From: s.Envelope.From, To: m.Me, Parts: body.Parts}
	if err := m.sound(paid); err != nil {
		return Transfer{}, err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil {
		return t, err
	}
	if there && (t.From != paid.From || t.To != m.Me) {
		return Transfer{}, refuse(RefusedCity, "city", string(paid.From))
	}
	if there && t.State == Taken && m.broken != withoutNames {
		return Transfer{}, m.say(b, t, KindTaken)
	}
	if !there {
		t = paid
	}
	t.Paid = body.Day
	why := m.why(b, t, there, paid)
	var no *Refusal
	if why != nil && !errors.As(why, &no) {
		return t, why
	}
	if no == nil {
		t.State, t.Day = Taken, b.Today()
		return t, errors.Join(b.SetTransfer(t), m.say(b, t, KindTaken))
	}
	if t.State != Returned {
		t.State, t.Reason, t.Day = Returned, no.Code, b.Today()
		if !there {
			t.Parts = paid.Parts
		}
		if err := b.SetTransfer(t); err != nil {
			return t, err
		}
	}
	return t, m.say(b, t, KindReturned)
}

// why takes the money in, or says why not with a *Refusal.
func (m *Machine) why(b Book, t Transfer, there bool, paid Transfer) error {
	switch {
	case !there || t.State != Expected || t.Scheme != paid.Scheme:
		return refuse(RefusedExpected)
	case !sameMoney(t.Parts, paid.Parts):
		return refuse(RefusedDiffers)
	case m.broken == withoutIn:
		return nil
	}
	return m.move(b, t, In, "")
}

func sameMoney(a, b []Part) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p Part) bool {
		return !slices.ContainsFunc(b, func(o Part) bool { return o.Fund == p.Fund && o.Amount == p.Amount })
	})
}

// say answers to the city that paid.
func (m *Machine) say(b Book, t Transfer, kind string) error {
	n, err := t.Amount()
	if err != nil {
		return refuse(RefusedOverflow)
	}
	body := aboutBody{Transfer: t.ID, Amount: n}
	if kind == KindReturned {
		body.Reason = t.Reason
	}
	return b.Send(t.From, kind, t.ID, body)
}

// end closes a transfer that was taken in, or puts back what was not.
func (m *Machine) end(b Book, s message.Sealed) (Transfer, error) {
	body, err := read[aboutBody](s)
	if err != nil {
		return Transfer{}, err
	}
	t, there, err := b.Transfer(body.Transfer)
	switch {
	case err != nil:
		return t, err
	case !there || t.From != m.Me || t.To != s.Envelope.From:
		return Transfer{}, refuse(RefusedCity, "city", string(s.Envelope.From))
	case t.State != Paid && m.broken != withoutNames: // it has ended here
		return Transfer{}, nil
	}
	t.State = Done
	if s.Envelope.Kind == KindReturned {
		t.State, t.Reason, t.Day = Returned, body.Reason, b.Today()
		if !slices.Contains(Codes, t.Reason) {
			t.Reason = RefusedExpected
		}
		if m.broken == keepsReturned {
			return t, b.SetTransfer(t)
		}
		if err := m.move(b, t, Back, ""); err != nil {
			return t, err
		}
	}
	return t, b.SetTransfer(t)
}
