package reach

import (
	"context"
	"fmt"

	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/kit/geo"
)

// Means is how a leg of a journey is travelled, as a code; doors put it into words.
type Means string

// The codes. A wait is at a stop, slack included; people ride on the vehicle of a line,
// and drive one of their own to the first stop.
const (
	Walk  Means = "walk"
	Drive Means = "drive"
	Wait  Means = "wait"
	Ride  Means = "ride"
)

// Leg is a part of a journey by one means. Legs follow one another without gaps.
type Leg struct {
	By             Means
	Depart, Arrive transit.Second
	From, To       transit.Stop // None at the ends of the journey
	Route          transit.Route
	Trip           transit.Trip // on which a ride begins; people may stay seated on others
	Calls          int          // of a ride, after the stop where it begins
	calls          []geo.Point
}

// Itinerary is a journey with its legs.
type Itinerary struct {
	Depart, Arrive transit.Second
	Legs           []Leg
}

// Time is how long it takes.
func (i *Itinerary) Time() transit.Second { return i.Arrive - i.Depart }

// Changes is how often one changes from a vehicle to another.
func (i *Itinerary) Changes() int {
	n := 0
	for _, l := range i.Legs {
		if l.By == Ride {
			n++
		}
	}
	return max(n-1, 0)
}

// Takes is the time of all legs by one means.
func (i *Itinerary) Takes(by Means) transit.Second {
	sum := transit.Second(0)
	for _, l := range i.Legs {
		if l.By == by {
			sum += l.Arrive - l.Depart
		}
	}
	return sum
}

// Pair is a place to leave and one to get to, ready to be asked by one goroutine.
type Pair struct {
	From, To geo.Point
	Foot     transit.Second // all the way on foot; Never where there is none

	tr, back      *Transit
	ahead, behind *transit.Scanner
	longest       transit.Second
}

// Pair joins two places. A point too far from every street is ErrNothingJoined.
func (tr *Transit) Pair(ctx context.Context, from, to geo.Point, w Work) (*Pair, error) {
	out, err := tr.From(ctx, []geo.Point{from}, w)
	if err != nil {
		return nil, err
	}
	if out, err = out.Towards(ctx, []Aim{{[]geo.Point{to}}}, w); err != nil {
		return nil, err
	}
	for _, end := range []struct {
		point geo.Point
		spot  street.Spot
	}{{from, out.from.Spots[0]}, {to, out.to.Spots[0]}} {
		if end.spot.Edge == street.None {
			return nil, fmt.Errorf("point %.5f,%.5f: %w", end.point[0], end.point[1], ErrNothingJoined)
		}
	}
	p := &Pair{From: from, To: to, tr: out, longest: transit.Second(tr.journey.Longest / 10)}
	if p.back, err = out.Inbound(ctx); err != nil {
		return nil, err
	}
	p.ahead, p.behind = out.scanner(), p.back.scanner()
	p.Foot = out.onFoot(ctx, 0)[0]
	return p, nil
}

// scanner scans the timetable, which is put in order once.
func (tr *Transit) scanner() *transit.Scanner {
	ways := tr.walks.ways(tr.to.Len())
	s, _ := tr.scan[tr.way].Get(func() (*transit.Scanner, error) { return transit.NewScanner(tr.running, ways, tr.journey.Slack), nil })
	return s.For(ways)
}

// At is the journey that arrives first when leaving at a second, on foot where that is as
// fast. ErrNoWay tells that there is none within the longest time.
func (p *Pair) At(depart transit.Second) (*Itinerary, error) {
	arrive := p.arrive(depart, depart+p.longest)
	if p.Foot != transit.Never && (arrive == transit.Never || depart+p.Foot <= arrive) && p.Foot <= p.longest {
		walk := Leg{By: Walk, Depart: depart, Arrive: depart + p.Foot, From: transit.None, To: transit.None}
		return &Itinerary{depart, depart + p.Foot, []Leg{walk}}, nil
	}
	if arrive == transit.Never || arrive-depart > p.longest {
		return nil, ErrNoWay
	}
	return p.itinerary(depart, arrive), nil
}

// arrive scans for the arrival by public transport, boarding until a second.
func (p *Pair) arrive(depart, until transit.Second) transit.Second {
	to, walk := p.tr.walks.access.From(0)
	return p.ahead.Run(to, walk, depart, until)[0]
}

