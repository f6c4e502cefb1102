package cch

import (
	"context"
	"sync"
	"sync/atomic"
)

// run is a range of ranks.
type run struct{ lo, hi Node }

// split parts the ranks into runs: subtrees of about equal work, and chains of the
// nodes above them. over is by run the one with the parent of its highest rank, none
// for a root. The work of a node is its edges from below times their lists, near
// enough its edges.
func (h *Hierarchy) split(pieces int) (runs []run, over []int32) {
	n := Node(h.Nodes())
	work, lowest := make([]int64, n), make([]Node, n)
	var total int64
	for x := range n {
		lowest[x] = x
	}
	for x := range n {
		own := int64(h.DownFirst[x+1]-h.DownFirst[x]) * int64(h.UpFirst[x+1]-h.UpFirst[x]+1)
		work[x] += own
		total += own
		if p := h.Parent[x]; p != none {
			work[p] += work[x]
			lowest[p] = min(lowest[p], lowest[x])
		}
	}
	limit := total/int64(pieces) + 1
	of := lowest // by rank above the subtrees: its run; those ranks need no lowest
	for x := n - 1; x >= 0; {
		up := int32(none)
		if p := h.Parent[x]; p != none {
			up = int32(of[p])
		}
		over = append(over, up)
		if work[x] <= limit {
			runs = append(runs, run{lowest[x], x + 1})
			x = lowest[x] - 1
			continue
		}
		hi := x + 1
		for {
			of[x] = Node(len(runs))
			if x--; x < 0 || work[x] <= limit || h.Parent[x] != x+1 {
				break
			}
		}
		runs = append(runs, run{x + 1, hi})
	}
	return runs, over
}

// byTree calls a worker on every run of ranks, those below a run before it, several
// at once where they may be. worker makes the function of one goroutine, with
// buffers of its own.
func (h *Hierarchy) byTree(ctx context.Context, cores int, worker func() func(lo, hi Node)) error {
	runs, over := h.split(16 * cores)
	after := make([][]int32, len(runs))
	for i, o := range over {
		if o != none {
			after[i] = []int32{o}
		}
	}
	return share(ctx, cores, runs, after, worker)
}

// byTreeDown is byTree from the roots to the leaves: those above a run before it. The
// worker has to go through a run in descending order.
func (h *Hierarchy) byTreeDown(ctx context.Context, cores int, worker func() func(lo, hi Node)) error {
	runs, over := h.split(16 * cores)
	after := make([][]int32, len(runs))
	for i, o := range over {
		if o != none {
			after[o] = append(after[o], int32(i))
		}
	}
	return share(ctx, cores, runs, after, worker)
}

// share hands the runs out to goroutines; those named after a run wait for it.
func share(ctx context.Context, cores int, runs []run, after [][]int32, worker func() func(lo, hi Node)) error {
	if len(runs) == 0 {
		return ctx.Err()
	}
	waits := make([]atomic.Int32, len(runs))
	for _, list := range after {
		for _, k := range list {
			waits[k].Add(1)
		}
	}
	ready := make(chan int32, len(runs))
	for k := range waits {
		if waits[k].Load() == 0 {
			ready <- int32(k)
		}
	}
	var done atomic.Int64
	each := func() {
		work := worker()
		for i := range ready {
			if ctx.Err() == nil {
				work(runs[i].lo, runs[i].hi)
			}
			for _, k := range after[i] {
				if waits[k].Add(-1) == 0 {
					ready <- k
				}
			}
			if done.Add(1) == int64(len(runs)) {
				close(ready)
			}
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
