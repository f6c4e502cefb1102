package ground

import (
	"context"
	"errors"
	"fmt"

	"conurb/area"
)

// ErrRaster tells that a file is no raster that can be read.
var ErrRaster = errors.New("cannot be read as a raster")

// Taken is the people of a raster as cells.
type Taken struct {
	Cells   *area.Cells
	Outside float64 // people outside the area
}

// ReadRaster cuts a raster of people into square cells within the bounds of an area.
func ReadRaster(_ context.Context, path string, _ float64, _ *area.Area) (*Taken, error) {
	return nil, fmt.Errorf("%s: %w", path, ErrRaster)
}
