package transit

import (
	"fmt"
	"math/bits"
)

// Witness finds which trips an answer rests on. For every origin it keeps one set of
// journeys, those that first reach what counts, which together bring about all that is
// asked: the departures within each budget of every cell. A trip on which none of these
// journeys rides can be taken out, alone or with others of that kind, and the answer of
// that origin stays: the journeys are still there, and fewer trips bring nobody
// anywhere sooner.
//
// It goes through the program of a Counter twice. Forward it notes which operations
// raised a state, in which lanes; a rise is of no use where the departure is too early
// for the longest budget, or where walking there from the origin is as good. Backward
// it follows each rise of a cell that adds to what is covered to the operations that it
// came from. It keeps its buffers; one goroutine at a time.
type Witness struct {
	*Counter
	profile bool // every arrival that is sooner counts, not those within the budgets only

	foot  []([Wide]Second) // by cell: the walk all the way
	marks []uint64         // by operation: the lanes that rose; boarding has two, from the stop and on foot

	liveStop, liveSlot, liveSeat []uint64
	need                         []uint64 // by trip: the lanes that rest on it
}

// NewWitness makes a witness of what a Counter would answer; with profile, of the
// arrival of every departure within the longest budget.
func NewWitness(p *Program, trips int, asked Asked, profile bool) (*Witness, error) {
	if len(asked.Budgets) == 0 {
		return nil, fmt.Errorf("no budget: %w", ErrWindow)
	}
	c, err := NewCounter(p, asked, "plain")
	if err != nil {
		return nil, err
	}
	return &Witness{Counter: c, profile: profile, foot: make([][Wide]Second, p.cells),
		liveStop: make([]uint64, p.stops), liveSlot: make([]uint64, p.slots), liveSeat: make([]uint64, p.seats), need: make([]uint64, trips)}, nil
}

// Run finds the trips that up to Wide origins rest on: need has the lanes of each trip.
// foot is the way on foot of each cell and lane, Never where there is none.
func (w *Witness) Run(access *Walks, origins []int32, foot func(cell int32, lane int) Second) (need []uint64, err error) {
	if len(origins) > Wide {
		return nil, fmt.Errorf("%d: %w", len(origins), ErrOrigins)
	}
	w.reset()
	for lane, o := range origins {
		to, time := access.From(int(o))
		for i, stop := range to {
			if err := w.walks(lane, stop, time[i]+w.p.slack); err != nil {
				return nil, err
			}
		}
	}
	for cell := range w.foot {
		for lane := range origins {
			w.foot[cell][lane] = foot(int32(cell), lane)
		}
	}
	clear(w.need)
	runs := w.forward()
	w.backward(runs)
	return w.need, nil
}

// forward counts as plainCounts does, and marks what rose. It returns the runs it went
// through.
func (w *Witness) forward() int {
	w.marks = w.marks[:0]
	longest := Second(w.end) - w.p.window.width()
	for i, r := range w.p.runs {
		if r.at > w.end {
			return i
		}
		low := uint8(min(upTo(Second(r.at)-longest-1, w.asked.Step), 255))
		pairs := w.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				m := raised(&w.stop[o.a], &w.slot[o.b], low)
				if m != 0 {
					m &^= w.asGood(&w.slot[o.b], o.a, r.at)
				}
				w.marks = append(w.marks, m)
			}
		case alight:
			for _, o := range pairs {
				w.slot[o.a] = w.seat[o.b]
			}
		case follow:
			for _, o := range pairs {
				w.seat[o.a] = w.seat[o.b]
			}
		case stay:
			for _, o := range pairs {
				w.marks = append(w.marks, raised(&w.seat[o.a], &w.seat[o.b], low))
			}
		case enter, board:
			for _, o := range pairs {
				if r.kind == enter {
					w.seat[o.a] = narrow{}
				}
				before := w.seat[o.a]
				w.walkOn(&w.seat[o.a], o.b, r.at)
				foot := above8(&w.seat[o.a], &before)
				stop := raised(&w.seat[o.a], &w.stop[o.b], low)
				w.marks = append(w.marks, stop, foot&^stop)
			}
		case leave:
			for _, o := range pairs {
				w.marks = append(w.marks, w.arrives(o.a, &w.slot[o.b], r.at))
			}
		}
	}
	return len(w.p.runs)
}

