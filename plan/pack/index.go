package pack

import (
	"conurb/area"
	"conurb/plan"
)

// index finds the parts of a pack by id.
type index struct {
	sources    map[string]*area.Source
	cities     map[string]*area.City
	districts  map[string]*area.District
	scopes     map[string]*area.Scope
	stations   map[string]*area.Station
	lines      map[string]*area.Line
	sections   map[string]*area.Section
	items      map[string]*plan.Item
	hedges     map[string]*plan.HedgeRule
	indicators map[string]*plan.Indicator
	targets    map[string]*plan.Target
	projects   map[string]*plan.Project
}

func newIndex(p *Pack) index {
	x := index{
		sources:    by(p.Sources, func(v *area.Source) string { return v.ID }),
		cities:     by(p.Area.Cities, func(v *area.City) string { return v.ID }),
		districts:  by(p.Area.Districts, func(v *area.District) string { return v.Code }),
		scopes:     by(p.Area.Scopes, func(v *area.Scope) string { return v.ID }),
		stations:   by(p.Network.Stations, func(v *area.Station) string { return v.ID }),
		lines:      by(p.Network.Lines, func(v *area.Line) string { return v.ID }),
		sections:   map[string]*area.Section{},
		items:      map[string]*plan.Item{},
		hedges:     by(p.Plan.Hedges, func(v *plan.HedgeRule) string { return v.ID }),
		indicators: by(p.Plan.Indicators, func(v *plan.Indicator) string { return v.ID }),
		targets:    by(p.Plan.Targets, func(v *plan.Target) string { return v.ID }),
		projects:   by(p.Plan.Projects, func(v *plan.Project) string { return v.ID }),
	}
	for i := range p.Network.Lines {
		for j := range p.Network.Lines[i].Sections {
			s := &p.Network.Lines[i].Sections[j]
			x.sections[s.ID] = s
		}
	}
	for _, list := range [][]plan.Item{p.Plan.Goals, p.Plan.Fields, p.Plan.Aspects, p.Plan.Tasks} {
		for i := range list {
			x.items[list[i].ID] = &list[i]
		}
	}
	return x
}

func by[T any](list []T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(list))
	for i := range list {
		m[id(&list[i])] = &list[i]
	}
	return m
}

// Source returns the source with an id, or nil. So do the others below. What they
// return is part of the pack and not to be changed.
func (p *Pack) Source(id string) *area.Source { return p.index.sources[id] }

// City returns the city with an id, or nil.
func (p *Pack) City(id string) *area.City { return p.index.cities[id] }

// District returns the district or zone with a code, or nil.
func (p *Pack) District(code string) *area.District { return p.index.districts[code] }

// Scope returns the scope with an id, or nil.
func (p *Pack) Scope(id string) *area.Scope { return p.index.scopes[id] }

// Station returns the station with an id, or nil.
func (p *Pack) Station(id string) *area.Station { return p.index.stations[id] }

// Line returns the rail line or road with an id, or nil.
func (p *Pack) Line(id string) *area.Line { return p.index.lines[id] }

// Section returns the section with an id, or nil; its Line names the line.
func (p *Pack) Section(id string) *area.Section { return p.index.sections[id] }

// Item returns the goal, field, aspect or task with an id, or nil.
func (p *Pack) Item(id string) *plan.Item { return p.index.items[id] }

// Hedge returns the hedge word with an id, or nil.
func (p *Pack) Hedge(id string) *plan.HedgeRule { return p.index.hedges[id] }

// Indicator returns the indicator with an id, or nil.
func (p *Pack) Indicator(id string) *plan.Indicator { return p.index.indicators[id] }

// Target returns the target with an id, or nil.
func (p *Pack) Target(id string) *plan.Target { return p.index.targets[id] }

// Project returns the project with an id, or nil.
func (p *Pack) Project(id string) *plan.Project { return p.index.projects[id] }
