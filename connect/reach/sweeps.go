package reach

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/cch"
)

// task is what is swept from all places where journeys begin, and who reads it.
type task struct {
	program   *transit.Program
	districts *districts // programs of its own for each; nil: one for all
	order     []int32    // of the origins; nil: their own
	lanes     int        // origins of a batch
	unit      int        // batches that a core takes at a time
	anyhow    bool       // batches are handed over as they come, not in order

	start func(b *batch, p *transit.Program, w Work) error // makes the sweeper of a batch
	read  func(*batch) (handOver func() error)
}

// batch is one sweep and what belongs to it.
type batch struct {
	origins []int32
	runner  interface {
		Run(access *transit.Walks, origins []int32) error
	}
	sweeper  *transit.Sweeper
	counter  *transit.Counter
	program  *transit.Program
	cut      transit.Cutter
	walk     [][]uint16 // by lane: deciseconds on foot to every place where journeys end
	points   [][]uint16 // the same to every point of them
	arrivals [transit.Lanes]transit.Arrivals
	buffer   []transit.Second
	rows     [][][]Decis // by lane and percentile
}

// sweepers start batches that keep every arrival.
func sweepers(b *batch, p *transit.Program, w Work) (err error) {
	b.sweeper, err = transit.NewSweeper(p, w.Instructions)
	b.runner = b.sweeper
	return err
}

// rowsOf are so many rows of times.
func rowsOf(lanes, width int) (rows [][]uint16) {
	all := make([]uint16, lanes*width)
	for lane := range lanes {
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

// sweeps runs a task, so many origins at a time and core. What is read of a batch is
// handed over one batch at a time, in order if the task wants that.
func (tr *Transit) sweeps(ctx context.Context, t *task, w Work) error {
	n := tr.from.Len()
	batches := (n + t.lanes - 1) / t.lanes
	if t.unit == 0 {
		t.unit = 1
		if t.districts != nil {
			t.unit = districtSize / t.lanes
		}
	}
	if t.districts != nil {
		t.districts.begin(t.lanes)
	}
	cores := w.Cores
	if cores <= 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	turns := newTurns(batches, t.anyhow)
	done := 0
	units := (batches + t.unit - 1) / t.unit
	for range min(cores, units) {
		all.Go(func() {
			b := tr.newBatch(t.lanes)
			walker := cch.NewSearcher[uint16](tr.direct)
			for u := int(next.Add(1)) - 1; u < units; u = int(next.Add(1)) - 1 {
				for i := u * t.unit; i < min((u+1)*t.unit, batches) && ctx.Err() == nil; i++ {
					err := tr.sweep(t, b, walker, i, w)
					if err != nil {
						cancel(err)
						return
					}
					handOver := t.read(b)
					err = turns.take(ctx, i, func() error {
						if err := handOver(); err != nil {
							return err
						}
						if done += len(b.origins); w.Progress != nil {
							w.Progress(done, n)
						}
						return nil
					})
					if err != nil {
						cancel(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// turns let batches hand over one at a time.
type turns struct {
	mu sync.Mutex
	of []chan struct{} // closed when it is a batch's turn; nil: any may come
}

func newTurns(batches int, anyhow bool) *turns {
	t := &turns{}
	if !anyhow {
		t.of = make([]chan struct{}, batches+1)
		for i := range t.of {
			t.of[i] = make(chan struct{})
		}
		close(t.of[0])
	}
	return t
}

// take waits for the turn of a batch and lets it hand over.
func (t *turns) take(ctx context.Context, i int, handOver func() error) error {
	if t.of != nil {
		select {
		case <-t.of[i]:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		defer close(t.of[i+1])
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return handOver()
}

func (tr *Transit) newBatch(lanes int) *batch {
	b := &batch{walk: rowsOf(lanes, tr.to.Len())}
	if b.points = b.walk; tr.to.first != nil {
		b.points = rowsOf(lanes, tr.to.Joined.Len())
	}
	return b
}

// sweep runs one batch: on foot, and by public transport.
func (tr *Transit) sweep(t *task, b *batch, walker *cch.Searcher[uint16], i int, w Work) error {
	first, end := i*t.lanes, min((i+1)*t.lanes, tr.from.Len())
	b.origins = b.origins[:0]
	places := cch.Places{}
	for o := int32(first); o < int32(end); o++ {
		origin := o
		if t.order != nil {
			origin = t.order[o]
		}
		b.origins = append(b.origins, origin)
		lo, hi := tr.from.points(int(origin))
		for p := lo; p < hi; p++ {
			places.Seeds = append(places.Seeds, tr.from.places(tr.way == Outbound).At(p)...)
		}
		places.Add()
	}
	if err := walker.Run(places, b.points[:end-first]); err != nil {
		return err
	}
	j := job{e: tr.walk, d: tr.way, from: tr.from.Joined, to: tr.to.Joined}
	for lane, origin := range b.origins {
		lo, hi := tr.from.points(int(origin))
		for p := lo; p < hi; p++ {
			correct(&j, p, b.points[lane])
		}
		if tr.to.first != nil {
			tr.to.nearest(b.points[lane], b.walk[lane])
		}
	}
	program := t.program
	if t.districts != nil {
		program = t.districts.program(first, &b.cut)
	}
	if b.program != program {
		if err := t.start(b, program, w); err != nil {
			return err
		}
		b.program = program
	}
	return b.runner.Run(&tr.walks.access, b.origins)
}
