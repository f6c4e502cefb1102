package scenario_test

import (
	"errors"
	"slices"
	"testing"

	"conurb/area"
	"conurb/connect/scenario"
)

func TestWhoGainsAndWhoLoses(t *testing.T) {
	g := scenario.GainsOf([]float64{100, 300, 0, 600}, []float64{10, 20, 5, 30}, []float64{20, 15, 900, 30})
	if g.People != 1000 || g.Gain != 100 || g.Lose != 300 || g.Before != 25 || g.After != 24.5 || g.MostGain != 0 || g.MostLoss != 1 || g.Largest != 10 || g.Smallest != -5 {
		t.Errorf("got %+v", g)
	}
	if want := []float64{-5, -5, 0, 0, 10}; !slices.Equal(g.Quantiles, want) {
		t.Errorf("quantiles %v, want %v", g.Quantiles, want)
	}
	if g := scenario.GainsOf([]float64{0}, []float64{1}, []float64{2}); g.People != 0 || g.Before != 0 {
		t.Errorf("of nobody: %+v", g)
	}
}

func TestSectionsOpenAndClose(t *testing.T) {
	n := &area.Network{Lines: []area.Line{{Sections: []area.Section{{ID: "a"}, {ID: "b", Opened: &area.Dated{Date: 5, Known: 5}}}}}}
	got, err := scenario.Sections(n, []area.Work{{Edits: []area.Edit{{Kind: area.OpenSection, Section: "a"}, {Kind: area.CloseSection, Section: "b"}}}})
	if err != nil {
		t.Fatal(err)
	}
	now, was := got.Lines[0].Sections, n.Lines[0].Sections
	if now[0].Opened == nil || now[1].Opened != nil || was[0].Opened != nil || was[1].Opened == nil {
		t.Errorf("now %+v, was %+v", now, was)
	}
	var r *scenario.Refusal
	if _, err := scenario.Sections(n, []area.Work{{Edits: []area.Edit{{Kind: area.OpenSection, Section: "z"}}}}); !errors.As(err, &r) || r.Code != "unknown-section" {
		t.Errorf("got %v", err)
	}
}

func TestFacilitiesComeAndGo(t *testing.T) {
	add := area.Work{Edits: []area.Edit{{Kind: area.AddFacility, Facility: &area.Facility{ID: "h"}}}}
	drop := area.Work{Edits: []area.Edit{{Kind: area.DropFacility, Facility: &area.Facility{ID: "h"}}}}
	got, err := scenario.Facilities([]area.Facility{{ID: "g"}}, []area.Work{add})
	if err != nil || len(got) != 2 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err = scenario.Facilities(got, []area.Work{drop}); err != nil || len(got) != 1 || got[0].ID != "g" {
		t.Errorf("got %v, %v", got, err)
	}
	var r *scenario.Refusal
	if _, err := scenario.Facilities(nil, []area.Work{drop}); !errors.As(err, &r) || r.Code != "unknown-facility" {
		t.Errorf("got %v", err)
	}
}
