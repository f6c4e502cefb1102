package ledger

import (
	"strconv"

	"conurb/area"
	"conurb/trust/message"
)

// Line is what a book says of one transfer at the end of a day.
type Line struct {
	Transfer string    `json:"transfer"`
	Pays     bool      `json:"pays"`   // the city that states it is the one that pays
	Amount   Fen       `json:"amount"` // paid out and not got back, or taken in
	Day      area.Date `json:"day"`    // on which it changed
}

// Statement is what a city's book says of a day to another city (对账单).
type Statement struct {
	Day   area.Date `json:"day"`
	Part  int       `json:"part"` // from 1: long ones go in several messages
	Last  bool      `json:"last"`
	Lines []Line    `json:"lines"`
	Paid  Fen       `json:"paid"` // of all transfers to the other city up to that day: paid out and not got back
}

// mostLines is how many lines a message has.
const mostLines = 1000

// The outcomes of a comparison. Those after UnderWay are findings.
const (
	Matched    = "matched"
	UnderWay   = "under-way"
	TooLong    = "too-long"   // under way for longer than cities are patient
	OnlyHere   = "only-here"  // this city's book has it, the other's has not
	OnlyThere  = "only-there" // the other way about
	Differs    = "differs"    // both have it, with other amounts
	SumDiffers = "sum"        // what the other city states in all is not what it stated one by one
)

// Outcomes lists them.
var Outcomes = []string{Matched, UnderWay, TooLong, OnlyHere, OnlyThere, Differs, SumDiffers}

// Finding is a difference between two books, or that there was one (对账差异).
type Finding struct {
	Other    City      `json:"other"`
	Transfer string    `json:"transfer"` // empty for SumDiffers
	Code     string    `json:"code"`     // one of the outcomes
	Here     Fen       `json:"here"`
	There    Fen       `json:"there"`
	Since    area.Date `json:"since"` // when it was found
	Day      area.Date `json:"day"`   // when it was last looked at
	Settled  area.Date `json:"settled,omitzero"`
}

// Serious tells whether an outcome is one that people have to look at.
func Serious(code string) bool { return code != Matched && code != UnderWay }

// State states to another city what changed on a day that is over.
func (m *Machine) State(b Book, other City, day area.Date) error {
	changed, err := b.ChangedOn(other, day)
	if err != nil {
		return err
	}
	sum, err := b.PaidUntil(other, day)
	if err != nil {
		return err
	}
	var lines []Line
	for _, t := range changed {
		lines = append(lines, Line{t.ID, t.From == m.Me, t.NetOn(m.Me, day), day})
	}
	for part := 1; ; part++ {
		n := min(len(lines), mostLines)
		s := Statement{Day: day, Part: part, Last: n == len(lines), Lines: append([]Line{}, lines[:n]...), Paid: sum}
		if err := b.Send(other, KindStatement, day.String()+"/"+strconv.Itoa(part), s); err != nil || s.Last {
			return err
		}
		lines = lines[n:]
	}
}

// compare holds a statement of another city to this one's book.
func (m *Machine) compare(b Book, s message.Sealed) error {
	said, err := read[Statement](s)
	if err != nil {
		return err
	}
	other := s.Envelope.From
	if said.Day > b.Today()+1 || said.Part < 1 { // clocks of two cities may stand a night apart
		return refuse(RefusedForm)
	}
	for _, l := range said.Lines {
		if old, there, err := b.Told(other, l.Transfer); err != nil {
			return err
		} else if there && old.Day > l.Day {
			continue // an older statement that came late
		}
		if l.Amount < 0 || l.Transfer == "" {
			return refuse(RefusedForm)
		}
		if err := b.SetTold(other, l); err != nil {
			return err
		}
	}
	if !said.Last {
		return nil
	}
	if err := m.Sweep(b, other); err != nil {
		return err
	}
	if heard, err := b.Heard(other); err != nil || heard > said.Day {
		return err // an older statement that came late says nothing of the sum of today
	}
	told, err := b.ToldPaid(other)
	if err != nil {
		return err
	}
	code := Matched
	if told != said.Paid {
		code = SumDiffers
	}
	if err := b.SetHeard(other, said.Day); err != nil {
		return err
	}
	return m.find(b, Finding{Other: other, Code: code, Here: told, There: said.Paid})
}

// Pair is what two books say of a transfer; nil: nothing.
type Pair struct {
	Transfer string
	Here     *Transfer
	There    *Line
}

// Sweep compares what is unequal between this city and another by what that last stated.
func (m *Machine) Sweep(b Book, other City) error {
	pairs, err := b.Unequal(other)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.Transfer == "" { // the sum is compared when it is stated
			continue
		}
		f := Finding{Other: other, Transfer: p.Transfer, Code: m.Outcome(p, b.Today())}
		if p.Here != nil {
			f.Here = p.Here.Net()
		}
		if p.There != nil {
			f.There = p.There.Amount
		}
		if err := m.find(b, f); err != nil {
			return err
		}
	}
	return nil
}

// Outcome compares what two books say of a transfer.
func (m *Machine) Outcome(p Pair, today area.Date) string {
	var here Transfer
	var there Line
	if p.Here != nil {
		here = *p.Here
	}
	if p.There != nil {
		there = *p.There
	}
	pays := p.Here != nil && here.From == m.Me || p.Here == nil && !there.Pays
	late := func(since area.Date, after string) string {
		if today > since+area.Date(m.Patience) {
			return after
		}
		return UnderWay
	}
	mine := here.Net()
	switch {
	case p.Here != nil && p.There != nil && there.Pays == pays: // both say that they pay, or neither
		return Differs
	case mine == there.Amount:
		return Matched
	case mine > 0 && there.Amount > 0:
		return Differs
	case pays && mine > 0: // paid, and the other has not stated that it was taken in
		return late(here.Day, TooLong)
	case !pays && mine == 0 && p.Here != nil: // it has come, and is given back
		return late(there.Day, TooLong)
	case !pays && mine == 0: // its message has not come
		return late(there.Day, OnlyThere)
	case mine > 0: // taken in, and the day of the other on which it was paid not yet stated
		return late(here.Day, OnlyHere)
	}
	return OnlyThere // the other has taken in what was not paid here
}

// find keeps what came of a comparison where it says something new.
func (m *Machine) find(b Book, f Finding) error {
	old, there, err := b.Finding(f.Other, f.Transfer)
	if err != nil {
		return err
	}
	if !Serious(f.Code) && (!there || old.Settled != 0) {
		return nil // all is well, as it was
	}
	if there && old.Code == f.Code && old.Here == f.Here && old.There == f.There && old.Settled == 0 {
		return nil
	}
	f.Since, f.Day = b.Today(), b.Today()
	if there && old.Settled == 0 {
		f.Since = old.Since
	}
	if !Serious(f.Code) {
		f.Code, f.Settled = old.Code, b.Today()
	}
	return b.SetFinding(f)
}
