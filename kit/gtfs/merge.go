package gtfs

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Part is a feed to be merged. Its name goes before its ids where ids clash.
type Part struct {
	Name string
	Feed *Feed
}

// The ways in which feeds are not merged.
var (
	ErrNames    = errors.New("the feeds to merge need different names without a colon")
	ErrZones    = errors.New("the feeds to merge have different time zones")
	ErrTooLarge = errors.New("the feeds are together too large for one")
)

// Merge puts feeds side by side in one. Nothing is united: a service, a block or a
// zone of one feed never means one of another. Where an id of a kind stands in two
// feeds, every id of that kind gets the name of its feed and a colon before it, in
// all feeds; the kinds of which this is true are returned, so that it can be said.
// Ids of other kinds stay as they are.
func Merge(parts ...Part) (*Feed, []string, error) {
	if err := mergeable(parts); err != nil {
		return nil, nil, err
	}
	if len(parts) == 1 {
		return parts[0].Feed, nil, nil
	}
	m := &merger{f: &Feed{Timezone: parts[0].Feed.Timezone, Location: parts[0].Feed.Location, Texts: []string{""}}, clash: clashes(parts)}
	for i := range parts {
		m.columns(parts[i].Feed)
	}
	for _, p := range parts {
		m.add(p)
	}
	m.f.Info = mergedInfo(parts)
	m.f.Index()
	return m.f, slices.Sorted(maps.Keys(m.clash)), nil
}

func mergeable(parts []Part) error {
	if len(parts) == 0 {
		return ErrNames
	}
	seen := map[string]bool{}
	times, points, trips := 0, 0, 0
	for _, p := range parts {
		if p.Name == "" || strings.Contains(p.Name, ":") || seen[p.Name] {
			return fmt.Errorf("%q: %w", p.Name, ErrNames)
		}
		seen[p.Name] = true
		if p.Feed.Timezone != parts[0].Feed.Timezone {
			return fmt.Errorf("%s is in %s, %s in %s: %w", parts[0].Name, parts[0].Feed.Timezone, p.Name, p.Feed.Timezone, ErrZones)
		}
		times, points, trips = times+p.Feed.Times.Len(), points+len(p.Feed.Points.Point), trips+len(p.Feed.Trips)
	}
	if max(times, points, trips) > most {
		return ErrTooLarge
	}
	return nil
}

// idColumns gives the kind of the ids in columns of files that are kept as rows.
var idColumns = map[string]string{
	"agency_id": "agency", "route_id": "route", "trip_id": "trip", "service_id": "service", "stop_id": "stop",
	"fare_id": "fare", "origin_id": "zone", "destination_id": "zone", "contains_id": "zone",
	"area_id": "area", "from_area_id": "area", "to_area_id": "area", "network_id": "network",
	"fare_media_id": "fare_media", "fare_product_id": "fare_product", "rider_category_id": "rider_category",
	"leg_group_id": "leg_group", "from_leg_group_id": "leg_group", "to_leg_group_id": "leg_group",
	"timeframe_group_id": "timeframe", "from_timeframe_group_id": "timeframe", "to_timeframe_group_id": "timeframe",
	"from_network_id": "network", "to_network_id": "network", "from_stop_id": "stop", "to_stop_id": "stop", "attribution_id": "attribution",
}

// recordKinds gives the kind of translations.record_id by table_name.
var recordKinds = map[string]string{
	"agency": "agency", "stops": "stop", "routes": "route", "trips": "trip", "stop_times": "trip", "pathways": "pathway", "levels": "level", "attributions": "attribution",
}

// clashes are the kinds of which an id stands in two feeds.
func clashes(parts []Part) map[string]bool {
	owner := map[string]map[string]int{}
	clash := map[string]bool{}
	for i, p := range parts {
		eachID(p.Feed, func(kind, id string) {
			if id == "" && kind != "agency" {
				return
			}
			if owner[kind] == nil {
				owner[kind] = map[string]int{}
			}
			if first, ok := owner[kind][id]; ok && first != i {
				clash[kind] = true
			}
			owner[kind][id] = i
		})
	}
	return clash
}

// eachID visits every id that a feed declares.
func eachID(f *Feed, visit func(kind, id string)) {
	for i := range f.Agencies {
		visit("agency", f.Agencies[i].ID)
	}
	for i := range f.Stops {
		visit("stop", f.Stops[i].ID)
		visit("zone", f.Stops[i].Zone)
	}
	for i := range f.Levels {
		visit("level", f.Levels[i].ID)
	}
	for i := range f.Pathways {
		visit("pathway", f.Pathways[i].ID)
	}
	for i := range f.Routes {
		visit("route", f.Routes[i].ID)
		visit("network", f.Routes[i].Network)
	}
	for i := range f.Services {
		visit("service", f.Services[i].ID)
	}
	for i := range f.Trips {
		visit("trip", f.Trips[i].ID)
		visit("block", f.Trips[i].Block)
	}
	for i := range f.Shapes {
		visit("shape", f.Shapes[i].ID)
	}
	for _, k := range f.Kept {
		for c, name := range k.Columns {
			if kind, ok := idColumns[name]; ok {
				for _, row := range k.Rows {
					visit(kind, row[c])
				}
			}
		}
	}
}

