package cch

import "fmt"

// Selection is a sweep restricted to some targets (RPHAST; Delling, Goldberg,
// Werneck 2011): chosen once, then swept from any number of sources. A node that
// only passes on what it gets is taken out where that makes no more arcs, which
// RPHAST does not do. It is never changed and may be shared.
type Selection struct {
	sweep *Sweep

	// State i takes its least over arcs first[i] to first[i+1], which come from
	// states before it. States follow the ranks downward, a dissection in
	// preorder: what is read was written shortly before, and stays in cache.
	first    []int32
	from     []int32
	weight   []Weight
	weight16 []uint16
	target   []int32 // by target: its state

	// What a source knows of a node that is no state any more goes to states.
	state   []int32 // by rank: its state; none outside of the selection; -2-b if taken out
	outFrom []int32 // of the node taken out as number b: outTo[outFrom[b]:outFrom[b+1]]
	outTo   []int32
	out     []Weight
	out16   []uint16
}

// All selects every node: target v is node v (PHAST; Delling, Goldberg, Nowatzyk,
// Werneck 2011).
func (s *Sweep) All() *Selection {
	n := s.h.Nodes()
	l := &Selection{sweep: s, state: make([]int32, n), outFrom: make([]int32, 1), target: make([]int32, n),
		first: make([]int32, n+1), from: make([]int32, 0, len(s.down.other)), weight: make([]Weight, 0, len(s.down.other))}
	for i := range n {
		x := n - 1 - i
		l.state[x] = int32(i)
		l.target[s.h.Order[x]] = int32(i)
		for e := s.down.first[x]; e < s.down.first[x+1]; e++ {
			l.from = append(l.from, int32(n-1)-int32(s.down.other[e]))
			l.weight = append(l.weight, s.down.weight[e])
		}
		l.first[i+1] = int32(len(l.from))
	}
	l.weight16 = saturated(l.weight)
	return l
}

// Select restricts the sweep to targets.
func (s *Sweep) Select(targets Places) (*Selection, error) {
	if err := targets.check(s.h.Nodes()); err != nil {
		return nil, fmt.Errorf("select targets: %w", err)
	}
	b := newSelector(s, targets)
	for x := range Node(s.h.Nodes()) {
		b.node(x)
	}
	return b.selection(targets), nil
}

// selector goes through the ranks upward and keeps for each node its arcs to the
// states below. Virtual nodes for targets that are not exactly a node are
// numbered after the ranks.
type selector struct {
	*Sweep
	last   []int32 // by number: its latest entry
	entry  []entry
	target []bool // by rank
	state  []int8 // by number: unseen, kept or taken out
	below  [][]int32
	at     []int32 // by number: place in list
	list   []entry // the arcs of the node at work, each end once
	own    []int32 // by target: its number
	taken  []Node  // the nodes taken out
}

// entry is an arc of a list in which each entry points at the one before.
type entry struct {
	to     int32
	weight Weight
	before int32
}

const (
	unseen = iota
	kept
	taken
)

// dropped marks an entry of the list at work.
const dropped = -2

func newSelector(s *Sweep, targets Places) *selector {
	n := s.h.Nodes()
	b := &selector{Sweep: s, last: make([]int32, n+targets.Len()), target: make([]bool, n),
		state: make([]int8, n+targets.Len()), below: make([][]int32, n),
		at: make([]int32, n+targets.Len()), own: make([]int32, targets.Len())}
	for i := range b.last {
		b.last[i] = none
	}
	for t := range targets.Len() {
		seeds := targets.At(t)
		if len(seeds) == 1 && seeds[0].Cost == 0 {
			x := s.h.Rank[seeds[0].Node]
			b.own[t], b.target[x] = int32(x), true
			continue
		}
		own := int32(n + t)
		b.own[t], b.state[own] = own, kept
		lowest := Node(none)
		for _, seed := range seeds {
			x := s.h.Rank[seed.Node]
			if lowest == none || x < lowest {
				lowest = x
			}
			b.add(x, own, seed.Cost)
		}
		if lowest != none {
			b.below[lowest] = append(b.below[lowest], own)
		}
	}
	return b
}

func (b *selector) add(x Node, to int32, w Weight) {
	if w < Infinity {
		b.entry = append(b.entry, entry{to, w, b.last[x]})
		b.last[x] = int32(len(b.entry) - 1)
	}
}

