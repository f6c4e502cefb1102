package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/scenario"
	"conurb/connect/street"
)

// roads measures works on the streets of Porto Alegre by car: each closes, slows or
// speeds up a named street, against a metric, a sweep and counts of all cells made anew.
func roads(ctx context.Context) ([]row, error) {
	net, err := ground.Build(ctx, ground.Request{OSM: filepath.Join(portoAlegreFolder, "poa_osm.pbf"), Profiles: []string{"car"}, Country: "BR"})
	if err != nil {
		return nil, err
	}
	cells, _, err := ground.ReadCells(filepath.Join(portoAlegreFolder, "poa_hexgrid.csv"), "", area.Population)
	if err != nil {
		return nil, err
	}
	g := reach.NewGround("porto-alegre", net, cells)
	q := reach.Question{Limits: []reach.Decis{reach.Minutes(15), reach.Minutes(30)}, Columns: [][]float64{slices.Repeat([]float64{1}, cells.Len())}}
	one := reach.Work{Cores: 1}
	o, err := scenario.Ask(ctx, g, "car", q, one)
	if err != nil {
		return nil, err
	}
	full := row{what: "scenario: a road changed, all made anew, car, 1 core", size: fmt.Sprintf("%d cells; metric, sweep, all cells", cells.Len())}
	fast := row{what: "scenario: a road changed, car, 1 core", wanted: "10 x all made anew"}
	var share float64
	works := named(net.Mode("car").Graph, 20)
	for _, w := range works {
		list := []area.Work{w}
		var got, want []float64
		anew := 0
		d, err := timed(1, func() (err error) {
			anew, err = o.Recount(ctx, list, one, listed(&got))
			return err
		})
		if err != nil {
			return nil, err
		}
		fast.runs = append(fast.runs, d...)
		share += float64(anew) / float64(cells.Len()) / float64(len(works))
		if d, err = timed(1, func() error { return anewByCar(ctx, g, list, q, one, &want) }); err != nil {
			return nil, err
		}
		full.runs = append(full.runs, d...)
		if !slices.Equal(got, want) {
			return nil, fmt.Errorf("%s: the answer is not that of all made anew", w.ID)
		}
	}
	fast.size = fmt.Sprintf("%.0f %% of the cells asked again", 100*share)
	fast.ratio = fmt.Sprintf("%.1f x all made anew", float64(median(full.runs))/float64(median(fast.runs)))
	return []row{full, fast}, nil
}

// anewByCar customizes the edited streets from nothing and counts for all cells.
func anewByCar(ctx context.Context, g *reach.Ground, works []area.Work, q reach.Question, w reach.Work, out *[]float64) error {
	now, err := scenario.Streets(ctx, g, "car", works)
	if err != nil {
		return err
	}
	e, err := now.Engine("car")
	if err != nil {
		return err
	}
	m := *e.Mode
	if m.Metric, err = m.Hierarchy.Customize(ctx, m.Graph.Weights(nil), w.Cores); err != nil {
		return err
	}
	other := reach.NewGround(g.ID, &network.Network{Info: g.Net.Info, Modes: []*network.Mode{&m}}, g.Cells)
	if e, err = other.Engine("car"); err != nil {
		return err
	}
	cells, err := other.Joined("car")
	if err != nil {
		return err
	}
	return e.Count(ctx, reach.Outbound, cells, cells, q, w, listed(out))
}

// named are works on streets of many names, from the longest to short ones.
func named(g *street.Graph, n int) (works []area.Work) {
	metres := map[string]float64{}
	for e := range g.Edges() {
		if name := g.Names[g.EdgeName[e]]; name != "" {
			metres[name] += float64(g.EdgeMetres[e])
		}
	}
	var names []string
	for name, m := range metres {
		if m > 500 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if metres[a] != metres[b] {
			return int(metres[b]*10) - int(metres[a]*10)
		}
		return strings.Compare(a, b)
	})
	for i := range n {
		e := area.Edit{Where: area.Where{Name: names[i*len(names)/n]}}
		switch i % 3 {
		case 0:
			e.Kind, e.Factor = area.RoadSpeed, 0.5
		case 1:
			e.Kind = area.CloseRoad
		case 2:
			e.Kind, e.Factor = area.RoadSpeed, 1.5
		}
		works = append(works, area.Work{ID: e.Where.Name, Edits: []area.Edit{e}})
	}
	return works
}
