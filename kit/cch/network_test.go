package cch

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestNetworks compares with Dijkstra on a made-up town and on Porto: all doors,
// before and after changes.
func TestNetworks(t *testing.T) {
	t.Run("grid", func(t *testing.T) {
		g, weight, at := grid(60, 50, 4)
		var cells []Node
		for v := 0; v < g.Nodes(); v += 7 {
			cells = append(cells, Node(v))
		}
		compare(t, &network{g, at, weight, cells}, 20)
	})
	t.Run("Porto", func(t *testing.T) { compare(t, needPorto(t), 40) })
}

func compare(t *testing.T, n *network, samples int) {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 6))
	w := dissected(t, n.graph, n.weight, n.at)
	t.Logf("%d nodes, %d arcs: %d edges, depth %d", n.graph.Nodes(), n.graph.Arcs(), w.h.Edges(), w.h.Depth())
	var sources []Node
	for range samples {
		sources = append(sources, n.cells[random.IntN(len(n.cells))])
	}
	for round := range 2 {
		d, err := NewDijkstra(n.graph, w.weight)
		if err != nil {
			t.Fatal(err)
		}
		want := make([][]Weight, len(sources))
		for i, v := range sources {
			d.Run(v)
			want[i] = distances(d)
		}
		for _, o := range []SweepOptions{{}, {Basic: true}} {
			s := w.sweep(t, o)
			l, err := s.Select(AtNodes(n.cells))
			if err != nil {
				t.Fatal(err)
			}
			compareSweep[uint16](t, want, l, sources, n.cells)
			compareSweep[Weight](t, want, l, sources, n.cells)
			if !o.Basic {
				compareSweep[uint16](t, want, s.All(), sources, nil)
				compareSweep[Weight](t, want, s.All(), sources, nil)
			}
		}
		compareRoutes(t, n, w, want, sources, random)
		if round == 0 {
			w = changed(t, w, random)
		}
	}
}

// compareSweep holds rows against Dijkstra; nil targets are all nodes.
func compareSweep[T Lane](t *testing.T, want [][]Weight, l *Selection, sources, targets []Node) {
	t.Helper()
	out := make([]T, len(sources)*l.Targets())
	if err := Fill(context.Background(), l, AtNodes(sources), Work{}, out); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i, v := range sources {
		for k, got := range out[i*l.Targets() : (i+1)*l.Targets()] {
			to := Node(k)
			if targets != nil {
				to = targets[k]
			}
			if want := T(min(want[i][to], Weight(infinity[T]()))); got != want {
				if wrong++; wrong < 4 {
					t.Errorf("%d to %d: got %d, want %d", v, to, got, want)
				}
			}
		}
	}
	if wrong > 0 {
		t.Fatalf("%d of %d differ", wrong, len(out))
	}
}

