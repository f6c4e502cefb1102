package household

import (
	"errors"
	"slices"

	"conurb/trust/message"
)

// Handle lets a message of another node have its effect. The envelope's signature and its
// addressee were checked by whoever took it in; what is embedded is checked here. A message that
// says nothing new has no effect but, where the other waits for it, the same answer again. While
// the city does not serve, messages have none at all: whoever needs an answer asks again.
func (m *Machine) Handle(b Book, s message.Sealed) error {
	switch s.Envelope.Kind { // also while it does not serve
	case KindFacts:
		return m.facts(b, s)
	case KindReconcile:
		return m.tell(b, s)
	case KindServes:
		return m.serves(b, s.Envelope.From)
	}
	if ok, err := m.Serving(b); err != nil || !ok {
		return err
	}
	switch s.Envelope.Kind {
	case KindPromise:
		return m.promised(b, s)
	case KindWithdraw:
		return m.withdrawn(b, s)
	case KindRefused:
		return m.refused(b, s)
	case KindDecision:
		return m.witnessing(b, s)
	case KindWitnessed:
		return m.witnessed(b, s)
	case KindUnwitnessed:
		return m.unwitnessed(b, s)
	case KindCertificate:
		return m.certified(b, s)
	case KindBooked:
		return m.booked(b, s)
	}
	return nil
}

