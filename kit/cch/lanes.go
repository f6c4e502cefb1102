package cch

import (
	"errors"
	"fmt"
	"unsafe"
)

// Lane is what a sweep counts in: 16 bits that saturate at Infinity16, or 32
// bits that end at Infinity. Narrow lanes sweep twice as many sources at once.
type Lane interface{ uint16 | Weight }

// lineBytes is what the lanes of one state take together, its line: two cache
// lines, which two AVX-512 or four AVX2 registers hold. Twice 64 bytes halve what
// reading an arc and the end of its list costs a source.
const lineBytes = 128

// Lanes is the number of sources one sweep serves.
func Lanes[T Lane]() int {
	var t T
	return lineBytes / int(unsafe.Sizeof(t))
}

func infinity[T Lane]() T {
	if t := ^T(0); uint64(t) == Infinity16 {
		return t
	}
	return ^T(0) >> 1
}

// kernels are the inner loops over the lanes of a line, in one variant of
// instructions. The plain ones below are the twin that defines what the others
// have to give.
type kernels[T Lane] struct {
	name string
	// spread lowers the lines of to numbered at by line and a weight each.
	spread func(to, line []T, at []int32, weight []T)
	// sweep goes through the lines of state, each after those its arcs come from. A
	// line without its bit in set holds nothing yet: it starts at infinity.
	sweep func(state []T, first, from []int32, weight []T, set []uint64)
	// rows writes lane i of the targets' lines to rows[i].
	rows func(rows [][]T, state []T, target []int32)
}

func plain[T Lane]() *kernels[T] {
	return &kernels[T]{"plain", plainSpread[T], plainSweep[T], plainRows[T]}
}

func plainSpread[T Lane](to, line []T, at []int32, weight []T) {
	n := Lanes[T]()
	for k, i := range at {
		lower(to[int(i)*n:int(i)*n+n], line, weight[k])
	}
}

// isSet tells whether bit i is in set.
func isSet(set []uint64, i int) bool { return set[i>>6]>>(i&63)&1 != 0 }

func plainSweep[T Lane](state []T, first, from []int32, weight []T, set []uint64) {
	n := Lanes[T]()
	lo := first[0]
	for i, hi := range first[1:] {
		line := state[i*n : i*n+n]
		if !isSet(set, i) {
			fill(line)
		}
		for k := lo; k < hi; k++ {
			v := int(from[k]) * n
			lower(line, state[v:v+n], weight[k])
		}
		lo = hi
	}
}

// lower takes in each lane the lesser of what is there and what comes over an
// arc. Since no lane exceeds its infinity, the lesser of a 32-bit sum is in range.
func lower[T Lane](to, from []T, weight T) {
	from = from[:len(to)]
	for i, t := range to {
		to[i] = T(min(uint32(t), uint32(from[i])+uint32(weight)))
	}
}

// few targets at a time are written to all rows, so that their lines stay in
// cache meanwhile.
const few = 128

func plainRows[T Lane](rows [][]T, state []T, target []int32) {
	for t := 0; t < len(target); t += few {
		end := min(t+few, len(target))
		plainPatch(rows, 0, t, end, state, target)
	}
}

// plainPatch writes the rows from lane on, for targets t to end.
func plainPatch[T Lane](rows [][]T, lane, t, end int, state []T, target []int32) {
	n := Lanes[T]()
	for ; lane < len(rows); lane++ {
		part := rows[lane][t:end]
		for k, i := range target[t:end] {
			part[k] = state[int(i)*n+lane]
		}
	}
}

// fill sets all lanes to infinity.
func fill[T Lane](s []T) {
	n := min(len(s), Lanes[T]())
	for i := range n {
		s[i] = infinity[T]()
	}
	for ; n < len(s); n *= 2 {
		copy(s[n:], s[:n])
	}
}

// lines is room for n lines, from the start of a cache line.
func lines[T Lane](n int) []T {
	var t T
	size := int(unsafe.Sizeof(t))
	room := make([]T, (n+1)*lineBytes/size)
	off := int(uintptr(unsafe.Pointer(unsafe.SliceData(room))) % 64)
	skip := (64 - off) % 64 / size
	return room[skip : skip+n*lineBytes/size]
}

// Instructions lists what sweeps can run on here, the best first: "AVX-512",
// "AVX2", and always "plain". Answers do not depend on it.
func Instructions() []string {
	var names []string
	for _, v := range variants[uint16]() {
		names = append(names, v.name)
	}
	return names
}

// ErrInstructions tells that this build or machine has no such instructions.
var ErrInstructions = errors.New("instructions unknown here")

// variant finds kernels by name; the best for none.
func variant[T Lane](name string) (*kernels[T], error) {
	for _, v := range variants[T]() {
		if name == "" || v.name == name {
			return v, nil
		}
	}
	return nil, fmt.Errorf("sweep on %q: %w", name, ErrInstructions)
}
