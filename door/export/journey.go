package export

import (
	"conurb/connect/reach"
	"conurb/connect/transit"
)

// Journey makes a feature of each leg of a journey that is drawn, in order; a wait is
// told by the ride after it. Times are seconds of the service day.
func Journey(p *reach.Pair, t *transit.Timetable, it *reach.Itinerary, about map[string]any) Collection {
	c := Collection{Type: "FeatureCollection", Features: []Feature{}}
	for i, l := range it.Legs {
		if l.By == reach.Wait {
			continue
		}
		props := map[string]any{"leg": i + 1}
		for _, more := range []map[string]any{LegOf(t, l), about} {
			for k, v := range more {
				props[k] = v
			}
		}
		if i > 0 && it.Legs[i-1].By == reach.Wait {
			props["wait"] = it.Legs[i-1].Arrive - it.Legs[i-1].Depart
		}
		c.Features = append(c.Features, Feature{"Feature", Geometry{"LineString", rounded(p.Line(l), 1e6)}, props})
	}
	return c
}

// LegOf is a leg by names: by, depart, arrive, seconds, and where it has them from, to,
// line and calls.
func LegOf(t *transit.Timetable, l reach.Leg) map[string]any {
	out := map[string]any{"by": l.By, "depart": l.Depart, "arrive": l.Arrive, "seconds": l.Arrive - l.Depart}
	if l.From != transit.None {
		out["from"] = t.StopName[l.From]
	}
	if l.To != transit.None {
		out["to"] = t.StopName[l.To]
	}
	if l.By == reach.Ride {
		out["line"], out["calls"] = t.RouteName[l.Route], l.Calls
	}
	return out
}
