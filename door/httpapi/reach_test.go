package httpapi_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/door/httpapi"
	"conurb/internal/streettest"
	"conurb/kit/geo"
	"conurb/locale"
)

// cell is the angle of the 100 metres between two letters of a drawn map.
const cell = streettest.Cell / (geo.EarthRadius * math.Pi / 180)

// town is a street of 1.2 km that runs east, one of 400 m that leaves it to the
// south in its middle, and a street apart from both: people at four places, one of
// them at sea.
func town(t *testing.T) *reach.Ground {
	t.Helper()
	world := streettest.Draw(t, `
		A-----B-----C
		      |
		      |
		      |
		      D
	`, "ABC highway=residential name=High~Street", "BD highway=service")
	var rules []network.Rules
	for _, mode := range []string{"car", "walk"} {
		p, err := street.Builtin(mode)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, network.Rules{Profile: p})
	}
	n, err := network.Build(t.Context(), world, rules, network.Plan{
		Name: area.Text{Zh: "小城", En: "Town"}, Basis: area.Basis{Modelled: true, Text: area.Text{Zh: "手绘", En: "Drawn by hand"}}, Built: "2026-06-30T00:00:00Z",
	})
	if err != nil {
		t.Fatal(err)
	}
	return reach.NewGround("town", n, &area.Cells{
		ID: []string{"west", "middle", "east", "sea"}, Point: [][2]float64{{0, 0}, {6 * cell, 0}, {12 * cell, 0}, {1, 1}}, Side: 100,
		Columns: []area.Column{{Name: "population", Values: []float64{10, 20, 40, 7}}, {Name: "beds", Values: []float64{0, 3, 5, 0}}},
		Basis:   area.Basis{Text: area.Text{Zh: "普查", En: "Census"}, Source: "cells.csv"},
	})
}

// grounds is what the door of these tests has: the town, one without cells and one
// that cannot be prepared.
type grounds struct{ all []httpapi.GroundState }

func (g *grounds) Grounds() []httpapi.GroundState { return g.all }

func (g *grounds) Ground(_ context.Context, id string) (*reach.Ground, error) {
	for _, s := range g.all {
		if s.ID == id && s.Ground != nil {
			return s.Ground, nil
		}
		if s.ID == id {
			return nil, errors.New(s.Cause)
		}
	}
	return nil, fmt.Errorf("network %s: %w", id, httpapi.ErrUnknown)
}

func startTown(t *testing.T) *node {
	g := town(t)
	return startWith(t, httpapi.Options{Grounds: &grounds{[]httpapi.GroundState{
		{ID: "town", Name: g.Net.Info.Name, State: "ready", Ground: g},
		{ID: "bare", State: "ready", Ground: reach.NewGround("bare", g.Net, nil)},
		{ID: "broken", State: "failed", Cause: "broken.cnet: checksum does not match"},
	}}})
}

// at writes a point of the drawn map, in cells east and south of A.
func at(east, south float64) string { return fmt.Sprintf("%.7f,%.7f", east*cell, -south*cell) }

func lonLat(east, south float64) string {
	return fmt.Sprintf("lon=%.7f&lat=%.7f", east*cell, -south*cell)
}

func TestNetworks(t *testing.T) {
	list := read[[]httpapi.StreetNetwork](startTown(t), "/api/v1/networks")
	if len(list) != 3 || list[0].ID != "town" || list[2].State != "failed" || list[2].Cause == "" {
		t.Fatalf("networks: %+v", list)
	}
	n := list[0]
	if !n.Modelled || n.Name.En != "Town" || n.Basis == nil || n.Basis.Text.Zh != "手绘" || len(n.Bounds) != 4 || n.Built == "" {
		t.Errorf("town: %+v", n)
	}
	if len(n.Modes) != 2 || n.Modes[0].ID != "car" || n.Modes[0].Edges != 3 || math.Abs(n.Modes[0].Km-1.6) > 0.01 {
		t.Errorf("modes: %+v", n.Modes)
	}
	if c := n.Cells; c == nil || c.Count != 4 || c.SideMetres != 100 || c.Columns[0] != (httpapi.Amount{Name: "population", Sum: 77}) || c.Basis.Modelled {
		t.Errorf("cells: %+v", c)
	}
	if list[1].Cells != nil {
		t.Errorf("a network without cells has some: %+v", list[1].Cells)
	}
	if none := read[[]httpapi.StreetNetwork](start(t), "/api/v1/networks"); len(none) != 0 {
		t.Errorf("a node without networks lists %d", len(none))
	}
}

