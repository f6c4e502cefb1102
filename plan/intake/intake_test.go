package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/packtest"
	"conurb/kit/sheet"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/intake"
	"conurb/plan/pack"
)

func checker(t testing.TB) *intake.Checker {
	t.Helper()
	p, problems := pack.Load(packtest.Small())
	if p == nil {
		t.Fatal(problems)
	}
	n := 0
	return &intake.Checker{
		Pack: p, Today: area.NewDate(2026, 6, 30),
		NewID: func() string { n++; return fmt.Sprintf("new-%d", n) },
		Known: func(id string) (plan.Observation, bool) {
			for _, o := range p.Plan.Observations {
				if o.ID == id {
					return o, true
				}
			}
			return plan.Observation{}, false
		},
	}
}

// good is a row that stands; a test changes one field of it.
func good() map[string]string {
	return map[string]string{"indicator": "people", "scope": "towns", "period": "2025", "value": "88.1", "source": "yearbook", "grade": "b", "published": "2026-03-01"}
}

func TestOneFaultEach(t *testing.T) {
	for _, c := range []struct {
		name, field, text string
		want              string // column: code
	}{
		{"nothing wrong", "note", "a note", ""},
		{"no indicator", "indicator", "", "indicator: missing"},
		{"an unknown indicator", "indicator", "happiness", "indicator: unknown-indicator"},
		{"a measured indicator", "indicator", "rail-km", "indicator: measured"},
		{"no scope", "scope", "", "scope: missing"},
		{"an unknown scope", "scope", "mars", "scope: unknown-scope"},
		{"no period", "period", "", "period: missing"},
		{"a period of no kind", "period", "2025/6", "period: period"},
		{"a quarter too many", "period", "2025-Q5", "period: period"},
		{"a period to come", "period", "2027", "period: future-period"},
		{"no value", "value", "", "value: missing"},
		{"a word", "value", "many", "value: number"},
		{"an exponent", "value", "1e3", "value: number"},
		{"two points", "value", "1.2.3", "value: number"},
		{"infinity", "value", "Inf", "value: number"},
		{"too large", "value", strings.Repeat("9", 20), "value: too-big"},
		{"thousands", "value", "1,234.5", "value: thousands"},
		{"full-width thousands", "value", "１，２３４", "value: thousands"},
		{"percent", "value", "82%", "value: percent"},
		{"full-width percent", "value", "８２％", "value: percent"},
		{"ten thousands", "value", "88.1万", "value: suffix"},
		{"hundred millions", "value", "2.7 亿", "value: suffix"},
		{"a unit", "value", "88.1人", "value: number"},
		{"an unknown source", "source", "rumour", "source: unknown-source"},
		{"two sources", "source_text", "and a paper", "source_text: two-sources"},
		{"an unknown grade", "grade", "A+", "grade: grade"},
		{"no such day", "published", "2026-02-30", "published: date"},
		{"published tomorrow", "published", "2026-07-01", "published: future"},
		{"published before its period", "published", "2024-12-31", "published: too-early"},
		{"an id in capitals", "id", "GDP 1", "id: id"},
		{"the id of another figure", "id", "people-2020", "id: id-taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields := good()
			fields[c.field] = c.text
			_, problems := checker(t).One(fields)
			if got := show(problems); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			speak(t, problems)
		})
	}
}

func show(problems []intake.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, strings.TrimPrefix(fmt.Sprintf("%s: %s", p.Column, p.Code), ": "))
	}
	return strings.Join(out, "; ")
}

// speak sees that every problem has its words, with nothing left to fill in.
func speak(t *testing.T, problems []intake.Problem) {
	t.Helper()
	for _, p := range problems {
		for _, lang := range locale.Languages {
			for _, key := range []string{"intake." + p.Code, "intake." + p.Code + ".remedy"} {
				if text := locale.T(lang, key, p.Args); strings.ContainsAny(text, "{}[]") {
					t.Errorf("%s: %s says %q", lang, key, text)
				}
			}
		}
	}
}

