package sim

import (
	"encoding/json"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// Memory is the disk of a city in the simulation, by itself: an oracle for books that keep theirs
// elsewhere.
type Memory struct {
	disk state
	of   of
}

// NewMemory is empty. seal makes the messages that are sent.
func NewMemory(now func() int64, seal func(to household.City, kind, about string, body json.RawMessage) message.Sealed) *Memory {
	n := int64(0)
	return &Memory{newState(), of{now: now, seal: seal, crash: func() error { return nil }, fresh: func() int64 { n++; return n }}}
}

// Begin begins a transaction; back takes it back.
func (m *Memory) Begin() (b household.Book, back func()) {
	t := &book{state: &m.disk, of: m.of}
	return t, t.back
}

// Arrived takes a message out of the outbox.
func (m *Memory) Arrived(to household.City, kind, about string) {
	m.disk.gone(string(to) + " " + kind + " " + about)
}
