package gtfs

import (
	"cmp"
	"slices"

	"conurb/kit/geo"
)

// BlockMetres is how far apart the last stop of a trip and the first of the next in
// its block may lie for passengers to stay on board; beyond it the vehicle runs empty
// (the figure is that of OpenTripPlanner's interlining).
const BlockMetres = 200

// Seat is a change of trip without leaving the vehicle.
type Seat struct {
	From, To Trip
	Written  bool // by a transfer of type 4; else by block_id
	NextDay  bool // To runs on the service day after that of From
}

// InSeatOn lists where passengers may stay on board on a service day: trips that
// follow each other in a block, both running that day, and the transfers of type 4;
// those of type 5 forbid it. Trips with frequencies have no fixed vehicle and are
// left out. A trip may have several successors by type 4, never by block.
func (f *Feed) InSeatOn(d Date) []Seat {
	today, tomorrow := f.running(d), f.running(d+1)
	forbidden := map[[2]Trip]bool{}
	written := map[[2]Trip]bool{}
	var seats []Seat
	for _, r := range f.Transfers {
		pair := [2]Trip{r.FromTrip, r.ToTrip}
		switch {
		case r.Type == NoInSeat:
			forbidden[pair] = true
		case r.Type != InSeat || !f.timed(r.FromTrip) || !f.timed(r.ToTrip) || written[pair]:
		default:
			next := f.end(r.FromTrip) > f.start(r.ToTrip)
			if today[f.Trips[r.FromTrip].Service] && (!next && today[f.Trips[r.ToTrip].Service] || next && tomorrow[f.Trips[r.ToTrip].Service]) {
				written[pair] = true
				seats = append(seats, Seat{r.FromTrip, r.ToTrip, true, next})
			}
		}
	}
	for _, block := range f.blocks(func(t *TripRow) bool { return today[t.Service] }) {
		for i := 1; i < len(block); i++ {
			pair := [2]Trip{block[i-1], block[i]}
			if !forbidden[pair] && !written[pair] && f.end(pair[0]) <= f.start(pair[1]) && f.near(pair[0], pair[1]) {
				seats = append(seats, Seat{From: pair[0], To: pair[1]})
			}
		}
	}
	slices.SortFunc(seats, func(a, b Seat) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return seats
}

func (f *Feed) running(d Date) []bool {
	on := make([]bool, len(f.Services))
	for s := range f.Services {
		on[s] = f.Services[s].Runs(d)
	}
	return on
}

// timed tells whether a trip is one run at fixed times.
func (f *Feed) timed(t Trip) bool {
	row := &f.Trips[t]
	return row.Last > row.First && row.FirstFreq == row.LastFreq
}

func (f *Feed) start(t Trip) Seconds { return f.Times.Departure[f.Trips[t].First] }
func (f *Feed) end(t Trip) Seconds   { return f.Times.Arrival[f.Trips[t].Last-1] }

// near tells whether b begins where a ends.
func (f *Feed) near(a, b Trip) bool {
	p, q := f.Times.Stop[f.Trips[a].Last-1], f.Times.Stop[f.Trips[b].First]
	if p == q || f.StationOf(p) == f.StationOf(q) {
		return true
	}
	s, t := &f.Stops[p], &f.Stops[q]
	return s.Located && t.Located && geo.Distance(s.Point, t.Point) <= BlockMetres
}

// blocks lists the trips of each block that are wanted, in the order of time.
func (f *Feed) blocks(want func(*TripRow) bool) [][]Trip {
	at := map[string]int{}
	var blocks [][]Trip
	for i := range f.Trips {
		row := &f.Trips[i]
		if row.Block == "" || !f.timed(Trip(i)) || !want(row) {
			continue
		}
		b, ok := at[row.Block]
		if !ok {
			b = len(blocks)
			at[row.Block] = b
			blocks = append(blocks, nil)
		}
		blocks[b] = append(blocks[b], Trip(i))
	}
	for _, b := range blocks {
		slices.SortStableFunc(b, func(x, y Trip) int {
			return cmp.Or(cmp.Compare(f.start(x), f.start(y)), cmp.Compare(f.end(x), f.end(y)))
		})
	}
	return blocks
}
