package counter

import (
	"context"
	"strings"
)

// Outside is outside, for tests.
func (Door) Outside(err error) error { return outside(err) }

// Signed tells whether a text is a licence whose signature was verified.
func (c *Counter) Signed(ctx context.Context, text string, q Question) (bool, error) {
	l, err := c.knows(ctx)
	if err != nil {
		return false, err
	}
	s, err := l.read(strings.TrimSpace(text), q, c.Now())
	return err == nil && s.signed, nil
}
