package opensdg

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// drawn is a folder with one indicator 1-1-1: its front matter and its table.
func drawn(meta, table string) fstest.MapFS {
	return fstest.MapFS{
		"meta/1-1-1.md":            {Data: []byte("---\n" + strings.TrimSpace(meta) + "\n---\ntext: not: yaml")},
		"data/indicator_1-1-1.csv": {Data: []byte(strings.TrimSpace(table) + "\n")},
	}
}

func measure(t *testing.T, fsys fs.FS) Entry {
	t.Helper()
	f, problems := Read(fsys)
	for _, p := range problems {
		t.Fatal(p)
	}
	return f.Components()["1-1-1"]
}

func one(t *testing.T, e Entry) Component {
	t.Helper()
	if len(e.Series) != 1 {
		t.Fatalf("%d series, want 1: %v", len(e.Series), e)
	}
	for _, c := range e.Series {
		return c
	}
	return Component{}
}

const on = "auto_progress_calculation: true\n"

// What a table and an option come to: base and current value and year, status.
func TestSelection(t *testing.T) {
	for _, c := range []struct {
		name, meta, table        string
		base, from, current, now float64 // 0, 0, 0, 0: nothing is selected
		status, note             string
	}{
		{name: "two columns", meta: on, table: `
Year,Value
2014,1
2015,50
2020,40`, base: 50, from: 2015, current: 40, now: 2020, status: "substantial_progress"},
		{name: "headline among breakdowns, byte order mark, quotes", meta: on, table: "\ufeff" + `
"Year","Sex","GeoCode","Value"
"2015","","11",50
"2015","Men","12",70
"2020","",,60`, base: 50, from: 2015, current: 60, now: 2020, status: "deterioration"},
		{name: "no headline", meta: on, table: `
Year,Sex,Value
2015,Men,50
2020,Men,60`, status: "not_available", note: "no-data"},
		{name: "next year with data", meta: on, table: `
Year,Value
2013,90
2017,50
2020,50`, base: 50, from: 2017, current: 50, now: 2020, status: "limited_progress"},
		{name: "base year stated", meta: on + `
progress_calculation_options:
- base_year: 2013
  direction: positive`, table: `
Year,Value
2013,10
2017,50
2020,50`, base: 10, from: 2013, current: 50, now: 2020, status: "substantial_progress"},
		{name: "base year after the data", meta: on + `
progress_calculation_options:
- base_year: 2024`, table: `
Year,Value
2013,10
2017,50`, status: "not_available"},
		{name: "one value", meta: on, table: `
Year,Value
2018,10`, base: 10, from: 2018, current: 10, now: 2018, status: "not_available"},
		{name: "years as spans, empty and NA cells", meta: on, table: `
Year,Value
2015-16,10
2016-17,NA
2017/2018,5
2018/2019,`, base: 10, from: 2015, current: 5, now: 2017, status: "substantial_progress"},
		{name: "series and unit", meta: on + `
progress_calculation_options:
- series: Total
  unit: Tonnes`, table: `
Year,Series,Units,Sector,Value
2015,Total,Tonnes,,10
2015,Total,Percent,,11
2015,Rate,Tonnes,,12
2015,Total,Tonnes,Homes,13
2020,Total,Tonnes,,9`, base: 10, from: 2015, current: 9, now: 2020, status: "substantial_progress"},
		{name: "two units and nobody asked", meta: on, table: `
Year,Units,Value
2015,Tonnes,10
2015,Percent,11
2020,Tonnes,9`, status: "not_available", note: "several-series"},
		{name: "disaggregation, the rest blank", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Sex
    value: Women`, table: `
Year,Sex,Age,Value
2015,Women,,10
2015,Women,Old,17
2020,Women,,9
2020,Men,,5`, base: 10, from: 2015, current: 9, now: 2020, status: "substantial_progress"},
		{name: "disaggregation, the rest constant", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Sex
    value: Women`, table: `
Year,Sex,Geography,Value
2015,Women,Canada,10
2020,Women,Canada,9
2020,Men,Canada,5`, base: 10, from: 2015, current: 9, now: 2020, status: "substantial_progress"},
		{name: "disaggregation, the rest varies", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Sex
    value: Women`, table: `
Year,Sex,Age,Value
2015,Women,Young,10
2015,Women,Old,9`, status: "not_available", note: "several-series"},
		{name: "keys for texts", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Cause
    value: Cancer`, table: `
Year,data.Cause (ICD-10),Value
2015,data.Cancer [C00],10
2015,data.Cancer of the skin [C43],1
2020,data.Cancer [C00],9`, base: 10, from: 2015, current: 9, now: 2020, status: "substantial_progress", note: "read-as"},
		{name: "two texts would fit", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Cause
    value: Cancer`, table: `
Year,Cause,Value
2015,Cancer [C00],10
2020,Cancer [C01],9`, status: "not_available", note: "ambiguous"},
		{name: "value that is not there", meta: on + `
progress_calculation_options:
- disaggregation:
  - field: Sex
    value: Other`, table: `
Year,Sex,Value
2015,Men,10
2020,Men,9`, status: "not_available", note: "value-not-found"},
		{name: "progress column", meta: on + `
progress_calculation_options:
- target: 1
  direction: negative`, table: `
Year,Progress,Value
2015,1.5,12.5
2022,1.2,99`, base: 1.5, from: 2015, current: 1.2, now: 2022, status: "substantial_progress"},
		{name: "the same year twice", meta: on, table: `
Year,Value
2015 Q1,10
2015 Q2,11
2016 Q1,9`, status: "not_available", note: "duplicate-year"},
		{name: "numbers as texts, zero target", meta: on + `
progress_calculation_options:
- target: "0"
  target_year: '2030'
  base_year: "2016"
  limit: ''`, table: `
Year,Value
2015,10
2016,9
2020,0`, base: 9, from: 2016, current: 0, now: 2020, status: "target_achieved"},
		{name: "zero base", meta: on + `
progress_calculation_options:
- direction: positive`, table: `
Year,Value
2015,0
2020,5`, base: 0.001, from: 2015, current: 5, now: 2020, status: "substantial_progress"},
		{name: "through zero", meta: on + `
progress_calculation_options:
- direction: positive`, table: `
Year,Value
2015,-1
2020,5`, base: -1, from: 2015, current: 5, now: 2020, status: "not_available"},
		{name: "not a number", meta: on, table: `
Year,Value
2015,many
2020,5`, status: "not_available", note: "bad-value"},
		{name: "at the limit", meta: on + `
progress_calculation_options:
- {direction: positive, limit: 100}`, table: `
Year,Value
2015,100
2020,100`, base: 100, from: 2015, current: 100, now: 2020, status: "substantial_progress"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := measure(t, drawn(c.meta, c.table))
			got := one(t, e)
			want := [4]*float64{&c.base, &c.from, &c.current, &c.now}
			if c.now == 0 {
				if got.BaseValue != nil || got.Sign != nil || got.ProgressValue != nil || got.Score != nil {
					t.Errorf("something was measured: %+v", got)
				}
			} else if diff := cmp.Diff(want, [4]*float64{got.BaseValue, got.BaseYear, got.CurrentValue, got.CurrentYear}); diff != "" {
				t.Error(diff)
			}
			if got.Status != c.status || e.Status != c.status {
				t.Errorf("status %s and %s, want %s", got.Status, e.Status, c.status)
			}
			noted := ""
			for _, n := range e.Notes {
				noted += n.Code + " "
			}
			if c.note != "" && !strings.Contains(noted, c.note) || c.note == "" && noted != "" {
				t.Errorf("notes %q, want %q", noted, c.note)
			}
		})
	}
}

func TestStatusWithoutCalculation(t *testing.T) {
	table := "Year,Value\n2015,1\n2020,2"
	for name, c := range map[string]struct{ meta, status string }{
		"off":                {"auto_progress_calculation: false\nprogress_calculation_options:\n- target: 4", ""},
		"off with a word":    {"auto_progress_calculation: false # advice\nprogress_status: not_available_manual", "not_available_manual"},
		"nothing said":       {"indicator_name: x", ""},
		"a quoted true":      {`auto_progress_calculation: "true"`, ""},
		"unpublished counts": {"published: false\nauto_progress_calculation: yes", "deterioration"},
		"empty options":      {on + "progress_calculation_options:", "deterioration"},
	} {
		t.Run(name, func(t *testing.T) {
			e := measure(t, drawn(c.meta, table))
			if e.Status != c.status || (c.status != "deterioration") != (len(e.Series) == 0) {
				t.Errorf("got %q with %d series, want %q", e.Status, len(e.Series), c.status)
			}
		})
	}
	f, problems := Read(fstest.MapFS{"data/indicator_2-1-1.csv": {Data: []byte("Year,Value\n2015,1\n")}})
	if len(problems) != 0 || f.Components()["2-1-1"].Status != "" {
		t.Errorf("a table without metadata: %v %v", f.Components(), problems)
	}
	f, _ = Read(fstest.MapFS{"meta/2-1-1.md": {Data: []byte("---\n" + on + "---\n")}})
	if e := f.Components()["2-1-1"]; e.Status != "not_available" || one(t, e).Status != "not_available" || *one(t, e).BaseYear != 2015 {
		t.Errorf("metadata without a table: %+v", e)
	}
}

// Two series and a group of two: the group counts once, a series without a
// score not at all.
func TestMeanOfGroups(t *testing.T) {
	e := measure(t, drawn(on+`
progress_calculation_options:
- {direction: positive, disaggregation: [{field: Part, value: A}]}
- {direction: positive, disaggregation: [{field: Part, value: Short}]}
- group:
  - {direction: positive, disaggregation: [{field: Part, value: B}]}
  - group:
    - {direction: positive, target: 10, disaggregation: [{field: Part, value: C}]}
`, `
Year,Part,Value
2015,A,100
2016,A,100
2015,B,100
2016,B,90
2015,C,9
2016,C,11
2015,Short,4`))
	// A stands still: -2.5. B falls by a tenth: -5. C has its target: 5.
	if want := (-2.5 + (-5.0+5.0)/2) / 2; e.Score == nil || *e.Score != want || e.Status != "limited_progress" {
		t.Errorf("got %v %s, want %v", e.Score, e.Status, want)
	}
	if len(e.Series) != 4 || e.Series["1-1-1 / C"].Status != "target_achieved" || e.Series["1-1-1 / Short"].Score != nil {
		t.Errorf("series %v", e.Series)
	}
}

func TestTranslations(t *testing.T) {
	fsys := drawn(on+`
progress_calculation_options:
- disaggregation:
  - field: data.SEX
    value: data.W`, "Year,data.SEX,Value\n2015,data.F,10\n2016,data.F,9\n2016,data.M,1")
	fsys["translations/en/data.yml"] = &fstest.MapFile{Data: []byte("F: Women\nW: Women\nM: Men\nSEX: Sex\n")}
	e := measure(t, fsys)
	if c, ok := e.Series["1-1-1 / Women"]; !ok || c.Status != "substantial_progress" {
		t.Errorf("got %+v", e)
	}
}

// Tags as Canada publishes them for its framework and for the global one.
func TestTagsAreShortened(t *testing.T) {
	f := &Folder{}
	for want, fields := range map[string][]string{
		"3-9-1 / Diphtheria, Tetanus, acellular Pertussi... / Recommended vaccines for 17-year-old chi... / Canada / Total - Gender": {
			"Diphtheria, Tetanus, acellular Pertussis (Tdap) booster", "Recommended vaccines for 17-year-old children", "Canada", "Total - Gender"},
		"4-4-1 / Used word processing software / Total, Internet users aged 15 years ... / Total, highest certificate, diploma o...": {
			"Used word processing software", "Total, Internet users aged 15 years and over", "Total, highest certificate, diploma or degree"},
		"1-4-1 / Access to basic mobility / Canada / Proportion of the rural population who live within 2 km of an all-season road": {
			"Access to basic mobility", "Canada", "Proportion of the rural population who live within 2 km of an all-season road"},
	} {
		o := Option{}
		for _, v := range fields {
			o.Disaggregation = append(o.Disaggregation, Field{"Any", v})
		}
		id, _, _ := strings.Cut(want, " / ")
		if got := f.tag(id, o); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestReadNamesEveryProblem(t *testing.T) {
	_, problems := Read(fstest.MapFS{
		"meta/1-1-1.md":            {Data: []byte("---\na: [\n---\n")},
		"meta/1-1-2.md":            {Data: []byte("---\nprogress_calculation_options:\n- target: about ten\n---\n")},
		"meta/notes.md":            {Data: []byte("---\n[\n---\n")},
		"data/indicator_1-1-3.csv": {Data: []byte("Year,Amount\n2015,1\n")},
		"data/indicator_1-1-4.csv": {Data: []byte("Year,Value\n2015,1,2\n")},
	})
	var files []string
	for _, p := range problems {
		files = append(files, p.File)
	}
	if diff := cmp.Diff([]string{"meta/1-1-1.md", "meta/1-1-2.md", "data/indicator_1-1-3.csv", "data/indicator_1-1-4.csv"}, files); diff != "" {
		t.Error(diff)
	}
	if _, problems := Read(fstest.MapFS{}); len(problems) != 1 || !errors.Is(problems[0], ErrNoIndicators) {
		t.Errorf("an empty folder: %v", problems)
	}
}

// What is written is what the published file has: same keys, same numbers.
func TestWrittenFormIsThePublishedForm(t *testing.T) {
	const file = `1-1-1:
  1-1-1:
    base_value: 14.5
    base_year: 2015.0
    current_value: 10.4
    current_year: 2023.0
    direction: -1
    limit: null
    progress_value: 0.9010899546976208
    score: 2.1506954374096354
    sign: 1
    status: moderate_progress
    target: 7.25
    target_year: 2030.0
  progress_status: moderate_progress
  score: 2.1506954374096354
7-1-1:
  progress_status: ''
  score: null
`
	want, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(any) ([]byte, error){"json": json.Marshal, "yaml": yaml.Marshal} {
		b, err := write(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := Compare(got, want, 0); len(d) != 0 {
			t.Errorf("%s: %v", name, d)
		}
		var plain map[string]map[string]any
		if err := yaml.Unmarshal(b, &plain); err != nil || len(plain["1-1-1"]) != 3 || len(plain["1-1-1"]["1-1-1"].(map[string]any)) != 12 {
			t.Errorf("%s: %s", name, b)
		}
	}
	other, _ := Parse([]byte(strings.ReplaceAll(file, "14.5", "14.6")))
	delete(other, "7-1-1")
	if d := Compare(other, want, 1e-12); len(d) != 2 || d[0].Path != "1-1-1 · base_value" || d[1].Got != "absent" {
		t.Errorf("differences %v", d)
	}
}

// Changing the unit changes neither status nor score.
func TestUnitsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.IntRange(1, 1000).Draw(t, "a")
		b := rapid.IntRange(1, 1000).Draw(t, "b")
		positive := rapid.Bool().Draw(t, "positive")
		table := func(scale int) *Table {
			return &Table{Columns: []string{"Year", "Value"}, Rows: [][]string{{"2015", itoa(a * scale)}, {"2021", itoa(b * scale)}}}
		}
		meta := &Meta{Auto: true, Options: []Option{{BaseYear: 2015, TargetYear: 2030, Positive: positive}}}
		x := (&Folder{}).entry(&Indicator{ID: "1-1-1", Meta: meta, Table: table(1)})
		y := (&Folder{}).entry(&Indicator{ID: "1-1-1", Meta: meta, Table: table(64)})
		if x.Status != y.Status || *x.Score != *y.Score {
			t.Fatalf("%v %v against %v %v", x.Status, *x.Score, y.Status, *y.Score)
		}
	})
}

func itoa(i int) string { b, _ := json.Marshal(i); return string(b) }

func FuzzFolder(f *testing.F) {
	f.Add([]byte("---\n"+on+"progress_calculation_options:\n- {limit: 100, group: [{target: 3}]}\n---"), []byte("Year,Sex,Value\n2015,,1\n2016-17,Men,2\n"))
	f.Add([]byte("a: &a [*a]"), []byte("\ufeffYear,Value\r\n\"2015\",\"x"))
	f.Add([]byte("progress_calculation_options: &x\n- group: *x\n"), []byte("Year,Units,Series,Progress,Value\n2015,a,b,NaN,"))
	f.Fuzz(func(t *testing.T, meta, table []byte) {
		folder, _ := Read(fstest.MapFS{
			"meta/1-1-1.md": {Data: meta}, "indicator-config/1-1-1.yml": {Data: meta},
			"data/indicator_1-1-1.csv": {Data: table}, "translations/en/data.yml": {Data: meta},
		})
		if _, err := json.Marshal(folder.Components()); err != nil {
			t.Fatal(err) // a NaN or an infinity would be refused here
		}
	})
}
