package circle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"conurb/area"
	"conurb/area/people"
	measure "conurb/connect/circle"
	"conurb/connect/line"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/geo"
	"conurb/kit/lazy"
)

// base is what all dates share: people, the places where ways end, walks.
type base struct {
	ground *reach.Ground
	digest string // of streets and people
	place  *measure.Place
	people []float64 // of all cells, in scope or not
	aims   []reach.Aim
	points []geo.Point // of the cells, then the centres

	foot, bicycle lazy.Value[*legs]
	roads         lazy.Value[*roads]
}

// legs are the ways to, between and from stations, and those that need no train.
type legs struct {
	engine *reach.Engine
	all    *reach.Joined     // points of the base
	near   []int32           // points with a station within the limit, and the centres: whom timetables concern
	riding *reach.Transit    // between those
	toward *reach.Transit    // from those towards the aims
	direct [][]measure.Decis // by aim and point: all the way without a train

	strolled lazy.Value[[]float64]
}

// The modes of the ground that lead to trains.
const (
	walkMode    = "walk"
	bicycleMode = "bicycle"
)

// prepare makes the base.
func (c *Circles) prepare(ctx context.Context, tell Progress) (*base, error) {
	tell.say(StepStreets, 0, 1)
	g, err := c.ground(ctx)
	if err != nil {
		return nil, err
	}
	tell.say(StepStreets, 1, 1)
	b := &base{ground: g}
	if b.place, b.people, err = c.placeOf(g.Cells); err != nil {
		return nil, err
	}
	b.digest = digestOfGround(g, b.people)
	b.points = append(b.points, b.place.Point...)
	for _, centre := range b.place.Centres {
		b.points = append(b.points, centre.Point)
		b.aims = append(b.aims, reach.Aim{Points: []geo.Point{centre.Point}})
	}
	for _, s := range c.rule.HalfHour.Services {
		aim := c.aim(s)
		if len(aim.Points) == 0 {
			return nil, &ServiceError{s.ID, s.Kinds}
		}
		b.aims = append(b.aims, aim)
	}
	return b, nil
}

// placeOf are the cells of a ground with the districts they lie in. Only people of the
// rule's scope count.
func (c *Circles) placeOf(cells *area.Cells) (*measure.Place, []float64, error) {
	if cells == nil || cells.Column(area.Population) == nil {
		return nil, nil, ErrNoPeople
	}
	a := &c.pack.Area
	p := &measure.Place{Cells: cells.ID, Point: cells.Point, Side: cells.Side, Basis: cells.Basis}
	city := map[string]int{}
	for i, one := range a.Cities {
		city[one.ID] = i
		p.Centres = append(p.Centres, measure.Centre{ID: one.ID, Name: one.Name, Point: one.Centre})
	}
	counted, err := c.counted()
	if err != nil {
		return nil, nil, err
	}
	for _, d := range a.Districts {
		centre, ok := city[d.City]
		if !ok {
			centre = -1
		}
		p.Districts = append(p.Districts, measure.District{Code: d.Code, Name: d.Name, City: d.City, Centre: centre, Inside: counted[d.Code]})
	}
	if p.District, err = people.Where(a, p.Point); err != nil {
		return nil, nil, err
	}
	all := cells.Column(area.Population).Values
	p.People = make([]float64, len(all))
	for i, d := range p.District {
		if d >= 0 && p.Districts[d].Inside {
			p.People[i] = all[i]
		}
	}
	return p, all, nil
}

// counted are the districts of the rule's scope.
func (c *Circles) counted() (map[string]bool, error) {
	for _, s := range c.pack.Area.Scopes {
		if s.ID != c.rule.Scope {
			continue
		}
		in := map[string]bool{}
		for _, code := range s.Districts {
			in[code] = true
		}
		if len(in) > 0 {
			return in, nil
		}
	}
	return nil, &ScopeError{c.rule.Scope}
}

// aim are the places of a service.
func (c *Circles) aim(s measure.Service) reach.Aim {
	var out reach.Aim
	for _, kind := range s.Kinds {
		if kind == area.AnchorCity {
			for _, one := range c.pack.Area.Cities {
				out.Points = append(out.Points, one.Centre)
			}
		}
		for _, a := range c.pack.Sketch.Anchors {
			if a.Kind == kind {
				out.Points = append(out.Points, a.Point)
			}
		}
	}
	return out
}

