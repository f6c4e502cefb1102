package street

import "math"

// Elevation tells heights above any level, the same for all points. ok is false
// where it knows none. One that can fail on the way has a method Err() error as well,
// which Build asks at the end.
type Elevation interface {
	At(lon, lat float64) (metres float64, ok bool)
}

// SlopeRule names a law of speed on a slope.
type SlopeRule string

const (
	// Tobler is the hiking function (Tobler 1993, "Three presentations on
	// geographical analysis and modeling", NCGIA technical report 93-1): speed goes
	// with exp(-Steepness·|grade - Fastest|).
	Tobler SlopeRule = "tobler"
	// ParkinRotheram is linear (Parkin and Rotheram 2010, "Design speeds and
	// acceleration characteristics of bicycle traffic", Transport Policy 17,
	// 335-341): from FlatKmh a rider loses Uphill for each percent of grade and
	// gains Downhill.
	ParkinRotheram SlopeRule = "parkin-rotheram"
)

// Slope says what hills do to speed. A law is used as a factor of the speed on the
// flat, which stays that of the profile; top_kmh bounds the speed on the flat.
type Slope struct {
	Rule     SlopeRule
	Sample   float64  // sample_m: metres along a way between two heights, about
	Smooth   float64  // smooth_m: a height is the mean of five, at the place and so many metres to each side
	Steepest float64  // grades beyond it count as this, as they are mostly faults of the raster
	Level    []string // classes that keep their speed: that of steps is one of climbing already

	Steepness, Fastest float64 // Tobler

	FlatKmh, Uphill, Downhill float64 // ParkinRotheram: km/h, and km/h for each percent
	Most                      float64 // ParkinRotheram: brakes are used beyond so many times the flat speed
}

// Factor is the speed at a grade (rise over run, negative downhill) as a share of
// that on the flat. It is 0 where the law of cycling comes to a stand.
func (s *Slope) Factor(grade float64) float64 {
	grade = min(max(grade, -s.Steepest), s.Steepest)
	switch {
	case s.Rule == Tobler:
		return math.Exp(-s.Steepness * (math.Abs(grade-s.Fastest) - math.Abs(s.Fastest)))
	case grade > 0:
		return max(1-100*grade*s.Uphill/s.FlatKmh, 0)
	}
	return min(1-100*grade*s.Downhill/s.FlatKmh, s.Most)
}

// slope reads the optional part of a profile on hills.
func (p *Profile) slope(m mapping) {
	n := m.Take("slope", false)
	if n == nil {
		return
	}
	c := m.f.mapping(n, m.Path("slope"))
	if c.Mapping == nil {
		return
	}
	s := &Slope{Sample: c.number("sample_m", 5, 1000), Smooth: c.number("smooth_m", 0, 1000), Steepest: c.number("steepest", 0.01, 2)}
	switch rule := c.Take("rule", true); {
	case rule == nil:
	case rule.Value == string(Tobler):
		s.Rule, s.Steepness, s.Fastest = Tobler, c.number("steepness", 0.1, 20), c.number("fastest", -0.5, 0.5)
	case rule.Value == string(ParkinRotheram):
		s.Rule, s.FlatKmh = ParkinRotheram, c.number("flat_kmh", 1, 60)
		s.Uphill, s.Downhill, s.Most = c.number("uphill_kmh", 0, 10), c.number("downhill_kmh", 0, 10), c.number("most", 1, 5)
	default:
		m.f.Report(rule, c.Path("rule"), "not-one-of", "value", rule.Value, "known", string(Tobler)+", "+string(ParkinRotheram))
	}
	s.Level = p.known(c, "level")
	c.Done()
	p.Slope = s
}
