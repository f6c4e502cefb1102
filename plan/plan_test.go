package plan_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/plan"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ text, start, end, kind string }{
		{"2022", "2022-01-01", "2022-12-31", "year"}, {"2022-Q1", "2022-01-01", "2022-03-31", "quarter"}, {"2022-Q4", "2022-10-01", "2022-12-31", "quarter"},
		{"2024-02", "2024-02-01", "2024-02-29", "month"}, {"2022-06-28", "2022-06-28", "2022-06-28", "day"},
	} {
		p, err := plan.ParsePeriod(c.text)
		if err != nil || p.Kind() != c.kind || p.Start().String() != c.start || p.End().String() != c.end || p.String() != c.text {
			t.Errorf("%s: got %s to %s (%v)", c.text, p.Start(), p.End(), err)
		}
	}
	for _, s := range []string{"", "22", "2022-Q5", "2022-13", "2022-1", "2022-Q", "Q1-2022", "2022年"} {
		if p, err := plan.ParsePeriod(s); err == nil {
			t.Errorf("%q was read as %s to %s", s, p.Start(), p.End())
		}
	}
}

func TestADayIsInItsOwnMonthQuarterAndYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := area.NewDate(1900, 1, 1) + area.Date(rapid.IntRange(0, 80000).Draw(t, "day"))
		text := d.String()
		quarter := text[:4] + "-Q" + string(rune('1'+(int(d.Time().Month())-1)/3))
		for _, s := range []string{text, text[:7], quarter, text[:4]} {
			p, err := plan.ParsePeriod(s)
			if err != nil || d < p.Start() || d > p.End() {
				t.Fatalf("%s is not in %s, %s to %s (%v)", d, s, p.Start(), p.End(), err)
			}
		}
	})
}

// A stronger deed keeps every weaker word; a ceremony keeps none.
func TestVerbs(t *testing.T) {
	for i, v := range plan.Verbs {
		kinds := v.FulfilledBy()
		if len(kinds) == 0 || slices.Contains(kinds, "ceremony") || !slices.Contains(kinds, "open") {
			t.Errorf("%s is kept by %v", v, kinds)
		}
		if i > 0 && v != plan.Study && len(kinds) <= len(plan.Verbs[i-1].FulfilledBy()) {
			t.Errorf("%s is not weaker than %s", v, plan.Verbs[i-1])
		}
	}
	if plan.Verb("promise").FulfilledBy() != nil {
		t.Error("a word that is no verb is kept by something")
	}
}
