package board

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

// Input is everything a board is computed from.
type Input struct {
	Pack       string // region pack id
	PackDigest string
	Network    *area.Network
	Plan       *plan.Plan
	Ledger     *Ledger
}

// Evaluate computes the board. It uses all cores and gives the same result on
// any number of them.
func Evaluate(in *Input, q Query) *Board {
	e := newEvaluator(in, q)
	b := &Board{
		Version: Version, Pack: in.Pack, PackDigest: in.PackDigest, Query: q,
		Targets: e.targets(), Projects: e.projects(),
	}
	b.Coverage = e.coverage(b)
	b.Summary = summarise(b)
	b.Fields = groups(in.Plan.Fields, b, func(t *Target) string { return t.Field }, func(p *ProjectStanding) string { return p.Field })
	b.Goals = groups(in.Plan.Goals, b, func(t *Target) string { return t.Goal }, func(*ProjectStanding) string { return "" })
	return b
}

// EvaluateTarget computes the standing of one target; ok is false when the plan
// has no such target.
func EvaluateTarget(in *Input, q Query, id string) (t Target, ok bool) {
	i := slices.IndexFunc(in.Plan.Targets, func(t plan.Target) bool { return t.ID == id })
	if i < 0 {
		return Target{}, false
	}
	return newEvaluator(in, q).target(&in.Plan.Targets[i]), true
}

// evaluator is the working state of one board: lookups shared by its targets.
type evaluator struct {
	in         *Input
	q          Query
	at         measure.Moment
	measures   measure.Inputs
	indicators map[string]*plan.Indicator
	hedges     map[string]*plan.HedgeRule
	slips      []float64
}

func newEvaluator(in *Input, q Query) *evaluator {
	e := &evaluator{
		in: in, q: q,
		// nothing later than the day believed on can be known: what is asked about
		// a later day is how things stood, not what came of them
		at:         measure.Moment{AsOf: min(q.AsOf, q.BelievedOn), Believed: q.BelievedOn},
		measures:   Measures(in),
		indicators: make(map[string]*plan.Indicator, len(in.Plan.Indicators)),
		hedges:     map[string]*plan.HedgeRule{},
	}
	for i := range in.Plan.Indicators {
		e.indicators[in.Plan.Indicators[i].ID] = &in.Plan.Indicators[i]
	}
	for i := range in.Plan.Hedges {
		e.hedges[in.Plan.Hedges[i].ID] = &in.Plan.Hedges[i]
	}
	e.slips = measure.Slips(e.measures, e.at)
	return e
}

// Measures returns what the measures of a board look at.
func Measures(in *Input) measure.Inputs {
	return measure.Inputs{Network: in.Network, Projects: in.Plan.Projects, Until: in.Plan.Until}
}

func (e *evaluator) targets() []Target {
	out := make([]Target, len(e.in.Plan.Targets))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(out)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(out) {
					return
				}
				out[i] = e.target(&e.in.Plan.Targets[i])
			}
		})
	}
	wg.Wait()
	return out
}

func (e *evaluator) projects() []ProjectStanding {
	out := make([]ProjectStanding, len(e.in.Plan.Projects))
	for i := range e.in.Plan.Projects {
		p := &e.in.Plan.Projects[i]
		c := measure.Judge(e.measures, p, e.at)
		out[i] = ProjectStanding{
			Project: *p, State: c.State, Due: c.Due, DueBasis: c.DueBasis, Expected: c.Expected,
			Promise: c.Promise, Done: c.Done, SlipMonths: c.SlipMonths, Phase: c.Phase, LastHeard: c.LastHeard,
			Reasons: commitmentReasons(p, c),
		}
	}
	return out
}

