package street_test

import (
	"context"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/raster"
)

// shared is where measured data lie, beside the repository.
var shared = filepath.Join("..", "..", "..", "shared", "data", "networks")

// file finds measured data, and skips in silence where they are absent:
// TestRealNetworks speaks for all.
func file(t testing.TB, name string) string {
	t.Helper()
	p := filepath.Join(shared, filepath.FromSlash(name))
	if _, err := os.Stat(p); err != nil {
		t.SkipNow()
	}
	return p
}

// pbf reads a file with an independent reader.
type pbf struct{ file string }

func (p pbf) scan(set func(*osmpbf.Scanner), visit func(osm.Object) error) error {
	f, err := os.Open(p.file)
	if err != nil {
		return err
	}
	defer f.Close()
	s := osmpbf.New(context.Background(), f, 1)
	defer s.Close()
	set(s)
	for s.Scan() {
		if err := visit(s.Object()); err != nil {
			return err
		}
	}
	return s.Err()
}

func tags(list osm.Tags) street.Tags {
	out := make(street.Tags, len(list))
	for i, t := range list {
		out[i] = street.Tag{Key: t.Key, Value: t.Value}
	}
	return out
}

func (p pbf) Relations(visit func(street.MapRelation) error) error {
	return p.scan(func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipWays = true, true }, func(o osm.Object) error {
		r := o.(*osm.Relation)
		m := street.MapRelation{ID: int64(r.ID), Tags: tags(r.Tags)}
		kinds := map[osm.Type]street.MemberKind{osm.TypeNode: street.NodeMember, osm.TypeWay: street.WayMember, osm.TypeRelation: street.RelationMember}
		for _, one := range r.Members {
			m.Members = append(m.Members, street.Member{Kind: kinds[one.Type], ID: one.Ref, Role: one.Role})
		}
		return visit(m)
	})
}

func (p pbf) Ways(visit func(street.MapWay) error) error {
	return p.scan(func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipRelations = true, true }, func(o osm.Object) error {
		w := o.(*osm.Way)
		m := street.MapWay{ID: int64(w.ID), Tags: tags(w.Tags)}
		for _, n := range w.Nodes {
			m.Refs = append(m.Refs, int64(n.ID))
		}
		return visit(m)
	})
}

func (p pbf) Nodes(visit func(street.MapNode) error) error {
	return p.scan(func(s *osmpbf.Scanner) { s.SkipWays, s.SkipRelations = true, true }, func(o osm.Object) error {
		n := o.(*osm.Node)
		return visit(street.MapNode{ID: int64(n.ID), Place: street.At(n.Lon, n.Lat), Tags: tags(n.Tags)})
	})
}

// cells reads the points of a CSV file with columns lon and lat.
func cells(t testing.TB, name string) [][2]float64 {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lon, lat := slices.Index(rows[0], "lon"), slices.Index(rows[0], "lat")
	var out [][2]float64
	for _, r := range rows[1:] {
		x, err1 := strconv.ParseFloat(r[lon], 64)
		y, err2 := strconv.ParseFloat(r[lat], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: bad row %v", name, r)
		}
		out = append(out, [2]float64{x, y})
	}
	return out
}

type network struct {
	country, file, cells string
	junctions            map[string][2]int // plausible
}

var networks = []network{
	{"PT", "porto/porto_portugal.osm.pbf", "porto/porto_cells500.csv", map[string][2]int{"car": {64_000, 70_000}, "bicycle": {60_000, 110_000}, "walk": {70_000, 130_000}}},
	{"BR", "porto-alegre/poa_osm.pbf", "porto-alegre/poa_hexgrid.csv", map[string][2]int{"car": {5_000, 40_000}, "bicycle": {5_000, 40_000}, "walk": {5_000, 60_000}}},
}

