package cells

import (
	"context"
	"errors"
	"fmt"
	"math"

	"conurb/area"
	"conurb/kit/geo"
	"conurb/kit/raster"
)

// RasterOptions say what of a raster is cut.
type RasterOptions struct {
	Bounds *[4]float64         // west, south, east, north; pixels with their centre outside are left out
	Source string              // name of the file, for the basis
	Digest string              // sha256:... of it
	Text   area.Text           // the origin in a sentence
	Done   func(share float64) // told how much is done, if not nil
}

// Report says what became of the pixels of a raster.
type Report struct {
	Pixels   int64   // with people
	None     int64   // without a value
	Empty    int64   // with zero
	Divided  int64   // of those with people, spread over several squares
	People   float64 // the sum of the pixels
	Meridian float64 // of the grid, degrees
}

// Faults of a population raster.
var (
	ErrNegative = errors.New("a negative number of people")
	ErrOutside  = errors.New("the raster lies outside the bounds")
	ErrNobody   = errors.New("no people in the raster")
)

// FromRaster sums a raster of people per pixel in squares of a side in metres; see
// the package. Without bounds the grid is laid over the whole raster, which may then
// be 12 degrees wide.
func FromRaster(ctx context.Context, r *raster.Raster, side float64, o RasterOptions) (*area.Cells, Report, error) {
	bounds, win := r.Bounds(), r.All()
	if o.Bounds != nil {
		b := *o.Bounds
		bounds = [4]float64{max(b[0], bounds[0]), max(b[1], bounds[1]), min(b[2], bounds[2]), min(b[3], bounds[3])}
		if !(bounds[0] <= bounds[2] && bounds[1] <= bounds[3]) {
			return nil, Report{}, fmt.Errorf("bounds %v of a raster at %v: %w", b, r.Bounds(), ErrOutside)
		}
		win = r.Window(bounds)
	}
	g, err := Grid(bounds, side)
	if err != nil {
		return nil, Report{}, err
	}
	c := newCutter(r, g, o.Bounds)
	if c.longest > maxPixel*side {
		return nil, Report{}, fmt.Errorf("pixels of %.0f m in squares of %v m: %w", c.longest, side, ErrMany)
	}
	c.rep.Meridian = g.By.Meridian
	err = r.Runs(ctx, win, func(x, y int, values []float64) error {
		if o.Done != nil && y%64 == 0 {
			o.Done(float64(y-win.Y0) / float64(win.Y1-win.Y0))
		}
		return c.run(x, y, values)
	})
	if err != nil {
		return nil, Report{}, err
	}
	out, err := c.cells()
	if err != nil {
		return nil, Report{}, err
	}
	out.Basis = area.Basis{Text: o.Text, Source: o.Source, Digest: o.Digest}
	return out, c.rep, nil
}

// maxPixel is the longest side of a pixel in squares: finer ones would know nothing
// that the raster knows.
const maxPixel = 200

// cutter collects people by square. The squares are kept in tiles of 64 by 64, made
// when people come; they reach past the grid by as much as a pixel may.
type cutter struct {
	r       *raster.Raster
	g       *Squares
	bounds  *[4]float64
	longest float64 // metres of the longest side of a pixel
	divides bool
	tiles   map[int]*[64 * 64]sum
	across  int
	total   sum

	above, below line
	last         int // the tile used last
	tile         *[64 * 64]sum
	rep          Report
}

// sum adds numbers and what rounding lost of them (Neumaier 1974).
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	t := s.high + v
	if math.Abs(s.high) >= math.Abs(v) {
		s.low += s.high - t + v
	} else {
		s.low += v - t + s.high
	}
	s.high = t
}

func newCutter(r *raster.Raster, g *Squares, bounds *[4]float64) *cutter {
	c := &cutter{r: r, bounds: bounds, tiles: map[int]*[64 * 64]sum{}}
	// the longest pixel side is that in the middle or at a corner of the raster
	w, h := r.Size()
	for _, at := range [][2]float64{{0, 0}, {float64(w - 1), 0}, {0, float64(h - 1)}, {float64(w - 1), float64(h - 1)}, {float64(w / 2), float64(h / 2)}} {
		p := c.r.Point(at[0], at[1])
		c.longest = max(c.longest, geo.Distance(p, r.Point(at[0]+1, at[1])), geo.Distance(p, r.Point(at[0], at[1]+1)))
	}
	c.divides = c.longest > g.Side/4
	margin := int(c.longest/g.Side) + 2 // squares
	wide := *g
	wide.West, wide.South, wide.Columns, wide.Rows = g.West-margin, g.South-margin, g.Columns+2*margin, g.Rows+2*margin
	c.g, c.across = &wide, wide.Columns/64+1
	return c
}

