package store

// HoldAtMost has a register's memory hold so many things of a kind, until the test ends.
func HoldAtMost(n int) (back func()) {
	before := mostHeld
	mostHeld = n
	return func() { mostHeld = before }
}
