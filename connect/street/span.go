package street

import "math"

// built tells whether an edge does not lie on the ground.
func (e *baseEdge) built() bool { return e.flags&(FlagBridge|FlagTunnel) != 0 }

// span gives the nodes in the middle of bridges and tunnels a height between those
// of their ends: each the mean of its neighbours, weighted by nearness. On a chain
// that is a straight line. What hangs on no ground has no height.
func (c *climb) span() {
	b := c.b
	ground, aloft := make([]bool, len(b.nodePlace)), make([]bool, len(b.nodePlace))
	for i := range b.edges {
		e := &b.edges[i]
		if e.built() {
			aloft[e.u], aloft[e.v] = true, true
		} else if !e.gate && !e.ferry {
			ground[e.u], ground[e.v] = true, true
		}
	}
	r := &relaxation{b: b, height: c.node, at: b.leaving(func(s Side) bool { return b.edges[s.Edge()].built() })}
	for v := range aloft {
		if aloft[v] && !ground[v] {
			c.node[v] = unknown
		}
	}
	r.free = r.reach(aloft, ground)
	r.solve()
}

// relaxation is the system of equations that says so.
type relaxation struct {
	b      *base
	height []float64
	at     adjacency // edges of bridges and tunnels
	free   []int32   // nodes in the middle, joined to a known height
}

// reach lists the nodes without ground from which built edges lead to a known
// height, and gives them that of the first one met.
func (r *relaxation) reach(aloft, ground []bool) []int32 {
	var queue, free []int32
	for v := range aloft {
		if aloft[v] && ground[v] && !math.IsNaN(r.height[v]) {
			queue = append(queue, int32(v))
		}
	}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, s := range r.at.at(v) {
			if w := r.b.head(s); !ground[w] && math.IsNaN(r.height[w]) {
				r.height[w] = r.height[v]
				queue, free = append(queue, w), append(free, w)
			}
		}
	}
	return free
}

func (r *relaxation) weight(s Side) float64 { return 1 / max(r.b.edges[s.Edge()].metres, 0.1) }

// solve runs conjugate gradients (Hestenes and Stiefel 1952), scaled by the sums of
// weights, until no node would move by a millimetre.
func (r *relaxation) solve() {
	n := len(r.b.nodePlace)
	rest, step, image, scale := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	product := 0.0
	for _, v := range r.free {
		for _, s := range r.at.at(v) {
			if h := r.height[r.b.head(s)]; !math.IsNaN(h) {
				scale[v] += r.weight(s)
				rest[v] += r.weight(s) * (h - r.height[v])
			}
		}
		step[v] = rest[v] / scale[v]
		product += rest[v] * step[v]
	}
	for range 2*len(r.free) + 10 {
		along, move := 0.0, 0.0
		for _, v := range r.free {
			image[v] = scale[v] * step[v]
			for _, s := range r.at.at(v) {
				image[v] -= r.weight(s) * step[r.b.head(s)] // a fixed node has no step
			}
			along += step[v] * image[v]
		}
		if along <= 0 {
			return
		}
		before := product
		product = 0
		for _, v := range r.free {
			r.height[v] += before / along * step[v]
			rest[v] -= before / along * image[v]
			product += rest[v] * rest[v] / scale[v]
			move = max(move, math.Abs(rest[v])/scale[v])
		}
		if move < 0.001 {
			return
		}
		for _, v := range r.free {
			step[v] = rest[v]/scale[v] + product/before*step[v]
		}
	}
}
