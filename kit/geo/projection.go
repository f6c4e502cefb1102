package geo

import "math"

// The ellipsoid WGS-84 (NIMA TR 8350.2). GRS 80, and with it CGCS2000, has the same
// equator and a polar axis 0.1 mm shorter: points move by 0.12 mm at most, and one set
// of numbers serves all three.
const (
	axis       = 6378137.0
	flattening = 1 / 298.257223563
	third      = flattening / (2 - flattening) // third flattening n
)

// Projection is a transverse Mercator projection of the ellipsoid WGS-84: it keeps
// angles, and lengths along its central meridian up to the scale. Karney (2011),
// Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85, with the
// Krüger series to the sixth power of the third flattening: better than a micrometre
// within 3,900 km of the central meridian. The zero value is NewProjection(0) with
// scale 0 and of no use.
type Projection struct {
	Meridian float64 // central meridian, degrees east
	scale    float64 // along the central meridian
	east     float64 // metres added to x
	north    float64 // metres added to y
}

// NewProjection is a projection for the country around a meridian: scale 1 on it,
// x metres to the east of it, y metres to the north of the equator. One degree away
// lengths come out 0.015 % too long at the equator, less elsewhere.
func NewProjection(lon0 float64) Projection { return Projection{lon0, 1, 0, 0} }

// UTM is a zone of Universal Transverse Mercator, 1 to 60, north or south of the
// equator (EPSG 326zz and 327zz).
func UTM(zone int, north bool) Projection {
	p := Projection{float64(6*zone - 183), 0.9996, 500_000, 0}
	if !north {
		p.north = 10_000_000
	}
	return p
}

// forward and backward are the coefficients alpha and beta of equations 35 and 36,
// rectifying is the radius A of equation 14.
var (
	forward    = alpha(third)
	backward   = beta(third)
	rectifying = axis / (1 + third) * (1 + third*third/4*(1+third*third/16*(1+third*third/4)))
	eccentric  = math.Sqrt(flattening * (2 - flattening))
)

func alpha(n float64) [6]float64 {
	return [6]float64{
		horner(n, 1./2, -2./3, 5./16, 41./180, -127./288, 7891./37800) * n,
		horner(n, 13./48, -3./5, 557./1440, 281./630, -1983433./1935360) * n * n,
		horner(n, 61./240, -103./140, 15061./26880, 167603./181440) * n * n * n,
		horner(n, 49561./161280, -179./168, 6601661./7257600) * n * n * n * n,
		horner(n, 34729./80640, -3418889./1995840) * n * n * n * n * n,
		212378941. / 319334400 * n * n * n * n * n * n,
	}
}

func beta(n float64) [6]float64 {
	return [6]float64{
		horner(n, 1./2, -2./3, 37./96, -1./360, -81./512, 96199./604800) * n,
		horner(n, 1./48, 1./15, -437./1440, 46./105, -1118711./3870720) * n * n,
		horner(n, 17./480, -37./840, -209./4480, 5569./90720) * n * n * n,
		horner(n, 4397./161280, -11./504, -830251./7257600) * n * n * n * n,
		horner(n, 4583./161280, -108847./3991680) * n * n * n * n * n,
		20648693. / 638668800 * n * n * n * n * n * n,
	}
}

func horner(x float64, c ...float64) float64 {
	v := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		v = v*x + c[i]
	}
	return v
}

// Forward projects a WGS-84 point to metres east and north (equations 7 to 11).
func (p Projection) Forward(q Point) (x, y float64) {
	const rad = math.Pi / 180
	sinLon, cosLon := math.Sincos(math.Remainder(q[0]-p.Meridian, 360) * rad)
	tau := conformal(math.Tan(q[1] * rad))
	xi := math.Atan2(tau, cosLon)
	eta := math.Asinh(sinLon / math.Hypot(tau, cosLon))
	dx, dy := series(forward, xi, eta)
	k := p.scale * rectifying
	return p.east + k*(eta+dx), p.north + k*(xi+dy)
}

// Inverse gives the WGS-84 point of projected metres (equations 15 to 21).
func (p Projection) Inverse(x, y float64) Point {
	const deg = 180 / math.Pi
	k := p.scale * rectifying
	eta, xi := (x-p.east)/k, (y-p.north)/k
	dx, dy := series(backward, xi, eta)
	eta, xi = eta-dx, xi-dy
	sinh := math.Sinh(eta)
	sinXi, cosXi := math.Sincos(xi)
	tau := geodetic(sinXi / math.Hypot(sinh, cosXi))
	lon := p.Meridian + math.Atan2(sinh, cosXi)*deg
	if lon < -180 || lon > 180 {
		lon = math.Remainder(lon, 360)
	}
	return Point{lon, math.Atan(tau) * deg}
}

// series sums c[j] cos 2jξ sinh 2jη and c[j] sin 2jξ cosh 2jη, the imaginary and
// the real part of sin 2j(ξ+iη), by Clenshaw's recurrence in complex numbers.
func series(c [6]float64, xi, eta float64) (dx, dy float64) {
	sin, cos := math.Sincos(2 * xi)
	sinh, cosh := math.Sinh(2*eta), math.Cosh(2*eta)
	a := 2 * complex(cos*cosh, -sin*sinh) // 2 cos 2(ξ+iη)
	var u, v complex128
	for j := 5; j >= 0; j-- {
		u, v = complex(c[j], 0)+a*u-v, u
	}
	s := u * complex(sin*cosh, cos*sinh)
	return imag(s), real(s)
}

// conformal takes the tangent of a latitude to that of its conformal latitude.
func conformal(tau float64) float64 {
	h := math.Hypot(1, tau)
	sigma := math.Sinh(eccentric * math.Atanh(eccentric*tau/h))
	return tau*math.Hypot(1, sigma) - sigma*h
}

// geodetic is the inverse of conformal, by Newton's method; the start is off by the
// fourth order of the eccentricity, so three turns reach the last digit.
func geodetic(want float64) float64 {
	const e2 = flattening * (2 - flattening)
	tau := want / (1 - e2)
	if math.IsInf(tau, 0) { // a pole
		return tau
	}
	for range 5 {
		got := conformal(tau)
		step := (want - got) / math.Hypot(1, got) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
		tau += step
		if !(math.Abs(step) > 1e-15*math.Max(1, math.Abs(tau))) {
			break
		}
	}
	return tau
}
