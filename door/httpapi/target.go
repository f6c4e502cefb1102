package httpapi

import (
	"context"

	"conurb/area"
	"conurb/door/report"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/forecast"
	"conurb/plan/progress"
)

// Target is a target with everything behind its verdict.
type Target struct {
	Card
	Note          *Text           `json:"note,omitempty" doc:"What is to be said about it."`
	Source        string          `json:"source,omitempty" doc:"The source of the target." example:"plan-2022"`
	Grade         string          `json:"grade" doc:"How far that source can be trusted." example:"a"`
	Ref           *Ref            `json:"ref,omitempty" doc:"Where the region pack wrote it."`
	Baseline      *Baseline       `json:"baseline,omitempty" doc:"Where it starts from; left out when that is not known."`
	Wordings      []Wording       `json:"wordings" nullable:"false" doc:"What each source says, in its own words."`
	Trajectory    Trajectory      `json:"trajectory" doc:"The path registered in advance."`
	Methods       []Method        `json:"methods" nullable:"false" doc:"What each published method of progress says."`
	Difference    Difference      `json:"difference" doc:"Why the methods differ."`
	Forecast      *Forecast       `json:"forecast,omitempty" doc:"The projection to the due day; left out when there is no series."`
	Contributions []Contributions `json:"contributions" nullable:"false" doc:"What each project added, by each rule of an additive measured indicator."`
	Query         Query           `json:"query" doc:"The days and the log size this is for."`
}

// Baseline is where a target starts from.
type Baseline struct {
	Value  float64   `json:"value" doc:"The figure at the start." example:"17900"`
	Date   area.Date `json:"date" format:"date" doc:"The day it is about." example:"2021-12-31"`
	Source string    `json:"source,omitempty" doc:"Its source." example:"hunan-2022"`
	Grade  string    `json:"grade" doc:"How far it can be trusted." example:"a"`
}

