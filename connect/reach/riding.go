package reach

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// ErrVehicle tells that a question is not answered where people get to the first stop by
// a vehicle.
var ErrVehicle = errors.New("not with a vehicle to the first stop")

// Times are the times within which so many of a hundred departures get from a place to
// each cell; Inbound, within which so many of a hundred arrivals were reached from there.
func (tr *Transit) Times(ctx context.Context, d Direction, p geo.Point, w Window, percent float64, work Work) (times []Decis, err error) {
	var one *Transit
	if d == Outbound {
		one, err = tr.From(ctx, []geo.Point{p}, work)
	} else if one, err = tr.Towards(ctx, []Aim{{[]geo.Point{p}}}, work); err == nil {
		one, err = one.Inbound(ctx)
	}
	if err != nil {
		return nil, err
	}
	work.Progress = nil
	err = one.Percentiles(ctx, w, []float64{percent}, work, func(_ int, rows [][]Decis) error {
		times = slices.Clone(rows[0])
		return nil
	})
	return times, err
}

// Isochrones draws the ground that one gets to from a place within each limit, leaving in
// a window, in so many of a hundred departures; Inbound, whence one gets to it arriving
// in the window. The times of all nodes of the streets are exact: on foot, or by a walk
// within the limit from any stop, departure by departure. A point too far from every
// street is ErrNothingJoined.
func (tr *Transit) Isochrones(ctx context.Context, d Direction, p geo.Point, w Window, percent float64, limits []Decis, step float64, work Work) (*Isochrones, error) {
	limits = slices.Compact(slices.Sorted(slices.Values(limits)))
	if len(limits) == 0 || limits[0] <= 0 || limits[len(limits)-1] > tr.journey.Longest || w.Step <= 0 {
		return nil, ErrLimit
	}
	e, longest := tr.walk, limits[len(limits)-1]
	here := e.Join([]geo.Point{p}, 0)
	if here.Spots[0].Edge == street.None {
		return nil, fmt.Errorf("point %.5f,%.5f: %w", p[0], p[1], ErrNothingJoined)
	}
	stops, err := tr.halts(ctx, d, here, w, work)
	if err != nil {
		return nil, err
	}
	onFoot, err := e.times(ctx, d, here.Spots[0])
	if err != nil {
		return nil, err
	}
	walks, err := stops.walks(ctx, e, longest, work)
	if err != nil {
		return nil, err
	}
	times := stops.nodes(walks, onFoot, percent, work)
	starts := []start{{spot: here.Spots[0], point: p, most: longest.Seconds()}}
	row := make([]transit.Second, stops.departures)
	for s, spot := range stops.joined.Spots {
		copy(row, stops.row(int32(s)))
		if t := Decis(transit.Percentile(row, percent)) * 10; spot.Edge != street.None && stops.soonest[s] < noTime && t <= longest {
			starts = append(starts, start{spot, stops.joined.Points[s], t.Seconds(), stops.limit.Seconds()})
		}
	}
	f := e.paint(d, starts, e.runs(d, times, longest), longest, step)
	return f.isochrones(ctx, here.Spots[0], limits)
}

// halts are the stops as one place sees them, for each departure of a window.
type halts struct {
	way        Direction
	joined     *Joined
	limit      Decis // of the walk from a stop
	departures int
	times      []transit.Second // by stop and departure: until one gets off there
	soonest    []transit.Second // by stop
}

// noTime is later than every journey, and still far from overflow.
const noTime = transit.Never / 4

func (h *halts) row(stop int32) []transit.Second {
	return h.times[int(stop)*h.departures:][:h.departures]
}

