package street_test

import (
	"math"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"
	"conurb/kit/geo"

	"pgregory.net/rapid"
)

// TestSnapToTheEdge: to the road, not to its ends; the leg is timed; a motorway and
// what is too far away are left alone.
func TestSnapToTheEdge(t *testing.T) {
	w := streettest.Draw(t, "A-----B\n|     |\nC-----D", "AB highway=motorway oneway=no", "AC highway=residential", "BD highway=residential", "CD highway=residential")
	g, _ := build(t, w, builtin(t, "car"))
	s := g.Snapper()
	lon, lat := w.At("C", 150, 50)
	spot, ok := s.Nearest(lon, lat, 0)
	if !ok || g.EdgeWay[spot.Edge] != w.Way("CD") || math.Abs(spot.Share-0.25) > 1e-3 || math.Abs(spot.Metres-50) > 0.1 {
		t.Fatalf("snapped to %+v, %v", spot, ok)
	}
	if want := street.Millis(36_000); spot.Access < want-100 || spot.Access > want+100 { // 50 m at 5 km/h
		t.Errorf("the leg takes %d ms, want %d", spot.Access, want)
	}
	lon, lat = w.At("A", 300, -10)
	if spot, ok := s.Nearest(lon, lat, 0); !ok || g.EdgeWay[spot.Edge] == w.Way("AB") {
		t.Errorf("snapped to %+v, a motorway", spot)
	}
	lon, lat = w.At("D", 40, -30)
	if spot, ok := s.Nearest(lon, lat, 0); !ok || math.Abs(spot.Metres-50) > 0.1 || spot.Share != 1 && spot.Share != 0 {
		t.Errorf("beyond the end: %+v, %v", spot, ok)
	}
	if _, ok := s.Nearest(lon, lat, 49); ok {
		t.Error("a point 50 m away snapped within 49 m")
	}
	far, _ := w.At("D", 4000, 0)
	_, missed := s.All([][2]float64{{lon, lat}, {far, 0}, {math.NaN(), 0}, {0, 91}, {120, 50}}, 1000)
	if len(missed) != 4 || missed[0].Index != 1 || math.Abs(missed[0].Metres-4000) > 5 || !math.IsInf(missed[1].Metres, 1) || !math.IsInf(missed[3].Metres, 1) {
		t.Errorf("missed %+v", missed)
	}
}

// TestOnewaySpot: on a oneway road the trip goes on at its end only and comes from
// its beginning; along the edge there is one direction.
func TestOnewaySpot(t *testing.T) {
	w := streettest.Draw(t, "A--B\n|  |\nC--D", "AB highway=residential oneway=yes", "BDCA highway=residential")
	g, _ := build(t, w, builtin(t, "car"))
	at := func(east float64) street.Spot {
		lon, lat := w.At("A", east, 0)
		spot, ok := g.Snapper().Nearest(lon, lat, 0)
		if !ok {
			t.Fatal("not snapped")
		}
		return spot
	}
	first, last := at(75), at(225)
	if legs := g.Leave(first); len(legs) != 1 || g.NodeID[legs[0].Node] != 'B' {
		t.Errorf("leaves by %v", legs)
	}
	if legs := g.Reach(first); len(legs) != 1 || g.NodeID[legs[0].Node] != 'A' {
		t.Errorf("is reached by %v", legs)
	}
	if ms, ok := g.Between(first, last); !ok || ms < 21_500 || ms > 21_700 { // 150 m at 25 km/h
		t.Errorf("along: %d ms, %v", ms, ok)
	}
	if _, ok := g.Between(last, first); ok {
		t.Error("against the direction")
	}
	if ms, way := trip(g, last, first); way != "BA" || ms < 122_000 || ms > 122_800 {
		t.Errorf("round: %s in %d ms", way, ms)
	}
}

// TestNearestIsNearest compares the tree with a look at every edge, on random maps.
func TestNearestIsNearest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := grid(rt)
		g, _, err := street.Build(t.Context(), w, street.Options{Profile: walkProfile})
		if err != nil {
			rt.Fatal(err)
		}
		lon, lat := rapid.Float64Range(-0.01, 0.03).Draw(rt, "lon"), rapid.Float64Range(-0.03, 0.01).Draw(rt, "lat")
		spot, ok := g.Snapper().Nearest(lon, lat, 1e6)
		if !ok {
			rt.Fatal("nothing near")
		}
		for e := range street.Edge(g.Edges()) {
			shape := g.EdgeShape(e)
			for i := range 21 {
				p, q := shape[0].Point(), shape[len(shape)-1].Point()
				u := float64(i) / 20
				if far := geo.Distance([2]float64{lon, lat}, [2]float64{p[0] + u*(q[0]-p[0]), p[1] + u*(q[1]-p[1])}); far < spot.Metres*(1-1e-4)-0.02 {
					rt.Fatalf("edge %d is %v m away, snapped to %+v", e, far, spot)
				}
			}
		}
	})
}

// TestSnapOnARealNetwork: the tree finds what a look at all edges finds.
func TestSnapOnARealNetwork(t *testing.T) {
	path := file(t, "porto/porto_portugal.osm.pbf")
	g, _ := build(t, pbf{path}, builtin(t, "car"))
	points := cells(t, file(t, "porto/porto_cells500.csv"))
	s := g.Snapper()
	for i := 0; i < len(points); i += 300 {
		p := points[i]
		spot, ok := s.Nearest(p[0], p[1], 0)
		for e := range street.Edge(g.Edges()) {
			for _, q := range g.EdgeShape(e) {
				if avoided(g, e) {
					break
				}
				if far := geo.Distance(p, q.Point()); far < 1000 && !ok || ok && far < spot.Metres*(1-1e-4)-0.02 {
					t.Fatalf("%v: edge %d is %v m away; snapped to %+v, %v", p, e, far, spot, ok)
				}
			}
		}
	}
}

func avoided(g *street.Graph, e street.Edge) bool {
	for _, name := range g.Snap.Avoid {
		if g.Classes[g.EdgeClass[e]] == name {
			return true
		}
	}
	return g.EdgeWay[e] == 0
}

func BenchmarkNearest(b *testing.B) {
	path := file(b, "porto/porto_portugal.osm.pbf")
	g, _ := build(b, pbf{path}, builtin(b, "car"))
	points := cells(b, file(b, "porto/porto_cells500.csv"))
	s := g.Snapper()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := points[i%len(points)]
		s.Nearest(p[0], p[1], 0)
	}
}
