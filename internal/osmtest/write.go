// Package osmtest writes small maps as OpenStreetMap PBF files, for tests of what
// reads them from disk. It follows the OSM wiki, PBF Format: one block of dense
// nodes, one of ways and one of relations, none of them compressed.
package osmtest

import (
	"encoding/binary"
	"io"

	"conurb/connect/street"
)

// Write writes everything a source holds.
func Write(w io.Writer, src street.Source) error {
	f := file{out: w}
	f.blob("OSMHeader", text(text(nil, 4, "OsmSchema-V0.6"), 4, "DenseNodes"))
	for _, group := range []func(street.Source) (*block, error){nodes, ways, relations} {
		b, err := group(src)
		if err != nil {
			return err
		}
		f.blob("OSMData", b.primitive())
	}
	return f.err
}

type file struct {
	out io.Writer
	err error
}

func (f *file) blob(kind string, content []byte) {
	blob := number(bytes(nil, 1, content), 2, uint64(len(content)))
	header := number(text(nil, 1, kind), 3, uint64(len(blob)))
	for _, part := range [][]byte{binary.BigEndian.AppendUint32(nil, uint32(len(header))), header, blob} {
		if f.err == nil {
			_, f.err = f.out.Write(part)
		}
	}
}

// block is a primitive block with one group.
type block struct {
	strings []string
	known   map[string]uint64
	group   []byte
}

func newBlock() *block { return &block{strings: []string{""}, known: map[string]uint64{}} }

func (b *block) str(s string) uint64 {
	if i, ok := b.known[s]; ok {
		return i
	}
	i := uint64(len(b.strings))
	b.strings, b.known[s] = append(b.strings, s), i
	return i
}

func (b *block) primitive() []byte {
	var table []byte
	for _, s := range b.strings {
		table = text(table, 1, s)
	}
	return bytes(bytes(nil, 1, table), 2, b.group)
}

// keys are the packed keys and values of an element.
func (b *block) keys(tags street.Tags) (keys, values []byte) {
	for _, t := range tags {
		keys = binary.AppendUvarint(keys, b.str(t.Key))
		values = binary.AppendUvarint(values, b.str(t.Value))
	}
	return keys, values
}

func nodes(src street.Source) (*block, error) {
	b := newBlock()
	var id, lat, lon, tags []byte
	var last [3]int64
	delta := func(to []byte, i int, v int64) []byte {
		d := v - last[i]
		last[i] = v
		return binary.AppendVarint(to, d)
	}
	err := src.Nodes(func(n street.MapNode) error {
		id = delta(id, 0, n.ID)
		lat, lon = delta(lat, 1, int64(n.Place.Lat)), delta(lon, 2, int64(n.Place.Lon))
		for _, t := range n.Tags {
			tags = binary.AppendUvarint(tags, b.str(t.Key))
			tags = binary.AppendUvarint(tags, b.str(t.Value))
		}
		tags = append(tags, 0)
		return nil
	})
	dense := bytes(bytes(bytes(bytes(nil, 1, id), 8, lat), 9, lon), 10, tags)
	b.group = bytes(nil, 2, dense)
	return b, err
}

func ways(src street.Source) (*block, error) {
	b := newBlock()
	err := src.Ways(func(w street.MapWay) error {
		keys, values := b.keys(w.Tags)
		var refs []byte
		last := int64(0)
		for _, r := range w.Refs {
			refs = binary.AppendVarint(refs, r-last)
			last = r
		}
		way := bytes(bytes(bytes(number(nil, 1, uint64(w.ID)), 2, keys), 3, values), 8, refs)
		b.group = bytes(b.group, 3, way)
		return nil
	})
	return b, err
}

func relations(src street.Source) (*block, error) {
	b := newBlock()
	err := src.Relations(func(r street.MapRelation) error {
		keys, values := b.keys(r.Tags)
		var roles, ids, kinds []byte
		last := int64(0)
		for _, m := range r.Members {
			roles = binary.AppendUvarint(roles, b.str(m.Role))
			ids = binary.AppendVarint(ids, m.ID-last)
			kinds = append(kinds, byte(m.Kind))
			last = m.ID
		}
		rel := bytes(bytes(bytes(bytes(bytes(number(nil, 1, uint64(r.ID)), 2, keys), 3, values), 8, roles), 9, ids), 10, kinds)
		b.group = bytes(b.group, 4, rel)
		return nil
	})
	return b, err
}

// number, bytes and text append a field of a protocol buffer.
func number(to []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(to, uint64(field)<<3), v)
}

func bytes(to []byte, field int, v []byte) []byte {
	return append(binary.AppendUvarint(binary.AppendUvarint(to, uint64(field)<<3|2), uint64(len(v))), v...)
}

func text(to []byte, field int, v string) []byte { return bytes(to, field, []byte(v)) }
