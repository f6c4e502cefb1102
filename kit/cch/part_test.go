package cch

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// TestOpen: parts survive a file, and damaged parts are refused or harmless.
func TestOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		p := cloned(w.h.Parts)
		if _, err := Open(p); err != nil {
			t.Fatalf("sound parts: %v", err)
		}
		field := reflect.ValueOf(&p).Elem().Field(rapid.IntRange(0, reflect.TypeFor[Parts]().NumField()-1).Draw(t, "slice"))
		if field.Len() == 0 {
			return
		}
		if rapid.Bool().Draw(t, "cut") {
			field.Set(field.Slice(0, rapid.IntRange(0, field.Len()-1).Draw(t, "length")))
		} else {
			at := field.Index(rapid.IntRange(0, field.Len()-1).Draw(t, "at"))
			by := rapid.SampledFrom([]int64{-2, -1, 0, 1, 2, 7, math.MaxInt32, math.MinInt32}).Draw(t, "value")
			if rapid.Bool().Draw(t, "shift") && by > -100 && by < 100 {
				by += at.Int()
			}
			at.SetInt(by)
		}
		h, err := Open(p)
		if err != nil {
			return
		}
		if !reflect.DeepEqual(h.Parts, w.h.Parts) {
			// What passes the checks is a hierarchy, if of another graph.
			build(t, w.g, w.weight, w.h.Order)
			exercise(t, h, w)
		}
	})
}

// TestOpenRefuses has parts that fit together but are no contraction.
func TestOpenRefuses(t *testing.T) {
	sound := func() Parts { // 0 and 1 under 2
		return Parts{Order: []Node{0, 1, 2}, Rank: []Node{0, 1, 2}, Parent: []Node{2, 2, none},
			UpFirst: []int32{0, 1, 2, 2}, UpHead: []Node{2, 2}, UpTail: []Node{0, 1},
			DownFirst: []int32{0, 0, 0, 2}, DownEdge: []int32{0, 1},
			SideOf: []int32{0, none}, ArcFirst: []int32{0, 1, 1, 1, 1}, ArcOf: []Arc{0}}
	}
	if _, err := Open(sound()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		harm func(p *Parts)
	}{
		{"subtree not a run", func(p *Parts) { // 1 is a root between 0 and 2
			p.Parent[1] = none
			p.UpFirst, p.UpHead, p.UpTail = []int32{0, 1, 1, 1}, []Node{2}, []Node{0}
			p.DownFirst, p.DownEdge, p.ArcFirst = []int32{0, 0, 0, 1}, []int32{0}, []int32{0, 1, 1}
		}},
		{"triangle without its third side", func(p *Parts) { // 0 under 1 and 2
			p.Parent = []Node{1, none, none}
			p.UpFirst, p.UpHead, p.UpTail = []int32{0, 2, 2, 2}, []Node{1, 2}, []Node{0, 0}
			p.DownFirst = []int32{0, 0, 1, 2}
		}},
		{"parent not the lowest", func(p *Parts) { p.Parent[0] = 1 }},
		{"edge to itself", func(p *Parts) { p.UpHead[0] = 0 }},
		{"edge out of the graph", func(p *Parts) { p.UpHead[1] = 3 }},
		{"order twice the same", func(p *Parts) { p.Order[1] = 0 }},
		{"an edge listed under another node", func(p *Parts) { p.DownFirst[2] = 1 }},
		{"arc on two sides", func(p *Parts) { p.SideOf[1], p.ArcOf = 1, []Arc{0, 0} }},
		{"arc on no side listed", func(p *Parts) { p.SideOf[0] = none }},
		{"side that is not there", func(p *Parts) { p.SideOf[0] = 4 }},
		{"offsets that sink", func(p *Parts) { p.UpFirst[1] = 3 }},
	} {
		p := sound()
		c.harm(&p)
		if _, err := Open(p); err == nil {
			t.Errorf("%s: taken", c.name)
		}
	}
}

func cloned(p Parts) Parts {
	from, to := reflect.ValueOf(p), reflect.New(reflect.TypeFor[Parts]()).Elem()
	for i := range from.NumField() {
		s := reflect.MakeSlice(from.Field(i).Type(), from.Field(i).Len(), from.Field(i).Len())
		reflect.Copy(s, from.Field(i))
		to.Field(i).Set(s)
	}
	return to.Interface().(Parts)
}

// exercise runs all that reads a hierarchy.
func exercise(t *rapid.T, h *Hierarchy, w world) {
	m, err := h.Customize(t.Context(), w.weight, 2)
	if err != nil {
		return
	}
	changes := []Change{}
	for a := range w.weight {
		changes = append(changes, Change{Arc(a), 1})
	}
	if _, err := m.Update(changes); err != nil {
		t.Fatal(err)
	}
	l := world{w.g, w.weight, h, m}.sweep(t, SweepOptions{}).All()
	row := make([]Weight, l.Targets())
	r := NewRouter(m)
	for v := range Node(h.Nodes()) {
		if err := NewSearcher[uint16](l).One([]Seed{{v, 0}}, row); err != nil {
			t.Fatal(err)
		}
		r.Distance(v, 0)
		r.Path(nil)
	}
}

