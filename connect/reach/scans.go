package reach

import (
	"context"

	"conurb/connect/transit"
)

// Scans counts as Counts does, origin by origin and departure by departure with a
// connection scan that ends with the longest limit: what sweeps are measured against.
type Scans struct {
	tr      *Transit
	w       Window
	s       *transit.Scanner
	covered [][]transit.Second // by limit and cell
}

// Scans prepares what does not depend on an origin.
func (tr *Transit) Scans(w Window) *Scans {
	return &Scans{tr: tr, w: tr.seen(w), s: transit.NewScanner(tr.running, tr.walks.ways(tr.to.Len()), tr.journey.Slack)}
}

// Counts are the sums of one origin.
func (s *Scans) Counts(ctx context.Context, origin int, percent float64, q Question) Sums {
	longest := Decis(0)
	for _, l := range q.Limits {
		longest = max(longest, l)
	}
	for len(s.covered) < len(q.Limits) {
		s.covered = append(s.covered, make([]transit.Second, s.tr.to.Len()))
	}
	for i := range q.Limits {
		clear(s.covered[i])
	}
	foot := s.tr.onFoot(ctx, origin)
	to, walk := s.tr.walks.access.From(origin)
	departures := transit.Second(0)
	for d := s.w.From; d < s.w.Until; d += s.w.Step {
		departures++
		times := s.s.Run(to, walk, d, d+transit.Second(longest/10))
		for i, l := range q.Limits {
			covered, by := s.covered[i], d+transit.Second(l/10)
			for c, at := range times {
				if at <= by {
					covered[c]++
				}
			}
		}
	}
	enough := transit.Second(transit.Rank(percent, int(departures)))
	sums := newSums(len(q.Limits), len(q.Columns))
	for i, l := range q.Limits {
		for c, n := range s.covered[i] {
			if n >= enough || foot[c] <= transit.Second(l/10) {
				sums.add(i, c, q.Columns)
			}
		}
	}
	return sums
}
