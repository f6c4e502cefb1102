package street_test

import (
	"testing"

	"conurb/internal/streettest"
)

const (
	// detour: A to F straight through C and D, or round by G and H.
	detour = `
A--B--C--D--E--F
   |        |
   G--------H
`
	// crossing: four arms at M, each with a place to turn round at its end; and a
	// road round the outside from N to E.
	crossing = `
      N-----K
      |     |
W-----M-----E
      |
      S
`
)

// TestDrawnRules checks one rule of tags each, on a map, by the way a trip takes.
func TestDrawnRules(t *testing.T) {
	const rest = "AB highway=residential" // and the other four ways below
	rows := []struct {
		name, picture string
		profile       string
		lines         []string
		trip, want    string
	}{
		{"straight", detour, "car", []string{"BCDE highway=residential", rest}, "AB>EF", "BE"},
		{"access=no", detour, "car", []string{"BCDE highway=residential access=no", rest}, "AB>EF", "BGHE"},
		{"a specific key opens", detour, "car", []string{"BCDE highway=residential access=no motorcar=yes", rest}, "AB>EF", "BE"},
		{"vehicle closes cars", detour, "car", []string{"BCDE highway=residential vehicle=no", rest}, "AB>EF", "BGHE"},
		{"vehicle does not close walking", detour, "walk", []string{"BCDE highway=residential vehicle=no", rest}, "AB>EF", "BE"},
		{"private is not passed through", detour, "car", []string{"BCDE highway=service access=private", rest}, "AB>EF", "BGHE"},
		{"private can be left", detour, "car", []string{"BCDE highway=service access=private", rest}, "CD>EF", "E"},
		{"private can be reached", detour, "car", []string{"BCDE highway=service access=private", rest}, "AB>CD", "B"},
		{"destination", detour, "car", []string{"BCDE highway=residential motor_vehicle=destination", rest}, "AB>EF", "BGHE"},
		{"a trip inside private ground", detour, "car", []string{"BC highway=service access=private", "CD highway=service access=private", "DE highway=service access=private", rest}, "BC>DE", "CD"},
		{"private in several pieces is not passed through", detour, "car", []string{"BC highway=service access=private", "CD highway=service access=private", "DE highway=service access=private", rest}, "AB>EF", "BGHE"},
		{"public behind private is for trip ends", detour, "car", []string{"BC highway=service access=private", "CD highway=residential", "DE highway=service access=private", rest}, "AB>EF", "BGHE"},
		{"public behind private is reached", detour, "car", []string{"BC highway=service access=private", "CD highway=residential", "DE highway=service access=private", rest}, "AB>CD", "BC"},
		{"access:backward closes one direction", detour, "car", []string{"BCDE highway=residential motor_vehicle:backward=no", rest}, "EF>AB", "EHGB"},
		{"motorroad closes cycling", detour, "bicycle", []string{"BCDE highway=trunk motorroad=yes", rest}, "AB>EF", "BGHE"},
		{"footway by car", detour, "car", []string{"BCDE highway=footway access=yes", rest}, "AB>EF", "BGHE"},
		{"construction", detour, "car", []string{"BCDE highway=construction", rest}, "AB>EF", "BGHE"},
		{"area", detour, "car", []string{"BCDE highway=service area=yes", rest}, "AB>EF", "BGHE"},

		{"oneway along", detour, "car", []string{"BCDE highway=residential oneway=yes", rest}, "AB>EF", "BE"},
		{"oneway against", detour, "car", []string{"BCDE highway=residential oneway=yes", rest}, "EF>AB", "EHGB"},
		{"oneway=-1", detour, "car", []string{"BCDE highway=residential oneway=-1", rest}, "AB>EF", "BGHE"},
		{"oneway=reversible", detour, "car", []string{"BCDE highway=residential oneway=reversible", rest}, "AB>EF", "BGHE"},
		{"oneway=alternating", detour, "car", []string{"BCDE highway=residential oneway=alternating", rest}, "EF>AB", "EB"},
		{"motorway implies oneway", detour, "car", []string{"BCDE highway=motorway", rest}, "EF>AB", "EHGB"},
		{"motorway with oneway=no", detour, "car", []string{"BCDE highway=motorway oneway=no", rest}, "EF>AB", "EB"},
		{"roundabout implies oneway", detour, "car", []string{"BCDE highway=residential junction=roundabout", rest}, "EF>AB", "EHGB"},
		{"oneway binds cycling", detour, "bicycle", []string{"BCDE highway=residential oneway=yes", rest}, "EF>AB", "EHGB"},
		{"oneway:bicycle=no", detour, "bicycle", []string{"BCDE highway=residential oneway=yes oneway:bicycle=no", rest}, "EF>AB", "EB"},
		{"oneway:bicycle=no does not free cars", detour, "car", []string{"BCDE highway=residential oneway=yes oneway:bicycle=no", rest}, "EF>AB", "EHGB"},
		{"cycleway=opposite", detour, "bicycle", []string{"BCDE highway=residential oneway=yes cycleway=opposite", rest}, "EF>AB", "EB"},
		{"cycleway=opposite_lane", detour, "bicycle", []string{"BCDE highway=residential oneway=yes cycleway=opposite_lane", rest}, "EF>AB", "EB"},
		{"cycleway:left:oneway=-1", detour, "bicycle", []string{"BCDE highway=residential oneway=yes cycleway:left:oneway=-1", rest}, "EF>AB", "EB"},
		{"oneway:bicycle=yes is final", detour, "bicycle", []string{"BCDE highway=residential oneway:bicycle=yes cycleway=opposite", rest}, "EF>AB", "EHGB"},
		{"oneway does not bind walking", detour, "walk", []string{"BCDE highway=residential oneway=yes", rest}, "EF>AB", "EB"},
		{"oneway:foot does", detour, "walk", []string{"BCDE highway=footway oneway:foot=yes", rest}, "EF>AB", "EHGB"},
		{"escalator", detour, "walk", []string{"BCDE highway=footway conveying=forward", rest}, "EF>AB", "EHGB"},

		{"bollard", detour, "car", []string{"BCDE highway=residential", rest, "node C barrier=bollard"}, "AB>EF", "BGHE"},
		{"bollard by bicycle", detour, "bicycle", []string{"BCDE highway=residential", rest, "node C barrier=bollard"}, "AB>EF", "BE"},
		{"bollard that lets cars pass", detour, "car", []string{"BCDE highway=residential", rest, "node C barrier=bollard motor_vehicle=yes"}, "AB>EF", "BE"},
		{"gate passes", detour, "car", []string{"BCDE highway=residential", rest, "node C barrier=gate"}, "AB>EF", "BE"},
		{"locked gate", detour, "car", []string{"BCDE highway=residential", rest, "node C barrier=gate locked=yes"}, "AB>EF", "BGHE"},
		{"private gate is not passed through", detour, "car", []string{"BCDE highway=residential", rest, "node C barrier=gate access=private"}, "AB>EF", "BGHE"},
		{"a road behind a private gate is reached", "A--B--C--D", "car", []string{"AB highway=residential", "BCD highway=residential", "node C barrier=gate access=private"}, "AB>CD", "BC"},
		{"a road behind a private gate is left", "A--B--C--D", "car", []string{"AB highway=residential", "BCD highway=residential", "node C barrier=gate access=private"}, "CD>AB", "CB"},

		{"a blocked road is reached from its open end", detour, "car", []string{"BCDE highway=residential", rest, "node H barrier=block"}, "AB>GH", "BG"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			lines := r.lines
			if r.picture == detour { // ways that end at G and H make junctions of them
				for _, way := range []string{"BG", "GH", "HE", "EF"} {
					lines = append(lines, way+" highway=residential")
				}
			}
			w := streettest.Draw(t, r.picture, lines...)
			g, _ := build(t, w, builtin(t, r.profile))
			if got := passes(t, g, w, r.trip); got != r.want {
				t.Errorf("%s passes %s, want %s", r.trip, got, r.want)
			}
		})
	}
}

