package tiles_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"conurb/area"
	"conurb/connect/street"
	"conurb/door/tiles"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// village is a trunk road of a kilometre that runs east from the origin, with two
// lanes of one name south of it.
func village(t *testing.T) *street.Graph {
	t.Helper()
	p, err := street.Builtin("car")
	if err != nil {
		t.Fatal(err)
	}
	world := streettest.Draw(t, `
		A----B----C
		|    |    |
		|    |    |
		D    E    F
	`, "ABC highway=trunk maxspeed=60", "AD highway=residential name=Lane", "BE highway=residential name=Lane", "CF highway=residential")
	g, _, err := street.Build(context.Background(), world, street.Options{Profile: p})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const metre = 1 / (geo.EarthRadius * math.Pi / 180)

func people() *area.Cells {
	return &area.Cells{
		ID: []string{"a", "b"}, Point: [][2]float64{{200 * metre, -150 * metre}, {700 * metre, -150 * metre}}, Side: 100,
		Columns: []area.Column{{Name: "population", Values: []float64{30, 50}}},
	}
}

func cutAt(t *testing.T, s *tiles.Streets, z int) map[string][]*geojson.Feature {
	t.Helper()
	b, err := s.Cut(geo.TileAt(geo.Point{500 * metre, -100 * metre}, z))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]*geojson.Feature{}
	for _, l := range layers {
		if l.Version != 2 || l.Extent != 4096 {
			t.Errorf("layer %s: version %d, extent %d", l.Name, l.Version, l.Extent)
		}
		out[l.Name] = l.Features
	}
	return out
}

func TestStreetsThatAreAlikeAreOneFeature(t *testing.T) {
	g := village(t)
	s := tiles.NewStreets(g, people())
	kmh := math.Round(float64(g.EdgeMetres[0])/float64(g.SideMove[0])*3600/5) * 5 // of the first piece of the trunk road
	got := map[string]int{}                                                       // class and name -> lines
	for _, f := range cutAt(t, s, 14)["streets"] {
		lines := 1
		if m, ok := f.Geometry.(orb.MultiLineString); ok {
			lines = len(m)
		}
		got[fmt.Sprint(f.Properties["class"], " ", f.Properties["name"])] += lines
		if f.Properties["class"] == "trunk" && f.Properties["kmh"] != kmh {
			t.Errorf("speed of the trunk road: %v, want %v", f.Properties["kmh"], kmh)
		}
	}
	if got["trunk <nil>"] != 2 || got["residential Lane"] != 2 || got["residential <nil>"] != 1 || len(got) != 3 {
		t.Errorf("lines by class and name: %v", got)
	}
}

func TestSparseStreetsAreSeenFromAfar(t *testing.T) {
	s := tiles.NewStreets(village(t), nil)
	for z, want := range map[int]bool{12: true, 2: false} { // at level 2 all of it is smaller than a unit
		layers := cutAt(t, s, z)
		if _, ok := layers["streets"]; ok != want {
			t.Errorf("streets at level %d: %v, want %v", z, ok, want)
		}
		if _, ok := layers["cells"]; ok {
			t.Errorf("cells where there are none")
		}
		for _, f := range layers["streets"] {
			if f.Properties["name"] != nil {
				t.Errorf("a name at level %d", z)
			}
		}
	}
}

func TestPeopleAreTheSameFromNearAndAfar(t *testing.T) {
	s := tiles.NewStreets(village(t), people())
	for _, z := range []int{6, 10, 14} {
		sum, n := 0.0, 0
		for _, f := range cutAt(t, s, z)["cells"] {
			sum += f.Properties["population"].(float64)
			n++
		}
		if sum != 80 || z == 14 && n != 2 || z == 6 && n != 1 {
			t.Errorf("level %d: %v people in %d squares", z, sum, n)
		}
	}
	for _, f := range cutAt(t, s, 14)["cells"] {
		if got, want := f.Properties["per_km2"].(float64), f.Properties["population"].(float64)*100; got != want {
			t.Errorf("density %v, want %v", got, want)
		}
	}
	if layers := cutAt(t, s, 5); len(layers["cells"]) != 0 {
		t.Error("people at level 5")
	}
}

func TestATileThatDoesNotExistIsRefused(t *testing.T) {
	if _, err := tiles.NewStreets(village(t), nil).Cut(geo.Tile{Z: 3, X: 9, Y: 0}); err == nil {
		t.Error("no error")
	}
}
