package entry

import (
	"errors"
	"slices"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// The kinds of messages.
const (
	KindAsk    = "entry.ask"    // to every other city: is any of these known to you
	KindAnswer = "entry.answer" // back
	KindOver   = "entry.over"   // to every other city: the entry will not be made
)

// Kinds lists them.
var Kinds = []string{KindAsk, KindAnswer, KindOver}

type (
	askBody struct {
		ID      string   `json:"id"`
		Rank    int64    `json:"rank"`
		Persons []Person `json:"persons"`
		Known   []Known  `json:"known,omitempty"` // entries of the one asked that stand in the way
	}
	answerBody struct {
		ID     string `json:"id"`
		Said   string `json:"said"`
		City   City   `json:"city,omitempty"`
		Person Person `json:"person,omitempty"`
		Rank   int64  `json:"rank,omitempty"`  // entering: of that entry
		Entry  string `json:"entry,omitempty"` // busy: number of the entry of City
	}
	overBody struct {
		ID string `json:"id"`
	}
)

// Handle lets a message of another city have its effect. The envelope was checked by whoever took it
// in. One that says nothing new has no effect but the same answer again.
func (m *Machine) Handle(b Book, s message.Sealed) error {
	from := s.Envelope.From
	if !slices.Contains(m.Others, from) {
		return refuse(household.RefusedProof)
	}
	switch s.Envelope.Kind {
	case KindAsk:
		body, err := read[askBody](s)
		if err == nil {
			err = errors.Join(formed(body.ID, body.Persons), ranked(body.Rank))
		}
		if err != nil {
			return err
		}
		return m.asked(b, from, body)
	case KindAnswer:
		body, err := read[answerBody](s)
		if err != nil {
			return err
		}
		return m.answered(b, from, body)
	case KindOver:
		body, err := read[overBody](s)
		if err != nil {
			return err
		}
		return m.isOver(b, from, body.ID)
	}
	return nil
}

// mostRank bounds what a rank may be: nobody counts beyond it, and one who sends more would leave
// no room to the others.
const mostRank = int64(1) << 60

func ranked(n int64) error {
	if n < 1 || n > mostRank {
		return refuse(household.RefusedForm)
	}
	return nil
}

// asked answers a question, and remembers it where the answer is "unknown".
func (m *Machine) asked(b Book, from City, q askBody) error {
	a, err := m.answer(b, from, q)
	if err != nil || a.Said == "" {
		return err
	}
	a.ID = q.ID
	_, err = b.Send(from, KindAnswer, q.ID, a)
	return err
}

func (m *Machine) answer(b Book, from City, q askBody) (a answerBody, err error) {
	if ok, err := b.Serving(); err != nil || !ok {
		return answerBody{Said: SaidRestoring}, err
	}
	promise, there, err := b.Asked(from, q.ID)
	if err != nil || there && promise.Over { // an old question came late
		return a, err
	}
	if lost, err := m.known(b, q.Known); err != nil || lost != "" {
		return answerBody{Said: SaidLost, Person: lost}, err
	}
	var yield []Entry
	for _, p := range q.Persons {
		at, there, err := b.Standing(p)
		switch {
		case err != nil:
			return a, err
		case there && at.Standing == household.Moved:
			return answerBody{Said: SaidMoved, City: at.To, Person: p}, nil
		case there:
			return answerBody{Said: SaidRegistered, Person: p}, nil
		}
		own, err := b.Of(p)
		if err != nil {
			return a, err
		}
		for _, e := range own {
			switch {
			case e.State == Lost && m.broken != hidesLost:
				return answerBody{Said: SaidLost, Person: p}, nil
			case e.State != Asking || m.broken == meetsNobody:
			case m.broken == neverYields || first(e.Rank, m.Me, q.Rank, from):
				return answerBody{Said: SaidEntering, Person: p, Rank: e.Rank}, nil
			default:
				if !slices.ContainsFunc(yield, func(o Entry) bool { return o.ID == e.ID }) {
					e.City, e.Person = from, p
					yield = append(yield, e)
				}
			}
		}
		promised, err := b.Promised(p)
		if err != nil {
			return a, err
		}
		for _, o := range promised {
			if o.City != from && m.broken != promisesMany {
				return answerBody{Said: SaidBusy, City: o.City, Person: p, Entry: o.ID}, nil
			}
		}
	}
	for _, e := range yield {
		if err := m.refused(b, e, SaidEntering, e.City, e.Person); err != nil {
			return a, err
		}
	}
	if m.broken != forgets && !there {
		err = b.SetAsked(Asked{City: from, ID: q.ID, Persons: q.Persons, Rank: q.Rank})
	}
	return answerBody{Said: SaidUnknown}, err
}

// first tells whether the first of two entries goes before the second.
func first(rank int64, c City, otherRank int64, other City) bool {
	return rank < otherRank || rank == otherRank && c < other
}

// known looks at entries of this city that somebody has a promise for: those that are over are
// told once more, and those that it knows nothing of were lost with a backup. lost is the person of
// such a one.
func (m *Machine) known(b Book, list []Known) (lost Person, err error) {
	for _, k := range list {
		if formed(k.ID, []Person{k.Person}) != nil {
			return "", refuse(household.RefusedForm)
		}
		e, there, err := b.Own(k.ID)
		switch {
		case err != nil:
			return "", err
		case there && (e.State == Refused || e.State == Withdrawn):
			if m.broken != neverHeals {
				if err := m.over(b, e); err != nil {
					return "", err
				}
			}
		case !there && m.broken != hidesLost, e.State == Lost && !slices.Contains(e.Persons, k.Person):
			if _, here, err := b.Standing(k.Person); err != nil {
				return "", err
			} else if here {
				continue
			}
			lost = k.Person
			if !there {
				e = Entry{ID: k.ID, State: Lost, Since: b.Now()}
			}
			e.Persons = append(slices.Clone(e.Persons), lost)
			if err := b.SetOwn(e); err != nil {
				return "", err
			}
		}
	}
	return lost, nil
}

// answered takes an answer.
func (m *Machine) answered(b Book, from City, a answerBody) error {
	if ok, err := b.Serving(); err != nil || !ok {
		return err
	}
	e, there, err := b.Own(a.ID)
	if err != nil || !there {
		return err
	}
	if e.State == Refused || e.State == Withdrawn {
		if a.Said == SaidUnknown { // it promised after it was told that the entry is over
			_, err = b.Send(from, KindOver, e.ID, overBody{e.ID})
		}
		return err
	}
	if e.State != Asking {
		return nil
	}
	heard := Answer{Said: a.Said, City: a.City, Person: a.Person, At: b.Now()}
	switch a.Said {
	case SaidUnknown:
		e.Work.Answers[from] = heard
		return m.settle(b, e)
	case SaidRegistered:
		return m.refused(b, e, a.Said, from, a.Person)
	case SaidMoved:
		return m.refused(b, e, a.Said, a.City, a.Person)
	case SaidLost:
		return m.refused(b, e, a.Said, from, a.Person)
	case SaidEntering:
		if m.broken != neverYields && first(a.Rank, from, e.Rank, m.Me) {
			return m.refused(b, e, a.Said, from, a.Person)
		}
	case SaidBusy:
		if a.City != m.Me && slices.Contains(m.Others, a.City) && slices.Contains(e.Persons, a.Person) {
			e.meet(a.City, Known{a.Entry, a.Person})
		}
	case SaidRestoring:
	default:
		return refuse(household.RefusedForm)
	}
	if e.Work.Answers[from].Said != SaidUnknown {
		e.Work.Answers[from] = heard
	}
	return b.SetWork(e)
}

// isOver ends a promise. What waited for it is looked at again.
func (m *Machine) isOver(b Book, from City, id string) error {
	a, there, err := b.Asked(from, id)
	if err != nil || !there || a.Over {
		return err
	}
	a.Over = true
	if err := b.SetAsked(a); err != nil {
		return err
	}
	if ok, err := b.Serving(); err != nil || !ok {
		return err
	}
	for _, p := range a.Persons {
		e, err := m.open(b, p, Asking)
		if err != nil {
			return err
		}
		if e != nil {
			if err := m.settle(b, *e); err != nil {
				return err
			}
		}
	}
	return nil
}
