package reach_test

import (
	"slices"
	"testing"

	"conurb/connect/reach"
	"conurb/connect/transit"
)

// A city cut into districts, on one core and on two, gives what it gives whole: sums and
// percentiles, in the order of the cells. Scans departure by departure agree.
func TestDistrictsGiveWhatTheWholeGives(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	cells := e.Join(points, 0)
	tr, err := e.NewTransit(t.Context(), table, cells, reach.DefaultJourney(), transfers, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	column := make([]float64, cells.Len())
	for i := range column {
		column[i] = float64(i%7 + 1)
	}
	q := reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(50)}, Columns: [][]float64{column}}
	sums := func(w reach.Work) (out [][]float64) {
		if err := tr.Counts(t.Context(), afternoon, 75, q, w, func(origin int, s reach.Sums) error {
			if origin != len(out) {
				t.Fatalf("origin %d after %d others", origin, len(out))
			}
			out = append(out, []float64{s.At[0][0], s.At[1][0], float64(s.Places[0]), float64(s.Places[1])})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := sums(reach.Work{})
	for _, w := range []reach.Work{{Large: 1, Cores: 1}, {Large: 1, Cores: 3}} {
		if got := sums(w); !slices.EqualFunc(got, want, slices.Equal[[]float64]) {
			t.Errorf("%+v: other sums than the whole city's", w)
		}
	}
	scans := tr.Scans(afternoon)
	for origin := 5; origin < cells.Len(); origin += 171 {
		s := scans.Counts(t.Context(), origin, 75, q)
		if got := []float64{s.At[0][0], s.At[1][0], float64(s.Places[0]), float64(s.Places[1])}; !slices.Equal(got, want[origin]) {
			t.Errorf("origin %d: scans count %v, sweeps %v", origin, got, want[origin])
		}
	}
	some := reach.Window{From: afternoon.From, Until: afternoon.From + 1800, Step: 300}
	medians := func(w reach.Work) (out [][]reach.Decis) {
		if err := tr.Percentiles(t.Context(), some, []float64{50}, w, func(_ int, times [][]reach.Decis) error {
			out = append(out, slices.Clone(times[0]))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := medians(reach.Work{Large: 1}); !slices.EqualFunc(got, medians(reach.Work{}), slices.Equal[[]reach.Decis]) {
		t.Error("other medians than the whole city's")
	}
}

// More departures than bytes hold are counted by sweeps, and agree with percentiles.
func TestCountsOfManyDeparturesAgreeWithPercentiles(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	cells := e.Join(pick(points, 90, 4), 0)
	tr, err := e.NewTransit(t.Context(), table, cells, reach.DefaultJourney(), transfers, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	w := reach.Window{From: afternoon.From, Until: afternoon.Until, Step: 20}
	if n := (w.Until - w.From) / w.Step; n <= 254 {
		t.Fatalf("%d departures fit into bytes", n)
	}
	limit := reach.Minutes(45)
	var want []int
	if err := tr.Percentiles(t.Context(), w, []float64{50}, reach.Work{}, func(_ int, times [][]reach.Decis) error {
		n := 0
		for _, at := range times[0] {
			if at <= limit {
				n++
			}
		}
		want = append(want, n)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, instructions := range transit.Instructions() {
		var got []int
		if err := tr.Counts(t.Context(), w, 50, reach.Question{Limits: []reach.Decis{limit}}, reach.Work{Instructions: instructions}, func(_ int, s reach.Sums) error {
			got = append(got, s.Places[0])
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", instructions, got, want)
		}
	}
	if slices.Max(want) < 3 {
		t.Errorf("at most %d places are reached: nothing was tested", slices.Max(want))
	}
}
