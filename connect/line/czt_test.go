package line

import (
	"os"
	"slices"
	"testing"

	"conurb/area"
	"conurb/connect/transit"
	"conurb/kit/geo"
	"conurb/locale"
	"conurb/plan/pack"
)

func czt(t *testing.T) *pack.Pack {
	t.Helper()
	p, problems := pack.Load(os.DirFS("../../region/czt"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

// asOf is what is open and runs on a day, as known that day.
func asOf(p *pack.Pack, text string) (open func(string) bool, runs func(*area.Service) bool) {
	day, err := area.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return func(id string) bool { return p.Section(id).OpenedBy(day, day) }, func(s *area.Service) bool { return s.Running(day, day) }
}

// caught lists when trains leave a station for another further on, in order.
func caught(p *pack.Pack, t *transit.Timetable, from, to string) []transit.Second {
	var out []transit.Second
	at := func(id string) transit.Stop {
		return transit.Stop(slices.IndexFunc(p.Network.Stations, func(s area.Station) bool { return s.ID == id }))
	}
	a, b := at(from), at(to)
	for k := range t.Trips() {
		left := transit.Second(-1)
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			switch {
			case t.EventStop[e] == a && t.Closed[e]&transit.NoBoard == 0:
				left = t.Depart[e]
			case t.EventStop[e] == b && left >= 0 && left < day:
				out = append(out, left)
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestOpenings: what opened between two days has trains on the second and none on the
// first, and nothing that ran is gone.
func TestOpenings(t *testing.T) {
	p := czt(t)
	for _, c := range []struct{ from, to, before, after string }{
		{"xiangtan-north", "shantang", "2023-06-27", "2023-06-28"}, // West Ring Line
		{"ningxiang-west", "changsha", "2022-09-05", "2022-09-06"},
		{"changde", "changsha", "2022-12-25", "2022-12-26"},
		{"xiejiaqiao", "huanghua-t1t2", "2022-06-27", "2022-06-28"}, // Line 6
		{"jinpenqiu", "wuyi-square", "2024-06-27", "2024-06-28"},    // Line 1 north
		{"changsha-west", "wangchengpo", "2025-12-31", "plan"},
		{"yuntang", "wulipai", "2025-12-31", "plan"},
		{"changsha-west", "liuyang", "2025-12-31", "plan"},
		{"huanghua-t3", "jili", "2025-12-31", "plan"},
		{"maglev-south", "huanghua-t3", "2025-12-31", "plan"},
	} {
		open, runs := asOf(p, c.before)
		before, _ := Timetable(&p.Network, p.Services, open, runs)
		open, runs = func(string) bool { return true }, always
		if c.after != "plan" {
			open, runs = asOf(p, c.after)
		}
		after, _ := Timetable(&p.Network, p.Services, open, runs)
		if err := after.Check(); err != nil {
			t.Fatal(err)
		}
		if n, m := len(caught(p, before, c.from, c.to)), len(caught(p, after, c.from, c.to)); n != 0 || m < 10 {
			t.Errorf("%s to %s: %d trains on %s, %d on %s", c.from, c.to, n, c.before, m, c.after)
		}
		is := legs(after)
		for leg := range legs(before) {
			if !is[leg] {
				t.Fatalf("gone by %s: %s at %s to %s", c.after, before.StopName[leg.from], hourMinute(leg.depart), before.StopName[leg.to])
			}
		}
	}
}

// leg is what a train of the day does between two of its stops.
type leg struct {
	route          transit.Route
	from, to       transit.Stop
	depart, arrive transit.Second
}

func legs(t *transit.Timetable) map[leg]bool {
	out := map[leg]bool{}
	for k := range t.Trips() {
		for e := t.TripFirst[k]; e+1 < t.TripFirst[k+1]; e++ {
			out[leg{t.TripRoute[k], t.EventStop[e], t.EventStop[e+1], t.Depart[e], t.Arrive[e+1]}] = true
		}
	}
	return out
}

// TestWestRingLine holds the through trains to what is published of December 2023: a
// headway of 7 minutes, first trains about half past six at every station, the last from
// Xiangtan North at 22:00, and 23 minutes to Shantang (from the last trains' times).
func TestWestRingLine(t *testing.T) {
	p := czt(t)
	open, runs := asOf(p, "2023-12-07")
	got, _ := Timetable(&p.Network, p.Services, open, runs)
	ring := p.Line("west-ring").Stations
	for i, s := range ring[:len(ring)-1] {
		for _, way := range [][2]string{{s, ring[len(ring)-1]}, {ring[i+1], ring[0]}} {
			leaves := caught(p, got, way[0], way[1])
			if len(leaves) == 0 {
				t.Fatalf("no train from %s to %s", way[0], way[1])
			}
			if first := leaves[0]; first < 6*3600+30*60 || first >= 6*3600+37*60 {
				t.Errorf("first train from %s to %s at %v", way[0], way[1], hourMinute(first))
			}
			for k := range leaves[1:] {
				if d := leaves[k+1] - leaves[k]; d != 420 {
					t.Fatalf("%s to %s: %d s between two trains", way[0], way[1], d)
				}
			}
		}
	}
	leaves := caught(p, got, "xiangtan-north", "shantang")
	if last := leaves[len(leaves)-1]; last < 21*3600+53*60 || last > 22*3600 {
		t.Errorf("last train from Xiangtan North at %s", hourMinute(last))
	}
	from := transit.Stop(slices.IndexFunc(p.Network.Stations, func(s area.Station) bool { return s.ID == "xiangtan-north" }))
	to := transit.Stop(slices.IndexFunc(p.Network.Stations, func(s area.Station) bool { return s.ID == "shantang" }))
	if d := direct(got, from, leaves[3])[to] - leaves[3]; d < 22*60 || d > 23*60 {
		t.Errorf("%d s from Xiangtan North to Shantang", d)
	}
}

// TestEveryServiceRunsAtLast: with the plan complete every service of the pack runs, on
// all of its stops, and the area has no trains that say of no source.
func TestEveryServiceRunsAtLast(t *testing.T) {
	p := czt(t)
	got, rep := Timetable(&p.Network, p.Services, func(string) bool { return true }, always)
	if len(rep.Idle)+len(rep.Part) > 0 || rep.Services != len(p.Services) {
		t.Errorf("idle %v, in part %v", rep.Idle, rep.Part)
	}
	if got.Stops() != len(p.Network.Stations) || rep.Runs < 3000 {
		t.Errorf("%d stops, %d runs", got.Stops(), rep.Runs)
	}
	for i := range p.Services {
		if s := &p.Services[i]; s.Source == "" && s.Grade != area.GradeAssumed {
			t.Errorf("%s has neither source nor is assumed", s.ID)
		}
	}
}

// TestNoTrainIsFasterThanItsLine: the straight way between two stops, in the run time,
// is within the design speed of the lines that the service runs on, where one is stated.
func TestNoTrainIsFasterThanItsLine(t *testing.T) {
	p := czt(t)
	at := map[string]geo.Point{}
	for _, s := range p.Network.Stations {
		at[s.ID] = s.Point
	}
	for i := range p.Services {
		s := &p.Services[i]
		limit := 0.0
		for _, id := range append([]string{s.Line}, s.Over...) {
			limit = max(limit, p.Line(id).DesignKmh)
		}
		if limit == 0 {
			limit = 160 // conventional railways of the area
		}
		for k, run := range s.Run {
			kmh := geo.Distance(at[s.Stops[k]], at[s.Stops[k+1]]) / float64(run) * 3.6
			if kmh > limit || kmh < 10 {
				t.Errorf("%s: %.0f km/h from %s to %s, design speed %.0f", s.ID, kmh, s.Stops[k], s.Stops[k+1], limit)
			}
		}
	}
}

// TestEveryReasonAndAssumptionHasWords: what the package says in codes, doors can say in
// both languages.
func TestEveryReasonAndAssumptionHasWords(t *testing.T) {
	var keys []string
	for _, why := range []string{NotNow, Needed, Closed, NoWay} {
		keys = append(keys, "line.idle."+why)
	}
	for _, part := range area.Assumable {
		keys = append(keys, "line.assumed."+part)
	}
	for _, key := range keys {
		for _, lang := range locale.Languages {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no text %q", lang, key)
			}
		}
	}
}
