package contribution_test

import (
	"context"
	"math"
	"testing"
	"time"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/ground"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/kit/shapley"
	wide "conurb/plan/contribution"
	"conurb/plan/pack"
	czt "conurb/region"
)

// The works of Changsha-Zhuzhou-Xiangtan: parts add up in the whole and in every
// district, and sampled parts lie near the exact ones.
func TestTheWorksOfTheRegionAddUp(t *testing.T) {
	if testing.Short() {
		t.Skip("lays a street network for the region")
	}
	p, problems := pack.Load(czt.CZT())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	today := area.NewDate(2026, time.November, 23)
	home := ground.Home{Data: t.TempDir(), Now: today.Time(), Program: "test"}
	circles, err := circle.New(p, func(ctx context.Context) (*reach.Ground, error) { return ground.Region(ctx, home, p, nil) }, nil, today)
	if err != nil {
		t.Fatal(err)
	}
	a := contribution.Asked{Base: p.Plan.From - 1, AsOf: today, Believed: today, Today: today, Mode: circle.Transit,
		Indicator: measure.Circle60, Method: wide.Shapley, Order: true, MostSets: wide.MostSets}
	exact, err := contribution.Divide(t.Context(), circles, a, contribution.Work{})
	if err != nil {
		t.Fatal(err)
	}
	if exact.End[0] <= exact.Start[0] || len(exact.Places) < 10 || len(exact.Works) < 3 || exact.Division.Orders != 0 {
		t.Errorf("from %v to %v in %d districts", exact.Start[0], exact.End[0], len(exact.Places))
	}
	addsUp(t, exact)
	a.Sampling, a.Order = shapley.Sampling{Seed: 7, Orders: 40}, false
	sampled, err := contribution.Divide(t.Context(), circles, a, contribution.Work{})
	if err != nil {
		t.Fatal(err)
	}
	addsUp(t, sampled)
	moved := 0
	for i, s := range sampled.Division.Shares {
		want := exact.Division.Shares[i].Gain[0]
		if want > 1 {
			moved++
		}
		if d := math.Abs(s.Gain[0] - want); d > 4*s.Error[0]+1e-3 {
			t.Errorf("%s: sampled %v ± %v, exact %v", s.ID, s.Gain[0], s.Error[0], want)
		}
	}
	if o := exact.Order; moved < 2 || o == nil || !o.Exact || o.Falls > 0 {
		t.Errorf("%d works add something; order %+v", moved, o)
	}
}

func addsUp(t *testing.T, a *contribution.Answer) {
	t.Helper()
	for m := range a.Start {
		sum := a.Other[m] + a.Division.Residual[m]
		for _, s := range a.Division.Shares {
			sum += s.Gain[m]
		}
		if change := a.End[m] - a.Start[m]; math.Abs(sum-change) > 1e-6 || math.Abs(a.Division.Residual[m]) > 1e-6 {
			t.Errorf("measure %d: parts add up to %v, the change is %v, residual %v", m, sum, change, a.Division.Residual[m])
		}
	}
}
