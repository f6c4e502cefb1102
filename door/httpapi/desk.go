package httpapi

import (
	"context"
	"errors"
	"io"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
)

// Desk is what the door needs of the program behind it. What it returns is
// shared and must not be changed by either side.
type Desk interface {
	// Pack returns the region pack that the node runs on.
	Pack() *pack.Pack
	// Today returns the calendar day in the area.
	Today() area.Date
	// Board returns the board for a query; it keeps the last ones.
	Board(ctx context.Context, q board.Query) (*board.Board, error)
	// Input returns what a board is computed from, at a size of the log; 0 is now.
	Input(ctx context.Context, atLog int64) (*board.Input, error)

	// Observations lists the newest version of each observation that a filter lets
	// through, and how many there are in all.
	Observations(ctx context.Context, f Filter) ([]plan.Observation, int, error)
	// Versions returns every version of an observation, oldest first, or ErrUnknown.
	Versions(ctx context.Context, id string) ([]plan.Observation, error)
	// AddObservations writes all or none; one with a known ID becomes its next
	// version. It returns them as written.
	AddObservations(ctx context.Context, list []plan.Observation, by string) ([]plan.Observation, error)
	// Withdraw appends a withdrawal; ErrUnknown, or ErrWithdrawn when it was already.
	Withdraw(ctx context.Context, id, reason, by string) (plan.Observation, error)

	// Head returns the size and root of the evidence log.
	Head(ctx context.Context) (Head, error)
	// Entry returns a leaf with its proof of inclusion in the log of a size, 0 for
	// the size of now, or ErrUnknown.
	Entry(ctx context.Context, index, size int64) (Entry, error)
	// ExportEvidence writes the archive that `conurb evidence verify` reads.
	ExportEvidence(ctx context.Context, w io.Writer) error

	// CheckToken returns the name that a secret was created for, or ErrToken.
	CheckToken(ctx context.Context, secret string) (name string, err error)
}

// The refusals of a Desk that the door has an answer for; wrap them.
var (
	ErrUnknown   = errors.New("not known")
	ErrWithdrawn = errors.New("already withdrawn")
	ErrToken     = errors.New("token not valid")
)

// Filter chooses observations; empty fields let everything through.
type Filter struct {
	Indicator string
	Scope     string
	Offset    int
	Limit     int
}

// Head is the size and the Merkle root of the evidence log.
type Head struct {
	Size int64
	Root string // hex
}

// Entry is a leaf of the evidence log with its proof of inclusion.
type Entry struct {
	Index    int64
	Leaf     []byte // canonical JSON
	LeafHash string // hex
	Proof    []string
	Head
}
