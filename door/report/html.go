package report

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/measure"
	"conurb/plan/progress"
)

//go:embed report.html
var layout string

// HTML writes the report: one page for the screen that prints on A4.
func HTML(w io.Writer, f *Facts) error {
	t, err := template.New("report").Funcs(template.FuncMap{"t": f.Words.T, "marks": marks, "swatch": swatch, "add": func(a, b int) int { return a + b }}).Parse(layout)
	if err != nil {
		return err
	}
	return t.Execute(w, compose(f))
}

// page is everything on the report, in reading order, ready to be written.
type page struct {
	Lang, Title, Area, Issuer string
	AsOf, BelievedOn          string
	Notice                    string
	About                     [][2]string
	Verdicts, Commitments     []tally
	VerdictBar, CommitmentBar template.HTML
	Fields                    []fieldPart
	Measured                  []measuredPart
	Projects                  []projectRow
	Silences                  []silence
	Methods                   []methodRow
	MethodNames               []string
	Evidence                  []Citation
	Grades                    []tally
}

type tally struct {
	Name, Note string
	Count      int
	Shade      template.HTML
}

type fieldPart struct {
	Name    string
	Targets []targetRowHTML
}

type targetRowHTML struct {
	ID, Name, Value, Period, Aim, Hedges, Accepted, Scope, Due, Verdict string
	Chance, Reasons, Grade                                              string
	Labels, Others                                                      []string
	ValueMarks, AimMarks                                                []int
	Shade, Spark                                                        template.HTML
}

type measuredPart struct {
	Name  string
	Rules []ruleRowHTML
}

type ruleRowHTML struct {
	Name, Reason, Value, Scope, Verdict string
	Marks                               []int
	Shade                               template.HTML
	Parts                               []partRow
	From, To, Start, End, Change        string
	Divided                             bool
}

// partRow is what a project added, or the residual.
type partRow struct {
	Name, Amount, Pending string
	Marks                 []int
}

type projectRow struct {
	Name, Verb, State, Due, Basis, Expected, Done, Slip, Phase, Heard, Reasons string
	Marks                                                                      []int
	Shade, Line                                                                template.HTML
}

type methodRow struct {
	Name    string
	Cells   []methodCell
	Outlook string
	Differ  string
	Silent  string // said once where no method applies
	Marks   []int
}

// Shown is the cells, none where no method applies.
func (r methodRow) Shown() []methodCell {
	if r.Silent != "" {
		return nil
	}
	return r.Cells
}

type methodCell struct{ Value, Status string }

// composer carries the citer through the parts, so that numbers run in the order
// of reading.
type composer struct {
	f *Facts
	w *Words
	c *citer
}

func compose(f *Facts) *page {
	x := &composer{f, f.Words, newCiter(f)}
	p, b := f.Pack, f.Board
	out := &page{
		Lang: x.w.Lang, Title: x.w.Text(p.Plan.Title), Area: x.w.Text(p.Name), Notice: x.w.Text(p.Notice),
		Issuer: strings.TrimSpace(x.w.Text(p.Plan.Issuer) + " " + p.Plan.Number),
		AsOf:   b.Query.AsOf.String(), BelievedOn: b.Query.BelievedOn.String(), About: aboutRows(f),
		VerdictBar: bar(board.Verdicts, b.Summary.Targets, verdictShades), CommitmentBar: bar(board.CommitmentStates, b.Summary.Commitments, commitmentShades),
		Silences: silences(f),
	}
	for _, v := range board.Verdicts {
		if n := b.Summary.Targets[v]; n > 0 {
			out.Verdicts = append(out.Verdicts, tally{x.w.T("verdict." + string(v)), x.w.T("verdict." + string(v) + ".note"), n, swatch(verdictShades[v])})
		}
	}
	for _, s := range board.CommitmentStates {
		if n := b.Summary.Commitments[s]; n > 0 {
			out.Commitments = append(out.Commitments, tally{x.w.T("commitment." + string(s)), "", n, swatch(commitmentShades[s])})
		}
	}
	for _, g := range area.Grades {
		out.Grades = append(out.Grades, tally{Name: x.w.T("grade." + string(g))})
	}
	out.Fields = x.fields()
	out.Measured = x.measured()
	out.Projects = x.projects()
	out.Methods, out.MethodNames = x.methods()
	out.Evidence = x.c.list
	return out
}