func TestWhatIsNormalised(t *testing.T) {
	for _, c := range []struct {
		name, field, text string
		want              func(plan.Observation) string
		said              string
	}{
		{"spaces around", "value", "　88.1  ", value, "88.1"},
		{"full-width digits", "value", "８８．１", value, "88.1"},
		{"a true minus", "value", "−3.5", value, "-3.5"},
		{"a full-width minus", "value", "－3.5", value, "-3.5"},
		{"a plus", "value", "+3", value, "3"},
		{"a leading point", "value", ".5", value, "0.5"},
		{"a full-width period", "period", "２０２５－０６", func(o plan.Observation) string { return o.Period.String() }, "2025-06"},
		{"a Chinese comma in a note", "note", "初步数，待核", func(o plan.Observation) string { return o.Note }, "初步数，待核"},
		{"the grade of the source", "grade", "", func(o plan.Observation) string { return string(o.Grade) }, "b"},
		{"an id of its own", "id", "", func(o plan.Observation) string { return o.ID }, "new-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields := good()
			fields[c.field] = c.text
			o, problems := checker(t).One(fields)
			if len(problems) > 0 || c.want(o) != c.said {
				t.Errorf("got %q and %v, want %q", c.want(o), problems, c.said)
			}
		})
	}
}

func value(o plan.Observation) string { return fmt.Sprint(o.Value) }

func TestPublishedAndSourceDefaults(t *testing.T) {
	f := good()
	delete(f, "published")
	f["period"] = "2019"
	o, problems := checker(t).One(f)
	if src := checker(t).Pack.Source("yearbook"); len(problems) > 0 || o.Published != src.Published {
		t.Errorf("published %s, %v; want that of the source, %s", o.Published, problems, src.Published)
	}
	f = good()
	delete(f, "source")
	if _, problems = checker(t).One(f); show(problems) != "source: no-source" {
		t.Errorf("a figure without a source: %v", problems)
	}
	f["grade"] = "assumed"
	if _, problems = checker(t).One(f); len(problems) > 0 {
		t.Errorf("an assumed figure needs none: %v", problems)
	}
	f = good()
	delete(f, "source")
	delete(f, "published")
	f["source_text"] = "Bulletin, page 3"
	if _, problems = checker(t).One(f); show(problems) != "published: missing" {
		t.Errorf("a free citation has no day of its own: %v", problems)
	}
}

func TestACorrectionKeepsWhatItCorrects(t *testing.T) {
	c := checker(t)
	was := c.Pack.Plan.Observations[0]
	o, problems := c.One(map[string]string{"id": was.ID, "indicator": was.Indicator, "scope": was.Scope, "period": was.Period.String(), "value": "1", "source": was.Source, "reason": "misprint"})
	if len(problems) > 0 || o.ID != was.ID || o.Reason != "misprint" {
		t.Errorf("got %v, %v", o, problems)
	}
}

func TestStrictCorrections(t *testing.T) {
	c := checker(t)
	c.Strict = true
	was := c.Pack.Plan.Observations[0]
	f := map[string]string{"id": was.ID, "indicator": was.Indicator, "scope": was.Scope, "period": was.Period.String(), "source": was.Source, "grade": string(was.Grade),
		"published": was.Published.String(), "note": was.Note, "value": fmt.Sprint(was.Value)}
	if _, problems := c.One(f); show(problems) != "unchanged" {
		t.Errorf("nothing new: %v", problems)
	} else {
		speak(t, problems)
	}
	header, cells := strings.Join(intake.Columns, ","), make([]string, len(intake.Columns))
	for i, col := range intake.Columns {
		cells[i] = f[col]
	}
	if list, problems := c.Rows(rows(header + "\n" + strings.Join(cells, ",") + "\n")); len(list)+len(problems) != 0 {
		t.Errorf("a file sent twice: %v, %v", list, problems)
	}
	f["value"] = "1"
	if _, problems := c.One(f); show(problems) != "reason: no-reason" {
		t.Errorf("a correction without a reason: %v", problems)
	} else {
		speak(t, problems)
	}
	c.Reason = "misprint"
	if o, problems := c.One(f); len(problems) > 0 || o.Reason != "misprint" {
		t.Errorf("the reason of the file: %v %v", o, problems)
	}
}

func rows(text string) []sheet.Row {
	r, err := sheet.Read([]byte(text))
	if err != nil {
		panic(err)
	}
	return r
}

