package street_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"
)

// sketch is a map as Go values.
func sketch(ways []street.MapWay, nodes ...street.MapNode) *town {
	return &town{nodes: nodes, ways: ways}
}

func at(id int64, lon, lat float64) street.MapNode {
	return street.MapNode{ID: id, Place: street.At(lon, lat)}
}

func way(id int64, tags string, refs ...int64) street.MapWay {
	return street.MapWay{ID: id, Tags: tagged(tags), Refs: refs}
}

// TestOddMaps: what real files hold besides tidy lines.
func TestOddMaps(t *testing.T) {
	square := []street.MapNode{at(-1, 0, 0), at(-2, 0.001, 0), at(-3, 0.001, 0.001), at(-4, 0, 0.001)}
	const road, walk = "highway=residential", "highway=pedestrian"
	rows := []struct {
		name, profile string
		m             *town
		edges, nodes  int
		metres        float64
	}{
		{"negative numbers", "car", sketch([]street.MapWay{way(-7, road, -1, -2, -3)}, square...), 1, 2, 222.4},
		{"a node twice in a row", "car", sketch([]street.MapWay{way(1, road, -1, -2, -2, -3)}, square...), 1, 2, 222.4},
		{"a way of one node", "car", sketch([]street.MapWay{way(1, road, -1, -1), way(2, road, -1, -2)}, square...), 1, 2, 111.2},
		{"there and back on one way", "car", sketch([]street.MapWay{way(1, road, -1, -2, -1)}, square...), 1, 1, 222.4},
		{"a ring", "car", sketch([]street.MapWay{way(1, road, -1, -2, -3, -4, -1)}, square...), 1, 1, 444.8},
		{"a ring with a tail", "car", sketch([]street.MapWay{way(1, road, -1, -2, -3, -4, -2)}, square...), 2, 2, 111.2 + 111.2 + 111.2 + 157.3},
		{"a square by car", "car", sketch([]street.MapWay{way(1, road+" area=yes", -1, -2, -3, -4, -1), way(2, road, -1, -2)}, square...), 1, 2, 111.2},
		{"a square on foot, along its edge", "walk", sketch([]street.MapWay{way(1, walk+" area=yes", -1, -2, -3, -4, -1)}, square...), 1, 1, 444.8},
		{"a way twice", "car", sketch([]street.MapWay{way(1, road, -1, -2), way(1, road, -1, -2), way(2, road, -2, -3)}, square...), 2, 3, 222.4},
		{"a way twice, out of order", "car", sketch([]street.MapWay{way(5, road, -1, -2), way(2, road, -2, -3), way(5, road, -1, -2), way(2, road, -2, -3)}, square...), 2, 3, 222.4},
		{"two nodes at one place", "car", sketch([]street.MapWay{way(1, road, 1, 2, 3)}, at(1, 0, 0), at(2, 0, 0), at(3, 0, 0.001)), 1, 2, 111.2},
		{"a way of no length", "car", sketch([]street.MapWay{way(1, road, 1, 2), way(2, road, 2, 3)}, at(1, 0, 0), at(2, 0, 0), at(3, 0, 0.001)), 2, 3, 111.2},
		{"over the date line", "car", sketch([]street.MapWay{way(1, road, 1, 2)}, at(1, 179.9995, 0), at(2, -179.9995, 0)), 1, 2, 111.2},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			for _, turns := range []street.Turns{{}, {Left: 5000, Right: 2000, UTurn: 20_000}} {
				p := builtin(t, r.profile)
				p.Turns = turns
				g, rep := build(t, r.m, p)
				sound(t, g)
				if turns.Any() {
					continue
				}
				if g.Edges() != r.edges || g.Nodes() != r.nodes || math.Abs(rep.Metres-r.metres) > 0.5 {
					t.Errorf("%d edges, %d nodes, %.1f m; want %d, %d, %.1f", g.Edges(), g.Nodes(), rep.Metres, r.edges, r.nodes, r.metres)
				}
			}
		})
	}
}

