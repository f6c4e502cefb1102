package scenario_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
)

var scenarioLines = scenario.Lines

// Works switched in a prepared network tell, in every digit, what a network tells that
// is made anew with them: 200 edits drawn in forty towns, each alone, and together.
func TestSwitchedWorksTellWhatANetworkMadeAnewTells(t *testing.T) {
	differ, kinds := 0, map[area.EditKind]int{}
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 7))
		c := drawn(t, random)
		var works []area.Work
		for i := range 5 {
			e := c.anyEdit(random, i)
			kinds[e.Kind]++
			if _, err := scenario.Lines(c.table, append(slices.Clone(works), area.Work{Edits: []area.Edit{e}})); err != nil {
				e = newLine(random, fmt.Sprint("Other ", i), 500) // its line or stop is gone by another's doing
			}
			works = append(works, area.Work{ID: fmt.Sprint(i), Edits: []area.Edit{e}})
		}
		choices := [][]bool{{}, {}, {}}
		for i := range choices {
			for range works {
				choices[i] = append(choices[i], random.IntN(2) == 0)
			}
		}
		counted := scenario.Counted{Window: c.asked.window, Percent: 50, Question: c.asked.Question}
		p, err := scenario.Prepare(t.Context(), c.tr, c.table, works, choices, counted, reach.Work{})
		if err != nil {
			t.Fatal(seed, err)
		}
		before := figures(t, c, nil)
		for i := range works {
			one := make([]bool, len(works))
			one[i] = true
			choices = append(choices, one)
		}
		for _, on := range append(choices, make([]bool, len(works)), []bool{true, true, true, true, true}) {
			var got []float64
			if _, err := p.Counts(t.Context(), on, reach.Work{}, into(&got)); err != nil {
				t.Fatal(seed, on, err)
			}
			var chosen []area.Work
			for i := range works {
				if on[i] {
					chosen = append(chosen, works[i])
				}
			}
			want := figures(t, c, chosen)
			if !slices.Equal(got, want) {
				t.Fatalf("town %d, works %v: got %v, want %v", seed, on, got, want)
			}
			if !slices.Equal(got, before) {
				differ++
			}
		}
	}
	t.Logf("%d choices changed something; %v", differ, kinds)
	if differ < 100 {
		t.Errorf("only %d choices changed anything", differ)
	}
}

// figures are those of a network made anew.
func figures(t testing.TB, c *town, works []area.Work) (out []float64) {
	t.Helper()
	tr, _, err := scenario.On(t.Context(), c.tr, c.table, works, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Counts(t.Context(), c.asked.window, 50, c.asked.Question, reach.Work{}, into(&out)); err != nil {
		t.Fatal(err)
	}
	return out
}

func into(out *[]float64) func(int, reach.Sums) error {
	return func(_ int, s reach.Sums) error {
		for i, n := range s.Places {
			*out = append(append(*out, float64(n)), s.At[i]...)
		}
		return nil
	}
}

// Works that change one line and were not prepared together are refused, not guessed.
func TestChoicesThatWereNotPreparedAreRefused(t *testing.T) {
	c := drawn(t, rand.New(rand.NewPCG(1, 1)))
	var works []area.Work
	for i, e := range []area.Edit{{Kind: area.Shift, Line: c.lines[0], Seconds: 100}, {Kind: area.RunTime, Line: c.lines[0], Factor: 0.5}, {Kind: area.Headway, Line: c.lines[0], Factor: 2}, {Kind: area.DropLine, Line: c.lines[1]}} {
		works = append(works, area.Work{ID: fmt.Sprint(i), Edits: []area.Edit{e}})
	}
	p, err := scenario.Prepare(t.Context(), c.tr, c.table, works, nil, scenario.Counted{Window: c.asked.window, Percent: 50, Question: c.asked.Question}, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	none := func(int, reach.Sums) error { return nil }
	if _, err := p.Counts(t.Context(), []bool{true, true, false, false}, reach.Work{}, none); !errors.Is(err, scenario.ErrNotPrepared) {
		t.Errorf("two works on one line: got %v", err)
	}
	if _, err := p.Counts(t.Context(), []bool{true, false, false, true}, reach.Work{}, none); err != nil {
		t.Errorf("two works on two lines: got %v", err)
	}
}
