package raster_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/geo"
	"conurb/kit/raster"
)

// wgs are the keys of longitude and latitude in WGS 84.
var wgs = []uint16{1024, 2, 1025, 1, 2048, 4326}

// small is a picture of 3 by 2 pixels of a tenth of a degree from 113°E 28°N.
func small() *picture {
	return &picture{order: binary.LittleEndian, width: 3, height: 2, block: [2]int{0, 1}, bands: [][]float64{{1, 2, 3, 4, 5, 6}},
		format: 1, bytes: 1, compression: 1, predictor: 1, scale: []float64{.1, .1, 0}, tie: []float64{0, 0, 0, 113, 28, 0}, keys: wgs}
}

func open(t testing.TB, p *picture) *raster.Raster {
	t.Helper()
	b := p.write()
	r, err := raster.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pixels reads a whole raster by Runs.
func pixels(t testing.TB, r *raster.Raster) []float64 {
	t.Helper()
	w, h := r.Size()
	out, seen := make([]float64, w*h), make([]int, w*h)
	err := r.Runs(context.Background(), r.All(), func(x, y int, values []float64) error {
		for i, v := range values {
			out[y*w+x+i] = v
			seen[y*w+x+i]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("pixel %d was visited %d times", i, n)
		}
	}
	return out
}

func drawnPicture(t *rapid.T) *picture {
	p := small()
	p.order = rapid.SampledFrom([]binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}).Draw(t, "order")
	p.big, p.apart = rapid.Bool().Draw(t, "big"), rapid.Bool().Draw(t, "apart")
	p.width, p.height = rapid.IntRange(1, 70).Draw(t, "width"), rapid.IntRange(1, 70).Draw(t, "height")
	p.block = [2]int{rapid.SampledFrom([]int{0, 16, 32}).Draw(t, "tile"), rapid.SampledFrom([]int{1, 16, 48}).Draw(t, "rows")}
	kind := rapid.SampledFrom([][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}, {1, 4}, {2, 4}, {3, 4}, {3, 8}}).Draw(t, "kind")
	p.format, p.bytes = kind[0], kind[1]
	p.compression = rapid.SampledFrom([]int{1, 5, 8, 32946, 32773, 50000}).Draw(t, "compression")
	if p.compression != 1 && p.compression != 32773 {
		p.predictor = rapid.IntRange(1, 2).Draw(t, "predictor")
		if p.format == 3 {
			p.predictor = rapid.IntRange(1, 3).Draw(t, "float predictor")
		}
	}
	p.bands = nil
	seed := rapid.Uint64().Draw(t, "seed")
	for range rapid.IntRange(1, 3).Draw(t, "bands") {
		band := make([]float64, p.width*p.height)
		for i := range band {
			seed = seed*6364136223846793005 + 1442695040888963407
			band[i] = p.rounded(seed >> 33)
		}
		p.bands = append(p.bands, band)
	}
	return p
}

// rounded is a value of the kind that the picture holds; runs of the same are common.
func (p *picture) rounded(v uint64) float64 {
	if v%3 > 0 {
		v = v % 2
	}
	switch {
	case p.format == 3:
		return float64(float32(v) / 7)
	case p.format == 2:
		return float64(int64(v<<(64-8*p.bytes)) >> (64 - 8*p.bytes))
	}
	return float64(v & (1<<(8*p.bytes) - 1))
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawnPicture(t)
		b := p.write()
		band := rapid.IntRange(1, len(p.bands)).Draw(t, "band")
		r, err := raster.OpenBand(bytes.NewReader(b), int64(len(b)), band)
		if err != nil {
			t.Fatal(err)
		}
		w, h := r.Size()
		if w != p.width || h != p.height {
			t.Fatalf("%d by %d", w, h)
		}
		want := p.bands[band-1]
		for y := range h {
			for x := range w {
				if got, ok, err := r.Value(x, y); got != want[y*w+x] || !ok || err != nil {
					t.Fatalf("pixel %d %d: %v %v %v, want %v", x, y, got, ok, err, want[y*w+x])
				}
			}
		}
		win := raster.Window{X0: rapid.IntRange(0, w).Draw(t, "x0"), Y0: rapid.IntRange(0, h).Draw(t, "y0"), X1: w, Y1: h}
		n := 0
		err = r.Runs(context.Background(), win, func(x, y int, values []float64) error {
			for i, v := range values {
				if n++; v != want[y*w+x+i] || x+i < win.X0 || y < win.Y0 {
					return fmt.Errorf("pixel %d %d: %v", x+i, y, v)
				}
			}
			return nil
		})
		if err != nil || n != (w-win.X0)*(h-win.Y0) {
			t.Fatalf("%d pixels of %+v: %v", n, win, err)
		}
	})
}