// fields has a table per field, and one for targets without a field.
func (x *composer) fields() []fieldPart {
	var out []fieldPart
	items := append([]plan.Item{}, x.f.Pack.Plan.Fields...)
	for _, field := range append(items, plan.Item{}) {
		part := fieldPart{Name: x.w.Text(field.Name)}
		if field.ID == "" {
			part.Name = x.w.T("report.field.none")
		}
		for i := range x.f.Board.Targets {
			if t := &x.f.Board.Targets[i]; t.Field == field.ID {
				part.Targets = append(part.Targets, x.target(t))
			}
		}
		if len(part.Targets) > 0 {
			out = append(out, part)
		}
	}
	return out
}

func (x *composer) target(t *board.Target) targetRowHTML {
	w := x.w
	row := targetRowHTML{
		ID: t.ID, Name: w.Text(t.Name), Aim: w.aim(t), Hedges: w.Hedges(t.Hedges), Scope: w.Name("scope", t.Scope), Due: t.Due.String(),
		Value: w.figure(t.Current, t.Decimals, t.Unit), Verdict: w.T("verdict." + string(t.Verdict)), Reasons: w.Reasons(t.Reasons),
		Labels: w.Labels(x.f, t), ValueMarks: x.c.value(t.Current, t.Unit), AimMarks: []int{x.c.target(t)},
		Shade: swatch(verdictShades[t.Verdict]), Spark: spark(t),
	}
	if t.Current != nil {
		row.Period, row.Grade = t.Current.Period, string(t.Current.Grade)
	}
	if t.Accepted != t.Value {
		row.Accepted = Number(t.Accepted, max(t.Decimals, decimalsOf(t.Value)))
	}
	if c := t.Confidence; c != nil {
		row.Chance = w.T("report.chance", "p", strconv.FormatFloat(100*c.Probability, 'f', 0, 64), "basis", w.T("basis."+c.Basis))
	}
	for i := range t.Other {
		v := &t.Other[i]
		row.Others = append(row.Others, w.T("report.other", "scope", w.Name("scope", v.Scope), "value", w.figure(v, t.Decimals, t.Unit), "period", v.Period)+" "+marks(x.c.value(v, t.Unit)))
	}
	return row
}

// measured has a table per measured indicator, by every counting rule.
func (x *composer) measured() []measuredPart {
	var out []measuredPart
	for i := range x.f.Board.Targets {
		t := &x.f.Board.Targets[i]
		if len(t.ByRule) == 0 {
			continue
		}
		part := measuredPart{Name: x.w.Text(t.Name)}
		for _, r := range t.ByRule {
			part.Rules = append(part.Rules, x.rule(t, r))
		}
		out = append(out, part)
	}
	return out
}

func (x *composer) rule(t *board.Target, r board.RuleVerdict) ruleRowHTML {
	w := x.w
	row := ruleRowHTML{
		Name: w.Text(r.Rule.Name), Reason: w.Text(r.Rule.Reason), Value: w.figure(r.Value, t.Decimals, t.Unit), Scope: w.Name("scope", r.Rule.Scope),
		Verdict: w.T("verdict." + string(r.Verdict)), Marks: x.c.value(r.Value, t.Unit), Shade: swatch(verdictShades[r.Verdict]),
	}
	ind := x.f.Pack.Indicator(t.Indicator)
	if x.f.Input == nil || ind == nil || !ind.Additive || r.Value == nil {
		return row
	}
	from := x.f.Input.Plan.From - 1
	if t.Baseline != nil {
		from = t.Baseline.Date
	}
	q := x.f.Board.Query
	c, err := measure.Divide(board.Measures(x.f.Input), &r.Rule, from, measure.Moment{AsOf: q.AsOf, Believed: q.BelievedOn})
	if err != nil { // the rule has just been measured by the board
		return row
	}
	say := func(v float64) string { return Number(v, max(t.Decimals, decimalsOf(v))) }
	row.Divided, row.From, row.To = true, c.From.String(), c.To.String()
	row.Start, row.End, row.Change = say(c.Start), say(c.End), say(c.Change)
	for _, p := range c.Projects {
		row.Parts = append(row.Parts, partRow{w.Text(p.Name), say(p.Amount), say(p.Pending), x.cite(p.Parts, t.Unit)})
	}
	row.Parts = append(row.Parts, partRow{w.T("report.residual"), say(c.Residual), "", x.cite(c.ResidualParts, t.Unit)})
	return row
}

