package fund

import (
	"context"
	"errors"
	"slices"
	"time"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/message"
)

// Settings are what a desk is made of.
type Settings struct {
	Store  *store.Store
	Me     ledger.City
	Cases  *cases.Desk
	Voice  func() store.Voice
	Cities func() []string // the other cities
	Zone   *time.Location
	Now    func() time.Time
	Rules  fund.Rules
	Teller cases.Teller                                 // nil tells nobody
	Staff  func(*store.Deed) ([]casework.Person, error) // who looks into differences between two books
}

// Desk is the desk of money.
type Desk struct {
	Settings
	machine *ledger.Machine
}

// New makes a desk, and registers its courses with the desk of cases.
func New(s Settings) (*Desk, error) {
	if s.Store == nil || s.Me == "" || s.Cases == nil || s.Voice == nil || s.Cities == nil || s.Zone == nil || s.Now == nil {
		return nil, errors.New("fund: store, city, cases, voice, cities, zone and clock are needed")
	}
	k := &Desk{s, &ledger.Machine{Me: s.Me, Patience: s.Rules.Patience}}
	guards, actions := k.guards(), k.actions()
	for _, c := range fund.Courses() {
		if err := s.Cases.Register(cases.Handler{Course: c, Guards: guards, Actions: actions}); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// book runs f over the book within a deed.
func (k *Desk) book(d *store.Deed, f func(b *store.LedgerBook) error) error {
	return d.Ledger(k.Voice(), k.Zone, f)
}

// Read runs f over the book as it stands.
func (k *Desk) Read(ctx context.Context, f func(b *store.LedgerBook) error) error {
	return k.Store.ReadLedger(ctx, k.Me, k.Zone, f)
}

// The kinds of messages between cities beside those of the ledger.
const (
	KindRequest     = "case.fund.request"
	KindInformation = "case.fund.information"
	KindDeclined    = "case.fund.declined"
	KindAgreed      = "case.fund.agreed"
	KindCalledOff   = "case.fund.called-off"
	KindSettled     = "case.fund.settled"
	KindVisit       = "case.fund.visit"
	KindKnown       = "case.fund.known"
)

// The bodies. Matter is the case of the city where somebody applied.
type (
	requestBody struct {
		Matter string          `json:"matter"`
		Item   string          `json:"item"`
		Do     string          `json:"do"`
		Person casework.Person `json:"person"`
		Name   string          `json:"name"`
		Ground string          `json:"ground,omitempty"`
		Amount ledger.Fen      `json:"amount,omitempty"`
		Bank   string          `json:"bank,omitempty"`
		Card   string          `json:"card,omitempty"`
		Why    string          `json:"why,omitempty"` // it is asked again
	}
	informationBody struct {
		Matter      string           `json:"matter"`
		Case        string           `json:"case"`
		Information fund.Information `json:"information"`
	}
	declinedBody struct {
		Matter  string            `json:"matter"`
		Case    string            `json:"case,omitempty"`
		Code    string            `json:"code"`
		Args    map[string]string `json:"args,omitempty"`
		Grounds string            `json:"grounds,omitempty"`
	}
	agreedBody struct {
		Matter   string      `json:"matter"`
		Transfer string      `json:"transfer"`
		Parts    []fund.Part `json:"parts"`
	}
	aboutBody struct {
		Matter string     `json:"matter"`
		Amount ledger.Fen `json:"amount,omitempty"`
	}
	visitBody struct {
		Visit fund.Record `json:"visit"`
	}
)

// say sends a message about a matter; those of one keep their order.
func (k *Desk) say(d *store.Deed, to ledger.City, kind, matter string, body any) error {
	if !slices.Contains(k.Cities(), string(to)) {
		return casework.Refuse(fund.RefusedCity, "city", string(to))
	}
	_, err := d.Send(k.Voice(), message.Draft{To: to, Kind: kind, Case: "fund/" + matter, Body: body})
	return err
}

// Handlers are the effects of messages, by kind.
func (k *Desk) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	all := map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindRequest: k.requested, KindInformation: k.informed, KindDeclined: k.declined, KindAgreed: k.agreed,
		KindCalledOff: k.calledOff, KindSettled: k.settled, KindVisit: k.visited, KindKnown: k.known,
	}
	for _, kind := range ledger.MessageKinds {
		all[kind] = k.money
	}
	return all
}

// act does something to a case in the name of another city, unless it comes too late.
func (k *Desk) act(ctx context.Context, d *store.Deed, id string, from message.Node, a casework.Act) error {
	a.By = cases.FromCity(from)
	return k.Cases.HeardIn(ctx, d, id, a)
}

// mine is a case of this city that another one speaks of.
func (k *Desk) mine(d *store.Deed, m message.Sealed, matter string) error {
	c, err := d.Case(matter)
	if errors.Is(err, store.ErrUnknown) || err == nil && c.Facts[factOther] != string(m.Envelope.From) {
		return cases.Nonsense("there is no case %s with %s here", matter, m.Envelope.From)
	}
	return err
}

// theirs is the case that this city has for a matter of another one.
func (k *Desk) theirs(d *store.Deed, from message.Node, matter string) (casework.Case, bool, error) {
	return cases.Linked(d, from, matter, factCity, factMatter)
}

// The facts that a case keeps.
const (
	factOther    = "fund-other"    // T: the city that has the account
	factMatter   = "fund-matter"   // S: the case of the other city
	factCity     = "fund-city"     // S: the other city
	factInformed = "fund-informed" // T: the Information; S: what was told
	factTransfer = "fund-transfer" // name of the transfer
	factTries    = "fund-tries"    // T: transfers that were expected
	factRequest  = "fund-request"  // S: the request
	factAmount   = "fund-amount"   // for people: yuan
	factCalled   = "fund-called"   // S: called off while money is under way
)
