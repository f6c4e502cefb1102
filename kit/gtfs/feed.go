package gtfs

import (
	"time"

	"conurb/kit/geo"
)

// Feed is a timetable. It is not changed after it has been read, and may be used
// from several goroutines.
type Feed struct {
	Timezone string         // of all agencies, an IANA name
	Location *time.Location // the same, loaded

	Agencies    []AgencyRow
	Stops       []StopRow
	Levels      []LevelRow
	Pathways    []PathwayRow
	Routes      []RouteRow
	Services    []ServiceRow
	Trips       []TripRow
	Times       StopTimes
	Frequencies []FrequencyRow // those of a trip stand together, by start
	Transfers   []TransferRow
	Shapes      []ShapeRow
	Points      ShapePoints
	Info        *InfoRow // nil where there is no feed_info.txt
	Kept        []Table  // files kept as rows, by name
	Texts       []string // headsigns of stop times; Texts[0] is ""

	stops    map[string]Stop
	routes   map[string]Route
	services map[string]Service
	trips    map[string]Trip
}

// AgencyRow is a row of agency.txt.
type AgencyRow struct {
	ID, Name, URL, Timezone, Lang, Phone, FareURL, Email, CEMV string
}

// LocationType says what a stop is.
type LocationType uint8

// The kinds of stop.
const (
	Platform LocationType = iota // where vehicles stop; also a stop at the kerb
	Station
	Entrance
	Node // a joint of pathways
	BoardingArea
)

// Answer is what a feed says about wheelchairs, bicycles and cars.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	Yes
	No
)

// StopRow is a row of stops.txt.
type StopRow struct {
	ID, Code, Name, TTSName, Desc, Zone, URL, Timezone, PlatformCode string

	Point      geo.Point // WGS-84; where a node or boarding area gives none, its parent's
	Located    bool      // false: the feed gives no usable place
	Kind       LocationType
	Wheelchair Answer // as written; Feed.Wheelchair asks the parent too
	Access     int8   // stop_access: 1 from the street, 0 by the station only, -1 not given
	Parent     Stop
	Level      Level
}

// LevelRow is a row of levels.txt.
type LevelRow struct {
	ID, Name string
	Index    float64 // 0 is the street
}

// PathwayMode says how a pathway is walked.
type PathwayMode uint8

// The modes of a pathway.
const (
	Walkway PathwayMode = iota + 1
	Stairs
	MovingSidewalk
	Escalator
	Elevator
	FareGate
	ExitGate
)

// PathwayRow is a row of pathways.txt. NaN and NoTime stand for what is not given.
type PathwayRow struct {
	ID, Signs, ReverseSigns string

	From, To  Stop
	Mode      PathwayMode
	Both      bool // may be walked both ways
	Length    float64
	Traversal Seconds
	Stairs    int32 // negative downwards; 0 where not given
	MaxSlope  float64
	MinWidth  float64
}

// RouteRow is a row of routes.txt.
type RouteRow struct {
	ID, ShortName, LongName, Desc, URL, Color, TextColor, Network, CEMV string

	Agency     Agency
	Type       RouteType
	SortOrder  int32
	ContPickup Boarding // continuous_pickup
	ContDrop   Boarding // continuous_drop_off
}

// RouteType is the kind of vehicle: 0 to 12 of the specification, or 100 to 1799 of
// the Extended Route Types. Basic brings the latter down to the former.
type RouteType int16

// The basic route types.
const (
	Tram       RouteType = 0
	Metro      RouteType = 1
	Rail       RouteType = 2
	Bus        RouteType = 3
	Ferry      RouteType = 4
	CableTram  RouteType = 5
	AerialLift RouteType = 6
	Funicular  RouteType = 7
	Trolleybus RouteType = 11
	Monorail   RouteType = 12
)

// Basic gives the basic type of an extended one, -1 where there is none (air, taxi,
// school and other services).
func (t RouteType) Basic() RouteType {
	switch {
	case t < 100:
		return t
	case t < 200:
		return Rail
	case t < 300: // coaches
		return Bus
	case t == 405:
		return Monorail
	case t < 700: // urban railways, metro, underground
		return map[bool]RouteType{true: Rail, false: Metro}[t >= 300 && t < 400]
	case t < 800:
		return Bus
	case t == 800:
		return Trolleybus
	case t >= 900 && t < 1000:
		return Tram
	case t >= 1000 && t < 1100, t == 1200:
		return Ferry
	case t >= 1300 && t < 1400:
		return AerialLift
	case t == 1400:
		return Funicular
	}
	return -1
}

