//go:build goexperiment.simd && amd64

package cch

import "simd/archsimd"

// A line is two registers: 64 lanes of 16 bits or 32 of 32 bits.
type (
	line16AVX512 = [2][32]uint16
	line32AVX512 = [2][16]uint32
)

func sweep16AVX512(state []uint16, first, from []int32, weight []uint16, set []uint64) {
	lo, far := first[0], archsimd.BroadcastUint16x32(Infinity16)
	for i, hi := range first[1:] {
		line := (*line16AVX512)(lineAt(state, i))
		a, b := far, far
		if isSet(set, i) {
			a, b = archsimd.LoadUint16x32(&line[0]), archsimd.LoadUint16x32(&line[1])
		}
		arcs := weight[lo:hi]
		for k, v := range from[lo:hi] {
			other, w := (*line16AVX512)(lineAt(state, int(v))), archsimd.BroadcastUint16x32(arcs[k])
			a = a.Min(archsimd.LoadUint16x32(&other[0]).AddSaturated(w))
			b = b.Min(archsimd.LoadUint16x32(&other[1]).AddSaturated(w))
		}
		a.Store(&line[0])
		b.Store(&line[1])
		lo = hi
	}
	archsimd.ClearAVXUpperBits()
}

func spread16AVX512(to, line []uint16, at []int32, weight []uint16) {
	own := (*line16AVX512)(lineAt(line, 0))
	a, b := archsimd.LoadUint16x32(&own[0]), archsimd.LoadUint16x32(&own[1])
	for k, i := range at {
		other, w := (*line16AVX512)(lineAt(to, int(i))), archsimd.BroadcastUint16x32(weight[k])
		archsimd.LoadUint16x32(&other[0]).Min(a.AddSaturated(w)).Store(&other[0])
		archsimd.LoadUint16x32(&other[1]).Min(b.AddSaturated(w)).Store(&other[1])
	}
	archsimd.ClearAVXUpperBits()
}

func sweep32AVX512(state []Weight, first, from []int32, weight []Weight, set []uint64) {
	lo, far := first[0], archsimd.BroadcastUint32x16(uint32(Infinity))
	for i, hi := range first[1:] {
		line := (*line32AVX512)(lineAt(state, i))
		a, b := far, far
		if isSet(set, i) {
			a, b = archsimd.LoadUint32x16(&line[0]), archsimd.LoadUint32x16(&line[1])
		}
		arcs := weight[lo:hi]
		for k, v := range from[lo:hi] {
			other, w := (*line32AVX512)(lineAt(state, int(v))), archsimd.BroadcastUint32x16(uint32(arcs[k]))
			a = a.Min(archsimd.LoadUint32x16(&other[0]).Add(w))
			b = b.Min(archsimd.LoadUint32x16(&other[1]).Add(w))
		}
		a.Store(&line[0])
		b.Store(&line[1])
		lo = hi
	}
	archsimd.ClearAVXUpperBits()
}

func spread32AVX512(to, line []Weight, at []int32, weight []Weight) {
	own := (*line32AVX512)(lineAt(line, 0))
	a, b := archsimd.LoadUint32x16(&own[0]), archsimd.LoadUint32x16(&own[1])
	for k, i := range at {
		other, w := (*line32AVX512)(lineAt(to, int(i))), archsimd.BroadcastUint32x16(uint32(weight[k]))
		archsimd.LoadUint32x16(&other[0]).Min(a.Add(w)).Store(&other[0])
		archsimd.LoadUint32x16(&other[1]).Min(b.Add(w)).Store(&other[1])
	}
	archsimd.ClearAVXUpperBits()
}