func TestPlaces(t *testing.T) {
	corner, centre := geo.Point{113, 28}, geo.Point{113.05, 27.95}
	x, y := geo.UTM(49, true).Forward(corner)
	for _, c := range []struct {
		name  string
		spoil func(p *picture)
		at    [2]float64
		want  geo.Point
	}{
		{"corner", func(p *picture) {}, [2]float64{0, 0}, corner},
		{"centre", func(p *picture) {}, [2]float64{.5, .5}, centre},
		{"the tiepoint in the middle", func(p *picture) { p.tie = []float64{1, 2, 0, 113.1, 27.8, 0} }, [2]float64{0, 0}, corner},
		{"tied to the centre of a pixel", func(p *picture) { p.keys = []uint16{1024, 2, 1025, 2, 2048, 4326} }, [2]float64{.5, .5}, corner},
		{"CGCS2000", func(p *picture) { p.keys = []uint16{1024, 2, 1025, 1, 2048, 4490} }, [2]float64{0, 0}, corner},
		{"a matrix", func(p *picture) {
			p.scale = nil
			p.transformation = []float64{.1, 0, 0, 113, 0, -.1, 0, 28, 0, 0, 0, 0, 0, 0, 0, 1}
		}, [2]float64{.5, .5}, centre},
		{"south up", func(p *picture) {
			p.scale = nil
			p.transformation = []float64{.1, 0, 0, 113, 0, .1, 0, 27.8, 0, 0, 0, 0, 0, 0, 0, 1}
		}, [2]float64{0, 2}, corner},
		{"UTM", func(p *picture) {
			p.scale, p.tie, p.keys = []float64{30, 30, 0}, []float64{0, 0, 0, x, y, 0}, []uint16{1024, 1, 1025, 1, 3072, 32649}
		}, [2]float64{0, 0}, corner},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := small()
			c.spoil(p)
			r := open(t, p)
			if got := r.Point(c.at[0], c.at[1]); geo.Distance(got, c.want) > 1e-4 {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if x, y := r.Pixel(c.want); math.Hypot(x-c.at[0], y-c.at[1]) > 1e-6 {
				t.Errorf("back: %v %v, want %v", x, y, c.at)
			}
		})
	}
}

func TestBetweenPixels(t *testing.T) {
	p := small() // 1 2 3 over 4 5 6
	p.noData = "6"
	r := open(t, p)
	for _, c := range []struct {
		name string
		x, y float64
		want float64
		ok   bool
	}{
		{"at a centre", .5, .5, 1, true},
		{"between two", 1, .5, 1.5, true},
		{"between four", 1, 1, 3, true},
		{"a quarter", .75, .5, 1.25, true},
		{"at the edge of the raster", 0, 0, 1, true},
		{"a neighbour has none", 1.75, 1, (.75*2 + .25*3 + .75*5) / 1.75, true},
		{"none", 2.5, 1.5, 0, false},
		{"outside", -.1, .5, 0, false},
		{"far outside", 1e9, 0, 0, false},
		{"nowhere", math.NaN(), 0, 0, false},
	} {
		q := r.Point(c.x, c.y)
		if got, ok := r.At(q[0], q[1]); math.Abs(got-c.want) > 1e-9 || ok != c.ok {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, ok, c.want, c.ok)
		}
	}
	if v, ok := r.NoData(); v != 6 || !ok || r.Err() != nil {
		t.Errorf("none is %v %v; %v", v, ok, r.Err())
	}
}

