package board

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/plan"
	"conurb/plan/forecast"
)

// Likely and Unlikely divide the probability of reaching a target into on track,
// at risk and off track: the calibrated terms "likely" (66-100%) and "unlikely"
// (0-33%) of the IPCC guidance note on uncertainties (Mastrandrea et al. 2010, table 1).
const (
	Likely   = 0.66
	Unlikely = 0.33
)

// standing is what a verdict is made from: one comparable value, and what is
// known of where it ought to be and where it is going.
type standing struct {
	target   *plan.Target
	accepted float64 // the figure that counts as met, hedges allowed for
	current  *Value
	settled  bool // the value is about the due day
	expected *float64
	start    *float64 // baseline of the trajectory
	forecast *forecast.Forecast
}

// ruling is a verdict with its reasons.
type ruling struct {
	verdict    Verdict
	strict     bool
	reasons    []Reason
	confidence *Confidence
}

// accepted is the figure that counts as met once hedges are allowed for, and
// names the hedges that moved it.
func (e *evaluator) accepted(t *plan.Target) float64 {
	tolerance := 0.0
	for _, id := range t.Hedges {
		if h := e.hedges[id]; h != nil {
			tolerance = max(tolerance, h.Tolerance)
		}
	}
	slack := math.Abs(t.Value) * tolerance
	switch t.Op {
	case "<=", "<":
		return clean(t.Value + slack)
	}
	return clean(t.Value - slack)
}

// Reached reports whether a value satisfies "value op bound"; "=" is reached
// within a millionth of the bound or the tolerance given.
func Reached(op string, value, bound, tolerance float64) bool {
	switch op {
	case ">=":
		return value >= bound
	case ">":
		return value > bound
	case "<=":
		return value <= bound
	case "<":
		return value < bound
	}
	return math.Abs(value-bound) <= max(tolerance, math.Abs(bound)*1e-6)
}

func (s *standing) met() (accepted, strict bool) {
	t := s.target
	strict = Reached(t.Op, s.current.Value, t.Value, 0)
	if t.Op == "=" {
		return Reached("=", s.current.Value, t.Value, math.Abs(t.Value-s.accepted)), strict
	}
	// a hedge turns "more than" into "at least about": the bound itself then counts
	op := t.Op
	if s.accepted != t.Value {
		op = strings.TrimSuffix(op, "=") + "="
	}
	return strict || Reached(op, s.current.Value, s.accepted, 0), strict
}

// judge turns a standing into a verdict. The order of the questions is the rule:
// is it met; is the evidence known to be incomplete; is the due day over; how
// likely is it; where is it on its trajectory.
func (e *evaluator) judge(s *standing) ruling {
	t, v := s.target, s.current
	met, strict := s.met()
	r := ruling{strict: strict}
	due := e.at.AsOf >= t.Due
	switch {
	case met:
		r.verdict = Met
		r.reasons = append(r.reasons, metReason(s, strict))
		if due && s.settled {
			r.confidence = &Confidence{1, "certain", v.Grade}
		}
	case v.Partial:
		r.verdict = LowerBound
		r.reasons = append(r.reasons, Reason{"partial", map[string]string{"value": num(v.Value), "rule": v.Rule}})
	case due && s.settled:
		r.verdict = Missed
		r.reasons = append(r.reasons, Reason{"missed", map[string]string{"value": num(v.Value), "accepted": num(s.accepted), "due": t.Due.String()}})
		r.confidence = &Confidence{0, "certain", v.Grade}
	default:
		if due {
			r.reasons = append(r.reasons, Reason{"awaiting-figure", map[string]string{"due": t.Due.String(), "period": v.Period}})
		}
		if why := uninformed(s); why != nil {
			r.verdict = Undetermined
			r.reasons = append(r.reasons, *why)
			break
		}
		e.outlook(s, &r)
	}
	if r.confidence == nil && s.forecast != nil && s.forecast.Probability != nil && !v.Partial && r.verdict != Undetermined {
		r.confidence = confidence(s)
	}
	if v.Stale && r.verdict != Undetermined {
		r.reasons = append(r.reasons, Reason{"stale", map[string]string{"period": v.Period}})
	}
	return r
}

// uninformed says why a figure tells nothing of the progress made: it is no newer
// than the baseline, or too old to stand for today.
func uninformed(s *standing) *Reason {
	v := s.current
	if b := s.target.Baseline; b != nil && v.Kind == "reported" && v.Date <= b.Date {
		return &Reason{"only-baseline", map[string]string{"period": v.Period}}
	}
	if v.Stale {
		return &Reason{"stale", map[string]string{"period": v.Period}}
	}
	return nil
}

