package measure

import (
	"slices"

	"conurb/area"
	"conurb/plan"
)

// State is the standing of a project's commitment.
type State string

// The states of a commitment on a day.
const (
	Kept    State = "kept"    // a fulfilling milestone has happened
	Late    State = "late"    // a promised day has passed without one
	Pending State = "pending" // not due yet, with something known of it
	Unknown State = "unknown" // nothing is known either way
)

// Commitment is where a project's promise stands on a pair of days.
type Commitment struct {
	State      State
	Due        area.Date   // first promised day of the fulfilling milestone, else the plan's horizon
	DueBasis   string      // milestone | horizon
	Expected   area.Date   // newest promised day, 0 if never promised
	Done       area.Date   // the day it was kept
	SlipMonths *float64    // done, or else the later of AsOf and the newest promise, minus Due; nil when nothing is promised or due
	LastHeard  area.Date   // newest statement of any kind
	Phase      string      // newest milestone kind that happened, "none" at first
	Proof      Evidence    // of the day it was kept
	Promise    *area.Dated // that Due comes from; nil when it is the horizon
}

// Judge says where a commitment stands. A project keeps its verb with a
// milestone of a fulfilling kind (plan.Verb.FulfilledBy), or, where the verb is
// to finish and the project builds sections, when the last of them has opened.
// Silence is not lateness: without any statement the state is Unknown.
func Judge(in Inputs, p *plan.Project, at Moment) Commitment {
	c := Commitment{Phase: "none", Due: in.Until, DueBasis: "horizon"}
	kinds := p.Verb.FulfilledBy()
	var phase area.Date
	for i := range p.Milestones {
		m := &p.Milestones[i]
		c.hear(m.Planned, m.Actual, at)
		if m.Actual != nil && m.Actual.Date <= at.AsOf && m.Actual.Known <= at.Believed {
			if m.Actual.Date >= phase {
				phase, c.Phase = m.Actual.Date, m.Kind
			}
			if slices.Contains(kinds, m.Kind) && (c.Done == 0 || m.Actual.Date < c.Done) {
				c.Done = m.Actual.Date
				c.Proof = milestoneEvidence(p, m)
			}
		}
	}
	c.fromMilestones(p, kinds, at)
	c.fromSections(in, p, at)
	c.settle(at)
	return c
}

func (c *Commitment) hear(planned []area.Dated, actual *area.Dated, at Moment) {
	if d := area.Latest(planned, at.Believed); d != nil {
		c.LastHeard = max(c.LastHeard, d.Known)
	}
	if actual != nil && actual.Known <= at.Believed && actual.Date <= at.AsOf {
		c.LastHeard = max(c.LastHeard, actual.Known)
	}
}

// fromMilestones takes the promises of the weakest deed that would keep the verb
// and that anything was promised for. An opening is no such deed for a verb that
// less would keep: works due to open in 2028 must begin long before.
func (c *Commitment) fromMilestones(p *plan.Project, kinds []string, at Moment) {
	for k, kind := range kinds {
		if k > 0 && kind == "open" {
			return
		}
		for i := range p.Milestones {
			if p.Milestones[i].Kind == kind {
				c.promise(p.Milestones[i].Planned, at)
			}
		}
		if c.DueBasis == "milestone" {
			return
		}
	}
}

func (c *Commitment) promise(planned []area.Dated, at Moment) {
	if first := area.Earliest(planned, at.Believed); first != nil {
		if c.DueBasis == "horizon" || first.Date > c.Due {
			c.Due, c.DueBasis, c.Promise = first.Date, "milestone", first
		}
		c.Expected = max(c.Expected, area.Latest(planned, at.Believed).Date)
	}
}

// fromSections judges a promise to finish by what the project builds, where it
// has no milestone of its own for that.
func (c *Commitment) fromSections(in Inputs, p *plan.Project, at Moment) {
	if p.Verb != plan.Finish || len(p.Sections) == 0 ||
		slices.ContainsFunc(p.Milestones, func(m plan.Milestone) bool { return m.Kind == "open" }) {
		return
	}
	open := 0
	var last Evidence
	for i := range in.Network.Lines {
		line := &in.Network.Lines[i]
		for j := range line.Sections {
			s := &line.Sections[j]
			if !slices.Contains(p.Sections, s.ID) {
				continue
			}
			c.hear(s.Planned, s.Opened, at)
			c.promise(s.Planned, at)
			if s.OpenedBy(at.AsOf, at.Believed) {
				open++
				if s.Opened.Date >= last.Date {
					last = sectionEvidence(line, s)
				}
			}
		}
	}
	if open == len(p.Sections) {
		c.Done, c.Proof, c.Phase = last.Date, last, "open"
	} else if open > 0 {
		c.Phase = "partial"
	}
}

func (c *Commitment) settle(at Moment) {
	end := c.Done
	switch {
	case c.Done != 0:
		c.State = Kept
	case c.LastHeard == 0:
		c.State = Unknown
		return
	case at.AsOf > c.Due:
		c.State = Late
		end = max(at.AsOf, c.Expected)
	default:
		c.State = Pending
		end = c.Expected
	}
	if end != 0 && c.DueBasis == "milestone" {
		slip := end.MonthsSince(c.Due)
		c.SlipMonths = &slip
	} else if c.State == Late {
		slip := end.MonthsSince(c.Due)
		c.SlipMonths = &slip
	}
}

func milestoneEvidence(p *plan.Project, m *plan.Milestone) Evidence {
	return Evidence{
		Kind: "milestone", ID: p.ID + "/" + m.ID, Amount: 1, Date: m.Actual.Date, Known: m.Actual.Known,
		Name:   area.Text{Zh: p.Name.Zh + " " + m.Name.Zh, En: p.Name.En + ", " + m.Name.En},
		Source: m.Actual.Source, Grade: m.Actual.Grade, Ref: m.Ref, Log: -1, Project: p.ID,
	}
}

func commitments(in Inputs, at Moment) []Evidence {
	var parts []Evidence
	for i := range in.Projects {
		if c := Judge(in, &in.Projects[i], at); c.State == Kept {
			e := c.Proof
			e.Amount, e.Project = 1, in.Projects[i].ID
			parts = append(parts, e)
		}
	}
	return parts
}

// Slips returns the slip in months of everything that was promised for a day
// and has happened: the record by which open promises are weighed.
func Slips(in Inputs, at Moment) []float64 {
	slips := []float64{}
	add := func(planned []area.Dated, actual *area.Dated) {
		if actual == nil || actual.Date > at.AsOf || actual.Known > at.Believed {
			return
		}
		// a promise made after the event is not a promise
		if first := area.Earliest(planned, min(at.Believed, actual.Date)); first != nil {
			slips = append(slips, actual.Date.MonthsSince(first.Date))
		}
	}
	for i := range in.Projects {
		p := &in.Projects[i]
		for _, m := range p.Milestones {
			if m.Kind != "open" || len(p.Sections) == 0 { // an opening counts once, by its section
				add(m.Planned, m.Actual)
			}
		}
	}
	for i := range in.Network.Lines {
		for _, s := range in.Network.Lines[i].Sections {
			add(s.Planned, s.Opened)
		}
	}
	return slips
}
