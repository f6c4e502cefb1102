package cch

import (
	"context"
	"sync"
	"sync/atomic"
)

// run is a range of ranks.
type run struct{ lo, hi Node }

// split parts the ranks into subtrees of about equal work, each a run of ranks,
// and the nodes above them, in runs too. The work of a node is its edges from
// below times their lists, near enough its edges.
func (h *Hierarchy) split(pieces int) (trees, top []run) {
	n := Node(h.Nodes())
	work, lowest := make([]int64, n), make([]Node, n)
	var total int64
	for x := range n {
		lowest[x] = x
	}
	for x := range n {
		work[x] += int64(h.DownFirst[x+1]-h.DownFirst[x]) * int64(h.UpFirst[x+1]-h.UpFirst[x]+1)
		total += int64(h.DownFirst[x+1]-h.DownFirst[x]) * int64(h.UpFirst[x+1]-h.UpFirst[x]+1)
		if p := h.Parent[x]; p != none {
			work[p] += work[x]
			lowest[p] = min(lowest[p], lowest[x])
		}
	}
	limit := total/int64(pieces) + 1
	for x := n - 1; x >= 0; {
		if work[x] <= limit {
			trees = append(trees, run{lowest[x], x + 1})
			x = lowest[x] - 1
			continue
		}
		hi := x + 1
		for x >= 0 && work[x] > limit {
			x--
		}
		top = append(top, run{x + 1, hi})
	}
	return trees, top
}

// byTree calls a worker on every run of ranks: on subtrees by several goroutines
// at once, then on the nodes above them in ascending order. worker makes the
// function of one goroutine, with buffers of its own.
func (h *Hierarchy) byTree(ctx context.Context, cores int, worker func() func(lo, hi Node)) error {
	trees, top := h.split(16 * cores)
	if err := share(ctx, cores, trees, worker); err != nil {
		return err
	}
	work := worker()
	for i := len(top) - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		work(top[i].lo, top[i].hi)
	}
	return nil
}

// byTreeDown is byTree from the roots to the leaves: the nodes above first. The
// worker has to go through a run in descending order.
func (h *Hierarchy) byTreeDown(ctx context.Context, cores int, worker func() func(lo, hi Node)) error {
	trees, top := h.split(16 * cores)
	work := worker()
	for _, r := range top {
		if err := ctx.Err(); err != nil {
			return err
		}
		work(r.lo, r.hi)
	}
	return share(ctx, cores, trees, worker)
}

// share hands the runs out to goroutines.
func share(ctx context.Context, cores int, runs []run, worker func() func(lo, hi Node)) error {
	var next atomic.Int64
	each := func() {
		work := worker()
		for {
			i := int(next.Add(1)) - 1
			if i >= len(runs) || ctx.Err() != nil {
				return
			}
			work(runs[i].lo, runs[i].hi)
		}
	}
	var wait sync.WaitGroup
	for range min(cores, len(runs)) - 1 {
		wait.Go(each)
	}
	each()
	wait.Wait()
	return ctx.Err()
}
