//go:build goexperiment.simd && amd64

package transit

import (
	"simd/archsimd"
	"unsafe"
)

// The counts of counter.go in vector instructions.

func countVariants() []*countVariant {
	var all []*countVariant
	if archsimd.X86.AVX512() {
		all = append(all, &countVariant{"AVX-512", countsAVX512})
	}
	if archsimd.X86.AVX2() {
		all = append(all, &countVariant{"AVX2", countsAVX2})
	}
	return append(all, plainCount)
}

func narrowAt(first unsafe.Pointer, i int32) *[Wide]uint8 {
	return (*[Wide]uint8)(unsafe.Add(first, int(i)*Wide))
}

func firstNarrow(lines []narrow) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(lines)) }

// walkAt is the walk to a stop.
func walkAt(walks, of unsafe.Pointer, stop int32) *walking {
	i := *(*int32)(unsafe.Add(of, int(stop)*4))
	return (*walking)(unsafe.Add(walks, int(i)*2*Wide))
}

func countsAVX512(c *Counter) {
	stops, slots, seats, cells, covered := firstNarrow(c.stop), firstNarrow(c.slot), firstNarrow(c.seat), firstNarrow(c.cell), firstNarrow(c.covered)
	walks, walkOf := unsafe.Pointer(unsafe.SliceData(c.walk)), unsafe.Pointer(unsafe.SliceData(c.walkOf))
	last, one := archsimd.BroadcastUint8x64(c.n), archsimd.BroadcastUint8x64(1)
	lows, budgets := firstNarrow(c.low), int32(len(c.low))
	for _, r := range c.p.runs {
		if r.at > c.end {
			break
		}
		pairs := c.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				a := narrowAt(stops, o.a)
				archsimd.LoadUint8x64(a).Max(archsimd.LoadUint8x64(narrowAt(slots, o.b))).Store(a)
			}
		case alight:
			for _, o := range pairs {
				archsimd.LoadUint8x64(narrowAt(seats, o.b)).Store(narrowAt(slots, o.a))
			}
		case follow:
			for _, o := range pairs {
				archsimd.LoadUint8x64(narrowAt(seats, o.b)).Store(narrowAt(seats, o.a))
			}
		case stay:
			for _, o := range pairs {
				a := narrowAt(seats, o.a)
				archsimd.LoadUint8x64(a).Max(archsimd.LoadUint8x64(narrowAt(seats, o.b))).Store(a)
			}
		case enter, board:
			q, r1 := c.phase(r.at)
			whole, rest := archsimd.BroadcastUint8x64(q), archsimd.BroadcastUint8x64(r1)
			for _, o := range pairs {
				w := walkAt(walks, walkOf, o.b)
				v := whole.SubSaturated(archsimd.LoadUint8x64((*[Wide]uint8)(&w.whole)))
				v = v.SubSaturated(archsimd.LoadUint8x64((*[Wide]uint8)(&w.rest)).SubSaturated(rest).Min(one)).Min(last)
				v = v.Max(archsimd.LoadUint8x64(narrowAt(stops, o.b)))
				a := narrowAt(seats, o.a)
				if r.kind == board {
					v = v.Max(archsimd.LoadUint8x64(a))
				}
				v.Store(a)
			}
		case leave:
			c.tooEarly(r.at)
			for _, o := range pairs {
				a := narrowAt(cells, o.a)
				was, now := archsimd.LoadUint8x64(a), archsimd.LoadUint8x64(narrowAt(slots, o.b))
				if now.Greater(was).ToBits() == 0 {
					continue
				}
				now = now.Max(was)
				now.Store(a)
				for b := range budgets {
					to := narrowAt(covered, o.a*budgets+b)
					more := now.SubSaturated(was.Max(archsimd.LoadUint8x64(narrowAt(lows, b))))
					archsimd.LoadUint8x64(to).Add(more).Store(to)
				}
			}
		}
	}
	archsimd.ClearAVXUpperBits()
}

type narrowHalves = [2][Wide / 2]uint8

func halvesAt(first unsafe.Pointer, i int32) *narrowHalves {
	return (*narrowHalves)(unsafe.Add(first, int(i)*Wide))
}

