package transit

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"conurb/kit/gtfs"
)

func feed(t *testing.T, files map[string]string) *gtfs.Feed {
	t.Helper()
	fsys := fstest.MapFS{}
	base := map[string]string{
		"agency.txt":   "agency_id,agency_name,agency_url,agency_timezone\na,Agency,https://example.org,Asia/Shanghai\n",
		"routes.txt":   "route_id,agency_id,route_short_name,route_type\nr,a,R,3\n",
		"calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nd,1,1,1,1,1,1,1,20260101,20261231\n",
		"stops.txt":    "stop_id,stop_name,stop_lat,stop_lon\nA,A,28.1,112.9\nB,B,28.2,112.9\nC,C,28.3,112.9\n",
	}
	for name, text := range files {
		base[name] = text
	}
	for name, text := range base {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	f, report, err := gtfs.ReadFS(t.Context(), fsys, gtfs.Options{})
	if err != nil {
		t.Fatal(err, report.Groups())
	}
	return f
}

var wednesday = gtfs.NewDate(2026, time.May, 13)

func TestTripsPastMidnightAreOfBothDays(t *testing.T) {
	f := feed(t, map[string]string{
		"trips.txt":      "route_id,service_id,trip_id\nr,d,late\n",
		"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nlate,23:50:00,23:50:00,A,1\nlate,24:20:00,24:20:00,B,2\n",
	})
	tt, rep := OfFeed(f, wednesday)
	if err := tt.Check(); err != nil {
		t.Fatal(err)
	}
	var starts []Second
	for k := range tt.Trips() {
		starts = append(starts, tt.Depart[tt.TripFirst[k]])
	}
	if want := []Second{-600, 85800, 172200}; !slices.Equal(starts, want) || rep.Trips != 3 || rep.Night != 2 {
		t.Errorf("departures %v, want %v; %+v", starts, want, rep)
	}
}

func TestHeadwaysKeepTheirPhase(t *testing.T) {
	f := feed(t, map[string]string{
		"trips.txt":       "route_id,service_id,trip_id\nr,d,often\nr,d,exact\n",
		"stop_times.txt":  "trip_id,arrival_time,departure_time,stop_id,stop_sequence\noften,0:00:00,0:00:00,A,1\noften,0:10:00,0:10:00,B,2\nexact,0:00:00,0:00:00,A,1\nexact,0:10:00,0:10:00,B,2\n",
		"frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\noften,07:00:00,08:00:00,600,0\nexact,07:00:00,08:00:00,600,1\n",
	})
	tt, rep := OfFeed(f, wednesday)
	var often, exact []Second
	for k := range tt.Trips() {
		at := tt.Depart[tt.TripFirst[k]]
		if at < 0 || at >= 86400 {
			continue
		}
		if at%600 == 0 {
			exact = append(exact, at)
		} else {
			often = append(often, at)
		}
	}
	if len(exact) != 6 || exact[0] != 7*3600 || len(often) != 6 || rep.Headways != 3*6 {
		t.Errorf("exact %v, often %v, %+v", exact, often, rep)
	}
	for i := 1; i < len(often); i++ {
		if often[i]-often[i-1] != 600 {
			t.Errorf("headway %d", often[i]-often[i-1])
		}
	}
}

func TestDoorsAndSeats(t *testing.T) {
	f := feed(t, map[string]string{
		"trips.txt": "route_id,service_id,trip_id,block_id\nr,d,one,v\nr,d,two,v\n",
		"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n" +
			"one,07:00:00,07:00:00,A,1,0,1\none,07:10:00,07:11:00,B,2,1,0\ntwo,07:12:00,07:12:00,B,1,0,0\ntwo,07:20:00,07:20:00,C,2,0,2\n",
	})
	tt, rep := OfFeed(f, wednesday)
	if err := tt.Check(); err != nil {
		t.Fatal(err)
	}
	k := slices.IndexFunc(tt.TripFirst, func(e int32) bool { return int(e) < tt.Events() && tt.Depart[e] == 7*3600 })
	e := tt.TripFirst[k]
	if tt.Closed[e] != NoAlight || tt.Closed[e+1] != NoBoard || tt.Closed[e+3] != 0 || tt.Stay[k] != Trip(k+1) || rep.Stays != 2 || rep.OnRequest != 2 {
		t.Errorf("closed %v, stay %v, %+v", tt.Closed, tt.Stay, rep)
	}
}

func TestTransfersOfAFeed(t *testing.T) {
	f := feed(t, map[string]string{
		"trips.txt":      "route_id,service_id,trip_id\nr,d,t\n",
		"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,07:00:00,07:00:00,A,1\nt,07:10:00,07:10:00,B,2\n",
		"transfers.txt":  "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,240\nB,C,3,\nC,A,0,\n",
	})
	got := TransfersOf(f)
	if got[[2]Stop{0, 1}] != (Transfer{Least: 240}) || got[[2]Stop{1, 2}] != (Transfer{Forbidden: true}) || len(got) != 3 {
		t.Errorf("%v", got)
	}
}
