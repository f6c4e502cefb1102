package casework_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/livelihood/casework"
)

func TestPeriods(t *testing.T) {
	for _, x := range []struct{ day, by, want string }{
		{"2026-11-26", casework.ByMonth, "2026-11-01"}, {"2026-11-01", casework.ByMonth, "2026-11-01"}, {"2026-12-31", casework.ByMonth, "2026-12-01"},
		{"2026-11-26", casework.ByWeek, "2026-11-23"}, {"2026-11-23", casework.ByWeek, "2026-11-23"}, {"2026-11-22", casework.ByWeek, "2026-11-16"}, {"2027-01-01", casework.ByWeek, "2026-12-28"},
	} {
		if got := casework.Period(date(t, x.day), x.by).String(); got != x.want {
			t.Errorf("%s of %s: %s, want %s", x.by, x.day, got, x.want)
		}
	}
}

// One case after another, put in order: the same as by counts.
func TestTrendsAreThoseOfTheCasesOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.SampledFrom([]string{casework.ByMonth, casework.ByWeek}).Draw(t, "by")
		first := area.NewDate(2026, 1, 1)
		type one struct{ promised, allowed, used int }
		cases := map[string][]one{}
		var spans []casework.Span
		for range rapid.IntRange(0, 40).Draw(t, "spans") {
			s := casework.Span{Item: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "item"), Decided: first + area.Date(rapid.IntRange(0, 90).Draw(t, "day")), Natural: rapid.Bool().Draw(t, "natural"),
				Promised: rapid.IntRange(1, 30).Draw(t, "promised"), Used: rapid.IntRange(0, 40).Draw(t, "used"), Number: rapid.IntRange(1, 6).Draw(t, "number")}
			s.Allowed = s.Promised + rapid.IntRange(0, 10).Draw(t, "extended")
			spans = append(spans, s)
			key := fmt.Sprint(s.Item, s.Natural, casework.Period(s.Decided, by))
			for range s.Number {
				cases[key] = append(cases[key], one{s.Promised, s.Allowed, s.Used})
			}
		}
		got := casework.Trends(spans, by)
		if len(got) != len(cases) {
			t.Fatalf("%d lines of %d heaps", len(got), len(cases))
		}
		for _, g := range got {
			list := cases[fmt.Sprint(g.Item, g.Natural, g.From)]
			slices.SortFunc(list, func(a, b one) int { return a.used - b.used })
			want := casework.Trend{Item: g.Item, From: g.From, Natural: g.Natural, Cases: len(list), Least: 1000}
			for i, c := range list {
				want.Least, want.Most = min(want.Least, c.promised), max(want.Most, c.promised)
				if c.used <= c.allowed {
					want.InTime++
				}
				if 2*(i+1) >= len(list) && 2*i < len(list) { // the first that is not before the half
					want.Median = c.used
				}
				if 10*(i+1) >= 9*len(list) && 10*i < 9*len(list) {
					want.Decile = c.used
				}
			}
			if g != want {
				t.Fatalf("%+v, want %+v", g, want)
			}
		}
	})
}

func TestWhatACityTells(t *testing.T) {
	today := area.NewDate(2026, 11, 26)
	good := casework.Trend{Item: "x", From: area.NewDate(2026, 10, 1), Cases: casework.LeastTold, InTime: 4, Median: 3, Decile: 9, Least: 5, Most: 10}
	for _, x := range []struct {
		name         string
		spoil        func(t *casework.Trend)
		tells, sound bool
	}{
		{"as it is", func(*casework.Trend) {}, true, true},
		{"of too few", func(t *casework.Trend) { t.Cases, t.InTime = casework.LeastTold-1, 4 }, false, false},
		{"of the month that runs", func(t *casework.Trend) { t.From = area.NewDate(2026, 11, 1) }, false, false},
		{"of a month to come", func(t *casework.Trend) { t.From = area.NewDate(2027, 1, 1) }, false, false},
		{"of a week", func(t *casework.Trend) { t.From = area.NewDate(2026, 10, 5) }, true, false},
		{"more in time than there are", func(t *casework.Trend) { t.InTime = 6 }, true, false},
		{"a median past the decile", func(t *casework.Trend) { t.Median = 10 }, true, false},
		{"days before it began", func(t *casework.Trend) { t.Median = -1 }, true, false},
		{"promises the wrong way", func(t *casework.Trend) { t.Least = 11 }, true, false},
		{"of nothing", func(t *casework.Trend) { t.Item = "" }, true, false},
	} {
		line := good
		x.spoil(&line)
		if got := len(casework.Tellable([]casework.Trend{line}, today)) == 1; got != x.tells {
			t.Errorf("%s: told %v", x.name, got)
		}
		if got := line.Sound(today); got != x.sound {
			t.Errorf("%s: sound %v", x.name, got)
		}
	}
	if text, _ := json.Marshal(good); string(text) != `{"item":"x","from":"2026-10-01","cases":5,"inTime":4,"median":3,"decile":9,"least":5,"most":10}` {
		t.Errorf("on the way: %s", text)
	}
}
