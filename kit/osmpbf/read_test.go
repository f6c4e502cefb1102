package osmpbf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// town is a world of n nodes, as many ways by ten, and relations by hundred.
func town(n int) world {
	var a world
	for i := range n {
		x := node{ID: NodeID(1000 + 3*i), Lat: Nano(28_000_000_000 + 1700*i), Lon: Nano(112_000_000_000 + 100*(i*i%50_000))}
		if i%20 == 0 {
			x.Tags = []tag{{"highway", "crossing"}, {"name", fmt.Sprint("湘江 ", i)}}
		}
		a.Nodes = append(a.Nodes, x)
	}
	for i := range n / 10 {
		y := way{ID: WayID(i + 1), Tags: []tag{{"highway", []string{"primary", "residential"}[i%2]}}}
		if i%3 == 0 {
			y.Tags = []tag{{"building", "yes"}}
		}
		for k := range 1 + i%12 {
			y.Refs = append(y.Refs, a.Nodes[(i*7+k)%n].ID)
		}
		a.Ways = append(a.Ways, y)
	}
	for i := range n / 100 {
		a.Relations = append(a.Relations, relation{ID: RelationID(i + 1), Tags: []tag{{"type", "restriction"}},
			Members: []member{{int64(i + 1), KindWay, "from"}, {int64(a.Nodes[i].ID), KindNode, "via"}, {9, KindRelation, ""}}})
	}
	return a
}

var plainForm = form{Pack: packZlib, PerBlock: 50, Granularity: 100, DateUnit: 1000}

