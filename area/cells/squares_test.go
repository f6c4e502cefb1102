package cells_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/area/cells"
	"conurb/kit/geo"
)

// czt are the bounds of Changsha, Zhuzhou and Xiangtan.
var czt = [4]float64{111.88, 26.05, 114.26, 28.67}

func TestSquaresAreNamedByTheirNumbers(t *testing.T) {
	g, err := cells.Grid([4]float64{-.01, -.01, .01, .01}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if g.By.Meridian != 0 || g.Columns != 4 || g.Rows != 4 {
		t.Fatalf("%+v", g)
	}
	for _, c := range []struct {
		x, y float64
		want string
	}{{1, 1, "E0N0"}, {-1, -1, "W1S1"}, {1001, -1, "E1S1"}, {-1001, 1001, "W2N1"}} {
		if i, ok := g.At(g.By.Inverse(c.x, c.y)); !ok || g.ID(i) != c.want {
			t.Errorf("%v %v: %s, want %s", c.x, c.y, g.ID(i), c.want)
		}
	}
}

func TestEveryPointOfTheBoundsLiesInASquare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, s := rapid.Float64Range(-180, 170).Draw(t, "west"), rapid.Float64Range(-80, 70).Draw(t, "south")
		b := [4]float64{w, s, w + rapid.Float64Range(0, 10).Draw(t, "wide"), s + rapid.Float64Range(0, 10).Draw(t, "high")}
		side := rapid.Float64Range(100, 5000).Draw(t, "side")
		g, err := cells.Grid(b, side)
		if err != nil {
			t.Fatal(err)
		}
		p := geo.Point{b[0] + (b[2]-b[0])*rapid.Float64Range(0, 1).Draw(t, "x"), b[1] + (b[3]-b[1])*rapid.Float64Range(0, 1).Draw(t, "y")}
		p = geo.Point{min(p[0], b[2]), min(p[1], b[3])}
		i, ok := g.At(p)
		if !ok {
			t.Fatalf("%v outside %+v", p, g)
		}
		ring := g.Square(i)
		if ring[0] != ring[4] {
			t.Fatal("the ring is open")
		}
		px, py := g.By.Forward(p)
		x0, y0 := g.By.Forward(ring[0])
		x2, y2 := g.By.Forward(ring[2])
		if px < x0-1e-5 || px > x2+1e-5 || py < y0-1e-5 || py > y2+1e-5 || math.Abs(x2-x0-side) > 1e-5 || math.Abs(y2-y0-side) > 1e-5 {
			t.Fatalf("%v lies at %f %f, its square from %f %f to %f %f", p, px, py, x0, y0, x2, y2)
		}
		if j, ok := g.At(g.Centre(i)); !ok || j != i {
			t.Fatalf("the centre of %d lies in %d", i, j)
		}
	})
}

func TestGridsOfOneMeridianAgree(t *testing.T) {
	a, _ := cells.Grid(czt, 500)
	b, _ := cells.Grid([4]float64{112.9, 27.9, 113.1, 28.3}, 500)
	i, _ := a.At(wuyi)
	j, _ := b.At(wuyi)
	if a.ID(i) != b.ID(j) || a.Centre(i) != b.Centre(j) {
		t.Errorf("%s and %s", a.ID(i), b.ID(j))
	}
}

var wuyi = geo.Point{112.97064, 28.19752}

func TestGridsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		name   string
		bounds [4]float64
		side   float64
		want   error
	}{
		{"no side", czt, 0, cells.ErrSide},
		{"a side that is none", czt, math.NaN(), cells.ErrSide},
		{"turned round", [4]float64{2, 0, 1, 1}, 500, cells.ErrBounds},
		{"no numbers", [4]float64{math.NaN(), 0, 1, 1}, 500, cells.ErrBounds},
		{"half the world", [4]float64{0, 0, 90, 60}, 500, cells.ErrBounds},
		{"too fine", [4]float64{0, 0, 10, 10}, 1, cells.ErrMany},
	} {
		if g, err := cells.Grid(c.bounds, c.side); !errors.Is(err, c.want) {
			t.Errorf("%s: %v %v", c.name, g, err)
		}
	}
}

func TestCellsFindTheirGridAgain(t *testing.T) {
	g, err := cells.Grid([4]float64{111.9, 26.1, 114.2, 28.6}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	c := &area.Cells{Side: 1000}
	for i := range g.Len() { // only the eastern end has people: their middle is another
		if p := g.Centre(i); p[0] > 113.9 && i%7 == 0 {
			c.ID, c.Point = append(c.ID, g.ID(i)), append(c.Point, p)
		}
	}
	found, ok := cells.Of(c)
	if !ok || found.By != g.By {
		t.Fatalf("%v %v", ok, found)
	}
	ring := cells.Rings(c)
	for i, p := range c.Point {
		j, _ := g.At(p)
		if ring(i) != g.Square(j) {
			t.Fatalf("cell %d is drawn at %v, not %v", i, ring(i), g.Square(j))
		}
	}
	// moved off every grid they are drawn around their centres
	for i := range c.Point {
		c.Point[i][1] += .003
	}
	if _, ok := cells.Of(c); ok {
		t.Fatal("found a grid that is none")
	}
	for i, p := range c.Point[:50] {
		r := cells.Rings(c)(i)
		middle := geo.Point{(r[0][0] + r[2][0]) / 2, (r[0][1] + r[2][1]) / 2}
		if d := geo.Distance(middle, p); d > 1 || math.Abs(geo.Distance(r[0], r[1])-1000) > 6 {
			t.Fatalf("%v around %v: %g m off", r, p, d)
		}
	}
	if c.Side = 0; cells.Rings(c) != nil {
		t.Error("points have no outline")
	}
}
