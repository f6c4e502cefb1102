package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math"

	"conurb/area"
	"conurb/plan"
	"conurb/trust/evidence"
)

// page is how many rows are read at a time where two tables are read side by
// side: a connection to PostgreSQL answers one question at a time.
const page = 4096

// copyOf is the database as an auditor or an exporter reads it, within one
// transaction.
func copyOf(ctx context.Context, tx *sql.Tx) (*evidence.Copy, error) {
	c := &evidence.Copy{
		Entries: pages(func(from int64) ([]evidence.Entry, int64, error) { return entriesFrom(ctx, tx, from) }),
		Rows:    pages(func(from int64) ([]evidence.Row, int64, error) { return rowsFrom(ctx, tx, from) }),
		Files:   map[string]map[string][]byte{}, HasTokens: true,
	}
	for _, read := range []func(context.Context, *sql.Tx, *evidence.Copy) error{readCheckpoints, readPacks, readBoards, readTokens, readLicences, readMessages, readNotes, readCosignatures} {
		if err := read(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// pages yields what read returns, page by page; read says where the next begins.
func pages[T any](read func(from int64) ([]T, int64, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for from := int64(math.MinInt64); ; {
			list, next, err := read(from)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
			}
			if len(list) < page || next <= from {
				return
			}
			from = next
		}
	}
}

// entriesFrom reads entries. Here and below, the cast lets an index be asked for
// that only SQLite can hold.
func entriesFrom(ctx context.Context, tx *sql.Tx, from int64) ([]evidence.Entry, int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT idx, kind, leaf, hash, recorded_at FROM log_entry WHERE idx >= CAST($1 AS BIGINT) ORDER BY idx LIMIT $2`, from, page)
	if err != nil {
		return nil, 0, fmt.Errorf("log: %w", err)
	}
	defer rows.Close()
	out := make([]evidence.Entry, 0, page)
	c := newCells("log_entry", "idx", "kind", "leaf", "hash", "recorded_at")
	for rows.Next() {
		if err := c.scan(rows); err != nil {
			return nil, 0, fmt.Errorf("log: %w", err)
		}
		e := evidence.Entry{Index: c.integer(0), Kind: c.text(1), Leaf: []byte(c.text(2)), Hash: c.text(3), Recorded: c.text(4)}
		e.Fault = c.fault()
		out = append(out, e)
		from = after(from, e.Index)
	}
	return out, from, rows.Err()
}

// after is where to go on reading after a row, unless it is the last there can be.
func after(from, index int64) int64 {
	if index == math.MaxInt64 {
		return from
	}
	return max(from, index+1)
}

// rowsFrom reads rows of observations as leaves. What no observation could have
// is a fault of the row, not an error: the audit names it.
func rowsFrom(ctx context.Context, tx *sql.Tx, from int64) ([]evidence.Row, int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT log, id, version, indicator, scope, period, first_day, last_day, value, source,
		source_text, grade, published, note, withdrawn, reason, recorded, recorded_by, ref_file, ref_line
		FROM observation WHERE log >= CAST($1 AS BIGINT) ORDER BY log LIMIT $2`, from, page)
	if err != nil {
		return nil, 0, fmt.Errorf("observations: %w", err)
	}
	defer rows.Close()
	out := make([]evidence.Row, 0, page)
	c := newCells("observation", observationColumns...)
	for rows.Next() {
		if err := c.scan(rows); err != nil {
			return nil, 0, fmt.Errorf("observations: %w", err)
		}
		r := auditRow(c)
		out = append(out, r)
		from = after(from, r.Log)
	}
	return out, from, rows.Err()
}

func auditRow(c *cells) evidence.Row {
	log, first, last, published, recorded := c.integer(0), c.text(6), c.text(7), c.text(12), c.text(16)
	o := &evidence.Observation{
		ID: c.text(1), Version: int(c.integer(2)), Indicator: c.text(3), Scope: c.text(4), Period: c.text(5), Value: c.number(8),
		Source: c.text(9), SourceText: c.text(10), Grade: area.Grade(c.text(11)), Note: c.text(13), Withdrawn: c.truth(14),
		Reason: c.text(15), By: c.text(17), Ref: area.Ref{File: c.text(18), Line: int(c.integer(19))},
	}
	r := evidence.Row{Log: log, ID: o.ID, Version: o.Version, Fault: c.fault()}
	if r.Fault != "" {
		return r
	}
	p, err := plan.ParsePeriod(o.Period)
	switch {
	case err != nil:
		r.Fault = "period: " + o.Period
		return r
	case p.Start().String() != first:
		r.Fault = "first_day: " + first + " ≠ " + p.Start().String()
		return r
	case p.End().String() != last:
		r.Fault = "last_day: " + last + " ≠ " + p.End().String()
		return r
	}
	if o.Published, err = area.ParseDate(published); err != nil {
		r.Fault = "published: " + published
		return r
	}
	at, err := parseStamp(recorded)
	if err != nil || at.IsZero() {
		r.Fault = "recorded: " + recorded
		return r
	}
	if r.Leaf, err = (evidence.Leaf{Type: evidence.TypeObservation, Recorded: at, Observation: o}).Bytes(); err != nil {
		r.Fault = err.Error()
	}
	return r
}

func readCheckpoints(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	c := newCells("log_checkpoint", "size", "note")
	return eachCells(ctx, tx, `SELECT size, note FROM log_checkpoint ORDER BY size`, c, func() {
		s := evidence.Signed{Size: c.integer(0), Note: c.text(1)}
		if fault := c.fault(); fault != "" {
			to.Faults = append(to.Faults, evidence.Finding{Code: evidence.SignatureInvalid, Index: max(s.Size, 0) - 1, ID: fmt.Sprint("checkpoint ", s.Size), Detail: fault})
			return
		}
		to.Checkpoints = append(to.Checkpoints, s)
	})
}

func readPacks(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	c := newCells("pack_version", "log", "pack", "digest")
	err := eachCells(ctx, tx, `SELECT log, pack, digest FROM pack_version ORDER BY log`, c, func() {
		p := evidence.PackRow{Log: c.integer(0), Pack: c.text(1), Digest: c.text(2)}
		p.Fault = c.fault()
		to.Packs = append(to.Packs, p)
	})
	if err != nil {
		return err
	}
	c = newCells("pack_files", "digest", "files")
	return eachCells(ctx, tx, `SELECT digest, files FROM pack_files ORDER BY digest`, c, func() {
		digest, packed := c.text(0), c.bytes(1)
		if fault := c.fault(); fault != "" {
			to.Faults = append(to.Faults, evidence.Finding{Code: evidence.PackAltered, Index: -1, ID: digest, Detail: fault})
			to.Files[digest] = nil
			return
		}
		files, err := unzipFiles(packed)
		if err != nil {
			files = map[string][]byte{} // the audit names every file that is not there
		}
		to.Files[digest] = files
	})
}

func readBoards(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	c := newCells("board_snapshot", "log", "board")
	return eachCells(ctx, tx, `SELECT log, board FROM board_snapshot ORDER BY log`, c, func() {
		b := evidence.BoardRow{Log: c.integer(0)}
		packed := c.bytes(1)
		if fault := c.fault(); fault != "" {
			b.Err = errors.New(fault)
		} else {
			b.JSON, b.Err = gunzip(packed)
		}
		to.Boards = append(to.Boards, b)
	})
}

// readTokens reads tokens. When one was last used is no evidence, but a cell that
// holds no moment keeps all of them from being listed.
func readTokens(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	c := newCells("token", "id", "name", "secret", "created", "revoked", "last_used")
	return eachCells(ctx, tx, `SELECT id, name, secret, created, revoked, last_used FROM token ORDER BY id`, c, func() {
		t := evidence.TokenRow{ID: c.text(0), Name: c.text(1), Fingerprint: fingerprint(c.text(2)), Created: c.text(3), Revoked: c.text(4)}
		if used := c.text(5); c.fault() == "" {
			if _, err := parseStamp(used); err != nil {
				c.wrong(5, stamp)
			}
		}
		t.Fault = c.fault()
		to.Tokens = append(to.Tokens, t)
	})
}

// eachCells calls f after each row was read into c.
func eachCells(ctx context.Context, tx *sql.Tx, text string, c *cells, f func()) error {
	return each(ctx, tx, text, func(rows *sql.Rows) error {
		err := c.scan(rows)
		if err == nil {
			f()
		}
		return err
	})
}

func each(ctx context.Context, tx *sql.Tx, text string, scan func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, text)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return rows.Err()
}
