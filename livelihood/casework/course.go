package casework

import "slices"

// State is where a case stands in its course; its words are "casework.state.<state>".
type State string

// By is who makes a move, or is to make the next.
type By string

// Who makes moves. Words are "casework.by.<by>".
const (
	Applicant  By = "applicant"  // 申请人
	Clerk      By = "clerk"      // 经办人
	Supervisor By = "supervisor" // 督办、复核人
	ByClock    By = "clock"      // a time has gone by
	ByMessage  By = "message"    // another city, or another room of this node
)

// Bys are all of them.
var Bys = []By{Applicant, Clerk, Supervisor, ByClock, ByMessage}

// ClockEffect is what a move does to the clock of a case.
type ClockEffect string

// The effects on the clock.
const (
	Unmoved ClockEffect = ""
	Start   ClockEffect = "start"  // the limit counts from this day
	Deem    ClockEffect = "deem"   // the limit counts from the day of receipt (视为受理)
	Pause   ClockEffect = "pause"  // the working days left are kept
	Resume  ClockEffect = "resume" // and go on
	Stop    ClockEffect = "stop"   // it is over
)

// Unit is what a term counts.
type Unit string

// The units of terms.
const (
	WorkingDays Unit = "working-days" // 工作日
	Days        Unit = "days"         // 自然日
	ByLimit     Unit = "limit"        // until the clock of the case is due
	ByInput     Unit = "input"        // until the day that the act names as "until", where it names one
)

// Term is until when a state may last; the zero value: no end is set.
type Term struct {
	Count int    `json:"count,omitempty"`
	Unit  Unit   `json:"unit,omitempty"`
	Cite  string `json:"cite,omitempty"` // the rule it comes from, "assumed" where there is none
}

// The phases of an affair by GB/T 39046-2020 tables 5 to 8; words are "casework.phase.<phase>".
const (
	PhaseDraft    = "draft"    // not yet applied for
	PhaseApplied  = "applied"  // 申请
	PhaseHandling = "handling" // 受理, 办理
	PhaseDecided  = "decided"  // 办结
	PhaseEnded    = "ended"
)

// Phases are all of them.
var Phases = []string{PhaseDraft, PhaseApplied, PhaseHandling, PhaseDecided, PhaseEnded}

// StateInfo is what a course says of a state.
type StateInfo struct {
	Name  State  `json:"name"`
	Phase string `json:"phase"`
	With  By     `json:"with,omitempty"` // who is to act; empty at an end
	Term  Term   `json:"term,omitzero"`
	End   bool   `json:"end,omitempty"` // no move leads on
}

// Move is one way from states to a state; its words are "casework.move.<name>".
type Move struct {
	Name    string      `json:"name"`
	From    []State     `json:"from"`
	To      State       `json:"to,omitempty"` // empty: the case stays where it is
	By      By          `json:"by"`
	Guards  []string    `json:"guards,omitempty"`
	Actions []string    `json:"actions,omitempty"`
	Clock   ClockEffect `json:"clock,omitempty"`
	Needs   []string    `json:"needs,omitempty"` // "reason", "grounds", or a member of the act's input
	Cite    string      `json:"cite,omitempty"`  // the rule it follows
}

// Course is the state machine of an affair.
type Course struct {
	Name   string      `json:"name"`
	Start  State       `json:"start"`
	States []StateInfo `json:"states"`
	Moves  []Move      `json:"moves"`
}

// State is what the course says of a state.
func (c *Course) State(s State) (StateInfo, bool) {
	i := slices.IndexFunc(c.States, func(x StateInfo) bool { return x.Name == s })
	if i < 0 {
		return StateInfo{}, false
	}
	return c.States[i], true
}

// Move is the move with a name that leads from a state; where none does, any with the name.
func (c *Course) Move(name string, from State) (m Move, leads, known bool) {
	for _, x := range c.Moves {
		if x.Name != name {
			continue
		}
		if m, known = x, true; slices.Contains(x.From, from) {
			return x, true, true
		}
	}
	return m, false, known
}

// Moves from a state, in the order of the course; by is who would make them, empty: anybody.
func (c *Course) MovesFrom(s State, by By) (list []Move) {
	for _, m := range c.Moves {
		if slices.Contains(m.From, s) && (by == "" || m.By == by) {
			list = append(list, m)
		}
	}
	return list
}

// With is the course with more actions of its owner at a move, after those it has.
func (c *Course) With(move string, actions ...string) *Course { return c.add(move, nil, actions) }

// Guarded is the course with more guards of its owner at a move.
func (c *Course) Guarded(move string, guards ...string) *Course { return c.add(move, guards, nil) }

func (c *Course) add(move string, guards, actions []string) *Course {
	n := *c
	n.Moves = slices.Clone(c.Moves)
	for i := range n.Moves {
		if n.Moves[i].Name == move {
			n.Moves[i].Guards = slices.Concat(n.Moves[i].Guards, guards)
			n.Moves[i].Actions = slices.Concat(n.Moves[i].Actions, actions)
		}
	}
	return &n
}
