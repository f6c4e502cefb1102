package progress

import (
	"math"

	"conurb/kit/stat"
)

// oecdSignificance is the level at which a trend counts.
const oecdSignificance = 0.10

// oecdValues is what a rank correlation needs to say anything.
const oecdValues = 4

// Oecd is the method of "The Short and Winding Road to 2030: Measuring Distance
// to the SDG Targets" (OECD 2022, annex A), for one area.
//
//	Value = d (target - now) / σ, not below 0     the distance in standard deviations
//
// and a trend that counts only where Spearman's rank correlation with time is
// significant at 10%.
//
// Two things change where there is one area and not 38 countries. The OECD's σ
// is the spread between countries in one year; here it is the spread of the
// area's own values over the years, so that the figure compares an area with its
// past and not with its peers. And the OECD projects by simulation from the
// changes that countries have seen; here a straight line through the area's own
// values is carried to the due date.
//
// Status: met; on-track (a significant trend that arrives in time); insufficient
// (one that does not); no-progress (none, or the wrong way).
func Oecd(in Input) Result { return checked(oecd(in)) }

func oecd(in Input) Result {
	r := in.result("oecd", 12)
	known := in.known()
	switch {
	case in.Target == nil:
		return r.not(WhyNoTarget)
	case len(known) == 0:
		return r.not(WhyNoValues)
	}
	current := known[len(known)-1]
	r.Inputs["current-value"], r.Inputs["current-time"], r.Inputs["values"] = current.V, current.T, float64(len(known))
	if in.better(current.V, *in.Target) {
		r.Value, r.Status = number(0), "met"
		return r
	}
	if len(known) < oecdValues {
		return r.not(WhyTooFew)
	}
	sd := deviation(known)
	if sd == 0 {
		return r.not(WhyNoVariation)
	}
	line, _ := stat.OLS(known)
	rank, projected := stat.SpearmanTrend(known), line.At(in.due())
	r.Inputs["deviation"], r.Inputs["rho"], r.Inputs["p"], r.Inputs["projected"] = sd, rank.Rho, rank.P, projected
	r.Value = number(in.sign() * (*in.Target - current.V) / sd)
	switch {
	case rank.P >= oecdSignificance || rank.Rho*in.sign() <= 0:
		r.Status = "no-progress"
	case in.better(projected, *in.Target):
		r.Status = "on-track"
	default:
		r.Status = "insufficient"
	}
	return r
}

// deviation is the sample standard deviation of the values.
func deviation(points []Point) float64 {
	n, sum := float64(len(points)), 0.0
	for _, p := range points {
		sum += p.V
	}
	mean, squares := sum/n, 0.0
	for _, p := range points {
		squares += (p.V - mean) * (p.V - mean)
	}
	return math.Sqrt(squares / (n - 1))
}
