package tiles

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"conurb/area"
	"conurb/connect/street"
	"conurb/kit/geo"
)

// Streets is the network of one way of moving with the people on it, ready to be
// cut. It is safe for concurrent use.
type Streets struct {
	graph  *street.Graph
	edges  []street.Edge // by rank, and near ones together
	ends   [ranks]int    // edges[:ends[r]] are those of rank r and below
	blocks []block
	cells  *area.Cells
	from   int // the level from which each cell is drawn by itself
	grid   []gridCell

	mu   sync.Mutex
	kept map[geo.Tile][]byte
}

// block is a run of edges with what they span.
type block struct {
	bound     orb.Bound
	first, to int
}

type gridCell struct {
	at   orb.Point // on the unit square
	cell int32
}

// Ranks of classes: the level of the map from which each is drawn, unless the whole
// network is so sparse that it can always be.
const (
	ranks   = 6
	sparse  = 3000 // edges that a tile of any level may hold
	inBlock = 64

	cellsFrom = 6  // the level from which people are drawn
	lumps     = 64 // squares along the side of a tile that cells are drawn in from afar
)

var rankFrom = [ranks]int{0, 8, 10, 11, 13, 14}

var rankOf = map[string]int{
	"motorway": 0, "trunk": 0, "primary": 1, "secondary": 2, "tertiary": 3, "ferry": 2,
	"footway": 5, "path": 5, "steps": 5, "pedestrian": 4, "bridleway": 5, "corridor": 5, "platform": 5, "track": 5, "service": 5,
}

func rank(class string) int {
	if r, ok := rankOf[strings.TrimSuffix(class, "_link")]; ok {
		return r
	}
	return 4
}

// NewStreets lays out a graph; cells may be nil.
func NewStreets(g *street.Graph, cells *area.Cells) *Streets {
	s := &Streets{graph: g, cells: cells, kept: map[geo.Tile][]byte{}}
	type key struct {
		edge street.Edge
		rank int
		near uint64
	}
	var keys []key
	for e := range street.Edge(g.Edges()) {
		if g.EdgeWay[e] == 0 { // a gate of no length
			continue
		}
		shape := g.EdgeShape(e)
		x, y := geo.Mercator(shape[len(shape)/2].Point())
		keys = append(keys, key{e, rank(g.Classes[g.EdgeClass[e]]), morton(x, y)})
	}
	slices.SortFunc(keys, func(a, b key) int {
		switch {
		case a.rank != b.rank:
			return a.rank - b.rank
		case a.near < b.near:
			return -1
		case a.near > b.near:
			return 1
		}
		return int(a.edge - b.edge)
	})
	for i, k := range keys {
		s.edges = append(s.edges, k.edge)
		for r := k.rank; r < ranks; r++ {
			s.ends[r] = i + 1
		}
		if n := len(s.blocks); n == 0 || s.blocks[n-1].to-s.blocks[n-1].first == inBlock {
			s.blocks = append(s.blocks, block{s.bound(k.edge), i, i + 1})
			continue
		}
		last := &s.blocks[len(s.blocks)-1]
		last.bound, last.to = last.bound.Union(s.bound(k.edge)), i+1
	}
	s.layCells()
	return s
}

// morton interleaves the first sixteen bits of two coordinates, so that numbers near
// each other are places near each other (Morton 1966).
func morton(x, y float64) uint64 {
	var out uint64
	a, b := uint64(x*65536), uint64(y*65536)
	for i := range 16 {
		out |= (a>>i&1)<<(2*i) | (b>>i&1)<<(2*i+1)
	}
	return out
}

func (s *Streets) bound(e street.Edge) orb.Bound {
	line := s.line(e)
	return line.Bound()
}

func (s *Streets) line(e street.Edge) orb.LineString {
	shape := s.graph.EdgeShape(e)
	out := make(orb.LineString, len(shape))
	for i, p := range shape {
		out[i][0], out[i][1] = geo.Mercator(p.Point())
	}
	return out
}

