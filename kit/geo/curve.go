package geo

import (
	"cmp"
	"slices"
)

// Hilbert is the place of a square on the Hilbert curve of order 16 (Warren, Hacker's
// Delight, 2nd ed., §16-2, by turning quadrants).
func Hilbert(x, y uint32) uint32 {
	d := uint32(0)
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s > 0 {
			rx = 1
		}
		if y&s > 0 {
			ry = 1
		}
		d += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 65535-x, 65535-y
			}
			x, y = y, x
		}
	}
	return d
}

// Along is the order of points along the Hilbert curve over their bounds: those near
// each other on it are near each other.
func Along(points []Point) []int32 {
	b := BoundsOf(points)
	order, key := make([]int32, len(points)), make([]uint32, len(points))
	at := func(v, low, high float64) uint32 {
		if high <= low {
			return 0
		}
		return uint32((v - low) / (high - low) * 65535)
	}
	for i, p := range points {
		order[i], key[i] = int32(i), Hilbert(at(p[0], b[0], b[2]), at(p[1], b[1], b[3]))
	}
	slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(key[i], key[j]) })
	return order
}
