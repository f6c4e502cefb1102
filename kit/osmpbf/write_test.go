package osmpbf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// A small writer, for tests only: it writes what it is told, right or wrong.

// wire builds a message.
type wire []byte

func (w wire) tag(num, typ int) wire { return binary.AppendUvarint(w, uint64(num)<<3|uint64(typ)) }
func (w wire) int(num int, v int64) wire {
	return binary.AppendUvarint(w.tag(num, wireVarint), uint64(v))
}
func (w wire) sint(num int, v int64) wire { return w.int(num, v<<1^v>>63) }
func (w wire) bytes(num int, b []byte) wire {
	return append(binary.AppendUvarint(w.tag(num, wireBytes), uint64(len(b))), b...)
}
func (w wire) text(num int, s string) wire { return w.bytes(num, []byte(s)) }

// ints is a column of numbers, omitted if there are none.
func (w wire) ints(num int, v ...int64) wire {
	if len(v) == 0 {
		return w
	}
	var b []byte
	for _, v := range v {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return w.bytes(num, b)
}

// diffs is a column of zigzag coded differences.
func (w wire) diffs(num int, v ...int64) wire {
	d, last := make([]int64, len(v)), int64(0)
	for i, v := range v {
		d[i] = (v-last)<<1 ^ (v-last)>>63
		last = v
	}
	return w.ints(num, d...)
}

// block is a file block of any type.
func block(kind string, blob []byte) []byte {
	head := wire{}.text(1, kind).int(3, int64(len(blob)))
	b := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	return append(append(b, head...), blob...)
}

// blob packs content.
func blob(m method, content []byte) []byte {
	packed := content
	switch m {
	case packZlib:
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		w.Write(content)
		w.Close()
		packed = b.Bytes()
	case packZstd:
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err)
		}
		packed = e.EncodeAll(content, nil)
		e.Close()
	case packLz4:
		packed = lz4(content)
	}
	return wire{}.int(2, int64(len(content))).bytes(int(m), packed)
}

func raw(content []byte) []byte { return wire{}.bytes(1, content) }

func header(features ...string) []byte {
	w := wire{}.text(4, featureSchema).text(4, featureDense)
	for _, f := range features {
		w = w.text(4, f)
	}
	return block(typeHeader, raw(w))
}

// file is a header and blocks of raw content.
func file(contents ...[]byte) []byte {
	b := header()
	for _, c := range contents {
		b = append(b, block(typeData, raw(c))...)
	}
	return b
}

// lz4 packs greedily, ending as the format wants: with five literals at least.
func lz4(src []byte) []byte {
	var out []byte
	seen := map[uint32]int{}
	lits := 0
	emit := func(end, back, match int) {
		n := end - lits
		token := min(n, 15) << 4
		if match > 0 {
			token |= min(match-4, 15)
		}
		out = append(out, byte(token))
		long := func(n int) {
			for n -= 15; n >= 255; n -= 255 {
				out = append(out, 255)
			}
			if n >= 0 {
				out = append(out, byte(n))
			}
		}
		long(n)
		out = append(out, src[lits:end]...)
		if match > 0 {
			out = binary.LittleEndian.AppendUint16(out, uint16(back))
			long(match - 4)
		}
		lits = end + match
	}
	for i := 0; i+12 < len(src); i++ {
		key := binary.LittleEndian.Uint32(src[i:])
		at, ok := seen[key]
		seen[key] = i
		if !ok || i-at > 65535 {
			continue
		}
		n := 4
		for i+n < len(src)-5 && src[at+n] == src[i+n] {
			n++
		}
		emit(i, i-at, n)
		i += n - 1
	}
	emit(len(src), 0, 0)
	return out
}

// The world as tests see it.
type (
	tag  struct{ Key, Value string }
	meta struct {
		Version, UserID int32
		Time, Changeset int64
		User            string
		Hidden          bool
	}
	node struct {
		ID       NodeID
		Lat, Lon Nano
		Tags     []tag
		Meta     meta
	}
	way struct {
		ID       WayID
		Refs     []NodeID
		Lat, Lon []Nano
		Tags     []tag
		Meta     meta
	}
	member struct {
		Ref  int64
		Kind Kind
		Role string
	}
	relation struct {
		ID      RelationID
		Members []member
		Tags    []tag
		Meta    meta
	}
	world struct {
		Nodes     []node
		Ways      []way
		Relations []relation
	}
)