// layCells sorts the cells by place, and finds the level from which a tile holds few
// enough of them to draw each: no more than a hundred side by side.
func (s *Streets) layCells() {
	if s.cells == nil || s.cells.Len() == 0 {
		return
	}
	for i, p := range s.cells.Point {
		x, y := geo.Mercator(p)
		s.grid = append(s.grid, gridCell{orb.Point{x, y}, int32(i)})
	}
	slices.SortFunc(s.grid, func(a, b gridCell) int {
		switch x, y := a.at[0]-b.at[0], int(a.cell-b.cell); {
		case x < 0:
			return -1
		case x > 0:
			return 1
		default:
			return y
		}
	})
	s.from = cellsFrom
	if s.cells.Side > 0 {
		round := 2 * math.Pi * geo.EarthRadius * math.Cos(s.cells.Point[0][1]*math.Pi/180)
		s.from = max(s.from, int(math.Ceil(math.Log2(round/s.cells.Side/100))))
	}
}

// Cut returns the tile, uncompressed; it is empty where nothing lies.
func (s *Streets) Cut(t geo.Tile) ([]byte, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("tile %d/%d/%d does not exist", t.Z, t.X, t.Y)
	}
	s.mu.Lock()
	tile, ok := s.kept[t]
	s.mu.Unlock()
	if ok {
		return tile, nil
	}
	tile, err := s.encode(t)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	if len(s.kept) >= keptTiles/4 {
		clear(s.kept)
	}
	s.kept[t] = tile
	s.mu.Unlock()
	return tile, nil
}

func (s *Streets) encode(t geo.Tile) ([]byte, error) {
	w := newWindow(t)
	var layers mvt.Layers
	for _, l := range []*mvt.Layer{s.cellLayer(w, t.Z), s.streetLayer(w, t.Z)} {
		if len(l.Features) > 0 {
			layers = append(layers, l)
		}
	}
	if len(layers) == 0 {
		return nil, nil
	}
	b, err := mvt.Marshal(layers)
	if err != nil {
		return nil, fmt.Errorf("encode tile %d/%d/%d: %w", t.Z, t.X, t.Y, err)
	}
	return b, nil
}

// shown is how many of the edges are drawn at a level.
func (s *Streets) shown(z int) int {
	n := 0
	for r, end := range s.ends {
		if z >= rankFrom[r] || end <= sparse {
			n = end
		}
	}
	return n
}

// like are the properties that streets of one feature share.
type like struct {
	class, name string
	kmh         int
}

// streetLayer draws streets that are alike as one feature of many lines, which is
// what keeps a tile of a city small.
func (s *Streets) streetLayer(w window, z int) *mvt.Layer {
	layer := &mvt.Layer{Name: "streets", Version: 2, Extent: extent}
	alike := map[like]int{}
	end := s.shown(z)
	for _, b := range s.blocks {
		if b.first >= end {
			break
		}
		if !b.bound.Intersects(w.view) {
			continue
		}
		for _, e := range s.edges[b.first:min(b.to, end)] {
			lines := s.piece(w, e)
			if len(lines) == 0 {
				continue
			}
			k := s.like(e, z)
			i, ok := alike[k]
			if !ok {
				i = len(layer.Features)
				alike[k] = i
				layer.Features = append(layer.Features, streetFeature(k))
			}
			f := layer.Features[i]
			f.Geometry = append(f.Geometry.(orb.MultiLineString), lines...)
		}
	}
	return layer
}

// piece is the part of an edge in a window; nothing where it is shorter than a unit.
func (s *Streets) piece(w window, e street.Edge) orb.MultiLineString {
	line := s.line(e)
	if b := line.Bound(); !b.Intersects(w.view) || max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])*w.scale < 1 {
		return nil
	}
	switch g := w.line(line).(type) {
	case orb.LineString:
		return orb.MultiLineString{g}
	case orb.MultiLineString:
		return g
	}
	return nil
}

// namedFrom is the level from which streets carry their names.
const namedFrom = 13

