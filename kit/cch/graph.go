package cch

import (
	"errors"
	"fmt"
	"math"
)

// Node numbers the nodes of a graph from 0.
type Node int32

// Arc numbers the directed arcs of a graph from 0, in the order they were given.
type Arc int32

// Weight is the cost of an arc or a way, in any unit that is a whole number; the
// 16-bit sweeps fit deciseconds.
type Weight uint32

// Infinity is the one name for "no way". Every weight at or above it means the
// same, so that the sum of two weights never leaves 32 bits.
const Infinity Weight = math.MaxInt32

// Infinity16 is what a 16-bit sweep answers where the way is 65,535 or longer.
const Infinity16 = math.MaxUint16

// none stands for a node or an arc that is not there.
const none = -1

// maxArcs keeps twice an arc number inside 32 bits.
const maxArcs = math.MaxInt32 / 2

// ErrSize tells that two slices that belong together have different lengths.
var ErrSize = errors.New("lengths do not agree")

// Graph is a directed graph in flat arrays: arcs as given, and for each node the
// arcs that leave and enter it. Loops and parallel arcs are allowed. It is never
// changed once built.
type Graph struct {
	Tail, Head []Node  // of each arc
	OutFirst   []int32 // arcs leaving v: OutArc[OutFirst[v]:OutFirst[v+1]]
	OutArc     []Arc
	InFirst    []int32 // arcs entering v: InArc[InFirst[v]:InFirst[v+1]]
	InArc      []Arc
}

// NewGraph makes a graph of nodes nodes whose arc i leads from tail[i] to
// head[i]. It keeps the two slices.
func NewGraph(nodes int, tail, head []Node) (*Graph, error) {
	if nodes < 0 || nodes >= math.MaxInt32 {
		return nil, fmt.Errorf("graph of %d nodes: outside 32 bits", nodes)
	}
	if len(tail) != len(head) {
		return nil, fmt.Errorf("%d tails and %d heads: %w", len(tail), len(head), ErrSize)
	}
	if len(tail) > maxArcs {
		return nil, fmt.Errorf("graph of %d arcs: outside 32 bits", len(tail))
	}
	for a := range tail {
		if uint32(tail[a]) >= uint32(nodes) || uint32(head[a]) >= uint32(nodes) {
			return nil, fmt.Errorf("arc %d from node %d to %d: the graph has %d nodes", a, tail[a], head[a], nodes)
		}
	}
	g := &Graph{Tail: tail, Head: head}
	g.OutFirst, g.OutArc = byNode(nodes, tail)
	g.InFirst, g.InArc = byNode(nodes, head)
	return g, nil
}

// byNode sorts arc numbers by one of their ends, keeping their order within.
func byNode(nodes int, end []Node) ([]int32, []Arc) {
	first := make([]int32, nodes+1)
	for _, v := range end {
		first[v+1]++
	}
	for v := range nodes {
		first[v+1] += first[v]
	}
	arcs := make([]Arc, len(end))
	next := append([]int32(nil), first[:nodes]...)
	for a, v := range end {
		arcs[next[v]] = Arc(a)
		next[v]++
	}
	return first, arcs
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return len(g.OutFirst) - 1 }

// Arcs is the number of arcs.
func (g *Graph) Arcs() int { return len(g.Tail) }

// Out lists the arcs that leave v, by number.
func (g *Graph) Out(v Node) []Arc { return g.OutArc[g.OutFirst[v]:g.OutFirst[v+1]] }

// In lists the arcs that enter v, by number.
func (g *Graph) In(v Node) []Arc { return g.InArc[g.InFirst[v]:g.InFirst[v+1]] }

// Reverse is the same graph with every arc turned round; it shares all arrays.
func (g *Graph) Reverse() *Graph {
	return &Graph{Tail: g.Head, Head: g.Tail, OutFirst: g.InFirst, OutArc: g.InArc, InFirst: g.OutFirst, InArc: g.OutArc}
}

// Components finds the strongly connected components (Tarjan 1972, without
// recursion). of[v] is the component of v; component 0 is the largest, and among
// equals the one with the lowest node comes first. size[c] counts its nodes.
func (g *Graph) Components() (of []int32, size []int32) {
	t := tarjan{g: g, of: make([]int32, g.Nodes()), low: make([]int32, g.Nodes()), next: append([]int32(nil), g.OutFirst[:g.Nodes()]...)}
	for v := range t.of {
		t.of[v] = none
	}
	for v := range Node(g.Nodes()) {
		if t.low[v] == 0 {
			t.from(v)
		}
	}
	return bySize(t.of, int(t.found))
}

// tarjan is the state of one search: low holds discovery numbers from 1, lowered
// to the oldest node on the stack that can be reached.
type tarjan struct {
	g              *Graph
	of, low, next  []int32
	stack, path    []Node
	numbers, found int32
}

func (t *tarjan) enter(v Node) {
	t.numbers++
	t.low[v] = t.numbers
	t.stack = append(t.stack, v)
	t.path = append(t.path, v)
}

func (t *tarjan) from(root Node) {
	// entered keeps the discovery number of the nodes on the path: low may sink.
	var entered []int32
	t.enter(root)
	entered = append(entered, t.numbers)
	for len(t.path) > 0 {
		v := t.path[len(t.path)-1]
		if t.next[v] < t.g.OutFirst[v+1] {
			w := t.g.Head[t.g.OutArc[t.next[v]]]
			t.next[v]++
			switch {
			case t.low[w] == 0:
				t.enter(w)
				entered = append(entered, t.numbers)
			case t.of[w] == none:
				t.low[v] = min(t.low[v], t.low[w])
			}
			continue
		}
		if t.low[v] == entered[len(entered)-1] {
			t.close(v)
		}
		t.path, entered = t.path[:len(t.path)-1], entered[:len(entered)-1]
		if len(t.path) > 0 {
			p := t.path[len(t.path)-1]
			t.low[p] = min(t.low[p], t.low[v])
		}
	}
}

// close takes the component that v completes off the stack.
func (t *tarjan) close(v Node) {
	for {
		w := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.of[w] = t.found
		if w == v {
			break
		}
	}
	t.found++
}

// bySize renumbers components, the largest first.
func bySize(of []int32, count int) ([]int32, []int32) {
	size, low := make([]int32, count), make([]int32, count)
	for v := len(of) - 1; v >= 0; v-- {
		size[of[v]]++
		low[of[v]] = int32(v)
	}
	order := make([]int32, count)
	for c := range order {
		order[c] = int32(c)
	}
	sortBy(order, func(a, b int32) bool {
		return size[a] > size[b] || size[a] == size[b] && low[a] < low[b]
	})
	rank, sorted := make([]int32, count), make([]int32, count)
	for r, c := range order {
		rank[c], sorted[r] = int32(r), size[c]
	}
	for v, c := range of {
		of[v] = rank[c]
	}
	return of, sorted
}
