package transit

import (
	"testing"

	"pgregory.net/rapid"
)

// Backwards in time one finds the latest departure with which one arrives until a
// second: held to a search forwards for every departure, with all that is awkward.
func TestReversedTimetablesGiveTheLatestDepartures(t *testing.T) {
	found := 0
	for range 10 {
		rapid.Check(t, func(t *rapid.T) {
			tt, ways, access := world(t)
			slack := Second(rapid.Int32Range(1, 5).Draw(t, "slack"))
			back, err := tt.Reversed(slack)
			if err != nil {
				t.Fatal(err)
			}
			if err := back.Check(); err != nil {
				t.Fatal(err)
			}
			origins := access.Len()
			turned := Ways{Change: ways.Change.Turned(tt.Stops()), Egress: access.Turned(tt.Stops()), Cells: origins}
			out := ways.Egress.Turned(ways.Cells)
			o := &slowly{t: tt, ways: ways, slack: slack}
			const early, late = Second(900), Second(1300)
			s := NewScanner(back, turned, slack)
			arrive := Second(rapid.Int32Range(1000, 1300).Draw(t, "arrive"))
			for cell := range ways.Cells {
				to, walk := out.From(cell)
				got := s.Run(to, walk, -arrive, -early)
				for origin := range origins {
					want := Never
					for d := min(arrive, late); d >= early; d-- {
						if o.arrivals(&access, origin, d)[cell] <= arrive {
							want = -d
							break
						}
					}
					if g := got[origin]; g != want && !(want == Never && g > -early) {
						t.Fatalf("from origin %d to be at cell %d by %d: got %d, want %d", origin, cell, arrive, g, want)
					}
					if want != Never {
						found++
					}
				}
			}
		})
	}
	if found < 300 {
		t.Errorf("only %d journeys: nothing was tested", found)
	}
}
