package geo

import "math"

// EarthRadius is the mean radius of the earth in metres (IUGG R1).
const EarthRadius = 6371008.8

// Point is longitude and latitude in degrees.
type Point = [2]float64

// Distance returns the great-circle distance of two points in metres by the
// haversine formula, which stays exact for near points (Sinnott 1984).
func Distance(a, b Point) float64 {
	const rad = math.Pi / 180
	dLat, dLon := (b[1]-a[1])*rad, (b[0]-a[0])*rad
	s, t := math.Sin(dLat/2), math.Sin(dLon/2)
	h := s*s + math.Cos(a[1]*rad)*math.Cos(b[1]*rad)*t*t
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Length returns the length of a path in metres.
func Length(path []Point) float64 {
	sum := 0.0
	for i := 1; i < len(path); i++ {
		sum += Distance(path[i-1], path[i])
	}
	return sum
}
