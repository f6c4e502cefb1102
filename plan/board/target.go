package board

import (
	"slices"
	"strconv"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

func (e *evaluator) target(t *plan.Target) Target {
	out := Target{
		Target: *t, Accepted: e.accepted(t), Reasons: []Reason{}, Other: []Value{}, ByRule: []RuleVerdict{},
		Path: []SeriesPoint{}, Series: []SeriesPoint{}, Methods: nil,
	}
	ind := e.indicators[t.Indicator]
	if ind == nil {
		out.Verdict, out.Reasons = NoData, []Reason{{"no-indicator", nil}}
		return out
	}
	out.IndicatorName, out.Unit, out.Decimals, out.Direction = ind.Name, ind.Unit, ind.Decimals, ind.Direction
	if out.Field == "" {
		out.Field = ind.Field
	}
	if ind.Kind == "measured" {
		e.measured(&out, ind)
	} else {
		e.reported(&out, ind)
	}
	if issued := e.in.Plan.Issued; e.q.BelievedOn < issued {
		// figures are shown, but nobody could hold them against the target yet
		out.Verdict, out.Strict, out.Confidence = Undetermined, false, nil
		out.Reasons = []Reason{{"plan-not-issued", map[string]string{"date": issued.String()}}}
	}
	return out
}

// reported judges a target by the observations of exactly its scope.
func (e *evaluator) reported(out *Target, ind *plan.Indicator) {
	var comparable []*plan.Observation
	for _, o := range e.in.Ledger.Believed(ind.ID, e.q) {
		if o.Scope == out.Scope {
			comparable = append(comparable, o)
			continue
		}
		v := e.observed(ind, o)
		if n := len(out.Other); n > 0 && out.Other[n-1].Scope == o.Scope {
			out.Other[n-1] = v // ordered by period: the newest stays
		} else {
			out.Other = append(out.Other, v)
		}
	}
	for _, o := range comparable {
		out.Series = append(out.Series, SeriesPoint{o.Period.End(), o.Value})
	}
	out.Path = e.path(out, nil)
	e.outlooks(out, out.Series, nil)
	if len(comparable) == 0 {
		out.Verdict, out.Reasons = silence(out.Other)
		return
	}
	current, settled := atDue(comparable, out.Due)
	v := e.observed(ind, current)
	out.Current = &v
	r := e.judge(e.standing(out, &v, settled))
	out.Verdict, out.Strict, out.Reasons, out.Confidence = r.verdict, r.strict, r.reasons, r.confidence
	if out.Verdict == Undetermined && len(out.Other) > 0 {
		out.Reasons = append(out.Reasons, Reason{"other-scopes", map[string]string{"n": strconv.Itoa(len(out.Other))}})
	}
}

// silence is the verdict where no comparable figure exists.
func silence(other []Value) (Verdict, []Reason) {
	if len(other) == 0 {
		return NoData, []Reason{{"no-observation", nil}}
	}
	reasons := make([]Reason, len(other))
	for i, v := range other {
		reasons[i] = Reason{"other-scope", map[string]string{"scope": v.Scope, "period": v.Period}}
	}
	return NotComparable, reasons
}

// atDue picks the observation that decides: the one about the due day where
// there is one, else the newest. settled says that it is about the due day or
// later.
func atDue(series []*plan.Observation, due area.Date) (o *plan.Observation, settled bool) {
	for _, o := range series {
		if o.Period.Start() <= due && due <= o.Period.End() {
			return o, true
		}
	}
	last := series[len(series)-1]
	return last, last.Period.Start() > due
}

func (e *evaluator) observed(ind *plan.Indicator, o *plan.Observation) Value {
	return Value{
		Value: o.Value, Period: o.Period.String(), Date: o.Period.End(), Scope: o.Scope, Grade: o.Grade, Kind: "reported",
		Stale: e.stale(ind, o.Period.End()),
		Evidence: []Evidence{{
			Kind: "observation", ID: o.ID, Name: ind.Name, Amount: o.Value, Date: o.Period.End(), Known: o.Published,
			Source: o.Source, SourceText: o.SourceText, Grade: o.Grade, Ref: o.Ref, Log: o.Log, Version: o.Version,
		}},
	}
}

// standing gathers what a verdict on the target's current value is made from.
func (e *evaluator) standing(out *Target, v *Value, settled bool) *standing {
	s := &standing{target: &out.Target, accepted: out.Accepted, current: v, settled: settled, expected: out.Expected, forecast: out.Forecast}
	if b := out.Baseline; b != nil {
		s.start = &b.Value
	} else if len(out.Path) > 0 {
		s.start = &out.Path[0].Value
	}
	return s
}

// measured judges a target by every counting rule of its indicator.
func (e *evaluator) measured(out *Target, ind *plan.Indicator) {
	at := e.at
	late := at.AsOf > out.Due
	if late {
		at.AsOf = out.Due // the day that decides; what opened later is named apart
	}
	head := -1
	for i := range ind.Rules {
		rule := &ind.Rules[i]
		rv := RuleVerdict{Rule: *rule, Verdict: NotComparable, Reasons: []Reason{{"rule-scope", map[string]string{"scope": out.Scope}}}}
		if rule.Scope == out.Scope {
			t := *out // each rule has its own path, series and forecast
			e.byRule(&t, ind, rule, at)
			rv.Value, rv.Verdict, rv.Reasons = t.Current, t.Verdict, t.Reasons
			if late && t.Verdict == Missed {
				rv.Reasons = e.reachedLate(&t, rule, rv.Reasons)
			}
			if head < 0 || rule.ID == out.JudgeRule {
				head = i
				byRule, judged := out.ByRule, out.Target
				*out = t
				out.ByRule, out.Target = byRule, judged
			}
		}
		out.ByRule = append(out.ByRule, rv)
	}
	out.Verdict, out.Reasons = combine(&out.Target, out.ByRule)
	if out.Verdict == RuleDependent {
		out.Confidence, out.Strict = nil, false
	}
}

func (e *evaluator) byRule(t *Target, ind *plan.Indicator, rule *plan.Rule, at measure.Moment) {
	r, err := measure.Run(e.measures, rule, at)
	if err != nil { // the pack is checked: an unknown measure cannot come this far
		t.Verdict, t.Reasons = NoData, []Reason{{"no-rule", nil}}
		return
	}
	steps, _ := measure.Steps(e.measures, rule, at)
	t.Series = make([]SeriesPoint, 0, len(steps)+1)
	for _, s := range steps {
		t.Series = append(t.Series, SeriesPoint(s))
	}
	if n := len(steps); n > 0 && steps[n-1].Date < at.AsOf {
		t.Series = append(t.Series, SeriesPoint{at.AsOf, steps[n-1].Value})
	}
	t.Current = &Value{
		Value: r.Value, Period: at.AsOf.String(), Date: at.AsOf, Scope: rule.Scope, Grade: r.Grade,
		Kind: "measured", Rule: rule.ID, Partial: rule.Partial || r.Missing > 0, Evidence: r.Evidence,
	}
	t.Path = e.path(t, rule)
	e.outlooks(t, t.Series, rule)
	ruled := e.judge(e.standing(t, t.Current, at.AsOf >= t.Due))
	t.Verdict, t.Strict, t.Reasons, t.Confidence = ruled.verdict, ruled.strict, ruled.reasons, ruled.confidence
	if n := e.unheard(rule, at); n > 0 {
		t.Reasons = append(t.Reasons, Reason{"unheard", map[string]string{"n": strconv.Itoa(n)}})
	}
	if r.Missing > 0 {
		t.Reasons = append(t.Reasons, Reason{"missing-amount", map[string]string{"n": strconv.Itoa(r.Missing)}})
	}
}

// unheard counts the works that a rule would count, whose newest promised day has
// passed without news of an opening: if they did open, the figure is low.
func (e *evaluator) unheard(rule *plan.Rule, at measure.Moment) (n int) {
	if rule.Measure != "network-length" {
		return 0
	}
	for _, u := range measure.Unopened(e.measures, rule, at) {
		if u.Expected != 0 && u.Expected <= at.AsOf {
			n++
		}
	}
	return n
}

// reachedLate adds the day on which a missed target was reached after all.
func (e *evaluator) reachedLate(t *Target, rule *plan.Rule, reasons []Reason) []Reason {
	steps, err := measure.Steps(e.measures, rule, e.at)
	if err != nil {
		return reasons
	}
	i := slices.IndexFunc(steps, func(s measure.Step) bool { return Reached(t.Op, s.Value, t.Accepted, 0) })
	if i < 0 {
		return reasons
	}
	return append(reasons, Reason{"reached-late", map[string]string{"date": steps[i].Date.String()}})
}
