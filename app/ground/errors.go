package ground

import (
	"errors"
	"fmt"
	"strings"
)

// The refusals that a command or door puts into words.
var (
	ErrNoCells = errors.New("the network has no cells")
	ErrPairs   = errors.New("more cells than networks")
	ErrPlace   = errors.New("neither longitude and latitude nor a place of the region")
)

// ColumnError tells that cells have no column of a name.
type ColumnError struct {
	Name  string
	Known []string
}

func (e *ColumnError) Error() string {
	return fmt.Sprintf("no column %q among %s", e.Name, strings.Join(e.Known, ", "))
}
