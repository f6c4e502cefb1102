package report

import (
	"slices"
	"strings"

	"conurb/area"
	"conurb/plan/board"
)

// table is a sheet of an export: what it is called, its header, its rows. Cells
// are strings, float64, int or nil.
type table struct {
	name   string
	header []string
	rows   [][]any
}

// tables makes the sheets of an export; the last is the evidence that the others
// cite by number.
func tables(f *Facts) []table {
	c := newCiter(f)
	list := []table{about(f), targets(f, c), rules(f, c), projects(f, c), coverage(f)}
	return append(list, evidenceTable(f, c))
}

func (w *Words) header(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = w.T("report.column." + k)
	}
	return out
}

// days are the first columns of every table, so that a row copied out of it
// still says when it was true.
func days(f *Facts) []any {
	return []any{f.Board.Query.AsOf.String(), f.Board.Query.BelievedOn.String()}
}

func about(f *Facts) table {
	w, b := f.Words, f.Board
	t := table{name: w.T("report.sheet.about"), header: w.header("what", "value")}
	for _, r := range aboutRows(f) {
		t.rows = append(t.rows, []any{r[0], r[1]})
	}
	t.rows = append(t.rows, []any{w.T("report.about.targets"), len(b.Targets)}, []any{w.T("report.about.projects"), len(b.Projects)})
	return t
}

// aboutRows are the facts on the cover.
func aboutRows(f *Facts) [][2]string {
	w, b := f.Words, f.Board
	log := w.T("report.about.log.value", "size", Number(float64(f.LogSize), 0))
	if b.Query.Log > 0 {
		log = w.T("report.about.log.at", "at", Number(float64(b.Query.Log), 0), "size", Number(float64(f.LogSize), 0))
	}
	return [][2]string{
		{w.T("report.about.plan"), w.Text(f.Pack.Plan.Title)},
		{w.T("report.about.issuer"), strings.TrimSpace(w.Text(f.Pack.Plan.Issuer) + " " + f.Pack.Plan.Number)},
		{w.T("report.about.area"), w.Text(f.Pack.Name)},
		{w.T("report.about.as-of"), b.Query.AsOf.String()},
		{w.T("report.about.believed-on"), b.Query.BelievedOn.String()},
		{w.T("report.about.made"), f.Today.String()},
		{w.T("report.about.log"), log},
		{w.T("report.about.root"), f.LogRoot},
		{w.T("report.about.digest"), b.PackDigest},
		{w.T("report.about.version"), b.Version},
		{w.T("report.about.licence"), f.Pack.Licence},
		{w.T("report.about.notice"), w.Text(f.Pack.Notice)},
	}
}

func targets(f *Facts, c *citer) table {
	w := f.Words
	t := table{name: w.T("report.sheet.targets"), header: append(targetHeader(w), w.header("evidence")...)}
	for i := range f.Board.Targets {
		one := &f.Board.Targets[i]
		t.rows = append(t.rows, append(targetRow(f, c, one), marks(append(c.value(one.Current, one.Unit), c.target(one)))))
	}
	return t
}

func targetHeader(w *Words) []string {
	return w.header("as-of", "believed-on", "id", "target", "field", "indicator", "scope", "value", "unit", "period", "value-kind", "comparison",
		"aim", "hedges", "accepted", "due", "verdict", "reasons", "expected", "chance", "basis", "source", "grade", "labels")
}

func targetRow(f *Facts, c *citer, t *board.Target) []any {
	w := f.Words
	row := append(days(f), t.ID, w.Text(t.Name), w.Name("item", t.Field), w.Text(t.IndicatorName), w.Name("scope", t.Scope))
	row = append(row, figures(w, t.Current, w.Text(t.Unit.Name))...)
	row = append(row, t.Op, t.Value, w.Hedges(t.Hedges), t.Accepted, t.Due.String(), w.T("verdict."+string(t.Verdict)), w.Reasons(t.Reasons), number(t.Expected))
	if t.Confidence != nil {
		row = append(row, t.Confidence.Probability, w.T("basis."+t.Confidence.Basis))
	} else {
		row = append(row, nil, "")
	}
	return append(row, c.sources(t.Current), gradeOf(t.Current), strings.Join(w.Labels(f, t), "; "))
}

// figures are value, unit, period and kind.
func figures(w *Words, v *board.Value, unit string) []any {
	if v == nil {
		return []any{nil, unit, "", ""}
	}
	return []any{v.Value, unit, v.Period, w.T("report.value." + v.Kind)}
}

func gradeOf(v *board.Value) string {
	if v == nil {
		return ""
	}
	return string(v.Grade)
}

