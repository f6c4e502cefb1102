package people_test

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	grid "conurb/area/cells"
	"conurb/area/people"
	"conurb/plan/pack"
	"conurb/region"
)

// box is an outline of one ring.
func box(code string, west, south, east, north float64) area.Outline {
	return area.Outline{District: code, Rings: [][][][2]float64{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}}
}

// twoTowns is a city of two districts side by side and a zone cut from the left one.
func twoTowns() *area.Area {
	return &area.Area{
		Cities: []area.City{{ID: "c", Centre: [2]float64{10.02, 50.05}}},
		Districts: []area.District{
			{Code: "left", City: "c", Population: 10_007, Urban: 7_003},
			{Code: "right", City: "c", Population: 503, Urban: 0},
			{Code: "park", City: "c", Parent: "left", Kind: "zone", Population: 1_001, Urban: 1_000},
		},
		Outlines: []area.Outline{box("left", 10, 50, 10.1, 50.1), box("right", 10.1, 50, 10.2, 50.1)},
	}
}

func TestTwoTowns(t *testing.T) {
	a := twoTowns()
	cells, rep, err := people.Distribute(a, nil, nil, people.DefaultRule())
	if err != nil {
		t.Fatal(err)
	}
	if !cells.Basis.Modelled || cells.Basis.Text.Zh == "" || cells.Basis.Text.En == "" || cells.Side != 1000 {
		t.Errorf("basis %+v, side %v", cells.Basis, cells.Side)
	}
	holds(t, a, cells, rep)
	if got := rep.Districts[0].Zones; !slices.Equal(got, []string{"park"}) {
		t.Errorf("zones of left: %v", got)
	}
	all, urban := cells.Column(area.Population).Values, cells.Column(people.Urban).Values
	right := rep.Districts[1]
	for i := right.First; i < right.First+right.Cells; i++ {
		if all[i] < math.Floor(503/float64(right.Cells)) || all[i] > math.Ceil(503/float64(right.Cells)) || urban[i] != 0 {
			t.Errorf("rural residents of right are not spread evenly: %v in cell %s", all[i], cells.ID[i])
		}
	}
	// The only anchor is the centre: the farther, the fewer.
	for i := range rep.Districts[0].Cells {
		for j := range rep.Districts[0].Cells {
			if far(cells.Point[i], a.Cities[0].Centre)+1 < far(cells.Point[j], a.Cities[0].Centre) && urban[i] < urban[j] {
				t.Fatalf("cell %s is nearer to the centre than %s and has fewer: %v, %v", cells.ID[i], cells.ID[j], urban[i], urban[j])
			}
		}
	}
}

// far is a distance in metres near latitude 50.
func far(p, q [2]float64) float64 {
	return 111_200 * math.Hypot((p[0]-q[0])*math.Cos(50.05*math.Pi/180), p[1]-q[1])
}

// holds checks what is true of every result: cells inside the outline of their
// district, no cell twice, whole people, sums of the census.
func holds(t interface{ Errorf(string, ...any) }, a *area.Area, cells *area.Cells, rep people.Report) {
	all, urban := cells.Column(area.Population).Values, cells.Column(people.Urban).Values
	want := map[string][2]int{}
	for _, d := range a.Districts {
		want[d.Code] = [2]int{d.Population, d.Urban}
	}
	next := 0
	for _, d := range rep.Districts {
		p, u := want[d.Code][0], want[d.Code][1]
		for _, z := range d.Zones {
			p, u = p+want[z][0], u+want[z][1]
		}
		var outline *area.Outline
		for i := range a.Outlines {
			if a.Outlines[i].District == d.Code {
				outline = &a.Outlines[i]
			}
		}
		if d.First != next || d.Cells == 0 {
			t.Errorf("%s: cells from %d, want %d; %d of them", d.Code, d.First, next, d.Cells)
		}
		next += d.Cells
		gotAll, gotUrban := 0.0, 0.0
		for i := d.First; i < next; i++ {
			if all[i] != math.Trunc(all[i]) || urban[i] != math.Trunc(urban[i]) || urban[i] < 0 || all[i] < urban[i] {
				t.Errorf("%s: %v people, %v of them urban", cells.ID[i], all[i], urban[i])
			}
			if !contains(outline, cells.Point[i]) {
				t.Errorf("%s at %v is outside %s", cells.ID[i], cells.Point[i], d.Code)
			}
			gotAll, gotUrban = gotAll+all[i], gotUrban+urban[i]
		}
		if int(gotAll) != p || int(gotUrban) != u || d.Population != p || d.Urban != u {
			t.Errorf("%s: %v people, %v urban; census %d, %d", d.Code, gotAll, gotUrban, p, u)
		}
	}
	if next != cells.Len() || len(slices.Compact(slices.Sorted(slices.Values(cells.ID)))) != cells.Len() {
		t.Errorf("%d cells, %d of districts, or an id twice", cells.Len(), next)
	}
}

// contains is a second way to ask: the winding of the ring round the point, with a
// margin of 20 m for edges that are straight on the plane and not in degrees.
func contains(o *area.Outline, p [2]float64) bool {
	for _, rings := range o.Rings {
		angle := 0.0
		for i := 1; i < len(rings[0]); i++ {
			a, b := rings[0][i-1], rings[0][i]
			ax, ay, bx, by := a[0]-p[0], a[1]-p[1], b[0]-p[0], b[1]-p[1]
			if l := math.Hypot(b[0]-a[0], b[1]-a[1]); l > 0 {
				along := max(0, min(1, -(ax*(b[0]-a[0])+ay*(b[1]-a[1]))/(l*l)))
				if math.Hypot(ax+along*(b[0]-a[0]), ay+along*(b[1]-a[1])) < 20/111_200. {
					return true
				}
			}
			angle += math.Atan2(ax*by-ay*bx, ax*bx+ay*by)
		}
		if math.Abs(angle) > math.Pi {
			return true
		}
	}
	return false
}

