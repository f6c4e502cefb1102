package area_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/area"
)

func TestDatesAgreeWithTheCalendarOfTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Date(rapid.IntRange(1, 9999).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		d := area.DateOf(want)
		if !d.Time().Equal(want) || d.Year() != want.Year() {
			t.Fatalf("%v became %v", want, d.Time())
		}
		if next := area.DateOf(want.AddDate(0, 0, 1)); next != d+1 {
			t.Fatalf("the day after %v is %v", d, next)
		}
		back, err := area.ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("%s read back as %v (%v)", d, back, err)
		}
		if f := d.YearFraction(); f < float64(d.Year()) || f >= float64(d.Year()+1) {
			t.Fatalf("%s is %v on the axis of years", d, f)
		}
	})
}

func TestTheFirstDayIsOneAndNoDateIsZero(t *testing.T) {
	if d := area.NewDate(1, time.January, 1); d != 1 {
		t.Errorf("0001-01-01 is day %d", d)
	}
	var none area.Date
	if none.String() != "" || none.Year() != 0 {
		t.Errorf("no date is %q of year %d", none, none.Year())
	}
	if err := none.UnmarshalText(nil); err != nil || none != 0 {
		t.Errorf("empty text: %v (%v)", none, err)
	}
}

func TestMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-11-23", 14, "2028-01-23"}, {"2026-01-15", -13, "2024-12-15"},
	} {
		d, _ := area.ParseDate(c.from)
		if got := d.AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months: got %s, want %s", c.from, c.n, got, c.want)
		}
	}
	a, _ := area.ParseDate("2024-09-30")
	b, _ := area.ParseDate("2026-11-23")
	if got := b.MonthsSince(a); got != 25.8 {
		t.Errorf("slip %v, want 25.8", got)
	}
}

func TestWhatIsNotADay(t *testing.T) {
	for _, s := range []string{"2026-02-30", "2026-13-01", "2026/11/23", "23.11.2026", "2026-1-1", ""} {
		if d, err := area.ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestSectionsAreOpenAsFarAsKnown(t *testing.T) {
	opened := area.NewDate(2022, 9, 6)
	s := area.Section{Opened: &area.Dated{Date: opened, Known: opened + 1}}
	for _, c := range []struct {
		asOf, believed area.Date
		want           bool
	}{{opened - 1, opened + 9, false}, {opened, opened, false}, {opened, opened + 1, true}, {opened + 9, opened, false}} {
		if got := s.OpenedBy(c.asOf, c.believed); got != c.want {
			t.Errorf("as of %s, believed on %s: got %v", c.asOf, c.believed, got)
		}
	}
}

func TestPromisesAreKeptSideBySide(t *testing.T) {
	list := []area.Dated{{Date: 300, Known: 20}, {Date: 200, Known: 10}, {Date: 400, Known: 30}}
	if d := area.Earliest(list, 100); d.Date != 200 {
		t.Errorf("first promise %d", d.Date)
	}
	if d := area.Latest(list, 25); d.Date != 300 {
		t.Errorf("newest promise known on day 25: %d", d.Date)
	}
	if area.Latest(list, 5) != nil || area.Earliest(nil, 5) != nil {
		t.Error("a promise that nobody knew of")
	}
}

func TestTheTextFallsBackToTheOtherLanguage(t *testing.T) {
	for _, c := range []struct {
		text area.Text
		lang string
		want string
	}{{area.Text{Zh: "湘江", En: "Xiang River"}, "en", "Xiang River"}, {area.Text{Zh: "湘江", En: "Xiang River"}, "zh-CN", "湘江"}, {area.Text{En: "Xiang River"}, "zh-CN", "Xiang River"}, {area.Text{Zh: "湘江"}, "en", "湘江"}} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
