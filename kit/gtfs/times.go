package gtfs

import (
	"math"

	"conurb/kit/geo"
)

// halfDay tells a time written without its day from one that is wrong: what falls
// by more than this has passed midnight.
const halfDay = 12 * 3600

// timesOf checks and completes the stop times of a trip.
func (in *reading) timesOf(row *TripRow) {
	a, b := int(row.First), int(row.Last)
	switch b - a {
	case 0:
		in.note(Warning, "unused_trip", "", "trips.txt", int(in.lines.trips[in.f.trips[row.ID]]), "trip_id", "id", row.ID)
		return
	case 1:
		in.note(Warning, "unusable_trip", "", "trips.txt", int(in.lines.trips[in.f.trips[row.ID]]), "trip_id", "id", row.ID)
	}
	in.pairs(row, a, b)
	in.distances(row, a, b)
	whole := true
	for _, i := range [2]int{a, b - 1} {
		if in.f.Times.Arrival[i] == NoTime {
			in.timeNote(Error, "missing_trip_edge", "", i, "arrival_time", "id", row.ID)
			whole = false
		}
	}
	if !whole || !in.forward(row, a, b) {
		return
	}
	for l := a; l < b-1; {
		r := l + 1
		for in.f.Times.Arrival[r] == NoTime {
			r++
		}
		if r > l+1 {
			in.interpolate(row, l, r)
		}
		l = r
	}
}

// timeNote reports a fault of a stop time.
func (in *reading) timeNote(sev Severity, code, mend string, i int, field string, args ...string) {
	in.note(sev, code, mend, "stop_times.txt", int(in.lines.times[i]), field, args...)
}

// pairs completes rows with one of the two times, and finds sequences given twice.
func (in *reading) pairs(row *TripRow, a, b int) {
	s := &in.f.Times
	for i := a; i < b; i++ {
		if i > a && s.Sequence[i] == s.Sequence[i-1] {
			in.timeNote(Error, "duplicate_key", "", i, "stop_sequence", "value", row.ID+" "+itoa(s.Sequence[i]), "first", itoa(in.lines.times[i-1]))
		}
		switch {
		case s.Arrival[i] == NoTime && s.Departure[i] != NoTime:
			in.timeNote(Warning, "stop_time_with_only_arrival_or_departure_time", "other-time-taken", i, "arrival_time", "id", row.ID)
			s.Arrival[i] = s.Departure[i]
		case s.Arrival[i] != NoTime && s.Departure[i] == NoTime:
			in.timeNote(Warning, "stop_time_with_only_arrival_or_departure_time", "other-time-taken", i, "departure_time", "id", row.ID)
			s.Departure[i] = s.Arrival[i]
		}
	}
}

// distances finds shape_dist_traveled that does not grow.
func (in *reading) distances(row *TripRow, a, b int) {
	s := &in.f.Times
	if s.Distance == nil {
		return
	}
	last := math.NaN()
	for i := a; i < b; i++ {
		d := s.Distance[i]
		if d <= last { // false for NaN
			in.timeNote(Warning, "decreasing_or_equal_stop_time_distance", "", i, "shape_dist_traveled", "id", row.ID,
				"value", decimalText(d), "before", decimalText(last))
		}
		if d == d {
			last = d
		}
	}
}

// forward sees that time does not run backwards. Where it falls by more than half a
// day, the rest of the trip is on the next day.
func (in *reading) forward(row *TripRow, a, b int) bool {
	s := &in.f.Times
	day, last := Seconds(0), NoTime
	pass := func(v *Seconds, i int, field string) bool {
		if *v += day; last != NoTime && *v < last && last-*v > halfDay {
			in.timeNote(Warning, "stop_time_with_arrival_before_previous_departure_time", "carried-past-midnight", i, field,
				"id", row.ID, "value", v.String(), "before", last.String())
			day += 86400
			*v += 86400
		}
		ok := last == NoTime || *v >= last
		if !ok && field == "departure_time" {
			in.timeNote(Error, "start_and_end_range_out_of_order", "", i, "arrival_time", "value", last.String(), "end", v.String())
		} else if !ok {
			in.timeNote(Error, "stop_time_with_arrival_before_previous_departure_time", "", i, field, "id", row.ID, "value", v.String(), "before", last.String())
		}
		last = *v
		return ok
	}
	all := true
	for i := a; i < b; i++ {
		if s.Arrival[i] == NoTime {
			continue
		}
		all = pass(&s.Arrival[i], i, "arrival_time") && all
		all = pass(&s.Departure[i], i, "departure_time") && all
	}
	return all
}

// interpolate fills the times strictly between l and r, which have theirs.
func (in *reading) interpolate(row *TripRow, l, r int) {
	s := &in.f.Times
	along := in.alongDistance(l, r)
	if along == nil {
		along = in.alongStops(l, r)
	}
	from, span := s.Departure[l], float64(s.Arrival[r]-s.Departure[l])
	for i := l + 1; i < r; i++ {
		share := float64(i-l) / float64(r-l)
		if along != nil {
			share = along[i-l] / along[r-l]
		}
		at := from + Seconds(math.Round(span*share))
		s.Arrival[i], s.Departure[i], s.Timing[i] = at, at, Interpolated
		in.timeNote(Info, "stop_time_without_times", "times-interpolated", i, "arrival_time", "id", row.ID)
	}
}

// alongDistance is how far each stop from l to r lies from l by shape_dist_traveled;
// nil where one is missing or they do not grow.
func (in *reading) alongDistance(l, r int) []float64 {
	d := in.f.Times.Distance
	if d == nil || !(d[r] > d[l]) {
		return nil
	}
	along := make([]float64, r-l+1)
	for i := l + 1; i <= r; i++ {
		if !(d[i] >= d[i-1]) {
			return nil
		}
		along[i-l] = d[i] - d[l]
	}
	return along
}

// alongStops is the same by great circles from stop to stop.
func (in *reading) alongStops(l, r int) []float64 {
	along := make([]float64, r-l+1)
	for i := l; i <= r; i++ {
		s := &in.f.Stops[in.f.Times.Stop[i]]
		if !s.Located {
			return nil
		}
		if i > l {
			along[i-l] = along[i-l-1] + geo.Distance(in.f.Stops[in.f.Times.Stop[i-1]].Point, s.Point)
		}
	}
	if along[r-l] <= 0 {
		return nil
	}
	return along
}
