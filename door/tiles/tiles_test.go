package tiles_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/door/tiles"
	"conurb/internal/packtest"
	"conurb/kit/geo"
	"conurb/plan"
	"conurb/plan/measure"
	"conurb/plan/pack"
)

func day(y, m, d int) area.Date { return area.NewDate(y, 1, 1).AddMonths(m-1) + area.Date(d-1) }

func on(d area.Date) measure.Moment { return measure.Moment{AsOf: d, Believed: d} }

func TestStatus(t *testing.T) {
	promised, again := area.Dated{Date: day(2024, 6, 30), Known: day(2022, 1, 1)}, area.Dated{Date: day(2026, 12, 31), Known: day(2025, 1, 1)}
	opened := &area.Dated{Date: day(2026, 5, 1), Known: day(2026, 5, 3)}
	section := area.Section{ID: "s", Project: "p", Planned: []area.Dated{promised, again}, Opened: opened}
	bare := area.Section{ID: "b", Project: "p"}
	lone := area.Section{ID: "l"}
	projects := []plan.Project{{ID: "p", Milestones: []plan.Milestone{{Kind: "start"}, {Kind: "open", Planned: []area.Dated{promised}}}}}
	all := tiles.NewStandings(&area.Network{}, projects)
	for _, c := range []struct {
		name string
		sec  *area.Section
		at   measure.Moment
		want string
	}{
		{"before anybody promised", &section, on(day(2021, 1, 1)), "unknown  "},
		{"promised", &section, on(day(2023, 1, 1)), "planned 2024-06-30 2024-06-30"},
		{"on the promised day", &section, on(day(2024, 6, 30)), "planned 2024-06-30 2024-06-30"},
		{"the day after", &section, on(day(2024, 7, 1)), "late 2024-06-30 2024-06-30"},
		{"a new promise does not undo the first", &section, on(day(2025, 2, 1)), "late 2024-06-30 2026-12-31"},
		{"open", &section, on(day(2026, 6, 1)), "open  "},
		{"opened, but nobody could know yet", &section, on(day(2026, 5, 2)), "late 2024-06-30 2026-12-31"},
		{"the past as it is known today", &section, measure.Moment{AsOf: day(2026, 5, 2), Believed: day(2027, 1, 1)}, "open  "},
		{"by the promise of its project", &bare, on(day(2023, 1, 1)), "planned 2024-06-30 2024-06-30"},
		{"nobody speaks of it", &lone, on(day(2023, 1, 1)), "unknown  "},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := all.Of(c.sec, c.at)
			if got := fmt.Sprintf("%s %s %s", s.Status, s.Due, s.Expected); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func small(t testing.TB) (*pack.Pack, *tiles.Map) {
	t.Helper()
	p, problems := pack.Load(packtest.Small())
	if p == nil {
		t.Fatal(problems)
	}
	return p, tiles.New(&p.Area, &p.Network, p.Plan.Projects)
}

// decode reads a tile back with a decoder that is not ours.
func decode(t interface{ Fatal(...any) }, b []byte) map[string]*mvt.Layer {
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*mvt.Layer{}
	for _, l := range layers {
		by[l.Name] = l
	}
	return by
}

func ids(l *mvt.Layer) []string {
	if l == nil {
		return nil
	}
	var out []string
	for _, f := range l.Features {
		out = append(out, f.Properties.MustString("id"))
	}
	slices.Sort(out)
	return out
}

func TestTheWholeAreaOnOneTile(t *testing.T) {
	p, m := small(t)
	b, err := m.Cut(geo.TileAt(p.Map.Centre, 6), on(day(2026, 6, 30)))
	if err != nil {
		t.Fatal(err)
	}
	layers := decode(t, b)
	var sections, stations, cities, districts []string
	points := map[string]geo.Point{}
	for _, s := range p.Network.Stations {
		stations = append(stations, s.ID)
		points[s.ID] = s.Point
	}
	for i := range p.Network.Lines {
		for j := range p.Network.Lines[i].Sections {
			if s := &p.Network.Lines[i].Sections[j]; len(tiles.Path(&p.Network.Lines[i], s, points)) > 1 {
				sections = append(sections, s.ID)
			}
		}
	}
	for _, c := range p.Area.Cities {
		cities = append(cities, c.ID)
	}
	for _, o := range p.Area.Outlines {
		districts = append(districts, o.District)
	}
	for name, want := range map[string][]string{"lines": sections, "stations": stations, "cities": cities, "districts": districts} {
		slices.Sort(want)
		if got := ids(layers[name]); !slices.Equal(got, want) {
			t.Errorf("layer %s holds %q, want %q", name, got, want)
		}
		if l := layers[name]; l != nil && (l.Version != 2 || l.Extent != 4096) {
			t.Errorf("layer %s: version %d, extent %d", name, l.Version, l.Extent)
		}
	}
	for _, f := range layers["lines"].Features {
		for _, key := range []string{"id", "line", "class", "mode", "status", "name_zh", "name_en"} {
			if f.Properties.MustString(key, "") == "" {
				t.Errorf("%v has no %s", f.Properties, key)
			}
		}
	}
}

func TestAnEmptyTileAndOneThatIsNone(t *testing.T) {
	_, m := small(t)
	if b, err := m.Cut(geo.TileAt(geo.Point{-70, -30}, 9), on(day(2026, 1, 1))); err != nil || len(b) != 0 {
		t.Errorf("far away: %d bytes, %v", len(b), err)
	}
	if _, err := m.Cut(geo.Tile{Z: 1, X: 2, Y: 0}, on(day(2026, 1, 1))); err == nil {
		t.Error("a tile that does not exist was cut")
	}
}

// world draws a random network whose sections are paths, and districts that are
// triangles.
func world(t *rapid.T) (*area.Area, *area.Network) {
	coord := func(name string) geo.Point {
		return geo.Point{rapid.Float64Range(111, 115).Draw(t, name+" lon"), rapid.Float64Range(26, 29).Draw(t, name+" lat")}
	}
	a, net := &area.Area{}, &area.Network{}
	line := area.Line{ID: "l", Mode: "rail", Class: "metro"}
	for i := range rapid.IntRange(1, 8).Draw(t, "sections") {
		s := area.Section{ID: fmt.Sprint("s", i)}
		for j := range rapid.IntRange(2, 6).Draw(t, "points") {
			s.Path = append(s.Path, coord(fmt.Sprint(i, j)))
		}
		line.Sections = append(line.Sections, s)
	}
	net.Lines = []area.Line{line}
	for i := range rapid.IntRange(0, 4).Draw(t, "districts") {
		c, r := coord(fmt.Sprint("d", i)), rapid.Float64Range(0.2, 1).Draw(t, "size")
		ring := []geo.Point{{c[0] - r, c[1] - r}, {c[0] + r, c[1] - r}, {c[0], c[1] + r}, {c[0] - r, c[1] - r}}
		if rapid.Bool().Draw(t, "other way round") {
			slices.Reverse(ring)
		}
		code := fmt.Sprint("d", i)
		a.Districts = append(a.Districts, area.District{Code: code})
		a.Outlines = append(a.Outlines, area.Outline{District: code, Rings: [][][][2]float64{{ring}}})
	}
	return a, net
}

// What is cut and decoded again keeps its ids and its place, and everything the
// area holds is on some tile of a level.
func TestDecodingGivesBackWhatWasEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, net := world(t)
		m := tiles.New(a, net, nil)
		z := rapid.IntRange(3, 9).Draw(t, "z")
		seen := map[string]bool{}
		from, to := geo.TileAt(geo.Point{109.9, 30.1}, z), geo.TileAt(geo.Point{116.1, 24.9}, z)
		for x := from.X; x <= to.X; x++ {
			for y := from.Y; y <= to.Y; y++ {
				b, err := m.Cut(geo.Tile{Z: z, X: x, Y: y}, on(1))
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range decode(t, b) {
					check(t, l, seen)
				}
			}
		}
		for _, s := range net.Lines[0].Sections {
			if !seen[s.ID] {
				t.Fatalf("section %s is on no tile", s.ID)
			}
		}
		for _, d := range a.Districts {
			if !seen[d.Code] {
				t.Fatalf("district %s is on no tile", d.Code)
			}
		}
	})
}

