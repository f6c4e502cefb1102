package transit

import "slices"

// Scanner finds one journey at a time by scanning connections in the order of their
// departure (Dibbelt, Pajor, Strasser, Wagner: "Connection Scan Algorithm", ACM JEA
// 23, 2018). It is what a sweep is held against, and what tells people the legs of a
// journey. Rules are those of the sweep.
type Scanner struct {
	t     *Timetable
	ways  Ways
	slack Second

	connection []Event // departures from these events to the next ones, in order
	starts     []int32 // by minute of the day: the first connection from then on
	low        Second

	came     []Second // by stop: when one first gets off there
	ready    []Second // by stop: when one can board there
	by       []leg    // by stop: how one came to be ready
	onTrip   []Event  // by trip: where one got on; None
	seatedOf []Trip   // by trip: the trip on which one came, seated
	arrive   []Second // by cell
	last     []Event  // by cell: where one got off; None on foot or not at all
	touched  []Trip
	tripOf   []Trip
}

// leg says how a stop became ready: walking from the origin (off is None), or having
// got off at an event, perhaps walking.
type leg struct {
	off Event
	on  Trip
}

// NewScanner orders the connections of a timetable.
func NewScanner(t *Timetable, ways Ways, slack Second) *Scanner {
	s := &Scanner{t: t, ways: ways, slack: slack, came: make([]Second, t.Stops()), ready: make([]Second, t.Stops()), by: make([]leg, t.Stops()),
		onTrip: make([]Event, t.Trips()), seatedOf: make([]Trip, t.Trips()), arrive: make([]Second, ways.Cells), last: make([]Event, ways.Cells)}
	for i := range s.onTrip {
		s.onTrip[i], s.seatedOf[i] = None, None
	}
	depth := s.depths()
	trip := make([]Trip, t.Events())
	for k := range t.Trips() {
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			if trip[e] = Trip(k); e+1 < t.TripFirst[k+1] {
				s.connection = append(s.connection, Event(e))
			}
		}
	}
	slices.SortFunc(s.connection, func(a, b Event) int {
		if d := t.Depart[a] - t.Depart[b]; d != 0 {
			return int(d)
		}
		if d := depth[trip[a]] - depth[trip[b]]; d != 0 {
			return int(d)
		}
		return int(a - b)
	})
	s.index()
	return s
}

// depths counts the trips that people may have sat through before each.
func (s *Scanner) depths() []int32 {
	depth := make([]int32, s.t.Trips())
	for range depth {
		changed := false
		for k, next := range s.t.Stay {
			if next != None && depth[next] <= depth[k] && int(depth[k]) < len(depth) {
				depth[next], changed = depth[k]+1, true
			}
		}
		if !changed {
			break
		}
	}
	return depth
}

func (s *Scanner) index() {
	if len(s.connection) == 0 {
		return
	}
	s.low = s.t.Depart[s.connection[0]]
	for i, e := range s.connection {
		for minute := int((s.t.Depart[e] - s.low) / 60); len(s.starts) <= minute; {
			s.starts = append(s.starts, int32(i))
		}
	}
}

// from is a connection before which none leaves at a second or later.
func (s *Scanner) from(at Second) int {
	if at <= s.low {
		return 0
	}
	if minute := int((at - s.low) / 60); minute < len(s.starts) {
		return int(s.starts[minute])
	}
	return len(s.connection)
}

