package tiled

import (
	"slices"

	"conurb/connect/transit"
	"conurb/kit/geo"
)

// Points are points of a tile, in every tile, one tile after the other.
func (t *Map) Points(one [][2]float64) (all [][2]float64) {
	for tile := range t.Tiles {
		by := t.Shift(tile).Point()
		for _, p := range one {
			all = append(all, [2]float64{p[0] + by[0], p[1] + by[1]})
		}
	}
	return all
}

// Lines between tiles leave every interval of the day at the speed of a suburban
// train that stops at both ends and at the edges between.
const (
	interval     = 600 // seconds
	metresSecond = 40 / 3.6
)

// Timetable is that of a tile in every tile, with lines between neighbours: from the
// busiest stop of one past the edge to the busiest of the other, and back.
func (t *Map) Timetable(one *transit.Timetable) *transit.Timetable {
	all := &transit.Timetable{StopPlace: t.Points(one.StopPlace), TripFirst: []int32{0}, RouteName: one.RouteName}
	stops, trips := transit.Stop(one.Stops()), transit.Trip(one.Trips())
	closed := make([]transit.Closed, one.Events())
	copy(closed, one.Closed)
	for tile := range t.Tiles {
		for _, s := range one.EventStop {
			all.EventStop = append(all.EventStop, s+transit.Stop(tile)*stops)
		}
		events := int32(tile * one.Events())
		for _, e := range one.TripFirst[1:] {
			all.TripFirst = append(all.TripFirst, e+events)
		}
		for _, next := range one.Stay {
			if next != transit.None {
				next += transit.Trip(tile) * trips
			}
			all.Stay = append(all.Stay, next)
		}
		all.Arrive, all.Depart = append(all.Arrive, one.Arrive...), append(all.Depart, one.Depart...)
		all.Closed, all.TripRoute = append(all.Closed, closed...), append(all.TripRoute, one.TripRoute...)
	}
	hub, edge := hubs(one)
	low, high := slices.Min(one.Depart), slices.Max(one.Depart)
	for tile := range t.Tiles {
		for k, other := range [2]int{tile + 1, tile + t.wide} {
			side := 2 * k
			if other >= t.Tiles || side == 0 && other%t.wide == 0 {
				continue
			}
			a, b := transit.Stop(tile)*stops, transit.Stop(other)*stops
			line := []transit.Stop{hub + a, edge[side] + a, edge[side+1] + b, hub + b}
			link(all, line, low, high)
			link(all, []transit.Stop{line[3], line[2], line[1], line[0]}, low, high)
		}
	}
	return all
}

// hubs are the busiest stop and the outermost served ones: east, west, north, south.
func hubs(t *transit.Timetable) (hub transit.Stop, edge [4]transit.Stop) {
	calls := make([]int, t.Stops())
	for _, s := range t.EventStop {
		calls[s]++
	}
	edge = [4]transit.Stop{transit.None, transit.None, transit.None, transit.None}
	for i, n := range calls {
		s := transit.Stop(i)
		if n == 0 {
			continue
		}
		if n > calls[hub] {
			hub = s
		}
		for side, far := range [4]func(p [2]float64) float64{
			func(p [2]float64) float64 { return p[0] }, func(p [2]float64) float64 { return -p[0] },
			func(p [2]float64) float64 { return p[1] }, func(p [2]float64) float64 { return -p[1] },
		} {
			if edge[side] == transit.None || far(t.StopPlace[s]) > far(t.StopPlace[edge[side]]) {
				edge[side] = s
			}
		}
	}
	return hub, edge
}

// link adds trips along a line that start from low until high.
func link(t *transit.Timetable, line []transit.Stop, low, high transit.Second) {
	for start := low; start <= high; start += interval {
		at := start
		for i, s := range line {
			if i > 0 {
				at += transit.Second(geo.Distance(t.StopPlace[line[i-1]], t.StopPlace[s])/metresSecond) + 1
			}
			t.EventStop, t.Closed = append(t.EventStop, s), append(t.Closed, 0)
			t.Arrive, t.Depart = append(t.Arrive, at), append(t.Depart, at)
		}
		t.TripFirst = append(t.TripFirst, int32(len(t.EventStop)))
		t.TripRoute, t.Stay = append(t.TripRoute, 0), append(t.Stay, transit.None)
	}
}
