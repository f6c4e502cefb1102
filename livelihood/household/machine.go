package household

import (
	"errors"
	"slices"

	"conurb/trust/message"
)

// Machine is a city's part in the protocol.
type Machine struct {
	Me     City
	Others []City // every other node, each of which may be a witness and is asked after a restore
	// Verify holds a message to its sender's signature and to the digest of its body, by the keys
	// known, those of the past among them.
	Verify func(s message.Sealed) error
	// Pause is how long to wait for an answer after so many tries, seconds; nil: that of Pause, and
	// of Patience while a person decides.
	// Messages that have not arrived are sent again by whoever carries them: this is for those
	// that arrived and had no effect, since the other city was not serving or has lost it.
	Pause func(tries int) int64
	// PerPart is about how many bytes of what is told to a restored city one message holds; 0: 60,000.
	PerPart int

	broken breach // rules that a test has taken out
}

// breach is a rule taken out; the zero value has all of them.
type breach int

// The rules that can be taken out, each with what then breaks (see sim).
const (
	whole           breach = iota
	withoutOwner           // S need not still hold the person
	withoutFloor           // T takes a certificate of any epoch
	withoutSigns           // signatures inside a certificate are not checked
	registersEarly         // T registers when it promises
	holdsExpire            // T drops a hold by its own clock, and a certificate without a hold
	withoutResend          // S sends the certificate once
	servesAtOnce           // a restored city serves before it has reconciled
	withoutWitness         // the certificate leaves with the decision
	needsHold              // T refuses a certificate whose hold it lost
	withoutFence           // a witness takes decisions of before a restore
	witnessForgets         // no fence either, and a witness keeps the last decision instead of the first
	withoutPointers        // what has moved is forgotten instead of pointed at
	recallsHalf            // a decision that a witness kept is recalled as one that is yet to be witnessed
	fencesRise             // every question raises the fence, not the number that the asker is about to take
	keepsDropped           // decisions of a past that did not come to be are kept
	lastIsAll              // the last part of an answer counts as the whole
	noTrail                // only the two cities of a move know that the person was in both
)

// Restoring is the name of the number that says that a city came back from a backup: the nonce
// of its question to the others; 0 while it serves. Whoever restores a backup sets it, see Forget.
const Restoring = restoring

const (
	restoring   = "restoring"
	incarnation = "incarnation"
)

// The times between two messages about the same.
const (
	FirstPause = 30 // seconds
	MostPause  = 60 * 60
)

// Patience is how long a city that has promised waits for the clerk of the other one: an hour,
// then four times as long each time, at most a day. What had no effect since the other city was
// not serving is told by that city (KindServes), and hurried: it is sent at once, and half a minute
// later once more, since its first text may still have been on its way back then.
func Patience(tries int) int64 {
	if tries <= hurried {
		return FirstPause
	}
	return min(24*60*60, int64(60*60)<<min(2*(tries-hurried-1), 12))
}

// hurried is how often a transfer that was hurried has been tried when it was sent at once.
const hurried = 1

// Pause is 30 seconds, then twice as long each time, at most an hour.
func Pause(tries int) int64 {
	return min(MostPause, int64(FirstPause)<<min(max(tries-1, 0), 10))
}

// later puts off what was just done once more.
func (m *Machine) later(b Book, t *Transfer) {
	pause := m.Pause
	switch {
	case pause != nil:
	case t.State == Held && t.Reason == "": // and not asked to let go
		pause = Patience
	default:
		pause = Pause
	}
	t.Tries++
	t.Due = b.Now() + pause(t.Tries)
}

// Serving tells whether the city may answer and decide.
func (m *Machine) Serving(b Book) (bool, error) {
	n, err := b.Number(restoring)
	return n == 0 || m.broken == servesAtOnce, err
}

func (m *Machine) serving(b Book) error {
	ok, err := m.Serving(b)
	if err == nil && !ok {
		err = &Refusal{RefusedRestoring}
	}
	return err
}

// Register enters somebody who was never registered anywhere: a birth, a first entry.
func (m *Machine) Register(b Book, p Person) error {
	if err := m.serving(b); err != nil {
		return err
	}
	if _, there, err := b.Entry(p); err != nil || there {
		return errors.Join(err, &Refusal{RefusedBusy})
	}
	return b.SetEntry(Entry{Token: Token{p, 1}, Standing: Registered})
}

// Hold promises to take persons in, at the epochs that they have where they are. until is when
// the promise ends, seconds since 1970, by the clock of the city that lets go.
func (m *Machine) Hold(b Book, id string, from City, persons []Token, until int64) error {
	if err := m.serving(b); err != nil {
		return err
	}
	if err := formed(id, persons); err != nil {
		return err
	}
	if old, there, err := b.Transfer(id); err != nil || there {
		if err == nil && old.State != Held {
			err = &Refusal{RefusedState}
		}
		return err
	}
	if len(persons) == 0 || from == m.Me {
		return &Refusal{RefusedNobody}
	}
	for i, t := range persons {
		if slices.ContainsFunc(persons[:i], func(o Token) bool { return o.Person == t.Person }) {
			return &Refusal{RefusedNobody}
		}
		e, there, err := b.Entry(t.Person)
		if err != nil {
			return err
		}
		if there && (e.Standing != Moved || e.Epoch > t.Epoch) {
			return &Refusal{RefusedEpoch}
		}
		if m.broken == registersEarly {
			if err := b.SetEntry(Entry{Token: Token{t.Person, t.Epoch + 1}, Standing: Registered, Transfer: id}); err != nil {
				return err
			}
		}
	}
	t := Transfer{ID: id, From: from, To: m.Me, Persons: persons, Until: until, State: Held, Tries: hurried}
	return m.promise(b, t)
}

