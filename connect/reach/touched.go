package reach

import (
	"context"
	"slices"

	"conurb/kit/cch"
)

// ArcChange is an arc of a network whose weight changes; Before is cch.Infinity for one
// that is new.
type ArcChange struct {
	Tail, Head    cch.Node
	Before, After cch.Weight
}

// Rejoined are the same points, joined to the same edges, at the times of this engine.
func (e *Engine) Rejoined(j *Joined) *Joined {
	out := &Joined{Points: j.Points, Spots: j.Spots, Missed: j.Missed, onEdge: j.onEdge}
	for _, s := range j.Spots {
		out.leave.Add(seeds(e.Graph.Leave(s))...)
		out.reach.Add(seeds(e.Graph.Reach(s))...)
	}
	return out
}

// Only are some of the points, in the order given.
func (j *Joined) Only(of []int) *Joined {
	out := &Joined{}
	for _, i := range of {
		out.Points, out.Spots = append(out.Points, j.Points[i]), append(out.Spots, j.Spots[i])
		out.leave.Add(j.leave.At(i)...)
		out.reach.Add(j.reach.At(i)...)
	}
	return out
}

// Touched tells which points may get to some of them in another time, within a limit,
// once arcs have changed: all that do, and few that do not. after is the engine with
// the changes, now the points as it has them joined.
//
// An arc that becomes slower matters to an origin only if it is on a shortest way: the
// way to its head is that to its tail and the arc. One that becomes faster, or is new,
// matters only if it would be on one: the way to its tail and the arc is shorter than
// the way there was to its head. If no slower arc is on a shortest way all distances
// stay as they are; and with the first faster arc on a way of the new network there is
// a way of the old one that is as short, if none is shorter. Both need the times of the
// old network alone, from all origins to the ends of the arcs: one sweep backwards for
// 64 of them. Points on changed edges are compared themselves.
func (e *Engine) Touched(ctx context.Context, after *Engine, points, now *Joined, limit Decis, arcs []ArcChange, w Work) ([]bool, error) {
	if limit <= 0 || limit > narrowest {
		return nil, ErrLimit
	}
	n := points.Len()
	touched := make([]bool, n)
	var ends []int // where a way to them changes at its end
	for i := range n {
		touched[i] = !slices.Equal(points.leave.At(i), now.leave.At(i))
		if !slices.Equal(points.reach.At(i), now.reach.At(i)) {
			ends = append(ends, i)
		}
	}
	if err := e.touchedByArcs(ctx, points, cch.Weight(limit), arcs, w, touched); err != nil || ends == nil {
		return touched, err
	}
	var rows [2][]Decis
	for k, one := range []struct {
		e *Engine
		j *Joined
	}{{e, points}, {after, now}} {
		if err := one.e.Matrix(ctx, Inbound, one.j.Only(ends), one.j, limit, w, func(_ int, row Row) error {
			for i := range n {
				rows[k] = append(rows[k], row.At(i))
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for at, was := range rows[0] {
		if is := rows[1][at]; was != is && min(was, is) <= limit {
			touched[at%n] = true
		}
	}
	return touched, nil
}

// touchedByArcs marks the origins to whom some arc matters.
func (e *Engine) touchedByArcs(ctx context.Context, points *Joined, limit cch.Weight, arcs []ArcChange, w Work, touched []bool) error {
	place := map[cch.Node]int{}
	var nodes []cch.Node
	for _, a := range arcs {
		for _, v := range []cch.Node{a.Tail, a.Head} {
			if _, known := place[v]; !known {
				place[v] = len(nodes)
				nodes = append(nodes, v)
			}
		}
	}
	selection, err := e.selection(ctx, Inbound, points)
	if err != nil || nodes == nil {
		return err
	}
	n := points.Len()
	times := make([]uint16, len(nodes)*n) // to each node, from every origin
	if err := cch.Fill(ctx, selection, cch.AtNodes(nodes), cch.Work{Cores: w.Cores, Memory: w.Memory}, times); err != nil {
		return err
	}
	for _, a := range arcs {
		tail, head := times[place[a.Tail]*n:][:n], times[place[a.Head]*n:][:n]
		takes, slower := min(a.Before, a.After), a.After > a.Before
		for i := range touched {
			if touched[i] {
				continue
			}
			by := cch.Weight(tail[i]) + takes
			touched[i] = by <= limit && (slower && by == cch.Weight(head[i]) || !slower && by < cch.Weight(head[i]))
		}
	}
	return nil
}
