package stat

import "math"

// Pow returns x^y, x > 0, rounded correctly but for a case in many millions.
// math.Pow is off by a unit in the last place in one case of twenty, by two at
// worst, which is nothing until 1 is subtracted: a compound growth rate of
// 0.007% a year keeps only twelve of its digits, and a ratio of two such rates
// fewer. The logarithm and the exponential are therefore carried in two floats,
// hi+lo (Dekker 1971). Whatever is not an ordinary power of a positive number
// goes to math.Pow.
func Pow(x, y float64) float64 {
	plain := math.Pow(x, y)
	if !(x > 0) || math.IsInf(x, 0) || math.IsInf(y, 0) || math.IsNaN(y) ||
		x == 1 || y == 0 || plain == 0 || math.IsInf(plain, 0) || plain < 1e-290 || x < 1e-290 {
		return plain
	}
	return expTwo(logTwo(x).times(two{y, 0}))
}

// two is an unevaluated sum of two floats, |lo| at most half a unit of hi.
type two struct{ hi, lo float64 }

func quickTwo(a, b float64) two { s := a + b; return two{s, b - (s - a)} }

func sumTwo(a, b float64) two {
	s := a + b
	bb := s - a
	return two{s, (a - (s - bb)) + (b - bb)}
}

func productTwo(a, b float64) two { p := a * b; return two{p, math.FMA(a, b, -p)} }

func (a two) plus(b two) two {
	s := sumTwo(a.hi, b.hi)
	t := sumTwo(a.lo, b.lo)
	s = quickTwo(s.hi, s.lo+t.hi)
	return quickTwo(s.hi, s.lo+t.lo)
}

func (a two) times(b two) two {
	p := productTwo(a.hi, b.hi)
	return quickTwo(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

func (a two) over(b two) two {
	q1 := a.hi / b.hi
	r := a.plus(b.times(two{-q1, 0}))
	q2 := r.hi / b.hi
	r = r.plus(b.times(two{-q2, 0}))
	q := quickTwo(q1, q2)
	return q.plus(two{r.hi / b.hi, 0})
}

// ln2 in two floats, and 1/1 to 1/41.
var (
	ln2     = two{0.693147180559945286, 2.319046813846299558e-17}
	inverse = func() (out [42]two) {
		for d := 1; d < len(out); d++ {
			out[d] = two{1, 0}.over(two{float64(d), 0})
		}
		return out
	}()
)

// logTwo returns ln x: with x = 2^k m and m in [√½, √2), ln m = 2 artanh z,
// z = (m-1)/(m+1), whose series in z² < 0.0295 ends after twenty terms.
func logTwo(x float64) two {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = m*2, k-1
	}
	z := sumTwo(m, -1).over(sumTwo(m, 1))
	zz := z.times(z)
	sum := two{}
	for d := 41; d >= 1; d -= 2 {
		sum = sum.times(zz).plus(inverse[d])
	}
	return z.times(sum).times(two{2, 0}).plus(ln2.times(two{float64(k), 0}))
}

// expTwo returns e^a rounded to a float: with a = k ln 2 + r the series of e^r
// is summed at r/64 and squared six times.
func expTwo(a two) float64 {
	k := math.Round(a.hi / math.Ln2)
	r := a.plus(ln2.times(two{-k, 0}))
	r = two{r.hi / 64, r.lo / 64}
	// e^r - 1, so that the squarings keep the digits of a small r
	sum := two{}
	for d := 11; d >= 1; d-- {
		sum = sum.plus(two{1, 0}).times(r).times(inverse[d])
	}
	for range 6 {
		sum = sum.times(two{2, 0}).plus(sum.times(sum))
	}
	out := sum.plus(two{1, 0})
	return math.Ldexp(out.hi+out.lo, int(k))
}
