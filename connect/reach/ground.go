package reach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/street"
	"conurb/kit/lazy"
)

// Ground is a network with the people on it, ready to be asked. It may be shared by
// many goroutines.
type Ground struct {
	ID    string
	Net   *network.Network
	Cells *area.Cells // nil: streets without people

	Service *Service // nil: no public transport
	transit *lazy.Value[*Transit]

	engines map[string]*Engine
	joined  map[string]*lazy.Value[*Joined]
}

// ErrUnknownMode tells that a network was not built for a way of moving.
var ErrUnknownMode = errors.New("the network has no such mode")

// NewGround puts people on a network.
func NewGround(id string, n *network.Network, cells *area.Cells) *Ground {
	g := &Ground{ID: id, Net: n, Cells: cells, engines: map[string]*Engine{}, joined: map[string]*lazy.Value[*Joined]{}}
	for _, m := range n.Modes {
		g.engines[m.ID], g.joined[m.ID] = New(m), &lazy.Value[*Joined]{}
	}
	return g
}

// At is the ground with one mode only, at other travel times: those of a graph of the
// same streets (street.Graph.Congested). The hierarchy is kept, its metric made anew.
func (g *Ground) At(ctx context.Context, mode string, streets *street.Graph) (*Ground, error) {
	e, err := g.Engine(mode)
	if err != nil {
		return nil, err
	}
	m := *e.Mode
	m.Graph = streets
	if m.Metric, err = m.Hierarchy.Customize(ctx, streets.Weights(nil), 0); err != nil {
		return nil, err
	}
	return NewGround(g.ID, &network.Network{Info: g.Net.Info, Modes: []*network.Mode{&m}}, g.Cells), nil
}

// Modes lists the ways of moving, in the order of the network.
func (g *Ground) Modes() []string {
	var ids []string
	for _, m := range g.Net.Modes {
		ids = append(ids, m.ID)
	}
	return ids
}

// Engine is the engine of a mode at free flow.
func (g *Ground) Engine(mode string) (*Engine, error) {
	if e := g.engines[mode]; e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("mode %q, of %v: %w", mode, g.Modes(), ErrUnknownMode)
}

// Joined are the cells joined to the network of a mode, once and for all. It is nil
// where there are no cells.
func (g *Ground) Joined(mode string) (*Joined, error) {
	e, err := g.Engine(mode)
	if err != nil || g.Cells == nil {
		return nil, err
	}
	return g.joined[mode].Get(func() (*Joined, error) {
		j := e.Join(g.Cells.Point, 0)
		j.keeper = e
		return j, nil
	})
}

// Columns are the columns of the cells by name, all of them where none is named; an
// unknown name is the third result.
func (g *Ground) Columns(names ...string) (found []string, values [][]float64, unknown string) {
	if g.Cells == nil {
		return nil, nil, ""
	}
	for _, c := range g.Cells.Columns {
		if len(names) == 0 || slices.Contains(names, c.Name) {
			found, values = append(found, c.Name), append(values, c.Values)
		}
	}
	for _, n := range names {
		if g.Cells.Column(n) == nil {
			return nil, nil, n
		}
	}
	return found, values, ""
}

// Modelled tells whether streets or people are a model and not a survey.
func (g *Ground) Modelled() bool {
	return g.Net.Info.Basis.Modelled || g.Cells != nil && g.Cells.Basis.Modelled
}
