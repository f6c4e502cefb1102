package scenario

import (
	"context"
	"slices"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/kit/cch"
)

// OnStreets is a question of counts on the streets of one mode, answered, so that works
// on streets are answered from what they can change.
type OnStreets struct {
	ground *reach.Ground
	mode   string
	cells  *reach.Joined
	q      reach.Question
	sums   []reach.Sums
}

// Ask answers a question for the ground as it is.
func Ask(ctx context.Context, g *reach.Ground, mode string, q reach.Question, w reach.Work) (*OnStreets, error) {
	e, err := g.Engine(mode)
	if err != nil {
		return nil, err
	}
	o := &OnStreets{ground: g, mode: mode, q: q}
	if o.cells, err = g.Joined(mode); err != nil {
		return nil, err
	}
	err = e.Count(ctx, reach.Outbound, o.cells, o.cells, q, w, func(_ int, s reach.Sums) error {
		o.sums = append(o.sums, owned(s))
		return nil
	})
	return o, err
}

func owned(s reach.Sums) reach.Sums {
	out := reach.Sums{Places: slices.Clone(s.Places)}
	for _, row := range s.At {
		out.At = append(out.At, slices.Clone(row))
	}
	return out
}

// Recount tells what every cell reaches with works on, in order, from what it was where
// no work can matter. anew is of how many cells it had to ask again. Limits are of at
// most 109 minutes.
func (o *OnStreets) Recount(ctx context.Context, works []area.Work, w reach.Work, visit func(cell int, s reach.Sums) error) (anew int, err error) {
	g, err := Streets(ctx, o.ground, o.mode, works)
	if err != nil {
		return 0, err
	}
	sums := o.sums
	if g != o.ground {
		if sums, anew, err = o.changed(ctx, g, w); err != nil {
			return anew, err
		}
	}
	for i := range sums {
		if err := visit(i, sums[i]); err != nil {
			return anew, err
		}
	}
	return anew, nil
}

// changed asks again for the cells that another ground may change.
func (o *OnStreets) changed(ctx context.Context, g *reach.Ground, w reach.Work) (sums []reach.Sums, anew int, err error) {
	before, err := o.ground.Engine(o.mode)
	if err != nil {
		return nil, 0, err
	}
	after, err := g.Engine(o.mode)
	if err != nil {
		return nil, 0, err
	}
	now := after.Rejoined(o.cells)
	touched, err := before.Touched(ctx, after, o.cells, now, slices.Max(o.q.Limits), arcs(before.Mode, after.Mode), w)
	if err != nil {
		return nil, 0, err
	}
	var again []int
	for i, is := range touched {
		if is {
			again = append(again, i)
		}
	}
	sums = slices.Clone(o.sums)
	if again == nil {
		return sums, 0, nil
	}
	some := now
	if len(again) < now.Len() {
		some = now.Only(again)
	}
	err = after.Count(ctx, reach.Outbound, some, now, o.q, w, func(k int, s reach.Sums) error {
		sums[again[k]] = owned(s)
		return nil
	})
	return sums, len(again), err
}

// arcs lists the arcs in which two networks of the same nodes differ. Those of the second
// are the arcs of the first at each node, in their order, then those that are new.
func arcs(a, b *network.Mode) (out []reach.ArcChange) {
	was, is := a.Graph.Weights(nil), b.Graph.Weights(nil)
	for v := range street.Node(a.Graph.Nodes()) {
		from, end := a.Graph.Out(v)
		first, last := b.Graph.Out(v)
		for k := first; k < last; k++ {
			before := cch.Infinity
			if old := from + k - first; old < end {
				before = was[old]
			}
			if is[k] != before {
				out = append(out, reach.ArcChange{Tail: cch.Node(v), Head: cch.Node(b.Graph.Head[k]), Before: before, After: is[k]})
			}
		}
	}
	return out
}
