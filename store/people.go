package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"conurb/trust/evidence"
	"conurb/trust/identity"
)

// roomPerson are accounts and how people sign in to them.
const roomPerson = "person"

// The actions of people. The text of the first four is the account, that of the last two says
// which credential, by its digest.
const (
	PersonAdded    = "added"
	PersonChanged  = "changed"
	PersonDisabled = "disabled"
	PersonEnabled  = "enabled"
	credentialSet  = "credential"
	credentialGone = "credential-gone"
)

// accountNote is the text of a note: an account beside random bits, so that the digest in
// the log, which everybody may read, tells nothing of a person.
type accountNote struct {
	Salt    string           `json:"salt"`
	By      string           `json:"by"` // an account or a token, or a person at the machine
	Account identity.Account `json:"account"`
}

type credentialNote struct {
	Salt       string `json:"salt"`
	By         string `json:"by"`
	Credential string `json:"credential"`
	Digest     string `json:"digest,omitempty"` // see Credential.digest
}

// AddPerson makes an account and returns it with its id. *identity.Fault where it is none,
// ErrExists where its login is taken.
func (s *Store) AddPerson(ctx context.Context, a identity.Account, by string) (identity.Account, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return a, err
	}
	a.ID = id.String()
	err = s.write(ctx, func(w *writing) error { return w.account(PersonAdded, a, by) })
	return a, err
}

// ChangePerson changes an account; its id and city stay. Nothing is written where alter
// changes nothing. Sessions of one who is disabled end with it.
func (s *Store) ChangePerson(ctx context.Context, id, by string, alter func(a *identity.Account) error) (a identity.Account, err error) {
	err = s.write(ctx, func(w *writing) error {
		list, err := accountsOf(w.ctx, w.tx, ` WHERE a.id = $1`, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("person %s: %w", id, ErrUnknown)
		}
		before := list[0]
		a = before
		a.Roles = append(a.Roles[:0:0], before.Roles...)
		if err := alter(&a); err != nil {
			return err
		}
		a.ID, a.City = before.ID, before.City
		old, err1 := evidence.Canonical(before)
		now, err2 := evidence.Canonical(a)
		if err := errors.Join(err1, err2); err != nil || string(old) == string(now) {
			return err
		}
		action := PersonChanged
		if a.Disabled && !before.Disabled {
			action = PersonDisabled
			if _, err := w.tx.ExecContext(w.ctx, `DELETE FROM sign_in WHERE account = $1`, id); err != nil {
				return fmt.Errorf("sessions of %s: %w", id, err)
			}
		} else if !a.Disabled && before.Disabled {
			action = PersonEnabled
		}
		return w.account(action, a, by)
	})
	return a, err
}

func (w *writing) account(action string, a identity.Account, by string) error {
	if err := a.Check(); err != nil {
		return err
	}
	var other string
	err := w.tx.QueryRowContext(w.ctx, `SELECT id FROM account WHERE login = $1 AND id <> $2`, a.Login, a.ID).Scan(&other)
	if err == nil {
		return fmt.Errorf("login %s: %w", a.Login, ErrExists)
	} else if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("login %s: %w", a.Login, err)
	}
	text, err := evidence.Canonical(accountNote{salt(), by, a})
	if err != nil {
		return err
	}
	log, err := w.note(roomPerson, action, a.ID, text)
	if err != nil {
		return err
	}
	return w.accountRow(log, &a)
}

func (w *writing) accountRow(log int64, a *identity.Account) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO account (id, login, log) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET login = excluded.login, log = excluded.log`, a.ID, a.Login, log)
	if err != nil {
		return fmt.Errorf("account %s: %w", a.Login, err)
	}
	return nil
}

// Person is the account with an id; ErrUnknown.
func (s *Store) Person(ctx context.Context, id string) (identity.Account, error) {
	return s.onePerson(ctx, ` WHERE a.id = $1`, id)
}

// PersonByLogin is the account with a login, in the form of identity.Fold; ErrUnknown.
func (s *Store) PersonByLogin(ctx context.Context, login string) (identity.Account, error) {
	return s.onePerson(ctx, ` WHERE a.login = $1`, login)
}

func (s *Store) onePerson(ctx context.Context, where, arg string) (identity.Account, error) {
	list, err := accountsOf(ctx, s.db, where, arg)
	if err != nil {
		return identity.Account{}, err
	}
	if len(list) == 0 {
		return identity.Account{}, fmt.Errorf("person %s: %w", arg, ErrUnknown)
	}
	return list[0], nil
}

// People lists all accounts, the disabled ones too, by login.
func (s *Store) People(ctx context.Context) ([]identity.Account, error) {
	return accountsOf(ctx, s.db, ``)
}

// People is Store.People within a deed.
func (d *Deed) People() ([]identity.Account, error) { return accountsOf(d.w.ctx, d.w.tx, ``) }

func accountsOf(ctx context.Context, q querier, where string, args ...any) (list []identity.Account, err error) {
	all, err := textsOf(ctx, q, "people", `SELECT n.text FROM account a JOIN note n ON n.log = a.log`+where+` ORDER BY a.login`, args...)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		var n accountNote
		if err := json.Unmarshal([]byte(text), &n); err != nil {
			return nil, fmt.Errorf("person: %w: %v", ErrDamaged, err)
		}
		list = append(list, n.Account)
	}
	return list, nil
}

// personNoted makes the table of accounts again; credentials come from a file of their own.
func (w *writing) personNoted(n savedNote) error {
	switch n.Action {
	case credentialSet, credentialGone:
		return nil
	}
	var a accountNote
	if err := json.Unmarshal([]byte(n.Text), &a); err != nil {
		return err
	}
	return w.accountRow(n.Log, &a.Account)
}
