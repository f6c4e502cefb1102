package street_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"

	"pgregory.net/rapid"
)

// hills are drawn heights: metres from metres east and north of the corner.
type hills func(east, north float64) (float64, bool)

func (h hills) At(lon, lat float64) (float64, bool) {
	const metre = 8993 / 1e7 / streettest.Cell
	return h(lon/metre, lat/metre)
}

// plane rises towards the east.
func rising(grade float64) hills {
	return func(x, _ float64) (float64, bool) { return 50 + grade*x, true }
}

func on(t testing.TB, w street.Source, p *street.Profile, h street.Elevation) (*street.Graph, *street.Report) {
	t.Helper()
	g, rep, err := street.Build(context.Background(), w, street.Options{Profile: p, Elevation: h})
	if err != nil {
		t.Fatal(err)
	}
	return g, rep
}

// sides gives the times of a way there and back, in seconds.
func sides(g *street.Graph, way int64) (there, back float64) {
	for e := range street.Edge(g.Edges()) {
		if g.EdgeWay[e] == way {
			there += float64(g.SideMove[e.Side(false)]) / 1000
			back += float64(g.SideMove[e.Side(true)]) / 1000
		}
	}
	return there, back
}

// TestSlopes: 300 m on a plane, by the formulas of the papers.
func TestSlopes(t *testing.T) {
	foot, ride := 300*3.6/4.8, 300*3.6/16
	rows := []struct {
		name, profile, tags string
		grade, there, back  float64
	}{
		{"flat", "walk", "highway=footway", 0, foot, foot},
		{"5 % on foot", "walk", "highway=footway", 0.05, foot * math.Exp(3.5*0.05), foot * math.Exp(-3.5*0.05)},
		{"10 % on foot", "walk", "highway=footway", 0.10, foot * math.Exp(3.5*0.10), foot},
		{"30 % on foot", "walk", "highway=footway", 0.30, foot * math.Exp(3.5*0.30), foot * math.Exp(3.5*0.20)},
		{"a fault of the raster", "walk", "highway=footway", 7, foot * math.Exp(3.5*0.40), foot * math.Exp(3.5*0.30)},
		{"stairs keep their speed", "walk", "highway=steps", 0.3, 2 * foot, 2 * foot},
		{"a boat", "walk", "route=ferry", 0.3, 72, 72},
		{"a boat with a duration", "walk", "route=ferry duration=00:10", 0.3, 600, 600},
		{"flat by bicycle", "bicycle", "highway=tertiary", 0, ride, ride},
		{"3 % by bicycle", "bicycle", "highway=tertiary", 0.03, ride / (1 - 3*1.44/21.6), ride / (1 + 3*0.86/21.6)},
		{"so steep that one gets off", "bicycle", "highway=tertiary", 0.14, 300 * 3.6 / 4, ride / 1.3},
		{"pushed", "bicycle", "highway=footway", 0.05, 300 * 3.6 / 4, 300 * 3.6 / 4},
		{"by car", "car", "highway=residential", 0.1, 43.2, 43.2},
	}
	for _, r := range rows {
		w := streettest.Draw(t, "A--B--C", "AB "+r.tags, "BC highway=unclassified")
		g, _ := on(t, w, builtin(t, r.profile), rising(r.grade))
		there, back := sides(g, w.Way("AB"))
		if math.Abs(there-r.there) > 0.05 || math.Abs(back-r.back) > 0.05 {
			t.Errorf("%s: %.2f s up and %.2f s down, want %.2f and %.2f", r.name, there, back, r.there, r.back)
		}
	}
}

// TestFastestDownhillOnFoot: the hiking function has its maximum at 2.86 degrees
// downhill, and 5.04 km/h on the flat against 6 there.
func TestFastestDownhillOnFoot(t *testing.T) {
	s := builtin(t, "walk").Slope
	best := 0.0
	for degrees := -10.0; degrees <= 10; degrees += 0.01 {
		if grade := math.Tan(degrees * math.Pi / 180); s.Factor(grade) > s.Factor(math.Tan(best*math.Pi/180)) {
			best = degrees
		}
	}
	if math.Abs(best+2.86) > 0.011 {
		t.Errorf("fastest at %.2f degrees", best)
	}
	if got := s.Factor(-0.05); math.Abs(got-6/5.0367) > 1e-3 {
		t.Errorf("%.4f times the flat speed at best", got)
	}
}

// TestBridgesSpanValleys: the ground under a bridge, and over a tunnel, is not the
// road; also where the bridge is drawn in pieces.
func TestBridgesSpanValleys(t *testing.T) {
	valley := hills(func(x, _ float64) (float64, bool) { return 10 - 0.3*min(max(x-300, 0), max(1200-x, 0), 100), true })
	for _, kind := range []string{"bridge=yes", "tunnel=yes"} {
		w := streettest.Draw(t, "A--B--C--D--E--F", "AB highway=footway", "BC highway=footway "+kind, "CD highway=footway "+kind, "DE highway=footway "+kind, "EF highway=footway")
		g, rep := on(t, w, builtin(t, "walk"), valley)
		for _, way := range []string{"BC", "CD", "DE"} {
			if there, back := sides(g, w.Way(way)); math.Abs(there-225) > 0.01 || math.Abs(back-225) > 0.01 {
				t.Errorf("%s, %s takes %.2f and %.2f s, want 225", kind, way, there, back)
			}
		}
		if rep.Heights.Unknown != 0 || math.Abs(rep.Heights.Metres-1500) > 1 {
			t.Errorf("%s: %+v", kind, rep.Heights)
		}
	}
	w := streettest.Draw(t, "A--B--C--D--E--F", "ABCDEF highway=footway")
	g, _ := on(t, w, builtin(t, "walk"), valley)
	if there, _ := sides(g, w.Way("ABCDEF")); there < 1126 {
		t.Errorf("through the valley %.2f s, no more than over the bridge", there)
	}
}

