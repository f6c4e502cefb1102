package entry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// Machine is a city's part in first entries.
type Machine struct {
	Me     City
	Others []City // every other city; each is asked

	broken breach // rules that a test has taken out
}

// breach is a rule taken out; the zero value has all of them.
type breach int

const (
	whole        breach = iota
	forgets             // an answered question is not remembered
	meetsNobody         // who is entering a person itself says "unknown" all the same
	passesOwn           // a city goes on with an entry although it has promised the person
	promisesMany        // a person is promised to several cities
	goesOn              // after a restore an entry under way goes on under its number
	oneIsEnough         // one answer counts for all
	neverYields         // nobody gives way
	neverAgain          // nothing is asked a second time
	neverHeals          // a promise that stands for an entry that is over is left as it is
	hidesLost           // what was lost with a backup is not owned up to
)

// Breaches are the rules that can be taken out, by name, for simulations that have to notice.
var Breaches = map[string]breach{
	"an answer is not remembered": forgets, "who is entering says unknown": meetsNobody, "a promise does not bind its own city": passesOwn,
	"a person is promised to several": promisesMany, "after a restore an entry goes on": goesOn, "one answer is enough": oneIsEnough, "nobody gives way": neverYields,
	"nothing is asked again": neverAgain, "a stale promise stands for ever": neverHeals, "what was lost is not owned up to": hidesLost,
}

// Break takes a rule out of a machine.
func Break(m *Machine, b breach) { m.broken = b }

// The times between two questions about the same, seconds.
const (
	FirstPause = 10
	MostPause  = 2 * 60
)

// MostPersons is how many persons one entry may have.
const MostPersons = 500

func refuse(code string) error { return &household.Refusal{Code: code} }

// Begin writes an entry down and asks every other city. Refusals are *household.Refusal.
func (m *Machine) Begin(b Book, id string, persons []Person) error {
	if ok, err := b.Serving(); err != nil || !ok {
		return errors.Join(err, refuse(household.RefusedRestoring))
	}
	if err := formed(id, persons); err != nil {
		return err
	}
	if _, there, err := b.Own(id); err != nil || there {
		return errors.Join(err, refuse(household.RefusedState))
	}
	for _, p := range persons {
		if _, there, err := b.Standing(p); err != nil || there {
			return errors.Join(err, refuse(household.RefusedBusy))
		}
		own, err := m.open(b, p, Asking)
		if err != nil || own != nil {
			return errors.Join(err, refuse(household.RefusedBusy))
		}
	}
	rank, err := b.Rank()
	if err != nil {
		return err
	}
	e := Entry{ID: id, Persons: persons, State: Asking, Rank: min(rank+1, mostRank), Since: b.Now(), Work: Work{Answers: map[City]Answer{}, Known: map[City][]Known{}}}
	if len(m.Others) > 0 {
		if err := m.ask(b, &e); err != nil {
			return err
		}
	}
	if err := b.SetOwn(e); err != nil || len(m.Others) > 0 {
		return err
	}
	return m.settle(b, e)
}

func formed(id string, persons []Person) error {
	if _, err := uuid.Parse(id); err != nil || len(id) != 36 {
		return refuse(household.RefusedForm)
	}
	switch {
	case len(persons) == 0:
		return refuse(household.RefusedNobody)
	case len(persons) > MostPersons:
		return refuse(household.RefusedMany)
	}
	for i, p := range persons {
		if p == "" || len(p) > 64 {
			return refuse(household.RefusedForm)
		}
		if slices.Contains(persons[:i], p) {
			return refuse(household.RefusedNobody)
		}
	}
	return nil
}

// open is the entry of a person in a state; nil where there is none.
func (m *Machine) open(b Book, p Person, s State) (*Entry, error) {
	list, err := b.Of(p)
	for _, e := range list {
		if e.State == s {
			return &e, err
		}
	}
	return nil, err
}

