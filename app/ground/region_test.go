package ground_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/internal/osmtest"
	"conurb/internal/streettest"
)

// town writes the network of one street at a longitude and latitude.
func town(t *testing.T, lon, lat float64) string {
	t.Helper()
	world := streettest.Draw(t, "A--B--C", "ABC highway=residential")
	world.Move(lon, lat)
	var b bytes.Buffer
	if err := osmtest.Write(&b, world); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	osm, net := filepath.Join(dir, "town.osm.pbf"), filepath.Join(dir, "town.cnet")
	if err := os.WriteFile(osm, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	n, err := ground.Build(t.Context(), ground.Request{OSM: osm, Profiles: []string{"walk"}, Now: time.Unix(0, 0)})
	if err == nil {
		err = ground.SaveNetwork(net, n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// Cells of another place are refused when they are opened with a network, not
// answered with noughts.
func TestOpenRefusesCellsOfAnotherPlace(t *testing.T) {
	net := town(t, -8.61, 41.15)
	for _, c := range []struct {
		name, rows   string
		far, swapped bool
	}{
		{"near", "a,-8.6095,41.15", false, false},
		{"one of two near", "a,-8.6095,41.15\nb,0,0", false, false},
		{"in the sea", "a,-9.6,41.15", true, false},
		{"exchanged", "a,41.15,-8.6095", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cells.csv")
			if err := os.WriteFile(file, []byte("id,lon,lat\n"+c.rows+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			g, err := ground.Open("town", net, file)
			var far *reach.FarError
			if errors.As(err, &far) != c.far || (err == nil) != (g != nil) {
				t.Fatalf("ground %v, error %v", g != nil, err)
			}
			if c.far && far.Swapped != c.swapped {
				t.Errorf("exchanged: %v", far.Swapped)
			}
		})
	}
}

// A region with outlines takes only what touches them.
func TestInRefusesWhatLiesElsewhere(t *testing.T) {
	square := [][][2]float64{{{112, 27}, {114, 27}, {114, 29}, {112, 29}, {112, 27}}}
	region := &area.Area{Outlines: []area.Outline{{Rings: [][][][2]float64{square}}}}
	for _, c := range []struct {
		name             string
		bounds           [4]float64
		refused, swapped bool
	}{
		{"inside", [4]float64{112.5, 28, 113, 28.5}, false, false},
		{"around", [4]float64{100, 20, 120, 40}, false, false},
		{"elsewhere", [4]float64{-9, 41, -8, 42}, true, false},
		{"exchanged", [4]float64{28, 112.5, 28.5, 113}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ground.In(region, c.bounds)
			var elsewhere *ground.ElsewhereError
			if errors.As(err, &elsewhere) != c.refused {
				t.Fatal(err)
			}
			if c.refused && elsewhere.Swapped != c.swapped {
				t.Errorf("exchanged: %v", elsewhere.Swapped)
			}
			if err := ground.In(&area.Area{}, c.bounds); err != nil {
				t.Errorf("an area without outlines refuses: %v", err)
			}
		})
	}
}
