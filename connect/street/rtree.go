package street

import (
	"math"
	"slices"

	"conurb/kit/geo"
)

// fan is how many boxes a box of the tree holds.
const fan = 16

// box is a rectangle in ten-millionths of a degree.
type box struct{ minLon, minLat, maxLon, maxLat int32 }

func (b *box) add(c box) {
	b.minLon, b.minLat = min(b.minLon, c.minLon), min(b.minLat, c.minLat)
	b.maxLon, b.maxLat = max(b.maxLon, c.maxLon), max(b.maxLat, c.maxLat)
}

var nothing = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

// rtree is an R-tree packed along the Hilbert curve (Kamel and Faloutsos 1993):
// boxes of all levels in one array, edges first, the root last.
type rtree struct {
	boxes []box
	item  []int32 // edge of a leaf, first child of the others
	ends  []int32 // where each level ends; the first ends the leaves
	leafs int
}

func pack(edges []Edge, boxes []box) *rtree {
	all := nothing
	for _, b := range boxes {
		all.add(b)
	}
	order, key := make([]int32, len(edges)), make([]uint32, len(edges))
	for i, b := range boxes {
		order[i] = int32(i)
		key[i] = geo.Hilbert(squeeze(b.minLon, b.maxLon, all.minLon, all.maxLon), squeeze(b.minLat, b.maxLat, all.minLat, all.maxLat))
	}
	slices.SortStableFunc(order, func(i, j int32) int { return int(int64(key[i]) - int64(key[j])) })
	t := &rtree{leafs: len(edges)}
	for _, i := range order {
		t.boxes, t.item = append(t.boxes, boxes[i]), append(t.item, int32(edges[i]))
	}
	for first, end := 0, len(t.boxes); end > first; {
		t.ends = append(t.ends, int32(end))
		if end-first == 1 {
			break
		}
		for k := first; k < end; k += fan {
			b := nothing
			for _, c := range t.boxes[k:min(k+fan, end)] {
				b.add(c)
			}
			t.boxes, t.item = append(t.boxes, b), append(t.item, int32(k))
		}
		first, end = end, len(t.boxes)
	}
	return t
}

// children of a box that is no leaf: a row of the level below, which may be short
// at that level's end.
func (t *rtree) children(i int32) (from, to int32) {
	from = t.item[i]
	for _, end := range t.ends {
		if from < end {
			return from, min(from+fan, end)
		}
	}
	return from, from
}

// squeeze puts the middle of an interval on 16 bits of the whole.
func squeeze(low, high, from, to int32) uint32 {
	if to <= from {
		return 0
	}
	middle := (int64(low)+int64(high))/2 - int64(from)
	return uint32(middle * 65535 / (int64(to) - int64(from)))
}
