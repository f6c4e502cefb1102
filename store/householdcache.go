package store

import (
	"conurb/livelihood/household"
)

// householdCache is what one write knows of the register from those before it. Every change of
// the register is in the evidence log, whoever made it: while the log is the one after which the
// rows were read or written, they are as they were. A write that fails takes it along.
type householdCache struct {
	size      int64 // of that log
	root      string
	entries   map[household.Person]household.Entry
	transfers map[string]heldTransfer // that are under way
	numbers   map[string]int64
}

// heldTransfer is a transfer with its row.
type heldTransfer struct {
	household.Transfer
	row transferRow
}

// mostHeld bounds the transfers, and the persons, that are kept.
const mostHeld = 4096

// cached is what is known at a log; nothing where it is another than that of the write before.
func (s *Store) cached(size int64, root string) *householdCache {
	c := s.register
	s.register = nil
	if c == nil || c.size != size || c.root != root {
		c = new(householdCache)
		c.forget()
	}
	return c
}

func (c *householdCache) forget() {
	c.entries, c.transfers, c.numbers = map[household.Person]household.Entry{}, map[string]heldTransfer{}, map[string]int64{}
}

func (c *householdCache) keepEntry(e household.Entry) { keep(c.entries, e.Person, e) }

// keepTransfer keeps what is under way: who asks for another has the tables.
func (c *householdCache) keepTransfer(t heldTransfer) {
	switch t.State {
	case household.Held, household.Promised, household.Decided, household.Gone:
		keep(c.transfers, t.ID, t)
	default:
		delete(c.transfers, t.ID)
	}
}

func keep[K comparable, V any](m map[K]V, k K, v V) {
	for old := range m { // any one makes room
		if len(m) < mostHeld {
			break
		}
		delete(m, old)
	}
	m[k] = v
}
