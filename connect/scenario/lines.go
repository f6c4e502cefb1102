package scenario

import (
	"math"
	"slices"
	"strings"

	"conurb/area"
	"conurb/connect/transit"
	"conurb/kit/geo"
)

// call is a stop of a trip.
type call struct {
	stop           transit.Stop
	arrive, depart transit.Second
	closed         transit.Closed
}

// trip is one of a timetable that is being edited.
type trip struct {
	route transit.Route
	calls []call
	stay  int // place of the trip as which it goes on; -1
}

func (t *trip) starts() transit.Second { return t.calls[0].depart }

// moved is the trip later by so many seconds, on its own.
func (t *trip) moved(by transit.Second) trip {
	out := trip{t.route, slices.Clone(t.calls), -1}
	for i := range out.calls {
		out.calls[i].arrive += by
		out.calls[i].depart += by
	}
	return out
}

// lines is a timetable that is being edited.
type lines struct {
	t     *transit.Timetable
	place [][2]float64
	name  []string
	route []string
	trips []trip
	gone  []bool // by trip
}

// Lines is the timetable with the edits of works, in their order; those of streets and
// others are passed over.
func Lines(t *transit.Timetable, works []area.Work) (*transit.Timetable, error) {
	var l *lines
	for i := range works {
		for k := range works[i].Edits {
			e := &works[i].Edits[k]
			do := ofLine[e.Kind]
			if do == nil {
				continue
			}
			if l == nil {
				l = open(t)
			}
			if err := do(l, e); err != nil {
				return nil, err
			}
		}
	}
	if l == nil {
		return t, nil
	}
	out := l.timetable()
	return out, out.Check()
}

var ofLine = map[area.EditKind]func(*lines, *area.Edit) error{
	area.AddLine: (*lines).add, area.DropLine: (*lines).drop, area.Headway: (*lines).headway, area.Shift: (*lines).shift,
	area.SkipStop: (*lines).skip, area.AddStop: (*lines).insert, area.RunTime: (*lines).runTime,
}

func open(t *transit.Timetable) *lines {
	l := &lines{t: t, place: slices.Clip(t.StopPlace), name: slices.Clip(t.StopName), route: slices.Clip(t.RouteName), gone: make([]bool, t.Trips())}
	for k := range t.Trips() {
		one := trip{route: t.TripRoute[k], stay: int(t.Stay[k])}
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			c := call{t.EventStop[e], t.Arrive[e], t.Depart[e], 0}
			if t.Closed != nil {
				c.closed = t.Closed[e]
			}
			one.calls = append(one.calls, c)
		}
		l.trips = append(l.trips, one)
	}
	return l
}

// timetable lays the trips out again. People stay seated where both trips are still
// there and one does not leave before the other arrives.
func (l *lines) timetable() *transit.Timetable {
	out := &transit.Timetable{StopPlace: l.place, StopName: l.name, RouteName: l.route, TripFirst: []int32{0}}
	now := make([]transit.Trip, len(l.trips))
	for k := range l.trips {
		if now[k] = transit.None; l.gone[k] {
			continue
		}
		now[k] = transit.Trip(out.Trips())
		for _, c := range l.trips[k].calls {
			out.EventStop = append(out.EventStop, c.stop)
			out.Arrive, out.Depart = append(out.Arrive, c.arrive), append(out.Depart, c.depart)
			out.Closed = append(out.Closed, c.closed)
		}
		out.TripFirst, out.TripRoute = append(out.TripFirst, int32(len(out.EventStop))), append(out.TripRoute, l.trips[k].route)
	}
	for k := range l.trips {
		if l.gone[k] {
			continue
		}
		next := transit.Trip(transit.None)
		if on := l.trips[k].stay; on >= 0 && !l.gone[on] && l.follows(k, on) {
			next = now[on]
		}
		out.Stay = append(out.Stay, next)
	}
	return out
}

func (l *lines) follows(k, on int) bool {
	a, b := l.trips[k].calls, l.trips[on].calls
	return len(a) > 0 && len(b) > 0 && b[0].arrive >= a[len(a)-1].arrive
}

// of lists the trips of the line that an edit names, and refuses one that is not there.
func (l *lines) of(e *area.Edit) ([]int, error) {
	var out []int
	for k := range l.trips {
		if !l.gone[k] && len(l.trips[k].calls) > 0 && strings.EqualFold(l.route[l.trips[k].route], e.Line) {
			out = append(out, k)
		}
	}
	if out == nil {
		return nil, refuse(e, "line", "unknown-line", "value", e.Line)
	}
	return out, nil
}

// put puts another trip in the place of one; people may stay seated as before.
func (l *lines) put(k int, calls []call) {
	l.trips[k].calls = calls
	l.gone[k] = len(calls) < 2
}

func (l *lines) more(t trip) { l.trips, l.gone = append(l.trips, t), append(l.gone, false) }

func (l *lines) drop(e *area.Edit) error {
	of, err := l.of(e)
	for _, k := range of {
		l.gone[k] = true
	}
	return err
}

func (l *lines) shift(e *area.Edit) error {
	of, err := l.of(e)
	for _, k := range of {
		l.put(k, l.trips[k].moved(transit.Second(e.Seconds)).calls)
	}
	return err
}

