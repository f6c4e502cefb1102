package form_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"conurb/kit/form"
)

// read reads a file of every kind of value.
func read(b string) (string, []form.Problem) {
	f := form.Form{File: "f.yaml"}
	m := f.Open([]byte(b))
	out := fmt.Sprint(m.Text("name", true), m.Number("speed", true, 1, 400), m.Whole("stops", false, 0, 9), m.Flag("open", false), m.One("mode", true, []string{"rail", "road"}))
	c := m.Child("inside", false)
	out += c.Text("name", false)
	c.Done()
	m.List("list", false, 1, func(n *yaml.Node, field string) { out += " " + f.Text(n, field) })
	m.Done()
	return out, f.Problems
}

const good = "name: 红线\nspeed: 80.5\nstops: 3\nopen: true\nmode: road\ninside: {name: x}\nlist: [a, b]\n"

func TestWhatIsRead(t *testing.T) {
	for _, text := range []string{good, "\uFEFF" + good, `{"name":"红线","speed":80.5,"stops":3,"open":true,"mode":"road","inside":{"name":"x"},"list":["a","b"]}`} {
		if got, problems := read(text); got != fmt.Sprint("红线", 80.5, 3, true, "road")+"x a b" || len(problems) > 0 {
			t.Errorf("%q: %q, %v", text, got, problems)
		}
	}
}

// TestFaults: each is one problem, at its place.
func TestFaults(t *testing.T) {
	change := func(old, instead string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(good, old, instead, 1)
	}
	met := map[string]bool{}
	for _, c := range []struct{ text, want string }{
		{"# nothing\n", "1:1  empty-file"},
		{"", "1:1  empty-file"},
		{"\xff", "1:1  not-utf8"},
		{strings.Repeat(" ", form.Most+1), "1:1  too-long"},
		{"a: [", "1:1  yaml-syntax"},
		{good + "---\n" + good, "8:1  yaml-syntax"},
		{"- a\n", "1:1  not-a-mapping"},
		{change("inside: {name: x}", "inside: x"), "6:9 inside not-a-mapping"},
		{change("stops: 3", "<<: {}"), "3:1  bad-key"},
		{change("stops: 3", "name: other"), "3:1 name twice"},
		{change("name: 红线\n", ""), "1:1 name missing"},
		{change("{name: x}", "{nam: x}"), "6:10 inside.nam unknown-key"},
		{change("list: [a, b]", "list: a"), "7:7 list not-a-list"},
		{change("list: [a, b]", "list: []"), "7:7 list too-few"},
		{change("list: [a, b]", "list: [a, ' ']"), "7:11 list[1] not-text"},
		{change("80.5", "fast"), "2:8 speed not-a-number"},
		{change("80.5", "nan"), "2:8 speed not-a-number"},
		{change("80.5", "0.5"), "2:8 speed out-of-range"},
		{change("stops: 3", "stops: 3.5"), "3:8 stops not-whole"},
		{change("true", "ja"), "4:7 open not-true-or-false"},
		{change("mode: road", "mode: ship"), "5:7 mode unknown-value"},
	} {
		_, problems := read(c.text)
		if len(problems) == 0 {
			t.Errorf("%.60q passes", c.text)
			continue
		}
		p := problems[0]
		met[p.Code] = true
		if got := fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Field, p.Code); got != c.want || p.File != "f.yaml" || p.Args["field"] != p.Field {
			t.Errorf("%.60q: %s, want %s", c.text, got, c.want)
		}
	}
	for _, code := range form.Codes {
		if !met[code] {
			t.Errorf("%s was not met", code)
		}
	}
	for code := range met {
		if !slices.Contains(form.Codes, code) {
			t.Errorf("%s is not listed", code)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, problems := read(string(b))
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || !slices.Contains(form.Codes, p.Code) {
				t.Fatalf("%v", p)
			}
		}
	})
}