func compareRoutes(t *testing.T, n *network, w world, d [][]Weight, sources []Node, random *rand.Rand) {
	t.Helper()
	r := NewRouter(w.m)
	for i, v := range sources {
		to := Node(random.IntN(n.graph.Nodes()))
		if got, want := r.Distance(v, to), d[i][to]; got != want {
			t.Fatalf("route %d to %d: got %d, want %d", v, to, got, want)
		}
		path, err := r.Path(nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := Weight(0)
		for _, a := range path {
			sum += w.weight[a]
		}
		if d[i][to] < Infinity && sum != d[i][to] {
			t.Fatalf("route %d to %d: its arcs cost %d, want %d", v, to, sum, d[i][to])
		}
	}
}

// changed closes, slows and speeds up streets, in small steps and a large one.
func changed(t *testing.T, w world, random *rand.Rand) world {
	t.Helper()
	m, weight := w.m.Clone(), slices.Clone(w.weight)
	for _, count := range []int{1, 10, 100, 1000} {
		var changes []Change
		for range count {
			a := Arc(random.IntN(len(weight)))
			weight[a] = []Weight{0, weight[a] / 2, weight[a] * 3, Infinity}[random.IntN(4)]
			changes = append(changes, Change{a, weight[a]})
		}
		edges, err := m.Update(changes)
		if err != nil {
			t.Fatal(err)
		}
		full, err := w.h.Customize(context.Background(), weight, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(m.side, full.side) {
			t.Fatalf("after %d changes the metric differs from a new one", count)
		}
		t.Logf("%d changes: %d edges computed", count, edges)
	}
	return world{w.g, weight, w.h, m}
}

// TestNoAllocation: queries take no memory once warm.
func TestNoAllocation(t *testing.T) {
	g, weight, at := grid(40, 40, 8)
	w := dissected(t, g, weight, at)
	l, err := w.sweep(t, SweepOptions{}).Select(AtNodes([]Node{3, 77, 900, 1599}))
	if err != nil {
		t.Fatal(err)
	}
	places := AtNodes(slices.Clone(w.h.Order[:30]))
	rows, wide := make([][]uint16, places.Len()), make([][]Weight, places.Len())
	for i := range rows {
		rows[i], wide[i] = make([]uint16, l.Targets()), make([]Weight, l.Targets())
	}
	narrow, full, router := NewSearcher[uint16](l), NewSearcher[Weight](l), NewRouter(w.m)
	d, err := NewDijkstra(g, weight)
	if err != nil {
		t.Fatal(err)
	}
	var path []Arc
	m := w.m.Clone()
	changes := []Change{{3, 1}, {900, Infinity}}
	for _, c := range []struct {
		name string
		f    func() error
	}{
		{"16 bits", func() error { return narrow.Run(places, rows) }},
		{"32 bits", func() error { return full.Run(places, wide) }},
		{"one", func() error { return narrow.One(places.At(3), wide[0]) }},
		{"route", func() (err error) {
			router.Distance(5, 1500)
			path, err = router.Path(path[:0])
			return err
		}},
		{"dijkstra", func() error { d.Run(5); path = d.Path(path[:0], 1500); return nil }},
		{"update", func() error {
			changes[0].Weight ^= 3
			_, err := m.Update(changes)
			return err
		}},
	} {
		run := func() {
			if err := c.f(); err != nil {
				t.Fatal(err)
			}
		}
		run()
		run()
		if got := testing.AllocsPerRun(20, run); got != 0 {
			t.Errorf("%s: %v allocations a query, want none", c.name, got)
		}
	}
}

// TestMemory: what Matrix says it needs bounds what a searcher takes.
func TestMemory(t *testing.T) {
	g, weight, at := grid(40, 40, 9)
	w := dissected(t, g, weight, at)
	l, err := w.sweep(t, SweepOptions{}).Select(AtNodes(w.h.Order[:200]))
	if err != nil {
		t.Fatal(err)
	}
	places := AtNodes(w.h.Order[:Lanes[uint16]()])
	s := NewSearcher[uint16](l)
	rows := make([][]uint16, places.Len())
	for i := range rows {
		rows[i] = make([]uint16, l.Targets())
	}
	if err := s.Run(places, rows); err != nil {
		t.Fatal(err)
	}
	if got, most := s.Bytes(), MatrixBytes[uint16](l, places); got > most || most > 20*got {
		t.Errorf("a searcher takes %d bytes, the bound is %d", got, most)
	}
}

// distances are all of the last run.
func distances(d *Dijkstra) []Weight {
	out := make([]Weight, d.g.Nodes())
	for v := range out {
		out[v] = d.Distance(Node(v))
	}
	return out
}

// TestCores: the tree is gone through by any number of cores to the same end, up and
// down, each run of ranks once and after those it waits for.
func TestCores(t *testing.T) {
	g, weight, at := grid(50, 60, 5)
	w := dissected(t, g, weight, at)
	one := w.sweep(t, SweepOptions{Cores: 1})
	for _, n := range []int{1, 2, 7} {
		m, err := w.h.Customize(t.Context(), weight, n)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(m.side, w.m.side) {
			t.Errorf("customized on %d cores: another metric", n)
		}
		if s := w.sweep(t, SweepOptions{Cores: n}); !slices.Equal(s.down.weight, one.down.weight) || !slices.Equal(s.up.other, one.up.other) {
			t.Errorf("laid out on %d cores: another sweep", n)
		}
		runs, over := w.h.split(16 * n)
		seen := make([]bool, g.Nodes())
		for i, r := range runs {
			for x := r.lo; x < r.hi; x++ {
				if seen[x] {
					t.Fatalf("rank %d is in two runs", x)
				}
				seen[x] = true
				p := w.h.Parent[x]
				inside := p == none || p >= r.lo && p < r.hi
				if x < r.hi-1 && !inside {
					t.Errorf("rank %d: its parent %d is outside of its run", x, p)
				}
				if x == r.hi-1 && (p == none) != (over[i] == none) {
					t.Errorf("run %d ends with rank %d under %d, yet waits for %d", i, x, p, over[i])
				}
				if x == r.hi-1 && p != none && (p < runs[over[i]].lo || p >= runs[over[i]].hi) {
					t.Errorf("run %d: its parent %d is not in run %d", i, p, over[i])
				}
			}
		}
		if i := slices.Index(seen, false); i >= 0 {
			t.Errorf("rank %d is in no run", i)
		}
	}
}