func TestAFileWithBadRowsGivesNothingAndNamesThemAll(t *testing.T) {
	list, problems := checker(t).Rows(rows("# a comment, with a comma\r\n\r\n" +
		"indicator,scope,period,value,source,grade,published\n" +
		"people,towns,2025,88.1,yearbook,b,2026-03-01\n" +
		"people,nowhere,2025,many,yearbook,b,2026-03-01\n" +
		"\n" +
		"people,towns,2025,88.2,yearbook,b,2026-03-01\n" +
		"people,core,2025,5,yearbook,b,2026-03-01,extra\n"))
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Code))
	}
	want := []string{"5 scope unknown-scope", "5 value number", "7  twice", "8  surplus-cell"}
	if d := cmp.Diff(want, got); d != "" || list != nil {
		t.Errorf("%s\nlist: %v", d, list)
	}
	speak(t, problems)
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing at all", "", "empty"},
		{"comments only", "# x\n", "empty"},
		{"a header only", "indicator,scope,period,value\n", "no-rows"},
		{"a column missing", "indicator,scope,period\npeople,towns,2025\n", "value: no-column"},
		{"a column unknown", "indicator,scope,period,value,amount\n", "amount: unknown-column"},
		{"a column twice", "indicator,scope,period,value,value\n", "value: column-twice"},
		{"capitals and spaces are no matter", " Indicator , SCOPE,period,value,source\npeople,towns,2025-03,1,yearbook\n", "published: too-early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := checker(t).Rows(rows(c.text))
			if got := show(problems); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			speak(t, problems)
		})
	}
}

// Whatever arrives, it is either observations that the pack knows everything
// about, or problems with words for each.
func TestAnything(t *testing.T) {
	c := checker(t)
	rapid.Check(t, func(t *rapid.T) {
		fields := good()
		for _, col := range intake.Columns {
			if rapid.Bool().Draw(t, "change "+col) {
				fields[col] = rapid.String().Draw(t, col)
			}
		}
		o, problems := c.One(fields)
		if len(problems) == 0 && (c.Pack.Indicator(o.Indicator) == nil || c.Pack.Scope(o.Scope) == nil || o.Period.String() == "" || o.ID == "" || o.Published > c.Today) {
			t.Fatalf("let through: %+v", o)
		}
		for _, p := range problems {
			if !locale.Has("en", "intake."+p.Code) {
				t.Fatalf("no words for %s", p.Code)
			}
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add([]byte("indicator,scope,period,value,source\npeople,towns,2025,1,yearbook\n"))
	f.Add([]byte("# c\n\xef\xbb\xbfindicator\t\n\"x"))
	c := checker(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := sheet.Read(b)
		if err != nil {
			return
		}
		if list, problems := c.Rows(r); (len(list) == 0) == (len(problems) == 0) {
			t.Fatalf("%d observations and %d problems", len(list), len(problems))
		}
	})
}

func TestASourceSaysAThingOnce(t *testing.T) {
	c := checker(t)
	c.Strict = true
	was := c.Pack.Plan.Observations[0]
	c.Said = func(o plan.Observation) (plan.Observation, bool) { return was, intake.SameStatement(was, o) }
	f := map[string]string{"indicator": was.Indicator, "scope": was.Scope, "period": was.Period.String(), "source": was.Source,
		"grade": string(was.Grade), "value": fmt.Sprint(was.Value)}
	for value, want := range map[string]string{fmt.Sprint(was.Value): "unchanged", "1": "id: said-before"} {
		f["value"] = value
		_, problems := c.One(f)
		if show(problems) != want {
			t.Errorf("value %s: got %q, want %q", value, show(problems), want)
		}
		speak(t, problems)
	}
	f["source"], f["source_text"], f["published"] = "", "another source", c.Today.String()
	if _, problems := c.One(f); len(problems) > 0 {
		t.Errorf("another source may say something else: %v", problems)
	}
}

func TestControlCharactersAreNamed(t *testing.T) {
	c := checker(t)
	was := c.Pack.Plan.Observations[0]
	_, problems := c.One(map[string]string{"indicator": was.Indicator, "scope": was.Scope, "period": was.Period.String(), "source": was.Source, "value": "1", "note": "a\x00b"})
	if show(problems) != "note: control-character" {
		t.Errorf("got %v", problems)
	}
	speak(t, problems)
}
