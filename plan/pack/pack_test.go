package pack_test

import (
	"os"
	"testing"

	"conurb/plan/pack"
)

// TestPacksOfTheRepository loads the packs that come with the program.
func TestPacksOfTheRepository(t *testing.T) {
	for _, dir := range []string{"../../region/czt", "../../examples/two-rivers"} {
		p, problems := pack.Load(os.DirFS(dir))
		for _, x := range problems {
			t.Errorf("%s/%v %v", dir, x, x.Args)
		}
		if p != nil {
			t.Logf("%s: %d sources, %d indicators, %d targets, %d projects, %d observations, digest %s", dir, len(p.Sources), len(p.Plan.Indicators), len(p.Plan.Targets), len(p.Plan.Projects), len(p.Plan.Observations), p.Digest)
		}
	}
}