func (m *Machine) promise(b Book, t Transfer) error {
	s, err := b.Send(t.From, KindPromise, t.ID, promiseBody{t.ID, t.Persons, t.Until})
	if err != nil {
		return err
	}
	t.Promise = &s
	m.later(b, &t)
	return b.SetTransfer(t)
}

// Withdraw asks the other city to let a held transfer go: whether it can is for that city to
// say, which may have decided already.
func (m *Machine) Withdraw(b Book, id string) error {
	if err := m.serving(b); err != nil {
		return err
	}
	t, there, err := b.Transfer(id)
	if err != nil {
		return err
	}
	if !there || t.To != m.Me || t.State != Held {
		return &Refusal{RefusedState}
	}
	t.Reason, t.Tries = string(Withdrawn), 0
	return m.withdraw(b, t)
}

// withdraw asks in place of promising, until the other city says what came of it.
func (m *Machine) withdraw(b Book, t Transfer) error {
	if _, err := b.Send(t.From, KindWithdraw, t.ID, aboutBody{Transfer: t.ID}); err != nil {
		return err
	}
	m.later(b, &t)
	return b.SetTransfer(t)
}

// Refuse ends a promised transfer at the city that lets go, before it has decided.
func (m *Machine) Refuse(b Book, id, code string) error {
	if err := m.serving(b); err != nil {
		return err
	}
	t, there, err := b.Transfer(id)
	if err != nil {
		return err
	}
	if !there || t.From != m.Me || t.State != Promised {
		return &Refusal{RefusedState}
	}
	return m.refuse(b, t, code)
}

func (m *Machine) refuse(b Book, t Transfer, code string) error {
	t.State, t.Reason, t.Due = Refused, code, 0
	if err := b.SetTransfer(t); err != nil {
		return err
	}
	_, err := b.Send(t.To, KindRefused, t.ID, aboutBody{Transfer: t.ID, Reason: code})
	return err
}

// Decide is the one moment at which a move becomes a fact to be completed: the city that holds
// the persons gives them away. Everything is looked at again.
func (m *Machine) Decide(b Book, id string) error {
	if err := m.serving(b); err != nil {
		return err
	}
	t, there, err := b.Transfer(id)
	if err != nil {
		return err
	}
	if !there || t.From != m.Me || t.State != Promised {
		return &Refusal{RefusedState}
	}
	if code, err := m.standing(b, t); err != nil || code != "" {
		if err != nil {
			return err
		}
		return m.refuse(b, t, code)
	}
	if m.witness(t) == "" {
		return &Refusal{RefusedAlone}
	}
	for _, p := range t.Persons {
		if err := b.SetEntry(Entry{Token: p, Standing: Deciding, To: t.To, Transfer: id}); err != nil {
			return err
		}
	}
	t.State, t.Tries = Decided, 0
	return m.decision(b, t)
}

// standing is the code of what is against a decision, empty where nothing is.
func (m *Machine) standing(b Book, t Transfer) (string, error) {
	if b.Now() >= t.Until {
		return RefusedExpired, nil
	}
	for _, p := range t.Persons {
		e, there, err := b.Entry(p.Person)
		switch {
		case err != nil:
			return "", err
		case m.broken == withoutOwner && there:
		case !there:
			return RefusedUnknown, nil
		case e.Standing == Moved:
			return RefusedElsewhere, nil
		case e.Epoch != p.Epoch:
			return RefusedEpoch, nil
		case e.Standing != Registered:
			return RefusedBusy, nil
		}
	}
	return "", nil
}

// witness is the node that keeps the decision of a transfer: the one that it was sent to, else the
// first that is no part of it.
func (m *Machine) witness(t Transfer) City {
	if t.Decision != nil {
		return t.Decision.Envelope.To
	}
	for _, c := range m.Others {
		if c != t.To {
			return c
		}
	}
	return ""
}

func (m *Machine) decision(b Book, t Transfer) error {
	n, err := b.Number(incarnation)
	if err != nil {
		return err
	}
	been := make([][]City, len(t.Persons))
	for i, p := range t.Persons {
		if been[i], err = m.been(b, p.Person); err != nil {
			return err
		}
	}
	s, err := b.Send(m.witness(t), KindDecision, t.ID, decisionBody{t.ID, t.To, t.Persons, been, n, *t.Promise})
	if err != nil {
		return err
	}
	t.Decision = &s
	if m.broken == withoutWitness {
		t.Witness = &s
		return m.certify(b, t)
	}
	m.later(b, &t)
	return b.SetTransfer(t)
}

// certify gives the persons away and sends the certificate.
func (m *Machine) certify(b Book, t Transfer) error {
	for _, p := range t.Persons {
		if err := m.giveAway(b, p, t.To, t.ID); err != nil {
			return err
		}
	}
	t.State, t.Tries = Gone, 0
	return m.certificate(b, t)
}

// giveAway points to where a person went, unless what followed is known here.
func (m *Machine) giveAway(b Book, p Token, to City, transfer string) error {
	old, there, err := b.Entry(p.Person)
	if err := errors.Join(err, b.Meet(to, p.Person)); err != nil || there && old.Epoch > p.Epoch {
		return err
	}
	return b.SetEntry(Entry{Token: Token{p.Person, p.Epoch + 1}, Standing: Moved, To: to, Transfer: transfer})
}

func (m *Machine) certificate(b Book, t Transfer) error {
	s, err := b.Send(t.To, KindCertificate, t.ID, certificateBody{t.ID, *t.Decision, *t.Witness})
	if err != nil {
		return err
	}
	t.Certificate, t.Sent = &s, b.Now()
	m.later(b, &t)
	return b.SetTransfer(t)
}
