package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	ways "conurb/kit/cch"
)

// cch measures the travel times of a city: the car streets of Porto where the
// data lies beside the repository, otherwise an invented town of that size. Each
// sweep stands beside the Dijkstra of the same run.
func cch(runs int) ([]row, error) {
	c, err := porto(os.DirFS("../shared/data/networks/porto"))
	if err != nil {
		return nil, err
	}
	rows, err := c.prepare(runs)
	if err != nil {
		return nil, err
	}
	more, err := c.ask(runs)
	return append(rows, more...), err
}

// city is a street network with the nodes nearest to its cells.
type city struct {
	name   string
	graph  *ways.Graph
	at     []ways.Point // metres
	weight []ways.Weight
	cells  []ways.Node

	order     []ways.Node
	hierarchy *ways.Hierarchy
	metric    *ways.Metric
	sweep     *ways.Sweep
	changes   []ways.Change
}

func (c *city) size() string {
	return fmt.Sprintf("%s, %d nodes, %d arcs", c.name, c.graph.Nodes(), c.graph.Arcs())
}

// prepare measures what comes before a question, in the order it is needed.
func (c *city) prepare(runs int) ([]row, error) {
	ctx := context.Background()
	customize := func(cores int) func() error {
		return func() error { return c.metric.Recustomize(ctx, c.weight, cores) }
	}
	var rows []row
	for _, s := range []struct {
		what, wanted string
		f            func() error
	}{
		{"cch order, 1 core", "", func() (err error) {
			c.order, err = ways.Dissect(ctx, c.graph, c.at, ways.Dissection{Cores: 1})
			return err
		}},
		{"cch contract", "", func() (err error) {
			c.hierarchy, err = ways.NewHierarchy(c.graph, c.order)
			return err
		}},
		{"cch first customization, 1 core", "", func() (err error) {
			c.metric, err = c.hierarchy.Customize(ctx, c.weight, 1)
			return err
		}},
		{"cch customize, 1 core", "< 20 ms", customize(1)},
		{"cch customize, 2 cores", "", customize(2)},
		{"cch customize 100 changed arcs", "< 3 ms", func() error {
			_, err := c.metric.Update(c.changes)
			return err
		}},
		{"cch perfect, laid out for sweeps, 1 core", "", func() (err error) {
			if err := customize(1)(); err != nil {
				return err
			}
			c.sweep, err = ways.NewSweep(ctx, c.metric, ways.SweepOptions{Cores: 1})
			return err
		}},
	} {
		r := row{what: s.what, size: c.size(), wanted: s.wanted}
		for i := range runs {
			c.change(uint64(i))
			d, err := timed(1, s.f)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.what, err)
			}
			r.runs = append(r.runs, d...)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// change draws 100 arcs to be slowed down, others each time.
func (c *city) change(seed uint64) {
	random := rand.New(rand.NewPCG(3, seed))
	c.changes = c.changes[:0]
	for range 100 {
		a := ways.Arc(random.IntN(c.graph.Arcs()))
		c.changes = append(c.changes, ways.Change{Arc: a, Weight: c.weight[a] * ways.Weight(2+random.IntN(3))})
	}
}

// ask measures questions; a row is the time for one source.
func (c *city) ask(runs int) ([]row, error) {
	const some = 64
	d, err := ways.NewDijkstra(c.graph, c.weight)
	if err != nil {
		return nil, err
	}
	sources := make([]ways.Node, some)
	for i := range sources {
		sources[i] = c.cells[i*len(c.cells)/some]
	}
	base, err := each(runs, some, func() error {
		for _, v := range sources {
			d.Run(v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows := []row{{what: "Dijkstra, 4-ary heap, a source", size: c.size(), runs: base}}
	more, err := c.sweeps(runs, median(base))
	return append(rows, more...), err
}

// sweeps measures what replaces Dijkstra, against base.
func (c *city) sweeps(runs int, base time.Duration) (rows []row, err error) {
	cells, err := c.sweep.Select(ways.AtNodes(c.cells))
	if err != nil {
		return nil, err
	}
	out := make([]uint16, len(c.cells)*len(c.cells))
	many := ways.AtNodes(c.cells[:min(512, len(c.cells))])
	all, skip := c.sweep.All(), func(int, []uint16) error { return nil }
	for _, q := range []struct {
		what, size, wanted string
		count              int
		f                  func(w ways.Work) error
	}{
		{"PHAST, a source", "all nodes", "", many.Len(), func(w ways.Work) error {
			return ways.Matrix(context.Background(), all, many, w, skip)
		}},
		{"RPHAST, a source", fmt.Sprintf("%d cells", len(c.cells)), "350 x Dijkstra", len(c.cells), func(w ways.Work) error {
			return ways.Matrix(context.Background(), cells, ways.AtNodes(c.cells), w, skip)
		}},
		{"matrix of all cells, a source", fmt.Sprintf("%d x %d", len(c.cells), len(c.cells)), "", len(c.cells), func(w ways.Work) error {
			return ways.Fill(context.Background(), cells, ways.AtNodes(c.cells), w, out)
		}},
	} {
		more, err := onCores(q.what+" ("+ways.Instructions()+")", q.size, q.wanted, runs, q.count, base, q.f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.what, err)
		}
		rows = append(rows, more...)
	}
	last := &rows[len(rows)-1]
	last.ratio += fmt.Sprintf(", %.0f M pairs/s", float64(len(c.cells))/median(last.runs).Seconds()/1e6)
	return rows, nil
}

// onCores measures a question on one core and on two, by turns, against base.
func onCores(what, size, wanted string, runs, count int, base time.Duration, f func(ways.Work) error) ([]row, error) {
	rows := []row{{what: what + ", 1 core", size: size, wanted: wanted}, {what: what + ", 2 cores", size: size, wanted: "1.8 x 1 core"}}
	for range runs {
		for i := range rows {
			d, err := each(1, count, func() error { return f(ways.Work{Cores: i + 1}) })
			if err != nil {
				return nil, err
			}
			rows[i].runs = append(rows[i].runs, d...)
		}
	}
	one, two := median(rows[0].runs), median(rows[1].runs)
	rows[0].ratio = fmt.Sprintf("%.0f x Dijkstra", float64(base)/float64(one))
	rows[1].ratio = fmt.Sprintf("%.2f x 1 core", float64(one)/float64(two))
	return rows, nil
}

// each times f, which does count things, by thing.
func each(runs, count int, f func() error) ([]time.Duration, error) {
	all, err := timed(runs, f)
	for i := range all {
		all[i] /= time.Duration(count)
	}
	return all, err
}
