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
}

// errNone takes a write back of which nothing is to be kept.
var errNone = errors.New("nothing to keep")

// TakeMessages takes messages in that came together, each by itself: one that is refused
// harms no other. Only a fault of all of them is an error: that of the request
// (*message.Refusal), or of the database. Where none is here afterwards, nothing is kept.
func (s *Store) TakeMessages(ctx context.Context, in message.Inbox, c message.Carrier, raws [][]byte) (out []Taken, err error) {
	err = s.write(ctx, func(w *writing) error {
		if err := w.nonce(c); err != nil {
			return err
		}
		out = make([]Taken, len(raws))
		t, here := w.taking(in, c), 0
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
		return t.flush()
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
	rows  *bulk
	boxed *bulk
	count int                       // rows that are not written yet
	ids   map[string]message.Sealed // taken so far
	cases map[caseNumber]bool
}

type caseNumber struct {
	kase   string
	number int64
}

func (w *writing) taking(in message.Inbox, c message.Carrier) *taking {
	return &taking{w: w, in: in, c: c, ids: map[string]message.Sealed{}, cases: map[caseNumber]bool{},
		rows:  w.bulk("message", "log", "action", "sender", "id", "text"),
		boxed: w.bulk("message_in", "sender", "id", "log", "case_id", "sequence", "state", "reason")}
}

// take takes one message in, or refuses it with a *message.Refusal.
func (t *taking) take(raw []byte, to *Taken) (err error) {
	if to.Message, err = message.Read(raw); err != nil {
		return err
	}
	e := to.Message.Envelope
	if to.Known, err = t.in.Admit(to.Message, t.w.at, &past{t: t, e: e}); err != nil {
		return err
	}
	if err := t.c.From(to.Message); err != nil || to.Known {
		return err
	}
	log, err := t.w.messageLeaf(evidence.Taken, e.From, e.ID, raw)
	if err != nil {
		return err
	}
	if t.count++; t.count > mostBoxed {
		if err := t.flush(); err != nil {
			return err
		}
	}
	t.ids[e.ID], t.cases[caseNumber{e.Case, e.Sequence}] = to.Message, true
	return errors.Join(t.rows.add(log, evidence.Taken, string(e.From), e.ID, string(raw)),
		t.boxed.add(string(e.From), e.ID, log, e.Case, e.Sequence, inWaiting, ""))
}

// mostBoxed is fewer than bulk writes by itself: a row of the inbox refers to that of its message.
const mostBoxed = 200

func (t *taking) flush() error {
	t.count = 0
	if err := errors.Join(t.rows.flush(), t.boxed.flush()); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	return nil
}

// past is message.Past, of what has to do with one message.
type past struct {
	t      *taking
	e      message.Envelope
	read   bool
	text   sql.NullString // of the message of this id
	at     bool           // whether there is one of this number
	before sql.NullInt64  // the last number that is done
}

var _ message.Past = (*past)(nil)

func (p *past) look() error {
	if p.read {
		return nil
	}
	e, w := p.e, p.t.w
	err := w.tx.QueryRowContext(w.ctx, `SELECT (SELECT m.text FROM message_in i JOIN message m ON m.log = i.log WHERE i.sender = $1 AND i.id = $2),
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
	return p.at || p.t.cases[caseNumber{p.e.Case, p.e.Sequence}], err
}

// Next counts on: what is done counts up from 1 without a gap.
func (p *past) Next(message.Node, string) (int64, error) {
	err := p.look()
	return p.before.Int64 + 1, err
}

// TakeMessage takes a message in, or says why not (*message.Refusal), in which case nothing
// is kept. known tells that it was here before; it has no second effect.
func (s *Store) TakeMessage(ctx context.Context, in message.Inbox, c message.Carrier, raw []byte) (m message.Sealed, known bool, err error) {
	out, err := s.TakeMessages(ctx, in, c, [][]byte{raw})
	if err != nil {
		return m, false, err
	}
	if out[0].Refused != nil {
		return out[0].Message, false, out[0].Refused
	}
	return out[0].Message, out[0].Known, nil
}
