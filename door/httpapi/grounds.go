package httpapi

import (
	"context"

	"conurb/area"
	"conurb/connect/reach"
)

// Grounds is what the door needs of the street networks behind it. What it returns
// is shared and must not be changed.
type Grounds interface {
	// Grounds lists the networks of the node, the region's own first.
	Grounds() []GroundState
	// Ground returns a network by its id, and waits for one that is being prepared;
	// ErrUnknown where there is none, or the reason why it could not be prepared.
	Ground(ctx context.Context, id string) (*reach.Ground, error)
}

// GroundState is a network and how far it is.
type GroundState struct {
	ID     string
	Name   area.Text
	State  string        // ready | preparing | failed
	Cause  string        // of a failure
	Ground *reach.Ground // nil unless ready
}
