package gtfs_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"conurb/kit/geo"
	"conurb/kit/gtfs"
)

func TestASmallFeedIsReadWhole(t *testing.T) {
	f, r := read(t, small)
	if len(f.Agencies) != 1 || len(f.Stops) != 4 || len(f.Routes) != 1 || len(f.Services) != 1 || len(f.Trips) != 2 || f.Times.Len() != 6 {
		t.Fatalf("%d agencies, %d stops, %d routes, %d services, %d trips, %d stop times", len(f.Agencies), len(f.Stops), len(f.Routes), len(f.Services), len(f.Trips), f.Times.Len())
	}
	if r.Errors() != 0 || r.Count("stop_time_without_times") != 1 {
		t.Errorf("report %+v", r.Groups())
	}
	h := stopOf(t, f, "H")
	if got := f.Stops[f.StationOf(h)].ID; got != "HS" {
		t.Errorf("H stands in %s, want HS", got)
	}
	if f.Wheelchair(h) != gtfs.No || f.Wheelchair(stopOf(t, f, "P")) != gtfs.Yes || f.Wheelchair(stopOf(t, f, "M")) != gtfs.Unknown {
		t.Error("a stop that says nothing of wheelchairs must answer as its station")
	}
	first, list := f.Children()
	if hs := stopOf(t, f, "HS"); !slices.Equal(list[first[hs]:first[hs+1]], []gtfs.Stop{h}) {
		t.Errorf("children of HS: %v", list[first[hs]:first[hs+1]])
	}
	t2 := f.Trips[tripOf(t, f, "t2")]
	if got := f.Times.Departure[t2.First+1].String(); got != "24:00:00" {
		t.Errorf("leaves Market at %s, want 24:00:00", got)
	}
	if f.Timezone != "Europe/Berlin" {
		t.Errorf("time zone %s", f.Timezone)
	}
}

func TestUnsortedRowsAndOddText(t *testing.T) {
	f, _ := read(t, small, "# stop_times.txt\n\ufeffstop_sequence, trip_id ,arrival_time,\"departure_time\",stop_id,stop_headsign\r\n"+
		"10,t2,9:10:00,9:10:00,H,\"to \"\"the\"\" sea, \r\nfar\"\r\n\r\n3,t1,8:05:00,8:05:00,\"H\" ,\r\n2,t2,9:00:00,9:00:00,P,\"\"\r\n1,t1,8:00:00,8:00:00,P,back\r\n")
	var got []string
	for i := range f.Times.Len() {
		got = append(got, f.Stops[f.Times.Stop[i]].ID+" "+f.Times.Arrival[i].String()+" "+f.Texts[f.Times.Headsign[i]])
	}
	want := []string{"P 08:00:00 back", "H 08:05:00 ", "P 09:00:00 ", "H 09:10:00 to \"the\" sea, \r\nfar"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMissingTimesAreInterpolated(t *testing.T) {
	head := "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\n"
	p, m, h := geo.Point{13.40, 52.50}, geo.Point{13.40, 52.51}, geo.Point{13.40, 52.53}
	third := geo.Distance(p, m) / (geo.Distance(p, m) + geo.Distance(m, h)) * 540
	for _, c := range []struct {
		name, rows string
		want       gtfs.Seconds
	}{
		{"by distance travelled", "t1,8:00:00,8:00:00,P,1,0\nt1,,,M,2,4\nt1,8:10:00,8:10:00,H,3,10\n", 8*3600 + 240},
		{"by great circles", "t1,8:00:00,8:00:00,P,1,\nt1,,,M,2,\nt1,8:09:00,8:09:00,H,3,\n", 8*3600 + gtfs.Seconds(math.Round(third))},
		{"one distance is missing: by great circles", "t1,8:00:00,8:00:00,P,1,0\nt1,,,M,2,\nt1,8:09:00,8:09:00,H,3,10\n", 8*3600 + gtfs.Seconds(math.Round(third))},
		{"distances shrink: by great circles", "t1,8:00:00,8:00:00,P,1,0\nt1,,,M,2,12\nt1,8:09:00,8:09:00,H,3,10\n", 8*3600 + gtfs.Seconds(math.Round(third))},
		{"all in one place: evenly", "t1,8:00:00,8:00:00,P,1,\nt1,,,P,2,\nt1,8:09:00,8:09:00,P,3,\n", 8*3600 + 270},
		{"from the departure, not the arrival", "t1,7:50:00,8:00:00,P,1,0\nt1,,,M,2,5\nt1,8:10:00,8:20:00,H,3,10\n", 8*3600 + 300},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, _ := read(t, small, head+c.rows)
			i := f.Trips[tripOf(t, f, "t1")].First + 1
			if f.Times.Arrival[i] != c.want || f.Times.Departure[i] != c.want || f.Times.Timing[i] != gtfs.Interpolated {
				t.Errorf("at the second stop %v to %v (%v), want %v", f.Times.Arrival[i], f.Times.Departure[i], f.Times.Timing[i], c.want)
			}
		})
	}
}

