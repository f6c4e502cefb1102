//go:build !cgo

// The oracle unpacks with a C library where cgo is on, which this house does
// without.

package osmpbf

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/osm"
	oracle "github.com/paulmach/osm/osmpbf"
)

// networks are all files of real streets beside the repository.
var networks = sync.OnceValue(func() map[string][]byte {
	found := map[string][]byte{}
	root := filepath.Join("..", "..", "..", "shared", "data", "networks")
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".pbf") {
			if data, err := os.ReadFile(path); err == nil {
				found[filepath.Base(path)] = data
			}
		}
		return nil
	})
	return found
})

// needNetworks skips, once and saying what is left out, where there are none.
func needNetworks(t *testing.T) map[string][]byte {
	t.Helper()
	files := networks()
	if len(files) == 0 {
		t.Skip("no .pbf in ../shared/data/networks: 1 test left out, the comparison with paulmach/osm on real files")
	}
	return files
}

// sum is a checksum and a count of elements, in their order.
type sum struct {
	Count int
	Hash  uint64
}

// adder sums up what is given to it as numbers and text.
type adder struct {
	sums [3]sum
	buf  []byte
}

func (a *adder) ints(v ...int64) {
	for _, v := range v {
		a.buf = binary.AppendVarint(a.buf, v)
	}
}

// millis is 0 where the oracle has no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (a *adder) text(s ...string) {
	for _, s := range s {
		a.buf = append(append(a.buf, s...), 0)
	}
}

func (a *adder) end(k Kind) {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(a.buf, a.sums[k].Hash))
	a.sums[k] = sum{a.sums[k].Count + 1, h.Sum64()}
	a.buf = a.buf[:0]
}

// nano is the oracle's degrees as they are stored: it multiplies by 1e-9.
func nano(degrees float64) int64 {
	n := int64(degrees*1e9 + 0.5)
	if degrees < 0 {
		n = int64(degrees*1e9 - 0.5)
	}
	return n
}

func (a *adder) oracleTags(tags osm.Tags) {
	for _, t := range tags {
		a.text(t.Key, t.Value)
	}
}

func (a *adder) object(t *testing.T, o osm.Object) {
	switch o := o.(type) {
	case *osm.Node:
		a.ints(int64(o.ID), nano(o.Lat), nano(o.Lon), int64(o.Version), int64(o.ChangesetID), int64(o.UserID), millis(o.Timestamp))
		a.text(o.User)
		a.oracleTags(o.Tags)
		a.end(KindNode)
	case *osm.Way:
		a.ints(int64(o.ID), int64(o.Version), int64(o.ChangesetID), int64(o.UserID), millis(o.Timestamp), int64(len(o.Nodes)))
		a.text(o.User)
		for _, n := range o.Nodes {
			a.ints(int64(n.ID), nano(n.Lat), nano(n.Lon))
		}
		a.oracleTags(o.Tags)
		a.end(KindWay)
	case *osm.Relation:
		a.ints(int64(o.ID), int64(o.Version), int64(o.ChangesetID), int64(o.UserID), millis(o.Timestamp), int64(len(o.Members)))
		a.text(o.User)
		for _, m := range o.Members {
			a.ints(m.Ref)
			a.text(string(m.Type), m.Role)
		}
		a.oracleTags(o.Tags)
		a.end(KindRelation)
	default:
		t.Fatalf("unexpected %T", o)
	}
}

