package circle

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/plan/pack"
	"conurb/region"
)

var today = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

func day(year int, month time.Month, d int) area.Date { return area.NewDate(year, month, d) }

// trains of the invented valley: a tram every ten minutes and a railway every twenty.
const trains = `
- {id: tram, line: tram-1, name: {zh: 电车, en: Tram}, stops: [weir-central, lock, ford-bridge], run: [300, 600], dwell: 30,
   both_ways: true, bands: [{from: 05:00, until: 23:00, headway: 600}], assumed: [run, dwell, headway], grade: assumed}
- {id: shore, line: shore-line, name: {zh: 滨河车, en: Shore train}, stops: [weir-central, mouth-quay, lighthouse], run: [840, 240], dwell: 60, board: 300,
   both_ways: true, bands: [{from: 05:00, until: 23:00, headway: 1200}], assumed: [run, dwell, headway, board], grade: assumed}
`

// valley is the invented area of the examples with trains, and a rule for it.
func valley(t testing.TB, change func(files map[string][]byte)) *Circles {
	t.Helper()
	files := map[string][]byte{}
	dir := os.DirFS("../../examples/two-rivers")
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(name, ".md") {
			files[name], err = fs.ReadFile(dir, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rule, err := fs.ReadFile(region.CZT(), RuleFile)
	if err != nil {
		t.Fatal(err)
	}
	files[RuleFile] = []byte(strings.NewReplacer("value: metropolitan-2022", "value: valley", "value: [hospital]", "value: [university]", "value: 45\n", "value: 30\n", "source: plan-press", "source: charter").Replace(string(rule)))
	files["network/services.yaml"] = []byte(trains)
	if change != nil {
		change(files)
	}
	p, problems := pack.LoadFiles(files)
	if p == nil {
		t.Fatal(problems)
	}
	return circlesOf(t, p)
}

func circlesOf(t testing.TB, p *pack.Pack) *Circles {
	t.Helper()
	home := ground.Home{Data: t.TempDir(), Now: today}
	c, err := New(p, func(ctx context.Context) (*reach.Ground, error) { return ground.Region(ctx, home, p, nil) }, nil, area.DateOf(today))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func evaluate(t testing.TB, c *Circles, a Asked) *Answer {
	t.Helper()
	got, err := c.Evaluate(t.Context(), a, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// sets are all sets of some works.
func sets(works []string) (out [][]string) {
	for bits := range 1 << len(works) {
		var set []string
		for i, w := range works {
			if bits>>i&1 == 1 {
				set = append(set, w)
			}
		}
		out = append(out, set)
	}
	return out
}

func ids(works []Work) (out []string) {
	for _, w := range works {
		out = append(out, w.ID)
	}
	return out
}
