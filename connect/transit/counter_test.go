package transit

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// Counters on every set of instructions tell what sweeps tell, which tests hold to a
// search for every departure.
func TestCountersAgreeWithSweeps(t *testing.T) {
	for _, v := range countVariants() {
		t.Run(v.name, func(t *testing.T) {
			for range 20 { // of a hundred worlds each
				rapid.Check(t, countsAgree(v))
			}
		})
	}
}

func countsAgree(v *countVariant) func(*rapid.T) {
	return func(t *rapid.T) {
		tt, ways, access := world(t)
		w := Window{From: 1000, Until: 1000 + Second(rapid.Int32Range(1, 120).Draw(t, "width")), Longest: Second(rapid.Int32Range(1, 300).Draw(t, "longest"))}
		p, err := Compile(tt, ways, w, Rules{Slack: Second(rapid.Int32Range(1, 5).Draw(t, "slack"))})
		if err != nil {
			t.Fatal(err)
		}
		asked := Asked{Step: Second(rapid.Int32Range(1, 70).Draw(t, "step"))}
		for range rapid.IntRange(1, 4).Draw(t, "budgets") {
			asked.Budgets = append(asked.Budgets, Second(rapid.Int32Range(0, int32(w.Longest)).Draw(t, "budget")))
		}
		c, err := newCounter(p, asked, v)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time with other origins, and what the first left behind
			origins := rapid.SliceOfN(rapid.Int32Range(0, int32(access.Len())-1), 1, Wide).Draw(t, "origins")
			if err := c.Run(&access, origins); err != nil {
				t.Fatal(err)
			}
			compareCounts(t, c, &access, origins)
		}
	}
}

// compareCounts holds a counter to sweeps from the same origins.
func compareCounts(t *rapid.T, c *Counter, access *Walks, origins []int32) {
	s := newSweeper(c.p, plain)
	var foot [Lanes]Second
	for i := range foot {
		foot[i] = Never
	}
	want := make([][Lanes]Second, len(c.asked.Budgets))
	for first := 0; first < len(origins); first += Lanes {
		some := origins[first:min(first+Lanes, len(origins))]
		if err := s.Run(access, some); err != nil {
			t.Fatal(err)
		}
		for cell := range int32(c.p.cells) {
			s.Coverage(cell, &foot, c.asked.Step, c.asked.Budgets, want)
			for b, budget := range c.asked.Budgets {
				for lane := range some {
					if got := Second(c.Covered(cell, b)[first+lane]); got != want[b][lane] {
						t.Fatalf("lane %d to cell %d within %d: got %d, want %d", first+lane, cell, budget, got, want[b][lane])
					}
				}
			}
		}
	}
}

func TestCountersRefuseWhatBytesDoNotHold(t *testing.T) {
	tt := &Timetable{StopPlace: make([][2]float64, 1), TripFirst: []int32{0}}
	var none, far Walks
	none.Add(nil, nil)
	far.Add([]int32{0}, []Second{3000})
	p, err := Compile(tt, Ways{Change: none, Egress: none}, Window{0, 7200, 3600}, Rules{Slack: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		asked Asked
		want  error
	}{
		{"too many departures", Asked{Step: 28}, ErrNarrow},
		{"steps too long", Asked{Step: 257}, ErrNarrow},
		{"no steps", Asked{}, ErrNarrow},
		{"beyond the longest journey", Asked{60, []Second{3601}}, ErrWindow},
		{"as many as fit", Asked{29, nil}, nil},
	} {
		if _, err := NewCounter(p, c.asked, ""); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	c, err := NewCounter(p, Asked{29, []Second{3600}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Fits(c.asked, &far); !errors.Is(err, ErrNarrow) {
		t.Errorf("a walk of 100 steps beside 249 departures fits: got %v", err)
	}
	if err := p.Fits(c.asked, &none); err != nil {
		t.Errorf("no walk beside 249 departures: got %v", err)
	}
	if err := c.Run(&far, []int32{0}); !errors.Is(err, ErrNarrow) {
		t.Errorf("a walk of 100 steps beside 249 departures: got %v", err)
	}
}
