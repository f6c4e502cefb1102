package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"conurb/trust/evidence"
	"conurb/trust/message"
)

// LogCases begins the cases of messages about checkpoints: entries of such messages are no
// reason to ask for another cosignature.
const LogCases = "log/"

// Ask is what this log last asked of a witness.
type Ask struct {
	Node  message.Node
	ID    string // of the message
	Size  int64  // of the checkpoint
	Tries int    // how often it was asked anew after a conflict
	Open  bool   // not answered
	Age   time.Duration
	Dead  bool // the message will not be delivered
	Sent  bool // it was
	Done  bool // the node has cosigned that checkpoint, or a later one
}

// Ask returns what was last asked of a node; there is false when nothing was.
func (d *Deed) Ask(node message.Node) (a Ask, there bool, err error) {
	return askOf(d.w.ctx, d.w.tx, node, d.w.at)
}

// LastAsk is Deed.Ask without a deed.
func (s *Store) LastAsk(ctx context.Context, node message.Node) (Ask, bool, error) {
	return askOf(ctx, s.db, node, s.now())
}

func askOf(ctx context.Context, q querier, node message.Node, now time.Time) (a Ask, there bool, err error) {
	var at, state string
	a.Node = node
	err = q.QueryRowContext(ctx, `SELECT a.id, a.size, a.tries, a.open, a.at, COALESCE(o.state, ''),
		CASE WHEN EXISTS (SELECT 1 FROM cosignature c WHERE c.node = a.node AND c.size >= a.size) THEN 1 ELSE 0 END FROM cosign_ask a LEFT JOIN message_out o ON o.id = a.id
		WHERE a.node = $1`, string(node)).Scan(&a.ID, &a.Size, &a.Tries, &a.Open, &at, &state, &a.Done)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	if err == nil {
		var then time.Time
		then, err = parseStamp(at)
		a.Age = now.Sub(then)
	}
	if err != nil {
		return a, false, fmt.Errorf("asked of %s: %w", node, damaged(err))
	}
	a.Dead, a.Sent = state == string(message.Dead), state == string(message.Delivered)
	return a, true, nil
}

// Asked keeps what is asked of a node now.
func (d *Deed) Asked(node message.Node, id string, size int64, tries int) error {
	_, err := d.w.tx.ExecContext(d.w.ctx, `INSERT INTO cosign_ask (node, id, size, tries, open, at) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (node) DO UPDATE SET id = excluded.id, size = excluded.size, tries = excluded.tries, open = 1, at = excluded.at`,
		string(node), id, size, tries, stampOf(d.w.at))
	if err != nil {
		return fmt.Errorf("asked of %s: %w", node, err)
	}
	return nil
}

// Answered notes that a node answered a question; one that is not open any more stays so.
func (d *Deed) Answered(node message.Node, id string) error {
	if _, err := d.w.tx.ExecContext(d.w.ctx, `UPDATE cosign_ask SET open = 0 WHERE node = $1 AND id = $2`, string(node), id); err != nil {
		return fmt.Errorf("asked of %s: %w", node, err)
	}
	return nil
}

// News tells whether the log has an entry from a place on that is not of a message about
// checkpoints.
func (s *Store) News(ctx context.Context, from int64) (bool, error) {
	var at int64
	err := s.db.QueryRowContext(ctx, `SELECT e.idx FROM log_entry e WHERE e.idx >= $1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.log = e.idx AND (
			EXISTS (SELECT 1 FROM message_out o WHERE o.id = m.id AND m.action = $2 AND o.case_id LIKE $3) OR
			EXISTS (SELECT 1 FROM message_in i WHERE i.sender = m.sender AND i.id = m.id AND i.case_id LIKE $3)))
		ORDER BY e.idx LIMIT 1`, from, evidence.Sent, LogCases+"%").Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("news of the log: %w", err)
	}
	return true, nil
}

// Checkpoint returns the signed checkpoint of a size; size 0 takes the newest that was written
// before the deed. Both are empty where there is none.
func (d *Deed) Checkpoint(size int64) (signed string, at int64, err error) {
	text, args := `SELECT note, size FROM log_checkpoint ORDER BY size DESC LIMIT 1`, []any{}
	if size > 0 {
		text, args = `SELECT note, size FROM log_checkpoint WHERE size = $1`, []any{size}
	}
	err = d.w.tx.QueryRowContext(d.w.ctx, text, args...).Scan(&signed, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	} else if err != nil {
		return "", 0, fmt.Errorf("checkpoint: %w", damaged(err))
	}
	return signed, at, nil
}

// Nodes reads the nodes of the log's tree, as far as they were written before the deed.
func (d *Deed) Nodes() evidence.HashReader { return nodeReader{d.w.ctx, d.w.tx} }

