package reach

import (
	"cmp"
	"sync"
	"sync/atomic"

	"conurb/connect/transit"
	"conurb/kit/geo"
)

// districts are blocks of origins, each with a program of its own: the operations that
// somebody there can use. Programs are made when they are first needed, those of
// groups of districts first, and forgotten after their last batch.
type districts struct {
	whole   *transit.Program
	access  *transit.Walks
	order   []int32 // of the origins; nil: their own
	origins int
	longest transit.Second
	size    int // origins of a district

	groups, each []district
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
// origins, by way of groups of so many districts.
const (
	largeProgram  = 48 << 20
	districtSize  = 4 * transit.Wide
	districtGroup = 6
)

// districts cuts a program that is large; nil where it is not.
func (tr *Transit) districts(p *transit.Program, order []int32, longest Decis, w Work) *districts {
	if p.Bytes() <= cmp.Or(w.Large, largeProgram) {
		return nil
	}
	d := &districts{whole: p, access: &tr.walks.access, order: order, origins: tr.from.Len(), longest: transit.Second(longest / 10), size: districtSize}
	d.each = make([]district, (d.origins+d.size-1)/d.size)
	d.groups = make([]district, (len(d.each)+districtGroup-1)/districtGroup)
	for i := range d.each {
		d.groups[i/districtGroup].left.Add(1)
	}
	return d
}

// begin tells how many batches there are to come.
func (d *districts) begin(lanes int) {
	for at := 0; at < d.origins; at += lanes {
		d.each[at/d.size].left.Add(1)
	}
}

// program is that of the district in which the origin at a place of the order lies. A
// batch asks once.
func (d *districts) program(at int, cut *transit.Cutter) *transit.Program {
	i := at / d.size
	one := &d.each[i]
	one.once.Do(func() {
		g := &d.groups[i/districtGroup]
		g.once.Do(func() {
			first := i / districtGroup * districtGroup * d.size
			g.p = cut.For(d.whole, d.access, d.block(first, first+districtGroup*d.size), d.longest)
		})
		one.p = cut.For(g.p, d.access, d.block(i*d.size, (i+1)*d.size), d.longest)
		g.used()
	})
	p := one.p
	one.used()
	return p
}

// block are the origins at places of the order.
func (d *districts) block(first, end int) []int32 {
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
