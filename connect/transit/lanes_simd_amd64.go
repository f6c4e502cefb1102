//go:build goexperiment.simd && amd64

package transit

import (
	"simd/archsimd"
	"unsafe"
)

// The sweep of sweep.go in vector instructions. Lines are found by pointer: their
// numbers come from a Program, which is made here and never changed.

func variants() []*variant {
	var all []*variant
	if archsimd.X86.AVX512() {
		all = append(all, &variant{"AVX-512", sweepAVX512})
	}
	if archsimd.X86.AVX2() {
		all = append(all, &variant{"AVX2", sweepAVX2})
	}
	return append(all, plain)
}

const lineBytes = 2 * Lanes

func lineAt(first unsafe.Pointer, i int32) *line {
	return (*line)(unsafe.Add(first, int(i)*lineBytes))
}

func firstOf(lines []line) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(lines)) }

func sweepAVX512(s *Sweeper) {
	stops, slots, seats, walks, cells := firstOf(s.stop), firstOf(s.slot), firstOf(s.seat), firstOf(s.walk), firstOf(s.cell)
	last := archsimd.LoadUint16x32((*[32]uint16)(&s.last))
	for _, r := range s.p.runs {
		pairs := s.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				a := (*[32]uint16)(lineAt(stops, o.a))
				archsimd.LoadUint16x32(a).Max(archsimd.LoadUint16x32((*[32]uint16)(lineAt(slots, o.b)))).Store(a)
			}
		case alight:
			for _, o := range pairs {
				archsimd.LoadUint16x32((*[32]uint16)(lineAt(seats, o.b))).Store((*[32]uint16)(lineAt(slots, o.a)))
			}
		case follow:
			for _, o := range pairs {
				archsimd.LoadUint16x32((*[32]uint16)(lineAt(seats, o.b))).Store((*[32]uint16)(lineAt(seats, o.a)))
			}
		case stay:
			for _, o := range pairs {
				a := (*[32]uint16)(lineAt(seats, o.a))
				archsimd.LoadUint16x32(a).Max(archsimd.LoadUint16x32((*[32]uint16)(lineAt(seats, o.b)))).Store(a)
			}
		case enter:
			at := archsimd.BroadcastUint16x32(r.at)
			for _, o := range pairs {
				v := at.SubSaturated(archsimd.LoadUint16x32((*[32]uint16)(lineAt(walks, o.b)))).Min(last)
				v.Max(archsimd.LoadUint16x32((*[32]uint16)(lineAt(stops, o.b)))).Store((*[32]uint16)(lineAt(seats, o.a)))
			}
		case board:
			at := archsimd.BroadcastUint16x32(r.at)
			for _, o := range pairs {
				a := (*[32]uint16)(lineAt(seats, o.a))
				v := at.SubSaturated(archsimd.LoadUint16x32((*[32]uint16)(lineAt(walks, o.b)))).Min(last)
				v = v.Max(archsimd.LoadUint16x32((*[32]uint16)(lineAt(stops, o.b))))
				v.Max(archsimd.LoadUint16x32(a)).Store(a)
			}
		case leave:
			for _, o := range pairs {
				a := (*[32]uint16)(lineAt(cells, o.a))
				was, now := archsimd.LoadUint16x32(a), archsimd.LoadUint16x32((*[32]uint16)(lineAt(slots, o.b)))
				if who := now.Greater(was).ToBits(); who != 0 {
					was.Max(now).Store(a)
					s.rise(o.a, r.at, who, (*line)(a))
				}
			}
		}
	}
	archsimd.ClearAVXUpperBits()
}

type halves = [2][16]uint16

func sweepAVX2(s *Sweeper) {
	stops, slots, seats, walks, cells := firstOf(s.stop), firstOf(s.slot), firstOf(s.seat), firstOf(s.walk), firstOf(s.cell)
	half := func(first unsafe.Pointer, i int32) *halves { return (*halves)(unsafe.Pointer(lineAt(first, i))) }
	last := archsimd.BroadcastUint16x16(s.last[0])
	for _, r := range s.p.runs {
		pairs := s.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				maxAVX2(half(stops, o.a), half(slots, o.b))
			}
		case alight:
			for _, o := range pairs {
				copyAVX2(half(slots, o.a), half(seats, o.b))
			}
		case follow:
			for _, o := range pairs {
				copyAVX2(half(seats, o.a), half(seats, o.b))
			}
		case stay:
			for _, o := range pairs {
				maxAVX2(half(seats, o.a), half(seats, o.b))
			}
		case enter, board:
			at := archsimd.BroadcastUint16x16(r.at)
			for _, o := range pairs {
				a, w, st := half(seats, o.a), half(walks, o.b), half(stops, o.b)
				x := at.SubSaturated(archsimd.LoadUint16x16(&w[0])).Min(last).Max(archsimd.LoadUint16x16(&st[0]))
				y := at.SubSaturated(archsimd.LoadUint16x16(&w[1])).Min(last).Max(archsimd.LoadUint16x16(&st[1]))
				if r.kind == board {
					x, y = x.Max(archsimd.LoadUint16x16(&a[0])), y.Max(archsimd.LoadUint16x16(&a[1]))
				}
				x.Store(&a[0])
				y.Store(&a[1])
			}
		case leave:
			for _, o := range pairs {
				a, b := half(cells, o.a), half(slots, o.b)
				x, y := archsimd.LoadUint16x16(&a[0]), archsimd.LoadUint16x16(&a[1])
				// What exceeds the state, saturating, is zero where nothing is gained.
				more := archsimd.LoadUint16x16(&b[0]).SubSaturated(x).Or(archsimd.LoadUint16x16(&b[1]).SubSaturated(y))
				if !more.IsZero() {
					who := above((*line)(unsafe.Pointer(b)), (*line)(unsafe.Pointer(a)))
					x.Max(archsimd.LoadUint16x16(&b[0])).Store(&a[0])
					y.Max(archsimd.LoadUint16x16(&b[1])).Store(&a[1])
					s.rise(o.a, r.at, who, (*line)(unsafe.Pointer(a)))
				}
			}
		}
	}
	archsimd.ClearAVXUpperBits()
}

func maxAVX2(a, b *halves) {
	archsimd.LoadUint16x16(&a[0]).Max(archsimd.LoadUint16x16(&b[0])).Store(&a[0])
	archsimd.LoadUint16x16(&a[1]).Max(archsimd.LoadUint16x16(&b[1])).Store(&a[1])
}

func copyAVX2(a, b *halves) {
	archsimd.LoadUint16x16(&b[0]).Store(&a[0])
	archsimd.LoadUint16x16(&b[1]).Store(&a[1])
}
