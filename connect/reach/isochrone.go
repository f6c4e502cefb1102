package reach

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"conurb/connect/street"
	"conurb/kit/geo"
)

// Isochrone is the ground within a time of a place.
type Isochrone struct {
	Limit    Decis
	Polygons []Polygon
	Km2      float64
}

// Isochrones are those of one place, the shortest first, and the joint of the place
// to the network.
type Isochrones struct {
	Spot  street.Spot
	Step  float64 // metres between the points of the grid they were drawn on
	Lines []Isochrone
}

// Limits are those of the lines.
func (i *Isochrones) Limits() []Decis {
	limits := make([]Decis, len(i.Lines))
	for k, l := range i.Lines {
		limits[k] = l.Limit
	}
	return limits
}

// Isochrones draws the ground within each limit of a point: what one gets to, or
// Inbound whence one gets to it. step is the metres of the grid, 0 for a fitting one.
// A point too far from every street is ErrNothingJoined.
func (e *Engine) Isochrones(ctx context.Context, d Direction, p geo.Point, limits []Decis, step float64) (*Isochrones, error) {
	limits = slices.Compact(slices.Sorted(slices.Values(limits)))
	if len(limits) == 0 || limits[0] <= 0 {
		return nil, ErrLimit
	}
	spot, ok := e.snap().Nearest(p[0], p[1], 0)
	if !ok {
		return nil, fmt.Errorf("point %.5f,%.5f: %w", p[0], p[1], ErrNothingJoined)
	}
	times, err := e.times(ctx, d, spot)
	if err != nil {
		return nil, err
	}
	longest := limits[len(limits)-1]
	here := start{spot: spot, point: p, most: math.Inf(1)}
	f := e.paint(d, []start{here}, e.runs(d, times, longest), longest, step)
	return f.isochrones(ctx, spot, limits)
}

// isochrones are the ground within each limit.
func (f *field) isochrones(ctx context.Context, spot street.Spot, limits []Decis) (*Isochrones, error) {
	out := &Isochrones{Spot: spot, Step: f.step}
	out.Lines = make([]Isochrone, len(limits))
	var lines sync.WaitGroup
	for i, l := range limits {
		lines.Go(func() {
			one := Isochrone{Limit: l, Polygons: f.contour(l.Seconds())}
			for _, p := range one.Polygons {
				one.Km2 += p.km2()
			}
			out.Lines[i] = one
		})
	}
	lines.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, nil
}
