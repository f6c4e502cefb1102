package transit

import "math"

// For is the program cut down to the operations that matter to somebody from some of
// the origins on journeys of at most longest seconds: those by which the latest
// departure of them all is there at all, and not too long ago. Its sweeps tell the
// same of these origins as those of the whole program, from a state that is smaller by
// as much as the origins are near each other. The shape is that of the whole: stops
// and cells keep their numbers for those who ask.
func (p *Program) For(access *Walks, origins []int32, longest Second) *Program {
	d := newDistrict(p, access, origins, min(longest, p.window.Longest))
	for _, r := range p.runs {
		if Second(r.at) > p.window.width()+d.longest {
			break
		}
		d.run(r)
	}
	out := &Program{window: p.window, slack: p.slack, trips: p.trips, stops: len(d.stopName), cells: len(d.cellName)}
	out.window.Longest = d.longest
	out.stopOf, out.cellOf, out.reached = d.numbers(p.stopOf, d.stopNew), d.numbers(p.cellOf, d.cellNew), d.cellName
	if p.reached != nil {
		for i, c := range out.reached {
			out.reached[i] = p.reached[c]
		}
	}
	out.lay(d.ops, int(d.alightings))
	return out
}

// district follows the latest departure of all its origins together through a program.
type district struct {
	p                  *Program
	longest            Second
	last               uint16
	walk               []uint16 // by stop, slack included; 65,535 where there is no way
	stop, slot, seat   []uint16
	slotOf, seatOf     []int32 // what a line holds now: an alighting, numbered here, a trip
	stopNew, cellNew   []int32 // None where nobody gets
	stopName, cellName []int32
	alightings         int32
	ops                []operation
}

func newDistrict(p *Program, access *Walks, origins []int32, longest Second) *district {
	d := &district{p: p, longest: longest, last: uint16(p.window.width())}
	d.walk, d.stop, d.slot, d.seat = make([]uint16, p.stops), make([]uint16, p.stops), make([]uint16, p.slots), make([]uint16, p.seats)
	d.slotOf, d.seatOf = make([]int32, p.slots), make([]int32, p.seats)
	d.stopNew, d.cellNew = fillNone(p.stops), fillNone(p.cells)
	for i := range d.walk {
		d.walk[i] = math.MaxUint16
	}
	for _, o := range origins {
		to, time := access.From(int(o))
		for i, s := range to {
			if s = local(p.stopOf, s); s != None {
				d.walk[s] = uint16(min(Second(d.walk[s]), time[i]+p.slack))
			}
		}
	}
	return d
}

// numbers are those of a program of programs: of the whole's names, by of, then by new.
func (d *district) numbers(of, new []int32) []int32 {
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

// timely tells whether whoever left at v may still arrive at a second or later.
func (d *district) timely(v, at uint16) bool { return v > 0 && Second(at)-Second(v) <= d.longest }

func named(new []int32, names *[]int32, i int32) int32 {
	if new[i] == None {
		new[i] = int32(len(*names))
		*names = append(*names, i)
	}
	return new[i]
}

// run keeps what matters of one run.
func (d *district) run(r run) {
	p, at := d.p, d.p.window.From+Second(r.at)-1
	for i, o := range p.pairs[r.kind][r.lo:r.hi] {
		switch r.kind {
		case change:
			if v := d.slot[o.b]; d.timely(v, r.at) {
				d.stop[o.a] = max(d.stop[o.a], v)
				d.ops = append(d.ops, operation{at, 0, change, named(d.stopNew, &d.stopName, o.a), d.slotOf[o.b]})
			}
		case alight:
			v := d.seat[o.b]
			if d.slot[o.a] = 0; d.timely(v, r.at) {
				d.slot[o.a], d.slotOf[o.a] = v, d.alightings
				d.ops = append(d.ops, operation{at, 0, alight, d.alightings, d.seatOf[o.b]})
				d.alightings++
			}
		case follow, stay:
			trip, v := p.owner[r.kind][int(r.lo)+i], d.seat[o.b]
			if r.kind == follow {
				d.seat[o.a], d.seatOf[o.a] = 0, trip
			}
			if d.timely(v, r.at) {
				d.seat[o.a] = max(d.seat[o.a], v)
				d.ops = append(d.ops, operation{at, 0, stay, trip, d.seatOf[o.b]})
			}
		case enter, board:
			trip, v := p.owner[r.kind][int(r.lo)+i], d.stop[o.b]
			if w := d.walk[o.b]; w < r.at {
				v = max(v, min(r.at-w, d.last))
			}
			if r.kind == enter {
				d.seat[o.a], d.seatOf[o.a] = 0, trip
			}
			if d.timely(v, r.at) {
				d.seat[o.a] = max(d.seat[o.a], v)
				d.ops = append(d.ops, operation{at, 0, board, trip, named(d.stopNew, &d.stopName, o.b)})
			}
		case leave:
			if d.timely(d.slot[o.b], r.at) {
				d.ops = append(d.ops, operation{at, 0, leave, named(d.cellNew, &d.cellName, o.a), d.slotOf[o.b]})
			}
		}
	}
}
