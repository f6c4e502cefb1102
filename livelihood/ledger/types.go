package ledger

import (
	"slices"

	"conurb/area"
	"conurb/trust/message"
)

// City is a city's node.
type City = message.Node

// Kind is what an account stands for.
type Kind string

// The kinds.
const (
	Person  Kind = "person"   // owed to a person (个人账户)
	Pool    Kind = "pool"     // owed to all who are insured (统筹基金)
	DueTo   Kind = "due-to"   // owed to another city (应付)
	DueFrom Kind = "due-from" // owed by another city (应收)
	Bank    Kind = "bank"     // at the bank (银行存款)
)

// Kinds lists them.
var Kinds = []Kind{Person, Pool, DueTo, DueFrom, Bank}

// Credit tells whether what is there stands in credit.
func (k Kind) Credit() bool { return k == Person || k == Pool || k == DueTo }

// Standing is whether an account may be posted to.
type Standing string

// The standings.
const (
	Open   Standing = "open"
	Frozen Standing = "frozen" // by a court or for a debt (冻结)
	Closed Standing = "closed" // (销户)
)

// Account is an account of a city's book.
type Account struct {
	ID       string    `json:"id"`
	Scheme   string    `json:"scheme"` // such as "social"
	Fund     string    `json:"fund"`   // part of the scheme, such as "individual"
	Kind     Kind      `json:"kind"`
	Owner    string    `json:"owner,omitempty"` // citizen's number, of a person's account
	City     City      `json:"city,omitempty"`  // of a clearing account
	Standing Standing  `json:"standing"`
	Opened   area.Date `json:"opened"`
	Sum      Fen       `json:"-"` // of all its postings: debit positive
}

// Balance is what is there, in the sense of the account's kind: never negative.
func (a Account) Balance() Fen {
	if a.Kind.Credit() {
		return -a.Sum
	}
	return a.Sum
}

// Posting is one line of an entry.
type Posting struct {
	Account string `json:"account"`
	Amount  Fen    `json:"amount"` // debit positive, credit negative
}

// Entry is what happened to several accounts at once.
type Entry struct {
	ID       string    `json:"id"`
	Day      area.Date `json:"day"`
	What     string    `json:"what"`               // opening, contribution, out, in, back, withdrawal
	Transfer string    `json:"transfer,omitempty"` // of which it is part
	Case     string    `json:"case,omitempty"`     // by which it was decided
	By       string    `json:"by,omitempty"`
	Postings []Posting `json:"postings"`
}

// What an entry is.
const (
	Opening      = "opening"      // what was there when the book began
	Contribution = "contribution" // paid in (缴存)
	Withdrawal   = "withdrawal"   // paid to a person's bank (提取)
	Out          = "out"          // paid to another city
	In           = "in"           // taken in from another city
	Back         = "back"         // put back, since the other city could not take it in
)

// same tells whether two entries say the same about the accounts.
func (e Entry) same(o Entry) bool {
	return e.What == o.What && e.Transfer == o.Transfer && e.Case == o.Case && slices.Equal(e.Postings, o.Postings)
}

// Part is money of one fund.
type Part struct {
	Fund    string `json:"fund"`
	Account string `json:"account"` // of the city that keeps this
	Amount  Fen    `json:"amount"`
}

// State is how far a transfer has come, as one of the two cities keeps it.
type State string

// The states. At the city that pays: paid, closed, returned. At the one that takes in: expected,
// taken, returned, dropped.
const (
	Paid     State = "paid"
	Done     State = "closed"
	Expected State = "expected"
	Taken    State = "taken"
	Returned State = "returned"
	Dropped  State = "dropped" // it is no longer expected
)

// Transfer is money on its way between two cities, as one of them keeps it.
type Transfer struct {
	ID     string    `json:"id"`
	Scheme string    `json:"scheme"`
	From   City      `json:"from"`
	To     City      `json:"to"`
	Case   string    `json:"case"` // of this city
	Parts  []Part    `json:"parts"`
	State  State     `json:"state"`
	Reason string    `json:"reason,omitempty"` // code, where it was returned
	Paid   area.Date `json:"paid,omitzero"`    // day of the entry of the city that paid
	Day    area.Date `json:"day"`              // on which this last changed the book here
}

// Amount is the sum of the parts.
func (t Transfer) Amount() (Fen, error) {
	var all []Fen
	for _, p := range t.Parts {
		all = append(all, p.Amount)
	}
	return Sum(all...)
}

