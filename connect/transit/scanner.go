package transit

// For is a scanner of the same timetable with other ways; what was put in order is
// shared, and both may be used at the same time.
func (s *Scanner) For(ways Ways) *Scanner {
	out := &Scanner{t: s.t, ways: ways, slack: s.slack, connection: s.connection, starts: s.starts, low: s.low, tripOf: s.tripOf,
		came: make([]Second, s.t.Stops()), ready: make([]Second, s.t.Stops()), by: make([]leg, s.t.Stops()), onTrip: make([]Event, s.t.Trips()), seatedOf: make([]Trip, s.t.Trips()),
		arrive: make([]Second, ways.Cells), last: make([]Event, ways.Cells)}
	for i := range out.onTrip {
		out.onTrip[i], out.seatedOf[i] = None, None
	}
	return out
}

// Walk is the shortest of the walks from one place to another; Never where there is none.
func (w *Walks) Walk(from int, to int32) Second {
	best := Never
	list, time := w.From(from)
	for i, t := range list {
		if t == to {
			best = min(best, time[i])
		}
	}
	return best
}
