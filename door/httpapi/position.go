package httpapi

import (
	"math"

	"github.com/danielgtaylor/huma/v2"

	"conurb/kit/geo"
)

// Position is a WGS-84 longitude and latitude, in this order, as RFC 7946 §3.1.1
// writes it.
type Position geo.Point

// Schema is part of huma.SchemaProvider: an array is not null here.
func (Position) Schema(huma.Registry) *huma.Schema {
	two := 2
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeNumber, Format: "double"}, MinItems: &two, MaxItems: &two}
}

// Polygons are the coordinates of a GeoJSON MultiPolygon.
type Polygons [][][]Position

// Schema is part of huma.SchemaProvider.
func (Polygons) Schema(r huma.Registry) *huma.Schema {
	list := func(of *huma.Schema) *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: of} }
	return list(list(list(Position{}.Schema(r))))
}

// rounded is a position to the fifth decimal, about a metre.
func rounded(p geo.Point) Position {
	return Position{math.Round(p[0]*1e5) / 1e5, math.Round(p[1]*1e5) / 1e5}
}
