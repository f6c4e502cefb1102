package area

// Station is a stop on a rail line.
type Station struct {
	ID    string     `json:"id"`
	Name  Text       `json:"name"`
	City  string     `json:"city,omitempty"` // City.ID; empty outside the area
	Point [2]float64 `json:"point"`          // WGS-84 lon, lat
	Cite
	Ref Ref `json:"ref"`
}

// Length is one published length of a section. Sources count differently, so
// a length never goes without its definition.
type Length struct {
	Km         float64 `json:"km"`
	Definition string  `json:"definition"` // route | main-line | new-built | operating
	Cite
	Ref Ref `json:"ref"`
}

// Dated is a day that a source states, and the day it could first be known.
type Dated struct {
	Date  Date `json:"date"`
	Known Date `json:"known"` // publication; an opening is known the day it happens
	Cite
	Ref Ref `json:"ref"`
}

// Section is a stretch of a line or road that opens on one day.
type Section struct {
	ID      string             `json:"id"`
	Line    string             `json:"line"` // Line.ID
	Name    Text               `json:"name"`
	From    string             `json:"from,omitempty"` // Station.ID
	To      string             `json:"to,omitempty"`
	Lengths []Length           `json:"lengths"`
	ByCity  map[string]float64 `json:"byCity,omitempty"` // km in each city where published
	Scopes  []string           `json:"scopes"`           // Scope.ID whose totals it counts in
	Planned []Dated            `json:"planned,omitempty"`
	Opened  *Dated             `json:"opened,omitempty"`
	Project string             `json:"project,omitempty"` // the project that builds it
	Path    [][2]float64       `json:"path,omitempty"`    // drawn coarsely, WGS-84
	Ref     Ref                `json:"ref"`
}

// Line is a rail line or a road.
type Line struct {
	ID        string    `json:"id"`
	Mode      string    `json:"mode"`  // rail | road
	Class     string    `json:"class"` // metro | maglev | intercity | conventional | high-speed | expressway | trunk
	Name      Text      `json:"name"`
	Colour    string    `json:"colour,omitempty"` // #rrggbb
	DesignKmh float64   `json:"designKmh,omitempty"`
	Stations  []string  `json:"stations,omitempty"` // Station.ID in order
	Sections  []Section `json:"sections"`
	Cite
	Ref Ref `json:"ref"`
}

// Network is the lines and stations of a region pack.
type Network struct {
	Stations []Station `json:"stations"`
	Lines    []Line    `json:"lines"`
}

// OpenedBy reports whether the section was open on a day, as far as was known
// on another.
func (s *Section) OpenedBy(asOf, believed Date) bool {
	return s.Opened != nil && s.Opened.Date <= asOf && s.Opened.Known <= believed
}

// PlannedOn returns the newest planned opening that was known on a day, or nil.
func (s *Section) PlannedOn(believed Date) *Dated { return Latest(s.Planned, believed) }

// Latest returns the statement with the newest Known not after a day; among
// equals the last written wins. It is nil when none was known yet.
func Latest(list []Dated, believed Date) *Dated {
	var best *Dated
	for i := range list {
		if list[i].Known <= believed && (best == nil || list[i].Known >= best.Known) {
			best = &list[i]
		}
	}
	return best
}

// Earliest returns the statement with the oldest Known not after a day, nil
// when none was known yet.
func Earliest(list []Dated, believed Date) *Dated {
	var best *Dated
	for i := range list {
		if list[i].Known <= believed && (best == nil || list[i].Known < best.Known) {
			best = &list[i]
		}
	}
	return best
}

// LengthBy returns the section's length by the first definition in order that
// it has; ok is false when it has none of them.
func (s *Section) LengthBy(definitions []string) (l Length, ok bool) {
	for _, d := range definitions {
		for _, l := range s.Lengths {
			if l.Definition == d {
				return l, true
			}
		}
	}
	return Length{}, false
}
