package board

import (
	"conurb/area"
	"conurb/plan"
	"conurb/plan/forecast"
	"conurb/plan/measure"
	"conurb/plan/progress"
)

// Version names the rules that turn evidence into verdicts. A board computed
// under another version is another board.
const Version = "board-1"

// Query asks for a board: how things stood on AsOf as far as was known on
// BelievedOn. Log limits the observations to the first Log entries of the
// evidence log; 0 means all.
type Query struct {
	AsOf       area.Date `json:"asOf"`
	BelievedOn area.Date `json:"believedOn"`
	Log        int64     `json:"log"`
}

// Verdict is the standing of a target.
type Verdict string

// The verdicts.
const (
	Met           Verdict = "met"            // the comparable value is at or past the target
	Missed        Verdict = "missed"         // the due day has passed without it
	OnTrack       Verdict = "on-track"       // before the due day, at or ahead of its trajectory or likely to arrive
	AtRisk        Verdict = "at-risk"        // behind, but still possible
	OffTrack      Verdict = "off-track"      // behind, and unlikely to arrive
	RuleDependent Verdict = "rule-dependent" // named counting rules disagree, and the plan's own is unpublished
	LowerBound    Verdict = "lower-bound"    // evidence is known to be incomplete and what there is does not reach
	NotComparable Verdict = "not-comparable" // only figures of another scope exist
	Undetermined  Verdict = "undetermined"   // a comparable figure exists, but it is too old, is only the baseline, or has neither a trajectory nor a forecast to be judged by
	NoData        Verdict = "no-data"        // nothing is known
)

// Verdicts lists all verdicts in the order the board shows them.
var Verdicts = []Verdict{Met, OnTrack, AtRisk, OffTrack, Missed, RuleDependent, LowerBound, Undetermined, NotComparable, NoData}

// Reason says why, as a locale key "reason.<Code>" and its arguments.
type Reason struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Board is where a plan stands.
type Board struct {
	Version    string            `json:"version"`
	Pack       string            `json:"pack"`       // region pack id
	PackDigest string            `json:"packDigest"` // sha256 of the pack's files, hex
	Query      Query             `json:"query"`
	Summary    Summary           `json:"summary"`
	Fields     []Group           `json:"fields"`
	Goals      []Group           `json:"goals"`
	Coverage   Coverage          `json:"coverage"`
	Targets    []Target          `json:"targets"`
	Projects   []ProjectStanding `json:"projects"`
}

// Summary counts targets by verdict and projects by commitment.
type Summary struct {
	Targets     map[Verdict]int         `json:"targets"`
	Commitments map[CommitmentState]int `json:"commitments"`
}

// Group is a goal or field with its verdict counts.
type Group struct {
	plan.Item
	Targets     map[Verdict]int         `json:"targets"`
	Commitments map[CommitmentState]int `json:"commitments"`
}

// Coverage is what the plan itself leaves silent.
type Coverage struct {
	AspectsStated            int      `json:"aspectsStated"`
	AspectsIdentified        int      `json:"aspectsIdentified"`
	Indicators               int      `json:"indicators"`
	IndicatorsWithoutData    []string `json:"indicatorsWithoutData"`
	IndicatorsStale          []string `json:"indicatorsStale"`
	TargetsWithoutIndicator  []string `json:"targetsWithoutIndicator"`
	TasksWithoutTarget       []string `json:"tasksWithoutTarget"`
	ProjectsWithoutMilestone []string `json:"projectsWithoutMilestone"`
}

// Value is a figure with the evidence behind it.
type Value struct {
	Value    float64    `json:"value"`
	Period   string     `json:"period"` // what it is about; the as-of day for a measured value
	Date     area.Date  `json:"date"`   // last day of the period
	Scope    string     `json:"scope"`
	Grade    area.Grade `json:"grade"` // the weakest grade among its inputs
	Kind     string     `json:"kind"`  // reported | measured
	Rule     string     `json:"rule,omitempty"`
	Partial  bool       `json:"partial,omitempty"` // a lower bound
	Stale    bool       `json:"stale,omitempty"`
	Evidence []Evidence `json:"evidence"`
}

// Evidence is one input of a value, down to the row it was written in.
type Evidence = measure.Evidence

// RuleVerdict is the standing under one counting rule.
type RuleVerdict struct {
	Rule    plan.Rule `json:"rule"`
	Value   *Value    `json:"value"`
	Verdict Verdict   `json:"verdict"`
	Reasons []Reason  `json:"reasons"`
}

// Target is a target with its standing.
type Target struct {
	plan.Target
	IndicatorName area.Text           `json:"indicatorName"`
	Unit          plan.Unit           `json:"unit"`
	Decimals      int                 `json:"decimals"`
	Direction     plan.Direction      `json:"direction"`
	Verdict       Verdict             `json:"verdict"`
	Strict        bool                `json:"strict"` // met without the tolerance of its hedges
	Reasons       []Reason            `json:"reasons"`
	Current       *Value              `json:"current"`    // newest comparable value, under JudgeRule or the first rule
	Other         []Value             `json:"other"`      // newest figure of each other scope: shown, never judged
	ByRule        []RuleVerdict       `json:"byRule"`     // measured indicators: every rule
	Accepted      float64             `json:"accepted"`   // figure that counts as met once hedges are allowed for
	Expected      *float64            `json:"expected"`   // what the registered trajectory wants on AsOf
	Confidence    *Confidence         `json:"confidence"` // nil when nothing can be said
	Path          []SeriesPoint       `json:"path"`       // trajectory, for drawing
	Series        []SeriesPoint       `json:"series"`     // comparable values up to AsOf
	Methods       []progress.Result   `json:"methods"`
	Differ        progress.Difference `json:"differ"` // why the methods do not agree
	Forecast      *forecast.Forecast  `json:"forecast"`
}

// Confidence is the chance of reaching the target and what it rests on.
type Confidence struct {
	Probability float64    `json:"probability"`
	Basis       string     `json:"basis"` // forecast | milestones | certain
	Grade       area.Grade `json:"grade"` // weakest grade among the inputs
}

// SeriesPoint is a value on a day.
type SeriesPoint struct {
	Date  area.Date `json:"date"`
	Value float64   `json:"value"`
}

// CommitmentState is the standing of a project's commitment.
type CommitmentState = measure.State

// The states of a commitment, see package measure.
const (
	Kept    = measure.Kept
	Late    = measure.Late
	Pending = measure.Pending
	Unknown = measure.Unknown
)

// CommitmentStates lists the states in the order the board shows them.
var CommitmentStates = []CommitmentState{Kept, Pending, Late, Unknown}

// ProjectStanding is a project with its standing on a day.
type ProjectStanding struct {
	plan.Project
	State      CommitmentState `json:"state"`
	Due        area.Date       `json:"due"`                // first promised day of the fulfilling milestone, else the plan's horizon
	DueBasis   string          `json:"dueBasis"`           // milestone | horizon
	Promise    *area.Dated     `json:"promise,omitempty"`  // the promise that Due comes from
	Expected   area.Date       `json:"expected,omitempty"` // newest promised day
	Done       area.Date       `json:"done,omitempty"`     // day it was kept
	SlipMonths *float64        `json:"slipMonths"`         // done, or newest promise, or AsOf if later, minus Due
	Reasons    []Reason        `json:"reasons"`
	Phase      string          `json:"phase"`               // newest milestone kind that happened; "none"
	LastHeard  area.Date       `json:"lastHeard,omitempty"` // newest statement of any kind
}
