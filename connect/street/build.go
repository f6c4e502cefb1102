package street

import (
	"context"
	"errors"
	"fmt"
)

// Options say what to build.
type Options struct {
	Profile *Profile
	Limits  *Limits // nil: no legal speeds beyond tagged figures
	Country string  // ISO 3166-1 alpha-2: legal speeds of untagged ways, the side traffic keeps to; may be empty

	// Elevation makes slopes count where the profile has a rule for them; nil: the
	// ground is flat.
	Elevation Elevation
}

// Report is what building found.
type Report struct {
	Ways, UsableWays int
	Twice            int            // usable ways whose number came a second time: the first counts
	NoLimits         bool           // a country was given of which Limits know nothing
	Unread           map[string]int // tags on speed that were not understood (maxspeed=fast), and on how many ways; the most frequent only
	UnreadTags       int            // all of them
	MissingNodes     int            // points of usable ways that the source does not hold: the edge of an extract
	Junctions        int            // of the map, in the part kept
	EndsOnly         int            // junctions of it on ground for trip ends only
	Edges            int
	Metres           float64
	Heights          Heights // zero where slopes do not count
	Restrictions     Restrictions
	Parts            []Part // left out, the longest first
}

// ErrOptions tells that something needed to build is not given.
var ErrOptions = errors.New("options incomplete")

// ErrPlace tells that a node of the map lies nowhere on earth: its latitude is beyond
// 90 degrees, mostly because latitude and longitude changed places.
var ErrPlace = errors.New("no place on earth")

// Build makes the graph of a profile from a map.
func Build(ctx context.Context, src Source, o Options) (*Graph, *Report, error) {
	if o.Profile == nil {
		return nil, nil, fmt.Errorf("no profile: %w", ErrOptions)
	}
	if o.Country != "" && !IsCountry(o.Country) {
		return nil, nil, fmt.Errorf("country %q is not of ISO 3166-1: %w", o.Country, ErrOptions)
	}
	rep := &Report{}
	if o.Country != "" && o.Limits != nil {
		_, known := o.Limits.Countries[o.Country]
		rep.NoLimits = !known
	}
	b := &base{rules: &Rules{Profile: o.Profile, Limits: o.Limits, Country: o.Country}}
	list, err := o.Profile.heed(src, rep)
	if err != nil {
		return nil, nil, err
	}
	for _, step := range []func() error{
		func() error { return b.gather(src, rep) },
		func() error { return b.locate(src, rep) },
		func() error { b.cut(); return b.some(rep) },
	} {
		if err := step(); err != nil {
			return nil, nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("build streets: %w", err)
		}
	}
	turns := b.forbid(list, b.leaving(func(Side) bool { return true }), &rep.Restrictions)
	main, kept := b.largest(rep)
	if err := b.slopes(o.Elevation, kept, rep); err != nil {
		return nil, nil, err
	}
	return b.expand(turns, main, kept, rep), rep, nil
}

// some refuses a network without an edge: all points of its ways are elsewhere.
func (b *base) some(rep *Report) error {
	if len(b.edges) == 0 {
		return fmt.Errorf("profile %s, %d ways whose %d points are missing: %w", b.rules.ID, rep.UsableWays, rep.MissingNodes, ErrNoStreets)
	}
	return nil
}
