package line

import (
	"slices"

	"conurb/area"
	"conurb/connect/transit"
)

// call is a vehicle at a stop.
type call struct {
	stop           string // Station.ID
	arrive, depart transit.Second
}

// vehicle is one run of a service over a stretch, of two calls at least.
type vehicle struct {
	back  bool
	calls []call
}

// departure is a train at the first stop of the whole service. Before floor it is not
// under way yet: it sets out at the first stop that it would leave at floor or later.
type departure struct{ at, floor transit.Second }

// vehicles lists the runs of a service over the stretches that are open, there and back.
func vehicles(s *area.Service, list []stretch) []vehicle {
	out := oneWay(nil, s, list, s.Starts, false)
	if !s.BothWays {
		return out
	}
	last := len(s.Stops) - 1
	r := *s
	r.Stops, r.Run = slices.Clone(s.Stops), slices.Clone(s.Run)
	slices.Reverse(r.Stops)
	slices.Reverse(r.Run)
	mirrored := make([]stretch, len(list))
	for i, k := range list {
		mirrored[len(list)-1-i] = stretch{last - k.last, last - k.first}
	}
	starts := s.Starts
	if s.Back != nil {
		starts = s.Back
	}
	return oneWay(out, &r, mirrored, starts, true)
}

func oneWay(out []vehicle, s *area.Service, list []stretch, starts []area.Clock, back bool) []vehicle {
	calls := pattern(s)
	whole := calls[len(calls)-1].arrive
	for _, d := range departures(s.Bands, starts, whole) {
		for _, k := range list {
			first := k.first
			for first < k.last && d.at+calls[first].depart < d.floor {
				first++
			}
			if first == k.last {
				continue
			}
			v := vehicle{back: back, calls: slices.Clone(calls[first : k.last+1])}
			for i := range v.calls {
				v.calls[i].arrive += d.at
				v.calls[i].depart += d.at
			}
			v.calls[0].arrive = v.calls[0].depart
			end := len(v.calls) - 1
			v.calls[end].depart = v.calls[end].arrive
			out = append(out, v)
		}
	}
	return out
}

// pattern is the calls of a service that leaves its first stop at zero.
func pattern(s *area.Service) []call {
	calls := make([]call, len(s.Stops))
	at := transit.Second(0)
	for i, id := range s.Stops {
		if i > 0 {
			at += transit.Second(s.Run[i-1])
		}
		calls[i] = call{id, at, at}
		if i > 0 && i < len(s.Stops)-1 {
			at += transit.Second(s.Dwell)
			calls[i].depart = at
		}
	}
	return calls
}

// departures lists when trains leave the first stop, in order of bands and starts. The
// first band reaches back to the trains that would be under way when it begins.
func departures(bands []area.Band, starts []area.Clock, whole transit.Second) []departure {
	var out []departure
	for i, b := range bands {
		if b.Headway <= 0 {
			continue
		}
		from, headway := transit.Second(b.From), transit.Second(b.Headway)
		if i == 0 {
			for at := from - (whole/headway)*headway; at < from; at += headway {
				out = append(out, departure{at, from})
			}
		}
		for at := from; at < transit.Second(b.Until); at += headway {
			out = append(out, departure{at, at})
		}
	}
	for _, at := range starts {
		out = append(out, departure{transit.Second(at), transit.Second(at)})
	}
	return out
}
