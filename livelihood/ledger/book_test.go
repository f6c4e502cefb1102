package ledger_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"conurb/area"
	"conurb/livelihood/ledger"
	"conurb/trust/message"
)

// disk is what a city keeps.
type disk struct {
	accounts  map[string]ledger.Account
	entries   map[string]ledger.Entry
	posted    []ledger.Entry // in their order, for who counts them
	transfers map[string]ledger.Transfer
	told      map[string]ledger.Line
	heard     map[ledger.City]area.Date
	findings  map[string]ledger.Finding
	outbox    []message.Sealed
}

func newDisk() disk {
	return disk{accounts: map[string]ledger.Account{}, entries: map[string]ledger.Entry{}, transfers: map[string]ledger.Transfer{}, told: map[string]ledger.Line{},
		heard: map[ledger.City]area.Date{}, findings: map[string]ledger.Finding{}}
}

func (d disk) clone() disk {
	return disk{maps.Clone(d.accounts), maps.Clone(d.entries), slices.Clone(d.posted), maps.Clone(d.transfers), maps.Clone(d.told), maps.Clone(d.heard), maps.Clone(d.findings), slices.Clone(d.outbox)}
}

// memory is a ledger.Book over a disk; step may end the transaction at any moment.
type memory struct {
	*disk
	me    ledger.City
	today area.Date
	step  func() error
	seal  func(to ledger.City, kind, about string, body json.RawMessage) message.Sealed
}

var _ ledger.Book = (*memory)(nil)

// do runs a transaction: all of it or nothing.
func (m *memory) do(f func(b ledger.Book) error) error {
	before := m.disk.clone()
	err := f(m)
	if err != nil {
		*m.disk = before
	}
	return err
}

func (m *memory) Account(id string) (ledger.Account, bool, error) {
	a, ok := m.accounts[id]
	return a, ok, m.step()
}

func (m *memory) SetAccount(a ledger.Account) error {
	a.Sum = m.accounts[a.ID].Sum
	m.accounts[a.ID] = a
	return m.step()
}

func (m *memory) Entry(id string) (ledger.Entry, bool, error) {
	e, ok := m.entries[id]
	return e, ok, m.step()
}

func (m *memory) AddEntry(e ledger.Entry) error {
	m.entries[e.ID] = e
	m.posted = append(m.posted, e)
	for _, p := range e.Postings {
		a := m.accounts[p.Account]
		a.Sum += p.Amount
		m.accounts[p.Account] = a
	}
	return m.step()
}

func (m *memory) Transfer(id string) (ledger.Transfer, bool, error) {
	t, ok := m.transfers[id]
	return t, ok, m.step()
}

func (m *memory) SetTransfer(t ledger.Transfer) error {
	m.transfers[t.ID] = t
	return m.step()
}

func (m *memory) with(other ledger.City) (list []ledger.Transfer) {
	for _, id := range slices.Sorted(maps.Keys(m.transfers)) {
		if t := m.transfers[id]; t.Other(m.me) == other {
			list = append(list, t)
		}
	}
	return list
}

func (m *memory) ChangedOn(other ledger.City, day area.Date) (list []ledger.Transfer, err error) {
	for _, t := range m.with(other) {
		if t.ChangedOn(m.me, day) {
			list = append(list, t)
		}
	}
	return list, m.step()
}

func (m *memory) PaidUntil(other ledger.City, day area.Date) (sum ledger.Fen, err error) {
	for _, t := range m.with(other) {
		if t.From == m.me {
			sum += t.NetOn(m.me, day)
		}
	}
	return sum, m.step()
}

func key(other ledger.City, transfer string) string { return string(other) + "/" + transfer }

func (m *memory) Told(other ledger.City, transfer string) (ledger.Line, bool, error) {
	l, ok := m.told[key(other, transfer)]
	return l, ok, m.step()
}

func (m *memory) SetTold(other ledger.City, l ledger.Line) error {
	m.told[key(other, l.Transfer)] = l
	return m.step()
}

func (m *memory) ToldPaid(other ledger.City) (sum ledger.Fen, err error) {
	for k, l := range m.told {
		if k == key(other, l.Transfer) && l.Pays {
			sum += l.Amount
		}
	}
	return sum, m.step()
}

func (m *memory) Heard(other ledger.City) (area.Date, error) { return m.heard[other], m.step() }

func (m *memory) SetHeard(other ledger.City, day area.Date) error {
	m.heard[other] = day
	return m.step()
}

func (m *memory) Unequal(other ledger.City) ([]ledger.Pair, error) {
	all := map[string]ledger.Pair{}
	for _, t := range m.with(other) {
		l, ok := m.told[key(other, t.ID)]
		if p := (ledger.Pair{Transfer: t.ID, Here: &t, There: &l}); ok {
			all[t.ID] = p
		} else {
			all[t.ID] = ledger.Pair{Transfer: t.ID, Here: &t}
		}
	}
	for k, l := range m.told {
		if _, ok := all[l.Transfer]; !ok && k == key(other, l.Transfer) {
			all[l.Transfer] = ledger.Pair{Transfer: l.Transfer, There: &l}
		}
	}
	var list []ledger.Pair
	for _, id := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[id])
	}
	return list, m.step()
}

func (m *memory) Finding(other ledger.City, transfer string) (ledger.Finding, bool, error) {
	f, ok := m.findings[key(other, transfer)]
	return f, ok, m.step()
}

func (m *memory) SetFinding(f ledger.Finding) error {
	m.findings[key(f.Other, f.Transfer)] = f
	return m.step()
}

func (m *memory) Send(to ledger.City, kind, about string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	m.outbox = append(m.outbox, m.seal(to, kind, about, text))
	return m.step()
}

func (m *memory) Today() area.Date { return m.today }

var errCrash = errors.New("the power went")

// quiet is a book of one city alone, in which nothing fails.
func quiet(me ledger.City) *memory {
	d := newDisk()
	return &memory{disk: &d, me: me, today: 740000, step: func() error { return nil }, seal: func(to ledger.City, kind, about string, body json.RawMessage) message.Sealed {
		return message.Sealed{Envelope: message.Envelope{From: me, To: to, Kind: kind, Case: about, Body: body}}
	}}
}

// code is that of a refusal.
func code(err error) string {
	var no *ledger.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
