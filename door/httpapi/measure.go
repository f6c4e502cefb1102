package httpapi

import (
	"context"
	"slices"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/measure"
)

type measureMoment = measure.Moment

// Measured is an indicator measured by one of its rules.
type Measured struct {
	Rule          Rule           `json:"rule" doc:"The counting rule."`
	Value         Value          `json:"value" doc:"The figure with every part it was summed from."`
	Series        []SeriesPoint  `json:"series" nullable:"false" doc:"The days on which it changed, each with the value from that day on."`
	Contributions *Contributions `json:"contributions,omitempty" doc:"What each project added; left out for an indicator that is not additive."`
}

// Contributions divides the change of an indicator among the projects.
type Contributions struct {
	Rule          string         `json:"rule" doc:"The counting rule." example:"urban-rail"`
	From          area.Date      `json:"from" format:"date" doc:"Counted is what opened after this day." example:"2021-12-31"`
	To            area.Date      `json:"to" format:"date" doc:"And not after this one." example:"2026-11-23"`
	Start         float64        `json:"start" doc:"The value at the start." example:"161.6"`
	End           float64        `json:"end" doc:"The value at the end." example:"217.78"`
	Change        float64        `json:"change" doc:"End minus start; the amounts and the residual add up to it exactly." example:"56.18"`
	Projects      []Contribution `json:"projects" nullable:"false" doc:"What each project added, largest first."`
	Residual      float64        `json:"residual" doc:"What opened without belonging to a project of the plan; shown even when zero." example:"0"`
	ResidualParts []Evidence     `json:"residualParts" nullable:"false" doc:"The parts of the residual."`
}

// Contribution is what one project added.
type Contribution struct {
	Project string     `json:"project" doc:"The project." example:"west-ring"`
	Name    Text       `json:"name" doc:"Its name."`
	Amount  float64    `json:"amount" doc:"What it added." example:"17.29"`
	Pending float64    `json:"pending" doc:"What its unopened sections would add." example:"0"`
	Parts   []Evidence `json:"parts" nullable:"false" doc:"The sections it consists of."`
}

// Measures is an indicator measured by some or all of its rules.
type Measures struct {
	Indicator string     `json:"indicator" doc:"The indicator." example:"rail-km"`
	Unit      Unit       `json:"unit" doc:"What it is counted in."`
	Query     Query      `json:"query" doc:"The days and the log size this is for."`
	Rules     []Measured `json:"rules" nullable:"false" doc:"The figure by each rule."`
}

type measureInput struct {
	Days
	Language
	Indicator string `path:"indicator" maxLength:"200" doc:"The indicator." example:"rail-km"`
	Rule      string `query:"rule" doc:"Only this counting rule; all when left out." example:"urban-rail"`
	Since     string `query:"since" doc:"Contributions count what opened after this day, YYYY-MM-DD; the day before the plan began when left out." example:"2021-12-31"`
}

func (s *server) measures(ctx context.Context, in *measureInput) (*answer[Measures], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	from, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	since, err := day("since", in.Since, from.Plan.From-1)
	if err != nil {
		return nil, err
	}
	ind := indicatorOf(from, in.Indicator)
	if ind == nil {
		return nil, unknown("indicator", in.Indicator)
	}
	rules, err := measureAll(from, q, ind, in.Rule, since)
	if err != nil {
		return nil, err
	}
	return &answer[Measures]{Measures{ind.ID, Unit{ind.Unit.ID, text(ind.Unit.Name)}, Query(q), rules}}, nil
}

func indicatorOf(in *board.Input, id string) *plan.Indicator {
	i := slices.IndexFunc(in.Plan.Indicators, func(x plan.Indicator) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &in.Plan.Indicators[i]
}

// measureAll measures by one rule, or by all when only is empty.
func measureAll(in *board.Input, q board.Query, ind *plan.Indicator, only string, since area.Date) ([]Measured, error) {
	if len(ind.Rules) == 0 {
		return nil, refuse("not-measured", "indicator", ind.ID)
	}
	var out []Measured
	for i := range ind.Rules {
		if only != "" && ind.Rules[i].ID != only {
			continue
		}
		m, err := measured(in, q, ind, &ind.Rules[i], since)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		return nil, unknown("rule", only)
	}
	return out, nil
}

func measured(in *board.Input, q board.Query, ind *plan.Indicator, r *plan.Rule, since area.Date) (Measured, error) {
	from, at := board.Measures(in), moment(q)
	res, err := measure.Run(from, r, at)
	if err != nil {
		return Measured{}, err
	}
	steps, err := measure.Steps(from, r, at)
	if err != nil {
		return Measured{}, err
	}
	out := Measured{
		Rule: ruleOf(*r), Series: each(steps, func(p measure.Step) SeriesPoint { return SeriesPoint(p) }),
		Value: Value{
			Value: res.Value, Period: q.AsOf.String(), Date: q.AsOf, Scope: r.Scope, Grade: string(res.Grade), Kind: "measured", Rule: r.ID,
			Partial: r.Partial || res.Missing > 0, Inputs: len(res.Evidence), Evidence: each(res.Evidence, evidence),
		},
	}
	if ind.Additive {
		parts, err := measure.Divide(from, r, since, at)
		if err != nil {
			return Measured{}, err
		}
		c := divided(parts)
		out.Contributions = &c
	}
	return out, nil
}

func divided(c measure.Contributions) Contributions {
	return Contributions{
		Rule: c.Rule, From: c.From, To: c.To, Start: c.Start, End: c.End, Change: c.Change, Residual: c.Residual,
		ResidualParts: each(c.ResidualParts, evidence),
		Projects: each(c.Projects, func(p measure.Contribution) Contribution {
			return Contribution{p.Project, text(p.Name), p.Amount, p.Pending, each(p.Parts, evidence)}
		}),
	}
}

// contributions divides the change of a target's indicator since its baseline,
// by each rule that counts the target's scope.
func contributions(in *board.Input, q board.Query, t *board.Target) ([]Contributions, error) {
	out := []Contributions{}
	ind := indicatorOf(in, t.Indicator)
	if ind == nil || !ind.Additive {
		return out, nil
	}
	since := in.Plan.From - 1
	if t.Baseline != nil {
		since = t.Baseline.Date
	}
	for i := range ind.Rules {
		if ind.Rules[i].Scope != t.Scope {
			continue
		}
		c, err := measure.Divide(board.Measures(in), &ind.Rules[i], since, moment(q))
		if err != nil {
			return nil, err
		}
		out = append(out, divided(c))
	}
	return out, nil
}
