package household

import (
	"errors"
	"fmt"
	"strings"

	"conurb/trust/message"
)

// perPart is about how many bytes of facts one message holds; a message is not more than
// message.MaxBytes.
const perPart = 60_000

// The numbers of a reconciliation: what the city is about to be, and, by node, how many parts of
// which answer it has told, from 1; negative once it was the last.
const (
	becoming = "becoming"
	answered = "answered/"
	heard    = "heard/"
)

// Forget is what a restore does to the numbers of a register, in its own transaction: names are
// those that the backup has. From then on the city serves nothing, and asks everybody (Tick).
func Forget(names []string, nonce int64) map[string]int64 {
	numbers := map[string]int64{restoring: nonce, becoming: 0}
	for _, name := range names {
		if strings.HasPrefix(name, answered) || strings.HasPrefix(name, heard) {
			numbers[name] = 0
		}
	}
	return numbers
}

// Restored tells that the city's state may be of the past: it serves nothing until every other
// node has told what it knows. It asks twice. First for numbers: what incarnation of this city
// does each know? Then for facts, as the incarnation after all of those: whoever tells facts
// keeps no decision of an earlier one from that moment, so that nothing can be added to the past
// after it was told. A question that comes late or again asks for nothing that is not so already.
func (m *Machine) Restored(b Book) error {
	nonce, err := b.Fresh() // names the question
	if err != nil {
		return err
	}
	if m.broken == servesAtOnce {
		nonce = 0
	}
	if err := b.SetNumber(restoring, nonce); err != nil {
		return err
	}
	return m.begin(b, nonce, 0)
}

// begin asks everybody anew.
func (m *Machine) begin(b Book, nonce, number int64) error {
	if err := b.SetNumber(becoming, number); err != nil {
		return err
	}
	for _, c := range m.Others {
		if err := errors.Join(b.SetNumber(answered+string(c), 0), b.SetNumber(heard+string(c), 0)); err != nil {
			return err
		}
	}
	return m.ask(b, nonce)
}

// ask asks the nodes that have not told everything.
func (m *Machine) ask(b Book, nonce int64) error {
	number, err := b.Number(becoming)
	if err != nil {
		return err
	}
	for _, c := range m.Others {
		n, err := b.Number(answered + string(c))
		if err != nil {
			return err
		}
		if n < 0 {
			continue
		}
		if _, err := b.Send(c, KindReconcile, fmt.Sprint(nonce, "/", number), reconcileBody{nonce, number}); err != nil {
			return err
		}
	}
	return nil
}

// tell answers a city that was restored: with the number that it is known by, and, once it has
// taken the next, with everything that it may have forgotten.
func (m *Machine) tell(b Book, s message.Sealed) error {
	body, err := read[reconcileBody](s)
	if err != nil {
		return err
	}
	other := s.Envelope.From
	if err := m.fence(b, other, body); err != nil {
		return err
	}
	all := []factsBody{{}}
	if body.Incarnation > 0 {
		if all, err = m.gather(b, other); err != nil {
			return err
		}
		if err := b.Hurry(other); err != nil { // what it was told, it may have forgotten
			return err
		}
	}
	known, err := b.Number(incarnation + "/" + string(other))
	if err != nil {
		return err
	}
	mine, err := b.Number(incarnation)
	if err != nil {
		return err
	}
	cut, err := b.Number("cut/" + string(other))
	if err != nil {
		return err
	}
	cut++
	if err := b.SetNumber("cut/"+string(other), cut); err != nil {
		return err
	}
	for i, f := range all {
		f.Nonce, f.Asked, f.Cut, f.Part, f.Last, f.Incarnation, f.Mine = body.Nonce, body.Incarnation, cut, i+1, i == len(all)-1, known, mine
		if _, err := b.Send(other, KindFacts, fmt.Sprint(body.Nonce, "/", body.Incarnation, "/", i+1), f); err != nil {
			return err
		}
	}
	return nil
}

// fence takes no decision of an incarnation before the one that the asker is about to be.
func (m *Machine) fence(b Book, other City, body reconcileBody) error {
	name := incarnation + "/" + string(other)
	if m.broken != fencesRise {
		return raise(b, name, body.Incarnation)
	}
	n, err := b.Number(name)
	if err != nil {
		return err
	}
	return b.SetNumber(name, max(n, body.Incarnation)+1)
}

