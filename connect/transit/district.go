package transit

import (
	"math"
	"slices"
)

// For is the program cut down to the operations that matter to somebody from some of
// the origins on journeys of at most longest seconds: those by which the latest
// departure of them all is there at all, and not too long ago. Its sweeps tell the
// same of these origins as those of the whole program, from a state that is smaller by
// as much as the origins are near each other. Stops and cells keep their numbers for
// those who ask.
func (p *Program) For(access *Walks, origins []int32, longest Second) *Program {
	return new(Cutter).For(p, access, origins, longest)
}

// Cutter makes programs for districts. It keeps its buffers; one goroutine at a time.
type Cutter struct {
	p       *Program
	out     Program // what has been kept; its operations are buffers
	longest Second
	last    uint16
	low     uint16 // whoever left before has no time left

	walk             []uint16 // by stop, slack included; 65,535 where there is no way
	stop, slot, seat []uint16 // the latest departure of all origins together; 0 where nobody is
	slotNew, seatNew []int32  // lines here of lines of the whole; None
	slots, seats     pool
	stopNew, cellNew []int32 // None where nobody gets
	stops            int32
}

// For is Program.For.
func (c *Cutter) For(p *Program, access *Walks, origins []int32, longest Second) *Program {
	c.begin(p, min(longest, p.window.Longest))
	for _, o := range origins {
		to, time := access.From(int(o))
		for i, s := range to {
			if s = local(p.stopOf, s); s != None {
				c.walk[s] = uint16(min(Second(c.walk[s]), time[i]+p.slack))
			}
		}
	}
	for _, r := range p.runs {
		if Second(r.at) > p.window.width()+c.longest {
			break
		}
		c.low = uint16(max(1, Second(r.at)-c.longest))
		c.run(r)
	}
	return c.program()
}

func (c *Cutter) begin(p *Program, longest Second) {
	c.p, c.longest, c.last = p, longest, uint16(p.window.width())
	c.walk, c.stop = filled(c.walk, p.stops, math.MaxUint16), filled(c.stop, p.stops, 0)
	c.slot, c.seat = filled(c.slot, p.slots, 0), filled(c.seat, p.seats, 0)
	c.slotNew, c.seatNew = filled(c.slotNew, p.slots, None), filled(c.seatNew, p.seats, None)
	c.slots, c.seats = pool{free: c.slots.free[:0]}, pool{free: c.seats.free[:0]}
	c.stopNew, c.cellNew, c.stops = fillNone(p.stops), fillNone(p.cells), 0
	c.out.runs, c.out.reached = c.out.runs[:0], nil
	for k := range c.out.pairs {
		c.out.pairs[k], c.out.owner[k] = c.out.pairs[k][:0], c.out.owner[k][:0]
	}
}

// filled is a slice of so many equal values, in the room of another.
func filled[T any](room []T, n int, v T) []T {
	room = slices.Grow(room[:0], n)[:n]
	for i := range room {
		room[i] = v
	}
	return room
}

// program copies what has been kept, and names its stops and cells.
func (c *Cutter) program() *Program {
	p := &Program{window: c.p.window, slack: c.p.slack, trips: c.p.trips, slots: c.slots.size, seats: c.seats.size, runs: slices.Clone(c.out.runs)}
	p.window.Longest = c.longest
	for k := range p.pairs {
		switch kind(k) {
		case change:
			p.pairs[k] = renamed(c.out.pairs[k], c.stopNew, c.stopHere)
		case leave:
			p.pairs[k] = renamed(c.out.pairs[k], c.cellNew, c.cellHere)
		default:
			p.pairs[k], p.owner[k] = slices.Clone(c.out.pairs[k]), slices.Clone(c.out.owner[k])
		}
	}
	p.stops, p.cells, p.reached = int(c.stops), len(c.out.reached), c.out.reached
	p.stopOf, p.cellOf = numbers(c.p.stopOf, c.stopNew), numbers(c.p.cellOf, c.cellNew)
	if p.reached == nil {
		p.reached = []int32{} // none, not all
	}
	return p
}

// renamed copies operations and gives what they lead to its new number, or has it
// numbered.
func renamed(pairs []pair, new []int32, number func(int32) int32) []pair {
	out := make([]pair, len(pairs))
	for i, o := range pairs {
		n := new[o.a]
		if n == None {
			n = number(o.a)
		}
		out[i] = pair{n, o.b}
	}
	return out
}

// numbers are those of a program of programs: of the whole's names, by of, then by new.
func numbers(of, new []int32) []int32 {
	if of == nil {
		return new
	}
	out := make([]int32, len(of))
	for i, n := range of {
		if out[i] = None; n != None {
			out[i] = new[n]
		}
	}
	return out
}

