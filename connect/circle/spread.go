package circle

import (
	"cmp"
	"slices"
)

// spread are values with weights, sorted by value; only weights above zero are in it.
type spread struct {
	value, weight []float64
	total         float64 // of weights
}

func spreadOf(value, weight []float64) spread {
	var at []int
	for i, w := range weight {
		if w > 0 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(value[a], value[b]) })
	var s spread
	for _, i := range at {
		s.value, s.weight = append(s.value, value[i]), append(s.weight, weight[i])
		s.total += weight[i]
	}
	return s
}

// quantile is the least value that at least a share of the weight does not exceed; 0
// of no weight.
func (s spread) quantile(share float64) float64 {
	sum := 0.0
	for i, w := range s.weight {
		if sum += w; sum >= share*s.total {
			return s.value[i]
		}
	}
	if n := len(s.value); n > 0 {
		return s.value[n-1]
	}
	return 0
}

// gini is the Gini coefficient: 0 where all values are alike. Values are not negative;
// it is 0 where they are all zero.
func (s spread) gini() float64 {
	below, area, all := 0.0, 0.0, 0.0
	for i, w := range s.weight {
		all += w * s.value[i]
	}
	if all == 0 || s.total == 0 {
		return 0
	}
	for i, w := range s.weight {
		next := below + w*s.value[i]
		area += w * (below + next) // twice the trapezium under the Lorenz curve
		below = next
	}
	return max(0, 1-area/(s.total*all))
}

// palma is what the upper tenth has over what the lower four tenths have; false where
// the lower have nothing. A value at the border is divided.
func (s spread) palma() (float64, bool) {
	low, high := s.upTo(0.4*s.total), s.upTo(s.total)-s.upTo(0.9*s.total)
	if low <= 0 {
		return 0, false
	}
	return high / low, true
}

// upTo is the sum of values times weights over the lowest so much weight.
func (s spread) upTo(weight float64) float64 {
	sum := 0.0
	for i, w := range s.weight {
		if w >= weight {
			return sum + weight*s.value[i]
		}
		sum, weight = sum+w*s.value[i], weight-w
	}
	return sum
}
