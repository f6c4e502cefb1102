package reach

import (
	"conurb/connect/transit"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// ends are what journeys begin or end at. Place p is any of the points first[p] to
// first[p+1] of those joined; where first is nil, each point is a place.
type ends struct {
	*Joined
	first []int32
}

func (e *Engine) ends(aims []Aim) ends {
	var points []geo.Point
	first := []int32{0}
	for _, a := range aims {
		points = append(points, a.Points...)
		first = append(first, int32(len(points)))
	}
	return ends{e.Join(points, 0), first}
}

// Len is the number of places.
func (e ends) Len() int {
	if e.first == nil {
		return e.Joined.Len()
	}
	return len(e.first) - 1
}

// points are those of a place.
func (e ends) points(place int) (lo, hi int) {
	if e.first == nil {
		return place, place + 1
	}
	return int(e.first[place]), int(e.first[place+1])
}

// nearest are the times to places, of those to their points.
func (e ends) nearest(points, places []uint16) {
	for p := range places {
		lo, hi := e.points(p)
		places[p] = cch.Infinity16
		for _, t := range points[lo:hi] {
			places[p] = min(places[p], t)
		}
	}
}

// fold are walks to places, of those to their points.
func (e ends) fold(w transit.Walks) transit.Walks {
	if e.first == nil {
		return w
	}
	place := make([]int32, e.Joined.Len())
	for p := range e.Len() {
		lo, hi := e.points(p)
		for i := lo; i < hi; i++ {
			place[i] = int32(p)
		}
	}
	out := transit.Walks{First: []int32{0}}
	best := make([]transit.Second, e.Len())
	for i := range best {
		best[i] = transit.Never
	}
	var found []int32
	var times []transit.Second
	for i := range w.Len() {
		found, times = found[:0], times[:0]
		to, time := w.From(i)
		for k, point := range to {
			p := place[point]
			if best[p] == transit.Never {
				found = append(found, p)
			}
			best[p] = min(best[p], time[k])
		}
		for _, p := range found {
			times = append(times, best[p])
			best[p] = transit.Never
		}
		out.Add(found, times)
	}
	return out
}
