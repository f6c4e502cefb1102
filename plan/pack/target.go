package pack

import (
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/plan"
)

var operators = []string{">=", ">", "<=", "<", "="}

func (l *loader) target(m *mapping) {
	t := plan.Target{
		ID: m.define("target"), Indicator: m.refer("indicator", "indicator", may), Goal: m.refer("goal", "goal", may),
		Field: m.refer("field", "field", may), Task: m.refer("task", "task", may), Name: m.bilingual("name", must),
		Scope: m.refer("scope", "scope", must), Op: m.word("op", must, operators...), Hedges: m.refs("hedges", "hedge", may),
		Due: m.date("due", must), Note: m.bilingual("note", may), Cite: m.cited(), Ref: m.ref(),
	}
	var read bool
	t.Value, read = m.number("value", must)
	t.Baseline = l.baseline(m, t.Due)
	t.Wordings = l.wordings(m)
	var by *plan.Wording
	t.JudgedBy, by = l.judgedBy(m, t.Wordings)
	if by != nil {
		l.agrees(m, &t, by, read)
	}
	t.JudgeRule = m.text("judge_rule", may)
	t.Trajectory = l.trajectory(m, &t)
	at := m.look.(lookup).position
	l.after(func() { l.targetOfIndicator(&t, at) })
	l.pack.Plan.Targets = append(l.pack.Plan.Targets, t)
}

// agrees holds the figure and hedges that are judged against the wording that is
// said to be judged by. A figure that could not be read is reported already.
func (l *loader) agrees(m *mapping, t *plan.Target, by *plan.Wording, read bool) {
	at := m.look.(lookup).position
	if read && by.Value != nil && *by.Value != t.Value {
		l.report(at("value"), "differs-from-wording", "here", num(t.Value), "there", num(*by.Value), "source", by.Source)
	}
	a, b := slices.Sorted(slices.Values(t.Hedges)), slices.Sorted(slices.Values(by.Hedges))
	if !slices.Equal(a, b) {
		l.report(at("hedges"), "differs-from-wording", "here", "["+join(a)+"]", "there", "["+join(b)+"]", "source", by.Source)
	}
}

func (l *loader) trajectory(m *mapping, t *plan.Target) plan.Trajectory {
	k := m.sub("trajectory", must)
	if k == nil {
		return plan.Trajectory{Kind: "none"}
	}
	tr := plan.Trajectory{Kind: k.word("kind", must, "linear", "s-curve", "milestones", "none"), Registered: k.date("registered", may), Cite: k.cited()}
	if t.Due != 0 && tr.Registered > t.Due {
		l.report(k.look.cell("registered").at, "dates-reversed", "first", tr.Registered.String(), "second", t.Due.String())
	}
	k.each("points", may, func(w *mapping) {
		p := plan.Waypoint{Date: w.date("date", must)}
		p.Value, _ = w.number("value", must)
		if n := len(tr.Points); n > 0 && p.Date != 0 && p.Date <= tr.Points[n-1].Date {
			l.report(w.at, "points-not-ascending", "date", p.Date.String(), "before", tr.Points[n-1].Date.String())
		}
		tr.Points = append(tr.Points, p)
	})
	if tr.Kind == "none" && len(tr.Points) > 0 {
		l.report(k.look.(lookup).position("points"), "points-of-none")
	}
	k.done()
	return tr
}

// targetOfIndicator checks a target once its indicator is known.
func (l *loader) targetOfIndicator(t *plan.Target, at func(string) place) {
	i := l.indicatorOf(t.Indicator)
	if i == nil {
		if t.JudgeRule != "" && t.Indicator == "" {
			l.report(at("judge_rule"), "rule-of-nothing", "value", t.JudgeRule)
		}
		return
	}
	if t.JudgeRule != "" {
		rules := make([]string, len(i.Rules))
		for j := range i.Rules {
			rules[j] = i.Rules[j].ID
		}
		l.wordOf(cell{text: t.JudgeRule, at: at("judge_rule")}, rules)
	}
	if i.Direction == plan.Up && strings.HasPrefix(t.Op, "<") || i.Direction == plan.Down && strings.HasPrefix(t.Op, ">") {
		l.report(at("op"), "op-against-direction", "op", t.Op, "id", i.ID)
	}
	if i.Unit.ID == "percent" && (t.Value > 1000 || t.Value < -100) {
		l.report(at("value"), "out-of-range", "value", num(t.Value), "low", "-100", "high", "1000")
	}
	if kind := t.Trajectory.Kind; i.Kind == "reported" && kind != "none" && kind != "" && len(t.Trajectory.Points) == 0 && (t.Baseline == nil || kind == "milestones") {
		l.report(at("trajectory"), "path-from-nowhere", "kind", kind)
	}
}

