package cch

import "sync/atomic"

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

	units        int     // that flow
	source, sink []int32 // the held nodes that touch others: where ways begin and end
	blank        []int32 // level before a search: none, but inside among held nodes
}

// inside is the level of held nodes with neighbours of their kind only. Every way
// from sources to sinks can begin at its last source and end at its first sink, so
// none needs to pass there.
const inside = -2

const (
	heldFree = iota
	heldSource
	heldSink
)

func newFlow(first, head []int32) *flow {
	n := len(first) - 1
	f := &flow{first: first, head: head, mate: make([]int32, len(head)), along: make([]bool, len(head)),
		used: make([]bool, n), side: make([]int8, n), level: make([]int32, 2*n), next: make([]int32, 2*n), blank: make([]int32, 2*n)}
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

// run parts the nodes marked source from those marked sink, and gives up once more
// than limit nodes would be needed. limit may sink meanwhile.
func (f *flow) run(limit *atomic.Int64) bool {
	clear(f.along)
	clear(f.used)
	f.ends()
	f.units = 0
	for f.layer() {
		if f.units >= int(limit.Load()) { // and at least one more is to come
			return false
		}
		clear(f.next)
		for _, v := range f.sink {
			if f.level[2*v+1] >= 0 && f.augment(2*v+1) {
				f.units++
			}
		}
	}
	return f.units <= int(limit.Load())
}

// ends lists the held nodes that touch others and shuts off the rest of them.
func (f *flow) ends() {
	f.source, f.sink = f.source[:0], f.sink[:0]
	for v, side := range f.side {
		f.blank[2*v], f.blank[2*v+1] = none, none
		if side == heldFree {
			continue
		}
		touches := false
		for _, w := range f.head[f.first[v]:f.first[v+1]] {
			if f.side[w] != side {
				touches = true
				break
			}
		}
		switch {
		case !touches:
			f.blank[2*v], f.blank[2*v+1] = inside, inside
		case side == heldSource:
			f.source = append(f.source, int32(v))
		default:
			f.sink = append(f.sink, int32(v))
		}
	}
}

// layer numbers the states by distance from the sources and tells whether a sink
// can still be reached.
func (f *flow) layer() bool {
	copy(f.level, f.blank)
	f.queue = f.queue[:0]
	for _, v := range f.source {
		f.visit(2*v, 0)
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
		mark[v] = reached(f.level[2*v], f.level[2*v+1], f.side[v] == heldSource)
	}
}

// reached tells of a node how a search from one side met it: first the state that side
// comes to first.
func reached(first, second int32, own bool) int8 {
	switch {
	case first == inside && own, first >= 0 && second >= 0:
		return 1
	case first >= 0:
		return 2
	}
	return 0
}

func (f *flow) nearSink(mark []int8) {
	copy(f.level, f.blank)
	f.queue = f.queue[:0]
	for _, v := range f.sink {
		f.visit(2*v+1, 0)
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
		mark[v] = reached(f.level[2*v+1], f.level[2*v], f.side[v] == heldSink)
	}
}
