package reach

import (
	"context"

	"conurb/connect/transit"
)

// Scanned answers as Percentiles does for one origin, departure by departure with a
// connection scan: slowly, by another method. Tests and benchmarks hold sweeps to it.
func (tr *Transit) Scanned(ctx context.Context, origin int, w Window, percent []float64) [][]Decis {
	w = tr.seen(w)
	s := transit.NewScanner(tr.running, tr.walks.ways(tr.to.Len()), tr.journey.Slack)
	longest := transit.Second(tr.journey.Longest / 10)
	foot := tr.onFoot(ctx, origin)
	to, walk := tr.walks.access.From(origin)
	times := make([][]transit.Second, tr.to.Len())
	for d := w.From; d < w.Until; d += w.Step {
		for c, at := range s.Run(to, walk, d, w.Until+longest) {
			t := foot[c]
			if at != transit.Never {
				t = min(t, at-d)
			}
			if t > longest {
				t = transit.Never
			}
			times[c] = append(times[c], t)
		}
	}
	out := make([][]Decis, len(percent))
	for i, q := range percent {
		for c := range times {
			t := Never
			if at := transit.Percentile(times[c], q); at != transit.Never {
				t = Decis(at) * 10
			}
			out[i] = append(out[i], t)
		}
	}
	return out
}

// onFoot are the ways on foot alone in whole seconds, rounded up.
func (tr *Transit) onFoot(ctx context.Context, origin int) []transit.Second {
	foot := make([]transit.Second, tr.to.Len())
	for i := range foot {
		foot[i] = transit.Never
	}
	lo, hi := tr.from.points(origin)
	one := &Joined{Points: tr.from.Points[lo:hi], Spots: tr.from.Spots[lo:hi]}
	for p := lo; p < hi; p++ {
		one.leave.Add(tr.from.leave.At(p)...)
		one.reach.Add(tr.from.reach.At(p)...)
	}
	_ = tr.walk.Matrix(ctx, tr.way, one, tr.to.Joined, narrowest, Work{Cores: 1}, func(_ int, row Row) error {
		for c := range foot {
			first, end := tr.to.points(c)
			for p := first; p < end; p++ {
				if row.At(p) != Never {
					foot[c] = min(foot[c], transit.Second((row.At(p)+9)/10))
				}
			}
		}
		return nil
	})
	return foot
}
