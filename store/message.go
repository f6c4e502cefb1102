package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"conurb/trust/evidence"
	"conurb/trust/message"
)

// The states of the inbox.
const (
	inWaiting = "waiting"
	inDone    = "done"
	inFailed  = "failed"
)

// message writes a message and its entry.
func (w *writing) message(action string, m *message.Sealed) (int64, error) {
	text, err := m.Bytes()
	if err != nil {
		return 0, err
	}
	log, err := w.messageLeaf(action, m.Envelope.From, m.Envelope.ID, text)
	if err != nil {
		return 0, err
	}
	return log, w.messageRow(log, action, string(m.Envelope.From), m.Envelope.ID, text)
}

// messageLeaf writes the entry of a message.
func (w *writing) messageLeaf(action string, from message.Node, id string, text []byte) (int64, error) {
	return w.append(evidence.Leaf{Type: evidence.TypeMessage, Message: &evidence.Message{
		Action: action, From: string(from), ID: id, SHA256: evidence.SHA256(text), Size: int64(len(text))}})
}

func (w *writing) messageRow(log int64, action, from, id string, text []byte) error {
	if err := w.messages.add(log, action, from, id, string(text)); err != nil {
		return fmt.Errorf("message %s: %w", id, err)
	}
	return nil
}

func (w *writing) outRow(log int64, m *message.Sealed, at time.Time) error {
	e := m.Envelope
	if err := w.outbox.add(e.ID, log, string(e.To), e.Case, e.Sequence, string(message.Waiting), 0, stampOf(at), stampOf(at), ""); err != nil {
		return fmt.Errorf("outbox %s: %w", e.ID, err)
	}
	return nil
}

func (w *writing) inRow(log int64, m *message.Sealed, state string) error {
	e := m.Envelope
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO message_in (sender, id, log, case_id, sequence, state, reason) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		string(e.From), e.ID, log, e.Case, e.Sequence, state)
	if err != nil {
		return fmt.Errorf("inbox %s: %w", e.ID, err)
	}
	return nil
}

// inState moves a message of the inbox that waits.
func (w *writing) inState(e message.Envelope, state string, why *message.Refusal) error {
	reason, err := reasonText(why)
	if err != nil {
		return err
	}
	return changed(w.ctx, w.tx.Tx, `UPDATE message_in SET state = $1, reason = $2 WHERE sender = $3 AND id = $4 AND state = $5`, state, reason, string(e.From), e.ID, inWaiting)
}

// changed runs an update that has to find one row.
func (w *writing) changed(text string, args ...any) error { return changed(w.ctx, w.tx, text, args...) }

func changed(ctx context.Context, tx executor, text string, args ...any) error {
	r, err := tx.ExecContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("message: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("message: %w", ErrUnknown), err)
	}
	return nil
}

