package cch

import (
	"fmt"
	"slices"
)

// Router answers queries between two places and keeps its buffers; one goroutine
// at a time. It reads the metric as it is at the time, also after Update.
type Router struct {
	m            *Metric
	ahead, back  tree
	meet         Node
	best         Weight
	starts, ends []Seed // by rank
	sides        []int32
}

// tree is a search up the elimination tree: the cost of each rank on the way and
// the side by which it was reached.
type tree struct {
	cost []Weight
	via  []int32
	seen []Node // ranks with a cost, ascending
}

// NewRouter makes a router for a metric.
func NewRouter(m *Metric) *Router {
	n := m.h.Nodes()
	r := &Router{m: m, meet: none, best: Infinity}
	for _, t := range []*tree{&r.ahead, &r.back} {
		t.cost, t.via = make([]Weight, n), make([]int32, n)
		for x := range t.cost {
			t.cost[x] = Infinity
		}
	}
	return r
}

// Distance is the cost of the best way from one node to another.
func (r *Router) Distance(from, to Node) Weight {
	a, b := [1]Seed{{Node: from}}, [1]Seed{{Node: to}}
	r.query(a[:], b[:])
	return r.best
}

// Between is the cost of the best way from one place to another, their own costs
// included; Infinity if there is none.
func (r *Router) Between(from, to []Seed) (Weight, error) {
	for _, seeds := range [][]Seed{from, to} {
		if err := checkSeeds(seeds, r.m.h.Nodes()); err != nil {
			return Infinity, fmt.Errorf("route: %w", err)
		}
	}
	r.query(from, to)
	return r.best, nil
}

// query climbs from both places to the roots of the elimination tree; the best
// way is a way up to some common ancestor and down from it (Dibbelt et al. 2016,
// §8.2). No queue is needed: ranks ascend.
func (r *Router) query(from, to []Seed) {
	r.starts = r.m.h.seedsByRank(r.starts[:0], from)
	r.ends = r.m.h.seedsByRank(r.ends[:0], to)
	r.ahead.climb(r.m, r.starts, 0)
	r.back.climb(r.m, r.ends, 1)
	r.meet, r.best = none, Infinity
	a, b := r.ahead.seen, r.back.seen
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			if d := r.ahead.cost[a[i]] + r.back.cost[b[j]]; d < r.best {
				r.best, r.meet = d, a[i]
			}
			i++
			j++
		}
	}
}

// seedsByRank are seeds with ranks in the place of nodes, ascending.
func (h *Hierarchy) seedsByRank(out, seeds []Seed) []Seed {
	for _, s := range seeds {
		out = append(out, Seed{h.Rank[s.Node], s.Cost})
	}
	slices.SortFunc(out, func(a, b Seed) int { return int(a.Node - b.Node) })
	return out
}

// climb relaxes all sides on the way up from the seeds: upward ones (0) or, for
// the way back, downward ones (1).
func (t *tree) climb(m *Metric, seeds []Seed, which int32) {
	for _, x := range t.seen {
		t.cost[x] = Infinity
	}
	t.seen = t.seen[:0]
	h := m.h
	for i, s := range seeds {
		if s.Cost < t.cost[s.Node] {
			t.cost[s.Node], t.via[s.Node] = s.Cost, none
		}
		next := Node(h.Nodes())
		if i+1 < len(seeds) {
			next = seeds[i+1].Node
		}
		for x := s.Node; x != none && x < next; x = h.Parent[x] {
			t.seen = append(t.seen, x)
			at := t.cost[x]
			if at == Infinity {
				continue
			}
			lo := h.UpFirst[x]
			for k, y := range h.UpHead[lo:h.UpFirst[x+1]] {
				s := 2*(lo+int32(k)) + which
				if to := at + m.side[s]; to < t.cost[y] {
					t.cost[y], t.via[y] = to, s
				}
			}
		}
	}
}

// Path appends the arcs of the graph that the last query travels, in order. The
// first starts and the last ends at a node of the places asked for. Only a metric
// from a damaged file gives an error.
func (r *Router) Path(path []Arc) ([]Arc, error) {
	if r.meet == none {
		return path, nil
	}
	r.sides = r.sides[:0]
	h := r.m.h
	for x := r.meet; r.ahead.via[x] != none; x = h.UpTail[r.ahead.via[x]/2] {
		r.sides = append(r.sides, r.ahead.via[x])
	}
	slices.Reverse(r.sides)
	for x := r.meet; r.back.via[x] != none; x = h.UpTail[r.back.via[x]/2] {
		r.sides = append(r.sides, r.back.via[x])
	}
	// Sides to unpack lie on a stack, the first one on top.
	slices.Reverse(r.sides)
	for len(r.sides) > 0 {
		s := r.sides[len(r.sides)-1]
		r.sides = r.sides[:len(r.sides)-1]
		if a := r.m.arcOn(s); a != none {
			path = append(path, a)
			continue
		}
		one, two := r.m.lowerSides(s)
		if one == none {
			return path, fmt.Errorf("route: side %d: %w", s, ErrMetric)
		}
		r.sides = append(r.sides, two, one)
	}
	return path, nil
}

// Ends names the first and last node of the last query's way: which seeds it
// uses. Both are -1 if there is none.
func (r *Router) Ends() (from, to Node) {
	if r.meet == none {
		return none, none
	}
	h := r.m.h
	x, y := r.meet, r.meet
	for r.ahead.via[x] != none {
		x = h.UpTail[r.ahead.via[x]/2]
	}
	for r.back.via[y] != none {
		y = h.UpTail[r.back.via[y]/2]
	}
	return h.Order[x], h.Order[y]
}

// arcOn is an arc of the graph that costs what the side does, none if the side
// stands for a way over lower nodes.
func (m *Metric) arcOn(s int32) Arc {
	for _, a := range m.h.ArcOf[m.h.ArcFirst[s]:m.h.ArcFirst[s+1]] {
		if m.weight[a] == m.side[s] {
			return a
		}
	}
	return none
}

// lowerSides finds the two sides of a lower triangle that carry a side, in the
// order they are travelled; none if the metric is damaged.
func (m *Metric) lowerSides(s int32) (one, two int32) {
	h := m.h
	y, z := h.UpTail[s/2], h.UpHead[s/2]
	a, b := h.under(y, z)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch p, q := h.UpTail[a[i]], h.UpTail[b[j]]; {
		case p < q:
			i++
		case p > q:
			j++
		default:
			one, two = 2*a[i]+1, 2*b[j] // y down to x, x up to z
			if s&1 == 1 {
				one, two = 2*b[j]+1, 2*a[i]
			}
			if m.side[one]+m.side[two] == m.side[s] {
				return one, two
			}
			i++
			j++
		}
	}
	return none, none
}