func commitmentReasons(p *plan.Project, c measure.Commitment) []Reason {
	args := map[string]string{"verb": string(p.Verb), "due": c.Due.String()}
	switch c.State {
	case Kept:
		return []Reason{{"commitment-kept", map[string]string{"verb": string(p.Verb), "date": c.Done.String()}}}
	case Late:
		args["heard"] = c.LastHeard.String()
		return []Reason{{"commitment-late-" + c.DueBasis, args}}
	case Pending:
		return []Reason{{"commitment-pending-" + c.DueBasis, args}}
	}
	return []Reason{{"commitment-unknown", nil}}
}

func (e *evaluator) coverage(b *Board) Coverage {
	p := e.in.Plan
	c := Coverage{
		AspectsStated: p.AspectsStated, AspectsIdentified: len(p.Aspects), Indicators: len(p.Indicators),
		IndicatorsWithoutData: []string{}, IndicatorsStale: []string{}, TargetsWithoutIndicator: []string{},
		TasksWithoutTarget: []string{}, ProjectsWithoutMilestone: []string{},
	}
	for i := range p.Indicators {
		switch e.freshness(&p.Indicators[i]) {
		case "none":
			c.IndicatorsWithoutData = append(c.IndicatorsWithoutData, p.Indicators[i].ID)
		case "stale":
			c.IndicatorsStale = append(c.IndicatorsStale, p.Indicators[i].ID)
		}
	}
	aimed := map[string]bool{}
	for i := range p.Targets {
		t := &p.Targets[i]
		aimed[t.Task] = true
		if ind := e.indicators[t.Indicator]; ind == nil {
			c.TargetsWithoutIndicator = append(c.TargetsWithoutIndicator, t.ID)
		} else {
			aimed[ind.Task] = true
		}
	}
	for _, task := range p.Tasks {
		if !aimed[task.ID] {
			c.TasksWithoutTarget = append(c.TasksWithoutTarget, task.ID)
		}
	}
	for i := range b.Projects {
		if len(b.Projects[i].Milestones) == 0 && len(b.Projects[i].Sections) == 0 {
			c.ProjectsWithoutMilestone = append(c.ProjectsWithoutMilestone, b.Projects[i].ID)
		}
	}
	return c
}

// freshness is "none", "stale" or "fresh". A measured indicator is as fresh as
// the pack itself.
func (e *evaluator) freshness(ind *plan.Indicator) string {
	if ind.Kind == "measured" {
		if len(ind.Rules) == 0 {
			return "none"
		}
		return "fresh"
	}
	var newest area.Date
	for _, o := range e.in.Ledger.Believed(ind.ID, e.q) {
		newest = max(newest, o.Period.End())
	}
	switch {
	case newest == 0:
		return "none"
	case e.stale(ind, newest):
		return "stale"
	}
	return "fresh"
}

func (e *evaluator) stale(ind *plan.Indicator, end area.Date) bool {
	return ind.StaleMonths > 0 && end.AddMonths(ind.StaleMonths) < e.at.AsOf
}

func summarise(b *Board) Summary {
	s := Summary{Targets: map[Verdict]int{}, Commitments: map[CommitmentState]int{}}
	for i := range b.Targets {
		s.Targets[b.Targets[i].Verdict]++
	}
	for i := range b.Projects {
		s.Commitments[b.Projects[i].State]++
	}
	return s
}

func groups(items []plan.Item, b *Board, ofTarget func(*Target) string, ofProject func(*ProjectStanding) string) []Group {
	out := make([]Group, len(items))
	for i, item := range items {
		g := Group{Item: item, Targets: map[Verdict]int{}, Commitments: map[CommitmentState]int{}}
		for j := range b.Targets {
			if ofTarget(&b.Targets[j]) == item.ID {
				g.Targets[b.Targets[j].Verdict]++
			}
		}
		for j := range b.Projects {
			if ofProject(&b.Projects[j]) == item.ID {
				g.Commitments[b.Projects[j].State]++
			}
		}
		out[i] = g
	}
	return out
}

func gradeRank(g area.Grade) int {
	if i := slices.Index(area.Grades, g); i >= 0 {
		return i
	}
	return len(area.Grades)
}
