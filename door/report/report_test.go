package report_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"conurb/area"
	"conurb/door/report"
	"conurb/internal/packtest"
	"conurb/kit/sheet"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/intake"
	"conurb/plan/pack"
)

// print names a folder to leave the reports in, to be looked at: go test -print /tmp/x
var print = flag.String("print", "", "folder to write the reports to")

func facts(t testing.TB, lang string) *report.Facts {
	t.Helper()
	p, problems := pack.Load(packtest.Small())
	if p == nil {
		t.Fatal(problems)
	}
	return factsOf(p, lang, area.NewDate(2026, 6, 30))
}

func factsOf(p *pack.Pack, lang string, day area.Date) *report.Facts {
	all := slices.Clone(p.Plan.Observations)
	for i := range all {
		all[i].Log = int64(i + 1)
	}
	in := &board.Input{Pack: p.ID, PackDigest: p.Digest, Network: &p.Network, Plan: &p.Plan, Ledger: board.NewLedger(all)}
	return &report.Facts{
		Pack: p, Input: in, Board: board.Evaluate(in, board.Query{AsOf: day, BelievedOn: day}), Words: report.NewWords(p, lang),
		LogSize: int64(len(all) + 1), LogRoot: strings.Repeat("ab", 32), Today: day,
	}
}

