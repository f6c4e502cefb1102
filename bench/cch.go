package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	ways "conurb/kit/cch"
)

// cch measures the travel times of a city: Porto by car where the data lies beside
// the repository, otherwise an invented town of that size. Each sweep stands beside
// the Dijkstra of the same run, and that beside one in C++.
func cch(runs int) ([]row, error) {
	c, err := porto(context.Background())
	if err != nil {
		return nil, err
	}
	rows, err := machine(runs)
	if err != nil {
		return nil, err
	}
	more, err := c.prepare(runs)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	more, base, err := c.searches(runs)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	for _, sweeps := range []func(int, time.Duration) ([]row, error){c.narrow, c.wide} {
		more, err := sweeps(runs, base)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// city is a street network with the cells of its people.
type city struct {
	name         string
	graph        *ways.Graph
	at           []ways.Point // metres
	weight       []ways.Weight
	leave, reach ways.Places // cells, as trips begin and end there

	order     []ways.Node
	hierarchy *ways.Hierarchy
	metric    *ways.Metric
	sweep     *ways.Sweep
	changes   []ways.Change
}

func (c *city) size() string {
	return fmt.Sprintf("%s, %d nodes, %d arcs", c.name, c.graph.Nodes(), c.graph.Arcs())
}

// prepare measures what comes before a question, in the order it is needed. The
// claims are twice what C++ took on two cores of the kind meant: 1.5 s, 10 ms, 1.5 ms.
func (c *city) prepare(runs int) ([]row, error) {
	ctx := context.Background()
	customize := func(cores int) func() error {
		return func() error { return c.metric.Recustomize(ctx, c.weight, cores) }
	}
	order := func(cores int) func() error {
		return func() (err error) {
			c.order, err = ways.Dissect(ctx, c.graph, c.at, ways.Dissection{Cores: cores})
			return err
		}
	}
	var rows []row
	for _, s := range []struct {
		what, wanted string
		f            func() error
	}{
		{"cch order, 1 core", "< 3 s", order(1)},
		{"cch order, 2 cores", "", order(2)},
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
		{"cch customized perfectly and laid out for sweeps, 1 core", "", func() (err error) {
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

// narrow measures sweeps in 16 bits on all instructions; wide, those in 32 bits.
// A row is the time for one source.
func (c *city) narrow(runs int, base time.Duration) ([]row, error) {
	return sweeps[uint16](c, "16 bits", runs, base)
}

func (c *city) wide(runs int, base time.Duration) ([]row, error) {
	return sweeps[ways.Weight](c, "32 bits", runs, base)
}

// sweeps measures what replaces Dijkstra, against base.
func sweeps[T ways.Lane](c *city, bits string, runs int, base time.Duration) (rows []row, err error) {
	cells, err := c.sweep.Select(c.reach)
	if err != nil {
		return nil, err
	}
	n := c.leave.Len()
	out := make([]T, n*cells.Targets())
	ctx, all, skip := context.Background(), c.sweep.All(), func(int, []T) error { return nil }
	for _, q := range []struct {
		what, size, wanted string
		count              int
		f                  func(w ways.Work) error
	}{
		{"PHAST", fmt.Sprintf("%d cells to all nodes", n), "", n, func(w ways.Work) error { return ways.Matrix(ctx, all, c.leave, w, skip) }},
		{"RPHAST", fmt.Sprintf("%d cells to cells", n), "350 x Dijkstra", n, func(w ways.Work) error { return ways.Matrix(ctx, cells, c.leave, w, skip) }},
		{"matrix of cells", fmt.Sprintf("%d x %d", n, n), "", n, func(w ways.Work) error { return ways.Fill(ctx, cells, c.leave, w, out) }},
	} {
		for i, instructions := range ways.Instructions() {
			wanted := [2]string{q.wanted, "1.8 x 1 core"}
			if i > 0 { // the claim is for the best the machine has
				wanted = [2]string{}
			}
			f := func(cores int) error { return q.f(ways.Work{Cores: cores, Instructions: instructions}) }
			more, err := onCores(fmt.Sprintf("%s (%s, %s), a source", q.what, bits, instructions), q.size, wanted, runs, q.count, base, f)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", q.what, err)
			}
			if q.what == "matrix of cells" {
				for i := range more {
					more[i].ratio += fmt.Sprintf(", %.0f M pairs/s", float64(n)/median(more[i].runs).Seconds()/1e6)
				}
			}
			rows = append(rows, more...)
		}
	}
	return rows, nil
}

// onCores measures a question on one core and on two, by turns, against base.
func onCores(what, size string, wanted [2]string, runs, count int, base time.Duration, f func(cores int) error) ([]row, error) {
	rows := []row{{what: what + ", 1 core", size: size, wanted: wanted[0]}, {what: what + ", 2 cores", size: size, wanted: wanted[1]}}
	for range runs {
		for i := range rows {
			d, err := timed(1, func() error { return f(i + 1) })
			if err != nil {
				return nil, err
			}
			rows[i].runs = append(rows[i].runs, d[0]/time.Duration(count))
		}
	}
	one, two := median(rows[0].runs), median(rows[1].runs)
	rows[0].ratio = fmt.Sprintf("%.0f x Dijkstra", float64(base)/float64(one))
	rows[1].ratio = fmt.Sprintf("%.2f x 1 core", float64(one)/float64(two))
	return rows, nil
}