func TestIsochronesCountTheCellsByTheirOwnTimes(t *testing.T) {
	n := startTown(t)
	// On foot 600 m take a little less than eight minutes.
	a := read[httpapi.Isochrones](n, "/api/v1/networks/town/isochrones?mode=walk&"+lonLat(0, 0)+"&minutes=20,1,10")
	if len(a.Within) != 3 || a.Within[0].Minutes != 1 || a.Within[2].Minutes != 20 {
		t.Fatalf("limits: %+v", a.Within)
	}
	for i, want := range []struct {
		places       int
		people, beds float64
	}{{1, 10, 0}, {2, 30, 3}, {3, 70, 8}} {
		w := a.Within[i]
		if *w.Places != want.places || w.Sums[0].Sum != want.people || w.Sums[1] != (httpapi.Amount{Name: "beds", Sum: want.beds}) || w.Km2 <= 0 {
			t.Errorf("within %v min: %+v, %d places", w.Minutes, w, *w.Places)
		}
	}
	if !a.Modelled || !a.Streets.Modelled || a.People == nil || a.People.Modelled || a.Mode != "walk" || a.Direction != "outbound" || a.Joint.Metres > 1 {
		t.Errorf("what it rests on: %+v %+v", a.Ground, a.Joint)
	}
	f := a.Shapes.Features
	if len(f) != 3 || f[0].Properties.Minutes != 20 || f[2].Properties.Minutes != 1 || !f[0].Properties.Modelled || f[0].Geometry.Type != "MultiPolygon" {
		t.Fatalf("shapes are not the longest first: %+v", f)
	}
	ring := f[0].Geometry.Coordinates[0][0]
	if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		t.Errorf("ring %v is not closed", ring)
	}
	bare := read[httpapi.Isochrones](n, "/api/v1/networks/bare/isochrones?"+lonLat(0, 0))
	if bare.Within[0].Places != nil || bare.People != nil || bare.Mode != "car" {
		t.Errorf("a network without cells counts some: %+v", bare.Within[0])
	}
}

func TestDatumsMeetAtOnePoint(t *testing.T) {
	p := geo.Point{5 * cell, 0} // outside China, where all datums are one
	n := startTown(t)
	a := read[httpapi.Isochrones](n, fmt.Sprintf("/api/v1/networks/town/isochrones?datum=gcj02&lon=%.7f&lat=0", p[0]))
	if math.Abs(a.Point[0]-p[0]) > 1e-5 {
		t.Errorf("point %v", a.Point)
	}
	bad := n.get("/api/v1/networks/town/isochrones?datum=wgs72&" + lonLat(0, 0))
	if problem := decode[httpapi.Problem](n, bad.body); bad.status != 422 || problem.Errors[0].Code != "choice" {
		t.Errorf("%d %+v", bad.status, problem)
	}
}

func TestIsochroneFileSaysThatItIsModelled(t *testing.T) {
	n := startTown(t)
	r := n.get("/api/v1/networks/town/isochrones.geojson?mode=walk&minutes=10&" + lonLat(0, 0))
	if r.status != 200 || r.header.Get("Content-Type") != "application/geo+json" || !strings.Contains(r.header.Get("Content-Disposition"), "isochrones.geojson") {
		t.Fatalf("%d %v", r.status, r.header)
	}
	var f struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(r.body), &f); err != nil {
		t.Fatal(err)
	}
	p := f.Features[0].Properties
	if p["modelled"] != true || p["population"] != 30.0 || p["network_basis"] != "Drawn by hand" || p["mode"] != "walk" {
		t.Errorf("properties: %v", p)
	}
}