// node decides on one node, when all below it are decided.
func (b *selector) node(x Node) {
	if b.last[x] == none && !b.target[x] {
		return
	}
	b.gather(x)
	b.prune()
	b.last[x] = none
	for _, e := range b.list {
		b.add(x, e.to, e.weight)
	}
	lo, hi := b.down.first[x], b.down.first[x+1]
	in, out := int(hi-lo), len(b.list)
	if b.target[x] || in*out > in+out+1 { // a node costs about as much as an arc
		b.state[x] = kept
		for e := lo; e < hi; e++ {
			b.add(b.down.other[e], int32(x), b.down.weight[e])
		}
		return
	}
	b.state[x] = taken
	b.taken = append(b.taken, x)
	for e := lo; e < hi; e++ {
		for _, to := range b.list {
			b.add(b.down.other[e], to.to, b.down.weight[e]+to.weight)
		}
	}
}

// gather lists the arcs of x, the least of each end.
func (b *selector) gather(x Node) {
	b.list = b.list[:0]
	for i := b.last[x]; i != none; i = b.entry[i].before {
		e := b.entry[i]
		if k := b.at[e.to]; int(k) < len(b.list) && b.list[k].to == e.to {
			b.list[k].weight = min(b.list[k].weight, e.weight)
			continue
		}
		b.at[e.to] = int32(len(b.list))
		b.list = append(b.list, e)
	}
}

// prune drops arcs of the list that are no shorter than two arcs over another
// end of the list. Those two lead downward like the one, and one that is dropped
// itself is replaced by arcs that span fewer ranks, so that all ends well.
func (b *selector) prune() {
	for _, mid := range b.list {
		for i := b.last[mid.to]; i != none; i = b.entry[i].before {
			e := b.entry[i]
			k := b.at[e.to]
			if int(k) < len(b.list) && b.list[k].to == e.to && mid.weight+e.weight <= b.list[k].weight {
				b.list[k].before = dropped
			}
		}
	}
	left := b.list[:0]
	for _, e := range b.list {
		if e.before != dropped {
			left = append(left, e)
		}
	}
	b.list = left
}

// selection numbers the states and turns the lists round.
func (b *selector) selection(targets Places) *Selection {
	n := b.h.Nodes()
	number := make([]int32, len(b.last)) // by selector number
	var order []int32
	put := func(v int32) {
		number[v] = int32(len(order))
		order = append(order, v)
	}
	for x := n - 1; x >= 0; x-- {
		if b.state[x] == kept {
			put(int32(x))
		}
		for _, v := range b.below[x] {
			put(v)
		}
	}
	for t := range targets.Len() {
		if own := b.own[t]; int(own) >= n && len(targets.At(t)) == 0 {
			put(own)
		}
	}
	l := &Selection{sweep: b.Sweep, target: make([]int32, targets.Len()), state: make([]int32, n)}
	for t, own := range b.own {
		l.target[t] = number[own]
	}
	for x := range n {
		l.state[x] = none
		if b.state[x] == kept {
			l.state[x] = number[x]
		}
	}
	b.turn(l, order, number)
	b.takenOut(l, number)
	l.weight16, l.out16 = saturated(l.weight), saturated(l.out)
	return l
}

// turn lists for each state the arcs into it, from the arcs out of each node.
func (b *selector) turn(l *Selection, order, number []int32) {
	l.first = make([]int32, len(order)+1)
	each := func(f func(from, to int32, w Weight)) {
		for i, v := range order {
			for k := b.last[v]; k != none; k = b.entry[k].before {
				f(int32(i), number[b.entry[k].to], b.entry[k].weight)
			}
		}
	}
	each(func(_, to int32, _ Weight) { l.first[to+1]++ })
	for i := range order {
		l.first[i+1] += l.first[i]
	}
	total := l.first[len(order)]
	l.from, l.weight = make([]int32, total), make([]Weight, total)
	next := append([]int32(nil), l.first...)
	each(func(from, to int32, w Weight) {
		l.from[next[to]], l.weight[next[to]] = from, w
		next[to]++
	})
}

// takenOut lists where the nodes that were taken out lead: to states, since all
// below a node were decided before it.
func (b *selector) takenOut(l *Selection, number []int32) {
	l.outFrom = make([]int32, 1, len(b.taken)+1)
	for i, x := range b.taken {
		l.state[x] = int32(-2 - i)
		for k := b.last[x]; k != none; k = b.entry[k].before {
			l.outTo = append(l.outTo, number[b.entry[k].to])
			l.out = append(l.out, b.entry[k].weight)
		}
		l.outFrom = append(l.outFrom, int32(len(l.outTo)))
	}
}

// Targets is the number of targets.
func (l *Selection) Targets() int { return len(l.target) }

// States and Arcs are what one sweep goes through.
func (l *Selection) States() int { return len(l.first) - 1 }

// Arcs counts the arcs one sweep goes through.
func (l *Selection) Arcs() int { return len(l.from) }

// Bytes is the memory of the selection beside that of its sweep.
func (l *Selection) Bytes() int64 {
	return 4*int64(len(l.first)+len(l.target)+len(l.state)+len(l.outFrom)) +
		10*int64(len(l.from)+len(l.outTo))
}
