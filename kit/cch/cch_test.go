package cch

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestDrawnStreets(t *testing.T) {
	g, weight, node := draw(t, `
A-3-B<2-C
4   1v  5^
D   E-1-F-9>G

H-0-I       J`)
	tests := []struct {
		from, to byte
		want     Weight
		way      int // arcs
	}{
		{'A', 'A', 0, 0},
		{'A', 'E', 4, 2},
		{'E', 'A', 11, 4},
		{'D', 'F', 9, 4},
		{'C', 'B', 2, 1},
		{'B', 'C', 7, 3},
		{'F', 'G', 9, 1},
		{'G', 'F', Infinity, 0},
		{'A', 'H', Infinity, 0},
		{'H', 'I', 0, 1},
		{'J', 'A', Infinity, 0},
	}
	at := make([]Point, g.Nodes())
	for v := range at {
		at[v] = Point{float64(v % 3), float64(v / 3)}
	}
	w := dissected(t, g, weight, at)
	r := NewRouter(w.m)
	for _, c := range tests {
		if got := r.Distance(node[c.from], node[c.to]); got != c.want {
			t.Errorf("%c to %c: got %d, want %d", c.from, c.to, got, c.want)
		}
		if path, err := r.Path(nil); err != nil || len(path) != c.way {
			t.Errorf("%c to %c: way %v, %v, want %d arcs", c.from, c.to, path, err, c.way)
		}
	}
}

// TestDijkstra holds the baseline itself against the obvious.
func TestDijkstra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, weight := anyGraph(t)
		want := allPairs(g, weight)
		ahead, err := NewDijkstra(g, weight)
		if err != nil {
			t.Fatal(err)
		}
		back, err := NewDijkstra(g.Reverse(), weight)
		if err != nil {
			t.Fatal(err)
		}
		for v := range Node(g.Nodes()) {
			ahead.Run(v)
			back.Run(v)
			for to := range Node(g.Nodes()) {
				if got := ahead.Distance(to); got != want[v][to] {
					t.Fatalf("%d to %d: got %d, want %d", v, to, got, want[v][to])
				}
				if got := back.Distance(to); got != want[to][v] {
					t.Fatalf("back from %d to %d: got %d, want %d", v, to, got, want[to][v])
				}
				checkPath(t, g, weight, ahead.Path(nil, to), v, to, want[v][to])
			}
		}
		limit := anyWeight.Draw(t, "limit")
		seeds := []Seed{{0, 3}, {Node(g.Nodes() - 1), 0}}
		ahead.Within(seeds, limit)
		reached := 0
		for to := range Node(g.Nodes()) {
			far := between(want, seeds, []Seed{{to, 0}})
			if far > limit {
				far = Infinity
			}
			if far < Infinity {
				reached++
			}
			if got := ahead.Distance(to); got != far {
				t.Fatalf("within %d to %d: got %d, want %d", limit, to, got, far)
			}
		}
		if got := len(ahead.Reached()); got != reached {
			t.Fatalf("reached %d, want %d", got, reached)
		}
	})
}

// checkPath adds a way up.
func checkPath(t *rapid.T, g *Graph, weight []Weight, path []Arc, from, to Node, want Weight) {
	t.Helper()
	if want == Infinity {
		if len(path) > 0 {
			t.Fatalf("%d to %d: a way of %d arcs where there is none", from, to, len(path))
		}
		return
	}
	at, sum := from, Weight(0)
	for _, a := range path {
		if g.Tail[a] != at {
			t.Fatalf("%d to %d: arc %d does not start at %d", from, to, a, at)
		}
		at = g.Head[a]
		sum += weight[a]
	}
	if at != to || sum != want {
		t.Fatalf("%d to %d: way ends at %d and costs %d, want %d", from, to, at, sum, want)
	}
}

func TestRoutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		want := allPairs(w.g, w.weight)
		r := NewRouter(w.m)
		for from := range Node(w.g.Nodes()) {
			for to := range Node(w.g.Nodes()) {
				if got := r.Distance(from, to); got != want[from][to] {
					t.Fatalf("%d to %d: got %d, want %d", from, to, got, want[from][to])
				}
				path, err := r.Path(nil)
				if err != nil {
					t.Fatal(err)
				}
				checkPath(t, w.g, w.weight, path, from, to, want[from][to])
			}
		}
		places := anyPlaces(t, w.g.Nodes())
		for i := range places.Len() {
			for j := range places.Len() {
				checkBetween(t, w, r, want, places.At(i), places.At(j))
			}
		}
	})
}

func checkBetween(t *rapid.T, w world, r *Router, d [][]Weight, from, to []Seed) {
	t.Helper()
	want := between(d, from, to)
	got, err := r.Between(from, to)
	if err != nil || got != want {
		t.Fatalf("%v to %v: got %d, %v, want %d", from, to, got, err, want)
	}
	a, b := r.Ends()
	if want == Infinity {
		if a != none || b != none {
			t.Fatalf("%v to %v: ends %d and %d of no way", from, to, a, b)
		}
		return
	}
	least := func(seeds []Seed, v Node) Weight {
		c := Infinity
		for _, s := range seeds {
			if s.Node == v {
				c = min(c, s.Cost)
			}
		}
		return c
	}
	path, err := r.Path(nil)
	if err != nil {
		t.Fatal(err)
	}
	checkPath(t, w.g, w.weight, path, a, b, want-least(from, a)-least(to, b))
}

func TestSweeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		d := allPairs(w.g, w.weight)
		o := SweepOptions{Basic: rapid.Bool().Draw(t, "basic"), Reverse: rapid.Bool().Draw(t, "reverse"), Cores: 2}
		s := w.sweep(t, o)
		sources, targets := anyPlaces(t, w.g.Nodes()), anyPlaces(t, w.g.Nodes())
		sources.cut(Lanes[Weight]())
		l, err := s.Select(targets)
		if err != nil {
			t.Fatal(err)
		}
		every := make([]Node, w.g.Nodes())
		for v := range every {
			every[v] = Node(v)
		}
		for _, c := range []struct {
			l       *Selection
			targets Places
		}{{l, targets}, {s.All(), AtNodes(every)}} {
			want := make([][]Weight, sources.Len())
			for i := range want {
				for k := range c.targets.Len() {
					from, to := sources.At(i), c.targets.At(k)
					if o.Reverse {
						from, to = to, from
					}
					want[i] = append(want[i], between(d, from, to))
				}
			}
			checkLanes[uint16](t, c.l, sources, want)
			checkLanes[Weight](t, c.l, sources, want)
		}
	})
}

// checkLanes asks all variants and doors for the same rows.
func checkLanes[T Lane](t *rapid.T, l *Selection, sources Places, want [][]Weight) {
	t.Helper()
	expected := make([][]T, len(want))
	for i, row := range want {
		expected[i] = make([]T, len(row))
		for k, d := range row {
			expected[i][k] = T(min(d, Weight(infinity[T]())))
		}
	}
	check := func(door string, i int, row []T) {
		if !slices.Equal(row, expected[i]) {
			t.Fatalf("%s, source %d: got %v, want %v", door, i, row, expected[i])
		}
	}
	for _, v := range variants[T]() {
		s := newSearcher(l, v)
		for range 2 { // buffers in use again
			rows := make([][]T, len(want))
			for i := range rows {
				rows[i] = make([]T, l.Targets())
			}
			if err := s.Run(sources, rows); err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				check(v.name, i, row)
			}
		}
		row := make([]Weight, l.Targets())
		for i := range want {
			if err := s.One(sources.At(i), row); err != nil || !slices.Equal(row, want[i]) {
				t.Fatalf("one, source %d: got %v, %v, want %v", i, row, err, want[i])
			}
		}
	}
	ctx := context.Background()
	for _, name := range Instructions() {
		out := make([]T, sources.Len()*l.Targets())
		if err := Fill(ctx, l, sources, Work{Cores: 2, Instructions: name}, out); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			check("fill on "+name, i, out[i*l.Targets():(i+1)*l.Targets()])
		}
	}
	if err := Matrix(ctx, l, sources, Work{Instructions: "abacus"}, func(int, []T) error { return nil }); !errors.Is(err, ErrInstructions) {
		t.Fatalf("on an abacus: got %v", err)
	}
	if err := Matrix(ctx, l, sources, Work{Cores: 1}, func(i int, row []T) error { check("matrix", i, row); return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestUpdate: a metric after any changes is the metric of the changed weights.
func TestUpdate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		if len(w.weight) == 0 {
			return
		}
		m := w.m.Clone()
		weight := slices.Clone(w.weight)
		for range rapid.IntRange(1, 4).Draw(t, "updates") {
			var changes []Change
			for range rapid.IntRange(0, 6).Draw(t, "changes") {
				c := Change{Arc(rapid.IntRange(0, len(weight)-1).Draw(t, "arc")), anyWeight.Draw(t, "to")}
				weight[c.Arc] = c.Weight
				changes = append(changes, c)
			}
			if _, err := m.Update(changes); err != nil {
				t.Fatal(err)
			}
			full, err := w.h.Customize(context.Background(), weight, 1)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(m.side, full.side) || !slices.Equal(m.weight, full.weight) {
				t.Fatalf("after %v: got %v, want %v", changes, m.side, full.side)
			}
		}
		if err := m.Recustomize(context.Background(), w.weight, 2); err != nil || !slices.Equal(m.side, w.m.side) {
			t.Fatalf("customized again: %v, differs from the first time", err)
		}
	})
}

