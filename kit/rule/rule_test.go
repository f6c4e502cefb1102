package rule_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/kit/rule"
)

func TestAsk(t *testing.T) {
	l, err := rule.Speak(rule.Terms{Any: []string{"form", "today"}})
	if err != nil {
		t.Fatal(err)
	}
	var form map[string]any
	d := json.NewDecoder(strings.NewReader(`{"kind":"work","age":31,"shown":["contract"],"host":{"agrees":true},"part":0.5}`))
	d.UseNumber()
	if err := d.Decode(&form); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		want bool
		bad  bool
	}{
		{`form.kind == "work" && "contract" in form.shown`, true, false},
		{`form.age >= 18 && form.part < 1.0`, true, false},
		{`form.host.agrees`, true, false},
		{`has(form.nothing)`, false, false},
		{`form.nothing == 1`, false, true}, // neither yes nor no
		{`form.kind`, false, true},
		{`today > "2026-01-01"`, true, false},
		{`form.shown.exists(x, form.shown.exists(y, form.shown.exists(z, x == y + z)))`, false, false},
	} {
		r, err := l.Compile(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got, err := r.Ask(map[string]any{"form": form, "today": "2026-11-26"})
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s is %v, %v; want %v", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{`1 + 1`, `"a"`, `form.`, `unknown == 1`, strings.Repeat("(", 40) + "true" + strings.Repeat(")", 40), `"` + strings.Repeat("a", 1001) + `" == ""`} {
		if _, err := l.Compile(text); err == nil {
			t.Errorf("%.40s was taken", text)
		}
	}
	if _, err := l.Compile(`1 + 1`); !errors.Is(err, rule.ErrNotBool) {
		t.Errorf("a sum: %v", err)
	}
}

func TestAnAnswerHasItsCost(t *testing.T) {
	l, err := rule.Speak(rule.Terms{Any: []string{"list"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Compile(`list.all(a, list.all(b, list.all(c, a + b + c >= 0)))`)
	if err != nil {
		t.Fatal(err)
	}
	long := make([]any, 200)
	for i := range long {
		long[i] = i
	}
	if _, err := r.Ask(map[string]any{"list": long}); err == nil {
		t.Error("eight million steps were taken")
	}
}

func TestTerms(t *testing.T) {
	l, err := rule.Speak(rule.Terms{Objects: []string{"form"}, Times: []string{"at"}, Sure: true, Text: 60, Nesting: 8, Cost: 50})
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Compile(`form.host.agrees && at.getFullYear() == 2026`)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Asks("form"); !slices.EqualFunc(got, [][]string{{"host", "agrees"}, {"host"}}, slices.Equal) && !slices.EqualFunc(got, [][]string{{"host"}, {"host", "agrees"}}, slices.Equal) {
		t.Errorf("it asks form for %q", got)
	}
	if got := r.Asks("at"); len(got) != 0 {
		t.Errorf("it asks at for %q", got)
	}
	yes, err := r.Ask(map[string]any{"form": map[string]any{"host": map[string]any{"agrees": true}}, "at": time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)})
	if !yes || err != nil {
		t.Errorf("it is %v, %v", yes, err)
	}
	for _, text := range []string{`form.agrees`, `1`, `form`, strings.Repeat("(", 10) + "true" + strings.Repeat(")", 10), `"` + strings.Repeat("a", 60) + `" == ""`} {
		if _, err := l.Compile(text); err == nil {
			t.Errorf("%.40s was taken", text)
		}
	}
	if _, err := l.Compile(`form.agrees`); !errors.Is(err, rule.ErrNotBool) {
		t.Errorf("an answer of any type: %v", err)
	}
	if r, err = l.Compile(`form.l.all(a, form.l.all(b, a + b > 0))`); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Ask(map[string]any{"form": map[string]any{"l": []any{1, 2, 3, 4, 5}}}); err == nil {
		t.Error("more than fifty steps were taken")
	}
}
