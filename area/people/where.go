package people

import (
	"conurb/area"
	"conurb/area/cells"
	"conurb/kit/geo"
)

// Where tells for every point in which district it lies, as an index of a.Districts, by
// the rule by which Distribute lays squares: outlines are projected, a point on a border
// lies in exactly one of them, and where outlines overlap the first of the area has it.
// It is -1 for a point in none. A zone without an outline has no points.
func Where(a *area.Area, points []geo.Point) ([]int32, error) {
	grid, err := cells.Grid(bounds(a), DefaultRule().Side)
	if err != nil {
		return nil, fault("no-grid", "cause", err.Error())
	}
	ground := &plane{grid}
	at := make([][2]float64, len(points))
	for i, p := range points {
		at[i][0], at[i][1] = grid.By.Forward(p)
	}
	out := make([]int32, len(points))
	for i := range out {
		out[i] = -1
	}
	for d := range a.Districts {
		for k := range a.Outlines {
			o := &a.Outlines[k]
			if o.District != a.Districts[d].Code {
				continue
			}
			edges, low, high := ground.edges(o)
			for i, p := range at {
				if out[i] < 0 && p[0] >= low[0] && p[0] <= high[0] && p[1] >= low[1] && p[1] <= high[1] && within(edges, p[0], p[1]) {
					out[i] = int32(d)
				}
			}
		}
	}
	return out, nil
}