func read(t *testing.T, data []byte, o Options) world {
	t.Helper()
	var a world
	if _, err := Read(t.Context(), bytes.NewReader(data), o, a.add); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := form{
			Pack:        rapid.SampledFrom([]method{packRaw, packZlib, packLz4, packZstd}).Draw(t, "pack"),
			Plain:       rapid.Bool().Draw(t, "plain"),
			PerBlock:    rapid.IntRange(1, 9).Draw(t, "per block"),
			Granularity: rapid.SampledFrom([]int64{1, 100, 1000}).Draw(t, "granularity"),
			LatOff:      rapid.SampledFrom([]int64{0, 7, -90_000_000_000}).Draw(t, "lat offset"),
			LonOff:      rapid.SampledFrom([]int64{0, 11, 1 << 40}).Draw(t, "lon offset"),
			DateUnit:    rapid.SampledFrom([]int64{1, 1000}).Draw(t, "date unit"),
			Meta:        rapid.Bool().Draw(t, "meta"),
			Scattered:   rapid.Bool().Draw(t, "scattered"),
			Together:    rapid.Bool().Draw(t, "together"),
		}
		want := drawWorld(t, f)
		data := write(want, f)
		var got world
		o := Options{Info: f.Meta, Workers: rapid.IntRange(1, 3).Draw(t, "workers")}
		if _, err := Read(context.Background(), iotest.HalfReader(bytes.NewReader(data)), o, got.add); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func drawWorld(t *rapid.T, f form) world {
	text := rapid.StringN(0, 12, 60)
	tags := func() (out []tag) {
		for range rapid.SampledFrom([]int{0, 0, 1, 2, 5}).Draw(t, "tags") {
			// A dense key of index 0 would end the tags: writers reserve it.
			out = append(out, tag{"k" + text.Draw(t, "key"), text.Draw(t, "value")})
		}
		return out
	}
	info := func() meta {
		if !f.Meta {
			return meta{}
		}
		return meta{rapid.Int32Range(0, 99).Draw(t, "version"), rapid.Int32().Draw(t, "uid"),
			rapid.Int64Range(0, 1<<40).Draw(t, "time") * 1000, rapid.Int64Range(0, 1<<50).Draw(t, "changeset"),
			text.Draw(t, "user"), rapid.Bool().Draw(t, "hidden")}
	}
	id := rapid.Int64Range(-1<<60, 1<<60)
	grid := func(limit, offset int64) Nano {
		u := rapid.Int64Range((-limit-offset)/f.Granularity+1, (limit-offset)/f.Granularity-1).Draw(t, "place")
		return Nano(u*f.Granularity + offset)
	}
	lat := func() Nano { return grid(90_000_000_000, f.LatOff) }
	lon := func() Nano { return grid(180_000_000_000, f.LonOff) }
	var a world
	for range rapid.IntRange(0, 30).Draw(t, "nodes") {
		a.Nodes = append(a.Nodes, node{NodeID(id.Draw(t, "id")), lat(), lon(), tags(), info()})
	}
	for range rapid.IntRange(0, 9).Draw(t, "ways") {
		w := way{ID: WayID(id.Draw(t, "id")), Tags: tags(), Meta: info()}
		places := rapid.Bool().Draw(t, "places")
		for range rapid.IntRange(0, 20).Draw(t, "refs") {
			w.Refs = append(w.Refs, NodeID(id.Draw(t, "ref")))
			if places {
				w.Lat, w.Lon = append(w.Lat, lat()), append(w.Lon, lon())
			}
		}
		a.Ways = append(a.Ways, w)
	}
	for range rapid.IntRange(0, 9).Draw(t, "relations") {
		r := relation{ID: RelationID(id.Draw(t, "id")), Tags: tags(), Meta: info()}
		for range rapid.IntRange(0, 9).Draw(t, "members") {
			r.Members = append(r.Members, member{id.Draw(t, "ref"), Kind(rapid.IntRange(0, 2).Draw(t, "kind")), text.Draw(t, "role")})
		}
		a.Relations = append(a.Relations, r)
	}
	return a
}

func TestHeader(t *testing.T) {
	f := plainForm
	f.Optional = []string{featureSorted, featureLocations, "Has_Metadata"}
	h, err := ReadHeader(bytes.NewReader(write(town(10), f)))
	if err != nil {
		t.Fatal(err)
	}
	want := &Header{Bounds: &Bounds{-5e9, -8e9, 6e9, 7e9}, Required: []string{featureSchema, featureDense}, Optional: f.Optional,
		Program: "write_test", Source: "nowhere",
		Replication: Replication{time.Unix(1_700_000_000, 0).UTC(), 42, "https://example.org/"}}
	if d := cmp.Diff(want, h); d != "" {
		t.Error(d)
	}
	if !h.Sorted() || !h.LocationsOnWays() {
		t.Error("sorted or locations on ways not seen")
	}
	refuse := errors.New("wrong country")
	_, err = Read(t.Context(), bytes.NewReader(write(town(10), f)), Options{Header: func(*Header) error { return refuse }},
		func(*Block) error { t.Error("visited"); return nil })
	if err != refuse {
		t.Errorf("refused header: %v", err)
	}
}

func TestBlocksComeInOrderAndSayWhereTheyAre(t *testing.T) {
	f := plainForm
	f.PerBlock = 3
	data := write(town(400), f)
	at, number := int64(-1), 0
	var seen []NodeID
	_, err := Read(t.Context(), bytes.NewReader(data), Options{Workers: 4, Ways: Filter{Skip: true}}, func(b *Block) error {
		if b.Number <= number || b.Offset < at {
			return fmt.Errorf("block %d at %d after block %d at %d", b.Number, b.Offset, number, at)
		}
		number, at = b.Number, b.End
		seen = append(seen, b.Nodes.ID...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if at != int64(len(data)) || len(seen) != 400 || !slices.IsSorted(seen) {
		t.Errorf("ended at %d of %d with %d nodes", at, len(data), len(seen))
	}
}

func TestFilters(t *testing.T) {
	a := town(1000)
	is := func(keys ...string) func(string) bool {
		return func(k string) bool { return slices.Contains(keys, k) }
	}
	has := func(tags []tag, key string) bool {
		return slices.ContainsFunc(tags, func(t tag) bool { return t.Key == key })
	}
	only := a
	only.Nodes = slices.DeleteFunc(slices.Clone(a.Nodes), func(n node) bool { return !has(n.Tags, "name") })
	only.Ways = slices.DeleteFunc(slices.Clone(a.Ways), func(w way) bool { return !has(w.Tags, "building") })
	skip := Filter{Skip: true}
	for _, c := range []struct {
		name string
		o    Options
		want world
	}{
		{"all", Options{}, a},
		{"nodes", Options{Ways: skip, Relations: skip}, world{Nodes: a.Nodes}},
		{"ways", Options{Nodes: skip, Relations: skip}, world{Ways: a.Ways}},
		{"relations", Options{Nodes: skip, Ways: skip}, world{Relations: a.Relations}},
		{"ways and relations", Options{Nodes: skip}, world{Ways: a.Ways, Relations: a.Relations}},
		{"nodes and ways", Options{Relations: skip}, world{Nodes: a.Nodes, Ways: a.Ways}},
		{"nothing", Options{Nodes: skip, Ways: skip, Relations: skip}, world{}},
		{"keys", Options{Nodes: Filter{Key: is("name")}, Ways: Filter{Key: is("building")}, Relations: Filter{Key: is("type")}}, only},
		{"unknown key", Options{Nodes: Filter{Key: is("x")}, Ways: Filter{Key: is("x")}, Relations: Filter{Key: is("x")}}, world{}},
	} {
		for _, f := range []form{plainForm,
			{Pack: packRaw, Plain: true, PerBlock: 37, Granularity: 100, DateUnit: 1000},
			{Pack: packZlib, PerBlock: 11, Granularity: 100, DateUnit: 1000, Optional: []string{featureSorted}},
			{Pack: packZlib, PerBlock: 50, Granularity: 100, DateUnit: 1000, Together: true},
			{Pack: packZlib, PerBlock: 500, Granularity: 100, DateUnit: 1000, Scattered: true, Meta: true}} {
			data := write(a, f)
			if d := cmp.Diff(c.want, read(t, data, c.o)); d != "" {
				t.Errorf("%s, %+v: %s", c.name, f, d)
			}
			var got world
			if _, err := ReadAt(t.Context(), bytes.NewReader(data), int64(len(data)), c.o, got.add); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s, %+v, ReadAt: %s", c.name, f, d)
			}
		}
	}
}

// countReader counts what is read of a file.
type countReader struct {
	io.ReaderAt
	n int
}

func (c *countReader) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(b, at)
	c.n += n
	return n, err
}

func TestSortedFilesAreNotReadWhereNothingIsWanted(t *testing.T) {
	a := town(60_000)
	f := form{Pack: packRaw, PerBlock: 500, Granularity: 100, DateUnit: 1000, Optional: []string{featureSorted}}
	// Without the block of unknown type, before which nothing can be looked up.
	data := bytes.Replace(write(a, f), block("_weather", []byte("sunny")), nil, 1)
	skip := Filter{Skip: true}
	for _, c := range []struct {
		name string
		o    Options
		want world
		most float64 // share of the file that may be read
	}{
		{"relations", Options{Nodes: skip, Ways: skip}, world{Relations: a.Relations}, 0.25},
		{"ways", Options{Nodes: skip, Relations: skip}, world{Ways: a.Ways}, 0.45},
		{"nodes", Options{Ways: skip, Relations: skip}, world{Nodes: a.Nodes}, 0.9},
		{"all the same", Options{Nodes: skip, Ways: skip, Unsorted: true}, world{Relations: a.Relations}, 1},
	} {
		r := &countReader{ReaderAt: bytes.NewReader(data)}
		var got world
		if _, err := ReadAt(t.Context(), r, int64(len(data)), c.o, got.add); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if share := float64(r.n) / float64(len(data)); share > c.most {
			t.Errorf("%s: read %.2f of the file", c.name, share)
		}
	}
}

func TestAFalseClaimOfOrderIsFound(t *testing.T) {
	a := town(200)
	f := plainForm
	f.Optional = []string{featureSorted}
	w := &writer{form: f}
	data := block(typeHeader, raw(wire{}.text(4, featureSchema).text(5, featureSorted)))
	for i := range 60 { // nodes, ways, and nodes again
		part := world{Ways: cut(a.Ways, i/3, 1)}
		if i < 5 || i > 50 {
			part = world{Nodes: cut(a.Nodes, i, 1)}
		}
		data = append(data, block(typeData, raw(w.content(part)))...)
	}
	_, err := ReadAt(t.Context(), bytes.NewReader(data), int64(len(data)), Options{Nodes: Filter{Skip: true}}, func(*Block) error { return nil })
	if !errors.Is(err, ErrUnsorted) {
		t.Error(err)
	}
	var got world
	if _, err = ReadAt(t.Context(), bytes.NewReader(data), int64(len(data)),
		Options{Nodes: Filter{Skip: true}, Unsorted: true}, got.add); err != nil || len(got.Ways) != 46 {
		t.Errorf("%d ways, %v", len(got.Ways), err)
	}
}

func TestUnknownPlacesOnWays(t *testing.T) {
	a := world{Ways: []way{{ID: 1, Refs: []NodeID{5, 6}, Lat: []Nano{Nowhere, 1e9}, Lon: []Nano{Nowhere, 2e9}}}}
	if d := cmp.Diff(a, read(t, write(a, plainForm), Options{})); d != "" {
		t.Error(d)
	}
	a.Ways[0].Lat[0] = 91e9
	if _, err := Read(t.Context(), bytes.NewReader(write(a, plainForm)), Options{}, func(*Block) error { return nil }); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}

func TestStringsMayBeKept(t *testing.T) {
	f := plainForm
	f.PerBlock = 20
	var kept, copies []string
	_, err := Read(t.Context(), bytes.NewReader(write(town(4000), f)), Options{}, func(b *Block) error {
		for _, s := range b.Strings {
			kept, copies = append(kept, s), append(copies, strings.Clone(s))
		}
		return nil
	})
	if err != nil || !slices.Equal(kept, copies) {
		t.Errorf("strings changed after visit (%v)", err)
	}
}

func TestCancelledAndStoppedReadingsEnd(t *testing.T) {
	f := plainForm
	f.PerBlock = 5
	data := write(town(5000), f)
	before := goroutines()
	cause := errors.New("enough")
	stop := errors.New("stop")
	for _, c := range []struct {
		name  string
		visit func(cancel context.CancelCauseFunc) error
		want  error
	}{
		{"cancelled", func(cancel context.CancelCauseFunc) error { cancel(cause); return nil }, cause},
		{"stopped", func(context.CancelCauseFunc) error { return stop }, stop},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		n := 0
		_, err := Read(ctx, bytes.NewReader(data), Options{Workers: 3}, func(*Block) error {
			if n++; n == 7 {
				return c.visit(cancel)
			}
			return nil
		})
		noneSince(t, before) // and before cancel, which would end them
		cancel(nil)
		if err != c.want || n != 7 {
			t.Errorf("%s: %v after %d blocks", c.name, err, n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(data), Options{}, nil); err != context.Canceled {
		t.Errorf("cancelled before: %v", err)
	}
	noneSince(t, before)
}

// goroutines gives the stack of every goroutine by its number, which is not
// used twice: unlike a count, it cannot mistake one for another.
func goroutines() map[string]string {
	text := make([]byte, 1<<20)
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(text[:runtime.Stack(text, true)]), "\n\n") {
		number, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		all[number] = stack
	}
	return all
}

// noneSince fails when a goroutine that began after before still decodes, or
// does not end. One that has told its WaitGroup so may need a moment to end.
func noneSince(t *testing.T, before map[string]string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		left := goroutines()
		maps.DeleteFunc(left, func(number, stack string) bool {
			_, old := before[number]
			return old
		})
		for _, stack := range left {
			if strings.Contains(stack, "osmpbf.(*") || time.Now().After(deadline) {
				t.Errorf("a goroutine is left:\n%s", stack)
			}
		}
		if len(left) == 0 || t.Failed() {
			return
		}
	}
}

func TestAPanicReachesTheCaller(t *testing.T) {
	defer func() {
		if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "no such luck") {
			t.Errorf("recovered %v", v)
		}
	}()
	Read(t.Context(), bytes.NewReader(write(town(100), plainForm)),
		Options{Ways: Filter{Key: func(string) bool { panic("no such luck") }}}, func(*Block) error { return nil })
}