func number(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// sources names the sources of a value, each once.
func (c *citer) sources(v *board.Value) string {
	if v == nil {
		return ""
	}
	var out []string
	for _, e := range v.Evidence {
		name := e.SourceText
		if s := c.f.Pack.Source(e.Source); s != nil {
			name = c.f.Words.Text(s.Title)
		}
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, "; ")
}

func rules(f *Facts, c *citer) table {
	w := f.Words
	t := table{name: w.T("report.sheet.rules"), header: w.header("as-of", "believed-on", "id", "target", "rule", "scope", "value", "unit", "period", "value-kind",
		"comparison", "aim", "verdict", "reasons", "source", "grade", "labels", "evidence")}
	for i := range f.Board.Targets {
		for _, r := range f.Board.Targets[i].ByRule {
			t.rows = append(t.rows, ruleRow(f, c, &f.Board.Targets[i], r))
		}
	}
	return t
}

func ruleRow(f *Facts, c *citer, t *board.Target, r board.RuleVerdict) []any {
	w, label := f.Words, ""
	if r.Value != nil && r.Value.Partial {
		label = w.T("report.label.partial")
	}
	row := append(days(f), t.ID, w.Text(t.Name), w.Text(r.Rule.Name), w.Name("scope", r.Rule.Scope))
	row = append(row, figures(w, r.Value, w.Text(t.Unit.Name))...)
	return append(row, t.Op, t.Value, w.T("verdict."+string(r.Verdict)), w.Reasons(r.Reasons), c.sources(r.Value), gradeOf(r.Value), label, marks(c.value(r.Value, t.Unit)))
}

func projects(f *Facts, c *citer) table {
	w := f.Words
	t := table{name: w.T("report.sheet.projects"), header: w.header("as-of", "believed-on", "id", "project", "field", "verb", "state", "due", "due-basis",
		"newest-promise", "done", "slip", "phase", "last-heard", "reasons", "source", "grade", "evidence")}
	for i := range f.Board.Projects {
		p := &f.Board.Projects[i]
		source := ""
		if s := f.Pack.Source(p.Source); s != nil {
			source = w.Text(s.Title)
		}
		row := append(days(f), p.ID, w.Text(p.Name), w.Name("item", p.Field), w.T("verb."+string(p.Verb)), w.T("commitment."+string(p.State)),
			p.Due.String(), w.T("report.due."+p.DueBasis), p.Expected.String(), p.Done.String(), number(p.SlipMonths), w.T("phase."+p.Phase),
			p.LastHeard.String(), w.Reasons(p.Reasons), source, string(p.Grade), marks(c.project(p)))
		t.rows = append(t.rows, row)
	}
	return t
}

// project cites every promise and event of a project that was known.
func (c *citer) project(p *board.ProjectStanding) []int {
	q := c.f.Board.Query
	var out []int
	for i := range p.Milestones {
		m := &p.Milestones[i]
		for j := range m.Planned {
			if m.Planned[j].Known <= q.BelievedOn {
				out = append(out, c.dated(p, m, &m.Planned[j]))
			}
		}
		if a := m.Actual; a != nil && a.Known <= q.BelievedOn && a.Date <= q.AsOf {
			out = append(out, c.dated(p, m, a))
		}
	}
	for _, id := range p.Sections {
		if s := c.f.Pack.Section(id); s != nil {
			out = append(out, c.section(s)...)
		}
	}
	return out
}

// section cites what is known of a section that a project builds.
func (c *citer) section(s *area.Section) []int {
	q := c.f.Board.Query
	var out []int
	add := func(d *area.Dated, what string) {
		out = append(out, c.add("section-"+what+" "+s.ID+" "+d.Date.String()+" "+d.Known.String(), func() Citation {
			ref := d.Ref
			if ref == (area.Ref{}) {
				ref = s.Ref
			}
			cite := c.from("section", s.ID, s.Name, d.Source, "", d.Grade, ref)
			cite.Amount, cite.Date, cite.Known = c.f.Words.T("report.section."+what), d.Date.String(), d.Known.String()
			return cite
		}))
	}
	for i := range s.Planned {
		if s.Planned[i].Known <= q.BelievedOn {
			add(&s.Planned[i], "promised")
		}
	}
	if s.OpenedBy(q.AsOf, q.BelievedOn) {
		add(s.Opened, "opened")
	}
	return out
}

func coverage(f *Facts) table {
	w := f.Words
	t := table{name: w.T("report.sheet.coverage"), header: w.header("as-of", "believed-on", "silence", "count", "id", "name")}
	for _, s := range silences(f) {
		t.rows = append(t.rows, append(days(f), s.Title, s.Count, "", ""))
		for _, i := range s.Items {
			t.rows = append(t.rows, append(days(f), s.Title, nil, i.ID, i.Name))
		}
	}
	return t
}

// silence is one way in which the plan says nothing.
type silence struct {
	Title string
	Count int
	Items []namedID
}

type namedID struct{ ID, Name string }

func silences(f *Facts) []silence {
	c, w := f.Board.Coverage, f.Words
	out := []silence{{w.T("report.silence.aspects", "stated", Exact(float64(c.AspectsStated))), max(0, c.AspectsStated-c.AspectsIdentified), nil}}
	for _, s := range []struct {
		key, kind string
		ids       []string
	}{
		{"no-data", "indicator", c.IndicatorsWithoutData}, {"stale", "indicator", c.IndicatorsStale}, {"no-indicator", "target", c.TargetsWithoutIndicator},
		{"no-target", "item", c.TasksWithoutTarget}, {"no-milestone", "project", c.ProjectsWithoutMilestone},
	} {
		one := silence{Title: w.T("report.silence." + s.key), Count: len(s.ids)}
		for _, id := range s.ids {
			one.Items = append(one.Items, namedID{id, w.Name(s.kind, id)})
		}
		out = append(out, one)
	}
	return out
}

func evidenceTable(f *Facts, c *citer) table {
	w := f.Words
	t := table{name: w.T("report.sheet.evidence"), header: w.header("as-of", "believed-on", "number", "kind", "id", "name", "amount", "date", "known", "source", "publisher", "url", "grade", "place", "log")}
	for _, e := range c.list {
		t.rows = append(t.rows, append(days(f), e.N, e.Kind, e.ID, e.Name, e.Amount, e.Date, e.Known, e.Source, e.Publisher, e.URL, string(e.Grade), e.Place, e.Log))
	}
	return t
}