// Wording is what one source says.
type Wording struct {
	Source string   `json:"source" doc:"The source." example:"hunan-daily-2022"`
	Lang   string   `json:"lang" enum:"zh,en" doc:"The language it is written in." example:"zh"`
	Text   string   `json:"text" doc:"Its words." example:"争取达到420公里左右"`
	Value  *float64 `json:"value" doc:"The figure in it; null when it has none." example:"420"`
	Hedges []string `json:"hedges" nullable:"false" doc:"The hedge words in it." example:"[\"strive\",\"about\"]"`
	Verb   string   `json:"verb,omitempty" doc:"The verb of commitment in it." example:"finish"`
	Ref    *Ref     `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Trajectory is the path a target is judged by.
type Trajectory struct {
	Kind       string        `json:"kind" doc:"linear, s-curve, milestones or none." example:"linear"`
	Registered area.Date     `json:"registered,omitempty" format:"date" doc:"The day it was registered." example:"2022-06-01"`
	Points     []SeriesPoint `json:"points" nullable:"false" doc:"The dated milestones: a value that holds from a day on."`
	Source     string        `json:"source,omitempty" doc:"Its source." example:"plan-2022"`
	Grade      string        `json:"grade" doc:"How far it can be trusted; assumed when nobody published it." example:"assumed"`
}

// Method is what one published method of progress says.
type Method struct {
	Method string             `json:"method" doc:"The method, described in docs/methods." example:"canada"`
	Value  *float64           `json:"value" doc:"Its own figure; null when it does not apply." example:"0.62"`
	Score  *float64           `json:"score" doc:"Its score where it publishes one; null otherwise." example:"2.1"`
	Status string             `json:"status" doc:"Its own word for the progress." example:"acceleration-needed"`
	Why    string             `json:"why,omitempty" doc:"Why it does not apply." example:"too-few-values"`
	Text   string             `json:"text" doc:"Status or reason as words in the language asked for." example:"Acceleration needed"`
	Inputs map[string]float64 `json:"inputs" doc:"Every number that entered the formula." example:"{\"base\":17900,\"target\":27000}"`
}

// Difference says why methods do not use the same word for the same series.
type Difference struct {
	Code string            `json:"code" doc:"The reason for programs, described in docs/methods." example:"base"`
	Args map[string]string `json:"args,omitempty" doc:"The methods on either side." example:"{\"good\":\"canada\",\"short\":\"eurostat\"}"`
	Text string            `json:"text" doc:"The sentence in the language asked for." example:"Two rates of growth start in different years."`
}

// Forecast is a projection with its uncertainty and its record.
type Forecast struct {
	Model       string     `json:"model" doc:"The model that did best on the past." example:"holt-damped"`
	Why         string     `json:"why,omitempty" doc:"Why there is none." example:"too-few-values"`
	Fan         []FanPoint `json:"fan" nullable:"false" doc:"The projection from the last value to the due day."`
	Probability *float64   `json:"probability" doc:"The chance of reaching the accepted figure in time; null when not known." example:"0.31"`
	Backtest    *Backtest  `json:"backtest,omitempty" doc:"How wrong the model was on the past; left out when the series is too short."`
	N           int        `json:"n" doc:"How many values it was fitted on." example:"9"`
	Modelled    []string   `json:"modelled" nullable:"false" doc:"The assumptions that were made." example:"[\"normal-errors\"]"`
}

// FanPoint is the predicted distribution at a time.
type FanPoint struct {
	T    float64 `json:"t" doc:"The time in years; 2025.0 is 1 January 2025." example:"2026.5"`
	Mean float64 `json:"mean" doc:"The expected value." example:"24100"`
	Lo80 float64 `json:"lo80" doc:"Lower end of the 80 % interval." example:"23000"`
	Hi80 float64 `json:"hi80" doc:"Upper end of the 80 % interval." example:"25200"`
	Lo95 float64 `json:"lo95" doc:"Lower end of the 95 % interval." example:"22400"`
	Hi95 float64 `json:"hi95" doc:"Upper end of the 95 % interval." example:"25800"`
}

// Backtest is the error of the model on the past of the series.
type Backtest struct {
	Origins  int     `json:"origins" doc:"From how many past days it was tried." example:"5"`
	MAE      float64 `json:"mae" doc:"Mean absolute error in the unit of the indicator." example:"310.5"`
	MASE     float64 `json:"mase" doc:"The same, scaled by the error of the naive forecast." example:"0.8"`
	Coverage float64 `json:"coverage" doc:"Share of outcomes inside the 80 % interval." example:"0.8"`
}

type itemInput struct {
	Days
	Language
	ID string `path:"id" maxLength:"200" doc:"The id." example:"rail-420"`
}

func (s *server) target(ctx context.Context, in *itemInput) (*answer[Target], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	from, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	t, ok := board.EvaluateTarget(from, q, in.ID)
	if !ok {
		return nil, unknown("target", in.ID)
	}
	parts, err := contributions(from, q, &t)
	if err != nil {
		return nil, err
	}
	return &answer[Target]{detail(&t, q, parts, s.words(ctx))}, nil
}

func detail(t *board.Target, q board.Query, parts []Contributions, w *report.Words) Target {
	out := Target{
		Card: card(t, w, true), Note: textOrNone(t.Note), Source: t.Source, Grade: string(t.Grade), Ref: ref(t.Ref),
		Wordings: each(t.Wordings, wording), Methods: each(t.Methods, func(r progress.Result) Method { return method(r, w) }),
		Difference: difference(t.Methods, w), Forecast: forecastOf(t.Forecast), Contributions: parts, Query: Query(q),
		Trajectory: Trajectory{
			Kind: t.Trajectory.Kind, Registered: t.Trajectory.Registered, Source: t.Trajectory.Source, Grade: string(t.Trajectory.Grade),
			Points: each(t.Trajectory.Points, func(p plan.Waypoint) SeriesPoint { return SeriesPoint(p) }),
		},
	}
	if b := t.Baseline; b != nil {
		out.Baseline = &Baseline{b.Value, b.Date, b.Source, string(b.Grade)}
	}
	return out
}

func wording(x plan.Wording) Wording {
	return Wording{x.Source, x.Lang, x.Text, x.Value, strings0(x.Hedges), string(x.Verb), ref(x.Ref)}
}

func method(r progress.Result, w *report.Words) Method {
	inputs := r.Inputs
	if inputs == nil {
		inputs = map[string]float64{}
	}
	return Method{r.Method, r.Value, r.Score, r.Status, r.Why, w.Method(r), inputs}
}

func difference(results []progress.Result, w *report.Words) Difference {
	d := progress.Differ(results)
	return Difference{d.Code, d.Args, w.Difference(d)}
}

func forecastOf(f *forecast.Forecast) *Forecast {
	if f == nil {
		return nil
	}
	out := &Forecast{
		Model: f.Model, Why: f.Why, Probability: f.Probability, N: f.N, Modelled: strings0(f.Modelled),
		Fan: each(f.Fan, func(p forecast.FanPoint) FanPoint { return FanPoint(p) }),
	}
	if f.Backtest != nil {
		b := Backtest(*f.Backtest)
		out.Backtest = &b
	}
	return out
}