func countsAVX2(c *Counter) {
	stops, slots, seats, cells, covered := firstNarrow(c.stop), firstNarrow(c.slot), firstNarrow(c.seat), firstNarrow(c.cell), firstNarrow(c.covered)
	walks, walkOf := unsafe.Pointer(unsafe.SliceData(c.walk)), unsafe.Pointer(unsafe.SliceData(c.walkOf))
	last, one := archsimd.BroadcastUint8x32(c.n), archsimd.BroadcastUint8x32(1)
	lows, budgets := firstNarrow(c.low), int32(len(c.low))
	for _, r := range c.p.runs {
		if r.at > c.end {
			break
		}
		pairs := c.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				maxNarrowAVX2(halvesAt(stops, o.a), halvesAt(slots, o.b))
			}
		case alight:
			for _, o := range pairs {
				copyNarrowAVX2(halvesAt(slots, o.a), halvesAt(seats, o.b))
			}
		case follow:
			for _, o := range pairs {
				copyNarrowAVX2(halvesAt(seats, o.a), halvesAt(seats, o.b))
			}
		case stay:
			for _, o := range pairs {
				maxNarrowAVX2(halvesAt(seats, o.a), halvesAt(seats, o.b))
			}
		case enter, board:
			q, r1 := c.phase(r.at)
			whole, rest := archsimd.BroadcastUint8x32(q), archsimd.BroadcastUint8x32(r1)
			for _, o := range pairs {
				w := walkAt(walks, walkOf, o.b)
				wholes, rests := (*narrowHalves)(unsafe.Pointer(&w.whole)), (*narrowHalves)(unsafe.Pointer(&w.rest))
				stop, a := halvesAt(stops, o.b), halvesAt(seats, o.a)
				x := whole.SubSaturated(archsimd.LoadUint8x32(&wholes[0]))
				y := whole.SubSaturated(archsimd.LoadUint8x32(&wholes[1]))
				x = x.SubSaturated(archsimd.LoadUint8x32(&rests[0]).SubSaturated(rest).Min(one)).Min(last).Max(archsimd.LoadUint8x32(&stop[0]))
				y = y.SubSaturated(archsimd.LoadUint8x32(&rests[1]).SubSaturated(rest).Min(one)).Min(last).Max(archsimd.LoadUint8x32(&stop[1]))
				if r.kind == board {
					x, y = x.Max(archsimd.LoadUint8x32(&a[0])), y.Max(archsimd.LoadUint8x32(&a[1]))
				}
				x.Store(&a[0])
				y.Store(&a[1])
			}
		case leave:
			c.tooEarly(r.at)
			for _, o := range pairs {
				a, b := halvesAt(cells, o.a), halvesAt(slots, o.b)
				x, y := archsimd.LoadUint8x32(&a[0]), archsimd.LoadUint8x32(&a[1])
				toX, toY := archsimd.LoadUint8x32(&b[0]), archsimd.LoadUint8x32(&b[1])
				if toX.SubSaturated(x).Or(toY.SubSaturated(y)).IsZero() {
					continue
				}
				toX, toY = toX.Max(x), toY.Max(y)
				toX.Store(&a[0])
				toY.Store(&a[1])
				for b := range budgets {
					low, to := archsimd.LoadUint8x32(&halvesAt(lows, b)[0]), halvesAt(covered, o.a*budgets+b)
					archsimd.LoadUint8x32(&to[0]).Add(toX.SubSaturated(x.Max(low))).Store(&to[0])
					archsimd.LoadUint8x32(&to[1]).Add(toY.SubSaturated(y.Max(low))).Store(&to[1])
				}
			}
		}
	}
	archsimd.ClearAVXUpperBits()
}

func maxNarrowAVX2(a, b *narrowHalves) {
	archsimd.LoadUint8x32(&a[0]).Max(archsimd.LoadUint8x32(&b[0])).Store(&a[0])
	archsimd.LoadUint8x32(&a[1]).Max(archsimd.LoadUint8x32(&b[1])).Store(&a[1])
}

func copyNarrowAVX2(a, b *narrowHalves) {
	archsimd.LoadUint8x32(&b[0]).Store(&a[0])
	archsimd.LoadUint8x32(&b[1]).Store(&a[1])
}
