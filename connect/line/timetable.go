package line

import (
	"conurb/area"
	"conurb/connect/transit"
)

const (
	day    = 24 * 3600
	beyond = 28 * 3600 // until when runs of the next day are part of this one
)

// Timetable is the service day of a network: of the services that run, on the sections
// that are open. It depends on nothing else.
func Timetable(n *area.Network, services []area.Service, open func(section string) bool, runs func(*area.Service) bool) (*transit.Timetable, Report) {
	b := &builder{stop: make(map[string]transit.Stop, len(n.Stations)), t: &transit.Timetable{TripFirst: []int32{0}}}
	for i, s := range n.Stations {
		b.stop[s.ID] = transit.Stop(i)
		b.t.StopPlace, b.t.StopName = append(b.t.StopPlace, s.Point), append(b.t.StopName, named(s.Name))
	}
	for i := range services {
		s := &services[i]
		b.t.RouteName = append(b.t.RouteName, named(s.Name))
		if !runs(s) {
			b.rep.Idle = append(b.rep.Idle, Idle{Service: s.ID, Why: NotNow})
			continue
		}
		list, why, closed := stretches(n, s, open)
		if len(list) == 0 {
			b.rep.Idle = append(b.rep.Idle, Idle{s.ID, why, closed})
			continue
		}
		b.note(s, list, closed)
		for _, r := range vehicles(s, list) {
			b.add(i, s.Board, r)
		}
	}
	return b.t, b.rep
}

// named writes a name in both languages: stops and routes are looked up by their number
// where one of them is wanted.
func named(t area.Text) string {
	if t.En == "" || t.Zh == "" || t.En == t.Zh {
		return t.Zh + t.En
	}
	return t.Zh + " " + t.En
}

type builder struct {
	t    *transit.Timetable
	rep  Report
	stop map[string]transit.Stop
}

// note enters a service that runs into the report.
func (b *builder) note(s *area.Service, list []stretch, closed string) {
	b.rep.Services++
	if len(s.Assumed) > 0 {
		b.rep.Assumed = append(b.rep.Assumed, Assumed{s.ID, s.Assumed})
	}
	if len(list) == 1 && list[0] == (stretch{0, len(s.Stops) - 1}) {
		return
	}
	p := Part{Service: s.ID, Section: closed}
	for _, k := range list {
		p.Stretch = append(p.Stretch, [2]string{s.Stops[k.first], s.Stops[k.last]})
	}
	b.rep.Part = append(b.rep.Part, p)
}

// add enters the run of a vehicle, on this day and, as far as it concerns this one, on
// the days beside it.
func (b *builder) add(service, board int, v vehicle) {
	b.rep.Runs++
	b.trips(service, board, v, 0)
	calls := v.calls
	if calls[len(calls)-1].arrive >= day {
		b.rep.Night++
		b.trips(service, board, v, -day)
	}
	if calls[0].depart+day < beyond {
		b.rep.Night++
		b.trips(service, board, v, day)
	}
}

// trips enters a run: as one trip, or as one for each stop where people get on.
func (b *builder) trips(service, board int, v vehicle, move transit.Second) {
	t := b.t
	lead := transit.Second(board)
	for first := range v.calls[:len(v.calls)-1] {
		for k, c := range v.calls[first:] {
			arrive, depart, closed := c.arrive+move, c.depart+move, transit.Closed(0)
			switch {
			case k == 0:
				depart -= lead
				arrive = min(arrive, depart)
			case lead > 0:
				closed = transit.NoBoard
			}
			t.EventStop = append(t.EventStop, b.stop[c.stop])
			t.Arrive, t.Depart, t.Closed = append(t.Arrive, arrive), append(t.Depart, depart), append(t.Closed, closed)
		}
		t.TripFirst = append(t.TripFirst, int32(len(t.EventStop)))
		t.TripRoute, t.Stay = append(t.TripRoute, transit.Route(service)), append(t.Stay, transit.None)
		b.rep.Of = append(b.rep.Of, Run{service, v.back, lead})
		b.rep.Trips++
		if lead == 0 {
			return
		}
	}
}