func TestOpenMetric(t *testing.T) {
	g, weight, at := grid(9, 9, 2)
	w := dissected(t, g, weight, at)
	m, err := w.h.OpenMetric(slices.Clone(w.m.weight), slices.Clone(w.m.Sides()))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := NewRouter(m).Distance(3, 70), NewRouter(w.m).Distance(3, 70); got != want {
		t.Errorf("after a file: got %d, want %d", got, want)
	}
	side := slices.Clone(w.m.Sides())
	side[5] = Infinity + 1
	if _, err := w.h.OpenMetric(weight, side); err == nil {
		t.Error("a side above infinity was taken")
	}
	if _, err := w.h.OpenMetric(weight, side[1:]); err == nil {
		t.Error("too few sides were taken")
	}
	// Sides of other weights: a way that nothing carries is an error, not a panic.
	for s, c := range w.m.Sides() {
		side[s] = c / 2
	}
	m, err = w.h.OpenMetric(slices.Clone(weight), side)
	if err != nil {
		t.Fatal(err)
	}
	r := NewRouter(m)
	r.Distance(0, 80)
	if _, err := r.Path(nil); err == nil {
		t.Error("a way over damaged sides was given")
	}
}

// TestFlow holds the cut against trying all sets of nodes. Graphs are sparse and
// many, so that later units of flow have to turn earlier ones away.
func TestFlow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		n := 6 + random.IntN(5)
		var tail, head []Node
		for range n + random.IntN(n) {
			tail, head = append(tail, Node(random.IntN(n))), append(head, Node(random.IntN(n)))
		}
		g, err := NewGraph(n, tail, head)
		if err != nil {
			t.Fatal(err)
		}
		f := newFlow(undirected(g))
		held := 1 + random.IntN(3)
		for i, v := range random.Perm(n)[:2*held] {
			f.side[v] = int8(heldSource + i%2)
		}
		want := n
		for set := range 1 << n {
			if c := bits.OnesCount(uint(set)); c < want && parts(f, set) {
				want = c
			}
		}
		var limit atomic.Int64
		limit.Store(int64(want))
		if !f.run(&limit) || f.units != want {
			t.Fatalf("%v to %v, held %v: got a cut of %d nodes, want %d", tail, head, f.side, f.units, want)
		}
		for _, near := range []func([]int8){f.nearSource, f.nearSink} {
			mark := make([]int8, n)
			near(mark)
			checkCut(t, f, mark, want)
		}
		if limit.Store(int64(want - 1)); f.run(&limit) {
			t.Fatalf("%v to %v, held %v: a cut of less than %d nodes", tail, head, f.side, want)
		}
	}
}

func checkCut(t *testing.T, f *flow, mark []int8, want int) {
	t.Helper()
	set := 0
	for v, k := range mark {
		if k == 2 {
			set |= 1 << v
			continue
		}
		for _, u := range f.head[f.first[v]:f.first[v+1]] {
			if mark[u] != 2 && mark[v] != mark[u] {
				t.Fatalf("marks %v: %d and %d touch across the cut", mark, v, u)
			}
		}
	}
	if bits.OnesCount(uint(set)) != want || !parts(f, set) {
		t.Fatalf("marks %v: not a cut of %d nodes", mark, want)
	}
}

// parts tells whether no sink can be reached from a source outside of a set.
func parts(f *flow, set int) bool {
	reached := 0
	for v, s := range f.side {
		if s == heldSource && set>>v&1 == 0 {
			reached |= 1 << v
		}
	}
	for range f.side {
		for v := range f.side {
			for _, w := range f.head[f.first[v]:f.first[v+1]] {
				if reached>>v&1 == 1 && set>>w&1 == 0 {
					reached |= 1 << w
				}
			}
		}
	}
	for v, s := range f.side {
		if s == heldSink && reached>>v&1 == 1 {
			return false
		}
	}
	return true
}

// TestDissect: every node once, whatever the cores, and few edges on a grid.
func TestDissect(t *testing.T) {
	g, _, at := grid(70, 70, 3)
	var before []Node
	for _, n := range []int{1, 2, 7} {
		order, err := Dissect(t.Context(), g, at, Dissection{Cores: n})
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && !slices.Equal(order, before) {
			t.Fatalf("%d cores: another order", n)
		}
		before = order
	}
	h, err := NewHierarchy(g, before)
	if err != nil {
		t.Fatal(err)
	}
	// A square grid of n nodes has O(n log n) edges (George 1973); ours measured
	// 8.7 n with a depth of 126.
	if h.Edges() > 10*h.Nodes() || h.Depth() > 160 {
		t.Errorf("%d edges, depth %d for %d nodes: a poor order", h.Edges(), h.Depth(), h.Nodes())
	}
	// All nodes at one spot, and in a clique: nothing to cut, no endless loop.
	var tail, head []Node
	for a := range Node(40) {
		for b := range a {
			tail, head = append(tail, a), append(head, b)
		}
	}
	g, err = NewGraph(40, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Dissect(t.Context(), g, make([]Point, 40), Dissection{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Dissect(t.Context(), g, slices.Repeat([]Point{{math.NaN(), 0}}, 40), Dissection{}); err == nil {
		t.Error("nodes without a place were taken")
	}
}
