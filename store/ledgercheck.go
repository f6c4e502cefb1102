package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"conurb/trust/evidence"
)

// ledgerNoted makes the rows of a note again.
func (w *writing) ledgerNoted(n savedNote) error {
	var c ledgerChange
	if err := json.Unmarshal([]byte(n.Text), &c); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return w.ledgerRows(c)
}

// checkLedger holds the tables of the book to its notes: every sum is computed anew from the
// entries.
func checkLedger(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 16)
	if !there || err != nil {
		return err
	}
	want := counterRows{}
	for _, t := range ledgerTables {
		want[t.name] = map[string][]string{}
	}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomLedger {
			return err
		}
		var c ledgerChange
		if err := json.Unmarshal([]byte(n.Text), &c); err != nil { // its digest is good: we wrote it so
			return err
		}
		return c.into(want)
	})
	if err != nil {
		return err
	}
	for _, t := range ledgerTables {
		if err := want.hold(ctx, tx, r, t.name, t.columns, t.numbers, t.keys); err != nil {
			return err
		}
	}
	return nil
}

// into writes the rows of a note over those of the notes before.
func (c *ledgerChange) into(want counterRows) error {
	all, err := c.rows()
	if err != nil {
		return err
	}
	for _, t := range ledgerTables {
		for _, row := range all[t.name] {
			cells := make([]string, len(t.columns))
			for i := range cells {
				cells[i] = fmt.Sprint(row[i])
			}
			key, rest := strings.Join(cells[:t.keys], "/"), cells[t.keys:]
			if old := want[t.name][key]; old != nil && t.name == "ledger_account" {
				rest[len(rest)-1] = old[len(old)-1]
			}
			if t.name == "ledger_entry" {
				rest[len(rest)-1] = strconv.Itoa(len(want[t.name]) + 1)
			}
			want[t.name][key] = rest
		}
	}
	for _, e := range c.Entries {
		for _, p := range e.Postings {
			row := want["ledger_account"][p.Account]
			if row == nil {
				return fmt.Errorf("entry %s: account %s: %w", e.ID, p.Account, ErrDamaged)
			}
			n, err := strconv.ParseInt(row[len(row)-1], 10, 64)
			if err != nil {
				return err
			}
			row[len(row)-1] = strconv.FormatInt(n+int64(p.Amount), 10)
		}
	}
	return nil
}
