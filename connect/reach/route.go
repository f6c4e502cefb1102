package reach

import (
	"fmt"

	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// Route is the fastest way between two points.
type Route struct {
	Time     Decis // both joining legs included
	Metres   float64
	Path     []geo.Point // from point to point
	Steps    []Step
	From, To street.Spot
}

// leg is a stretch of one side: the share of its length where it begins and ends, in
// the direction of travel.
type leg struct {
	side     street.Side
	from, to float64
	time     Decis // moving and waiting on it, the turn into it included
}

// Route finds the fastest way from one point to another. Of several it gives always
// the same. A point too far from every street is ErrNothingJoined; no way at all,
// ErrNoWay.
func (e *Engine) Route(from, to geo.Point) (*Route, error) {
	snap := e.snap()
	var spots [2]street.Spot
	for i, p := range [2]geo.Point{from, to} {
		spot, ok := snap.Nearest(p[0], p[1], 0)
		if !ok {
			return nil, fmt.Errorf("point %.5f,%.5f: %w", p[0], p[1], ErrNothingJoined)
		}
		spots[i] = spot
	}
	r := &Route{From: spots[0], To: spots[1]}
	legs, time, err := e.legs(spots[0], spots[1])
	if err != nil {
		return nil, err
	}
	r.Time = time
	r.Path = append(r.Path, from)
	for _, l := range legs {
		part := e.cut(l)
		if n := len(r.Path); n > 1 && r.Path[n-1] == part[0] {
			part = part[1:]
		}
		r.Path = append(r.Path, part...)
		r.Metres += float64(e.Graph.EdgeMetres[l.side.Edge()]) * (l.to - l.from)
	}
	r.Path = append(r.Path, to)
	r.Metres += spots[0].Metres + spots[1].Metres
	r.Steps = e.steps(legs, spots[0], spots[1])
	return r, nil
}

// legs finds the stretches of a way and its time: along the one edge both are on, or
// over nodes.
func (e *Engine) legs(from, to street.Spot) ([]leg, Decis, error) {
	router := cch.NewRouter(e.metric)
	cost, err := router.Between(seeds(e.Graph.Leave(from)), seeds(e.Graph.Reach(to)))
	if err != nil {
		return nil, 0, err
	}
	over := ofWeight(cost)
	if ms, ok := e.Graph.Between(from, to); ok && decis(ms) <= over {
		return []leg{e.along(from, to)}, decis(ms), nil
	}
	if over == Never {
		return nil, 0, ErrNoWay
	}
	arcs, err := router.Path(nil)
	if err != nil {
		return nil, 0, err
	}
	first, last := router.Ends()
	g := e.Graph
	legs := []leg{e.leaving(from, street.Node(first))}
	for _, a := range arcs {
		if s := g.ArcSide[a]; s != street.None {
			legs = append(legs, leg{s, 0, 1, ofWeight(e.metric.Weight(a))})
		}
	}
	return append(legs, e.arriving(to, street.Node(last))), over, nil
}

// along is the way on the one edge that both spots are on, by the faster side.
func (e *Engine) along(from, to street.Spot) leg {
	g := e.Graph
	best := leg{time: Never}
	for _, s := range [2]street.Side{from.Edge.Side(false), from.Edge.Side(true)} {
		a, b := share(from, s), share(to, s)
		if t := decis(part(g.SideMove[s], b-a)); g.SideMove[s] >= 0 && b >= a && t < best.time {
			best = leg{s, a, b, t}
		}
	}
	return best
}

// leaving is the rest of the side by which a trip from a spot gets to a node.
func (e *Engine) leaving(from street.Spot, v street.Node) leg {
	g := e.Graph
	best := leg{time: Never}
	for _, s := range [2]street.Side{from.Edge.Side(false), from.Edge.Side(true)} {
		if g.SideMove[s] < 0 || g.Depart[s] != v {
			continue
		}
		a := share(from, s)
		if t := decis(part(g.SideMove[s], 1-a) + g.SideWait[s]); t < best.time {
			best = leg{s, a, 1, t}
		}
	}
	return best
}

// arriving is the first part of the side by which a trip from a node gets to a spot.
func (e *Engine) arriving(to street.Spot, v street.Node) leg {
	g := e.Graph
	best := leg{time: Never}
	for _, s := range [2]street.Side{to.Edge.Side(false), to.Edge.Side(true)} {
		if g.SideMove[s] < 0 {
			continue
		}
		b := share(to, s)
		for _, l := range g.Arrive[g.ArriveFirst[s]:g.ArriveFirst[s+1]] {
			if t := decis(l.Time + part(g.SideMove[s], b)); l.Node == v && t < best.time {
				best = leg{s, 0, b, t}
			}
		}
	}
	return best
}

func part(t street.Millis, share float64) street.Millis {
	return street.Millis(float64(t)*share + 0.5)
}

// share is where on a side a spot lies, from its tail.
func share(s street.Spot, side street.Side) float64 {
	if side.Backward() {
		return 1 - s.Share
	}
	return s.Share
}

// cut is the line of a leg in the direction of travel.
func (e *Engine) cut(l leg) []geo.Point {
	shape := e.Graph.EdgeShape(l.side.Edge())
	points := make([]geo.Point, len(shape))
	for i, p := range shape {
		if l.side.Backward() {
			i = len(shape) - 1 - i
		}
		points[i] = p.Point()
	}
	total := geo.Length(points)
	if total == 0 || l.from == 0 && l.to == 1 {
		return points
	}
	out := []geo.Point{onLine(points, l.from*total)}
	walked := 0.0
	for i := 1; i < len(points); i++ {
		walked += geo.Distance(points[i-1], points[i])
		if walked > l.from*total && walked < l.to*total {
			out = append(out, points[i])
		}
	}
	return append(out, onLine(points, l.to*total))
}

// onLine is the point so many metres along a line.
func onLine(points []geo.Point, metres float64) geo.Point {
	for i := 1; i < len(points); i++ {
		long := geo.Distance(points[i-1], points[i])
		if metres <= long && long > 0 {
			a, b, t := points[i-1], points[i], metres/long
			return geo.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
		}
		metres -= long
	}
	return points[len(points)-1]
}

// place is the point of an edge at a share of its length, along its way.
func (e *Engine) place(edge street.Edge, share float64) geo.Point {
	l := leg{side: edge.Side(false), to: share}
	line := e.cut(l)
	return line[len(line)-1]
}
