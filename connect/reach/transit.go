package reach

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// Journey says what journeys by public transport may be like.
type Journey struct {
	Access, Change, Egress Decis // longest walks to the first stop, between stops, from the last
	Slack                  transit.Second
	Longest                Decis // of the whole
}

// DefaultJourney is the one of the method page; its limits are those that r5r takes
// where nothing is said, but for slack, which is R5's minute of boarding.
func DefaultJourney() Journey {
	return Journey{Access: Minutes(20), Change: Minutes(10), Egress: Minutes(20), Slack: 60, Longest: Minutes(120)}
}

// Transit answers by public transport and on foot, for cells that are origins and
// destinations. It is never changed and may be asked by many goroutines.
type Transit struct {
	walk    *Engine
	cells   *Joined
	table   *transit.Timetable
	journey Journey
	access  transit.Walks
	ways    transit.Ways

	stops  *Joined
	direct *cch.Selection

	mu       sync.Mutex
	programs map[Window]*transit.Program // by windows asked about before
}

// NewTransit joins stops to the streets and finds all walks: from cells to stops,
// between stops, from stops to cells. transfers may be nil.
func (e *Engine) NewTransit(ctx context.Context, t *transit.Timetable, cells *Joined, j Journey, transfers transit.Transfers, w Work) (*Transit, error) {
	tr := &Transit{walk: e, cells: cells, table: t, journey: j}
	used := make([]bool, t.Stops())
	for _, s := range t.EventStop {
		used[s] = true
	}
	points := make([]geo.Point, t.Stops())
	for s, p := range t.StopPlace {
		if points[s] = p; !used[s] {
			points[s] = geo.Point{181, 91} // a stop without service is nowhere
		}
	}
	tr.stops = e.Join(points, 0)
	var err error
	if tr.access, err = e.Walks(ctx, cells, tr.stops, j.Access, w); err != nil {
		return nil, err
	}
	if tr.ways.Change, err = e.Walks(ctx, tr.stops, tr.stops, j.Change, w); err != nil {
		return nil, err
	}
	tr.ways.Change = amended(tr.ways.Change, transfers)
	if tr.ways.Egress, err = e.Walks(ctx, tr.stops, cells, j.Egress, w); err != nil {
		return nil, err
	}
	tr.ways.Cells = cells.Len()
	tr.direct, err = e.selection(ctx, Outbound, cells)
	return tr, err
}

// amended are walks between stops as a feed's transfers would have them: some take
// longer, some are forbidden, some are possible though no street leads there.
func amended(w transit.Walks, transfers transit.Transfers) transit.Walks {
	if len(transfers) == 0 {
		return w
	}
	out := transit.Walks{First: []int32{0}}
	more := map[transit.Stop][]int32{}
	for pair := range transfers {
		more[pair[0]] = append(more[pair[0]], int32(pair[1]))
	}
	for s := range w.Len() {
		to, time := w.From(s)
		to, time = slices.Clone(to), slices.Clone(time)
		for _, other := range more[transit.Stop(s)] {
			t := transfers[[2]transit.Stop{transit.Stop(s), transit.Stop(other)}]
			k := slices.Index(to, other)
			switch {
			case t.Forbidden && k >= 0:
				to, time = slices.Delete(to, k, k+1), slices.Delete(time, k, k+1)
			case t.Forbidden:
			case k >= 0:
				time[k] = max(time[k], t.Least)
			default:
				to, time = append(to, other), append(time, t.Least)
			}
		}
		out.Add(to, time)
	}
	return out
}

// Window is when people depart: every Step seconds from From on, before Until.
type Window struct {
	From, Until, Step transit.Second
}

// Program compiles the timetable for a window, once: the last few are kept.
func (tr *Transit) Program(w Window) (*transit.Program, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	w.Step = 0 // the program holds every second
	if p := tr.programs[w]; p != nil {
		return p, nil
	}
	longest := transit.Second(tr.journey.Longest / 10)
	p, err := transit.Compile(tr.table, tr.ways, transit.Window{From: w.From, Until: w.Until, Longest: longest}, transit.Rules{Slack: tr.journey.Slack})
	if err != nil {
		return nil, err
	}
	if tr.programs == nil || len(tr.programs) >= keptPrograms {
		tr.programs = map[Window]*transit.Program{}
	}
	tr.programs[w] = p
	return p, nil
}

