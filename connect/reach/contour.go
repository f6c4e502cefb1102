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
	c := contour{f: f, limit: float32(limit), next: map[int64]int64{}}
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
	next  map[int64]int64 // a crossing of the grid's lines -> the next one of its ring
	order []int64         // crossings in the order they were found, so that rings are too
}

func (c *contour) inside(x, y int) bool { return c.f.seconds[y*c.f.width+x] <= c.limit }

func (c *contour) square(x, y int) {
	pattern := 0
	for k, corner := range [4][2]int{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		if c.inside(x+corner[0], y+corner[1]) {
			pattern |= 1 << k
		}
	}
	lines := marches[pattern]
	if pattern == 5 || pattern == 10 {
		if lines = apart[pattern]; c.middle(x, y) {
			lines = bridged[pattern]
		}
	}
	for k := 0; k+1 < len(lines); k += 2 {
		from, to := c.edge(x, y, lines[k]), c.edge(x, y, lines[k+1])
		c.next[from] = to
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
func (c *contour) edge(x, y, k int) int64 {
	w := int64(c.f.width)
	at := int64(y)*w + int64(x)
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
func (c *contour) crossing(edge int64) geo.Point {
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
	var outer []Polygon
	var size []float64
	var holes [][]geo.Point
	for _, start := range c.order {
		if _, there := c.next[start]; !there {
			continue
		}
		var ring []geo.Point
		for at := start; ; {
			ring = append(ring, c.crossing(at))
			to, there := c.next[at]
			delete(c.next, at)
			if at = to; !there || at == start {
				break
			}
		}
		ring = append(ring, ring[0])
		if len(ring) < 4 {
			continue
		}
		if a := signed(ring); a > 0 {
			outer, size = append(outer, Polygon{ring}), append(size, a)
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		if k := owner(outer, size, hole[0]); k >= 0 {
			outer[k] = append(outer[k], hole)
		}
	}
	return outer
}

// owner is the smallest outer ring around a point.
func owner(outer []Polygon, size []float64, p geo.Point) int {
	best, least := -1, math.Inf(1)
	for k := range outer {
		if size[k] < least && within(outer[k][0], p) {
			best, least = k, size[k]
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