func TestComponents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, _ := anyGraph(t)
		d := allPairs(g, make([]Weight, g.Arcs()))
		of, size := g.Components()
		count := make([]int32, len(size))
		for v := range of {
			count[of[v]]++
			for w := range of {
				if got, want := of[v] == of[w], d[v][w] == 0 && d[w][v] == 0; got != want {
					t.Fatalf("%d and %d in one component: got %t, want %t", v, w, got, want)
				}
			}
		}
		if !slices.Equal(count, size) || !slices.IsSortedFunc(size, func(a, b int32) int { return int(b - a) }) {
			t.Fatalf("sizes: got %v, want %v, the largest first", size, count)
		}
	})
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	if _, err := NewGraph(2, []Node{0}, []Node{2}); err == nil {
		t.Error("an arc to a node that is not there was taken")
	}
	if _, err := NewGraph(2, []Node{0}, nil); !errors.Is(err, ErrSize) {
		t.Errorf("tails without heads: got %v", err)
	}
	g, weight, at := grid(5, 5, 1)
	if _, err := NewDijkstra(g, weight[1:]); !errors.Is(err, ErrSize) {
		t.Errorf("too few weights: got %v", err)
	}
	if _, err := Dissect(ctx, g, at[1:], Dissection{}); !errors.Is(err, ErrSize) {
		t.Errorf("too few points: got %v", err)
	}
	if _, err := Dissect(ctx, g, at, Dissection{Balance: 0.5}); err == nil {
		t.Error("a balance of a half was taken")
	}
	if _, err := NewHierarchy(g, make([]Node, 25)); err == nil {
		t.Error("an order of one node again and again was taken")
	}
	w := dissected(t, g, weight, at)
	if _, err := w.m.Update([]Change{{Arc(g.Arcs()), 1}}); err == nil {
		t.Error("a change of an arc that is not there was taken")
	}
	s := w.sweep(t, SweepOptions{})
	if _, err := s.Select(AtNodes([]Node{25})); err == nil {
		t.Error("a target that is not there was taken")
	}
	l := s.All()
	all := AtNodes(w.h.Order)
	row := func(int, []uint16) error { return nil }
	if err := Matrix(ctx, l, all, Work{Memory: 1000}, row); !errors.Is(err, ErrMemory) {
		t.Errorf("a matrix in 1000 bytes: got %v", err)
	}
	stop := errors.New("enough")
	if err := Matrix(ctx, l, all, Work{}, func(int, []uint16) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the reader: got %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := Matrix(gone, l, all, Work{}, row); !errors.Is(err, context.Canceled) {
		t.Errorf("a matrix for nobody: got %v", err)
	}
	if _, err := Dissect(gone, g, at, Dissection{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an order for nobody: got %v", err)
	}
	if _, err := w.h.Customize(gone, weight, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a metric for nobody: got %v", err)
	}
}
