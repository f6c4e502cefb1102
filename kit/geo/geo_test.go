package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/geo"
)

// Changsha's Wuyi square, as maps of the three datums show it.
var wuyi = geo.Point{112.97064, 28.19752}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b geo.Point
		want float64
		tol  float64
	}{
		{"nothing", wuyi, wuyi, 0, 0},
		{"a degree of the equator", geo.Point{0, 0}, geo.Point{1, 0}, 111195.08, 0.01},
		{"half way round", geo.Point{0, 0}, geo.Point{180, 0}, math.Pi * geo.EarthRadius, 0.001},
		{"pole to pole", geo.Point{0, 90}, geo.Point{77, -90}, math.Pi * geo.EarthRadius, 0.001},
		{"across the date line", geo.Point{179.5, 0}, geo.Point{-179.5, 0}, 111195.08, 0.01},
		{"Changsha to Zhuzhou, about 45 km", geo.Point{112.9389, 28.2278}, geo.Point{113.1340, 27.8274}, 48500, 1500},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := geo.Distance(c.a, c.b); math.Abs(got-c.want) > c.tol {
				t.Errorf("got %.3f m, want %.3f ± %.3f", got, c.want, c.tol)
			}
		})
	}
	if got := geo.Length([]geo.Point{{0, 0}, {1, 0}, {2, 0}}); math.Abs(got-2*111195.08) > 0.02 {
		t.Errorf("Length = %.3f", got)
	}
}

// Published pairs of the eviltransform test set.
func TestShiftsOfTheOpenTransformation(t *testing.T) {
	for _, c := range []struct {
		name     string
		wgs, gcj geo.Point
	}{
		{"Shanghai", geo.Point{121.5272106, 31.1774276}, geo.Point{121.531541859215, 31.17530398364597}},
		{"Shenzhen", geo.Point{113.912316, 22.543847}, geo.Point{113.9171764808363, 22.540796131694766}},
		{"Beijing", geo.Point{116.377817, 39.911954}, geo.Point{116.38404722455657, 39.91334545536069}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := geo.Distance(geo.ToGCJ(c.wgs), c.gcj); d > 1e-3 {
				t.Errorf("%.4f m from the published point", d)
			}
		})
	}
	// the worked examples of the coordtransform library
	tiananmen := geo.Point{116.404, 39.915}
	if d := geo.Distance(geo.ToGCJ(tiananmen), geo.Point{116.41024449916938, 39.91640428150164}); d > 1e-3 {
		t.Errorf("WGS-84 to GCJ-02: %.4f m from the published point", d)
	}
	if d := geo.Distance(geo.FromBD(geo.Point{116.41036949371029, 39.92133699351021}), geo.FromGCJ(tiananmen)); d > 1e-3 {
		t.Errorf("BD-09 to GCJ-02: %.4f m from the published point", d)
	}
	if p := (geo.Point{-122.4, 37.8}); geo.ToGCJ(p) != p || geo.FromGCJ(p) != p {
		t.Error("outside China nothing is shifted")
	}
	if d := geo.Distance(wuyi, geo.ToGCJ(wuyi)); d < 300 || d > 800 {
		t.Errorf("GCJ-02 lies %.0f m from WGS-84 in Changsha; 300-800 is known", d)
	}
	if d := geo.Distance(geo.ToGCJ(wuyi), geo.ToBD(wuyi)); d < 700 || d > 1200 {
		t.Errorf("BD-09 lies %.0f m from GCJ-02; 700-1200 is known", d)
	}
}

func TestRoundTripsStayWithinHalfAMetre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{rapid.Float64Range(73.6, 134.7).Draw(t, "lon"), rapid.Float64Range(18.2, 53.5).Draw(t, "lat")}
		if d := geo.Distance(p, geo.FromGCJ(geo.ToGCJ(p))); d > 0.5 {
			t.Fatalf("GCJ-02 and back: %g m", d)
		}
		if d := geo.Distance(p, geo.FromBD(geo.ToBD(p))); d > 0.5 {
			t.Fatalf("BD-09 and back: %g m", d)
		}
	})
}

func TestMercator(t *testing.T) {
	if x, y := geo.Mercator(geo.Point{0, 0}); x != 0.5 || y != 0.5 {
		t.Errorf("the origin lands on %g, %g", x, y)
	}
	if _, y := geo.Mercator(geo.Point{0, geo.MaxLatitude}); math.Abs(y) > 1e-9 {
		t.Errorf("the northern edge lands on %g", y)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		if d := geo.Distance(p, geo.Unmercator(geo.Mercator(p))); d > 1e-4 {
			t.Fatalf("there and back: %g m", d)
		}
	})
}

func TestTiles(t *testing.T) {
	// the tile of the Wuyi square at level 8, worked out with OpenStreetMap's formula
	if got, want := geo.TileAt(wuyi, 8), (geo.Tile{Z: 8, X: 208, Y: 107}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{rapid.Float64Range(-180, 179.999).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		z := rapid.IntRange(0, geo.MaxZoom).Draw(t, "z")
		tile := geo.TileAt(p, z)
		x0, y0, side := tile.Bounds()
		x, y := geo.Mercator(p)
		if !tile.Valid() || x < x0 || x >= x0+side || y < y0 || y >= y0+side {
			t.Fatalf("%v lies outside %v", p, tile)
		}
	})
	for _, bad := range []geo.Tile{{-1, 0, 0}, {0, 1, 0}, {3, 0, 8}, {23, 0, 0}} {
		if bad.Valid() {
			t.Errorf("%v is no tile", bad)
		}
	}
}
