package line

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/connect/transit"
)

// world is a random net of lines with a section for every piece, and services on them.
func world(t *rapid.T) (*area.Network, []area.Service, []string) {
	var lines, sections []string
	for l := range rapid.IntRange(1, 4).Draw(t, "lines") {
		order := rapid.Permutation([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "stations")[:rapid.IntRange(2, 5).Draw(t, "length")]
		text := fmt.Sprintf("l%d:", l)
		for _, s := range order {
			text += " " + s
		}
		for i := range order[1:] {
			id := fmt.Sprintf("l%d.%d", l, i)
			sections = append(sections, id)
			text += fmt.Sprintf(" | %s %s-%s", id, order[i], order[i+1])
		}
		lines = append(lines, text)
	}
	n := drawn(lines...)
	var services []area.Service
	for i := range rapid.IntRange(1, 5).Draw(t, "services") {
		line := &n.Lines[rapid.IntRange(0, len(n.Lines)-1).Draw(t, "line")]
		var stops []string
		for _, s := range line.Stations {
			if rapid.Bool().Draw(t, "calls") {
				stops = append(stops, s)
			}
		}
		if len(stops) < 2 {
			stops = line.Stations
		}
		s := area.Service{ID: fmt.Sprint("s", i), Line: line.ID, Stops: stops, BothWays: rapid.Bool().Draw(t, "both"),
			Dwell: rapid.IntRange(0, 60).Draw(t, "dwell"), Board: rapid.SampledFrom([]int{0, 0, 900}).Draw(t, "board")}
		for range stops[1:] {
			s.Run = append(s.Run, rapid.IntRange(30, 1800).Draw(t, "run"))
		}
		if rapid.Bool().Draw(t, "headway") {
			from := rapid.IntRange(0, 20*3600).Draw(t, "from")
			s.Bands = []area.Band{{From: area.Clock(from), Until: area.Clock(from + rapid.IntRange(1, 7200).Draw(t, "long")), Headway: rapid.IntRange(300, 3600).Draw(t, "every")}}
		} else {
			s.Starts = []area.Clock{area.Clock(rapid.IntRange(0, 26*3600).Draw(t, "at"))}
		}
		services = append(services, s)
	}
	return n, services, sections
}

func someOf(t *rapid.T, label string, all []string) []string {
	var out []string
	for _, id := range all {
		if rapid.Bool().Draw(t, label) {
			out = append(out, id)
		}
	}
	return out
}

// TestWhatOpensHarmsNobody: with more sections and services, nobody arrives later.
func TestWhatOpensHarmsNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, services, sections := world(t)
		less := someOf(t, "open", sections)
		more := append(slices.Clone(less), someOf(t, "opened since", sections)...)
		stays := rapid.IntRange(0, len(services)).Draw(t, "services before")
		before, _ := Timetable(n, services, these(less...), func(s *area.Service) bool { return s.ID < fmt.Sprint("s", stays) })
		after, _ := Timetable(n, services, these(more...), always)
		from, at := transit.Stop(rapid.IntRange(0, len(n.Stations)-1).Draw(t, "from")), transit.Second(rapid.IntRange(0, day).Draw(t, "leave"))
		old, now := earliest(before, from, at), earliest(after, from, at)
		for s := range old {
			if now[s] > old[s] {
				t.Fatalf("at stop %d at %d before, at %d after", s, old[s], now[s])
			}
		}
	})
}

// TestTimetableHoldsTogether: what comes out is a timetable, and its trips are the runs
// of the report.
func TestTimetableHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, services, sections := world(t)
		got, rep := Timetable(n, services, these(someOf(t, "open", sections)...), always)
		if err := got.Check(); err != nil {
			t.Fatal(err)
		}
		if rep.Trips != got.Trips() || len(rep.Of) != got.Trips() || rep.Services+len(rep.Idle) != len(services) {
			t.Fatalf("%d trips, report %+v", got.Trips(), rep)
		}
		for k, r := range rep.Of {
			if int(got.TripRoute[k]) != r.Service || int(r.Board) != services[r.Service].Board {
				t.Fatalf("trip %d is of route %d, reported as %+v", k, got.TripRoute[k], r)
			}
		}
	})
}

// TestBoardingEarlyIsWaitingLonger: a service that asks for time at the station gives
// the journeys of one that does not, to those who leave that much later; an oracle for
// journeys on one line.
func TestBoardingEarlyIsWaitingLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, services, sections := world(t)
		s := services[0]
		s.Board = 0
		lead := transit.Second(rapid.IntRange(1, 1800).Draw(t, "lead"))
		slow := s
		slow.Board = int(lead)
		plain, _ := Timetable(n, []area.Service{s}, these(sections...), always)
		early, _ := Timetable(n, []area.Service{slow}, these(sections...), always)
		from, at := transit.Stop(rapid.IntRange(0, len(n.Stations)-1).Draw(t, "from")), transit.Second(rapid.IntRange(0, day).Draw(t, "leave"))
		want, got := direct(plain, from, at+lead), direct(early, from, at)
		for k := range want {
			if transit.Stop(k) != from && want[k] != got[k] {
				t.Fatalf("at stop %d at %d, want %d", k, got[k], want[k])
			}
		}
	})
}

// direct is when one is at each stop by one trip.
func direct(t *transit.Timetable, from transit.Stop, at transit.Second) []transit.Second {
	best := make([]transit.Second, t.Stops())
	for i := range best {
		best[i] = transit.Never
	}
	for k := range t.Trips() {
		on := false
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			if s := t.EventStop[e]; on {
				best[s] = min(best[s], t.Arrive[e])
			}
			on = on || t.Closed[e]&transit.NoBoard == 0 && t.EventStop[e] == from && t.Depart[e] >= at
		}
	}
	return best
}
