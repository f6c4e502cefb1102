package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/geo"
	"conurb/kit/gtfs"
)

var portoAlegreFolder = filepath.Join("..", "shared", "data", "networks", "porto-alegre")

// rides measures public transport: all hexagons of Porto Alegre to all, 120 departure
// minutes of an afternoon, against a connection scan for every departure.
func rides(runs int) ([]row, error) {
	ctx := context.Background()
	r, err := newRiders(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "no Porto Alegre in ../shared/data/networks: public transport is left out")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := r.before(ctx, runs)
	if err != nil {
		return nil, err
	}
	more, best, err := r.ask(ctx, runs)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	if more, err = r.large(ctx, min(runs, 3), best); err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	more, err = feeds(runs)
	return append(rows, more...), err
}

// riders are a city's cells, streets and timetable.
type riders struct {
	engine    *reach.Engine
	cells     *reach.Joined
	table     *transit.Timetable
	transfers transit.Transfers
	transit   *reach.Transit
}

var afternoon = reach.Window{From: 14 * 3600, Until: 16 * 3600, Step: 60}

func newRiders(ctx context.Context) (*riders, error) {
	net, err := ground.Build(ctx, ground.Request{OSM: filepath.Join(portoAlegreFolder, "poa_osm.pbf"), Profiles: []string{"walk"}, Country: "BR"})
	if err != nil {
		return nil, err
	}
	cells, _, err := ground.ReadCells(filepath.Join(portoAlegreFolder, "poa_hexgrid.csv"), "", area.Population)
	if err != nil {
		return nil, err
	}
	var parts []gtfs.Part
	for _, name := range []string{"eptc", "trensurb"} {
		feed, err := readFeed(ctx, filepath.Join(portoAlegreFolder, "poa_"+name+".zip"))
		if err != nil {
			return nil, err
		}
		parts = append(parts, gtfs.Part{Name: name, Feed: feed})
	}
	feed, _, err := gtfs.Merge(parts...)
	if err != nil {
		return nil, err
	}
	g := reach.NewGround("porto-alegre", net, cells)
	r := &riders{transfers: transit.TransfersOf(feed)}
	r.table, _ = transit.OfFeed(feed, gtfs.NewDate(2019, time.May, 13))
	if r.engine, err = g.Engine("walk"); err != nil {
		return nil, err
	}
	r.cells, err = g.Joined("walk")
	return r, err
}

func readFeed(ctx context.Context, path string) (*gtfs.Feed, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	feed, _, err := gtfs.ReadZip(ctx, f, info.Size(), gtfs.Options{})
	return feed, err
}

func (r *riders) size() string {
	return fmt.Sprintf("%d cells, %d stop events", r.cells.Len(), r.table.Events())
}

// before measures what is made once.
func (r *riders) before(ctx context.Context, runs int) ([]row, error) {
	walks := row{what: "transit: walks to, between and from stops, 1 core", size: r.size()}
	program := row{what: "transit: program of the window"}
	for range runs {
		d, err := timed(1, func() (err error) {
			r.transit, err = r.engine.NewTransit(ctx, r.table, r.cells, reach.DefaultJourney(), r.transfers, reach.Work{Cores: 1})
			return err
		})
		if err != nil {
			return nil, err
		}
		walks.runs = append(walks.runs, d...)
		if d, err = timed(1, func() error {
			p, err := r.transit.Program(afternoon)
			if err == nil {
				program.size = fmt.Sprintf("%d operations", p.Operations())
			}
			return err
		}); err != nil {
			return nil, err
		}
		program.runs = append(program.runs, d...)
	}
	return []row{walks, program}, nil
}

var within = reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(60)}}

func (r *riders) counts(ctx context.Context, w reach.Work) error {
	return r.transit.Counts(ctx, afternoon, 50, within, w, func(int, reach.Sums) error { return nil })
}

// scanned are the origins that are timed one by one, spread over the city.
const scanned = 24

