package line

import (
	"conurb/area"
	"conurb/connect/transit"
)

// Report says what became of a network's services.
type Report struct {
	Services int // that run
	Runs     int // of vehicles on the service day
	Trips    int // of the timetable: more, where people have to be at a station early
	Night    int // of Runs' copies: of the days before and after, within the seconds of this one

	Idle    []Idle    // services that do not run
	Part    []Part    // those that run on part of their stops
	Assumed []Assumed // of those that run

	Of []Run // by transit.Trip
}

// Why a service, or a part of it, does not run.
const (
	NotNow = "not-now" // it has not begun, or has ended
	Needed = "needed"  // a section it needs is closed: Section
	Closed = "closed"  // a section under its stops is closed: Section
	NoWay  = "no-way"  // its lines do not join two of its stops, or no section says when they do
)

// Idle is a service that does not run, and why.
type Idle struct {
	Service string `json:"service"`
	Why     string `json:"why"`
	Section string `json:"section,omitempty"` // the first that is closed
}

// Part is a service that runs from and to some of its stops only.
type Part struct {
	Service string
	Stretch [][2]string // first and last Station.ID of each
	Section string      // the first that is closed
}

// Assumed is what no source states of a service that runs.
type Assumed struct {
	Service string
	What    []string // words of area.Assumable
}

// Run is the vehicle that a trip of the timetable stands for.
type Run struct {
	Service int            // index of the services
	Back    bool           // from the last stop to the first
	Board   transit.Second // it leaves so much later than the trip's first departure
}

// stretch is stops of a service that open sections join, first and last.
type stretch struct{ first, last int }

// stretches finds where a service runs. closed is the first section that keeps it from
// running on all of its stops, why says more if it does not run at all.
func stretches(n *area.Network, s *area.Service, open func(section string) bool) (list []stretch, why, closed string) {
	for _, id := range s.Needs {
		if !open(id) {
			return nil, Needed, id
		}
	}
	why = NoWay
	first := 0
	end := func(last int) {
		if last > first {
			list = append(list, stretch{first, last})
		}
		first = last + 1
	}
	for i, way := range n.Under(s) {
		section, ok := openWay(way, len(s.Needs) > 0, open)
		if ok {
			continue
		}
		if section != "" && closed == "" {
			why, closed = Closed, section
		}
		end(i)
	}
	end(len(s.Stops) - 1)
	return list, why, closed
}

// openWay reports whether a way from a stop to the next is open; if not, the first
// section that is closed, if any.
func openWay(way [][]string, needs bool, open func(section string) bool) (closed string, ok bool) {
	if way == nil {
		return "", false
	}
	for _, sections := range way {
		if len(sections) == 0 {
			if needs {
				continue
			}
			return "", false
		}
		any := false
		for _, id := range sections {
			any = any || open(id)
		}
		if !any {
			return sections[0], false
		}
	}
	return "", true
}