// TestABridgeClimbsEvenly from one end to the other.
func TestABridgeClimbsEvenly(t *testing.T) {
	ramp := hills(func(x, _ float64) (float64, bool) { return 45 * math.Floor(x/150) / 10, true }) // 9 m for each letter
	w := streettest.Draw(t, "A--B--C--D--E--F", "AB highway=footway", "BC highway=footway bridge=yes", "CDE highway=footway bridge=yes", "EF highway=footway")
	p := builtin(t, "walk")
	p.Slope.Smooth = 0
	g, _ := on(t, w, p, ramp)
	want := 225 * math.Exp(3.5*0.03)
	one, _ := sides(g, w.Way("BC"))
	two, _ := sides(g, w.Way("CDE"))
	if math.Abs(one-want) > 0.05 || math.Abs(two-2*want) > 0.1 {
		t.Errorf("pieces of the bridge take %.2f and %.2f s, want %.2f and %.2f", one, two, want, 2*want)
	}
}

// TestWithoutHeights: holes are spanned and reported; nothing known is flat.
func TestWithoutHeights(t *testing.T) {
	w := streettest.Draw(t, "A--B--C", "AB highway=footway", "BC highway=footway")
	flat, _ := on(t, w, builtin(t, "walk"), nil)
	sea, rep := on(t, w, builtin(t, "walk"), hills(func(float64, float64) (float64, bool) { return 0, false }))
	want, _ := sides(flat, 1)
	if got, _ := sides(sea, 1); got != want || math.Abs(rep.Heights.Unknown-rep.Heights.Metres) > 1e-6 {
		t.Errorf("without any height: %+v", rep.Heights)
	}
	hole := hills(func(x, _ float64) (float64, bool) { return 0.05 * x, x < 110 || x > 190 })
	p := builtin(t, "walk")
	p.Slope.Smooth = 0
	g, rep := on(t, w, p, hole)
	if there, _ := sides(g, 1); math.Abs(there-225*math.Exp(3.5*0.05)) > 0.05 {
		t.Errorf("over the hole %.2f s", there)
	}
	if math.Abs(rep.Heights.Metres-600) > 1 || math.Abs(rep.Heights.Unknown-100) > 1 {
		t.Errorf("the hole is reported as %+v", rep.Heights)
	}
}

// TestHeightsThatFail end the building.
func TestHeightsThatFail(t *testing.T) {
	w := streettest.Draw(t, "A--B", "AB highway=residential")
	if _, _, err := street.Build(context.Background(), w, street.Options{Profile: builtin(t, "walk"), Elevation: broken{rising(0)}}); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	on(t, w, builtin(t, "car"), broken{rising(0)}) // no slope, no look at heights
}

var errBroken = errors.New("broken")

type broken struct{ hills }

func (broken) Err() error { return errBroken }

// TestFlatGroundIsNoGround, and there and back change places when the hill is
// turned round.
func TestFlatGroundIsNoGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := grid(t)
		id := rapid.SampledFrom([]string{"walk", "bicycle"}).Draw(t, "profile")
		make := func(h street.Elevation) *street.Graph {
			g, _, err := street.Build(t.Context(), m, street.Options{Profile: must(id), Elevation: h})
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		grade := rapid.Float64Range(-0.3, 0.3).Draw(t, "grade")
		none, flat, up, down := make(nil), make(rising(0)), make(rising(grade)), make(rising(-grade))
		for s := range none.SideMove {
			if none.SideMove[s] != flat.SideMove[s] {
				t.Fatalf("side %d takes %d on flat ground, %d without heights", s, flat.SideMove[s], none.SideMove[s])
			}
			o := street.Side(s).Opposite()
			if up.SideMove[o] < 0 || up.SideMove[s] < 0 || none.SideMove[s] != none.SideMove[o] {
				continue
			}
			if a, b := up.SideMove[s], down.SideMove[o]; a-b > 1 || b-a > 1 {
				t.Fatalf("side %d takes %d uphill, its opposite %d with the hill turned round", s, a, b)
			}
		}
	})
}

// TestUphillIsSlower, the steeper the more, in both laws.
func TestUphillIsSlower(t *testing.T) {
	for _, id := range []string{"walk", "bicycle"} {
		s := builtin(t, id).Slope
		if s.Factor(0) != 1 {
			t.Errorf("%s: %v times the flat speed on the flat", id, s.Factor(0))
		}
		for grade := 0.01; grade < 0.4; grade += 0.01 {
			if s.Factor(grade) >= s.Factor(grade-0.01) && s.Factor(grade) > 0 {
				t.Errorf("%s: no slower at %.2f", id, grade)
			}
			if s.Factor(grade) >= s.Factor(-grade) {
				t.Errorf("%s: up as fast as down at %.2f", id, grade)
			}
		}
	}
}