// legs finds all ways to, between and from stations, once for every station of the
// region.
func (c *Circles) legs(ctx context.Context, b *base, mode string, tell Progress) (*legs, error) {
	if mode == Bicycle {
		return b.bicycle.Get(func() (*legs, error) { return c.layLegs(ctx, b, bicycleMode, c.rule.Bicycle.Limits(), tell) })
	}
	return b.foot.Get(func() (*legs, error) { return c.layLegs(ctx, b, walkMode, c.rule.Walk, tell) })
}

func (c *Circles) layLegs(ctx context.Context, b *base, mode string, w measure.Walk, tell Progress) (*legs, error) {
	e, err := b.ground.Engine(mode)
	if err != nil {
		return nil, err
	}
	journey := reach.Journey{Access: reach.Minutes(w.Access), Change: reach.Minutes(w.Change), Egress: reach.Minutes(w.Egress),
		Slack: transit.Second(c.rule.Walk.Slack), Longest: reach.Minutes(c.rule.Walk.Longest)}
	work := reach.Work{Progress: func(done, total int) { tell.say(StepWalks, done, total) }}
	l := &legs{engine: e, all: e.Join(b.points, 0)}
	if err := l.all.Near(b.ground.Net.Info.Bounds); err != nil {
		return nil, err
	}
	table, _ := c.timetable(Asked{}, func(string) bool { return true })
	access, err := e.Walks(ctx, l.all, e.Join(table.StopPlace, 0), journey.Access, work)
	if err != nil {
		return nil, err
	}
	var from []geo.Point
	for i := range b.points {
		if to, _ := access.From(i); len(to) > 0 || i >= len(b.place.Point) {
			l.near, from = append(l.near, int32(i)), append(from, b.points[i])
		}
	}
	if l.riding, err = e.NewTransit(ctx, table, e.Join(from, 0), journey, nil, work); err != nil {
		return nil, err
	}
	if l.toward, err = l.riding.Towards(ctx, b.aims, work); err != nil {
		return nil, err
	}
	l.direct, err = nearestOf(ctx, e, l.all, aimedAt(e, b.aims), journey.Longest, func(at reach.Decis) measure.Decis {
		return measure.Decis((at + 9) / 10 * 10) // whole seconds, as by public transport
	})
	return l, err
}

// aimed are the places of all aims, joined to streets.
type aimed struct {
	*reach.Joined
	of []int // the aim of each
	n  int   // aims
}

func aimedAt(e *reach.Engine, aims []reach.Aim) aimed {
	out := aimed{n: len(aims)}
	var points []geo.Point
	for i, a := range aims {
		for _, p := range a.Points {
			points, out.of = append(points, p), append(out.of, i)
		}
	}
	out.Joined = e.Join(points, 0)
	return out
}

// nearestOf finds by aim and point the time from the point to the aim's nearest place.
func nearestOf(ctx context.Context, e *reach.Engine, from *reach.Joined, to aimed, longest reach.Decis, timed func(reach.Decis) measure.Decis) ([][]measure.Decis, error) {
	out := make([][]measure.Decis, to.n)
	for i := range out {
		out[i] = make([]measure.Decis, from.Len())
		for p := range out[i] {
			out[i][p] = measure.Never
		}
	}
	err := e.Matrix(ctx, reach.Inbound, to.Joined, from, longest, reach.Work{}, func(k int, row reach.Row) error {
		best := out[to.of[k]]
		for p := range best {
			if at := row.At(p); at <= longest {
				best[p] = min(best[p], timed(at))
			}
		}
		return nil
	})
	return out, err
}

// timetable is that of open sections on a day.
func (c *Circles) timetable(a Asked, open func(section string) bool) (*transit.Timetable, line.Report) {
	return line.Timetable(&c.pack.Network, c.pack.Services, open, func(s *area.Service) bool { return a.AsOf == 0 || s.Running(a.AsOf, a.Believed) })
}

// digestOfGround is of what a ground rests on: its streets and its people. Streets
// that are modelled have a digest of all they are made from, and are the same on every
// machine; others are known by the moment they were built.
func digestOfGround(g *reach.Ground, people []float64) string {
	h, built := sha256.New(), g.Net.Info.Built
	if g.Net.Info.Basis.Modelled && g.Net.Info.Basis.Digest != "" {
		built = ""
	}
	fmt.Fprintf(h, "%s %v %s %d\n", g.ID, g.Net.Info.Basis, built, g.Cells.Len())
	for i, p := range g.Cells.Point {
		fmt.Fprintln(h, p, people[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}
