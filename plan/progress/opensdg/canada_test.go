package opensdg

import (
	"os"
	"path/filepath"
	"testing"
)

var canada = filepath.Join("..", "..", "..", "..", "shared", "data", "plan", "canada-cif")

// Goals 1 to 9 of Canada's indicator framework, from the raw tables upward.
func TestCanadaIsReproduced(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(canada, "indicator_calculation_components.yml"))
	if err != nil {
		t.Skip("the published figures are not on this machine (../shared/data/plan/canada-cif): 51 indicators left out")
	}
	want, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	folder, problems := Read(os.DirFS(canada))
	for _, p := range problems {
		t.Error(p)
	}
	got := folder.Components()
	for _, d := range Compare(got, want, 1e-12) {
		t.Errorf("%s: got %s, want %s", d.Path, d.Got, d.Want)
	}
	exact := Compare(got, want, 0)
	t.Logf("%d indicators; %d figures are not equal to the last bit", len(got), len(exact))
	for _, d := range exact {
		t.Log(d)
	}
	for id, e := range got {
		for _, n := range e.Notes {
			t.Log(id, n)
		}
	}
}
