package catalogue_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"conurb/livelihood/catalogue"
)

// TestFaultsOfFilesAreToldAtTheirPlace breaks a file of the region in one place: ‸ is where the
// fault has to be told.
func TestFaultsOfFilesAreToldAtTheirPlace(t *testing.T) {
	w := czt(t)
	const item, form, bundle = "service/items/senior-card.yaml", "service/forms/provident-fund.yaml", "service/bundles/newborn.yaml"
	for _, c := range []struct{ name, file, old, new, code string }{
		{"not YAML", item, "kind: ", "kind: [", "yaml-syntax"},
		{"a key nobody knows", item, "kind: ", "‸colour: red\nkind: ", "unknown-key"},
		{"text for a list", item, "served: [\"1\"]", "served: ‸all", "not-a-list"},
		{"a list for text", item, "level: \"3\"", "level: ‸[3]", "not-text"},
		{"yes for true", item, "there: true", "there: ‸yes", "not-true-or-false"},
		{"half a visit", item, "visits: 0", "visits: ‸0.5", "not-whole"},
		{"another format", item, "format: \"1\"", "format: ‸\"2\"", "unknown-value"},
		{"an office of none", item, "agency: civil-affairs", "agency: ‸nobody", "unknown-agency"},
		{"a city of none", item, "cities: {", "cities: {‸wuhan: {}, ", "unknown-key"},
		{"a fault of the standard", item, "type: \"20\"", "type: ‸\"21\"", "unknown-value"},
		{"a fault in one city alone", item, "changsha: {mark: {source: yuhua-2021, grade: b}}", "changsha: {mark: {source: ‸hearsay, grade: b}}", "unknown-source"},
		{"a form that is not there", item, "form: personal", "form: ‸nothing", "unknown-form"},
		{"a schema of another kind", form, "do: {type: string", "do: {type: tuple", "not-a-schema"},
		{"a field for nothing", form, "- at: /amount", "- at: ‸/sum", "no-such-answer"},
		{"a step of none", bundle, "item: maternity", "item: ‸nothing", "unknown-item"},
		{"not text at all", bundle, "event: birth", "event: \x80", "not-utf8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := maps.Clone(w.files)
			text := string(files[c.file])
			if !strings.Contains(text, c.old) {
				t.Fatalf("%s has no %q", c.file, c.old)
			}
			text = strings.Replace(text, c.old, c.new, 1)
			at := strings.Index(text, "‸")
			line, column := 0, 0
			if at >= 0 {
				line = strings.Count(text[:at], "\n") + 1
				column = len([]rune(text[strings.LastIndexByte(text[:at], '\n')+1:at])) + 1
				text = strings.Replace(text, "‸", "", 1)
			}
			files[c.file] = []byte(text)
			all, err := catalogue.Load(files, catalogue.Refs{Cities: w.refs.Cities, Types: w.refs.Types, Sources: w.refs.Sources})
			problems, _ := err.(catalogue.Problems)
			if all != nil || len(problems) == 0 {
				t.Fatalf("loaded, %v", err)
			}
			if !slices.ContainsFunc(problems, func(p catalogue.Problem) bool {
				return p.File == c.file && p.Code == c.code && (at < 0 || p.Line == line && p.Column == column)
			}) {
				t.Errorf("want %s at %d:%d, got %v", c.code, line, column, problems)
			}
		})
	}
}

// TestARegionWithoutACatalogue has none, and no fault.
func TestARegionWithoutACatalogue(t *testing.T) {
	files := maps.Clone(czt(t).files)
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return strings.HasPrefix(name, "service/") })
	if c, err := catalogue.Load(files, catalogue.Refs{}); c != nil || err != nil {
		t.Errorf("%v %v", c, err)
	}
}

func FuzzLoadItem(f *testing.F) {
	files := guide(f, "en")
	const name = "service/items/library-card.yaml"
	f.Add(files[name])
	f.Add(bytes.ReplaceAll(files[name], []byte("limits:"), []byte("limits: &m\n  statutory: *m\nx:")))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := catalogue.Load(map[string][]byte{catalogue.OfficesFile: files[catalogue.OfficesFile], name: b, "service/forms/library-card.yaml": files["service/forms/library-card.yaml"]},
			catalogue.Refs{Cities: []string{"east"}})
		if (all == nil) == (err == nil) {
			t.Errorf("%v %v", all, err)
		}
	})
}

// guide are the files that the guide shows.
func guide(t testing.TB, lang string) map[string][]byte {
	t.Helper()
	b, err := os.ReadFile("../../docs/guide/" + lang + "/services.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, part := range strings.Split(string(b), "```yaml file=")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		text, _, _ = strings.Cut(text, "```")
		files[name] = []byte(text)
	}
	if len(files) < 3 {
		t.Fatalf("%s: %d files", lang, len(files))
	}
	return files
}
