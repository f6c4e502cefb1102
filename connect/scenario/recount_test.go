package scenario_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
)

// What is asked again after works on streets is what all cells tell that are asked anew:
// 200 edits drawn, alone and in pairs.
func TestStreetsRecountedAreStreetsCountedAnew(t *testing.T) {
	n := built(t, "car")
	differ, spared, all, edits := 0, 0, 0, 0
	for seed := range uint64(140) {
		random := rand.New(rand.NewPCG(seed, 3))
		cells := &area.Cells{}
		for i := range 4 + random.IntN(40) {
			p := corner(random.IntN(wide), random.IntN(high))
			p[0] += (random.Float64() - 0.5) * corner(1, 0)[0]
			cells.ID, cells.Point = append(cells.ID, fmt.Sprint(i)), append(cells.Point, p)
		}
		g := reach.NewGround("town", n, cells)
		q := reach.Question{Columns: [][]float64{weights(len(cells.ID))}}
		for tenths := reach.Decis(20); tenths <= 1500; tenths += 20 { // fine enough to see any change
			q.Limits = append(q.Limits, tenths)
		}
		o, err := scenario.Ask(t.Context(), g, "car", q, reach.Work{})
		if err != nil {
			t.Fatal(err)
		}
		var works []area.Work
		for range 1 + seed%2 {
			works = append(works, area.Work{Edits: []area.Edit{streetEdit(random)}})
			edits++
		}
		var got, want, before []float64
		anew, err := o.Recount(t.Context(), works, reach.Work{}, into(&got))
		if err != nil {
			t.Fatal(seed, err, works)
		}
		if _, err := o.Recount(t.Context(), nil, reach.Work{}, into(&before)); err != nil {
			t.Fatal(err)
		}
		other, err := scenario.Streets(t.Context(), g, "car", works)
		if err != nil {
			t.Fatal(err)
		}
		e, err := other.Engine("car")
		if err != nil {
			t.Fatal(err)
		}
		joined := e.Join(cells.Point, 0)
		if err := e.Count(t.Context(), reach.Outbound, joined, joined, q, reach.Work{}, into(&want)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %+v: got %v, want %v", seed, works, got, want)
		}
		if !slices.Equal(want, before) {
			differ++
		}
		spared, all = spared+len(cells.ID)-anew, all+len(cells.ID)
	}
	t.Logf("%d edits; %d changed something, %d cells of %d were spared", edits, differ, spared, all)
	if differ < 40 || spared < 400 {
		t.Errorf("%d changed something, %d cells were spared: too little was tested", differ, spared)
	}
}

// Who lives alone on a road that becomes slower gets everywhere later, though no shortest
// way of his has the whole of it.
func TestWhoLivesAloneOnASlowerRoadIsAskedAgain(t *testing.T) {
	middle := corner(2, 0)
	middle[0] += corner(1, 0)[0] * 0.4
	cells := &area.Cells{ID: []string{"a", "b"}, Point: [][2]float64{middle, corner(2, 3)}}
	g := reach.NewGround("town", built(t, "car"), cells)
	limits := []reach.Decis{}
	for tenths := reach.Decis(10); tenths <= 3000; tenths += 10 {
		limits = append(limits, tenths)
	}
	o, err := scenario.Ask(t.Context(), g, "car", reach.Question{Limits: limits, Columns: [][]float64{weights(2)}}, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	works := []area.Work{{Edits: []area.Edit{{Kind: area.RoadSpeed, Where: area.Where{Ring: [][2]float64{{corner(2, 0)[0] - 1e-4, 1e-4}, {corner(3, 0)[0] + 1e-4, 1e-4}, {corner(3, 0)[0] + 1e-4, -1e-4}, {corner(2, 0)[0] - 1e-4, -1e-4}}}, Factor: 0.5}}}}
	var got, before []float64
	if _, err := o.Recount(t.Context(), works, reach.Work{}, into(&got)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Recount(t.Context(), nil, reach.Work{}, into(&before)); err != nil {
		t.Fatal(err)
	}
	if half := len(got) / 2; slices.Equal(got[:half], before[:half]) || slices.Equal(got[half:], before[half:]) {
		t.Error("neither the way from there nor the way to it has become longer")
	}
}

func weights(n int) (out []float64) {
	for i := range n {
		out = append(out, float64(i%7)+0.5)
	}
	return out
}

func streetEdit(random *rand.Rand) area.Edit {
	name := area.Where{Name: fmt.Sprintf("%s %d", []string{"Row", "Column"}[random.IntN(2)], random.IntN(wide))}
	if random.IntN(3) == 0 { // a part of it
		x, y := random.IntN(wide), random.IntN(high)
		a, b := corner(x-2, y-2), corner(x+1, y+1)
		name = area.Where{Ring: [][2]float64{{a[0], a[1]}, {b[0], a[1]}, {b[0], b[1]}, {a[0], b[1]}}}
		if x < 1 || y < 1 {
			name = area.Where{Name: "Row 3"}
		}
	}
	switch random.IntN(4) {
	case 0:
		return area.Edit{Kind: area.CloseRoad, Where: name}
	case 1:
		return area.Edit{Kind: area.RoadSpeed, Where: name, Factor: 0.3 + 2*random.Float64()}
	case 2:
		return area.Edit{Kind: area.RoadSpeed, Where: name, Kmh: float64(5 + random.IntN(90))}
	}
	return area.Edit{Kind: area.AddRoad, Kmh: float64(20 + random.IntN(100)), OneWay: random.IntN(2) == 0,
		Path: [][2]float64{corner(random.IntN(wide), random.IntN(high)), corner(random.IntN(wide), random.IntN(high))}}
}
