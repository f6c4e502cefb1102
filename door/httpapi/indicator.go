package httpapi

import (
	"context"
	"slices"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/measure"
)

// Indicator is a quantity that is observed or measured.
type Indicator struct {
	ID          string   `json:"id" doc:"The id of the indicator." example:"gdp"`
	Name        Text     `json:"name" doc:"Its name."`
	Definition  *Text    `json:"definition,omitempty" doc:"What exactly is counted."`
	Unit        Unit     `json:"unit" doc:"What it is counted in."`
	Decimals    int      `json:"decimals" doc:"How many decimals figures are shown with." example:"1"`
	Kind        string   `json:"kind" enum:"reported,measured" doc:"Whether it is reported by somebody or measured from the network." example:"reported"`
	Direction   int      `json:"direction" doc:"1 when more is better, -1 when less is." example:"1"`
	Additive    bool     `json:"additive" doc:"True when what projects add adds up." example:"false"`
	Field       string   `json:"field,omitempty" doc:"The field it belongs to." example:"f1"`
	Task        string   `json:"task,omitempty" doc:"The task it belongs to." example:"rail"`
	StaleMonths int      `json:"staleMonths" doc:"A figure older than this many months is stale; 0 is never." example:"18"`
	Limit       *float64 `json:"limit" doc:"The natural bound of the quantity; null without one." example:"100"`
	Source      string   `json:"source,omitempty" doc:"The source of its definition." example:"plan-2022"`
	Grade       string   `json:"grade" doc:"How far that source can be trusted." example:"a"`
	Ref         *Ref     `json:"ref,omitempty" doc:"Where the region pack wrote it."`
	Targets     []string `json:"targets" nullable:"false" doc:"The targets that are set for it." example:"[\"gdp-2026\"]"`
	Latest      *Value   `json:"latest,omitempty" doc:"Its newest figure, of its target's scope where there is one; left out without a figure."`
}

// IndicatorPage is an indicator with everything that is known of it.
type IndicatorPage struct {
	Indicator Indicator     `json:"indicator" doc:"The indicator."`
	Targets   []Target      `json:"targets" nullable:"false" doc:"Its targets with their standing."`
	Series    []ScopeSeries `json:"series" nullable:"false" doc:"The observations believed on the day, by scope."`
	Rules     []Measured    `json:"rules" nullable:"false" doc:"The figure by each counting rule of a measured indicator."`
	Query     Query         `json:"query" doc:"The days and the log size this is for."`
}

// ScopeSeries is the observations of one scope.
type ScopeSeries struct {
	Scope  string     `json:"scope" doc:"The scope." example:"three-cities"`
	Points []Observed `json:"points" nullable:"false" doc:"The values by date."`
}

// Observed is one observation of a series.
type Observed struct {
	Date       area.Date `json:"date" format:"date" doc:"The last day of the period." example:"2025-12-31"`
	Period     string    `json:"period" doc:"What it is about." example:"2025"`
	Value      float64   `json:"value" doc:"The value." example:"22878.5"`
	Grade      string    `json:"grade" doc:"How far it can be trusted." example:"c"`
	ID         string    `json:"id" doc:"The observation." example:"gdp-3c-2025"`
	Version    int       `json:"version" doc:"The version believed on the day." example:"1"`
	Log        int64     `json:"log" doc:"Its index in the evidence log." example:"4"`
	Published  area.Date `json:"published" format:"date" doc:"The day it could first be believed." example:"2026-02-01"`
	Source     string    `json:"source,omitempty" doc:"The source in the region pack." example:"bulletin-2025"`
	SourceText string    `json:"sourceText,omitempty" doc:"The citation of a figure that was added by hand." example:"Statistical bulletin 2025, table 3"`
	Ref        *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
	Note       string    `json:"note,omitempty" doc:"What is to be said about it." example:"Preliminary figure."`
}

