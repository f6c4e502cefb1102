package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/bench/tiled"
	"conurb/connect/network"
	"conurb/connect/street"
	"conurb/kit/cch"
)

// result is what one size gave.
type result struct {
	Tiles, Nodes, Arcs, Edges, Cells int
	FileBytes                        int64
	Checked                          int // answers equal to Dijkstra's
	Stages                           []stage
}

// many sources are enough to time a sweep, few to check answers, some routes to time
// one.
const (
	many = 256
	few  = 3
	some = 200
)

// one takes a size through all stages.
type one struct {
	clock
	ctx   context.Context
	mode  network.Mode
	net   *cch.Graph
	sweep *cch.Sweep
	leave cch.Places // of the cells
	reach cch.Places
	cells *cch.Selection
	asked cch.Places // sources
	rows  [few][]cch.Weight
	r     result
}

func measure(ctx context.Context, tiles int, profile string) (*result, error) {
	o := &one{ctx: ctx, r: result{Tiles: tiles}}
	p, err := street.Builtin(profile)
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	options := street.Options{Profile: p, Limits: limits, Country: "PT"}
	src, err := tiled.Read(ctx, filepath.Join(portoFolder, "porto_portugal.osm.pbf"), p)
	if err != nil {
		return nil, err
	}
	tile, _, err := street.Build(ctx, src, options)
	if err != nil {
		return nil, err
	}
	src.Repeat(tiles, tile)
	err = o.run("build graph", func() error {
		g, rep, err := street.Build(ctx, src, options)
		if err != nil {
			return err
		}
		if g.Nodes() < tiles*tile.Nodes()*99/100 {
			return fmt.Errorf("%d tiles of %d nodes gave %d: they are not joined", tiles, tile.Nodes(), g.Nodes())
		}
		o.mode = network.Mode{ID: profile, Graph: g, Report: *rep}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{o.prepare, func() error { return o.join(src) }, o.ask, o.check, o.file} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	o.r.Stages = o.stages
	return &o.r, nil
}

// prepare goes from the graph to what answers.
func (o *one) prepare() (err error) {
	m := &o.mode
	if o.net, err = m.Graph.Network(); err != nil {
		return err
	}
	o.r.Nodes, o.r.Arcs = o.net.Nodes(), o.net.Arcs()
	var order []cch.Node
	for _, s := range []struct {
		name string
		f    func() error
	}{
		{"dissect", func() (err error) {
			order, err = cch.Dissect(o.ctx, o.net, network.Points(m.Graph), cch.Dissection{})
			return err
		}},
		{"contract", func() (err error) { m.Hierarchy, err = cch.NewHierarchy(o.net, order); return err }},
		{"customize", func() (err error) {
			m.Metric, err = m.Hierarchy.Customize(o.ctx, m.Graph.Weights(nil), 0)
			return err
		}},
		{"customize 100 arcs", o.update},
		{"lay out sweeps", func() (err error) {
			o.sweep, err = cch.NewSweep(o.ctx, m.Metric, cch.SweepOptions{})
			return err
		}},
	} {
		if err := o.run(s.name, s.f); err != nil {
			return err
		}
	}
	o.r.Edges = m.Hierarchy.Edges()
	return nil
}

// update slows 100 arcs down; they stay so.
func (o *one) update() error {
	random := rand.New(rand.NewPCG(3, 4))
	var changes []cch.Change
	for range 100 {
		a := cch.Arc(random.IntN(o.net.Arcs()))
		changes = append(changes, cch.Change{Arc: a, Weight: 2 * o.mode.Metric.Weight(a)})
	}
	_, err := o.mode.Metric.Update(changes)
	return err
}

// join joins the cells of every tile to its streets.
func (o *one) join(src *tiled.Map) error {
	cells, _, err := ground.ReadCells(filepath.Join(portoFolder, "porto_cells500.csv"), "")
	if err != nil {
		return err
	}
	err = o.run("join cells", func() error {
		g := o.mode.Graph
		snapper := g.Snapper()
		for tile := range src.Tiles {
			by := src.Shift(tile).Point()
			for _, p := range cells.Point {
				if spot, ok := snapper.Nearest(p[0]+by[0], p[1]+by[1], 0); ok {
					o.leave.Add(seeds(g.Leave(spot))...)
					o.reach.Add(seeds(g.Reach(spot))...)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	o.r.Cells = o.leave.Len()
	if err := o.run("select cells", func() (err error) { o.cells, err = o.sweep.Select(o.reach); return err }); err != nil {
		return err
	}
	for i := range many {
		o.asked.Add(o.leave.At(o.leave.Len()/2 + i)...)
	}
	return nil
}

func seeds(legs []street.Leg) (out []cch.Seed) {
	for _, l := range legs {
		out = append(out, cch.Seed{Node: cch.Node(l.Node), Cost: cch.Weight((l.Time + 50) / 100)})
	}
	return out
}

// ask asks for all cells from many, and for routes across the map.
func (o *one) ask() error {
	err := o.run("RPHAST, 32 bits, a source", func() error {
		return cch.Matrix(o.ctx, o.cells, o.asked, cch.Work{}, func(i int, row []cch.Weight) error {
			if k := i * few / many; i == k*many/few {
				o.rows[k] = append([]cch.Weight(nil), row...)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	o.stages[len(o.stages)-1].Seconds /= many
	err = o.run("RPHAST, 16 bits, a source", func() error {
		return cch.Matrix(o.ctx, o.cells, o.asked, cch.Work{}, func(i int, row []uint16) error {
			if k := i * few / many; i == k*many/few {
				return o.same16(k, row)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	o.stages[len(o.stages)-1].Seconds /= many
	router := cch.NewRouter(o.mode.Metric)
	random := rand.New(rand.NewPCG(5, 6))
	var path []cch.Arc
	err = o.run("a route", func() error {
		for range some {
			from, to := o.leave.At(random.IntN(o.leave.Len())), o.reach.At(random.IntN(o.reach.Len()))
			if _, err := router.Between(from, to); err != nil {
				return err
			}
			var err error
			if path, err = router.Path(path[:0]); err != nil {
				return err
			}
		}
		return nil
	})
	o.stages[len(o.stages)-1].Seconds /= some
	return err
}

// same16 holds a row in 16 bits against the one in 32.
func (o *one) same16(k int, row []uint16) error {
	for t, got := range row {
		if want := min(o.rows[k][t], cch.Infinity16); cch.Weight(got) != want {
			return fmt.Errorf("source %d, cell %d: %d in 16 bits, %d in 32", k, t, got, want)
		}
	}
	return nil
}

// check holds rows and routes against Dijkstra.
func (o *one) check() error {
	weight := make([]cch.Weight, o.net.Arcs())
	for a := range weight {
		weight[a] = o.mode.Metric.Weight(cch.Arc(a))
	}
	d, err := cch.NewDijkstra(o.net, weight)
	if err != nil {
		return err
	}
	router := cch.NewRouter(o.mode.Metric)
	var spent time.Duration
	for k, row := range o.rows {
		from := o.asked.At(k * many / few)
		start := time.Now()
		d.Within(from, cch.Infinity)
		spent += time.Since(start)
		for t, got := range row {
			want := cch.Infinity
			for _, s := range o.reach.At(t) {
				want = min(want, d.Distance(s.Node)+s.Cost)
			}
			if got != want {
				return fmt.Errorf("source %d, cell %d: RPHAST gives %d, Dijkstra %d", k, t, got, want)
			}
			o.r.Checked++
			if t%1000 != 0 {
				continue
			}
			if got, err := router.Between(from, o.reach.At(t)); err != nil || got != want {
				return fmt.Errorf("source %d, cell %d: the route costs %d (%v), Dijkstra %d", k, t, got, err, want)
			}
			o.r.Checked++
		}
	}
	high, err := peak()
	o.stages = append(o.stages, stage{"Dijkstra, a source", spent.Seconds() / few, high})
	return err
}

// file writes the network as the product does, and opens it.
func (o *one) file() error {
	n := &network.Network{Info: network.Info{Name: area.Text{Zh: "规模检验", En: "scale check"}}, Modes: []*network.Mode{&o.mode}}
	dir, err := os.MkdirTemp("", "conurb-scale")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "tiled.cnet")
	err = o.run("write file", func() error {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		if o.r.FileBytes, err = n.WriteTo(f); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	})
	if err != nil {
		return err
	}
	*o = one{clock: o.clock, r: o.r} // the file has all
	n = nil
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	room := bytes.NewBuffer(make([]byte, 0, o.r.FileBytes+bytes.MinRead))
	if _, err := io.Copy(room, f); err != nil {
		return err
	}
	return o.run("open file in memory", func() error {
		_, err := network.Open(room.Bytes())
		return err
	})
}
