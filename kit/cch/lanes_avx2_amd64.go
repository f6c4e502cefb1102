//go:build goexperiment.simd && amd64

package cch

import "simd/archsimd"

// A line is four registers: 64 lanes of 16 bits or 32 of 32 bits.
type (
	line16AVX2 = [4][16]uint16
	line32AVX2 = [4][8]uint32
)

func sweep16AVX2(state []uint16, first, from []int32, weight []uint16, set []uint64) {
	lo, far := first[0], archsimd.BroadcastUint16x16(Infinity16)
	for i, hi := range first[1:] {
		line := (*line16AVX2)(lineAt(state, i))
		a, b, c, d := far, far, far, far
		if isSet(set, i) {
			a, b = archsimd.LoadUint16x16(&line[0]), archsimd.LoadUint16x16(&line[1])
			c, d = archsimd.LoadUint16x16(&line[2]), archsimd.LoadUint16x16(&line[3])
		}
		arcs := weight[lo:hi]
		for k, v := range from[lo:hi] {
			other, w := (*line16AVX2)(lineAt(state, int(v))), archsimd.BroadcastUint16x16(arcs[k])
			a = a.Min(archsimd.LoadUint16x16(&other[0]).AddSaturated(w))
			b = b.Min(archsimd.LoadUint16x16(&other[1]).AddSaturated(w))
			c = c.Min(archsimd.LoadUint16x16(&other[2]).AddSaturated(w))
			d = d.Min(archsimd.LoadUint16x16(&other[3]).AddSaturated(w))
		}
		a.Store(&line[0])
		b.Store(&line[1])
		c.Store(&line[2])
		d.Store(&line[3])
		lo = hi
	}
	archsimd.ClearAVXUpperBits()
}

func spread16AVX2(to, line []uint16, at []int32, weight []uint16) {
	own := (*line16AVX2)(lineAt(line, 0))
	a, b := archsimd.LoadUint16x16(&own[0]), archsimd.LoadUint16x16(&own[1])
	c, d := archsimd.LoadUint16x16(&own[2]), archsimd.LoadUint16x16(&own[3])
	for k, i := range at {
		other, w := (*line16AVX2)(lineAt(to, int(i))), archsimd.BroadcastUint16x16(weight[k])
		archsimd.LoadUint16x16(&other[0]).Min(a.AddSaturated(w)).Store(&other[0])
		archsimd.LoadUint16x16(&other[1]).Min(b.AddSaturated(w)).Store(&other[1])
		archsimd.LoadUint16x16(&other[2]).Min(c.AddSaturated(w)).Store(&other[2])
		archsimd.LoadUint16x16(&other[3]).Min(d.AddSaturated(w)).Store(&other[3])
	}
	archsimd.ClearAVXUpperBits()
}

func sweep32AVX2(state []Weight, first, from []int32, weight []Weight, set []uint64) {
	lo, far := first[0], archsimd.BroadcastUint32x8(uint32(Infinity))
	for i, hi := range first[1:] {
		line := (*line32AVX2)(lineAt(state, i))
		a, b, c, d := far, far, far, far
		if isSet(set, i) {
			a, b = archsimd.LoadUint32x8(&line[0]), archsimd.LoadUint32x8(&line[1])
			c, d = archsimd.LoadUint32x8(&line[2]), archsimd.LoadUint32x8(&line[3])
		}
		arcs := weight[lo:hi]
		for k, v := range from[lo:hi] {
			other, w := (*line32AVX2)(lineAt(state, int(v))), archsimd.BroadcastUint32x8(uint32(arcs[k]))
			a = a.Min(archsimd.LoadUint32x8(&other[0]).Add(w))
			b = b.Min(archsimd.LoadUint32x8(&other[1]).Add(w))
			c = c.Min(archsimd.LoadUint32x8(&other[2]).Add(w))
			d = d.Min(archsimd.LoadUint32x8(&other[3]).Add(w))
		}
		a.Store(&line[0])
		b.Store(&line[1])
		c.Store(&line[2])
		d.Store(&line[3])
		lo = hi
	}
	archsimd.ClearAVXUpperBits()
}

func spread32AVX2(to, line []Weight, at []int32, weight []Weight) {
	own := (*line32AVX2)(lineAt(line, 0))
	a, b := archsimd.LoadUint32x8(&own[0]), archsimd.LoadUint32x8(&own[1])
	c, d := archsimd.LoadUint32x8(&own[2]), archsimd.LoadUint32x8(&own[3])
	for k, i := range at {
		other, w := (*line32AVX2)(lineAt(to, int(i))), archsimd.BroadcastUint32x8(uint32(weight[k]))
		archsimd.LoadUint32x8(&other[0]).Min(a.Add(w)).Store(&other[0])
		archsimd.LoadUint32x8(&other[1]).Min(b.Add(w)).Store(&other[1])
		archsimd.LoadUint32x8(&other[2]).Min(c.Add(w)).Store(&other[2])
		archsimd.LoadUint32x8(&other[3]).Min(d.Add(w)).Store(&other[3])
	}
	archsimd.ClearAVXUpperBits()
}