// LogKeys are the keys that have signed this log, the oldest first.
func (d *Deed) LogKeys() ([]string, error) { return logKeys(d.w.ctx, d.w.tx) }

func logKeys(ctx context.Context, q querier) (keys []string, err error) {
	all, err := textsOf(ctx, q, "keys of the log", `SELECT leaf FROM log_entry WHERE kind = $1 ORDER BY idx`, evidence.TypeKey)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		l, err := evidence.ParseLeaf([]byte(text))
		if err != nil || l.Key == nil {
			return nil, fmt.Errorf("keys of the log: %w", ErrDamaged)
		}
		keys = append(keys, l.Key.VKey)
	}
	return keys, nil
}

// Cosign keeps a node's cosignature of our checkpoint of a size. One that is there stays: a
// later one of the same checkpoint says no more.
func (d *Deed) Cosign(node message.Node, size int64, line string) error {
	return d.w.cosignature(evidence.CosignedRow{Size: size, Node: string(node), Line: line})
}

func (w *writing) cosignature(r evidence.CosignedRow) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO cosignature (size, node, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, r.Size, r.Node, r.Line)
	if err != nil {
		return fmt.Errorf("cosignature of %s: %w", r.Node, err)
	}
	return nil
}

// CosignedUpTo is the size of our newest checkpoint that a node has cosigned, 0 if there is
// none.
func (d *Deed) CosignedUpTo(node message.Node) (size int64, err error) {
	err = d.w.tx.QueryRowContext(d.w.ctx, `SELECT COALESCE(MAX(size), 0) FROM cosignature WHERE node = $1`, string(node)).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("cosignatures of %s: %w", node, damaged(err))
	}
	return size, nil
}

// Cosignatures lists every node's cosignature of our newest checkpoint that it cosigned, by
// name of the node.
func (s *Store) Cosignatures(ctx context.Context) (list []evidence.CosignedRow, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT c.size, c.node, c.line FROM cosignature c
		WHERE c.size = (SELECT MAX(b.size) FROM cosignature b WHERE b.node = c.node) ORDER BY c.node`)
	if err != nil {
		return nil, fmt.Errorf("cosignatures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r evidence.CosignedRow
		if err := rows.Scan(&r.Size, &r.Node, &r.Line); err != nil {
			return nil, fmt.Errorf("cosignatures: %w", damaged(err))
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Held is what this node cosigned last of another's log.
type Held struct {
	Node   message.Node
	Origin string
	Size   int64
	Note   string // with the log's signature and our cosignature
	At     time.Time
}

// Held lists what this node cosigned last, by name of the other.
func (s *Store) Held(ctx context.Context) (list []Held, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT node, origin, size, note, at FROM cosign_held ORDER BY node`)
	if err != nil {
		return nil, fmt.Errorf("cosigned: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Held
		var at string
		if err := rows.Scan(&h.Node, &h.Origin, &h.Size, &h.Note, &at); err != nil {
			return nil, fmt.Errorf("cosigned: %w", damaged(err))
		}
		if h.At, err = parseStamp(at); err != nil {
			return nil, fmt.Errorf("cosigned of %s: %w", h.Node, ErrDamaged)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

// Memory is what this node remembers, as a witness, of the log of another node. A node has one
// log: under another name it would begin anew, and that is refused as a log that is not
// known.
func (d *Deed) Memory(node message.Node) evidence.Memory { return heldMemory{d.w, node} }

type heldMemory struct {
	w    *writing
	node message.Node
}

func (m heldMemory) Last(origin string) (string, error) {
	var known, signed string
	err := m.w.tx.QueryRowContext(m.w.ctx, `SELECT origin, note FROM cosign_held WHERE node = $1`, string(m.node)).Scan(&known, &signed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("cosigned of %s: %w", m.node, damaged(err))
	case known != origin:
		return "", &evidence.Refused{Code: evidence.WitnessUnknown, Held: signed, Detail: known + " ≠ " + origin}
	}
	return signed, nil
}

func (m heldMemory) Keep(origin string, c evidence.Checkpoint, signed string) error {
	return m.w.held(savedHeld{string(m.node), origin, c.Size, signed, stampOf(m.w.at)})
}

// savedHeld is a line of cosigned.jsonl in a backup.
type savedHeld struct {
	Node   string `json:"node"`
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Note   string `json:"note"`
	At     string `json:"at"`
}

func (w *writing) held(h savedHeld) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO cosign_held (node, origin, size, note, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (node) DO UPDATE SET origin = excluded.origin, size = excluded.size, note = excluded.note, at = excluded.at`,
		h.Node, h.Origin, h.Size, h.Note, h.At)
	if err != nil {
		return fmt.Errorf("cosigned of %s: %w", h.Node, err)
	}
	return nil
}
