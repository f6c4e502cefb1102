package store

import (
	"slices"

	"conurb/livelihood/household"
)

// householdCache is what one write knows of the register from those before it. Every change of
// the register is in the evidence log, whoever made it: while the log is the one after which the
// rows were read or written, they are as they were. A write that fails takes it along.
type householdCache struct {
	size      int64 // of that log
	root      string
	entries   map[household.Person]household.Entry
	nobody    map[household.Person]bool // who has no entry
	been      map[household.Person][]household.City
	transfers map[string]heldTransfer // that are under way
	none      map[string]bool         // transfers that are not known here
	numbers   map[string]int64
	unkept    map[keptKey]bool   // decisions that are not kept here
	outs      map[sentKey]string // what was last sent: the id, empty where nothing was
}

// keptKey and sentKey are the keys of tables.
type (
	keptKey struct {
		from   household.City
		person household.Person
		epoch  household.Epoch
	}
	sentKey struct {
		to          household.City
		kind, about string
	}
)

// heldTransfer is a transfer with its row.
type heldTransfer struct {
	household.Transfer
	row transferRow
}

// mostHeld bounds the transfers, and the persons, that are kept.
var mostHeld = 4096

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
	*c = householdCache{size: c.size, root: c.root,
		entries: map[household.Person]household.Entry{}, nobody: map[household.Person]bool{}, been: map[household.Person][]household.City{},
		transfers: map[string]heldTransfer{}, none: map[string]bool{}, numbers: map[string]int64{}, unkept: map[keptKey]bool{}, outs: map[sentKey]string{}}
}

func (c *householdCache) keepEntry(e household.Entry) {
	delete(c.nobody, e.Person)
	keep(c.entries, e.Person, e)
}

// changed is what a note makes of what is known.
func (c *householdCache) changed(b *householdBook, n householdChange) {
	for _, e := range n.Entries {
		c.keepEntry(e)
	}
	for _, m := range n.Met {
		if list, known := c.been[m.Person]; known && !slices.Contains(list, m.Other) {
			c.been[m.Person] = append(slices.Clip(list), m.Other)
		}
	}
	for _, k := range n.Witnessed {
		delete(c.unkept, keptKey{k.From, k.Person, k.Epoch})
	}
	for _, d := range n.due {
		c.keepTransfer(*b.transfers[d.id])
	}
}

// keepTransfer keeps what is under way: who asks for another has the tables.
func (c *householdCache) keepTransfer(t heldTransfer) {
	delete(c.none, t.ID)
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
