package pack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/internal/packtest"
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
