package transit

import "slices"

// departures are when somebody may board at each stop, ascending.
type departures struct {
	first []int32 // by stop
	at    []Second
}

// departuresOf lists the departures of those events that take people on board.
func departuresOf(t *Timetable, wanted func(e Event) bool) departures {
	d := departures{first: make([]int32, t.Stops()+1)}
	each := func(f func(e Event)) {
		for k := range t.Trips() {
			for e := t.TripFirst[k]; e+1 < t.TripFirst[k+1]; e++ {
				if t.closed(Event(e))&NoBoard == 0 && wanted(Event(e)) {
					f(Event(e))
				}
			}
		}
	}
	each(func(e Event) { d.first[t.EventStop[e]+1]++ })
	for i := range t.Stops() {
		d.first[i+1] += d.first[i]
	}
	d.at = make([]Second, d.first[t.Stops()])
	next := slices.Clone(d.first)
	each(func(e Event) {
		s := t.EventStop[e]
		d.at[next[s]] = t.Depart[e]
		next[s]++
	})
	for i := range t.Stops() {
		slices.Sort(d.at[d.first[i]:d.first[i+1]])
	}
	return d
}

// next is the first departure from a stop at a second or later; Never if none is left.
func (d *departures) next(stop int32, ready Second) Second {
	lo, hi := d.first[stop], d.first[stop+1]
	end := hi
	for lo < hi {
		if m := (lo + hi) / 2; d.at[m] < ready {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == end {
		return Never
	}
	return d.at[lo]
}