// keptPrograms is how many windows are kept.
const keptPrograms = 4

// Percentiles finds for every cell the times to all cells within which so many of a
// hundred departures of the window arrive, and hands them over by origin, in order and
// one at a time: times[p][t] for percentile p to cell t, Never where the journey takes
// longer than permitted. The slices are used again after the call.
func (tr *Transit) Percentiles(ctx context.Context, w Window, percent []float64, work Work, visit func(origin int, times [][]Decis) error) error {
	if w.Step <= 0 {
		return fmt.Errorf("a departure every %d s: %w", w.Step, ErrLimit)
	}
	p, err := tr.Program(w)
	if err != nil {
		return err
	}
	return tr.sweeps(ctx, p, work, func(b *batch) func() error {
		rows := b.room(len(percent), tr.cells.Len())
		for c := range tr.cells.Len() {
			b.sweeper.Arrivals(int32(c), &b.arrivals)
			for lane := range b.origins {
				times := p.Times(&b.arrivals[lane], b.onFoot(lane, c), w.Step, b.buffer)
				b.buffer = times
				for i, q := range percent {
					rows[lane][i][c] = Never
					if t := transit.Percentile(times, q); t != transit.Never {
						rows[lane][i][c] = Decis(t) * 10
					}
				}
			}
		}
		return b.each(func(lane, origin int) error { return visit(origin, rows[lane]) })
	})
}

// Counts finds for every cell how much it reaches within each limit in so many of a
// hundred departures, and hands the sums over in order and one at a time. It is faster
// than Percentiles and agrees with it.
func (tr *Transit) Counts(ctx context.Context, w Window, percent float64, q Question, work Work, visit func(origin int, s Sums) error) error {
	for i, c := range q.Columns {
		if len(c) != tr.cells.Len() {
			return fmt.Errorf("column %d has %d values for %d cells", i, len(c), tr.cells.Len())
		}
	}
	for _, l := range q.Limits {
		if l <= 0 || l > tr.journey.Longest {
			return fmt.Errorf("%.0f s, of journeys of at most %.0f s: %w", l.Seconds(), tr.journey.Longest.Seconds(), ErrLimit)
		}
	}
	if w.Step <= 0 {
		return fmt.Errorf("a departure every %d s: %w", w.Step, ErrLimit)
	}
	p, err := tr.Program(w)
	if err != nil {
		return err
	}
	enough := transit.Second(transit.Rank(percent, int((w.Until-w.From+w.Step-1)/w.Step)))
	budgets := make([]transit.Second, len(q.Limits))
	for i, l := range q.Limits {
		budgets[i] = transit.Second(l / 10)
	}
	return tr.sweeps(ctx, p, work, func(b *batch) func() error {
		covered := make([][transit.Lanes]transit.Second, len(budgets))
		sums := make([]Sums, len(b.origins))
		for lane := range sums {
			sums[lane] = newSums(len(q.Limits), len(q.Columns))
		}
		var foot [transit.Lanes]transit.Second
		for c := range tr.cells.Len() {
			for lane := range b.origins {
				foot[lane] = b.onFoot(lane, c)
			}
			b.sweeper.Coverage(int32(c), &foot, w.Step, budgets, covered)
			for i := range budgets {
				for lane := range b.origins {
					if covered[i][lane] >= enough {
						sums[lane].add(i, c, q.Columns)
					}
				}
			}
		}
		return b.each(func(lane, origin int) error { return visit(origin, sums[lane]) })
	})
}

// batch is one sweep and what belongs to it.
type batch struct {
	origins  []int32
	sweeper  *transit.Sweeper
	walk     [][]uint16 // by lane: deciseconds to every cell on foot
	arrivals [transit.Lanes]transit.Arrivals
	buffer   []transit.Second
	rows     [][][]Decis // by lane and percentile
}

// each hands over what a batch found, origin by origin.
func (b *batch) each(visit func(lane, origin int) error) func() error {
	return func() error {
		for lane, origin := range b.origins {
			if err := visit(lane, int(origin)); err != nil {
				return err
			}
		}
		return nil
	}
}