func (c *cutter) run(x0, y int, values []float64) error {
	for at := 0; at < len(values); at += stretch {
		part := values[at:min(at+stretch, len(values))]
		some := false
		for i, v := range part {
			switch {
			case math.IsNaN(v):
				c.rep.None++
			case v < 0:
				return fmt.Errorf("pixel %d, %d holds %v: %w", x0+at+i, y, v, ErrNegative)
			case v == 0:
				c.rep.Empty++
			default:
				some = true
			}
		}
		if !some {
			continue
		}
		if err := c.stretch(x0+at, y, part); err != nil {
			return err
		}
	}
	return nil
}

// stretch is how many pixels of a row are projected at once.
const stretch = 32

// line is where the edges or centres of the pixels of a stretch lie, in squares from
// the corner of the grid.
type line [stretch + 1][2]float64

// project fills a line from pixel coordinates x to x+n, of a row y. Only the ends and
// the middle are projected; between them goes a parabola, off by the third power of
// the length over the square of the earth's radius: a tenth of a millimetre over 3 km.
func (c *cutter) project(l *line, x, y float64, n int) {
	place := func(x float64) [2]float64 {
		px, py := c.g.By.Forward(c.r.Point(x, y))
		return [2]float64{px/c.g.Side - float64(c.g.West), py/c.g.Side - float64(c.g.South)}
	}
	if n < 4 || c.longest > 500 {
		for i := range n + 1 {
			l[i] = place(x + float64(i))
		}
		return
	}
	a, b, d := place(x), place(x+float64(n)/2), place(x+float64(n))
	for i := range n + 1 {
		f := float64(i) / float64(n)
		for k := range 2 {
			slope, bend := 4*b[k]-3*a[k]-d[k], 2*(a[k]+d[k]-2*b[k])
			l[i][k] = a[k] + f*(slope+f*bend)
		}
	}
}

func (c *cutter) stretch(x, y int, values []float64) error {
	fx, fy := float64(x), float64(y)
	if c.divides {
		c.project(&c.above, fx, fy, len(values))
		c.project(&c.below, fx, fy+1, len(values))
	} else {
		c.project(&c.above, fx+.5, fy+.5, len(values))
	}
	for i, v := range values {
		if !(v > 0) {
			continue
		}
		if b := c.bounds; b != nil {
			p := c.r.Point(fx+float64(i)+.5, fy+.5)
			if !(p[0] >= b[0] && p[0] <= b[2] && p[1] >= b[1] && p[1] <= b[3]) {
				continue
			}
		}
		c.rep.Pixels++
		c.total.add(v)
		var err error
		if c.divides {
			err = c.divide([4][2]float64{c.above[i], c.above[i+1], c.below[i+1], c.below[i]}, v)
		} else {
			err = c.whole(c.above[i], v)
		}
		if err != nil {
			return fmt.Errorf("pixel %d, %d: %w", x+i, y, err)
		}
	}
	return nil
}

// whole gives a pixel to the square that holds its centre.
func (c *cutter) whole(at [2]float64, people float64) error {
	if !(at[0] >= 0 && at[1] >= 0 && at[0] < float64(c.g.Columns) && at[1] < float64(c.g.Rows)) {
		return ErrBounds
	}
	return c.give(int(at[1])*c.g.Columns+int(at[0]), people)
}

