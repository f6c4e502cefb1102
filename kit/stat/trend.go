package stat

import (
	"math"
	"slices"
	"sort"
)

// Trend is what a trend test concludes.
type Trend string

// The conclusions of a trend test.
const (
	Increasing Trend = "increasing"
	Decreasing Trend = "decreasing"
	NoTrend    Trend = "no-trend"
)

// MK is the outcome of the Mann-Kendall test.
type MK struct {
	N     int     `json:"n"`
	S     float64 `json:"s"`   // concordant minus discordant pairs
	Var   float64 `json:"var"` // of S under no trend, corrected for ties
	Z     float64 `json:"z"`   // with the continuity correction
	P     float64 `json:"p"`   // two-sided, normal approximation
	Tau   float64 `json:"tau"` // tau-a: S over the number of pairs
	Trend Trend   `json:"trend"`
}

// MannKendall tests values in the order of time for a monotonic trend at the
// significance level alpha (Mann 1945; Kendall 1975, with the variance for tied
// groups). It assumes that values are not serially correlated. Below three
// values nothing can be concluded: P is 1 and Trend is NoTrend.
//
// S comes from counting inversions in a merge sort (Knight 1966), so that a
// daily series costs n log n and not n².
func MannKendall(values []float64, alpha float64) MK {
	n := len(values)
	out := MK{N: n, P: 1, Trend: NoTrend}
	if n < 2 {
		return out
	}
	pairs := float64(n) * float64(n-1) / 2
	sorted := slices.Clone(values)
	discordant := inversions(sorted, make([]float64, n))
	tied, correction := ties(sorted)
	out.S = pairs - tied - 2*discordant
	out.Tau = out.S / pairs
	nn := float64(n)
	out.Var = (nn*(nn-1)*(2*nn+5) - correction) / 18
	if n < 3 || out.Var <= 0 {
		return out
	}
	switch {
	case out.S > 0:
		out.Z = (out.S - 1) / math.Sqrt(out.Var)
	case out.S < 0:
		out.Z = (out.S + 1) / math.Sqrt(out.Var)
	}
	out.P = normalTails(out.Z)
	switch {
	case out.P >= alpha:
	case out.Z > 0:
		out.Trend = Increasing
	case out.Z < 0:
		out.Trend = Decreasing
	}
	return out
}

// inversions sorts v and returns how many pairs stood in descending order.
func inversions(v, buf []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	mid := len(v) / 2
	count := inversions(v[:mid], buf[:mid]) + inversions(v[mid:], buf[mid:])
	copy(buf, v)
	left, right := buf[:mid], buf[mid:len(v)]
	for k := range v {
		if len(right) == 0 || len(left) > 0 && left[0] <= right[0] {
			v[k], left = left[0], left[1:]
			continue
		}
		v[k], right = right[0], right[1:]
		count += float64(len(left))
	}
	return count
}

// ties returns the number of tied pairs in a sorted slice and the sum of
// t(t-1)(2t+5) over its tied groups.
func ties(sorted []float64) (pairs, correction float64) {
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		t := float64(j - i)
		pairs += t * (t - 1) / 2
		correction += t * (t - 1) * (2*t + 5)
		i = j
	}
	return pairs, correction
}

// SenLine is Sen's slope with the line through the medians.
type SenLine struct {
	Slope     float64 `json:"slope"`     // median of the slopes of all pairs, per year
	Intercept float64 `json:"intercept"` // median value minus slope times median time (Conover 1980)
	Lo        float64 `json:"lo"`        // confidence limits of the slope
	Hi        float64 `json:"hi"`
	Pairs     int     `json:"pairs"`
}

// At returns the line's value at a time.
func (l SenLine) At(t float64) float64 { return l.Intercept + l.Slope*t }