// promised takes a promise, at S. It decides nothing: a clerk contacts the applicant first.
func (m *Machine) promised(b Book, s message.Sealed) error {
	body, err := read[promiseBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil {
		return err
	}
	if there {
		if t.To != s.Envelope.From {
			return nil
		}
		return m.again(b, t)
	}
	t = Transfer{ID: body.Transfer, From: m.Me, To: s.Envelope.From, Persons: body.Persons, Until: body.Until, State: Promised, Promise: &s}
	if len(t.Persons) == 0 {
		return m.refuse(b, t, RefusedNobody)
	}
	for i, p := range t.Persons {
		if slices.ContainsFunc(t.Persons[:i], func(o Token) bool { return o.Person == p.Person }) {
			return m.refuse(b, t, RefusedNobody)
		}
	}
	code, err := m.standing(b, t)
	if err != nil {
		return err
	}
	if code != "" {
		return m.refuse(b, t, code)
	}
	t.Due = t.Until // then it is refused by itself
	return b.SetTransfer(t)
}

// again answers a promise that is known.
func (m *Machine) again(b Book, t Transfer) error {
	switch t.State {
	case Refused:
		_, err := b.Send(t.To, KindRefused, t.ID, aboutBody{Transfer: t.ID, Reason: t.Reason})
		return err
	case Gone, Done:
		if m.broken == withoutResend || t.Witness == nil {
			return nil
		}
		return m.certificate(b, t)
	}
	return nil
}

// withdrawn ends a transfer that is not decided, at S.
func (m *Machine) withdrawn(b Book, s message.Sealed) error {
	body, err := read[aboutBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	switch {
	case err != nil:
		return err
	case !there:
		// The promise is still under way, or was lost: it must not count when it comes.
		t = Transfer{ID: body.Transfer, From: m.Me, To: s.Envelope.From, State: Promised}
	case t.To != s.Envelope.From:
		return nil
	}
	if t.State == Promised {
		return m.refuse(b, t, string(Withdrawn))
	}
	return m.again(b, t)
}

// refused ends a hold, at T.
func (m *Machine) refused(b Book, s message.Sealed) error {
	body, err := read[aboutBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil || !there || t.From != s.Envelope.From || t.State != Held {
		return err
	}
	t.State, t.Reason, t.Due = Refused, body.Reason, 0
	if body.Reason == string(Withdrawn) {
		t.State = Withdrawn
	}
	return b.SetTransfer(t)
}

// witnessing keeps a decision, at W: the first about a person at an epoch, and no other.
func (m *Machine) witnessing(b Book, s message.Sealed) error {
	body, err := read[decisionBody](s)
	if err != nil {
		return err
	}
	from := s.Envelope.From
	fence, err := b.Number(incarnation + "/" + string(from))
	if err != nil {
		return err
	}
	if body.Incarnation < fence && m.broken != withoutFence && m.broken != witnessForgets {
		_, err := b.Send(from, KindUnwitnessed, body.Transfer, aboutBody{body.Transfer, RefusedOld, body.Incarnation})
		return err
	}
	for _, p := range body.Persons {
		old, there, err := b.Witnessed(from, p.Person, p.Epoch+1)
		if err != nil {
			return err
		}
		if there && old.Transfer != body.Transfer && m.broken != witnessForgets {
			_, err := b.Send(from, KindUnwitnessed, body.Transfer, aboutBody{body.Transfer, RefusedFork, body.Incarnation})
			return err
		}
	}
	for _, p := range body.Persons {
		if err := b.SetWitnessed(Witnessed{from, p.Person, p.Epoch + 1, body.Transfer, body.Incarnation, &s}); err != nil {
			return err
		}
	}
	if err := m.follow(b, body, from); err != nil {
		return err
	}
	_, err = b.Send(from, KindWitnessed, body.Transfer, aboutBody{Transfer: body.Transfer})
	return err
}

// witnessed lets the certificate leave, at S.
func (m *Machine) witnessed(b Book, s message.Sealed) error {
	body, err := read[aboutBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil || !there || t.From != m.Me || t.State != Decided && (t.State != Gone || t.Witness != nil) || s.Envelope.From != m.witness(t) {
		return err
	}
	t.Witness = &s
	return m.certify(b, t)
}

// unwitnessed tells S that it does not know its own past, where the decision is of its present
// incarnation: it stops serving and asks everybody.
func (m *Machine) unwitnessed(b Book, s message.Sealed) error {
	body, err := read[aboutBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil || !there || t.From != m.Me || t.Witness != nil || s.Envelope.From != m.witness(t) {
		return err
	}
	now, err := b.Number(incarnation)
	if err != nil || body.Incarnation != now {
		return err // a decision of before; the one of now is on its way
	}
	return m.Restored(b)
}

// certified registers persons, at T. The hold may have been lost: the certificate is enough.
func (m *Machine) certified(b Book, s message.Sealed) error {
	body, err := read[certificateBody](s)
	if err != nil {
		return err
	}
	d, err := m.proven(s.Envelope.From, body)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil {
		return err
	}
	if !there {
		if m.broken == needsHold {
			return nil
		}
		t = Transfer{ID: body.Transfer, From: s.Envelope.From, To: m.Me, Persons: d.Persons}
	}
	if t.From != s.Envelope.From || t.To != m.Me {
		return nil
	}
	if m.broken == holdsExpire && b.Now() >= t.Until {
		return nil
	}
	for _, p := range d.Persons {
		if err := errors.Join(m.arrive(b, Token{p.Person, p.Epoch + 1}, body.Transfer), b.Meet(t.From, p.Person)); err != nil {
			return err
		}
	}
	if err := m.follow(b, d, t.From); err != nil {
		return err
	}
	t.State, t.Certificate, t.Due = Booked, &s, 0
	if err := b.SetTransfer(t); err != nil {
		return err
	}
	_, err = b.Send(t.From, KindBooked, t.ID, aboutBody{Transfer: t.ID})
	return err
}

// arrive registers a person, unless a later epoch of him is known here.
func (m *Machine) arrive(b Book, t Token, transfer string) error {
	e, there, err := b.Entry(t.Person)
	if err != nil || there && e.Epoch >= t.Epoch && m.broken != withoutFloor {
		return err
	}
	return b.SetEntry(Entry{Token: t, Standing: Registered, Transfer: transfer})
}

// proven holds a certificate to what it embeds: our promise, the decision of its sender about
// just these persons, and a third city's word that it keeps the decision.
func (m *Machine) proven(from City, body certificateBody) (decisionBody, error) {
	d, err := read[decisionBody](body.Decision)
	if err != nil {
		return d, err
	}
	if m.broken == withoutSigns {
		return d, nil
	}
	p, err := read[promiseBody](d.Promise)
	if err != nil {
		return d, err
	}
	w, err := read[aboutBody](body.Witness)
	if err != nil {
		return d, err
	}
	for _, s := range []message.Sealed{body.Decision, d.Promise, body.Witness} {
		if err := m.Verify(s); err != nil {
			return d, &Refusal{RefusedProof}
		}
	}
	witness := body.Witness.Envelope
	if m.broken == withoutWitness {
		witness = message.Envelope{Kind: KindWitnessed, From: body.Decision.Envelope.To, To: from}
		w.Transfer = body.Transfer
	}
	switch {
	case body.Decision.Envelope.From != from, body.Decision.Envelope.Kind != KindDecision, d.To != m.Me, d.Transfer != body.Transfer,
		d.Promise.Envelope.From != m.Me, d.Promise.Envelope.Kind != KindPromise, p.Transfer != body.Transfer, !slices.Equal(p.Persons, d.Persons),
		witness.Kind != KindWitnessed, witness.From != body.Decision.Envelope.To, witness.From == from, witness.From == m.Me, witness.To != from, w.Transfer != body.Transfer:
		return d, &Refusal{RefusedProof}
	}
	return d, nil
}

// booked ends a transfer, at S.
func (m *Machine) booked(b Book, s message.Sealed) error {
	body, err := read[aboutBody](s)
	if err != nil {
		return err
	}
	t, there, err := b.Transfer(body.Transfer)
	if err != nil || !there || t.From != m.Me || t.To != s.Envelope.From || t.State != Gone || t.Witness == nil {
		return err // without what the witness wrote it could not be proven once more
	}
	t.State, t.Due = Done, 0
	if err := b.SetTransfer(t); err != nil || m.broken != withoutPointers {
		return err
	}
	for _, p := range t.Persons { // as if nobody had ever been here
		if err := b.SetEntry(Entry{Token: Token{p.Person, 0}, Standing: Moved, To: t.To}); err != nil {
			return err
		}
	}
	return nil
}