func (s *Streets) like(e street.Edge, z int) like {
	g := s.graph
	k := like{class: g.Classes[g.EdgeClass[e]]}
	if z < namedFrom {
		return k
	}
	if int(e) < len(g.EdgeName) {
		k.name = g.Names[g.EdgeName[e]]
	}
	for _, side := range [2]street.Side{e.Side(false), e.Side(true)} {
		if ms := g.SideMove[side]; ms > 0 {
			k.kmh = max(k.kmh, int(math.Round(float64(g.EdgeMetres[e])/float64(ms)*3600/5)*5))
		}
	}
	return k
}

func streetFeature(k like) *geojson.Feature {
	f := geojson.NewFeature(orb.MultiLineString{})
	f.Properties["class"] = k.class
	if k.name != "" {
		f.Properties["name"] = k.name
	}
	if k.kmh > 0 {
		f.Properties["kmh"] = k.kmh
	}
	return f
}

// cellLayer draws the cells: squares where they have a side, else points.
func (s *Streets) cellLayer(w window, z int) *mvt.Layer {
	layer := &mvt.Layer{Name: "cells", Version: 2, Extent: extent}
	if len(s.grid) == 0 || z < cellsFrom {
		return layer
	}
	if z < s.from {
		s.lump(layer, w)
		return layer
	}
	km2 := s.cells.Side * s.cells.Side / 1e6
	for c := range s.within(w.view.Pad(s.half(s.grid[0]))) {
		layer.Features = append(layer.Features, cellFeature(s.square(w, c), s.people(c), km2))
	}
	return layer
}

// within hands over the cells whose centre lies in a bound.
func (s *Streets) within(b orb.Bound) iter.Seq[gridCell] {
	first, _ := slices.BinarySearchFunc(s.grid, b.Min[0], func(c gridCell, x float64) int { return cmp.Compare(c.at[0], x) })
	return func(yield func(gridCell) bool) {
		for _, c := range s.grid[first:] {
			if c.at[0] > b.Max[0] || b.Contains(c.at) && !yield(c) {
				return
			}
		}
	}
}

// lump draws from afar: the cells of each small square of the tile as one.
func (s *Streets) lump(layer *mvt.Layer, w window) {
	const side = extent / lumps
	sums := map[[2]int]float64{}
	for c := range s.within(orb.Bound{Min: orb.Point{w.x, w.y}, Max: orb.Point{w.x + extent/w.scale, w.y + extent/w.scale}}) {
		p := w.at(c.at)
		sums[[2]int{min(int(p[0]), extent-1) / side, min(int(p[1]), extent-1) / side}] += s.people(c)
	}
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) }) {
		x, y := float64(k[0]*side), float64(k[1]*side)
		middle := geo.Unmercator(w.x+(x+side/2)/w.scale, w.y+(y+side/2)/w.scale)
		km := 2 * math.Pi * geo.EarthRadius / 1000 * math.Cos(middle[1]*math.Pi/180) * side / w.scale
		square := orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
		layer.Features = append(layer.Features, cellFeature(square, sums[k], km*km))
	}
}

func (s *Streets) people(c gridCell) float64 {
	if k := s.cells.Column(area.Population); k != nil {
		return k.Values[c.cell]
	}
	return 0
}

// cellFeature has how many people live there and, where it has an area, how dense.
func cellFeature(shape orb.Geometry, people, km2 float64) *geojson.Feature {
	f := geojson.NewFeature(shape)
	f.Properties["population"] = int(math.Round(people))
	if km2 > 0 {
		f.Properties["per_km2"] = int(math.Round(people / km2))
	}
	return f
}

// half is half the side of a cell on the unit square.
func (s *Streets) half(c gridCell) float64 {
	lat := s.cells.Point[c.cell][1] * math.Pi / 180
	return s.cells.Side / 2 / (2 * math.Pi * geo.EarthRadius * math.Cos(lat))
}

func (s *Streets) square(w window, c gridCell) orb.Geometry {
	if s.cells.Side <= 0 {
		return w.at(c.at)
	}
	half := s.half(c)
	a, b := w.at(orb.Point{c.at[0] - half, c.at[1] - half}), w.at(orb.Point{c.at[0] + half, c.at[1] + half})
	return orb.Polygon{{a, {b[0], a[1]}, b, {a[0], b[1]}, a}}
}
