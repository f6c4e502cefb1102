package cch

import (
	"fmt"
	"slices"
)

// Searcher sweeps a selection and keeps its buffers, so that queries take no
// memory once the largest has been seen; one goroutine at a time.
type Searcher[T Lane] struct {
	l      *Selection
	use    *kernels[T]
	weight []T // of the selection's arcs
	out    []T // of nodes taken out
	zero   [1]T
	up     []T // of the sweep's upward sides

	state []T      // Lanes for each state
	set   []uint64 // a bit for each state: its lanes hold what pour brought
	start []from   // the seeds at work
	node  []Node   // the ancestors of the seeds, ascending: their union is climbed at once
	climb []T      // Lanes for each of node
	slot  []int32  // by rank, of those in node: its line in climb
	at    []int32
	one   []Weight // for One: the states, then the climb
	batch [lineBytes / 2]int32
}

// from is a seed by rank and lane.
type from struct {
	rank Node
	lane int32
	cost Weight
}

// NewSearcher makes a searcher for a selection, on the best instructions that
// the machine has.
func NewSearcher[T Lane](l *Selection) *Searcher[T] {
	return newSearcher(l, variants[T]()[0])
}

func newSearcher[T Lane](l *Selection, use *kernels[T]) *Searcher[T] {
	s := &Searcher[T]{l: l, use: use, slot: make([]int32, len(l.state)), state: lines[T](l.States()),
		set: make([]uint64, (l.States()+63)/64)}
	switch t := any(s).(type) {
	case *Searcher[uint16]:
		t.weight, t.out, t.up = l.weight16, l.out16, l.sweep.up16
	case *Searcher[Weight]:
		t.weight, t.out, t.up = l.weight, l.out, l.sweep.up.weight
	}
	return s
}

// Bytes is the memory of the searcher as it is now.
func (s *Searcher[T]) Bytes() int64 {
	size := lineBytes / int64(Lanes[T]())
	return size*int64(cap(s.state)+cap(s.climb)) + 8*int64(len(s.set)) + 4*int64(len(s.slot)+cap(s.at)+cap(s.one)+cap(s.node)) + 12*int64(cap(s.start))
}

// Run finds the distances from up to Lanes sources to every target: rows[i][t]
// from place i to target t (with SweepOptions.Reverse the other way round).
func (s *Searcher[T]) Run(sources Places, rows [][]T) error {
	n := sources.Len()
	if n > Lanes[T]() || n != len(rows) {
		return fmt.Errorf("sweep: %d sources, %d rows, %d lanes: %w", n, len(rows), Lanes[T](), ErrSize)
	}
	if err := sources.check(len(s.l.state)); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for i, r := range rows {
		if len(r) != s.l.Targets() {
			return fmt.Errorf("sweep: row %d has room for %d of %d targets: %w", i, len(r), s.l.Targets(), ErrSize)
		}
		s.batch[i] = int32(i)
	}
	s.run(sources, s.batch[:n], rows)
	return nil
}

// run sweeps from the places named in batch.
func (s *Searcher[T]) run(sources Places, batch []int32, rows [][]T) {
	s.start = s.start[:0]
	for lane, i := range batch {
		for _, seed := range sources.At(int(i)) {
			s.start = append(s.start, from{s.l.sweep.h.Rank[seed.Node], int32(lane), seed.Cost})
		}
	}
	s.climbAll()
	s.pour()
	s.use.sweep(s.state, s.l.first, s.l.from, s.weight, s.set)
	s.use.rows(rows, s.state, s.l.target)
}

// climbAll searches upward from all seeds together.
func (s *Searcher[T]) climbAll() {
	s.ancestors()
	lanes := Lanes[T]()
	if n := len(s.node); cap(s.climb) < n*lanes {
		s.climb = lines[T](min(n+n/2, len(s.slot)))
	}
	s.climb = s.climb[:len(s.node)*lanes]
	fill(s.climb)
	for _, f := range s.start {
		if p := &s.climb[int(s.slot[f.rank])*lanes+int(f.lane)]; f.cost < Weight(*p) {
			*p = T(f.cost)
		}
	}
	up := s.l.sweep.up
	for k, x := range s.node {
		lo, hi := up.first[x], up.first[x+1]
		s.at = s.at[:0]
		for _, y := range up.other[lo:hi] {
			s.at = append(s.at, s.slot[y])
		}
		s.use.spread(s.climb, s.climb[k*lanes:k*lanes+lanes], s.at, s.up[lo:hi])
	}
}

