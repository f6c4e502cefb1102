package stat

// Point is a value at a time on the axis of years: 2025.0 is 2025-01-01.
// Annual series may simply use the year.
type Point struct {
	T float64 `json:"t"`
	V float64 `json:"v"`
}

// Values returns the values of the points in their order.
func Values(points []Point) []float64 {
	v := make([]float64, len(points))
	for i, p := range points {
		v[i] = p.V
	}
	return v
}