// form is how a world is written.
type form struct {
	Pack        method
	Plain       bool // nodes one by one
	PerBlock    int
	Granularity int64
	LatOff      int64
	LonOff      int64
	DateUnit    int64
	Meta        bool
	Scattered   bool // columns in two parts, the second number by number
	Together    bool // all kinds in each block
	Optional    []string
}

type writer struct {
	form
	words map[string]int64
	table wire
}

func (w *writer) word(s string) int64 {
	i, ok := w.words[s]
	if !ok {
		i = int64(len(w.words))
		w.words[s] = i
		w.table = w.table.text(1, s)
	}
	return i
}

// column writes a column as the form says.
func (w *writer) column(m wire, num int, v []int64) wire {
	if !w.Scattered || len(v) < 3 {
		return m.ints(num, v...)
	}
	m = m.ints(num, v[:1]...)
	for _, v := range v[1:2] {
		m = m.int(num, v)
	}
	return m.ints(num, v[2:]...)
}

func differ[T ~int64](all []T) []int64 {
	out, last := make([]int64, len(all)), T(0)
	for i, v := range all {
		d := int64(v - last)
		out[i], last = d<<1^d>>63, v
	}
	return out
}

func (w *writer) tags(m wire, tags []tag) wire {
	var keys, values []int64
	for _, t := range tags {
		keys, values = append(keys, w.word(t.Key)), append(values, w.word(t.Value))
	}
	return w.column(w.column(m, 2, keys), 3, values)
}

func (w *writer) meta(m wire, i meta) wire {
	if !w.Meta {
		return m
	}
	info := wire{}.int(1, int64(i.Version)).int(2, i.Time/w.DateUnit).int(3, i.Changeset).int(4, int64(i.UserID)).int(5, w.word(i.User))
	if i.Hidden {
		info = info.int(6, 0)
	}
	return m.bytes(4, info)
}

func (w *writer) lat(n Nano) int64 { return (int64(n) - w.LatOff) / w.Granularity }
func (w *writer) lon(n Nano) int64 { return (int64(n) - w.LonOff) / w.Granularity }

func (w *writer) plain(nodes []node) wire {
	var g wire
	for _, n := range nodes {
		m := w.tags(wire{}.sint(1, int64(n.ID)), n.Tags)
		g = g.bytes(1, w.meta(m, n.Meta).sint(8, w.lat(n.Lat)).sint(9, w.lon(n.Lon)))
	}
	return g
}

func (w *writer) dense(nodes []node) wire {
	var ids, lats, lons, tags []int64
	var meta [6][]int64
	some := false
	for _, n := range nodes {
		ids, lats, lons = append(ids, int64(n.ID)), append(lats, w.lat(n.Lat)), append(lons, w.lon(n.Lon))
		for _, t := range n.Tags {
			tags, some = append(tags, w.word(t.Key), w.word(t.Value)), true
		}
		tags = append(tags, 0)
		shown := int64(1)
		if n.Meta.Hidden {
			shown = 0
		}
		for i, v := range []int64{int64(n.Meta.Version), n.Meta.Time / w.DateUnit, n.Meta.Changeset, int64(n.Meta.UserID), w.word(n.Meta.User), shown} {
			meta[i] = append(meta[i], v)
		}
	}
	m := w.column(wire{}, 1, differ(ids))
	if w.Meta {
		info := w.column(wire{}, 1, meta[0])
		for i := 1; i < 5; i++ {
			info = w.column(info, i+1, differ(meta[i]))
		}
		m = m.bytes(5, w.column(info, 6, meta[5]))
	}
	m = w.column(w.column(m, 8, differ(lats)), 9, differ(lons))
	if some {
		m = w.column(m, 10, tags)
	}
	return wire{}.bytes(2, m)
}

func (w *writer) ways(ways []way) wire {
	var g wire
	for _, y := range ways {
		m := w.meta(w.tags(wire{}.int(1, int64(y.ID)), y.Tags), y.Meta)
		m = w.column(m, 8, differ(y.Refs))
		if len(y.Lat) > 0 {
			var lats, lons []int64
			for i := range y.Lat {
				lats, lons = append(lats, w.lat(y.Lat[i])), append(lons, w.lon(y.Lon[i]))
			}
			m = w.column(w.column(m, 9, differ(lats)), 10, differ(lons))
		}
		g = g.bytes(3, m)
	}
	return g
}

