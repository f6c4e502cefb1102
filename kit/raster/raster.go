package raster

import (
	"container/list"
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"conurb/kit/geo"
)

// Raster is one band of a GeoTIFF, open for reading.
type Raster struct {
	dir     *directory
	layout  *layout
	place   place
	none    float64
	hasNone bool
	shelf   shelf
	fault   atomic.Pointer[error]
}

// Open opens the first band of a GeoTIFF of so many bytes.
func Open(r io.ReaderAt, size int64) (*Raster, error) { return OpenBand(r, size, 1) }

// OpenBand opens a band, counted from 1.
func OpenBand(r io.ReaderAt, size int64, band int) (*Raster, error) {
	d, err := open(r, size)
	if err != nil {
		return nil, err
	}
	out := &Raster{dir: d}
	if out.layout, err = d.blocks(band - 1); err != nil {
		return nil, err
	}
	if out.place, err = d.locate(); err != nil {
		return nil, err
	}
	if err := out.place.check(out.layout.width, out.layout.height); err != nil {
		return nil, err
	}
	if err := out.meaning(); err != nil {
		return nil, err
	}
	out.shelf.found, out.shelf.order = map[int]*list.Element{}, list.New()
	return out, nil
}

// scaled finds values of GDAL's metadata that stored numbers are to be changed by.
var scaled = regexp.MustCompile(`role="(scale|offset)"[^>]*>([^<]*)<`)

// meaning reads the value that stands for none, and refuses numbers that are stored
// by a scale.
func (r *Raster) meaning() error {
	text, err := r.dir.ascii(tagMetadata)
	if err != nil {
		return err
	}
	for _, m := range scaled.FindAllStringSubmatch(text, -1) {
		v, err := strconv.ParseFloat(strings.TrimSpace(m[2]), 64)
		if err != nil || m[1] == "scale" && v != 1 || m[1] == "offset" && v != 0 {
			return unsupported("numbers stored by a %s of %.30q", m[1], m[2])
		}
	}
	text, err = r.dir.ascii(tagNoData)
	text = strings.TrimSpace(text)
	if err != nil || text == "" {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) {
		return &Error{r.dir.tags[tagNoData].offset, fmt.Errorf("%.30q stands for none and is no number", text)}
	}
	if r.layout.format == sampleFloat && r.layout.bytes == 4 { // as the numbers themselves are rounded
		v = float64(float32(v))
	}
	r.none, r.hasNone = v, true
	return nil
}

// Size is the width and height in pixels.
func (r *Raster) Size() (width, height int) { return r.layout.width, r.layout.height }

// NoData is the stored value that stands for none; false if the file names no such
// value. NaN and infinities are always none.
func (r *Raster) NoData() (float64, bool) { return r.none, r.hasNone }

// Point is the WGS-84 point of pixel coordinates; 0, 0 is the upper left corner of
// the raster, x + 1/2, y + 1/2 the centre of the pixel x, y.
func (r *Raster) Point(x, y float64) geo.Point { return r.place.point(x, y) }

// Pixel is the inverse of Point.
func (r *Raster) Pixel(p geo.Point) (x, y float64) { return r.place.pixel(p) }

// Bounds are the west, south, east and north of the raster in degrees.
func (r *Raster) Bounds() [4]float64 {
	w, h := float64(r.layout.width), float64(r.layout.height)
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	const steps = 32 // along each side, which UTM bends
	for i := range steps + 1 {
		f := float64(i) / steps
		for _, q := range [][2]float64{{f * w, 0}, {f * w, h}, {0, f * h}, {w, f * h}} {
			p := r.Point(q[0], q[1])
			b = [4]float64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
		}
	}
	return b
}

