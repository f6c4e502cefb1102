package reach_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"conurb/connect/reach"
)

// The answer of every choice of lines is that of a timetable without the others, counted
// anew for all cells.
func TestSwitchedLinesTellWhatATimetableWithoutThemTells(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	cells := e.Join(pick(points, 200, 3), 0)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(60)
	tr, err := e.NewTransit(t.Context(), table, cells, j, transfers, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	works := random.Perm(len(table.RouteName))[:60]
	optional, off := make([]bool, table.Trips()), make([]bool, table.Trips())
	for k, r := range table.TripRoute {
		at := slices.Index(works, int(r))
		optional[k], off[k] = at >= 0, at >= 0 && at < 5
	}
	q := reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(60)}, Columns: [][]float64{weights(cells.Len())}}
	s, err := tr.Switch(t.Context(), afternoon, 50, q, optional, off, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	differ, spared := 0, 0
	before := counted(t, func(visit func(int, reach.Sums) error) error {
		_, err := s.Counts(t.Context(), off, reach.Work{}, visit)
		return err
	})
	for range 6 {
		choice := slices.Clone(off)
		for range random.IntN(3) + 1 {
			r := works[random.IntN(len(works))]
			for k := range choice {
				if int(table.TripRoute[k]) == r {
					choice[k] = !off[k]
				}
			}
		}
		got := counted(t, func(visit func(int, reach.Sums) error) error {
			anew, err := s.Counts(t.Context(), choice, reach.Work{}, visit)
			spared += cells.Len() - anew
			return err
		})
		other, err := tr.With(table.Without(choice))
		if err != nil {
			t.Fatal(err)
		}
		want := counted(t, func(visit func(int, reach.Sums) error) error {
			return other.Counts(t.Context(), afternoon, 50, q, reach.Work{}, visit)
		})
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("figure %d: got %v, want %v", i, got[i], want[i])
			}
			if got[i] != before[i] {
				differ++
			}
		}
	}
	t.Logf("%d figures differ from those before, %d origins were not asked anew", differ, spared)
	if differ == 0 {
		t.Error("no choice changed anything: nothing was tested")
	}
}

func weights(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i%17) + 0.25
	}
	return out
}

// counted lists all figures of an answer in one row.
func counted(t testing.TB, count func(visit func(int, reach.Sums) error) error) (out []float64) {
	t.Helper()
	if err := count(func(_ int, s reach.Sums) error {
		for i, n := range s.Places {
			out = append(append(out, float64(n)), s.At[i]...)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func BenchmarkSwitch(b *testing.B) {
	e, points, table, transfers := portoAlegre(b)
	cells := e.Join(points, 0)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(60)
	tr, err := e.NewTransit(b.Context(), table, cells, j, transfers, reach.Work{})
	if err != nil {
		b.Fatal(err)
	}
	q := reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(60)}, Columns: [][]float64{weights(cells.Len())}}
	none := make([]bool, table.Trips())
	one := slices.Clone(none)
	for k, r := range table.TripRoute {
		one[k] = r == table.TripRoute[len(table.TripRoute)/2]
	}
	if _, err := tr.Program(afternoon); err != nil {
		b.Fatal(err)
	}
	var s *reach.Switch
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			if s, err = tr.Switch(b.Context(), afternoon, 50, q, one, none, reach.Work{Cores: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("switch", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Counts(b.Context(), one, reach.Work{Cores: 1}, func(int, reach.Sums) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			if err := tr.Counts(b.Context(), afternoon, 50, q, reach.Work{Cores: 1}, func(int, reach.Sums) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
