package network

import (
	"context"
	"fmt"
	"math"

	"conurb/area"
	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// Network is a street network for some ways of moving. It is never changed.
type Network struct {
	Info  Info
	Modes []*Mode
}

// Info is what a network says of itself.
type Info struct {
	Name    area.Text  `json:"name"`
	Basis   area.Basis `json:"basis"`
	Country string     `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty: no legal speeds beyond tagged ones
	Built   string     `json:"built"`             // RFC 3339
	Program string     `json:"program"`           // version that built it
	Bounds  [4]float64 `json:"bounds"`            // west, south, east, north, of all modes
}

// Mode is a network for one profile.
type Mode struct {
	ID        string // the profile's
	Rules     string // the profile's own text
	Graph     *street.Graph
	Hierarchy *cch.Hierarchy
	Metric    *cch.Metric // free flow, in deciseconds
	Report    street.Report
}

// Rules is a profile with the text it was read from.
type Rules struct {
	*street.Profile
	Text string
}

// Plan says what to build. Progress may be nil.
type Plan struct {
	Name      area.Text
	Basis     area.Basis
	Country   string
	Limits    *street.Limits
	Elevation street.Elevation // nil: streets are level
	Built     string
	Program   string
	Progress  func(mode string, step Step)
}

// Step is a stage of building.
type Step string

// The stages, in order.
const (
	Streets   Step = "streets"   // the graph, from the source
	Order     Step = "order"     // nested dissection
	Contract  Step = "contract"  // the hierarchy
	Customize Step = "customize" // its travel times
)

// Build makes the network of every profile from one source.
func Build(ctx context.Context, src street.Source, rules []Rules, p Plan) (*Network, error) {
	net := &Network{Info: Info{Name: p.Name, Basis: p.Basis, Country: p.Country, Built: p.Built, Program: p.Program}}
	for _, r := range rules {
		if net.Mode(r.ID) != nil {
			return nil, fmt.Errorf("profile %s is given twice", r.ID)
		}
		m, err := build(ctx, src, r, &p)
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", r.ID, err)
		}
		net.Modes = append(net.Modes, m)
	}
	net.Info.Bounds = net.bounds()
	return net, nil
}

func build(ctx context.Context, src street.Source, r Rules, p *Plan) (*Mode, error) {
	step := func(s Step) {
		if p.Progress != nil {
			p.Progress(r.ID, s)
		}
	}
	step(Streets)
	g, rep, err := street.Build(ctx, src, street.Options{Profile: r.Profile, Limits: p.Limits, Country: p.Country, Elevation: p.Elevation})
	if err != nil {
		return nil, err
	}
	m := &Mode{ID: r.ID, Rules: r.Text, Graph: g, Report: *rep}
	graph, err := g.Network()
	if err != nil {
		return nil, err
	}
	step(Order)
	order, err := cch.Dissect(ctx, graph, Points(g), cch.Dissection{})
	if err != nil {
		return nil, err
	}
	step(Contract)
	if m.Hierarchy, err = cch.NewHierarchy(graph, order); err != nil {
		return nil, err
	}
	step(Customize)
	m.Metric, err = m.Hierarchy.Customize(ctx, g.Weights(nil), 0)
	return m, err
}

// Points are the nodes of a graph on a plane, in metres, as Dissect wants them.
func Points(g *street.Graph) []cch.Point {
	middle := 0.0
	for _, p := range g.NodePlace {
		middle += p.Point()[1] / float64(len(g.NodePlace))
	}
	scale := geo.EarthRadius * math.Pi / 180
	squeeze := scale * math.Cos(middle*math.Pi/180)
	out := make([]cch.Point, len(g.NodePlace))
	for i, p := range g.NodePlace {
		at := p.Point()
		out[i] = cch.Point{X: at[0] * squeeze, Y: at[1] * scale}
	}
	return out
}

// Mode returns a mode by its profile's id; nil if there is none.
func (n *Network) Mode(id string) *Mode {
	for _, m := range n.Modes {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func (n *Network) bounds() [4]float64 {
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, m := range n.Modes {
		for _, place := range m.Graph.NodePlace {
			p := place.Point()
			b = [4]float64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
		}
	}
	return b
}

// Bytes is the memory a mode takes.
func (m *Mode) Bytes() int64 {
	total := m.Hierarchy.Bytes() + m.Metric.Bytes()
	graphArrays(m.Graph, func(_ string, bytes int) { total += int64(bytes) })
	return total
}
