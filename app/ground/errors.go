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
	ErrTwice   = errors.New("profile given twice")
	ErrHeights = errors.New("cannot be read as heights")
	ErrFolder  = errors.New("is a folder")
	ErrFile    = errors.New("is no ordinary file")
)

// ElsewhereError tells that what was to become a region's own lies outside of it.
// Bounds are west, south, east and north.
type ElsewhereError struct {
	Bounds, Region [4]float64
	Swapped        bool // it would lie inside with longitude and latitude exchanged
}

func (e *ElsewhereError) Error() string {
	return fmt.Sprintf("%.4f lies outside the region, %.4f", e.Bounds, e.Region)
}

// ColumnError tells that cells have no column of a name.
type ColumnError struct {
	Name  string
	Known []string
}

func (e *ColumnError) Error() string {
	return fmt.Sprintf("no column %q among %s", e.Name, strings.Join(e.Known, ", "))
}
