package progress

import (
	"math"

	"conurb/kit/stat"
)

// EscapCurrent is the Current Status Index of UN ESCAP (Bidarbakht Nia 2017,
// "Tracking progress towards the SDGs: measuring the otherwise ambiguous
// progress", SD/WP/05): how much of the way from base to target is behind us.
//
//	Value = 10 d (now - base) / |target - base|      10 at the target, below 0 when further away than at the base
//
// The base is the earliest value. ESCAP draws the share of time that has passed
// beside it; Status uses that pace.
//
// Status: reached, on-pace, behind-pace, regressed.
func EscapCurrent(in Input) Result { return checked(escapCurrent(in)) }

func escapCurrent(in Input) Result {
	r := in.result("escap-current", 10)
	base, current, why := in.span()
	if why != "" {
		return r.not(why)
	}
	r.Inputs["base-value"], r.Inputs["base-time"] = base.V, base.T
	r.Inputs["current-value"], r.Inputs["current-time"] = current.V, current.T
	if in.better(current.V, *in.Target) {
		r.Value, r.Status = number(10), "reached"
		return r
	}
	if base.V == *in.Target {
		return r.not(WhyNoGrowth)
	}
	value := 10 * in.sign() * (current.V - base.V) / math.Abs(*in.Target-base.V)
	r.Value = number(value)
	pace := 10.0
	if in.due() > base.T {
		pace = 10 * min(1, (current.T-base.T)/(in.due()-base.T))
	}
	r.Inputs["pace"] = pace
	switch {
	case value < 0:
		r.Status = "regressed"
	case value >= pace:
		r.Status = "on-pace"
	default:
		r.Status = "behind-pace"
	}
	return r
}

// EscapAnticipated is the Anticipated Progress Index of the same paper: the gap
// that a regression expects at the due date, in percent of the gap at the base.
//
//	Value = 100 |target - predicted| / |target - base|     0 when the prediction reaches the target
//
// The prediction is a straight line through all values that weighs recent ones
// more ("A weighted extrapolation method for measuring the SDGs progress",
// SD/WP/04, 2017). That weights grow with time is the paper's; that they grow in
// proportion, (t - t₁ + 1) / (tₙ - t₁ + 1), is our reading of it.
//
// Status: maintain up to 10, accelerate up to 100, reverse beyond.
func EscapAnticipated(in Input) Result { return checked(escapAnticipated(in)) }

func escapAnticipated(in Input) Result {
	r := in.result("escap-anticipated", 12)
	base, current, why := in.span()
	if why != "" {
		return r.not(why)
	}
	r.Inputs["base-value"], r.Inputs["base-time"] = base.V, base.T
	r.Inputs["current-value"], r.Inputs["current-time"] = current.V, current.T
	known := in.known()
	line, ok := stat.WLS(known, recency(known))
	if !ok {
		return r.not(WhyTooFew)
	}
	predicted := line.At(in.due())
	r.Inputs["predicted"], r.Inputs["slope"], r.Inputs["values"] = predicted, line.Slope, float64(len(known))
	switch {
	case in.better(predicted, *in.Target):
		r.Value, r.Status = number(0), "maintain"
		return r
	case base.V == *in.Target:
		return r.not(WhyNoGrowth)
	}
	value := 100 * math.Abs(*in.Target-predicted) / math.Abs(*in.Target-base.V)
	r.Value = number(value)
	switch {
	case in.better(base.V, *in.Target) || value > 100:
		r.Status = "reverse"
	case value > 10:
		r.Status = "accelerate"
	default:
		r.Status = "maintain"
	}
	return r
}

// span is the base and the newest value of a series with a target.
func (in *Input) span() (base, current Point, why string) {
	known := in.known()
	switch {
	case in.Target == nil:
		return base, current, WhyNoTarget
	case len(known) == 0:
		return base, current, WhyNoValues
	}
	current, base = known[len(known)-1], known[0]
	if in.Base != nil {
		base = *in.Base
	}
	switch {
	case base.T > current.T:
		return base, current, WhyBaseAfterData
	case base.T == current.T && !in.better(current.V, *in.Target):
		return base, current, WhyTooFew
	}
	return base, current, ""
}

// recency weighs a value by its place in time.
func recency(known []Point) []float64 {
	first, span := known[0].T, known[len(known)-1].T-known[0].T+1
	w := make([]float64, len(known))
	for i, p := range known {
		w[i] = (p.T - first + 1) / span
	}
	return w
}
