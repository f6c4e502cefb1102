package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

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
	for _, read := range []func(context.Context, *sql.Tx, *evidence.Copy) error{readCheckpoints, readPacks, readBoards, readTokens} {
		if err := read(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// pages yields what read returns, page by page; read says where the next begins.
func pages[T any](read func(from int64) ([]T, int64, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for from := int64(-1 << 31); ; {
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
			if len(list) < page {
				return
			}
			from = next
		}
	}
}

func entriesFrom(ctx context.Context, tx *sql.Tx, from int64) ([]evidence.Entry, int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT idx, kind, leaf, hash, recorded_at FROM log_entry WHERE idx >= $1 ORDER BY idx LIMIT $2`, from, page)
	if err != nil {
		return nil, 0, fmt.Errorf("log: %w", err)
	}
	defer rows.Close()
	out := make([]evidence.Entry, 0, page)
	for rows.Next() {
		var e evidence.Entry
		if err := rows.Scan(&e.Index, &e.Kind, &e.Leaf, &e.Hash, &e.Recorded); err != nil {
			return nil, 0, fmt.Errorf("log: %w", err)
		}
		out = append(out, e)
		from = e.Index + 1
	}
	return out, from, rows.Err()
}

// rowsFrom reads rows of observations as leaves. What no observation could have
// is a fault of the row, not an error: the audit names it.
func rowsFrom(ctx context.Context, tx *sql.Tx, from int64) ([]evidence.Row, int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT log, id, version, indicator, scope, period, first_day, last_day, value, source,
		source_text, grade, published, note, withdrawn, reason, recorded, recorded_by, ref_file, ref_line
		FROM observation WHERE log >= $1 ORDER BY log LIMIT $2`, from, page)
	if err != nil {
		return nil, 0, fmt.Errorf("observations: %w", err)
	}
	defer rows.Close()
	out := make([]evidence.Row, 0, page)
	var o evidence.Observation
	var log int64
	var grade, published, recorded, first, last string
	for rows.Next() {
		o = evidence.Observation{}
		if err := rows.Scan(&log, &o.ID, &o.Version, &o.Indicator, &o.Scope, &o.Period, &first, &last, &o.Value, &o.Source,
			&o.SourceText, &grade, &published, &o.Note, &o.Withdrawn, &o.Reason, &recorded, &o.By, &o.Ref.File, &o.Ref.Line); err != nil {
			return nil, 0, fmt.Errorf("observation at log %d: %w", log, err)
		}
		o.Grade = area.Grade(grade)
		out = append(out, auditRow(log, &o, published, recorded, first, last))
		from = log + 1
	}
	return out, from, rows.Err()
}

func auditRow(log int64, o *evidence.Observation, published, recorded, first, last string) evidence.Row {
	r := evidence.Row{Log: log, ID: o.ID, Version: o.Version}
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

func readCheckpoints(ctx context.Context, tx *sql.Tx, c *evidence.Copy) error {
	return each(ctx, tx, `SELECT size, note FROM log_checkpoint ORDER BY size`, func(rows *sql.Rows) error {
		var s evidence.Signed
		err := rows.Scan(&s.Size, &s.Note)
		c.Checkpoints = append(c.Checkpoints, s)
		return err
	})
}

func readPacks(ctx context.Context, tx *sql.Tx, c *evidence.Copy) error {
	err := each(ctx, tx, `SELECT log, pack, digest FROM pack_version ORDER BY log`, func(rows *sql.Rows) error {
		var p evidence.PackRow
		err := rows.Scan(&p.Log, &p.Pack, &p.Digest)
		c.Packs = append(c.Packs, p)
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, tx, `SELECT digest, files FROM pack_files ORDER BY digest`, func(rows *sql.Rows) error {
		var digest string
		var packed []byte
		if err := rows.Scan(&digest, &packed); err != nil {
			return err
		}
		files, err := unzipFiles(packed)
		if err != nil {
			files = map[string][]byte{} // the audit names every file that is not there
		}
		c.Files[digest] = files
		return nil
	})
}

func readBoards(ctx context.Context, tx *sql.Tx, c *evidence.Copy) error {
	return each(ctx, tx, `SELECT log, board FROM board_snapshot ORDER BY log`, func(rows *sql.Rows) error {
		var b evidence.BoardRow
		var packed []byte
		err := rows.Scan(&b.Log, &packed)
		b.JSON, b.Err = gunzip(packed)
		c.Boards = append(c.Boards, b)
		return err
	})
}

func readTokens(ctx context.Context, tx *sql.Tx, c *evidence.Copy) error {
	return each(ctx, tx, `SELECT id, name, secret, created, revoked FROM token ORDER BY id`, func(rows *sql.Rows) error {
		var t evidence.TokenRow
		var hash string
		err := rows.Scan(&t.ID, &t.Name, &hash, &t.Created, &t.Revoked)
		t.Fingerprint = fingerprint(hash)
		c.Tokens = append(c.Tokens, t)
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
