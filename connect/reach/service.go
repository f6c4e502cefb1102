package reach

import (
	"context"

	"conurb/area"
	"conurb/connect/transit"
	"conurb/kit/lazy"
)

// Service is what runs on a ground by public transport on one day.
type Service struct {
	Day       string // 2006-01-02
	Basis     area.Basis
	Table     *transit.Timetable
	Transfers transit.Transfers // nil where the feed says nothing of changes
}

// Riding is the same ground with a service on it, for people who walk to the stops. Its
// walks are found at the first question.
func (g *Ground) Riding(s *Service) (*Ground, error) {
	if _, err := g.Engine("walk"); err != nil {
		return nil, err
	}
	out := *g
	out.Service, out.transit = s, &lazy.Value[*Transit]{}
	return &out, nil
}

// RidesModelled tells whether what answers by public transport is a model: the ground, or the
// service on it.
func (g *Ground) RidesModelled() bool {
	return g.Modelled() || g.Service != nil && g.Service.Basis.Modelled
}

// Transit answers by public transport, with the journeys of DefaultJourney; nil where
// the ground has no service.
func (g *Ground) Transit(ctx context.Context) (*Transit, error) {
	if g.Service == nil {
		return nil, nil
	}
	return g.transit.Get(func() (*Transit, error) {
		e, err := g.Engine("walk")
		if err != nil {
			return nil, err
		}
		cells, err := g.Joined("walk")
		if err != nil {
			return nil, err
		}
		if cells == nil {
			cells = e.Join(nil, 0)
		}
		return e.NewTransit(ctx, g.Service.Table, cells, DefaultJourney(), g.Service.Transfers, Work{})
	})
}