// TestDrawnTurns: the ways of a trip round a crossing under restrictions.
func TestDrawnTurns(t *testing.T) {
	ways := []string{"WM highway=residential", "ME highway=residential", "NM highway=residential", "MS highway=residential", "NKE highway=residential"}
	rows := []struct {
		name, profile string
		lines         []string
		trip, want    string
	}{
		{"free", "car", nil, "WM>ME", "M"},
		{"no_straight_on", "car", []string{"turn WM ME restriction=no_straight_on via=M"}, "WM>ME", "MSM"},
		{"no_left_turn leaves the rest", "car", []string{"turn WM NM restriction=no_left_turn via=M"}, "WM>ME", "M"},
		{"no_left_turn", "car", []string{"turn WM NM restriction=no_left_turn via=M"}, "WM>NM", "MSM"},
		{"only_straight_on", "car", []string{"turn WM ME restriction=only_straight_on via=M"}, "WM>MS", "MEM"},
		{"only binds its own side", "car", []string{"turn WM ME restriction=only_straight_on via=M"}, "NM>MS", "M"},
		{"except=bicycle", "bicycle", []string{"turn WM ME restriction=no_straight_on via=M except=psv;bicycle"}, "WM>ME", "M"},
		{"except=bicycle binds cars", "car", []string{"turn WM ME restriction=no_straight_on via=M except=psv;bicycle"}, "WM>ME", "MSM"},
		{"restriction:hgv is for others", "car", []string{"turn WM ME restriction:hgv=no_straight_on via=M"}, "WM>ME", "M"},
		{"restriction:motorcar", "car", []string{"turn WM ME restriction:motorcar=no_straight_on via=M"}, "WM>ME", "MSM"},
		{"restriction:bicycle", "bicycle", []string{"turn WM ME restriction:bicycle=no_straight_on via=M"}, "WM>ME", "MSM"},
		{"people on foot are free", "walk", []string{"turn WM ME restriction=no_straight_on via=M"}, "WM>ME", "M"},
		{"conditional is not guessed", "car", []string{"turn WM ME restriction:conditional=no_straight_on~@~(07:00-09:00) via=M"}, "WM>ME", "M"},
		{"two at one side", "car", []string{"turn WM ME restriction=no_straight_on via=M", "turn WM NM restriction=no_left_turn via=M"}, "WM>ME", "MSM"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := streettest.Draw(t, crossing, append(append([]string{}, ways...), r.lines...)...)
			g, _ := build(t, w, builtin(t, r.profile))
			if got := passes(t, g, w, r.trip); got != r.want {
				t.Errorf("%s passes %s, want %s", r.trip, got, r.want)
			}
		})
	}
}
