package sim

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// state is what a city has on its disk.
type state struct {
	entries   map[household.Person]household.Entry
	transfers map[string]household.Transfer
	order     []string // of transfers, oldest first
	witnessed map[string]household.Witnessed
	numbers   map[string]int64
	met       map[string]bool           // other city and person
	outbox    map[string]message.Sealed // by receiver, kind and what it is about
	waiting   []string                  // keys of the outbox, sorted
}

func newState() state {
	return state{entries: map[household.Person]household.Entry{}, transfers: map[string]household.Transfer{}, witnessed: map[string]household.Witnessed{},
		numbers: map[string]int64{}, outbox: map[string]message.Sealed{}, met: map[string]bool{}}
}

// clone is a copy that shares nothing that is ever changed.
func (s state) clone() state {
	return state{maps.Clone(s.entries), maps.Clone(s.transfers), slices.Clone(s.order), maps.Clone(s.witnessed), maps.Clone(s.numbers), maps.Clone(s.met), maps.Clone(s.outbox), slices.Clone(s.waiting)}
}

// put puts a message into the outbox; gone takes one out.
func (s *state) put(key string, m message.Sealed) {
	if _, there := s.outbox[key]; !there {
		i, _ := slices.BinarySearch(s.waiting, key)
		s.waiting = slices.Insert(s.waiting, i, key)
	}
	s.outbox[key] = m
}

func (s *state) gone(key string) {
	if i, there := slices.BinarySearch(s.waiting, key); there {
		s.waiting = slices.Delete(s.waiting, i, i+1)
	}
	delete(s.outbox, key)
}

// book is a transaction over a city's disk: it knows how to take everything back, and any of its
// steps may be the last.
type book struct {
	*state
	of
	undo    []func()
	outward []func() // of the outbox alone
	changed []household.Person
	touched map[string]bool
}

var _ household.Book = (*book)(nil)

// of is whose book it is: what a book cannot know by itself.
type of struct {
	now   func() int64
	fresh func() int64
	seal  func(to household.City, kind, about string, body json.RawMessage) message.Sealed
	crash func() error // a boundary between two statements; the machine may stop here
	early bool         // what was to be sent is sent before the state is safe
}

// back takes back what the transaction did.
func (b *book) back() {
	for _, f := range slices.Backward(b.undo) {
		f()
	}
	if b.early {
		return
	}
	for _, f := range slices.Backward(b.outward) {
		f()
	}
}

// set writes into a map, so that it can be taken back.
func set[K comparable, V any](b *book, m map[K]V, key K, value V) {
	old, there := m[key]
	b.undo = append(b.undo, func() {
		if there {
			m[key] = old
		} else {
			delete(m, key)
		}
	})
	m[key] = value
}

func (b *book) step() error { return b.crash() }

func (b *book) Entry(p household.Person) (household.Entry, bool, error) {
	e, ok := b.entries[p]
	return e, ok, b.step()
}

func (b *book) SetEntry(e household.Entry) error {
	set(b, b.entries, e.Person, e)
	b.changed = append(b.changed, e.Person)
	return b.step()
}

func (b *book) Transfer(id string) (household.Transfer, bool, error) {
	t, ok := b.transfers[id]
	return t, ok, b.step()
}

func (b *book) SetTransfer(t household.Transfer) error {
	if _, ok := b.transfers[t.ID]; !ok {
		b.order = append(b.order, t.ID)
		b.undo = append(b.undo, func() { b.order = b.order[:len(b.order)-1] })
	}
	set(b, b.transfers, t.ID, t)
	if b.touched == nil {
		b.touched = map[string]bool{}
	}
	b.touched[t.ID] = true
	for _, p := range t.Persons {
		b.changed = append(b.changed, p.Person)
	}
	return b.step()
}

func (b *book) Open(s household.State) (list []household.Transfer, err error) {
	for _, id := range b.order {
		if t := b.transfers[id]; t.State == s {
			list = append(list, t)
		}
	}
	return list, b.step()
}

func (b *book) Due() (list []household.Transfer, err error) {
	for _, id := range b.order {
		if t := b.transfers[id]; t.Due > 0 && t.Due <= b.Now() {
			list = append(list, t)
		}
	}
	return list, b.step()
}

func (b *book) Hurry(other household.City) error {
	for _, id := range b.order {
		t := b.transfers[id]
		witness := t.Decision != nil && t.Decision.Envelope.To == other
		if t.Open() && t.State != household.Promised && (other == "" || t.From == other || t.To == other || witness) {
			t.Due, t.Tries = b.Now(), 0
			set(b, b.transfers, id, t)
		}
	}
	return b.step()
}

func witnessKey(from household.City, p household.Person, e household.Epoch) string {
	return string(from) + "/" + string(p) + "/" + strconv.FormatInt(int64(e), 10)
}

func (b *book) Witnessed(from household.City, p household.Person, e household.Epoch) (household.Witnessed, bool, error) {
	w, ok := b.witnessed[witnessKey(from, p, e)]
	return w, ok, b.step()
}

func (b *book) SetWitnessed(w household.Witnessed) error {
	set(b, b.witnessed, witnessKey(w.From, w.Person, w.Epoch), w)
	return b.step()
}

func (b *book) WitnessedOf(from household.City) (list []household.Witnessed, err error) {
	for _, key := range slices.Sorted(maps.Keys(b.witnessed)) {
		if w := b.witnessed[key]; w.From == from {
			list = append(list, w)
		}
	}
	return list, b.step()
}

func (b *book) EntriesWith(other household.City) (list []household.Entry, err error) {
	for _, p := range slices.Sorted(maps.Keys(b.entries)) {
		if b.met[string(other)+" "+string(p)] {
			list = append(list, b.entries[p])
		}
	}
	return list, b.step()
}

func (b *book) Meet(other household.City, p household.Person) error {
	set(b, b.met, string(other)+" "+string(p), true)
	return b.step()
}

func (b *book) Been(p household.Person) (list []household.City, err error) {
	for key := range b.met {
		if other, person, _ := strings.Cut(key, " "); person == string(p) {
			list = append(list, household.City(other))
		}
	}
	slices.Sort(list)
	return list, b.step()
}

func (b *book) KeptAbout(other household.City) (list []household.Witnessed, err error) {
	for _, key := range slices.Sorted(maps.Keys(b.witnessed)) {
		if w := b.witnessed[key]; w.From != other && b.met[string(other)+" "+string(w.Person)] {
			list = append(list, w)
		}
	}
	return list, b.step()
}

func (b *book) Number(name string) (int64, error) { return b.numbers[name], b.step() }

func (b *book) SetNumber(name string, n int64) error {
	set(b, b.numbers, name, n)
	return b.step()
}

func (b *book) Send(to household.City, kind, about string, body any) (message.Sealed, error) {
	key := string(to) + " " + kind + " " + about
	text, err := json.Marshal(body)
	if err != nil {
		return message.Sealed{}, err
	}
	old, waits := b.outbox[key]
	if waits && string(old.Envelope.Body) == string(text) {
		return old, b.step()
	}
	s := b.seal(to, kind, about, text)
	b.outward = append(b.outward, func() {
		if waits {
			b.put(key, old)
		} else {
			b.gone(key)
		}
	})
	b.put(key, s)
	return s, b.step()
}

// Fresh is part of household.Book.
func (b *book) Fresh() (int64, error) {
	return b.fresh(), b.step()
}

func (b *book) Now() int64 { return b.now() }