func check(t *rapid.T, l *mvt.Layer, seen map[string]bool) {
	for _, f := range l.Features {
		seen[f.Properties.MustString("id")] = true
		b := f.Geometry.Bound()
		if b.Min[0] < -128 || b.Min[1] < -128 || b.Max[0] > 4096+128 || b.Max[1] > 4096+128 {
			t.Fatalf("%v reaches past its tile: %v", f.Properties, b)
		}
		polygons, _ := f.Geometry.(orb.MultiPolygon)
		if p, ok := f.Geometry.(orb.Polygon); ok {
			polygons = orb.MultiPolygon{p}
		}
		for _, p := range polygons {
			if p[0].Orientation() != orb.CCW { // positive area where y grows down
				t.Fatal("an outer ring is wound the wrong way")
			}
		}
	}
}

// A vertex lands where an independent projection puts it.
func TestPlace(t *testing.T) {
	p := geo.Point{112.97064, 28.19752}
	a := &area.Area{Cities: []area.City{{ID: "c", Centre: p}}}
	tile := geo.TileAt(p, 12)
	b, err := tiles.New(a, &area.Network{}, nil).Cut(tile, on(1))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	layers.ProjectToWGS84(maptile.New(tile.X, tile.Y, maptile.Zoom(tile.Z)))
	got := layers[0].Features[0].Geometry.(orb.Point)
	metres := 40075016 / math.Exp2(12) / 4096 // the side of a tile unit
	if d := geo.Distance(p, geo.Point(got)); d > metres {
		t.Errorf("%.2f m off, a unit is %.2f m", d, metres)
	}
}

func TestQuietDaysShareTiles(t *testing.T) {
	p, m := small(t)
	tile := geo.TileAt(p.Map.Centre, 8)
	first, _ := m.Cut(tile, on(day(2026, 6, 29)))
	second, _ := m.Cut(tile, on(day(2026, 6, 30)))
	if len(first) == 0 || &first[0] != &second[0] {
		t.Error("a day without an event cut the tile anew")
	}
	if third, _ := m.Cut(tile, on(day(2019, 1, 1))); string(third) == string(first) {
		t.Error("before anything opened the map looks the same")
	}
}

func BenchmarkCut(b *testing.B) {
	p, _ := small(b)
	at := on(day(2026, 6, 30))
	for b.Loop() {
		m := tiles.New(&p.Area, &p.Network, p.Plan.Projects)
		if _, err := m.Cut(geo.TileAt(p.Map.Centre, 8), at); err != nil {
			b.Fatal(err)
		}
	}
}