// divide spreads the people of a pixel over the squares that it touches. A pixel is
// the quadrilateral of its projected corners.
func (c *cutter) divide(quad [4][2]float64, people float64) error {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, q := range quad {
		for k := range 2 {
			low[k], high[k] = min(low[k], q[k]), max(high[k], q[k])
		}
	}
	if !(low[0] >= 0 && low[1] >= 0 && high[0] < float64(c.g.Columns) && high[1] < float64(c.g.Rows)) {
		return ErrBounds
	}
	if int(low[0]) == int(high[0]) && int(low[1]) == int(high[1]) {
		return c.give(int(low[1])*c.g.Columns+int(low[0]), people)
	}
	whole := surface(quad[:])
	var row, cell [16][2]float64
	given := 0.0
	biggest, part := -1, 0.0
	touched := 0
	for j := int(low[1]); j <= int(high[1]); j++ {
		band := slice(row[:0], quad[:], 1, float64(j))
		for i := int(low[0]); i <= int(high[0]); i++ {
			a := surface(slice(cell[:0], band, 0, float64(i)))
			if a <= 1e-9*whole {
				continue
			}
			touched++
			at, share := j*c.g.Columns+i, people*a/whole
			if a > part {
				biggest, part = at, a
			}
			given += share
			if err := c.give(at, share); err != nil {
				return err
			}
		}
	}
	if touched > 1 {
		c.rep.Divided++
	}
	return c.give(biggest, people-given) // what rounding left
}

// slice cuts a convex polygon to one unit of an axis, from k to k+1 (Sutherland and
// Hodgman 1974).
func slice(out, polygon [][2]float64, axis int, k float64) [][2]float64 {
	var spare [16][2]float64
	half := cut(spare[:0], polygon, axis, k, 1)
	return cut(out, half, axis, k+1, -1)
}

// cut keeps the side of a line that sign points to.
func cut(out, polygon [][2]float64, axis int, k, sign float64) [][2]float64 {
	for i, b := range polygon {
		a := polygon[(i+len(polygon)-1)%len(polygon)]
		da, db := sign*(a[axis]-k), sign*(b[axis]-k)
		if da < 0 && db > 0 || da > 0 && db < 0 {
			f := da / (da - db)
			out = append(out, [2]float64{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])})
		}
		if db >= 0 {
			out = append(out, b)
		}
	}
	return out
}

// surface is the area of a polygon.
func surface(polygon [][2]float64) float64 {
	if len(polygon) < 3 {
		return 0
	}
	o, s := polygon[0], 0.0 // from its own corner, so that nothing cancels
	for i := 1; i+1 < len(polygon); i++ {
		a, b := polygon[i], polygon[i+1]
		s += (a[0]-o[0])*(b[1]-o[1]) - (b[0]-o[0])*(a[1]-o[1])
	}
	return math.Abs(s) / 2
}

func (c *cutter) give(i int, people float64) error {
	column, row := i%c.g.Columns, i/c.g.Columns
	key := row/64*c.across + column/64
	if c.tile == nil || c.last != key {
		t := c.tiles[key]
		if t == nil {
			if len(c.tiles) >= 4*MaxCells/(64*64) {
				return fmt.Errorf("squares of %v m: %w", c.g.Side, ErrMany)
			}
			t = new([64 * 64]sum)
			c.tiles[key] = t
		}
		c.last, c.tile = key, t
	}
	c.tile[row%64*64+column%64].add(people)
	return nil
}

// cells lists the squares with people, from the south-west.
func (c *cutter) cells() (*area.Cells, error) {
	c.rep.People = c.total.high + c.total.low
	out := &area.Cells{Side: c.g.Side}
	var people []float64
	for i := range c.g.Rows {
		for j := 0; j < c.g.Columns; j += 64 {
			t := c.tiles[i/64*c.across+j/64]
			if t == nil {
				continue
			}
			for k, s := range t[i%64*64 : i%64*64+64] {
				v := s.high + s.low
				if v <= 0 || j+k >= c.g.Columns {
					continue
				}
				at := i*c.g.Columns + j + k
				out.ID, out.Point = append(out.ID, c.g.ID(at)), append(out.Point, c.g.Centre(at))
				people = append(people, v)
			}
		}
	}
	switch {
	case len(people) == 0:
		return nil, ErrNobody
	case len(people) > MaxCells:
		return nil, fmt.Errorf("%d squares of %v m with people: %w", len(people), c.g.Side, ErrMany)
	}
	out.Columns = []area.Column{{Name: area.Population, Values: people}}
	return out, nil
}
