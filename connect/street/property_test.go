package street_test

import (
	"fmt"
	"math"
	"testing"

	"conurb/connect/street"

	"pgregory.net/rapid"
)

var walkProfile, carProfile = must("walk"), must("car")

func must(id string) *street.Profile {
	p, err := street.Builtin(id)
	if err != nil {
		panic(err)
	}
	return p
}

// town is a random map: nodes on a grid, a round road that ties all of them, and
// random roads.
type town struct {
	nodes []street.MapNode
	ways  []street.MapWay
	turns []street.MapRelation
}

func (m *town) Relations(visit func(street.MapRelation) error) error { return all(m.turns, visit) }
func (m *town) Ways(visit func(street.MapWay) error) error           { return all(m.ways, visit) }
func (m *town) Nodes(visit func(street.MapNode) error) error         { return all(m.nodes, visit) }

func all[T any](list []T, visit func(T) error) error {
	for _, one := range list {
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}

const side = 5

var kinds = []string{"highway=residential", "highway=primary", "highway=residential oneway=yes", "highway=service access=private", "highway=residential maxspeed=30", "highway=tertiary oneway=-1"}

func grid(t *rapid.T) *town {
	m := &town{}
	for i := range side * side {
		m.nodes = append(m.nodes, street.MapNode{ID: int64(i + 1), Place: street.Place{Lon: int32(i%side) * 40_000, Lat: -int32(i/side) * 30_000}})
	}
	for i := range side * side { // the round road
		m.add(i, (i+7)%(side*side), "highway=residential")
	}
	for range rapid.IntRange(0, 40).Draw(t, "roads") {
		i := node(t)
		j := i + rapid.SampledFrom([]int{1, side, -1, -side}).Draw(t, "step")
		if j >= 0 && j < side*side {
			m.add(i, j, rapid.SampledFrom(kinds).Draw(t, "kind"))
		}
	}
	return m
}

func node(t *rapid.T) int { return rapid.IntRange(0, side*side-1).Draw(t, "node") }

func (m *town) add(i, j int, tags string) {
	m.ways = append(m.ways, street.MapWay{ID: int64(len(m.ways) + 1), Refs: []int64{int64(i + 1), int64(j + 1)}, Tags: tagged(tags)})
}

// yards adds places on private ground, each tied to a place before it.
func (m *town) yards(t *rapid.T) {
	for k := range rapid.IntRange(0, 4).Draw(t, "yards") {
		i := side*side + k
		m.nodes = append(m.nodes, street.MapNode{ID: int64(i + 1), Place: street.Place{Lon: int32(k) * 50_000, Lat: 25_000}})
		for range rapid.IntRange(1, 3).Draw(t, "drives") {
			m.add(i, rapid.IntRange(0, i-1).Draw(t, "from"), "highway=service access=private")
		}
	}
}

// forbid adds random turn restrictions.
func (m *town) forbid(t *rapid.T) {
	for range rapid.IntRange(0, 6).Draw(t, "restrictions") {
		v := int64(rapid.IntRange(1, len(m.nodes)).Draw(t, "via"))
		var at []int64
		for _, w := range m.ways {
			if w.Refs[0] == v || w.Refs[1] == v {
				at = append(at, w.ID)
			}
		}
		kind := rapid.SampledFrom([]string{"no_left_turn", "only_straight_on"}).Draw(t, "restriction")
		m.turns = append(m.turns, street.MapRelation{Tags: tagged("type=restriction restriction=" + kind), Members: []street.Member{
			{Kind: street.WayMember, ID: rapid.SampledFrom(at).Draw(t, "from"), Role: "from"},
			{Kind: street.NodeMember, ID: v, Role: "via"},
			{Kind: street.WayMember, ID: rapid.SampledFrom(at).Draw(t, "to"), Role: "to"},
		}})
	}
}

// onWay is the middle of a way that has one edge.
func onWay(g *street.Graph, way int64) (street.Spot, bool) {
	for e := range street.Edge(g.Edges()) {
		if g.EdgeWay[e] == way {
			return street.Spot{Edge: e, Share: 0.5}, true
		}
	}
	return street.Spot{}, false
}

func between(g *street.Graph, from, to int64) street.Millis {
	a, ok1 := onWay(g, from)
	b, ok2 := onWay(g, to)
	if !ok1 || !ok2 {
		return math.MaxInt32
	}
	t, _ := trip(g, a, b)
	return t
}

func built(t *rapid.T, src street.Source, p *street.Profile) *street.Graph {
	g, _, err := street.Build(t.Context(), src, street.Options{Profile: p})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestAddingARoadNeverLengthens a trip, where no turns are restricted.
func TestAddingARoadNeverLengthens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := grid(t)
		before := built(t, m, carProfile)
		from, to := rapid.IntRange(1, len(m.ways)).Draw(t, "from"), rapid.IntRange(1, len(m.ways)).Draw(t, "to")
		was := between(before, int64(from), int64(to))
		m.add(node(t), node(t), rapid.SampledFrom(kinds).Draw(t, "new"))
		if is := between(built(t, m, carProfile), int64(from), int64(to)); is > was {
			t.Fatalf("%d ms, before the new road %d", is, was)
		}
	})
}

// TestALowerSpeedNeverShortens a trip, with restrictions too.
func TestALowerSpeedNeverShortens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := grid(t)
		m.forbid(t)
		from, to := rapid.IntRange(1, len(m.ways)).Draw(t, "from"), rapid.IntRange(1, len(m.ways)).Draw(t, "to")
		was := between(built(t, m, carProfile), int64(from), int64(to))
		slow := rapid.IntRange(0, len(m.ways)-1).Draw(t, "slow")
		m.ways[slow].Tags = append(tagged(fmt.Sprintf("maxspeed=%d", rapid.IntRange(5, 20).Draw(t, "kmh"))), m.ways[slow].Tags...)
		if is := between(built(t, m, carProfile), int64(from), int64(to)); is < was {
			t.Fatalf("%d ms, before the limit %d", is, was)
		}
	})
}

// TestTripsKeepTheRules compares the graph with a search over the map itself that
// carries the last way and whether private ground was left or entered.
func TestTripsKeepTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := grid(t)
		m.yards(t)
		m.forbid(t)
		g := built(t, m, carProfile)
		from, to := rapid.IntRange(1, len(m.ways)).Draw(t, "from"), rapid.IntRange(1, len(m.ways)).Draw(t, "to")
		if _, ok := onWay(g, int64(to)); !ok || from == to {
			return
		}
		if _, ok := onWay(g, int64(from)); !ok {
			return
		}
		if got, want := between(g, int64(from), int64(to)), m.slowly(int64(from), int64(to)); got != want {
			t.Fatalf("from way %d to way %d: %d ms, by the rules %d", from, to, got, want)
		}
	})
}
