package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"conurb/trust/evidence"
	"conurb/trust/message"
)

// fileMessages are the rows of messages in a backup, in the order of the log; older backups
// have none. How far each box had come is not saved: what was sent is sent again, and the
// other node has it already.
const fileMessages = "messages.jsonl"

// savedMessage is a line of them.
type savedMessage struct {
	Log    int64  `json:"log"`
	Action string `json:"action"`
	From   string `json:"from"`
	ID     string `json:"id"`
	Text   string `json:"text"`
}

const selectMessages = `SELECT log, action, sender, id, text FROM message ORDER BY log`

func (m *savedMessage) scan(rows *sql.Rows) error {
	return rows.Scan(&m.Log, &m.Action, &m.From, &m.ID, &m.Text)
}

func readMessages(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	there, err := migrated(ctx, tx, 5)
	to.HasMessages = there || err != nil
	if !there || err != nil {
		return err
	}
	c := newCells("message", "log", "action", "sender", "id", "text")
	return eachCells(ctx, tx, selectMessages, c, func() {
		r := evidence.MessageRow{Log: c.integer(0), Action: c.text(1), From: c.text(2), ID: c.text(3), SHA256: evidence.SHA256([]byte(c.text(4)))}
		r.Fault = c.fault()
		to.Messages = append(to.Messages, r)
	})
}

// checkMessages holds the two boxes to the entries of messages, as far as these tell: which
// messages there are, and which had their effect.
func checkMessages(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 5)
	if !there || err != nil {
		return err
	}
	out, in := map[string]string{}, map[string]string{}
	err = each(ctx, tx, selectMessages, func(rows *sql.Rows) error {
		var row savedMessage
		if err := row.scan(rows); err != nil {
			return err
		}
		key := row.From + "/" + row.ID
		if row.Action == evidence.Done {
			in[key] = strings.TrimSuffix(in[key], "0") + "1"
			return nil
		}
		m, err := message.Read([]byte(row.Text)) // its digest is good: we wrote it so
		if err != nil {
			return err
		}
		e := m.Envelope
		if row.Action == evidence.Sent {
			out[row.ID] = fmt.Sprint(row.Log, " ", e.To, " ", e.Case, " ", e.Sequence)
		} else {
			in[key] = fmt.Sprint(row.Log, " ", e.Case, " ", e.Sequence, " ", 0)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := checkBox(ctx, tx, r, `SELECT id, log, receiver, case_id, sequence FROM message_out ORDER BY id`, "message_out",
		[]string{"id", "log", "receiver", "case_id", "sequence"}, out, 1); err != nil {
		return err
	}
	return checkBox(ctx, tx, r, `SELECT sender, id, log, case_id, sequence, CASE WHEN state = 'done' THEN 1 ELSE 0 END FROM message_in ORDER BY sender, id`, "message_in",
		[]string{"sender", "id", "log", "case_id", "sequence", "done"}, in, 2)
}

func checkBox(ctx context.Context, tx *sql.Tx, r *evidence.Report, text, table string, columns []string, want map[string]string, keys int) error {
	c := newCells(table, columns...)
	err := eachCells(ctx, tx, text, c, func() {
		key, rest := "", ""
		for i, name := range columns {
			cell := ""
			switch name {
			case "log", "sequence", "done":
				cell = fmt.Sprint(c.integer(i))
			default:
				cell = c.text(i)
			}
			if i < keys {
				key = join(key, "/", cell)
			} else {
				rest = join(rest, " ", cell)
			}
		}
		should, ok := want[key]
		delete(want, key)
		switch fault := c.fault(); {
		case fault != "":
			r.Add(evidence.MessageAltered, -1, table+" "+key, fault)
		case !ok:
			r.Add(evidence.MessageInserted, -1, table+" "+key, "")
		case should != rest:
			r.Add(evidence.MessageAltered, -1, table+" "+key, rest+" ≠ "+should)
		}
	})
	for key := range want {
		r.Add(evidence.MessageMissing, -1, table+" "+key, "")
	}
	return err
}

func join(a, by, b string) string {
	if a == "" {
		return b
	}
	return a + by + b
}

func saveMessages(ctx context.Context, tx *sql.Tx, extra map[string][]byte) error {
	if there, err := migrated(ctx, tx, 5); !there || err != nil {
		return err
	}
	var lines bytes.Buffer
	err := each(ctx, tx, selectMessages, func(rows *sql.Rows) error {
		var m savedMessage
		if err := m.scan(rows); err != nil {
			return err
		}
		return writeLine(&lines, m)
	})
	extra[fileMessages] = lines.Bytes()
	return err
}

// savedMessages reads the rows of messages, which a backup of before has not.
func savedMessages(b *evidence.Bundle) (map[int64]savedMessage, error) {
	all := map[int64]savedMessage{}
	b.HasMessages = true
	d := json.NewDecoder(bytes.NewReader(b.Extra[fileMessages]))
	for d.More() {
		var m savedMessage
		if err := d.Decode(&m); err != nil {
			return nil, fmt.Errorf("%w: %s: %v", ErrBackup, fileMessages, err)
		}
		all[m.Log] = m
		b.Messages = append(b.Messages, evidence.MessageRow{Log: m.Log, Action: m.Action, From: m.From, ID: m.ID, SHA256: evidence.SHA256([]byte(m.Text))})
	}
	return all, nil
}

// restoreMessage writes the rows of an entry. What was sent waits to be sent again.
func (w *writing) restoreMessage(l evidence.Leaf, r savedMessage) error {
	if err := w.messageRow(r.Log, r.Action, r.From, r.ID, []byte(r.Text)); err != nil {
		return err
	}
	if r.Action == evidence.Done {
		return w.changed(`UPDATE message_in SET state = $1 WHERE sender = $2 AND id = $3`, inDone, r.From, r.ID)
	}
	m, err := message.Read([]byte(r.Text))
	if err != nil {
		return err
	}
	if r.Action == evidence.Taken {
		return w.inRow(r.Log, &m, inWaiting)
	}
	var n int
	if err := w.tx.QueryRowContext(w.ctx, `SELECT COUNT(*) FROM message_out WHERE id = $1`, r.ID).Scan(&n); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	if n > 0 { // sent again by a person
		return w.changed(`UPDATE message_out SET log = $1, next_at = $2, since = $2 WHERE id = $3`, r.Log, stampOf(l.Recorded), r.ID)
	}
	return w.outRow(r.Log, &m, l.Recorded)
}
