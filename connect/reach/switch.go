package reach

import (
	"context"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/cch"
)

// Switch is a question of counts made ready to be asked again and again with some trips
// taken out, any of those that it was told can be: the works that people switch. For
// every batch of origins that are near each other it holds the part of the program that
// they can need under any choice (transit.Reducer), and the answer as things are. A
// choice sweeps those parts only, and of them only those that the trips which differ are
// in; what it tells is exactly what a Transit tells from whose timetable the other trips
// are gone. It is never changed and may be asked by many goroutines.
type Switch struct {
	asked  transit.Asked
	enough transit.Second
	q      Question
	access *transit.Walks
	off    []bool // as things are
	parts  []portion
	sums   []Sums // by origin, as things are
}

// portion is a batch of origins and what it can need.
type portion struct {
	origins []int32
	program *transit.Program
	uses    []bool     // by trip
	foot    [][]uint64 // by limit and place: the lanes that get there on foot
}

// Switch makes counts ready for choices of trips: optional tells which can be taken out,
// off which of those are out as things are. Too many departures for bytes are
// transit.ErrNarrow.
func (tr *Transit) Switch(ctx context.Context, w Window, percent float64, q Question, optional, off []bool, work Work) (*Switch, error) {
	if n := tr.running.Trips(); len(optional) != n || len(off) != n {
		return nil, fmt.Errorf("%d and %d trips, of %d", len(optional), len(off), n)
	}
	longest, err := tr.countable(w, q)
	if err != nil {
		return nil, err
	}
	p, err := tr.Program(w)
	if err != nil {
		return nil, err
	}
	c := tr.counting(w, percent, q)
	if err := p.Fits(c.asked, &tr.walks.access); err != nil {
		return nil, err
	}
	s := &Switch{asked: c.asked, enough: c.enough, q: q, access: &tr.walks.access, off: slices.Clone(off), sums: make([]Sums, tr.from.Len())}
	t := &task{program: p, anyhow: true, order: tr.from.along(), lanes: transit.Wide}
	t.districts = tr.districts(p, t.order, longest, work)
	t.start = func(b *batch, p *transit.Program, _ Work) error {
		r, err := transit.NewReducer(p, optional, s.asked, false)
		b.runner = &reducing{b: b, r: r}
		return err
	}
	t.read = func(b *batch) func() error {
		reduced := b.runner.(*reducing).reduced
		one := portion{origins: slices.Clone(b.origins), program: reduced, uses: reduced.Uses()}
		for _, limit := range q.Limits {
			one.foot = append(one.foot, b.onFootWithin(limit, tr.to.Len()))
		}
		sums, err := s.ask(&one, s.off, work.Instructions)
		return func() error {
			s.parts = append(s.parts, one)
			for lane, o := range one.origins {
				if err == nil {
					s.sums[o] = sums[lane]
				}
			}
			return err
		}
	}
	return s, tr.sweeps(ctx, t, work)
}

// reducing stands in for the sweeper of a batch.
type reducing struct {
	b       *batch
	r       *transit.Reducer
	reduced *transit.Program
}

func (r *reducing) Run(access *transit.Walks, origins []int32) (err error) {
	r.reduced, err = r.r.Run(access, origins, func(place int32, lane int) transit.Second { return r.b.onFoot(lane, int(place)) })
	return err
}

// onFootWithin are the lanes that get to each place on foot within a limit.
func (b *batch) onFootWithin(limit Decis, places int) []uint64 {
	foot := make([]uint64, places)
	limit -= limit % 10 // ways on foot are in whole seconds, rounded up
	for lane := range b.origins {
		for place, t := range b.walk[lane] {
			if Decis(t) <= limit && t != cch.Infinity16 {
				foot[place] |= 1 << lane
			}
		}
	}
	return foot
}

// Counts finds how much every origin reaches with some trips out, and hands the sums over
// in order. It tells of how many origins it had to ask anew.
func (s *Switch) Counts(ctx context.Context, off []bool, work Work, visit func(origin int, s Sums) error) (anew int, err error) {
	if len(off) != len(s.off) {
		return 0, fmt.Errorf("%d trips, of %d", len(off), len(s.off))
	}
	var parts []*portion
	for i := range s.parts {
		if p := &s.parts[i]; p.differs(s.off, off) {
			parts = append(parts, p)
			anew += len(p.origins)
		}
	}
	now := slices.Clone(s.sums)
	cores := work.Cores
	if cores <= 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(cores, len(parts)) {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(parts) {
					return
				}
				sums, err := s.ask(parts[i], off, work.Instructions)
				if err != nil {
					cancel(err)
					return
				}
				for lane, o := range parts[i].origins {
					now[o] = sums[lane]
				}
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return anew, err
	}
	for o := range now {
		if err := visit(o, now[o]); err != nil {
			return anew, err
		}
	}
	return anew, nil
}

// differs tells whether the part has operations of a trip that is in one choice and not
// in the other.
func (p *portion) differs(a, b []bool) bool {
	for k, used := range p.uses {
		if used && a[k] != b[k] {
			return true
		}
	}
	return false
}

// ask counts for the origins of one part.
func (s *Switch) ask(p *portion, off []bool, instructions string) ([]Sums, error) {
	c, err := transit.NewCounter(p.program.Without(off), s.asked, instructions)
	if err != nil {
		return nil, err
	}
	if err := c.Run(s.access, p.origins); err != nil {
		return nil, err
	}
	sums := make([]Sums, len(p.origins))
	for lane := range sums {
		sums[lane] = newSums(len(s.q.Limits), len(s.q.Columns))
	}
	there := make([]uint64, len(p.foot[0]))
	for i := range s.q.Limits {
		copy(there, p.foot[i])
		p.program.Cells(func(place int32) { there[place] |= enough(c.Covered(place, i), s.enough) })
		for place, who := range there {
			for who &= 1<<len(p.origins) - 1; who != 0; who &= who - 1 {
				sums[bits.TrailingZeros64(who)].add(i, place, s.q.Columns)
			}
		}
	}
	return sums, nil
}

// enough are the lanes with so many departures.
func enough(covered *[transit.Wide]uint8, n transit.Second) (who uint64) {
	for lane, v := range covered {
		if transit.Second(v) >= n {
			who |= 1 << lane
		}
	}
	return who
}
