package scenario

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// closed is what an arc of a closed road takes: six days, more than anybody asks about,
// and short enough for a few of them to be added up.
const closed = street.Millis(math.MaxInt32 / 4)

// defaultModes are those of an edit of streets that names none.
var defaultModes = []string{"car"}

// Streets is the ground with the edits of works on the streets of one mode; those of
// lines and others are passed over. Without any it is the ground itself. Where roads are
// slowed or closed the metric is brought up to date for the arcs that changed; where
// roads are built the hierarchy is contracted again in its order.
func Streets(ctx context.Context, g *reach.Ground, mode string, works []area.Work) (*reach.Ground, error) {
	engine, err := g.Engine(mode)
	if err != nil {
		return nil, err
	}
	s := &streets{g: engine.Graph}
	for i := range works {
		for k := range works[i].Edits {
			if err := s.edit(&works[i].Edits[k], mode); err != nil {
				return nil, err
			}
		}
	}
	if s.now == nil && s.roads == nil {
		return g, nil
	}
	m := *engine.Mode
	if err := s.mode(ctx, &m); err != nil {
		return nil, err
	}
	return reach.NewGround(g.ID, &network.Network{Info: g.Net.Info, Modes: []*network.Mode{&m}}, g.Cells), nil
}

// streets is a graph that is being edited.
type streets struct {
	g     *street.Graph
	now   *street.Graph // with times of its own; nil: no time has changed
	roads []road        // that are built
}

// road is a new arc.
type road struct {
	from, to street.Node
	takes    street.Millis
}

func (s *streets) edit(e *area.Edit, mode string) error {
	modes := e.Modes
	if modes == nil {
		modes = defaultModes
	}
	if !slices.Contains(modes, mode) {
		return nil
	}
	switch e.Kind {
	case area.AddRoad:
		return s.build(e)
	case area.CloseRoad, area.RoadSpeed:
		edges := s.chosen(e.Where)
		if edges == nil {
			return refuse(e, "where", "unknown-road")
		}
		s.retime(e, edges)
	}
	return nil
}

// chosen tells which edges a choice means; nil is none.
func (s *streets) chosen(w area.Where) []bool {
	edges := make([]bool, s.g.Edges())
	some := false
	for e := range street.Edge(s.g.Edges()) {
		if s.means(w, e) {
			edges[e], some = true, true
		}
	}
	if !some {
		return nil
	}
	return edges
}

func (s *streets) means(w area.Where, e street.Edge) bool {
	g := s.g
	if g.EdgeWay[e] == 0 || w.Ways != nil && !slices.Contains(w.Ways, g.EdgeWay[e]) {
		return false
	}
	if w.Name != "" {
		called := false
		for _, n := range []int32{g.EdgeName[e], g.EdgeRef[e]} {
			called = called || n != 0 && (strings.EqualFold(g.Names[n], w.Name) || strings.EqualFold(g.NamesEn[n], w.Name))
		}
		if !called {
			return false
		}
	}
	if w.Ring == nil {
		return true
	}
	for _, p := range g.EdgeShape(e) {
		if !within(w.Ring, p.Point()) {
			return false
		}
	}
	return true
}

