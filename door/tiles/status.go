package tiles

import (
	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

// Status is where a section stands on a pair of days.
type Status string

// The statuses of a section.
const (
	Open    Status = "open"    // it has opened
	Late    Status = "late"    // the first day promised for it has passed without that
	Planned Status = "planned" // a promised day is still to come
	Unknown Status = "unknown" // nobody has promised a day
)

// Statuses lists them in the order of the map's key.
var Statuses = []Status{Open, Planned, Late, Unknown}

// Standing is a section's status and the days behind it.
type Standing struct {
	Status   Status
	Opened   area.Date // 0 unless open
	Due      area.Date // first promise known, 0 without one
	Expected area.Date // newest promise known
}

// Standings answers for every section of a network.
type Standings struct {
	net      *area.Network
	projects map[string]*plan.Project
}

// NewStandings takes the projects too: where a section has no promise of its
// own, that of the project which builds it counts.
func NewStandings(net *area.Network, projects []plan.Project) *Standings {
	s := &Standings{net, make(map[string]*plan.Project, len(projects))}
	for i := range projects {
		s.projects[projects[i].ID] = &projects[i]
	}
	return s
}

// Of returns the standing of a section.
func (s *Standings) Of(sec *area.Section, at measure.Moment) Standing {
	if sec.OpenedBy(at.AsOf, at.Believed) {
		return Standing{Status: Open, Opened: sec.Opened.Date}
	}
	st := Standing{Status: Unknown}
	promises := s.promises(sec)
	first := area.Earliest(promises, at.Believed)
	if first == nil {
		return st
	}
	st.Due, st.Expected = first.Date, area.Latest(promises, at.Believed).Date
	st.Status = Planned
	if st.Due < at.AsOf {
		st.Status = Late
	}
	return st
}

func (s *Standings) promises(sec *area.Section) []area.Dated {
	if len(sec.Planned) > 0 {
		return sec.Planned
	}
	p := s.projects[sec.Project]
	if p == nil {
		return nil
	}
	for i := range p.Milestones {
		if p.Milestones[i].Kind == "open" && len(p.Milestones[i].Planned) > 0 {
			return p.Milestones[i].Planned
		}
	}
	return nil
}
