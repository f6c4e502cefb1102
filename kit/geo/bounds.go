package geo

// Bounds are the west, south, east and north of something, in degrees.
type Bounds = [4]float64

// BoundsOf are the bounds of points; zero for none.
func BoundsOf(points []Point) (b Bounds) {
	for i, p := range points {
		if i == 0 {
			b = Bounds{p[0], p[1], p[0], p[1]}
		}
		b = Bounds{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
	}
	return b
}

// Touch tells whether two bounds have a point in common.
func Touch(a, b Bounds) bool {
	return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

// Exchanged are bounds with longitude and latitude exchanged.
func Exchanged(b Bounds) Bounds { return Bounds{b[1], b[0], b[3], b[2]} }
