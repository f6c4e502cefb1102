package casework_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/livelihood/casework"
)

var zone = time.FixedZone("Asia/Shanghai", 8*3600)

// czt is the calendar of the region.
func czt(t testing.TB) *casework.Calendar {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/" + casework.HolidaysFile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := casework.ReadHolidays(casework.HolidaysFile, b, zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) area.Date {
	t.Helper()
	d, err := area.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDaysOfTheNotices(t *testing.T) {
	c := czt(t)
	for day, works := range map[string]bool{
		"2022-01-03": false, "2022-01-29": true, "2022-01-31": false, "2022-10-08": true, "2022-10-09": true,
		"2022-12-31": false, "2023-01-02": false, "2023-06-25": true, "2023-10-06": false, "2023-10-07": true,
		"2024-02-09": true, "2024-02-10": false, "2024-02-18": true, "2024-05-11": true, "2024-09-14": true, "2024-10-12": true,
		"2025-01-26": true, "2025-02-04": false, "2025-02-08": true, "2025-10-08": false, "2025-10-11": true,
		"2026-01-02": false, "2026-01-04": true, "2026-02-14": true, "2026-02-23": false, "2026-02-28": true, "2026-09-20": true, "2026-10-07": false, "2026-10-10": true,
		"2026-11-26": true, "2026-11-28": false, "2027-01-01": true, // not listed: by weekends alone
	} {
		if got := c.Works(date(t, day)); got != works {
			t.Errorf("%s works: %v, want %v", day, got, works)
		}
	}
	if c.Listed(date(t, "2027-01-04")) || !c.Listed(date(t, "2026-12-31")) || c.Certain(date(t, "2026-12-30"), date(t, "2027-01-05")) {
		t.Error("2027 is not published, 2026 is")
	}
}

// The Ministry of Human Resources counts 248 working days a year from 2025 on, with eleven and
// then thirteen days of holidays for everybody (人社部发〔2025〕2号); before there were 250.
func TestWorkingDaysOfAYear(t *testing.T) {
	c := czt(t)
	for year, want := range map[int]int{2025: 248, 2026: 248} {
		n := 0
		for d := area.NewDate(year, 1, 1); d.Year() == year; d++ {
			if c.Works(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d has %d working days, want %d", year, n, want)
		}
	}
}

func TestAfterNationalDay(t *testing.T) {
	c := czt(t)
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-09-28", 5, "2026-10-10"}, // 29, 30, then 8, 9 and a Saturday that is worked
		{"2026-02-13", 1, "2026-02-14"},
		{"2026-02-14", 1, "2026-02-24"},
		{"2026-11-27", 1, "2026-11-30"},
		{"2026-11-28", 5, "2026-12-04"}, // received on a Saturday: the first day is Monday
		{"2026-11-26", 0, "2026-11-26"},
	} {
		if got := c.After(date(t, x.from), x.n); got.String() != x.want {
			t.Errorf("%d working days after %s: %s, want %s", x.n, x.from, got, x.want)
		}
	}
}

func drawnDay(t *rapid.T, name string) area.Date {
	return area.NewDate(2021, 6, 1) + area.Date(rapid.IntRange(0, 2500).Draw(t, name))
}

// slow counts working days one by one.
func slow(c *casework.Calendar, from area.Date, n int) area.Date {
	d := from
	for n > 0 {
		d++
		if c.Works(d) {
			n--
		}
	}
	return d
}

func TestCountingOneByOneGivesTheSame(t *testing.T) {
	c := czt(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := drawnDay(t, "from"), rapid.IntRange(0, 80).Draw(t, "n")
		if got, want := c.After(from, n), slow(c, from, n); got != want {
			t.Fatalf("%d working days after %s: %s, want %s", n, from, got, want)
		}
		to := from + area.Date(rapid.IntRange(0, 200).Draw(t, "to"))
		left := 0
		for d := from; d < to; d++ {
			if c.Works(d) {
				left++
			}
		}
		if got := c.Left(from, to); got != left || c.Left(to, from) != -left {
			t.Fatalf("from %s to %s: %d left, want %d", from, to, got, left)
		}
		if d := c.Ahead(from, left); !c.Works(d) || c.Left(from, d) != left {
			t.Fatalf("%d ahead of %s is %s", left, from, d)
		}
	})
}

func TestDueDatesAreMonotone(t *testing.T) {
	c := czt(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := drawnDay(t, "from"), rapid.IntRange(1, 60).Draw(t, "n")
		if c.After(from, n) > c.After(from+1, n) || c.After(from, n) >= c.After(from, n+1) {
			t.Fatalf("due dates go back at %s + %d", from, n)
		}
	})
}

func TestFaultsOfHolidays(t *testing.T) {
	const ok = "format: \"1\"\nyears:\n  - {year: 2026, source: s, grade: a, holidays: [{name: {zh: 一, en: one}, from: 2026-01-01, to: 2026-01-03, work: [2026-01-04]}]}\n"
	if _, err := casework.ReadHolidays("h", []byte(ok), zone); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, old, new, code string }{
		{"no day", "2026-01-03", "2026-13-03", "not-a-day"},
		{"another year", "to: 2026-01-03", "to: 2028-01-03", "other-year"},
		{"backwards", "to: 2026-01-03", "to: 2025-12-31", "ends-before"},
		{"off and worked", "2026-01-04", "2026-01-02", "day-both"},
		{"a grade that is none", "grade: a", "grade: z", "unknown-value"},
		{"no source", "source: s, ", "", "missing"},
		{"a key that nobody knows", "source: s", "sauce: s", "unknown-key"},
		{"twice", "years:\n", "years:\n  - {year: 2026, source: s, grade: a, holidays: []}\n", "year-twice"},
	} {
		t.Run(x.name, func(t *testing.T) {
			_, err := casework.ReadHolidays("h", []byte(strings.Replace(ok, x.old, x.new, 1)), zone)
			var all casework.Problems
			if p, isProblems := err.(casework.Problems); isProblems {
				all = p
			}
			for _, p := range all {
				if p.Code == x.code && p.Line > 0 {
					return
				}
			}
			t.Errorf("found %v, want %s", err, x.code)
		})
	}
}

func FuzzReadHolidays(f *testing.F) {
	b, err := os.ReadFile("../../region/czt/" + casework.HolidaysFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("format: \"1\"\nyears: [{year: 2026}]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := casework.ReadHolidays("h", b, zone)
		if err == nil {
			if d := c.After(area.NewDate(2026, 1, 1), 30); c.Left(area.NewDate(2026, 1, 2), d) != 29 && c.Works(d) {
				t.Errorf("30 working days after New Year end on %s", d)
			}
		}
	})
}