func metReason(s *standing, strict bool) Reason {
	args := map[string]string{"value": num(s.current.Value), "target": num(s.target.Value), "accepted": num(s.accepted)}
	if strict {
		return Reason{"met", args}
	}
	return Reason{"met-by-hedge", args}
}

func confidence(s *standing) *Confidence {
	basis := "forecast"
	if s.forecast.Model == "milestones" {
		basis = "milestones"
	}
	return &Confidence{*s.forecast.Probability, basis, s.current.Grade}
}

// outlook judges a target that is neither met nor missed: by the probability of
// reaching it where a forecast gives one, else by its trajectory.
func (e *evaluator) outlook(s *standing, r *ruling) {
	if s.expected != nil {
		code := "behind-path"
		if Reached(opFor(s.target.Op), s.current.Value, *s.expected, 0) {
			code = "ahead-of-path"
		}
		r.reasons = append(r.reasons, Reason{code, map[string]string{"value": num(s.current.Value), "expected": num(*s.expected), "date": s.current.Date.String()}})
	}
	if s.forecast != nil && s.forecast.Probability != nil {
		p := *s.forecast.Probability
		r.reasons = append(r.reasons, Reason{"probability", map[string]string{"p": strconv.FormatFloat(100*p, 'f', 0, 64), "model": s.forecast.Model}})
		switch {
		case p >= Likely:
			r.verdict = OnTrack
		case p >= Unlikely:
			r.verdict = AtRisk
		default:
			r.verdict = OffTrack
		}
		return
	}
	if s.forecast != nil && s.forecast.Why == forecast.WhyNoWorks {
		gap := clean(math.Abs(s.accepted - s.current.Value))
		r.verdict = OffTrack
		r.reasons = append(r.reasons, Reason{"nothing-pending", map[string]string{"gap": num(gap), "due": s.target.Due.String()}})
		return
	}
	if s.forecast != nil && s.forecast.Why != "" {
		r.reasons = append(r.reasons, Reason{"no-forecast", map[string]string{"why": s.forecast.Why}})
	}
	r.verdict = byPath(s)
	if r.verdict == Undetermined {
		r.reasons = append(r.reasons, Reason{"no-trajectory", nil})
	}
}

// byPath compares the progress made with the progress the trajectory wants by
// now, with the ratios of the Eurostat method: 95% is on track, 60% at risk.
func byPath(s *standing) Verdict {
	if s.expected == nil {
		return Undetermined
	}
	if Reached(opFor(s.target.Op), s.current.Value, *s.expected, 0) {
		return OnTrack
	}
	if s.start == nil || *s.expected == *s.start {
		return AtRisk
	}
	switch ratio := (s.current.Value - *s.start) / (*s.expected - *s.start); {
	case ratio >= 0.95:
		return OnTrack
	case ratio >= 0.60:
		return AtRisk
	}
	return OffTrack
}

// opFor is the comparison against a point of the trajectory: being on it is enough.
func opFor(op string) string {
	if op == "<" || op == "<=" {
		return "<="
	}
	return ">="
}

// combine makes the headline of a measured target from its rules.
func combine(t *plan.Target, rules []RuleVerdict) (Verdict, []Reason) {
	comparable := slices.DeleteFunc(slices.Clone(rules), func(r RuleVerdict) bool { return r.Verdict == NotComparable })
	if len(comparable) == 0 {
		if len(rules) == 0 {
			return NoData, []Reason{{"no-rule", nil}}
		}
		return NotComparable, []Reason{{"rule-scope", map[string]string{"scope": t.Scope}}}
	}
	var reasons []Reason
	if t.JudgeRule == "" && len(comparable) > 1 {
		reasons = append(reasons, Reason{"rule-unpublished", map[string]string{"n": strconv.Itoa(len(comparable))}})
	}
	for _, r := range comparable {
		if r.Rule.ID == t.JudgeRule {
			return r.Verdict, append(reasons, r.Reasons...)
		}
	}
	first := comparable[0]
	if slices.ContainsFunc(comparable, func(r RuleVerdict) bool { return r.Verdict != first.Verdict }) {
		return RuleDependent, append(reasons, Reason{"rules-differ", nil})
	}
	return first.Verdict, append(reasons, first.Reasons...)
}

// num writes a number for a reason's argument: shortest form, at most nine
// significant digits, as all computed figures on a board.
func num(v float64) string { return strconv.FormatFloat(clean(v), 'f', -1, 64) }

// clean rounds to nine significant digits, so that a board is the same bytes on
// processors that fuse multiplication and addition and on those that do not.
func clean(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	s, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 8, 64), 64)
	return s
}
