package cch

import (
	"fmt"
	"slices"
)

// Hierarchy is a graph contracted in a fixed order, without any weight: the
// metric-independent half of a customizable contraction hierarchy (Dibbelt,
// Strasser, Wagner 2016). Inside, a node is known by its rank; ranks are a
// postorder of the elimination tree, so that a subtree is a run of ranks. It is
// never changed once built and may be shared by any number of metrics.
type Hierarchy struct {
	Parts
}

// Parts is a hierarchy as flat slices: all that a file has to hold. Arcs of the
// hierarchy, called edges here since each stands for both directions, are
// numbered by their lower end, then by their upper end.
type Parts struct {
	Order  []Node // by rank: the node of the graph
	Rank   []Node // by node: its rank
	Parent []Node // by rank: the parent in the elimination tree, -1 for a root

	UpFirst []int32 // by rank: the edges to higher nodes are UpFirst[x] to UpFirst[x+1]
	UpHead  []Node  // by edge: the rank of its upper end, ascending for each lower end
	UpTail  []Node  // by edge: the rank of its lower end

	DownFirst []int32 // by rank: its slots among the edges from lower nodes
	DownEdge  []int32 // by slot: the edge, ascending by lower end

	// An edge has two sides: 2e leads up, 2e+1 leads down.
	SideOf   []int32 // by arc of the graph: the side it lies on, -1 for a loop
	ArcFirst []int32 // by side: its arcs of the graph are ArcOf[ArcFirst[s]:ArcFirst[s+1]]
	ArcOf    []Arc
}

// NewHierarchy contracts a graph in the given order, the least important node
// first. Ranks may differ from the order in ways that change no edge.
func NewHierarchy(g *Graph, order []Node) (*Hierarchy, error) {
	rank, err := ranks(g, order)
	if err != nil {
		return nil, err
	}
	first, head, err := eliminate(g, order, rank)
	if err != nil {
		return nil, err
	}
	h := &Hierarchy{}
	h.relabel(order, first, head)
	h.below()
	h.place(g)
	return h, nil
}

func ranks(g *Graph, order []Node) ([]Node, error) {
	if len(order) != g.Nodes() {
		return nil, fmt.Errorf("order of %d for %d nodes: %w", len(order), g.Nodes(), ErrSize)
	}
	rank := make([]Node, len(order))
	for v := range rank {
		rank[v] = none
	}
	for r, v := range order {
		if uint32(v) >= uint32(len(rank)) || rank[v] != none {
			return nil, fmt.Errorf("order: node %d at place %d is unknown or there twice", v, r)
		}
		rank[v] = Node(r)
	}
	return rank, nil
}

// eliminate finds the edges upward from each rank: a node's own higher
// neighbours and those of its children in the elimination tree (the fill of a
// Cholesky factor; George and Liu 1981).
func eliminate(g *Graph, order, rank []Node) (first []int32, head []Node, err error) {
	n := len(order)
	first = make([]int32, n+1)
	head = make([]Node, 0, 2*g.Arcs())
	child, sibling, seen := make([]Node, n), make([]Node, n), make([]Node, n)
	for r := range n {
		child[r], sibling[r], seen[r] = none, none, none
	}
	for r := range Node(n) {
		seen[r] = r
		add := func(y Node) {
			if y > r && seen[y] != r {
				seen[y] = r
				head = append(head, y)
			}
		}
		v := order[r]
		for _, a := range g.Out(v) {
			add(rank[g.Head[a]])
		}
		for _, a := range g.In(v) {
			add(rank[g.Tail[a]])
		}
		for c := child[r]; c != none; c = sibling[c] {
			for i := first[c]; i < first[c+1]; i++ {
				add(head[i])
			}
		}
		if len(head) > maxArcs {
			return nil, nil, fmt.Errorf("hierarchy of more than %d edges: a poor order, or not a road network", maxArcs)
		}
		first[r+1] = int32(len(head))
		slices.Sort(head[first[r]:])
		if first[r] < first[r+1] {
			p := head[first[r]]
			child[p], sibling[r] = r, child[p]
		}
	}
	return first, head, nil
}

