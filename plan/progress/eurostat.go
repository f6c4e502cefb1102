package progress

// eurostatSpan is the period of Eurostat's short-term trend, in years.
const eurostatSpan = 5

// Eurostat is the method of "Sustainable development in the European Union",
// annex on the assessment of indicator trends.
//
//	target      Value = CAGR(base → now) / CAGR(base → target)   95%, 60%, 0
//	no target   Value = d CAGR(base → now)                        1%, 0, -1% a year
//
// The base is the value five years before the newest (the short-term trend),
// else the earliest. A target that is already reached is significant progress
// whatever the trend.
//
// Status: with a target significant-progress, moderate-progress,
// insufficient-progress, movement-away; without, significant-progress,
// moderate-progress, moderate-movement-away, significant-movement-away.
func Eurostat(in Input) Result { return checked(eurostat(in)) }

func eurostat(in Input) Result {
	r := in.result("eurostat", 12)
	known := in.known()
	if len(known) < 2 {
		return r.not(WhyTooFew)
	}
	current, base := known[len(known)-1], in.eurostatBase(known)
	r.Inputs["current-value"], r.Inputs["current-time"] = current.V, current.T
	r.Inputs["base-value"], r.Inputs["base-time"] = base.V, base.T
	met := in.Target != nil && in.better(current.V, *in.Target)
	if met {
		r.Status = "significant-progress"
	}
	why := growthRefused(base, current)
	if why == "" && in.Target != nil {
		if why = needless(base, *in.Target, in.due()); why == "" {
			switch {
			case *in.Target == 0:
				why = WhyZeroTarget
			case in.better(base.V, *in.Target):
				why = WhyBasePastTarget
			}
		}
	}
	if why != "" {
		if met {
			return r
		}
		return r.not(why)
	}
	observed := growth(current, base)
	r.Inputs["growth"] = observed
	if in.Target == nil {
		value := in.sign() * signOf(base.V) * observed
		r.Value, r.Status = number(value), eurostatDirection(value)
		return r
	}
	required := growth(Point{T: in.due(), V: *in.Target}, base)
	r.Inputs["required-growth"] = required
	if required == 0 {
		return r.not(WhyNoGrowth)
	}
	value := observed / required
	r.Value = number(value)
	if !met {
		r.Status = eurostatTarget(value)
	}
	return r
}

func (in *Input) eurostatBase(known []Point) Point {
	if in.Base != nil {
		return *in.Base
	}
	last := known[len(known)-1].T
	for i := len(known) - 2; i >= 0; i-- {
		if known[i].T <= last-eurostatSpan {
			return known[i]
		}
	}
	return known[0]
}

// growthRefused says why no rate of growth can be computed between two values.
func growthRefused(base, current Point) string {
	switch {
	case base.T > current.T:
		return WhyBaseAfterData
	case base.V == 0:
		return WhyZeroBase
	case base.V > 0 && current.V < 0 || base.V < 0 && current.V > 0:
		return WhySignChange
	case current.T-base.T < 1:
		return WhyTooShort
	}
	return ""
}

func signOf(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}

func eurostatTarget(v float64) string {
	switch {
	case v >= 0.95:
		return "significant-progress"
	case v >= 0.6:
		return "moderate-progress"
	case v >= 0:
		return "insufficient-progress"
	}
	return "movement-away"
}

func eurostatDirection(v float64) string {
	switch {
	case v >= 0.01:
		return "significant-progress"
	case v >= 0:
		return "moderate-progress"
	case v >= -0.01:
		return "moderate-movement-away"
	}
	return "significant-movement-away"
}
