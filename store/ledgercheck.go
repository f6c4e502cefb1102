package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

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
	return checkFollowing(ctx, tx, r, 16, ledgerTables, []string{roomLedger}, followed.ledger)
}

// ledger is what a note of the book does to the rows.
func (f followed) ledger(n savedNote) error {
	var c ledgerChange
	if err := json.Unmarshal([]byte(n.Text), &c); err != nil {
		return err
	}
	all, err := c.rows()
	if err != nil {
		return err
	}
	for i := range ledgerTables {
		t := &ledgerTables[i]
		for _, row := range all[t.name] {
			switch t.name { // what rows leaves for us to fill in
			case "ledger_account":
				if old := f[t.name][row[0].(string)]; old != nil {
					row[len(row)-1] = old[len(old)-1]
				}
			case "ledger_entry":
				row[len(row)-1] = len(f[t.name]) + 1
			}
			f.write(t, row)
		}
	}
	for _, e := range c.Entries {
		for _, p := range e.Postings {
			row := f["ledger_account"][p.Account]
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
