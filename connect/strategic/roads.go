package strategic

import (
	"cmp"
	"slices"

	"conurb/area"
	"conurb/connect/street"
)

// road is a drawn one.
type road struct {
	class  string
	fast   bool // an expressway
	tags   street.Tags
	path   []xy
	along  []float64 // metres from the first point to each
	stated []xy      // interchanges
	stops  []stop
}

// stop is a node on a road.
type stop struct {
	along float64
	node  int32
}

var highways = map[string]string{"expressway": "motorway", "trunk": "trunk", "primary": "primary", "secondary": "secondary"}

// drawn takes the roads of the pack that are open on the day.
func (l *layer) drawn(n *area.Network, sketch *area.Sketch, asOf, believed area.Date) {
	for i := range n.Lines {
		line := &n.Lines[i]
		if line.Mode != "road" || highways[line.Class] == "" {
			continue
		}
		limit := line.DesignKmh
		if limit == 0 {
			limit = l.rule.ClassKmh[line.Class]
		}
		for j := range line.Sections {
			if s := &line.Sections[j]; len(s.Path) > 1 {
				l.take(s.OpenedBy(asOf, believed), line.Class, "", line.Name, limit, s.Path, nil)
			}
		}
	}
	for i := range sketch.Links {
		k := &sketch.Links[i]
		l.take(k.OpenedBy(asOf, believed), k.Class, k.Number, k.Name, k.LimitKmh, k.Path, k.Interchanges)
	}
}

func (l *layer) take(open bool, class, number string, name area.Text, limit float64, path, interchanges [][2]float64) {
	if !open {
		l.rep.NotOpen++
		return
	}
	r := &road{class: class, fast: class == "expressway", path: l.onPlane(path), stated: l.onPlane(interchanges)}
	r.tags = street.Tags{{Key: "highway", Value: highways[class]}, {Key: "oneway", Value: "no"}, {Key: "name", Value: name.Zh}, {Key: "name:en", Value: name.En}}
	if number != "" {
		r.tags = append(r.tags, street.Tag{Key: "ref", Value: number})
	}
	if limit > 0 {
		r.tags = append(r.tags, street.Tag{Key: "maxspeed", Value: num(limit)})
	}
	r.along = make([]float64, len(r.path))
	for i := 1; i < len(r.path); i++ {
		r.along[i] = r.along[i-1] + r.path[i-1].to(r.path[i])
	}
	if r.length() < 1 {
		return
	}
	l.rep.Roads++
	l.rep.RoadMetres += r.length()
	l.roads = append(l.roads, r)
}

func (r *road) length() float64 { return r.along[len(r.along)-1] }

