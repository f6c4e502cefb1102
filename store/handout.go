package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"conurb/livelihood/licence"
	"conurb/trust/evidence"
)

// roomHandout are licences handed out to wallets.
const roomHandout = "handout"

// Where a handout stands: handed, and then what the wallet told of it last.
const (
	Handed         = "handed"
	HandedAccepted = "accepted"
	HandedFailed   = "failed"
	HandedDeleted  = "deleted"
)

// Handout is an edition of a licence handed out to a wallet, one copy for each of its keys. The
// copies themselves are not kept: they are the holder's.
type Handout struct {
	ID         string   `json:"id"` // UUIDv7
	Licence    string   `json:"licence"`
	Identifier string   `json:"identifier"` // of the edition
	Edition    int      `json:"edition"`
	Keys       []string `json:"keys"` // thumbprints, RFC 7638
	To         string   `json:"to"`   // what the wallet says it is
	By         string   `json:"by"`   // who offered the licence; empty: its holder chose it at the node
	At         string   `json:"at"`   // RFC 3339
	State      string   `json:"-"`
	Salt       string   `json:"salt"` // random: the digest tells nobody what it is of
}

// HandoutEvent is what a wallet told of a handout.
type HandoutEvent struct {
	ID   string `json:"id"`
	At   string `json:"at"`
	Text string `json:"text,omitempty"` // for developers
	Salt string `json:"salt"`
}

// HandOut keeps that copies of an edition were handed out, with their entry in the log.
func (d *Deed) HandOut(h Handout) (Handout, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return h, err
	}
	h.ID, h.At, h.Salt, h.State = id.String(), stampOf(d.w.at), salt(), Handed
	b, err := json.Marshal(h)
	if err != nil {
		return h, fmt.Errorf("handout: %w", err)
	}
	log, err := d.w.note(roomHandout, Handed, h.ID, b)
	if err != nil {
		return h, err
	}
	return h, d.w.handoutRows(log, h)
}

func (w *writing) handoutRows(log int64, h Handout) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO wallet_handout (id, licence, edition, receiver, state, log) VALUES ($1, $2, $3, $4, $5, $6)`,
		h.ID, h.Licence, h.Edition, h.To, Handed, log)
	if err != nil {
		return fmt.Errorf("handout %s: %w", h.ID, err)
	}
	for _, k := range h.Keys {
		if _, err := w.tx.ExecContext(w.ctx, `INSERT INTO wallet_copy (handout, thumbprint) VALUES ($1, $2)`, h.ID, k); err != nil {
			return fmt.Errorf("handout %s: %w", h.ID, err)
		}
	}
	return nil
}

// ToldOfHandout keeps what a wallet tells of a handout: HandedAccepted, HandedFailed or
// HandedDeleted. The same again changes nothing.
func (d *Deed) ToldOfHandout(id, state, text string) error {
	if state != HandedAccepted && state != HandedFailed && state != HandedDeleted {
		return fmt.Errorf("handout %s: %q: %w", id, state, ErrInvalid)
	}
	w := d.w
	var now string
	err := w.tx.QueryRowContext(w.ctx, `SELECT state FROM wallet_handout WHERE id = $1`, id).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("handout %s: %w", id, ErrUnknown)
	} else if err != nil || now == state {
		return err
	}
	b, err := json.Marshal(HandoutEvent{id, stampOf(w.at), text, salt()})
	if err != nil {
		return fmt.Errorf("handout %s: %w", id, err)
	}
	if _, err := w.note(roomHandout, state, id, b); err != nil {
		return err
	}
	return w.changed(`UPDATE wallet_handout SET state = $1 WHERE id = $2`, state, id)
}

// Handouts lists what was handed out of a licence, oldest first.
func (s *Store) Handouts(ctx context.Context, id string) (list []Handout, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT h.state, n.text FROM wallet_handout h JOIN note n ON n.log = h.log WHERE h.licence = $1 ORDER BY h.log`, id)
	if err != nil {
		return nil, fmt.Errorf("handouts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var state, text string
		var h Handout
		if err := rows.Scan(&state, &text); err != nil {
			return nil, fmt.Errorf("handouts: %w", damaged(err))
		}
		if err := json.Unmarshal([]byte(text), &h); err != nil {
			return nil, fmt.Errorf("handout: %w: %v", ErrDamaged, err)
		}
		h.State = state
		list = append(list, h)
	}
	return list, rows.Err()
}

