package scenario_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"conurb/area"
	"conurb/connect/scenario"
	"conurb/kit/form"
)

const every = `format: 1
works:
  - id: bus-9
    name: {zh: 九路公交, en: Bus 9}
    project: rail-1
    opens: 2026-05-01
    yuan: 3e7
    edits:
      - kind: add-line
        line: "9"
        stops: [Main, {name: New, point: [112.9, 28.2]}]
        run: [120]
        dwell: 20
        bands: [{from: "06:00", until: "25:30", headway: 600}]
      - {kind: headway, line: "4", factor: 0.5}
      - {kind: shift, line: "4", seconds: -60}
      - {kind: skip-stop, line: "4", stop: Mill}
      - {kind: add-stop, line: "4", stop: Mill, stops: [{name: Weir, point: [112.9, 28.2]}], dwell: 20}
      - {kind: run-time, line: "4", factor: 0.8}
      - {kind: drop-line, line: "5"}
  - id: bridge
    name: Bridge
    edits:
      - {kind: add-road, path: [[112.9, 28.2], [112.91, 28.2]], kmh: 60, modes: [car]}
      - {kind: close-road, where: {name: Main Street}}
      - {kind: road-speed, where: {box: [112, 28, 113, 29]}, factor: 0.5}
      - {kind: open-section, section: west-ring}
      - {kind: close-section, section: west-ring}
      - {kind: add-facility, facility: {id: h1, kind: hospital, name: Hospital, point: [112.9, 28.2]}}
      - {kind: drop-facility, facility: {id: h1}}
`

func TestEveryKindOfEditIsRead(t *testing.T) {
	works, problems := scenario.Read("works.yaml", []byte(every))
	if problems != nil {
		t.Fatal(problems)
	}
	var kinds []area.EditKind
	for _, w := range works {
		for _, e := range w.Edits {
			kinds = append(kinds, e.Kind)
		}
	}
	for _, k := range area.EditKinds {
		if !slices.Contains(kinds, k) {
			t.Errorf("no edit of kind %s was read", k)
		}
	}
	line := works[0].Edits[0]
	if line.Bands[0] != (area.Band{From: 6 * 3600, Until: 25*3600 + 1800, Headway: 600}) || line.Ref.Line != 9 || works[0].Yuan != 3e7 || works[0].Opens.Date.String() != "2026-05-01" {
		t.Errorf("got %+v of %+v", line, works[0])
	}
}

func TestFaultsOfAFileOfWorks(t *testing.T) {
	one := func(edit string) string {
		return "format: 1\nworks:\n  - id: a\n    name: A\n    edits:\n      - " + edit + "\n"
	}
	for _, c := range []struct {
		name, text, code string
		line             int
	}{
		{"nothing", "", "empty-file", 1},
		{"no YAML", "format: [", "yaml-syntax", 1},
		{"another format", "format: 2\nworks: [{id: a, name: A, edits: [{kind: drop-line, line: x}]}]\n", "out-of-range", 1},
		{"no works", "format: 1\nworks: []\n", "too-few", 2},
		{"an id twice", strings.Replace(every, "id: bridge", "id: bus-9", 1), "id-twice", 21},
		{"the name of the network", strings.Replace(every, "id: bridge", "id: base", 1), "bad-id", 21},
		{"a kind of edit", one("{kind: build, line: x}"), "not-one-of", 6},
		{"no line", one("{kind: drop-line}"), "missing", 6},
		{"a field of another kind", one("{kind: drop-line, line: x, factor: 2}"), "unknown-key", 6},
		{"both factor and bands", one("{kind: headway, line: x}"), "one-of-two", 6},
		{"run times for other stops", one("{kind: add-line, line: x, stops: [A, B, C], run: [60], bands: [{from: \"6:00\", until: \"7:00\", headway: 600}]}"), "run-count", 6},
		{"a clock", one("{kind: headway, line: x, bands: [{from: dawn, until: \"7:00\", headway: 600}]}"), "not-a-clock", 6},
		{"clocks the wrong way round", one("{kind: headway, line: x, bands: [{from: \"8:00\", until: \"7:00\", headway: 600}]}"), "clock-order", 6},
		{"a headway of nothing", one("{kind: headway, line: x, bands: [{from: \"6:00\", until: \"7:00\", headway: 0}]}"), "out-of-range", 6},
		{"two stops put in", one("{kind: add-stop, line: x, stop: A, stops: [{name: B, point: [1, 1]}, {name: C, point: [1, 1]}]}"), "one-stop", 6},
		{"a point", one("{kind: add-road, path: [[1, 2, 3], [1, 2]], kmh: 30}"), "not-a-point", 6},
		{"a mode", one("{kind: close-road, where: {name: A}, modes: [boat]}"), "not-one-of", 6},
		{"nowhere", one("{kind: close-road, where: {}}"), "nowhere", 6},
		{"a box", one("{kind: close-road, where: {box: [1, 2]}}"), "not-a-box", 6},
		{"a day", strings.Replace(every, "2026-05-01", "May", 1), "not-a-date", 6},
		{"a grade", strings.Replace(every, "yuan: 3e7", "grade: good", 1), "not-one-of", 7},
		{"broken seconds", one("{kind: shift, line: x, seconds: 1.5}"), "not-whole", 6},
		{"a flag", one("{kind: add-road, path: [[1, 2], [1, 3]], kmh: 30, oneWay: perhaps}"), "not-true-or-false", 6},
		{"a list", "format: 1\nworks: {}\n", "not-a-list", 2},
		{"a mapping", "format: 1\nworks: [1]\n", "not-a-mapping", 2},
	} {
		works, problems := scenario.Read("works.yaml", []byte(c.text))
		if works != nil || len(problems) == 0 || problems[0].Code != c.code || problems[0].Line != c.line || problems[0].File != "works.yaml" {
			t.Errorf("%s: got %v, want %s in line %d", c.name, problems, c.code, c.line)
		}
	}
}

// Every code has a sentence and a remedy in both languages.
func TestEveryFaultHasWords(t *testing.T) {
	code := regexp.MustCompile(`(?:[Rr]eport\(.*?, "|[Rr]eport\(.*\), "|refuse\(e, "[a-z]+", ")([a-z0-9]+(?:-[a-z0-9]+)+|missing|twice|nowhere)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, c := range form.Codes {
		found[c] = true
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") {
			for _, m := range code.FindAllSubmatch(b, -1) {
				found[string(m[1])] = true
			}
		}
	}
	for _, lang := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "locale", lang, "scenario.json"))
		if err != nil {
			t.Fatal(err)
		}
		for c := range found {
			for _, key := range []string{"scenario.check." + c, "scenario.check." + c + ".remedy"} {
				if !strings.Contains(string(b), `"`+key+`"`) {
					t.Errorf("%s: no %s", lang, key)
				}
			}
		}
	}
	if len(found) < 20 {
		t.Errorf("only %d codes found: %v", len(found), found)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(every))
	f.Fuzz(func(t *testing.T, b []byte) {
		works, problems := scenario.Read("works.yaml", b)
		if (works == nil) == (problems == nil) {
			t.Fatalf("%d works, %d problems", len(works), len(problems))
		}
	})
}
