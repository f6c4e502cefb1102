package measure

import (
	"fmt"
	"math"
	"slices"

	"conurb/area"
	"conurb/plan"
)

// Inputs is what a measure may look at.
type Inputs struct {
	Network  *area.Network
	Projects []plan.Project
	Until    area.Date // horizon of the plan
}

// Moment is the pair of days a measure is asked for.
type Moment struct {
	AsOf     area.Date // the day it is about
	Believed area.Date // the day it could be known
}

// Evidence is one input of a value, down to the row it was written in.
type Evidence struct {
	Kind       string     `json:"kind"` // observation | section | milestone
	ID         string     `json:"id"`
	Name       area.Text  `json:"name,omitzero"`
	Amount     float64    `json:"amount"`               // what it adds, in the indicator's unit
	Definition string     `json:"definition,omitempty"` // of a length
	Date       area.Date  `json:"date"`
	Known      area.Date  `json:"known"` // the day it could first be believed
	Source     string     `json:"source,omitempty"`
	SourceText string     `json:"sourceText,omitempty"`
	Grade      area.Grade `json:"grade"`
	Ref        area.Ref   `json:"ref,omitzero"`
	Log        int64      `json:"log"` // index in the evidence log; -1 for a pack row, which the pack's own entry covers
	Version    int        `json:"version,omitempty"`
	Project    string     `json:"project,omitempty"`
	Missing    bool       `json:"missing,omitempty"` // it counts, but its amount is not known
	Opening    *Cited     `json:"opening,omitempty"` // of a length: where its day comes from; Source, Grade and Ref are the length's
}

// Cited is where a part of a row comes from, when it is not where the rest does.
type Cited struct {
	Source string     `json:"source,omitempty"`
	Grade  area.Grade `json:"grade"`
	Ref    area.Ref   `json:"ref,omitzero"`
}

// Result is a measured value with its parts.
type Result struct {
	Value    float64    `json:"value"`
	Grade    area.Grade `json:"grade"` // the weakest among the parts; empty without parts
	Evidence []Evidence `json:"evidence"`
	Missing  int        `json:"missing"` // parts that count but whose amount is unknown: the value is then a lower bound
}

// Measures lists the words a rule may use.
var Measures = []string{"network-length", "station-count", "commitments-kept"}

// Run measures an indicator by a rule on a pair of days. It fails only on a rule
// whose Measure word is unknown.
func Run(in Inputs, rule *plan.Rule, at Moment) (Result, error) {
	var parts []Evidence
	switch rule.Measure {
	case "network-length":
		parts = lengths(in, rule, at)
	case "station-count":
		parts = stations(in, rule, at)
	case "commitments-kept":
		parts = commitments(in, at)
	default:
		return Result{}, fmt.Errorf("rule %s: unknown measure %q", rule.ID, rule.Measure)
	}
	return total(parts), nil
}

func total(parts []Evidence) Result {
	r := Result{Evidence: parts}
	if r.Evidence == nil {
		r.Evidence = []Evidence{}
	}
	var sum micro
	for _, e := range parts {
		sum += toMicro(e.Amount)
		r.Grade = Weakest(r.Grade, e.Grade)
		if e.Opening != nil {
			r.Grade = Weakest(r.Grade, e.Opening.Grade)
		}
		if e.Missing {
			r.Missing++
		}
	}
	r.Value = sum.float()
	return r
}

// Weakest returns the weaker of two grades; an empty one gives way.
func Weakest(a, b area.Grade) area.Grade {
	if slices.Index(area.Grades, b) > slices.Index(area.Grades, a) {
		return b
	}
	return a
}

// micro counts millionths of a unit, so that sums are exact.
type micro int64

func toMicro(v float64) micro  { return micro(math.Round(v * 1e6)) }
func (m micro) float() float64 { return float64(m) / 1e6 }

// Counts reports whether a rule counts a section of a line, open or not.
func Counts(rule *plan.Rule, line *area.Line, s *area.Section) bool {
	return (rule.Mode == "" || rule.Mode == line.Mode) &&
		(len(rule.Classes) == 0 || slices.Contains(rule.Classes, line.Class)) &&
		(len(rule.Lines) == 0 || slices.Contains(rule.Lines, line.ID)) &&
		slices.Contains(s.Scopes, rule.Scope)
}

func lengths(in Inputs, rule *plan.Rule, at Moment) []Evidence {
	var parts []Evidence
	eachOpen(in.Network, rule, at, func(line *area.Line, s *area.Section) {
		e := sectionEvidence(line, s)
		if l, ok := s.LengthBy(rule.Definitions); ok {
			e.Opening = &Cited{e.Source, e.Grade, s.Opened.Ref}
			e.Amount, e.Definition = l.Km, l.Definition
			e.Source, e.Grade, e.Ref = l.Source, l.Grade, l.Ref
		} else {
			e.Missing = true
		}
		parts = append(parts, e)
	})
	return parts
}

// stations counts each station once, on the day the first section that serves
// it opened.
func stations(in Inputs, rule *plan.Rule, at Moment) []Evidence {
	seen := map[string]bool{}
	var parts []Evidence
	eachOpen(in.Network, rule, at, func(line *area.Line, s *area.Section) {
		e := sectionEvidence(line, s)
		for _, id := range Served(line, s) {
			if !seen[id] {
				seen[id] = true
				e.Amount++
			}
		}
		parts = append(parts, e)
	})
	return parts
}

// Served returns the stations of a line that a section serves, ends included.
func Served(line *area.Line, s *area.Section) []string {
	from, to := slices.Index(line.Stations, s.From), slices.Index(line.Stations, s.To)
	if from < 0 || to < 0 {
		return nil
	}
	return line.Stations[min(from, to) : max(from, to)+1]
}

func eachOpen(n *area.Network, rule *plan.Rule, at Moment, visit func(*area.Line, *area.Section)) {
	for i := range n.Lines {
		line := &n.Lines[i]
		for j := range line.Sections {
			s := &line.Sections[j]
			if Counts(rule, line, s) && s.OpenedBy(at.AsOf, at.Believed) && s.Opened.Date > rule.OpenedAfter {
				visit(line, s)
			}
		}
	}
}

func sectionEvidence(line *area.Line, s *area.Section) Evidence {
	return Evidence{
		Kind: "section", ID: s.ID, Date: s.Opened.Date, Known: s.Opened.Known,
		Name:   area.Text{Zh: line.Name.Zh + " " + s.Name.Zh, En: line.Name.En + ", " + s.Name.En},
		Source: s.Opened.Source, Grade: s.Opened.Grade, Ref: s.Ref, Log: -1, Project: s.Project,
	}
}

// Steps returns the days up to at.AsOf on which the value of a rule changed,
// ascending, each with the value from that day on.
func Steps(in Inputs, rule *plan.Rule, at Moment) ([]Step, error) {
	r, err := Run(in, rule, at)
	if err != nil {
		return nil, err
	}
	parts := slices.Clone(r.Evidence)
	slices.SortStableFunc(parts, func(a, b Evidence) int { return int(a.Date) - int(b.Date) })
	var steps []Step
	var sum micro
	for _, e := range parts {
		sum += toMicro(e.Amount)
		if n := len(steps); n > 0 && steps[n-1].Date == e.Date {
			steps[n-1].Value = sum.float()
			continue
		}
		steps = append(steps, Step{e.Date, sum.float()})
	}
	return steps, nil
}

// Step is a value from a day on.
type Step struct {
	Date  area.Date `json:"date"`
	Value float64   `json:"value"`
}
