package cells_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/area/cells"
	"conurb/kit/geo"
	"conurb/locale"
)

func read(text string, o cells.Options) (*area.Cells, []cells.Problem) {
	return cells.Read("a.csv", strings.NewReader(text), o)
}

func TestReadsATable(t *testing.T) {
	want := &area.Cells{ID: []string{"a", "b"}, Point: [][2]float64{{112.5, 28.25}, {113, 27.5}},
		Columns: []area.Column{{Name: "population", Values: []float64{12.5, 0}}, {Name: "jobs", Values: []float64{3, -1}}}}
	for name, c := range map[string]struct {
		text string
		o    cells.Options
	}{
		"plain":                {"id,lon,lat,population,jobs\na,112.5,28.25,12.5,3\nb,113,27.5,0,-1\n", cells.Options{}},
		"Chinese, mark, CRLF":  {"\ufeff编号,经度,纬度,人口,jobs\r\na,112.5,28.25,12.5,3\r\n\r\nb,113,27.5,0,-1\r\n,,,,", cells.Options{}},
		"another order":        {"population,lat,lon,jobs,id\n12.5,28.25,112.5,3,a\n0,27.5,113,-1,b", cells.Options{}},
		"tabs, quotes, blanks": {"ID\tX\tY\t\"Population\"\tjobs\na\t112.5\t 28.25 \t\"12.5\"\t3\n\"b\"\t1.13e2\t27.5\t0\t-1", cells.Options{}},
		"chosen columns":       {"id,lon,lat,name,jobs,population\na,112.5,28.25,x,3,12.5\nb,113,27.5,,-1,0\n", cells.Options{Columns: []string{"人口", "jobs", "jobs"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := read(c.text, c.o)
			if problems != nil {
				t.Fatal(problems)
			}
			if !strings.HasPrefix(got.Basis.Digest, "sha256:") || got.Basis.Source != "a.csv" || got.Basis.Modelled {
				t.Errorf("basis %+v", got.Basis)
			}
			got.Basis = area.Basis{}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPointsOfOtherDatums(t *testing.T) {
	p := geo.Point{112.97064, 28.19752}
	for datum, q := range map[string]geo.Point{"": p, cells.WGS84: p, cells.GCJ02: geo.ToGCJ(p), cells.BD09: geo.ToBD(p)} {
		got, problems := read(fmt.Sprintf("id,lon,lat\na,%.9f,%.9f\n", q[0], q[1]), cells.Options{Datum: datum})
		if problems != nil || geo.Distance(got.Point[0], p) > .001 {
			t.Errorf("%q: %v %v", datum, got, problems)
		}
	}
}

// faults are tables with the faults that each is to be reported for, as
// line:column field code.
var faults = []struct {
	name, text string
	want       []string
}{
	{"nothing", "", []string{"1:1  empty-file"}},
	{"blank", "\n \n", []string{"1:1  empty-file"}},
	{"only a header", "id,lon,lat\n", []string{"1:1  no-rows"}},
	{"no place", "id,population\n1,2\n", []string{"1:1 lon missing-column", "1:1 lat missing-column"}},
	{"a column twice", "id,lon,经度,lat\n1,2,2,3\n", []string{"1:8 经度 column-twice"}},
	{"people twice", "id,lon,lat,人口,population\n1,2,3,4,4\n", []string{"1:19 population column-twice"}},
	{"a column without a name", "id,lon,lat,\n1,2,3,\n", []string{"1:12  unnamed-column"}},
	{"every row", "id,lon,lat,population,jobs\n" +
		"a,1,2,3,4\n" + // 2: good
		"a,1,2,3,4\n" +
		",1,2,3,4\n" +
		"b,one,2,3,4\n" +
		"c,1,NaN,3,4\n" +
		"d,1,2,-3,4\n" +
		"e,28,113,3,4\n" +
		"f,600000,3100000,3,4\n" +
		"g,190,3,3,4\n" +
		"h,1,2,3\n" +
		"i,1,2,,0x10\n" +
		"\"j,1,2,3,4\n" +
		"k,1,2,+Inf,1e999\n",
		[]string{"3:1 id id-twice", "4:1 id empty", "5:3 lon not-a-number", "6:5 lat not-finite", "7:7 population negative", "8:6 lat swapped", "9:10 lat out-of-range", "10:3 lon out-of-range",
			"11:1  column-count", "12:8 jobs not-a-number", "13:1  csv-syntax", "14:7 population not-finite", "14:12 jobs not-finite"}},
	{"figures that cannot be", "id,lon,lat,jobs\na,1,2,1e300\nb,1,2,-2e15\n", []string{"2:7 jobs too-large", "3:7 jobs too-large"}},
	{"a column of words", "id,lon,lat,jobs,name\na,1,2,3,x\nb,1,2,3,y\n", []string{"1:17 name text-column"}},
	{"sides differ", "id,lon,lat,side\na,1,2,500\nb,1,2,250\n", []string{"3:7 side differs"}},
	{"no side", "id,lon,lat,side\na,1,2,0\n", []string{"2:7 side not-positive"}},
	{"another basis", "id,lon,lat,basis\na,1,2,guess\n", []string{"2:7 basis not-one-of"}},
	{"GB 18030", "id,lon,lat,\xc8\xcb\xbf\xda\na,1,2,3\n", []string{"1:1  not-utf8"}},
	{"UTF-16", "\xff\xfei\x00d\x00", []string{"1:1  not-utf8"}},
	{"a workbook", "PK\x03\x04....", []string{"1:1  workbook"}},
	{"an endless line", "id,lon,lat\n" + strings.Repeat("x", 1<<20+1), []string{"2:1  line-too-long"}},
}

func TestEveryBadRowAtOnce(t *testing.T) {
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			got, problems := read(c.text, cells.Options{})
			var list []string
			for _, p := range problems {
				list = append(list, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Field, p.Code))
				spoken(t, p)
			}
			if d := cmp.Diff(c.want, list); d != "" || got != nil {
				t.Errorf("%s\n%v", d, got)
			}
		})
	}
}

// spoken holds that a problem has words in both languages, with no placeholder left.
func spoken(t *testing.T, p cells.Problem) {
	t.Helper()
	for _, lang := range locale.Languages {
		for _, key := range []string{"cells.check." + p.Code, "cells.check." + p.Code + ".remedy"} {
			if text := locale.T(lang, key, p.Args); !locale.Has(lang, key) || regexp.MustCompile(`\{[a-z]+\}`).MatchString(text) {
				t.Errorf("%s: %q", lang, text)
			}
		}
	}
}

func TestOptionsThatDoNotFit(t *testing.T) {
	table := "id,lon,lat,jobs,beds\na,1,2,3,4\n"
	_, problems := read(table, cells.Options{Columns: []string{"jobs", "bed"}})
	if len(problems) != 1 || problems[0].Code != "unknown-column" || problems[0].Args["known"] != "jobs, beds" {
		t.Error(problems)
	}
	for _, p := range problems {
		spoken(t, p)
	}
	_, problems = read(table, cells.Options{Datum: "bj54"})
	if len(problems) != 1 || problems[0].Code != "unknown-datum" {
		t.Error(problems)
	}
}

func TestBlankFiguresAreNoneAndCounted(t *testing.T) {
	o := cells.Options{Blanks: map[string]int{}}
	c, problems := read("id,lon,lat,population,jobs,beds\na,1,2,,,1\nb,1,2, ,3,1\n", o)
	if problems != nil {
		t.Fatal(problems)
	}
	if d := cmp.Diff(map[string]int{"population": 2, "jobs": 1}, o.Blanks); d != "" || c.Columns[1].Values[0] != 0 || c.Columns[1].Values[1] != 3 {
		t.Error(d, c)
	}
}

func TestALongListOfFaultsEnds(t *testing.T) {
	_, problems := read("id,lon,lat\n"+strings.Repeat("a,1,2\n", 5001)+"b,1,2\n", cells.Options{})
	last := problems[len(problems)-1]
	if len(problems) != cells.MaxProblems+1 || last.Code != "and-more" || last.Args["count"] != "4000" {
		t.Errorf("%d problems, the last %v", len(problems), last)
	}
	spoken(t, last)
	// a column of words in a long table is one fault still
	_, problems = read("id,lon,lat,name,jobs\n"+func() string {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, "%d,1,2,x,1\n", i)
		}
		return b.String()
	}(), cells.Options{})
	if len(problems) != 1 || problems[0].Code != "text-column" || problems[0].Args["known"] != "jobs" {
		t.Error(problems)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestAReaderThatBreaks(t *testing.T) {
	got, problems := cells.Read("a.csv", broken{}, cells.Options{})
	if got != nil || len(problems) != 1 || problems[0].Code != "unreadable" {
		t.Error(got, problems)
	}
}

// drawn makes cells that a table can hold.
func drawn(t *rapid.T) *area.Cells {
	c := &area.Cells{}
	c.ID = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z\pL"',; ]{0,5}[0-9a-z]`).Filter(func(s string) bool { return s == strings.TrimSpace(s) }), 1, 20, rapid.ID).Draw(t, "ids")
	c.Side = rapid.SampledFrom([]float64{0, 500, 33.25}).Draw(t, "side")
	c.Basis.Modelled = rapid.Bool().Draw(t, "modelled")
	for range c.ID {
		c.Point = append(c.Point, [2]float64{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")})
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"population", "jobs", "岗位", "a,b", `the "best"`, "z z"}), 0, 4, rapid.ID).Draw(t, "columns") {
		values := rapid.SliceOfN(rapid.Float64Range(0, 1e15), c.Len(), c.Len()).Draw(t, name)
		c.Columns = append(c.Columns, area.Column{Name: name, Values: values})
	}
	return c
}

func TestWriteAndReadReturnTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		var b bytes.Buffer
		if err := cells.Write(&b, want); err != nil {
			t.Fatal(err)
		}
		got, problems := cells.Read("", &b, cells.Options{})
		if problems != nil {
			t.Fatal(problems)
		}
		got.Basis.Digest = ""
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestWhatCannotBeWritten(t *testing.T) {
	good := func() *area.Cells {
		return &area.Cells{ID: []string{"a", "b"}, Point: make([][2]float64, 2), Columns: []area.Column{{Name: "jobs", Values: make([]float64, 2)}}}
	}
	for name, spoil := range map[string]func(*area.Cells){
		"an id twice":         func(c *area.Cells) { c.ID[1] = "a" },
		"no id":               func(c *area.Cells) { c.ID[0] = "" },
		"an id of two lines":  func(c *area.Cells) { c.ID[0] = "a\nb" },
		"a column called lon": func(c *area.Cells) { c.Columns[0].Name = "Lon" },
		"a column called 人口":  func(c *area.Cells) { c.Columns[0].Name = "人口" },
		"no number":           func(c *area.Cells) { c.Columns[0].Values[1] = math.NaN() },
		"a short column":      func(c *area.Cells) { c.Columns[0].Values = nil },
		"a negative side":     func(c *area.Cells) { c.Side = -1 },
	} {
		c := good()
		spoil(c)
		if err := cells.Write(&bytes.Buffer{}, c); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if err := cells.Write(&bytes.Buffer{}, good()); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range faults {
		if len(c.text) < 1000 {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte("编号\t经度\t纬度\tside\tbasis\n\"a\"\t1\t2\t500\tmodelled\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, problems := cells.Read("f", bytes.NewReader(b), cells.Options{})
		if (c == nil) == (problems == nil) {
			t.Fatalf("%v %v", c, problems)
		}
		for _, p := range problems {
			spoken(t, p)
		}
		if c == nil {
			return
		}
		for _, col := range c.Columns {
			if len(col.Values) != c.Len() || len(c.ID) != c.Len() {
				t.Fatal("uneven columns")
			}
		}
	})
}

// shared is where measured data lie, beside the repository.
var shared = filepath.Join("..", "..", "..", "shared", "data")

// Sums and counts by awk.
func TestRealTables(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("2 tests on real cells left out: %s is not there", shared)
	}
	for _, c := range []struct {
		file  string
		n     int
		names []string
		sums  []float64
	}{
		{"networks/porto/porto_cells500.csv", 4454, nil, nil},
		{"networks/porto-alegre/poa_hexgrid.csv", 1227, []string{"population", "schools", "jobs", "healthcare"}, []float64{812935, 194, 337921, 141}},
		{"networks/porto-alegre/poa_points_of_interest.csv", 15, nil, nil},
	} {
		f, err := os.Open(filepath.Join(shared, filepath.FromSlash(c.file)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, problems := cells.Read(c.file, f, cells.Options{})
		if problems != nil {
			t.Fatal(problems)
		}
		if got.Len() != c.n || !slices.Equal(got.Names(), c.names) {
			t.Errorf("%s: %d cells, %v", c.file, got.Len(), got.Names())
		}
		for i, want := range c.sums {
			if s := got.Columns[i].Sum(); s != want {
				t.Errorf("%s %s: %v, want %v", c.file, c.names[i], s, want)
			}
		}
	}
}
