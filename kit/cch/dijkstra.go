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

	label   []label
	touched []Node // nodes with a cost below Infinity
	heap    []uint64
}

// label is what a search knows of a node.
type label struct {
	cost Weight
	via  Arc // the place in step of the arc by which it was reached, none for a seed
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
		label: make([]label, g.Nodes()), touched: make([]Node, 0, g.Nodes())}
	for i, a := range g.OutArc {
		d.step[i] = step{g.Head[a], min(weight[a], Infinity)}
	}
	for v := range d.label {
		d.label[v].cost = Infinity
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
	d.forget()
	for _, s := range seeds {
		if s.Cost <= limit && s.Cost < d.label[s.Node].cost {
			d.reach(s.Node, s.Cost, none)
			d.push(uint64(s.Cost)<<32 | uint64(uint32(s.Node)))
		}
	}
	for len(d.heap) > 0 {
		top := d.pop()
		v, at := Node(uint32(top)), Weight(top>>32)
		if at > d.label[v].cost {
			continue
		}
		lo := d.first[v]
		for i, s := range d.step[lo:d.first[v+1]] {
			if to := at + s.weight; to < d.label[s.head].cost && to <= limit {
				d.reach(s.head, to, Arc(lo)+Arc(i))
				d.push(uint64(to)<<32 | uint64(uint32(s.head)))
			}
		}
	}
}

// forget clears the last run: all labels in order if it reached many.
func (d *Dijkstra) forget() {
	if len(d.touched) > len(d.label)/8 {
		for v := range d.label {
			d.label[v].cost = Infinity
		}
	} else {
		for _, v := range d.touched {
			d.label[v].cost = Infinity
		}
	}
	d.touched, d.heap = d.touched[:0], d.heap[:0]
}

func (d *Dijkstra) reach(v Node, at Weight, via Arc) {
	l := &d.label[v]
	if l.cost == Infinity {
		d.touched = append(d.touched, v)
	}
	*l = label{at, via}
}

// Distance is the cost of the best way to v in the last run.
func (d *Dijkstra) Distance(v Node) Weight { return d.label[v].cost }

// Reached lists the nodes the last run found a way to, in no promised order,
// until the next run.
func (d *Dijkstra) Reached() []Node { return d.touched }

// Path appends the arcs of the best way to v, in the order they are travelled.
func (d *Dijkstra) Path(path []Arc, v Node) []Arc {
	start := len(path)
	if d.label[v].cost == Infinity {
		return path
	}
	for d.label[v].via != none {
		a := d.g.OutArc[d.label[v].via]
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

// The heap is binary and holds cost and node in one word. A node whose cost sinks
// is put in again; the stale entry is passed over when it comes up. On road
// networks that beats moving entries, which needs the place of each node.

func (d *Dijkstra) push(e uint64) {
	h := append(d.heap, e)
	d.heap = h
	rise(h, len(h)-1, e)
}

// rise brings e from place i up to where it belongs.
func rise(h []uint64, i int, e uint64) {
	for i > 0 {
		p := (i - 1) / 2
		if h[p] <= e {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = e
}

// pop moves the lesser child up all the way to a leaf and lets the last entry rise
// from there, which is seldom far (Wegener 1993, bottom-up heapsort). The way down
// has no branch to guess: entries are below 2⁶³, so the top bit of a difference
// tells which is less.
func (d *Dijkstra) pop() uint64 {
	h := d.heap
	n := len(h) - 1
	top, e := h[0], h[n]
	h = h[:n]
	d.heap = h
	if n == 0 {
		return top
	}
	i := 0
	for c := 1; c+1 < n; c = 2*i + 1 {
		pair := h[c : c+2 : c+2]
		less := (pair[1] - pair[0]) >> 63
		h[i] = pair[less&1]
		i = c + int(less)
	}
	if c := 2*i + 1; c < n { // an only child
		h[i] = h[c]
		i = c
	}
	rise(h, i, e)
	return top
}
