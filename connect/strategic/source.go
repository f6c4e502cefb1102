package strategic

import (
	"math"

	"conurb/area"
	"conurb/connect/street"
	"conurb/kit/geo"
)

// Report says what was laid.
type Report struct {
	Basis        area.Basis // always Modelled
	Roads        int        // drawn roads open on the day
	NotOpen      int        // drawn roads that were not
	RoadMetres   float64    // of the open ones, as drawn
	Crossings    int        // of roads of one kind, joined
	Joints       int        // ends joined with a road nearby
	Interchanges int
	Stations     int // open on the day
	Changes      int // footways between stations beside one another
	Local        int // streets between neighbouring squares
	Connectors   int
	Barred       int // streets and connectors that a barrier forbids
	Forced       int // streets laid over a barrier or a gap, because ground would be cut off
}

// Source lays the streets of a day, as far as was known on another. Neither network nor
// sketch may be changed while the source is in use. An error is an *Error.
func Source(n *area.Network, sketch *area.Sketch, cells *area.Cells, rule Rule, asOf, believed area.Date) (street.Source, Report, error) {
	if err := rule.check(cells); err != nil {
		return nil, Report{}, err
	}
	box := cells.Bounds()
	l := &layer{rule: &rule, cells: cells, plane: geo.NewProjection(math.Round((box[0]+box[2])/2*10) / 10), known: [2]map[street.Place]int32{{}, {}}}
	l.rep.Basis = rule.basis(cells.Side)
	l.squares()
	for _, b := range sketch.Barriers {
		l.barriers = append(l.barriers, l.onPlane(b.Path)...)
		l.barriers = append(l.barriers, gap)
	}
	l.drawn(n, sketch, asOf, believed)
	l.cross()
	l.joinEnds()
	l.leaveExpressways()
	l.leaveRoads()
	l.layRoads()
	l.stations(n, asOf, believed)
	l.layLocal()
	l.joinParts()
	return &laid{l.nodes, l.ways}, l.rep, nil
}

// laid is a map in memory.
type laid struct {
	nodes []street.MapNode
	ways  []street.MapWay
}

var _ street.Source = (*laid)(nil)

// Relations hands over nothing: no turn is forbidden.
func (m *laid) Relations(func(street.MapRelation) error) error { return nil }

func (m *laid) Ways(visit func(street.MapWay) error) error {
	for _, w := range m.ways {
		if err := visit(w); err != nil {
			return err
		}
	}
	return nil
}

func (m *laid) Nodes(visit func(street.MapNode) error) error {
	for _, n := range m.nodes {
		if err := visit(n); err != nil {
			return err
		}
	}
	return nil
}

// layer lays streets. A node is an index of nodes and at; squares come first.
type layer struct {
	rule     *Rule
	cells    *area.Cells
	plane    geo.Projection
	nodes    []street.MapNode
	at       []xy
	ways     []street.MapWay
	foot     []bool                    // of ways: open without a motor, so no part of an expressway
	known    [2]map[street.Place]int32 // points of roads, and of expressways
	roads    []*road
	barriers []xy // lines, each ended by gap
	bucket   map[[2]int][]int32
	density  []float64
	rep      Report
}

type xy [2]float64

var gap = xy{math.Inf(1), math.Inf(1)}

func (a xy) to(b xy) float64 { return math.Hypot(b[0]-a[0], b[1]-a[1]) }

func (l *layer) onPlane(path [][2]float64) []xy {
	out := make([]xy, len(path))
	for i, p := range path {
		out[i][0], out[i][1] = l.plane.Forward(p)
	}
	return out
}

// add makes a node; numbers of the map count from 1.
func (l *layer) add(at xy, tags street.Tags) int32 {
	p := l.plane.Inverse(at[0], at[1])
	l.nodes = append(l.nodes, street.MapNode{ID: int64(len(l.nodes)) + 1, Place: street.At(p[0], p[1]), Tags: tags})
	l.at = append(l.at, at)
	return int32(len(l.at) - 1)
}

// point is the node of a road at a place: one for each metre or so and kind of road.
func (l *layer) point(at xy, fast bool) int32 {
	p := l.plane.Inverse(at[0], at[1])
	key, kind := street.At(p[0], p[1]), 0
	key.Lon, key.Lat = key.Lon/100, key.Lat/100
	if fast {
		kind = 1
	}
	node, ok := l.known[kind][key]
	if !ok {
		node = l.add(at, nil)
		l.known[kind][key] = node
	}
	return node
}

// way lays one; foot tells that people without a motor may use it.
func (l *layer) way(tags street.Tags, foot bool, nodes ...int32) {
	refs := make([]int64, len(nodes))
	for i, n := range nodes {
		refs[i] = int64(n) + 1
	}
	l.ways = append(l.ways, street.MapWay{ID: int64(len(l.ways)) + 1, Refs: refs, Tags: tags})
	l.foot = append(l.foot, foot)
}

// barred tells whether a straight line meets a barrier.
func (l *layer) barred(a, b xy) bool {
	for i := 1; i < len(l.barriers); i++ {
		if p, q := l.barriers[i-1], l.barriers[i]; p != gap && q != gap {
			if _, _, ok := meet(a, b, p, q); ok {
				return true
			}
		}
	}
	return false
}

// meet gives the shares along ab and pq at which they cross or touch.
func meet(a, b, p, q xy) (s, t float64, ok bool) {
	if max(a[0], b[0]) < min(p[0], q[0]) || max(p[0], q[0]) < min(a[0], b[0]) || max(a[1], b[1]) < min(p[1], q[1]) || max(p[1], q[1]) < min(a[1], b[1]) {
		return 0, 0, false
	}
	dx, dy, ex, ey := b[0]-a[0], b[1]-a[1], q[0]-p[0], q[1]-p[1]
	det := dx*ey - dy*ex
	if det == 0 {
		return 0, 0, false
	}
	s = ((p[0]-a[0])*ey - (p[1]-a[1])*ex) / det
	t = ((p[0]-a[0])*dy - (p[1]-a[1])*dx) / det
	return s, t, s >= 0 && s <= 1 && t >= 0 && t <= 1
}
