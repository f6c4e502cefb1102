package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	ways "conurb/kit/cch"
	"conurb/kit/osmpbf"
)

// porto reads the car streets of Porto in the simplest way that gives a network
// of the right size and shape; connect/street reads them properly.
func porto(fsys fs.FS) (*city, error) {
	f, err := fsys.Open("porto_portugal.osm.pbf")
	if errors.Is(err, fs.ErrNotExist) {
		return town(257, 257)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := roads{lonlat: map[osmpbf.NodeID][2]float64{}, uses: map[osmpbf.NodeID]int{}, number: map[osmpbf.NodeID]ways.Node{}}
	if _, err := osmpbf.Read(context.Background(), f, osmpbf.Options{Relations: osmpbf.Filter{Skip: true}}, r.block); err != nil {
		return nil, fmt.Errorf("streets of Porto: %w", err)
	}
	c, err := r.city()
	if err != nil {
		return nil, fmt.Errorf("streets of Porto: %w", err)
	}
	table, err := fsys.Open("porto_cells500.csv")
	if err != nil {
		return nil, err
	}
	defer table.Close()
	rows, err := csv.NewReader(table).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("cells of Porto: %w", err)
	}
	for _, cell := range rows[1:] {
		lon, err := strconv.ParseFloat(cell[1], 64)
		if err != nil {
			return nil, err
		}
		lat, err := strconv.ParseFloat(cell[2], 64)
		if err != nil {
			return nil, err
		}
		c.cells = append(c.cells, c.nearest(flat([2]float64{lon, lat})))
	}
	return c, nil
}

var kmh = map[string]float64{"motorway": 100, "trunk": 80, "primary": 60, "secondary": 50, "tertiary": 40,
	"unclassified": 30, "residential": 25, "living_street": 10, "service": 15, "road": 25}

type roads struct {
	lonlat     map[osmpbf.NodeID][2]float64
	uses       map[osmpbf.NodeID]int
	number     map[osmpbf.NodeID]ways.Node
	roads      []road
	at         []ways.Point
	tail, head []ways.Node
	weight     []ways.Weight
}

type road struct {
	refs   []osmpbf.NodeID
	speed  float64
	oneway bool
}

func (r *roads) block(b *osmpbf.Block) error {
	for i, id := range b.Nodes.ID {
		r.lonlat[id] = [2]float64{b.Nodes.Lon[i].Degrees(), b.Nodes.Lat[i].Degrees()}
	}
	for i := range b.Ways.ID {
		tags := b.Ways.Tags(i)
		kind, _ := b.Value(tags, "highway")
		speed := kmh[strings.TrimSuffix(kind, "_link")]
		if speed == 0 {
			continue
		}
		one, _ := b.Value(tags, "oneway")
		round, _ := b.Value(tags, "junction")
		refs := append([]osmpbf.NodeID(nil), b.Ways.Refs(i)...)
		for k, id := range refs {
			r.uses[id]++
			if k == 0 || k == len(refs)-1 {
				r.uses[id]++
			}
		}
		r.roads = append(r.roads, road{refs, speed, one == "yes" || round == "roundabout" || kind == "motorway"})
	}
	return nil
}

func (r *roads) node(id osmpbf.NodeID) ways.Node {
	v, ok := r.number[id]
	if !ok {
		v = ways.Node(len(r.at))
		r.number[id] = v
		r.at = append(r.at, flat(r.lonlat[id]))
	}
	return v
}

// city joins the roads where they meet and keeps the largest connected part.
func (r *roads) city() (*city, error) {
	for _, road := range r.roads {
		from, metres := 0, 0.0
		for i := 1; i < len(road.refs); i++ {
			a, b := flat(r.lonlat[road.refs[i-1]]), flat(r.lonlat[road.refs[i]])
			metres += math.Hypot(a.X-b.X, a.Y-b.Y)
			if r.uses[road.refs[i]] < 2 {
				continue
			}
			r.street(r.node(road.refs[from]), r.node(road.refs[i]), ways.Weight(metres*36/road.speed+0.5), road.oneway)
			from, metres = i, 0
		}
	}
	return largest("Porto", r.at, r.tail, r.head, r.weight)
}

func (r *roads) street(a, b ways.Node, w ways.Weight, oneway bool) {
	r.tail, r.head, r.weight = append(r.tail, a), append(r.head, b), append(r.weight, w)
	if !oneway {
		r.tail, r.head, r.weight = append(r.tail, b), append(r.head, a), append(r.weight, w)
	}
}

func largest(name string, at []ways.Point, tail, head []ways.Node, weight []ways.Weight) (*city, error) {
	g, err := ways.NewGraph(len(at), tail, head)
	if err != nil {
		return nil, err
	}
	of, _ := g.Components()
	c := &city{name: name}
	to := make([]ways.Node, len(at))
	for v, p := range at {
		if to[v] = ways.Node(len(c.at)); of[v] == 0 {
			c.at = append(c.at, p)
		}
	}
	k := 0
	for a := range tail {
		if of[tail[a]] == 0 && of[head[a]] == 0 {
			tail[k], head[k], weight[k] = to[tail[a]], to[head[a]], weight[a]
			k++
		}
	}
	c.weight = weight[:k]
	c.graph, err = ways.NewGraph(len(c.at), tail[:k], head[:k])
	return c, err
}

// flat is flat enough for a city.
func flat(lonlat [2]float64) ways.Point {
	const metres = 6_371_008.8 * math.Pi / 180
	return ways.Point{X: lonlat[0] * metres * math.Cos(41.15*math.Pi/180), Y: lonlat[1] * metres}
}

func (c *city) nearest(p ways.Point) ways.Node {
	best, least := ways.Node(0), math.Inf(1)
	for v, q := range c.at {
		if d := (p.X-q.X)*(p.X-q.X) + (p.Y-q.Y)*(p.Y-q.Y); d < least {
			best, least = ways.Node(v), d
		}
	}
	return best
}

// town is an invented grid with noise, closed streets and main streets.
func town(wide, high int) (*city, error) {
	random := rand.New(rand.NewPCG(1, 2))
	r := roads{}
	for v := range wide * high {
		x, y := v%wide, v/wide
		r.at = append(r.at, ways.Point{X: float64(x) + random.Float64()/3, Y: float64(y) + random.Float64()/3})
		for _, d := range [][2]int{{1, 0}, {0, 1}} {
			if x+d[0] >= wide || y+d[1] >= high || random.IntN(4) == 0 {
				continue
			}
			w := ways.Weight(40 + random.IntN(80))
			if x%16 == 0 && d[0] == 0 || y%16 == 0 && d[1] == 0 {
				w /= 3
			}
			r.street(ways.Node(v), ways.Node(v+d[0]+wide*d[1]), w, random.IntN(6) == 0)
		}
	}
	c, err := largest("invented town", r.at, r.tail, r.head, r.weight)
	if err != nil {
		return nil, err
	}
	for v := 0; v < c.graph.Nodes(); v += 14 {
		c.cells = append(c.cells, ways.Node(v))
	}
	return c, nil
}
