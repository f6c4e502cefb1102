package transit

import (
	"errors"
	"fmt"
)

// Stop numbers the stops, Trip the trips of one service day, Event the stops of all
// trips in order, Route the lines.
type (
	Stop  int32
	Trip  int32
	Event int32
	Route int32
)

// Second is a time of the service day.
type Second int32

// None stands for a stop or trip that is not there.
const None = -1

// Never is the one name for what is not reached.
const Never Second = 1<<31 - 1

// Timetable is the trips of one service day in flat arrays. The events of trip t are
// TripFirst[t] to TripFirst[t+1]. It is never changed once checked.
type Timetable struct {
	StopPlace [][2]float64 // WGS-84 lon, lat
	StopName  []string

	TripFirst []int32
	TripRoute []Route
	Stay      []Trip // the trip as which this one goes on, with people seated; None

	EventStop      []Stop
	Arrive, Depart []Second
	Closed         []Closed // what passengers may not do there; nil: everything is open

	RouteName []string
}

// Closed says what is not permitted at an event.
type Closed uint8

// NoBoard is a stop where nobody gets on, NoAlight one where nobody gets off.
const (
	NoBoard Closed = 1 << iota
	NoAlight
)

// ErrTimetable tells that arrays of a timetable do not fit together.
var ErrTimetable = errors.New("timetable does not hold together")

// Stops, Trips and Events are counts.
func (t *Timetable) Stops() int  { return len(t.StopPlace) }
func (t *Timetable) Trips() int  { return len(t.TripFirst) - 1 }
func (t *Timetable) Events() int { return len(t.EventStop) }

func (t *Timetable) closed(e Event) Closed {
	if t.Closed == nil {
		return 0
	}
	return t.Closed[e]
}

// Check holds a timetable to what a program relies on.
func (t *Timetable) Check() error {
	n := t.Events()
	if len(t.TripFirst) == 0 || t.TripFirst[0] != 0 || int(t.TripFirst[t.Trips()]) != n || len(t.Arrive) != n || len(t.Depart) != n ||
		t.Closed != nil && len(t.Closed) != n || len(t.TripRoute) != t.Trips() || len(t.Stay) != t.Trips() {
		return fmt.Errorf("lengths do not agree: %w", ErrTimetable)
	}
	for k := range t.Trips() {
		first, end := t.TripFirst[k], t.TripFirst[k+1]
		if end < first {
			return fmt.Errorf("trip %d: events out of order: %w", k, ErrTimetable)
		}
		last := Second(-1 << 30)
		for e := first; e < end; e++ {
			if s := t.EventStop[e]; s < 0 || int(s) >= t.Stops() {
				return fmt.Errorf("trip %d stops at stop %d of %d: %w", k, s, t.Stops(), ErrTimetable)
			}
			if t.Arrive[e] < last || t.Depart[e] < t.Arrive[e] {
				return fmt.Errorf("trip %d goes back in time at its stop %d: %w", k, e-first+1, ErrTimetable)
			}
			last = t.Depart[e]
		}
		if err := t.checkStay(Trip(k)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Timetable) checkStay(k Trip) error {
	next := t.Stay[k]
	if next == None {
		return nil
	}
	if next < 0 || int(next) >= t.Trips() || next == k {
		return fmt.Errorf("trip %d goes on as trip %d: %w", k, next, ErrTimetable)
	}
	from, to := t.TripFirst[k+1]-1, t.TripFirst[next]
	if from < t.TripFirst[k] || to >= t.TripFirst[next+1] || t.Arrive[to] < t.Arrive[from] {
		return fmt.Errorf("trip %d goes on as trip %d before it arrives: %w", k, next, ErrTimetable)
	}
	return nil
}

// Walks are walks from places to others: from i one gets to To[First[i]:First[i+1]]
// in Time each.
type Walks struct {
	First []int32
	To    []int32
	Time  []Second
}

// Add appends the walks of the next place.
func (w *Walks) Add(to []int32, time []Second) {
	if len(w.First) == 0 {
		w.First = append(w.First, 0)
	}
	w.To, w.Time = append(w.To, to...), append(w.Time, time...)
	w.First = append(w.First, int32(len(w.To)))
}

// Len is the number of places that walks start from.
func (w *Walks) Len() int { return max(0, len(w.First)-1) }

// From lists the walks from a place.
func (w *Walks) From(i int) (to []int32, time []Second) {
	lo, hi := w.First[i], w.First[i+1]
	return w.To[lo:hi], w.Time[lo:hi]
}

// check holds walks to counts of places; ends says how many there are at the far end.
func (w *Walks) check(what string, starts, ends int) error {
	if w.Len() != starts && (starts > 0 || len(w.First) > 0) {
		return fmt.Errorf("%s from %d places, not %d: %w", what, w.Len(), starts, ErrTimetable)
	}
	if len(w.To) != len(w.Time) {
		return fmt.Errorf("%s: lengths do not agree: %w", what, ErrTimetable)
	}
	for i, to := range w.To {
		if to < 0 || int(to) >= ends || w.Time[i] < 0 {
			return fmt.Errorf("%s: walk %d leads to place %d of %d in %d s: %w", what, i, to, ends, w.Time[i], ErrTimetable)
		}
	}
	return nil
}
