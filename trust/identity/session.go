package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"conurb/trust/rights"
)

// How long sessions last: SP 800-63B-4 §2.2.3 wants no more than 24 hours and one hour of
// nothing at its second level.
const (
	Longest   = 12 * time.Hour   // whatever happens
	IdleStaff = 30 * time.Minute // without a request, of staff
	IdleOther = 2 * time.Hour    // of citizens and organisations
	SeenEvery = time.Minute      // how exactly the last request is kept
)

// Session is one as it is kept.
type Session struct {
	Hash    string // of its secret
	Account string
	Way     string // how one signed in
	Begun   time.Time
	Seen    time.Time // to SeenEvery
}

// Ways to sign in.
const (
	ByPassword = "password"
	ByPasskey  = "passkey"
	ByProvider = "oidc"
)

// Idle is how long a session lasts without a request.
func Idle(k rights.Kind) time.Duration {
	if k == rights.Staff {
		return IdleStaff
	}
	return IdleOther
}

// Until is when it ends if nothing happens.
func (s *Session) Until(k rights.Kind) time.Time {
	until := s.Begun.Add(Longest)
	if idle := s.Seen.Add(Idle(k)); idle.Before(until) {
		return idle
	}
	return until
}

// Over tells that it has ended.
func (s *Session) Over(k rights.Kind, now time.Time) bool { return !now.Before(s.Until(k)) }

// NewSecret makes 256 random bits, and the hash that is kept of them.
func NewSecret(random io.Reader) (secret, hash string, err error) {
	var bits [32]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", "", fmt.Errorf("secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(bits[:])
	return secret, HashSecret(secret), nil
}

// HashSecret is what is kept of a secret. It is not salted: nobody guesses 256 bits.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
