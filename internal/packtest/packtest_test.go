package packtest_test

import (
	"testing"

	"conurb/internal/packtest"
	"conurb/plan/pack"
)

func TestTheDrawnPacksAreWithoutFault(t *testing.T) {
	if p, problems := pack.Load(packtest.Small()); p == nil || len(problems) > 0 {
		for _, x := range problems {
			t.Error(x, x.Args)
		}
	}
	p, problems := pack.Load(packtest.Large(50, 60))
	for _, x := range problems {
		t.Error(x, x.Args)
	}
	if p != nil && len(p.Plan.Observations) != 50*60+9 {
		t.Errorf("%d observations", len(p.Plan.Observations))
	}
}
