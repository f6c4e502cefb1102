package transit

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A program for some origins, and one cut down from that for some of them, tell of
// these what the whole program tells.
func TestDistrictsTellWhatTheWholeTells(t *testing.T) {
	for range 30 { // of a hundred worlds each
		rapid.Check(t, func(t *rapid.T) {
			tt, ways, access := world(t)
			w := Window{From: 1000, Until: 1000 + Second(rapid.Int32Range(1, 60).Draw(t, "width")), Longest: Second(rapid.Int32Range(1, 300).Draw(t, "longest"))}
			p, err := Compile(tt, ways, w, Rules{Slack: Second(rapid.Int32Range(1, 5).Draw(t, "slack"))})
			if err != nil {
				t.Fatal(err)
			}
			some := rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(access.Len())-1), 1, -1, rapid.ID[int32]).Draw(t, "origins")
			longest := Second(rapid.Int32Range(1, int32(w.Longest)).Draw(t, "at most"))
			district := p.For(&access, some, longest)
			sameTimes(t, p, district, &access, some, longest)
			few, shorter := some[:(len(some)+1)/2], Second(rapid.Int32Range(1, int32(longest)).Draw(t, "at most"))
			sameTimes(t, p, district.For(&access, few, shorter), &access, few, shorter)
		})
	}
}

func sameTimes(t *rapid.T, whole, part *Program, access *Walks, origins []int32, longest Second) {
	if part.Operations() > whole.Operations() {
		t.Fatalf("%d operations of %d", part.Operations(), whole.Operations())
	}
	a, b := newSweeper(whole, plain), newSweeper(part, plain)
	if err := a.Run(access, origins); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(access, origins); err != nil {
		t.Fatal(err)
	}
	c, err := newCounter(part, Asked{Step: 7, Budgets: []Second{longest}}, plainCount)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(access, origins); err != nil {
		t.Fatal(err)
	}
	var told, got [Lanes]Arrivals
	for cell := range int32(whole.cells) {
		a.Arrivals(cell, &told)
		b.Arrivals(cell, &got)
		for lane := range origins {
			want := whole.Times(&told[lane], Never, 1, nil)
			for i := range want {
				if want[i] > longest {
					want[i] = Never
				}
			}
			if got := part.Times(&got[lane], Never, 1, nil); !slices.Equal(got, want) {
				t.Fatalf("cell %d, lane %d: got %v, want %v", cell, lane, got, want)
			}
			if got, want := Second(c.Covered(cell, 0)[lane]), whole.Covered(&told[lane], Never, 7, longest); got != want {
				t.Fatalf("cell %d, lane %d: counted %d, want %d", cell, lane, got, want)
			}
		}
	}
}
