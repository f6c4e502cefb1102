package circle_test

import (
	"io/fs"
	"strings"
	"testing"

	"conurb/area"
	"conurb/connect/circle"
	"conurb/region"
)

const file = "connect/circle-v1.yaml"

func ruleText(t testing.TB) string {
	t.Helper()
	b, err := fs.ReadFile(region.CZT(), file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheRuleOfTheRegion(t *testing.T) {
	r, problems := circle.ReadRule(file, []byte(ruleText(t)))
	if r == nil {
		t.Fatal(problems)
	}
	if r.Window.From != 7*3600 || r.Window.Until != 9*3600 || r.Window.Step != 60 || r.HalfHour.Minutes != 30 || r.OneHour.Minutes != 60 || r.OneHour.Headline != circle.Nearest {
		t.Errorf("%+v", r)
	}
	for _, p := range r.Parameters {
		if p.Value == "" || p.Reason.Zh == "" || p.Reason.En == "" || p.Grade == "" || p.Ref.Line == 0 {
			t.Errorf("%s has no value, reason, grade or place: %+v", p.Field, p)
		}
		if p.Source == "" && p.Grade != area.GradeAssumed && p.Grade != area.GradeK {
			t.Errorf("%s is of grade %s without a source", p.Field, p.Grade)
		}
	}
	if len(r.Parameters) != 21 {
		t.Errorf("%d parameters, want 21", len(r.Parameters))
	}
}

// TestBroken: a rule with one fault has exactly that one, at its place.
func TestBroken(t *testing.T) {
	for _, c := range []struct {
		name, old, text, code, field string
	}{
		{"another format", "format: 1", "format: 2", "out-of-range", "format"},
		{"no version", "version: 1\n", "", "missing", "version"},
		{"half a version", "version: 1\n", "version: 1.5\n", "not-whole", "version"},
		{"no clock", `value: "07:00"`, `value: "7"`, "not-a-clock", "window.from.value"},
		{"a clock of minutes past 59", `value: "07:00"`, `value: "07:60"`, "not-a-clock", "window.from.value"},
		{"a window that ends first", `value: "09:00"`, `value: "06:00"`, "window-empty", "window.until.value"},
		{"a window of a day", `value: "09:00"`, `value: "23:00"`, "window-long", "window.until.value"},
		{"percentile of nothing", "value: 50\n", "value: 0\n", "out-of-range", "window.percentile.value"},
		{"a walk without end", "access:\n    value: 45", "access:\n    value: .inf", "not-a-number", "walk.access.value"},
		{"a step of half a second", "step:\n    value: 60", "step:\n    value: 60.5", "not-whole", "window.step.value"},
		{"congestion that speeds up", "congestion:\n    value: 1\n", "congestion:\n    value: 0.5\n", "out-of-range", "car.congestion.value"},
		{"no reason in English", ", en: Half an hour.}", "}", "missing", "half_hour.minutes.reason.en"},
		{"a source without a grade", "    source: plan-press\n    grade: b\n  services", "    source: plan-press\n  services", "missing", "half_hour.minutes.grade"},
		{"a grade without a source", "    source: plan-press\n    grade: b\n  services", "    grade: b\n  services", "no-source", "half_hour.minutes.grade"},
		{"an unknown kind", "value: [hospital]", "value: [clinic]", "unknown-value", "half_hour.services[1].kinds.value"},
		{"no kind", "value: [hospital]", "value: []", "not-a-list", "half_hour.services[1].kinds.value"},
		{"a service twice", "- id: hospital", "- id: town-centre", "id-twice", "half_hour.services[1].id"},
		{"no time to drive", "half_hour:\n  minutes:\n    value: 30", "half_hour:\n  minutes:\n    value: 5", "within-door", "half_hour.minutes.value"},
		{"past the longest journey", "minutes:\n    value: 60", "minutes:\n    value: 175", "past-longest", "one_hour.minutes.value"},
		{"an unknown headline", "value: nearest", "value: farthest", "unknown-value", "one_hour.headline.value"},
		{"a share in per cent", "value: 0.95", "value: 95", "out-of-range", "verdict.share.value"},
		{"a key too many", "verdict:\n", "verdict:\n  mood: {value: 1}\n", "unknown-key", "verdict.mood"},
		{"a key twice", "version: 1\n", "version: 1\nversion: 1\n", "twice", "version"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := ruleText(t)
			if strings.Count(text, c.old) != 1 {
				t.Fatalf("%q is %d times in the rule", c.old, strings.Count(text, c.old))
			}
			at := strings.Index(text, c.old)
			r, problems := circle.ReadRule(file, []byte(strings.Replace(text, c.old, c.text, 1)))
			if r != nil || len(problems) != 1 || problems[0].Code != c.code || problems[0].Field != c.field {
				t.Fatalf("got %v, want %s at %s", problems, c.code, c.field)
			}
			if line := strings.Count(text[:at], "\n") + 1; c.code != "missing" && (problems[0].Line < line || problems[0].Line > line+2) {
				t.Errorf("line %d, want about %d", problems[0].Line, line)
			}
		})
	}
}

func TestNoRuleAtAll(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"nothing":         {"", "empty-file"},
		"a list":          {"- a\n", "not-a-mapping"},
		"no YAML":         {"a: [", "yaml-syntax"},
		"two documents":   {"a: 1\n---\nb: 1\n", "yaml-syntax"},
		"another charset": {"a: \xff", "not-utf8"},
		"a flood":         {strings.Repeat("#", 2<<20), "too-long"},
	} {
		if r, problems := circle.ReadRule(file, []byte(c.text)); r != nil || len(problems) != 1 || problems[0].Code != c.code {
			t.Errorf("%s: got %v, want %s", name, problems, c.code)
		}
	}
}

func FuzzReadRule(f *testing.F) {
	f.Add([]byte(ruleText(f)))
	f.Add([]byte("format: 1\nwindow: {from: {value: \"07:00\"}}\nhalf_hour: {services: [1, {}]}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, problems := circle.ReadRule(file, b)
		if (r == nil) == (len(problems) == 0) {
			t.Fatalf("rule %v, problems %v", r, problems)
		}
	})
}
