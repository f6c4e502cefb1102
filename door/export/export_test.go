package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/door/export"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// ground is a street of 600 m with three cells on it and one at sea.
func ground(t *testing.T) *reach.Ground {
	t.Helper()
	p, err := street.Builtin("walk")
	if err != nil {
		t.Fatal(err)
	}
	n, err := network.Build(t.Context(), streettest.Draw(t, `A-----B`, "AB highway=residential"), []network.Rules{{Profile: p}},
		network.Plan{Basis: area.Basis{Modelled: true, Text: area.Text{Zh: "手绘", En: "drawn"}}})
	if err != nil {
		t.Fatal(err)
	}
	const cell = streettest.Cell / (geo.EarthRadius * math.Pi / 180)
	return reach.NewGround("drawn", n, &area.Cells{
		ID: []string{"west", `the "middle", so called`, "east", "sea"}, Point: [][2]float64{{0, 0}, {3 * cell, 0}, {6 * cell, 0}, {1, 1}},
		Columns: []area.Column{{Name: "population", Values: []float64{10, 20.5, 30, 5}}},
	})
}

const limit = reach.Decis(3000) // 300 m take about 4 minutes

func matrix(t *testing.T, m func(ids []string) export.Matrix) map[[2]string]float64 {
	t.Helper()
	g := ground(t)
	e, _ := g.Engine("walk")
	cells, _ := g.Joined("walk")
	out := m(g.Cells.ID)
	want := map[[2]string]float64{}
	err := e.Matrix(t.Context(), reach.Outbound, cells, cells, limit, reach.Work{}, func(i int, row reach.Row) error {
		for k := range row.Len() {
			if row.At(k) <= limit {
				want[[2]string{g.Cells.ID[i], g.Cells.ID[k]}] = row.At(k).Seconds()
			}
		}
		return out.Row(g.Cells.ID[i], row)
	})
	if err != nil || out.Close() != nil {
		t.Fatal(err)
	}
	if len(want) != 7 { // three to themselves, four to a neighbour
		t.Fatalf("the matrix has %d pairs: %v", len(want), want)
	}
	return want
}

func TestMatrixAsCSV(t *testing.T) {
	var b bytes.Buffer
	want := matrix(t, func(ids []string) export.Matrix { return export.MatrixCSV(&b, ids, limit) })
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(want)+1 || strings.Join(rows[0], ",") != "origin,destination,seconds" {
		t.Fatalf("%v, %v", rows, err)
	}
	for _, r := range rows[1:] {
		var v float64
		if err := json.Unmarshal([]byte(r[2]), &v); err != nil || v != want[[2]string{r[0], r[1]}] {
			t.Errorf("%v: want %v", r, want[[2]string{r[0], r[1]}])
		}
	}
}

func TestMatrixAsParquet(t *testing.T) {
	var b bytes.Buffer
	want := matrix(t, func(ids []string) export.Matrix {
		return export.MatrixParquet(&b, ids, limit, export.About{"modelled": "true"})
	})
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := file.Lookup("modelled"); !ok || v != "true" {
		t.Errorf("modelled is %q", v)
	}
	type row struct {
		Origin      string  `parquet:"origin"`
		Destination string  `parquet:"destination"`
		Seconds     float32 `parquet:"seconds"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != len(want) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows {
		if float32(want[[2]string{r.Origin, r.Destination}]) != r.Seconds {
			t.Errorf("%v: want %v", r, want[[2]string{r.Origin, r.Destination}])
		}
	}
}

func TestCounts(t *testing.T) {
	g := ground(t)
	e, _ := g.Engine("walk")
	cells, _ := g.Joined("walk")
	names, columns, _ := g.Columns()
	var b bytes.Buffer
	limits := []reach.Decis{limit, reach.Minutes(7.5)}
	out, err := export.NewCounts(&b, limits, names, g.Modelled())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Count(t.Context(), reach.Outbound, cells, cells, reach.Question{Limits: limits, Columns: columns}, reach.Work{}, func(i int, s reach.Sums) error {
		return out.Row(g.Cells.ID[i], s)
	}); err != nil || out.Close() != nil {
		t.Fatal(err)
	}
	want := `id,minutes,places,population,modelled
west,5,2,30.5,true
west,7.5,3,60.5,true
"the ""middle"", so called",5,3,60.5,true
"the ""middle"", so called",7.5,3,60.5,true
east,5,2,50.5,true
east,7.5,3,60.5,true
sea,5,0,0,true
sea,7.5,0,0,true
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}

func TestGeoJSON(t *testing.T) {
	g := ground(t)
	e, _ := g.Engine("walk")
	iso, err := e.Isochrones(t.Context(), reach.Outbound, geo.Point{0, 0}, []reach.Decis{600, 1200}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := export.Isochrones(iso, []map[string]any{{"population": 10}, {"population": 30.5}}, export.Basis(g, "en"))
	var b bytes.Buffer
	if err := export.WriteJSON(&b, c); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates [][][][2]float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || len(back.Features) != 2 {
		t.Fatalf("%d features, %v", len(back.Features), err)
	}
	far := back.Features[0]
	if far.Properties["minutes"] != 2.0 || far.Properties["population"] != 30.5 || far.Properties["modelled"] != true || far.Properties["network_basis"] != "drawn" {
		t.Errorf("properties %v", far.Properties)
	}
	if far.Geometry.Type != "MultiPolygon" || len(far.Geometry.Coordinates[0][0]) < 4 {
		t.Errorf("geometry %v", far.Geometry)
	}
	route, err := e.Route(geo.Point{0, 0}, geo.Point{0.002, 0})
	if err != nil {
		t.Fatal(err)
	}
	if f := export.Route(route, nil); f.Geometry.Type != "LineString" || f.Properties["metres"].(float64) < 200 {
		t.Errorf("route %v", f)
	}
}

// A ring of less than a metre is no ring once it is rounded (RFC 7946, §3.1.6: four
// positions and more, the first and the last alike).
func TestIsochronesLeaveOutWhatShrinksToNothing(t *testing.T) {
	ring := func(x, side float64) []geo.Point {
		return []geo.Point{{x, 0}, {x + side, 0}, {x + side, side}, {x, 0}}
	}
	iso := &reach.Isochrones{Lines: []reach.Isochrone{{Limit: 600, Polygons: []reach.Polygon{
		{ring(1, 1e-6)},
		{ring(2, 1e-2), ring(2.001, 1e-6), ring(2.005, 1e-3)},
		{[]geo.Point{{3, 0}, {3.01, 0}, {3.01, 1e-6}, {3, 0}}},
	}}}}
	got := export.Isochrones(iso, nil, nil).Features[0].Geometry.Coordinates.([][][]geo.Point)
	if len(got) != 1 || len(got[0]) != 2 || got[0][0][0][0] != 2 || got[0][1][0][0] != 2.005 {
		t.Fatalf("drawn: %v", got)
	}
	for _, r := range got[0] {
		if len(r) < 4 || r[0] != r[len(r)-1] {
			t.Errorf("ring %v", r)
		}
	}
}
