package area

import "slices"

// Sketch is what a region states so that streets and homes can be modelled where no
// survey of them is open. Nothing in it counts in any figure of the plan.
type Sketch struct {
	Anchors  []Anchor  `json:"anchors,omitempty"`
	Links    []Link    `json:"links,omitempty"`
	Barriers []Barrier `json:"barriers,omitempty"`
}

// The kinds of anchor. Stations of the network and centres of the cities are anchors
// without being listed.
const (
	AnchorCity       = "city-centre"
	AnchorDistrict   = "district-centre"
	AnchorTown       = "town"
	AnchorUniversity = "university"
	AnchorHospital   = "hospital"
	AnchorStation    = "station"
)

// AnchorKinds are the kinds of anchor that can be listed.
var AnchorKinds = []string{AnchorDistrict, AnchorTown, AnchorUniversity, AnchorHospital}

// Anchor is a place around which people live closely.
type Anchor struct {
	ID     string     `json:"id"`
	Kind   string     `json:"kind"`
	Name   Text       `json:"name"`
	Point  [2]float64 `json:"point"`  // WGS-84 lon, lat
	Weight float64    `json:"weight"` // beside others of its kind; 1 is usual
	Cite
	Ref Ref `json:"ref"`
}

// LinkClasses are the classes of a link, fastest first.
var LinkClasses = []string{"expressway", "trunk", "primary", "secondary"}

// Link is a road drawn coarsely so that a modelled network hangs together. It is no
// section of a line: no length, scope or target knows it.
type Link struct {
	ID           string       `json:"id"`
	Class        string       `json:"class"`        // one of LinkClasses
	Number       string       `json:"number"`       // G4, S20; may be empty
	Name         Text         `json:"name"`         //
	LimitKmh     float64      `json:"limitKmh"`     // speed limit
	Path         [][2]float64 `json:"path"`         // WGS-84
	Interchanges [][2]float64 `json:"interchanges"` // of an expressway, where they are known; else by rule
	Opened       *Dated       `json:"opened"`       // nil: open as long as anybody asks
	Cite
	Ref Ref `json:"ref"`
}

// OpenedBy reports whether the link was open on a day, as far as was known on another.
func (l *Link) OpenedBy(asOf, believed Date) bool {
	return l.Opened == nil || l.Opened.Date <= asOf && l.Opened.Known <= believed
}

// Barrier is a line that only drawn roads cross: a wide river.
type Barrier struct {
	ID   string       `json:"id"`
	Name Text         `json:"name"`
	Path [][2]float64 `json:"path"` // WGS-84
	Cite
	Ref Ref `json:"ref"`
}

// OpenStations are the stations, by id, that trains called at on a day, as far as was
// known on another: those of the sections open then.
func (n *Network) OpenStations(asOf, believed Date) map[string]bool {
	open := map[string]bool{}
	for i := range n.Lines {
		line := &n.Lines[i]
		for j := range line.Sections {
			s := &line.Sections[j]
			if !s.OpenedBy(asOf, believed) {
				continue
			}
			from, to := slices.Index(line.Stations, s.From), slices.Index(line.Stations, s.To)
			switch {
			case s.From == s.To: // a ring, or the whole line
				from, to = 0, len(line.Stations)-1
			case from > to:
				from, to = to, from
			}
			for k := max(from, 0); k <= to; k++ {
				open[line.Stations[k]] = true
			}
		}
	}
	return open
}
