package gtfs

import (
	"cmp"
	"slices"
	"time"
)

// The columns of routes.txt.
const (
	routeID = iota
	routeAgency
	routeShort
	routeLong
	routeDesc
	routeType
	routeURL
	routeColor
	routeText
	routeSort
	routePickup
	routeDrop
	routeNetwork
	routeCEMV
)

func (in *reading) readRoutes() {
	in.f.routes = map[string]Route{}
	t := in.open("routes.txt", "route_id!", "agency_id", "route_short_name", "route_long_name", "route_desc", "route_type!", "route_url", "route_color",
		"route_text_color", "route_sort_order", "continuous_pickup", "continuous_drop_off", "network_id", "cemv_support")
	if t == nil {
		return
	}
	defer t.done()
	for t.next() {
		id, ok := t.id(routeID)
		if !ok || !unique(t, in.f.routes, id, Route(len(in.f.Routes)), routeID, in.lines.routes) {
			continue
		}
		r := RouteRow{ID: id, ShortName: t.text(routeShort), LongName: t.text(routeLong), Desc: t.text(routeDesc), URL: t.text(routeURL),
			Color: in.color(t, routeColor), TextColor: in.color(t, routeText), Network: t.text(routeNetwork), CEMV: t.text(routeCEMV),
			Agency: in.agency(t), Type: in.routeType(t), SortOrder: int32(t.whole(routeSort, 0, most, 0, false)),
			ContPickup: Boarding(t.enum(routePickup, 3, 1)), ContDrop: Boarding(t.enum(routeDrop, 3, 1))}
		if r.ShortName == "" && r.LongName == "" {
			t.note(Warning, "route_both_short_and_long_name_missing", "", routeShort, "id", id)
		}
		in.f.Routes = append(in.f.Routes, r)
		in.lines.routes = append(in.lines.routes, int32(t.rows.line))
	}
}

// agency is that of the route; where there is one agency it need not be named.
func (in *reading) agency(t *table) Agency {
	a, empty, ok := refer(t, in.agencies, routeAgency)
	switch {
	case empty && len(in.f.Agencies) == 1:
		return 0
	case empty && len(in.f.Agencies) > 1:
		if a, ok = in.agencies[""]; ok {
			return a
		}
		t.note(Warning, "missing_required_field", "reference-dropped", routeAgency)
		return None
	case !ok && len(in.f.Agencies) == 1:
		t.note(Warning, "foreign_key_violation", "only-one-taken", routeAgency, "value", string(t.get(routeAgency)), "parent", "agency.txt")
		return 0
	case !ok:
		t.note(Warning, "foreign_key_violation", "reference-dropped", routeAgency, "value", string(t.get(routeAgency)), "parent", "agency.txt")
		return None
	}
	return a
}

func (in *reading) routeType(t *table) RouteType {
	v := t.whole(routeType, 0, 1799, -1, true)
	if v < 0 {
		return Bus // the feed is refused anyway
	}
	if kind := RouteType(v); kind > 7 && kind < 100 && kind != Trolleybus && kind != Monorail {
		t.note(Warning, "unexpected_enum_value", "", routeType, "value", itoa(int(v)), "high", "12")
	}
	return RouteType(v)
}

// color is six hexadecimal digits.
func (in *reading) color(t *table, col int) string {
	s := t.text(col)
	ok := s == "" || len(s) == 6
	for _, c := range s {
		ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
	}
	if !ok {
		t.note(Info, "invalid_color", "value-ignored", col, "value", s)
		return ""
	}
	return s
}

// The columns of calendar.txt; the days follow in the order of the week from Monday.
const (
	calID = iota
	calMonday
	calStart = calMonday + 7
	calEnd   = calStart + 1
)

func (in *reading) readServices() {
	in.f.services = map[string]Service{}
	in.readCalendar()
	if in.err == nil {
		in.readExceptions()
	}
	if len(in.f.Services) == 0 && in.err == nil && in.report.Errors() == 0 {
		in.lost["calendar.txt"] = true
		in.note(Error, "empty_file", "", "calendar.txt", 0, "")
	}
}

func (in *reading) readCalendar() {
	t := in.open("calendar.txt", "service_id!", "monday!", "tuesday!", "wednesday!", "thursday!", "friday!", "saturday!", "sunday!", "start_date!", "end_date!")
	if t == nil {
		return
	}
	defer t.done()
	for t.next() {
		id, ok := t.id(calID)
		if !ok || !unique(t, in.f.services, id, Service(len(in.f.Services)), calID, in.lines.services) {
			continue
		}
		s := ServiceRow{ID: id, Start: t.date(calStart, true), End: t.date(calEnd, true)}
		for i := range 7 {
			s.Days[(i+1)%7] = t.whole(calMonday+i, 0, 1, 0, true) == 1
		}
		if s.Start > s.End && s.End != 0 {
			t.note(Error, "start_and_end_range_out_of_order", "", calStart, "value", s.Start.String(), "end", s.End.String())
		}
		in.f.Services = append(in.f.Services, s)
		in.lines.services = append(in.lines.services, int32(t.rows.line))
	}
}

