package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"conurb/trust/evidence"
)

// checkPeople holds accounts and credentials to the notes about them.
func checkPeople(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 7)
	if !there || err != nil {
		return err
	}
	accounts, credentials := map[string]string{}, map[string]string{}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomPerson {
			return err
		}
		var a accountNote
		var c credentialNote
		switch n.Action { // its digest is good: we wrote it so
		case credentialSet:
			err := json.Unmarshal([]byte(n.Text), &c)
			credentials[c.Credential] = fmt.Sprint(n.Log, " ", c.Digest)
			return err
		case credentialGone:
			err := json.Unmarshal([]byte(n.Text), &c)
			delete(credentials, c.Credential)
			return err
		}
		err := json.Unmarshal([]byte(n.Text), &a)
		accounts[n.ID] = fmt.Sprint(n.Log, " ", a.Account.Login)
		return err
	})
	if err != nil {
		return err
	}
	if err := checkAccountRows(ctx, tx, r, accounts); err != nil {
		return err
	}
	return checkCredentialRows(ctx, tx, r, credentials)
}

func checkAccountRows(ctx context.Context, tx *sql.Tx, r *evidence.Report, want map[string]string) error {
	c := newCells("account", "id", "login", "log")
	err := eachCells(ctx, tx, `SELECT id, login, log FROM account ORDER BY id`, c, func() {
		id, have := c.text(0), fmt.Sprint(c.integer(2), " ", c.text(1))
		heldTo(r, "account", id, have, c.fault(), want)
	})
	for id := range want {
		r.Add(evidence.NoteMissing, -1, "account "+id, "")
	}
	return err
}

func checkCredentialRows(ctx context.Context, tx *sql.Tx, r *evidence.Report, want map[string]string) error {
	c := newCells("credential", "id", "account", "way", "handle", "label", "secret", "made_at", "log", "uses", "used_at")
	var late error
	err := eachCells(ctx, tx, `SELECT `+credentialColumns+` FROM credential ORDER BY id`, c, func() {
		k := Credential{ID: c.text(0), Account: c.text(1), Way: c.text(2), Handle: c.text(3), Label: c.text(4), Secret: c.text(5)}
		made, used, log := c.text(6), c.text(9), c.integer(7)
		if c.integer(8); c.fault() == "" {
			for i, text := range map[int]string{6: made, 9: used} {
				if _, err := parseStamp(text); err != nil {
					c.wrong(i, stamp)
				}
			}
		}
		k.Made, _ = parseStamp(made)
		digest, err := k.digest()
		if err != nil {
			late = err
		}
		heldTo(r, "credential", k.ID, fmt.Sprint(log, " ", digest), c.fault(), want)
	})
	for id := range want {
		r.Add(evidence.NoteMissing, -1, "credential "+id, "")
	}
	if err == nil {
		err = late
	}
	return err
}

// heldTo compares a row with what a note has of it.
func heldTo(r *evidence.Report, table, id, have, fault string, want map[string]string) {
	should, ok := want[id]
	delete(want, id)
	switch {
	case fault != "":
		r.Add(evidence.NoteAltered, -1, table+" "+id, fault)
	case !ok:
		r.Add(evidence.NoteInserted, -1, table+" "+id, "")
	case should != have:
		r.Add(evidence.NoteAltered, -1, table+" "+id, have+" ≠ "+should)
	}
}
