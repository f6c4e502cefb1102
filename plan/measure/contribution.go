package measure

import (
	"slices"
	"strings"

	"conurb/area"
	"conurb/plan"
)

// Contribution is what a project added to an indicator between two days.
type Contribution struct {
	Project string     `json:"project"` // Project.ID
	Name    area.Text  `json:"name"`
	Amount  float64    `json:"amount"`            // added in the period, in the indicator's unit
	Pending float64    `json:"pending"`           // what its unopened sections would add
	Unsized int        `json:"unsized,omitempty"` // unopened sections whose length is not known: Pending leaves them out
	Parts   []Evidence `json:"parts"`
}

// Contributions divides the change of an additive indicator among the projects.
// Change equals the sum of the amounts plus Residual, exactly; the residual is
// what opened without belonging to any project of the plan.
type Contributions struct {
	Rule          string         `json:"rule"`
	From          area.Date      `json:"from"` // counted is what opened after this day
	To            area.Date      `json:"to"`   // and not after this one
	Start         float64        `json:"start"`
	End           float64        `json:"end"`
	Change        float64        `json:"change"`
	Projects      []Contribution `json:"projects"`
	Residual      float64        `json:"residual"`
	ResidualParts []Evidence     `json:"residualParts"`
}

// Divide computes the contributions from a day (exclusive) to at.AsOf.
func Divide(in Inputs, rule *plan.Rule, from area.Date, at Moment) (Contributions, error) {
	end, err := Run(in, rule, at)
	if err != nil {
		return Contributions{}, err
	}
	out := Contributions{Rule: rule.ID, From: from, To: at.AsOf, ResidualParts: []Evidence{}}
	byProject := map[string]*Contribution{}
	var start, change, residual micro
	for _, e := range end.Evidence {
		amount := toMicro(e.Amount)
		if e.Date <= from {
			start += amount
			continue
		}
		change += amount
		if e.Project == "" {
			residual += amount
			out.ResidualParts = append(out.ResidualParts, e)
			continue
		}
		c := contribution(byProject, in, e.Project)
		c.Amount = (toMicro(c.Amount) + amount).float()
		c.Parts = append(c.Parts, e)
	}
	addPending(byProject, in, rule, at)
	out.Start, out.Change, out.Residual = start.float(), change.float(), residual.float()
	out.End = (start + change).float()
	out.Projects = make([]Contribution, 0, len(byProject))
	for _, c := range byProject {
		out.Projects = append(out.Projects, *c)
	}
	slices.SortFunc(out.Projects, func(a, b Contribution) int {
		if d := toMicro(b.Amount+b.Pending) - toMicro(a.Amount+a.Pending); d != 0 {
			return int(min(max(d, -1), 1))
		}
		return strings.Compare(a.Project, b.Project)
	})
	return out, nil
}

func contribution(all map[string]*Contribution, in Inputs, id string) *Contribution {
	if c, ok := all[id]; ok {
		return c
	}
	c := &Contribution{Project: id, Parts: []Evidence{}}
	if i := slices.IndexFunc(in.Projects, func(p plan.Project) bool { return p.ID == id }); i >= 0 {
		c.Name = in.Projects[i].Name
	}
	all[id] = c
	return c
}

// addPending adds what the unopened sections of each project would bring.
func addPending(all map[string]*Contribution, in Inputs, rule *plan.Rule, at Moment) {
	if rule.Measure != "network-length" {
		return
	}
	for _, p := range Unopened(in, rule, at) {
		if p.Section.Project != "" {
			c := contribution(all, in, p.Section.Project)
			c.Pending = (toMicro(c.Pending) + toMicro(p.Km)).float()
			if p.Km == 0 {
				c.Unsized++
			}
		}
	}
}

// UnopenedSection is a section that a rule would count once it opens.
type UnopenedSection struct {
	Line     *area.Line
	Section  *area.Section
	Km       float64
	Expected area.Date // newest promised day, 0 if never promised
}

// Unopened lists what a network-length rule would count but that is not open.
func Unopened(in Inputs, rule *plan.Rule, at Moment) []UnopenedSection {
	var out []UnopenedSection
	for i := range in.Network.Lines {
		line := &in.Network.Lines[i]
		for j := range line.Sections {
			s := &line.Sections[j]
			if !Counts(rule, line, s) || s.OpenedBy(at.AsOf, at.Believed) {
				continue
			}
			u := UnopenedSection{Line: line, Section: s}
			if l, ok := s.LengthBy(rule.Definitions); ok {
				u.Km = l.Km
			}
			if d := s.PlannedOn(at.Believed); d != nil {
				u.Expected = d.Date
			}
			out = append(out, u)
		}
	}
	return out
}