func TestServicesRunOnTheirDays(t *testing.T) {
	f, _ := read(t, small, "# calendar_dates.txt\nservice_id,date,exception_type\nWK,20260105,2\nWK,20260110,1\nFAIR,20260106,1\n")
	for _, c := range []struct {
		day  gtfs.Date
		want []string
	}{
		{gtfs.NewDate(2026, 1, 5), nil},                    // a Monday taken out
		{gtfs.NewDate(2026, 1, 6), []string{"WK", "FAIR"}}, // a Tuesday, and the fair
		{gtfs.NewDate(2026, 1, 10), []string{"WK"}},        // a Saturday put in
		{gtfs.NewDate(2026, 1, 11), nil},                   // a Sunday
		{gtfs.NewDate(2025, 12, 31), nil},                  // before
		{gtfs.NewDate(2026, 12, 31), []string{"WK"}},       // the last day, a Thursday
		{gtfs.NewDate(2027, 1, 1), nil},                    // after
	} {
		var got []string
		for _, s := range f.ActiveOn(c.day) {
			got = append(got, f.Services[s].ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v (%v): %v, want %v", c.day, c.day.Weekday(), got, c.want)
		}
	}
	if first, last := f.Span(); first != gtfs.NewDate(2026, 1, 1) || last != gtfs.NewDate(2026, 12, 31) {
		t.Errorf("service from %v to %v", first, last)
	}
}

// TestTheServiceDayBeginsTwelveHoursBeforeNoon: on the day clocks go forward it
// begins at 23:00 of the day before, on the day they go back at 01:00.
func TestTheServiceDayBeginsTwelveHoursBeforeNoon(t *testing.T) {
	f, _ := read(t, small)
	for _, c := range []struct {
		day  gtfs.Date
		at   gtfs.Seconds
		want string
	}{
		{gtfs.NewDate(2026, 5, 13), 8 * 3600, "2026-05-13T08:00:00+02:00"},
		{gtfs.NewDate(2026, 3, 29), 0, "2026-03-28T23:00:00+01:00"},
		{gtfs.NewDate(2026, 3, 29), 8 * 3600, "2026-03-29T08:00:00+02:00"},
		{gtfs.NewDate(2026, 10, 25), 0, "2026-10-25T01:00:00+02:00"},
		{gtfs.NewDate(2026, 12, 31), 25 * 3600, "2027-01-01T01:00:00+01:00"},
	} {
		if got := f.Time(c.day, c.at).Format(time.RFC3339); got != c.want {
			t.Errorf("%v %v is %s, want %s", c.day, c.at, got, c.want)
		}
	}
}

func TestFrequencies(t *testing.T) {
	f, _ := read(t, small, "# frequencies.txt\ntrip_id,start_time,end_time,headway_secs,exact_times\nt1,09:00:00,10:00:00,600,1\nt1,06:00:00,09:00:00,900,\n")
	got := f.FrequenciesOf(tripOf(t, f, "t1"))
	if len(got) != 2 || got[0].Start != 6*3600 || got[0].Exact || !got[1].Exact {
		t.Fatalf("frequencies %+v", got)
	}
	if got[0].Departures() != 12 || got[1].Departures() != 6 {
		t.Errorf("%d and %d departures, want 12 and 6", got[0].Departures(), got[1].Departures())
	}
	if n := len(f.FrequenciesOf(tripOf(t, f, "t2"))); n != 0 {
		t.Errorf("%d frequencies of a trip that has none", n)
	}
}

func TestStayingOnBoard(t *testing.T) {
	const blocks = `
# trips.txt
route_id,service_id,trip_id,block_id
1,WK,t1,B
1,WK,t2,B
1,SA,t3,B
1,WK,t4,B
1,WK,t5,
# calendar_dates.txt
service_id,date,exception_type
SA,20260103,1
# stop_times.txt
trip_id,arrival_time,departure_time,stop_id,stop_sequence
t1,08:00:00,08:00:00,P,1
t1,08:10:00,08:10:00,H,2
t2,08:15:00,08:15:00,H,1
t2,08:25:00,08:25:00,P,2
t3,08:12:00,08:12:00,H,1
t3,08:20:00,08:20:00,P,2
t4,09:00:00,09:00:00,M,1
t4,09:10:00,09:10:00,H,2
t5,09:10:00,09:10:00,H,1
t5,09:20:00,09:20:00,P,2
`
	monday, saturday := gtfs.NewDate(2026, 1, 5), gtfs.NewDate(2026, 1, 3)
	head := "# transfers.txt\nfrom_trip_id,to_trip_id,transfer_type\n"
	for _, c := range []struct {
		name, transfers string
		day             gtfs.Date
		want            []string
	}{
		{"in the block, not over 1.1 km from Post to Market", "", monday, []string{"t1>t2"}},
		{"the only trip of its day", "", saturday, nil},
		{"written, and only once", head + "t4,t5,4\nt4,t5,4\nt1,t2,4\n", monday, []string{"t1>t2!", "t4>t5!"}},
		{"forbidden", head + "t1,t2,5\n", monday, nil},
		{"into the next day", head + "t5,t1,4\n", monday, []string{"t1>t2", "t5>t1!+1"}},
		{"not into a day without service", head + "t5,t1,4\n", gtfs.NewDate(2026, 1, 9), []string{"t1>t2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, _ := read(t, small, blocks, c.transfers)
			var got []string
			for _, s := range f.InSeatOn(c.day) {
				text := f.Trips[s.From].ID + ">" + f.Trips[s.To].ID
				if s.Written {
					text += "!"
				}
				if s.NextDay {
					text += "+1"
				}
				got = append(got, text)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestExtendedRouteTypesHaveBasicOnes(t *testing.T) {
	for _, c := range []struct{ from, want gtfs.RouteType }{
		{0, gtfs.Tram}, {12, gtfs.Monorail}, {100, gtfs.Rail}, {109, gtfs.Rail}, {200, gtfs.Bus}, {401, gtfs.Metro}, {405, gtfs.Monorail},
		{700, gtfs.Bus}, {715, gtfs.Bus}, {800, gtfs.Trolleybus}, {900, gtfs.Tram}, {1000, gtfs.Ferry}, {1200, gtfs.Ferry}, {1300, gtfs.AerialLift},
		{1400, gtfs.Funicular}, {1100, -1}, {1500, -1}, {1700, -1},
	} {
		if got := c.from.Basic(); got != c.want {
			t.Errorf("type %d is %d, want %d", c.from, got, c.want)
		}
	}
}

// TestDays holds the calendar against that of the standard library over 400 years.
func TestDays(t *testing.T) {
	for d := gtfs.NewDate(1800, 1, 1); d < gtfs.NewDate(2200, 1, 1); d++ {
		y, m, day := d.Civil()
		std := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
		if gtfs.NewDate(y, m, day) != d || std.Weekday() != d.Weekday() {
			t.Fatalf("%v is a %v, want a %v", d, d.Weekday(), std.Weekday())
		}
	}
}

func TestTripsByDayAndBounds(t *testing.T) {
	f, _ := read(t, small, "# calendar.txt -\n# calendar_dates.txt\nservice_id,date,exception_type\nWK,20260106,1\nWK,20260109,1\nFAIR,20260109,1\n"+
		"# trips.txt\nroute_id,service_id,trip_id\n1,WK,t1\n1,FAIR,t2\n# frequencies.txt\ntrip_id,start_time,end_time,headway_secs\nt1,09:00:00,10:00:00,600\n")
	want := []gtfs.DayTrips{{Day: gtfs.NewDate(2026, 1, 6), Trips: 6}, {Day: gtfs.NewDate(2026, 1, 9), Trips: 7}}
	if got := f.TripsByDay(); !slices.Equal(got, want) {
		t.Errorf("trips by day %v, want %v", got, want)
	}
	if w, s, e, n, ok := f.Bounds(); !ok || w != 13.4 || s != 52.5 || e != 13.4 || n != 52.53 {
		t.Errorf("bounds %v %v %v %v", w, s, e, n)
	}
}
