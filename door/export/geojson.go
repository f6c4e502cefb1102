package export

import (
	"encoding/json"
	"io"
	"math"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/kit/geo"
)

// Feature is a GeoJSON feature; Properties go out in the order of their names.
type Feature struct {
	Type       string         `json:"type"`
	Geometry   Geometry       `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

// Geometry is a GeoJSON geometry.
type Geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

// Collection is a GeoJSON feature collection.
type Collection struct {
	Type     string    `json:"type"`
	Features []Feature `json:"features"`
}

// Isochrones makes a feature of each limit, the longest first, so that shorter ones
// are drawn over it. counted are the sums within each limit by name, in the order of
// the lines, or nothing.
func Isochrones(iso *reach.Isochrones, counted []map[string]any, about map[string]any) Collection {
	c := Collection{Type: "FeatureCollection", Features: []Feature{}}
	for i := len(iso.Lines) - 1; i >= 0; i-- {
		l := iso.Lines[i]
		shape := [][][]geo.Point{}
		for _, p := range l.Polygons {
			if rings := drawn(p); len(rings) > 0 {
				shape = append(shape, rings)
			}
		}
		props := map[string]any{"minutes": l.Limit.Seconds() / 60, "km2": math.Round(l.Km2*1000) / 1000, "grid_m": math.Round(iso.Step)}
		for _, more := range []map[string]any{about, at(counted, i)} {
			for k, v := range more {
				props[k] = v
			}
		}
		c.Features = append(c.Features, Feature{"Feature", Geometry{"MultiPolygon", shape}, props})
	}
	return c
}

// drawn are the rings of a polygon to a metre, which is less than the grid shows. One
// that shrinks to a point or a line is left out, with its holes where it is the outer
// one: RFC 7946 knows no such ring.
func drawn(p reach.Polygon) (rings [][]geo.Point) {
	for k, ring := range p {
		if line := rounded(ring, 1e5); !flat(line) {
			rings = append(rings, line)
		} else if k == 0 {
			return nil
		}
	}
	return rings
}

// flat reports whether all points of a closed ring lie on one line.
func flat(ring []geo.Point) bool {
	for i := 2; i < len(ring); i++ {
		a, b, c := ring[0], ring[i-1], ring[i]
		if math.Abs((b[0]-a[0])*(c[1]-a[1])-(c[0]-a[0])*(b[1]-a[1])) > 1e-12 {
			return false
		}
	}
	return true
}

func at(list []map[string]any, i int) map[string]any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// Route is the line of a way.
func Route(r *reach.Route, about map[string]any) Feature {
	props := map[string]any{"seconds": r.Time.Seconds(), "metres": math.Round(r.Metres)}
	for k, v := range about {
		props[k] = v
	}
	return Feature{"Feature", Geometry{"LineString", rounded(r.Path, 1e6)}, props}
}

// rounded gives positions in so many parts of a degree; a millionth is a decimetre.
func rounded(line []geo.Point, parts float64) []geo.Point {
	out := make([]geo.Point, 0, len(line))
	for i, p := range line {
		q := geo.Point{math.Round(p[0]*parts)/parts + 0, math.Round(p[1]*parts)/parts + 0} // + 0: never -0
		if n := len(out); n == 0 || out[n-1] != q || len(line)-i < 4-n {
			out = append(out, q)
		}
	}
	return out
}

// Basis puts what figures rest on into properties.
func Basis(g *reach.Ground, lang string) map[string]any {
	about := map[string]any{"modelled": g.Modelled()}
	put := func(name string, b area.Basis) {
		if text := b.Text.In(lang); text != "" {
			about[name] = text
		}
	}
	put("network_basis", g.Net.Info.Basis)
	if g.Cells != nil {
		put("people_basis", g.Cells.Basis)
	}
	return about
}

// WriteJSON writes a feature or a collection.
func WriteJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }
