package people

import (
	"math"

	"conurb/area"
	"conurb/area/cells"
)

// plane is the projected ground with its grid.
type plane struct{ *cells.Squares }

type square struct {
	number int        // in the grid
	at     [2]float64 // metres of the centre
}

// inside lists the squares whose centre lies inside an outline and was not taken
// before, from south to north, then west to east, and takes them.
func (p *plane) inside(o *area.Outline, taken map[int]bool) []square {
	edges, low, high := p.edges(o)
	var out []square
	if len(edges) == 0 {
		return nil
	}
	number := func(v float64) int { return int(math.Floor(v / p.Side)) }
	for row := max(number(low[1])-p.South, 0); row < p.Rows && row <= number(high[1])-p.South; row++ {
		y := (float64(row+p.South) + 0.5) * p.Side
		for col := max(number(low[0])-p.West, 0); col < p.Columns && col <= number(high[0])-p.West; col++ {
			x := (float64(col+p.West) + 0.5) * p.Side
			if n := row*p.Columns + col; within(edges, x, y) && !taken[n] {
				taken[n] = true
				out = append(out, square{n, [2]float64{x, y}})
			}
		}
	}
	return out
}

// edges are those of an outline, projected, x1, y1, x2, y2, and what they span.
func (p *plane) edges(o *area.Outline) (edges [][4]float64, low, high [2]float64) {
	low, high = [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, rings := range o.Rings {
		for _, ring := range rings {
			var last [2]float64
			for i, q := range ring {
				x, y := p.By.Forward(q)
				low, high = [2]float64{min(low[0], x), min(low[1], y)}, [2]float64{max(high[0], x), max(high[1], y)}
				if i > 0 {
					edges = append(edges, [4]float64{last[0], last[1], x, y})
				}
				last = [2]float64{x, y}
			}
		}
	}
	return edges, low, high
}

// within counts the edges east of a point: odd is inside (holes and enclaves come out
// right). A point on a border that two outlines share is in exactly one of them.
func within(edges [][4]float64, x, y float64) bool {
	in := false
	for _, e := range edges {
		if (e[1] > y) != (e[3] > y) {
			low, high := e, y
			if e[1] > e[3] { // from the lower end, so that both sides of a shared border compute the same
				low = [4]float64{e[2], e[3], e[0], e[1]}
			}
			if x < low[0]+(high-low[1])/(low[3]-low[1])*(low[2]-low[0]) {
				in = !in
			}
		}
	}
	return in
}