func TestRouteInBothLanguages(t *testing.T) {
	n := startTown(t)
	for _, c := range []struct{ lang, first, last string }{
		{"en", "Set out on", "You have arrived"}, {"zh-CN", "出发", "到达目的地"},
	} {
		w := read[httpapi.Way](n, "/api/v1/networks/town/route?mode=walk&lang="+c.lang+"&from="+at(0, 0)+"&to="+at(6, 4))
		if math.Abs(w.Metres-1000) > 3 || w.Seconds < 600 || w.Seconds > 1000 || len(w.Steps) < 3 || !w.Modelled {
			t.Fatalf("%v m, %v s, %d steps", w.Metres, w.Seconds, len(w.Steps))
		}
		last := w.Steps[len(w.Steps)-1]
		if !strings.Contains(w.Steps[0].Text, c.first) || last.Text != c.last || last.Turn != "arrive" || w.Steps[1].Turn != "right" {
			t.Errorf("%s: %+v", c.lang, w.Steps)
		}
		sum := 0.0
		for _, s := range w.Steps {
			sum += s.Seconds
			if strings.Contains(s.Text, "{") || strings.HasPrefix(s.Text, "[") {
				t.Errorf("text %q", s.Text)
			}
		}
		if math.Abs(sum-w.Seconds) > 1 {
			t.Errorf("steps take %v s of %v", sum, w.Seconds)
		}
		line := w.Line.Coordinates
		if len(line) < 3 || math.Abs(line[len(line)-1][1]+4*cell) > 2e-5 {
			t.Errorf("line %v", line)
		}
	}
}

func TestEveryTurnHasWords(t *testing.T) {
	for _, lang := range locale.Languages {
		for _, turn := range []reach.Turn{reach.Depart, reach.Straight, reach.SlightLeft, reach.Left, reach.SharpLeft, reach.SlightRight, reach.Right,
			reach.SharpRight, reach.UTurn, reach.Roundabout, reach.Board, reach.Arrive} {
			if text := locale.T(lang, "reach.turn."+string(turn), nil); strings.HasPrefix(text, "[") {
				t.Errorf("%s has no words for %s", lang, turn)
			}
		}
	}
}

func TestCountsHoldWhatIsochronesSay(t *testing.T) {
	n := startTown(t)
	table := func(query string) [][]string {
		r := n.get("/api/v1/networks/town/counts.csv?mode=walk&minutes=10,20" + query)
		if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%d %v %s", r.status, r.header, r.body)
		}
		rows, err := csv.NewReader(strings.NewReader(r.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := table("")
	if got, want := strings.Join(rows[0], ","), "id,minutes,places,population,beds,modelled"; got != want {
		t.Errorf("header %s, want %s", got, want)
	}
	if len(rows) != 1+4*2 || !slices.Equal(rows[1], []string{"west", "10", "2", "30", "3", "true"}) || !slices.Equal(rows[2], []string{"west", "20", "3", "70", "8", "true"}) {
		t.Errorf("rows %v", rows)
	}
	if one := table("&columns=beds&at=" + at(0, 0)); len(one) != 3 || !slices.Equal(one[1][1:], []string{"10", "2", "3", "true"}) {
		t.Errorf("one place: %v", one)
	}
}

func TestMatrixNeedsNoToken(t *testing.T) {
	n := startTown(t)
	ask := func(body string) reply {
		return n.do("POST", "/api/v1/networks/town/matrix", strings.NewReader(body), "Content-Type", "application/json")
	}
	point := func(east, south float64) string { return "[" + at(east, south) + "]" }
	r := ask(`{"mode":"walk","origins":[` + point(0, 0) + `,[1,1]],"destinations":[` + point(0, 0) + "," + point(6, 0) + "," + point(12, 0) + `],"minutes":10}`)
	if r.status != 200 {
		t.Fatal(r.body)
	}
	m := decode[httpapi.Matrix](n, r.body)
	first := m.Seconds[0]
	if *first[0] != 0 || first[1] == nil || *first[1] < 300 || first[2] != nil || m.Seconds[1][0] != nil || !slices.Equal(m.OriginsFar, []int{1}) || len(m.DestinationsFar) != 0 {
		t.Errorf("%s", r.body)
	}
	many := "[0,0]" + strings.Repeat(",[0,0]", 500)
	if r := ask(`{"origins":[` + many + `],"destinations":[` + many + `]}`); r.status != 413 || decode[httpapi.Problem](n, r.body).Code != "too-many-pairs" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := n.do("POST", "/api/v1/observations", strings.NewReader("{}"), "Content-Type", "application/json"); r.status != 401 {
		t.Errorf("a write without a token: %d", r.status)
	}
}

func TestRefusalsOfReach(t *testing.T) {
	n := startTown(t)
	const one = "/api/v1/networks/town"
	for _, c := range []struct {
		name, path string
		status     int
		code       string
	}{
		{"unknown network", "/api/v1/networks/nowhere/isochrones?" + lonLat(0, 0), 404, "no-such-network"},
		{"broken network", "/api/v1/networks/broken/isochrones?" + lonLat(0, 0), 503, "network-failed"},
		{"unknown mode", one + "/isochrones?mode=boat&" + lonLat(0, 0), 422, "no-such-mode"},
		{"far point", one + "/isochrones?lon=3&lat=4", 422, "far-from-streets"},
		{"swapped point", one + "/isochrones?lon=-0.001&lat=0.01", 422, "swapped-point"},
		{"no point", one + "/isochrones", 422, "invalid"},
		{"off the earth", one + "/isochrones?lon=200&lat=0", 422, "invalid"},
		{"minutes of none", one + "/isochrones?minutes=0&" + lonLat(0, 0), 422, "bad-minutes"},
		{"minutes not a number", one + "/isochrones?minutes=soon&" + lonLat(0, 0), 422, "bad-minutes"},
		{"nine limits", one + "/isochrones?minutes=1,2,3,4,5,6,7,8,9&" + lonLat(0, 0), 422, "bad-minutes"},
		{"a parameter misspelt", one + "/isochrones?minute=3&" + lonLat(0, 0), 422, "unknown-parameter"},
		{"a direction", one + "/isochrones?direction=up&" + lonLat(0, 0), 422, "invalid"},
		{"not a point", one + "/route?from=1&to=2,3", 422, "bad-point"},
		{"far end", one + "/route?from=" + at(0, 0) + "&to=3,4", 422, "far-from-streets"},
		{"unknown column", one + "/counts.csv?columns=jobs", 422, "no-such-column"},
		{"no cells", "/api/v1/networks/bare/counts.csv", 422, "no-cells"},
		{"far place", one + "/counts.csv?at=3,4", 422, "far-from-streets"},
		{"tile", "/tiles/streets/town/3/9/1.mvt", 422, "bad-tile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, lang := range locale.Languages {
				r := n.get(c.path, "Accept-Language", lang)
				p := decode[httpapi.Problem](n, r.body)
				if r.status != c.status || p.Code != c.code || p.Detail == "" || p.Remedy == "" || strings.Contains(p.Detail+p.Remedy, "{") {
					t.Errorf("%d %+v", r.status, p)
				}
			}
		})
	}
	if r := start(t).get("/api/v1/networks/town/route?from=0,0&to=1,1"); r.status != 404 || !strings.Contains(r.body, "no-networks") {
		t.Errorf("a node without networks: %d %s", r.status, r.body)
	}
}

