package cch

import (
	"fmt"
	"math"
	"slices"
)

// Open makes a hierarchy of slices that came from a file. It checks all that
// queries rely on, so that damaged slices are an error here and never a panic or
// an endless loop later; the work is linear.
func Open(p Parts) (*Hierarchy, error) {
	h := &Hierarchy{p}
	for _, check := range []func() error{h.checkSizes, h.checkTree, h.checkDown, h.checkSides} {
		if err := check(); err != nil {
			return nil, fmt.Errorf("open hierarchy: %w", err)
		}
	}
	return h, nil
}

func (h *Hierarchy) checkSizes() error {
	n, m := len(h.Order), len(h.UpHead)
	if n >= math.MaxInt32 || m > maxArcs || len(h.SideOf) > maxArcs {
		return fmt.Errorf("%d nodes, %d edges, %d arcs: outside 32 bits", n, m, len(h.SideOf))
	}
	if len(h.Rank) != n || len(h.Parent) != n || len(h.UpFirst) != n+1 || len(h.DownFirst) != n+1 ||
		len(h.UpTail) != m || len(h.DownEdge) != m || len(h.ArcFirst) != 2*m+1 || len(h.ArcOf) > len(h.SideOf) {
		return ErrSize
	}
	if !ascending(h.UpFirst, m) || !ascending(h.DownFirst, m) || !ascending(h.ArcFirst, len(h.ArcOf)) {
		return fmt.Errorf("offsets out of order")
	}
	for r, v := range h.Order {
		if uint32(v) >= uint32(n) || h.Rank[v] != Node(r) {
			return fmt.Errorf("rank %d: order and ranks disagree", r)
		}
	}
	return nil
}

func ascending(first []int32, last int) bool {
	return first[0] == 0 && int(first[len(first)-1]) == last && slices.IsSorted(first)
}

func (h *Hierarchy) checkTree() error {
	for x := range Node(len(h.Order)) {
		below, parent := x, Node(none)
		for e := h.UpFirst[x]; e < h.UpFirst[x+1]; e++ {
			y := h.UpHead[e]
			if y <= below || int(y) >= len(h.Order) || h.UpTail[e] != x {
				return fmt.Errorf("edge %d: its ends are out of order", e)
			}
			if below == x {
				parent = y
			}
			below = y
		}
		if h.Parent[x] != parent {
			return fmt.Errorf("rank %d: its parent is not its lowest neighbour above", x)
		}
		if err := h.checkParent(x, parent); err != nil {
			return err
		}
	}
	return h.checkPostorder()
}

// checkParent: what lies above a node its parent knows too, since contraction
// joined them. Every triangle that later loops look for is then there.
func (h *Hierarchy) checkParent(x, p Node) error {
	if p == none {
		return nil
	}
	up := h.UpHead[h.UpFirst[p]:h.UpFirst[p+1]]
	for _, y := range h.UpHead[h.UpFirst[x]+1 : h.UpFirst[x+1]] {
		for len(up) > 0 && up[0] < y {
			up = up[1:]
		}
		if len(up) == 0 || up[0] != y {
			return fmt.Errorf("rank %d: its parent lacks a neighbour", x)
		}
	}
	return nil
}

// checkPostorder: each subtree is the run of ranks that ends with its root.
func (h *Hierarchy) checkPostorder() error {
	size, lowest := make([]int32, len(h.Order)), make([]Node, len(h.Order))
	for x := range size {
		lowest[x] = Node(x)
	}
	for x, p := range h.Parent {
		size[x]++ // children have come before
		if int32(x)-int32(lowest[x])+1 != size[x] {
			return fmt.Errorf("rank %d: not a postorder", x)
		}
		if p != none {
			size[p] += size[x]
			lowest[p] = min(lowest[p], lowest[x])
		}
	}
	return nil
}

func (h *Hierarchy) checkDown() error {
	for y := range len(h.Order) {
		before := int32(none)
		for _, e := range h.DownEdge[h.DownFirst[y]:h.DownFirst[y+1]] {
			if e <= before || int(e) >= len(h.UpHead) || int(h.UpHead[e]) != y {
				return fmt.Errorf("rank %d: edge %d does not come from below", y, e)
			}
			before = e
		}
	}
	return nil
}

func (h *Hierarchy) checkSides() error {
	placed := 0
	for a, s := range h.SideOf {
		if s < none || int(s) >= len(h.ArcFirst)-1 {
			return fmt.Errorf("arc %d lies on no side of an edge", a)
		}
		if s != none {
			placed++
		}
	}
	if placed != len(h.ArcOf) {
		return fmt.Errorf("%d arcs on sides, %d listed", placed, len(h.ArcOf))
	}
	for s := range len(h.ArcFirst) - 1 {
		before := Arc(none)
		for _, a := range h.ArcOf[h.ArcFirst[s]:h.ArcFirst[s+1]] {
			if a <= before || int(a) >= len(h.SideOf) || int(h.SideOf[a]) != s {
				return fmt.Errorf("side %d: arc %d does not lie on it", s, a)
			}
			before = a
		}
	}
	return nil
}
