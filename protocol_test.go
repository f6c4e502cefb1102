package conurb_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// conformance is a row of the catalogue in docs/protocol/*/credentials.md.
type conformance struct{ module, file, test, state string }

var conformanceRow = regexp.MustCompile("(?m)^\\| `(oid4[^`]+)` \\| (?:`([^`]+)` `([^`]+)`)? ?\\| ([^|]+) \\|$")

func catalogue(t *testing.T, language string) (rows []conformance) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("docs", "protocol", language, "credentials.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range conformanceRow.FindAllStringSubmatch(string(b), -1) {
		rows = append(rows, conformance{m[1], m[2], m[3], m[4]})
	}
	return rows
}

// TestConformanceTable holds the table to the tests it names: each exists, does what the
// module is called, and both languages say the same.
func TestConformanceTable(t *testing.T) {
	states := map[string]string{"done": "已做", "not yet": "未做", "does not apply: mdoc": "不适用：mdoc",
		"does not apply: Digital Credentials API": "不适用：数字凭证接口（Digital Credentials API）"}
	en, zh := catalogue(t, "en"), catalogue(t, "zh-CN")
	if len(en) < 30 || len(en) != len(zh) {
		t.Fatalf("%d rows in English, %d in Chinese", len(en), len(zh))
	}
	for i, r := range en {
		if want, ok := states[r.state]; !ok || zh[i] != (conformance{r.module, r.file, r.test, want}) {
			t.Errorf("%+v in English, %+v in Chinese", r, zh[i])
		}
		if (r.test != "") != (r.state == "done") {
			t.Errorf("%s is %q and names the test %q", r.module, r.state, r.test)
		}
		if r.test == "" {
			continue
		}
		b, err := os.ReadFile(filepath.FromSlash(r.file))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(b), "func "+r.test+"(") || !strings.Contains(string(b), `"`+r.module+`"`) {
			t.Errorf("%s: %s does not test it in %s", r.module, r.test, r.file)
		}
	}
}

var negative = regexp.MustCompile(`fail|invalid|negative|kb-jwt`)

// TestConformanceTableIsWhole holds the table to the catalogue itself.
func TestConformanceTableIsWhole(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "shared", "data", "credentials", "oidf-conformance-catalogue", "modules.tsv"))
	if err != nil {
		t.Skip("no catalogue beside the repository: 1 test left out")
	}
	rows, modules := catalogue(t, "en"), 0
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(line, "\t")
		if !strings.HasPrefix(cells[0], "vci10") && !strings.HasPrefix(cells[0], "vp1final") || !negative.MatchString(cells[1]) {
			continue
		}
		modules++
		if !slices.ContainsFunc(rows, func(r conformance) bool { return r.module == cells[1] }) {
			t.Errorf("%s is not in the table", cells[1])
		}
	}
	if modules < 30 {
		t.Errorf("only %d negative modules found: the table would be held to nothing", modules)
	}
}
