package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

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
	w.register.forget()
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
	w.register.forget()
	return w.forgetful()
}

// forgetful has the register ask everybody before it serves.
func (w *writing) forgetful() error {
	names, err := textsOf(w.ctx, w.tx, "register", `SELECT name FROM household_number`)
	if err != nil {
		return err
	}
	b := (&Deed{w: w}).book(Voice{})
	nonce, err := b.Fresh()
	if err != nil {
		return err
	}
	for name, n := range household.Forget(names, nonce) {
		if err := b.SetNumber(name, n); err != nil {
			return err
		}
	}
	if err := b.flush(); err != nil {
		return err
	}
	return w.enteringLost()
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
	a.Salt = salt()
	text, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	_, err = d.w.note(roomHousehold, action, "register", text)
	return err
}

// householdTables are those that follow from notes.
var householdTables = []following{
	{"household_entry", entryColumns, " epoch ", 1},
	{"household_transfer", transferColumns, " until_at sent_at ", 1},
	{"household_witnessed", witnessedColumns, " epoch incarnation ", 3},
	{"household_met", metColumns, "", 2},
	{"household_number", numberColumns, " n ", 1},
}

// checkHousehold holds the tables of the register to its notes.
func checkHousehold(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 12, householdTables, []string{roomHousehold}, followed.household)
}

// household is what a note of the register does to the rows.
func (f followed) household(n savedNote) error {
	if n.Action != householdChanged {
		return nil
	}
	var c householdChange
	if err := json.Unmarshal([]byte(n.Text), &c); err != nil {
		return err
	}
	all, err := c.rows()
	if err != nil {
		return err
	}
	for i := range householdTables {
		for _, row := range all[householdTables[i].name] {
			f.write(&householdTables[i], row)
		}
	}
	return nil
}