// Boarding says whether passengers may get on or off.
type Boarding uint8

// The ways of getting on and off.
const (
	Regular Boarding = iota
	NotAvailable
	PhoneAgency
	AskDriver
)

// ServiceRow is a service of calendar.txt and calendar_dates.txt.
type ServiceRow struct {
	ID             string
	Days           [7]bool // by time.Weekday
	Start, End     Date    // both included; zero where calendar.txt has no row
	Added, Removed []Date  // in order
}

// TripRow is a row of trips.txt with the range of its stop times.
type TripRow struct {
	ID, Headsign, ShortName, Block string

	Route      Route
	Service    Service
	Shape      Shape
	First      int32 // its stop times are First to Last-1 of Feed.Times
	Last       int32
	FirstFreq  int32 // its frequencies are FirstFreq to LastFreq-1 of Feed.Frequencies
	LastFreq   int32
	Direction  int8 // 0, 1, or -1 where not given
	Wheelchair Answer
	Bikes      Answer
	Cars       Answer
}

// Timing says how far a stop time can be trusted.
type Timing uint8

// The kinds of timing.
const (
	Exact        Timing = iota
	Approximate         // timepoint=0
	Interpolated        // left empty in the feed
)

// StopTimes are the columns of stop_times.txt, grouped by trip and in order.
// Columns that the feed lacks altogether are nil.
type StopTimes struct {
	Stop       []Stop
	Arrival    []Seconds
	Departure  []Seconds
	Sequence   []int32
	Pickup     []Boarding
	Drop       []Boarding
	Timing     []Timing
	Distance   []float64  // shape_dist_traveled in the unit of the feed, NaN where not given
	Headsign   []Text     // 0 where the trip's own holds
	ContPickup []Boarding // 255 where the route's own holds
	ContDrop   []Boarding
}

// AsRoute in ContPickup and ContDrop: what the route says holds.
const AsRoute Boarding = 255

// Len is the number of stop times.
func (t *StopTimes) Len() int { return len(t.Stop) }

// FrequencyRow is a row of frequencies.txt: the trip is run every Headway from Start
// until before End. The times of its stops then only say how long it takes.
type FrequencyRow struct {
	Trip       Trip
	Start, End Seconds
	Headway    Seconds
	Exact      bool // departures stand at Start, Start+Headway …; else only the headway is kept
}

// Departures is how many vehicles leave; for a headway that is not exact, the number
// there would be if the first left at Start.
func (q FrequencyRow) Departures() int {
	if q.Headway <= 0 || q.End <= q.Start {
		return 0
	}
	return int((q.End - q.Start + q.Headway - 1) / q.Headway)
}

// TransferType says what a transfer is.
type TransferType uint8

// The kinds of transfer.
const (
	Recommended TransferType = iota
	Timed                    // the second vehicle waits
	MinimumTime              // at least MinTime is needed
	Impossible
	InSeat   // passengers may stay on board
	NoInSeat // passengers must get off, and may get on again
)

// TransferRow is a row of transfers.txt; fields that are not given are None.
type TransferRow struct {
	From, To           Stop
	FromRoute, ToRoute Route
	FromTrip, ToTrip   Trip
	Type               TransferType
	MinTime            Seconds // NoTime where not given
}

// ShapeRow is a path: its points are First to Last-1 of Feed.Points.
type ShapeRow struct {
	ID          string
	First, Last int32
}

// ShapePoints are the columns of shapes.txt, grouped by shape and in order.
type ShapePoints struct {
	Point    []geo.Point
	Distance []float64 // nil where the feed has no column; NaN where not given
}

// InfoRow is the row of feed_info.txt.
type InfoRow struct {
	Publisher, URL, Lang, DefaultLang, Version, Email, ContactURL string
	Start, End                                                    Date
}

// Table is a file kept as rows.
type Table struct {
	File    string
	Columns []string
	Rows    [][]string
}
