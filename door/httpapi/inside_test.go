package httpapi

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/locale"
)

// A thinned series is made of points of the series, in order, with both ends and
// the requested length.
func TestThin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := make([]SeriesPoint, rapid.IntRange(0, 200).Draw(t, "points"))
		for i := range all {
			all[i] = SeriesPoint{area.Date(700_000 + 10*i), rapid.Float64Range(-1e6, 1e6).Draw(t, "value")}
		}
		n := rapid.IntRange(3, 60).Draw(t, "n")
		got := thin(all, n)
		if len(got) != min(n, len(all)) {
			t.Fatalf("%d points of %d, want %d", len(got), len(all), n)
		}
		at := -1
		for _, p := range got {
			i := slices.Index(all, p)
			if i <= at {
				t.Fatalf("point %d after %d", i, at)
			}
			at = i
		}
		if len(all) > 0 && (got[0] != all[0] || got[len(got)-1] != all[len(all)-1]) {
			t.Fatal("an end is missing")
		}
	})
}

// Every code the door refuses with has a status.
func TestEveryCodeOfTheTableHasAStatus(t *testing.T) {
	for _, d := range domain {
		if statuses[d.code] == 0 {
			t.Errorf("%s has no status", d.code)
		}
	}
}

// The guide names every code in both languages.
func TestTheGuideNamesEveryCode(t *testing.T) {
	for _, lang := range locale.Languages {
		b, err := os.ReadFile("../../docs/guide/" + lang + "/api.md")
		if err != nil {
			t.Fatal(err)
		}
		for code := range statuses {
			if !strings.Contains(string(b), "`"+code+"`") {
				t.Errorf("docs/guide/%s/api.md does not name %s", lang, code)
			}
			for _, key := range []string{"problem." + code, "problem." + code + ".detail", "problem." + code + ".remedy"} {
				if !locale.Has(lang, key) {
					t.Errorf("%s: no text for %s", lang, key)
				}
			}
		}
	}
}