// nonce keeps a request, refuses one that was here, and forgets those that are too old
// whoever sends them.
func (w *writing) nonce(c message.Carrier) error {
	if _, err := w.tx.past(w.ctx, `DELETE FROM message_nonce WHERE until < $1`, stampOf(w.at)); err != nil {
		return fmt.Errorf("nonces: %w", err)
	}
	r, err := w.tx.past(w.ctx, `INSERT INTO message_nonce (node, nonce, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		string(c.Node), c.Nonce, stampOf(c.Until))
	if err != nil {
		return fmt.Errorf("nonces: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return &message.Refusal{Code: message.Replayed}
}

func reasonText(why *message.Refusal) (string, error) {
	if why == nil {
		return "", nil
	}
	b, err := json.Marshal(why)
	// A text of another node may hold what a database cannot.
	return strings.ReplaceAll(string(b), `\u0000`, `\ufffd`), err
}

func parseReason(text string) (*message.Refusal, error) {
	if text == "" {
		return nil, nil
	}
	r := new(message.Refusal)
	if err := json.Unmarshal([]byte(text), r); err != nil {
		return nil, fmt.Errorf("reason %q: %w", text, ErrDamaged)
	}
	return r, nil
}

// stored tells that a message of our own tables is none: no fault of who asks.
func stored(err error) error {
	if err != nil {
		return fmt.Errorf("message: %w: %v", ErrDamaged, err)
	}
	return nil
}

// selectIn reads messages of the inbox that wait, and whether there is a next one in the case.
const selectIn = `SELECT i.log, m.text, EXISTS (SELECT 1 FROM message_in n WHERE n.sender = i.sender AND n.case_id = i.case_id AND n.sequence = i.sequence + 1)
	FROM message_in i JOIN message m ON m.log = i.log WHERE i.state = 'waiting' AND i.state <> 'done' `

// turns are the n oldest messages of the inbox, of those that came with an entry of the log or
// after it, that have their turn, one of a case: the first, or the one whose predecessor is
// done.
func turns(ctx context.Context, tx querier, from int64, n int) ([]turnOf, error) {
	return waiting(ctx, tx, `AND i.log >= $1 AND (i.sequence = 1 OR EXISTS (SELECT 1 FROM message_in b
		WHERE b.sender = i.sender AND b.case_id = i.case_id AND b.sequence = i.sequence - 1 AND b.state = 'done')) ORDER BY i.log LIMIT $2`, from, n)
}

// behind is the message behind one in its case, where it waits.
func behind(ctx context.Context, tx querier, e message.Envelope) ([]turnOf, error) {
	return waiting(ctx, tx, `AND i.sender = $1 AND i.case_id = $2 AND i.sequence = $3`, string(e.From), e.Case, e.Sequence+1)
}

// turnOf is a message that has its turn.
type turnOf struct {
	Handled
	more bool // there is a next one in its case
}

func waiting(ctx context.Context, tx querier, where string, args ...any) (list []turnOf, err error) {
	rows, err := tx.QueryContext(ctx, selectIn+where, args...)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t turnOf
		var text string
		if err := rows.Scan(&t.Log, &text, &t.more); err != nil {
			return nil, fmt.Errorf("inbox: %w", damaged(err))
		}
		if t.Message, err = message.Read([]byte(text)); err != nil {
			return nil, stored(err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// outColumns are those of an Out.
const outColumns = `SELECT m.text, o.state, o.tries, o.next_at, o.since, o.reason FROM message_out o JOIN message m ON m.log = o.log `

func outs(ctx context.Context, q querier, where string, args ...any) ([]message.Out, error) {
	rows, err := q.QueryContext(ctx, outColumns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	defer rows.Close()
	var list []message.Out
	for rows.Next() {
		var o message.Out
		var text, state, next, since, reason string
		if err := rows.Scan(&text, &state, &o.Tries, &next, &since, &reason); err != nil {
			return nil, fmt.Errorf("outbox: %w", damaged(err))
		}
		o.State = message.OutState(state)
		if o.Sealed, err = message.Read([]byte(text)); err != nil {
			return nil, stored(err)
		}
		for _, t := range []struct {
			to   *time.Time
			text string
		}{{&o.Next, next}, {&o.Since, since}} {
			if *t.to, err = parseStamp(t.text); err != nil {
				return nil, fmt.Errorf("outbox %s: %w", o.Sealed.Envelope.ID, ErrDamaged)
			}
		}
		if o.Reason, err = parseReason(reason); err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

func outOf(ctx context.Context, q querier, id string) (message.Out, error) {
	list, err := outs(ctx, q, `WHERE o.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("message %s: %w", id, ErrUnknown)
	}
	if err != nil {
		return message.Out{}, err
	}
	return list[0], nil
}

// DueMessages lists at most n messages that are to be sent now, as message.Due has it.
func (s *Store) DueMessages(ctx context.Context, n int) ([]message.Out, error) {
	return outs(ctx, s.db, `WHERE o.state = 'waiting' AND o.state <> 'delivered' AND o.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM message_out b
		WHERE b.receiver = o.receiver AND b.case_id = o.case_id AND b.sequence < o.sequence AND b.state <> 'delivered')
		ORDER BY o.next_at, o.id LIMIT $2`, stampOf(s.now()), n)
}

// Outbox lists at most n messages of a state, the oldest first.
func (s *Store) Outbox(ctx context.Context, state message.OutState, n int) ([]message.Out, error) {
	open := `AND o.state <> 'delivered' ` // of those there is an index
	if state == message.Delivered {
		open = ""
	}
	return outs(ctx, s.db, `WHERE o.state = $1 `+open+`ORDER BY o.id LIMIT $2`, string(state), n)
}

// In is a message of the inbox that has not had its effect.
type In struct {
	Sealed message.Sealed
	Reason *message.Refusal // why it could not have it; nil while it waits
}

// Inbox lists at most n messages that wait for their turn, or for a person.
func (s *Store) Inbox(ctx context.Context, n int) (list []In, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT m.text, i.reason FROM message_in i JOIN message m ON m.log = i.log WHERE i.state <> 'done' ORDER BY i.log LIMIT $1`, n)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text, reason string
		if err := rows.Scan(&text, &reason); err != nil {
			return nil, fmt.Errorf("inbox: %w", damaged(err))
		}
		var in In
		if in.Sealed, err = message.Read([]byte(text)); err != nil {
			return nil, stored(err)
		}
		if in.Reason, err = parseReason(reason); err != nil {
			return nil, err
		}
		list = append(list, in)
	}
	return list, rows.Err()
}