// point is the place at a distance along the road.
func (r *road) point(along float64) xy {
	i, _ := slices.BinarySearch(r.along, along)
	i = min(max(i, 1), len(r.path)-1)
	share := 0.0
	if d := r.along[i] - r.along[i-1]; d > 0 {
		share = (along - r.along[i-1]) / d
	}
	a, b := r.path[i-1], r.path[i]
	return xy{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
}

// near is the distance along the road of its point nearest to another, and how far that is.
func (r *road) near(p xy) (along, far float64) {
	far = gap[0]
	for i := 1; i < len(r.path); i++ {
		a, b := r.path[i-1], r.path[i]
		d := r.along[i] - r.along[i-1]
		share := 0.0
		if d > 0 {
			share = min(1, max(0, ((p[0]-a[0])*(b[0]-a[0])+(p[1]-a[1])*(b[1]-a[1]))/(d*d)))
		}
		if f := p.to(xy{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}); f < far {
			along, far = r.along[i-1]+share*d, f
		}
	}
	return along, far
}

// stop gives the node at a distance along the road.
func (l *layer) stop(r *road, along float64) int32 {
	node := l.point(r.point(along), r.fast)
	r.stops = append(r.stops, stop{along, node})
	return node
}

// cross joins roads of one kind where they cross.
func (l *layer) cross() {
	for i, r := range l.roads {
		for _, q := range l.roads[:i] {
			if q.fast != r.fast {
				continue
			}
			for a := 1; a < len(r.path); a++ {
				for b := 1; b < len(q.path); b++ {
					s, t, ok := meet(r.path[a-1], r.path[a], q.path[b-1], q.path[b])
					if !ok {
						continue
					}
					node := l.stop(r, r.along[a-1]+s*(r.along[a]-r.along[a-1]))
					q.stops = append(q.stops, stop{q.along[b-1] + t*(q.along[b]-q.along[b-1]), node})
					l.rep.Crossings++
				}
			}
		}
	}
}

// joinEnds joins the ends of roads with the nearest other road of their kind.
func (l *layer) joinEnds() {
	for _, r := range l.roads {
		for _, along := range []float64{0, r.length()} {
			node := l.stop(r, along)
			other, at := l.nearest(l.at[node], l.rule.Join, func(q *road) bool { return q != r && q.fast == r.fast })
			if other == nil {
				continue
			}
			if to := l.stop(other, at); to != node {
				l.way(r.tags, !r.fast, node, to)
				l.rep.Joints++
			}
		}
	}
}

// nearest is the road nearest to a point within a distance, and where along it.
func (l *layer) nearest(p xy, within float64, ok func(*road) bool) (best *road, at float64) {
	for _, q := range l.roads {
		if ok(q) {
			if along, far := q.near(p); far <= within {
				best, at, within = q, along, far
			}
		}
	}
	return best, at
}

// leaveExpressways joins interchanges with the nearest square and the nearest road.
func (l *layer) leaveExpressways() {
	ramp := street.Tags{{Key: "highway", Value: "motorway_link"}, {Key: "oneway", Value: "no"}, {Key: "maxspeed", Value: num(l.rule.RampKmh)}}
	for _, r := range l.roads {
		if !r.fast {
			continue
		}
		for _, along := range l.interchanges(r) {
			node := l.stop(r, along)
			l.rep.Interchanges++
			if other, at := l.nearest(l.at[node], l.rule.Ramp, func(q *road) bool { return !q.fast }); other != nil {
				l.way(ramp, false, node, l.stop(other, at))
			}
			l.connect(node, ramp, false)
		}
	}
}

// interchanges are the distances along an expressway at which it can be left.
func (l *layer) interchanges(r *road) []float64 {
	list := []float64{0, r.length()}
	for _, p := range r.stated {
		along, _ := r.near(p)
		list = append(list, along)
	}
	if len(r.stated) == 0 {
		parts := max(1, int(r.length()/l.rule.Interchanges+0.5))
		for k := 1; k < parts; k++ {
			list = append(list, r.length()*float64(k)/float64(parts))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// leaveRoads joins the other roads with the squares along them; where many people live
// and the road is no trunk road, by a junction with signals.
func (l *layer) leaveRoads() {
	lights := street.Tags{{Key: "highway", Value: "traffic_signals"}}
	for _, r := range l.roads {
		if r.fast {
			continue
		}
		parts := max(1, int(r.length()/l.rule.Access+0.5))
		for k := range parts + 1 {
			node := l.stop(r, r.length()*float64(k)/float64(parts))
			cell, ok := l.connect(node, nil, true)
			if ok && r.class != "trunk" && l.density[cell] >= l.rule.Lights {
				l.nodes[node].Tags = lights
			}
		}
	}
}

// layRoads makes a way of every road, through its points and stops.
func (l *layer) layRoads() {
	for _, r := range l.roads {
		for i, p := range r.path {
			r.stops = append(r.stops, stop{r.along[i], l.point(p, r.fast)})
		}
		slices.SortStableFunc(r.stops, func(a, b stop) int { return cmp.Compare(a.along, b.along) })
		var nodes []int32
		for _, s := range r.stops {
			if len(nodes) == 0 || nodes[len(nodes)-1] != s.node {
				nodes = append(nodes, s.node)
			}
		}
		if len(nodes) > 1 {
			l.way(r.tags, !r.fast, nodes...)
		}
	}
}
