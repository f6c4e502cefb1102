package circle

import (
	"context"
	"math"
	"slices"
	"strings"

	"conurb/app/ground"
	"conurb/area"
	"conurb/area/people"
	measure "conurb/connect/circle"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/strategic"
	"conurb/connect/street"
	"conurb/kit/cch"
)

// carMode is the mode of the ground that is driven.
const carMode = "car"

// roads is the network by car with every road that the region names, open or not. What
// is not open is closed by travel times without end, so that all dates share one
// hierarchy.
type roads struct {
	mode  *network.Mode
	basis area.Basis
	of    map[int64]string // way of the map -> what it is part of: a section, or "link:" and a link
	from  *reach.Joined    // points of the base
	to    aimed
}

// linkMark tells links of the sketch from sections.
const linkMark = "link:"

// lay makes the roads: of a region without streets of its own, by rule; else its own,
// which know nothing of sections and stay as they are.
func (c *Circles) lay(ctx context.Context, b *base, tell Progress) (*roads, error) {
	if !b.ground.Net.Info.Basis.Modelled {
		e, err := b.ground.Engine(carMode)
		if err != nil {
			return nil, err
		}
		return &roads{mode: e.Mode, basis: b.ground.Net.Info.Basis, from: e.Join(b.points, 0), to: aimedAt(e, b.aims)}, nil
	}
	tell.say(StepRoads, 0, 1)
	squares, _, err := people.Distribute(&c.pack.Area, &c.pack.Network, c.pack.Sketch.Anchors, people.DefaultRule())
	if err != nil {
		return nil, err
	}
	n, sketch := c.everyRoad()
	src, rep, err := strategic.Source(n, sketch, squares, strategic.DefaultRule(), c.today, c.today)
	if err != nil {
		return nil, err
	}
	rules, err := ground.Profiles([]string{carMode})
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	net, err := network.Build(ctx, src, rules, network.Plan{Name: c.pack.Name, Basis: rep.Basis, Limits: limits})
	if err != nil {
		return nil, err
	}
	r := &roads{mode: net.Modes[0], basis: rep.Basis, of: map[int64]string{}}
	err = src.Ways(func(w street.MapWay) error {
		if part := w.Tags.Get("ref"); strings.HasPrefix(part, partMark) {
			r.of[w.ID] = strings.TrimPrefix(part, partMark)
		}
		return nil
	})
	mode := *r.mode
	mode.Graph = r.doorless(mode.Graph, c.closable())
	r.mode = &mode
	e := reach.New(r.mode)
	r.from, r.to = e.Join(b.points, 0), aimedAt(e, b.aims)
	tell.say(StepRoads, 1, 1)
	return r, err
}

// partMark is before the number of a road that stands for a section or link.
const partMark = "part "

// everyRoad is the network and sketch with every road open, each under a number that
// says what it is.
func (c *Circles) everyRoad() (*area.Network, *area.Sketch) {
	n := &area.Network{Stations: c.pack.Network.Stations}
	sketch := c.pack.Sketch
	sketch.Links = nil
	for _, l := range c.pack.Network.Lines {
		if l.Mode != "road" {
			n.Lines = append(n.Lines, l)
			continue
		}
		for _, s := range l.Sections {
			if len(s.Path) > 1 {
				sketch.Links = append(sketch.Links, area.Link{ID: s.ID, Class: l.Class, Number: partMark + s.ID, Name: l.Name, LimitKmh: limitOf(&l), Path: s.Path})
			}
		}
	}
	for _, k := range c.pack.Sketch.Links {
		k.Opened, k.Number = nil, partMark+linkMark+k.ID
		sketch.Links = append(sketch.Links, k)
	}
	return n, &sketch
}

// limitOf is the limit that package strategic gives a road.
func limitOf(l *area.Line) float64 {
	if l.DesignKmh > 0 {
		return l.DesignKmh
	}
	return strategic.DefaultRule().ClassKmh[l.Class]
}

// closable are the parts that are not open on every day.
func (c *Circles) closable() map[string]bool {
	out := map[string]bool{}
	for _, l := range c.pack.Network.Lines {
		for _, s := range l.Sections {
			out[s.ID] = l.Mode == "road"
		}
	}
	for _, k := range c.pack.Sketch.Links {
		out[linkMark+k.ID] = k.Opened != nil
	}
	return out
}

