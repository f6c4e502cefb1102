package cells

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"conurb/area"
	"conurb/kit/geo"
)

// Why a grid cannot be laid.
var (
	ErrSide   = errors.New("the side of a square is not between 1 m and 100 km")
	ErrBounds = errors.New("the bounds are not west, south, east and north in degrees, at most 12 degrees wide")
	ErrMany   = errors.New("more squares than can be held")
)

// maxSquares bounds a grid; it takes no memory of its own.
const maxSquares = 1 << 30

// maxWidth is the widest grid in degrees: beyond, lengths are off by half a percent.
const maxWidth = 12

// Squares is a grid of equal squares. They are counted from the south-west corner,
// row by row.
type Squares struct {
	By            geo.Projection
	Side          float64 // metres
	West, South   int     // numbers of the first column and row
	Columns, Rows int
}

// Grid lays squares over bounds (west, south, east, north in degrees), so that every
// point within lies in one.
func Grid(bounds [4]float64, side float64) (*Squares, error) {
	w, s, e, n := bounds[0], bounds[1], bounds[2], bounds[3]
	if !(w <= e && s <= n && w >= -180 && e <= 180 && s >= -89 && n <= 89 && e-w <= maxWidth) {
		return nil, fmt.Errorf("bounds %v: %w", bounds, ErrBounds)
	}
	return lay(meridian(w, e), bounds, side)
}

// meridian is the middle, rounded to half a degree.
func meridian(west, east float64) float64 { return math.Round(west+east) / 2 }

func lay(lon0 float64, bounds [4]float64, side float64) (*Squares, error) {
	if !(side >= 1 && side <= 100_000) {
		return nil, fmt.Errorf("side %v: %w", side, ErrSide)
	}
	g := &Squares{By: geo.NewProjection(lon0), Side: side}
	west, south, east, north := g.envelope(bounds)
	number := func(v float64) int { return int(math.Floor(v / side)) }
	g.West, g.South = number(west), number(south)
	g.Columns, g.Rows = number(east)-g.West+1, number(north)-g.South+1
	if g.Columns > maxSquares/g.Rows {
		return nil, fmt.Errorf("%d by %d squares of %v m: %w", g.Columns, g.Rows, side, ErrMany)
	}
	return g, nil
}

// envelope is what bounds span when projected. Meridians and parallels are curved
// there, and bulge most at a corner, at the central meridian or at the equator.
func (g *Squares) envelope(b [4]float64) (west, south, east, north float64) {
	west, south, east, north = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, lon := range []float64{b[0], b[2], min(max(g.By.Meridian, b[0]), b[2])} {
		for _, lat := range []float64{b[1], b[3], min(max(0, b[1]), b[3])} {
			x, y := g.By.Forward(geo.Point{lon, lat})
			west, east = min(west, x), max(east, x)
			south, north = min(south, y), max(north, y)
		}
	}
	return west, south, east, north
}

// Len is the number of squares.
func (g *Squares) Len() int { return g.Columns * g.Rows }

// At is the square that a point lies in; false outside the grid. A square holds its
// western and southern side.
func (g *Squares) At(p geo.Point) (int, bool) {
	x, y := g.By.Forward(p)
	return g.at(x, y)
}

func (g *Squares) at(x, y float64) (int, bool) {
	c, r := math.Floor(x/g.Side)-float64(g.West), math.Floor(y/g.Side)-float64(g.South)
	if !(c >= 0 && c < float64(g.Columns) && r >= 0 && r < float64(g.Rows)) {
		return 0, false
	}
	return int(r)*g.Columns + int(c), true
}

// corner is the place in metres of a fraction of a square from its south-west corner.
func (g *Squares) corner(i int, dx, dy float64) geo.Point {
	c, r := i%g.Columns+g.West, i/g.Columns+g.South
	return g.By.Inverse((float64(c)+dx)*g.Side, (float64(r)+dy)*g.Side)
}

// Centre is the middle of a square.
func (g *Squares) Centre(i int) geo.Point { return g.corner(i, .5, .5) }

// Square is the outline of a square as a closed ring, against the clock from the
// south-west corner.
func (g *Squares) Square(i int) [5]geo.Point {
	a := g.corner(i, 0, 0)
	return [5]geo.Point{a, g.corner(i, 1, 0), g.corner(i, 1, 1), g.corner(i, 0, 1), a}
}

// ID names a square: E12N6196 is the thirteenth column east of the central meridian
// and the 6197th row north of the equator, W1S1 the first ones west and south.
func (g *Squares) ID(i int) string {
	b := named(make([]byte, 0, 16), "EW", i%g.Columns+g.West)
	return string(named(b, "NS", i/g.Columns+g.South))
}

func named(b []byte, letters string, n int) []byte {
	if n >= 0 {
		return strconv.AppendInt(append(b, letters[0]), int64(n), 10)
	}
	return strconv.AppendInt(append(b, letters[1]), int64(-n), 10)
}

// Of finds the grid that cells were cut on, for instance to draw cells that were
// read from a table; false if they have no side or lie on none of ours.
func Of(c *area.Cells) (*Squares, bool) {
	if !(c.Side > 0) || c.Len() == 0 {
		return nil, false
	}
	b := c.Bounds()
	middle := meridian(b[0], b[2])
	for step := range 13 { // the grid may have been laid over more than has people
		for _, lon0 := range []float64{middle + float64(step)/2, middle - float64(step)/2} {
			g, err := lay(lon0, b, c.Side)
			if err == nil && g.holds(c) {
				return g, true
			}
		}
	}
	return nil, false
}

// holds tells whether every cell is the centre of a square, to a hundredth of its side.
func (g *Squares) holds(c *area.Cells) bool {
	for i, p := range c.Point {
		x, y := g.By.Forward(p)
		dx, dy := x/g.Side-.5, y/g.Side-.5
		if math.Abs(dx-math.Round(dx)) > .01 || math.Abs(dy-math.Round(dy)) > .01 {
			return false
		}
		if j, ok := g.at(x, y); c.ID[i] != "" && (!ok || g.ID(j) != c.ID[i]) {
			return false
		}
	}
	return true
}

// Rings gives the outline of each cell: its square of the grid that Of finds, else a
// square of its side around its centre. It is nil for cells without a side.
func Rings(c *area.Cells) func(i int) [5]geo.Point {
	if !(c.Side > 0) || c.Len() == 0 {
		return nil
	}
	if g, ok := Of(c); ok {
		return func(i int) [5]geo.Point {
			j, _ := g.At(c.Point[i])
			return g.Square(j)
		}
	}
	b, half := c.Bounds(), c.Side/2
	by := geo.NewProjection(meridian(b[0], b[2]))
	return func(i int) [5]geo.Point {
		x, y := by.Forward(c.Point[i])
		a := by.Inverse(x-half, y-half)
		return [5]geo.Point{a, by.Inverse(x+half, y-half), by.Inverse(x+half, y+half), by.Inverse(x-half, y+half), a}
	}
}
