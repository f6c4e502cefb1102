package reach

import (
	"context"
	"fmt"
	"sync"

	"conurb/connect/transit"
	"conurb/kit/cch"
	"conurb/kit/lazy"
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

	back *lazy.Value[*transit.Timetable] // the timetable backwards
	kept [2]*programs                    // by direction; shared where timetable and ways out are
	stop [2]*programs                    // the same, of journeys that end at stops
	scan [2]*lazy.Value[*transit.Scanner]
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
	read := func(b *batch) func() error {
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
	}
	t := &task{lanes: transit.Lanes, start: sweepers, read: read}
	if t.program, t.districts = p, tr.districts(p, nil, tr.journey.Longest, work); t.districts != nil {
		t.unit = 1 // what is handed over in order is not kept long
	}
	return tr.sweeps(ctx, t, work)
}
