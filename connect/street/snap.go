package street

import (
	"math"
	"slices"

	"conurb/kit/geo"
)

// metresOfUnit is the length of a ten-millionth of a degree on a meridian.
const metresOfUnit = geo.EarthRadius * math.Pi / 180 / 1e7

// Spot is a point joined to the nearest edge.
type Spot struct {
	Edge   Edge
	Share  float64 // of the length of the edge, along its way, where it is joined
	Place  Place   // on the edge
	Metres float64 // between point and edge
	Access Millis  // what that leg takes
}

// Snapper joins points to the nearest edge. It reuses its buffers: one for each
// goroutine (Clone).
type Snapper struct {
	g     *Graph
	tree  *rtree
	queue []candidate
}

type candidate struct {
	far  float64 // squared metres, at least
	item int32
}

// Snapper makes a snapper over the edges that may be snapped to: barriers and the
// classes that the profile avoids (motorways, boats) are not.
func (g *Graph) Snapper() *Snapper {
	var edges []Edge
	var boxes []box
	for e := range Edge(g.Edges()) {
		if g.EdgeWay[e] == 0 || slices.Contains(g.Snap.Avoid, g.Classes[g.EdgeClass[e]]) {
			continue
		}
		b := nothing
		for _, p := range g.EdgeShape(e) {
			b.add(box{p.Lon, p.Lat, p.Lon, p.Lat})
		}
		edges, boxes = append(edges, e), append(boxes, b)
	}
	return &Snapper{g: g, tree: pack(edges, boxes)}
}

// Clone shares the index and has buffers of its own.
func (s *Snapper) Clone() *Snapper { return &Snapper{g: s.g, tree: s.tree} }

// plane measures around a point: metres per unit of longitude and latitude there.
// Within a snapping distance the error against the sphere is far below one part in
// a thousand.
type plane struct {
	lon, lat int32
	x, y     float64
}

func planeAt(p Place) plane {
	return plane{p.Lon, p.Lat, metresOfUnit * math.Cos(float64(p.Lat)/1e7*math.Pi/180), metresOfUnit}
}

func (p *plane) xy(q Place) (x, y float64) {
	return eastward(Place{Lon: p.lon}, q) * p.x, (float64(q.Lat) - float64(p.lat)) * p.y
}

// toBox is the squared distance to a box, the short way round the earth.
func (p *plane) toBox(b box) float64 {
	east, west := float64(b.minLon)-float64(p.lon), float64(p.lon)-float64(b.maxLon)
	switch {
	case east > 0:
		east = min(east, west+2*half)
	case west > 0:
		west = min(west, east+2*half)
	}
	dx := max(east, west, 0) * p.x
	dy := max(float64(b.minLat)-float64(p.lat), float64(p.lat)-float64(b.maxLat), 0) * p.y
	return dx*dx + dy*dy
}

// Nearest joins a point, in degrees, to the nearest edge within limit metres (the
// profile's own limit if it is 0). Of edges equally near the lowest is taken.
func (s *Snapper) Nearest(lon, lat, limit float64) (Spot, bool) {
	if limit == 0 {
		limit = s.g.Snap.Limit
	}
	spot, far := s.nearest(lon, lat, limit)
	return spot, far <= limit
}

func (s *Snapper) nearest(lon, lat, limit float64) (Spot, float64) {
	if len(s.tree.boxes) == 0 || !onEarth(lon, lat) {
		return Spot{}, math.Inf(1)
	}
	at := planeAt(At(lon, lat))
	best, nearest := Spot{Edge: None}, limit*limit
	root := int32(len(s.tree.boxes) - 1)
	s.queue = append(s.queue[:0], candidate{at.toBox(s.tree.boxes[root]), root})
	for len(s.queue) > 0 {
		c := s.pop()
		if c.far > nearest {
			break
		}
		if c.item < int32(s.tree.leafs) {
			e := Edge(s.tree.item[c.item])
			if spot, far := s.g.project(&at, e); far < nearest || far == nearest && (best.Edge == None || e < best.Edge) {
				best, nearest = spot, far
			}
			continue
		}
		from, to := s.tree.children(c.item)
		for i := from; i < to; i++ {
			if far := at.toBox(s.tree.boxes[i]); far <= nearest {
				s.push(candidate{far, i})
			}
		}
	}
	if best.Edge == None {
		return Spot{}, math.Inf(1)
	}
	best.Metres = math.Sqrt(nearest)
	best.Access = Millis(math.Round(best.Metres / (s.g.Snap.Kmh / 3.6) * 1000))
	return best, best.Metres
}

func onEarth(lon, lat float64) bool { return math.Abs(lon) <= 180 && math.Abs(lat) <= 90 }

