package board

import "conurb/plan"

// outlooks fills in what the trajectory wants by now, what the published methods
// say, and the forecast.
func (e *evaluator) outlooks(t *Target, series []SeriesPoint, rule *plan.Rule) {
	if n := len(series); n > 0 {
		t.Expected = expectedOn(t.Path, t.Trajectory.Kind, series[n-1].Date)
	}
}