// ask asks whoever has not said "unknown", and says when it is to be done again.
func (m *Machine) ask(b Book, e *Entry) error {
	for _, p := range e.Persons { // what this city has promised stands in its own way
		list, err := b.Promised(p)
		if err != nil {
			return err
		}
		for _, a := range list {
			if a.City != m.Me && m.broken != passesOwn {
				e.meet(a.City, Known{a.ID, p})
			}
		}
	}
	for _, c := range m.Others {
		if e.Work.Answers[c].Said == SaidUnknown {
			continue
		}
		if _, err := b.Send(c, KindAsk, e.ID, askBody{e.ID, e.Rank, e.Persons, e.Work.Known[c]}); err != nil {
			return err
		}
	}
	e.Work.Tries++
	e.Work.Due = b.Now() + min(MostPause, int64(FirstPause)<<min(e.Work.Tries-1, 10))
	if m.broken == neverAgain {
		e.Work.Due = 0
	}
	return nil
}

// meet keeps that an entry of another city stands in the way: the city has to say whether it is over.
func (e *Entry) meet(c City, k Known) {
	if !slices.Contains(e.Work.Known[c], k) {
		e.Work.Known[c] = append(e.Work.Known[c], k)
	}
	delete(e.Work.Answers, c)
}

// Withdraw ends an entry that is under way. One that was lost with a backup is ended by somebody
// who is sure that it was not made: sure.
func (m *Machine) Withdraw(b Book, id string, sure bool) error {
	if ok, err := b.Serving(); err != nil || !ok {
		return errors.Join(err, refuse(household.RefusedRestoring))
	}
	e, there, err := b.Own(id)
	switch {
	case err != nil:
		return err
	case !there:
		return refuse(household.RefusedUnknown)
	case e.State != Asking && (e.State != Lost || !sure):
		return refuse(household.RefusedState)
	}
	e.State = Withdrawn
	return m.end(b, e)
}

// end keeps an entry that is over, and releases every promise.
func (m *Machine) end(b Book, e Entry) error {
	e.Ended, e.Work = b.Now(), Work{Answers: e.Work.Answers}
	if err := b.SetOwn(e); err != nil {
		return err
	}
	return m.over(b, e)
}

func (m *Machine) over(b Book, e Entry) error {
	for _, c := range m.Others {
		if _, err := b.Send(c, KindOver, e.ID, overBody{e.ID}); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machine) refused(b Book, e Entry, reason string, c City, p Person) error {
	e.State, e.Reason, e.City, e.Person = Refused, reason, c, p
	return m.end(b, e)
}

// settle makes an entry once nothing is against it.
func (m *Machine) settle(b Book, e Entry) error {
	said := 0
	for _, c := range m.Others {
		if e.Work.Answers[c].Said == SaidUnknown {
			said++
		}
	}
	if said < len(m.Others) && !(m.broken == oneIsEnough && said > 0) {
		return b.SetWork(e)
	}
	for _, p := range e.Persons {
		list, err := b.Promised(p)
		if err != nil {
			return err
		}
		if m.broken != passesOwn && slices.ContainsFunc(list, func(a Asked) bool { return a.City != m.Me }) {
			return b.SetWork(e)
		}
		at, there, err := b.Standing(p)
		if err != nil {
			return err
		}
		if there { // he came by a move meanwhile, or another city told of him after a restore
			return m.refused(b, e, SaidRegistered, at.Asserts(m.Me), p)
		}
	}
	code, err := b.Make(e)
	if err != nil {
		return err
	}
	if code != "" {
		return m.refused(b, e, code, m.Me, "")
	}
	e.State, e.Ended, e.Work.Due = Entered, b.Now(), 0
	return b.SetOwn(e)
}

// Restored tells that the state may be of the past: entries under way are lost.
func (m *Machine) Restored(b Book) error {
	list, err := b.Asking()
	if err != nil || m.broken == goesOn {
		return err
	}
	for _, e := range list {
		e.State, e.Work = Lost, Work{}
		if err := b.SetOwn(e); err != nil {
			return err
		}
	}
	return nil
}

// Tick asks again what was not answered. A city that does not serve asks nothing.
func (m *Machine) Tick(b Book) error {
	if ok, err := b.Serving(); err != nil || !ok {
		return err
	}
	list, err := b.Due()
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := m.ask(b, &e); err != nil {
			return err
		}
		if err := m.settle(b, e); err != nil {
			return err
		}
	}
	return nil
}

// read reads a body, which may hold nothing that is not asked for.
func read[T any](s message.Sealed) (body T, err error) {
	d := json.NewDecoder(bytes.NewReader(s.Envelope.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return body, fmt.Errorf("%w: %v", refuse(household.RefusedForm), err)
	}
	return body, nil
}
