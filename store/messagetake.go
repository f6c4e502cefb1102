package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"conurb/trust/evidence"
	"conurb/trust/message"
)

// Taken is what became of a message that came.
type Taken struct {
	Message message.Sealed
	Known   bool             // it was here before, and has no second effect
	Refused *message.Refusal // nil: it is here
	Handled *Handled         // it had its turn at once, and this came of it
}

// errNone takes a write back of which nothing is to be kept.
var errNone = errors.New("nothing to keep")

// TakeMessages takes messages in that came together, each by itself: one that is refused
// harms no other. Only a fault of all of them is an error: that of the request
// (*message.Refusal), or of the database. Where none is here afterwards, nothing is kept.
//
// Those whose turn it is have their effect in the same write, as in HandleMessages; after the
// first that ends in an error which is no refusal, the others wait. Without t.Do all wait.
func (s *Store) TakeMessages(ctx context.Context, in message.Inbox, c message.Carrier, raws [][]byte, turn Turn) (out []Taken, err error) {
	err = s.writeGrouped(ctx, func(w *writing) error {
		if err := w.nonce(c); err != nil {
			return err
		}
		out = make([]Taken, len(raws))
		t, here := w.taking(in, c, turn), 0
		if err := t.look(raws, out); err != nil {
			return err
		}
		for i, raw := range raws {
			err := t.take(raw, &out[i])
			if err != nil && !errors.As(err, &out[i].Refused) {
				return err
			}
			if err == nil {
				here++
			}
		}
		if here == 0 {
			return errNone
		}
		return t.boxed.flush()
	})
	if errors.Is(err, errNone) {
		err = nil
	}
	return out, err
}

// taking is the taking in of messages that came together.
type taking struct {
	w     *writing
	in    message.Inbox
	c     message.Carrier
	boxed *bulk
	turn  Turn
	ids   map[string]message.Sealed // taken so far
	cases map[caseNumber]string     // the state of each
	boxes map[string]box            // by id, what the inbox had of those that came, where it was looked at for all
}

// box is what the inbox has that has to do with one message.
type box struct {
	text   sql.NullString // of the message of this id
	at     bool           // whether there is one of this number
	before sql.NullInt64  // the last number of the case that is done
}

type caseNumber struct {
	kase   string
	number int64
}

func (w *writing) taking(in message.Inbox, c message.Carrier, turn Turn) *taking {
	t := &taking{w: w, in: in, c: c, turn: turn, ids: map[string]message.Sealed{}, cases: map[caseNumber]string{},
		boxed: w.bulk("message_in", "sender", "id", "log", "case_id", "sequence", "state", "reason")}
	t.boxed.after = w.messages
	return t
}

// take takes one message in, or refuses it with a *message.Refusal.
func (t *taking) take(raw []byte, to *Taken) (err error) {
	if to.Message.Envelope.ID == "" { // it was read when all were looked at
		if to.Message, err = message.Read(raw); err != nil {
			return err
		}
	}
	e, before := to.Message.Envelope, past{t: t, e: to.Message.Envelope}
	if to.Known, err = t.in.Admit(to.Message, t.w.at, &before); err != nil {
		return err
	}
	if err := t.c.From(to.Message); err != nil || to.Known {
		return err
	}
	log, err := t.w.messageLeaf(evidence.Taken, e.From, e.ID, raw)
	if err != nil {
		return err
	}
	if err := t.w.messageRow(log, evidence.Taken, string(e.From), e.ID, raw); err != nil {
		return err
	}
	state, reason := inWaiting, ""
	if first := e.Sequence == before.before.Int64+1 || t.cases[caseNumber{e.Case, e.Sequence - 1}] == inDone; first && t.turn.Do != nil && (t.turn.Ready == nil || t.turn.Ready(to.Message)) {
		to.Handled = &Handled{Message: to.Message, Log: log}
		if state, reason, err = t.handle(to.Handled); err != nil {
			return err
		}
	}
	t.ids[e.ID], t.cases[caseNumber{e.Case, e.Sequence}] = to.Message, state
	return t.boxed.add(string(e.From), e.ID, log, e.Case, e.Sequence, state, reason)
}

// handle lets a message have its effect, and returns how it then stands in the inbox.
func (t *taking) handle(h *Handled) (state, reason string, err error) {
	if h.Err, err = t.w.apart(func(part *writing) error { return part.effect(h.Message, t.turn.Do) }); err != nil {
		return "", "", err
	}
	var no *message.Refusal
	switch {
	case h.Err == nil:
		return inDone, "", nil
	case errors.As(h.Err, &no):
		reason, err = reasonText(no)
		return inFailed, reason, err
	}
	t.turn.Do = nil
	return inWaiting, "", nil
}

// past is message.Past, of what has to do with one message.
type past struct {
	t    *taking
	e    message.Envelope
	read bool
	box
}

var _ message.Past = (*past)(nil)

func (p *past) look() error {
	if p.read {
		return nil
	}
	e, w := p.e, p.t.w
	if p.box, p.read = p.t.boxes[e.ID]; p.read && e.From == p.t.c.Node {
		return nil
	}
	p.box, p.read = box{}, false
	err := w.tx.Tx.QueryRowContext(w.ctx, `SELECT (SELECT m.text FROM message_in i JOIN message m ON m.log = i.log WHERE i.sender = $1 AND i.id = $2),
		EXISTS (SELECT 1 FROM message_in WHERE sender = $1 AND case_id = $3 AND sequence = $4),
		(SELECT sequence FROM message_in WHERE sender = $1 AND case_id = $3 AND state = 'done' ORDER BY sequence DESC LIMIT 1)`,
		string(e.From), e.ID, e.Case, e.Sequence).Scan(&p.text, &p.at, &p.before)
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	p.read = true
	return nil
}

// ByID is part of message.Past, as are the others.
func (p *past) ByID(message.Node, string) (s message.Sealed, there bool, err error) {
	if s, there = p.t.ids[p.e.ID]; there {
		return s, true, nil
	}
	if err := p.look(); err != nil || !p.text.Valid {
		return s, false, err
	}
	s, err = message.Read([]byte(p.text.String))
	return s, true, stored(err)
}

func (p *past) Taken(message.Node, string, int64) (bool, error) {
	err := p.look()
	return p.at || p.t.cases[caseNumber{p.e.Case, p.e.Sequence}] != "", err
}

// Next counts on: what is done counts up from 1 without a gap.
func (p *past) Next(message.Node, string) (int64, error) {
	err := p.look()
	return p.before.Int64 + 1, err
}

// TakeMessage takes a message in, or says why not (*message.Refusal), in which case nothing
// is kept. known tells that it was here before; it has no second effect.
func (s *Store) TakeMessage(ctx context.Context, in message.Inbox, c message.Carrier, raw []byte) (m message.Sealed, known bool, err error) {
	out, err := s.TakeMessages(ctx, in, c, [][]byte{raw}, Turn{})
	if err != nil {
		return m, false, err
	}
	if out[0].Refused != nil {
		return out[0].Message, false, out[0].Refused
	}
	return out[0].Message, out[0].Known, nil
}
