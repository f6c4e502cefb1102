// Package tiled lays a city out side by side, streets and all, to measure what a
// metropolis costs that nobody has a map of.
package tiled

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"conurb/connect/street"
)

// Map is the map of a city repeated side by side, as a street.Source. Each tile is
// shifted in place and has ids of its own; trunk roads join neighbours. What lies
// north is a little narrower than the city itself, as degrees are.
type Map struct {
	ways        []street.MapWay
	nodes       []street.MapNode
	relations   []street.MapRelation
	Tiles, wide int // tiles in all, and in a row
	step        street.Place
	gates       [4][]int64 // nodes at which roads leave a tile: east, west, north, south
}

var _ street.Source = (*Map)(nil)

// idsOfTile keeps the ids of tiles apart; OpenStreetMap is far from as many.
const idsOfTile = 1 << 38

// gap lies between tiles, in ten-millionths of a degree: about a kilometre.
const gap = 100_000

// Read holds a map in memory: what a profile can use of it, and the points of that.
func Read(ctx context.Context, name string, p *street.Profile) (*Map, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return nil, err
	}
	src, t := street.OpenPBF(ctx, file, about.Size(), p), &Map{Tiles: 1, wide: 1}
	used := map[int64]bool{}
	err = errors.Join(
		src.Relations(func(r street.MapRelation) error {
			r.Tags, r.Members = slices.Clone(r.Tags), slices.Clone(r.Members)
			t.relations = append(t.relations, r)
			return nil
		}),
		src.Ways(func(w street.MapWay) error {
			w.Tags, w.Refs = slices.Clone(w.Tags), slices.Clone(w.Refs)
			for _, id := range w.Refs {
				used[id] = true
			}
			t.ways = append(t.ways, w)
			return nil
		}))
	low, high := street.Place{Lon: math.MaxInt32, Lat: math.MaxInt32}, street.Place{Lon: math.MinInt32, Lat: math.MinInt32}
	err = errors.Join(err, src.Nodes(func(n street.MapNode) error {
		if used[n.ID] {
			n.Tags = slices.Clone(n.Tags)
			t.nodes = append(t.nodes, n)
			low = street.Place{Lon: min(low.Lon, n.Place.Lon), Lat: min(low.Lat, n.Place.Lat)}
			high = street.Place{Lon: max(high.Lon, n.Place.Lon), Lat: max(high.Lat, n.Place.Lat)}
		}
		return nil
	}))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	t.step = street.Place{Lon: high.Lon - low.Lon + gap, Lat: high.Lat - low.Lat + gap}
	return t, nil
}

// Repeat lays out tiles in rows as long as they are many. g is the graph of one tile.
func (t *Map) Repeat(tiles int, g *street.Graph) {
	t.Tiles, t.wide = tiles, int(math.Ceil(math.Sqrt(float64(tiles))))
	t.gates = gates(g)
}

// gates finds the outermost crossings of larger roads on each side of a tile: one in
// each third of its length. They are open both ways, so that a tile stays connected
// with its neighbours whatever the profile.
func gates(g *street.Graph) (out [4][]int64) {
	large := []string{"trunk", "primary", "secondary", "tertiary"}
	var at []street.Node
	for v := range street.Node(g.Nodes()) {
		for from, to := g.Out(v); from < to; from++ {
			s := g.ArcSide[from]
			if s != street.None && g.SideMove[s.Opposite()] >= 0 && slices.Contains(large, g.Classes[g.EdgeClass[s.Edge()]]) {
				at = append(at, v)
				break
			}
		}
	}
	for side := range out {
		far, along := outward(side), func(v street.Node) int32 { return g.NodePlace[v].Lat }
		if side > 1 {
			along = func(v street.Node) int32 { return g.NodePlace[v].Lon }
		}
		slices.SortFunc(at, func(a, b street.Node) int { return cmp.Or(cmp.Compare(along(a), along(b)), cmp.Compare(a, b)) })
		for third := range 3 {
			part := at[third*len(at)/3 : (third+1)*len(at)/3]
			if len(part) > 0 {
				v := slices.MaxFunc(part, func(a, b street.Node) int { return cmp.Compare(far(g.NodePlace[a]), far(g.NodePlace[b])) })
				out[side] = append(out[side], g.NodeID[v])
			}
		}
	}
	return out
}

// outward is how far out a place lies on a side: east, west, north, south.
func outward(side int) func(street.Place) int32 {
	return [4]func(street.Place) int32{
		func(p street.Place) int32 { return p.Lon }, func(p street.Place) int32 { return -p.Lon },
		func(p street.Place) int32 { return p.Lat }, func(p street.Place) int32 { return -p.Lat },
	}[side]
}

// Shift is where a tile lies, from the first one.
func (t *Map) Shift(tile int) street.Place {
	return street.Place{Lon: int32(tile%t.wide) * t.step.Lon, Lat: int32(tile/t.wide) * t.step.Lat}
}

func (t *Map) Relations(visit func(street.MapRelation) error) error {
	var members []street.Member
	for tile := range t.Tiles {
		for _, r := range t.relations {
			members = append(members[:0], r.Members...)
			for i := range members {
				members[i].ID += int64(tile) * idsOfTile
			}
			if err := visit(street.MapRelation{ID: r.ID + int64(tile)*idsOfTile, Tags: r.Tags, Members: members}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Map) Ways(visit func(street.MapWay) error) error {
	var refs []int64
	for tile := range t.Tiles {
		for _, w := range t.ways {
			refs = append(refs[:0], w.Refs...)
			for i := range refs {
				refs[i] += int64(tile) * idsOfTile
			}
			if err := visit(street.MapWay{ID: w.ID + int64(tile)*idsOfTile, Refs: refs, Tags: w.Tags}); err != nil {
				return err
			}
		}
	}
	return t.trunks(visit)
}

// trunks are the roads between tiles: east of each and north of each.
func (t *Map) trunks(visit func(street.MapWay) error) error {
	tags := street.Tags{{Key: "highway", Value: "trunk"}, {Key: "bicycle", Value: "yes"}, {Key: "foot", Value: "yes"}}
	id := int64(t.Tiles) * idsOfTile
	for tile := range t.Tiles {
		for k, other := range [2]int{tile + 1, tile + t.wide} {
			side := 2 * k
			if other >= t.Tiles || side == 0 && other%t.wide == 0 {
				continue
			}
			for i := range min(len(t.gates[side]), len(t.gates[side+1])) {
				refs := []int64{t.gates[side][i] + int64(tile)*idsOfTile, t.gates[side+1][i] + int64(other)*idsOfTile}
				id++
				if err := visit(street.MapWay{ID: id, Refs: refs, Tags: tags}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *Map) Nodes(visit func(street.MapNode) error) error {
	for tile := range t.Tiles {
		by := t.Shift(tile)
		for _, n := range t.nodes {
			n.ID += int64(tile) * idsOfTile
			n.Place.Lon += by.Lon
			n.Place.Lat += by.Lat
			if err := visit(n); err != nil {
				return err
			}
		}
	}
	return nil
}
