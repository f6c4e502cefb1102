// Package conurb_test holds the rules of the house as tests: who may import
// whom, what the inner rooms may not touch, and that every package opens with a
// page about itself.
package conurb_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// bands are the floors of the house, lowest first. A package imports its own
// floor only along an edge of sameBand, and never a higher one.
var bands = [][]string{
	{"kit"},
	{"locale", "region"},
	{"area"},
	{"plan", "trust", "connect", "livelihood"},
	{"store", "door"},
	{"app"},
	{"cmd", "bench"},
}

// sameBand lists every permitted import inside a floor.
var sameBand = map[string][]string{
	"area/cells":                  {"area"},
	"plan/pack":                   {"plan", "plan/measure"},
	"area/people":                 {"area", "area/cells"},
	"connect/strategic":           {"connect/street"},
	"plan/measure":                {"plan"},
	"plan/progress/opensdg":       {"plan/progress"},
	"plan/board":                  {"plan", "plan/measure", "plan/progress", "plan/forecast"},
	"plan/intake":                 {"plan", "plan/pack"},
	"plan/diff":                   {"plan", "plan/board", "plan/pack"},
	"door/httpapi":                {"door/tiles", "door/report", "door/export"},
	"connect/network":             {"connect/street"},
	"connect/line":                {"connect/transit"},
	"connect/scenario":            {"connect/street", "connect/network", "connect/transit", "connect/reach"},
	"connect/reach":               {"connect/street", "connect/network", "connect/transit"},
	"trust/trustlist":             {"trust/evidence"},
	"trust/message":               {"trust/evidence"},
	"trust/card":                  {"trust/evidence", "trust/message", "trust/trustlist"},
	"trust/identity":              {"trust/rights"},
	"livelihood/catalogue":        {"livelihood/licence"},
	"livelihood/licence":          {"trust/trustlist"},
	"livelihood/household":        {"trust/message"},
	"livelihood/household/sim":    {"livelihood/household", "trust/evidence", "trust/message"},
	"livelihood/household/entry":  {"livelihood/household", "trust/message"},
	"livelihood/household/family": {"livelihood/household", "livelihood/licence"},
	"livelihood/household/course": {"livelihood/household", "livelihood/household/family", "livelihood/casework"},
	"livelihood/ledger":           {"trust/message"},
	"livelihood/deputy":           {"livelihood/casework"},
	"livelihood/fund":             {"livelihood/casework", "livelihood/ledger"},
	"livelihood/licence/slip":     {"livelihood/licence", "trust/trustlist"},
	"livelihood/licence/roll":     {"livelihood/licence"},
	"store":                       {},
	"bench":                       {"bench/tiled"},
	"bench/scale":                 {"bench/tiled"},
}

// outside is what the inner rooms may not import: they get readers, clocks and
// random sources as arguments.
var outside = []string{"net/http", "database/sql", "log/slog", "os", "log", "os/exec"}

// innerRooms keep to that.
var innerRooms = []string{"kit", "area", "plan", "trust", "connect", "livelihood"}

type source struct {
	path string // slash path of the file
	pkg  string // slash path of its folder
	file *ast.File
	test bool
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		p = filepath.ToSlash(p)
		all = append(all, source{p, strings.TrimSuffix(strings.TrimSuffix(p, filepath.Base(p)), "/"), f, strings.HasSuffix(p, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d Go files found: the rule would be checked on nothing", len(all))
	}
	return all
}

func band(pkg string) int {
	root, _, _ := strings.Cut(pkg, "/")
	return slices.IndexFunc(bands, func(b []string) bool { return slices.Contains(b, root) })
}

func TestLowerRoomsNeverImportHigherOnes(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg == "" || strings.HasPrefix(s.pkg, "internal/") {
			continue
		}
		from := band(s.pkg)
		if from < 0 && s.pkg != "web" {
			t.Errorf("%s: room %q has no floor; add it to bands", s.path, s.pkg)
			continue
		}
		for _, to := range imports(s) {
			if problem := forbidden(s.pkg, to); problem != "" {
				t.Errorf("%s imports conurb/%s: %s", s.path, to, problem)
			}
		}
	}
}

func forbidden(from, to string) string {
	a, b := band(from), band(to)
	switch {
	case strings.HasPrefix(to, "internal/"):
		return "internal/ is for tests"
	case to == "web":
		if a < band("app") {
			return "only app and cmd know the page"
		}
		return ""
	case from == "web" || a < 0 || b < 0:
		return "no floor"
	case b > a:
		return "a lower room imports a higher one"
	case b < a:
		if slices.Contains(innerRooms, root(from)) && root(to) == "locale" {
			return "inner rooms know no words for people"
		}
		return ""
	case root(from) == "kit" || from == "area" || root(from) == "app" || root(from) == "cmd" || from == to:
		return ""
	case slices.Contains(sameBand[from], to):
		return ""
	}
	return "not an edge listed in sameBand"
}

func root(pkg string) string { r, _, _ := strings.Cut(pkg, "/"); return r }

func imports(s source) []string {
	var out []string
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		if rest, ok := strings.CutPrefix(p, "conurb/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

func TestInnerRoomsTouchNoOutsideWorld(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !slices.Contains(innerRooms, root(s.pkg)) {
			continue
		}
		for _, i := range s.file.Imports {
			if p, _ := strconv.Unquote(i.Path.Value); slices.Contains(outside, p) {
				t.Errorf("%s imports %s: %s gets readers, clocks and random sources as arguments", s.path, p, root(s.pkg))
			}
		}
	}
}

func TestEveryPackageOpensWithAPage(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test && s.pkg != "" {
			continue
		}
		documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil && len(s.file.Doc.Text()) > 40
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment, or one of a few words", pkg)
		}
	}
}