// TestOverTheDateLine: points on both sides are joined to roads on both.
func TestOverTheDateLine(t *testing.T) {
	m := sketch([]street.MapWay{way(1, "highway=residential", 1, 2), way(2, "highway=residential", 2, 3)}, at(1, 179.999, 0), at(2, -179.999, 0), at(3, -179.997, 0))
	g, _ := build(t, m, builtin(t, "car"))
	s := g.Snapper()
	for _, c := range []struct {
		lon   float64
		edge  street.Edge
		share float64
	}{{179.9995, 0, 0.25}, {-179.9995, 0, 0.75}, {180, 0, 0.5}, {-180, 0, 0.5}, {-179.998, 1, 0.5}} {
		spot, ok := s.Nearest(c.lon, 0.0001, 0)
		if !ok || spot.Edge != c.edge || math.Abs(spot.Share-c.share) > 0.01 || math.Abs(spot.Metres-11.1) > 0.1 || !spot.Place.OnEarth() {
			t.Errorf("%v is joined at %+v, %v", c.lon, spot, ok)
		}
	}
	alone := sketch([]street.MapWay{way(1, "highway=residential", 1, 2)}, at(1, -179.9999, 0), at(2, -179.99, 0))
	g, _ = build(t, alone, builtin(t, "car"))
	if spot, ok := g.Snapper().Nearest(179.9999, 0, 100); !ok || math.Abs(spot.Metres-22.2) > 0.1 {
		t.Errorf("over the line: %+v, %v", spot, ok)
	}
}

// TestPlacesOnEarth: latitude and longitude that changed places are an error, where
// that can be seen.
func TestPlacesOnEarth(t *testing.T) {
	m := sketch([]street.MapWay{way(1, "highway=residential", 1, 2)}, at(1, 28.2, 112.9), at(2, 28.2, 112.91))
	if _, _, err := street.Build(context.Background(), m, street.Options{Profile: builtin(t, "car")}); !errors.Is(err, street.ErrPlace) {
		t.Errorf("got %v", err)
	}
}

// TestTwiceIsReported and the restriction on a way that came twice still holds.
func TestTwiceIsReported(t *testing.T) {
	w := streettest.Draw(t, crossing, "WM highway=residential", "ME highway=residential", "NM highway=residential", "MS highway=residential", "turn WM ME restriction=no_straight_on via=M")
	g, rep := build(t, doubled{w}, builtin(t, "car"))
	if rep.Twice != 4 || rep.Restrictions.Applied != 1 || g.Edges() != 4 {
		t.Errorf("%d edges, report %+v", g.Edges(), rep)
	}
}

// doubled hands every way over twice.
type doubled struct{ *streettest.World }

func (d doubled) Ways(visit func(street.MapWay) error) error {
	return errors.Join(d.World.Ways(visit), d.World.Ways(visit))
}

// scribble makes a map of bytes: a few nodes, then ways and restrictions at random.
type scribble struct{ b []byte }

func (s *scribble) next(n int) int {
	if len(s.b) == 0 {
		return 0
	}
	v := int(s.b[0]) % n
	s.b = s.b[1:]
	return v
}

var wayTags = []string{
	"highway=residential", "highway=primary oneway=yes", "highway=service access=private", "highway=motorway", "highway=footway bridge=yes", "highway=steps",
	"route=ferry duration=00:10", "highway=cycleway oneway=-1", "highway=pedestrian area=yes", "highway=tertiary junction=roundabout maxspeed=30~mph",
	"highway=track tunnel=yes name=x", "highway=secondary motor_vehicle:backward=no", "highway=unclassified vehicle=destination ref=1", "highway=living_street maxspeed=?",
}

var nodeTags = []string{"", "", "", "barrier=bollard", "barrier=gate access=private", "highway=traffic_signals", "barrier=lift_gate locked=yes", "highway=stop direction=backward"}

