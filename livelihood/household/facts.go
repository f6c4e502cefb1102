package household

import (
	"errors"
	"fmt"
	"slices"

	"conurb/trust/message"
)

// facts takes what another node knows of this one. Knowledge of an epoch never overrides that of
// a later one, so that the order does not matter.
func (m *Machine) facts(b Book, s message.Sealed) error {
	body, err := read[factsBody](s)
	if err != nil {
		return err
	}
	nonce, err := b.Number(restoring)
	if err != nil || nonce == 0 || nonce != body.Nonce {
		return err
	}
	number, err := b.Number(becoming)
	if err != nil || number != body.Asked {
		return err
	}
	if err := m.take(b, s.Envelope.From, body); err != nil {
		return err
	}
	if number > 0 && body.Incarnation > number {
		return m.begin(b, nonce, body.Incarnation) // nobody should know a later one; then we are that
	}
	if counts, err := m.counts(b, s.Envelope.From, body); err != nil || !counts {
		return err
	}
	if all, err := m.count(b, s.Envelope.From, body); err != nil || !all {
		return err
	}
	return m.advance(b, nonce, number)
}

// counts tells whether an answer is one to go on with: that of a city which has itself forgotten is
// only where a person has signed for it.
func (m *Machine) counts(b Book, from City, body factsBody) (bool, error) {
	if !body.Stale {
		return true, b.SetNumber(stale+string(from), 0)
	}
	if err := b.SetNumber(stale+string(from), 1); err != nil {
		return false, err
	}
	signed, err := b.Number(without + string(from))
	return signed != 0, err
}

// Without goes on without another node, on the word of a person: its past is lost too, and it has
// told what it still knows, or nobody is there to ask. What it alone knew is lost by that: a
// decision of this city that it kept and whose certificate has not arrived counts as not made.
// When it is back and has reconciled, this city asks everybody once more.
func (m *Machine) Without(b Book, other City) error {
	nonce, err := b.Number(restoring)
	if err != nil {
		return err
	}
	if nonce == 0 || !slices.Contains(m.Others, other) {
		return &Refusal{RefusedState}
	}
	told, err := b.Number(answered + string(other))
	if err != nil || told < 0 {
		return errors.Join(err, &Refusal{RefusedState})
	}
	if err := errors.Join(b.SetNumber(without+string(other), 1), b.SetNumber(answered+string(other), -1)); err != nil {
		return err
	}
	if all, err := m.all(b); err != nil || !all {
		return err
	}
	number, err := b.Number(becoming)
	if err != nil {
		return err
	}
	return m.advance(b, nonce, number)
}

// advance goes on once everybody has told what was asked for: to the question for facts, and from
// there to serving.
func (m *Machine) advance(b Book, nonce, number int64) error {
	if number == 0 {
		highest, err := b.Number(incarnation)
		if err != nil {
			return err
		}
		for _, c := range m.Others {
			n, err := b.Number("known/" + string(c))
			if err != nil {
				return err
			}
			highest = max(highest, n)
		}
		return m.begin(b, nonce, highest+1)
	}
	if err := m.drop(b); err != nil {
		return err
	}
	if err := errors.Join(raise(b, incarnation, number), b.SetNumber(restoring, 0), b.Hurry("")); err != nil {
		return err
	}
	for _, c := range m.Others {
		if _, err := b.Send(c, KindServes, fmt.Sprint(nonce, "/", number), reconcileBody{nonce, number}); err != nil {
			return err
		}
	}
	return nil
}

// serves hears that a city has reconciled: what is open with it is due at once. If people had said
// that no more could be had of it, now more can: everybody is asked once more.
func (m *Machine) serves(b Book, from City) error {
	if err := b.Hurry(from); err != nil { // what came while it did not serve had no effect
		return err
	}
	signed, err := b.Number(without + string(from))
	if err != nil || signed == 0 {
		return err
	}
	if ok, err := m.Serving(b); err != nil || ok {
		return errors.Join(err, m.Restored(b))
	}
	return errors.Join(b.SetNumber(without+string(from), 0), b.SetNumber(stale+string(from), 0), b.SetNumber(answered+string(from), 0), b.SetNumber(heard+string(from), 0))
}

// drop ends the decisions of a past that did not come to be: a backup may be of a time that was
// itself lost, and what it decided then may have been decided otherwise since. No witness kept
// such a decision, and none will; whom nobody knows elsewhere is registered here as before.
func (m *Machine) drop(b Book) error {
	list, err := b.Open(Decided)
	if err != nil || m.broken == keepsDropped {
		return err
	}
	for _, t := range list {
		var still []Token
		byThis := false
		for _, p := range t.Persons {
			e, there, err := b.Entry(p.Person)
			if err != nil {
				return err
			}
			byThis = byThis || there && e.Standing == Moved && e.Transfer == t.ID
			if there && e.Token == p && e.Standing == Deciding && e.Transfer == t.ID {
				still = append(still, p)
			}
		}
		if byThis || len(still) == len(t.Persons) {
			continue
		}
		for _, p := range still {
			if err := b.SetEntry(Entry{Token: p, Standing: Registered}); err != nil {
				return err
			}
		}
		if err := m.refuse(b, t, RefusedOld); err != nil {
			return err
		}
	}
	return nil
}