func TestRefusals(t *testing.T) {
	rows := []struct {
		name, code string
		change     func(*area.Area, *people.Rule)
	}{
		{"side", "bad-figure", func(_ *area.Area, r *people.Rule) { r.Side = 0 }},
		{"side not a number", "bad-figure", func(_ *area.Area, r *people.Rule) { r.Side = math.NaN() }},
		{"length", "bad-figure", func(_ *area.Area, r *people.Rule) { r.Kinds[area.AnchorTown] = people.Kind{Km: -1} }},
		{"no outlines", "no-outlines", func(a *area.Area, _ *people.Rule) { a.Outlines = nil }},
		{"no outline", "no-outline", func(a *area.Area, _ *people.Rule) { a.Outlines = a.Outlines[:1] }},
		{"zones of each other", "no-outline", func(a *area.Area, _ *people.Rule) { a.Districts[2].Parent = "park" }},
		{"half the globe", "no-grid", func(a *area.Area, _ *people.Rule) { a.Outlines[1] = box("right", 10.1, 50, 30, 50.1) }},
		{"squares too large", "no-cell", func(_ *area.Area, r *people.Rule) { r.Side = 40_000 }},
	}
	for _, row := range rows {
		a, r := twoTowns(), people.DefaultRule()
		row.change(a, &r)
		cells, _, err := people.Distribute(a, nil, nil, r)
		var e *people.Error
		if !errors.As(err, &e) || e.Code != row.code || cells != nil {
			t.Errorf("%s: %v, want %s", row.name, err, row.code)
		}
	}
}

func TestAnyCensusIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, r := twoTowns(), people.DefaultRule()
		for i := range a.Districts {
			d := &a.Districts[i]
			d.Population = rapid.IntRange(0, 3_000_000).Draw(t, "population")
			d.Urban = rapid.IntRange(0, d.Population).Draw(t, "urban")
		}
		r.Side = rapid.Float64Range(400, 5000).Draw(t, "side")
		r.MostPerKm2 = rapid.Float64Range(1, 50_000).Draw(t, "most")
		r.RuralBelow = rapid.Float64Range(0, 5_000).Draw(t, "rural")
		var anchors []area.Anchor
		for range rapid.IntRange(0, 5).Draw(t, "anchors") {
			anchors = append(anchors, area.Anchor{
				Kind:   rapid.SampledFrom(area.AnchorKinds).Draw(t, "kind"),
				Point:  [2]float64{rapid.Float64Range(9.9, 10.3).Draw(t, "lon"), rapid.Float64Range(49.9, 50.2).Draw(t, "lat")},
				Weight: rapid.Float64Range(0.01, 100).Draw(t, "weight"),
			})
		}
		cells, rep, err := people.Distribute(a, nil, anchors, r)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, a, cells, rep)
		km2 := r.Side * r.Side / 1e6
		for _, d := range rep.Districts {
			most := 0.0
			for _, v := range cells.Column(people.Urban).Values[d.First : d.First+d.Cells] {
				most = max(most, v)
			}
			if room := r.MostPerKm2 * km2 * float64(d.Cells); float64(d.Urban) < room && most > r.MostPerKm2*km2+1 {
				t.Fatalf("%s: a cell of %v urban residents, most is %v", d.Code, most, r.MostPerKm2*km2)
			}
		}
	})
}

// TestOfPacks lays out the region and the invented area: every district keeps its census.
func TestOfPacks(t *testing.T) {
	for name, load := range map[string]func() (*pack.Pack, []pack.Problem){
		"czt":        func() (*pack.Pack, []pack.Problem) { return pack.Load(region.CZT()) },
		"two-rivers": func() (*pack.Pack, []pack.Problem) { return pack.Load(os.DirFS("../../examples/two-rivers")) },
	} {
		p, problems := load()
		if p == nil {
			t.Fatalf("%s: %v", name, problems)
		}
		cells, rep, err := people.Distribute(&p.Area, &p.Network, p.Sketch.Anchors, people.DefaultRule())
		if err != nil {
			t.Fatal(err)
		}
		holds(t, &p.Area, cells, rep)
		if name == "czt" && (len(rep.Districts) != 23 || cells.Column(area.Population).Sum() != 16_676_833) {
			t.Errorf("%d districts, %v people", len(rep.Districts), cells.Column(area.Population).Sum())
		}
		if _, ok := grid.Of(cells); !ok {
			t.Errorf("%s: the squares are on no grid that can be drawn", name)
		}
		if len(rep.Outside) > 0 {
			t.Errorf("%s: anchors outside the outlines: %v", name, rep.Outside)
		}
		for _, d := range rep.Districts {
			t.Logf("%s %s: %d cells for %.0f km² stated, %d people, peak %.0f/km²", name, d.Code, d.Cells, d.StatedKm2, d.Population, d.PeakPerKm2)
			if name == "czt" && math.Abs(d.DrawnKm2/d.StatedKm2-1) > 0.1 {
				t.Errorf("%s: %.0f km² of cells for %.0f stated", d.Code, d.DrawnKm2, d.StatedKm2)
			}
		}
	}
}