// Value is the stored value of a pixel; false for none.
func (r *Raster) Value(x, y int) (float64, bool, error) {
	l := r.layout
	if x < 0 || y < 0 || x >= l.width || y >= l.height {
		return 0, false, nil
	}
	down := l.lineOf(y)
	b, err := r.block(x/l.block[0], down)
	if err != nil {
		return 0, false, err
	}
	top, _ := l.rows(down)
	v := b[(y-top)*l.block[0]+x%l.block[0]]
	if math.IsNaN(v) {
		return 0, false, nil
	}
	return v, true, nil
}

// At is the value at a point, between the centres of the four pixels around it by
// bilinear interpolation; neighbours that hold none or lie outside leave their share
// to the others. False where the pixel that holds the point has none, outside the
// raster, and where the file cannot be read: then Err tells why.
func (r *Raster) At(lon, lat float64) (float64, bool) {
	x, y := r.place.pixel(geo.Point{lon, lat})
	if !(x >= 0 && y >= 0 && x <= float64(r.layout.width) && y <= float64(r.layout.height)) {
		return 0, false
	}
	own := [2]int{min(int(x), r.layout.width-1), min(int(y), r.layout.height-1)}
	if _, ok, err := r.Value(own[0], own[1]); err != nil || !ok {
		r.keep(err)
		return 0, false
	}
	left, top := math.Floor(x-.5), math.Floor(y-.5)
	fx, fy := x-.5-left, y-.5-top
	sum, weight := 0.0, 0.0
	for i, w := range [4]float64{(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy} {
		if w == 0 {
			continue
		}
		v, ok, err := r.Value(int(left)+i%2, int(top)+i/2)
		if err != nil {
			r.keep(err)
			return 0, false
		}
		if ok {
			sum, weight = sum+w*v, weight+w
		}
	}
	return sum / weight, true
}

func (r *Raster) keep(err error) {
	if err != nil {
		r.fault.CompareAndSwap(nil, &err)
	}
}

// Err is the first fault that At met in the file.
func (r *Raster) Err() error {
	if e := r.fault.Load(); e != nil {
		return *e
	}
	return nil
}

// Window is a part of a raster in pixels; the right and lower ends are not in it.
type Window struct{ X0, Y0, X1, Y1 int }

// All is the whole raster.
func (r *Raster) All() Window { return Window{0, 0, r.layout.width, r.layout.height} }

// Window is the smallest part that holds bounds (west, south, east, north in
// degrees); empty if the raster lies elsewhere.
func (r *Raster) Window(bounds [4]float64) Window {
	x0, y0, x1, y1 := r.place.envelope(bounds)
	cut := func(v float64, n int) int { return int(min(max(v, 0), float64(n))) }
	w := Window{cut(math.Floor(x0)-1, r.layout.width), cut(math.Floor(y0)-1, r.layout.height), cut(math.Ceil(x1)+1, r.layout.width), cut(math.Ceil(y1)+1, r.layout.height)}
	if w.X1 <= w.X0 || w.Y1 <= w.Y0 {
		return Window{}
	}
	return w
}

// Runs visits every pixel of a window once, in runs along rows that begin at x, y:
// block by block, each from the top. NaN stands for none; values are valid during
// the visit only.
func (r *Raster) Runs(ctx context.Context, w Window, visit func(x, y int, values []float64) error) error {
	l := r.layout
	w = Window{max(w.X0, 0), max(w.Y0, 0), min(w.X1, l.width), min(w.Y1, l.height)}
	if w.X0 >= w.X1 || w.Y0 >= w.Y1 {
		return nil
	}
	for down := l.lineOf(w.Y0); down <= l.lineOf(w.Y1-1); down++ {
		top, rows := l.rows(down)
		for across := w.X0 / l.block[0]; across <= (w.X1-1)/l.block[0]; across++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			b, err := r.decode(across, down)
			if err != nil {
				return err
			}
			left := across * l.block[0]
			from, to := max(w.X0, left), min(w.X1, left+l.block[0])
			for y := max(top, w.Y0); y < min(top+rows, w.Y1); y++ {
				if err := visit(from, y, b[(y-top)*l.block[0]+from-left:(y-top)*l.block[0]+to-left]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