// take learns what a message of facts says.
func (m *Machine) take(b Book, from City, body factsBody) error {
	for _, e := range body.Entries {
		if err := m.learn(b, from, e); err != nil {
			return err
		}
	}
	for _, d := range body.Witnessed {
		if err := m.recall(b, d); err != nil {
			return err
		}
	}
	for _, d := range body.Entrusted {
		if err := m.keepAgain(b, from, d); err != nil {
			return err
		}
	}
	return errors.Join(b.SetNumber("known/"+string(from), body.Incarnation), raise(b, incarnation+"/"+string(from), body.Mine))
}

// count notes that a part was told, and tells whether everybody has now told everything. The parts
// of an answer come in any order. Those of two answers do not add up: each is cut in its own way.
func (m *Machine) count(b Book, from City, body factsBody) (bool, error) {
	name := string(from)
	told, err := b.Number(answered + name)
	if err != nil || told < 0 {
		return false, err
	}
	cut, err := b.Number(heard + name)
	if err != nil || body.Cut < cut {
		return false, err // of an earlier answer
	}
	if body.Cut > cut {
		told = 0
		if err := errors.Join(b.SetNumber(heard+name, body.Cut), b.SetNumber(parts+name, 0)); err != nil {
			return false, err
		}
	}
	part := fmt.Sprint(heardPart, name, "/", body.Part)
	if known, err := b.Number(part); err != nil || known == body.Cut {
		return false, err // it comes again
	}
	told++
	if body.Last {
		if err := b.SetNumber(parts+name, int64(body.Part)); err != nil {
			return false, err
		}
	}
	whole, err := b.Number(parts + name)
	if err != nil {
		return false, err
	}
	if told == whole || body.Last && m.broken == lastIsAll {
		told = -1
	}
	if err := errors.Join(b.SetNumber(part, body.Cut), b.SetNumber(answered+name, told)); err != nil {
		return false, err
	}
	return m.all(b)
}

// all tells whether everybody has told everything.
func (m *Machine) all(b Book) (bool, error) {
	for _, c := range m.Others {
		if n, err := b.Number(answered + string(c)); err != nil || n >= 0 {
			return false, err
		}
	}
	return true, nil
}

// raise sets a number that never goes down.
func raise(b Book, name string, n int64) error {
	have, err := b.Number(name)
	if err != nil || have >= n {
		return err
	}
	return b.SetNumber(name, n)
}

// learn takes what another city's book says of a person.
func (m *Machine) learn(b Book, from City, e told) error {
	mine, there, err := b.Entry(e.Person)
	if err := errors.Join(err, m.meet(b, e.Person, e.Been)); err != nil || there && mine.Epoch >= e.Epoch {
		return err
	}
	asserted := e.Asserts(from)
	if asserted == m.Me {
		return b.SetEntry(Entry{Token: e.Token, Standing: Registered, Transfer: e.Transfer})
	}
	return b.SetEntry(Entry{Token: e.Token, Standing: Moved, To: asserted, Transfer: e.Transfer})
}

// recall takes up a decision of this city's that a witness kept. Its certificate may have left,
// and this city may have said where the persons went: so they are there. What the witness wrote
// then is asked of it again.
func (m *Machine) recall(b Book, s message.Sealed) error {
	body, err := read[decisionBody](s)
	if err != nil {
		return err
	}
	if err := m.Verify(s); err != nil || s.Envelope.From != m.Me {
		return &Refusal{RefusedProof}
	}
	t, _, err := b.Transfer(body.Transfer)
	if err != nil || t.State == Gone || t.State == Done {
		return err
	}
	if err := m.follow(b, body, m.Me); err != nil {
		return err
	}
	t = Transfer{ID: body.Transfer, From: m.Me, To: body.To, Persons: body.Persons, State: Gone, Promise: &body.Promise, Decision: &s, Due: b.Now()}
	for _, p := range body.Persons {
		if m.broken == recallsHalf {
			t.State = Decided
			if e, there, err := b.Entry(p.Person); err != nil || !there || e.Epoch > p.Epoch {
				continue
			}
			if err := b.SetEntry(Entry{Token: p, Standing: Deciding, To: body.To, Transfer: body.Transfer}); err != nil {
				return err
			}
		} else if err := m.giveAway(b, p, body.To, body.Transfer); err != nil {
			return err
		}
	}
	return b.SetTransfer(t)
}

// keepAgain keeps a decision that another city had entrusted to this one.
func (m *Machine) keepAgain(b Book, from City, s message.Sealed) error {
	body, err := read[decisionBody](s)
	if err != nil {
		return err
	}
	if err := m.Verify(s); err != nil || s.Envelope.From != from {
		return &Refusal{RefusedProof}
	}
	for _, p := range body.Persons {
		if _, there, err := b.Witnessed(from, p.Person, p.Epoch+1); err != nil || there {
			if err != nil {
				return err
			}
			continue
		}
		if err := b.SetWitnessed(Witnessed{from, p.Person, p.Epoch + 1, body.Transfer, body.Incarnation, &s}); err != nil {
			return err
		}
	}
	return m.follow(b, body, from)
}
