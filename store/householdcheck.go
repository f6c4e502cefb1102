package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"conurb/livelihood/household"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// householdNoted makes the rows of a note again. When anything is done about what is open is for
// householdRestored to say.
func (w *writing) householdNoted(n savedNote) error {
	if n.Action != householdChanged {
		return nil
	}
	var c householdChange
	if err := json.Unmarshal([]byte(n.Text), &c); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return w.householdRows(c)
}

// householdRestored tells a register that came back with a backup that it may be of the past: it
// serves nothing before it has asked the other nodes, and what it had sent is not sent again, but
// made anew where it still counts. A node that knows others has a register, even where nothing
// had been written in it: it may have been a witness since. One that knew nobody has nobody to ask.
func (w *writing) householdRestored() error {
	var nodes int
	if err := w.tx.QueryRowContext(w.ctx, `SELECT COUNT(*) FROM node_card`).Scan(&nodes); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if nodes < 2 {
		return nil
	}
	for _, text := range []string{
		`UPDATE message_out SET state = '` + outReplaced + `' WHERE state = '` + string(message.Waiting) + `' AND case_id LIKE 'household/%'`,
		`UPDATE household_transfer SET due = 1 WHERE state IN ('` + string(household.Held) + `', '` + string(household.Decided) + `', '` + string(household.Gone) + `')`,
		`UPDATE household_transfer SET due = until_at WHERE state = '` + string(household.Promised) + `'`,
	} {
		if _, err := w.tx.ExecContext(w.ctx, text); err != nil {
			return fmt.Errorf("register: %w", err)
		}
	}
	return w.forgetful()
}

// forgetful has the register ask everybody before it serves.
func (w *writing) forgetful() error {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT name FROM household_number`)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	names, err := texts(rows)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	b := (&Deed{w}).book(Voice{})
	nonce, err := b.Fresh()
	if err != nil {
		return err
	}
	for name, n := range household.Forget(names, nonce) {
		if err := b.SetNumber(name, n); err != nil {
			return err
		}
	}
	return b.flush()
}

// ForgetHousehold tells the register that its database may be of the past, where the files of a
// database were put back by hand: it serves nothing before it has asked the other nodes.
func (d *Deed) ForgetHousehold() error { return d.w.forgetful() }

// The acts of people upon a register as a whole.
const (
	HouseholdWithout   = "without"   // to go on without a node
	HouseholdForgotten = "forgotten" // to ask everybody, since files were put back by hand
)

// HouseholdAct is such an act, for the evidence log.
type HouseholdAct struct {
	City   household.City `json:"city,omitempty"`
	By     string         `json:"by"`
	Reason string         `json:"reason"`
	Salt   string         `json:"salt"`
}

// NoteHousehold writes an act down.
func (d *Deed) NoteHousehold(action string, a HouseholdAct) error {
	salt := make([]byte, 12)
	if _, err := rand.Read(salt); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	a.Salt = base64.RawURLEncoding.EncodeToString(salt)
	text, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	_, err = d.w.note(roomHousehold, action, "register", text)
	return err
}

// householdTables are the tables that follow from notes, with how many columns are keys.
var householdTables = []struct {
	name    string
	columns []string
	numbers string
	keys    int
}{
	{"household_entry", entryColumns, " epoch ", 1},
	{"household_transfer", transferColumns, " until_at sent_at ", 1},
	{"household_witnessed", witnessedColumns, " epoch incarnation ", 3},
	{"household_met", metColumns, "", 2},
	{"household_number", numberColumns, " n ", 1},
}

// checkHousehold holds the tables of the register to its notes.
func checkHousehold(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 12)
	if !there || err != nil {
		return err
	}
	want := counterRows{}
	for _, t := range householdTables {
		want[t.name] = map[string][]string{}
	}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomHousehold || n.Action != householdChanged {
			return err
		}
		var c householdChange
		if err := json.Unmarshal([]byte(n.Text), &c); err != nil { // its digest is good: we wrote it so
			return err
		}
		return c.into(want)
	})
	if err != nil {
		return err
	}
	for _, t := range householdTables {
		if err := want.hold(ctx, tx, r, t.name, t.columns, t.numbers, t.keys); err != nil {
			return err
		}
	}
	return nil
}

// into writes the rows of a note over those of the notes before.
func (c *householdChange) into(want counterRows) error {
	all, err := c.rows()
	if err != nil {
		return err
	}
	for _, t := range householdTables {
		for _, row := range all[t.name] {
			cells := make([]string, len(t.columns))
			for i := range cells {
				cells[i] = fmt.Sprint(row[i])
			}
			want[t.name][strings.Join(cells[:t.keys], "/")] = cells[t.keys:]
		}
	}
	return nil
}
