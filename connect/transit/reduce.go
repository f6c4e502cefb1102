package transit

import (
	"fmt"
	"math/bits"
)

// Reducer finds the part of a program that a few origins can ever need, whichever of
// some trips run: the works that can be switched. What is left of a city's program for
// 64 neighbours is a small part of it, and answers for every choice of the works.
//
// It knows two states of every line: upper with all trips, lower without those that can
// be switched. Fewer trips bring nobody anywhere sooner, so the state under any choice
// lies between them. An operation can raise its target under some choice only where the
// upper state that it comes from is above the lower state of what it raises; above, too,
// what walking there allows, and the last departure that is too early for the longest
// budget. A second pass, backwards in time, keeps of these what leads to a rise of a
// cell that adds to what is asked. Where an operation raises its target under every
// choice, what the target was before is followed no further.
//
// So for every choice there are journeys that bring about the whole answer and that
// consist of operations which are kept; and what is kept is part of the program, so the
// answer is no better than it should be. It keeps its buffers; one goroutine at a time.
type Reducer struct {
	*Counter        // its states are the upper ones
	optional []bool // by trip
	profile  bool   // every arrival that is sooner counts, not those within the budgets only
	longest  Second // the longest budget
	by       bytewise
	foot     []bounds // by cell

	stopLow, slotLow, seatLow, cellLow []narrow

	early, allowed, nobody narrow // departures too early by now, what walking allows, nobody

	rise, sure []uint64 // by operation and source: lanes that may rise; that do under every choice
	keep       []bool   // by operation

	liveStop, liveSlot, liveSeat []uint64
}

// bounds is the longest time that counts beside the way on foot, by lane; -1 is none.
type bounds [Wide]Second

// NewReducer makes a reducer for what a Counter is asked; with profile, for the arrival
// of every departure within the longest budget. optional tells of each trip whether it
// can be switched.
func NewReducer(p *Program, optional []bool, asked Asked, profile bool) (*Reducer, error) {
	if len(asked.Budgets) == 0 {
		return nil, fmt.Errorf("no budget: %w", ErrWindow)
	}
	c, err := NewCounter(p, asked, plainCount.name)
	if err != nil {
		return nil, err
	}
	return &Reducer{Counter: c, optional: optional, profile: profile, longest: Second(c.end) - p.window.width(), by: bytewises()[0], foot: make([]bounds, p.cells),
		stopLow: make([]narrow, p.stops), slotLow: make([]narrow, p.slots), seatLow: make([]narrow, p.seats), cellLow: make([]narrow, p.cells),
		liveStop: make([]uint64, p.stops), liveSlot: make([]uint64, p.slots), liveSeat: make([]uint64, p.seats)}, nil
}

// Run reduces the program for up to Wide origins. foot is the way on foot to each cell
// for a lane, Never where there is none.
func (r *Reducer) Run(access *Walks, origins []int32, foot func(cell int32, lane int) Second) (*Program, error) {
	if len(origins) > Wide {
		return nil, fmt.Errorf("%d: %w", len(origins), ErrOrigins)
	}
	r.reset()
	clear(r.stopLow)
	clear(r.cellLow)
	for lane, o := range origins {
		to, time := access.From(int(o))
		for i, stop := range to {
			if stop = local(r.p.stopOf, stop); stop == None {
				continue
			}
			if err := r.walks(lane, stop, time[i]+r.p.slack); err != nil {
				return nil, err
			}
		}
	}
	r.p.Cells(func(cell int32) {
		for lane := range origins {
			r.foot[local(r.p.cellOf, cell)][lane] = r.budget(foot(cell, lane))
		}
	})
	runs := r.forward()
	r.backward(runs)
	return r.p.thinned(runs, func(at int, _ int32) bool { return r.keep[at] }), nil
}

// budget is the longest time that counts beside a way on foot.
func (r *Reducer) budget(foot Second) Second {
	if r.profile {
		return min(r.longest, foot-1)
	}
	best := Second(-1)
	for _, b := range r.asked.Budgets {
		if b < foot {
			best = max(best, b)
		}
	}
	return best
}

// tooLate is how many departures left too early to arrive at a second within a budget.
func (r *Reducer) tooLate(at uint16, budget Second) uint8 {
	return uint8(min(upTo(Second(at)-budget-1, r.asked.Step), 255))
}