// room is where the times of a batch go.
func (b *batch) room(percentiles, cells int) [][][]Decis {
	if b.rows == nil {
		for range transit.Lanes {
			var one [][]Decis
			for range percentiles {
				one = append(one, make([]Decis, cells))
			}
			b.rows = append(b.rows, one)
		}
	}
	return b.rows
}

// onFoot is the way on foot in whole seconds, rounded up.
func (b *batch) onFoot(lane, cell int) transit.Second {
	if t := b.walk[lane][cell]; t != cch.Infinity16 {
		return transit.Second((int(t) + 9) / 10)
	}
	return transit.Never
}

// sweeps runs a program from all cells, so many at a time and core. What read makes of a
// batch is handed over in the order of the cells, one batch at a time.
func (tr *Transit) sweeps(ctx context.Context, p *transit.Program, w Work, read func(*batch) (handOver func() error)) error {
	n := tr.cells.Len()
	batches := (n + transit.Lanes - 1) / transit.Lanes
	cores := w.Cores
	if cores <= 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	turns := make([]chan struct{}, batches+1) // closed when it is a batch's turn to be handed over
	for i := range turns {
		turns[i] = make(chan struct{})
	}
	close(turns[0])
	for range min(cores, batches) {
		sweeper, err := transit.NewSweeper(p, w.Instructions)
		if err != nil {
			cancel(err)
			break
		}
		all.Go(func() {
			b := &batch{sweeper: sweeper}
			walker := cch.NewSearcher[uint16](tr.direct)
			rows := make([]uint16, transit.Lanes*n)
			for lane := range transit.Lanes {
				b.walk = append(b.walk, rows[lane*n:(lane+1)*n])
			}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= batches {
					return
				}
				if err := tr.sweep(b, walker, i); err != nil {
					cancel(err)
					return
				}
				handOver := read(b)
				select {
				case <-turns[i]:
				case <-ctx.Done():
					return
				}
				if err := handOver(); err != nil {
					cancel(err)
					return
				}
				if w.Progress != nil {
					w.Progress(min((i+1)*transit.Lanes, n), n)
				}
				close(turns[i+1])
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// sweep runs one batch: on foot, and by public transport.
func (tr *Transit) sweep(b *batch, walker *cch.Searcher[uint16], i int) error {
	n := tr.cells.Len()
	first, end := i*transit.Lanes, min((i+1)*transit.Lanes, n)
	b.origins = b.origins[:0]
	places := cch.Places{}
	for o := first; o < end; o++ {
		b.origins = append(b.origins, int32(o))
		places.Add(tr.cells.leave.At(o)...)
	}
	if err := walker.Run(places, b.walk[:end-first]); err != nil {
		return err
	}
	j := job{e: tr.walk, d: Outbound, from: tr.cells, to: tr.cells}
	for lane := range b.origins {
		correct(&j, first+lane, b.walk[lane])
	}
	return b.sweeper.Run(&tr.access, b.origins)
}

// Scanned answers as Percentiles does for one origin, departure by departure with a
// connection scan: slowly, by another method. Tests and benchmarks hold sweeps to it.
func (tr *Transit) Scanned(ctx context.Context, origin int, w Window, percent []float64) [][]Decis {
	s := transit.NewScanner(tr.table, tr.ways, tr.journey.Slack)
	longest := transit.Second(tr.journey.Longest / 10)
	one := &Joined{Points: tr.cells.Points[origin : origin+1], Spots: tr.cells.Spots[origin : origin+1]}
	one.leave.Add(tr.cells.leave.At(origin)...)
	foot := make([]transit.Second, tr.cells.Len())
	_ = tr.walk.Matrix(ctx, Outbound, one, tr.cells, narrowest, Work{Cores: 1}, func(_ int, row Row) error {
		for c := range foot {
			if foot[c] = transit.Never; row.At(c) != Never {
				foot[c] = transit.Second((row.At(c) + 9) / 10)
			}
		}
		return nil
	})
	to, walk := tr.access.From(origin)
	times := make([][]transit.Second, tr.cells.Len())
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
