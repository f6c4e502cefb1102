package httpapi

import (
	"context"
	"slices"
	"strings"

	"conurb/area"
	"conurb/door/report"
	"conurb/plan"
	"conurb/plan/board"
)

// sparkPoints is how many points of a series a card carries: more than a
// sparkline of 160 pixels can show.
const sparkPoints = 40

// Board is where the plan stands, with one page of its targets.
type Board struct {
	Version    string     `json:"version" doc:"The rules that turned evidence into verdicts." example:"board-1"`
	Pack       string     `json:"pack" doc:"The region pack." example:"czt"`
	PackDigest string     `json:"packDigest" doc:"SHA-256 of the pack's files." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Query      Query      `json:"query" doc:"The days and the log size this board is for."`
	Summary    Tally      `json:"summary" doc:"All targets by verdict and all projects by commitment."`
	Fields     []Group    `json:"fields" nullable:"false" doc:"The fields of the plan, with their counts."`
	Goals      []Group    `json:"goals" nullable:"false" doc:"The goals of the plan, with their counts."`
	Coverage   Coverage   `json:"coverage" doc:"What the plan itself leaves silent."`
	Targets    []Card     `json:"targets" nullable:"false" doc:"The page of targets that pass the filter."`
	Projects   []Standing `json:"projects" nullable:"false" doc:"All projects with their standing; those of the field where one is asked for."`
	Total      int        `json:"total" doc:"How many targets pass the filter." example:"24"`
	Offset     int        `json:"offset" doc:"How many of them were skipped." example:"0"`
	Limit      int        `json:"limit" doc:"How many of them a page holds." example:"60"`
}

// Tally counts targets and commitments.
type Tally struct {
	Targets     map[string]int `json:"targets" doc:"Targets by verdict." example:"{\"met\":3,\"no-data\":1}"`
	Commitments map[string]int `json:"commitments" doc:"Projects by the standing of their commitment." example:"{\"kept\":4,\"late\":2}"`
}

// Item is a goal, field, aspect or task of the plan.
type Item struct {
	ID     string `json:"id" doc:"Its id." example:"f3"`
	Parent string `json:"parent,omitempty" doc:"The item it belongs to." example:"f3"`
	Name   Text   `json:"name" doc:"Its name."`
	Note   *Text  `json:"note,omitempty" doc:"What is to be said about it."`
	Source string `json:"source,omitempty" doc:"The source in the region pack." example:"plan-2022"`
	Grade  string `json:"grade" doc:"How far the source can be trusted." example:"a"`
	Ref    *Ref   `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Group is a goal or field with the standing of what belongs to it.
type Group struct {
	Item
	Tally
}

// Coverage is what the plan itself leaves silent.
type Coverage struct {
	AspectsStated            int      `json:"aspectsStated" doc:"How many aspects the plan says it has." example:"18"`
	AspectsIdentified        int      `json:"aspectsIdentified" doc:"How many of them have a public name." example:"1"`
	Indicators               int      `json:"indicators" doc:"How many indicators there are." example:"14"`
	IndicatorsWithoutData    []string `json:"indicatorsWithoutData" nullable:"false" doc:"Indicators without any figure." example:"[\"half-hour-circle\"]"`
	IndicatorsStale          []string `json:"indicatorsStale" nullable:"false" doc:"Indicators whose newest figure is too old." example:"[\"urbanisation\"]"`
	TargetsWithoutIndicator  []string `json:"targetsWithoutIndicator" nullable:"false" doc:"Targets that nothing measures." example:"[\"one-hour-circle\"]"`
	TasksWithoutTarget       []string `json:"tasksWithoutTarget" nullable:"false" doc:"Tasks that no target belongs to." example:"[\"unified-market\"]"`
	ProjectsWithoutMilestone []string `json:"projectsWithoutMilestone" nullable:"false" doc:"Projects of which nothing is dated." example:"[\"green-core-line\"]"`
}

// Card is a target as the board shows it.
type Card struct {
	ID            string        `json:"id" doc:"The id of the target." example:"rail-420"`
	Indicator     string        `json:"indicator" doc:"The indicator it is about; empty when the pack has none." example:"rail-km"`
	Goal          string        `json:"goal,omitempty" doc:"The goal it serves." example:"g3"`
	Field         string        `json:"field,omitempty" doc:"The field it belongs to." example:"f3"`
	Task          string        `json:"task,omitempty" doc:"The task it belongs to." example:"rail"`
	Name          Text          `json:"name" doc:"The name of the target."`
	IndicatorName Text          `json:"indicatorName" doc:"The name of the indicator."`
	Unit          Unit          `json:"unit" doc:"What it is counted in."`
	Decimals      int           `json:"decimals" doc:"How many decimals figures are shown with." example:"2"`
	Direction     int           `json:"direction" doc:"1 when more is better, -1 when less is." example:"1"`
	Scope         string        `json:"scope" doc:"The area it is stated for." example:"metropolitan-area"`
	Op            string        `json:"op" enum:">=,>,<=,<,=" doc:"How the value has to compare with the target." example:">="`
	Value         float64       `json:"value" doc:"The figure the plan wants." example:"420"`
	Hedges        []string      `json:"hedges" nullable:"false" doc:"The hedge words of the plan." example:"[\"about\"]"`
	Due           area.Date     `json:"due" format:"date" doc:"The day it is due." example:"2026-12-31"`
	JudgedBy      string        `json:"judgedBy,omitempty" doc:"The source whose wording is judged by." example:"hunan-daily-2022"`
	JudgeRule     string        `json:"judgeRule,omitempty" doc:"The counting rule that decides; empty when the plan's own is unpublished." example:"urban-rail"`
	Verdict       string        `json:"verdict" doc:"The standing of the target." enum:"met,on-track,at-risk,off-track,missed,rule-dependent,lower-bound,undetermined,not-comparable,no-data" example:"rule-dependent"`
	Strict        bool          `json:"strict" doc:"True when it is met without the tolerance of its hedges." example:"false"`
	Reasons       []Reason      `json:"reasons" nullable:"false" doc:"Why the verdict is what it is."`
	Current       *Value        `json:"current,omitempty" doc:"The newest comparable figure; left out when there is none."`
	Other         []Value       `json:"other" nullable:"false" doc:"The newest figure of each other scope: shown, never judged."`
	ByRule        []RuleVerdict `json:"byRule" nullable:"false" doc:"The standing by each counting rule of a measured indicator."`
	Accepted      float64       `json:"accepted" doc:"The figure that counts as met once hedges are allowed for." example:"407.4"`
	Expected      *float64      `json:"expected" doc:"What the registered trajectory wants on the as-of day; null without one." example:"356.2"`
	Confidence    *Confidence   `json:"confidence,omitempty" doc:"The chance of reaching it; left out when nothing can be said."`
	Path          []SeriesPoint `json:"path" nullable:"false" doc:"The trajectory, for drawing."`
	Series        []SeriesPoint `json:"series" nullable:"false" doc:"The comparable values up to the as-of day; at most 40 on a card."`
}

// Confidence is the chance of reaching a target and what it rests on.
type Confidence struct {
	Probability float64 `json:"probability" minimum:"0" maximum:"1" doc:"The chance, from 0 to 1." example:"0.31"`
	Basis       string  `json:"basis" enum:"forecast,milestones,certain" doc:"What it rests on." example:"forecast"`
	Grade       string  `json:"grade" doc:"The weakest grade among its inputs." example:"b"`
}

// RuleVerdict is the standing under one counting rule.
type RuleVerdict struct {
	Rule    Rule     `json:"rule" doc:"The counting rule."`
	Value   *Value   `json:"value,omitempty" doc:"The figure by this rule; left out when it does not count the target's scope."`
	Verdict string   `json:"verdict" doc:"The standing by this rule." example:"off-track"`
	Reasons []Reason `json:"reasons" nullable:"false" doc:"Why."`
}

// Rule is a named way of counting.
type Rule struct {
	ID          string    `json:"id" doc:"The id of the rule." example:"urban-rail"`
	Version     int       `json:"version" doc:"Its version." example:"1"`
	Name        Text      `json:"name" doc:"Its name."`
	Reason      Text      `json:"reason" doc:"Why one would count so."`
	Measure     string    `json:"measure" doc:"What is counted: network-length, station-count or commitments-kept." example:"network-length"`
	Mode        string    `json:"mode,omitempty" doc:"Rail or road." example:"rail"`
	Classes     []string  `json:"classes" nullable:"false" doc:"The classes of line that count; all when empty." example:"[\"metro\"]"`
	Lines       []string  `json:"lines" nullable:"false" doc:"The only lines that count, if any." example:"[]"`
	Definitions []string  `json:"definitions" nullable:"false" doc:"The definitions of length, best first." example:"[\"operating\",\"route\"]"`
	Scope       string    `json:"scope" doc:"The area it counts." example:"metropolitan-area"`
	OpenedAfter area.Date `json:"openedAfter,omitempty" format:"date" doc:"Only what opened after this day counts." example:"2021-12-31"`
	Partial     bool      `json:"partial" doc:"True when its evidence is known to be incomplete." example:"false"`
}

type boardInput struct {
	Days
	Language
	Offset  int    `query:"offset" minimum:"0" doc:"How many targets to skip." example:"0"`
	Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"60" doc:"How many targets to return." example:"60"`
	Q       string `query:"q" maxLength:"200" doc:"Only targets whose names or ids contain this." example:"轨道"`
	Field   string `query:"field" doc:"Only targets and projects of this field." example:"f3"`
	Goal    string `query:"goal" doc:"Only targets of this goal." example:"g1"`
	Verdict string `query:"verdict" doc:"Only targets with one of these verdicts, separated by commas." example:"off-track,missed"`
}

func (s *server) board(ctx context.Context, in *boardInput) (*answer[Board], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	wanted, err := verdicts(in.Verdict)
	if err != nil {
		return nil, err
	}
	b, err := s.desk.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	return &answer[Board]{page(b, in, wanted, s.words(ctx))}, nil
}

// page cuts the page of targets that pass the filter out of a board.
func page(b *board.Board, in *boardInput, wanted []board.Verdict, w *report.Words) Board {
	out := Board{
		Version: b.Version, Pack: b.Pack, PackDigest: b.PackDigest, Query: Query(b.Query),
		Summary: Tally{counts(b.Summary.Targets), counts(b.Summary.Commitments)}, Coverage: coverage(b.Coverage),
		Fields: each(b.Fields, group), Goals: each(b.Goals, group),
		Targets: []Card{}, Projects: []Standing{}, Offset: in.Offset, Limit: in.Limit,
	}
	f := newFinder(in.Q)
	for i := range b.Targets {
		t := &b.Targets[i]
		if in.Field != "" && t.Field != in.Field || in.Goal != "" && t.Goal != in.Goal ||
			len(wanted) > 0 && !slices.Contains(wanted, t.Verdict) ||
			!f.finds(t.ID, t.Indicator, t.Name.Zh, t.Name.En, t.IndicatorName.Zh, t.IndicatorName.En) {
			continue
		}
		if out.Total >= in.Offset && len(out.Targets) < in.Limit {
			out.Targets = append(out.Targets, card(t, w, false))
		}
		out.Total++
	}
	for i := range b.Projects {
		if in.Field == "" || b.Projects[i].Field == in.Field {
			out.Projects = append(out.Projects, standing(&b.Projects[i], b.Query.BelievedOn, w))
		}
	}
	return out
}

func verdicts(list string) ([]board.Verdict, error) {
	var out []board.Verdict
	for v := range strings.SplitSeq(list, ",") {
		switch v := board.Verdict(strings.TrimSpace(v)); {
		case v == "":
		case slices.Contains(board.Verdicts, v):
			out = append(out, v)
		default:
			all := each(board.Verdicts, func(v board.Verdict) string { return string(v) })
			return nil, refuse("bad-verdict", "value", string(v), "all", strings.Join(all, ", "))
		}
	}
	return out, nil
}

func item(i plan.Item) Item {
	return Item{i.ID, i.Parent, text(i.Name), textOrNone(i.Note), i.Source, string(i.Grade), ref(i.Ref)}
}

func group(g board.Group) Group {
	return Group{item(g.Item), Tally{counts(g.Targets), counts(g.Commitments)}}
}

func coverage(c board.Coverage) Coverage {
	out := Coverage(c)
	for _, list := range []*[]string{&out.IndicatorsWithoutData, &out.IndicatorsStale, &out.TargetsWithoutIndicator, &out.TasksWithoutTarget, &out.ProjectsWithoutMilestone} {
		*list = strings0(*list)
	}
	return out
}

// strings0 is the list, empty where it is nil.
func strings0(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// card makes the card of a target; full keeps its evidence and its whole series.
func card(t *board.Target, w *report.Words, full bool) Card {
	c := Card{
		ID: t.ID, Indicator: t.Indicator, Goal: t.Goal, Field: t.Field, Task: t.Task, Name: text(t.Name), IndicatorName: text(t.IndicatorName),
		Unit: Unit{t.Unit.ID, text(t.Unit.Name)}, Decimals: t.Decimals, Direction: int(t.Direction), Scope: t.Scope, Op: t.Op, Value: t.Value,
		Hedges: strings0(t.Hedges), Due: t.Due, JudgedBy: t.JudgedBy, JudgeRule: t.JudgeRule, Verdict: string(t.Verdict), Strict: t.Strict,
		Reasons: reasons(t.Reasons, w), Current: value(t.Current, full), Accepted: t.Accepted, Expected: t.Expected,
		Other:  each(t.Other, func(v board.Value) Value { return *value(&v, full) }),
		ByRule: each(t.ByRule, func(r board.RuleVerdict) RuleVerdict { return ruleVerdict(r, w, full) }),
		Path:   points(t.Path), Series: points(t.Series),
	}
	if !full {
		c.Path, c.Series = thin(c.Path, sparkPoints), thin(c.Series, sparkPoints)
	}
	if t.Confidence != nil {
		c.Confidence = &Confidence{t.Confidence.Probability, t.Confidence.Basis, string(t.Confidence.Grade)}
	}
	return c
}

func ruleVerdict(r board.RuleVerdict, w *report.Words, full bool) RuleVerdict {
	return RuleVerdict{ruleOf(r.Rule), value(r.Value, full), string(r.Verdict), reasons(r.Reasons, w)}
}

func ruleOf(r plan.Rule) Rule {
	return Rule{
		ID: r.ID, Version: r.Version, Name: text(r.Name), Reason: text(r.Reason), Measure: r.Measure, Mode: r.Mode, Classes: strings0(r.Classes),
		Lines: strings0(r.Lines), Definitions: strings0(r.Definitions), Scope: r.Scope, OpenedAfter: r.OpenedAfter, Partial: r.Partial,
	}
}