// forward runs both states, and notes what may rise. It returns the runs it went
// through.
func (r *Reducer) forward() int {
	r.rise, r.sure = r.rise[:0], r.sure[:0]
	note := func(rise, sure uint64) { r.rise, r.sure = append(r.rise, rise), append(r.sure, sure) }
	early := &r.early
	for i, run := range r.p.runs {
		if run.at > r.end {
			return i
		}
		if v := r.tooLate(run.at, r.longest); early[0] != v {
			for lane := range early {
				early[lane] = v
			}
		}
		owner := r.p.owner[run.kind]
		for k := run.lo; k < run.hi; k++ {
			o := r.p.pairs[run.kind][k]
			switch run.kind {
			case change:
				rise, sure := r.lift(&r.stop[o.a], &r.stopLow[o.a], &r.slot[o.b], &r.slotLow[o.b], early)
				if rise != 0 && r.walkOf[o.a] != 0 {
					rise &^= r.asGood(&r.slot[o.b], o.a, run.at)
				}
				note(rise, sure)
			case alight:
				r.slot[o.a], r.slotLow[o.a] = r.seat[o.b], r.seatLow[o.b]
			case follow:
				r.seat[o.a], r.seatLow[o.a] = r.seat[o.b], r.seatLow[o.b]
				if r.optional[owner[k]] {
					r.seatLow[o.a] = narrow{}
				}
			case stay:
				low := &r.seatLow[o.b]
				if r.optional[owner[k]] {
					low = &r.nobody
				}
				note(r.lift(&r.seat[o.a], &r.seatLow[o.a], &r.seat[o.b], low, early))
			case enter, board:
				if run.kind == enter {
					r.seat[o.a], r.seatLow[o.a] = narrow{}, narrow{}
				}
				low := &r.stopLow[o.b]
				if r.optional[owner[k]] {
					low = &r.nobody
				}
				if r.walkOf[o.b] != 0 {
					low := &r.nobody
					r.allowed = narrow{}
					if r.walkOn(&r.allowed, o.b, run.at); !r.optional[owner[k]] {
						low = &r.allowed
					}
					note(r.lift(&r.seat[o.a], &r.seatLow[o.a], &r.allowed, low, early))
				} else {
					note(0, 0)
				}
				note(r.lift(&r.seat[o.a], &r.seatLow[o.a], &r.stop[o.b], low, early))
			case leave:
				note(r.arrives(o.a, o.b, run.at), 0)
			}
		}
	}
	return len(r.p.runs)
}

// lift raises two states of a line to those of another. rise are the lanes in which that
// may be of use, sure those of them in which it makes up for all that was before.
func (r *Reducer) lift(up, low, from, fromLow, early *narrow) (rise, sure uint64) {
	if rise = r.by.above(from, low); rise == 0 {
		return 0, 0 // neither state rises
	}
	if rise &= r.by.above(from, early); rise != 0 {
		sure = rise &^ r.by.above(up, fromLow)
	}
	r.by.lift(up, from)
	r.by.lift(low, fromLow)
	return rise, sure
}

// asGood are the lanes for which walking from the origin is as good as what a state
// says, for boarding at a stop from a second on.
func (r *Reducer) asGood(state *narrow, stop int32, at uint16) (who uint64) {
	r.allowed = narrow{}
	r.walkOn(&r.allowed, stop, at)
	return ^r.by.above(state, &r.allowed)
}

// arrives raises a cell, and tells the lanes for which that may add to what is asked.
func (r *Reducer) arrives(cell, slot int32, at uint16) (who uint64) {
	up, low, foot := &r.slot[slot], &r.cellLow[cell], &r.foot[cell]
	for more := r.by.above(up, low); more != 0; more &= more - 1 {
		lane := bits.TrailingZeros64(more)
		if b := foot[lane]; b >= 0 && up[lane] > r.tooLate(at, b) {
			who |= 1 << lane
		}
	}
	if who != 0 {
		r.by.lift(low, &r.slotLow[slot])
	}
	return who
}

// backward follows what may rise to where it comes from, and keeps the operations that
// lead to something.
func (r *Reducer) backward(runs int) {
	clear(r.liveStop)
	clear(r.liveSlot)
	clear(r.liveSeat)
	n := 0
	for _, run := range r.p.runs[:runs] {
		n += int(run.hi - run.lo)
	}
	if cap(r.keep) < n {
		r.keep = make([]bool, n)
	}
	r.keep = r.keep[:n]
	at := len(r.rise)
	for i := runs - 1; i >= 0; i-- {
		run := r.p.runs[i]
		for k := run.hi - 1; k >= run.lo; k-- {
			o := r.p.pairs[run.kind][k]
			n--
			kept := false
			switch run.kind {
			case leave:
				at--
				kept = r.rise[at] != 0
				r.liveSlot[o.b] |= r.rise[at]
			case change:
				at--
				kept = r.follows(at, &r.liveStop[o.a], &r.liveSlot[o.b])
			case stay:
				at--
				kept = r.follows(at, &r.liveSeat[o.a], &r.liveSeat[o.b])
			case alight:
				kept = r.liveSlot[o.a] != 0
				r.liveSeat[o.b] |= r.liveSlot[o.a]
				r.liveSlot[o.a] = 0
			case follow:
				live := r.liveSeat[o.a]
				kept = live != 0
				r.liveSeat[o.a] = 0
				r.liveSeat[o.b] |= live
			case board, enter:
				at -= 2
				var origin uint64
				stop := r.follows(at+1, &r.liveSeat[o.a], &r.liveStop[o.b])
				foot := r.follows(at, &r.liveSeat[o.a], &origin)
				kept = stop || foot
				if run.kind == enter {
					r.liveSeat[o.a] = 0
				}
			}
			r.keep[n] = kept
		}
	}
}

// follows hands what is live in a line on to the one it may come from.
func (r *Reducer) follows(at int, live, from *uint64) bool {
	rise := r.rise[at] & *live
	*from |= rise
	*live &^= r.sure[at]
	return rise != 0
}
