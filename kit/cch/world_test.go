package cch

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// draw reads a street map. Nodes are letters, four columns and two lines apart;
// between them stands a weight of one digit, with an arrow where only one way is
// open:
//
//	A-3-B<2-C
//	4   1v  5^
//	D   E-1-F
func draw(t testing.TB, text string) (g *Graph, weight []Weight, node map[byte]Node) {
	t.Helper()
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	at := func(r, c int) byte {
		if r >= len(lines) || c >= len(lines[r]) {
			return ' '
		}
		return lines[r][c]
	}
	node = map[byte]Node{}
	for r := 0; r < len(lines); r += 2 {
		for c := 0; c < len(lines[r]); c += 4 {
			if at(r, c) != ' ' {
				node[at(r, c)] = Node(len(node))
			}
		}
	}
	var tail, head []Node
	street := func(a, b byte, digit byte, forward, back bool) {
		for _, open := range []bool{forward, back} {
			if open {
				tail, head = append(tail, node[a]), append(head, node[b])
				weight = append(weight, Weight(digit-'0'))
			}
			a, b = b, a
		}
	}
	for r := 0; r < len(lines); r += 2 {
		for c := 0; c < len(lines[r]); c += 4 {
			if at(r, c+2) != ' ' {
				street(at(r, c), at(r, c+4), at(r, c+2), at(r, c+1) != '<', at(r, c+3) != '>')
			}
			if at(r+1, c) != ' ' {
				street(at(r, c), at(r+2, c), at(r+1, c), at(r+1, c+1) != '^', at(r+1, c+1) != 'v')
			}
		}
	}
	g, err := NewGraph(len(node), tail, head)
	if err != nil {
		t.Fatal(err)
	}
	return g, weight, node
}

// grid is a town of wide by high crossings with some streets closed, some one
// way, and noise in the weights.
func grid(wide, high int, seed uint64) (*Graph, []Weight, []Point) {
	random := rand.New(rand.NewPCG(seed, 1))
	var tail, head []Node
	var weight []Weight
	at := make([]Point, wide*high)
	for v := range at {
		x, y := v%wide, v/wide
		at[v] = Point{float64(x) + random.Float64()/3, float64(y) + random.Float64()/3}
		for _, d := range [][2]int{{1, 0}, {0, 1}} {
			if x+d[0] >= wide || y+d[1] >= high || random.IntN(8) == 0 {
				continue
			}
			w := v + d[0] + wide*d[1]
			cost := Weight(20 + random.IntN(60))
			if x%16 == 0 && d[0] == 0 || y%16 == 0 && d[1] == 0 {
				cost /= 4 // main streets
			}
			way := random.IntN(8)
			if way != 0 {
				tail, head, weight = append(tail, Node(v)), append(head, Node(w)), append(weight, cost)
			}
			if way != 1 {
				tail, head, weight = append(tail, Node(w)), append(head, Node(v)), append(weight, cost)
			}
		}
	}
	g, err := NewGraph(len(at), tail, head)
	if err != nil {
		panic(err)
	}
	return g, weight, at
}

// anyWeight draws what upsets sums: nothing, little, about 16 bits, infinity.
var anyWeight = rapid.Custom(func(t *rapid.T) Weight {
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1:
		return 0
	case 2:
		return Weight(rapid.Uint32().Draw(t, "wide"))
	case 3:
		return Infinity
	case 4, 5:
		return Weight(rapid.IntRange(20_000, 70_000).Draw(t, "near 16 bits"))
	}
	return Weight(rapid.IntRange(0, 9).Draw(t, "small"))
})

