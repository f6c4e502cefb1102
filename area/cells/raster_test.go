package cells_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/area/cells"
	"conurb/kit/geo"
	"conurb/kit/raster"
	"conurb/locale"
)

// people writes numbers as an uncompressed GeoTIFF of float64 with square pixels of a
// size in degrees, the first at a north-west corner; -1 stands for none.
func people(corner geo.Point, pixel float64, width int, values []float64) *raster.Raster {
	le := binary.LittleEndian
	height := len(values) / width
	b := le.AppendUint32(le.AppendUint16([]byte("II"), 42), uint32(8+8*len(values)))
	for _, v := range values {
		b = le.AppendUint64(b, math.Float64bits(v))
	}
	numbers := map[uint16][]float64{33550: {pixel, pixel, 0}, 33922: {0, 0, 0, corner[0], corner[1], 0}}
	keys := []uint16{1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326}
	tags := []uint16{256, 257, 258, 259, 273, 277, 278, 279, 339, 33550, 33922, 34735, 42113}
	single := map[uint16]uint32{256: uint32(width), 257: uint32(height), 258: 64, 259: 1, 273: 8, 277: 1, 278: uint32(height), 279: uint32(8 * len(values)), 339: 3}
	end := uint32(len(b) + 2 + 12*len(tags) + 4)
	var dir, tail []byte
	for _, id := range tags {
		kind, count, value := uint16(4), 1, single[id]
		switch {
		case id == 42113:
			kind, count, value = 2, 3, uint32('-')|uint32('1')<<8
		case id == 34735:
			kind, count, value = 3, len(keys), end+uint32(len(tail))
			for _, k := range keys {
				tail = le.AppendUint16(tail, k)
			}
		case numbers[id] != nil:
			kind, count, value = 12, len(numbers[id]), end+uint32(len(tail))
			for _, v := range numbers[id] {
				tail = le.AppendUint64(tail, math.Float64bits(v))
			}
		}
		dir = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(dir, id), kind), uint32(count)), value)
	}
	b = append(append(le.AppendUint16(b, uint16(len(tags))), dir...), 0, 0, 0, 0)
	b = append(b, tail...)
	r, err := raster.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	return r
}

func drawnPeople(t *rapid.T, pixel float64) (*raster.Raster, []float64, int) {
	w, h := rapid.IntRange(1, 12).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")
	values := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.), rapid.Just(-1.), rapid.Float64Range(0, 5000)), w*h, w*h).Draw(t, "people")
	values[0] = 17
	corner := geo.Point{rapid.Float64Range(-170, 160).Draw(t, "lon"), rapid.Float64Range(-60, 60).Draw(t, "lat")}
	return people(corner, pixel, w, values), values, w
}

func TestNobodyIsLostOrMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, values, _ := drawnPeople(t, rapid.Float64Range(.0005, .1).Draw(t, "pixel"))
		want := 0.0
		for _, v := range values {
			want += max(v, 0)
		}
		c, rep, err := cells.FromRaster(context.Background(), r, rapid.Float64Range(200, 3000).Draw(t, "side"), cells.RasterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Column(area.Population).Sum(); math.Abs(got-want) > 1e-12*want || math.Abs(rep.People-want) > 1e-12*want {
			t.Fatalf("%v in cells, %v in the report, %v in the raster", got, rep.People, want)
		}
		if g, ok := cells.Of(c); !ok || g.By.Meridian != rep.Meridian {
			t.Fatalf("the grid is not found again: %v", g)
		}
		for i := 1; i < c.Len(); i++ {
			if c.ID[i] == c.ID[i-1] || c.Columns[0].Values[i] <= 0 {
				t.Fatalf("%s holds %v", c.ID[i], c.Columns[0].Values[i])
			}
		}
	})
}

// slowly gives a share of each pixel to the square under each of n by n points of it.
func slowly(r *raster.Raster, values []float64, w, n int, side float64) map[string]float64 {
	g, err := cells.Grid(r.Bounds(), side)
	if err != nil {
		panic(err)
	}
	out := map[string]float64{}
	for i, v := range values {
		if v <= 0 {
			continue
		}
		for k := range n * n {
			x, y := float64(i%w)+(float64(k%n)+.5)/float64(n), float64(i/w)+(float64(k/n)+.5)/float64(n)
			at, ok := g.At(r.Point(x, y))
			if !ok {
				panic("outside")
			}
			out[g.ID(at)] += v / float64(n*n)
		}
	}
	return out
}

func compare(t *rapid.T, c *area.Cells, want map[string]float64, within float64) {
	for i, id := range c.ID {
		if got := c.Columns[0].Values[i]; math.Abs(got-want[id]) > within {
			t.Fatalf("%s: %v, want %v", id, got, want[id])
		}
		delete(want, id)
	}
	for id, v := range want {
		if v > within {
			t.Fatalf("%s is left out, it has %v", id, v)
		}
	}
}

func TestSmallPixelsGoWhereTheirCentreLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, values, w := drawnPeople(t, .0008) // 90 m
		c, rep, err := cells.FromRaster(context.Background(), r, 500, cells.RasterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if rep.Divided != 0 {
			t.Fatalf("%d pixels were divided", rep.Divided)
		}
		compare(t, c, slowly(r, values, w, 1, 500), 1e-6)
	})
}

func TestLargePixelsAreDividedByArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, values, w := drawnPeople(t, .01) // up to 1.1 km
		c, _, err := cells.FromRaster(context.Background(), r, 700, cells.RasterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		// an edge is off by half a line of points at most, two edges cut a pixel, and
		// six pixels meet in a square
		compare(t, c, slowly(r, values, w, 40, 700), 5000*6*2./(2*40))
	})
	// one pixel and its two halves, to the last digit
	r := people(geo.Point{113 - .01, 28.001}, .02, 1, []float64{100})
	c, rep, err := cells.FromRaster(context.Background(), r, 2000, cells.RasterOptions{})
	if err != nil || rep.Divided != 1 || rep.Meridian != 113 {
		t.Fatal(rep, err)
	}
	east, west := 0.0, 0.0
	for i, id := range c.ID {
		if id[0] == 'E' {
			east += c.Columns[0].Values[i]
		} else {
			west += c.Columns[0].Values[i]
		}
	}
	if math.Abs(east-50) > 1e-9 || math.Abs(west-50) > 1e-9 {
		t.Errorf("%v west of the meridian, %v east", west, east)
	}
}

func TestBoundsLeaveOut(t *testing.T) {
	r := people(geo.Point{113, 28}, .01, 3, []float64{1, 2, 4, 8, 16, 32, 64, -1, 0})
	c, rep, err := cells.FromRaster(context.Background(), r, 1000, cells.RasterOptions{Bounds: &[4]float64{113.012, 27.972, 113.1, 27.999}, Source: "p.tif"})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Columns[0].Sum(); got != 2+4+16+32 || rep.Pixels != 4 || rep.None != 1 || rep.Empty != 1 || c.Basis.Source != "p.tif" {
		t.Errorf("%v %+v", got, rep)
	}
}

func TestRastersThatCannotBeCut(t *testing.T) {
	here := geo.Point{113, 28}
	for _, c := range []struct {
		name   string
		r      *raster.Raster
		side   float64
		bounds *[4]float64
		want   error
	}{
		{"negative", people(here, .01, 1, []float64{-2}), 500, nil, cells.ErrNegative},
		{"nobody", people(here, .01, 1, []float64{0}), 500, nil, cells.ErrNobody},
		{"none", people(here, .01, 1, []float64{-1}), 500, nil, cells.ErrNobody},
		{"elsewhere", people(here, .01, 1, []float64{5}), 500, &[4]float64{0, 0, 1, 1}, cells.ErrOutside},
		{"half a continent", people(here, 20, 1, []float64{5}), 500, nil, cells.ErrBounds},
		{"no side", people(here, .01, 1, []float64{5}), 0, nil, cells.ErrSide},
		{"squares of a metre", people(here, .2, 1, []float64{5}), 1, nil, cells.ErrMany},
	} {
		got, _, err := cells.FromRaster(context.Background(), c.r, c.side, cells.RasterOptions{Bounds: c.bounds})
		if !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, lang := range locale.Languages {
			if key := "cells.error." + cells.Code(err); !locale.Has(lang, key) || !locale.Has(lang, key+".remedy") {
				t.Errorf("%s has no words for %q", lang, key)
			}
		}
	}
	if code := cells.Code(fmt.Errorf("else")); code != "" {
		t.Error(code)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := cells.FromRaster(ctx, people(here, .01, 1, []float64{5}), 500, cells.RasterOptions{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// The elevation of Porto Alegre stands in for people: its sum is gdalinfo's mean by
// its pixels.
func TestARealRaster(t *testing.T) {
	f, err := os.Open(filepath.Join(shared, "networks", "porto-alegre", "poa_elevation.tif"))
	if err != nil {
		t.Skipf("1 test on a real raster left out: %s is not there", shared)
	}
	defer f.Close()
	st, _ := f.Stat()
	r, err := raster.Open(f, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []float64{50, 500} {
		c, rep, err := cells.FromRaster(context.Background(), r, side, cells.RasterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Columns[0].Sum(); math.Abs(got-47.563888271379*413*403) > 1e-3 || rep.Meridian != -51 {
			t.Errorf("%v of %+v", got, rep)
		}
	}
}
