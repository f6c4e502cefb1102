package rule_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"conurb/kit/rule"
)

func TestAsk(t *testing.T) {
	l, err := rule.Speak("form", "today")
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
	l, err := rule.Speak("list")
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
