package trustlist

import (
	"maps"
	"slices"
)

// Stage is where a proposal stands.
type Stage string

// The stages.
const (
	StageDraft     Stage = "draft"     // signatures of cities are missing
	StageWaiting   Stage = "waiting"   // signed by all who have to, for the office
	StageRefused   Stage = "refused"   // by another city, or by the office
	StageWithdrawn Stage = "withdrawn" // by its proposer
	StagePublished Stage = "published" // it is in the list
)

// Stages lists them in their order: a proposal never goes back, and of two stages that reach
// a node the later one in this order stays. Nodes that have heard the same therefore say the
// same, in whatever order they heard it.
var Stages = []Stage{StageDraft, StageWaiting, StageRefused, StageWithdrawn, StagePublished}

// Settled tells whether nothing but its publication can happen to a proposal any more.
func (s Stage) Settled() bool { return s != "" && s != StageDraft && s != StageWaiting }

// The actions of steps.
const (
	StepProposed  = "proposed"
	StepSigned    = "signed"
	StepRefused   = "refused"
	StepWithdrawn = "withdrawn"
	StepPublished = "published"
)

// Steps lists them; words are "trust.step.<action>".
var Steps = []string{StepProposed, StepSigned, StepRefused, StepWithdrawn, StepPublished}

// Step is what somebody did to a proposal.
type Step struct {
	Action  string  `json:"action"`
	Party   Party   `json:"party"`             // whose person or office
	By      string  `json:"by,omitempty"`      // the person, where this node knows
	Reason  string  `json:"reason,omitempty"`  // of a refusal or a withdrawal
	Version int     `json:"version,omitempty"` // of the list that has it
	At      Instant `json:"at,omitzero"`       // when it was written down here
}

// stage is what a step leads to, apart from signatures.
func (s Step) stage() Stage {
	switch s.Action {
	case StepRefused:
		return StageRefused
	case StepWithdrawn:
		return StageWithdrawn
	case StepPublished:
		return StagePublished
	}
	return ""
}

// Proposal is a proposal with what was done to it, oldest first.
type Proposal struct {
	Signed Signed `json:"proposal"`
	Stage  Stage  `json:"stage"`
	Steps  []Step `json:"steps"`
}

// Take adds what a step brings: signatures that were missing, and a later stage. It tells
// whether anything is new; what is heard twice is not. The signatures were checked before.
func (p Proposal) Take(s Signed, step Step) (next Proposal, news bool) {
	next = p
	if p.Stage == "" {
		next.Signed, news = Signed{Change: s.Change}, true
	}
	if !p.Stage.Settled() {
		signatures := maps.Clone(next.Signed.Signatures)
		if signatures == nil {
			signatures = map[Party]string{}
		}
		for city, text := range s.Signatures {
			if signatures[city] == "" {
				signatures[city], news = text, true
			}
		}
		next.Signed.Signatures = signatures
		if next.Stage = StageDraft; len(next.Signed.Missing()) == 0 {
			next.Stage = StageWaiting
		}
	}
	if to := step.stage(); slices.Index(Stages, to) > slices.Index(Stages, next.Stage) {
		next.Stage, news = to, true
	}
	if !news {
		return p, false
	}
	next.Steps = append(slices.Clip(p.Steps), step)
	return next, true
}

// Signers lists the cities that have to sign.
func (s Signed) Signers() []Party { return s.signers() }