// relabel turns ranks into a postorder of the elimination tree. Upper ends of a
// node are its ancestors, whose order stays, so the lists stay sorted.
func (h *Hierarchy) relabel(order []Node, first []int32, head []Node) {
	n := len(order)
	size := make([]int32, n) // of the subtree
	for r := range n {
		size[r]++
		if first[r] < first[r+1] {
			size[head[first[r]]] += size[r]
		}
	}
	// Walking down from the roots, each takes the last ranks that its parent has
	// left for its subtree.
	to, free := make([]Node, n), make([]int32, n)
	roots := int32(n)
	for r := n - 1; r >= 0; r-- {
		room := &roots
		if first[r] < first[r+1] {
			room = &free[head[first[r]]]
		}
		to[r] = Node(*room - 1)
		free[r] = *room - 1
		*room -= size[r]
	}
	h.Order, h.Rank, h.Parent = make([]Node, n), make([]Node, n), make([]Node, n)
	from := make([]Node, n)
	for r, v := range order {
		h.Order[to[r]], h.Rank[v], from[to[r]] = v, to[r], Node(r)
	}
	h.UpFirst = make([]int32, n+1)
	h.UpHead, h.UpTail = make([]Node, 0, len(head)), make([]Node, 0, len(head))
	for x, r := range from {
		h.Parent[x] = none
		for i := first[r]; i < first[r+1]; i++ {
			h.UpHead = append(h.UpHead, to[head[i]])
			h.UpTail = append(h.UpTail, Node(x))
		}
		h.UpFirst[x+1] = int32(len(h.UpHead))
		if first[r] < first[r+1] {
			h.Parent[x] = h.UpHead[h.UpFirst[x]]
		}
	}
}

// below lists for each node its edges from lower nodes.
func (h *Hierarchy) below() {
	n := len(h.Order)
	h.DownFirst = make([]int32, n+1)
	for _, y := range h.UpHead {
		h.DownFirst[y+1]++
	}
	for y := range n {
		h.DownFirst[y+1] += h.DownFirst[y]
	}
	h.DownEdge = make([]int32, len(h.UpHead))
	next := append([]int32(nil), h.DownFirst[:n]...)
	for e, y := range h.UpHead {
		h.DownEdge[next[y]] = int32(e)
		next[y]++
	}
}

// place finds the side of an edge on which each arc of the graph lies.
func (h *Hierarchy) place(g *Graph) {
	h.SideOf = make([]int32, g.Arcs())
	h.ArcFirst = make([]int32, 2*len(h.UpHead)+1)
	for a := range h.SideOf {
		x, y := h.Rank[g.Tail[a]], h.Rank[g.Head[a]]
		h.SideOf[a] = none
		if x == y {
			continue
		}
		s := 2 * h.edge(min(x, y), max(x, y))
		if x > y {
			s++
		}
		h.SideOf[a] = s
		h.ArcFirst[s+1]++
	}
	for s := range len(h.ArcFirst) - 1 {
		h.ArcFirst[s+1] += h.ArcFirst[s]
	}
	h.ArcOf = make([]Arc, h.ArcFirst[len(h.ArcFirst)-1])
	next := append([]int32(nil), h.ArcFirst...)
	for a, s := range h.SideOf {
		if s != none {
			h.ArcOf[next[s]] = Arc(a)
			next[s]++
		}
	}
}

// edge is the edge between two ranks, none if there is none. The search has no
// branch to guess: the sign of a difference moves it.
func (h *Hierarchy) edge(lower, upper Node) int32 {
	lo, hi := h.UpFirst[lower], h.UpFirst[lower+1]
	if lo == hi {
		return none
	}
	list := h.UpHead[lo:hi]
	at := 0
	for n := len(list); n > 1; {
		half := n / 2
		at += half & int((int64(list[at+half])-int64(upper)-1)>>63) // not beyond upper
		n -= half
	}
	if list[at] != upper {
		return none
	}
	return lo + int32(at)
}

// under lists the edges from below to y and, of those to z above it, the ones that
// may share their lower end with one to y: it lies in the subtree of y, and edges
// are in the order of their lower ends.
func (h *Hierarchy) under(y, z Node) (toY, toZ []int32) {
	toY = h.DownEdge[h.DownFirst[y]:h.DownFirst[y+1]]
	if len(toY) == 0 {
		return nil, nil
	}
	toZ = h.DownEdge[h.DownFirst[z]:h.DownFirst[z+1]]
	from, _ := slices.BinarySearch(toZ, h.UpFirst[h.UpTail[toY[0]]])
	return toY, toZ[from:]
}

// Nodes is the number of nodes.
func (h *Hierarchy) Nodes() int { return len(h.Order) }

// Edges is the number of edges, those of the graph and those contraction added.
func (h *Hierarchy) Edges() int { return len(h.UpHead) }

// Arcs is the number of arcs of the graph.
func (h *Hierarchy) Arcs() int { return len(h.SideOf) }

// Depth is the number of nodes on the longest way up the elimination tree, which
// bounds the work of a query.
func (h *Hierarchy) Depth() int {
	depth := make([]int32, len(h.Parent))
	deepest := int32(0)
	for x := len(h.Parent) - 1; x >= 0; x-- {
		depth[x] = 1
		if p := h.Parent[x]; p != none {
			depth[x] += depth[p]
		}
		deepest = max(deepest, depth[x])
	}
	return int(deepest)
}

// Bytes is the memory the slices of the hierarchy take.
func (h *Hierarchy) Bytes() int64 {
	words := 3*len(h.Order) + 2*len(h.UpFirst) + 3*len(h.UpHead) + len(h.SideOf) + len(h.ArcFirst) + len(h.ArcOf)
	return 4 * int64(words)
}
