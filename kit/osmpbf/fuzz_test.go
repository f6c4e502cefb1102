package osmpbf

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seeds are files right and wrong, most of them not compressed, so that a change
// of a byte is a change of content.
func seeds() (all [][]byte) {
	a := town(30)
	a.Ways[0].Lat, a.Ways[0].Lon = []Nano{1e9}, []Nano{2e9}
	a.Nodes[3].Meta = meta{Version: 3, UserID: 4, Time: 5000, Changeset: 6, User: "王", Hidden: true}
	for _, f := range []form{
		{Pack: packRaw, PerBlock: 50, Granularity: 100, DateUnit: 1000, Meta: true},
		{Pack: packRaw, PerBlock: 50, Granularity: 1, DateUnit: 1, Plain: true, Scattered: true, Meta: true, Optional: []string{featureSorted}},
		{Pack: packRaw, PerBlock: 10, Granularity: 1000, LatOff: 7, LonOff: 1 << 40, DateUnit: 1000, Together: true},
		{Pack: packLz4, PerBlock: 50, Granularity: 100, DateUnit: 1000},
		{Pack: packZlib, PerBlock: 50, Granularity: 100, DateUnit: 1000},
		{Pack: packZstd, PerBlock: 50, Granularity: 100, DateUnit: 1000},
	} {
		all = append(all, write(a, f))
	}
	for _, c := range faultyFiles {
		all = append(all, c.file)
	}
	return all
}

// FuzzRead reads anything, alone and as the content of a block. It must end
// without a panic; errors must lie in the file; and what is read must not depend
// on the number of workers or on how the file is given.
func FuzzRead(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s, false)
	}
	for _, content := range swollen(60) {
		f.Add(content, true)
	}
	f.Fuzz(func(t *testing.T, in []byte, content bool) {
		if content {
			in = file(in)
		}
		if claims(in) > 4<<20 { // what is large is slow, and tested elsewhere
			return
		}
		o := Options{Info: true, Workers: 1}
		var one, two, part, some world
		_, err1 := Read(t.Context(), bytes.NewReader(in), o, one.add)
		located(t, in, err1)
		o.Workers, o.Unsorted = 3, true
		_, err2 := ReadAt(t.Context(), bytes.NewReader(in), int64(len(in)), o, two.add)
		if d := cmp.Diff(one, two); d != "" || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%v, %v: %s", err1, err2, d)
		}
		o = Options{Nodes: Filter{Skip: true}, Ways: Filter{Key: func(k string) bool { return k == "highway" }}}
		_, err := ReadAt(t.Context(), bytes.NewReader(in), int64(len(in)), o, part.add)
		located(t, in, err)
		o.Nodes = Filter{Key: func(k string) bool { return k != "name" }}
		_, err = Read(t.Context(), bytes.NewReader(in), o, some.add)
		located(t, in, err)
		if err1 != nil {
			return
		}
		if err != nil {
			t.Fatalf("only a part of it is wrong: %v", err)
		}
		for _, n := range some.Nodes {
			if !slices.ContainsFunc(n.Tags, func(t tag) bool { return t.Key != "name" }) {
				t.Fatalf("node %d passed the filter", n.ID)
			}
		}
	})
}

// claims is how much content a file says it has.
func claims(in []byte) (n int) {
	s := stream{r: bytes.NewReader(in)}
	for j := (&job{}); s.next(j) == nil; {
		if s.body(j) != nil {
			break
		}
		n += j.pack.size
	}
	return n
}

func located(t *testing.T, in []byte, err error) {
	t.Helper()
	var e *Error
	if err == nil {
		return
	}
	if !errors.As(err, &e) || e.Block < 0 || e.Offset < 0 || e.Offset > int64(len(in)) || e.Inside < -1 || e.Inside > 4<<20 {
		t.Fatalf("%#v: %v", e, err)
	}
}
