package gtfs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"conurb/kit/gtfs"
	"conurb/locale"
)

// broken are feeds that cannot be mended, with the place the report must name.
var broken = []struct{ name, text, code, at string }{
	{"no stops", "# stops.txt -", "missing_required_file", "stops.txt:0:"},
	{"no calendar", "# calendar.txt -", "missing_calendar_and_calendar_date_files", "calendar.txt:0:"},
	{"a column is missing", "# trips.txt\nroute_id,trip_id\n1,t1\n", "missing_required_column", "trips.txt:1:service_id"},
	{"an empty file", "# routes.txt\n", "empty_file", "routes.txt:0:"},
	{"no day of service", "# calendar.txt\nservice_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n", "empty_file", "calendar.txt:0:"},
	{"a trip of no route", "# trips.txt\nroute_id,service_id,trip_id\n1,WK,t1\n2,WK,t2\n", "foreign_key_violation", "trips.txt:3:route_id"},
	{"a stop time of no stop", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8:05:00,8:05:00,X,2\n", "foreign_key_violation", "stop_times.txt:3:stop_id"},
	{"time runs backwards", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,7:59:00,7:59:00,H,2\n", "stop_time_with_arrival_before_previous_departure_time", "stop_times.txt:3:arrival_time"},
	{"leaves before it arrives", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8:05:00,8:04:00,M,2\nt1,8:09:00,8:09:00,H,3\n", "start_and_end_range_out_of_order", "stop_times.txt:3:arrival_time"},
	{"a stop twice", "# stops.txt\nstop_id,stop_lat,stop_lon\nP,52.5,13.4\nM,52.51,13.4\nH,52.53,13.4\nP,52.6,13.4\n", "duplicate_key", "stops.txt:5:stop_id"},
	{"a time that is none", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8h05,8:05:00,H,2\n", "invalid_time", "stop_times.txt:3:arrival_time"},
	{"no time at the end", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,,,H,2\n", "missing_trip_edge", "stop_times.txt:3:arrival_time"},
	{"a quote never closed", "# agency.txt\nagency_id,agency_name,agency_url,agency_timezone\nA,\"Trams,https://example.org/,Europe/Berlin\n", "csv_parsing_failed", "agency.txt:2:"},
	{"a zone that is none", "# agency.txt\nagency_id,agency_name,agency_url,agency_timezone\nA,Trams,https://example.org/,Berlin\n", "invalid_timezone", "agency.txt:2:agency_timezone"},
	{"two zones", "# agency.txt\nagency_id,agency_name,agency_url,agency_timezone\nA,Trams,,Europe/Berlin\nB,Boats,,Europe/Paris\n", "inconsistent_agency_timezone", "agency.txt:3:agency_timezone"},
	{"a day that is none", "# calendar_dates.txt\nservice_id,date,exception_type\nWK,20260230,1\n", "invalid_date", "calendar_dates.txt:2:date"},
	{"a comma too many", "# stops.txt\nstop_id,stop_name,stop_lat,stop_lon\nP,Post, Main Street,52.5,13.4\nM,M,52.51,13.4\nH,H,52.53,13.4\n", "invalid_row_length", "stops.txt:2:"},
	{"runs and does not run", "# calendar_dates.txt\nservice_id,date,exception_type\nWK,20260105,1\nWK,20260105,2\n", "duplicate_key", "calendar_dates.txt:0:date"},
	{"a sequence twice", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8:05:00,8:05:00,M,1\n", "duplicate_key", "stop_times.txt:3:stop_sequence"},
	{"ends before it starts", "# calendar.txt\nservice_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nWK,1,1,1,1,1,0,0,20261231,20260101\n", "start_and_end_range_out_of_order", "calendar.txt:2:start_date"},
	{"a headway of nothing", "# frequencies.txt\ntrip_id,start_time,end_time,headway_secs\nt1,08:00:00,09:00:00,0\n", "number_out_of_range", "frequencies.txt:2:headway_secs"},
}

func TestBrokenFeedsGetAClearReport(t *testing.T) {
	for _, c := range broken {
		t.Run(c.name, func(t *testing.T) {
			report := refused(t, small, c.text)
			var errs []string
			for _, g := range report.Groups() {
				if g.Severity != gtfs.Error {
					continue
				}
				for _, n := range g.First {
					errs = append(errs, fmt.Sprintf("%s %s:%d:%s", n.Code, n.File, n.Line, n.Field))
				}
			}
			if want := c.code + " " + c.at; len(errs) != 1 || errs[0] != want {
				t.Errorf("got %q, want only %q", errs, want)
			}
		})
	}
}

// mended are faults that are put right, with how.
var mended = []struct {
	name, text, code, mend string
	count                  int
}{
	{"a shape that is not there", "# trips.txt\nroute_id,service_id,trip_id,shape_id\n1,WK,t1,S\n1,WK,t2,\n", "foreign_key_violation", "reference-dropped", 1},
	{"a parent that is not there", "# stops.txt\nstop_id,stop_lat,stop_lon,parent_station\nP,52.5,13.4,X\nM,52.51,13.4,\nH,52.53,13.4,Y\n", "foreign_key_violation", "reference-dropped", 2},
	{"a platform as parent", "# stops.txt\nstop_id,stop_lat,stop_lon,parent_station\nP,52.5,13.4,M\nM,52.51,13.4,\nH,52.53,13.4,\n", "wrong_parent_location_type", "reference-dropped", 1},
	{"a transfer to nowhere", "# transfers.txt\nfrom_stop_id,to_stop_id,transfer_type\nP,X,2\nP,M,0\n", "foreign_key_violation", "row-left-out", 1},
	{"seconds with decimals", "# transfers.txt\nfrom_stop_id,to_stop_id,transfer_type,min_transfer_time\nP,M,2,61.7\n", "invalid_integer", "rounded", 1},
	{"only an arrival", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,,P,1\nt1,8:05:00,8:05:00,H,2\n", "stop_time_with_only_arrival_or_departure_time", "other-time-taken", 1},
	{"past midnight without saying so", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,23:58:00,23:58:00,P,1\nt1,00:02:00,00:03:00,M,2\nt1,00:09:00,00:09:00,H,3\n", "stop_time_with_arrival_before_previous_departure_time", "carried-past-midnight", 1},
	{"short rows", "# stops.txt\nstop_id,stop_lat,stop_lon,stop_code\nP,52.5,13.4\nM,52.51,13.4,7\nH,52.53,13.4\n", "invalid_row_length", "taken-as-empty", 2},
	{"two days alike", "# calendar_dates.txt\nservice_id,date,exception_type\nWK,20260103,1\nWK,20260103,1\n", "duplicate_key", "row-left-out", 1},
	{"bytes that are no text", "# routes.txt\nroute_id,route_short_name,route_type\n1,\xff\xfe,0\n", "invalid_character", "character-replaced", 1},
	{"a place in the sea", "# stops.txt\nstop_id,stop_lat,stop_lon\nP,0,0\nM,52.51,13.4\nH,52.53,13.4\n", "point_near_origin", "left-unlocated", 1},
	{"an on-demand row", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence,location_id,start_pickup_drop_off_window,end_pickup_drop_off_window\nt1,8:00:00,8:00:00,P,1,,,\nt1,8:05:00,8:05:00,H,2,,,\nt2,,,,1,zone,8:00:00,9:00:00\n", "flexible_service", "row-left-out", 1},
	{"one vehicle on two trips", "# trips.txt\nroute_id,service_id,trip_id,block_id\n1,WK,t1,B\n1,WK,t2,B\n# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8:30:00,8:30:00,H,2\nt2,8:20:00,8:20:00,H,1\nt2,8:50:00,8:50:00,P,2\n", "block_trips_with_overlapping_stop_times", "not-in-seat", 1},
	{"a route of no agency", "# routes.txt\nroute_id,agency_id,route_short_name,route_type\n1,B,1,0\n", "foreign_key_violation", "only-one-taken", 1},
	{"a distance that shrinks", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\nt1,8:00:00,8:00:00,P,1,5\nt1,8:30:00,8:30:00,H,2,4\n", "decreasing_or_equal_stop_time_distance", "", 1},
	{"faster than any tram", "# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,P,1\nt1,8:00:30,8:00:30,H,2\n", "fast_travel_between_consecutive_stops", "", 1},
}

func TestMendsAreNamedAndCounted(t *testing.T) {
	for _, c := range mended {
		t.Run(c.name, func(t *testing.T) {
			feed, report := read(t, small, c.text)
			sound(t, feed)
			for _, g := range report.Groups() {
				if g.Code == c.code && g.Mend == c.mend && g.Severity == gtfs.Warning {
					if g.Count != c.count {
						t.Errorf("%s mended %d times, want %d", c.code, g.Count, c.count)
					}
					return
				}
			}
			t.Errorf("no %s mended by %q in %+v", c.code, c.mend, report.Groups())
		})
	}
}

// TestEveryNoticeHasWords fills every text that the feeds above call for: no
// placeholder may be left over.
func TestEveryNoticeHasWords(t *testing.T) {
	seen := map[string]bool{}
	hold := func(r *gtfs.Report) {
		for _, g := range r.Groups() {
			seen[g.Code] = true
			for _, lang := range locale.Languages {
				if g.Mend != "" && !locale.Has(lang, "gtfs.mend."+g.Mend) {
					t.Errorf("%s: no words for the mend %s", lang, g.Mend)
				}
				for _, key := range []string{"gtfs.check." + g.Code, "gtfs.check." + g.Code + ".remedy"} {
					if text := locale.T(lang, key, g.First[0].Args); strings.ContainsAny(text, "[]{}") {
						t.Errorf("%s %s: %s", lang, key, text)
					}
				}
			}
		}
	}
	for _, c := range broken {
		hold(refused(t, small, c.text))
	}
	for _, c := range mended {
		_, r := read(t, small, c.text)
		hold(r)
	}
	for _, c := range odd {
		_, r, _ := gtfs.ReadFS(context.Background(), world(small, c), gtfs.Options{MaxRows: 3_000})
		hold(r)
	}
	for text, want := range map[string]string{strings.Repeat("0", 4<<20): "csv_record_too_long", strings.Repeat(",", 5000): "csv_too_many_columns"} {
		r := refused(t, small, "# stop_times.txt\n"+text)
		if r.Count(want) != 1 {
			t.Errorf("no %s in %+v", want, r.Groups())
		}
		hold(r)
	}
	_, r, _ := gtfs.ReadFS(context.Background(), inFolder(world(small)), gtfs.Options{})
	hold(r)
	for _, file := range realFeeds(t) {
		_, r := readFile(t, file)
		hold(r)
	}
	for _, key := range locale.Keys("gtfs.check.") {
		if code := strings.TrimSuffix(strings.TrimPrefix(key, "gtfs.check."), ".remedy"); !seen[code] {
			t.Errorf("%s has words and no feed that shows it", code)
		}
	}
}

// odd are small faults that only the words are tested on.
var odd = []string{
	"# agency.txt\nagency_id,agency_name,agency_name,,agency_url,agency_timezone\nA,,B,,u,Europe/Berlin\n,,,,,\n   \n",
	"# agency.txt\nagency_id,agency_name,agency_url,agency_timezone\nA,\"Tr\nams\",u,Europe/Berlin\nB,Boats,,Europe/Berlin\n# routes.txt\nroute_id,agency_id,route_type,route_color,extra\n1,,9,red,\n2,Z,0,,\n",
	"# booking_rules.txt\nx\n# other.txt\nx\n# stops.txt\nstop_id,stop_lat,stop_lon,location_type,parent_station,level_id\nP,52.5,13.4,,,\nM,52.51,13.4,1,HS,\nH,89.9,13.4,,,\nHS,x,13.4,1,,\nE,,,2,,L\n",
	"# shapes.txt\nshape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\nS,52.5,13.4,1,0\nT,52.5,13.4,1,5\nT,52.6,13.4,2,4\n",
	"# transfers.txt\nfrom_stop_id,to_stop_id,min_transfer_time\nP,M,100\n,,\n# levels.txt\nlevel_id,level_index\nL,\n# pathways.txt\npathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\np,HS,H,1,1\n",
	"# frequencies.txt\ntrip_id,start_time,end_time,headway_secs\nt1,08:00:00,09:00:00,600\nt1,08:30:00,09:30:00,600\nt1,10:00:00,09:30:00,600\n# feed_info.txt\nfeed_publisher_name,feed_publisher_url,feed_lang,feed_start_date\na,b,c,x\nd,e,f,\n",
	"# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint\nt1,08:00:00,08:00:00,HS,1,1\nt1,,,M,2,1\nt1,08:10:00,08:10:00,H,3,1\n",
	"# stop_times.txt\ntrip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,08:00:00,08:00:00,P,1\n",
	"# trips.txt\nroute_id,service_id,trip_id\n1,WK,t1\n1,WK,t2\n1,NO,t3\n# calendar_dates.txt\nservice_id,date,exception_type\nNO,20260103,2\n",
	"# stops.txt\nstop_id,stop_lat,stop_lon,stop_access\nP,52.5,13.4,5\nM,52.51,13.4,\nH,53.53,13.4,\n# transfers.txt\nfrom_stop_id,to_stop_id,transfer_type\nP,H,8\n",
	"# stops.txt\nstop_id,stop_lat,stop_lon,location_type\nP,52.5,13.4,\nM,52.51,13.4,\nH,53.53,13.4,\nN,52.5,13.4,3\n# transfers.txt\nfrom_stop_id,to_stop_id,transfer_type\nP,N,0\n",
	"# stops.txt\nstop_id,stop_lat,stop_lon,location_type\n" + strings.Repeat("x,1,1,\n", 3_001),
}

// inFolder moves files into a folder.
func inFolder(files fstest.MapFS) fstest.MapFS {
	moved := fstest.MapFS{}
	for name, f := range files {
		moved["my feed/"+name] = f
	}
	return moved
}

func TestOneFolderInsideIsOpened(t *testing.T) {
	b := zipped(t, inFolder(world(small)))
	feed, report, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b), int64(len(b)), gtfs.Options{})
	if err != nil || len(feed.Trips) != 2 {
		t.Fatalf("%v, %v", feed, err)
	}
	if report.Mended()["folder-opened"] != 1 {
		t.Errorf("the folder is not reported: %v", report.Mended())
	}
}

func TestHostileArchives(t *testing.T) {
	bomb := world(small)
	bomb["shapes.txt"] = &fstest.MapFile{Data: append([]byte("shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"), bytes.Repeat([]byte("S,52.5,13.4,1\n"), 1<<17)...)}
	line := world(small)
	line["stop_times.txt"] = &fstest.MapFile{Data: bytes.Repeat([]byte("0"), 4<<20)}
	wide := world(small)
	wide["stop_times.txt"] = &fstest.MapFile{Data: bytes.Repeat([]byte(","), 5000)}
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"no archive", []byte("not a zip"), gtfs.ErrZip},
		{"cut short", zipped(t, world(small))[:400], gtfs.ErrZip},
		{"a bomb", zipped(t, bomb), gtfs.ErrTooBig},
		{"one endless line", zipped(t, line), gtfs.ErrRefused},
		{"columns without end", zipped(t, wide), gtfs.ErrRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			feed, report, err := gtfs.ReadZip(context.Background(), bytes.NewReader(c.b), int64(len(c.b)), gtfs.Options{MaxBytes: 1 << 20})
			if !errors.Is(err, c.want) && !(c.name == "one endless line" && errors.Is(err, gtfs.ErrTooBig)) || feed != nil || report == nil {
				t.Errorf("feed %v, report %v, error %v; want %v", feed != nil, report != nil, err, c.want)
			}
		})
	}
}

func TestAFlippedByteIsFound(t *testing.T) {
	b := zipped(t, world(small))
	at := bytes.Index(b, []byte("stop_times.txt")) + 40 // inside the packed bytes
	b[at] ^= 0x55
	_, _, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b), int64(len(b)), gtfs.Options{})
	if err == nil {
		t.Error("a damaged archive is read without a word")
	}
}

func TestACancelledReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	files := world(small)
	files["shapes.txt"] = &fstest.MapFile{Data: append([]byte("shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"), bytes.Repeat([]byte("S,52.5,13.4,1\n"), 1<<17)...)}
	if _, _, err := gtfs.ReadFS(ctx, files, gtfs.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}

// TestTheMethodPagesNameEveryCodeAndMend holds the pages to the words.
func TestTheMethodPagesNameEveryCodeAndMend(t *testing.T) {
	for _, lang := range locale.Languages {
		page, err := os.ReadFile(filepath.Join("..", "..", "docs", "methods", lang, "gtfs.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, prefix := range []string{"gtfs.check.", "gtfs.mend."} {
			for _, key := range locale.Keys(prefix) {
				name := strings.TrimSuffix(strings.TrimPrefix(key, prefix), ".remedy")
				if !strings.Contains(string(page), "`"+name+"`") {
					t.Errorf("%s: the page does not name %s", lang, name)
				}
			}
		}
	}
}
