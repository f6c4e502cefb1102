package cch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Work bounds what a matrix may use.
type Work struct {
	Cores  int   // goroutines at once; 0 is all
	Memory int64 // bytes for buffers beside the answer; 0 is no bound

	// Instructions is one of Instructions(), for comparing them; empty is the best.
	Instructions string
}

// ErrMemory tells that even one core needs more than Work.Memory.
var ErrMemory = errors.New("does not fit into the memory allowed")

// Matrix finds the distances from every source to every target and hands them
// over by source, in no promised order and from several goroutines at once. The
// slice is used again after the call. The first error ends the work and is
// returned. Sources near to each other are swept together, in whatever order they
// come. With Work.Memory it runs on as many cores as fit.
func Matrix[T Lane](ctx context.Context, l *Selection, sources Places, w Work, row func(source int, distances []T) error) error {
	return matrix(ctx, l, sources, w, nil, row)
}

// Fill is Matrix into one slice, row by row: out[s*Targets+t] from source s to
// target t.
func Fill[T Lane](ctx context.Context, l *Selection, sources Places, w Work, out []T) error {
	if len(out) != sources.Len()*l.Targets() {
		return fmt.Errorf("matrix of %d x %d into %d: %w", sources.Len(), l.Targets(), len(out), ErrSize)
	}
	return matrix(ctx, l, sources, w, out, nil)
}

// MatrixBytes bounds the buffers that Matrix takes for each core; Fill takes less.
func MatrixBytes[T Lane](l *Selection, sources Places) int64 {
	lanes := int64(Lanes[T]())
	most := 0
	for i := range sources.Len() {
		most = max(most, len(sources.At(i)))
	}
	seeds := lanes * int64(most)
	climb := min(int64(len(l.state)), seeds*int64(l.sweep.depth)*3/2)
	return (lineBytes+4)*climb + lineBytes*int64(l.States()+2) + int64(l.States())/8 + 8 + 4*int64(len(l.state)) + // searcher
		24*seeds + lineBytes*int64(l.Targets()) + 24*lanes // seeds and rows
}

func matrix[T Lane](ctx context.Context, l *Selection, sources Places, w Work, out []T, row func(int, []T) error) error {
	if err := sources.check(len(l.state)); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	use, err := variant[T](w.Instructions)
	if err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	n := cores(w.Cores)
	if each := MatrixBytes[T](l, sources); w.Memory > 0 {
		n = int(min(int64(n), w.Memory/each))
		if n == 0 {
			return fmt.Errorf("matrix of %d x %d: %d bytes a core: %w", sources.Len(), l.Targets(), each, ErrMemory)
		}
	}
	j := job[T]{l: l, use: use, sources: sources, order: l.byRank(sources), out: out, row: row}
	batches := (len(j.order) + Lanes[T]() - 1) / Lanes[T]()
	var wait sync.WaitGroup
	for range min(n, batches) - 1 {
		wait.Go(func() { j.work(ctx) })
	}
	j.work(ctx)
	wait.Wait()
	if j.failed != nil {
		return fmt.Errorf("matrix: %w", j.failed)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}

// byRank sorts sources so that those in a batch climb much the same nodes.
func (l *Selection) byRank(sources Places) []int32 {
	type key struct {
		rank   Node
		source int32
	}
	keys := make([]key, sources.Len())
	for i := range keys {
		keys[i] = key{none, int32(i)}
		if seeds := sources.At(i); len(seeds) > 0 {
			keys[i].rank = l.sweep.h.Rank[seeds[0].Node]
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.rank != b.rank {
			return int(a.rank - b.rank)
		}
		return int(a.source - b.source)
	})
	order := make([]int32, len(keys))
	for i, k := range keys {
		order[i] = k.source
	}
	return order
}

// job is a matrix at work; its goroutines take batch after batch.
type job[T Lane] struct {
	l       *Selection
	use     *kernels[T]
	sources Places
	order   []int32
	out     []T
	row     func(int, []T) error

	next   atomic.Int64
	stop   atomic.Bool
	once   sync.Once
	failed error
}

func (j *job[T]) work(ctx context.Context) {
	s := newSearcher(j.l, j.use)
	lanes, wide := Lanes[T](), j.l.Targets()
	rows := make([][]T, lanes)
	if j.out == nil {
		room := make([]T, lanes*wide)
		for i := range rows {
			rows[i] = room[i*wide : i*wide+wide]
		}
	}
	for ctx.Err() == nil && !j.stop.Load() {
		lo := int(j.next.Add(1)-1) * lanes
		if lo >= len(j.order) {
			return
		}
		batch := j.order[lo:min(lo+lanes, len(j.order))]
		if j.out != nil {
			for i, source := range batch {
				rows[i] = j.out[int(source)*wide : (int(source)+1)*wide]
			}
		}
		s.run(j.sources, batch, rows[:len(batch)])
		if err := j.report(batch, rows); err != nil {
			j.once.Do(func() { j.failed = err })
			j.stop.Store(true)
		}
	}
}

func (j *job[T]) report(batch []int32, rows [][]T) error {
	if j.row == nil {
		return nil
	}
	for i, source := range batch {
		if err := j.row(int(source), rows[i]); err != nil {
			return err
		}
	}
	return nil
}