// merger is a merged feed in the making.
type merger struct {
	f     *Feed
	clash map[string]bool
	name  string // of the part being added
}

func (m *merger) id(kind, id string) string {
	if id == "" || !m.clash[kind] {
		return id
	}
	return m.name + ":" + id
}

// columns makes those that any part has.
func (m *merger) columns(f *Feed) {
	s, t := &m.f.Times, &f.Times
	if t.Distance != nil && s.Distance == nil {
		s.Distance = []float64{}
	}
	if t.Headsign != nil && s.Headsign == nil {
		s.Headsign = []Text{}
	}
	if t.ContPickup != nil && s.ContPickup == nil {
		s.ContPickup = []Boarding{}
	}
	if t.ContDrop != nil && s.ContDrop == nil {
		s.ContDrop = []Boarding{}
	}
	if f.Points.Distance != nil && m.f.Points.Distance == nil {
		m.f.Points.Distance = []float64{}
	}
}

// moved shifts a position of the part to one of the whole.
func moved[T ~int32](at T, by int) T {
	if at == None {
		return None
	}
	return at + T(by)
}

func (m *merger) add(p Part) {
	m.name = p.Name
	f, g := m.f, p.Feed
	agencies, stops, levels, routes := len(f.Agencies), len(f.Stops), len(f.Levels), len(f.Routes)
	services, trips, shapes, times, freqs := len(f.Services), len(f.Trips), len(f.Shapes), f.Times.Len(), len(f.Frequencies)
	for _, a := range g.Agencies {
		if a.ID == "" {
			a.ID = p.Name // several agencies need ids
		} else {
			a.ID = m.id("agency", a.ID)
		}
		f.Agencies = append(f.Agencies, a)
	}
	for _, s := range g.Stops {
		s.ID, s.Zone = m.id("stop", s.ID), m.id("zone", s.Zone)
		s.Parent, s.Level = moved(s.Parent, stops), moved(s.Level, levels)
		f.Stops = append(f.Stops, s)
	}
	for _, l := range g.Levels {
		l.ID = m.id("level", l.ID)
		f.Levels = append(f.Levels, l)
	}
	for _, w := range g.Pathways {
		w.ID, w.From, w.To = m.id("pathway", w.ID), moved(w.From, stops), moved(w.To, stops)
		f.Pathways = append(f.Pathways, w)
	}
	for _, r := range g.Routes {
		r.ID, r.Network, r.Agency = m.id("route", r.ID), m.id("network", r.Network), moved(r.Agency, agencies)
		f.Routes = append(f.Routes, r)
	}
	for _, s := range g.Services {
		s.ID = m.id("service", s.ID)
		f.Services = append(f.Services, s)
	}
	for _, t := range g.Trips {
		t.ID, t.Block = m.id("trip", t.ID), m.id("block", t.Block)
		t.Route, t.Service, t.Shape = moved(t.Route, routes), moved(t.Service, services), moved(t.Shape, shapes)
		t.First, t.Last = t.First+int32(times), t.Last+int32(times)
		t.FirstFreq, t.LastFreq = t.FirstFreq+int32(freqs), t.LastFreq+int32(freqs)
		f.Trips = append(f.Trips, t)
	}
	for _, q := range g.Frequencies {
		q.Trip = moved(q.Trip, trips)
		f.Frequencies = append(f.Frequencies, q)
	}
	for _, r := range g.Transfers {
		r.From, r.To, r.FromRoute, r.ToRoute = moved(r.From, stops), moved(r.To, stops), moved(r.FromRoute, routes), moved(r.ToRoute, routes)
		r.FromTrip, r.ToTrip = moved(r.FromTrip, trips), moved(r.ToTrip, trips)
		f.Transfers = append(f.Transfers, r)
	}
	m.addTimes(g, stops)
	m.addShapes(g)
	m.addKept(g)
}

