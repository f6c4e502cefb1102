package household

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"conurb/trust/message"
)

// perPart is about how many bytes of facts one message holds; a message is not more than
// message.MaxBytes.
const perPart = 60_000

// The numbers of a reconciliation: what the city is about to be, and, by node, how many parts of
// which answer it has told; negative once these are all.
const (
	becoming  = "becoming"
	answered  = "answered/"
	heard     = "heard/"
	parts     = "parts/"   // how many the answer has; 0 before its last one came
	heardPart = "part/"    // and, by part, the last answer of which it came
	asked     = "asked/"   // how many had come when it was last looked whether to ask again
	without   = "without/" // a person has signed that no more of this node can be had; see Without
	stale     = "stale/"   // it answers, and has itself yet to reconcile
)

// Forget is what a restore does to the numbers of a register, in its own transaction: names are
// those that the backup has. From then on the city serves nothing, and asks everybody (Tick).
func Forget(names []string, nonce int64) map[string]int64 {
	numbers := map[string]int64{restoring: nonce, becoming: 0}
	for _, name := range names {
		if prefix, _, _ := strings.Cut(name, "/"); slices.Contains([]string{answered, heard, parts, heardPart, asked, without, stale}, prefix+"/") {
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
	for _, c := range m.Others { // what was signed for was another time
		if err := errors.Join(b.SetNumber(without+string(c), 0), b.SetNumber(stale+string(c), 0)); err != nil {
			return err
		}
	}
	return m.begin(b, nonce, 0)
}

// begin asks everybody anew.
func (m *Machine) begin(b Book, nonce, number int64) error {
	if err := b.SetNumber(becoming, number); err != nil {
		return err
	}
	for _, c := range m.Others {
		signed, err := b.Number(without + string(c))
		if err != nil {
			return err
		}
		there, err := b.Number(stale + string(c))
		if err != nil {
			return err
		}
		told := int64(0)
		if signed != 0 && there == 0 {
			told = -1 // nobody is there to tell
		}
		if err := errors.Join(b.SetNumber(answered+string(c), told), b.SetNumber(heard+string(c), 0), b.SetNumber(asked+string(c), 0)); err != nil {
			return err
		}
	}
	return m.ask(b, nonce)
}

// ask asks the nodes that have not told everything, but for those of whose answer more has come
// since: another question would have them begin anew, and a long answer never come to its end.
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
		before, err := b.Number(asked + string(c))
		if err != nil {
			return err
		}
		if n < 0 {
			continue
		}
		if n != before {
			if err := b.SetNumber(asked+string(c), n); err != nil {
				return err
			}
			if n > 0 {
				continue
			}
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
	serves, err := m.Serving(b)
	if err != nil {
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
	cut = max(cut+1, b.Now()) // later than all of before, also of those that a restore of this one forgot
	if err := b.SetNumber("cut/"+string(other), cut); err != nil {
		return err
	}
	for i, f := range all {
		f.Nonce, f.Asked, f.Cut, f.Part, f.Last, f.Incarnation, f.Mine, f.Stale = body.Nonce, body.Incarnation, cut, i+1, i == len(all)-1, known, mine, !serves
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
	entries, err := m.known(b, other)
	if err != nil {
		return nil, err
	}
	kept, err := b.WitnessedOf(other)
	if err != nil {
		return nil, err
	}
	list := []factsBody{{}}
	size, most := 0, cmp.Or(m.PerPart, perPart)
	part := func(bytes int) *factsBody {
		if size += bytes; size > most && size > bytes {
			list, size = append(list, factsBody{}), bytes
		}
		return &list[len(list)-1]
	}
	for _, e := range entries {
		p := part(130 + 70*len(e.Been))
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
		open, err := b.Open(state)
		if err != nil {
			return nil, err
		}
		for _, t := range open {
			if t.From == m.Me && m.witness(t) == other {
				p := part(1000 + len(t.Decision.Envelope.Body))
				p.Entrusted = append(p.Entrusted, *t.Decision)
			}
		}
	}
	return list, nil
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
