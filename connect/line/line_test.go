package line

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/connect/transit"
)

// TestDrawnLines: which trains run, on lines drawn in a row.
func TestDrawnLines(t *testing.T) {
	const four = "l: a b c d | west a-b | mid b-c | east c-d"
	all := []string{"west", "mid", "east"}
	stops := []string{"a", "b", "c", "d"}
	at := clocks("08:00")
	for _, c := range []struct {
		name    string
		lines   []string
		service area.Service
		open    []string
		want    []string
		why     string // it does not run
		closed  string
	}{
		{name: "whole", lines: []string{four}, service: area.Service{Stops: stops, Run: []int{60, 120, 180}, Dwell: 60, Starts: at}, open: all,
			want: []string{"a 08:00 b 08:02 c 08:05 d 08:08"}},
		{name: "both ways, the same times", lines: []string{four}, service: area.Service{Stops: stops, Run: []int{60, 120, 180}, Starts: at, BothWays: true}, open: all,
			want: []string{"a 08:00 b 08:01 c 08:03 d 08:06", "d 08:00 c 08:03 b 08:05 a 08:06"}},
		{name: "back at times of its own", lines: []string{four}, service: area.Service{Stops: []string{"a", "d"}, Run: []int{600}, Starts: at, Back: clocks("09:00", "10:00"), BothWays: true}, open: all,
			want: []string{"a 08:00 d 08:10", "d 09:00 a 09:10", "d 10:00 a 10:10"}},
		{name: "the first phase keeps the times of the whole", lines: []string{four}, service: area.Service{Stops: stops, Run: []int{60, 120, 180}, Starts: at}, open: []string{"mid", "east"},
			want: []string{"b 08:01 c 08:03 d 08:06"}, closed: "west"},
		{name: "two ends, not joined", lines: []string{four}, service: area.Service{Stops: stops, Run: []int{60, 120, 180}, Starts: at, BothWays: true}, open: []string{"west", "east"},
			want: []string{"a 08:00 b 08:01", "c 08:03 d 08:06", "d 08:00 c 08:03", "b 08:05 a 08:06"}, closed: "mid"},
		{name: "no passing through what is closed", lines: []string{four}, service: area.Service{Stops: []string{"a", "d"}, Run: []int{600}, Starts: at}, open: []string{"west", "east"},
			why: Closed, closed: "mid"},
		{name: "nothing open", lines: []string{four}, service: area.Service{Stops: stops, Run: []int{1, 1, 1}, Starts: at}, why: Closed, closed: "west"},
		{name: "two sections over one piece", lines: []string{"l: a b | one a-b | other b-a"}, service: area.Service{Stops: []string{"a", "b"}, Run: []int{60}, Starts: at}, open: []string{"other"},
			want: []string{"a 08:00 b 08:01"}},
		{name: "onto a branch, past the junction", lines: []string{"l: a j b | trunk a-b", "m: j c | branch j-c"}, service: area.Service{Over: []string{"m"}, Stops: []string{"a", "c"}, Run: []int{60}, Starts: at}, open: []string{"trunk", "branch"},
			want: []string{"a 08:00 c 08:01"}},
		{name: "the branch is closed", lines: []string{"l: a j b | trunk a-b", "m: j c | branch j-c"}, service: area.Service{Over: []string{"m"}, Stops: []string{"a", "c"}, Run: []int{60}, Starts: at}, open: []string{"trunk"},
			why: Closed, closed: "branch"},
		{name: "a line that is not named", lines: []string{"l: a j b | trunk a-b", "m: j c | branch j-c"}, service: area.Service{Stops: []string{"a", "c"}, Run: []int{60}, Starts: at}, open: []string{"trunk", "branch"}, why: NoWay},
		{name: "a section without ends, needed", lines: []string{"l: a b | whole"}, service: area.Service{Stops: []string{"a", "b"}, Run: []int{60}, Starts: at, Needs: []string{"whole"}}, open: []string{"whole"},
			want: []string{"a 08:00 b 08:01"}},
		{name: "a section without ends, needed and closed", lines: []string{"l: a b | whole"}, service: area.Service{Stops: []string{"a", "b"}, Run: []int{60}, Starts: at, Needs: []string{"whole"}}, why: Needed, closed: "whole"},
		{name: "a section without ends says nothing by itself", lines: []string{"l: a b | whole"}, service: area.Service{Stops: []string{"a", "b"}, Run: []int{60}, Starts: at}, open: []string{"whole"}, why: NoWay},
		{name: "a ring", lines: []string{"l: a b c a | ring a-a"}, service: area.Service{Stops: []string{"a", "b", "c", "a"}, Run: []int{60, 60, 60}, Starts: at}, open: []string{"ring"},
			want: []string{"a 08:00 b 08:01 c 08:02 a 08:03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := drawn(c.lines...)
			c.service.ID, c.service.Line = "s", "l"
			got, rep := Timetable(n, []area.Service{c.service}, these(c.open...), always)
			if err := got.Check(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, runsOf(n, got)); diff != "" {
				t.Error(diff)
			}
			switch {
			case c.why != "":
				if want := []Idle{{"s", c.why, c.closed}}; !slices.Equal(rep.Idle, want) {
					t.Errorf("idle %v, want %v", rep.Idle, want)
				}
			case c.closed != "":
				if len(rep.Part) != 1 || rep.Part[0].Section != c.closed {
					t.Errorf("part %v, want %s closed", rep.Part, c.closed)
				}
			default:
				if len(rep.Part)+len(rep.Idle) > 0 || rep.Services != 1 || rep.Runs != len(c.want) {
					t.Errorf("report %+v", rep)
				}
			}
		})
	}
}

