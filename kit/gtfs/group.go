package gtfs

import (
	"cmp"
	"slices"
)

// gather orders rows by group and, within one, by sequence. It gives where each of
// n groups begins and the rows in order; order is nil where they stand so already.
func gather(group, sequence []int32, n int) (first, order []int32) {
	first = make([]int32, n+1)
	for _, g := range group {
		first[g+1]++
	}
	for g := range n {
		first[g+1] += first[g]
	}
	order = make([]int32, len(group))
	next := slices.Clone(first)
	for i, g := range group {
		order[next[g]] = int32(i)
		next[g]++
	}
	for g := range n {
		part := order[first[g]:first[g+1]]
		if !slices.IsSortedFunc(part, func(a, b int32) int { return cmp.Compare(sequence[a], sequence[b]) }) {
			slices.SortStableFunc(part, func(a, b int32) int { return cmp.Compare(sequence[a], sequence[b]) })
		}
	}
	for i, o := range order {
		if int32(i) != o {
			return first, order
		}
	}
	return first, nil
}

// arranged puts a column in an order.
func arranged[T any](column []T, order []int32) []T {
	if order == nil || column == nil {
		return column
	}
	out := make([]T, len(column))
	for i, o := range order {
		out[i] = column[o]
	}
	return out
}
