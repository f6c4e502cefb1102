package export_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"strconv"
	"testing"

	"github.com/parquet-go/parquet-go"

	"conurb/connect/reach"
	"conurb/door/export"
)

// Parquet holds what CSV holds; columns of percentiles keep their names and gaps.
func TestPercentilesAsCSVAndParquet(t *testing.T) {
	ids, percent := []string{"a", `b "quoted"`, "c"}, []float64{5, 50, 97.5}
	rows := map[string][][]reach.Decis{
		"a": {{0, 6000, reach.Never}, {0, 7205, reach.Never}, {0, reach.Never, reach.Never}},
		"c": {{reach.Never, 10, 0}, {reach.Never, reach.Never, 0}, {reach.Never, reach.Never, 0}},
	}
	var text, file bytes.Buffer
	table, err := export.PercentilesCSV(&text, ids, percent, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []export.Percentiles{table, export.PercentilesParquet(&file, ids, percent, export.About{"modelled": "true"})} {
		for _, origin := range []string{"a", "c"} {
			if err := out.Row(origin, rows[origin]); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[[3]string]string{}
	for _, r := range records[1:] {
		for i, name := range []string{"p5", "p50", "p97.5"} {
			want[[3]string{r[0], r[1], name}] = r[2+i]
		}
	}
	if len(want) != 4*3 || want[[3]string{"a", `b "quoted"`, "p50"}] != "720.5" || want[[3]string{"c", "b \"quoted\"", "p50"}] != "" {
		t.Fatalf("as CSV: %v", want)
	}
	if got := read(t, file.Bytes()); !maps.Equal(got, want) {
		t.Errorf("as Parquet: got %v, want %v", got, want)
	}
}

func read(t *testing.T, file []byte) map[[3]string]string {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[[3]string]string{}
	r := parquet.NewReader(f)
	for {
		row := map[string]any{}
		if err := r.Read(&row); errors.Is(err, io.EOF) {
			return got
		} else if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"p5", "p50", "p97.5"} {
			text := ""
			if v, ok := row[name].(float32); ok {
				text = strconv.FormatFloat(float64(v), 'f', -1, 32)
			}
			got[[3]string{row["origin"].(string), row["destination"].(string), name}] = text
		}
	}
}
