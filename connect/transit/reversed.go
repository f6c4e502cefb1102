package transit

import "slices"

// Reversed is the timetable with time running backwards: what arrived at second t
// departs at slack - t, what departed then arrives. With walks turned round and the same
// slack, journeys of the one are journeys of the other: one that leaves at d and arrives
// at a becomes one that leaves at -a and arrives at -d. Where people board, the other
// asks them to be slack seconds sooner at the stop where they had alighted; all times
// being later by slack, that leaves the ways in and out as they were.
//
// Trips on which people stay seated become one trip. Where several go on as the same one,
// each has its own copy of it.
func (t *Timetable) Reversed(slack Second) (*Timetable, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	r := &Timetable{StopPlace: t.StopPlace, StopName: t.StopName, RouteName: t.RouteName, TripFirst: []int32{0}}
	waits := t.circles()
	begins := make([]bool, t.Trips())
	for k := range begins {
		begins[k] = true
	}
	for k, next := range t.Stay {
		if next != None && !waits[k] && !waits[next] {
			begins[next] = false
		}
	}
	var chain []Trip
	for k := range t.Trips() {
		if !begins[k] {
			continue
		}
		chain = append(chain[:0], Trip(k))
		for next := t.Stay[k]; next != None && !waits[k] && !waits[next]; next = t.Stay[next] {
			chain = append(chain, next)
		}
		r.backwards(t, chain, slack)
	}
	return r, nil
}

// circles are the trips that go on as one another in a circle; nobody stays on them.
func (t *Timetable) circles() []bool {
	waits := make([]int32, t.Trips())
	for _, next := range t.Stay {
		if next != None {
			waits[next]++
		}
	}
	var queue []Trip
	for k := range waits {
		if waits[k] == 0 {
			queue = append(queue, Trip(k))
		}
	}
	for i := 0; i < len(queue); i++ {
		if next := t.Stay[queue[i]]; next != None {
			if waits[next]--; waits[next] == 0 {
				queue = append(queue, next)
			}
		}
	}
	out := make([]bool, t.Trips())
	for k := range waits {
		out[k] = waits[k] > 0
	}
	return out
}

// backwards appends trips that follow one another as one, from its end to its start.
func (r *Timetable) backwards(t *Timetable, chain []Trip, slack Second) {
	for i := len(chain) - 1; i >= 0; i-- {
		first, end := t.TripFirst[chain[i]], t.TripFirst[chain[i]+1]
		for e := end - 1; e >= first; e-- {
			var c Closed
			if e == end-1 || t.closed(Event(e))&NoBoard != 0 { // nobody boards at the last stop
				c |= NoAlight
			}
			if t.closed(Event(e))&NoAlight != 0 {
				c |= NoBoard
			}
			leaves := t.Depart[e]
			if e == end-1 {
				leaves = t.Arrive[e] // when it leaves is of no account: the next one may have arrived
			}
			r.EventStop, r.Closed = append(r.EventStop, t.EventStop[e]), append(r.Closed, c)
			r.Arrive, r.Depart = append(r.Arrive, slack-leaves), append(r.Depart, slack-t.Arrive[e])
		}
	}
	r.TripFirst = append(r.TripFirst, int32(len(r.EventStop)))
	r.TripRoute, r.Stay = append(r.TripRoute, t.TripRoute[chain[0]]), append(r.Stay, None)
}

// Turned are the walks the other way, from the n places that they lead to.
func (w *Walks) Turned(n int) Walks {
	out := Walks{First: make([]int32, n+1), To: make([]int32, len(w.To)), Time: make([]Second, len(w.To))}
	for _, to := range w.To {
		out.First[to+1]++
	}
	for i := range n {
		out.First[i+1] += out.First[i]
	}
	next := slices.Clone(out.First)
	for i := range w.Len() {
		to, time := w.From(i)
		for k, place := range to {
			out.To[next[place]], out.Time[next[place]] = int32(i), time[k]
			next[place]++
		}
	}
	return out
}
