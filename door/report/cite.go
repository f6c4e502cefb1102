package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
)

// Citation is a numbered entry of the evidence list: the row a figure stands on.
type Citation struct {
	N         int
	Kind      string // as words
	ID        string
	Name      string
	Amount    string // with its unit
	Date      string // the day it is about
	Known     string // the day it could first be believed
	Source    string // title, or a free citation
	Publisher string
	URL       string
	Grade     area.Grade
	Place     string // file:line of the pack; empty for what was added by hand
	Log       string // index in the evidence log
}

// citer numbers evidence in the order in which it is first cited.
type citer struct {
	f    *Facts
	by   map[string]int
	list []Citation
}

func newCiter(f *Facts) *citer { return &citer{f: f, by: map[string]int{}} }

// add returns the number of a citation; key is what makes two of them one.
func (c *citer) add(key string, make func() Citation) int {
	if n, ok := c.by[key]; ok {
		return n
	}
	cite := make()
	cite.N = len(c.list) + 1
	c.list = append(c.list, cite)
	c.by[key] = cite.N
	return cite.N
}

// evidence cites the input of a value.
func (c *citer) evidence(e board.Evidence, unit plan.Unit) int {
	return c.add(fmt.Sprintf("%s %s %d %s", e.Kind, e.ID, e.Version, e.Definition), func() Citation {
		amount := withUnit(Number(e.Amount, decimalsOf(e.Amount)), c.f.Words.Text(unit.Name))
		if e.Missing {
			amount = c.f.Words.T("report.amount.missing")
		} else if e.Definition != "" {
			amount += " (" + c.f.Words.T("report.definition."+e.Definition) + ")"
		}
		cite := c.from(e.Kind, e.ID, e.Name, e.Source, e.SourceText, e.Grade, e.Ref)
		cite.Amount, cite.Date, cite.Known = amount, e.Date.String(), e.Known.String()
		if e.Log >= 0 {
			cite.Log = strconv.FormatInt(e.Log, 10)
		}
		if e.Version > 1 {
			cite.ID += " v" + strconv.Itoa(e.Version)
		}
		return cite
	})
}

// value cites everything a value was made from.
func (c *citer) value(v *board.Value, unit plan.Unit) []int {
	if v == nil {
		return nil
	}
	out := make([]int, 0, len(v.Evidence))
	for _, e := range v.Evidence {
		out = append(out, c.evidence(e, unit))
	}
	return out
}

// observed cites an observation of a series.
func (c *citer) observed(o *plan.Observation, ind *plan.Indicator) int {
	return c.evidence(board.Evidence{
		Kind: "observation", ID: o.ID, Name: ind.Name, Amount: o.Value, Date: o.Period.End(), Known: o.Published,
		Source: o.Source, SourceText: o.SourceText, Grade: o.Grade, Ref: o.Ref, Log: o.Log, Version: o.Version,
	}, ind.Unit)
}

// target cites the row that sets a target.
func (c *citer) target(t *board.Target) int {
	return c.add("target "+t.ID, func() Citation {
		cite := c.from("target", t.ID, t.Name, t.Source, "", t.Grade, t.Ref)
		cite.Amount, cite.Date = c.f.Words.aim(t), t.Due.String()
		return cite
	})
}

// dated cites a promise or an event of a project.
func (c *citer) dated(project *board.ProjectStanding, m *plan.Milestone, d *area.Dated) int {
	key := fmt.Sprintf("milestone %s/%s %s %s", project.ID, m.ID, d.Date, d.Known)
	return c.add(key, func() Citation {
		name := area.Text{Zh: project.Name.Zh + " " + m.Name.Zh, En: project.Name.En + ", " + m.Name.En}
		ref := d.Ref
		if ref == (area.Ref{}) {
			ref = m.Ref
		}
		cite := c.from("milestone", project.ID+"/"+m.ID, name, d.Source, "", d.Grade, ref)
		cite.Date, cite.Known = d.Date.String(), d.Known.String()
		return cite
	})
}

func (c *citer) from(kind, id string, name area.Text, source, sourceText string, grade area.Grade, ref area.Ref) Citation {
	w := c.f.Words
	cite := Citation{Kind: w.T("report.kind." + kind), ID: id, Name: w.Text(name), Source: sourceText, Grade: grade}
	if s := c.f.Pack.Source(source); s != nil {
		cite.Source, cite.Publisher, cite.URL = w.Text(s.Title), s.Publisher, s.URL
		if cite.Known == "" {
			cite.Known = s.Published.String()
		}
	}
	if cite.Source == "" {
		cite.Source = w.T("report.source.none")
	}
	if ref != (area.Ref{}) {
		cite.Place = ref.File + ":" + strconv.Itoa(ref.Line)
	}
	return cite
}

// marks writes numbers as [1] [4–7].
func marks(list []int) string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	var out []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		switch {
		case j == i:
			out = append(out, fmt.Sprintf("[%d]", list[i]))
		case j == i+1:
			out = append(out, fmt.Sprintf("[%d]", list[i]), fmt.Sprintf("[%d]", list[j]))
		default:
			out = append(out, fmt.Sprintf("[%d–%d]", list[i], list[j]))
		}
		i = j + 1
	}
	return strings.Join(out, " ")
}
