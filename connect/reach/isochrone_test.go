package reach_test

import (
	"testing"

	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// inside tells whether a point lies in one of the polygons and in none of its holes,
// by the even-odd rule over all rings.
func inside(polygons []reach.Polygon, p geo.Point) bool {
	in := false
	for _, poly := range polygons {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
					in = !in
				}
			}
		}
	}
	return in
}

// A road around a lake: the ground is a ring with a hole, and never its hull.
func TestAnIsochroneHasHoles(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--------B
		
		
		
		
		
		
		
		D--------C
	`, "ABCDA highway=residential"), "walk")
	iso, err := e.Isochrones(t.Context(), reach.Outbound, at(0, 0), []reach.Decis{reach.Minutes(60), reach.Minutes(5)}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(iso.Lines) != 2 || iso.Lines[0].Limit != reach.Minutes(5) {
		t.Fatalf("limits %v", iso.Lines)
	}
	short, long := iso.Lines[0], iso.Lines[1]
	if len(long.Polygons) != 1 || len(long.Polygons[0]) != 2 {
		t.Fatalf("an hour: %d polygons", len(long.Polygons))
	}
	for _, c := range []struct {
		x, y        float64
		five, sixty bool
	}{{0, 0, true, true}, {2, 0, true, true}, {9, 8, false, true}, {4.5, 4, false, false}, {0.5, 0.5, true, true}, {-4, -4, false, false}, {12, 4, false, false}} {
		if got := inside(short.Polygons, at(c.x, c.y)); got != c.five {
			t.Errorf("five minutes: %v,%v is %v", c.x, c.y, got)
		}
		if got := inside(long.Polygons, at(c.x, c.y)); got != c.sixty {
			t.Errorf("an hour: %v,%v is %v", c.x, c.y, got)
		}
	}
	// 900 by 800 m of road, 150 m of ground on either side of it, less the lake's part
	if whole, hole := 1.2*1.1, 0.6*0.5; long.Km2 < whole-hole-0.2 || long.Km2 > whole-hole+0.1 {
		t.Errorf("an hour covers %.3f km2, about %.3f were expected", long.Km2, whole-hole)
	}
	oriented(t, long.Polygons)
}

// oriented checks RFC 7946: outer rings counter-clockwise, holes clockwise, closed.
func oriented(t *testing.T, polygons []reach.Polygon) {
	t.Helper()
	for _, p := range polygons {
		for i, ring := range p {
			sum := 0.0
			for k := 1; k < len(ring); k++ {
				sum += (ring[k-1][0]-ring[0][0])*(ring[k][1]-ring[0][1]) - (ring[k][0]-ring[0][0])*(ring[k-1][1]-ring[0][1])
			}
			if (sum > 0) != (i == 0) || ring[0] != ring[len(ring)-1] || len(ring) < 4 {
				t.Fatalf("ring %d of %d points runs the wrong way or is open", i, len(ring))
			}
		}
	}
}

// A one-way ring: one gets on clockwise, and is got to from the other side.
func TestInboundIsochrones(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--------------------B
		
		
		
		
		
		
		
		
		
		
		D--------------------C
	`, "ABCDA highway=residential oneway=yes maxspeed=30"), "car")
	for _, c := range []struct {
		d           reach.Direction
		east, south bool
	}{{reach.Outbound, true, false}, {reach.Inbound, false, true}} {
		iso, err := e.Isochrones(t.Context(), c.d, at(1, 0), []reach.Decis{reach.Minutes(3)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		line := iso.Lines[0].Polygons
		if got := inside(line, at(9, 0)); got != c.east {
			t.Errorf("direction %d: 800 m to the east is %v", c.d, got)
		}
		if got := inside(line, at(0, 7)); got != c.south {
			t.Errorf("direction %d: 700 m to the south is %v", c.d, got)
		}
	}
}

// On measured streets: what a matrix says is near lies within the line, what it says
// is far lies outside, but for a margin of what the grid can show.
func TestIsochronesAgreeWithTimes(t *testing.T) {
	for _, mode := range []string{"walk", "car"} {
		for _, d := range []reach.Direction{reach.Outbound, reach.Inbound} {
			e, points := real(t, "porto", mode)
			p := geo.Point{-8.6110, 41.1496} // the town hall
			limits := []reach.Decis{reach.Minutes(10), reach.Minutes(20), reach.Minutes(30)}
			iso, err := e.Isochrones(t.Context(), d, p, limits, 0)
			if err != nil {
				t.Fatal(err)
			}
			here, cells := e.Join([]geo.Point{p}, 0), e.Join(points, 0)
			// What the grid blurs: two steps on foot beside the road.
			margin := reach.Decis(2.5 * iso.Step / (e.Graph.Snap.Kmh / 3.6) * 10)
			checked, wrong := 0, 0
			err = e.Matrix(t.Context(), d, here, cells, reach.Minutes(60), reach.Work{}, func(_ int, row reach.Row) error {
				for k := range row.Len() {
					// A cell whose centre is far off the streets is joined by a leg that the
					// picture does not draw.
					if cells.Spots[k].Edge == street.None || cells.Spots[k].Metres > 100 {
						continue
					}
					for i, l := range limits {
						at := row.At(k)
						if at > l-margin && at < l+margin {
							continue
						}
						checked++
						if inside(iso.Lines[i].Polygons, points[k]) != (at <= l) {
							wrong++
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range iso.Lines {
				oriented(t, l.Polygons)
			}
			t.Logf("%s %d: step %.0f m, %d checked, %d wrong, %v km2", mode, d, iso.Step, checked, wrong, iso.Lines[2].Km2)
			if checked < 100 || wrong*200 > checked {
				t.Errorf("%s, direction %d: %d of %d cells lie on the wrong side", mode, d, wrong, checked)
			}
		}
	}
}

func BenchmarkIsochrones(b *testing.B) {
	for _, mode := range []string{"walk", "car"} {
		b.Run(mode, func(b *testing.B) {
			e, _ := real(b, "porto", mode)
			limits := []reach.Decis{reach.Minutes(15), reach.Minutes(30), reach.Minutes(45), reach.Minutes(60)}
			for b.Loop() {
				if _, err := e.Isochrones(b.Context(), reach.Outbound, geo.Point{-8.6110, 41.1496}, limits, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
