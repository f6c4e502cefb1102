package transit

import (
	"hash/fnv"
	"slices"

	"conurb/kit/gtfs"
)

// FeedReport says what became of a feed's service day.
type FeedReport struct {
	Trips     int // that run, each departure of a headway counted
	Night     int // of them from the service day before, past midnight, or from the one after
	Headways  int // of them by a headway without fixed times: their phase is assumed
	Short     int // left out: fewer than two stops
	Stays     int // trips on which people stay seated as they go on as another
	Dropped   int // stays that cannot be: a second successor, or one that leaves too soon
	OnRequest int // stops where the vehicle has to be called; taken as regular ones
}

// OfFeed makes the timetable of a service day. Trips of the day before that run past
// midnight are part of it, and those of the next day, as far as a window may reach.
// Stops keep their numbers; seconds are those of the day.
//
// Trips by a headway without fixed times leave at a phase that depends on their id
// alone, so that the same line has the same phase in every scenario, and two lines of
// one headway do not wait for each other.
func OfFeed(f *gtfs.Feed, day gtfs.Date) (*Timetable, FeedReport) {
	b := &feedDay{f: f, t: &Timetable{TripFirst: []int32{0}}}
	for _, s := range f.Stops {
		b.t.StopPlace, b.t.StopName = append(b.t.StopPlace, s.Point), append(b.t.StopName, s.Name)
	}
	for _, r := range f.Routes {
		name := r.ShortName
		if name == "" {
			name = r.LongName
		}
		b.t.RouteName = append(b.t.RouteName, name)
	}
	midnight := f.Time(day, 0)
	for _, d := range []gtfs.Date{day - 1, day, day + 1} {
		b.day(d, Second(f.Time(d, 0).Sub(midnight).Seconds()), d == day)
	}
	return b.t, b.rep
}

type feedDay struct {
	f   *gtfs.Feed
	t   *Timetable
	rep FeedReport
	at  map[gtfs.Trip]Trip // of the service day that is being read
}

// day adds the trips of a service day, its seconds moved by an offset. Of the days
// before and after only those count that run within the day.
func (b *feedDay) day(d gtfs.Date, offset Second, whole bool) {
	b.at = map[gtfs.Trip]Trip{}
	active := b.f.ActiveOn(d)
	for k := range b.f.Trips {
		trip := &b.f.Trips[k]
		if !slices.Contains(active, trip.Service) {
			continue
		}
		if trip.Last-trip.First < 2 {
			b.rep.Short++
			continue
		}
		for _, start := range b.departures(gtfs.Trip(k)) {
			move := start - Second(b.f.Times.Departure[trip.First]) + offset
			last := Second(b.f.Times.Arrival[trip.Last-1]) + move
			first := Second(b.f.Times.Departure[trip.First]) + move
			if !whole && (last < 0 || first >= 2*24*3600) {
				continue
			}
			if !whole {
				b.rep.Night++
			}
			b.at[gtfs.Trip(k)] = Trip(b.t.Trips())
			b.add(trip, move)
		}
	}
	b.seats(d)
}

// departures are the times at which a trip leaves its first stop.
func (b *feedDay) departures(k gtfs.Trip) []Second {
	trip := &b.f.Trips[k]
	frequencies := b.f.FrequenciesOf(k)
	if len(frequencies) == 0 {
		return []Second{Second(b.f.Times.Departure[trip.First])}
	}
	var out []Second
	for _, q := range frequencies {
		if q.Headway <= 0 {
			continue
		}
		at := q.Start
		if !q.Exact {
			h := fnv.New32a()
			h.Write([]byte(trip.ID))
			at += gtfs.Seconds(h.Sum32() % uint32(q.Headway))
		}
		for ; at < q.End; at += q.Headway {
			if out = append(out, Second(at)); !q.Exact {
				b.rep.Headways++
			}
		}
	}
	return out
}

func (b *feedDay) add(trip *gtfs.TripRow, move Second) {
	t, times := b.t, &b.f.Times
	for i := trip.First; i < trip.Last; i++ {
		var c Closed
		if times.Pickup != nil {
			c |= b.closed(times.Pickup[i], NoBoard)
		}
		if times.Drop != nil {
			c |= b.closed(times.Drop[i], NoAlight)
		}
		t.EventStop = append(t.EventStop, Stop(times.Stop[i]))
		t.Arrive, t.Depart = append(t.Arrive, Second(times.Arrival[i])+move), append(t.Depart, Second(times.Departure[i])+move)
		t.Closed = append(t.Closed, c)
	}
	t.TripFirst = append(t.TripFirst, int32(len(t.EventStop)))
	t.TripRoute, t.Stay = append(t.TripRoute, Route(trip.Route)), append(t.Stay, None)
	b.rep.Trips++
}

func (b *feedDay) closed(how gtfs.Boarding, c Closed) Closed {
	switch how {
	case gtfs.NotAvailable:
		return c
	case gtfs.PhoneAgency, gtfs.AskDriver:
		b.rep.OnRequest++
	}
	return 0
}

// seats joins trips on which people stay seated. Successors on the next service day
// are left out: they have not been read yet, and nobody rides that long.
func (b *feedDay) seats(d gtfs.Date) {
	for _, s := range b.f.InSeatOn(d) {
		from, known := b.at[s.From]
		to, there := b.at[s.To]
		if s.NextDay || !known || !there {
			continue
		}
		if b.t.Stay[from] != None {
			b.rep.Dropped++
			continue
		}
		b.t.Stay[from] = to
		if b.t.checkStay(from) != nil {
			b.t.Stay[from] = None
			b.rep.Dropped++
			continue
		}
		b.rep.Stays++
	}
}

// Transfers are what a feed says of changing between two of its stops, beside the
// streets: seconds of least time, or that it cannot be done.
type Transfers map[[2]Stop]Transfer

// Transfer is one of them.
type Transfer struct {
	Least     Second
	Forbidden bool
}

// TransfersOf lists the transfers of a feed that hold for all trips; those of single
// routes and trips are not modelled.
func TransfersOf(f *gtfs.Feed) Transfers {
	out := Transfers{}
	for _, r := range f.Transfers {
		if r.From == gtfs.None || r.To == gtfs.None || r.FromRoute != gtfs.None || r.ToRoute != gtfs.None || r.FromTrip != gtfs.None || r.ToTrip != gtfs.None {
			continue
		}
		t := Transfer{Forbidden: r.Type == gtfs.Impossible}
		if r.Type == gtfs.MinimumTime && r.MinTime != gtfs.NoTime {
			t.Least = Second(r.MinTime)
		}
		if r.Type <= gtfs.Impossible {
			out[[2]Stop{Stop(r.From), Stop(r.To)}] = t
		}
	}
	return out
}
