package cch

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"conurb/kit/osmpbf"
)

// network is a street network for tests: the largest connected part of the car
// streets of Porto, far simpler than connect/street reads them, with the nodes
// nearest to the cells of the population grid.
type network struct {
	graph  *Graph
	at     []Point // metres
	weight []Weight
	cells  []Node
}

var portoFolder = filepath.Join("..", "..", "..", "shared", "data", "networks", "porto")

// porto is loaded once for all tests.
var porto = sync.OnceValues(func() (*network, error) {
	return readNetwork(filepath.Join(portoFolder, "porto_portugal.osm.pbf"), filepath.Join(portoFolder, "porto_cells500.csv"))
})

// needPorto skips a test where the data is not there.
func needPorto(t testing.TB) *network {
	t.Helper()
	if _, err := os.Stat(portoFolder); err != nil {
		t.Skip("Porto's street file is not at ../shared/data/networks: this test is left out (see README of the data)")
	}
	n, err := porto()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var kmh = map[string]float64{"motorway": 100, "trunk": 80, "primary": 60, "secondary": 50, "tertiary": 40,
	"unclassified": 30, "residential": 25, "living_street": 10, "service": 15, "road": 25}

type road struct {
	refs   []osmpbf.NodeID
	speed  float64
	oneway bool
}

func readNetwork(pbf, cells string) (*network, error) {
	f, err := os.Open(pbf)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var roads []road
	lonlat := map[osmpbf.NodeID][2]float64{}
	o := osmpbf.Options{Relations: osmpbf.Filter{Skip: true}}
	if _, err := osmpbf.Read(context.Background(), f, o, func(b *osmpbf.Block) error {
		for i, id := range b.Nodes.ID {
			lonlat[id] = [2]float64{b.Nodes.Lon[i].Degrees(), b.Nodes.Lat[i].Degrees()}
		}
		for i := range b.Ways.ID {
			kind, _ := b.Value(b.Ways.Tags(i), "highway")
			speed := kmh[strings.TrimSuffix(kind, "_link")]
			if speed == 0 {
				continue
			}
			one, _ := b.Value(b.Ways.Tags(i), "oneway")
			round, _ := b.Value(b.Ways.Tags(i), "junction")
			r := road{append([]osmpbf.NodeID(nil), b.Ways.Refs(i)...), speed, one == "yes" || one == "-1" || round == "roundabout" || kind == "motorway"}
			if one == "-1" {
				for i, j := 0, len(r.refs)-1; i < j; i, j = i+1, j-1 {
					r.refs[i], r.refs[j] = r.refs[j], r.refs[i]
				}
			}
			roads = append(roads, r)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	n, err := joinRoads(roads, lonlat)
	if err != nil {
		return nil, err
	}
	return n, n.readCells(cells)
}

// joinRoads makes arcs between the nodes at which ways meet or end.
func joinRoads(roads []road, lonlat map[osmpbf.NodeID][2]float64) (*network, error) {
	uses := map[osmpbf.NodeID]int{}
	for _, r := range roads {
		for i, id := range r.refs {
			uses[id]++
			if i == 0 || i == len(r.refs)-1 {
				uses[id]++
			}
		}
	}
	n := &network{}
	number := map[osmpbf.NodeID]Node{}
	node := func(id osmpbf.NodeID) Node {
		v, ok := number[id]
		if !ok {
			v = Node(len(n.at))
			number[id] = v
			n.at = append(n.at, project(lonlat[id]))
		}
		return v
	}
	var tail, head []Node
	for _, r := range roads {
		from, metres := 0, 0.0
		for i := 1; i < len(r.refs); i++ {
			a, b := project(lonlat[r.refs[i-1]]), project(lonlat[r.refs[i]])
			metres += math.Hypot(a.X-b.X, a.Y-b.Y)
			if uses[r.refs[i]] < 2 {
				continue
			}
			t, h, w := node(r.refs[from]), node(r.refs[i]), Weight(metres*36/r.speed+0.5)
			tail, head, n.weight = append(tail, t), append(head, h), append(n.weight, w)
			if !r.oneway {
				tail, head, n.weight = append(tail, h), append(head, t), append(n.weight, w)
			}
			from, metres = i, 0
		}
	}
	return n, n.largest(tail, head)
}

// largest keeps the largest strongly connected part.
func (n *network) largest(tail, head []Node) error {
	g, err := NewGraph(len(n.at), tail, head)
	if err != nil {
		return err
	}
	of, _ := g.Components()
	to, at := make([]Node, len(n.at)), []Point(nil)
	for v := range to {
		to[v] = Node(len(at))
		if of[v] == 0 {
			at = append(at, n.at[v])
		}
	}
	k := 0
	for a := range tail {
		if of[tail[a]] == 0 && of[head[a]] == 0 {
			tail[k], head[k], n.weight[k] = to[tail[a]], to[head[a]], n.weight[a]
			k++
		}
	}
	n.at, n.weight = at, n.weight[:k]
	n.graph, err = NewGraph(len(at), tail[:k], head[:k])
	return err
}

// project is flat enough for a city.
func project(lonlat [2]float64) Point {
	const metres = 6_371_008.8 * math.Pi / 180
	return Point{lonlat[0] * metres * math.Cos(41.15*math.Pi/180), lonlat[1] * metres}
}

func (n *network) readCells(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	for _, r := range rows[1:] {
		lon, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			return err
		}
		lat, err := strconv.ParseFloat(r[2], 64)
		if err != nil {
			return err
		}
		n.cells = append(n.cells, n.nearest(project([2]float64{lon, lat})))
	}
	return nil
}

// nearest looks at every node: slow, and obviously right.
func (n *network) nearest(p Point) Node {
	best, least := Node(0), math.Inf(1)
	for v, q := range n.at {
		if d := (p.X-q.X)*(p.X-q.X) + (p.Y-q.Y)*(p.Y-q.Y); d < least {
			best, least = Node(v), d
		}
	}
	return best
}