// Other is the city at the other end.
func (t Transfer) Other(me City) City {
	if t.From == me {
		return t.To
	}
	return t.From
}

// Net is what the book of the city that keeps this says of it: how much it has paid out and not
// got back, or taken in.
func (t Transfer) Net() Fen {
	if t.State != Paid && t.State != Done && t.State != Taken {
		return 0
	}
	return t.total()
}

// NetOn is what the book of city me said at the end of a day.
func (t Transfer) NetOn(me City, day area.Date) Fen {
	switch {
	case t.From == me && t.Paid <= day && (t.State == Paid || t.State == Done || t.State == Returned && t.Day > day):
		return t.total()
	case t.From != me && t.State == Taken && t.Day <= day:
		return t.total()
	}
	return 0
}

// ChangedOn tells whether the book of city me was changed by it on a day.
func (t Transfer) ChangedOn(me City, day area.Date) bool {
	if t.From == me {
		return t.Paid == day || t.State == Returned && t.Day == day
	}
	return t.State == Taken && t.Day == day
}

// total is the amount of what was posted: a sum that is none was refused before.
func (t Transfer) total() Fen {
	n, err := t.Amount()
	if err != nil {
		return 0
	}
	return n
}

// Refusal is why something is not done. Its words are "ledger.refusal.<Code>".
type Refusal struct {
	Code string
	Args map[string]string
}

// Error is for logs.
func (r *Refusal) Error() string { return "ledger: " + r.Code }

func refuse(code string, args ...string) error {
	r := &Refusal{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// The codes of refusals.
const (
	RefusedEmpty      = "empty"            // fewer than two postings, one of nothing, or an account twice
	RefusedUnbalanced = "unbalanced"       // sum: the postings do not sum to zero
	RefusedOverflow   = "overflow"         // an amount or a balance is too large
	RefusedAccount    = "no-account"       // account: none of that name here
	RefusedFrozen     = "frozen"           // account
	RefusedClosed     = "closed"           // account
	RefusedOverdrawn  = "overdrawn"        // account, there, needed
	RefusedEntry      = "entry-differs"    // entry: there is another one of that name
	RefusedTransfer   = "transfer-differs" // transfer: there is another one of that name
	RefusedState      = "state"            // transfer, state: it has gone too far for this
	RefusedCity       = "city"             // city: not at the other end, or this one itself
	RefusedAmount     = "amount"           // a transfer of nothing
	RefusedExpected   = "not-expected"     // the city does not expect the transfer
	RefusedDiffers    = "amount-differs"   // it expects another amount
	RefusedForm       = "form"             // the message is not of its form
)

// Codes lists them.
var Codes = []string{RefusedEmpty, RefusedUnbalanced, RefusedOverflow, RefusedAccount, RefusedFrozen, RefusedClosed, RefusedOverdrawn, RefusedEntry,
	RefusedTransfer, RefusedState, RefusedCity, RefusedAmount, RefusedExpected, RefusedDiffers, RefusedForm}

// Book is a city's state within one transaction. What is asked for and not there is the zero
// value with false.
type Book interface {
	Account(id string) (Account, bool, error)
	// SetAccount keeps an account; its sum follows from the entries.
	SetAccount(a Account) error
	Entry(id string) (Entry, bool, error)
	// AddEntry keeps an entry and changes the sums of its accounts.
	AddEntry(e Entry) error
	Transfer(id string) (Transfer, bool, error)
	SetTransfer(t Transfer) error
	// ChangedOn lists those with another city that this one's book was changed by on a day, by id.
	ChangedOn(other City, day area.Date) ([]Transfer, error)
	// PaidUntil is the sum of what was paid to another city and not got back at the end of a day.
	PaidUntil(other City, day area.Date) (Fen, error)
	// Told is what another city last stated of a transfer.
	Told(other City, transfer string) (Line, bool, error)
	SetTold(other City, l Line) error
	// ToldPaid is the sum of what another city last stated that it has paid to this one.
	ToldPaid(other City) (Fen, error)
	// Heard is the last day that another city stated, 0 before the first.
	Heard(other City) (area.Date, error)
	SetHeard(other City, day area.Date) error
	// Unequal lists, by transfer, what the two books do not say alike, and what an open finding is
	// about.
	Unequal(other City) ([]Pair, error)
	Finding(other City, transfer string) (Finding, bool, error)
	SetFinding(f Finding) error
	// Send puts a message into the outbox.
	Send(to City, kind, about string, body any) error
	// Today is the day of the transaction at this city.
	Today() area.Date
}
