package area

// Work is what a project builds or changes, and when. A network as of a day is the base
// with the edits of all works open by then.
type Work struct {
	ID      string  `json:"id"`
	Name    Text    `json:"name"`
	Project string  `json:"project,omitempty"` // the project of the plan that it is part of
	Opens   *Dated  `json:"opens,omitempty"`   // nil: not open yet
	Planned []Dated `json:"planned,omitempty"`
	Yuan    float64 `json:"yuan,omitempty"` // cost; 0 is not known
	Edits   []Edit  `json:"edits"`
	Cite
	Ref Ref `json:"ref"`
}

// OpenBy reports whether the work was open on a day, as far as was known on another.
func (w *Work) OpenBy(asOf, believed Date) bool {
	return w.Opens != nil && w.Opens.Date <= asOf && w.Opens.Known <= believed
}

// PlannedOn returns the newest planned opening that was known on a day, or nil.
func (w *Work) PlannedOn(believed Date) *Dated { return Latest(w.Planned, believed) }

// EditKind is what an edit does.
type EditKind string

// The kinds of edit: of a region's sections, of lines of public transport, of streets,
// and of places that people want to reach.
const (
	OpenSection  EditKind = "open-section"  // Section
	CloseSection EditKind = "close-section" // Section
	AddLine      EditKind = "add-line"      // Line, Stops, Run, Dwell, Bands, OneWay
	DropLine     EditKind = "drop-line"     // Line
	Headway      EditKind = "headway"       // Line; Factor of the headway, or Bands
	Shift        EditKind = "shift"         // Line, Seconds
	SkipStop     EditKind = "skip-stop"     // Line, Stop
	AddStop      EditKind = "add-stop"      // Line, Stop after which, Stops (one), Dwell
	RunTime      EditKind = "run-time"      // Line; Factor of the time between stops
	AddRoad      EditKind = "add-road"      // Path, Kmh, Modes, OneWay
	CloseRoad    EditKind = "close-road"    // Where, Modes
	RoadSpeed    EditKind = "road-speed"    // Where, Modes; Factor of the speed, or Kmh
	AddFacility  EditKind = "add-facility"  // Facility
	DropFacility EditKind = "drop-facility" // Facility, by its id
)

// EditKinds lists every kind.
var EditKinds = []EditKind{OpenSection, CloseSection, AddLine, DropLine, Headway, Shift, SkipStop, AddStop, RunTime,
	AddRoad, CloseRoad, RoadSpeed, AddFacility, DropFacility}

// Edit is one change of a network. Which fields count depends on its kind; the others
// are empty.
type Edit struct {
	Kind EditKind `json:"kind"`

	Section string `json:"section,omitempty"` // Section.ID

	Line    string  `json:"line,omitempty"`    // as the timetable names it
	Stops   []Place `json:"stops,omitempty"`   // in order
	Run     []int   `json:"run,omitempty"`     // seconds from each stop to the next, departure to arrival
	Dwell   int     `json:"dwell,omitempty"`   // seconds at a stop between
	Bands   []Band  `json:"bands,omitempty"`   //
	OneWay  bool    `json:"oneWay,omitempty"`  // else both ways, at the same times
	Stop    string  `json:"stop,omitempty"`    // name of a stop of the line
	Seconds int     `json:"seconds,omitempty"` // later; earlier below 0
	Factor  float64 `json:"factor,omitempty"`

	Where Where        `json:"where,omitzero"`
	Path  [][2]float64 `json:"path,omitempty"` // WGS-84, from end to end
	Kmh   float64      `json:"kmh,omitempty"`
	Modes []string     `json:"modes,omitempty"` // of streets: car, bicycle, walk; empty is car

	Facility *Facility `json:"facility,omitempty"`

	Ref Ref `json:"ref"`
}

// Place is a named point.
type Place struct {
	Name  string     `json:"name"`
	Point [2]float64 `json:"point"` // WGS-84 lon, lat
}

// Where chooses streets: those that fulfil everything that is said.
type Where struct {
	Name string       `json:"name,omitempty"` // of the way, or its number
	Ways []int64      `json:"ways,omitempty"` // of OpenStreetMap
	Ring [][2]float64 `json:"ring,omitempty"` // a polygon, WGS-84, in which they lie wholly
}

// Facility is a place that people want to reach.
type Facility struct {
	ID    string     `json:"id"`
	Kind  string     `json:"kind"` // hospital, school, ...
	Name  Text       `json:"name"`
	Point [2]float64 `json:"point"` // WGS-84 lon, lat
}
