package cch

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Point is where a node lies on a plane, in any unit that is the same both ways
// (longitude and latitude are not: project them first).
type Point struct{ X, Y float64 }

// Dissection says how Dissect works. The zero value is what a road network wants.
type Dissection struct {
	Directions int     // along which to try each cut; 0 is 8
	Balance    float64 // share of the nodes held fast at each end of a cut, above 0 and under 0.5; 0 is 0.3
	Leaf       int     // cells up to this many nodes are finished by minimum degree; 0 is 48
	Cores      int     // 0 is all
}

func (d Dissection) withDefaults() (Dissection, error) {
	if d.Directions == 0 {
		d.Directions = 8
	}
	if d.Balance == 0 {
		d.Balance = 0.3
	}
	if d.Leaf == 0 {
		d.Leaf = 48
	}
	d.Cores = cores(d.Cores)
	if d.Directions < 1 || d.Leaf < 1 || !(d.Balance > 0 && d.Balance < 0.5) {
		return d, fmt.Errorf("dissect with %d directions, balance %g, leaf %d: outside what can be", d.Directions, d.Balance, d.Leaf)
	}
	return d, nil
}

// cores reads an option of how many goroutines may work at once.
func cores(asked int) int {
	if asked > 0 {
		return asked
	}
	return runtime.GOMAXPROCS(0)
}

// Dissect orders the nodes for contraction, the least important first, by nested
// dissection with inertial flow (Schild and Sommer 2015): along several
// directions the first and last nodes of a cell are held fast and the fewest
// nodes between them that part the two are found; the best of these separators
// goes to the end of the order, and both sides are treated likewise. Chains and
// dead ends are taken off before, small cells are finished by minimum degree.
// The order depends on the graph, not on weights or cores.
func Dissect(ctx context.Context, g *Graph, at []Point, o Dissection) ([]Node, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if len(at) != g.Nodes() {
		return nil, fmt.Errorf("%d points for %d nodes: %w", len(at), g.Nodes(), ErrSize)
	}
	for v, p := range at {
		if math.IsNaN(p.X-p.X) || math.IsNaN(p.Y-p.Y) { // also infinities
			return nil, fmt.Errorf("node %d lies at %g, %g", v, p.X, p.Y)
		}
	}
	first, head := undirected(g)
	order := peel(first, head)
	d := dissector{Dissection: o, ctx: ctx, at: at, first: first, head: head,
		order: make([]Node, g.Nodes()), spare: make(chan struct{}, o.Cores-1)}
	peeled := make([]bool, g.Nodes())
	for _, v := range order {
		peeled[v] = true
	}
	copy(d.order, order)
	var core []int32
	all := make([]int32, g.Nodes())
	for v := range peeled {
		all[v] = int32(v)
		if !peeled[v] {
			core = append(core, int32(v))
		}
	}
	d.core()
	d.parts(&cell{first: d.first, head: d.head, node: all}, core, d.order[len(order):], false)
	d.wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dissect %d nodes: %w", g.Nodes(), err)
	}
	return d.order, nil
}

type dissector struct {
	Dissection
	ctx         context.Context
	at          []Point
	first, head []int32 // the undirected graph; after core without what was peeled off
	order       []Node
	spare       chan struct{} // a place for each goroutine beyond the first
	wait        sync.WaitGroup
}

// core drops from the lists the slots that peeling has struck out.
func (d *dissector) core() {
	first, head := make([]int32, 1, len(d.first)), d.head[:0:0]
	for v := range len(d.first) - 1 {
		for _, w := range d.head[d.first[v]:d.first[v+1]] {
			if w != none {
				head = append(head, w)
			}
		}
		slices.Sort(head[first[v]:])
		first = append(first, int32(len(head)))
	}
	d.first, d.head = first, head
}

// parts orders some nodes of a cell into out, one connected part after the other.
// more tells whether the caller has work left for itself, so that this can be given
// away.
func (d *dissector) parts(c *cell, nodes []int32, out []Node, more bool) {
	all := c.parts(nodes)
	for i, part := range all {
		n := len(part.node)
		if more || i < len(all)-1 {
			d.spawn(part, out[:n])
		} else {
			d.part(part, out[:n])
		}
		out = out[n:]
	}
}

// spawn orders a connected part, in a goroutine of its own if one is to spare
// and the part is worth it.
func (d *dissector) spawn(c *cell, out []Node) {
	if len(c.node) <= 500 || !d.help(&d.wait, func() { d.part(c, out) }) {
		d.part(c, out)
	}
}

func (d *dissector) part(c *cell, out []Node) {
	if d.ctx.Err() != nil {
		return
	}
	if len(c.node) <= d.Leaf {
		d.leaf(c.node, out)
		return
	}
	a, b, cut := d.separate(c)
	if len(a) == 0 || len(b) == 0 { // as dense as a clique: nothing to part
		d.leaf(c.node, out)
		return
	}
	for i, v := range cut {
		out[len(a)+len(b)+i] = Node(c.node[v])
	}
	d.parts(c, a, out[:len(a)], true)
	d.parts(c, b, out[len(a):len(a)+len(b)], false)
}

// cell is a part of the graph with nodes of its own, in arrays of its own.
type cell struct {
	node        []int32 // in the whole graph, ascending
	first, head []int32
}

// parts cuts out the connected parts of some nodes, which ascend.
func (c *cell) parts(nodes []int32) []*cell {
	const apart, unseen = -1, -2
	of := make([]int32, len(c.node)) // the part of a node
	for v := range of {
		of[v] = apart
	}
	for _, v := range nodes {
		of[v] = unseen
	}
	var size []int32
	var queue []int32
	for _, root := range nodes {
		if of[root] != unseen {
			continue
		}
		number := int32(len(size))
		of[root] = number
		queue = append(queue[:0], root)
		for i := 0; i < len(queue); i++ {
			for _, w := range c.head[c.first[queue[i]]:c.first[queue[i]+1]] {
				if of[w] == unseen {
					of[w] = number
					queue = append(queue, w)
				}
			}
		}
		size = append(size, int32(len(queue)))
	}
	parts := make([]*cell, len(size))
	for i, n := range size {
		parts[i] = &cell{node: make([]int32, 0, n), first: make([]int32, 1, n+1)}
	}
	at := make([]int32, len(c.node)) // the number of a node in its part
	for _, v := range nodes {
		p := parts[of[v]]
		at[v] = int32(len(p.node))
		p.node = append(p.node, c.node[v])
	}
	for _, v := range nodes {
		p := parts[of[v]]
		for _, w := range c.head[c.first[v]:c.first[v+1]] {
			if of[w] == of[v] {
				p.head = append(p.head, at[w])
			}
		}
		p.first = append(p.first, int32(len(p.head)))
	}
	return parts
}
