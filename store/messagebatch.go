package store

import (
	"context"
	"errors"
	"fmt"

	"conurb/trust/evidence"
	"conurb/trust/message"
)

// Handled is a message that had its effect, or why it had none.
type Handled struct {
	Message message.Sealed
	Log     int64 // the entry of the evidence log with which it came
	Err     error
}

// Turn chooses among the messages that wait for their effect.
type Turn struct {
	From  int64                       // only those that came with this entry of the evidence log or after it
	Most  int                         // how many at once
	Ready func(m message.Sealed) bool // nil: all
	Do    func(*Deed, message.Sealed) error
}

// HandleMessages lets messages whose turn it is have their effect, the oldest first, in one
// write with the notes that they had it; it returns them, none when no message has its turn.
// What ends in an error is taken back alone, and is the last of those returned: there the write
// ends. Where that error is a *message.Refusal, the message is kept as failed with the reason,
// and its case waits for a person; any other error leaves it as it was.
func (s *Store) HandleMessages(ctx context.Context, t Turn) (done []Handled, err error) {
	if waits, err := s.MessagesWait(ctx, t.From); err != nil || !waits {
		return nil, err
	}
	err = s.write(ctx, func(w *writing) error {
		if done, err = w.handle(t); err != nil {
			return err
		}
		if n := len(done); n == 0 || n == 1 && done[0].Err != nil && !isRefusal(done[0].Err) {
			return errNone
		}
		return nil
	})
	if errors.Is(err, errNone) {
		err = nil
	} else if err != nil {
		done = nil
	}
	return done, err
}

