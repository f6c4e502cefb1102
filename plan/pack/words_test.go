package pack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conurb/locale"
)

// reports reads this package's own source for every code that is reported, with
// the names of the arguments that all its reports give.
func reports(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string][]string{"more": {"n"}} // built by hand in load
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				note(t, codes, call)
			}
			return true
		})
	}
	return codes
}

// note adds a call of report to the codes; of two reports of one code only the
// arguments that both give count.
func note(t *testing.T, codes map[string][]string, call *ast.CallExpr) {
	if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "report" {
		return
	}
	code, ok := literal(call.Args[1])
	if !ok {
		t.Errorf("the code of a report is not written out")
		return
	}
	args := []string{"field"}
	for i := 2; i < len(call.Args); i += 2 {
		name, _ := literal(call.Args[i])
		args = append(args, name)
	}
	if before, seen := codes[code]; seen {
		args = slices.DeleteFunc(args, func(a string) bool { return !slices.Contains(before, a) })
	}
	codes[code] = args
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z]+)\}`)

// TestEveryCodeHasTextAndRemedy: a problem that cannot be put in words is no help.
func TestEveryCodeHasTextAndRemedy(t *testing.T) {
	codes := reports(t)
	if len(codes) < 60 {
		t.Fatalf("only %d codes found in the source", len(codes))
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		for _, key := range []string{"check." + code, "check." + code + ".remedy"} {
			for _, lang := range locale.Languages {
				if !locale.Has(lang, key) {
					t.Errorf("%s has no text %q; its arguments are %v", lang, key, codes[code])
					continue
				}
				for _, m := range placeholder.FindAllStringSubmatch(locale.T(lang, key, nil), -1) {
					if !slices.Contains(codes[code], m[1]) {
						t.Errorf("%s %s: {%s} is not among the arguments %v", lang, key, m[1], codes[code])
					}
				}
			}
		}
	}
	for _, key := range locale.Keys("check.") {
		if code := strings.TrimSuffix(strings.TrimPrefix(key, "check."), ".remedy"); codes[code] == nil {
			t.Errorf("text %q belongs to no code", key)
		}
	}
}
