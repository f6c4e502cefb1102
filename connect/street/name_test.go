package street_test

import (
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"
)

// TestNamesAndFlags: what a route says of the roads it takes.
func TestNamesAndFlags(t *testing.T) {
	rows := []struct {
		tags, name, ref, en string
		flags               uint8
	}{
		{"highway=residential name=芙蓉中路 name:en=Furong~Middle~Road", "芙蓉中路", "", "Furong Middle Road", 0},
		{"highway=motorway oneway=no name=京港澳高速 ref=G4", "京港澳高速", "G4", "", 0},
		{"highway=primary ref=N~14;N~105", "N 14 / N 105", "N 14 / N 105", "", 0},
		{"highway=residential", "", "", "", 0},
		{"highway=residential name:en=Nowhere", "", "", "", 0},
		{"highway=residential name=two\x01lines", "two lines", "", "", 0},
		{"highway=tertiary junction=roundabout oneway=no", "", "", "", street.FlagRoundabout},
		{"highway=tertiary junction=circular oneway=no", "", "", "", street.FlagRoundabout},
		{"highway=trunk_link bridge=viaduct", "", "", "", street.FlagLink | street.FlagBridge},
		{"highway=trunk tunnel=yes bridge=no", "", "", "", street.FlagTunnel},
		{"route=ferry name=渡口", "渡口", "", "", street.FlagFerry},
		{"highway=footway tunnel=building_passage", "", "", "", street.FlagPush | street.FlagTunnel},
	}
	for _, r := range rows {
		w := streettest.Draw(t, "A--B--C", "AB "+r.tags, "BC highway=residential")
		g, _ := build(t, w, builtin(t, "bicycle"))
		if r.tags[:8] == "highway=" && r.tags[8:9] == "m" {
			g, _ = build(t, w, builtin(t, "car"))
		}
		for e := range g.Edges() {
			if g.EdgeWay[e] != w.Way("AB") {
				continue
			}
			name, ref, en := g.Names[g.EdgeName[e]], g.Names[g.EdgeRef[e]], g.NamesEn[g.EdgeName[e]]
			if name != r.name || ref != r.ref || en != r.en || g.EdgeFlags[e] != r.flags {
				t.Errorf("%s: %q, %q, %q, flags %b", r.tags, name, ref, en, g.EdgeFlags[e])
			}
		}
		if len(g.Names) != len(g.NamesEn) || g.Names[0] != "" || len(g.EdgeName) != g.Edges() || len(g.EdgeRef) != g.Edges() || len(g.EdgeFlags) != g.Edges() {
			t.Errorf("%s: arrays do not match", r.tags)
		}
	}
}

// TestANameIsHeldOnce however many ways carry it.
func TestANameIsHeldOnce(t *testing.T) {
	w := streettest.Draw(t, "A--B--C--D", "AB highway=residential name=X", "BC highway=residential name=X name:en=Y", "CD highway=residential ref=X")
	g, _ := build(t, w, builtin(t, "car"))
	if len(g.Names) != 2 || g.NamesEn[1] != "Y" {
		t.Errorf("names %q, in English %q", g.Names, g.NamesEn)
	}
}
