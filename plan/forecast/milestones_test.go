package forecast

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMilestones(t *testing.T) {
	works := []Pending{{Amount: 48.11, Due: 2026}, {Amount: 17.29, Due: 2026.5}, {Amount: 30, Due: 2028}}
	for _, c := range []struct {
		name  string
		slips []float64
		goal  Goal
		want  float64
		codes []string
	}{
		// 2026 has 12 months of slack, 2026.5 has 6, 2028 would need to be a year early
		{"nothing known: an even chance each", nil, goal(148, 2027, 1), 0.5, []string{NoSlips}},
		{"both needed", nil, goal(165.4, 2027, 1), 0.25, nil},
		{"delays of 3, 9, 24 months", []float64{3, 24, 9}, goal(148, 2027, 1), 3. / 5, nil},
		{"the same, both needed", []float64{3, 24, 9}, goal(165.4, 2027, 1), 3. / 5 * 2 / 5, nil},
		{"more than all can give", []float64{3, 24, 9}, goal(165.41, 2027, 1), 0, nil},
		{"early by a year once", []float64{-12}, goal(130, 2027, 1), 1 - (1-2./3)*(1-1./3), nil},
		{"already open", []float64{5}, goal(90, 2027, 1), 1, nil},
		{"overdue: only longer delays count", []float64{1, 2, 9}, Goal{Target: number(148), DueT: 2027, Direction: 1, Now: 2026.5}, 2. / 3, nil},
		{"fewer is better", nil, goal(100, 2027, -1), 0.25, nil},
	} {
		f := Milestones(100, works, c.slips, c.goal)
		if f.Probability == nil || math.Abs(*f.Probability-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, show(f.Probability), c.want)
		}
		for _, code := range append(c.codes, SlipsRepeat, Independent) {
			if !slices.Contains(f.Modelled, code) {
				t.Errorf("%s: %v lacks %s", c.name, f.Modelled, code)
			}
		}
	}
}

// The convolution against all subsets.
func TestMilestonesAgainstAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		works := make([]Pending, n)
		for i := range works {
			works[i] = Pending{
				Amount: float64(rapid.IntRange(1, 900).Draw(t, "amount")) / rapid.SampledFrom([]float64{1, 10, 100}).Draw(t, "unit"),
				Due:    2024 + float64(rapid.IntRange(0, 48).Draw(t, "due"))/12,
			}
		}
		slips := rapid.SliceOfN(rapid.Float64Range(-6, 40), 0, 6).Draw(t, "slips")
		target := rapid.Float64Range(0, 3000).Draw(t, "target")
		g := goal(target, 2027, 1)
		if rapid.Bool().Draw(t, "now") {
			g.Now = 2025.5
		}
		f := Milestones(0, works, slips, g)
		d := delays{slips: slips, now: g.Now}
		slices.Sort(d.slips)
		want, mean, any := 0.0, 0.0, false
		for set := range 1 << n {
			p, sum := 1.0, 0.0
			for i, w := range works {
				c := d.chance(w.Due, 2027)
				any = any || c > 0
				if set>>i&1 == 1 {
					p, sum = p*c, sum+w.Amount
				} else {
					p *= 1 - c
				}
			}
			mean += p * sum
			if sum >= target-1e-9 {
				want += p
			}
		}
		if !any {
			if f.Why != WhyNoWorks {
				t.Fatalf("%+v", f)
			}
			return
		}
		end := f.Fan[len(f.Fan)-1]
		if math.Abs(*f.Probability-want) > 1e-9 || math.Abs(end.Mean-mean) > 1e-6 {
			t.Fatalf("probability %v mean %v, all subsets give %v and %v", *f.Probability, end.Mean, want, mean)
		}
		for i, p := range f.Fan {
			if p.Lo95 > p.Lo80 || p.Lo80 > p.Hi80 || p.Hi80 > p.Hi95 || i > 0 && (p.Mean < f.Fan[i-1].Mean-1e-9 || p.T <= f.Fan[i-1].T) {
				t.Fatalf("fan point %d: %+v after %+v", i, p, f.Fan[max(0, i-1)])
			}
		}
	})
}

func TestUndatedWorksAreLeftOut(t *testing.T) {
	f := Milestones(10, []Pending{{Amount: 5, Due: math.NaN()}, {Amount: 7, Due: 2025}, {Amount: 0, Due: 2025}}, nil, goal(22, 2026, 1))
	if *f.Probability != 0 || !slices.Contains(f.Modelled, UndatedOut) {
		t.Errorf("%v %v", *f.Probability, f.Modelled)
	}
	huge := Milestones(0, []Pending{{Amount: math.Pi * 1e7, Due: 2025}, {Amount: math.E * 1e7, Due: 2025}}, nil, goal(5e7, 2026, 1))
	if math.Abs(*huge.Probability-0.25) > 1e-12 || !slices.Contains(huge.Modelled, RoundedTotal) {
		t.Errorf("%v %v", *huge.Probability, huge.Modelled)
	}
}

func BenchmarkMilestones(b *testing.B) {
	works := make([]Pending, 15)
	for i := range works {
		works[i] = Pending{Amount: 7.123 + float64(i), Due: 2024 + float64(i)/5}
	}
	for b.Loop() {
		Milestones(300, works, []float64{1, 4, 9, 14, 30}, goal(420, 2026.99, 1))
	}
}
