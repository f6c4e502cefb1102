package plan

import (
	"time"

	"conurb/area"
)

// Observation is a dated value of an indicator for a scope. It is never
// changed: a later one with the same ID supersedes it, a withdrawal included.
type Observation struct {
	ID         string     `json:"id"`      // stable over corrections
	Version    int        `json:"version"` // from 1
	Indicator  string     `json:"indicator"`
	Scope      string     `json:"scope"`
	Period     Period     `json:"period"` // what the value is about
	Value      float64    `json:"value"`
	Source     string     `json:"source,omitempty"`     // Source.ID of the pack
	SourceText string     `json:"sourceText,omitempty"` // free citation of one added by hand
	Grade      area.Grade `json:"grade"`
	Published  area.Date  `json:"published"` // the day it could first be believed
	Note       string     `json:"note,omitempty"`
	Withdrawn  bool       `json:"withdrawn,omitempty"`
	Reason     string     `json:"reason,omitempty"` // of a correction or withdrawal
	Recorded   time.Time  `json:"recorded"`         // when this node wrote it, UTC
	By         string     `json:"by,omitempty"`     // who added it: "pack" or a token's name
	Log        int64      `json:"log"`              // index in the evidence log, from 0
	Ref        area.Ref   `json:"ref,omitzero"`     // where the pack wrote it
}