// project finds the point of an edge nearest to the middle of the plane.
func (g *Graph) project(at *plane, e Edge) (Spot, float64) {
	shape := g.EdgeShape(e)
	best, nearest := Spot{Edge: e}, math.Inf(1)
	before, length := 0.0, 0.0
	x0, y0 := at.xy(shape[0])
	for i := 1; i < len(shape); i++ {
		x1, y1 := at.xy(shape[i])
		dx, dy := x1-x0, y1-y0
		long := math.Hypot(dx, dy)
		t := 0.0
		if long > 0 {
			t = min(max(-(x0*dx+y0*dy)/(long*long), 0), 1)
		}
		px, py := x0+t*dx, y0+t*dy
		if far := px*px + py*py; far < nearest {
			nearest, before = far, length+t*long
			best.Place = Place{wrap(int64(at.lon) + int64(math.Round(px/at.x))), at.lat + int32(math.Round(py/at.y))}
		}
		length += long
		x0, y0 = x1, y1
	}
	if length > 0 {
		best.Share = before / length
	}
	return best, nearest
}

// push and pop keep a binary heap by distance.
func (s *Snapper) push(c candidate) {
	q := append(s.queue, c)
	for i := len(q) - 1; i > 0; {
		up := (i - 1) / 2
		if q[up].far <= q[i].far {
			break
		}
		q[up], q[i] = q[i], q[up]
		i = up
	}
	s.queue = q
}

func (s *Snapper) pop() candidate {
	q := s.queue
	least := q[0]
	q[0] = q[len(q)-1]
	q = q[:len(q)-1]
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(q) {
			break
		}
		if down+1 < len(q) && q[down+1].far < q[down].far {
			down++
		}
		if q[i].far <= q[down].far {
			break
		}
		q[i], q[down] = q[down], q[i]
		i = down
	}
	s.queue = q
	return least
}

// Missed is a point that was not joined.
type Missed struct {
	Index  int
	Metres float64 // to the nearest edge; +Inf where the position is none, or nothing is near
}

// reach is how far Missed looks for the edge that was too far away.
const reach = 50_000

// All joins many points, in degrees. spots has one for each point; those that
// missed have edge None.
func (s *Snapper) All(points [][2]float64, limit float64) (spots []Spot, missed []Missed) {
	if limit == 0 {
		limit = s.g.Snap.Limit
	}
	spots = make([]Spot, len(points))
	for i, p := range points {
		spot, ok := s.Nearest(p[0], p[1], limit)
		if !ok {
			_, far := s.nearest(p[0], p[1], reach)
			missed = append(missed, Missed{i, far})
			spot = Spot{Edge: None}
		}
		spots[i] = spot
	}
	return spots, missed
}

// Leave gives the nodes from which a trip that begins at the spot goes on, with the
// time from the point: the leg to the edge and the rest of the edge. Delays on the
// edge are charged in full, for most stand at its end.
func (g *Graph) Leave(s Spot) []Leg {
	if s.Edge < 0 {
		return nil
	}
	var legs []Leg
	for _, side := range [2]Side{s.Edge.Side(false), s.Edge.Side(true)} {
		if g.SideMove[side] >= 0 {
			legs = append(legs, Leg{g.Depart[side], s.Access + part(g.SideMove[side], 1-along(s, side)) + g.SideWait[side]})
		}
	}
	return legs
}

// Reach gives the nodes from which a trip that ends at the spot comes, with the time
// to the point.
func (g *Graph) Reach(s Spot) []Leg {
	if s.Edge < 0 {
		return nil
	}
	var legs []Leg
	for _, side := range [2]Side{s.Edge.Side(false), s.Edge.Side(true)} {
		if g.SideMove[side] < 0 {
			continue
		}
		t := s.Access + part(g.SideMove[side], along(s, side))
		for _, leg := range g.Arrive[g.ArriveFirst[side]:g.ArriveFirst[side+1]] {
			legs = append(legs, Leg{leg.Node, leg.Time + t})
		}
	}
	return legs
}

// Between is the time from one spot to another along the one edge both are on, both
// access legs included. The way round by nodes may be shorter, or the only one.
func (g *Graph) Between(from, to Spot) (Millis, bool) {
	if from.Edge != to.Edge || from.Edge < 0 {
		return 0, false
	}
	best, ok := Millis(math.MaxInt32), false
	for _, side := range [2]Side{from.Edge.Side(false), from.Edge.Side(true)} {
		if step := along(to, side) - along(from, side); g.SideMove[side] >= 0 && step >= 0 {
			best, ok = min(best, from.Access+part(g.SideMove[side], step)+to.Access), true
		}
	}
	return best, ok
}

// along is the share of a side that lies behind the spot.
func along(s Spot, side Side) float64 {
	if side.Backward() {
		return 1 - s.Share
	}
	return s.Share
}

func part(t Millis, share float64) Millis { return Millis(math.Round(float64(t) * share)) }
