package ground

import (
	"context"
	"errors"

	"conurb/area"
	"conurb/area/people"
	"conurb/connect/network"
	"conurb/plan/pack"
)

// ErrNoStreets tells that a region has no street network of its own yet.
var ErrNoStreets = errors.New("the region has no street network yet")

// modelPeople spreads the census of a region over cells.
func modelPeople(p *pack.Pack) (*area.Cells, error) {
	cells, _, err := people.Distribute(&p.Area, &p.Network, p.Sketch.Anchors, people.DefaultRule())
	return cells, err
}

// modelNetwork makes the strategic network of a region.
func modelNetwork(context.Context, Home, *pack.Pack, *area.Cells, Tell) (*network.Network, error) {
	return nil, ErrNoStreets
}
