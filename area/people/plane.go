package people

import (
	"math"

	"conurb/area"
	"conurb/kit/geo"
)

// plane is the projected ground with its grid; squares are counted from the meridian
// and the equator.
type plane struct {
	geo.Projection
	side float64
}

type square struct {
	col, row int
	at       [2]float64 // metres of the centre
	lonLat   geo.Point
}

// inside lists the squares whose centre lies inside an outline and was not taken
// before, from south to north, then west to east, and takes them.
func (p *plane) inside(o *area.Outline, taken map[[2]int]bool) []square {
	var edges [][4]float64 // x1, y1, x2, y2
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, rings := range o.Rings {
		for _, ring := range rings {
			var last [2]float64
			for i, q := range ring {
				x, y := p.Forward(q)
				low, high = [2]float64{min(low[0], x), min(low[1], y)}, [2]float64{max(high[0], x), max(high[1], y)}
				if i > 0 {
					edges = append(edges, [4]float64{last[0], last[1], x, y})
				}
				last = [2]float64{x, y}
			}
		}
	}
	var out []square
	if len(edges) == 0 {
		return nil
	}
	for row := p.index(low[1]); row <= p.index(high[1]); row++ {
		y := (float64(row) + 0.5) * p.side
		for col := p.index(low[0]); col <= p.index(high[0]); col++ {
			x := (float64(col) + 0.5) * p.side
			if key := [2]int{col, row}; within(edges, x, y) && !taken[key] {
				taken[key] = true
				out = append(out, square{col, row, [2]float64{x, y}, p.Inverse(x, y)})
			}
		}
	}
	return out
}

func (p *plane) index(v float64) int { return int(math.Floor(v / p.side)) }

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
