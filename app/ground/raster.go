package ground

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"conurb/area"
	"conurb/area/cells"
	"conurb/kit/raster"
)

// ErrRaster tells that a file is no raster that can be read.
var ErrRaster = errors.New("cannot be read as a raster")

// openRaster opens a GeoTIFF; the file stays open as long as the raster is used.
func openRaster(path string) (*raster.Raster, *os.File, error) {
	f, size, err := openSized(path)
	if err != nil {
		return nil, nil, err
	}
	r, err := raster.Open(f, size)
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w: %w", path, ErrRaster, err)
	}
	return r, f, nil
}

// IsRaster tells by its name whether a file is a raster.
func IsRaster(path string) bool {
	lower := strings.ToLower(path)
	return strings.HasSuffix(lower, ".tif") || strings.HasSuffix(lower, ".tiff")
}

// ReadRaster cuts a raster of people into square cells of a side in metres, within
// bounds (west, south, east, north), or whole where they are nil.
func ReadRaster(ctx context.Context, path string, side float64, bounds *[4]float64, done func(share float64)) (*area.Cells, error) {
	r, f, err := openRaster(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum, err := digest(path)
	if err != nil {
		return nil, err
	}
	o := cells.RasterOptions{Bounds: bounds, Source: filepath.Base(path), Digest: sum, Done: done,
		Text: text("ground.basis.raster", map[string]string{"file": filepath.Base(path)})}
	c, _, err := cells.FromRaster(ctx, r, side, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.Len() == 0 {
		return nil, fmt.Errorf("%s: nobody lives in the area: %w", path, ErrRaster)
	}
	return c, nil
}

// Around are the bounds of an area's outlines; nil where there are none.
func Around(a *area.Area) *[4]float64 {
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, o := range a.Outlines {
		for _, polygon := range o.Rings {
			for _, p := range polygon[0] {
				b = [4]float64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
			}
		}
	}
	if b[0] > b[2] {
		return nil
	}
	return &b
}