// Sen estimates the slope of a series by the median of the slopes of all pairs
// (Theil 1950, Sen 1968). The limits at the confidence level, such as 0.95, are
// the order statistics M1 and M2+1 of Gilbert 1987 §16.5, interpolated. Pairs
// at the same time have no slope and are left out; ok is false without a pair.
func Sen(points []Point, confidence float64) (line SenLine, ok bool) {
	n := len(points)
	slopes := make([]float64, 0, n*(n-1)/2)
	for i := range points {
		for j := i + 1; j < n; j++ {
			if dt := points[j].T - points[i].T; dt != 0 {
				slopes = append(slopes, (points[j].V-points[i].V)/dt)
			}
		}
	}
	if len(slopes) == 0 {
		return SenLine{}, false
	}
	sort.Float64s(slopes)
	times := make([]float64, n)
	for i, p := range points {
		times[i] = p.T
	}
	values := Values(points)
	sort.Float64s(times)
	sort.Float64s(values)
	line = SenLine{Slope: median(slopes), Pairs: len(slopes)}
	line.Intercept = median(values) - line.Slope*median(times)
	_, correction := ties(values)
	nn := float64(n)
	c := NormalQuantile(0.5+confidence/2) * math.Sqrt(max(0, nn*(nn-1)*(2*nn+5)-correction)/18)
	m := float64(len(slopes))
	line.Lo = orderStatistic(slopes, (m-c)/2)
	line.Hi = orderStatistic(slopes, (m+c)/2+1)
	return line, true
}

// orderStatistic returns the k-th smallest value, k counted from 1, between two
// ranks by linear interpolation, outside the range the end.
func orderStatistic(sorted []float64, k float64) float64 {
	i := math.Floor(k)
	switch {
	case k <= 1:
		return sorted[0]
	case k >= float64(len(sorted)):
		return sorted[len(sorted)-1]
	}
	lo, hi := sorted[int(i)-1], sorted[int(i)]
	return lo + (k-i)*(hi-lo)
}

// median of a sorted slice that is not empty.
func median(sorted []float64) float64 {
	m := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[m]
	}
	return (sorted[m-1] + sorted[m]) / 2
}

// Rank is a rank correlation with its significance.
type Rank struct {
	N   int     `json:"n"`
	Rho float64 `json:"rho"`
	P   float64 `json:"p"` // two-sided, Student t with n-2 degrees of freedom
}

// Spearman correlates the ranks of x and y, ties by their average rank
// (Spearman 1904). With fewer than three pairs, or one side constant, Rho is 0
// and P is 1.
func Spearman(x, y []float64) Rank {
	n := min(len(x), len(y))
	if n < 3 {
		return Rank{N: n, P: 1}
	}
	return correlate(ranks(x[:n]), ranks(y[:n]))
}

// SpearmanTrend correlates a series with time: the points are in ascending
// order, so that only the values need ranking.
func SpearmanTrend(points []Point) Rank {
	n := len(points)
	if n < 3 {
		return Rank{N: n, P: 1}
	}
	order := make([]float64, n)
	for i := range order {
		order[i] = float64(i + 1)
	}
	return correlate(order, ranks(Values(points)))
}

func correlate(x, y []float64) Rank {
	n := len(x)
	mean := float64(n+1) / 2 // of any ranking, with ties or without
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mean, y[i]-mean
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	out := Rank{N: n, P: 1}
	if xx == 0 || yy == 0 {
		return out
	}
	out.Rho = min(1, max(-1, xy/math.Sqrt(xx*yy)))
	df := float64(n - 2)
	out.P = studentTails(out.Rho*math.Sqrt(df/((1+out.Rho)*(1-out.Rho))), df)
	return out
}

func ranks(v []float64) []float64 {
	index := make([]int, len(v))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int {
		switch {
		case v[a] < v[b]:
			return -1
		case v[a] > v[b]:
			return 1
		}
		return a - b
	})
	out := make([]float64, len(v))
	for i := 0; i < len(index); {
		j := i + 1
		for j < len(index) && v[index[j]] == v[index[i]] {
			j++
		}
		for _, k := range index[i:j] {
			out[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}