func TestBlocksLeftOutHoldNone(t *testing.T) {
	p := small()
	p.sparse, p.noData = 2, "255"
	got := pixels(t, open(t, p))
	if got[2] != 3 || !math.IsNaN(got[3]) {
		t.Error(got)
	}
	p.noData = ""
	if got := pixels(t, open(t, p)); got[2] != 3 || got[3] != 0 {
		t.Error(got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, says string
		spoil      func(p *picture)
	}{
		{"no keys", "no GeoKeys", func(p *picture) { p.keys = nil }},
		{"no place", "no pixel scale", func(p *picture) { p.scale = nil }},
		{"another datum", "EPSG:4214", func(p *picture) { p.keys = []uint16{1024, 2, 2048, 4214} }},
		{"another projection", "EPSG:3857", func(p *picture) { p.keys = []uint16{1024, 1, 3072, 3857} }},
		{"a projection without a code", "without an EPSG code", func(p *picture) { p.keys = []uint16{1024, 1, 3072, 32767} }},
		{"turned", "turned", func(p *picture) {
			p.scale = nil
			p.transformation = []float64{.1, .1, 0, 113, 0, -.1, 0, 28, 0, 0, 0, 0, 0, 0, 0, 1}
		}},
		{"JPEG", "JPEG", func(p *picture) { p.compression = 7 }},
		{"half floats", "16 bits", func(p *picture) { p.format, p.bytes = 3, 2 }},
		{"complex numbers", "format 6", func(p *picture) { p.format, p.bytes = 6, 8 }},
		{"stored by a scale", "scale", func(p *picture) {
			p.metadata = `<GDALMetadata><Item name="SCALE" sample="0" role="scale">0.1</Item></GDALMetadata>`
		}},
		{"off the globe", "off the globe", func(p *picture) { p.tie[3] = 500000 }},
		{"none that is no number", "no number", func(p *picture) { p.noData = "void" }},
	} {
		p := small()
		c.spoil(p)
		b := p.write()
		if _, err := raster.Open(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := raster.Open(strings.NewReader("id,lon,lat\n1,2,3\n4,5,6"), 22); !errors.Is(err, raster.ErrNotTIFF) {
		t.Errorf("a table: %v", err)
	}
}

// Every beginning of a file is an error with a place, at opening or when read.
func TestTruncatedFilesSayWhere(t *testing.T) {
	p := small()
	p.compression = 5
	b := p.write()
	for n := range len(b) - 4 { // the last four bytes say that no directory follows
		r, err := raster.Open(bytes.NewReader(b[:n]), int64(n))
		if err == nil {
			err = r.Runs(context.Background(), r.All(), func(int, int, []float64) error { return nil })
		}
		var e *raster.Error
		if !errors.As(err, &e) || e.Offset < 0 {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func TestAFaultBehindAtIsKept(t *testing.T) {
	p := small()
	p.compression = 8
	b := p.write()
	b[8], b[9] = 0xff, 0xff // the head of the first block
	r, err := raster.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.At(113.05, 27.95); ok || r.Err() == nil {
		t.Errorf("%v %v", ok, r.Err())
	}
}

func FuzzOpen(f *testing.F) {
	for _, c := range []int{1, 5, 8, 32773, 50000} {
		for _, big := range []bool{false, true} {
			p := small()
			p.compression, p.big = c, big
			if big {
				p.order, p.block, p.format, p.bytes, p.predictor = binary.BigEndian, [2]int{16, 16}, 3, 4, 3
			}
			f.Add(p.write())
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := raster.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		w, h := r.Size()
		r.At(113.1, 27.9)
		r.Value(w-1, h-1)
		r.Runs(context.Background(), raster.Window{X1: min(w, 100), Y1: min(h, 100)}, func(int, int, []float64) error { return nil })
	})
}

// shared is where measured data lie, beside the repository.
var shared = filepath.Join("..", "..", "..", "shared", "data", "networks", "porto-alegre", "poa_elevation.tif")

// Values by GDAL 3.6: gdallocationinfo -valonly -wgs84 poa_elevation.tif LON LAT at
// centres of pixels, gdalinfo -stats for the mean.
func TestElevationAgreesWithGDAL(t *testing.T) {
	f, err := os.Open(shared)
	if err != nil {
		t.Skipf("1 test on a real raster left out: %s is not there", shared)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := raster.Open(f, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	if w, h := r.Size(); w != 413 || h != 403 {
		t.Errorf("%d by %d", w, h)
	}
	for _, c := range gdalValues {
		p := r.Point(float64(c.x)+.5, float64(c.y)+.5)
		if geo.Distance(p, c.at) > .01 {
			t.Errorf("pixel %d %d lies at %v, want %v", c.x, c.y, p, c.at)
		}
		if got, ok := r.At(p[0], p[1]); !ok || math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%v: %v %v, want %v", c.at, got, ok, c.want)
		}
	}
	sum := 0.0
	for _, v := range pixels(t, r) {
		sum += v
	}
	if mean := sum / (413 * 403); math.Abs(mean-47.563888271379) > 1e-9 {
		t.Errorf("mean %v", mean)
	}
}

var gdalValues = []struct {
	x, y int
	at   geo.Point
	want float64
}{
	{0, 0, geo.Point{-51.254722222, -29.997777778}, 5},
	{412, 0, geo.Point{-51.140277778, -29.997777778}, 7},
	{0, 402, geo.Point{-51.254722222, -30.109444445}, 8},
	{412, 402, geo.Point{-51.140277778, -30.109444445}, 88},
	{206, 201, geo.Point{-51.197500000, -30.053611111}, 14},
	{57, 333, geo.Point{-51.238888889, -30.090277778}, 23},
	{300, 300, geo.Point{-51.171388889, -30.081111112}, 79},
	{211, 18, geo.Point{-51.196111111, -30.002777778}, 5},
	{212, 19, geo.Point{-51.195833333, -30.003055556}, 5},
	{100, 399, geo.Point{-51.226944444, -30.108611112}, 17},
	{399, 150, geo.Point{-51.143888889, -30.039444445}, 63},
	{350, 77, geo.Point{-51.157500000, -30.019166667}, 25},
}
