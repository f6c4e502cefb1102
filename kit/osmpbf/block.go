package osmpbf

import (
	"slices"
	"time"
)

// NodeID, WayID and RelationID are numbers of OpenStreetMap: three separate
// countings, each of which may be negative in files not yet uploaded.
type (
	NodeID     int64
	WayID      int64
	RelationID int64
)

// Nano is a longitude or latitude in billionths of a degree.
type Nano int64

// Degrees is the same in degrees.
func (n Nano) Degrees() float64 { return float64(n) / 1e9 }

// Nowhere is what libosmium writes on a way for a node whose place it does not
// know (LocationsOnWays): the largest 32-bit number of 10⁻⁷ degrees.
const Nowhere Nano = 214_748_364_700

const (
	maxLon Nano = 180_000_000_000
	maxLat Nano = 90_000_000_000
)

// Word is the index of a string in Block.Strings.
type Word uint32

// Tag is a key and its value.
type Tag struct{ Key, Value Word }

// Kind says what a Member or an element is.
type Kind uint8

// The kinds, in the order of a sorted file and with the numbers of the format.
const (
	KindNode Kind = iota
	KindWay
	KindRelation
)

func (k Kind) String() string {
	return [...]string{"node", "way", "relation", "element"}[min(k, 3)]
}

// Member is a part of a relation.
type Member struct {
	Ref  int64 // a NodeID, WayID or RelationID, as Kind says
	Role Word
	Kind Kind
}

// Info is the history of an element: see Options.Info.
type Info struct {
	Time      int64 // of the edit, milliseconds since 1970 in UTC; 0 where not stated
	Changeset int64
	User      Word
	UserID    int32
	Version   int32 // -1 where not stated
	Visible   bool
}

// When is Time as a time.
func (i Info) When() time.Time { return time.UnixMilli(i.Time).UTC() }

// Block is the content of one file block, in the order of the file within each
// kind. It is valid until visit returns.
type Block struct {
	Number      int   // of the file block, the header being 0
	Offset, End int64 // its first byte in the file and the one after its last
	Strings     []string
	Nodes       Nodes
	Ways        Ways
	Relations   Relations

	first, last Kind // of all elements in it, also those not wanted; see skip.go
	some        bool
}

// Text is the string behind a word.
func (b *Block) Text(w Word) string { return b.Strings[w] }

// Value is the value of the first of the tags with this key.
func (b *Block) Value(tags []Tag, key string) (value string, ok bool) {
	for _, t := range tags {
		if b.Strings[t.Key] == key {
			return b.Strings[t.Value], true
		}
	}
	return "", false
}

// rows are lists of different lengths, one per element, in one slice.
type rows[T any] struct {
	all  []T
	from []uint32 // where each begins, and where the last one ends
}

func (r *rows[T]) at(i int) []T {
	a, b := r.from[i], r.from[i+1]
	return r.all[a:b:b]
}

// end closes the row of one more element.
func (r *rows[T]) end() { r.from = append(r.from, uint32(len(r.all))) }

func (r *rows[T]) clear() {
	r.all = r.all[:0]
	r.from = append(r.from[:0], 0)
}

// Nodes are columns: the i-th of each belongs to the same node.
type Nodes struct {
	ID       []NodeID
	Lon, Lat []Nano
	Info     []Info // empty unless Options.Info
	tags     rows[Tag]
}

// Tags of the i-th node.
func (n *Nodes) Tags(i int) []Tag { return n.tags.at(i) }

// Ways are columns: the i-th of each belongs to the same way.
type Ways struct {
	ID       []WayID
	Info     []Info // empty unless Options.Info
	tags     rows[Tag]
	refs     rows[NodeID]
	lon, lat rows[Nano]
}

// Tags of the i-th way.
func (w *Ways) Tags(i int) []Tag { return w.tags.at(i) }

// Refs are the nodes of the i-th way, in its direction.
func (w *Ways) Refs(i int) []NodeID { return w.refs.at(i) }

// Places are the positions of the nodes of the i-th way where the file carries
// them (LocationsOnWays), one per node or none at all; a place may be Nowhere.
func (w *Ways) Places(i int) (lon, lat []Nano) { return w.lon.at(i), w.lat.at(i) }

// Relations are columns: the i-th of each belongs to the same relation.
type Relations struct {
	ID      []RelationID
	Info    []Info // empty unless Options.Info
	tags    rows[Tag]
	members rows[Member]
}

// Tags of the i-th relation.
func (r *Relations) Tags(i int) []Tag { return r.tags.at(i) }

// Members of the i-th relation, in order.
func (r *Relations) Members(i int) []Member { return r.members.at(i) }

// clear empties the block and keeps its memory.
func (b *Block) clear() {
	clear(b.Strings) // lets go of the text of the block before
	b.Strings, b.some = b.Strings[:0], false
	n, w, r := &b.Nodes, &b.Ways, &b.Relations
	n.ID, n.Lon, n.Lat, n.Info = n.ID[:0], n.Lon[:0], n.Lat[:0], n.Info[:0]
	n.tags.clear()
	w.ID, w.Info = w.ID[:0], w.Info[:0]
	w.tags.clear()
	w.refs.clear()
	w.lon.clear()
	w.lat.clear()
	r.ID, r.Info = r.ID[:0], r.Info[:0]
	r.tags.clear()
	r.members.clear()
}

// room makes a first guess at what a group of n bytes will need, from how many
// bytes a reference, a tag and an element take in files of today.
func (b *Block) room(k Kind, n int) {
	switch w, r := &b.Ways, &b.Relations; k {
	case KindWay:
		w.refs.all = slices.Grow(w.refs.all, n/4)
		w.tags.all = slices.Grow(w.tags.all, n/16)
		w.ID = slices.Grow(w.ID, n/48)
		for _, from := range []*[]uint32{&w.tags.from, &w.refs.from, &w.lon.from, &w.lat.from} {
			*from = slices.Grow(*from, n/48)
		}
	case KindRelation:
		r.members.all = slices.Grow(r.members.all, n/6)
		r.tags.all = slices.Grow(r.tags.all, n/32)
	}
}

// footprint is the memory held by the columns, in bytes.
func (b *Block) footprint() int64 {
	n, w, r := &b.Nodes, &b.Ways, &b.Relations
	words := cap(n.ID) + cap(n.Lon) + cap(n.Lat) + cap(n.tags.all) +
		cap(w.ID) + cap(w.tags.all) + cap(w.refs.all) + cap(w.lon.all) + cap(w.lat.all) +
		cap(r.ID) + cap(r.tags.all) + 2*cap(r.members.all) + 2*cap(b.Strings)
	halves := cap(n.tags.from) + cap(w.tags.from) + cap(w.refs.from) + cap(w.lon.from) +
		cap(w.lat.from) + cap(r.tags.from) + cap(r.members.from)
	infos := cap(n.Info) + cap(w.Info) + cap(r.Info)
	text := 0
	for _, s := range b.Strings {
		text += len(s)
	}
	return int64(8*words + 4*halves + 32*infos + text)
}
