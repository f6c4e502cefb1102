package board

import (
	"math"
	"slices"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
	"conurb/plan/progress"
)

// path is the trajectory registered for a target, as points to be read by
// progress.Expected: joined by straight lines, or as steps where its kind is
// "milestones". A milestone trajectory without points of its own takes the
// openings promised on the day it was registered.
func (e *evaluator) path(t *Target, rule *plan.Rule) []SeriesPoint {
	tr := &t.Trajectory
	if tr.Registered > e.q.BelievedOn {
		return []SeriesPoint{}
	}
	if len(tr.Points) > 0 {
		out := make([]SeriesPoint, len(tr.Points))
		for i, p := range tr.Points {
			out[i] = SeriesPoint(p)
		}
		return out
	}
	start := e.baseline(t, rule)
	if start == nil {
		return []SeriesPoint{}
	}
	switch tr.Kind {
	case "linear":
		return []SeriesPoint{*start, {t.Due, t.Value}}
	case "s-curve":
		return curve(*start, SeriesPoint{t.Due, t.Value})
	case "milestones":
		if rule != nil && rule.Measure == "network-length" {
			return e.promised(*start, rule, tr.Registered, t.Due)
		}
	}
	return []SeriesPoint{}
}

// baseline is the target's own, else what the rule measures on the eve of the
// plan.
func (e *evaluator) baseline(t *Target, rule *plan.Rule) *SeriesPoint {
	if b := t.Baseline; b != nil {
		return &SeriesPoint{b.Date, b.Value}
	}
	if rule == nil || e.in.Plan.From == 0 {
		return nil
	}
	eve := e.in.Plan.From - 1
	r, err := measure.Run(e.measures, rule, measure.Moment{AsOf: eve, Believed: e.q.BelievedOn})
	if err != nil {
		return nil
	}
	return &SeriesPoint{eve, r.Value}
}

// curve is the S-shaped path of package progress, on days.
func curve(from, to SeriesPoint) []SeriesPoint {
	points := progress.SCurve(onDays(from), onDays(to))
	out := make([]SeriesPoint, 0, len(points))
	for _, p := range points {
		day := area.Date(math.Round(p.T))
		if n := len(out); n == 0 || out[n-1].Date < day {
			out = append(out, SeriesPoint{day, clean(p.V)})
		}
	}
	return out
}

func onDays(p SeriesPoint) progress.Point { return progress.Point{T: float64(p.Date), V: p.Value} }

// asPath is a trajectory as the methods read it, on the axis of years: steps
// where its kind is "milestones".
func asPath(path []SeriesPoint, kind string) []progress.Point {
	out := make([]progress.Point, len(path))
	for i, p := range path {
		out[i] = progress.Point{T: p.Date.YearFraction(), V: p.Value}
	}
	if kind == "milestones" {
		return progress.Steps(out)
	}
	return out
}

// promised is the value that the openings promised by a day would give.
func (e *evaluator) promised(start SeriesPoint, rule *plan.Rule, registered, due area.Date) []SeriesPoint {
	then := measure.Moment{AsOf: start.Date, Believed: registered}
	list := measure.Unopened(e.measures, rule, then)
	list = slices.DeleteFunc(list, func(u measure.UnopenedSection) bool {
		return u.Expected == 0 || u.Expected > due || u.Km == 0
	})
	slices.SortStableFunc(list, func(a, b measure.UnopenedSection) int { return int(a.Expected) - int(b.Expected) })
	out := []SeriesPoint{start}
	for _, u := range list {
		v := clean(out[len(out)-1].Value + u.Km)
		day := max(u.Expected, start.Date)
		if last := &out[len(out)-1]; last.Date == day {
			last.Value = v
			continue
		}
		out = append(out, SeriesPoint{day, v})
	}
	return out
}