// Run finds when one is at every cell, having left an origin at a second, up to
// another; the way on foot from door to door is not in it. The slice is used again.
func (s *Scanner) Run(to []int32, walk []Second, leave, until Second) []Second {
	t := s.t
	for i := range s.ready {
		s.came[i], s.ready[i], s.by[i] = Never, Never, leg{None, None}
	}
	for _, k := range s.touched {
		s.onTrip[k], s.seatedOf[k] = None, None
	}
	s.touched = s.touched[:0]
	for i := range s.arrive {
		s.arrive[i], s.last[i] = Never, None
	}
	for i, stop := range to {
		s.ready[stop] = min(s.ready[stop], leave+walk[i]+s.slack)
	}
	trip := s.trips()
	for _, e := range s.connection[s.from(leave):] {
		if t.Depart[e] > until {
			break
		}
		k := trip[e]
		if s.onTrip[k] == None {
			if s.ready[t.EventStop[e]] > t.Depart[e] || t.closed(e)&NoBoard != 0 {
				continue
			}
			s.onTrip[k] = e
			s.touched = append(s.touched, k)
		}
		s.off(k, e+1)
		if int32(e)+2 == t.TripFirst[k+1] {
			s.sitOn(k)
		}
	}
	return s.arrive
}

// sitOn takes those who reach the end of a trip along on the next, and on, where that
// has a single stop.
func (s *Scanner) sitOn(k Trip) {
	for next := s.t.Stay[k]; next != None && s.onTrip[next] == None; k, next = next, s.t.Stay[next] {
		first := Event(s.t.TripFirst[next])
		s.onTrip[next], s.seatedOf[next] = first, k
		s.touched = append(s.touched, next)
		s.off(next, first)
		if int32(first)+1 < s.t.TripFirst[next+1] {
			return
		}
	}
}

// trips is the trip of each event, made once.
func (s *Scanner) trips() []Trip {
	if s.tripOf == nil {
		s.tripOf = make([]Trip, s.t.Events())
		for k := range s.t.Trips() {
			for e := s.t.TripFirst[k]; e < s.t.TripFirst[k+1]; e++ {
				s.tripOf[e] = Trip(k)
			}
		}
	}
	return s.tripOf
}

// off is what one gets to from an event, unless one had been at its stop as soon.
func (s *Scanner) off(k Trip, e Event) {
	t := s.t
	at, stop := t.Arrive[e], t.EventStop[e]
	if at >= s.came[stop] || t.closed(e)&NoAlight != 0 {
		return
	}
	s.came[stop] = at
	s.make(stop, at+s.slack, leg{e, k})
	to, time := s.ways.Change.From(int(stop))
	for i, other := range to {
		s.make(Stop(other), at+time[i]+s.slack, leg{e, k})
	}
	to, time = s.ways.Egress.From(int(stop))
	for i, c := range to {
		if a := at + time[i]; a < s.arrive[c] {
			s.arrive[c], s.last[c] = a, e
		}
	}
}

func (s *Scanner) make(stop Stop, at Second, how leg) {
	if at < s.ready[stop] {
		s.ready[stop], s.by[stop] = at, how
	}
}

// Ride is one stretch on board, from an event to another of the same trip, or of one
// that it goes on as.
type Ride struct {
	Trip     Trip // on which it begins
	On, Off  Event
	Boarding Second // when one was ready to board
}

// Rides are the stretches of the last run's journey to a cell, in order; none where
// it is not reached.
func (s *Scanner) Rides(cell int32) []Ride {
	var out []Ride
	trip := s.trips()
	for off := s.last[cell]; off != None; {
		k := trip[off]
		for s.seatedOf[k] != None {
			k = s.seatedOf[k]
		}
		on := s.onTrip[k]
		stop := s.t.EventStop[on]
		out = append(out, Ride{k, on, off, s.readyBefore(stop, s.t.Depart[on])})
		off = s.before(stop, s.t.Depart[on])
	}
	slices.Reverse(out)
	return out
}

// before is the event one got off at to board at a stop; None if one walked there. A
// stop becomes ready sooner or not at all after somebody boarded, so what made it
// ready first is what counted.
func (s *Scanner) before(stop Stop, depart Second) Event {
	if s.ready[stop] > depart {
		return None
	}
	return s.by[stop].off
}

func (s *Scanner) readyBefore(stop Stop, depart Second) Second { return min(s.ready[stop], depart) }
