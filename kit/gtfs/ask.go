package gtfs

import (
	"slices"
	"time"
)

// StopByID finds a stop.
func (f *Feed) StopByID(id string) (Stop, bool) { s, ok := f.stops[id]; return s, ok }

// RouteByID finds a route.
func (f *Feed) RouteByID(id string) (Route, bool) { r, ok := f.routes[id]; return r, ok }

// ServiceByID finds a service.
func (f *Feed) ServiceByID(id string) (Service, bool) { s, ok := f.services[id]; return s, ok }

// TripByID finds a trip.
func (f *Feed) TripByID(id string) (Trip, bool) { t, ok := f.trips[id]; return t, ok }

// Runs reports whether a service runs on a day: exceptions go before weekdays.
func (s *ServiceRow) Runs(d Date) bool {
	if _, ok := slices.BinarySearch(s.Removed, d); ok {
		return false
	}
	if _, ok := slices.BinarySearch(s.Added, d); ok {
		return true
	}
	return s.Start != 0 && s.Start <= d && d <= s.End && s.Days[d.Weekday()]
}

// Span returns the first and the last day on which the service can run; zero where
// it never does.
func (s *ServiceRow) Span() (first, last Date) {
	widen := func(d Date) {
		if first == 0 || d < first {
			first = d
		}
		last = max(last, d)
	}
	if s.Start != 0 {
		// A year and a half finds a weekday past the longest holidays.
		for d := s.Start; d <= min(s.End, s.Start+550); d++ {
			if s.Runs(d) {
				widen(d)
				break
			}
		}
		for d := s.End; d >= max(s.Start, s.End-550); d-- {
			if s.Runs(d) {
				widen(d)
				break
			}
		}
	}
	for _, d := range s.Added {
		if s.Runs(d) {
			widen(d)
		}
	}
	return first, last
}

// ActiveOn lists the services that run on a day.
func (f *Feed) ActiveOn(d Date) []Service {
	var active []Service
	for s := range f.Services {
		if f.Services[s].Runs(d) {
			active = append(active, Service(s))
		}
	}
	return active
}

// Span returns the first and the last day on which any service can run.
func (f *Feed) Span() (first, last Date) {
	for s := range f.Services {
		a, b := f.Services[s].Span()
		if a != 0 && (first == 0 || a < first) {
			first = a
		}
		last = max(last, b)
	}
	return first, last
}

// FrequenciesOf returns the frequencies of a trip; none where it runs once.
func (f *Feed) FrequenciesOf(t Trip) []FrequencyRow {
	return f.Frequencies[f.Trips[t].FirstFreq:f.Trips[t].LastFreq]
}

// Time is the instant of a time of a service day: noon of that day in the zone of
// the agency, minus 12 hours, plus the seconds.
func (f *Feed) Time(d Date, s Seconds) time.Time {
	y, m, day := d.Civil()
	zone := f.Location
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(y, m, day, 12, 0, 0, 0, zone).Add(-12*time.Hour + time.Duration(s)*time.Second)
}

// StationOf climbs to the station of a stop; the stop itself where it has none.
func (f *Feed) StationOf(s Stop) Stop {
	for range 3 { // boarding area, platform, station
		if p := f.Stops[s].Parent; p != None {
			s = p
			continue
		}
		break
	}
	return s
}

// Wheelchair is what the feed says of wheelchairs at a stop; a stop that says
// nothing answers as its parent.
func (f *Feed) Wheelchair(s Stop) Answer {
	for range 3 {
		row := &f.Stops[s]
		if row.Wheelchair != Unknown || row.Parent == None {
			return row.Wheelchair
		}
		s = row.Parent
	}
	return Unknown
}

// Children lists the stops under each stop: those of s are list[first[s]:first[s+1]].
func (f *Feed) Children() (first []int32, list []Stop) {
	first = make([]int32, len(f.Stops)+1)
	for i := range f.Stops {
		if p := f.Stops[i].Parent; p != None {
			first[p+1]++
		}
	}
	for i := range f.Stops {
		first[i+1] += first[i]
	}
	list = make([]Stop, first[len(f.Stops)])
	next := slices.Clone(first)
	for i := range f.Stops {
		if p := f.Stops[i].Parent; p != None {
			list[next[p]] = Stop(i)
			next[p]++
		}
	}
	return first, list
}

// DayTrips is how many vehicles set out on a service day.
type DayTrips struct {
	Day   Date
	Trips int
}

// TripsByDay counts the trips of every day with service, in order, of ten years from
// the first at most. A headway counts as many times as a vehicle leaves in it.
func (f *Feed) TripsByDay() []DayTrips {
	of := make([]int, len(f.Services))
	for i := range f.Trips {
		row := &f.Trips[i]
		switch {
		case row.First == row.Last:
		case row.FirstFreq == row.LastFreq:
			of[row.Service]++
		default:
			for _, q := range f.FrequenciesOf(Trip(i)) {
				of[row.Service] += q.Departures()
			}
		}
	}
	first, last := f.Span()
	var days []DayTrips
	for d := first; first != 0 && d <= min(last, first+3653); d++ {
		n := 0
		for s := range of {
			if of[s] > 0 && f.Services[s].Runs(d) {
				n += of[s]
			}
		}
		if n > 0 {
			days = append(days, DayTrips{d, n})
		}
	}
	return days
}

// Bounds are the least and greatest longitude and latitude of the stops at which
// trips call; ok is false where none is located.
func (f *Feed) Bounds() (west, south, east, north float64, ok bool) {
	for _, s := range f.Times.Stop {
		row := &f.Stops[s]
		if !row.Located {
			continue
		}
		if !ok {
			west, south, east, north, ok = row.Point[0], row.Point[1], row.Point[0], row.Point[1], true
			continue
		}
		west, east = min(west, row.Point[0]), max(east, row.Point[0])
		south, north = min(south, row.Point[1]), max(north, row.Point[1])
	}
	return west, south, east, north, ok
}
