package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"conurb/trust/evidence"
)

// tokenPrefix lets a secret be recognised for what it is where it leaked to.
const tokenPrefix = "conurb_"

// usedEvery is how exactly the last use of a token is kept: a write per request
// would make readers of the API writers of the database.
const usedEvery = time.Hour

// Token is a permission to write, without its secret.
type Token struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	Revoked  time.Time `json:"revoked,omitzero"`
	LastUsed time.Time `json:"lastUsed,omitzero"` // to the hour
}

// CreateToken makes a token and returns its secret, which is kept nowhere: 256
// random bits, of which the database has the SHA-256. A name is used once and
// never again, since it signs observations.
func (s *Store) CreateToken(ctx context.Context, name string) (secret string, t Token, err error) {
	if name == "" || name == ByPack || len(name) > 100 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return "", t, fmt.Errorf("token name %q: %w", name, ErrInvalid)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", t, fmt.Errorf("token: %w", err)
	}
	var bits [32]byte
	rand.Read(bits[:])
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(bits[:])
	hash := evidence.SHA256([]byte(secret))
	err = s.write(ctx, func(w *writing) error {
		var taken int
		err := w.tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM token WHERE name = $1`, name).Scan(&taken)
		if err != nil {
			return fmt.Errorf("token %s: %w", name, err)
		}
		if taken > 0 {
			return fmt.Errorf("token %s: %w", name, ErrExists)
		}
		t = Token{ID: id.String(), Name: name, Created: w.at}
		_, err = w.append(evidence.Leaf{Type: evidence.TypeToken, Token: &evidence.Token{
			ID: t.ID, Name: name, Action: evidence.Created, Fingerprint: fingerprint(hash),
		}})
		if err != nil {
			return fmt.Errorf("token %s: %w", name, err)
		}
		return w.tokenRow(t, hash)
	})
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

// fingerprint names a stored hash in the log. Both are hashes of 256 random
// bits: neither helps to guess the secret.
func fingerprint(hash string) string { return evidence.SHA256([]byte(hash)) }

func (w *writing) tokenRow(t Token, hash string) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO token (id, name, secret, created, revoked, last_used) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.ID, t.Name, hash, stampOf(t.Created), stampOf(t.Revoked), stampOf(t.LastUsed))
	if err != nil {
		return fmt.Errorf("token %s: %w", t.Name, err)
	}
	return nil
}

// CheckToken returns the token that a secret belongs to, ErrToken where there is
// none or it was revoked.
func (s *Store) CheckToken(ctx context.Context, secret string) (Token, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Token{}, ErrToken
	}
	// Looked up by its hash: how long that takes says nothing about the secret.
	list, err := selectTokens(ctx, s.db, ` WHERE secret = $1 AND revoked = ''`, evidence.SHA256([]byte(secret)))
	if err != nil {
		return Token{}, err
	}
	if len(list) == 0 {
		return Token{}, ErrToken
	}
	t := list[0].Token
	if now := s.now(); !s.readOnly && now.Sub(t.LastUsed) >= usedEvery {
		err = retry(ctx, func() error {
			_, err := s.db.ExecContext(ctx, `UPDATE token SET last_used = $1 WHERE id = $2`, stampOf(now), t.ID)
			return err
		})
		if err != nil {
			return Token{}, fmt.Errorf("last use of token %s: %w", t.Name, err)
		}
		t.LastUsed = evidence.Microseconds(now)
	}
	return t, nil
}

// RevokeToken ends a token by its name; one that is revoked already stays so.
func (s *Store) RevokeToken(ctx context.Context, name string) error {
	return s.write(ctx, func(w *writing) error {
		list, err := selectTokens(ctx, w.tx, ` WHERE name = $1`, name)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("token %s: %w", name, ErrUnknown)
		}
		if !list[0].Revoked.IsZero() {
			return nil
		}
		id := list[0].ID
		if _, err := w.append(evidence.Leaf{Type: evidence.TypeToken, Token: &evidence.Token{ID: id, Name: name, Action: evidence.Revoked}}); err != nil {
			return fmt.Errorf("token %s: %w", name, err)
		}
		if _, err := w.tx.ExecContext(ctx, `UPDATE token SET revoked = $1 WHERE id = $2`, stampOf(w.at), id); err != nil {
			return fmt.Errorf("token %s: %w", name, err)
		}
		return nil
	})
}

// Tokens lists all tokens, the revoked ones too, in the order they were made.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	list, err := selectTokens(ctx, s.db, ``)
	if err != nil {
		return nil, err
	}
	out := make([]Token, len(list))
	for i := range list {
		out[i] = list[i].Token
	}
	return out, nil
}

// tokenRow is a token as it is stored.
type tokenRow struct {
	Token
	secret string // its hash
}

func selectTokens(ctx context.Context, q querier, where string, args ...any) ([]tokenRow, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, name, secret, created, revoked, last_used FROM token`+where+` ORDER BY created, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	defer rows.Close()
	var out []tokenRow
	for rows.Next() {
		var t tokenRow
		var created, revoked, used string
		if err := damaged(rows.Scan(&t.ID, &t.Name, &t.secret, &created, &revoked, &used)); err != nil {
			return nil, fmt.Errorf("token: %w", err)
		}
		var errs [3]error
		t.Created, errs[0] = parseStamp(created)
		t.Revoked, errs[1] = parseStamp(revoked)
		t.LastUsed, errs[2] = parseStamp(used)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("token %s: %w: %w", t.Name, ErrDamaged, err)
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

var _ querier = (*sql.DB)(nil)
