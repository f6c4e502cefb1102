package street

import "slices"

// adjacency lists the sides that leave each node of the base.
type adjacency struct {
	first []int32
	sides []Side
}

func (a adjacency) at(v int32) []Side { return a.sides[a.first[v]:a.first[v+1]] }

// leaving lists the sides that are allowed, by the node they leave.
func (b *base) leaving(allowed func(Side) bool) adjacency {
	a := adjacency{first: make([]int32, len(b.nodePlace)+1)}
	for s := range Side(2 * len(b.edges)) {
		if allowed(s) {
			a.first[b.tail(s)+1]++
		}
	}
	for v := range b.nodePlace {
		a.first[v+1] += a.first[v]
	}
	a.sides = make([]Side, a.first[len(b.nodePlace)])
	next := slices.Clone(a.first)
	for s := range Side(2 * len(b.edges)) {
		if allowed(s) {
			v := b.tail(s)
			a.sides[next[v]] = s
			next[v]++
		}
	}
	return a
}

// components numbers the strongly connected components (Tarjan 1972, with the
// stack in an array) and counts their nodes.
func (b *base) components(out adjacency) (of, size []int32) {
	n := int32(len(b.nodePlace))
	of = make([]int32, n)
	low, seen, next := make([]int32, n), make([]int32, n), slices.Clone(out.first[:n])
	for v := range of {
		of[v] = None
	}
	var stack, path []int32
	clock := int32(0)
	enter := func(v int32) {
		clock++
		low[v], seen[v] = clock, clock
		stack, path = append(stack, v), append(path, v)
	}
	for root := range n {
		if seen[root] != 0 {
			continue
		}
		enter(root)
		for len(path) > 0 {
			v := path[len(path)-1]
			if next[v] < out.first[v+1] {
				w := b.head(out.sides[next[v]])
				next[v]++
				if seen[w] == 0 {
					enter(w)
				} else if of[w] == None {
					low[v] = min(low[v], seen[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				p := path[len(path)-1]
				low[p] = min(low[p], low[v])
			}
			if low[v] != seen[v] {
				continue
			}
			count := int32(0)
			for w := int32(None); w != v; count++ {
				w = stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				of[w] = int32(len(size))
			}
			size = append(size, count)
		}
	}
	return of, size
}

// Part is a piece of the network that was left out because one cannot get from it
// to the largest part and back.
type Part struct {
	Junctions int
	Metres    float64
	Place     Place // of one of its junctions
	Way       int64 // one of its ways
}

// largest picks the part to keep: the one around the largest part of ground open to
// everybody. main marks the nodes of that open part, kept those of the whole.
func (b *base) largest(rep *Report) (main, kept []bool) {
	n := len(b.nodePlace)
	of, size := b.components(b.leaving(func(s Side) bool { return b.access(s) == Yes }))
	best := top(size)
	all, allSize := b.components(b.leaving(func(s Side) bool { return b.access(s) != No }))
	main, kept = make([]bool, n), make([]bool, n)
	whole := int32(None)
	for v := range n {
		if of[v] == best {
			main[v], whole = true, all[v]
		}
	}
	for v := range n {
		kept[v] = all[v] == whole
	}
	rep.Parts = b.report(all, allSize, whole)
	return main, kept
}

func top(size []int32) int32 {
	best := int32(0)
	for c := range size {
		if size[c] > size[best] {
			best = int32(c)
		}
	}
	return best
}

// report lists the parts left out, the longest first. An edge between two of them
// counts for neither.
func (b *base) report(of, size []int32, kept int32) []Part {
	parts := make([]Part, len(size))
	for v := len(of) - 1; v >= 0; v-- {
		p := &parts[of[v]]
		p.Junctions, p.Place = p.Junctions+1, b.nodePlace[v]
	}
	for _, e := range b.edges {
		p, q := &parts[of[e.u]], &parts[of[e.v]]
		if p == q {
			p.Metres += e.metres
		}
		if !e.gate {
			p.Way, q.Way = e.way, e.way
		}
	}
	parts = slices.Delete(parts, int(kept), int(kept)+1)
	slices.SortStableFunc(parts, func(p, q Part) int {
		switch {
		case p.Metres != q.Metres:
			if p.Metres > q.Metres {
				return -1
			}
			return 1
		}
		return q.Junctions - p.Junctions
	})
	return parts
}
