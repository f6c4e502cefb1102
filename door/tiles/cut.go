package tiles

import (
	"fmt"
	"maps"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/simplify"

	"conurb/kit/geo"
	"conurb/plan/measure"
)

const (
	extent = mvt.DefaultExtent
	margin = 128 // drawn past the edge, so that wide lines join across tiles
	slack  = 2   // simplification in tile units: half a pixel of a 1024-pixel screen
)

// Cut returns the tile, uncompressed; it is empty where nothing lies.
func (m *Map) Cut(t geo.Tile, at measure.Moment) ([]byte, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("tile %d/%d/%d does not exist", t.Z, t.X, t.Y)
	}
	statuses := make([]Status, len(m.sections))
	key := make([]byte, len(m.sections))
	for i, s := range m.sectionAt {
		statuses[i] = m.standings.Of(s, at).Status
		key[i] = statuses[i][0]
	}
	k := cacheKey{t, string(key)}
	m.mu.Lock()
	tile, ok := m.kept[k]
	m.mu.Unlock()
	if ok {
		return tile, nil
	}
	tile, err := m.encode(t, statuses)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	if len(m.kept) >= keptTiles {
		clear(m.kept)
	}
	m.kept[k] = tile
	m.mu.Unlock()
	return tile, nil
}

func (m *Map) encode(t geo.Tile, statuses []Status) ([]byte, error) {
	w := newWindow(t)
	var layers mvt.Layers
	for _, l := range []struct {
		name     string
		features []feature
		status   func(int) Status
	}{
		{"districts", m.districts, nil},
		{"lines", m.sections, func(i int) Status { return statuses[i] }},
		{"stations", m.stations, func(i int) Status { return m.stationStatus(i, statuses) }},
		{"cities", m.cities, nil},
	} {
		layer := &mvt.Layer{Name: l.name, Version: 2, Extent: extent}
		for i, f := range l.features {
			shape := w.cut(f)
			if shape == nil {
				continue
			}
			g := geojson.NewFeature(shape)
			g.Properties = maps.Clone(f.props)
			if l.status != nil {
				g.Properties["status"] = string(l.status(i))
			}
			layer.Features = append(layer.Features, g)
		}
		if len(layer.Features) > 0 {
			layers = append(layers, layer)
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

// stationStatus is open where any section that serves the station is, else the
// nearest to it among theirs.
func (m *Map) stationStatus(i int, statuses []Status) Status {
	for _, want := range []Status{Open, Planned, Late} {
		for _, k := range m.servedBy[i] {
			if statuses[k] == want {
				return want
			}
		}
	}
	return Unknown
}

// window maps the unit square to the units of one tile.
type window struct {
	x, y, scale float64
	view        orb.Bound // on the unit square, margin included
	frame       orb.Bound // in tile units, margin included
}

func newWindow(t geo.Tile) window {
	x, y, side := t.Bounds()
	w := window{x: x, y: y, scale: extent / side}
	m := margin / w.scale
	w.view = orb.Bound{Min: orb.Point{x - m, y - m}, Max: orb.Point{x + side + m, y + side + m}}
	w.frame = orb.Bound{Min: orb.Point{-margin, -margin}, Max: orb.Point{extent + margin, extent + margin}}
	return w
}

// cut moves a shape to whole tile units and clips it; nil when nothing is left.
func (w window) cut(f feature) orb.Geometry {
	if !f.bound.Intersects(w.view) {
		return nil
	}
	switch shape := f.shape.(type) {
	case orb.Point:
		return w.at(shape)
	case orb.LineString:
		return w.line(shape)
	case orb.MultiPolygon:
		return w.polygons(shape)
	}
	return nil
}

func (w window) at(p orb.Point) orb.Point {
	return orb.Point{math.Round((p[0] - w.x) * w.scale), math.Round((p[1] - w.y) * w.scale)}
}

// line keeps at least the two ends of a section shorter than a tile unit apart,
// so that no section vanishes from the map when it is seen from afar.
func (w window) line(line orb.LineString) orb.Geometry {
	pts := make(orb.LineString, len(line))
	for i, p := range line {
		pts[i] = w.at(p)
	}
	pts = simplify.DouglasPeucker(slack).LineString(pts)
	if len(pts) >= 2 && pts[0] == pts[len(pts)-1] && len(pts) == 2 {
		pts[1][0]++
	}
	parts := clip.LineString(w.frame, pts)
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return rounded(parts[0])
	}
	for i := range parts {
		parts[i] = rounded(parts[i])
	}
	return parts
}

func rounded(line orb.LineString) orb.LineString {
	for i := range line {
		line[i] = orb.Point{math.Round(line[i][0]), math.Round(line[i][1])}
	}
	return line
}

func (w window) polygons(shape orb.MultiPolygon) orb.Geometry {
	var out orb.MultiPolygon
	for _, polygon := range shape {
		var cut orb.Polygon
		for i, ring := range polygon {
			r := w.ring(ring, i == 0)
			if r == nil && i == 0 {
				break
			}
			if r != nil {
				cut = append(cut, r)
			}
		}
		if len(cut) > 0 {
			out = append(out, cut)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// ring winds outer rings so that their surveyor's area is positive and inner
// ones so that it is negative, as the MVT specification 2.1 §4.3.4.4 demands.
func (w window) ring(ring orb.Ring, outer bool) orb.Ring {
	pts := make(orb.Ring, len(ring))
	for i, p := range ring {
		pts[i] = w.at(p)
	}
	pts = clip.Ring(w.frame, pts)
	if len(pts) < 4 {
		return nil
	}
	pts = orb.Ring(rounded(simplify.DouglasPeucker(slack).LineString(orb.LineString(pts))))
	if len(pts) < 4 {
		return nil
	}
	switch pts.Orientation() {
	case 0:
		return nil
	case orb.CCW:
		if !outer {
			pts.Reverse()
		}
	default:
		if outer {
			pts.Reverse()
		}
	}
	return pts
}
