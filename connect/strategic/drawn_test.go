package strategic_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/connect/strategic"
	"conurb/connect/street"
	"conurb/kit/geo"
)

// flat is the plane that drawn squares stand on.
var flat = geo.NewProjection(10)

// place is the point so many kilometres east of the meridian and north of 50°.
func place(x, y float64) [2]float64 {
	_, south := flat.Forward([2]float64{10, 50})
	return flat.Inverse(1000*x, south+1000*y)
}

// square is a block of columns by rows squares of a kilometre, nobody in them; the
// first has its centre at (0, 0).
func square(columns, rows int) *area.Cells {
	c := &area.Cells{Side: 1000, Columns: []area.Column{{Name: area.Population}}}
	for y := range rows {
		for x := range columns {
			c.ID = append(c.ID, "")
			c.Point = append(c.Point, place(float64(x), float64(y)))
			c.Columns[0].Values = append(c.Columns[0].Values, 0)
		}
	}
	return c
}

func source(t interface{ Fatal(...any) }, cells *area.Cells, s *area.Sketch) (street.Source, strategic.Report) {
	src, rep, err := strategic.Source(&area.Network{}, s, cells, strategic.DefaultRule(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	return src, rep
}

// minutes is the time by a profile between two places of a drawn world.
func minutes(t testing.TB, src street.Source, profile string, from, to [2]float64) float64 {
	t.Helper()
	g, _ := build(t, src, profile)
	s := g.Snapper()
	return float64(arrive(g, times(g, spot(t, s, from)), spot(t, s, to))) / 60_000
}

func about(got, want float64) bool { return math.Abs(got-want) <= 0.005*want+0.002 }

// TestSquareNet knows the answer by formula: |dx|+|dy| at the share of the limit.
func TestSquareNet(t *testing.T) {
	src, rep := source(t, square(8, 6), &area.Sketch{})
	if rep.Local != 8*5+7*6 || rep.Forced != 0 || rep.Connectors != 0 {
		t.Errorf("%+v", rep)
	}
	for _, end := range [][2]float64{{7, 0}, {0, 5}, {7, 5}, {3, 2}} {
		want := (end[0] + end[1]) / (45 * 0.85) * 60
		if got := minutes(t, src, "car", place(0, 0), place(end[0], end[1])); !about(got, want) {
			t.Errorf("to %v by car: %.2f minutes, want %.2f", end, got, want)
		}
		want = (end[0] + end[1]) / 4.8 * 60
		if got := minutes(t, src, "walk", place(0, 0), place(end[0], end[1])); !about(got, want) {
			t.Errorf("to %v on foot: %.2f minutes, want %.2f", end, got, want)
		}
	}
}

// TestDensityLowersTheLimit puts 10,000 people into two of four squares.
func TestDensityLowersTheLimit(t *testing.T) {
	cells := square(4, 1)
	cells.Columns[0].Values[2], cells.Columns[0].Values[3] = 10_000, 10_000
	src, _ := source(t, cells, &area.Sketch{})
	for i, want := range []float64{45, 35, 30} { // 0, 5,000 and 10,000 people on either side
		if got := minutes(t, src, "car", place(float64(i), 0), place(float64(i+1), 0)); !about(got, 60/(want*0.85)) {
			t.Errorf("street %d: %.2f minutes, want a limit of %v", i, got, want)
		}
	}
}

// TestRiver is 4 by 3 squares with a river from north to south in the middle.
func TestRiver(t *testing.T) {
	river := area.Barrier{Path: [][2]float64{place(1.5, -3), place(1.5, 6)}}
	src, rep := source(t, square(4, 3), &area.Sketch{Barriers: []area.Barrier{river}})
	if rep.Barred != 3 || rep.Forced != 1 || rep.Local != 3*3+2*4-3 {
		t.Errorf("no bridge: %+v", rep)
	}
	minutes(t, src, "walk", place(0, 0), place(3, 0)) // fails where nothing leads over
	bridge := area.Link{Class: "primary", LimitKmh: 60, Path: [][2]float64{place(1, 2), place(2, 2)}}
	src, rep = source(t, square(4, 3), &area.Sketch{Barriers: []area.Barrier{river}, Links: []area.Link{bridge}})
	if rep.Forced != 0 {
		t.Errorf("a bridge: %+v", rep)
	}
	want := 2.0*60/(45*0.85)*2 + 60/(60*0.85) // north to the bridge, over it, and back south
	if got := minutes(t, src, "car", place(1, 0), place(2, 0)); !about(got, want) {
		t.Errorf("over the bridge: %.2f minutes, want %.2f", got, want)
	}
	// An expressway over the river is no way on foot: the bridge for people is forced.
	bridge.Class = "expressway"
	_, rep = source(t, square(4, 3), &area.Sketch{Barriers: []area.Barrier{river}, Links: []area.Link{bridge}})
	if rep.Forced != 1 || rep.Interchanges != 2 {
		t.Errorf("an expressway: %+v", rep)
	}
}

// TestCrossings draws two roads that cross away from the ends and no square near the
// crossing: they are joined if they are of one kind.
func TestCrossings(t *testing.T) {
	for _, row := range []struct {
		a, b   string
		joined bool
	}{
		{"trunk", "secondary", true}, {"expressway", "expressway", true}, {"expressway", "trunk", false}, {"primary", "expressway", false},
	} {
		_, rep := source(t, square(1, 1), &area.Sketch{Links: []area.Link{
			{Class: row.a, LimitKmh: 80, Path: [][2]float64{place(20, 10), place(40, 10)}},
			{Class: row.b, LimitKmh: 80, Path: [][2]float64{place(30, 0), place(30, 21)}},
		}})
		if got := rep.Crossings == 1; got != row.joined {
			t.Errorf("%s and %s: %d crossings", row.a, row.b, rep.Crossings)
		}
	}
}

// TestEndNearAnotherRoad leaves a gap of a kilometre, which is joined, and one of two,
// which is not.
func TestEndNearAnotherRoad(t *testing.T) {
	for east, want := range map[float64]int{21: 1, 22: 0} {
		_, rep := source(t, square(1, 1), &area.Sketch{Links: []area.Link{
			{Class: "trunk", LimitKmh: 80, Path: [][2]float64{place(20, 10), place(20, 30)}},
			{Class: "trunk", LimitKmh: 80, Path: [][2]float64{place(east, 20), place(50, 20)}},
		}})
		if rep.Joints != want {
			t.Errorf("gap of %v km: %d joints, want %d", east-20, rep.Joints, want)
		}
	}
}

func TestInterchanges(t *testing.T) {
	way := area.Link{Class: "expressway", LimitKmh: 120, Path: [][2]float64{place(0, 0.3), place(36, 0.3)}}
	_, rep := source(t, square(37, 1), &area.Sketch{Links: []area.Link{way}})
	if rep.Interchanges != 5 { // ends, and every nine kilometres
		t.Errorf("by rule: %d interchanges", rep.Interchanges)
	}
	way.Interchanges = [][2]float64{place(10, 1)}
	src, rep := source(t, square(37, 1), &area.Sketch{Links: []area.Link{way}})
	if rep.Interchanges != 3 {
		t.Errorf("stated: %d interchanges", rep.Interchanges)
	}
	ramp := 0.3 * 60 / (40 * 0.85)
	want := 10*60/(120*0.85) + 2*ramp
	if got := minutes(t, src, "car", place(0, 0), place(10, 0)); !about(got, want) {
		t.Errorf("ten kilometres by expressway: %.2f minutes, want %.2f", got, want)
	}
}

func TestStationsAreJoined(t *testing.T) {
	n := &area.Network{
		Stations: []area.Station{{ID: "a", Point: place(0.3, 0.2)}, {ID: "b", Point: place(2.1, 0)}, {ID: "later", Point: place(3, 0)}},
		Lines: []area.Line{{Mode: "rail", Stations: []string{"a", "b", "later"}, Sections: []area.Section{
			{From: "a", To: "b", Opened: &area.Dated{Date: 10, Known: 10}}, {From: "b", To: "later", Opened: &area.Dated{Date: 20, Known: 20}},
		}}},
	}
	for day, want := range map[area.Date]int{9: 0, 10: 2, 20: 3} {
		src, rep, err := strategic.Source(n, &area.Sketch{}, square(4, 1), strategic.DefaultRule(), day, day)
		if err != nil || rep.Stations != want {
			t.Errorf("day %d: %d stations, want %d: %v", day, rep.Stations, want, err)
		}
		if day == 10 {
			if got := minutes(t, src, "walk", place(0.3, 0.2), place(0, 0)); !about(got, 0.5/4.8*60) {
				t.Errorf("half a kilometre round the corner: %.2f minutes", got)
			}
		}
	}
}

// TestStationsBesideOneAnother: one changes between them on foot, not by way of the
// middle of the square.
func TestStationsBesideOneAnother(t *testing.T) {
	n := &area.Network{
		Stations: []area.Station{{ID: "rail", Point: place(0.4, 0.4)}, {ID: "metro", Point: place(0.5, 0.4)}, {ID: "far", Point: place(0.4, 1.4)}},
		Lines:    []area.Line{{Mode: "rail", Stations: []string{"rail", "metro", "far"}, Sections: []area.Section{{From: "rail", To: "far", Opened: &area.Dated{Date: 1, Known: 1}}}}},
	}
	src, rep, err := strategic.Source(n, &area.Sketch{}, square(4, 1), strategic.DefaultRule(), 1, 1)
	if err != nil || rep.Changes != 1 {
		t.Fatalf("%d footways, want 1: %v", rep.Changes, err)
	}
	if got := minutes(t, src, "walk", place(0.4, 0.4), place(0.5, 0.4)); !about(got, 0.1/4.8*60) {
		t.Errorf("a hundred metres on foot: %.2f minutes", got)
	}
	if got := minutes(t, src, "car", place(0.4, 0.4), place(0.5, 0.4)); got < 1 {
		t.Errorf("by car over the footway: %.2f minutes", got)
	}
}

func TestRefusals(t *testing.T) {
	for name, row := range map[string]struct {
		code   string
		change func(*area.Cells, *strategic.Rule)
	}{
		"points":         {"points", func(c *area.Cells, _ *strategic.Rule) { c.Side = 0 }},
		"no cells":       {"no-cells", func(c *area.Cells, _ *strategic.Rule) { *c = area.Cells{Side: 1000} }},
		"no access":      {"bad-figure", func(_ *area.Cells, r *strategic.Rule) { r.Access = 0 }},
		"not a number":   {"bad-figure", func(_ *area.Cells, r *strategic.Rule) { r.Interchanges = math.NaN() }},
		"no band":        {"bad-figure", func(_ *area.Cells, r *strategic.Rule) { r.Local = nil }},
		"no lowest":      {"bad-figure", func(_ *area.Cells, r *strategic.Rule) { r.Local = r.Local[:1] }},
		"standing still": {"bad-figure", func(_ *area.Cells, r *strategic.Rule) { r.Local[0].LimitKmh = 0 }},
	} {
		cells, rule := square(2, 2), strategic.DefaultRule()
		row.change(cells, &rule)
		src, _, err := strategic.Source(&area.Network{}, &area.Sketch{}, cells, rule, 1, 1)
		var e *strategic.Error
		if !errors.As(err, &e) || e.Code != row.code || src != nil {
			t.Errorf("%s: %v, want %s", name, err, row.code)
		}
	}
}

// TestAnyGroundIsOneNet takes squares out of a block, draws roads and a river at will:
// on foot and by car everything still reaches everything.
func TestAnyGroundIsOneNet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, cells := square(9, 7), &area.Cells{Side: 1000, Columns: []area.Column{{Name: area.Population}}}
		for i, p := range whole.Point {
			if i == 0 || rapid.IntRange(0, 3).Draw(t, "kept") > 0 {
				cells.ID, cells.Point = append(cells.ID, ""), append(cells.Point, p)
				cells.Columns[0].Values = append(cells.Columns[0].Values, rapid.Float64Range(0, 20_000).Draw(t, "people"))
			}
		}
		course := func() [][2]float64 {
			var path [][2]float64
			for range rapid.IntRange(2, 4).Draw(t, "points") {
				path = append(path, place(rapid.Float64Range(-2, 11).Draw(t, "x"), rapid.Float64Range(-2, 9).Draw(t, "y")))
			}
			return path
		}
		s := &area.Sketch{Barriers: []area.Barrier{{Path: course()}}}
		for range rapid.IntRange(0, 4).Draw(t, "links") {
			s.Links = append(s.Links, area.Link{Class: rapid.SampledFrom(area.LinkClasses).Draw(t, "class"), LimitKmh: 80, Path: course()})
		}
		src, _ := source(t, cells, s)
		for _, profile := range []string{"car", "walk"} {
			rules, _ := street.Builtin(profile)
			g, built, err := street.Build(t.Context(), src, street.Options{Profile: rules})
			if cells.Len() < 2 && err != nil {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			snap := g.Snapper()
			from, _ := snap.Nearest(cells.Point[0][0], cells.Point[0][1], 0)
			best := times(g, from)
			for i, p := range cells.Point {
				if to, ok := snap.Nearest(p[0], p[1], 0); !ok || to.Metres > 1 || arrive(g, best, to) == never {
					t.Fatalf("%s: square %d cannot be reached; left out %v", profile, i, built.Parts)
				}
			}
		}
	})
}