// gather cuts what is known of a city into parts, of which there is one at least.
func (m *Machine) gather(b Book, other City) ([]factsBody, error) {
	entries, err := b.EntriesWith(other)
	if err != nil {
		return nil, err
	}
	kept, err := b.WitnessedOf(other)
	if err != nil {
		return nil, err
	}
	parts := []factsBody{{}}
	size := 0
	part := func(bytes int) *factsBody {
		if size += bytes; size > perPart && size > bytes {
			parts, size = append(parts, factsBody{}), bytes
		}
		return &parts[len(parts)-1]
	}
	for _, e := range entries {
		p := part(200)
		p.Entries = append(p.Entries, e)
	}
	seen := map[string]bool{}
	for _, w := range kept {
		if !seen[w.Transfer] {
			seen[w.Transfer] = true
			p := part(1000 + len(w.Decision.Envelope.Body))
			p.Witnessed = append(p.Witnessed, *w.Decision)
		}
	}
	for _, state := range []State{Decided, Gone} {
		list, err := b.Open(state)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			if t.From == m.Me && m.witness(t) == other {
				p := part(1000 + len(t.Decision.Envelope.Body))
				p.Entrusted = append(p.Entrusted, *t.Decision)
			}
		}
	}
	return parts, nil
}

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
	if all, err := m.count(b, s.Envelope.From, body); err != nil || !all {
		return err
	}
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
	return errors.Join(raise(b, incarnation, number), b.SetNumber(restoring, 0), b.Hurry(""))
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

// count notes that a part was told, and tells whether everybody has now told everything.
func (m *Machine) count(b Book, from City, body factsBody) (bool, error) {
	told, err := b.Number(answered + string(from))
	if err != nil || told < 0 {
		return false, err
	}
	cut, err := b.Number(heard + string(from))
	if err != nil {
		return false, err
	}
	if body.Cut != cut && body.Part == 1 {
		told, cut = 0, body.Cut
		if err := b.SetNumber(heard+string(from), cut); err != nil {
			return false, err
		}
	}
	if body.Cut != cut || int64(body.Part) != told+1 {
		return false, nil // of another answer, again, or before the part before it: it will be asked for anew
	}
	told++
	if body.Last {
		told = -1
	}
	if err := b.SetNumber(answered+string(from), told); err != nil {
		return false, err
	}
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
func (m *Machine) learn(b Book, from City, e Entry) error {
	mine, there, err := b.Entry(e.Person)
	if err := errors.Join(err, b.Meet(from, e.Person)); err != nil || there && mine.Epoch >= e.Epoch {
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
	return nil
}

// Tick does what is due: it sends again what has not been answered, and refuses what was promised
// and not decided in time. A city that does not serve asks again instead; how often is for whoever
// runs it to say. The book sees to it that no more than one message of a kind about a thing is
// under way.
func (m *Machine) Tick(b Book) error {
	nonce, err := b.Number(restoring)
	if err != nil {
		return err
	}
	if nonce != 0 && m.broken != servesAtOnce {
		return m.ask(b, nonce)
	}
	list, err := b.Due()
	if err != nil {
		return err
	}
	for _, t := range list {
		if err := m.due(b, t); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machine) due(b Book, t Transfer) error {
	switch {
	case t.State == Promised && b.Now() >= t.Until:
		return m.refuse(b, t, RefusedExpired)
	case t.State == Promised:
		t.Due = t.Until
	case t.State == Held && t.Reason == string(Withdrawn):
		return m.withdraw(b, t)
	case t.State == Held:
		return m.promise(b, t)
	case t.State != Decided && t.State != Gone:
		t.Due = 0
	case t.Witness == nil:
		return m.decision(b, t)
	case m.broken != withoutResend:
		return m.certificate(b, t)
	default:
		t.Due = 0
	}
	return b.SetTransfer(t)
}

// Progress is how far a city has come with reconciling.
type Progress struct {
	Serving     bool    `json:"serving"`
	Incarnation int64   `json:"incarnation"` // that it is, or was before it was restored
	Becoming    int64   `json:"becoming,omitempty"`
	Others      []Heard `json:"others"`
}

// Heard is what another node has told.
type Heard struct {
	City  City  `json:"city"`
	Told  bool  `json:"told"`  // everything that was asked for in this round
	Parts int64 `json:"parts"` // messages of an answer that is not yet whole
}

// Progress tells how far the city has come. Two rounds are asked: for numbers, then, as the
// incarnation after them (Becoming), for facts.
func (m *Machine) Progress(b Book) (p Progress, err error) {
	if p.Serving, err = m.Serving(b); err != nil {
		return p, err
	}
	if p.Incarnation, err = b.Number(incarnation); err != nil || p.Serving {
		return p, err
	}
	if p.Becoming, err = b.Number(becoming); err != nil {
		return p, err
	}
	for _, c := range m.Others {
		n, err := b.Number(answered + string(c))
		if err != nil {
			return p, err
		}
		p.Others = append(p.Others, Heard{c, n < 0, max(n, 0)})
	}
	return p, nil
}
