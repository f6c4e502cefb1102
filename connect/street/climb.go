package street

import (
	"fmt"
	"math"
	"slices"

	"conurb/kit/geo"
)

// Heights tell how much of the network the raster of heights covers.
type Heights struct {
	Metres  float64 // of edges on which height matters
	Unknown float64 // of them, between two samples of which one has no height
}

// climb changes the times of edges by the heights along them.
type climb struct {
	b     *base
	law   *Slope
	above Elevation
	node  []float64 // height of nodes; NaN where it is not known
	line  []float64 // of the edge at hand
	rep   *Heights
}

// unknown height.
var unknown = math.NaN()

// slopes gives the edges that are kept the times of their slopes, if there are heights and the
// profile minds them.
func (b *base) slopes(above Elevation, kept []bool, rep *Report) error {
	if above == nil || b.rules.Slope == nil {
		return nil
	}
	c := &climb{b: b, law: b.rules.Slope, above: above, rep: &rep.Heights}
	c.node = make([]float64, len(b.nodePlace))
	for v, p := range b.nodePlace {
		c.node[v] = c.height(p.Point())
	}
	c.span()
	level := make([]bool, len(b.classes))
	for i, name := range b.classes {
		level[i] = slices.Contains(c.law.Level, name)
	}
	for i := range b.edges {
		if e := &b.edges[i]; kept[e.u] && kept[e.v] && !e.gate && !e.level && !level[e.class] && e.metres > 0 {
			c.edge(e)
		}
	}
	if f, ok := above.(interface{ Err() error }); ok && f.Err() != nil {
		return fmt.Errorf("read heights: %w", f.Err())
	}
	return nil
}

// height is the mean of five: at the place, and so far to each side of it. On a
// plane that changes nothing, and it does not depend on the way that is walked.
func (c *climb) height(p geo.Point) float64 {
	sum, ok := c.above.At(p[0], p[1])
	if !ok || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return unknown
	}
	if c.law.Smooth == 0 {
		return sum
	}
	n := 1.0
	north := c.law.Smooth / (metresOfUnit * 1e7)
	east := north / max(math.Cos(p[1]*math.Pi/180), 0.01)
	for _, d := range [4]geo.Point{{east, 0}, {-east, 0}, {0, north}, {0, -north}} {
		if h, ok := c.above.At(p[0]+d[0], p[1]+d[1]); ok && !math.IsNaN(h) && !math.IsInf(h, 0) {
			sum, n = sum+h, n+1
		}
	}
	return sum / n
}

// edge gives one edge its times.
func (c *climb) edge(e *baseEdge) {
	c.rep.Metres += e.metres
	n := max(int(math.Round(e.metres/c.law.Sample)), 1)
	c.line = c.line[:0]
	if e.built() {
		n = 1
		c.line = append(c.line, c.node[e.u], c.node[e.v])
	} else {
		c.sample(e, n)
	}
	step := e.metres / float64(n)
	for i := range n {
		if math.IsNaN(c.line[i]) || math.IsNaN(c.line[i+1]) {
			c.rep.Unknown += step
		}
	}
	if !bridge(c.line) {
		return
	}
	for d := range 2 {
		if e.move[d] > 0 && !e.pushed[d] {
			e.move[d] = c.time(e, d, step)
		}
	}
}

// time of a direction: each piece at its own speed. A rider who would be slower than
// on foot gets off.
func (c *climb) time(e *baseEdge, direction int, step float64) Millis {
	flat := e.metres * 3600 / float64(e.move[direction]) // km/h
	least := min(c.b.rules.PushKmh/flat, 1)
	if c.law.Rule == Tobler {
		least = 0
	}
	sum := 0.0
	for i := 1; i < len(c.line); i++ {
		grade := (c.line[i] - c.line[i-1]) / step
		if direction == 1 {
			grade = -grade
		}
		sum += 1 / max(c.law.Factor(grade), least)
	}
	ms := float64(e.move[direction]) * sum / float64(len(c.line)-1)
	return Millis(math.Round(min(ms, math.MaxInt32/4)))
}

// sample takes the heights at the ends of n equal pieces of an edge.
func (c *climb) sample(e *baseEdge, n int) {
	shape := c.b.shape[e.first:e.end]
	k, before := 1, 0.0
	long := geo.Distance(shape[0].Point(), shape[1].Point())
	c.line = append(c.line, c.node[e.u])
	for i := 1; i < n; i++ {
		at := e.metres * float64(i) / float64(n)
		for at > before+long && k+1 < len(shape) {
			before += long
			k++
			long = geo.Distance(shape[k-1].Point(), shape[k].Point())
		}
		share := 0.0
		if long > 0 {
			share = min((at-before)/long, 1)
		}
		p, q := shape[k-1], shape[k]
		c.line = append(c.line, c.height(geo.Point{
			(float64(p.Lon) + share*eastward(p, q)) / 1e7,
			(float64(p.Lat) + share*(float64(q.Lat)-float64(p.Lat))) / 1e7,
		}))
	}
	c.line = append(c.line, c.node[e.v])
}

// bridge fills heights that are not known: between two known ones by a straight
// line, beyond the last by the last. It tells whether there was one.
func bridge(line []float64) bool {
	last := -1
	for i, h := range line {
		if math.IsNaN(h) {
			continue
		}
		for k := last + 1; k < i; k++ {
			if line[k] = h; last >= 0 {
				line[k] = line[last] + (h-line[last])*float64(k-last)/float64(i-last)
			}
		}
		last = i
	}
	for k := last + 1; last >= 0 && k < len(line); k++ {
		line[k] = line[last]
	}
	return last >= 0
}
