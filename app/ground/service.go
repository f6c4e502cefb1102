package ground

import (
	"time"

	"conurb/area"
	"conurb/connect/line"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/gtfs"
	"conurb/plan/pack"
)

// Lines puts the region's own lines on its ground, as they run on a day. A ground
// without people on foot, or a region where nothing runs, stays as it is.
func Lines(g *reach.Ground, p *pack.Pack, day area.Date) (*reach.Ground, error) {
	if _, err := g.Engine("walk"); err != nil {
		return g, nil
	}
	table := Timetable(p, day)
	if table.Trips() == 0 {
		return g, nil
	}
	return g.Riding(&reach.Service{Day: day.String(), Basis: area.Basis{Modelled: true, Text: text("ground.basis.lines", nil)}, Table: table})
}

// Timetable is that of the region's own lines on a day: of the services that run then,
// on the sections that are open.
func Timetable(p *pack.Pack, day area.Date) *transit.Timetable {
	open := func(id string) bool {
		s := p.Section(id)
		return s != nil && s.OpenedBy(day, day)
	}
	table, _ := line.Timetable(&p.Network, p.Services, open, func(s *area.Service) bool { return s.Running(day, day) })
	return table
}

// today is the day it is in a region.
func (h Home) today(p *pack.Pack) (area.Date, error) {
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil {
		return 0, err
	}
	return area.DateOf(h.Now.In(zone)), nil
}

// Riding puts the service of a feed's day on a ground; source is the feed's file.
func Riding(g *reach.Ground, f *gtfs.Feed, day gtfs.Date, source string) (*reach.Ground, error) {
	table, _ := transit.OfFeed(f, day)
	return g.Riding(&reach.Service{Day: day.String(), Basis: area.Basis{Text: text("ground.basis.gtfs", nil), Source: source}, Table: table, Transfers: transit.TransfersOf(f)})
}

// ServiceError tells that no trip of a feed runs on a day.
type ServiceError struct{ Day, First, Last gtfs.Date }

func (e *ServiceError) Error() string { return "no trip runs on " + e.Day.String() }