// within tells whether a point lies in a ring (even and odd crossings).
func within(ring [][2]float64, p [2]float64) bool {
	in := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// retime gives the arcs and sides of edges other times. On a closed road trips still
// begin and end.
func (s *streets) retime(e *area.Edit, edges []bool) {
	if s.now == nil {
		own := *s.g
		own.Move, own.SideMove = slices.Clone(s.g.Move), slices.Clone(s.g.SideMove)
		s.now = &own
	}
	g := s.now
	for a, side := range g.ArcSide {
		switch {
		case side == street.None || !edges[side.Edge()]:
		case e.Kind == area.CloseRoad:
			g.Move[a] = closed
		case g.Move[a] != closed:
			g.Move[a] = s.takes(e, side.Edge(), g.Move[a])
		}
	}
	if e.Kind == area.CloseRoad {
		return
	}
	for side, move := range g.SideMove {
		if move > 0 && edges[street.Side(side).Edge()] {
			g.SideMove[side] = s.takes(e, street.Side(side).Edge(), move)
		}
	}
}

// takes is the time of an edge at another speed.
func (s *streets) takes(e *area.Edit, edge street.Edge, move street.Millis) street.Millis {
	ms := float64(move) / e.Factor
	if e.Kmh > 0 {
		ms = float64(s.g.EdgeMetres[edge]) * 3600 / e.Kmh
	}
	return street.Millis(math.Round(min(ms, float64(closed)-1)))
}

// build lays a road between the junctions nearest to the ends of its path.
func (s *streets) build(e *area.Edit) error {
	var ends [2]street.Node
	for i, p := range [][2]float64{e.Path[0], e.Path[len(e.Path)-1]} {
		node, metres := s.junction(p)
		if metres > s.g.Snap.Limit {
			return refuse(e, "path", "far-road", "metres", strconv.FormatFloat(metres, 'f', 0, 64), "limit", strconv.FormatFloat(s.g.Snap.Limit, 'f', 0, 64))
		}
		ends[i] = node
	}
	long := 0.0
	for i := 1; i < len(e.Path); i++ {
		long += geo.Distance(e.Path[i-1], e.Path[i])
	}
	takes := street.Millis(math.Round(min(long*3600/e.Kmh, float64(closed)-1)))
	s.roads = append(s.roads, road{ends[0], ends[1], takes})
	if !e.OneWay {
		s.roads = append(s.roads, road{ends[1], ends[0], takes})
	}
	return nil
}

// junction is the nearest node at which roads come in and go out; of several at one place
// that with most arcs.
func (s *streets) junction(p [2]float64) (best street.Node, metres float64) {
	in := make([]int32, s.g.Nodes())
	for _, v := range s.g.Head {
		in[v]++
	}
	best, metres = street.None, math.Inf(1)
	arcs := int32(0)
	for v := range street.Node(s.g.Nodes()) {
		out := s.g.First[v+1] - s.g.First[v]
		if in[v] == 0 || out == 0 {
			continue
		}
		far := geo.Distance(p, s.g.NodePlace[v].Point())
		if far < metres || far == metres && in[v]+out > arcs {
			best, metres, arcs = v, far, in[v]+out
		}
	}
	return best, metres
}

// mode puts the edited graph into a mode.
func (s *streets) mode(ctx context.Context, m *network.Mode) error {
	if s.roads != nil {
		return s.relay(ctx, m)
	}
	before, now := s.g.Weights(nil), s.now.Weights(nil)
	m.Graph, m.Metric = s.now, m.Metric.Clone()
	_, err := m.Metric.Update(changes(before, now))
	return err
}

func changes(before, now []cch.Weight) (out []cch.Change) {
	for a, w := range now {
		if w != before[a] {
			out = append(out, cch.Change{Arc: cch.Arc(a), Weight: w})
		}
	}
	return out
}

// relay lays the graph out with its new roads, and contracts it in the order it had.
func (s *streets) relay(ctx context.Context, m *network.Mode) error {
	was := s.g
	if s.now != nil {
		was = s.now
	}
	own := *was
	g := &own
	g.First = make([]int32, 1, was.Nodes()+1)
	g.Head, g.ArcSide, g.Move, g.Wait = nil, nil, nil, nil
	for v := range street.Node(was.Nodes()) {
		lo, hi := was.Out(v)
		g.Head, g.ArcSide = append(g.Head, was.Head[lo:hi]...), append(g.ArcSide, was.ArcSide[lo:hi]...)
		g.Move, g.Wait = append(g.Move, was.Move[lo:hi]...), append(g.Wait, was.Wait[lo:hi]...)
		for _, r := range s.roads {
			if r.from == v {
				g.Head, g.ArcSide = append(g.Head, r.to), append(g.ArcSide, street.None)
				g.Move, g.Wait = append(g.Move, r.takes), append(g.Wait, 0)
			}
		}
		g.First = append(g.First, int32(len(g.Head)))
	}
	graph, err := g.Network()
	if err != nil {
		return err
	}
	m.Graph = g
	if m.Hierarchy, err = cch.NewHierarchy(graph, m.Hierarchy.Order); err != nil {
		return err
	}
	m.Metric, err = m.Hierarchy.Customize(ctx, g.Weights(nil), 0)
	return err
}
