package gtfs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"conurb/kit/gtfs"
)

// again writes a feed and reads it back.
func again(t testing.TB, f *gtfs.Feed) *gtfs.Feed {
	t.Helper()
	var b bytes.Buffer
	if err := gtfs.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	g, r, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b.Bytes()), int64(b.Len()), gtfs.Options{})
	if err != nil {
		t.Fatalf("%v: %+v", err, r.Groups())
	}
	return g
}

// told writes a feed out in words, every reference by its id, so that feeds can be
// compared whose services stand in another order; stop times are left to same.
func told(f *gtfs.Feed) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	stop := func(s gtfs.Stop) string {
		if s == gtfs.None {
			return ""
		}
		return f.Stops[s].ID
	}
	trip := func(t gtfs.Trip) string {
		if t == gtfs.None {
			return ""
		}
		return f.Trips[t].ID
	}
	for _, s := range f.Stops {
		parent := stop(s.Parent)
		s.Parent, s.Level = 0, min(s.Level, 0)
		add("stop %+v in %s", s, parent)
	}
	for _, s := range f.Services {
		add("service %+v", s)
	}
	for _, r := range f.Routes {
		add("route %s %s of %s, type %d %s", r.ID, r.ShortName, f.Agencies[r.Agency].ID, r.Type, r.Network)
	}
	for _, r := range f.Transfers {
		add("transfer %s %s %s %s %d %v", stop(r.From), stop(r.To), trip(r.FromTrip), trip(r.ToTrip), r.Type, r.MinTime)
	}
	for _, q := range f.Frequencies {
		add("frequency %s %v %v %v %v", trip(q.Trip), q.Start, q.End, q.Headway, q.Exact)
	}
	for _, w := range f.Pathways {
		w.From, w.To = 0, 0
		add("pathway %+v", w)
	}
	for _, row := range f.Trips {
		shape := 0.0
		if row.Shape != gtfs.None {
			for _, p := range f.Points.Point[f.Shapes[row.Shape].First:f.Shapes[row.Shape].Last] {
				shape += p[0] + 3*p[1]
			}
		}
		add("trip %s %s %s block %s service %s route %s shape %v", row.ID, row.Headsign, row.ShortName, row.Block, f.Services[row.Service].ID, f.Routes[row.Route].ID, shape)
	}
	for _, k := range f.Kept {
		add("kept %s %v: %v", k.File, k.Columns, k.Rows)
	}
	slices.Sort(out)
	return out
}

// filled is a column, or what stands for it where it is absent.
func filled[T any](column []T, n int, none T) []T {
	if column == nil {
		return slices.Repeat([]T{none}, n)
	}
	return column
}

func same(t *testing.T, got, want *gtfs.Feed) {
	t.Helper()
	a, b := told(got), told(want)
	if len(a) != len(b) {
		t.Fatalf("%d facts, want %d", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("got  %s\nwant %s", a[i], b[i])
		}
	}
	g, w := &got.Times, &want.Times
	if !slices.Equal(g.Stop, w.Stop) || !slices.Equal(g.Arrival, w.Arrival) || !slices.Equal(g.Departure, w.Departure) || !slices.Equal(g.Sequence, w.Sequence) ||
		!slices.Equal(g.Pickup, w.Pickup) || !slices.Equal(g.Drop, w.Drop) || !slices.Equal(g.Timing, w.Timing) ||
		!slices.Equal(filled(g.ContPickup, w.Len(), gtfs.AsRoute), filled(w.ContPickup, w.Len(), gtfs.AsRoute)) ||
		!slices.Equal(filled(g.ContDrop, w.Len(), gtfs.AsRoute), filled(w.ContDrop, w.Len(), gtfs.AsRoute)) ||
		!slices.EqualFunc(filled(g.Distance, w.Len(), math.NaN()), filled(w.Distance, w.Len(), math.NaN()), func(a, b float64) bool { return a == b || a != a && b != b }) {
		t.Fatal("stop times differ")
	}
	headsigns := filled(g.Headsign, w.Len(), 0)
	for i, h := range filled(w.Headsign, w.Len(), 0) {
		if got.Texts[headsigns[i]] != want.Texts[h] {
			t.Fatalf("headsign of stop time %d differs", i)
		}
	}
	if !reflect.DeepEqual(got.Info, want.Info) {
		t.Errorf("info %+v, want %+v", got.Info, want.Info)
	}
}

// TestWrittenFeedsReadTheSame is the identity of Write and Read, on every feed at hand.
func TestWrittenFeedsReadTheSame(t *testing.T) {
	f, _ := read(t, small, odd[5])
	same(t, again(t, f), f)
	for _, file := range realFeeds(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, _ := readFile(t, file)
			same(t, again(t, f), f)
		})
	}
}

