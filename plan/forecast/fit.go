package forecast

import (
	"math"
	"slices"
	"sync"

	"conurb/kit/stat"
)

const (
	leastValues  = 4 // below this there is no forecast
	leastOrigin  = 3 // values that the first rolling origin is fitted on
	mostOrigins  = 8 // the last ones
	mostHorizons = 4 // steps that an origin is tested on

	moment = 1e-6 // half a minute, in years: no time is left for a forecast
)

// Fit forecasts a series, ascending in time, to the day a goal is due.
func Fit(series []Point, goal Goal, opt Options) Forecast {
	f := Forecast{N: len(series), Fan: []FanPoint{}}
	switch {
	case len(series) < leastValues:
		f.Why = WhyTooFew
		return f
	case goal.DueT-series[len(series)-1].T < moment:
		f.Why = WhyDuePassed
		return f
	}
	s := newSample(series)
	best := s.choose(goal.DueT)
	last := len(series) - 1
	f.Model, f.Backtest = best.name(), &best.Backtest
	f.Modelled = append(f.Modelled, Continues)
	if s.uneven {
		f.Modelled = append(f.Modelled, Irregular)
	}
	if len(series) < 8 {
		f.Modelled = append(f.Modelled, FewValues)
	}
	if best.widen > 1 || best.floor > 0 {
		f.Modelled = append(f.Modelled, Widened)
	}
	f.fan(s, &best, goal.DueT)
	f.clip(s, goal, opt)
	if goal.Target != nil {
		p := best.reach(last, goal.DueT-s.t(last), *goal.Target, goal.Direction)
		f.Probability = &p
	}
	if !f.finite() {
		return Forecast{N: len(series), Fan: []FanPoint{}, Why: WhyNotFinite}
	}
	return f
}

// reach is the probability of being at or past a target h years after value k.
func (c *chosen) reach(k int, h, target float64, direction int) float64 {
	mean, sd := c.ahead(k, h)
	gap := mean - target
	if direction < 0 {
		gap = -gap
	}
	switch {
	case sd > 0:
		return stat.StudentCDF(gap/sd, float64(c.df(k)))
	case gap >= 0:
		return 1
	}
	return 0
}

// fan fills in the distribution between the newest value and the due date.
func (f *Forecast) fan(s *sample, best *chosen, due float64) {
	last := len(s.series) - 1
	from, span := s.t(last), due-s.t(last)
	pieces := min(16, max(6, int(math.Ceil(span/s.gap))))
	t80, t95 := quantiles(best.df(last))
	for i := 0; i <= pieces; i++ {
		h := span * float64(i) / float64(pieces)
		if i == 0 {
			v := s.series[last].V
			f.Fan = append(f.Fan, FanPoint{from, v, v, v, v, v})
			continue
		}
		mean, sd := best.ahead(last, h)
		p := FanPoint{from + h, mean, mean - t80*sd, mean + t80*sd, mean - t95*sd, mean + t95*sd}
		if i == pieces {
			p.T = due
		}
		f.Fan = append(f.Fan, p)
	}
}

// clip cuts the fan where values cannot be.
func (f *Forecast) clip(s *sample, goal Goal, opt Options) {
	lo, hi := math.Inf(-1), math.Inf(1)
	low, high := s.series[0].V, s.series[0].V
	for _, p := range s.series {
		low, high = min(low, p.V), max(high, p.V)
	}
	if low >= 0 {
		lo = 0
	}
	// a limit that values have passed before is none
	if l := opt.Limit; l != nil && goal.Direction < 0 && *l <= low {
		lo = *l
	} else if l != nil && goal.Direction >= 0 && *l >= high {
		hi = *l
	}
	cutLow, cutHigh := false, false
	for i := range f.Fan {
		p := &f.Fan[i]
		for _, v := range []*float64{&p.Mean, &p.Lo80, &p.Hi80, &p.Lo95, &p.Hi95} {
			cutLow, cutHigh = cutLow || *v < lo, cutHigh || *v > hi
			*v = min(hi, max(lo, *v))
		}
	}
	if cutLow && lo == 0 {
		f.Modelled = append(f.Modelled, NotNegative)
	} else if cutLow {
		f.Modelled = append(f.Modelled, AtLimit)
	}
	if cutHigh {
		f.Modelled = append(f.Modelled, AtLimit)
	}
}

func (f *Forecast) finite() bool {
	ok := func(v ...float64) bool {
		return !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	}
	for _, p := range f.Fan {
		if !ok(p.Mean, p.Lo80, p.Hi80, p.Lo95, p.Hi95) {
			return false
		}
	}
	return (f.Probability == nil || ok(*f.Probability)) && ok(f.Backtest.MAE, f.Backtest.MASE, f.Backtest.Coverage)
}

// tabled is how many degrees of freedom have their quantiles kept.
const tabled = 400

// table has the quantiles of Student's t for the 80% and 95% intervals.
var table = sync.OnceValue(func() *[tabled + 1][2]float64 {
	var out [tabled + 1][2]float64
	for df := 1; df <= tabled; df++ {
		out[df] = [2]float64{stat.StudentQuantile(0.9, float64(df)), stat.StudentQuantile(0.975, float64(df))}
	}
	return &out
})

func quantiles(df int) (t80, t95 float64) {
	if df <= tabled {
		q := &table()[df]
		return q[0], q[1]
	}
	return stat.StudentQuantile(0.9, float64(df)), stat.StudentQuantile(0.975, float64(df))
}