// run keeps what matters of one run.
func (c *Cutter) run(r run) {
	pairs, before := c.p.pairs[r.kind][r.lo:r.hi], len(c.out.pairs[r.kind])
	switch r.kind {
	case change:
		c.out.pairs[change] = c.changes(c.out.pairs[change], pairs)
	case alight:
		c.alights(r, pairs)
	case leave:
		c.out.pairs[leave] = c.leaves(c.out.pairs[leave], pairs)
	case follow, stay:
		for i, o := range pairs {
			c.onto(r, i, o.a, c.seat[o.b], follow, c.seatNew[o.b])
		}
		return
	case enter, board:
		for i, o := range pairs {
			v := c.stop[o.b]
			if w := c.walk[o.b]; w < r.at {
				v = max(v, min(r.at-w, c.last))
			}
			from := int32(None)
			if v >= c.low {
				from = c.stopHere(o.b)
			}
			c.onto(r, i, o.a, v, enter, from)
		}
		return
	}
	if after := len(c.out.pairs[r.kind]); after > before {
		c.out.runs = append(c.out.runs, run{r.kind, r.at, int32(before), int32(after)})
	}
}

func (c *Cutter) cellHere(cell int32) int32 {
	if c.cellNew[cell] == None {
		c.cellNew[cell] = int32(len(c.out.reached))
		name := cell
		if c.p.reached != nil {
			name = c.p.reached[name]
		}
		c.out.reached = append(c.out.reached, name)
	}
	return c.cellNew[cell]
}

func (c *Cutter) stopHere(s int32) int32 {
	if c.stopNew[s] == None {
		c.stopNew[s] = c.stops
		c.stops++
	}
	return c.stopNew[s]
}

// changes and leaves keep operations under the whole's stops and cells, as program
// renames them, and without a branch: what is kept and what is not comes in no order
// that a processor could guess.
func (c *Cutter) changes(kept, pairs []pair) []pair {
	slot, stop, slotNew, low := c.slot, c.stop, c.slotNew, c.low
	kept = slices.Grow(kept, len(pairs))
	room, n := kept[len(kept):len(kept)+len(pairs)], 0
	for _, o := range pairs {
		v := slot[o.b]
		room[n] = pair{o.a, slotNew[o.b]}
		if v >= low {
			n++
		} else {
			v = 0
		}
		stop[o.a] = max(stop[o.a], v)
	}
	return kept[:len(kept)+n]
}

func (c *Cutter) leaves(kept, pairs []pair) []pair {
	slot, slotNew, low := c.slot, c.slotNew, c.low
	kept = slices.Grow(kept, len(pairs))
	room, n := kept[len(kept):len(kept)+len(pairs)], 0
	for _, o := range pairs {
		room[n] = pair{o.a, slotNew[o.b]}
		if slot[o.b] >= low {
			n++
		}
	}
	return kept[:len(kept)+n]
}

// alights keeps those of trips that somebody is on. Where nobody is, the line that the
// alighting overwrites is free.
func (c *Cutter) alights(r run, pairs []pair) {
	for i, o := range pairs {
		v, line := c.seat[o.b], c.slotNew[o.a]
		if v < c.low {
			if c.slot[o.a] = 0; line != None {
				c.slots.free, c.slotNew[o.a] = append(c.slots.free, line), None
			}
			continue
		}
		if line == None {
			line = c.slots.take()
			c.slotNew[o.a] = line
		}
		c.slot[o.a] = v
		c.out.pairs[alight] = append(c.out.pairs[alight], pair{line, c.seatNew[o.b]})
		c.out.owner[alight] = append(c.out.owner[alight], c.p.owner[alight][int(r.lo)+i])
	}
}

// onto keeps operation i of a run that brings people who left at v at the latest to a
// seat from a line: as first where nobody is on it, as the kind after that else.
func (c *Cutter) onto(r run, i int, seat int32, v uint16, first kind, from int32) {
	line := c.seatNew[seat]
	if r.kind == first { // another trip than the one before
		c.seat[seat] = 0
	}
	if v < c.low {
		if c.seat[seat] == 0 && line != None {
			c.seats.free, c.seatNew[seat] = append(c.seats.free, line), None
		}
		return
	}
	k := first
	if c.seat[seat] > 0 {
		k++ // stay after follow, board after enter
	}
	if line == None {
		line = c.seats.take()
		c.seatNew[seat] = line
	}
	c.seat[seat] = max(c.seat[seat], v)
	c.out.append(k, r.at, pair{line, from}, c.p.owner[r.kind][int(r.lo)+i])
}
