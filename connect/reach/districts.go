package reach

import (
	"cmp"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/geo"
)

// districts are blocks of origins, each with a program of its own: the operations that
// somebody there can use. It is cut out of that of a block four times as large, and so
// on up to the whole. Programs are made when they are first needed and forgotten after
// their last use.
type districts struct {
	whole   *transit.Program
	access  *transit.Walks
	order   []int32 // of the origins; nil: their own
	origins int
	longest transit.Second

	levels [][]district // the districts, then blocks of four, of sixteen, ...
}

type district struct {
	once sync.Once
	p    *transit.Program
	left atomic.Int32 // uses that are to come
}

// used forgets the program after its last use.
func (d *district) used() {
	if d.left.Add(-1) == 0 {
		d.p = nil
	}
}

// A program of more operations than largeProgram bytes has more of them for far-away
// places than are worth sweeping for all: it is cut down to districts of districtSize
// origins.
const (
	largeProgram = 48 << 20
	districtSize = 4 * transit.Wide
)

// districts cuts a program that is large; nil where it is not.
func (tr *Transit) districts(p *transit.Program, order []int32, longest Decis, w Work) *districts {
	if p.Bytes() <= cmp.Or(w.Large, largeProgram) {
		return nil
	}
	d := &districts{whole: p, access: &tr.walks.access, order: order, origins: tr.from.Len(), longest: transit.Second(longest / 10)}
	for n := d.origins; ; n = len(d.levels[len(d.levels)-1]) {
		each := 4
		if d.levels == nil {
			each = districtSize
		}
		d.levels = append(d.levels, make([]district, (n+each-1)/each))
		if n <= 4*each {
			return d
		}
	}
}

// begin tells how many batches there are to come.
func (d *districts) begin(lanes int) {
	for at := 0; at < d.origins; at += lanes {
		d.levels[0][at/districtSize].left.Add(1)
	}
	for k, level := range d.levels[:len(d.levels)-1] {
		for i := range level {
			d.levels[k+1][i/4].left.Add(1)
		}
	}
}

// program is that of the district in which the origin at a place of the order lies. A
// batch asks once.
func (d *districts) program(at int, cut *transit.Cutter) *transit.Program {
	return d.block(0, at/districtSize, cut)
}

func (d *districts) block(level, i int, cut *transit.Cutter) *transit.Program {
	one := &d.levels[level][i]
	one.once.Do(func() {
		from, size := d.whole, districtSize<<(2*level)
		if level+1 < len(d.levels) {
			from = d.block(level+1, i/4, cut)
		}
		one.p = cut.For(from, d.access, d.at(i*size, (i+1)*size), d.longest)
	})
	p := one.p
	one.used()
	return p
}

// at are the origins at places of the order.
func (d *districts) at(first, end int) []int32 {
	end = min(end, d.origins)
	if d.order != nil {
		return d.order[first:end]
	}
	var all []int32
	for o := first; o < end; o++ {
		all = append(all, int32(o))
	}
	return all
}

// along is the order of places along a curve on which those near each other are near.
func (e ends) along() []int32 {
	at := make([]geo.Point, e.Len())
	for p := range at {
		if lo, hi := e.points(p); hi > lo {
			at[p] = e.Points[lo]
		}
	}
	return geo.Along(at)
}
