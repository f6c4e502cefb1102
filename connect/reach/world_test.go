package reach_test

import (
	"container/heap"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// engine builds a mode of a drawn or real map.
func engine(t testing.TB, src street.Source, mode string) *reach.Engine {
	t.Helper()
	p, err := street.Builtin(mode)
	if err != nil {
		t.Fatal(err)
	}
	n, err := network.Build(context.Background(), src, []network.Rules{{Profile: p}}, network.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	return reach.New(n.Mode(mode))
}

// at is the middle of a letter of a drawn world, in cells of 100 m.
func at(x, y float64) geo.Point {
	const cell = streettest.Cell / (geo.EarthRadius * math.Pi / 180)
	return geo.Point{x * cell, -y * cell}
}

var shared = filepath.Join("..", "..", "..", "shared", "data", "networks")

// real opens measured streets and the cells that go with them; it skips where they
// are absent, which TestTimesAreThoseOfAPlainSearch says for all.
func real(t testing.TB, city, mode string) (*reach.Engine, []geo.Point) {
	t.Helper()
	pbf, points := "porto/porto_portugal.osm.pbf", "porto/porto_cells500.csv"
	if city == "porto-alegre" {
		pbf, points = "porto-alegre/poa_osm.pbf", "porto-alegre/poa_hexgrid.csv"
	}
	f, err := os.Open(filepath.Join(shared, filepath.FromSlash(pbf)))
	if err != nil {
		t.Skip("measured networks are absent: ", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, _ := street.Builtin(mode)
	return engine(t, street.OpenPBF(context.Background(), f, info.Size(), p), mode), table(t, filepath.Join(shared, filepath.FromSlash(points)))
}

func table(t testing.TB, file string) []geo.Point {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Skip("measured cells are absent: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lon, lat := -1, -1
	for i, name := range rows[0] {
		switch name {
		case "lon", "x":
			lon = i
		case "lat", "y":
			lat = i
		}
	}
	var out []geo.Point
	for _, r := range rows[1:] {
		x, _ := strconv.ParseFloat(r[lon], 64)
		y, _ := strconv.ParseFloat(r[lat], 64)
		out = append(out, geo.Point{x, y})
	}
	return out
}

// plain is the obvious search that every answer is held to: Dijkstra over the
// graph's own arcs, from the legs of one spot to those of another.
type plain struct {
	g    *street.Graph
	dist []int64
	heap queue
}

const far = int64(math.MaxInt64 / 4)

func (p *plain) run(from street.Spot) {
	weights := p.g.Weights(nil)
	p.dist = make([]int64, p.g.Nodes())
	for i := range p.dist {
		p.dist[i] = far
	}
	for _, l := range p.g.Leave(from) {
		p.relax(l.Node, tenths(l.Time))
	}
	for p.heap.Len() > 0 {
		top := heap.Pop(&p.heap).(item)
		if top.at > p.dist[top.node] {
			continue
		}
		a, end := p.g.Out(top.node)
		for ; a < end; a++ {
			p.relax(p.g.Head[a], top.at+int64(weights[a]))
		}
	}
}

func (p *plain) relax(v street.Node, t int64) {
	if t < p.dist[v] {
		p.dist[v] = t
		heap.Push(&p.heap, item{v, t})
	}
}

func (p *plain) to(from, to street.Spot, same bool) reach.Decis {
	best := far
	for _, l := range p.g.Reach(to) {
		best = min(best, p.dist[l.Node]+tenths(l.Time))
	}
	if t, ok := p.g.Between(from, to); ok {
		best = min(best, tenths(t))
	}
	if same {
		best = 0
	}
	if best >= far {
		return reach.Never
	}
	return reach.Decis(best)
}

func tenths(t street.Millis) int64 { return int64(math.Floor(float64(t)/100 + 0.5)) }

type item struct {
	node street.Node
	at   int64
}

type queue []item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
