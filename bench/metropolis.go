package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/bench/tiled"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/connect/transit"
)

// tiles of Porto Alegre make more than 10,000 cells and 600,000 arrivals.
const metropolisTiles = 9

// metropolis is the city of riders repeated side by side, streets, cells, stops and
// timetable, with roads and lines between neighbours.
func (r *riders) metropolis(ctx context.Context) (*riders, error) {
	rules, err := ground.Profiles([]string{"walk"})
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	src, err := tiled.Read(ctx, filepath.Join(portoAlegreFolder, "poa_osm.pbf"), rules[0].Profile)
	if err != nil {
		return nil, err
	}
	one, _, err := street.Build(ctx, src, street.Options{Profile: rules[0].Profile, Limits: limits, Country: "BR"})
	if err != nil {
		return nil, err
	}
	src.Repeat(metropolisTiles, one)
	net, err := network.Build(ctx, src, rules, network.Plan{Name: area.Text{Zh: "大都市", En: "metropolis"}, Country: "BR", Limits: limits})
	if err != nil {
		return nil, err
	}
	m := &riders{engine: reach.New(net.Mode("walk")), table: src.Timetable(r.table), transfers: transit.Transfers{}}
	for pair, t := range r.transfers {
		for tile := range metropolisTiles {
			by := transit.Stop(tile * r.table.Stops())
			m.transfers[[2]transit.Stop{pair[0] + by, pair[1] + by}] = t
		}
	}
	m.cells = m.engine.Join(src.Points(r.cells.Points), 0)
	return m, nil
}

// large measures a metropolis: all cells to all by programs of districts, against the
// cost of a cell in the city itself.
func (r *riders) large(ctx context.Context, runs int, city time.Duration) ([]row, error) {
	m, err := r.metropolis(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := m.before(ctx, 1)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].what = "metropolis: " + rows[i].what
	}
	instructions := transit.Instructions()[0]
	cell := city.Seconds() / float64(r.cells.Len())
	for _, cores := range []int{1, 2} {
		d, err := timed(runs, func() error { return m.counts(ctx, reach.Work{Cores: cores, Instructions: instructions}) })
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{what: fmt.Sprintf("metropolis: all to all, counts at the median, districts (%s), %s", instructions, coresOf(cores)), size: m.size(), runs: d})
	}
	one, two := &rows[len(rows)-2], &rows[len(rows)-1]
	each := median(one.runs).Seconds() / float64(m.cells.Len())
	one.ratio, one.wanted = fmt.Sprintf("%.2f x a cell of the city, %.2f ms an origin", each/cell, each*1000), "< 2.5 x a cell of the city"
	two.ratio = fmt.Sprintf("%.2f x 1 core", float64(median(one.runs))/float64(median(two.runs)))
	return rows, nil
}

func coresOf(n int) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", n)
}
