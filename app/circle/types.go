package circle

import (
	"errors"
	"fmt"
	"strings"

	"conurb/area"
	measure "conurb/connect/circle"
)

// The modes that circles are evaluated for.
const (
	Transit = "transit"         // on foot and by public transport
	Bicycle = "bicycle-transit" // by bicycle to, between and from stations, and by public transport
	Car     = "car"
)

// Modes lists them.
var Modes = []string{Transit, Bicycle, Car}

// Asked says what is evaluated.
type Asked struct {
	AsOf     area.Date // what had opened by then; zero: the newest day that is known
	Believed area.Date // as far as was known on this day; zero: today
	Complete bool      // the plan complete: besides, every work of the plan
	Mode     string    // one of Modes
	With     []string  // Work.ID that count as open besides
	Without  []string  // Work.ID that count as not open
	Reach    bool      // also count people within reach, which takes longest

	Threshold float64 // share of people from which a circle counts as basically realised; 0: that of the rule
}

// Work is a project of the plan, or else a section on its own, that changes which lines
// and roads are open.
type Work struct {
	ID       string       `json:"id"`
	Name     area.Text    `json:"name"`
	Project  bool         `json:"project"` // a project of the plan; else a section that no project claims
	Mode     string       `json:"mode"`    // rail | road | both
	Cities   []string     `json:"cities,omitempty"`
	Sections []string     `json:"sections"`
	Opened   []area.Dated `json:"opened,omitempty"`  // days on which parts of it opened
	Planned  *area.Dated  `json:"planned,omitempty"` // newest planned opening of what is not open, as known
	Whole    bool         `json:"whole"`             // all its sections are open on the day asked about
	Fen      int64        `json:"fen,omitempty"`     // cost; 0 where no source states it
	CostCite *area.Cite   `json:"costCite,omitempty"`

	// Sections of it that no service runs on and no road is drawn of: switching them changes nothing.
	Mute []string `json:"mute,omitempty"`
}

// Answer is an evaluation.
type Answer struct {
	Asked    Asked           `json:"asked"`
	Digest   string          `json:"digest"` // of everything it depends on
	Open     []string        `json:"open"`   // Section.ID, in order
	Works    []string        `json:"works"`  // Work.ID of the works all of whose sections are open
	Result   *measure.Result `json:"result"`
	Modelled []area.Basis    `json:"modelled"`        // streets, people, timetable, where they are models
	Lines    *Lines          `json:"lines,omitempty"` // of modes with trains
	Place    *measure.Place  `json:"-"`
	Times    *measure.Times  `json:"-"` // by cell
	Rule     *measure.Rule   `json:"-"`
}

// Lines counts what ran on the day.
type Lines struct {
	Services int `json:"services"`
	Trips    int `json:"trips"`
	Stations int `json:"stations"`
}

// Progress tells how far an evaluation is; it may be nil. step is one of the steps below.
type Progress func(step string, done, total int)

// The steps, for words.
const (
	StepStreets = "streets"
	StepRoads   = "roads"
	StepWalks   = "walks"
	StepTimes   = "times"
	StepReach   = "reach"
)

// Comparison is who gains and who loses from one evaluation to another.
type Comparison struct {
	Before, After *Answer
	Change        *measure.Change
}

// The refusals of this package.
var (
	ErrMode     = errors.New("no such mode")
	ErrNoRule   = errors.New("the region has no rule for circles")
	ErrNoPeople = errors.New("no people are known by cell")
)

// WorkError tells that a work is not known.
type WorkError struct {
	ID    string
	Known []string
}

func (e *WorkError) Error() string { return "no work " + e.ID }

// ScopeError tells that the scope of the rule has no districts in the region.
type ScopeError struct{ Scope string }

func (e *ScopeError) Error() string { return "no districts in scope " + e.Scope }

// ServiceError tells that the region names no place of a service of the rule: nobody
// would be in the half-hour circle, for want of data.
type ServiceError struct {
	ID    string
	Kinds []string
}

func (e *ServiceError) Error() string {
	return fmt.Sprintf("service %s: no place of kind %s", e.ID, strings.Join(e.Kinds, ", "))
}

// RuleFaults are the faults of a rule file.
type RuleFaults []measure.Problem

func (f RuleFaults) Error() string {
	return fmt.Sprintf("%d faults in the rule, the first at %s", len(f), f[0])
}

func (p Progress) say(step string, done, total int) {
	if p != nil {
		p(step, done, total)
	}
}
