package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"conurb/trust/evidence"
	"conurb/trust/identity"
)

// Credential is how somebody signs in.
type Credential struct {
	ID      string
	Account string
	Way     string // identity.ByPassword and so on
	Handle  string // by which it is found: the account of a password, the id of a passkey, a provider and its subject
	Label   string
	Secret  string
	Made    time.Time
	Log     int64
	Uses    uint32 // what a passkey counted last
	Used    time.Time
}

// digest is what the note of a credential says of it.
func (c *Credential) digest() (string, error) {
	b, err := evidence.Canonical([]string{c.ID, c.Account, c.Way, c.Handle, c.Label, c.Secret, stampOf(c.Made)})
	return evidence.SHA256(b), err
}

// SetPassword gives an account a password, in place of the one before. All its sessions end
// but the one with the hash keep.
func (s *Store) SetPassword(ctx context.Context, account, secret, by, keep string) error {
	return s.write(ctx, func(w *writing) error {
		old, err := credentialsOf(w.ctx, w.tx, ` WHERE way = $1 AND handle = $2`, identity.ByPassword, account)
		if err != nil {
			return err
		}
		for _, c := range old {
			if err := w.removeCredential(account, c.ID, by); err != nil {
				return err
			}
		}
		if err := w.endSessions(account, keep); err != nil {
			return err
		}
		_, err = w.credential(Credential{Account: account, Way: identity.ByPassword, Handle: account, Secret: secret}, by)
		return err
	})
}

// AddCredential adds a passkey or the subject of a provider; ErrExists where an account has
// it already.
func (s *Store) AddCredential(ctx context.Context, c Credential, by string) (out Credential, err error) {
	err = s.write(ctx, func(w *writing) error {
		out, err = w.credential(c, by)
		return err
	})
	return out, err
}

func (w *writing) credential(c Credential, by string) (Credential, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return c, err
	}
	c.ID, c.Made, c.Used = id.String(), w.at, time.Time{}
	var there int
	err = w.tx.QueryRowContext(w.ctx, `SELECT (SELECT COUNT(*) FROM credential WHERE way = $1 AND handle = $2) + 2 * (SELECT COUNT(*) FROM account WHERE id = $3)`, c.Way, c.Handle, c.Account).Scan(&there)
	switch {
	case err != nil:
		return c, fmt.Errorf("credential: %w", err)
	case there < 2:
		return c, fmt.Errorf("person %s: %w", c.Account, ErrUnknown)
	case there > 2:
		return c, fmt.Errorf("%s: %w", c.Way, ErrExists)
	}
	digest, err := c.digest()
	if err != nil {
		return c, err
	}
	if c.Log, err = w.credentialNote(credentialSet, c.Account, credentialNote{salt(), by, c.ID, digest}); err != nil {
		return c, err
	}
	return c, w.credentialRow(&c)
}

func (w *writing) credentialNote(action, account string, n credentialNote) (int64, error) {
	text, err := evidence.Canonical(n)
	if err != nil {
		return 0, err
	}
	return w.note(roomPerson, action, account, text)
}

func (w *writing) credentialRow(c *Credential) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO credential (id, account, way, handle, label, secret, made_at, log, uses, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID, c.Account, c.Way, c.Handle, c.Label, c.Secret, stampOf(c.Made), c.Log, int64(c.Uses), stampOf(c.Used))
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	return nil
}

// RemoveCredential takes a credential from an account; ErrUnknown where it has none of that
// id.
func (s *Store) RemoveCredential(ctx context.Context, account, id, by string) error {
	return s.write(ctx, func(w *writing) error { return w.removeCredential(account, id, by) })
}

func (w *writing) removeCredential(account, id, by string) error {
	r, err := w.tx.ExecContext(w.ctx, `DELETE FROM credential WHERE account = $1 AND id = $2`, account, id)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("credential %s: %w", id, ErrUnknown), err)
	}
	_, err = w.credentialNote(credentialGone, account, credentialNote{salt(), by, id, ""})
	return err
}

// Credentials lists those of an account, the oldest first.
func (s *Store) Credentials(ctx context.Context, account string) ([]Credential, error) {
	return credentialsOf(ctx, s.db, ` WHERE account = $1`, account)
}

// CredentialBy is the credential with a handle; ErrUnknown.
func (s *Store) CredentialBy(ctx context.Context, way, handle string) (Credential, error) {
	list, err := credentialsOf(ctx, s.db, ` WHERE way = $1 AND handle = $2`, way, handle)
	if err != nil {
		return Credential{}, err
	}
	if len(list) == 0 {
		return Credential{}, fmt.Errorf("%s: %w", way, ErrUnknown)
	}
	return list[0], nil
}

// UsedCredential keeps what a passkey counted.
func (s *Store) UsedCredential(ctx context.Context, id string, uses uint32) error {
	return s.brief(ctx, `UPDATE credential SET uses = $1, used_at = $2 WHERE id = $3`, int64(uses), stampOf(s.now()), id)
}

const credentialColumns = `id, account, way, handle, label, secret, made_at, log, uses, used_at`

func credentialsOf(ctx context.Context, q querier, where string, args ...any) (list []Credential, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+credentialColumns+` FROM credential`+where+` ORDER BY log`, args...)
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanCredential(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

func scanCredential(rows *sql.Rows) (c Credential, err error) {
	var made, used string
	if err := damaged(rows.Scan(&c.ID, &c.Account, &c.Way, &c.Handle, &c.Label, &c.Secret, &made, &c.Log, &c.Uses, &used)); err != nil {
		return c, fmt.Errorf("credential: %w", err)
	}
	var errs [2]error
	c.Made, errs[0] = parseStamp(made)
	c.Used, errs[1] = parseStamp(used)
	if err := errors.Join(errs[:]...); err != nil {
		return c, fmt.Errorf("credential %s: %w: %w", c.ID, ErrDamaged, err)
	}
	return c, nil
}

// fileCredentials are the credentials in a backup; older backups have none.
const fileCredentials = "credentials.jsonl"

func saveCredentials(ctx context.Context, tx *sql.Tx, extra map[string][]byte) error {
	if there, err := migrated(ctx, tx, 7); !there || err != nil {
		return err
	}
	var lines bytes.Buffer
	err := each(ctx, tx, `SELECT `+credentialColumns+` FROM credential ORDER BY log`, func(rows *sql.Rows) error {
		c, err := scanCredential(rows)
		if err != nil {
			return err
		}
		return writeLine(&lines, c)
	})
	extra[fileCredentials] = lines.Bytes()
	return err
}

// restoreCredentials writes those of a backup, each as its note has it.
func (w *writing) restoreCredentials(b *evidence.Bundle, notes map[int64]savedNote) error {
	d := json.NewDecoder(bytes.NewReader(b.Extra[fileCredentials]))
	for d.More() {
		var c Credential
		if err := d.Decode(&c); err != nil {
			return fmt.Errorf("%w: %s: %v", ErrBackup, fileCredentials, err)
		}
		var n credentialNote
		digest, err := c.digest()
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(notes[c.Log].Text), &n); err != nil || n.Digest != digest {
			return fmt.Errorf("%w: %s: credential %s is not as it was recorded", ErrBackup, fileCredentials, c.ID)
		}
		if err := w.credentialRow(&c); err != nil {
			return err
		}
	}
	return nil
}