func (in *reading) readExceptions() {
	const (
		id = iota
		day
		kind
	)
	t := in.open("calendar_dates.txt", "service_id!", "date!", "exception_type!")
	if t == nil {
		return
	}
	defer t.done()
	t.most = most
	for t.next() {
		key, ok := t.id(id)
		d := t.date(day, true)
		k := t.whole(kind, 1, 2, 0, true)
		if !ok || d == 0 || k == 0 {
			continue
		}
		s, ok := in.f.services[key]
		if !ok {
			if s = Service(len(in.f.Services)); int(s) >= in.o.MaxRows {
				t.note(Error, "too_many_rows", "", id, "most", itoa(in.o.MaxRows))
				return
			}
			in.f.services[key] = s
			in.f.Services = append(in.f.Services, ServiceRow{ID: key})
			in.lines.services = append(in.lines.services, int32(t.rows.line))
		}
		if row := &in.f.Services[s]; k == 1 {
			row.Added = append(row.Added, d)
		} else {
			row.Removed = append(row.Removed, d)
		}
	}
	for s := range in.f.Services {
		in.exceptions(s)
	}
}

// exceptions puts the days of a service in order and finds those named twice.
func (in *reading) exceptions(s int) {
	row := &in.f.Services[s]
	for _, list := range []*[]Date{&row.Added, &row.Removed} {
		slices.Sort(*list)
		before := len(*list)
		*list = slices.Compact(*list)
		for range before - len(*list) {
			in.note(Warning, "duplicate_key", "row-left-out", "calendar_dates.txt", 0, "date", "value", row.ID, "first", "?")
		}
	}
	for _, d := range row.Added {
		if _, both := slices.BinarySearch(row.Removed, d); both {
			in.note(Error, "duplicate_key", "", "calendar_dates.txt", 0, "date", "value", row.ID+" "+d.String(), "first", "?")
		}
	}
}

// The columns of trips.txt.
const (
	tripRoute = iota
	tripService
	tripID
	tripHeadsign
	tripShort
	tripDirection
	tripBlock
	tripShape
	tripWheelchair
	tripBikes
	tripCars
)

func (in *reading) readTrips() {
	in.f.trips = make(map[string]Trip, in.guess("trips.txt", 40))
	t := in.open("trips.txt", "route_id!", "service_id!", "trip_id!", "trip_headsign", "trip_short_name", "direction_id", "block_id", "shape_id",
		"wheelchair_accessible", "bikes_allowed", "cars_allowed")
	if t == nil {
		return
	}
	defer t.done()
	for t.next() {
		id, ok := t.id(tripID)
		// A trip of no route or service refuses the feed; it is kept all the same, so
		// that its stop times are not blamed too.
		route, _ := needed(t, in.f.routes, tripRoute, "routes.txt", Error)
		service, _ := needed(t, in.f.services, tripService, "calendar.txt", Error)
		if !ok || !unique(t, in.f.trips, id, Trip(len(in.f.Trips)), tripID, in.lines.trips) {
			continue
		}
		row := TripRow{ID: id, Headsign: t.text(tripHeadsign), ShortName: t.text(tripShort), Block: t.text(tripBlock), Route: route, Service: service,
			Shape: optional(t, in.shapes, tripShape, "shapes.txt"), Direction: int8(t.whole(tripDirection, 0, 1, -1, false)),
			Wheelchair: Answer(t.enum(tripWheelchair, 2, 0)), Bikes: Answer(t.enum(tripBikes, 2, 0)), Cars: Answer(t.enum(tripCars, 2, 0))}
		in.f.Trips = append(in.f.Trips, row)
		in.lines.trips = append(in.lines.trips, int32(t.rows.line))
	}
}

func (in *reading) readFrequencies() {
	const (
		trip = iota
		start
		end
		headway
		exact
	)
	t := in.open("frequencies.txt", "trip_id!", "start_time!", "end_time!", "headway_secs!", "exact_times")
	if t == nil {
		return
	}
	defer t.done()
	for t.next() {
		at, ok := needed(t, in.f.trips, trip, "trips.txt", Error)
		q := FrequencyRow{Trip: at, Start: t.time(start), End: t.time(end), Headway: Seconds(t.whole(headway, 1, 7*86400, 0, true)), Exact: t.enum(exact, 1, 0) == 1}
		for i, v := range [2]Seconds{q.Start, q.End} {
			if v == NoTime && len(t.get(start+i)) == 0 {
				t.note(Error, "missing_required_field", "", start+i)
			}
		}
		if q.Start == NoTime || q.End == NoTime || q.Headway == 0 || !ok {
			continue
		}
		if q.Start >= q.End {
			t.note(Warning, "start_and_end_range_out_of_order", "row-left-out", start, "value", q.Start.String(), "end", q.End.String())
			continue
		}
		in.f.Frequencies = append(in.f.Frequencies, q)
	}
	in.orderFrequencies()
}

// orderFrequencies puts those of a trip together, and finds those that overlap.
func (in *reading) orderFrequencies() {
	list := in.f.Frequencies
	slices.SortStableFunc(list, func(a, b FrequencyRow) int { return cmp.Or(cmp.Compare(a.Trip, b.Trip), cmp.Compare(a.Start, b.Start)) })
	for i, q := range list {
		row := &in.f.Trips[q.Trip]
		if i == 0 || list[i-1].Trip != q.Trip {
			row.FirstFreq = int32(i)
		} else if list[i-1].End > q.Start {
			in.note(Warning, "overlapping_frequency", "", "frequencies.txt", 0, "start_time", "id", row.ID, "value", q.Start.String(), "end", list[i-1].End.String())
		}
		row.LastFreq = int32(i + 1)
	}
}

// weekday order of the specification, for writing.
var weekdays = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
