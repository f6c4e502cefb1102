package transit

import "slices"

// thinned is the program with some of its operations only, of the first runs. keep is
// asked with the number of an operation, in the order of time, and its trip.
func (p *Program) thinned(runs int, keep func(at int, trip int32) bool) *Program {
	out := &Program{window: p.window, slack: p.slack, trips: p.trips, stops: p.stops, cells: p.cells, stopOf: p.stopOf, cellOf: p.cellOf, reached: p.reached}
	slotOf, slotTrip, seatOf := fillNone(p.slots), fillNone(p.slots), fillNone(p.seats)
	var ops []operation
	alightings, n := int32(0), -1
	for _, r := range p.runs[:runs] {
		at := p.window.From + Second(r.at) - 1
		for k := r.lo; k < r.hi; k++ {
			n++
			switch o := p.pairs[r.kind][k]; r.kind {
			case change, leave:
				if keep(n, slotTrip[o.b]) && slotOf[o.b] != None {
					ops = append(ops, operation{at, 0, r.kind, o.a, slotOf[o.b]})
				}
			case alight:
				trip := p.owner[alight][k]
				slotTrip[o.a], slotOf[o.a] = trip, None
				if keep(n, trip) {
					slotOf[o.a] = alightings
					ops = append(ops, operation{at, 0, alight, alightings, trip})
					alightings++
				}
			case follow, stay:
				trip := p.owner[r.kind][k]
				seatOf[o.a] = trip
				if keep(n, trip) {
					ops = append(ops, operation{at, 0, stay, trip, seatOf[o.b]})
				}
			case enter, board:
				trip := p.owner[r.kind][k]
				seatOf[o.a] = trip
				if keep(n, trip) {
					ops = append(ops, operation{at, 0, board, trip, o.b})
				}
			}
		}
	}
	out.lay(ops, int(alightings))
	return out
}

// Without is the program without some trips. It shares its arrays with the whole one,
// but for those by which trips begin: one that is out takes nobody on board.
func (p *Program) Without(off []bool) *Program {
	out := *p
	nothing := [kinds]int32{enter: int32(p.stops), board: int32(p.stops), follow: int32(p.seats), stay: int32(p.seats)}
	for _, k := range []kind{enter, board, follow, stay} {
		shared := true
		for i, trip := range p.owner[k] {
			if !off[trip] {
				continue
			}
			if shared {
				out.pairs[k], shared = slices.Clone(p.pairs[k]), false
			}
			out.pairs[k][i].b = nothing[k]
		}
	}
	out.stops, out.seats = p.stops+1, p.seats+1 // a stop and a seat where nobody ever is
	return &out
}

// Uses tells of each trip whether the program has operations of it.
func (p *Program) Uses() []bool {
	out := make([]bool, p.trips)
	for _, list := range p.owner {
		for _, trip := range list {
			out[trip] = true
		}
	}
	return out
}

// Without is the timetable without some trips; the others keep their order. People stay
// seated only where both trips run.
func (t *Timetable) Without(off []bool) *Timetable {
	out := &Timetable{StopPlace: t.StopPlace, StopName: t.StopName, RouteName: t.RouteName, TripFirst: []int32{0}}
	now := make([]Trip, t.Trips())
	for k := range now {
		if now[k] = None; off[k] {
			continue
		}
		now[k] = Trip(out.Trips())
		lo, hi := t.TripFirst[k], t.TripFirst[k+1]
		out.EventStop = append(out.EventStop, t.EventStop[lo:hi]...)
		out.Arrive, out.Depart = append(out.Arrive, t.Arrive[lo:hi]...), append(out.Depart, t.Depart[lo:hi]...)
		if t.Closed != nil {
			out.Closed = append(out.Closed, t.Closed[lo:hi]...)
		}
		out.TripFirst = append(out.TripFirst, int32(len(out.EventStop)))
		out.TripRoute = append(out.TripRoute, t.TripRoute[k])
	}
	for k, next := range t.Stay {
		if now[k] == None {
			continue
		}
		if next != None {
			next = now[next]
		}
		out.Stay = append(out.Stay, next)
	}
	return out
}