// TestRealNetworks builds every profile on every network and holds the counts
// against what is plausible, and some trips against each other.
func TestRealNetworks(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("9 tests on real networks left out (streets, snapping, congestion, heights): %s is not there", shared)
	}
	for _, n := range networks {
		for _, id := range street.Builtins {
			t.Run(filepath.Base(n.file)+"/"+id, func(t *testing.T) {
				path := file(t, n.file)
				g, rep, err := street.Build(context.Background(), pbf{path}, street.Options{Profile: builtin(t, id), Limits: limits(t), Country: n.country})
				if err != nil {
					t.Fatal(err)
				}
				sameByOurReader(t, path, g, n.country, id)
				t.Logf("%d nodes %d arcs; %+v", g.Nodes(), g.Arcs(), summary(rep))
				if want := n.junctions[id]; rep.Junctions < want[0] || rep.Junctions > want[1] {
					t.Errorf("%d junctions in the largest part, want %v", rep.Junctions, want)
				}
				sound(t, g)
				points := cells(t, file(t, n.cells))
				spots, missed := g.Snapper().All(points, 0)
				t.Logf("%d points, %d missed", len(points), len(missed))
				if len(missed)*5 > len(points) {
					t.Errorf("%d of %d points missed", len(missed), len(points))
				}
				reachable(t, g, spots)
			})
		}
	}
}

// sameByOurReader: kit/osmpbf gives the same graph as an independent reader.
func sameByOurReader(t *testing.T, path string, want *street.Graph, country, id string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p := builtin(t, id)
	got, _, err := street.Build(context.Background(), street.OpenPBF(context.Background(), f, info.Size(), p), street.Options{Profile: p, Limits: limits(t), Country: country})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("kit/osmpbf gives another graph than an independent reader")
	}
}

func summary(r *street.Report) street.Report {
	s := *r
	s.Parts = s.Parts[:min(3, len(s.Parts))]
	return s
}