// indicatorOf finds an indicator while the index is not built yet.
func (l *loader) indicatorOf(id string) *plan.Indicator {
	if l.indicators == nil {
		l.indicators = map[string]*plan.Indicator{}
		for i := range l.pack.Plan.Indicators {
			l.indicators[l.pack.Plan.Indicators[i].ID] = &l.pack.Plan.Indicators[i]
		}
	}
	return l.indicators[id]
}

var milestoneKinds = []string{"study", "national-plan", "approval", "ceremony", "start", "partial", "open"}

func (l *loader) project(m *mapping) {
	p := plan.Project{
		ID: m.define("project"), Name: m.bilingual("name", must), Field: m.refer("field", "field", must), Task: m.refer("task", "task", may),
		Verb: plan.Verb(m.word("verb", must, verbs...)), Cities: m.refs("cities", "city", may), Note: m.bilingual("note", may), Cite: m.cited(), Ref: m.ref(),
	}
	p.Wordings = l.wordings(m)
	var by *plan.Wording
	p.JudgedBy, by = l.judgedBy(m, p.Wordings)
	if by != nil && by.Verb != "" && p.Verb != "" && by.Verb != p.Verb {
		l.report(m.look.cell("verb").at, "differs-from-wording", "here", string(p.Verb), "there", string(by.Verb), "source", by.Source)
	}
	for _, c := range m.unique("sections", may) {
		l.refer("section", c.text, c.at)
		p.Sections = append(p.Sections, c.text)
		l.after(func() { l.sectionOf(c, p.ID) })
	}
	p.Cost = l.cost(m)
	seen := map[string]bool{}
	m.each("milestones", must, func(k *mapping) {
		s := plan.Milestone{ID: k.id("id", must), Kind: k.word("kind", must, milestoneKinds...), Name: k.bilingual("name", must), Ref: k.ref()}
		if k.look.cell("source").there || k.look.cell("grade").there {
			k.cited()
		}
		if s.ID != "" && seen[s.ID] {
			l.report(k.look.cell("id").at, "duplicate-id", "id", s.ID, "first", p.Ref.File)
		}
		seen[s.ID] = true
		s.Planned = k.promises("planned")
		if a := k.sub("actual", may); a != nil {
			d := a.happened()
			s.Actual = &d
			a.done()
			l.order(&p, &s, a)
		}
		p.Milestones = append(p.Milestones, s)
	})
	l.pack.Plan.Projects = append(l.pack.Plan.Projects, p)
}

// order reports a milestone dated before one it has to follow: nothing opens
// before it is studied, approved and built, and nothing starts after it opened.
func (l *loader) order(p *plan.Project, s *plan.Milestone, actual *mapping) {
	for i := range p.Milestones {
		o := &p.Milestones[i]
		if o.Actual == nil || o.Actual.Date == 0 || s.Actual.Date == 0 {
			continue
		}
		if s.Kind == "open" && o.Kind != "open" && s.Actual.Date < o.Actual.Date ||
			o.Kind == "open" && s.Kind != "open" && s.Actual.Date > o.Actual.Date {
			l.report(actual.look.cell("date").at, "milestones-out-of-order", "id", s.ID, "date", s.Actual.Date.String(), "other", o.ID, "otherDate", o.Actual.Date.String())
		}
	}
}

// sectionOf holds what a project says of a section against what the section says.
func (l *loader) sectionOf(c cell, project string) {
	if l.sections == nil {
		l.sections = map[string]*area.Section{}
		for i := range l.pack.Network.Lines {
			for j := range l.pack.Network.Lines[i].Sections {
				s := &l.pack.Network.Lines[i].Sections[j]
				l.sections[s.ID] = s
			}
		}
	}
	if s := l.sections[c.text]; s != nil && s.Project != project {
		l.report(c.at, "section-of-other", "section", c.text, "project", project, "where", s.Ref.File, "line", strconv.Itoa(s.Ref.Line), "other", or(s.Project, "-"))
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func join(words []string) string { return strings.Join(words, ", ") }

// cost reads yuan and keeps fen, exactly.
func (l *loader) cost(m *mapping) *plan.Money {
	k := m.sub("cost", may)
	if k == nil {
		return nil
	}
	money := &plan.Money{Cite: k.cited()}
	if c, ok := k.scalar("yuan", must); ok {
		if _, good := l.numberOf(c); good {
			if money.Fen, ok = fen(c.text); !ok {
				l.report(c.at, "bad-money", "value", c.text)
			}
		}
	}
	k.done()
	return money
}
