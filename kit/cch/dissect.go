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
	for v := range peeled {
		if !peeled[v] {
			core = append(core, int32(v))
		}
	}
	d.core()
	d.parts(core, d.order[len(order):])
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

// parts orders a set of nodes into out, one connected part after the other.
func (d *dissector) parts(nodes []int32, out []Node) {
	c := d.cell(nodes)
	for _, part := range c.connected() {
		d.spawn(c, part, out[:len(part)])
		out = out[len(part):]
	}
}

// spawn orders a connected part, in a goroutine of its own if one is to spare
// and the part is worth it.
func (d *dissector) spawn(c *cell, part []int32, out []Node) {
	if len(part) > 500 {
		select {
		case d.spare <- struct{}{}:
			d.wait.Go(func() {
				d.part(c, part, out)
				<-d.spare
			})
			return
		default:
		}
	}
	d.part(c, part, out)
}

func (d *dissector) part(c *cell, part []int32, out []Node) {
	if d.ctx.Err() != nil {
		return
	}
	nodes := make([]int32, len(part))
	for i, v := range part {
		nodes[i] = c.node[v]
	}
	if len(nodes) <= d.Leaf {
		d.leaf(nodes, out)
		return
	}
	a, b, cut := d.separate(d.cell(nodes))
	if len(a) == 0 || len(b) == 0 { // as dense as a clique: nothing to part
		d.leaf(nodes, out)
		return
	}
	for i, v := range cut {
		out[len(a)+len(b)+i] = Node(v)
	}
	d.parts(a, out[:len(a)])
	d.parts(b, out[len(a):len(a)+len(b)])
}

// cell is a part of the graph with nodes of its own, in arrays of its own.
type cell struct {
	node        []int32 // in the whole graph, ascending
	first, head []int32
}

func (d *dissector) cell(nodes []int32) *cell {
	slices.Sort(nodes)
	c := &cell{node: nodes, first: make([]int32, 1, len(nodes)+1)}
	for _, v := range nodes {
		for _, w := range d.head[d.first[v]:d.first[v+1]] {
			if i, ok := slices.BinarySearch(nodes, w); ok {
				c.head = append(c.head, int32(i))
			}
		}
		c.first = append(c.first, int32(len(c.head)))
	}
	return c
}

// connected lists the connected parts of a cell.
func (c *cell) connected() [][]int32 {
	seen := make([]bool, len(c.node))
	var parts [][]int32
	for v := range c.node {
		if seen[v] {
			continue
		}
		seen[v] = true
		part := []int32{int32(v)}
		for i := 0; i < len(part); i++ {
			for _, w := range c.head[c.first[part[i]]:c.first[part[i]+1]] {
				if !seen[w] {
					seen[w] = true
					part = append(part, w)
				}
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// separate parts a cell in two sides and the nodes between, by the best of
// several cuts.
func (d *dissector) separate(c *cell) (a, b, cut []int32) {
	n := len(c.node)
	f := newFlow(c.first, c.head)
	held := max(1, int(float64(n)*d.Balance))
	mark, best := make([]int8, n), make([]int8, n)
	score := math.Inf(1)
	limit := n
	for k := range d.Directions {
		d.hold(c, f.side, float64(k)*math.Pi/float64(d.Directions), held)
		if found := f.run(limit); found > limit {
			continue
		}
		for _, near := range []func([]int8){f.nearSource, f.nearSink} {
			near(mark)
			if s := cutScore(mark); s < score {
				score = s
				copy(best, mark)
				// A cut of more nodes could win only by being much more even.
				limit = int(s * float64(n) / 2)
			}
		}
	}
	if math.IsInf(score, 1) {
		return nil, nil, nil
	}
	for v, m := range best {
		switch m {
		case 0:
			a = append(a, c.node[v])
		case 1:
			b = append(b, c.node[v])
		default:
			cut = append(cut, c.node[v])
		}
	}
	return a, b, cut
}

// cutScore is the nodes of a cut against those of its smaller side.
func cutScore(mark []int8) float64 {
	var count [3]int
	for _, m := range mark {
		count[m]++
	}
	smaller := min(count[0], count[1])
	if smaller == 0 {
		return math.Inf(1)
	}
	return float64(count[2]) / float64(smaller)
}

// hold marks the nodes farthest along a direction, at both ends.
func (d *dissector) hold(c *cell, side []int8, angle float64, held int) {
	type along struct {
		at float64
		v  int32
	}
	dx, dy := math.Cos(angle), math.Sin(angle)
	line := make([]along, len(c.node))
	for i, v := range c.node {
		line[i] = along{d.at[v].X*dx + d.at[v].Y*dy, int32(i)}
	}
	slices.SortFunc(line, func(p, q along) int {
		switch {
		case p.at < q.at:
			return -1
		case p.at > q.at:
			return 1
		}
		return int(p.v - q.v)
	})
	clear(side)
	for i := range held {
		side[line[i].v] = heldSource
		side[line[len(line)-1-i].v] = heldSink
	}
}
