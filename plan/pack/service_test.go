package pack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/internal/packtest"
	"conurb/plan/pack"
)

func TestServicesAreRead(t *testing.T) {
	p := load(t, packtest.Small())
	begun := area.Dated{Date: day("2020-05-01"), Known: day("2020-05-01"), Cite: area.Cite{Source: "yearbook", Grade: "b"}, Ref: area.Ref{File: "network/services.yaml", Line: 11}}
	want := []area.Service{
		{
			ID: "line-1-all", Line: "line-1", Name: area.Text{Zh: "一号线各站停", En: "Line 1 all stops"},
			Stops: []string{"west", "mid", "east"}, Run: []int{900, 1000}, Dwell: 30, BothWays: true,
			Bands:  []area.Band{{From: 6 * 3600, Until: 9 * 3600, Headway: 300}, {From: 9 * 3600, Until: 24*3600 + 600, Headway: 600}},
			Begins: &begun, Assumed: []string{"headway", "first-last"},
			Cite: area.Cite{Source: "yearbook", Grade: "b"}, Ref: area.Ref{File: "network/services.yaml", Line: 1},
		},
		{
			ID: "airport-express", Line: "shuttle", Over: []string{"line-1"}, Name: area.Text{Zh: "机场快线", En: "airport express"},
			Stops: []string{"west", "airport"}, Run: []int{3000}, Board: 300, BothWays: true,
			Starts: []area.Clock{7 * 3600, 8*3600 + 30*60 + 30}, Back: []area.Clock{10 * 3600, 11 * 3600, 12 * 3600},
			Needs: []string{"line-1-west"}, Cite: area.Cite{Grade: "assumed"}, Ref: area.Ref{File: "network/services.yaml", Line: 15},
		},
	}
	if diff := cmp.Diff(want, p.Services); diff != "" {
		t.Error(diff)
	}
}

// TestSpeedGivesRunTimes: 50 km at 60 km/h are 50 minutes, standing included.
func TestSpeedGivesRunTimes(t *testing.T) {
	fsys := packtest.Small()
	packtest.Replace(fsys, "network/services.yaml", "stops: [west, airport]", "stops: [west, mid, airport]\n  dwell: 60")
	s := load(t, fsys).Services[1]
	if got := s.Run[0] + s.Run[1] + s.Dwell; got < 2999 || got > 3001 || s.Run[0] <= 0 || s.Run[1] <= 0 {
		t.Errorf("run %v and %d s at a stop", s.Run, s.Dwell)
	}
}

// TestEndlessServicesEnd: a file of many long services over a long line is one problem,
// soon.
func TestEndlessServicesEnd(t *testing.T) {
	fsys := packtest.Small()
	stations, stops := "", "[s0, s1999"
	for i := range 2000 {
		stations += fmt.Sprintf("s%d,站,stop,,113,28,,K\n", i)
		stops += fmt.Sprintf(", s%d", (i*7)%1999)
	}
	stops += "]"
	packtest.Replace(fsys, "network/stations.csv", "airport,", stations+"airport,")
	list := make([]string, 2000)
	for i := range list {
		list[i] = fmt.Sprintf("s%d", i)
	}
	packtest.Replace(fsys, "network/rail.yaml", "stations: [west, mid, east]", "stations: [west, mid, east, "+strings.Join(list, ", ")+"]")
	services := ""
	for i := range 20 {
		services += fmt.Sprintf("- {id: x%d, line: line-1, name: {zh: 长, en: long}, stops: %s, speed: {kmh: 40}, starts: [08:00], needs: [line-1-west], grade: assumed}\n", i, stops)
	}
	fsys["network/services.yaml"].Data = []byte(services)
	_, problems := pack.Load(fsys)
	many := 0
	for _, x := range problems {
		if x.Code == "too-many-stops" {
			many++
		}
	}
	if many != 1 {
		t.Errorf("%d problems, %d of them too-many-stops: %v", len(problems), many, problems[:min(3, len(problems))])
	}
}
