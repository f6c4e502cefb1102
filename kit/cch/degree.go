package cch

import "slices"

// undirected lists for each node its distinct neighbours, ascending, without
// loops: what contraction sees of a graph.
func undirected(g *Graph) (first, head []int32) {
	n := g.Nodes()
	first = make([]int32, n+1)
	for a, t := range g.Tail {
		if h := g.Head[a]; t != h {
			first[t+1]++
			first[h+1]++
		}
	}
	for v := range n {
		first[v+1] += first[v]
	}
	head = make([]int32, first[n])
	next := append([]int32(nil), first[:n]...)
	for a, t := range g.Tail {
		if h := g.Head[a]; t != h {
			head[next[t]], head[next[h]] = int32(h), int32(t)
			next[t]++
			next[h]++
		}
	}
	kept := int32(0)
	lo := int32(0)
	for v := range n {
		hi := first[v+1]
		list := head[lo:hi]
		slices.Sort(list)
		list = slices.Compact(list)
		kept += int32(copy(head[kept:], list))
		lo, first[v+1] = hi, kept
	}
	return first, slices.Clip(head[:kept])
}

// peel takes off nodes with at most two neighbours until none is left, in rounds
// of nodes that do not touch, so that long chains do not make deep trees. Each
// leaves an edge between its neighbours. It writes the edges that remain into
// head, with none in the slots that are struck out, and returns what it took off
// in order.
func peel(first, head []int32) []Node {
	p := peeler{first, head, make([]int32, len(first)-1)}
	var order []Node
	var round []int32
	for v := range p.degree {
		p.degree[v] = first[v+1] - first[v]
		if p.degree[v] <= 2 {
			round = append(round, int32(v))
		}
	}
	gone, touched := make([]bool, len(p.degree)), make([]int32, len(p.degree))
	for turn := int32(1); len(round) > 0; turn++ {
		var later []int32
		for _, v := range round {
			switch {
			case gone[v] || p.degree[v] > 2:
				continue
			case touched[v] == turn:
				later = append(later, v)
				continue
			}
			gone[v] = true
			order = append(order, Node(v))
			for _, w := range p.remove(v) {
				if w != none {
					touched[w] = turn
					later = append(later, w)
				}
			}
		}
		round = later
	}
	return order
}

type peeler struct {
	first, head, degree []int32
}

// remove strikes v out and joins its neighbours, at most two, which it returns.
func (p *peeler) remove(v int32) [2]int32 {
	ends, n := [2]int32{none, none}, 0
	for s := p.first[v]; s < p.first[v+1]; s++ {
		if p.head[s] != none {
			ends[n] = p.head[s]
			n++
			p.head[s] = none
		}
	}
	p.degree[v] = 0
	if n == 2 && !p.has(ends[0], ends[1]) {
		p.replace(ends[0], v, ends[1])
		p.replace(ends[1], v, ends[0])
		return ends
	}
	for _, w := range ends[:n] {
		p.replace(w, v, none)
		p.degree[w]--
	}
	return ends
}

func (p *peeler) has(v, w int32) bool {
	return slices.Contains(p.head[p.first[v]:p.first[v+1]], w)
}

func (p *peeler) replace(v, old, by int32) {
	p.head[p.first[v]+int32(slices.Index(p.head[p.first[v]:p.first[v+1]], old))] = by
}

// leaf orders a small cell by minimum degree, counting the neighbours outside of
// it, which will be contracted later.
func (d *dissector) leaf(nodes []int32, out []Node) {
	near := make(map[int32][]int32, len(nodes))
	for _, v := range nodes {
		near[v] = slices.Clone(d.head[d.first[v]:d.first[v+1]])
	}
	left := slices.Clone(nodes)
	slices.Sort(left)
	for i := range out {
		best := 0
		for k, v := range left {
			if len(near[v]) < len(near[left[best]]) {
				best = k
			}
		}
		v := left[best]
		left = slices.Delete(left, best, best+1)
		out[i] = Node(v)
		ring := near[v]
		for _, w := range ring {
			if list, inside := near[w]; inside {
				near[w] = joined(list, ring, v, w)
			}
		}
		delete(near, v)
	}
}

// joined is the neighbours of w once v, whose neighbours are ring, is gone.
func joined(list, ring []int32, v, w int32) []int32 {
	out := make([]int32, 0, len(list)+len(ring))
	for _, u := range list {
		if u != v {
			out = append(out, u)
		}
	}
	for _, u := range ring {
		if u != w && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// sortBy sorts by a strict order.
func sortBy(a []int32, less func(a, b int32) bool) {
	slices.SortFunc(a, func(x, y int32) int {
		switch {
		case less(x, y):
			return -1
		case less(y, x):
			return 1
		}
		return 0
	})
}
