package reach

import (
	"context"
	"errors"
	"fmt"
	"math/bits"

	"conurb/connect/transit"
)

// Counts finds for every cell how much it reaches within each limit in so many of a
// hundred departures, and hands the sums over in order and one at a time. It is faster
// than Percentiles and agrees with it.
func (tr *Transit) Counts(ctx context.Context, w Window, percent float64, q Question, work Work, visit func(origin int, s Sums) error) error {
	longest, err := tr.countable(w, q)
	if err != nil {
		return err
	}
	p, err := tr.Program(w)
	if err != nil {
		return err
	}
	c := tr.counting(w, percent, q)
	c.visit = visit
	t := &task{program: p, anyhow: true, order: tr.from.along()}
	t.districts = tr.districts(p, t.order, longest, work)
	// Bytes hold what is usually asked for. More departures than that, or walks of more
	// steps, take sweeps that keep every arrival, and give the same.
	switch err := p.Fits(c.asked, &tr.walks.access); {
	case err == nil:
		t.lanes, t.start, t.read = transit.Wide, c.counters, c.ofCounter
	case errors.Is(err, transit.ErrNarrow):
		t.lanes, t.start, t.read = transit.Lanes, sweepers, c.ofSweeper
	default:
		return err
	}
	return tr.sweeps(ctx, t, work)
}

// countable refuses what cannot be counted; it tells the longest limit.
func (tr *Transit) countable(w Window, q Question) (longest Decis, err error) {
	for i, c := range q.Columns {
		if len(c) != tr.to.Len() {
			return 0, fmt.Errorf("column %d has %d values for %d cells", i, len(c), tr.to.Len())
		}
	}
	for _, l := range q.Limits {
		if l <= 0 || l > tr.journey.Longest {
			return 0, fmt.Errorf("%.0f s, of journeys of at most %.0f s: %w", l.Seconds(), tr.journey.Longest.Seconds(), ErrLimit)
		}
		longest = max(longest, l)
	}
	if w.Step <= 0 {
		return 0, fmt.Errorf("a departure every %d s: %w", w.Step, ErrLimit)
	}
	return longest, nil
}

// counting is one question of counts.
type counting struct {
	places int
	q      Question
	asked  transit.Asked
	enough transit.Second // departures
	visit  func(origin int, s Sums) error

	kept []*Sums // by origin, until those before have been handed over
	next int
}

// counting is what a question asks in the terms of sweeps.
func (tr *Transit) counting(w Window, percent float64, q Question) *counting {
	c := &counting{places: tr.to.Len(), q: q, kept: make([]*Sums, tr.from.Len())}
	c.asked.Step = w.Step
	c.enough = transit.Second(transit.Rank(percent, int((w.Until-w.From+w.Step-1)/w.Step)))
	for _, l := range q.Limits {
		c.asked.Budgets = append(c.asked.Budgets, transit.Second(l/10))
	}
	return c
}

// counters start batches that count.
func (c *counting) counters(b *batch, p *transit.Program, w Work) (err error) {
	b.counter, err = transit.NewCounter(p, c.asked, w.Instructions)
	b.runner = b.counter
	return err
}

// ofCounter sums up what a batch has counted.
func (c *counting) ofCounter(b *batch) func() error {
	sums := c.sums(b)
	for i, limit := range c.q.Limits {
		foot := b.onFootWithin(limit, c.places)
		b.program.Cells(func(place int32) {
			for lane, n := range b.counter.Covered(place, i) {
				if transit.Second(n) >= c.enough {
					foot[place] |= 1 << lane
				}
			}
		})
		for place, who := range foot {
			for who &= 1<<len(b.origins) - 1; who != 0; who &= who - 1 {
				sums[bits.TrailingZeros64(who)].add(i, place, c.q.Columns)
			}
		}
	}
	return c.handOver(b, sums)
}

// ofSweeper sums up what a batch has swept.
func (c *counting) ofSweeper(b *batch) func() error {
	covered := make([][transit.Lanes]transit.Second, len(c.asked.Budgets))
	sums := c.sums(b)
	var foot [transit.Lanes]transit.Second
	for place := range c.places {
		for lane := range b.origins {
			foot[lane] = b.onFoot(lane, place)
		}
		b.sweeper.Coverage(int32(place), &foot, c.asked.Step, c.asked.Budgets, covered)
		for i := range c.q.Limits {
			for lane := range b.origins {
				if covered[i][lane] >= c.enough {
					sums[lane].add(i, place, c.q.Columns)
				}
			}
		}
	}
	return c.handOver(b, sums)
}

func (c *counting) sums(b *batch) []Sums {
	sums := make([]Sums, len(b.origins))
	for lane := range sums {
		sums[lane] = newSums(len(c.q.Limits), len(c.q.Columns))
	}
	return sums
}

// handOver keeps the sums of a batch until it is their turn.
func (c *counting) handOver(b *batch, sums []Sums) func() error {
	return func() error {
		for lane, origin := range b.origins {
			c.kept[origin] = &sums[lane]
		}
		for ; c.next < len(c.kept) && c.kept[c.next] != nil; c.next++ {
			if err := c.visit(c.next, *c.kept[c.next]); err != nil {
				return err
			}
			c.kept[c.next] = nil
		}
		return nil
	}
}
