package export_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"conurb/door/export"
	"conurb/kit/geo"
)

func twoCells() *export.Table {
	return &export.Table{
		Point: []geo.Point{{113, 28}, {113.01, 28}}, Side: 1000,
		Columns: []export.Column{{Name: "id", Words: []string{"a", "b"}}, {Name: "minutes", Numbers: []float64{12.5, math.NaN()}}, {Name: "mode", Words: []string{"car", "car"}}},
	}
}

var notes = []export.Note{{"模型", "道路是模型"}, {"模型", "人口是模型"}}

func TestATableAsCSV(t *testing.T) {
	var b bytes.Buffer
	if err := export.TableCSV(&b, twoCells()); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "id,lon,lat,minutes,mode\na,113,28,12.5,car\nb,113.01,28,,car\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestATableAsGeoJSON(t *testing.T) {
	var b bytes.Buffer
	if err := export.TableGeoJSON(&b, twoCells(), notes); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Type     string
		About    map[string][]string
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates [][]geo.Point
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.About["模型"]) != 2 || len(got.Features) != 2 || got.Features[1].Properties["minutes"] != nil || got.Features[0].Properties["minutes"] != 12.5 {
		t.Errorf("%+v", got)
	}
	ring := got.Features[0].Geometry.Coordinates[0]
	if len(ring) != 5 || ring[0] != ring[4] {
		t.Fatalf("ring %v", ring)
	}
	for i := range 4 { // sides of a kilometre, to a metre
		if d := geo.Distance(ring[i], ring[i+1]); math.Abs(d-1000) > 3 {
			t.Errorf("side %d is %.1f m", i, d)
		}
	}
}

func TestATableAsParquet(t *testing.T) {
	var b bytes.Buffer
	if err := export.TableParquet(&b, twoCells(), notes); err != nil {
		t.Fatal(err)
	}
	type row struct {
		ID      string   `parquet:"id"`
		Lon     *float64 `parquet:"lon,optional"`
		Minutes *float64 `parquet:"minutes,optional"`
		Mode    string   `parquet:"mode"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].ID != "a" || *rows[0].Minutes != 12.5 || rows[1].Minutes != nil || *rows[1].Lon != 113.01 || rows[1].Mode != "car" {
		t.Errorf("%+v", rows)
	}
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := file.Lookup("02 模型"); !ok || v != "人口是模型" {
		t.Errorf("note is %q", v)
	}
}

func TestATableAsAWorkbook(t *testing.T) {
	var b bytes.Buffer
	if err := export.TableXLSX(&b, twoCells(), notes, "网格", "说明"); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{"A1": "id", "D2": "12.5", "D3": "", "E3": "car"} {
		if got, err := book.GetCellValue("网格", cell); err != nil || got != want {
			t.Errorf("%s is %q, %v", cell, got, err)
		}
	}
	if got, _ := book.GetCellValue("说明", "B2"); got != "人口是模型" {
		t.Errorf("note is %q", got)
	}
}
