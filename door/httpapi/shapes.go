package httpapi

import (
	"conurb/area"
	"conurb/door/report"
	"conurb/plan/board"
	"conurb/plan/measure"
)

// Text is a name or sentence in both languages.
type Text struct {
	Zh string `json:"zh" doc:"The Chinese text." example:"轨道交通运营里程"`
	En string `json:"en" doc:"The English text." example:"Rail transit in operation"`
}

// Ref is the place in the region pack where a row was written.
type Ref struct {
	File string `json:"file" doc:"The file, as a path inside the region pack." example:"observations/economy.csv"`
	Line int    `json:"line" doc:"The line in the file, from 1; 0 for a row that was not in the pack." example:"12"`
}

// Reason says why, as a code and as a sentence.
type Reason struct {
	Code string            `json:"code" doc:"A code that is the same in every language." example:"missed"`
	Args map[string]string `json:"args,omitempty" doc:"What the sentence is filled in with." example:"{\"due\":\"2026-12-31\"}"`
	Text string            `json:"text" doc:"The sentence in the language asked for." example:"On the due day the figure was 22,878.5: short of 27,000."`
}

// Unit is what a figure is counted in.
type Unit struct {
	ID   string `json:"id" doc:"The unit for programs." example:"km"`
	Name Text   `json:"name" doc:"The unit for people."`
}

// Value is a figure with the evidence behind it.
type Value struct {
	Value    float64    `json:"value" doc:"The figure, in the unit of its indicator." example:"217.78"`
	Period   string     `json:"period" doc:"What it is about: a year, quarter, month or day; the as-of day for a measured one." example:"2025"`
	Date     area.Date  `json:"date" format:"date" doc:"The last day of the period." example:"2025-12-31"`
	Scope    string     `json:"scope" doc:"The area it is stated for." example:"three-cities"`
	Grade    string     `json:"grade" doc:"How far it can be trusted: a, b, c, d, K or assumed; the weakest among its inputs." example:"b"`
	Kind     string     `json:"kind" enum:"reported,measured" doc:"Whether somebody reported it or it was measured from the network." example:"reported"`
	Rule     string     `json:"rule,omitempty" doc:"The counting rule of a measured figure." example:"urban-rail"`
	Partial  bool       `json:"partial,omitempty" doc:"True when the evidence is known to be incomplete: the figure is a lower bound." example:"false"`
	Stale    bool       `json:"stale,omitempty" doc:"True when it is older than its indicator allows." example:"false"`
	Inputs   int        `json:"inputs" doc:"How many rows it was made from." example:"1"`
	Evidence []Evidence `json:"evidence,omitempty" nullable:"false" doc:"The rows it was made from; left out on the cards of the board."`
}

// Evidence is one input of a figure, down to the row it was written in.
type Evidence struct {
	Kind       string    `json:"kind" enum:"observation,section,milestone" doc:"What the row is." example:"observation"`
	ID         string    `json:"id" doc:"The id of the observation, section or milestone." example:"gdp-3c-2025"`
	Name       *Text     `json:"name,omitempty" doc:"Its name."`
	Amount     float64   `json:"amount" doc:"What it adds, in the unit of the indicator." example:"17.29"`
	Definition string    `json:"definition,omitempty" doc:"How a length was defined: route, main-line, new-built or operating." example:"operating"`
	Date       area.Date `json:"date" format:"date" doc:"The day it is about." example:"2023-06-28"`
	Known      area.Date `json:"known" format:"date" doc:"The day it could first be believed." example:"2023-06-28"`
	Source     string    `json:"source,omitempty" doc:"The source in the region pack." example:"hunan-daily-2022"`
	SourceText string    `json:"sourceText,omitempty" doc:"The citation of a figure that was added by hand." example:"Statistical bulletin 2025, table 3"`
	Grade      string    `json:"grade" doc:"How far it can be trusted." example:"b"`
	Ref        *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
	Log        int64     `json:"log" doc:"Its index in the evidence log; -1 for a row of the pack, which the pack's own entry covers." example:"4"`
	Version    int       `json:"version,omitempty" doc:"The version of the observation." example:"1"`
	Project    string    `json:"project,omitempty" doc:"The project that brought it." example:"west-ring"`
	Missing    bool      `json:"missing,omitempty" doc:"True when it counts but its amount is not known." example:"false"`
	Opening    *Cited    `json:"opening,omitempty" doc:"Of a length: where its day of opening comes from; source, grade and ref are those of the length."`
}

// Cited is where a part of a row comes from.
type Cited struct {
	Source string `json:"source,omitempty" doc:"The source in the region pack." example:"hunan-daily-2022"`
	Grade  string `json:"grade" doc:"How far it can be trusted." example:"b"`
	Ref    *Ref   `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

func cited(c *measure.Cited) *Cited {
	if c == nil {
		return nil
	}
	return &Cited{c.Source, string(c.Grade), ref(c.Ref)}
}

// SeriesPoint is a value on a day.
type SeriesPoint struct {
	Date  area.Date `json:"date" format:"date" doc:"The day." example:"2025-12-31"`
	Value float64   `json:"value" doc:"The value." example:"217.78"`
}

// Query is the pair of days, and the size of the log, that an answer is for.
type Query struct {
	AsOf       area.Date `json:"asOf" format:"date" doc:"The day that is asked about." example:"2024-12-31"`
	BelievedOn area.Date `json:"believedOn" format:"date" doc:"The day on which it is believed." example:"2024-06-30"`
	Log        int64     `json:"log" doc:"How many entries of the evidence log count; 0 is all." example:"0"`
}

func text(t area.Text) Text { return Text(t) }

func textOrNone(t area.Text) *Text {
	if t == (area.Text{}) {
		return nil
	}
	v := Text(t)
	return &v
}

func ref(r area.Ref) *Ref {
	if r == (area.Ref{}) {
		return nil
	}
	v := Ref(r)
	return &v
}

func reasons(list []board.Reason, w *report.Words) []Reason {
	return each(list, func(r board.Reason) Reason { return Reason{r.Code, r.Args, w.Reason(r)} })
}

func evidence(e board.Evidence) Evidence {
	return Evidence{
		Kind: e.Kind, ID: e.ID, Name: textOrNone(e.Name), Amount: e.Amount, Definition: e.Definition, Date: e.Date, Known: e.Known,
		Source: e.Source, SourceText: e.SourceText, Grade: string(e.Grade), Ref: ref(e.Ref), Log: e.Log, Version: e.Version,
		Project: e.Project, Missing: e.Missing, Opening: cited(e.Opening),
	}
}

// value returns nil for no value; full keeps its evidence.
func value(v *board.Value, full bool) *Value {
	if v == nil {
		return nil
	}
	out := &Value{
		Value: v.Value, Period: v.Period, Date: v.Date, Scope: v.Scope, Grade: string(v.Grade), Kind: v.Kind, Rule: v.Rule,
		Partial: v.Partial, Stale: v.Stale, Inputs: len(v.Evidence),
	}
	if full {
		out.Evidence = each(v.Evidence, evidence)
	}
	return out
}

// each maps a list to a list that is never nil.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i := range list {
		out[i] = f(list[i])
	}
	return out
}

func points(list []board.SeriesPoint) []SeriesPoint {
	return each(list, func(p board.SeriesPoint) SeriesPoint { return SeriesPoint(p) })
}

func counts[K ~string](m map[K]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, n := range m {
		out[string(k)] = n
	}
	return out
}
