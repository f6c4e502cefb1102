package board

import (
	"math"
	"slices"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

// path is the trajectory registered for a target, as points to be read by
// expectedOn: joined by straight lines, or as steps where its kind is
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
		return logistic(*start, SeriesPoint{t.Due, t.Value})
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

// logisticSteepness makes the S-curve pass 1.8% and 98.2% of the way at its
// ends before it is stretched to start and finish exactly.
const logisticSteepness = 8

// logistic is an S-shaped path: slow, fast, slow (Verhulst 1838), in 24 pieces.
func logistic(from, to SeriesPoint) []SeriesPoint {
	at := func(x float64) float64 { return 1 / (1 + math.Exp(-logisticSteepness*(x-0.5))) }
	lo, hi := at(0), at(1)
	const pieces = 24
	out := make([]SeriesPoint, 0, pieces+1)
	for i := 0; i <= pieces; i++ {
		x := float64(i) / pieces
		day := from.Date + area.Date(math.Round(x*float64(to.Date-from.Date)))
		out = append(out, SeriesPoint{day, clean(from.Value + (to.Value-from.Value)*(at(x)-lo)/(hi-lo))})
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

// expectedOn reads a trajectory on a day; nil before its first point.
func expectedOn(path []SeriesPoint, kind string, day area.Date) *float64 {
	i := len(path) - 1
	for i >= 0 && path[i].Date > day {
		i--
	}
	if i < 0 {
		return nil
	}
	v := path[i].Value
	if kind != "milestones" && i+1 < len(path) {
		next := path[i+1]
		v += (next.Value - v) * float64(day-path[i].Date) / float64(next.Date-path[i].Date)
	}
	v = clean(v)
	return &v
}