// Edition returns the newest record of a licence, and the record that began its edition.
func (d *Deed) Edition(key string) (newest, edition licence.Record, err error) {
	if newest, err = d.Licence(key); err != nil {
		return newest, edition, err
	}
	rows, err := d.w.tx.QueryContext(d.w.ctx, `SELECT record FROM licence_record WHERE id = $1 ORDER BY version DESC`, newest.ID)
	if err != nil {
		return newest, edition, fmt.Errorf("licence %s: %w", key, err)
	}
	all, err := records(rows)
	if err != nil {
		return newest, edition, err
	}
	i := slices.IndexFunc(all, func(r licence.Record) bool { return r.NewEdition() })
	if i < 0 {
		return newest, edition, fmt.Errorf("licence %s: %w", key, ErrDamaged)
	}
	return newest, all[i], nil
}

// handoutNoted makes the rows of handouts again from their notes.
func (w *writing) handoutNoted(n savedNote) error {
	if n.Action != Handed {
		return w.changed(`UPDATE wallet_handout SET state = $1 WHERE id = $2`, n.Action, n.ID)
	}
	var h Handout
	if err := json.Unmarshal([]byte(n.Text), &h); err != nil {
		return fmt.Errorf("%w: handout %s: %v", ErrBackup, n.ID, err)
	}
	return w.handoutRows(n.Log, h)
}

// checkHandouts holds the tables of handouts to the notes about them.
func checkHandouts(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 9)
	if !there || err != nil {
		return err
	}
	rows, copies := map[string]string{}, map[string]string{}
	err = each(ctx, tx, selectNotes, func(sqlRows *sql.Rows) error {
		var n savedNote
		if err := n.scan(sqlRows); err != nil || n.Room != roomHandout {
			return err
		}
		if n.Action != Handed {
			at := strings.LastIndexByte(rows[n.ID], ' ')
			rows[n.ID] = rows[n.ID][:max(at, 0)] + " " + n.Action
			return nil
		}
		var h Handout
		if err := json.Unmarshal([]byte(n.Text), &h); err != nil { // its digest is good: we wrote it so
			return err
		}
		rows[h.ID] = fmt.Sprint(h.Licence, " ", h.Edition, " ", h.To, " ", n.Log, " ", Handed)
		for _, k := range h.Keys {
			copies[h.ID+" "+k] = ""
		}
		return nil
	})
	if err != nil {
		return err
	}
	c := newCells("wallet_handout", "id", "licence", "edition", "receiver", "log", "state")
	err = eachCells(ctx, tx, `SELECT id, licence, edition, receiver, log, state FROM wallet_handout ORDER BY id`, c, func() {
		held(r, c, "wallet_handout", c.text(0), fmt.Sprint(c.text(1), " ", c.integer(2), " ", c.text(3), " ", c.integer(4), " ", c.text(5)), rows)
	})
	if err != nil {
		return err
	}
	k := newCells("wallet_copy", "handout", "thumbprint")
	err = eachCells(ctx, tx, `SELECT handout, thumbprint FROM wallet_copy ORDER BY handout, thumbprint`, k, func() {
		held(r, k, "wallet_copy", k.text(0)+" "+k.text(1), "", copies)
	})
	for id := range rows {
		r.Add(evidence.NoteMissing, -1, "wallet_handout "+id, "")
	}
	for id := range copies {
		r.Add(evidence.NoteMissing, -1, "wallet_copy "+id, "")
	}
	return err
}

// held holds a row to what notes say of it, and takes it out of what is still missing.
func held(r *evidence.Report, c *cells, table, id, have string, want map[string]string) {
	should, ok := want[id]
	delete(want, id)
	switch fault := c.fault(); {
	case fault != "":
		r.Add(evidence.NoteAltered, -1, table+" "+id, fault)
	case !ok:
		r.Add(evidence.NoteInserted, -1, table+" "+id, "")
	case should != have:
		r.Add(evidence.NoteAltered, -1, table+" "+id, have+" ≠ "+should)
	}
}
