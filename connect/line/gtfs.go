package line

import (
	"fmt"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/kit/gtfs"
)

// Publication is what a feed says of itself.
type Publication struct {
	Name     string    // of the agency and of the publisher; it should say that times are modelled
	URL      string    // both need one
	Timezone string    // IANA name
	Lang     string    // BCP 47, of the names
	Day      area.Date // the day that the feed is about; it is valid on those beside it, too, for trains past midnight
	Version  string
}

// Feed is the service day of a network as GTFS: the vehicles of Timetable on one day.
// Times stand as approximate (timepoint 0) and the file modelled.txt, which is none of
// the specification's, says for every service what of it no source states. What Board
// asks for stands there only: GTFS knows it of no stop.
func Feed(n *area.Network, services []area.Service, open func(section string) bool, runs func(*area.Service) bool, p Publication) (*gtfs.Feed, Report) {
	_, rep := Timetable(n, services, open, runs)
	w := &feeder{n: n, p: p, stop: map[string]gtfs.Stop{}, route: map[string]gtfs.Route{}}
	w.f = &gtfs.Feed{
		Timezone: p.Timezone, Texts: []string{""},
		Agencies: []gtfs.AgencyRow{{ID: "area", Name: p.Name, URL: p.URL, Timezone: p.Timezone, Lang: p.Lang}},
		Services: []gtfs.ServiceRow{{ID: "day", Start: gtfs.Date(p.Day - 1), End: gtfs.Date(p.Day + 1), Days: [7]bool{true, true, true, true, true, true, true}}},
		Info:     &gtfs.InfoRow{Publisher: p.Name, URL: p.URL, Lang: p.Lang, Start: gtfs.Date(p.Day - 1), End: gtfs.Date(p.Day + 1), Version: p.Version},
	}
	modelled := gtfs.Table{File: "modelled.txt", Columns: []string{"trip_id_prefix", "line", "assumed", "source", "grade", "at_station_seconds_before"}}
	for i := range services {
		s := &services[i]
		list, _, _ := stretches(n, s, open)
		if !runs(s) || len(list) == 0 {
			continue
		}
		modelled.Rows = append(modelled.Rows, []string{s.ID, s.Line, strings.Join(s.Assumed, " "), s.Source, string(s.Grade), strconv.Itoa(s.Board)})
		for k, v := range vehicles(s, list) {
			w.trip(s, k, v)
		}
	}
	w.f.Kept = []gtfs.Table{modelled}
	return w.f, rep
}

type feeder struct {
	n     *area.Network
	p     Publication
	f     *gtfs.Feed
	stop  map[string]gtfs.Stop
	route map[string]gtfs.Route
}

func (w *feeder) trip(s *area.Service, k int, v vehicle) {
	row := gtfs.TripRow{
		ID: fmt.Sprintf("%s:%04d", s.ID, k), Headsign: w.f.Stops[w.at(v.calls[len(v.calls)-1].stop)].Name, ShortName: s.Name.In(w.p.Lang),
		Route: w.line(s.Line), Shape: gtfs.None, First: int32(w.f.Times.Len()),
	}
	if v.back {
		row.Direction = 1
	}
	t := &w.f.Times
	for i, c := range v.calls {
		t.Stop, t.Sequence, t.Timing = append(t.Stop, w.at(c.stop)), append(t.Sequence, int32(i+1)), append(t.Timing, gtfs.Approximate)
		t.Arrival, t.Departure = append(t.Arrival, gtfs.Seconds(c.arrive)), append(t.Departure, gtfs.Seconds(c.depart))
	}
	row.Last = int32(t.Len())
	w.f.Trips = append(w.f.Trips, row)
}

// at is the stop of a station, entered when first called at.
func (w *feeder) at(id string) gtfs.Stop {
	if s, known := w.stop[id]; known {
		return s
	}
	for i := range w.n.Stations {
		if k := &w.n.Stations[i]; k.ID == id {
			w.stop[id] = gtfs.Stop(len(w.f.Stops))
			w.f.Stops = append(w.f.Stops, gtfs.StopRow{ID: id, Name: k.Name.In(w.p.Lang), Point: k.Point, Located: true, Parent: gtfs.None, Level: gtfs.None, Access: -1})
		}
	}
	return w.stop[id]
}

// line is the route of a line, entered when first run.
func (w *feeder) line(id string) gtfs.Route {
	if r, known := w.route[id]; known {
		return r
	}
	for i := range w.n.Lines {
		if l := &w.n.Lines[i]; l.ID == id {
			kind := gtfs.Rail
			if l.Class == "metro" {
				kind = gtfs.Metro
			}
			w.route[id] = gtfs.Route(len(w.f.Routes))
			w.f.Routes = append(w.f.Routes, gtfs.RouteRow{ID: id, LongName: l.Name.In(w.p.Lang), Type: kind, Color: strings.ToUpper(strings.TrimPrefix(l.Colour, "#")), ContPickup: gtfs.NotAvailable, ContDrop: gtfs.NotAvailable})
		}
	}
	return w.route[id]
}
