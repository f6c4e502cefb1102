package gtfs_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"conurb/kit/gtfs"
)

// small is a feed of one tram line with two trips, written as it would be sent.
const small = `
# agency.txt
agency_id,agency_name,agency_url,agency_timezone
A,Trams,https://example.org/,Europe/Berlin
# stops.txt
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
P,Post,52.50,13.40,0,,1
M,Market,52.51,13.40,0,,0
H,Harbour,52.53,13.40,0,HS,0
HS,Harbour,52.53,13.40,1,,2
# routes.txt
route_id,agency_id,route_short_name,route_type
1,A,1,0
# calendar.txt
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
WK,1,1,1,1,1,0,0,20260101,20261231
# trips.txt
route_id,service_id,trip_id
1,WK,t1
1,WK,t2
# stop_times.txt
trip_id,arrival_time,departure_time,stop_id,stop_sequence
t1,08:00:00,08:00:00,P,1
t1,,,M,2
t1,08:09:00,08:09:00,H,3
t2,23:55:00,23:55:00,P,1
t2,23:59:00,24:00:00,M,2
t2,24:06:00,24:06:00,H,3
`

// world is a folder made of text: "# name" begins a file, which replaces one of the
// same name before it; "# name -" takes it away.
func world(texts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, text := range texts {
		for part := range strings.SplitSeq("\n"+text, "\n# ") {
			name, body, _ := strings.Cut(part, "\n")
			name = strings.TrimSpace(name)
			if gone, ok := strings.CutSuffix(name, " -"); ok {
				delete(files, gone)
			} else if name != "" {
				files[name] = &fstest.MapFile{Data: []byte(body)}
			}
		}
	}
	return files
}

// read reads a world that has no faults to be refused for.
func read(t testing.TB, texts ...string) (*gtfs.Feed, *gtfs.Report) {
	t.Helper()
	feed, report, err := gtfs.ReadFS(context.Background(), world(texts...), gtfs.Options{})
	if err != nil {
		t.Fatalf("%v: %+v", err, report.Groups())
	}
	return feed, report
}

// refused reads a world that must be refused.
func refused(t testing.TB, texts ...string) *gtfs.Report {
	t.Helper()
	feed, report, err := gtfs.ReadFS(context.Background(), world(texts...), gtfs.Options{})
	if !errors.Is(err, gtfs.ErrRefused) || feed != nil {
		t.Fatalf("read with error %v, want a refusal", err)
	}
	return report
}

// zipped packs files.
func zipped(t testing.TB, files fstest.MapFS) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, f := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func stopOf(t testing.TB, f *gtfs.Feed, id string) gtfs.Stop {
	t.Helper()
	s, ok := f.StopByID(id)
	if !ok {
		t.Fatalf("no stop %s", id)
	}
	return s
}

func tripOf(t testing.TB, f *gtfs.Feed, id string) gtfs.Trip {
	t.Helper()
	s, ok := f.TripByID(id)
	if !ok {
		t.Fatalf("no trip %s", id)
	}
	return s
}
