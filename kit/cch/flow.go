package cch

// flow finds the fewest nodes that part two sets of nodes of an undirected graph
// (Menger): maximum flow where each node carries one unit (Dinic 1970; Even and
// Tarjan 1975 for unit networks). The split graph, with an entry and an exit for
// each node, is never written down: a state is 2v for the entry of v and 2v+1
// for its exit.
type flow struct {
	first, head []int32 // the undirected graph
	mate        []int32 // the slot of the same edge seen from the other end
	along       []bool  // by slot: a unit flows from the slot's node to its head
	used        []bool  // by node: a unit flows through it
	side        []int8  // by node: source, sink or neither
	level       []int32 // by state
	next        []int32 // by state: the choice to try next
	queue, path []int32
}

const (
	heldFree = iota
	heldSource
	heldSink
)

func newFlow(first, head []int32) *flow {
	n := len(first) - 1
	f := &flow{first: first, head: head, mate: make([]int32, len(head)), along: make([]bool, len(head)),
		used: make([]bool, n), side: make([]int8, n), level: make([]int32, 2*n), next: make([]int32, 2*n)}
	// Lists are sorted, so visiting tails in order meets each list in order.
	at := append([]int32(nil), first[:n]...)
	for v := range n {
		for s := first[v]; s < first[v+1]; s++ {
			w := head[s]
			f.mate[s] = at[w]
			at[w]++
		}
	}
	return f
}

// run parts the nodes marked source from those marked sink, and stops early once
// more than limit nodes would be needed. It returns the number of nodes needed.
func (f *flow) run(limit int) int {
	clear(f.along)
	clear(f.used)
	total := 0
	for total <= limit && f.layer() {
		clear(f.next)
		for v := range f.side {
			if f.side[v] == heldSink && f.level[2*v+1] != none && f.augment(int32(2*v+1)) {
				total++
			}
		}
	}
	return total
}

// layer numbers the states by distance from the sources and tells whether a sink
// can still be reached.
func (f *flow) layer() bool {
	for s := range f.level {
		f.level[s] = none
	}
	f.queue = f.queue[:0]
	for v, side := range f.side {
		if side == heldSource {
			f.visit(int32(2*v), 0)
		}
	}
	found := false
	for i := 0; i < len(f.queue) && !found; i++ {
		s := f.queue[i]
		v, d := s/2, f.level[s]+1
		if s&1 == 0 {
			if !f.used[v] {
				f.visit(s+1, d)
			} else if p := f.before(v); p >= 0 {
				f.visit(2*p+1, d)
			}
			continue
		}
		if f.side[v] == heldSink {
			found = true
		}
		if f.used[v] {
			f.visit(s-1, d)
		}
		for _, w := range f.head[f.first[v]:f.first[v+1]] {
			f.visit(2*w, d)
		}
	}
	return found
}

func (f *flow) visit(s, d int32) {
	if f.level[s] == none {
		f.level[s] = d
		f.queue = append(f.queue, s)
	}
}

// before is the node from which the unit that v carries comes, none when it
// comes from the source itself.
func (f *flow) before(v int32) int32 {
	for s := f.first[v]; s < f.first[v+1]; s++ {
		if f.along[f.mate[s]] {
			return f.head[s]
		}
	}
	return none
}

// augment looks for one more unit from the exit of a sink back along the layers,
// depth first. Backward nearly every state leads to a source; forward most would
// be dead ends.
func (f *flow) augment(end int32) bool {
	f.path = append(f.path[:0], end)
	for len(f.path) > 0 {
		s := f.path[len(f.path)-1]
		if f.level[s] == 0 {
			f.push()
			return true
		}
		if from := f.choice(s); from != none {
			f.path = append(f.path, from)
		} else {
			f.level[s] = none // a dead end for the rest of this phase
			f.path = f.path[:len(f.path)-1]
		}
	}
	return false
}

// choice is the next state one layer before s that leads to it and has not been
// tried, or none.
func (f *flow) choice(s int32) int32 {
	v, d := s/2, f.level[s]-1
	lo := f.first[v]
	for f.next[s] <= f.first[v+1]-lo {
		k := f.next[s] - 1
		f.next[s]++
		from := int32(none)
		switch {
		case s&1 == 0 && k >= 0: // along an edge, which has no bound
			from = 2*f.head[lo+k] + 1
		case s&1 == 0 && f.used[v]: // the node gives its unit back
			from = s + 1
		case s&1 == 1 && k < 0 && !f.used[v]:
			from = s - 1
		case s&1 == 1 && k >= 0 && f.along[lo+k]: // the edge gives its unit back
			from = 2 * f.head[lo+k]
		}
		if from != none && f.level[from] == d {
			return from
		}
	}
	return none
}

// push sends a unit along the path, which leads backward: forward steps take up
// edges and nodes, backward steps give them back.
func (f *flow) push() {
	for i := 1; i < len(f.path); i++ {
		a, b := f.path[i], f.path[i-1]
		switch {
		case a/2 == b/2:
			f.used[a/2] = a&1 == 0
		case a&1 == 1:
			f.along[f.slot(a/2, b/2)] = true
		default:
			f.along[f.slot(b/2, a/2)] = false
		}
	}
}

func (f *flow) slot(v, w int32) int32 {
	s := f.first[v]
	for f.head[s] != w {
		s++
	}
	return s
}

// nearSource and nearSink mark, after run, the nodes on their side of the cut
// with 1, the nodes of the cut with 2 and all others with 0. Both cuts have the
// same number of nodes; which is the more even one differs.
func (f *flow) nearSource(mark []int8) {
	for f.layer() {
	}
	for v := range mark {
		mark[v] = 0
		if f.level[2*v] != none {
			mark[v] = 2
			if f.level[2*v+1] != none {
				mark[v] = 1
			}
		}
	}
}

func (f *flow) nearSink(mark []int8) {
	for s := range f.level {
		f.level[s] = none
	}
	f.queue = f.queue[:0]
	for v, side := range f.side {
		if side == heldSink {
			f.visit(int32(2*v+1), 0)
		}
	}
	for i := 0; i < len(f.queue); i++ {
		s := f.queue[i]
		v := s / 2
		if s&1 == 1 { // who reaches the exit of v: its entry, and heads of its flow
			if !f.used[v] {
				f.visit(s-1, 0)
			}
			for k := f.first[v]; k < f.first[v+1]; k++ {
				if f.along[k] {
					f.visit(2*f.head[k], 0)
				}
			}
			continue
		}
		if f.used[v] {
			f.visit(s+1, 0)
		}
		for _, w := range f.head[f.first[v]:f.first[v+1]] {
			f.visit(2*w+1, 0)
		}
	}
	for v := range mark {
		mark[v] = 0
		if f.level[2*v+1] != none {
			mark[v] = 2
			if f.level[2*v] != none {
				mark[v] = 1
			}
		}
	}
}