func TestMergeKeepsFeedsApart(t *testing.T) {
	const other = `
# agency.txt
agency_name,agency_url,agency_timezone
Boats,https://example.org/,Europe/Berlin
# stops.txt
stop_id,stop_lat,stop_lon,zone_id
H,52.53,13.40,z
ISL,52.60,13.40,z
# routes.txt
route_id,route_short_name,route_type
F,Ferry,4
# calendar.txt
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
WK,0,0,0,0,0,1,1,20260101,20261231
# trips.txt
route_id,service_id,trip_id
F,WK,f1
# stop_times.txt
trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign
f1,10:00:00,10:00:00,H,1,Island
f1,10:20:00,10:20:00,ISL,2,
# fare_attributes.txt
fare_id,price,agency_id
one,2,
# fare_rules.txt
fare_id,route_id,origin_id
one,F,z
# translations.txt
table_name,field_name,language,translation,record_id
stops,stop_name,en,Island,ISL
`
	a, _ := read(t, small)
	b, _ := read(t, other)
	f, kinds, err := gtfs.Merge(gtfs.Part{Name: "trams", Feed: a}, gtfs.Part{Name: "boats", Feed: b})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"service", "stop"}; !slices.Equal(kinds, want) {
		t.Errorf("kinds with a clash %v, want %v", kinds, want)
	}
	sound(t, f)
	same(t, again(t, f), f)
	stopOf(t, f, "trams:H")
	stopOf(t, f, "boats:H")
	if f.Stops[f.StationOf(stopOf(t, f, "trams:H"))].ID != "trams:HS" {
		t.Error("the station is lost")
	}
	tripOf(t, f, "t1") // no clash, no prefix
	saturday := f.ActiveOn(gtfs.NewDate(2026, 1, 3))
	if len(saturday) != 1 || f.Services[saturday[0]].ID != "boats:WK" {
		t.Errorf("services on a Saturday: %v", saturday)
	}
	boat := f.Trips[tripOf(t, f, "f1")]
	if f.Texts[f.Times.Headsign[boat.First]] != "Island" || f.Times.Headsign[0] != 0 {
		t.Error("headsigns are mixed up")
	}
	if id := f.Agencies[f.Routes[boat.Route].Agency].ID; id != "boats" {
		t.Errorf("an agency without an id is called %q, want that of its feed", id)
	}
	kept := fmt.Sprint(f.Kept)
	for _, want := range []string{"one 2 boats", "one F z", "Island boats:ISL"} {
		if !strings.Contains(kept, want) {
			t.Errorf("kept rows %s lack %q", kept, want)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	a, _ := read(t, small)
	b, _ := read(t, small, "# agency.txt\nagency_name,agency_url,agency_timezone\nA,u,Asia/Shanghai\n# routes.txt\nroute_id,route_short_name,route_type\n1,1,0\n")
	for _, c := range []struct {
		name  string
		parts []gtfs.Part
		want  error
	}{
		{"none", nil, gtfs.ErrNames},
		{"the same name", []gtfs.Part{{Name: "a", Feed: a}, {Name: "a", Feed: a}}, gtfs.ErrNames},
		{"a colon", []gtfs.Part{{Name: "a:b", Feed: a}}, gtfs.ErrNames},
		{"two zones", []gtfs.Part{{Name: "a", Feed: a}, {Name: "b", Feed: b}}, gtfs.ErrZones},
	} {
		if _, _, err := gtfs.Merge(c.parts...); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

// TestRealFeedsMerge puts the two feeds of one city together, and a feed with itself.
func TestRealFeedsMerge(t *testing.T) {
	bus, train := filepath.Join(shared, "porto-alegre", "poa_eptc.zip"), filepath.Join(shared, "porto-alegre", "poa_trensurb.zip")
	if len(realFeeds(t)) == 0 {
		t.SkipNow() // TestRealFeeds speaks for all
	}
	a, _ := readFile(t, bus)
	b, _ := readFile(t, train)
	for _, parts := range [][]gtfs.Part{{{Name: "eptc", Feed: a}, {Name: "trensurb", Feed: b}}, {{Name: "one", Feed: b}, {Name: "two", Feed: b}}} {
		f, kinds, err := gtfs.Merge(parts...)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, f)
		p, q := parts[0].Feed, parts[1].Feed
		if len(f.Stops) != len(p.Stops)+len(q.Stops) || f.Times.Len() != p.Times.Len()+q.Times.Len() || len(f.Trips) != len(p.Trips)+len(q.Trips) {
			t.Errorf("%v: rows were lost", kinds)
		}
		same(t, again(t, f), f)
	}
}