func (m *merger) addTimes(g *Feed, stops int) {
	s, t, n := &m.f.Times, &g.Times, g.Times.Len()
	for _, stop := range t.Stop {
		s.Stop = append(s.Stop, moved(stop, stops))
	}
	s.Arrival, s.Departure, s.Sequence = append(s.Arrival, t.Arrival...), append(s.Departure, t.Departure...), append(s.Sequence, t.Sequence...)
	s.Pickup, s.Drop, s.Timing = append(s.Pickup, t.Pickup...), append(s.Drop, t.Drop...), append(s.Timing, t.Timing...)
	s.Distance = joined(s.Distance, t.Distance, n, math.NaN())
	s.ContPickup, s.ContDrop = joined(s.ContPickup, t.ContPickup, n, AsRoute), joined(s.ContDrop, t.ContDrop, n, AsRoute)
	texts := len(m.f.Texts) - 1 // Texts[0] is "" in both
	from := len(s.Headsign)
	s.Headsign = joined(s.Headsign, t.Headsign, n, 0)
	for i := from; i < len(s.Headsign); i++ {
		if s.Headsign[i] != 0 {
			s.Headsign[i] += Text(texts)
		}
	}
	m.f.Texts = append(m.f.Texts, g.Texts[1:]...)
}

// joined appends n values of a column, or as many times what stands for none.
func joined[T any](to, from []T, n int, none T) []T {
	if to == nil || from != nil {
		if to != nil {
			to = append(to, from...)
		}
		return to
	}
	for range n {
		to = append(to, none)
	}
	return to
}

func (m *merger) addShapes(g *Feed) {
	points := int32(len(m.f.Points.Point))
	for _, s := range g.Shapes {
		m.f.Shapes = append(m.f.Shapes, ShapeRow{m.id("shape", s.ID), s.First + points, s.Last + points})
	}
	m.f.Points.Point = append(m.f.Points.Point, g.Points.Point...)
	m.f.Points.Distance = joined(m.f.Points.Distance, g.Points.Distance, len(g.Points.Point), math.NaN())
}

// addKept appends rows under the union of the columns.
func (m *merger) addKept(g *Feed) {
	for _, k := range g.Kept {
		at := slices.IndexFunc(m.f.Kept, func(t Table) bool { return t.File == k.File })
		if at < 0 {
			at = len(m.f.Kept)
			m.f.Kept = append(m.f.Kept, Table{File: k.File})
		}
		to := &m.f.Kept[at]
		place := make([]int, len(k.Columns))
		for c, name := range k.Columns {
			if place[c] = slices.Index(to.Columns, name); place[c] < 0 {
				place[c] = len(to.Columns)
				to.Columns = append(to.Columns, name)
				for i := range to.Rows {
					to.Rows[i] = append(to.Rows[i], "")
				}
			}
		}
		for _, old := range k.Rows {
			row := make([]string, len(to.Columns))
			for c, v := range old {
				row[place[c]] = m.keptID(g, &k, old, c, v)
			}
			to.Rows = append(to.Rows, row)
		}
	}
}

// keptID is a value of a kept row as it reads in the merged feed.
func (m *merger) keptID(g *Feed, k *Table, row []string, c int, v string) string {
	name := k.Columns[c]
	if name == "agency_id" && v == "" && len(g.Agencies) == 1 {
		if v = g.Agencies[0].ID; v == "" {
			return m.name
		}
	}
	kind := idColumns[name]
	if name == "record_id" {
		if at := slices.Index(k.Columns, "table_name"); at >= 0 {
			kind = recordKinds[row[at]]
		}
	}
	return m.id(kind, v)
}

// mergedInfo says who published the parts and on which days all of them are whole.
func mergedInfo(parts []Part) *InfoRow {
	var out *InfoRow
	for _, p := range parts {
		n := p.Feed.Info
		switch {
		case n == nil:
		case out == nil:
			first := *n
			out = &first
		default:
			out.Publisher, out.Version = both(out.Publisher, n.Publisher), both(out.Version, n.Version)
			if out.Lang != n.Lang {
				out.Lang = "mul" // several languages, as the specification says
			}
			if out.DefaultLang != n.DefaultLang {
				out.DefaultLang = ""
			}
			out.Start = max(out.Start, n.Start)
			if out.End == 0 || n.End != 0 && n.End < out.End {
				out.End = n.End
			}
		}
	}
	if out != nil && out.End != 0 && out.Start > out.End {
		out.Start, out.End = 0, 0 // on no day are all whole
	}
	return out
}

func both(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case b == "":
		return a
	}
	return a + "; " + b
}

// Index makes ids findable, in a feed that was put together rather than read.
func (f *Feed) Index() {
	f.stops, f.routes = make(map[string]Stop, len(f.Stops)), make(map[string]Route, len(f.Routes))
	f.services, f.trips = make(map[string]Service, len(f.Services)), make(map[string]Trip, len(f.Trips))
	for i := range f.Stops {
		f.stops[f.Stops[i].ID] = Stop(i)
	}
	for i := range f.Routes {
		f.routes[f.Routes[i].ID] = Route(i)
	}
	for i := range f.Services {
		f.services[f.Services[i].ID] = Service(i)
	}
	for i := range f.Trips {
		f.trips[f.Trips[i].ID] = Trip(i)
	}
}