// ask measures all cells to all: how much is reached at the median, and the medians. It
// also tells the time of the counts on the best instructions and one core.
//
// The scan is scalar, on flat arrays and on one core; it begins at the first connection
// after the departure, ends 60 minutes later, the largest limit, and relaxes walks only
// from stops reached sooner than before. What does not depend on the origin is made
// beforehand.
func (r *riders) ask(ctx context.Context, runs int) (rows []row, best time.Duration, err error) {
	scan := row{what: "transit: connection scan per departure minute, an origin", size: "120 departures, 60 minutes each"}
	scans := r.transit.Scans(afternoon)
	n := r.cells.Len()
	d, err := timed(runs, func() error {
		for i := range scanned {
			scans.Counts(ctx, i*n/scanned, 50, within)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for _, all := range d {
		scan.runs = append(scan.runs, all/scanned)
	}
	rows = []row{scan}
	for i, instructions := range transit.Instructions() {
		counts := func(cores int) error { return r.counts(ctx, reach.Work{Cores: cores, Instructions: instructions}) }
		more, err := r.onCores("transit: all to all, counts at the median ("+instructions+")", runs, median(scan.runs)*time.Duration(n), counts)
		if err != nil {
			return nil, 0, err
		}
		more[0].wanted = map[string]string{"AVX-512": "150 x scan", "AVX2": "40 x scan", "plain": "10 x scan"}[instructions]
		rows = append(rows, more...)
		if i > 0 {
			continue
		}
		best = median(more[0].runs)
		medians := func(cores int) error {
			return r.transit.Percentiles(ctx, afternoon, []float64{50}, reach.Work{Cores: cores, Instructions: instructions}, func(int, [][]reach.Decis) error { return nil })
		}
		if more, err = r.onCores("transit: all to all, medians ("+instructions+")", runs, median(scan.runs)*time.Duration(n), medians); err != nil {
			return nil, 0, err
		}
		rows = append(rows, more...)
	}
	return rows, best, nil
}

// onCores measures on one core and on two, against base.
func (r *riders) onCores(what string, runs int, base time.Duration, f func(cores int) error) ([]row, error) {
	rows := []row{{what: what + ", 1 core", size: "120 departures"}, {what: what + ", 2 cores", size: "120 departures"}}
	for i := range rows {
		d, err := timed(runs, func() error { return f(i + 1) })
		if err != nil {
			return nil, err
		}
		rows[i].runs = d
	}
	one, two := median(rows[0].runs), median(rows[1].runs)
	rows[0].ratio = fmt.Sprintf("%.0f x scan, %.2f ms an origin", float64(base)/float64(one), one.Seconds()*1000/float64(r.cells.Len()))
	rows[1].ratio = fmt.Sprintf("%.2f x 1 core", float64(one)/float64(two))
	return rows, nil
}

// clicks measures what a click on the map costs: four isochrones of Porto.
func clicks(runs int) ([]row, error) {
	ctx := context.Background()
	path := filepath.Join(portoFolder, "porto_portugal.osm.pbf")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var rows []row
	for _, mode := range []string{"car", "walk"} {
		net, err := ground.Build(ctx, ground.Request{OSM: path, Profiles: []string{mode}, Country: "PT"})
		if err != nil {
			return nil, err
		}
		more, err := click(ctx, net, mode, runs)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func click(ctx context.Context, net *network.Network, mode string, runs int) ([]row, error) {
	e := reach.New(net.Mode(mode))
	limits := []reach.Decis{reach.Minutes(15), reach.Minutes(30), reach.Minutes(45), reach.Minutes(60)}
	draw := func() error {
		_, err := e.Isochrones(ctx, reach.Outbound, geo.Point{-8.6110, 41.1496}, limits, 0)
		return err
	}
	if err := draw(); err != nil { // the first lays the network out
		return nil, err
	}
	d, err := timed(runs, draw)
	if err != nil {
		return nil, err
	}
	from, to := geo.Point{-8.6110, 41.1496}, geo.Point{-8.5850, 41.1480}
	way, err := timed(runs, func() error { _, err := e.Route(from, to); return err })
	return []row{
		{what: "isochrones of 15, 30, 45, 60 minutes, " + mode, size: "Porto", runs: d, wanted: "< 300 ms a click"},
		{what: "route with its steps, " + mode, size: "Porto", runs: way},
	}, err
}
