package progress

import (
	"math"

	"conurb/kit/stat"
)

// Thresholds are the figures that part Canada's categories.
type Thresholds struct{ High, Medium, Low float64 }

// The thresholds that Statistics Canada publishes: growth a year where there is
// only a direction, the ratio of growth rates where there is a target.
var (
	CanadaDirection = Thresholds{0.015, 0.005, 0}
	CanadaTarget    = Thresholds{0.95, 0.6, 0}
)

// canadaBase is the year that progress is measured from unless stated.
const canadaBase = 2015

// canadaZero stands for a base or a target of zero, from and to which no rate
// of growth leads.
const canadaZero = 0.001

// Canada is the method of Statistics Canada's indicator framework, built into
// Open SDG ("Progress Measurement Methodology for the Sustainable Development
// Goals"), which takes the growth-rate ratio of the UN Statistics Division's
// progress chart and of Eurostat further: a score, a limit, a mean of series.
//
//	no target   Value = d s CAGR(base → now)                              1.5%, 0.5%, 0 a year
//	target      Value = d s CAGR(base → now) / |CAGR(base → target)|      95%, 60%, 0
//
// d is the direction, s is -1 where the values are negative. The base is the
// value of 2015, else the first after it. A Limit scales the thresholds of the
// first case by 1 - (base/limit)^4.44, so that an indicator at 98% is not asked
// to grow by 1.5%. Score runs from -5 to 5, see canadaScore.
//
// Status: target-achieved, substantial-progress, moderate-progress,
// limited-progress, deterioration. A target that is achieved has status and
// score even where no rate can be computed.
func Canada(in Input) Result {
	if in.Target == nil {
		return CanadaWith(in, CanadaDirection)
	}
	return CanadaWith(in, CanadaTarget)
}

// CanadaWith is Canada with thresholds of one's own.
func CanadaWith(in Input, t Thresholds) Result { return checked(canada(in, t)) }

func canada(in Input, t Thresholds) Result {
	r := in.result("canada", 16)
	known := in.known()
	if len(known) == 0 {
		return r.not(WhyNoValues)
	}
	current := known[len(known)-1]
	r.Inputs["current-value"], r.Inputs["current-time"] = current.V, current.T
	base, ok := in.canadaBase(known)
	if !ok {
		return r.not(WhyBaseAfterData)
	}
	sign := 1.0
	if base.V < 0 {
		sign = -1
	}
	coefficient, limited := in.canadaCoefficient(base.V)
	if limited {
		r.Inputs["limit"], r.Inputs["coefficient"] = *in.Limit, coefficient
		t = Thresholds{reduce(t.High, coefficient), reduce(t.Medium, coefficient), reduce(t.Low, coefficient)}
	}
	r.Inputs["threshold-high"], r.Inputs["threshold-medium"], r.Inputs["threshold-low"] = t.High, t.Medium, t.Low
	r.Inputs["sign"], r.Inputs["base-value"], r.Inputs["base-time"] = sign, base.V, base.T
	achieved := false
	var target float64
	if in.Target != nil {
		target = *in.Target
		if target == 0 {
			target = canadaZero
			r.Inputs["target"] = target
		}
		achieved = in.better(current.V, target)
	}
	value, why := in.canadaValue(&r, base, current, target, sign)
	switch {
	case achieved:
		r.Status = "target-achieved"
	case why != "":
		return r.not(why)
	default:
		r.Status = canadaStatus(value, t)
	}
	if why == "" {
		r.Value = number(value)
	}
	r.Score = number(canadaScore(value, t, coefficient, in.Target != nil, achieved))
	return r
}

// canadaBase is the stated base, else the first value from 2015 on.
func (in *Input) canadaBase(known []Point) (Point, bool) {
	if in.Base != nil {
		return *in.Base, in.Base.T <= known[len(known)-1].T
	}
	for _, p := range known {
		if p.T >= canadaBase {
			return p, true
		}
	}
	return Point{}, false
}

// canadaCoefficient is the scaling factor C. Far from the limit it is 1, at the
// limit 0; 4.44 is the exponent that leaves "on track" reachable within 15 years.
func (in *Input) canadaCoefficient(base float64) (c float64, limited bool) {
	if in.Limit == nil || in.Target != nil {
		return 1, false
	}
	const exponent = 4.44
	b, l := math.Abs(base), math.Abs(*in.Limit)
	switch {
	case b >= 2*l: // first, since base and limit may both be zero
		return 1, true
	case b <= l:
		return 1 - stat.Pow(b/l, exponent), true
	}
	return 1 - stat.Pow((2*l-b)/l, exponent), true
}

// reduce scales a threshold that asks for progress; one that tolerates the
// opposite stays.
func reduce(threshold, coefficient float64) float64 {
	if threshold > 0 {
		return threshold * coefficient
	}
	return threshold
}

func (in *Input) canadaValue(r *Result, base, current Point, target, sign float64) (value float64, why string) {
	if base.V == 0 {
		base.V = canadaZero
		r.Inputs["base-value"] = base.V
	}
	switch {
	case base.V > 0 && current.V < 0 || base.V < 0 && current.V > 0:
		return 0, WhySignChange
	case current.T-base.T < 1:
		return 0, WhyTooShort
	}
	observed := growth(current, base)
	r.Inputs["growth"] = observed
	if in.Target == nil {
		return sign * in.sign() * observed, ""
	}
	if why := needless(base, target, in.due()); why != "" {
		return 0, why
	}
	required := growth(Point{T: in.due(), V: target}, base)
	if required == 0 {
		return 0, WhyNoGrowth
	}
	r.Inputs["required-growth"] = required
	return sign * in.sign() * observed / math.Abs(required), ""
}

// needless says why no rate of growth leads from a base to a target.
func needless(base Point, target, due float64) string {
	switch {
	case base.V == target:
		return WhyNoGrowth
	case base.V > 0 && target < 0 || base.V < 0 && target > 0:
		return WhySignChange
	case due == base.T:
		return WhyNoTime
	}
	return ""
}

// growth is the compound annual growth rate from one point to another.
func growth(to, from Point) float64 { return stat.Pow(to.V/from.V, 1/(to.T-from.T)) - 1 }

func canadaStatus(v float64, t Thresholds) string {
	switch {
	case v >= t.High:
		return "substantial-progress"
	case v >= t.Medium:
		return "moderate-progress"
	case v >= t.Low:
		return "limited-progress"
	}
	return "deterioration"
}

// canadaScore turns the figure into -5 to 5, a quarter of the range for each
// category: without a target straight lines through -2%, 0, 0.5 C%, 1.5 C% and
// 2 C%, with one through -60%, 60% and 130% (the slopes are printed to four
// decimals, and are used as printed).
func canadaScore(v float64, t Thresholds, c float64, target, achieved bool) float64 {
	switch {
	case achieved:
		return 5
	case target && v >= t.Medium:
		return min(7.1429*v-4.2857, 5)
	case target:
		return max(4.1667*v-2.5, -5)
	case v < t.Low:
		return max(125*v-2.5, -5)
	case c == 0: // the base is at its limit, and the limit is kept
		return 5
	case v >= t.High:
		return min(500*v/c-5, 5)
	case v >= t.Medium:
		return 250*v/c - 1.25
	}
	return 500*v/c - 2.5
}

// CanadaStatus is the category of a mean score, for an indicator of several series.
func CanadaStatus(score float64) string {
	switch {
	case score >= 2.5:
		return "substantial-progress"
	case score >= 0:
		return "moderate-progress"
	case score >= -2.5:
		return "limited-progress"
	}
	return "deterioration"
}