func TestFindPlaces(t *testing.T) {
	n := start(t)
	cities := read[[]httpapi.NamedPlace](n, "/api/v1/places")
	if len(cities) != len(n.desk.pack.Area.Cities) || cities[0].Kind != "city" {
		t.Errorf("without a text: %+v", cities)
	}
	s := n.desk.pack.Network.Stations[0]
	found := read[[]httpapi.NamedPlace](n, "/api/v1/places?q="+s.ID)
	if len(found) == 0 || found[0].Point != httpapi.Position(s.Point) {
		t.Errorf("station %s: %+v", s.ID, found)
	}
	// A point of a Chinese map lies some hundred metres beside the same figures in WGS-84.
	for datum, want := range map[string]geo.Point{"wgs84": {112.98, 28.19}, "gcj02": geo.FromGCJ(geo.Point{112.98, 28.19}), "bd09": geo.FromBD(geo.Point{112.98, 28.19})} {
		p := read[[]httpapi.NamedPlace](n, "/api/v1/places?q=112.98,28.19&datum="+datum)
		if len(p) != 1 || p[0].Kind != "point" || geo.Distance(geo.Point(p[0].Point), want) > 1 {
			t.Errorf("%s: %+v, want %v", datum, p, want)
		}
	}
}

func TestStreetTiles(t *testing.T) {
	n := startTown(t)
	tile := geo.TileAt(geo.Point{3 * cell, -0.0001}, 14)
	r := n.get(fmt.Sprintf("/tiles/streets/town/14/%d/%d.mvt?mode=walk", tile.X, tile.Y))
	if r.status != 200 || r.header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
		t.Fatalf("%d %v", r.status, r.header)
	}
	layers, err := mvt.Unmarshal([]byte(r.body))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, l := range layers {
		count[l.Name] = len(l.Features)
	}
	if count["streets"] != 2 || count["cells"] != 3 {
		t.Errorf("features of layers: %v", count)
	}
}
