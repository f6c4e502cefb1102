package gtfs

import (
	"math"

	"conurb/kit/geo"
)

// check looks at the feed as a whole. What it finds is doubtful, not wrong enough to
// refuse.
func (in *reading) check() {
	if in.report.Errors() > 0 { // rows are missing: what follows would blame others
		return
	}
	in.checkBlocks()
	in.checkUse()
	in.checkSpeeds()
	in.checkTransfers()
}

// overlapsKept bounds how many later trips of a block one trip is held against.
const overlapsKept = 100

// checkBlocks finds trips that one vehicle would have to run at once.
func (in *reading) checkBlocks() {
	f := in.f
	shared := map[[2]Service]bool{}
	together := func(a, b Service) bool {
		pair := [2]Service{min(a, b), max(a, b)}
		v, ok := shared[pair]
		if !ok {
			v = f.together(pair[0], pair[1])
			shared[pair] = v
		}
		return v
	}
	for _, block := range f.blocks(func(*TripRow) bool { return true }) {
		for i, a := range block {
			for _, b := range block[i+1 : min(len(block), i+1+overlapsKept)] {
				if f.start(b) >= f.end(a) {
					break
				}
				if together(f.Trips[a].Service, f.Trips[b].Service) {
					in.note(Warning, "block_trips_with_overlapping_stop_times", "not-in-seat", "trips.txt", int(in.lines.trips[b]), "block_id",
						"id", f.Trips[b].ID, "other", f.Trips[a].ID, "value", f.Trips[b].Block)
				}
			}
		}
	}
}

// together tells whether two services share a day, of ten years at most.
func (f *Feed) together(a, b Service) bool {
	if a == b {
		return true
	}
	r, s := &f.Services[a], &f.Services[b]
	for _, d := range r.Added {
		if r.Runs(d) && s.Runs(d) {
			return true
		}
	}
	for _, d := range s.Added {
		if r.Runs(d) && s.Runs(d) {
			return true
		}
	}
	if r.Start == 0 || s.Start == 0 {
		return false
	}
	from := max(r.Start, s.Start)
	for d := from; d <= min(r.End, s.End, from+3653); d++ {
		if r.Runs(d) && s.Runs(d) {
			return true
		}
	}
	return false
}

// checkUse finds stops and shapes that nothing uses.
func (in *reading) checkUse() {
	f := in.f
	used := make([]bool, len(f.Stops))
	for _, s := range f.Times.Stop {
		used[s] = true
	}
	for s, ok := range used {
		if !ok && f.Stops[s].Kind == Platform {
			in.note(Info, "stop_without_stop_time", "", "stops.txt", int(in.lines.stops[s]), "stop_id", "id", f.Stops[s].ID)
		}
	}
	drawn := make([]bool, len(f.Shapes))
	for i := range f.Trips {
		if s := f.Trips[i].Shape; s != None {
			drawn[s] = true
		}
	}
	for s, ok := range drawn {
		if !ok {
			in.note(Info, "unused_shape", "", "shapes.txt", 0, "shape_id", "id", f.Shapes[s].ID)
		}
	}
	days := map[Service]bool{}
	for s := range f.Services {
		first, _ := f.Services[s].Span()
		days[Service(s)] = first != 0
	}
	for i := range f.Trips {
		if !days[f.Trips[i].Service] {
			in.note(Info, "trip_without_days", "", "trips.txt", int(in.lines.trips[i]), "service_id", "id", f.Trips[i].ID, "value", f.Services[f.Trips[i].Service].ID)
		}
	}
}

// fastest is the speed in km/h beyond which a place or a time is doubted, by basic
// route type: the figures of the canonical validator.
var fastest = map[RouteType]float64{Tram: 100, Rail: 500, Metro: 150, Bus: 150, Ferry: 80, CableTram: 30, AerialLift: 50, Funicular: 50, Trolleybus: 150, Monorail: 150}

// checkSpeeds finds hops that are faster than any vehicle of the route. Where both
// times are whole minutes, one more minute is allowed for rounding.
func (in *reading) checkSpeeds() {
	f := in.f
	for i := range f.Trips {
		row := &f.Trips[i]
		limit, ok := fastest[f.Routes[row.Route].Type.Basic()]
		if !ok {
			limit = 200
		}
		for k := row.First + 1; k < row.Last; k++ {
			if f.Times.Timing[k] == Interpolated || f.Times.Timing[k-1] == Interpolated {
				continue
			}
			a, b := &f.Stops[f.Times.Stop[k-1]], &f.Stops[f.Times.Stop[k]]
			if !a.Located || !b.Located {
				continue
			}
			dep, arr := f.Times.Departure[k-1], f.Times.Arrival[k]
			span := float64(arr - dep)
			if arr%60 == 0 && dep%60 == 0 {
				span += 60
			}
			if atMost(a.Point, b.Point)/math.Max(span, 1)*3.6 <= limit {
				continue
			}
			metres := geo.Distance(a.Point, b.Point)
			if kmh := metres / math.Max(span, 1) * 3.6; kmh > limit {
				in.timeNote(Warning, "fast_travel_between_consecutive_stops", "", int(k), "arrival_time", "id", row.ID,
					"value", decimalText(math.Round(kmh)), "limit", decimalText(limit), "from", a.ID, "to", b.ID)
			}
		}
	}
}

// atMost is never less than the distance of two points in metres, and quick.
func atMost(a, b geo.Point) float64 {
	const degree = geo.EarthRadius * math.Pi / 180
	return degree * (math.Abs(a[0]-b[0]) + math.Abs(a[1]-b[1]))
}

// farTransfer is how many metres apart the stops of a transfer may lie (the
// canonical validator's figure).
const farTransfer = 10_000

func (in *reading) checkTransfers() {
	for i, r := range in.f.Transfers {
		if r.From == None || r.To == None || !in.f.Stops[r.From].Located || !in.f.Stops[r.To].Located {
			continue
		}
		if d := geo.Distance(in.f.Stops[r.From].Point, in.f.Stops[r.To].Point); d > farTransfer {
			in.note(Warning, "transfer_distance_too_large", "", "transfers.txt", int(in.lines.transfers[i]), "to_stop_id",
				"from", in.f.Stops[r.From].ID, "to", in.f.Stops[r.To].ID, "value", decimalText(math.Round(d)))
		}
	}
}
