package cch

import "fmt"

// Seed is a place to start from or to arrive at: a node, and what it costs to
// get from the place to the node (or from the node to the place).
type Seed struct {
	Node Node
	Cost Weight
}

// Dijkstra is the plain search: the baseline every faster query is compared
// with, and the right tool for short walks. It keeps its buffers between runs;
// one goroutine at a time.
type Dijkstra struct {
	g     *Graph
	step  []step  // the arcs sorted by tail, with what the inner loop reads
	first []int32 // of each node in step

	dist    []Weight
	via     []Arc  // the arc by which a node was reached, none for a seed
	touched []Node // nodes with dist below Infinity
	heap    []uint64
}

type step struct {
	head   Node
	weight Weight
}

// NewDijkstra prepares searches on a graph with one weight for each arc.
func NewDijkstra(g *Graph, weight []Weight) (*Dijkstra, error) {
	if len(weight) != g.Arcs() {
		return nil, fmt.Errorf("%d weights for %d arcs: %w", len(weight), g.Arcs(), ErrSize)
	}
	d := &Dijkstra{g: g, first: g.OutFirst, step: make([]step, g.Arcs()),
		dist: make([]Weight, g.Nodes()), via: make([]Arc, g.Nodes())}
	for i, a := range g.OutArc {
		d.step[i] = step{g.Head[a], min(weight[a], Infinity)}
	}
	for v := range d.dist {
		d.dist[v] = Infinity
	}
	return d, nil
}

// Run finds the distances from one node to all others.
func (d *Dijkstra) Run(source Node) {
	seeds := [1]Seed{{Node: source}}
	d.Within(seeds[:], Infinity)
}

// Within finds the distances from a place, as far as limit: nodes farther than
// that keep Infinity.
func (d *Dijkstra) Within(seeds []Seed, limit Weight) {
	for _, v := range d.touched {
		d.dist[v] = Infinity
	}
	d.touched, d.heap = d.touched[:0], d.heap[:0]
	for _, s := range seeds {
		if s.Cost <= limit {
			d.relax(s.Node, s.Cost, none)
		}
	}
	for len(d.heap) > 0 {
		top := d.pop()
		v, at := Node(uint32(top)), Weight(top>>32)
		if at > d.dist[v] {
			continue
		}
		lo := d.first[v]
		for i, s := range d.step[lo:d.first[v+1]] {
			if to := at + s.weight; to < d.dist[s.head] && to <= limit {
				d.relax(s.head, to, Arc(lo)+Arc(i))
			}
		}
	}
}

func (d *Dijkstra) relax(v Node, at Weight, via Arc) {
	if at >= d.dist[v] {
		return
	}
	if d.dist[v] == Infinity {
		d.touched = append(d.touched, v)
	}
	d.dist[v], d.via[v] = at, via
	d.push(uint64(at)<<32 | uint64(uint32(v)))
}

// Distance is the cost of the best way to v in the last run.
func (d *Dijkstra) Distance(v Node) Weight { return d.dist[v] }

// Reached lists the nodes the last run found a way to, in no promised order,
// until the next run.
func (d *Dijkstra) Reached() []Node { return d.touched }

// Path appends the arcs of the best way to v, in the order they are travelled.
func (d *Dijkstra) Path(path []Arc, v Node) []Arc {
	start := len(path)
	if d.dist[v] == Infinity {
		return path
	}
	for d.via[v] != none {
		a := d.g.OutArc[d.via[v]]
		path = append(path, a)
		v = d.g.Tail[a]
	}
	reverse(path[start:])
	return path
}

func reverse(a []Arc) {
	for i, j := 0, len(a)-1; i < j; i, j = i+1, j-1 {
		a[i], a[j] = a[j], a[i]
	}
}

// The heap is 4-ary and holds cost and node in one word. A node whose cost sinks
// is put in again; the stale entry is passed over when it comes up. On road
// networks that beats moving entries, which needs the place of each node.

func (d *Dijkstra) push(e uint64) {
	h := append(d.heap, e)
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) / 4
		if h[p] <= e {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = e
	d.heap = h
}

func (d *Dijkstra) pop() uint64 {
	h := d.heap
	top, e := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	d.heap = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		c := 4*i + 1
		if c >= len(h) {
			break
		}
		best, least := c, h[c]
		for k := c + 1; k < min(c+4, len(h)); k++ {
			if h[k] < least {
				best, least = k, h[k]
			}
		}
		if least >= e {
			break
		}
		h[i] = least
		i = best
	}
	h[i] = e
	return top
}
