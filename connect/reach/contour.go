package reach

import (
	"math"

	"conurb/kit/geo"
)

// Polygon is an outer ring, counter-clockwise, and its holes, clockwise (RFC 7946,
// §3.1.6). Rings are closed: the last point is the first.
type Polygon [][]geo.Point

// Marching squares: corners of a square are numbered from the south-west
// counter-clockwise, its edges 0 south, 1 east, 2 north, 3 west. For each pattern of
// corners inside (bit k for corner k) the table lists the edges that a line enters
// and leaves by, with the inside on its left. The two patterns with opposite corners
// inside are decided by the middle of the square.
var marches = [16][]int{
	1: {0, 3}, 2: {1, 0}, 3: {1, 3}, 4: {2, 1}, 6: {2, 0}, 7: {2, 3},
	8: {3, 2}, 9: {0, 2}, 11: {1, 2}, 12: {3, 1}, 13: {0, 1}, 14: {3, 0},
}

var (
	apart   = map[int][]int{5: {0, 3, 2, 1}, 10: {1, 0, 3, 2}}
	bridged = map[int][]int{5: {0, 1, 2, 3}, 10: {3, 0, 1, 2}}
)

// contour finds the ground within so many seconds.
func (f *field) contour(limit float64) []Polygon {
	c := contour{f: f, limit: float32(limit), next: make([]int32, 2*f.width*f.height)}
	for y := range f.height - 1 {
		for x := range f.width - 1 {
			c.square(x, y)
		}
	}
	return c.polygons()
}

type contour struct {
	f     *field
	limit float32
	next  []int32 // by crossing of the grid's lines: one more than the next one of its ring, or 0
	order []int32 // crossings in the order they were found, so that rings are too
}

func (c *contour) square(x, y int) {
	i := y*c.f.width + x
	below, above := c.f.seconds[i:i+2], c.f.seconds[i+c.f.width:i+c.f.width+2]
	pattern := 0
	for k, at := range [4]float32{below[0], below[1], above[1], above[0]} {
		if at <= c.limit {
			pattern |= 1 << k
		}
	}
	if pattern == 0 || pattern == 15 {
		return
	}
	lines := marches[pattern]
	if pattern == 5 || pattern == 10 {
		if lines = apart[pattern]; c.middle(x, y) {
			lines = bridged[pattern]
		}
	}
	for k := 0; k+1 < len(lines); k += 2 {
		from, to := c.edge(x, y, lines[k]), c.edge(x, y, lines[k+1])
		c.next[from] = to + 1
		c.order = append(c.order, from)
	}
}

// middle tells whether the middle of a square is inside: the mean of its corners.
func (c *contour) middle(x, y int) bool {
	f, w := c.f.seconds, c.f.width
	i := y*w + x
	return (f[i]+f[i+1]+f[i+w]+f[i+w+1])/4 <= c.limit // +Inf anywhere is outside
}

// edge numbers an edge of the grid: twice the point at its west or south end, and
// one more for those that run north.
func (c *contour) edge(x, y, k int) int32 {
	w := int32(c.f.width)
	at := int32(y)*w + int32(x)
	switch k {
	case 0:
		return 2 * at
	case 1:
		return 2*(at+1) + 1
	case 2:
		return 2 * (at + w)
	}
	return 2*at + 1
}

// crossing is where the limit lies on an edge of the grid: by the times at its ends
// or, where one of them is not reached at all, in the middle.
func (c *contour) crossing(edge int32) geo.Point {
	f := c.f
	i := int(edge / 2)
	x, y := i%f.width, i/f.width
	j := i + 1
	if edge&1 == 1 {
		j = i + f.width
	}
	a, b := f.seconds[i], f.seconds[j]
	share := 0.5
	if !math.IsInf(float64(a), 1) && !math.IsInf(float64(b), 1) && a != b {
		share = min(max(float64((c.limit-a)/(b-a)), 0.001), 0.999)
	}
	if edge&1 == 1 {
		return f.point(float64(x), float64(y)+share)
	}
	return f.point(float64(x)+share, float64(y))
}

// polygons links the crossings to rings and gives every hole to the outer ring it
// lies in.
func (c *contour) polygons() []Polygon {
	var outer []around
	var holes [][]geo.Point
	for _, start := range c.order {
		if c.next[start] == 0 {
			continue
		}
		ring := c.ring(start)
		if len(ring) < 4 {
			continue
		}
		if a := signed(ring); a > 0 {
			outer = append(outer, around{Polygon{ring}, a, geo.BoundsOf(ring)})
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		if o := owner(outer, hole[0]); o != nil {
			o.polygon = append(o.polygon, hole)
		}
	}
	out := make([]Polygon, len(outer))
	for i := range outer {
		out[i] = outer[i].polygon
	}
	return out
}

// ring follows the crossings from one back to it, and takes them out.
func (c *contour) ring(start int32) []geo.Point {
	var ring []geo.Point
	for at := start; ; {
		ring = append(ring, c.crossing(at))
		to := c.next[at] - 1
		c.next[at] = 0
		if at = to; at < 0 || at == start {
			break
		}
	}
	return append(ring, ring[0])
}

// around is a polygon with its outer ring's size and bounds.
type around struct {
	polygon Polygon
	size    float64
	box     geo.Bounds
}

// owner is the smallest outer ring around a point.
func owner(outer []around, p geo.Point) (best *around) {
	for k := range outer {
		o := &outer[k]
		if b := o.box; p[0] < b[0] || p[0] > b[2] || p[1] < b[1] || p[1] > b[3] || best != nil && o.size >= best.size {
			continue
		}
		if within(o.polygon[0], p) {
			best = o
		}
	}
	return best
}

// signed is the signed area of a closed ring in squared degrees, positive if it runs
// counter-clockwise.
func signed(ring []geo.Point) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += (a[0]-ring[0][0])*(b[1]-ring[0][1]) - (b[0]-ring[0][0])*(a[1]-ring[0][1])
	}
	return sum / 2
}

// within tells whether a closed ring runs around a point.
func within(ring []geo.Point, p geo.Point) bool {
	in := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// km2 is the ground a polygon covers, holes taken off.
func (p Polygon) km2() float64 {
	total := 0.0
	for _, ring := range p {
		// Around the ring's own latitude a degree of longitude is so many of latitude.
		squeeze := math.Cos(ring[0][1] * math.Pi / 180)
		total += signed(ring) * squeeze
	}
	metre := geo.EarthRadius * math.Pi / 180
	return total * metre * metre / 1e6
}