// runTime makes every leg longer or shorter by a factor; the time at stops stays.
func (l *lines) runTime(e *area.Edit) error {
	of, err := l.of(e)
	for _, k := range of {
		was := l.trips[k].calls
		now := slices.Clone(was)
		for i := 1; i < len(was); i++ {
			leg := float64(was[i].arrive-was[i-1].depart) * e.Factor
			now[i].arrive = now[i-1].depart + transit.Second(math.Round(leg))
			now[i].depart = now[i].arrive + was[i].depart - was[i].arrive
		}
		l.put(k, now)
	}
	return err
}

// skip takes a stop out; the times at the others stay.
func (l *lines) skip(e *area.Edit) error {
	of, err := l.of(e)
	if err != nil {
		return err
	}
	found := false
	for _, k := range of {
		calls := slices.DeleteFunc(slices.Clone(l.trips[k].calls), func(c call) bool { return l.named(c.stop, e.Stop) })
		if len(calls) < len(l.trips[k].calls) {
			found = true
			l.put(k, calls)
		}
	}
	if !found {
		return refuse(e, "stop", "unknown-stop", "value", e.Stop, "line", e.Line)
	}
	return nil
}

func (l *lines) named(s transit.Stop, name string) bool { return strings.EqualFold(l.name[s], name) }

// insert puts a stop in after another, where the leg is parted as the distances are. All
// that follows is later by the time at the stop and the seconds of the detour.
func (l *lines) insert(e *area.Edit) error {
	of, err := l.of(e)
	if err != nil {
		return err
	}
	stop, err := l.stop(e, e.Stops[0])
	if err != nil {
		return err
	}
	found := false
	for _, k := range of {
		was := l.trips[k].calls
		i := slices.IndexFunc(was[:len(was)-1], func(c call) bool { return l.named(c.stop, e.Stop) })
		if i < 0 {
			continue
		}
		found = true
		before, after := was[i], was[i+1]
		a, b := l.metres(before.stop, stop), l.metres(stop, after.stop)
		share := 0.5
		if a+b > 0 {
			share = a / (a + b)
		}
		leg := after.arrive - before.depart + transit.Second(e.Seconds)
		at := before.depart + transit.Second(math.Round(float64(leg)*share))
		now := append(slices.Clone(was[:i+1]), call{stop, at, at + transit.Second(e.Dwell), 0})
		later := trip{calls: was[i+1:]}
		now = append(now, later.moved(transit.Second(e.Seconds+e.Dwell)).calls...)
		l.put(k, now)
	}
	if !found {
		return refuse(e, "stop", "unknown-stop", "value", e.Stop, "line", e.Line)
	}
	return nil
}

func (l *lines) metres(a, b transit.Stop) float64 { return geo.Distance(l.place[a], l.place[b]) }

// stop finds the stop of a place: a new one where the place has a point, else the one
// stop of that name.
func (l *lines) stop(e *area.Edit, p area.Place) (transit.Stop, error) {
	found := -1
	for s, name := range l.name {
		if !strings.EqualFold(name, p.Name) {
			continue
		}
		if p.Point != [2]float64{} {
			if l.place[s] == p.Point {
				return transit.Stop(s), nil
			}
			continue
		}
		if found >= 0 && l.place[found] != l.place[s] {
			return 0, refuse(e, "stops", "ambiguous-stop", "value", p.Name)
		}
		found = s
	}
	switch {
	case p.Point == [2]float64{} && found < 0:
		return 0, refuse(e, "stops", "unknown-place", "value", p.Name)
	case found >= 0:
		return transit.Stop(found), nil
	}
	l.place, l.name = append(l.place, p.Point), append(l.name, p.Name)
	return transit.Stop(len(l.place) - 1), nil
}

// add builds a line.
func (l *lines) add(e *area.Edit) error {
	if slices.ContainsFunc(l.route, func(n string) bool { return strings.EqualFold(n, e.Line) }) {
		return refuse(e, "line", "line-exists", "value", e.Line)
	}
	var stops []transit.Stop
	for _, p := range e.Stops {
		s, err := l.stop(e, p)
		if err != nil {
			return err
		}
		stops = append(stops, s)
	}
	route := transit.Route(len(l.route))
	l.route = append(l.route, e.Line)
	there := template(route, stops, e.Run, e.Dwell)
	ways := []trip{there}
	if !e.OneWay {
		back, run := slices.Clone(stops), slices.Clone(e.Run)
		slices.Reverse(back)
		slices.Reverse(run)
		ways = append(ways, template(route, back, run, e.Dwell))
	}
	for _, way := range ways {
		for _, b := range e.Bands {
			for at := b.From; at < b.Until; at += area.Clock(b.Headway) {
				l.more(way.moved(transit.Second(at)))
			}
		}
	}
	return nil
}

// template is a trip that leaves at second 0.
func template(route transit.Route, stops []transit.Stop, run []int, dwell int) trip {
	t := trip{route: route, stay: -1}
	at := transit.Second(0)
	for i, s := range stops {
		c := call{stop: s, arrive: at, depart: at}
		if i > 0 && i+1 < len(stops) {
			c.depart += transit.Second(dwell)
		}
		t.calls = append(t.calls, c)
		if i < len(run) {
			at = c.depart + transit.Second(run[i])
		}
	}
	return t
}