func (s *scribble) town() *town {
	m := &town{}
	for i := range 2 + s.next(14) {
		n := at(int64(i)-3, float64(s.next(40))/1000, float64(s.next(40))/1000)
		if s.next(16) == 15 { // far away, over the date line
			n.Place.Lon = int32(binary.LittleEndian.Uint16([]byte{byte(s.next(256)), byte(s.next(256))}))*54_000 - 1_769_000_000
		}
		if n.Tags = tagged(nodeTags[s.next(len(nodeTags))]); s.next(20) != 19 {
			m.nodes = append(m.nodes, n)
		}
	}
	for i := range 1 + s.next(24) {
		w := way(int64(i), wayTags[s.next(len(wayTags))])
		for range 1 + s.next(5) {
			w.Refs = append(w.Refs, int64(s.next(17))-3)
		}
		m.ways = append(m.ways, w)
	}
	kinds := []string{"no_left_turn", "only_straight_on", "no_u_turn", "no_entry", "nonsense"}
	for range s.next(8) {
		r := street.MapRelation{Tags: tagged("type=restriction restriction=" + kinds[s.next(len(kinds))])}
		for _, role := range []string{"from", "via", "via", "to"}[s.next(2):] {
			kind := street.WayMember
			if role == "via" && s.next(2) == 0 {
				kind = street.NodeMember
			}
			r.Members = append(r.Members, street.Member{Kind: kind, ID: int64(s.next(24)), Role: role})
		}
		m.turns = append(m.turns, r)
	}
	return m
}

// FuzzBuild: any map gives a sound graph or an error, twice the same, in all
// profiles, with turn costs and hills as well; and trips begin and end on it.
func FuzzBuild(f *testing.F) {
	f.Add([]byte{})
	f.Add(slices.Repeat([]byte{7, 3, 1, 0, 200, 14, 9, 2}, 30))
	f.Add(slices.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 17}, 40))
	known := limits(f)
	f.Fuzz(func(t *testing.T, b []byte) { anyMap(t, b, known) })
}

// TestAnyMap runs the same on random bytes.
func TestAnyMap(t *testing.T) {
	r, known := rand.New(rand.NewPCG(3, 4)), limits(t)
	for range 400 {
		b := make([]byte, 80+r.IntN(200))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		anyMap(t, b, known)
	}
}

func anyMap(t *testing.T, b []byte, known *street.Limits) {
	t.Helper()
	m := (&scribble{b}).town()
	for _, id := range street.Builtins {
		p := *must(id)
		if p.Slope != nil { // few samples, for roads may go round half the earth
			rare := *p.Slope
			rare.Sample = 100_000
			p.Slope = &rare
		}
		for _, turns := range []street.Turns{{}, {Left: 9000, Right: 1000, UTurn: 30_000}} {
			p.Turns = turns
			o := street.Options{Profile: &p, Limits: known, Country: "GB", Elevation: rising(0.05)}
			g, rep, err := street.Build(t.Context(), m, o)
			if err != nil {
				if !errors.Is(err, street.ErrNoStreets) && !errors.Is(err, street.ErrPlace) {
					t.Fatal(err)
				}
				continue
			}
			sound(t, g)
			tripsEnd(t, g)
			again, _, err := street.Build(t.Context(), m, o)
			if err != nil || !reflect.DeepEqual(again, g) {
				t.Fatal("built twice, the graph differs")
			}
			if n := rep.Restrictions; n.Applied+n.Other+n.Conditional+n.Incomplete+n.Ambiguous+n.Idle != len(m.turns) {
				t.Fatalf("%d restrictions, counted %+v", len(m.turns), n)
			}
		}
	}
}

// tripsEnd: every open side has a node where a trip that begins on it goes on.
func tripsEnd(t *testing.T, g *street.Graph) {
	t.Helper()
	for s, move := range g.SideMove {
		if d := g.Depart[s]; move >= 0 && (d < 0 || int(d) >= g.Nodes()) || move < 0 && d != street.None {
			t.Fatalf("side %d of %d ms departs from node %d", s, move, d)
		}
	}
	for _, leg := range g.Arrive {
		if leg.Node < 0 || int(leg.Node) >= g.Nodes() || leg.Time < 0 {
			t.Fatalf("a trip arrives by %+v", leg)
		}
	}
	snap := g.Snapper()
	for e := range street.Edge(g.Edges()) {
		p := g.EdgeShape(e)[0].Point()
		if spot, ok := snap.Nearest(p[0], p[1], 1); ok && spot.Metres > 1 {
			t.Fatalf("the end of edge %d is joined %v m away", e, spot.Metres)
		}
	}
}
