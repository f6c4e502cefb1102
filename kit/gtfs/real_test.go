package gtfs_test

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conurb/kit/gtfs"
)

// shared is where measured data lie, beside the repository.
var shared = filepath.Join("..", "..", "..", "shared", "data", "networks")

// realFeeds are the feeds of TestRealFeeds, of very different make.
func realFeeds(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"gtfs/*.zip", "porto-alegre/poa_*.zip"} {
		found, err := filepath.Glob(filepath.Join(shared, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func readFile(t testing.TB, file string) (*gtfs.Feed, *gtfs.Report) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	feed, report, err := gtfs.ReadZip(context.Background(), f, info.Size(), gtfs.Options{})
	if err != nil {
		for _, g := range report.Groups() {
			if g.Severity == gtfs.Error {
				t.Logf("%s ×%d %+v", g.Code, g.Count, g.First[0])
			}
		}
		t.Fatalf("%s: %v", file, err)
	}
	return feed, report
}

// TestRealFeeds reads every feed at hand and counts its rows again with
// encoding/csv.
func TestRealFeeds(t *testing.T) {
	files := realFeeds(t)
	if len(files) == 0 {
		t.Skipf("no feeds in %s: the real feeds are left out (5 tests)", shared)
	}
	if len(files) != 14 {
		t.Errorf("%d feeds in %s, want 14", len(files), shared)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			feed, report := readFile(t, file)
			left := leftOut(report)
			rows := countRows(t, file)
			for name, got := range map[string]int{
				"agency.txt": len(feed.Agencies), "stops.txt": len(feed.Stops), "routes.txt": len(feed.Routes), "trips.txt": len(feed.Trips),
				"stop_times.txt": feed.Times.Len(), "frequencies.txt": len(feed.Frequencies), "transfers.txt": len(feed.Transfers),
				"pathways.txt": len(feed.Pathways), "levels.txt": len(feed.Levels), "shapes.txt": len(feed.Points.Point),
			} {
				if want := rows[name] - left[name]; got != want {
					t.Errorf("%s: %d rows, want %d", name, got, want)
				}
			}
			dates := 0
			for _, s := range feed.Services {
				dates += len(s.Added) + len(s.Removed)
			}
			if want := rows["calendar_dates.txt"]; dates != want {
				t.Errorf("calendar_dates.txt: %d days, want %d", dates, want)
			}
			for _, k := range feed.Kept {
				if len(k.Rows) != rows[k.File] {
					t.Errorf("%s: %d rows kept, want %d", k.File, len(k.Rows), rows[k.File])
				}
			}
			sound(t, feed)
		})
	}
}

// leftOut is how many rows the report says were left out, by file.
func leftOut(r *gtfs.Report) map[string]int {
	out := map[string]int{}
	for _, g := range r.Groups() {
		if g.Mend == "row-left-out" {
			out[g.First[0].File] += g.Count
		}
	}
	return out
}

// countRows counts rows with the reader of the standard library.
func countRows(t *testing.T, file string) map[string]int {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	rows := map[string]int{}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".txt") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		c := csv.NewReader(r)
		c.LazyQuotes, c.FieldsPerRecord, c.ReuseRecord = true, -1, true
		n := -1
		for ; ; n++ {
			if _, err := c.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		rows[f.Name] = n
		r.Close()
	}
	return rows
}

// sound holds what is true of every feed that was read.
func sound(t *testing.T, f *gtfs.Feed) {
	t.Helper()
	times := &f.Times
	if len(times.Arrival) != times.Len() || len(times.Departure) != times.Len() || len(times.Sequence) != times.Len() || len(times.Timing) != times.Len() {
		t.Fatal("columns of stop times differ in length")
	}
	at := int32(0)
	for i, trip := range f.Trips {
		if trip.First != at || trip.Last < trip.First {
			t.Fatalf("trip %d: stop times %d to %d do not follow %d", i, trip.First, trip.Last, at)
		}
		at = trip.Last
		for k := trip.First; k < trip.Last; k++ {
			if times.Arrival[k] == gtfs.NoTime || times.Departure[k] < times.Arrival[k] || k > trip.First && times.Arrival[k] < times.Departure[k-1] {
				t.Fatalf("trip %s: time runs backwards at stop %d: %v %v", trip.ID, k-trip.First, times.Arrival[k], times.Departure[k])
			}
			if k > trip.First && times.Sequence[k] <= times.Sequence[k-1] {
				t.Fatalf("trip %s: stops out of sequence", trip.ID)
			}
			if s := times.Stop[k]; s < 0 || int(s) >= len(f.Stops) {
				t.Fatalf("trip %s: no stop %d", trip.ID, s)
			}
		}
		if int(trip.Route) >= len(f.Routes) || int(trip.Service) >= len(f.Services) || int(trip.Shape) >= len(f.Shapes) {
			t.Fatalf("trip %s: index out of range", trip.ID)
		}
	}
	if int(at) != times.Len() {
		t.Fatalf("%d stop times belong to trips, of %d", at, times.Len())
	}
	if first, last := f.Span(); first == 0 || last < first {
		t.Errorf("no day of service: %v to %v", first, last)
	}
	for _, s := range f.Services {
		if !slices.IsSorted(s.Added) || !slices.IsSorted(s.Removed) {
			t.Errorf("service %s: days out of order", s.ID)
		}
	}
}
