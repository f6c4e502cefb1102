package geo

import "math"

// MaxLatitude is where Web Mercator cuts off the poles to make a square.
const MaxLatitude = 85.05112877980659

// MaxZoom is the deepest level of the pyramid that tiles are addressed at.
const MaxZoom = 22

// Mercator projects a WGS-84 point to the unit square, north-west corner (0,0).
func Mercator(p Point) (x, y float64) {
	lat := math.Max(-MaxLatitude, math.Min(MaxLatitude, p[1]))
	s := math.Sin(lat * math.Pi / 180)
	return p[0]/360 + 0.5, 0.5 - math.Atanh(s)/(2*math.Pi)
}

// Unmercator is the inverse of Mercator.
func Unmercator(x, y float64) Point {
	return Point{(x - 0.5) * 360, math.Atan(math.Sinh((0.5-y)*2*math.Pi)) * 180 / math.Pi}
}

// Tile addresses a square of the pyramid: 2^Z by 2^Z of them, rows from the north.
type Tile struct {
	Z    int
	X, Y uint32
}

// Valid reports whether the tile exists.
func (t Tile) Valid() bool {
	return t.Z >= 0 && t.Z <= MaxZoom && uint64(t.X) < 1<<t.Z && uint64(t.Y) < 1<<t.Z
}

// TileAt returns the tile of a level that a point lies in.
func TileAt(p Point, z int) Tile {
	x, y := Mercator(p)
	n := math.Exp2(float64(z))
	cell := func(v float64) uint32 { return uint32(math.Max(0, math.Min(n-1, math.Floor(v*n)))) }
	return Tile{z, cell(x), cell(y)}
}

// Bounds returns the corner of the tile nearest to (0,0) on the unit square and
// the length of its side.
func (t Tile) Bounds() (x, y, side float64) {
	side = math.Exp2(-float64(t.Z))
	return float64(t.X) * side, float64(t.Y) * side, side
}
