package httpapi

import "math"

// thin keeps at most n points of a series such that its drawn shape changes
// least: of each bucket the point that spans the largest triangle with the one
// kept before and the mean of the next bucket (largest-triangle-three-buckets,
// Steinarsson 2013, §4.2). First and last always stay.
func thin(all []SeriesPoint, n int) []SeriesPoint {
	if len(all) <= n || n < 3 {
		return all
	}
	out := append(make([]SeriesPoint, 0, n), all[0])
	width := float64(len(all)-2) / float64(n-2)
	edge := func(i int) int { return min(len(all)-1, 1+int(float64(i)*width)) }
	for i := range n - 2 {
		from, to, next := edge(i), edge(i+1), min(len(all), max(edge(i+2), edge(i+1)+1))
		var x, y float64
		for _, p := range all[to:next] {
			x += float64(p.Date)
			y += p.Value
		}
		x, y = x/float64(next-to), y/float64(next-to)
		last, best, kept := out[len(out)-1], -1.0, from
		for j := from; j < to; j++ {
			p := all[j]
			area := math.Abs((float64(last.Date)-x)*(p.Value-last.Value) - (float64(last.Date)-float64(p.Date))*(y-last.Value))
			if area > best {
				best, kept = area, j
			}
		}
		out = append(out, all[kept])
	}
	return append(out, all[len(all)-1])
}
