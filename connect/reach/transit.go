package reach

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/cch"
)

// Transit answers by public transport and on foot: rows for the places where journeys
// begin, columns for those where they end, cells for either unless Towards, From or
// Inbound say otherwise. It is never changed and may be asked by many goroutines. On
// foot alone it knows ways of up to 109 minutes.
type Transit struct {
	walk     *Engine
	from, to ends
	table    *transit.Timetable
	journey  Journey
	walks    walks
	stops    *Joined

	way     Direction          // Inbound: rows for the ends of journeys, time runs backwards
	running *transit.Timetable // the one that sweeps run on
	direct  *cch.Selection     // from door to door on foot

	back *lazy[*transit.Timetable] // the timetable backwards
	kept [2]*programs              // by direction; shared where timetable and ways out are
	stop [2]*programs              // the same, of journeys that end at stops
	scan [2]*lazy[*transit.Scanner]
}

// programs are those of windows asked about before.
type programs struct {
	mu sync.Mutex
	of map[Window]*transit.Program
}

// Window is when people depart (Inbound: when they arrive): every Step seconds from
// From on, before Until.
type Window struct {
	From, Until, Step transit.Second
}

// seen is the window as sweeps see it: the same, or where time runs backwards the one
// that begins at the last arrival.
func (tr *Transit) seen(w Window) Window {
	if tr.way == Outbound {
		return w
	}
	last := w.From + (w.Until-1-w.From)/max(w.Step, 1)*max(w.Step, 1)
	return Window{-last, -w.From + 1, w.Step}
}

// Program compiles the timetable for a window, once: the last few are kept.
func (tr *Transit) Program(w Window) (*transit.Program, error) {
	return tr.kept[tr.way].program(tr, tr.walks.ways(tr.to.Len()), w)
}

func (kept *programs) program(tr *Transit, ways transit.Ways, w Window) (*transit.Program, error) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	w = tr.seen(w)
	w.Step = 0 // the program holds every second
	if p := kept.of[w]; p != nil {
		return p, nil
	}
	longest := transit.Second(tr.journey.Longest / 10)
	p, err := transit.Compile(tr.running, ways, transit.Window{From: w.From, Until: w.Until, Longest: longest}, transit.Rules{Slack: tr.journey.Slack})
	if err != nil {
		return nil, err
	}
	if kept.of == nil || len(kept.of) >= keptPrograms {
		kept.of = map[Window]*transit.Program{}
	}
	kept.of[w] = p
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
		rows := b.room(len(percent), tr.to.Len())
		for c := range tr.to.Len() {
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
		if len(c) != tr.to.Len() {
			return fmt.Errorf("column %d has %d values for %d cells", i, len(c), tr.to.Len())
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
		for c := range tr.to.Len() {
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
	walk     [][]uint16 // by lane: deciseconds on foot to every place where journeys end
	points   [][]uint16 // the same to every point of them
	arrivals [transit.Lanes]transit.Arrivals
	buffer   []transit.Second
	rows     [][][]Decis // by lane and percentile
}

// lanes are rows of so many times.
func lanes(width int) (rows [][]uint16) {
	all := make([]uint16, transit.Lanes*width)
	for lane := range transit.Lanes {
		rows = append(rows, all[lane*width:(lane+1)*width])
	}
	return rows
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
func (b *batch) onFoot(lane, place int) transit.Second {
	if t := b.walk[lane][place]; t != cch.Infinity16 {
		return transit.Second((int(t) + 9) / 10)
	}
	return transit.Never
}

// sweeps runs a program from all cells, so many at a time and core. What read makes of a
// batch is handed over in the order of the cells, one batch at a time.
func (tr *Transit) sweeps(ctx context.Context, p *transit.Program, w Work, read func(*batch) (handOver func() error)) error {
	n := tr.from.Len()
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
			b.walk = lanes(tr.to.Len())
			if b.points = b.walk; tr.to.first != nil {
				b.points = lanes(tr.to.Joined.Len())
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
	n := tr.from.Len()
	first, end := i*transit.Lanes, min((i+1)*transit.Lanes, n)
	b.origins = b.origins[:0]
	places := cch.Places{}
	for o := first; o < end; o++ {
		b.origins = append(b.origins, int32(o))
		lo, hi := tr.from.points(o)
		for p := lo; p < hi; p++ {
			places.Seeds = append(places.Seeds, tr.from.places(tr.way == Outbound).At(p)...)
		}
		places.Add()
	}
	if err := walker.Run(places, b.points[:end-first]); err != nil {
		return err
	}
	j := job{e: tr.walk, d: tr.way, from: tr.from.Joined, to: tr.to.Joined}
	for lane := range b.origins {
		lo, hi := tr.from.points(first + lane)
		for p := lo; p < hi; p++ {
			correct(&j, p, b.points[lane])
		}
		if tr.to.first != nil {
			tr.to.nearest(b.points[lane], b.walk[lane])
		}
	}
	return b.sweeper.Run(&tr.walks.access, b.origins)
}
