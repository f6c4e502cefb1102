package strategic

import (
	"math"
	"slices"

	"conurb/area"
	"conurb/connect/street"
)

// squares makes a node of every square and notes how densely people live there.
func (l *layer) squares() {
	people := l.cells.Column(area.Population)
	km2 := l.cells.Side * l.cells.Side / 1e6
	l.bucket = map[[2]int][]int32{}
	l.density = make([]float64, l.cells.Len())
	for i, at := range l.onPlane(l.cells.Point) {
		node := l.add(at, nil)
		l.bucket[l.key(at)] = append(l.bucket[l.key(at)], node)
		if people != nil {
			l.density[i] = people.Values[i] / km2
		}
	}
}

// near is how many sides the centres of neighbours are apart at most: the grid may be
// turned or stretched a little against the plane, and diagonals are 1.41 sides.
const near = 1.2

// key is the bucket of a place. Buckets are wider than neighbours are apart.
func (l *layer) key(at xy) [2]int {
	return [2]int{int(math.Floor(at[0] / l.wide())), int(math.Floor(at[1] / l.wide()))}
}

func (l *layer) wide() float64 { return 1.25 * near * l.cells.Side }

// around visits the squares with the centre within 1.5 sides, and some beyond.
func (l *layer) around(at xy, visit func(cell int32)) {
	k := l.key(at)
	for row := k[1] - 1; row <= k[1]+1; row++ {
		for col := k[0] - 1; col <= k[0]+1; col++ {
			for _, c := range l.bucket[[2]int{col, row}] {
				visit(c)
			}
		}
	}
}

// local are the tags of a local street at a density.
func (l *layer) local(perKm2 float64) street.Tags {
	return street.Tags{{Key: "highway", Value: "tertiary"}, {Key: "maxspeed", Value: num(l.rule.limit(perKm2))}}
}

// connect joins a node with the nearest square that no barrier parts it from, turning
// one right angle. Tags are those of a local street where none are given.
func (l *layer) connect(node int32, tags street.Tags, foot bool) (cell int32, ok bool) {
	at := l.at[node]
	var list []int32
	l.around(at, func(c int32) { list = append(list, c) })
	slices.SortStableFunc(list, func(a, b int32) int {
		switch d := at.to(l.at[a]) - at.to(l.at[b]); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	for _, c := range list {
		to := l.at[c]
		corner := xy{to[0], at[1]}
		if l.barred(at, corner) || l.barred(corner, to) {
			l.rep.Barred++
			continue
		}
		if tags == nil {
			tags = l.local(l.density[c])
		}
		if at.to(corner) < 1 || corner.to(to) < 1 {
			l.way(tags, foot, node, c)
		} else {
			l.way(tags, foot, node, l.add(corner, nil), c)
		}
		l.rep.Connectors++
		return c, true
	}
	return 0, false
}

// stations joins the stations that were open on the day, and those beside one another
// by a footway too: the squares are too coarse to change trains by.
func (l *layer) stations(n *area.Network, asOf, believed area.Date) {
	open := n.OpenStations(asOf, believed)
	var nodes []int32
	for i := range n.Stations {
		s := &n.Stations[i]
		if !open[s.ID] {
			continue
		}
		at := l.onPlane([][2]float64{s.Point})[0]
		node := l.add(at, street.Tags{{Key: "railway", Value: "station"}, {Key: "name", Value: s.Name.Zh}, {Key: "name:en", Value: s.Name.En}, {Key: "ref", Value: s.ID}})
		if _, ok := l.connect(node, nil, true); ok {
			l.rep.Stations++
		}
		for _, other := range nodes {
			if far := at.to(l.at[other]); far > 0 && far <= l.rule.Change && !l.barred(at, l.at[other]) {
				l.way(street.Tags{{Key: "highway", Value: "footway"}}, true, node, other)
				l.rep.Changes++
			}
		}
		nodes = append(nodes, node)
	}
}

// layLocal joins each square with its neighbours to the east and to the north, however
// the grid is turned: those at most near away.
func (l *layer) layLocal() {
	for c := range int32(l.cells.Len()) {
		at := l.at[c]
		l.around(at, func(d int32) {
			if d <= c || at.to(l.at[d]) > near*l.cells.Side {
				return
			}
			if l.barred(at, l.at[d]) {
				l.rep.Barred++
				return
			}
			l.way(l.local((l.density[c]+l.density[d])/2), true, c, d)
			l.rep.Local++
		})
	}
}

// joinParts joins ground that can be reached from the largest part by no way, or by
// expressway only, with the nearest square of what is joined already, nearest first.
func (l *layer) joinParts() {
	parts := newParts(len(l.nodes))
	for i, w := range l.ways {
		if l.foot[i] {
			for k := 1; k < len(w.Refs); k++ {
				parts.join(int32(w.Refs[k-1]-1), int32(w.Refs[k]-1))
			}
		}
	}
	members := map[int32][]int32{}
	main := int32(-1)
	for c := range int32(l.cells.Len()) {
		p := parts.of(c)
		members[p] = append(members[p], c)
		if main < 0 || len(members[p]) > len(members[main]) {
			main = p
		}
	}
	for len(members) > 1 {
		a, b := l.shortest(members, main)
		l.way(l.local((l.density[a]+l.density[b])/2), true, a, b)
		l.rep.Forced++
		p := parts.of(b)
		members[main] = append(members[main], members[p]...)
		delete(members, p)
	}
}

// shortest is the pair of nearest squares, one of the main part and one of another: for
// each of the few squares outside, a search in growing rings.
func (l *layer) shortest(members map[int32][]int32, main int32) (a, b int32) {
	inside := make([]bool, l.cells.Len())
	for _, c := range members[main] {
		inside[c] = true
	}
	best := math.Inf(1)
	for c := range int32(l.cells.Len()) {
		if inside[c] {
			continue
		}
		k := l.key(l.at[c])
		for ring := 0; float64(ring-1)*l.wide() < best; ring++ {
			for col := k[0] - ring; col <= k[0]+ring; col++ {
				step := 2 * ring
				if col == k[0]-ring || col == k[0]+ring || ring == 0 {
					step = 1
				}
				for row := k[1] - ring; row <= k[1]+ring; row += step {
					for _, d := range l.bucket[[2]int{col, row}] {
						if far := l.at[c].to(l.at[d]); inside[d] && far < best {
							a, b, best = d, c, far
						}
					}
				}
			}
		}
	}
	return a, b
}

// parts is a union of disjoint sets with path halving (Tarjan and van Leeuwen 1984).
type parts []int32

func newParts(n int) parts {
	p := make(parts, n)
	for i := range p {
		p[i] = int32(i)
	}
	return p
}

func (p parts) of(i int32) int32 {
	for p[i] != i {
		p[i] = p[p[i]]
		i = p[i]
	}
	return i
}

func (p parts) join(a, b int32) { p[p.of(a)] = p.of(b) }
