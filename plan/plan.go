package plan

import "conurb/area"

// Plan is one plan document as data.
type Plan struct {
	ID            string        `json:"id"`
	Title         area.Text     `json:"title"`
	Issuer        area.Text     `json:"issuer"`
	Number        string        `json:"number,omitempty"`
	Issued        area.Date     `json:"issued"`
	From          area.Date     `json:"from"`
	Until         area.Date     `json:"until"`         // horizon; commitments without a date are due then
	AspectsStated int           `json:"aspectsStated"` // how many aspects the plan says it has
	Goals         []Item        `json:"goals"`
	Fields        []Item        `json:"fields"`
	Aspects       []Item        `json:"aspects"`
	Tasks         []Item        `json:"tasks"`
	Projects      []Project     `json:"projects"`
	Indicators    []Indicator   `json:"indicators"`
	Targets       []Target      `json:"targets"`
	Hedges        []HedgeRule   `json:"hedges"`
	Observations  []Observation `json:"observations"`
	Wordings      []Wording     `json:"wordings,omitempty"`
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Item is a goal, field, aspect or task: a named node of the plan's tree.
type Item struct {
	ID     string    `json:"id"`
	Parent string    `json:"parent,omitempty"` // aspect -> field, task -> aspect or field
	Name   area.Text `json:"name"`
	Note   area.Text `json:"note,omitzero"`
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Wording is what one source says, in its own words and language.
type Wording struct {
	Source string   `json:"source"`
	Lang   string   `json:"lang"` // zh | en
	Text   string   `json:"text"`
	Value  *float64 `json:"value,omitempty"`  // the figure in this wording, if it has one
	Hedges []string `json:"hedges,omitempty"` // HedgeRule.ID
	Verb   Verb     `json:"verb,omitempty"`
	Ref    area.Ref `json:"ref"`
}

// Verb is the strength of a commitment, strongest first:
// 建成 > 加快建设 > 规划建设 > 争取国家规划 > 研究.
type Verb string

// The verbs of commitment.
const (
	Finish  Verb = "finish"   // 建成
	SpeedUp Verb = "speed-up" // 加快建设
	PlanFor Verb = "plan"     // 规划建设
	Seek    Verb = "seek"     // 争取国家规划建设
	Study   Verb = "study"    // 研究建设
)

// Verbs lists the commitment verbs, strongest first.
var Verbs = []Verb{Finish, SpeedUp, PlanFor, Seek, Study}

// Project is something the plan promises to do.
type Project struct {
	ID         string      `json:"id"`
	Name       area.Text   `json:"name"`
	Field      string      `json:"field"`
	Task       string      `json:"task,omitempty"`
	Verb       Verb        `json:"verb"`
	Wordings   []Wording   `json:"wordings,omitempty"`
	JudgedBy   string      `json:"judgedBy,omitempty"` // Wording.Source the board judges by
	Cities     []string    `json:"cities,omitempty"`
	Sections   []string    `json:"sections,omitempty"` // Section.ID it builds
	Cost       *Money      `json:"cost,omitempty"`
	Milestones []Milestone `json:"milestones"`
	Note       area.Text   `json:"note,omitzero"`
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Money is an amount in integer fen with its source.
type Money struct {
	Fen int64 `json:"fen"`
	area.Cite
}

// Milestone is a dated step of a project: what was promised, as often as it
// was promised, and what happened.
type Milestone struct {
	ID      string       `json:"id"`
	Kind    string       `json:"kind"` // study | national-plan | approval | ceremony | start | open | partial
	Name    area.Text    `json:"name"`
	Planned []area.Dated `json:"planned,omitempty"`
	Actual  *area.Dated  `json:"actual,omitempty"`
	Ref     area.Ref     `json:"ref"`
}

// FulfilledBy returns the milestone kinds that keep a commitment of this verb.
// A ceremony keeps none: it is not construction.
func (v Verb) FulfilledBy() []string {
	switch v {
	case Finish:
		return []string{"open"}
	case SpeedUp:
		return []string{"start", "open"}
	case PlanFor:
		return []string{"approval", "start", "open"}
	case Seek:
		return []string{"national-plan", "approval", "start", "open"}
	case Study:
		return []string{"study", "approval", "start", "open"}
	}
	return nil
}

// Unit is what an indicator is counted in.
type Unit struct {
	ID   string    `json:"id"` // km | percent | count | 100m-yuan | 10k-people ...
	Name area.Text `json:"name"`
}

// Direction says which way is better.
type Direction int

// The directions.
const (
	Up   Direction = 1
	Down Direction = -1
)

// Indicator is a quantity that is observed or measured.
type Indicator struct {
	ID          string    `json:"id"`
	Name        area.Text `json:"name"`
	Definition  area.Text `json:"definition,omitzero"`
	Unit        Unit      `json:"unit"`
	Decimals    int       `json:"decimals"`
	Kind        string    `json:"kind"` // reported | measured
	Direction   Direction `json:"direction"`
	Additive    bool      `json:"additive"` // contributions of projects add up
	Field       string    `json:"field"`
	Task        string    `json:"task,omitempty"`
	StaleMonths int       `json:"staleMonths"` // older than this is stale
	Limit       *float64  `json:"limit,omitempty"`
	Period      string    `json:"period,omitempty"` // year | quarter | month | day: the only kind of period its figures may be about; empty for any
	Rules       []Rule    `json:"rules,omitempty"`  // ways of counting; measured only
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Rule is a named, versioned way of measuring an indicator from the network or
// from the projects.
type Rule struct {
	ID          string    `json:"id"`
	Version     int       `json:"version"`
	Name        area.Text `json:"name"`
	Reason      area.Text `json:"reason"`
	Measure     string    `json:"measure"` // network-length | commitments-kept | station-count
	Mode        string    `json:"mode,omitempty"`
	Classes     []string  `json:"classes,omitempty"`
	Lines       []string  `json:"lines,omitempty"` // only these lines, if any
	Definitions []string  `json:"definitions,omitempty"`
	Scope       string    `json:"scope"`
	OpenedAfter area.Date `json:"openedAfter,omitempty"` // count only what opened later
	Partial     bool      `json:"partial"`               // evidence is known to be incomplete: a lower bound
	area.Cite
	Ref area.Ref `json:"ref"`
}

// HedgeRule says how a hedge word (争取, 左右, 基本) softens a target.
type HedgeRule struct {
	ID        string    `json:"id"`
	Word      area.Text `json:"word"`
	Meaning   area.Text `json:"meaning"`
	Tolerance float64   `json:"tolerance"` // relative: 0.03 accepts 97% of the figure
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Target is a figure the plan wants an indicator to reach by a day.
type Target struct {
	ID         string     `json:"id"`
	Indicator  string     `json:"indicator"`
	Goal       string     `json:"goal,omitempty"`
	Field      string     `json:"field,omitempty"`
	Task       string     `json:"task,omitempty"`
	Name       area.Text  `json:"name"`
	Scope      string     `json:"scope"`
	Op         string     `json:"op"` // ">=" | ">" | "<=" | "<" | "="
	Value      float64    `json:"value"`
	Hedges     []string   `json:"hedges,omitempty"`
	Due        area.Date  `json:"due"`
	Baseline   *Baseline  `json:"baseline,omitempty"`
	Wordings   []Wording  `json:"wordings,omitempty"`
	JudgedBy   string     `json:"judgedBy,omitempty"`  // Wording.Source
	JudgeRule  string     `json:"judgeRule,omitempty"` // Rule.ID; empty when the plan's own rule is unpublished
	Trajectory Trajectory `json:"trajectory"`
	Note       area.Text  `json:"note,omitzero"`
	area.Cite
	Ref area.Ref `json:"ref"`
}

// Baseline is where a target starts from.
type Baseline struct {
	Value float64   `json:"value"`
	Date  area.Date `json:"date"`
	area.Cite
}

// Trajectory is the path registered in advance that a target is judged by.
type Trajectory struct {
	Kind       string     `json:"kind"` // linear | s-curve | milestones | none
	Registered area.Date  `json:"registered,omitempty"`
	Points     []Waypoint `json:"points,omitempty"` // milestones: value that holds from a day on
	area.Cite
}

// Waypoint is a value expected from a day on.
type Waypoint struct {
	Date  area.Date `json:"date"`
	Value float64   `json:"value"`
}
