package reach

import (
	"slices"
	"testing"

	"conurb/connect/transit"
)

// Walks that only a feed knows of come in the order of their stops, not in that of a map:
// of ways alike the first is told.
func TestTransfersOfTheFeedComeInOrder(t *testing.T) {
	const stops = 64
	transfers := transit.Transfers{}
	for s := range transit.Stop(stops) {
		transfers[[2]transit.Stop{0, s}] = transit.Transfer{Least: 60}
	}
	var w transit.Walks
	w.First = []int32{0}
	w.Add(nil, nil)
	out := amended(w, transfers)
	if to, takes := out.From(0); len(to) != stops || !slices.IsSorted(to) || takes[stops-1] != 60 {
		t.Errorf("to %v", to)
	}
}
