package board

import (
	"conurb/plan"
	"conurb/plan/forecast"
	"conurb/plan/measure"
	"conurb/plan/progress"
)

// outlooks fills in what the trajectory wants by now, what the published methods
// say, and the forecast.
func (e *evaluator) outlooks(t *Target, series []SeriesPoint, rule *plan.Rule) {
	path := asPath(t.Path, t.Trajectory.Kind)
	if n := len(series); n > 0 {
		if v, ok := progress.Expected(path, series[n-1].Date.YearFraction()); ok {
			v = clean(v)
			t.Expected = &v
		}
	}
	t.Methods = e.methods(t, series, path)
	t.Differ = progress.Differ(t.Methods)
	t.Forecast = e.forecast(t, series, rule)
}

// forecast projects the comparable series, or, where a counting rule sums what
// opens on a day, the works that are promised. It aims at the figure that counts
// as met. The total of a rule that does not see everything is not projected.
func (e *evaluator) forecast(t *Target, series []SeriesPoint, rule *plan.Rule) *forecast.Forecast {
	if len(series) == 0 && rule == nil {
		return nil
	}
	goal := forecast.Goal{Target: &t.Accepted, Direction: 1, DueT: t.Due.YearFraction(), Now: e.at.AsOf.YearFraction()}
	if opFor(t.Op) == "<=" {
		goal.Direction = -1
	}
	var f forecast.Forecast
	if rule != nil && rule.Measure == "network-length" {
		f = e.works(series, rule, goal)
	} else {
		points := make([]forecast.Point, len(series))
		for i, p := range series {
			points[i] = forecast.Point{T: p.Date.YearFraction(), V: p.Value}
		}
		f = forecast.Fit(points, goal, forecast.Options{Limit: e.indicators[t.Indicator].Limit})
	}
	f.Probability = cleaned(f.Probability)
	for i := range f.Fan {
		p := &f.Fan[i]
		p.T, p.Mean, p.Lo80, p.Hi80, p.Lo95, p.Hi95 = clean(p.T), clean(p.Mean), clean(p.Lo80), clean(p.Hi80), clean(p.Lo95), clean(p.Hi95)
	}
	if b := f.Backtest; b != nil {
		b.MAE, b.MASE, b.Coverage = clean(b.MAE), clean(b.MASE), clean(b.Coverage)
	}
	return &f
}

// works is the forecast of a length: what is open, and each section that is not.
func (e *evaluator) works(series []SeriesPoint, rule *plan.Rule, goal forecast.Goal) forecast.Forecast {
	opened := 0.0
	if n := len(series); n > 0 {
		opened = series[n-1].Value
	}
	var pending []forecast.Pending
	for _, u := range measure.Unopened(e.measures, rule, e.at) {
		if u.Km == 0 {
			continue
		}
		p := forecast.Pending{Amount: u.Km}
		if u.Expected != 0 {
			p.Due = u.Expected.YearFraction()
		}
		pending = append(pending, p)
	}
	return forecast.Milestones(opened, pending, e.slips, goal)
}

func (e *evaluator) methods(t *Target, series []SeriesPoint, path []progress.Point) []progress.Result {
	in := progress.Input{
		Series: make([]progress.Point, len(series)), Target: &t.Value, TargetT: t.Due.YearFraction(),
		Direction: int(t.Direction), Limit: e.indicators[t.Indicator].Limit, Now: e.at.AsOf.YearFraction(),
	}
	for i, p := range series {
		in.Series[i] = progress.Point{T: p.Date.YearFraction(), V: p.Value}
	}
	if b := t.Baseline; b != nil {
		in.Base = &progress.Point{T: b.Date.YearFraction(), V: b.Value}
	}
	results := progress.All(in, path)
	for i := range results {
		r := &results[i]
		r.Value, r.Score = cleaned(r.Value), cleaned(r.Score)
		for k, v := range r.Inputs {
			r.Inputs[k] = clean(v)
		}
	}
	return results
}

func cleaned(v *float64) *float64 {
	if v == nil {
		return nil
	}
	c := clean(*v)
	return &c
}
