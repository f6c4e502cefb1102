package contribution

import (
	"cmp"
	"context"
	"math"
	"slices"

	"conurb/kit/shapley"
)

// greedy adds, one by one, the work that adds most for its cost among those that still
// fit. On the way it tightens the bound that holds if works never help each other.
func (c *choice) greedy(ctx context.Context, o *Order, order []int) ([]int, error) {
	for {
		s := setOf(order)
		more, err := c.further(ctx, s)
		if err != nil {
			return nil, err
		}
		here, err := c.gain(ctx, s)
		if err != nil {
			return nil, err
		}
		if bound := here + c.knapsack(more); o.Relaxed == nil || bound < *o.Relaxed {
			o.Relaxed = &bound
		}
		best, spent := -1, c.cost(s)
		for i, gain := range more {
			if gain <= 0 || s.Has(i) || !c.fits(spent+c.fen[i]) {
				continue
			}
			if best < 0 || gain*float64(c.fen[best]) > more[best]*float64(c.fen[i]) {
				best = i
			}
		}
		if best < 0 {
			return order, nil
		}
		order = append(order, best)
	}
}

// further is what each work would add to a set; nothing if it is in it.
func (c *choice) further(ctx context.Context, s shapley.Set) ([]float64, error) {
	ask := []shapley.Set{c.open, c.asked(s)}
	for i := range c.players {
		ask = append(ask, c.asked(s.With(i)))
	}
	if err := c.study.book.Ask(ctx, ask); err != nil {
		return nil, err
	}
	here, err := c.gain(ctx, s)
	out := make([]float64, len(c.players))
	for i := range out {
		there, err := c.gain(ctx, s.With(i))
		if err != nil {
			return nil, err
		}
		out[i] = there - here
	}
	return out, err
}

// single is the work that adds most alone; -1 if none adds anything.
func (c *choice) single(ctx context.Context) (int, error) {
	more, err := c.further(ctx, 0)
	best := -1
	for i, gain := range more {
		if gain > 0 && (best < 0 || gain > more[best]) {
			best = i
		}
	}
	return best, err
}

// knapsack is the most that the whole budget buys of gains, fractions permitted.
func (c *choice) knapsack(gains []float64) float64 {
	order := make([]int, len(gains))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(gains[b]*float64(c.fen[a]), gains[a]*float64(c.fen[b]))
	})
	sum, left := 0.0, c.budget
	for _, i := range order {
		switch {
		case gains[i] <= 0:
		case c.budget == 0 || c.fen[i] <= left:
			sum += gains[i]
			left -= c.fen[i]
		default:
			return sum + gains[i]*float64(left)/float64(c.fen[i])
		}
	}
	return sum
}

// look goes through all sets seen for works that take something away, and for pairs
// that add more together than each alone.
func (c *choice) look(o *Order) {
	known, trifle := map[shapley.Set]float64{}, c.trifle()
	c.study.book.Known(func(s shapley.Set, values []float64) { known[s] = values[c.measure] })
	for s, here := range known {
		if s&c.open != c.open {
			continue
		}
		for i, p := range c.players {
			one, ok := known[s.With(p)]
			if !ok || s.Has(p) {
				continue
			}
			if one < here-trifle {
				o.Falls++
			}
			for _, q := range c.players[i+1:] {
				other, known1 := known[s.With(q)]
				both, known2 := known[s.With(p).With(q)]
				if !known1 || !known2 || s.Has(q) {
					continue
				}
				if o.Looked++; both-one > other-here+trifle {
					o.Helps++
				}
			}
		}
	}
}

// trifle is a difference that sums of so many people may have from their order alone.
func (c *choice) trifle() float64 {
	most := 0.0
	c.study.book.Known(func(_ shapley.Set, values []float64) { most = max(most, math.Abs(values[c.measure])) })
	return most * 1e-12
}
