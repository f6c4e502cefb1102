package store

import "context"

// BackTo takes migrations back, down to a version.
func (s *Store) BackTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err == nil {
		_, err = p.DownTo(ctx, version)
	}
	return err
}

// HoldAtMost has a register's memory hold so many things of a kind, until the test ends.
func HoldAtMost(n int) (back func()) {
	before := mostHeld
	mostHeld = n
	return func() { mostHeld = before }
}