func (w *writer) relations(all []relation) wire {
	var g wire
	for _, r := range all {
		m := w.meta(w.tags(wire{}.int(1, int64(r.ID)), r.Tags), r.Meta)
		var roles, refs, kinds []int64
		for _, x := range r.Members {
			roles, refs, kinds = append(roles, w.word(x.Role)), append(refs, x.Ref), append(kinds, int64(x.Kind))
		}
		g = g.bytes(4, w.column(w.column(w.column(m, 8, roles), 9, differ(refs)), 10, kinds))
	}
	return g
}

// content writes the elements of one block, each kind as a group.
func (w *writer) content(a world) []byte {
	w.words, w.table = map[string]int64{}, nil
	w.word("")
	var groups wire
	if len(a.Nodes) > 0 && w.Plain {
		groups = groups.bytes(2, w.plain(a.Nodes))
	} else if len(a.Nodes) > 0 {
		groups = groups.bytes(2, w.dense(a.Nodes))
	}
	if len(a.Ways) > 0 {
		groups = groups.bytes(2, w.ways(a.Ways))
	}
	if len(a.Relations) > 0 {
		groups = groups.bytes(2, w.relations(a.Relations))
	}
	m := append(wire{}.bytes(1, w.table), groups...) // the rest may come after
	m = m.int(17, w.Granularity).int(18, w.DateUnit).int(19, w.LatOff)
	return m.int(20, w.LonOff).int(99, 1).text(98, "news to come")
}

func cut[T any](all []T, i, n int) []T { return all[min(i, len(all)):min(i+n, len(all))] }

// write makes a file of a world.
func write(a world, f form) []byte {
	w := &writer{form: f}
	h := wire{}.bytes(1, wire{}.sint(1, -5e9).sint(2, 6e9).sint(3, 7e9).sint(4, -8e9)).text(4, featureSchema).text(4, featureDense)
	for _, o := range f.Optional {
		h = h.text(5, o)
	}
	h = h.text(16, "write_test").text(17, "nowhere").int(32, 1_700_000_000).int(33, 42).text(34, "https://example.org/")
	out := block(typeHeader, blob(f.Pack, h))
	add := func(part world) { out = append(out, block(typeData, blob(f.Pack, w.content(part)))...) }
	n, total := f.PerBlock, max(len(a.Nodes), len(a.Ways), len(a.Relations))
	out = append(out, block("_weather", []byte("sunny"))...)
	for i := 0; i < total && f.Together; i += n {
		add(world{cut(a.Nodes, i, n), cut(a.Ways, i, n), cut(a.Relations, i, n)})
	}
	if f.Together {
		return out
	}
	for i := 0; i < len(a.Nodes); i += n {
		add(world{Nodes: cut(a.Nodes, i, n)})
	}
	for i := 0; i < len(a.Ways); i += n {
		add(world{Ways: cut(a.Ways, i, n)})
	}
	for i := 0; i < len(a.Relations); i += n {
		add(world{Relations: cut(a.Relations, i, n)})
	}
	return out
}

// add copies a block into the world.
func (a *world) add(b *Block) error {
	tags := func(in []Tag) (out []tag) {
		for _, t := range in {
			out = append(out, tag{b.Text(t.Key), b.Text(t.Value)})
		}
		return out
	}
	info := func(in []Info, i int) meta {
		if len(in) == 0 {
			return meta{}
		}
		v := in[i]
		return meta{v.Version, v.UserID, v.Time, v.Changeset, b.Text(v.User), !v.Visible}
	}
	for i, id := range b.Nodes.ID {
		n := &b.Nodes
		a.Nodes = append(a.Nodes, node{id, n.Lat[i], n.Lon[i], tags(n.Tags(i)), info(n.Info, i)})
	}
	for i, id := range b.Ways.ID {
		w := &b.Ways
		lon, lat := w.Places(i)
		if n := len(w.Refs(i)); len(lat) != len(lon) || len(lat) > 0 && len(lat) != n {
			return fmt.Errorf("way %d has %d nodes and %d, %d places", id, n, len(lon), len(lat))
		}
		a.Ways = append(a.Ways, way{id, append([]NodeID(nil), w.Refs(i)...), append([]Nano(nil), lat...),
			append([]Nano(nil), lon...), tags(w.Tags(i)), info(w.Info, i)})
	}
	for i, id := range b.Relations.ID {
		r := relation{ID: id, Tags: tags(b.Relations.Tags(i)), Meta: info(b.Relations.Info, i)}
		for _, m := range b.Relations.Members(i) {
			r.Members = append(r.Members, member{m.Ref, m.Kind, b.Text(m.Role)})
		}
		a.Relations = append(a.Relations, r)
	}
	return nil
}
