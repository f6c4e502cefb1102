package reach

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/kit/cch"
)

// Walks finds what one gets to on foot from every point within a limit, in whole
// seconds rounded up, by a search from each point that ends at the limit: from the
// points where walks begin, or backwards from those where they end, if they are fewer.
// A point gets to itself, if it is in both lists, without a walk.
func (e *Engine) Walks(ctx context.Context, from, to *Joined, limit Decis, w Work) (transit.Walks, error) {
	out := transit.Walks{First: []int32{0}}
	d, of, others := Outbound, from, to
	if to.Len() < from.Len() {
		d, of, others = Inbound, to, from
	}
	lists, err := e.searches(ctx, d, of, others, limit, w)
	if err != nil {
		return transit.Walks{}, err
	}
	for _, l := range lists {
		out.Add(l.to, l.time)
	}
	if d == Inbound {
		out = out.Turned(from.Len())
	}
	return out, nil
}

// searches lists for each point the others within the limit: those it gets to, or
// Inbound those that get to it.
func (e *Engine) searches(ctx context.Context, d Direction, of, others *Joined, limit Decis, w Work) ([]list, error) {
	graph, err := e.Graph.Network()
	if err != nil {
		return nil, err
	}
	if d == Inbound {
		graph = graph.Reverse()
	}
	weights := make([]cch.Weight, e.Graph.Arcs())
	for a := range weights {
		weights[a] = e.metric.Weight(cch.Arc(a))
	}
	near := index(others, others.places(d == Inbound), e.Graph.Nodes())
	lists := make([]list, of.Len())
	cores := w.Cores
	if cores <= 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	var next, done atomic.Int64
	var all sync.WaitGroup
	var tell sync.Mutex
	for range min(cores, of.Len()) {
		search, err := cch.NewDijkstra(graph, weights)
		if err != nil {
			return nil, err
		}
		all.Go(func() {
			walker := walker{e: e, d: d, search: search, near: near, of: of, others: others, limit: limit, best: make([]Decis, others.Len())}
			for i := range walker.best {
				walker.best[i] = Never
			}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= of.Len() {
					return
				}
				lists[i] = walker.walk(i)
				if n := done.Add(1); w.Progress != nil && n%256 == 0 {
					tell.Lock()
					w.Progress(int(n), of.Len())
					tell.Unlock()
				}
			}
		})
	}
	all.Wait()
	return lists, ctx.Err()
}

type list struct {
	to   []int32
	time []transit.Second
}

// nearby lists the points that have a node as an end: those of node v are
// point[first[v]:first[v+1]], with what is left to go.
type nearby struct {
	first []int32
	point []int32
	cost  []cch.Weight
}

func index(points *Joined, ends cch.Places, nodes int) *nearby {
	n := &nearby{first: make([]int32, nodes+1)}
	for _, s := range ends.Seeds {
		n.first[s.Node+1]++
	}
	for v := range nodes {
		n.first[v+1] += n.first[v]
	}
	n.point, n.cost = make([]int32, len(ends.Seeds)), make([]cch.Weight, len(ends.Seeds))
	at := slices.Clone(n.first)
	for p := range points.Len() {
		for _, s := range ends.At(p) {
			n.point[at[s.Node]], n.cost[at[s.Node]] = int32(p), s.Cost
			at[s.Node]++
		}
	}
	return n
}

// walker searches from one point after another and keeps its buffers.
type walker struct {
	e          *Engine
	d          Direction
	search     *cch.Dijkstra
	near       *nearby
	of, others *Joined
	limit      Decis
	best       []Decis // Never between searches
	found      []int32
}

func (w *walker) walk(i int) list {
	spot := w.of.Spots[i]
	if spot.Edge == street.None {
		return list{}
	}
	w.found = w.found[:0]
	w.search.Within(w.of.places(w.d == Outbound).At(i), cch.Weight(w.limit))
	for _, v := range w.search.Reached() {
		d := w.search.Distance(v)
		for k := w.near.first[v]; k < w.near.first[v+1]; k++ {
			w.take(w.near.point[k], ofWeight(d+w.near.cost[k]))
		}
	}
	for _, t := range w.others.onEdge[spot.Edge] {
		if w.d == Outbound {
			w.take(t, w.e.direct(w.of, w.others, i, int(t)))
		} else {
			w.take(t, w.e.direct(w.others, w.of, int(t), i))
		}
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