// anyGraph draws a graph with loops, parallel arcs and parts without connection.
func anyGraph(t *rapid.T) (*Graph, []Weight) {
	n := rapid.SampledFrom([]int{1, 2, 3, 5, 8, 13, 21, 34}).Draw(t, "nodes")
	m := n * rapid.IntRange(0, 4).Draw(t, "arcs a node")
	end := rapid.IntRange(0, n-1)
	tail, head, weight := make([]Node, m), make([]Node, m), make([]Weight, m)
	for a := range m {
		tail[a], head[a], weight[a] = Node(end.Draw(t, "tail")), Node(end.Draw(t, "head")), anyWeight.Draw(t, "weight")
	}
	g, err := NewGraph(n, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	return g, weight
}

func anyOrder(t *rapid.T, g *Graph) []Node {
	order := make([]Node, g.Nodes())
	for i := range order {
		order[i] = Node(i)
	}
	if rapid.Bool().Draw(t, "dissected") {
		at := make([]Point, g.Nodes())
		for v := range at {
			at[v] = Point{rapid.Float64Range(-9, 9).Draw(t, "x"), rapid.Float64Range(-9, 9).Draw(t, "y")}
		}
		order, err := Dissect(context.Background(), g, at, Dissection{Leaf: rapid.IntRange(1, 5).Draw(t, "leaf"), Cores: 2})
		if err != nil {
			t.Fatal(err)
		}
		return order
	}
	return rapid.Permutation(order).Draw(t, "order")
}

func anyPlaces(t *rapid.T, nodes int) Places {
	var p Places
	for range rapid.SampledFrom([]int{0, 1, 3, 9, 20, 40}).Draw(t, "places") {
		var seeds []Seed
		for range rapid.SampledFrom([]int{1, 1, 1, 1, 1, 2, 0, 3}).Draw(t, "seeds") {
			s := Seed{Node: Node(rapid.IntRange(0, nodes-1).Draw(t, "at"))}
			if rapid.IntRange(0, 3).Draw(t, "apart") == 0 {
				s.Cost = anyWeight.Draw(t, "cost")
			}
			seeds = append(seeds, s)
		}
		p.Add(seeds...)
	}
	return p
}

// cut leaves at most n places.
func (p *Places) cut(n int) {
	if p.Len() > n {
		p.First = p.First[:n+1]
		p.Seeds = p.Seeds[:p.First[n]]
	}
}

// allPairs is the obvious answer (Floyd and Warshall): [from][to].
func allPairs(g *Graph, weight []Weight) [][]Weight {
	n := g.Nodes()
	d := make([][]Weight, n)
	for v := range d {
		d[v] = slices.Repeat([]Weight{Infinity}, n)
		d[v][v] = 0
	}
	for a, w := range weight {
		t, h := g.Tail[a], g.Head[a]
		d[t][h] = min(d[t][h], w)
	}
	for k := range d {
		for i := range d {
			for j := range d {
				d[i][j] = min(d[i][j], d[i][k]+d[k][j])
			}
		}
	}
	return d
}

// between is the obvious distance from place to place.
func between(d [][]Weight, from, to []Seed) Weight {
	best := uint64(Infinity)
	for _, a := range from {
		for _, b := range to {
			best = min(best, uint64(a.Cost)+uint64(d[a.Node][b.Node])+uint64(b.Cost))
		}
	}
	return Weight(best)
}

type world struct {
	g      *Graph
	weight []Weight
	h      *Hierarchy
	m      *Metric
}

func anyWorld(t *rapid.T) world {
	g, weight := anyGraph(t)
	return build(t, g, weight, anyOrder(t, g))
}

type failer interface {
	Helper()
	Fatal(...any)
}

func build(t failer, g *Graph, weight []Weight, order []Node) world {
	t.Helper()
	h, err := NewHierarchy(g, order)
	if err != nil {
		t.Fatal(err)
	}
	m, err := h.Customize(context.Background(), weight, 2)
	if err != nil {
		t.Fatal(err)
	}
	return world{g, weight, h, m}
}

func dissected(t failer, g *Graph, weight []Weight, at []Point) world {
	t.Helper()
	order, err := Dissect(context.Background(), g, at, Dissection{})
	if err != nil {
		t.Fatal(err)
	}
	return build(t, g, weight, order)
}

func (w world) sweep(t failer, o SweepOptions) *Sweep {
	t.Helper()
	s, err := NewSweep(context.Background(), w.m, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