func write(t *testing.T, f *report.Facts, w func(*bytes.Buffer, *report.Facts) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := w(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func html(b *bytes.Buffer, f *report.Facts) error { return report.HTML(b, f) }

func TestTheReportSaysEverythingInBothLanguages(t *testing.T) {
	for _, lang := range locale.Languages {
		f := facts(t, lang)
		page := write(t, f, html)
		if *print != "" {
			if err := os.WriteFile(*print+"/report-"+lang+".html", []byte(page), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if i := strings.Index(page, "[report."); i >= 0 {
			t.Errorf("%s: a text is missing: %s", lang, page[i:i+40])
		}
		if m := regexp.MustCompile(`\[(verdict|reason|progress|forecast|grade|phase|verb|commitment|basis)\.[^\]]*\]`).FindString(page); m != "" {
			t.Errorf("%s: a text is missing: %s", lang, m)
		}
		for _, want := range []string{f.LogRoot, f.Board.PackDigest, f.Board.Version, "2026-06-30", f.Pack.Plan.Title.In(lang)} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the report does not say %q", lang, want)
			}
		}
		for i := range f.Board.Targets {
			if name := f.Board.Targets[i].Name.In(lang); !strings.Contains(page, name) {
				t.Errorf("%s: the target %q is missing", lang, name)
			}
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "ZgotmplZ") || regexp.MustCompile(`(src|@import|url\()\s*=?\s*"?https?:`).MatchString(page) {
			t.Errorf("%s: a script, an outside request or something the template refused", lang)
		}
	}
}

// Each number in brackets has its row at the end, and each figure of the tables
// has a number.
func TestEveryFigureIsCited(t *testing.T) {
	page := write(t, facts(t, "en"), html)
	body, list, ok := strings.Cut(page, `<table class="evidence">`)
	if !ok {
		t.Fatal("there is no evidence list")
	}
	rows := map[int]bool{}
	for _, m := range regexp.MustCompile(`id="e(\d+)"`).FindAllStringSubmatch(list, -1) {
		n, _ := strconv.Atoi(m[1])
		rows[n] = true
	}
	cited := map[int]bool{}
	for _, m := range regexp.MustCompile(`\[(\d+)(?:–(\d+))?\]`).FindAllStringSubmatch(body, -1) {
		from, _ := strconv.Atoi(m[1])
		to, err := strconv.Atoi(m[2])
		if err != nil {
			to = from
		}
		for n := from; n <= to; n++ {
			cited[n] = true
			if !rows[n] {
				t.Errorf("[%d] is cited and not listed", n)
			}
		}
	}
	if len(cited) != len(rows) || len(rows) < 10 {
		t.Errorf("%d of %d rows are cited", len(cited), len(rows))
	}
	for _, m := range regexp.MustCompile(`(?s)<td><span class="figure">([^<]*)</span>(.{0,90})`).FindAllStringSubmatch(body, -1) {
		if strings.ContainsAny(m[1], "0123456789") && !regexp.MustCompile(`class="cites">\[\d|class="small"`).MatchString(m[2]) {
			t.Errorf("the figure %q has no citation: %q", m[1], m[2])
		}
	}
	for _, m := range regexp.MustCompile(`(?s)<tr id="e\d+">(.*?)</tr>`).FindAllStringSubmatch(list, -1) {
		if !regexp.MustCompile(`\.(ya?ml|csv|geojson):\d+`).MatchString(m[1]) && !strings.Contains(m[1], "log ") {
			t.Errorf("a row of evidence names neither file and line nor a log entry: %s", m[1])
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	f := facts(t, "en")
	f.Board.Targets[0].Name = area.Text{Zh: "x", En: `<script>alert(1)</script>`}
	f.Pack.Plan.Title = area.Text{Zh: "x", En: `Plan"; } body { display: none } </style><script>`}
	page := write(t, f, html)
	style, _, _ := strings.Cut(page, "</style>")
	_, style, _ = strings.Cut(style, "<style>")
	if strings.Contains(page, "<script") || strings.Contains(style, `"; }`+" body { display") || strings.Contains(style, "display: none }") {
		t.Error("text of the pack became markup or style")
	}
}

func TestCSVOpensInExcelAndCarriesItsGround(t *testing.T) {
	for _, lang := range locale.Languages {
		f := facts(t, lang)
		f.Board.Targets[0].Name = area.Text{Zh: "=1+1", En: "=1+1"}
		text := write(t, f, func(b *bytes.Buffer, f *report.Facts) error { return report.CSV(b, f) })
		body, ok := strings.CutPrefix(text, "\ufeff")
		if !ok {
			t.Fatal("no byte order mark")
		}
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := 1
		for i := range f.Board.Targets {
			want += 1 + len(f.Board.Targets[i].ByRule)
		}
		if len(rows) != want {
			t.Errorf("%s: %d rows, want %d", lang, len(rows), want)
		}
		if rows[1][0] != "2026-06-30" || rows[1][3] != "'=1+1" || rows[1][len(rows[1])-2] != f.LogRoot {
			t.Errorf("%s: first row %q", lang, rows[1])
		}
		for _, r := range rows[0] {
			if strings.HasPrefix(r, "[") {
				t.Errorf("%s: column without a name: %s", lang, r)
			}
		}
	}
}

func TestWorkbook(t *testing.T) {
	for _, lang := range locale.Languages {
		f := facts(t, lang)
		text := write(t, f, func(b *bytes.Buffer, f *report.Facts) error { return report.XLSX(b, f) })
		book, err := excelize.OpenReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		names := book.GetSheetList()
		if len(names) != 6 {
			t.Fatalf("sheets %q", names)
		}
		for i, rows := range []int{0, len(f.Board.Targets), 0, len(f.Board.Projects)} {
			got, err := book.GetRows(names[i])
			if err != nil {
				t.Fatal(err)
			}
			if rows > 0 && len(got) != rows+1 {
				t.Errorf("%s %s: %d rows, want %d", lang, names[i], len(got), rows+1)
			}
			if panes, err := book.GetPanes(names[i]); err != nil || !panes.Freeze || panes.YSplit != 1 {
				t.Errorf("%s %s: header not frozen (%v)", lang, names[i], err)
			}
			for _, row := range got {
				for _, cell := range row {
					if strings.HasPrefix(cell, "[report") {
						t.Errorf("%s %s: %s", lang, names[i], cell)
					}
				}
			}
		}
	}
}

func TestJSONIsTheSameBytesEachTime(t *testing.T) {
	one := write(t, facts(t, "en"), func(b *bytes.Buffer, f *report.Facts) error { return report.JSON(b, f) })
	two := write(t, facts(t, "zh-CN"), func(b *bytes.Buffer, f *report.Facts) error { return report.JSON(b, f) })
	if one != two || !strings.HasPrefix(one, `{"coverage":`) {
		t.Errorf("not canonical: %.80s", one)
	}
}

// What the form gives out is what the import takes in.
func TestTheBlankFormsAreReadBack(t *testing.T) {
	p, _ := pack.Load(packtest.Small())
	check := &intake.Checker{Pack: p, Today: area.NewDate(2026, 6, 30), NewID: func() string { return "new" }}
	for _, lang := range locale.Languages {
		words := report.NewWords(p, lang)
		var form bytes.Buffer
		if err := report.BlankCSV(&form, words); err != nil {
			t.Fatal(err)
		}
		rows, err := sheet.Read(form.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := check.Rows(rows); len(problems) != 1 || problems[0].Code != "no-rows" {
			t.Errorf("%s: an empty CSV form gives %v", lang, problems)
		}
		var book bytes.Buffer
		if err := report.BlankXLSX(&book, p, words); err != nil {
			t.Fatal(err)
		}
		fillAndRead(t, check, book.Bytes())
	}
}

func fillAndRead(t *testing.T, check *intake.Checker, form []byte) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	if lists, err := book.GetDataValidations("observations"); err != nil || len(lists) != 4 {
		t.Errorf("%d lists to choose from (%v)", len(lists), err)
	}
	if notes, err := book.GetComments("observations"); err != nil || len(notes) != len(intake.Columns) {
		t.Errorf("%d comments (%v)", len(notes), err)
	}
	i := slices.IndexFunc(check.Pack.Plan.Indicators, func(i plan.Indicator) bool { return i.Kind == "reported" })
	row := []any{"", check.Pack.Plan.Indicators[i].ID, check.Pack.Area.Scopes[0].ID, "2025", 12.5, check.Pack.Sources[0].ID, "", "b", "2026-02-01", "", ""}
	if err := book.SetSheetRow("observations", "A2", &row); err != nil {
		t.Fatal(err)
	}
	var filled bytes.Buffer
	if err := book.Write(&filled); err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.Read(filled.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	list, problems := check.Rows(rows)
	if len(problems) > 0 || len(list) != 1 || list[0].Value != 12.5 || list[0].Period.String() != "2025" {
		t.Errorf("got %v, %v", list, problems)
	}
}
