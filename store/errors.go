package store

import (
	"errors"
	"fmt"

	"conurb/area"
)

// Refusals of the store.
var (
	ErrDSN         = errors.New("not a database that can be used")
	ErrVersion     = errors.New("the database belongs to another version of the program")
	ErrReadOnly    = errors.New("the store was opened for reading only")
	ErrForeign     = errors.New("the log was signed by another key than this node's")
	ErrFull        = errors.New("the log is full")
	ErrUnknown     = errors.New("there is no such entry")
	ErrInvalid     = errors.New("the row cannot be recorded as it is")
	ErrMoved       = errors.New("a correction keeps the indicator; a figure of another indicator needs an id of its own")
	ErrWithdrawn   = errors.New("the observation is withdrawn already")
	ErrConflict    = errors.New("the observation was added by hand")
	ErrOtherPack   = errors.New("the database belongs to another region pack")
	ErrExists      = errors.New("the name is taken")
	ErrToken       = errors.New("the token is unknown or revoked")
	ErrNotEmpty    = errors.New("the database is not empty")
	ErrBackup      = errors.New("the backup does not hold together")
	ErrBroken      = errors.New("the database file is damaged")
	ErrUnreachable = errors.New("the database cannot be reached")
	ErrDamaged     = errors.New("a cell of the database holds what its column cannot")
	ErrDiffers     = errors.New("another result is kept for the same question")
	ErrNoLicence   = errors.New("there is no such licence")
	ErrTooLarge    = errors.New("the result is too large to be kept")
)

// RowError is what keeps one row of a write from being recorded. A write with
// several bad rows returns all of them, joined.
type RowError struct {
	Row   int      // from 0, in the order given
	ID    string   // of the observation
	Field string   // JSON name; empty when it is the row as a whole
	Ref   area.Ref // where the pack wrote it, if it did
	Err   error
}

// Error names the row and the field.
func (e *RowError) Error() string {
	where := fmt.Sprintf("row %d", e.Row+1)
	if e.Ref.File != "" {
		where = fmt.Sprintf("%s:%d", e.Ref.File, e.Ref.Line)
	}
	if e.ID != "" {
		where += " " + e.ID
	}
	if e.Field != "" {
		where += " " + e.Field
	}
	return where + ": " + e.Err.Error()
}

// Unwrap returns the refusal.
func (e *RowError) Unwrap() error { return e.Err }
