package area

// Service is the trains of a line that call at the same stops with the same run times:
// what turns a line on the map into a timetable. It runs where and when the sections
// under its stops are open.
type Service struct {
	ID   string   `json:"id"`
	Line string   `json:"line"`           // Line.ID whose colour and name it bears
	Over []string `json:"over,omitempty"` // Line.ID of the other lines it runs on
	Name Text     `json:"name"`

	Stops []string `json:"stops"`           // Station.ID in order
	Run   []int    `json:"run"`             // seconds from each stop to the next, from departure to arrival; one less than Stops
	Dwell int      `json:"dwell"`           // seconds at a stop between
	Board int      `json:"board,omitempty"` // seconds that people have to be at the station before departure: security, ticket gate

	BothWays bool    `json:"bothWays"` // also from the last stop to the first, at the same times
	Bands    []Band  `json:"bands,omitempty"`
	Starts   []Clock `json:"starts,omitempty"` // departures one by one, where no headway describes them
	Back     []Clock `json:"back,omitempty"`   // those of the way back; nil: Starts

	Begins *Dated   `json:"begins,omitempty"` // nil: as soon as its sections are open
	Ends   *Dated   `json:"ends,omitempty"`   // the first day it no longer runs
	Needs  []string `json:"needs,omitempty"`  // Section.ID that have to be open besides those under its stops

	// What of it no source states, in words of Assumable. Shown wherever times rest on it.
	Assumed []string `json:"assumed,omitempty"`
	Cite
	Ref Ref `json:"ref"`
}

// Assumable are the parts of a service that may be assumed.
var Assumable = []string{"stops", "run", "dwell", "board", "headway", "starts", "first-last", "begins", "ends"}

// Band is a stretch of the day with one headway: departures from the first stop every
// Headway seconds from From on, before Until. The first is at From. Trains that would be
// under way at the first From of the day set out where they would be then, so that a line
// begins at once along its length.
type Band struct {
	From    Clock `json:"from"`
	Until   Clock `json:"until"`
	Headway int   `json:"headway"` // seconds
}

// Clock is a time of the service day in seconds; it may pass 24 hours.
type Clock int32

// Running reports whether the service was run on a day, as far as was known on another,
// its sections being open.
func (s *Service) Running(asOf, believed Date) bool {
	if s.Begins != nil && (s.Begins.Date > asOf || s.Begins.Known > believed) {
		return false
	}
	return s.Ends == nil || s.Ends.Date > asOf || s.Ends.Known > believed
}