// raised raises a to b, and tells the lanes that rose above low.
func raised(a, b *narrow, low uint8) (who uint64) {
	if *a == *b {
		return 0
	}
	for i, v := range b {
		if v > a[i] {
			a[i] = v
			if v > low {
				who |= 1 << i
			}
		}
	}
	return who
}

func above8(a, b *narrow) (who uint64) {
	for i, v := range a {
		if v > b[i] {
			who |= 1 << i
		}
	}
	return who
}

// asGood are the lanes for which walking from the origin is as good as what a state
// says, for boarding at a stop from a second on.
func (w *Witness) asGood(state *narrow, stop int32, at uint16) (who uint64) {
	if w.walkOf[stop] == 0 {
		return 0
	}
	var walk narrow
	w.walkOn(&walk, stop, at)
	for i, v := range state {
		if walk[i] >= v {
			who |= 1 << i
		}
	}
	return who
}

// arrives raises a cell, and tells the lanes for which that adds to what is asked.
func (w *Witness) arrives(cell int32, slot *narrow, at uint16) (who uint64) {
	state := &w.cell[cell]
	if *state == *slot {
		return 0
	}
	for lane, now := range slot {
		was := state[lane]
		if now <= was {
			continue
		}
		state[lane] = now
		if b := w.budget(w.foot[cell][lane]); b >= 0 && now > max(was, uint8(min(upTo(Second(at)-b-1, w.asked.Step), 255))) {
			who |= 1 << lane
		}
	}
	return who
}

// budget is the longest time that a journey may take to count beside a way on foot; -1
// if none does.
func (w *Witness) budget(foot Second) Second {
	longest := Second(w.end) - w.p.window.width()
	if w.profile {
		return min(longest, foot-1)
	}
	best := Second(-1)
	for _, b := range w.asked.Budgets {
		if b < foot {
			best = max(best, b)
		}
	}
	return best
}

// backward follows rises to where they came from.
func (w *Witness) backward(runs int) {
	clear(w.liveStop)
	clear(w.liveSlot)
	clear(w.liveSeat)
	at := len(w.marks)
	take := func() uint64 { at--; return w.marks[at] }
	for i := runs - 1; i >= 0; i-- {
		r := w.p.runs[i]
		pairs := w.p.pairs[r.kind]
		for k := r.hi - 1; k >= r.lo; k-- {
			o := pairs[k]
			switch r.kind {
			case leave:
				w.liveSlot[o.b] |= take()
			case change:
				m := take()
				w.liveSlot[o.b] |= m & w.liveStop[o.a]
				w.liveStop[o.a] &^= m
			case alight:
				live := w.liveSlot[o.a]
				w.liveSlot[o.a] = 0
				w.liveSeat[o.b] |= live
				w.need[w.p.owner[alight][k]] |= live
			case follow:
				live := w.liveSeat[o.a]
				w.liveSeat[o.a] = 0
				w.liveSeat[o.b] |= live
			case stay:
				m := take()
				w.liveSeat[o.b] |= m & w.liveSeat[o.a]
				w.liveSeat[o.a] &^= m
			case board, enter:
				foot, stop := take(), take()
				live := w.liveSeat[o.a]
				w.liveStop[o.b] |= stop & live
				if w.liveSeat[o.a] = live &^ (stop | foot); r.kind == enter {
					w.liveSeat[o.a] = 0
				}
			}
		}
	}
}

// Rises is how many operations rose in some lane: a measure of the work. It is for
// tests.
func (w *Witness) Rises() (n int) {
	for _, m := range w.marks {
		n += bits.OnesCount64(m)
	}
	return n
}