// TestHeadways: a line begins at once along its length, each band starts at its own
// first minute, and the last train leaves before the last band ends.
func TestHeadways(t *testing.T) {
	n := drawn("l: a b c d | all a-d")
	s := area.Service{ID: "s", Line: "l", Stops: []string{"a", "b", "c", "d"}, Run: []int{240, 240, 240},
		Bands: []area.Band{{From: clock("06:00"), Until: clock("06:10"), Headway: 300}, {From: clock("06:10"), Until: clock("06:31"), Headway: 600}}}
	got, rep := Timetable(n, []area.Service{s}, these("all"), always)
	want := []string{
		"c 06:03 d 06:07", // would have left a at 05:55; it sets out at c, for at b it would be 05:59
		"a 06:00 b 06:04 c 06:08 d 06:12", "a 06:05 b 06:09 c 06:13 d 06:17",
		"a 06:10 b 06:14 c 06:18 d 06:22", "a 06:20 b 06:24 c 06:28 d 06:32", "a 06:30 b 06:34 c 06:38 d 06:42",
	}
	if diff := cmp.Diff(want, runsOf(n, got)); diff != "" {
		t.Error(diff)
	}
	if rep.Runs != len(want) {
		t.Errorf("%d runs", rep.Runs)
	}
}

// TestNights: a run past midnight is of the next day's small hours, too.
func TestNights(t *testing.T) {
	n := drawn("l: a b | all a-b")
	s := area.Service{ID: "s", Line: "l", Stops: []string{"a", "b"}, Run: []int{1200}, Starts: clocks("01:00", "23:50")}
	got, rep := Timetable(n, []area.Service{s}, these("all"), always)
	if got.Trips() != 4 || rep.Runs != 2 || rep.Night != 2 {
		t.Fatalf("%d trips, report %+v", got.Trips(), rep)
	}
	if at := earliest(got, 0, -3600)[1]; at != 600 { // 23:50 of the day before
		t.Errorf("at b at %d, want 600", at)
	}
	if at := earliest(got, 0, day)[1]; at != day+3600+1200 { // 01:00 of the day after
		t.Errorf("at b at %d, want %d", at, day+3600+1200)
	}
}

// TestTheStationAsksForTime: with Board, a train is caught only by those who are there
// early; staying on it costs nothing, and it arrives when it arrives.
func TestTheStationAsksForTime(t *testing.T) {
	n := drawn("l: a b c | all a-c")
	s := area.Service{ID: "s", Line: "l", Stops: []string{"a", "b", "c"}, Run: []int{600, 600}, Dwell: 60, Board: 900, Starts: clocks("08:00", "09:00")}
	got, rep := Timetable(n, []area.Service{s}, these("all"), always)
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	first, second := transit.Second(8*3600), transit.Second(9*3600)
	for _, c := range []struct {
		name   string
		from   transit.Stop
		at     transit.Second
		to     transit.Stop
		wantAt transit.Second
	}{
		{"in time", 0, first - 900, 2, first + 1260},
		{"a second late", 0, first - 899, 2, second + 1260},
		{"in time further on", 1, first + 660 - 900, 2, first + 1260},
		{"late further on", 1, first + 660 - 899, 2, second + 1260},
		{"off at once", 0, first - 900, 1, first + 600},
	} {
		if at := earliest(got, c.from, c.at)[c.to]; at != c.wantAt {
			t.Errorf("%s: there at %d, want %d", c.name, at, c.wantAt)
		}
	}
	if rep.Runs != 2 || rep.Trips != 4 || rep.Of[0] != (Run{Service: 0, Board: 900}) {
		t.Errorf("report %+v", rep)
	}
}

// TestNumbersStay: stops are all stations and routes all services, whatever runs.
func TestNumbersStay(t *testing.T) {
	n := drawn("l: a b | one a-b", "m: c d | two c-d")
	services := []area.Service{
		{ID: "s", Line: "l", Stops: []string{"a", "b"}, Run: []int{60}, Starts: clocks("08:00")},
		{ID: "r", Line: "m", Stops: []string{"c", "d"}, Run: []int{60}, Starts: clocks("08:00")},
	}
	whole, _ := Timetable(n, services, these("one", "two"), always)
	part, rep := Timetable(n, services, these("one", "two"), func(s *area.Service) bool { return s.ID == "r" })
	if !slices.Equal(whole.StopPlace, part.StopPlace) || !slices.Equal(whole.RouteName, part.RouteName) || part.Trips() != 1 || part.TripRoute[0] != 1 {
		t.Errorf("stops %v, routes %v, trips of %v", part.StopName, part.RouteName, part.TripRoute)
	}
	if want := []Idle{{Service: "s", Why: NotNow}}; !slices.Equal(rep.Idle, want) {
		t.Errorf("idle %v", rep.Idle)
	}
}