func (a *adder) block(b *Block) error {
	info := func(in []Info, i int) Info {
		v := in[i]
		v.Version = max(v.Version, 0) // the oracle has 0 for not stated
		return v
	}
	tags := func(tags []Tag) {
		for _, t := range tags {
			a.text(b.Text(t.Key), b.Text(t.Value))
		}
	}
	for i, id := range b.Nodes.ID {
		v := info(b.Nodes.Info, i)
		a.ints(int64(id), int64(b.Nodes.Lat[i]), int64(b.Nodes.Lon[i]), int64(v.Version), v.Changeset, int64(v.UserID), v.Time)
		a.text(b.Text(v.User))
		tags(b.Nodes.Tags(i))
		a.end(KindNode)
	}
	for i, id := range b.Ways.ID {
		v, refs := info(b.Ways.Info, i), b.Ways.Refs(i)
		a.ints(int64(id), int64(v.Version), v.Changeset, int64(v.UserID), v.Time, int64(len(refs)))
		a.text(b.Text(v.User))
		lon, lat := b.Ways.Places(i)
		for k, r := range refs {
			var x, y int64
			if len(lon) > 0 {
				x, y = int64(lon[k]), int64(lat[k])
			}
			a.ints(int64(r), y, x)
		}
		tags(b.Ways.Tags(i))
		a.end(KindWay)
	}
	for i, id := range b.Relations.ID {
		v, members := info(b.Relations.Info, i), b.Relations.Members(i)
		a.ints(int64(id), int64(v.Version), v.Changeset, int64(v.UserID), v.Time, int64(len(members)))
		a.text(b.Text(v.User))
		for _, m := range members {
			a.ints(m.Ref)
			a.text(m.Kind.String(), b.Text(m.Role))
		}
		tags(b.Relations.Tags(i))
		a.end(KindRelation)
	}
	return nil
}

func TestRealFilesReadAsByPaulmachOsm(t *testing.T) {
	for name, data := range needNetworks(t) {
		sameAsOracle(t, name, data)
	}
}

func TestWrittenFilesReadAsByPaulmachOsm(t *testing.T) {
	a := town(3000)
	for i := range a.Nodes {
		a.Nodes[i].Meta = meta{Version: int32(i % 9), UserID: int32(i), Time: int64(i) * 86_400_000, Changeset: int64(1 << (i % 40)), User: "长沙"}
	}
	for i := range a.Ways {
		for k := range a.Ways[i].Refs {
			a.Ways[i].Lat, a.Ways[i].Lon = append(a.Ways[i].Lat, Nano(-k*100)), append(a.Ways[i].Lon, Nano(i*k*100))
		}
	}
	f := form{Pack: packZlib, PerBlock: 400, Granularity: 100, DateUnit: 1000, Meta: true}
	// Without the block of unknown type, which they do not pass over.
	sameAsOracle(t, "written", bytes.Replace(write(a, f), block("_weather", []byte("sunny")), nil, 1))
}

func sameAsOracle(t *testing.T, name string, data []byte) {
	t.Helper()
	var want, got, again adder
	s := oracle.New(context.Background(), bytes.NewReader(data), 1)
	defer s.Close()
	for s.Scan() {
		want.object(t, s.Object())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), bytes.NewReader(data), Options{Info: true}, got.block); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if _, err := ReadAt(t.Context(), bytes.NewReader(data), int64(len(data)), Options{Info: true, Workers: 1, Memory: 1}, again.block); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got.sums != want.sums || again.sums != want.sums || want.sums[0].Count == 0 || want.sums[1].Count == 0 {
		t.Errorf("%s: nodes, ways, relations %+v, want %+v", name, got.sums, want.sums)
	}
	t.Logf("%s: %d nodes, %d ways, %d relations", name, got.sums[0].Count, got.sums[1].Count, got.sums[2].Count)
	sortedParts(t, name, data, want.sums)
}

// sortedParts reads each kind alone, which for a sorted file passes over the rest.
func sortedParts(t *testing.T, name string, data []byte, want [3]sum) {
	t.Helper()
	for k := range want {
		var got adder
		o := Options{Info: true}
		for i, f := range []*Filter{&o.Nodes, &o.Ways, &o.Relations} {
			f.Skip = i != k
		}
		if _, err := ReadAt(t.Context(), bytes.NewReader(data), int64(len(data)), o, got.block); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.sums[k] != want[k] {
			t.Errorf("%s, %s alone: %+v, want %+v", name, Kind(k), got.sums[k], want[k])
		}
	}
}