// halts finds when one gets off at every stop.
func (tr *Transit) halts(ctx context.Context, d Direction, here *Joined, w Window, work Work) (*halts, error) {
	if tr.way == Inbound {
		return nil, ErrBackwards
	}
	h := &halts{way: d, joined: tr.stops, limit: tr.journey.Egress}
	one := tr.copied()
	var access transit.Walks
	ways, err := tr.access(ctx, here, tr.stops, work)
	access = ways.access
	if d == Inbound {
		if tr.journey.By != nil {
			return nil, ErrVehicle
		}
		h.limit = tr.journey.Access
		if one, err = tr.Inbound(ctx); err != nil {
			return nil, err
		}
		access, err = tr.walk.Walks(ctx, tr.stops, here, tr.journey.Egress, work)
		access = access.Turned(1)
	}
	if err != nil {
		return nil, err
	}
	n := tr.table.Stops()
	off := transit.Walks{First: []int32{0}}
	for s := range int32(n) {
		off.Add([]int32{s}, []transit.Second{0})
	}
	p, err := tr.stop[d].program(one, transit.Ways{Change: one.walks.change, Egress: off, Cells: n}, w)
	if err != nil {
		return nil, err
	}
	sweeper, err := transit.NewSweeper(p, work.Instructions)
	if err != nil {
		return nil, err
	}
	if err := sweeper.Run(&access, []int32{0}); err != nil {
		return nil, err
	}
	var arrivals [transit.Lanes]transit.Arrivals
	var row []transit.Second
	for s := range int32(n) {
		sweeper.Arrivals(s, &arrivals)
		row = p.Times(&arrivals[0], transit.Never, w.Step, row)
		least := noTime
		for _, t := range row {
			t = min(t, noTime)
			h.times, least = append(h.times, t), min(least, t)
		}
		h.departures, h.soonest = len(row), append(h.soonest, least)
	}
	return h, nil
}

// walks finds the walks from every stop in time to nodes: node -> stops.
func (h *halts) walks(ctx context.Context, e *Engine, longest Decis, work Work) (transit.Walks, error) {
	graph, err := e.Graph.Network()
	if err != nil {
		return transit.Walks{}, err
	}
	if h.way == Inbound {
		graph = graph.Reverse()
	}
	weights := make([]cch.Weight, e.Graph.Arcs())
	for a := range weights {
		weights[a] = e.metric.Weight(cch.Arc(a))
	}
	seeds := h.joined.places(h.way == Outbound)
	lists := make([]list, len(h.soonest))
	var next atomic.Int64
	var all sync.WaitGroup
	for range work.cores() {
		search, err := cch.NewDijkstra(graph, weights)
		if err != nil {
			return transit.Walks{}, err
		}
		all.Go(func() {
			for ctx.Err() == nil {
				s := int(next.Add(1)) - 1
				if s >= len(lists) {
					return
				}
				left := min(h.limit, longest-Decis(h.soonest[s])*10)
				if h.soonest[s] >= noTime || left < 0 {
					continue
				}
				search.Within(seeds.At(s), cch.Weight(left))
				for _, v := range search.Reached() {
					lists[s].to = append(lists[s].to, int32(v))
					lists[s].time = append(lists[s].time, transit.Second((search.Distance(v)+9)/10))
				}
			}
		})
	}
	all.Wait()
	out := transit.Walks{First: []int32{0}}
	for _, l := range lists {
		out.Add(l.to, l.time)
	}
	return out.Turned(e.Graph.Nodes()), ctx.Err()
}

func (w Work) cores() int {
	if w.Cores <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return w.Cores
}

// nodes are the times of so many of a hundred departures to every node: the way on foot
// in deciseconds, or by the stops around it.
func (h *halts) nodes(around transit.Walks, onFoot []cch.Weight, percent float64, work Work) []cch.Weight {
	const block = 1024
	var next atomic.Int64
	var all sync.WaitGroup
	for range work.cores() {
		all.Go(func() {
			row := make([]transit.Second, h.departures)
			for {
				first := int(next.Add(block)) - block
				if first >= len(onFoot) {
					return
				}
				for v := first; v < min(first+block, len(onFoot)); v++ {
					stops, walk := around.From(v)
					if len(stops) == 0 {
						continue
					}
					for i := range row {
						row[i] = noTime
					}
					for k, s := range stops {
						for i, t := range h.row(s) {
							row[i] = min(row[i], t+walk[k])
						}
					}
					if t := transit.Percentile(row, percent); t < noTime {
						onFoot[v] = min(onFoot[v], cch.Weight(t)*10)
					}
				}
			}
		})
	}
	all.Wait()
	return onFoot
}

// SumsOf counts what lies within each limit by the times to places.
func SumsOf(times []Decis, q Question) Sums {
	s := newSums(len(q.Limits), len(q.Columns))
	for place, at := range times {
		for i, l := range q.Limits {
			if at <= l {
				s.add(i, place, q.Columns)
			}
		}
	}
	return s
}