type indicatorsInput struct {
	Days
	Language
	Offset int `query:"offset" minimum:"0" doc:"How many indicators to skip." example:"0"`
	Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"500" doc:"How many indicators to return." example:"500"`
}

func (s *server) indicators(ctx context.Context, in *indicatorsInput) (*answer[[]Indicator], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	from, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	aims := targetsByIndicator(from.Plan)
	all := from.Plan.Indicators
	all = all[min(in.Offset, len(all)):]
	all = all[:min(in.Limit, len(all))]
	out := make([]Indicator, len(all))
	for i := range all {
		out[i] = indicator(from, q, &all[i], aims[all[i].ID])
	}
	return &answer[[]Indicator]{out}, nil
}

func (s *server) indicator(ctx context.Context, in *itemInput) (*answer[IndicatorPage], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	from, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	ind := indicatorOf(from, in.ID)
	if ind == nil {
		return nil, unknown("indicator", in.ID)
	}
	aims := targetsByIndicator(from.Plan)[ind.ID]
	out := IndicatorPage{Indicator: indicator(from, q, ind, aims), Targets: []Target{}, Series: series(from, q, ind.ID), Rules: []Measured{}, Query: Query(q)}
	for _, aim := range aims {
		t, _ := board.EvaluateTarget(from, q, aim.ID)
		parts, err := contributions(from, q, &t)
		if err != nil {
			return nil, err
		}
		out.Targets = append(out.Targets, detail(&t, q, parts, s.words(ctx)))
	}
	if len(ind.Rules) > 0 {
		if out.Rules, err = measureAll(from, q, ind, "", from.Plan.From-1); err != nil {
			return nil, err
		}
	}
	return &answer[IndicatorPage]{out}, nil
}

func targetsByIndicator(p *plan.Plan) map[string][]*plan.Target {
	by := map[string][]*plan.Target{}
	for i := range p.Targets {
		t := &p.Targets[i]
		by[t.Indicator] = append(by[t.Indicator], t)
	}
	return by
}

func indicator(in *board.Input, q board.Query, ind *plan.Indicator, aims []*plan.Target) Indicator {
	return Indicator{
		ID: ind.ID, Name: text(ind.Name), Definition: textOrNone(ind.Definition), Unit: Unit{ind.Unit.ID, text(ind.Unit.Name)},
		Decimals: ind.Decimals, Kind: ind.Kind, Direction: int(ind.Direction), Additive: ind.Additive, Field: ind.Field, Task: ind.Task,
		StaleMonths: ind.StaleMonths, Limit: ind.Limit, Source: ind.Source, Grade: string(ind.Grade), Ref: ref(ind.Ref),
		Targets: each(aims, func(t *plan.Target) string { return t.ID }), Latest: latest(in, q, ind, aims),
	}
}

// latest is the newest figure, preferring the scope that a target is set for.
func latest(in *board.Input, q board.Query, ind *plan.Indicator, aims []*plan.Target) *Value {
	aimed := func(scope string) bool {
		return slices.ContainsFunc(aims, func(t *plan.Target) bool { return t.Scope == scope })
	}
	if len(ind.Rules) > 0 {
		i := max(0, slices.IndexFunc(ind.Rules, func(r plan.Rule) bool { return aimed(r.Scope) }))
		r := &ind.Rules[i]
		res, err := measure.Run(board.Measures(in), r, moment(q))
		if err != nil {
			return nil
		}
		return &Value{Value: res.Value, Period: q.AsOf.String(), Date: q.AsOf, Scope: r.Scope, Grade: string(res.Grade), Kind: "measured",
			Rule: r.ID, Partial: r.Partial || res.Missing > 0, Inputs: len(res.Evidence)}
	}
	var best *plan.Observation
	for _, o := range in.Ledger.Believed(ind.ID, q) {
		if best == nil || aimed(o.Scope) && !aimed(best.Scope) || aimed(o.Scope) == aimed(best.Scope) && o.Period.End() > best.Period.End() {
			best = o
		}
	}
	if best == nil {
		return nil
	}
	end := best.Period.End()
	return &Value{Value: best.Value, Period: best.Period.String(), Date: end, Scope: best.Scope, Grade: string(best.Grade), Kind: "reported",
		Stale: ind.StaleMonths > 0 && end.AddMonths(ind.StaleMonths) < q.AsOf, Inputs: 1}
}

func series(in *board.Input, q board.Query, indicator string) []ScopeSeries {
	out := []ScopeSeries{}
	for _, o := range in.Ledger.Believed(indicator, q) {
		if n := len(out); n == 0 || out[n-1].Scope != o.Scope {
			out = append(out, ScopeSeries{Scope: o.Scope, Points: []Observed{}})
		}
		last := &out[len(out)-1]
		last.Points = append(last.Points, Observed{
			Date: o.Period.End(), Period: o.Period.String(), Value: o.Value, Grade: string(o.Grade), ID: o.ID, Version: o.Version, Log: o.Log,
			Published: o.Published, Source: o.Source, SourceText: o.SourceText, Ref: ref(o.Ref), Note: o.Note,
		})
	}
	return out
}