// MessagesWait tells whether a message waits for its effect, of those that came with an entry of the
// evidence log or after it.
func (s *Store) MessagesWait(ctx context.Context, from int64) (waits bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM message_in WHERE state = 'waiting' AND state <> 'done' AND log >= $1)`, from).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("inbox: %w", err)
	}
	return waits, nil
}

func isRefusal(err error) bool {
	var no *message.Refusal
	return errors.As(err, &no)
}

func (w *writing) handle(t Turn) (done []Handled, err error) {
	passed := t.From
	for len(done) < t.Most {
		list, err := turns(w.ctx, w.tx, passed, t.Most-len(done))
		if err != nil || len(list) == 0 {
			return done, err
		}
		for len(list) > 0 && len(done) < t.Most {
			h := list[0]
			list = list[1:]
			if t.Ready != nil && !t.Ready(h.Message) {
				passed = max(passed, h.Log+1)
				continue
			}
			if h.Err, err = w.apart(func(part *writing) error { return part.done(h.Message, t.Do) }); err != nil {
				return nil, err
			}
			done = append(done, h.Handled)
			if h.Err != nil {
				return done, w.fell(h.Handled)
			}
			if h.more { // it has its turn now, before those of other cases
				next, err := behind(w.ctx, w.tx, h.Message.Envelope)
				if err != nil {
					return done, err
				}
				list = append(next, list...)
			}
		}
	}
	return done, nil
}

// fell keeps why a message had no effect.
func (w *writing) fell(h Handled) error {
	var no *message.Refusal
	if errors.As(h.Err, &no) {
		return w.inState(h.Message.Envelope, inFailed, no)
	}
	return nil
}

// done is the effect of a message that waited in the inbox.
func (w *writing) done(m message.Sealed, do func(*Deed, message.Sealed) error) error {
	if err := w.effect(m, do); err != nil {
		return err
	}
	return w.inState(m.Envelope, inDone, nil)
}

func (w *writing) effect(m message.Sealed, do func(*Deed, message.Sealed) error) error {
	if err := do(&Deed{w: w}, m); err != nil {
		return err
	}
	e := m.Envelope
	log, err := w.messageLeaf(evidence.Done, e.From, e.ID, nil)
	if err != nil {
		return err
	}
	return w.messageRow(log, evidence.Done, string(e.From), e.ID, nil)
}

// HandleMessage lets the oldest message whose turn it is have its effect, as HandleMessages
// does. there is false when no message has its turn.
func (s *Store) HandleMessage(ctx context.Context, handle func(d *Deed, m message.Sealed) error) (m message.Sealed, there bool, err error) {
	list, err := s.HandleMessages(ctx, Turn{Most: 1, Do: handle})
	if err != nil || len(list) == 0 {
		return m, false, err
	}
	return list[0].Message, true, list[0].Err
}

// Tried is a try to send a message, and what came of it.
type Tried struct {
	ID     string
	Answer message.Answer
	Chance float64 // see message.Out.After
}

// TriedMessages keeps what came of tries to send messages. What does not wait any more stays as
// it is, unless it was delivered.
func (s *Store) TriedMessages(ctx context.Context, list []Tried) error {
	return s.writeGrouped(ctx, func(w *writing) error {
		list, err := w.arrived(list)
		if err != nil {
			return err
		}
		for _, t := range list {
			if err := w.tried(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// arrived keeps which messages were delivered, many with one statement, and returns what is left
// to be looked at one by one.
func (w *writing) arrived(list []Tried) (left []Tried, err error) {
	var there []Tried
	for _, t := range list {
		if t.Answer == (message.Answer{}) {
			there = append(there, t)
		} else {
			left = append(left, t)
		}
	}
	for n := mostChunk; n > 1; n /= 2 {
		for len(there) >= n {
			args := []any{string(message.Delivered)}
			for _, t := range there[:n] {
				args = append(args, t.ID)
			}
			r, err := w.tx.past(w.ctx, deliveredText(n), args...) // none of these waits: they were read to be sent
			if err != nil {
				return nil, fmt.Errorf("outbox: %w", err)
			}
			if count, err := r.RowsAffected(); err != nil {
				return nil, err
			} else if count < int64(n) { // some were delivered before
				left = append(left, there[:n]...)
			}
			there = there[n:]
		}
	}
	return append(left, there...), nil
}

func deliveredText(n int) string {
	return `UPDATE message_out SET state = $1, tries = tries + 1, next_at = '', reason = '' WHERE id IN (` + list(2, n) + `) AND state <> $1`
}

// TriedMessage is TriedMessages for one, and returns it as it is then.
func (s *Store) TriedMessage(ctx context.Context, id string, a message.Answer, chance float64) (o message.Out, err error) {
	err = s.write(ctx, func(w *writing) error {
		if err := w.tried(Tried{id, a, chance}); err != nil {
			return err
		}
		o, err = outOf(ctx, w.tx, id)
		return err
	})
	return o, err
}

func (w *writing) tried(t Tried) error {
	if t.Answer == (message.Answer{}) {
		r, err := w.tx.past(w.ctx, deliveredText(1), string(message.Delivered), t.ID)
		if err != nil {
			return fmt.Errorf("outbox: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 1 {
			return err
		}
	}
	o, err := outOf(w.ctx, w.tx, t.ID)
	if err != nil || o.State != message.Waiting { // it was delivered, or another went in its place
		return err
	}
	o = o.After(t.Answer, w.at, t.Chance)
	reason, err := reasonText(o.Reason)
	if err != nil {
		return err
	}
	return w.changed(`UPDATE message_out SET state = $1, tries = $2, next_at = $3, reason = $4 WHERE id = $5`,
		string(o.State), o.Tries, stampOf(o.Next), reason, t.ID)
}

// DueTogether lists at most n messages that may be sent now, each case in its order: beside
// those of DueMessages those behind them, as long as each has its time too. Who sends one by
// one sends of a case the first. Those to some nodes may be left out.
func (s *Store) DueTogether(ctx context.Context, n int, but ...message.Node) ([]message.Out, error) {
	args, without := []any{stampOf(s.now()), n}, ""
	if len(but) > 0 {
		without = ` AND o.receiver NOT IN (` + list(3, len(but)) + `)`
		for _, name := range but {
			args = append(args, string(name))
		}
	}
	return outs(ctx, s.db, `WHERE o.state = 'waiting' AND o.state <> 'delivered' AND o.next_at <= $1`+without+` AND NOT EXISTS (SELECT 1 FROM message_out b
		WHERE b.receiver = o.receiver AND b.case_id = o.case_id AND b.sequence < o.sequence AND b.state <> 'delivered' AND NOT (b.state = 'waiting' AND b.next_at <= $1))
		ORDER BY o.next_at, o.id LIMIT $2`, args...)
}
