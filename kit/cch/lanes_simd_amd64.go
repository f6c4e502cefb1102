//go:build goexperiment.simd && amd64

package cch

import (
	"simd/archsimd"
	"unsafe"
)

// The kernels of lanes.go in vector instructions. Lines are found by pointer:
// their numbers come from a Selection, which is built here and never changed, so
// that checking each would only cost time.

// variants lists the kernels this build and machine can run, the best first.
func variants[T Lane]() []*kernels[T] {
	var narrow []*kernels[uint16]
	var full []*kernels[Weight]
	if archsimd.X86.AVX512() {
		narrow = append(narrow, &kernels[uint16]{"AVX-512", spread16AVX512, sweep16AVX512, rows16})
		full = append(full, &kernels[Weight]{"AVX-512", spread32AVX512, sweep32AVX512, rows32})
	}
	if archsimd.X86.AVX2() {
		narrow = append(narrow, &kernels[uint16]{"AVX2", spread16AVX2, sweep16AVX2, rows16})
		full = append(full, &kernels[Weight]{"AVX2", spread32AVX2, sweep32AVX2, rows32})
	}
	var all any
	switch any(*new(T)).(type) {
	case uint16:
		all = append(narrow, plain[uint16]())
	default:
		all = append(full, plain[Weight]())
	}
	return all.([]*kernels[T])
}

// lineAt is line i.
func lineAt[T Lane](s []T, i int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), i*lineBytes)
}

// fetch brings lines into the cache: loads that wait for nothing but memory overlap,
// which those of a transposition, between shuffles, do less.
//
//go:noinline
func fetch[T Lane](state []T, target []int32) (sum uint64) {
	for _, i := range target {
		line := lineAt(state, int(i))
		sum += *(*uint64)(line) + *(*uint64)(unsafe.Add(line, 64))
	}
	return sum
}

// rows16 transposes blocks of eight targets by eight lanes; the rest is plain.
func rows16(rows [][]uint16, state []uint16, target []int32) {
	whole := len(rows) &^ 7
	for t := 0; t < len(target); t += few {
		end := min(t+few, len(target))
		fetch(state, target[t:end])
		full := t + (end-t)&^7
		for lane := 0; lane < whole; lane += 8 {
			for k := t; k < full; k += 8 {
				block16((*[8][]uint16)(rows[lane:]), k, lane, state, (*[8]int32)(target[k:]))
			}
		}
		plainPatch(rows, whole, t, full, state, target)
		plainPatch(rows, 0, full, end, state, target)
	}
	archsimd.ClearAVXUpperBits()
}

func block16(rows *[8][]uint16, at, lane int, state []uint16, target *[8]int32) {
	load := func(i int) archsimd.Uint16x8 {
		return archsimd.LoadUint16x8((*[8]uint16)(unsafe.Add(lineAt(state, int(target[i])), 2*lane)))
	}
	a0, a1, a2, a3 := load(0), load(1), load(2), load(3)
	a4, a5, a6, a7 := load(4), load(5), load(6), load(7)
	// Pairs of targets, lanes 0-3 and 4-7.
	b0, b1 := a0.InterleaveLo(a1).AsUint32x4(), a0.InterleaveHi(a1).AsUint32x4()
	b2, b3 := a2.InterleaveLo(a3).AsUint32x4(), a2.InterleaveHi(a3).AsUint32x4()
	b4, b5 := a4.InterleaveLo(a5).AsUint32x4(), a4.InterleaveHi(a5).AsUint32x4()
	b6, b7 := a6.InterleaveLo(a7).AsUint32x4(), a6.InterleaveHi(a7).AsUint32x4()
	// Fours of targets, two lanes each.
	c0, c1 := b0.InterleaveLo(b2).AsUint64x2(), b0.InterleaveHi(b2).AsUint64x2()
	c2, c3 := b1.InterleaveLo(b3).AsUint64x2(), b1.InterleaveHi(b3).AsUint64x2()
	c4, c5 := b4.InterleaveLo(b6).AsUint64x2(), b4.InterleaveHi(b6).AsUint64x2()
	c6, c7 := b5.InterleaveLo(b7).AsUint64x2(), b5.InterleaveHi(b7).AsUint64x2()
	store := func(i int, v archsimd.Uint64x2) { v.AsUint16x8().Store((*[8]uint16)(rows[i][at:])) }
	store(0, c0.InterleaveLo(c4))
	store(1, c0.InterleaveHi(c4))
	store(2, c1.InterleaveLo(c5))
	store(3, c1.InterleaveHi(c5))
	store(4, c2.InterleaveLo(c6))
	store(5, c2.InterleaveHi(c6))
	store(6, c3.InterleaveLo(c7))
	store(7, c3.InterleaveHi(c7))
}

// rows32 transposes blocks of four targets by four lanes; the rest is plain.
func rows32(rows [][]Weight, state []Weight, target []int32) {
	whole := len(rows) &^ 3
	for t := 0; t < len(target); t += few {
		end := min(t+few, len(target))
		fetch(state, target[t:end])
		full := t + (end-t)&^3
		for lane := 0; lane < whole; lane += 4 {
			for k := t; k < full; k += 4 {
				block32((*[4][]Weight)(rows[lane:]), k, lane, state, (*[4]int32)(target[k:]))
			}
		}
		plainPatch(rows, whole, t, full, state, target)
		plainPatch(rows, 0, full, end, state, target)
	}
	archsimd.ClearAVXUpperBits()
}

func block32(rows *[4][]Weight, at, lane int, state []Weight, target *[4]int32) {
	load := func(i int) archsimd.Uint32x4 {
		return archsimd.LoadUint32x4((*[4]uint32)(unsafe.Add(lineAt(state, int(target[i])), 4*lane)))
	}
	a0, a1, a2, a3 := load(0), load(1), load(2), load(3)
	b0, b1 := a0.InterleaveLo(a1).AsUint64x2(), a0.InterleaveHi(a1).AsUint64x2()
	b2, b3 := a2.InterleaveLo(a3).AsUint64x2(), a2.InterleaveHi(a3).AsUint64x2()
	store := func(i int, v archsimd.Uint64x2) {
		v.AsUint32x4().Store((*[4]uint32)(unsafe.Pointer((*[4]Weight)(rows[i][at:]))))
	}
	store(0, b0.InterleaveLo(b2))
	store(1, b0.InterleaveHi(b2))
	store(2, b1.InterleaveLo(b3))
	store(3, b1.InterleaveHi(b3))
}
