package reach

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/kit/cch"
)

// Walks finds what one gets to on foot from every point within a limit, in whole
// seconds rounded up, by a search from each point that ends at the limit. A point
// gets to itself, if it is in both lists, without a walk.
func (e *Engine) Walks(ctx context.Context, from, to *Joined, limit Decis, w Work) (transit.Walks, error) {
	graph, err := e.Graph.Network()
	if err != nil {
		return transit.Walks{}, err
	}
	weights := make([]cch.Weight, e.Graph.Arcs())
	for a := range weights {
		weights[a] = e.metric.Weight(cch.Arc(a))
	}
	near := index(to, e.Graph.Nodes())
	lists := make([]list, from.Len())
	cores := w.Cores
	if cores <= 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	var next, done atomic.Int64
	var all sync.WaitGroup
	var tell sync.Mutex
	for range min(cores, max(from.Len(), 1)) {
		search, err := cch.NewDijkstra(graph, weights)
		if err != nil {
			return transit.Walks{}, err
		}
		all.Go(func() {
			walker := walker{e: e, search: search, near: near, from: from, to: to, limit: limit, best: make([]Decis, to.Len())}
			for i := range walker.best {
				walker.best[i] = Never
			}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= from.Len() {
					return
				}
				lists[i] = walker.walk(i)
				if n := done.Add(1); w.Progress != nil && n%256 == 0 {
					tell.Lock()
					w.Progress(int(n), from.Len())
					tell.Unlock()
				}
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return transit.Walks{}, err
	}
	out := transit.Walks{First: []int32{0}}
	for _, l := range lists {
		out.Add(l.to, l.time)
	}
	return out, nil
}

type list struct {
	to   []int32
	time []transit.Second
}

// nearby lists the points that trips ending at a node's side reach: those of node v
// are point[first[v]:first[v+1]], with what is left to go.
type nearby struct {
	first []int32
	point []int32
	cost  []cch.Weight
}

func index(to *Joined, nodes int) *nearby {
	n := &nearby{first: make([]int32, nodes+1)}
	for _, s := range to.reach.Seeds {
		n.first[s.Node+1]++
	}
	for v := range nodes {
		n.first[v+1] += n.first[v]
	}
	n.point, n.cost = make([]int32, len(to.reach.Seeds)), make([]cch.Weight, len(to.reach.Seeds))
	at := append([]int32(nil), n.first...)
	for p := range to.Len() {
		for _, s := range to.reach.At(p) {
			n.point[at[s.Node]], n.cost[at[s.Node]] = int32(p), s.Cost
			at[s.Node]++
		}
	}
	return n
}

// walker searches from one point after another and keeps its buffers.
type walker struct {
	e        *Engine
	search   *cch.Dijkstra
	near     *nearby
	from, to *Joined
	limit    Decis
	best     []Decis // Never between searches
	found    []int32
}

func (w *walker) walk(i int) list {
	spot := w.from.Spots[i]
	if spot.Edge == street.None {
		return list{}
	}
	w.found = w.found[:0]
	w.search.Within(w.from.leave.At(i), cch.Weight(w.limit))
	for _, v := range w.search.Reached() {
		d := w.search.Distance(v)
		for k := w.near.first[v]; k < w.near.first[v+1]; k++ {
			w.take(w.near.point[k], ofWeight(d+w.near.cost[k]))
		}
	}
	for _, t := range w.to.onEdge[spot.Edge] {
		w.take(t, w.e.direct(w.from, w.to, i, int(t)))
	}
	var out list
	for _, t := range w.found {
		out.to = append(out.to, t)
		out.time = append(out.time, transit.Second((w.best[t]+9)/10))
		w.best[t] = Never
	}
	return out
}

func (w *walker) take(point int32, at Decis) {
	if at > w.limit || at >= w.best[point] {
		return
	}
	if w.best[point] == Never {
		w.found = append(w.found, point)
	}
	w.best[point] = at
}
