package gtfs

import (
	"bytes"
	"math"
	"slices"
)

// The columns of stop_times.txt.
const (
	timeTrip = iota
	timeArrival
	timeDeparture
	timeStop
	timeSequence
	timeHeadsign
	timePickup
	timeDrop
	timeDistance
	timePoint
	timeContPickup
	timeContDrop
	timeLocation
	timeGroup
	timeWindow
	timeWindowEnd
	timeBooking
	timeBookingDrop
)

// timesReader is stop_times.txt in the making.
type timesReader struct {
	in       *reading
	t        *table
	trips    []int32
	last     Trip // of the row before; rows of a trip mostly stand together
	lastStop Stop
	texts    map[string]Text
	partial  map[Trip]bool // trips that lost a row to an error
}

func (in *reading) readTimes() {
	t := in.open("stop_times.txt", "trip_id!", "arrival_time!", "departure_time!", "stop_id!", "stop_sequence!", "stop_headsign", "pickup_type", "drop_off_type",
		"shape_dist_traveled", "timepoint", "continuous_pickup", "continuous_drop_off", "location_id", "location_group_id",
		"start_pickup_drop_off_window", "end_pickup_drop_off_window", "pickup_booking_rule_id", "drop_off_booking_rule_id")
	if t == nil {
		return
	}
	defer t.done()
	t.most = most
	r := &timesReader{in: in, t: t, last: None, lastStop: None, texts: map[string]Text{"": 0}, partial: map[Trip]bool{}}
	r.room(in.guess("stop_times.txt", 32))
	for t.next() {
		r.row()
	}
	if in.err == nil {
		r.order()
	}
}

// room makes space for rows.
func (r *timesReader) room(n int) {
	s := &r.in.f.Times
	r.trips = make([]int32, 0, n)
	s.Stop, s.Arrival, s.Departure, s.Sequence = make([]Stop, 0, n), make([]Seconds, 0, n), make([]Seconds, 0, n), make([]int32, 0, n)
	s.Pickup, s.Drop, s.Timing = make([]Boarding, 0, n), make([]Boarding, 0, n), make([]Timing, 0, n)
	r.in.lines.times = make([]int32, 0, n)
	if r.t.has(timeDistance) {
		s.Distance = make([]float64, 0, n)
	}
	if r.t.has(timeHeadsign) {
		s.Headsign = make([]Text, 0, n)
	}
	if r.t.has(timeContPickup) {
		s.ContPickup = make([]Boarding, 0, n)
	}
	if r.t.has(timeContDrop) {
		s.ContDrop = make([]Boarding, 0, n)
	}
}

func (r *timesReader) row() {
	t, s := r.t, &r.in.f.Times
	if len(t.get(timeStop)) == 0 && (len(t.get(timeLocation)) > 0 || len(t.get(timeGroup)) > 0 || len(t.get(timeWindow)) > 0) {
		t.note(Warning, "flexible_service", "row-left-out", timeLocation)
		return
	}
	trip, tok := r.trip()
	stop, sok := r.stop()
	sequence := t.whole32(timeSequence)
	arrival, departure := t.time(timeArrival), t.time(timeDeparture)
	if !tok || !sok || sequence < 0 {
		r.partial[trip] = true
		return
	}
	timing := Exact
	if point := t.get(timePoint); len(point) == 1 && point[0] == '0' {
		timing = Approximate
	} else if arrival == NoTime && departure == NoTime && len(point) == 1 && point[0] == '1' {
		t.note(Warning, "stop_time_timepoint_without_times", "times-interpolated", timePoint)
	}
	r.trips = append(r.trips, int32(trip))
	s.Stop = append(s.Stop, stop)
	s.Arrival = append(s.Arrival, arrival)
	s.Departure = append(s.Departure, departure)
	s.Sequence = append(s.Sequence, sequence)
	s.Pickup = append(s.Pickup, Boarding(t.enum(timePickup, 3, 0)))
	s.Drop = append(s.Drop, Boarding(t.enum(timeDrop, 3, 0)))
	s.Timing = append(s.Timing, timing)
	r.in.lines.times = append(r.in.lines.times, int32(t.rows.line))
	if s.Distance != nil {
		s.Distance = append(s.Distance, t.number(timeDistance, 0, math.MaxFloat64))
	}
	if s.Headsign != nil {
		s.Headsign = append(s.Headsign, r.text())
	}
	if s.ContPickup != nil {
		s.ContPickup = append(s.ContPickup, Boarding(t.enum(timeContPickup, 3, uint8(AsRoute))))
	}
	if s.ContDrop != nil {
		s.ContDrop = append(s.ContDrop, Boarding(t.enum(timeContDrop, 3, uint8(AsRoute))))
	}
}

func (r *timesReader) trip() (Trip, bool) {
	if b := r.t.get(timeTrip); r.last != None && string(b) == r.in.f.Trips[r.last].ID {
		return r.last, true
	}
	trip, ok := needed(r.t, r.in.f.trips, timeTrip, "trips.txt", Error)
	if ok {
		r.last = trip
	}
	return trip, ok
}

func (r *timesReader) stop() (Stop, bool) {
	stop, ok := needed(r.t, r.in.f.stops, timeStop, "stops.txt", Error)
	if ok && r.in.f.Stops[stop].Kind != Platform {
		r.t.note(Warning, "location_with_unexpected_stop_time", "", timeStop, "value", r.in.f.Stops[stop].ID)
	}
	return stop, ok
}

// text is a headsign by its number.
func (r *timesReader) text() Text {
	b := bytes.TrimSpace(r.t.get(timeHeadsign))
	if n, ok := r.texts[string(b)]; ok {
		return n
	}
	s := r.t.text(timeHeadsign)
	n := Text(len(r.in.f.Texts))
	r.in.f.Texts = append(r.in.f.Texts, s)
	r.texts[string(b)] = n
	return n
}

// whole32 reads a required number from 0; -1 where it is bad.
func (t *table) whole32(col int) int32 {
	b := t.get(col)
	if len(b) == 0 || len(b) > 8 {
		return int32(t.whole(col, 0, most, -1, true))
	}
	n := int32(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return int32(t.whole(col, 0, most, -1, true))
		}
		n = n*10 + int32(c-'0')
	}
	return n
}

// order puts the stop times of each trip together and in sequence, and sees to
// their times.
func (r *timesReader) order() {
	in, s := r.in, &r.in.f.Times
	first, order := gather(r.trips, s.Sequence, len(in.f.Trips))
	r.trips = nil
	s.Stop, s.Arrival, s.Departure, s.Sequence = arranged(s.Stop, order), arranged(s.Arrival, order), arranged(s.Departure, order), arranged(s.Sequence, order)
	s.Pickup, s.Drop, s.Timing = arranged(s.Pickup, order), arranged(s.Drop, order), arranged(s.Timing, order)
	s.Distance, s.Headsign = arranged(s.Distance, order), arranged(s.Headsign, order)
	s.ContPickup, s.ContDrop = arranged(s.ContPickup, order), arranged(s.ContDrop, order)
	in.lines.times = arranged(in.lines.times, order)
	if !slices.ContainsFunc(s.Distance, func(d float64) bool { return d == d }) {
		s.Distance = nil
	}
	for i := range in.f.Trips {
		row := &in.f.Trips[i]
		row.First, row.Last = first[i], first[i+1]
		if !r.partial[Trip(i)] {
			in.timesOf(row)
		}
	}
}
