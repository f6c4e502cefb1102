package scenario

import (
	"encoding/binary"
	"fmt"
	"slices"

	"conurb/connect/transit"
)

// union is one timetable with the trips of several: each trip of any of them once, or as
// often as the one that has most of it. Trips on which people stay seated are told apart
// by what they go on as.
type union struct {
	t     *transit.Timetable
	trips map[string][]transit.Trip // of the union, by what they are: the trips of a group one after another
}

// unite makes the union of timetables, whose stops and lines have to be those of the
// longest of them, as far as each has them.
func unite(tables []*transit.Timetable) (*union, error) {
	u := &union{trips: map[string][]transit.Trip{}, t: &transit.Timetable{TripFirst: []int32{0}, Closed: []transit.Closed{}}}
	for _, t := range tables {
		if t.Stops() > u.t.Stops() {
			u.t.StopPlace, u.t.StopName = t.StopPlace, t.StopName
		}
		if len(t.RouteName) > len(u.t.RouteName) {
			u.t.RouteName = t.RouteName
		}
	}
	for i, t := range tables {
		if !slices.Equal(t.StopPlace, u.t.StopPlace[:t.Stops()]) || !slices.Equal(t.RouteName, u.t.RouteName[:len(t.RouteName)]) {
			return nil, fmt.Errorf("timetable %d has other stops or lines: %w", i, transit.ErrTimetable)
		}
		for _, g := range groups(t) {
			if u.trips[g.key] == nil {
				u.trips[g.key] = u.add(t, g)
			}
		}
	}
	return u, nil
}

// group is trips that hang together by people who stay seated, ascending.
type group struct {
	trips []transit.Trip
	key   string // what they are; of several alike also which of them
}

// groups lists the groups of a timetable by their first trip.
func groups(t *transit.Timetable) []group {
	root := make([]transit.Trip, t.Trips()) // of a forest; the lowest trip of a group
	for k := range root {
		root[k] = transit.Trip(k)
	}
	find := func(k transit.Trip) transit.Trip {
		for root[k] != k {
			root[k] = root[root[k]]
			k = root[k]
		}
		return k
	}
	for k, next := range t.Stay {
		if next != transit.None {
			a, b := find(transit.Trip(k)), find(next)
			root[max(a, b)] = min(a, b)
		}
	}
	members := make([][]transit.Trip, t.Trips())
	for k := range root {
		r := find(transit.Trip(k))
		members[r] = append(members[r], transit.Trip(k))
	}
	var out []group
	times := map[string]uint64{}
	for _, trips := range members {
		if trips == nil {
			continue
		}
		b := described(t, trips)
		n := times[string(b)]
		times[string(b)]++
		out = append(out, group{trips, string(binary.AppendUvarint(b, n))})
	}
	return out
}

// described is all that trips are, in bytes.
func described(t *transit.Timetable, trips []transit.Trip) []byte {
	b := make([]byte, 0, 256)
	for _, k := range trips {
		lo, hi := t.TripFirst[k], t.TripFirst[k+1]
		b = binary.AppendUvarint(b, uint64(hi-lo))
		b = binary.AppendUvarint(b, uint64(t.TripRoute[k]))
		b = binary.AppendVarint(b, int64(slices.Index(trips, t.Stay[k])))
		before := transit.Second(0)
		for e := lo; e < hi; e++ {
			b = binary.AppendUvarint(b, uint64(t.EventStop[e]))
			b = binary.AppendVarint(b, int64(t.Arrive[e]-before))
			b = binary.AppendVarint(b, int64(t.Depart[e]-t.Arrive[e]))
			before = t.Depart[e]
			if t.Closed == nil {
				b = append(b, 0)
			} else {
				b = append(b, byte(t.Closed[e]))
			}
		}
	}
	return b
}

// add puts the trips of a group into the union.
func (u *union) add(t *transit.Timetable, g group) []transit.Trip {
	var out []transit.Trip
	first := transit.Trip(u.t.Trips())
	for i, k := range g.trips {
		lo, hi := t.TripFirst[k], t.TripFirst[k+1]
		u.t.EventStop = append(u.t.EventStop, t.EventStop[lo:hi]...)
		u.t.Arrive, u.t.Depart = append(u.t.Arrive, t.Arrive[lo:hi]...), append(u.t.Depart, t.Depart[lo:hi]...)
		if t.Closed != nil {
			u.t.Closed = append(u.t.Closed, t.Closed[lo:hi]...)
		} else {
			u.t.Closed = append(u.t.Closed, make([]transit.Closed, hi-lo)...)
		}
		u.t.TripFirst, u.t.TripRoute = append(u.t.TripFirst, int32(len(u.t.EventStop))), append(u.t.TripRoute, t.TripRoute[k])
		next := transit.Trip(transit.None)
		if at := slices.Index(g.trips, t.Stay[k]); at >= 0 {
			next = first + transit.Trip(at)
		}
		u.t.Stay = append(u.t.Stay, next)
		out = append(out, first+transit.Trip(i))
	}
	return out
}

// off tells which trips of the union a timetable does not have; ok is false where it has
// one that the union lacks.
func (u *union) off(t *transit.Timetable) (off []bool, ok bool) {
	off = make([]bool, u.t.Trips())
	for k := range off {
		off[k] = true
	}
	for _, g := range groups(t) {
		trips := u.trips[g.key]
		if trips == nil {
			return nil, false
		}
		for _, k := range trips {
			off[k] = false
		}
	}
	return off, true
}
