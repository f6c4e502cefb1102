package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"conurb/trust/card"
	"conurb/trust/evidence"
)

// fileHeld is, in a backup, what this node cosigned last of the others' logs; older backups
// have none. What was asked and not answered is asked again.
const fileHeld = "cosigned.jsonl"

const selectHeld = `SELECT node, origin, size, note, at FROM cosign_held ORDER BY node`

// roomWitness writes down what was found between logs and witnesses.
const roomWitness = "witness"

// The two sides of a finding.
const (
	AsLog     = "log"     // a witness holds what our log does not
	AsWitness = "witness" // another node's log does not extend what we cosigned
)

// WitnessFinding is a disagreement between a log and a witness. It is an entry of the log.
type WitnessFinding struct {
	As     string                  `json:"as"`
	Node   string                  `json:"node"` // the other one
	Code   string                  `json:"code"`
	Size   int64                   `json:"size"`             // of the checkpoint that was to be cosigned
	Held   int64                   `json:"held"`             // size that the witness holds
	Note   string                  `json:"note,omitempty"`   // what the witness holds
	Proven *evidence.Contradiction `json:"proven,omitempty"` // that the log has two histories
	At     string                  `json:"at"`               // RFC 3339
}

// Found writes a finding down, once for what the witness holds.
func (d *Deed) Found(f WitnessFinding) error {
	f.At = stampOf(d.w.at)
	id := fmt.Sprintf("%s/%s/%s/%d", f.As, f.Node, f.Code, f.Held)
	var n int
	if err := d.w.tx.QueryRowContext(d.w.ctx, `SELECT COUNT(*) FROM note WHERE room = $1 AND id = $2`, roomWitness, id).Scan(&n); err != nil || n > 0 {
		return err
	}
	b, err := evidence.Canonical(f)
	if err != nil {
		return err
	}
	_, err = d.w.note(roomWitness, "found", id, b)
	return err
}

// WitnessFindings lists them, the newest first.
func (s *Store) WitnessFindings(ctx context.Context) (list []WitnessFinding, err error) {
	var all []string
	err = s.read(ctx, func(tx *sql.Tx) error {
		there, err := migrated(ctx, tx, 6)
		if !there || err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT text FROM note WHERE room = $1 ORDER BY log DESC`, roomWitness)
		if err != nil {
			return err
		}
		all, err = texts(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("findings of witnesses: %w", err)
	}
	for _, text := range all {
		var f WitnessFinding
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			return nil, fmt.Errorf("findings of witnesses: %w", ErrDamaged)
		}
		list = append(list, f)
	}
	return list, nil
}

func readCosignatures(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	there, err := migrated(ctx, tx, 11)
	if !there || err != nil {
		return err
	}
	c := newCells("cosignature", "size", "node", "line")
	return eachCells(ctx, tx, `SELECT size, node, line FROM cosignature ORDER BY size, node`, c, func() {
		r := evidence.CosignedRow{Size: c.integer(0), Node: c.text(1), Line: c.text(2)}
		r.Fault = c.fault()
		to.Cosignatures = append(to.Cosignatures, r)
	})
}

// witnessesOf are the keys of the other nodes' logs, by their cards.
func witnessesOf(ctx context.Context, tx *sql.Tx) (keys []string, err error) {
	there, err := migrated(ctx, tx, 11)
	if !there || err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT n.text FROM node_card c JOIN note n ON n.log = c.log ORDER BY c.name`)
	if err != nil {
		return nil, fmt.Errorf("cards: %w", err)
	}
	all, err := texts(rows)
	if err != nil {
		return nil, fmt.Errorf("cards: %w", damaged(err))
	}
	for _, text := range all {
		if c, err := card.Read([]byte(text)); err == nil { // one that is none is named by checkCards
			keys = append(keys, c.Card.Log)
		}
	}
	return keys, nil
}

// checkHeld holds what this node remembers as a witness to its own cosignatures.
func checkHeld(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 11)
	if !there || err != nil {
		return err
	}
	keys, err := logKeys(ctx, tx)
	if err != nil {
		return err
	}
	c := newCells("cosign_held", "node", "origin", "size", "note", "at")
	return eachCells(ctx, tx, selectHeld, c, func() {
		node, origin, size, signed, at := c.text(0), c.text(1), c.integer(2), c.text(3), c.text(4)
		if _, err := parseStamp(at); err != nil {
			c.wrong(4, stamp)
		}
		fault := c.fault()
		if fault == "" {
			var errs []error
			for _, key := range keys {
				err := evidence.CheckHeld(origin, size, signed, key)
				if err == nil {
					return
				}
				errs = append(errs, err)
			}
			fault = fmt.Sprint(errors.Join(errs...))
		}
		r.Add(evidence.HeldAltered, -1, "cosign_held "+node, fault)
	})
}

func saveHeld(ctx context.Context, tx *sql.Tx, extra map[string][]byte) error {
	if there, err := migrated(ctx, tx, 11); !there || err != nil {
		return err
	}
	var lines bytes.Buffer
	err := each(ctx, tx, selectHeld, func(rows *sql.Rows) error {
		var h savedHeld
		if err := rows.Scan(&h.Node, &h.Origin, &h.Size, &h.Note, &h.At); err != nil {
			return err
		}
		return writeLine(&lines, h)
	})
	extra[fileHeld] = lines.Bytes()
	return err
}

// restoreCosigned writes the cosignatures of a backup, and what the node held as a witness.
func (w *writing) restoreCosigned(b *evidence.Bundle) error {
	for _, c := range b.Cosignatures {
		if err := w.cosignature(c); err != nil {
			return err
		}
	}
	d := json.NewDecoder(bytes.NewReader(b.Extra[fileHeld]))
	for d.More() {
		var h savedHeld
		if err := d.Decode(&h); err != nil {
			return fmt.Errorf("%w: %s: %v", ErrBackup, fileHeld, err)
		}
		if err := w.held(h); err != nil {
			return err
		}
	}
	return nil
}