func (x *composer) cite(parts []board.Evidence, unit plan.Unit) []int {
	var out []int
	for _, e := range parts {
		out = append(out, x.c.evidence(e, unit))
	}
	return out
}

func (x *composer) projects() []projectRow {
	var out []projectRow
	q, w := x.f.Board.Query, x.w
	for i := range x.f.Board.Projects {
		p := &x.f.Board.Projects[i]
		row := projectRow{
			Name: w.Text(p.Name), Verb: w.T("verb." + string(p.Verb)), State: w.T("commitment." + string(p.State)), Due: p.Due.String(),
			Basis: w.T("report.due." + p.DueBasis), Expected: p.Expected.String(), Done: p.Done.String(), Phase: w.T("phase." + p.Phase),
			Heard: p.LastHeard.String(), Reasons: w.Reasons(p.Reasons), Marks: x.c.project(p), Shade: swatch(commitmentShades[p.State]),
			Line: slip(p, min(x.f.Pack.Plan.From, p.Due), max(x.f.Pack.Plan.Until, p.Expected, p.Due), q.AsOf),
		}
		if p.SlipMonths != nil {
			row.Slip = w.T("report.slip", "months", signed(*p.SlipMonths))
		}
		out = append(out, row)
	}
	return out
}

func signed(v float64) string {
	if v > 0 {
		return "+" + Number(v, 1)
	}
	return Number(v, 1)
}

// methods sets the published methods side by side, with the series they read.
func (x *composer) methods() (rows []methodRow, names []string) {
	for i := range x.f.Board.Targets {
		t := &x.f.Board.Targets[i]
		if len(t.Methods) == 0 {
			continue
		}
		if names == nil {
			for _, m := range t.Methods {
				names = append(names, x.w.T("progress.method."+m.Method))
			}
		}
		row := methodRow{Name: x.w.Text(t.Name), Marks: x.series(t)}
		if d := progress.Differ(t.Methods); d.Code != "none" && d.Code != "agree" {
			row.Differ = x.w.Difference(d)
		}
		for _, m := range t.Methods {
			row.Cells = append(row.Cells, x.method(m))
		}
		if !slices.ContainsFunc(t.Methods, func(m progress.Result) bool { return m.Why == "" }) {
			row.Silent = x.w.Method(t.Methods[0])
		}
		if f := t.Forecast; f != nil && f.Probability != nil {
			row.Outlook = x.w.T("report.chance", "p", strconv.FormatFloat(100**f.Probability, 'f', 0, 64), "basis", x.w.argument("model", f.Model))
		} else if f != nil && f.Why != "" {
			row.Outlook = x.w.argument("why", f.Why)
		}
		rows = append(rows, row)
	}
	return rows, names
}

func (x *composer) method(m progress.Result) methodCell {
	c := methodCell{Status: x.w.Method(m)}
	if m.Value != nil {
		c.Value = strconv.FormatFloat(*m.Value, 'f', 3, 64)
	}
	return c
}

// series cites every observation that the methods read.
func (x *composer) series(t *board.Target) []int {
	ind := x.f.Pack.Indicator(t.Indicator)
	if ind == nil || ind.Kind == "measured" || x.f.Input == nil {
		return x.c.value(t.Current, t.Unit)
	}
	var out []int
	for _, o := range x.f.Input.Ledger.Believed(t.Indicator, x.f.Board.Query) {
		if o.Scope == t.Scope {
			out = append(out, x.c.observed(o, ind))
		}
	}
	return out
}
