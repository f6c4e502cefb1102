package store

import (
	"database/sql"
	"errors"
	"fmt"

	"conurb/livelihood/household"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// outReplaced is the state of a message of the outbox in whose place another was sent before it
// arrived.
const outReplaced = "replaced"

// sentColumns are those of what was last sent, the keys first.
var sentColumns = []string{"receiver", "kind", "about", "id"}

// Send puts a message into the outbox, in a case of its own: the protocol needs no order, and
// after a restore, of this node or of the other, nobody waits for a number that was lost. While
// one of the kind about the thing waits for the same node, none is added to it.
func (b *householdBook) Send(to household.City, kind, about string, body any) (message.Sealed, error) {
	if b.w == nil {
		return message.Sealed{}, ErrReadOnly
	}
	old, waits, err := b.waiting(to, kind, about)
	if err != nil {
		return old, err
	}
	if waits {
		text, err := evidence.Canonical(body)
		if err != nil {
			return old, err
		}
		if evidence.SHA256(text) == old.Envelope.Digest {
			b.here[refOf(&old)] = true
			return old, nil
		}
		if _, err := b.tx.ExecContext(b.ctx, `UPDATE message_out SET state = $1 WHERE id = $2`, outReplaced, old.Envelope.ID); err != nil {
			return old, fmt.Errorf("outbox: %w", err)
		}
	}
	n, err := b.Fresh()
	if err != nil {
		return old, err
	}
	s, err := b.deed.sendAs(b.voice, 1, message.Draft{To: to, Kind: kind, Case: fmt.Sprintf("household/%s/%x", about, n), Body: body})
	if err != nil {
		return s, err
	}
	b.here[refOf(&s)] = true
	if err := b.w.rowsOf("household_out", sentColumns, 3).add(string(to), kind, about, s.Envelope.ID); err != nil {
		return s, fmt.Errorf("outbox: %w", err)
	}
	keep(b.w.register.outs, sentKey{to, kind, about}, s.Envelope.ID)
	return s, nil
}

// waiting is the message of a kind about a thing that waits for a node.
func (b *householdBook) waiting(to household.City, kind, about string) (s message.Sealed, waits bool, err error) {
	id, err := b.lastSent(to, kind, about)
	if err != nil || id == "" {
		return s, false, err
	}
	var text string
	err = b.tx.QueryRowContext(b.ctx, `SELECT m.text FROM message_out o JOIN message m ON m.log = o.log WHERE o.id = $1 AND o.state = $2`, id, string(message.Waiting)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	} else if err != nil {
		return s, false, fmt.Errorf("outbox: %w", err)
	}
	s, err = message.Read([]byte(text))
	return s, err == nil, stored(err)
}

// lastSent is the id of what was last sent of a kind about a thing to a node; empty where nothing was.
func (b *householdBook) lastSent(to household.City, kind, about string) (id string, err error) {
	key := sentKey{to, kind, about}
	if id, known := b.w.register.outs[key]; known {
		return id, nil
	}
	if err := b.seen("household_out", string(to), kind, about); err != nil {
		return "", err
	}
	err = b.beside.QueryRowContext(b.ctx, `SELECT id FROM household_out WHERE receiver = $1 AND kind = $2 AND about = $3`, string(to), kind, about).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("outbox: %w", err)
	}
	return id, nil
}