// pour hands what the climb has found to the states; all others the sweep will
// write first, which saves a pass over them.
func (s *Searcher[T]) pour() {
	l, lanes := s.l, Lanes[T]()
	clear(s.set)
	for k, x := range s.node {
		line := s.climb[k*lanes : k*lanes+lanes]
		switch i := l.state[x]; {
		case i >= 0:
			s.at = append(s.at[:0], i)
			s.begin(s.at)
			s.use.spread(s.state, line, s.at, s.zero[:])
		case i != none:
			lo, hi := l.outFrom[-2-i], l.outFrom[-1-i]
			s.begin(l.outTo[lo:hi])
			s.use.spread(s.state, line, l.outTo[lo:hi], s.out[lo:hi])
		}
	}
}

// begin sets the lanes of states that hold nothing yet to infinity.
func (s *Searcher[T]) begin(states []int32) {
	lanes := Lanes[T]()
	for _, i := range states {
		if !isSet(s.set, int(i)) {
			s.set[i>>6] |= 1 << (i & 63)
			fill(s.state[int(i)*lanes : int(i)*lanes+lanes])
		}
	}
}

// ancestors lists the seeds' nodes and all above them once, ascending. Ranks are
// a postorder, so the way up from a seed that passes the next seed runs into its
// way up, which then takes over.
func (s *Searcher[T]) ancestors() {
	slices.SortFunc(s.start, func(a, b from) int { return int(a.rank - b.rank) })
	s.node = s.node[:0]
	parent := s.l.sweep.h.Parent
	for i, f := range s.start {
		next := Node(len(parent))
		if i+1 < len(s.start) {
			next = s.start[i+1].rank
		}
		for x := f.rank; x != none && x < next; x = parent[x] {
			s.slot[x] = int32(len(s.node))
			s.node = append(s.node, x)
		}
	}
}

// One finds the distances from a single place to every target, in 32 bits.
func (s *Searcher[T]) One(source []Seed, row []Weight) error {
	l := s.l
	if len(row) != l.Targets() {
		return fmt.Errorf("sweep: room for %d of %d targets: %w", len(row), l.Targets(), ErrSize)
	}
	if err := checkSeeds(source, len(l.state)); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	s.start = s.start[:0]
	for _, seed := range source {
		s.start = append(s.start, from{l.sweep.h.Rank[seed.Node], 0, seed.Cost})
	}
	s.ancestors()
	s.one = grown(s.one, l.States()+len(s.node))
	for i := range s.one {
		s.one[i] = Infinity
	}
	state, climb := s.one[:l.States()], s.one[l.States():]
	for _, f := range s.start {
		k := s.slot[f.rank]
		climb[k] = min(climb[k], f.cost)
	}
	s.climbOne(climb)
	s.pourOne(climb, state)
	lo := l.first[0]
	for i, hi := range l.first[1:] {
		least := state[i]
		for k, v := range l.from[lo:hi] {
			least = min(least, state[v]+l.weight[int(lo)+k])
		}
		state[i], lo = least, hi
	}
	for t, i := range l.target {
		row[t] = state[i]
	}
	return nil
}

func (s *Searcher[T]) climbOne(climb []Weight) {
	up := s.l.sweep.up
	for k, x := range s.node {
		at := climb[k]
		for e := up.first[x]; e < up.first[x+1]; e++ {
			y := s.slot[up.other[e]]
			climb[y] = min(climb[y], at+up.weight[e])
		}
	}
}

func (s *Searcher[T]) pourOne(climb, state []Weight) {
	l := s.l
	for k, x := range s.node {
		switch i := l.state[x]; {
		case i >= 0:
			state[i] = min(state[i], climb[k])
		case i != none:
			b := -2 - i
			for o := l.outFrom[b]; o < l.outFrom[b+1]; o++ {
				to := l.outTo[o]
				state[to] = min(state[to], climb[k]+l.out[o])
			}
		}
	}
}
