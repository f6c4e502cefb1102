package trustlist

import (
	"errors"
	"fmt"
	"time"
)

// Instant is a moment in seconds since 1970-01-01T00:00:00Z; zero is no moment: open, or
// not known.
type Instant int64

// ErrInstant is a text that is no instant.
var ErrInstant = errors.New("not an instant like 2026-11-26T08:00:00+08:00")

// latest is the last instant that is read: 9999-12-31T23:59:59Z.
const latest Instant = 253402300799

// InstantOf drops what is less than a second.
func InstantOf(t time.Time) Instant { return Instant(t.Unix()) }

// ParseInstant reads an instant of RFC 3339 in whole seconds, with any offset.
func ParseInstant(text string) (Instant, error) {
	t, err := time.Parse(time.RFC3339, text)
	i := InstantOf(t)
	if err != nil || t.Nanosecond() != 0 || i <= 0 || i > latest {
		return 0, fmt.Errorf("%q is %w", text, ErrInstant)
	}
	return i, nil
}

// Time is the instant in UTC.
func (i Instant) Time() time.Time { return time.Unix(int64(i), 0).UTC() }

// String is "2026-11-26T00:00:00Z", or "" for no moment.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(time.RFC3339)
}

// MarshalText writes the instant in UTC.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads it.
func (i *Instant) UnmarshalText(b []byte) (err error) {
	*i, err = ParseInstant(string(b))
	return err
}

// within tells whether an instant lies in a span; its end does not belong to it.
func (i Instant) within(from, until Instant) bool { return i >= from && (until == 0 || i < until) }