// TestRealCongestion: the table that comes with r5r's Porto Alegre slows the roads
// it names and no other.
func TestRealCongestion(t *testing.T) {
	f, err := os.Open(file(t, "porto-alegre/poa_osm_congestion.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, problems := street.ReadCongestion("poa_osm_congestion.csv", f)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	g, _ := build(t, pbf{file(t, "porto-alegre/poa_osm.pbf")}, builtin(t, "car"))
	times, err := g.Times(c, 8)
	if err != nil {
		t.Fatal(err)
	}
	named := halved(t)
	if unknown := c.UnknownWays(g); len(unknown)*4 > len(named) {
		t.Errorf("%d of %d ways of the table are not in the graph: %v", len(unknown), len(named), unknown)
	}
	slower := 0
	for a, is := range times {
		s, want := g.ArcSide[a], g.Time(street.Arc(a))
		if s != street.None && named[g.EdgeWay[s.Edge()]] {
			want += g.Move[a]
			slower++
		}
		if is != want {
			t.Fatalf("arc %d takes %d ms, want %d", a, is, want)
		}
	}
	if slower == 0 || slower == g.Arcs() {
		t.Errorf("%d of %d arcs are slower", slower, g.Arcs())
	}
}

// TestRealHeights: over the hills of Porto Alegre people and bicycles are slower
// than on the flat, and few roads have no height.
func TestRealHeights(t *testing.T) {
	f, err := os.Open(file(t, "porto-alegre/poa_elevation.tif"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	heights, err := raster.Open(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"walk", "bicycle"} {
		src := pbf{file(t, "porto-alegre/poa_osm.pbf")}
		flat, _ := build(t, src, builtin(t, id))
		g, rep, err := street.Build(context.Background(), src, street.Options{Profile: builtin(t, id), Limits: limits(t), Elevation: heights})
		if err != nil {
			t.Fatal(err)
		}
		if h := rep.Heights; h.Metres < 0.9*rep.Metres || h.Unknown > 0.05*h.Metres {
			t.Errorf("%s: %.0f of %.0f m have no height, in a network of %.0f m", id, h.Unknown, h.Metres, rep.Metres)
		}
		sound(t, g)
		var was, is, slower, faster float64
		for s := range g.SideMove {
			if flat.SideMove[s] < 0 {
				continue
			}
			was, is = was+float64(flat.SideMove[s]), is+float64(g.SideMove[s])
			switch a, b := flat.SideMove[s], g.SideMove[s]; {
			case b > a:
				slower++
			case b < a:
				faster++
			}
		}
		t.Logf("%s: %.3f times the flat; %.0f sides slower, %.0f faster; heights %+v", id, is/was, slower, faster, rep.Heights)
		if is < 1.02*was || is > 1.5*was || faster < slower/3 {
			t.Errorf("%s: %.3f times the flat, %.0f sides slower and %.0f faster", id, is/was, slower, faster)
		}
	}
}

// halved are the ways of the table, all of which are driven at half the speed.
func halved(t *testing.T) map[int64]bool {
	t.Helper()
	b, err := os.ReadFile(file(t, "porto-alegre/poa_osm_congestion.csv"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[int64]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		id, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		way, err := strconv.ParseInt(id, 10, 64)
		if err != nil || rest != "0.5,scale" {
			t.Fatalf("the table has a row %q", line)
		}
		named[way] = true
	}
	return named
}

// sound holds the arrays against each other.
func sound(t *testing.T, g *street.Graph) {
	t.Helper()
	if len(g.First) != g.Nodes()+1 || int(g.First[g.Nodes()]) != g.Arcs() || len(g.Arrive) != int(g.ArriveFirst[2*g.Edges()]) {
		t.Fatal("the arrays have other lengths than they should")
	}
	net, err := g.Network()
	if err != nil {
		t.Fatal(err)
	}
	tails := net.Tail
	for a := range g.Head {
		if g.Move[a] < 0 || g.Wait[a] < 0 || int(g.Head[a]) >= g.Nodes() {
			t.Fatalf("arc %d takes %d + %d to node %d", a, g.Move[a], g.Wait[a], g.Head[a])
		}
		if s := g.ArcSide[a]; s != street.None {
			shape := g.EdgeShape(s.Edge())
			from, to := shape[0], shape[len(shape)-1]
			if s.Backward() {
				from, to = to, from
			}
			if g.NodePlace[tails[a]] != from || g.NodePlace[g.Head[a]] != to {
				t.Fatalf("arc %d does not run where its edge does", a)
			}
		}
	}
}

// sameAsEngine: the obvious Dijkstra and the one of kit/cch agree on the graph in
// its terms.
func sameAsEngine(t *testing.T, g *street.Graph, from street.Spot) {
	t.Helper()
	net, err := g.Network()
	if err != nil {
		t.Fatal(err)
	}
	weights := g.Weights(nil)
	d, err := cch.NewDijkstra(net, weights)
	if err != nil {
		t.Fatal(err)
	}
	start := g.Leave(from)[0].Node
	d.Run(cch.Node(start))
	times := make([]street.Millis, len(weights))
	for a, w := range weights {
		times[a] = street.Millis(w)
	}
	want, _ := best(g, []street.Leg{{Node: start}}, times)
	for v := range want {
		if got := d.Distance(cch.Node(v)); got != cch.Weight(want[v]) {
			t.Fatalf("node %d is %d away by kit/cch, %d by the obvious search", v, got, want[v])
		}
	}
}

// reachable: from a sample of spots, nearly all others are reached.
func reachable(t *testing.T, g *street.Graph, spots []street.Spot) {
	t.Helper()
	on := slices.DeleteFunc(spots, func(s street.Spot) bool { return s.Edge == street.None })
	r := rand.New(rand.NewPCG(1, 2))
	sameAsEngine(t, g, on[0])
	for range 5 {
		from := on[r.IntN(len(on))]
		time, _ := best(g, g.Leave(from), nil)
		lost := 0
		for _, to := range on {
			if !slices.ContainsFunc(g.Reach(to), func(l street.Leg) bool { return time[l.Node] < 1<<30 }) {
				lost++
			}
		}
		if lost*200 > len(on) {
			t.Errorf("%d of %d points are not reached from edge %d", lost, len(on), from.Edge)
		}
	}
}
