package circle

import (
	"math"

	"conurb/area"
)

// Decis is a time in tenths of a second.
type Decis int32

// Never is the one name for what is not reached.
const Never Decis = math.MaxInt32

// Minutes is a time of whole or broken minutes.
func Minutes(m float64) Decis { return Decis(math.Round(m * 600)) }

// Minutes are the time in minutes; +Inf for Never.
func (d Decis) Minutes() float64 {
	if d == Never {
		return math.Inf(1)
	}
	return float64(d) / 600
}

// Rule is what counts as being inside a circle. Every figure of it is listed in
// Parameters with its reason.
type Rule struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`
	Name    area.Text `json:"name"`
	Scope   string    `json:"scope"`  // area.Scope.ID whose people are counted
	Digest  string    `json:"digest"` // sha256:... of the file

	Window   Window    `json:"window"`
	Walk     Walk      `json:"walk"`
	Bicycle  Bicycle   `json:"bicycle"`
	Car      Car       `json:"car"`
	HalfHour HalfHour  `json:"halfHour"`
	OneHour  OneHour   `json:"oneHour"`
	Verdict  Threshold `json:"verdict"`

	Parameters []Parameter `json:"parameters"`
}

// Window is when people set out.
type Window struct {
	From       area.Clock `json:"from"`       // seconds of the day
	Until      area.Clock `json:"until"`      // before which
	Step       int        `json:"step"`       // seconds between departures
	Percentile float64    `json:"percentile"` // of the departures, that arrive in time; 50 is the median
}

// Walk is what journeys by public transport may be like.
type Walk struct {
	Access  float64 `json:"access"` // minutes at most, to the first stop
	Change  float64 `json:"change"` // between stops
	Egress  float64 `json:"egress"` // from the last stop
	Slack   int     `json:"slack"`  // seconds between being at a stop and boarding
	Longest float64 `json:"longest"`
}

// Bicycle is what journeys by public transport may be like where one cycles instead of
// walking; slack and the longest journey are those of Walk.
type Bicycle struct {
	Access float64 `json:"access"` // minutes at most
	Change float64 `json:"change"`
	Egress float64 `json:"egress"`
}

// Limits are those limits beside the rest of a Walk.
func (b Bicycle) Limits() Walk { return Walk{Access: b.Access, Change: b.Change, Egress: b.Egress} }

// Car is what a journey by car is beside free flow.
type Car struct {
	Door       float64 `json:"door"`       // minutes from door to car and for parking, once a journey
	Congestion float64 `json:"congestion"` // times under way are so many times those of free flow
}

// HalfHour is the half-hour living circle.
type HalfHour struct {
	Minutes  float64   `json:"minutes"`
	Services []Service `json:"services"` // all of which are to be reached, besides one of the centres
	Missing  []Missing `json:"missing"`  // what belongs to daily life and no open data tell where it is
}

// Service is one of the basic set: any place of its kinds will do.
type Service struct {
	ID    string    `json:"id"`
	Name  area.Text `json:"name"`
	Kinds []string  `json:"kinds"` // area.Anchor.Kind
}

// Missing is a service that is not measured.
type Missing struct {
	ID   string    `json:"id"`
	Name area.Text `json:"name"`
}

// OneHour is the one-hour traffic circle.
type OneHour struct {
	Minutes  float64 `json:"minutes"`
	Headline string  `json:"headline"` // own | nearest | all: which of the three shares is circle-60
}

// The centres that a share of the one-hour circle speaks of.
const (
	Own     = "own"
	Nearest = "nearest"
	All     = "all"
)

// Threshold is the share of people from which a circle is "basically realised".
type Threshold struct {
	Share float64 `json:"share"` // 0 to 1
}

// Parameter is one figure of the rule as the file has it, with its reason.
type Parameter struct {
	Field  string    `json:"field"` // path in the file: window.from
	Value  string    `json:"value"`
	Reason area.Text `json:"reason"`
	area.Cite
	Ref area.Ref `json:"ref"`
}
