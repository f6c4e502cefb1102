package catalogue_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/internal/wordtest"
	"conurb/livelihood/catalogue"
	"conurb/locale"
)

// fields writes differences as "field" or "field:part".
func fields(list []catalogue.Difference) string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Field
		if d.Part != "" {
			out[i] += ":" + d.Part
		}
	}
	return strings.Join(out, " ")
}

func TestWhatTheCitiesDifferIn(t *testing.T) {
	w := czt(t)
	three := func(id string) []*catalogue.Item {
		return []*catalogue.Item{w.all.Item(id, "changsha"), w.all.Item(id, "zhuzhou"), w.all.Item(id, "xiangtan")}
	}
	for _, c := range []struct{ item, want string }{ // as the sources have it
		{"business-registration", "modes places"},
		{"unemployment-record", "modes places"},
		{"household-transfer", "places"},
	} {
		if got := fields(catalogue.Diff(three(c.item))); got != c.want {
			t.Errorf("%s: %q, want %q", c.item, got, c.want)
		}
	}
	items := three("household-transfer")
	for n := range items {
		items[n] = again(t, items[n])
		items[n].Places = nil
	}
	a, b, x := items[0], items[1], items[2]
	a.Limits.Promised.Count, b.Limits.Promised.Unit = 10, catalogue.Calendar
	b.Materials = b.Materials[1:]
	x.Materials[1].Copies = 1
	x.Steps[2].Days = 3
	b.Fees = []catalogue.Fee{{ID: "book", Amount: 500}}
	a.Modes = []catalogue.Mode{"joint", "online"} // the same in another order
	list := catalogue.Diff(items)
	if got, want := fields(list), "promised materials:household-register materials:identity fees:book steps:move-out"; got != want {
		t.Fatalf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		at                          int
		changsha, zhuzhou, xiangtan string
	}{
		{0, "10 working", "12 calendar", "12 working"},
		{1, "required 1+0 11100000XXGAB00010001", "absent", "required 1+0 11100000XXGAB00010001"},
		{2, "required 1+0 11100000XXGAB00010002", "required 1+0 11100000XXGAB00010002", "required 1+1 11100000XXGAB00010002"},
		{3, "absent", "500", "absent"},
		{4, "5", "5", "3"},
	} {
		want := map[string]string{"changsha": c.changsha, "zhuzhou": c.zhuzhou, "xiangtan": c.xiangtan}
		if !maps.Equal(list[c.at].Values, want) {
			t.Errorf("%s: %v, want %v", list[c.at].Field, list[c.at].Values, want)
		}
	}
}

// TestDifferencesAreThoseThatThereAre changes one thing at a time: exactly it differs, whichever
// city comes first; and the same thing differs in nothing.
func TestDifferencesAreThoseThatThereAre(t *testing.T) {
	w := czt(t)
	changes := map[string]func(i *catalogue.Item){
		"type": func(i *catalogue.Item) { i.Type = "08" }, "kind": func(i *catalogue.Item) { i.Kind = "9" }, "scope": func(i *catalogue.Item) { i.Scope = "county" },
		"statutory": func(i *catalogue.Item) { i.Limits.Statutory = catalogue.Days{Count: 77, Unit: "working"} },
		"promised":  func(i *catalogue.Item) { i.Limits.Promised.Count = 78 },
		"modes":     func(i *catalogue.Item) { i.Modes = []catalogue.Mode{"joint", "deputy", "online", "x"} },
		"handled":   func(i *catalogue.Item) { i.Handled = []string{"9"} }, "visits": func(i *catalogue.Item) { i.Online.Visits = 9 },
		"depth": func(i *catalogue.Item) { i.Online.Depth = "x" }, "accept": func(i *catalogue.Item) { i.Accept[0].Text.En += "!" },
		"materials": func(i *catalogue.Item) { i.Materials[0].Required = !i.Materials[0].Required },
		"fees":      func(i *catalogue.Item) { i.Fees = append(i.Fees, catalogue.Fee{ID: "more", Amount: 1}) },
		"steps":     func(i *catalogue.Item) { i.Steps[0].Days += 3 }, "result": func(i *catalogue.Item) { i.Result.Name.Zh += "！" },
		"form": func(i *catalogue.Item) { i.Form = "x" }, "course": func(i *catalogue.Item) { i.Course = "x" }, "places": func(i *catalogue.Item) { i.Places[0].Name.Zh = "x" },
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.SampledFrom(w.all.Items).Draw(t, "item")
		a, b, other := copied(t, i), copied(t, i), copied(t, i)
		a.City, b.City, other.City = "a", "b", "c"
		if list := catalogue.Diff([]*catalogue.Item{a, b, other}); len(list) > 0 {
			t.Fatalf("the same differs in %s", fields(list))
		}
		field := rapid.SampledFrom(slices.Sorted(maps.Keys(changes))).Draw(t, "field")
		changes[field](b)
		order := rapid.Permutation([]*catalogue.Item{a, b, other}).Draw(t, "order")
		list := catalogue.Diff(order)
		if len(list) != 1 || list[0].Field != field {
			t.Fatalf("%s was changed, %s differs", field, fields(list))
		}
		if d := list[0]; d.Texts == nil && (d.Values["a"] != d.Values["c"] || d.Values["a"] == d.Values["b"]) || d.Texts != nil && (d.Texts["a"] != d.Texts["c"] || d.Texts["a"] == d.Texts["b"]) {
			t.Fatalf("%v", d)
		}
	})
}

func copied(t *rapid.T, i *catalogue.Item) *catalogue.Item {
	b, err := json.Marshal(i)
	n, faults := catalogue.ReadItem(b)
	if err != nil || len(faults) > 0 {
		t.Fatalf("%v %v", err, faults)
	}
	return n
}

// TestEveryCodeHasWords holds codes to the language files, and those to codes.
func TestEveryCodeHasWords(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^\tCode[A-Z]\w+ += "([a-z-]+)"`)
	var codes []string
	for _, f := range files {
		if b, err := os.ReadFile(f.Name()); err == nil && strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			for _, m := range named.FindAllStringSubmatch(string(b), -1) {
				codes = append(codes, m[1])
			}
		}
	}
	if len(codes) < 50 {
		t.Fatalf("only %d codes found", len(codes))
	}
	lists := map[string][]string{"type": catalogue.Types, "level": catalogue.Levels, "nature": catalogue.Natures, "served": catalogue.Served, "handled": catalogue.Handlings,
		"kind": catalogue.Kinds, "special": catalogue.Specials, "scope": catalogue.Scopes, "mode": catalogue.Modes, "depth": catalogue.Depths, "subject": catalogue.Subjects, "event": catalogue.Events}
	for _, lang := range locale.Languages {
		words := wordtest.Of(t, lang, "catalogue")
		for _, c := range codes {
			for _, key := range []string{"catalogue.fault." + c, "catalogue.fault." + c + ".remedy"} {
				if words[key] == "" {
					t.Errorf("%s has no %s", lang, key)
				}
			}
		}
		for list, of := range lists {
			for _, code := range of {
				if words["catalogue."+list+"."+code] == "" {
					t.Errorf("%s has no catalogue.%s.%s", lang, list, code)
				}
			}
		}
		for key := range words {
			if c, ok := strings.CutPrefix(strings.TrimSuffix(key, ".remedy"), "catalogue.fault."); ok && !slices.Contains(codes, c) {
				t.Errorf("%s has words for %s, which nobody says", lang, c)
			}
		}
	}
}
