package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/trust/identity"
)

// What is for a while only (sessions, wrong tries, sign-ins begun) has no entry in the log and
// is in no backup: whoever restores one lets everybody sign in again.

// brief runs a write that leaves the log alone, and does not wait for its head.
func (s *Store) brief(ctx context.Context, text string, args ...any) error {
	if s.readOnly {
		return ErrReadOnly
	}
	return retry(ctx, func() error {
		_, err := s.db.ExecContext(ctx, text, args...)
		return err
	})
}

// BeginSession keeps a session, and forgets those that ended long ago.
func (s *Store) BeginSession(ctx context.Context, n identity.Session) error {
	old := s.now().Add(-identity.Longest)
	if err := s.brief(ctx, `DELETE FROM sign_in WHERE begun < $1`, stampOf(old)); err != nil {
		return fmt.Errorf("old sessions: %w", err)
	}
	err := s.brief(ctx, `INSERT INTO sign_in (hash, account, way, begun, seen) VALUES ($1, $2, $3, $4, $5)`, n.Hash, n.Account, n.Way, stampOf(n.Begun), stampOf(n.Seen))
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// Session is the session with a hash and whose it is; ErrUnknown. Whether it is over, and
// whether the account is disabled, is for who asks.
func (s *Store) Session(ctx context.Context, hash string) (n identity.Session, a identity.Account, err error) {
	var begun, seen, text string
	row := s.db.QueryRowContext(ctx, `SELECT s.hash, s.account, s.way, s.begun, s.seen, n.text
		FROM sign_in s JOIN account a ON a.id = s.account JOIN note n ON n.log = a.log WHERE s.hash = $1`, hash)
	err = damaged(row.Scan(&n.Hash, &n.Account, &n.Way, &begun, &seen, &text))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	if err != nil {
		return n, a, fmt.Errorf("session: %w", err)
	}
	var note accountNote
	var errs [3]error
	n.Begun, errs[0] = parseStamp(begun)
	n.Seen, errs[1] = parseStamp(seen)
	errs[2] = json.Unmarshal([]byte(text), &note)
	if err := errors.Join(errs[:]...); err != nil {
		return n, a, fmt.Errorf("session: %w: %w", ErrDamaged, err)
	}
	return n, note.Account, nil
}

// SeenSession keeps when a session was last seen.
func (s *Store) SeenSession(ctx context.Context, hash string, at time.Time) error {
	if err := s.brief(ctx, `UPDATE sign_in SET seen = $1 WHERE hash = $2`, stampOf(at), hash); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// EndSession ends one; none is no fault.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	if err := s.brief(ctx, `DELETE FROM sign_in WHERE hash = $1`, hash); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// EndSessions ends all of an account.
func (s *Store) EndSessions(ctx context.Context, account string) error {
	if err := s.brief(ctx, `DELETE FROM sign_in WHERE account = $1`, account); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return nil
}

func (w *writing) endSessions(account, keep string) error {
	if _, err := w.tx.ExecContext(w.ctx, `DELETE FROM sign_in WHERE account = $1 AND hash <> $2`, account, keep); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return nil
}

// subject hides what was typed as a name: people type passwords there.
func subject(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Tries are the wrong tries of a name or an address.
func (s *Store) Tries(ctx context.Context, of string) (t identity.Tries, err error) {
	return triesOf(ctx, s.db, subject(of))
}

func triesOf(ctx context.Context, q querier, hash string) (t identity.Tries, err error) {
	var last string
	err = damaged(q.QueryRowContext(ctx, `SELECT count, last FROM sign_in_try WHERE subject = $1`, hash).Scan(&t.Count, &last))
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err == nil {
		t.Last, err = parseStamp(last)
	}
	if err != nil {
		return t, fmt.Errorf("tries: %w", err)
	}
	return t, nil
}

// CountTry counts a try before it is looked at, unless one must wait: then it says how long,
// and counts nothing. Of tries that come at once, none passes uncounted.
func (s *Store) CountTry(ctx context.Context, of string, r identity.Rule) (wait time.Duration, err error) {
	if s.readOnly {
		return 0, ErrReadOnly
	}
	hash := subject(of)
	err = retry(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		now := s.now()
		// The row is locked by writing it first; SQLite holds the file since BEGIN IMMEDIATE.
		if _, err := tx.ExecContext(ctx, `INSERT INTO sign_in_try (subject, count, last) VALUES ($1, 0, $2) ON CONFLICT (subject) DO UPDATE SET count = sign_in_try.count`, hash, stampOf(time.Unix(0, 0))); err != nil {
			return err
		}
		t, err := triesOf(ctx, tx, hash)
		if err != nil {
			return err
		}
		if wait = r.Wait(t, now); wait > 0 {
			return nil
		}
		t = r.After(t, now)
		if _, err := tx.ExecContext(ctx, `UPDATE sign_in_try SET count = $1, last = $2 WHERE subject = $3`, t.Count, stampOf(t.Last), hash); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sign_in_try WHERE last < $1 AND subject <> $2`, stampOf(now.Add(-identity.PerAccount.Forget)), hash); err != nil {
			return err
		}
		return tx.Commit()
	})
	if err != nil {
		return 0, fmt.Errorf("tries: %w", err)
	}
	return wait, nil
}

// ForgetTries forgets those of a name.
func (s *Store) ForgetTries(ctx context.Context, of string) error {
	if err := s.brief(ctx, `DELETE FROM sign_in_try WHERE subject = $1`, subject(of)); err != nil {
		return fmt.Errorf("tries: %w", err)
	}
	return nil
}

// mostBegun bounds how many sign-ins are on their way: anybody may begin one.
const mostBegun = 10_000

// BeginSignIn keeps what a sign-in that was begun is held to when it is finished. Where too
// many are on their way the oldest is forgotten.
func (s *Store) BeginSignIn(ctx context.Context, hash, way, text string, until time.Time) error {
	err := s.brief(ctx, `DELETE FROM sign_in_begun WHERE until_at < $1 OR hash IN (SELECT hash FROM sign_in_begun ORDER BY until_at DESC LIMIT 1 OFFSET $2)`, stampOf(s.now()), mostBegun)
	if err == nil {
		err = s.brief(ctx, `INSERT INTO sign_in_begun (hash, way, text, until_at) VALUES ($1, $2, $3, $4)`, hash, way, text, stampOf(until))
	}
	if err != nil {
		return fmt.Errorf("sign-in: %w", err)
	}
	return nil
}

// TakeSignIn takes out what was kept, once; ErrUnknown where there is none or it is too late.
func (s *Store) TakeSignIn(ctx context.Context, hash, way string) (text string, err error) {
	if s.readOnly {
		return "", ErrReadOnly
	}
	err = retry(ctx, func() error {
		return s.db.QueryRowContext(ctx, `DELETE FROM sign_in_begun WHERE hash = $1 AND way = $2 AND until_at > $3 RETURNING text`, hash, way, stampOf(s.now())).Scan(&text)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	if err != nil {
		return "", fmt.Errorf("sign-in: %w", err)
	}
	return text, nil
}
