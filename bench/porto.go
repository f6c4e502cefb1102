package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"conurb/app/ground"
	"conurb/connect/network"
	"conurb/connect/street"
	ways "conurb/kit/cch"
)

// portoFolder lies beside the repository, or does not.
var portoFolder = filepath.Join("..", "shared", "data", "networks", "porto")

// porto is the car network of Porto as the product builds it, with the cells of the
// population grid joined to the nearest streets; where there is no data, an invented
// town of that size.
func porto(ctx context.Context) (*city, error) {
	file, err := os.Open(filepath.Join(portoFolder, "porto_portugal.osm.pbf"))
	if os.IsNotExist(err) {
		fmt.Fprintln(os.Stderr, "no Porto in ../shared/data/networks: an invented town is measured")
		return town(257, 257)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return nil, err
	}
	car, err := street.Builtin("car")
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	g, _, err := street.Build(ctx, street.OpenPBF(ctx, file, about.Size(), car), street.Options{Profile: car, Limits: limits, Country: "PT"})
	if err != nil {
		return nil, err
	}
	c := &city{name: "Porto by car", at: network.Points(g), weight: g.Weights(nil)}
	if c.graph, err = g.Network(); err != nil {
		return nil, err
	}
	cells, _, err := ground.ReadCells(filepath.Join(portoFolder, "porto_cells500.csv"), "")
	if err != nil {
		return nil, err
	}
	c.join(g, cells.Point)
	return c, nil
}

// join makes places of the points that a street is near to.
func (c *city) join(g *street.Graph, points [][2]float64) {
	spots, _ := g.Snapper().All(points, 0)
	seeds := func(legs []street.Leg) (out []ways.Seed) {
		for _, l := range legs {
			out = append(out, ways.Seed{Node: ways.Node(l.Node), Cost: ways.Weight((l.Time + 50) / 100)})
		}
		return out
	}
	for _, s := range spots {
		if s.Edge != street.None {
			c.leave.Add(seeds(g.Leave(s))...)
			c.reach.Add(seeds(g.Reach(s))...)
		}
	}
}

// town is an invented grid with noise, closed streets and main streets.
func town(wide, high int) (*city, error) {
	random := rand.New(rand.NewPCG(1, 2))
	c := &city{name: "invented town"}
	var tail, head []ways.Node
	for v := range wide * high {
		x, y := v%wide, v/wide
		c.at = append(c.at, ways.Point{X: float64(x) + random.Float64()/3, Y: float64(y) + random.Float64()/3})
		for _, d := range [][2]int{{1, 0}, {0, 1}} {
			if x+d[0] >= wide || y+d[1] >= high || random.IntN(4) == 0 {
				continue
			}
			w := ways.Weight(40 + random.IntN(80))
			if x%16 == 0 && d[0] == 0 || y%16 == 0 && d[1] == 0 {
				w /= 3
			}
			a, b := ways.Node(v), ways.Node(v+d[0]+wide*d[1])
			tail, head, c.weight = append(tail, a), append(head, b), append(c.weight, w)
			if random.IntN(6) != 0 {
				tail, head, c.weight = append(tail, b), append(head, a), append(c.weight, w)
			}
		}
	}
	var err error
	if c.graph, err = ways.NewGraph(wide*high, tail, head); err != nil {
		return nil, err
	}
	of, _ := c.graph.Components()
	for v := 0; v < c.graph.Nodes(); v += 14 {
		if of[v] == 0 {
			c.leave.Add(ways.Seed{Node: ways.Node(v), Cost: 30})
		}
	}
	c.reach = c.leave
	return c, nil
}