// doorless is a graph on which no point is joined to a part that may be closed: whoever
// lives beside it would be cut off by its closing.
func (r *roads) doorless(g *street.Graph, closable map[string]bool) *street.Graph {
	const class = "part that may be closed"
	out := *g
	out.Classes, out.Snap.Avoid = append(slices.Clone(g.Classes), class), append(slices.Clone(g.Snap.Avoid), class)
	out.EdgeClass = slices.Clone(g.EdgeClass)
	for e, way := range g.EdgeWay {
		if closable[r.of[way]] {
			out.EdgeClass[e] = uint8(len(out.Classes) - 1)
		}
	}
	return &out
}

// closed are the parts of the roads that are not open, in order.
func (c *Circles) closed(r *roads, a Asked, open func(section string) bool) []string {
	if r.of == nil {
		return nil
	}
	var out []string
	for _, l := range c.pack.Network.Lines {
		for _, s := range l.Sections {
			if l.Mode == "road" && len(s.Path) > 1 && !open(s.ID) {
				out = append(out, s.ID)
			}
		}
	}
	for _, k := range c.pack.Sketch.Links {
		if !k.OpenedBy(a.AsOf, a.Believed) {
			out = append(out, linkMark+k.ID)
		}
	}
	return out
}

// engine is that of the roads with some parts closed.
func (r *roads) engine(ctx context.Context, closed []string) (*reach.Engine, error) {
	if len(closed) == 0 {
		return reach.New(r.mode), nil
	}
	shut := map[string]bool{}
	for _, part := range closed {
		shut[part] = true
	}
	g := r.mode.Graph
	weights := g.Weights(nil)
	for a, side := range g.ArcSide {
		if side != street.None && shut[r.of[g.EdgeWay[side.Edge()]]] {
			weights[a] = cch.Infinity
		}
	}
	m := *r.mode
	var err error
	if m.Metric, err = m.Hierarchy.Customize(ctx, weights, 0); err != nil {
		return nil, err
	}
	return reach.New(&m), nil
}

// driven is the time door to door of a time on empty roads.
func (c *Circles) driven(free reach.Decis) measure.Decis {
	return measure.Decis(math.Ceil(float64(free)*c.rule.Car.Congestion)) + measure.Minutes(c.rule.Car.Door)
}

// free is the longest time on empty roads that is driven within a limit.
func (c *Circles) free(limit float64) reach.Decis {
	left := float64(reach.Minutes(limit) - reach.Minutes(c.rule.Car.Door))
	t := reach.Decis(left / c.rule.Car.Congestion)
	for t > 0 && c.driven(t) > measure.Minutes(limit) {
		t--
	}
	for c.driven(t+1) <= measure.Minutes(limit) {
		t++
	}
	return t
}

// drive finds the times by car.
func (c *Circles) drive(ctx context.Context, b *base, r *roads, closed []string, tell Progress) (*measure.Times, error) {
	e, err := r.engine(ctx, closed)
	if err != nil {
		return nil, err
	}
	tell.say(StepTimes, 0, 1)
	rows, err := nearestOf(ctx, e, r.from, r.to, c.free(c.rule.Walk.Longest), c.driven)
	if err != nil {
		return nil, err
	}
	for i, centre := range b.place.Centres { // who is there already does not drive
		for p, q := range b.points {
			if q == centre.Point {
				rows[i][p] = 0
			}
		}
	}
	tell.say(StepTimes, 1, 1)
	return b.times(rows), nil
}

// reachedByCar counts the people within an hour of every cell by car.
func (c *Circles) reachedByCar(ctx context.Context, b *base, r *roads, closed []string, tell Progress) ([]float64, error) {
	e, err := r.engine(ctx, closed)
	if err != nil {
		return nil, err
	}
	limit := c.free(c.rule.OneHour.Minutes)
	joined := e.Join(b.points[:len(b.place.Point)], 0)
	out := make([]float64, joined.Len())
	work := reach.Work{Progress: func(done, total int) { tell.say(StepReach, done, total) }}
	err = e.Count(ctx, reach.Outbound, joined, joined, reach.Question{Limits: []reach.Decis{limit}, Columns: [][]float64{b.people}}, work,
		func(origin int, s reach.Sums) error { out[origin] = s.At[0][0]; return nil })
	return out, err
}
