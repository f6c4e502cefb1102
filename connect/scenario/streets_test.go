package scenario_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
	"conurb/kit/geo"
)

func byCar(t *testing.T) *reach.Ground {
	return reach.NewGround("town", built(t, "car"), nil)
}

// between is the time from one corner of the town to another.
func between(t *testing.T, g *reach.Ground, a, b geo.Point) (out reach.Decis) {
	t.Helper()
	e, err := g.Engine("car")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Matrix(t.Context(), reach.Outbound, e.Join([]geo.Point{a}, 0), e.Join([]geo.Point{b}, 0), reach.Minutes(60), reach.Work{}, func(_ int, r reach.Row) error {
		out = r.At(0)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func edited(t *testing.T, g *reach.Ground, edits ...area.Edit) *reach.Ground {
	t.Helper()
	out, err := scenario.Streets(t.Context(), g, "car", []area.Work{{Edits: edits}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := out.Engine("car")
	if err != nil {
		t.Fatal(err)
	}
	// Any answer is that of a plain search on the edited streets, and the metric that of
	// a customization from nothing.
	if _, err := e.Verify(t.Context(), 5, rand.New(rand.NewPCG(1, 2))); err != nil {
		t.Error(err)
	}
	anew, err := e.Mode.Hierarchy.Customize(t.Context(), e.Graph.Weights(nil), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(anew.Sides(), e.Mode.Metric.Sides()) {
		t.Error("the metric is not that of the edited streets")
	}
	return out
}

func TestStreetsAreClosedSlowedAndBuilt(t *testing.T) {
	g := byCar(t)
	a, b := corner(0, 0), corner(6, 0)
	base := between(t, g, a, b)
	row := area.Where{Name: "Row 0"}
	if got := edited(t, g); got != g {
		t.Error("no edit made another ground")
	}
	slow := between(t, edited(t, g, area.Edit{Kind: area.RoadSpeed, Where: row, Factor: 0.9}), a, b)
	if slow <= base {
		t.Errorf("slowed: %d, before %d", slow, base)
	}
	fast := between(t, edited(t, g, area.Edit{Kind: area.RoadSpeed, Where: row, Kmh: 90}), a, b)
	if fast >= base {
		t.Errorf("at 90 km/h: %d, before %d", fast, base)
	}
	closed := between(t, edited(t, g, area.Edit{Kind: area.CloseRoad, Where: row}), a, b)
	if closed <= slow || closed == reach.Never {
		t.Errorf("closed: %d, before %d, slowed %d", closed, base, slow)
	}
	middle := [2]float64{corner(3, 0)[0], corner(0, 0)[1]}
	if home := between(t, edited(t, g, area.Edit{Kind: area.CloseRoad, Where: row}), corner(0, 3), middle); home == reach.Never || home > reach.Minutes(60) {
		t.Errorf("who lives on a closed road is cut off: %d", home)
	}
	// 1,800 m in a straight line at 60 km/h are 108 seconds.
	built := between(t, edited(t, g, area.Edit{Kind: area.AddRoad, Path: [][2]float64{a, b}, Kmh: 60}), a, b)
	if built != 1080 {
		t.Errorf("built: %d, want 1080", built)
	}
	both := between(t, edited(t, g, area.Edit{Kind: area.AddRoad, Path: [][2]float64{b, a}, Kmh: 60, OneWay: true}, area.Edit{Kind: area.CloseRoad, Where: row}), a, b)
	if both != closed {
		t.Errorf("a road the other way helps: %d, want %d", both, closed)
	}
	ring := area.Where{Ring: [][2]float64{corner(-1, -1), corner(4, -1), corner(4, 1), corner(-1, 1)}}
	if part := between(t, edited(t, g, area.Edit{Kind: area.RoadSpeed, Where: ring, Factor: 0.9}), a, b); part <= base || part >= slow {
		t.Errorf("slowed in a ring: %d, of %d and %d", part, base, slow)
	}
}

func TestRefusedEditsOfStreets(t *testing.T) {
	g := byCar(t)
	for code, e := range map[string]area.Edit{
		"unknown-road": {Kind: area.CloseRoad, Where: area.Where{Name: "Row 99"}},
		"far-road":     {Kind: area.AddRoad, Path: [][2]float64{{1, 1}, corner(0, 0)}, Kmh: 50},
	} {
		e.Ref = area.Ref{File: "works.yaml", Line: 7}
		_, err := scenario.Streets(t.Context(), g, "car", []area.Work{{Edits: []area.Edit{e}}})
		var r *scenario.Refusal
		if !errors.As(err, &r) || r.Code != code || r.Line != 7 || r.File != "works.yaml" {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	if _, err := scenario.Streets(t.Context(), g, "car", []area.Work{{Edits: []area.Edit{{Kind: area.CloseRoad, Where: area.Where{Name: "Row 99"}, Modes: []string{"walk"}}}}}); err != nil {
		t.Errorf("an edit of another mode: %v", err)
	}
}
