package reach

import (
	"math"

	"conurb/connect/street"
	"conurb/kit/geo"
)

// Turn is what to do at a junction, as a code; doors put it into words.
type Turn string

// The codes. A step begins with its turn.
const (
	Depart      Turn = "depart"
	Straight    Turn = "straight" // on, under another name
	SlightLeft  Turn = "slight-left"
	Left        Turn = "left"
	SharpLeft   Turn = "sharp-left"
	SlightRight Turn = "slight-right"
	Right       Turn = "right"
	SharpRight  Turn = "sharp-right"
	UTurn       Turn = "u-turn"
	Roundabout  Turn = "roundabout" // leave by Exit
	Board       Turn = "board"      // a ferry
	Arrive      Turn = "arrive"
)

// Step is one instruction and the stretch that follows it.
type Step struct {
	Turn   Turn
	Name   string // of the road that follows, as the map has it; empty where it has none
	NameEn string // the same in English, where the map has that
	Ref    string // its number
	Class  string // of it
	Exit   int    // of a roundabout, from 1
	Metres float64
	Time   Decis
	At     geo.Point
}

// steps turns legs into instructions: one where the way turns at a junction or the
// road changes its name, and one for each roundabout and boat.
func (e *Engine) steps(legs []leg, from, to street.Spot) []Step {
	g := e.Graph
	var out []Step
	last := -1 // the leg before
	circling := false
	for i, l := range legs {
		edge := l.side.Edge()
		if g.EdgeWay[edge] == 0 || l.to == l.from && len(legs) > 1 {
			if len(out) > 0 {
				out[len(out)-1].Time += l.time
			}
			continue
		}
		s := Step{Class: g.Classes[g.EdgeClass[edge]], At: e.cut(l)[0]}
		s.Name, s.NameEn, s.Ref = e.called(edge)
		round := e.round(edge)
		switch {
		case last < 0:
			s.Turn, s.At = Depart, from.Place.Point()
		case round && !circling:
			s.Turn, s.Exit = Roundabout, 1
		case round:
			if e.exits(legs[last], l) {
				out[len(out)-1].Exit++
			}
			s.Turn = ""
		case circling: // the way out of the roundabout belongs to its step
			o := &out[len(out)-1]
			o.Name, o.NameEn, o.Ref, o.Class = s.Name, s.NameEn, s.Ref, s.Class
		default:
			s.Turn = e.turn(legs[last], l)
		}
		circling, last = round, i
		if s.Turn == "" {
			s = Step{}
		} else {
			out = append(out, s)
		}
		now := &out[len(out)-1]
		now.Metres += float64(g.EdgeMetres[edge]) * (l.to - l.from)
		now.Time += l.time
	}
	if len(out) > 0 {
		out[0].Time += decis(from.Access)
		out[len(out)-1].Time += decis(to.Access)
	}
	return append(noStubs(out), Step{Turn: Arrive, At: to.Place.Point()})
}

// noStubs drops instructions for less than a metre, which nobody could follow; their
// time goes to the step before.
func noStubs(steps []Step) []Step {
	var out []Step
	for _, s := range steps {
		if n := len(out); n > 0 && s.Metres < 1 && s.Turn != Roundabout && s.Turn != Board {
			out[n-1].Metres += s.Metres
			out[n-1].Time += s.Time
			continue
		}
		out = append(out, s)
	}
	return out
}

// turn is what to do between two legs; nothing where the road just goes on.
func (e *Engine) turn(a, b leg) Turn {
	was, is := a.side.Edge(), b.side.Edge()
	if e.ferry(is) && !e.ferry(was) {
		return Board
	}
	if a.side.Opposite() == b.side {
		return UTurn
	}
	renamed := e.road(was) != e.road(is)
	angle := math.Remainder(e.bearing(b, false)-e.bearing(a, true), 2*math.Pi) * 180 / math.Pi // left is positive
	t := Straight
	for _, k := range []struct {
		from float64
		left Turn
		rite Turn
	}{{25, SlightLeft, SlightRight}, {50, Left, Right}, {125, SharpLeft, SharpRight}, {170, UTurn, UTurn}} {
		if angle >= k.from {
			t = k.left
		} else if -angle >= k.from {
			t = k.rite
		}
	}
	choice := e.choices(b) > 1
	if t == Straight && !renamed || !choice && (!renamed || e.road(is) == 0) {
		return ""
	}
	return t
}

// choices counts the roads that leave the node before a leg.
func (e *Engine) choices(l leg) int {
	g := e.Graph
	n := 0
	for _, in := range g.Arrive[g.ArriveFirst[l.side]:g.ArriveFirst[l.side+1]] {
		from, to := g.Out(in.Node)
		ways := 0
		for a := from; a < to; a++ {
			if s := g.ArcSide[a]; s != street.None {
				ways++
			}
		}
		n = max(n, ways)
	}
	return n - 1 // one of them leads back
}

// exits tells whether a road leaves the roundabout between two of its legs.
func (e *Engine) exits(a, b leg) bool {
	g := e.Graph
	from, to := g.Out(g.Depart[a.side])
	for k := from; k < to; k++ {
		if s := g.ArcSide[k]; s != street.None && s != b.side && !e.round(s.Edge()) {
			return true
		}
	}
	return false
}

// bearing is the direction in which a leg begins or ends, counter-clockwise from east.
func (e *Engine) bearing(l leg, atEnd bool) float64 {
	line := e.cut(l)
	p, q := line[0], line[1]
	if atEnd {
		p, q = line[len(line)-2], line[len(line)-1]
	}
	return math.Atan2(q[1]-p[1], (q[0]-p[0])*math.Cos(p[1]*math.Pi/180))
}