// latest scans for the latest departure with which one still arrives then.
func (p *Pair) latest(depart, arrive transit.Second) transit.Second {
	to, walk := p.back.walks.access.From(0)
	return -p.behind.Run(to, walk, -arrive, p.tr.journey.Slack-depart)[0]
}

// During are the journeys by public transport of a window, in order: each is the one to
// take when departing after the one before it, until its own departure, which is the
// latest possible, the last one's perhaps after the window. Left out are those that are
// not faster than walking.
func (p *Pair) During(w Window) []Itinerary {
	const ahead = 600 // seconds that a scan without result looks further
	var out []Itinerary
	for d := w.From; d < w.Until; {
		until := d + min(p.longest, p.Foot) + ahead
		arrive := p.arrive(d, until)
		if arrive > until {
			d += ahead + 1 // whoever leaves before is not there in time, or faster on foot
			continue
		}
		last := p.latest(d, arrive)
		if takes := arrive - min(last, w.Until-1); takes <= p.longest && takes < p.Foot {
			p.arrive(last, arrive)
			out = append(out, *p.itinerary(last, arrive))
		}
		d = last + 1
	}
	return out
}

// Timetable is the one that stops, trips and routes of legs belong to.
func (tr *Transit) Timetable() *transit.Timetable { return tr.table }

// itinerary puts the rides of the last scan ahead and the walks between them in order.
func (p *Pair) itinerary(depart, arrive transit.Second) *Itinerary {
	tr, t := p.tr, p.tr.table
	out := &Itinerary{Depart: depart, Arrive: arrive}
	at, stop := depart, transit.Stop(transit.None)
	for _, r := range p.ahead.Rides(0) {
		on := t.EventStop[r.On]
		walk := Leg{By: Walk, Depart: at, Arrive: at, From: stop, To: on}
		switch {
		case stop == transit.None:
			walk.Arrive += tr.walks.access.Walk(0, int32(on))
			if tr.walks.foot.Len() > 0 && walk.Arrive-at < tr.walks.foot.Walk(0, int32(on)) {
				walk.By = Drive
			}
		case stop != on:
			walk.Arrive += tr.walks.change.Walk(int(stop), int32(on))
		}
		ride := p.ride(r)
		out.add(walk, Leg{By: Wait, Depart: walk.Arrive, Arrive: ride.Depart, From: on, To: on}, ride)
		at, stop = ride.Arrive, ride.To
	}
	out.add(Leg{By: Walk, Depart: at, Arrive: arrive, From: stop, To: transit.None})
	return out
}

// add appends the legs; nobody walks from a stop to itself.
func (i *Itinerary) add(legs ...Leg) {
	for _, l := range legs {
		if l.From != l.To || l.By != Walk {
			i.Legs = append(i.Legs, l)
		}
	}
}

// Line is the line of a leg: of a ride straight from stop to stop, of other legs along
// the streets, or straight where a feed knows a way that they do not. A wait has none.
func (p *Pair) Line(l Leg) []geo.Point {
	e, from, to := p.tr.walk, p.From, p.To
	switch l.By {
	case Wait:
		return nil
	case Ride:
		return l.calls
	case Drive:
		e = p.tr.journey.By.Engine
	}
	if l.From != transit.None {
		from = p.tr.table.StopPlace[l.From]
	}
	if l.To != transit.None {
		to = p.tr.table.StopPlace[l.To]
	}
	if r, err := e.Route(from, to); err == nil {
		return r.Path
	}
	return []geo.Point{from, to}
}

// ride is a stretch on board.
func (p *Pair) ride(r transit.Ride) Leg {
	t := p.tr.table
	l := Leg{By: Ride, Depart: t.Depart[r.On], Arrive: t.Arrive[r.Off], From: t.EventStop[r.On], To: t.EventStop[r.Off], Route: t.TripRoute[r.Trip], Trip: r.Trip}
	seated := false // where they go on as another trip, they stay at its stop
	for k, e := r.Trip, r.On; ; e++ {
		for int32(e) >= t.TripFirst[k+1] {
			k, seated = t.Stay[k], true
			e = transit.Event(t.TripFirst[k])
		}
		if place := geo.Point(t.StopPlace[t.EventStop[e]]); !seated || place != l.calls[len(l.calls)-1] {
			l.calls = append(l.calls, place)
		}
		if seated = false; e == r.Off {
			break
		}
	}
	l.Calls = len(l.calls) - 1
	return l
}
