package geo

import "math"

// The ellipsoid that the GCJ-02 shift is computed on (Krasovsky 1940).
const (
	gcjAxis         = 6378245.0
	gcjEccentricity = 0.00669342162296594323 // squared
	bdAngle         = math.Pi * 3000 / 180
)

// InChina reports whether a point lies in the rectangle inside which GCJ-02
// differs from WGS-84.
func InChina(p Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

// ToGCJ moves a WGS-84 point to GCJ-02; outside China it stays.
func ToGCJ(p Point) Point {
	if !InChina(p) {
		return p
	}
	return shiftGCJ(p)
}

func shiftGCJ(p Point) Point {
	dLon, dLat := field(p[0]-105, p[1]-35)
	sin := math.Sin(p[1] * math.Pi / 180)
	magic := 1 - gcjEccentricity*sin*sin
	root := math.Sqrt(magic)
	dLat = dLat * 180 / (gcjAxis * (1 - gcjEccentricity) / (magic * root) * math.Pi)
	dLon = dLon * 180 / (gcjAxis / root * math.Cos(p[1]*math.Pi/180) * math.Pi)
	return Point{p[0] + dLon, p[1] + dLat}
}

// field is the displacement in metres at an offset from 105°E 35°N.
func field(x, y float64) (dLon, dLat float64) {
	root := math.Sqrt(math.Abs(x))
	common := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + common +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dLon = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + common +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	return dLon, dLat
}

// FromGCJ moves a GCJ-02 point to WGS-84.
func FromGCJ(p Point) Point {
	// A point just inside the rectangle may have come from just outside, where
	// nothing is shifted; the smooth inverse then leaves China and the point stays.
	q := invert(p, shiftGCJ)
	if !InChina(q) {
		return p
	}
	return q
}

// ToBD moves a WGS-84 point to BD-09.
func ToBD(p Point) Point { return shiftBD(ToGCJ(p)) }

// FromBD moves a BD-09 point to WGS-84.
func FromBD(p Point) Point { return FromGCJ(invert(p, shiftBD)) }

func shiftBD(p Point) Point {
	z := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*bdAngle)
	theta := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*bdAngle)
	return Point{z*math.Cos(theta) + 0.0065, z*math.Sin(theta) + 0.006}
}

// invert solves shift(q) = p by fixed-point iteration: the shift field changes
// by far less than the distance moved, so every turn gains three digits.
func invert(p Point, shift func(Point) Point) Point {
	q := p
	for range 12 {
		s := shift(q)
		dx, dy := p[0]-s[0], p[1]-s[1]
		q = Point{q[0] + dx, q[1] + dy}
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 {
			break
		}
	}
	return q
}
