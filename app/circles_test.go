package app

import (
	"errors"
	"testing"

	"conurb/app/circle"
	"conurb/door/httpapi"
	"conurb/plan/pack"
	"conurb/region"
)

// regional are the circles of the region, whose streets nobody opens.
func regional(t *testing.T) *Circles {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a, err := InMemory(Options{Pack: p})
	if err != nil {
		t.Fatal(err)
	}
	return a.Circles(nil)
}

func TestAWayOfMovingThatIsNone(t *testing.T) {
	c := regional(t)
	_, err := c.Result(t.Context(), httpapi.CircleQuery{Mode: "foot"})
	_, shares := c.Contributions(t.Context(), httpapi.CircleShareQuery{CircleQuery: httpapi.CircleQuery{AsOf: "plan", Mode: "foot"}}, "en")
	for _, err := range []error{err, shares} {
		var f *httpapi.CircleFault
		if !errors.As(err, &f) || f.Code != "no-such-circle-mode" || f.Value != "foot" || len(f.All) != len(circle.Modes) {
			t.Errorf("refused as %+v", err)
		}
	}
}

// JSON holds whole numbers up to 2^53.
func TestABudgetBeyondCounting(t *testing.T) {
	c := regional(t)
	for yuan, fen := range map[float64]int64{0: 0, 3e10: 3e12, 0.29: 29, 1e18: 1e15, 1e300: 1e15} {
		got, err := c.shared(httpapi.CircleShareQuery{CircleQuery: httpapi.CircleQuery{AsOf: "plan"}, Budget: yuan})
		if err != nil || got.Budget != fen {
			t.Errorf("%g yuan: %d fen (%v), want %d", yuan, got.Budget, err, fen)
		}
	}
}
