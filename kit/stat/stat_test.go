package stat

import (
	"bytes"
	"io"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// counted puts values on the axis 0, 1, 2 ... as pyMannKendall does.
func counted(v []float64) []Point {
	out := make([]Point, len(v))
	for i, x := range v {
		out[i] = Point{float64(i), x}
	}
	return out
}

// slowMannKendall is the definition, pair by pair.
func slowMannKendall(v []float64) MK {
	n := float64(len(v))
	var out MK
	groups := map[float64]float64{}
	for i := range v {
		groups[v[i]]++
		for j := i + 1; j < len(v); j++ {
			switch {
			case v[j] > v[i]:
				out.S++
			case v[j] < v[i]:
				out.S--
			}
		}
	}
	ties := 0.0
	for _, t := range groups {
		ties += t * (t - 1) * (2*t + 5)
	}
	out.Var = (n*(n-1)*(2*n+5) - ties) / 18
	out.Tau = out.S / (n * (n - 1) / 2)
	return out
}

// Published outcomes: the pyMannKendall README's package on these series
// (statology.org/mann-kendall-test-python; MannKendall.jl test/runtests.jl), and
// Gilbert 1987, p. 212.
func TestPublishedMannKendall(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, c := range []struct {
		name             string
		v                []float64
		s, variance, tau float64
		z, p, digits     float64
		trend            Trend
	}{
		{"statology", []float64{31, 29, 28, 28, 27, 26, 26, 27, 27, 27, 28, 29, 30, 29, 30, 29, 28},
			20, 561.3333333333334, 0.14705882352941177, 0.80194241623, 0.422586268671707, 1e-11, NoTrend},
		{"MannKendall.jl", hundred, 4950, 112750, 1, 14.73869998208331, 0, 1e-12, Increasing},
		{"eleven rising", []float64{202.175842, 222.266602, 250.772827, 300.741455, 350.643982, 369.749268, 400.998474, 479.279663, 486.617310, 487.517456, 491.321625},
			55, 165, 1, 4.203894298472224, 2.623614939456509e-05, 1e-12, Increasing},
		{"Gilbert", []float64{20, 20, 20, 20, 15, 20, 20, 30, 27, 26, 23, 35, 25, 28, 70, 26, 24, 34, 32, 23, 50, 30},
			106, 1227.3333333333333, 106. / 231, 2.997172486, 0.002725, 1e-3, Increasing},
	} {
		got := MannKendall(c.v, 0.05)
		if c.name == "Gilbert" { // printed to one digit: Z = 3.1 without, 3.0 with the tie and continuity corrections
			if math.Abs(got.Z-3.0) > 0.15 || got.Trend != c.trend {
				t.Errorf("Gilbert: Z %v trend %s", got.Z, got.Trend)
			}
			continue
		}
		if got.S != c.s || got.Var != c.variance || math.Abs(got.Tau-c.tau) > 1e-15 ||
			math.Abs(got.Z-c.z) > c.digits || math.Abs(got.P-c.p) > c.digits || got.Trend != c.trend {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
	line, _ := Sen(counted([]float64{31, 29, 28, 28, 27, 26, 26, 27, 27, 27, 28, 29, 30, 29, 30, 29, 28}), 0.95)
	if math.Abs(line.Slope-0.0384615384615) > 1e-12 || math.Abs(line.Intercept-27.692307692) > 1e-9 {
		t.Errorf("statology: Sen slope %v intercept %v", line.Slope, line.Intercept)
	}
}

func values(n, m int) *rapid.Generator[[]float64] {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(-8, 8), func(i int) float64 { return float64(i) / 2 }), n, m)
}

func TestMannKendallIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(2, 40).Draw(t, "v")
		kept := slices.Clone(v)
		got, want := MannKendall(v, 0.05), slowMannKendall(v)
		if got.S != want.S || math.Abs(got.Var-want.Var) > 1e-9 || got.Tau != want.Tau {
			t.Fatalf("got %+v want %+v", got, want)
		}
		if !slices.Equal(v, kept) {
			t.Fatal("the input was changed")
		}
		slices.Reverse(v)
		if back := MannKendall(v, 0.05); back.S != -got.S || back.P != got.P {
			t.Fatalf("backwards: %+v, forwards %+v", back, got)
		}
	})
}

func TestSenFollowsTheUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(3, 20).Draw(t, "v")
		scale := rapid.Float64Range(0.5, 200).Draw(t, "scale")
		a, ok := Sen(counted(v), 0.9)
		if !ok {
			t.Fatal("no slope")
		}
		scaled := counted(v)
		for i := range scaled {
			scaled[i].V *= scale
		}
		b, _ := Sen(scaled, 0.9)
		if math.Abs(b.Slope-scale*a.Slope) > 1e-9*scale || a.Lo > a.Slope || a.Slope > a.Hi {
			t.Fatalf("slope %+v scaled %+v", a, b)
		}
	})
}

func TestSpearman(t *testing.T) {
	for _, c := range []struct {
		name   string
		x, y   []float64
		rho, p float64
	}{
		// scipy.stats.spearmanr([1,2,3,4,5],[5,6,7,8,7]) in its documentation
		{"scipy documentation", []float64{1, 2, 3, 4, 5}, []float64{5, 6, 7, 8, 7}, 0.8207826816681233, 0.08858700531354381},
		{"constant", []float64{1, 2, 3}, []float64{4, 4, 4}, 0, 1},
		{"too few", []float64{1, 2}, []float64{1, 2}, 0, 1},
		{"perfect", []float64{1, 2, 3, 4}, []float64{2, 5, 9, 11}, 1, 0},
	} {
		got := Spearman(c.x, c.y)
		if math.Abs(got.Rho-c.rho) > 1e-12 || math.Abs(got.P-c.p) > 1e-12 {
			t.Errorf("%s: rho %.16f p %.16f", c.name, got.Rho, got.P)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := values(3, 30).Draw(t, "v")
		x := make([]float64, len(v))
		for i := range x {
			x[i] = float64(2000 + 3*i)
		}
		if a, b := SpearmanTrend(counted(v)), Spearman(x, v); a != b {
			t.Fatalf("against time %+v, in general %+v", a, b)
		}
	})
}

// The line of Anscombe's first set, and its interval against the formula.
func TestLine(t *testing.T) {
	x := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	points := make([]Point, len(x))
	for i := range x {
		points[i] = Point{x[i], y[i]}
	}
	l, ok := OLS(points)
	if !ok || math.Abs(l.Slope-0.500090909090909) > 1e-12 || math.Abs(l.At(0)-3.000090909090909) > 1e-12 || math.Abs(l.SD-1.2366033227263) > 1e-10 {
		t.Errorf("got %+v", l)
	}
	mean, lo, hi := l.Predict(9, 0.95)
	if half := 2.2621571628 * l.SD * math.Sqrt(1+1./11); math.Abs(hi-mean-half) > 1e-8 || math.Abs(mean-lo-half) > 1e-8 {
		t.Errorf("interval %v %v %v", mean, lo, hi)
	}
	if _, ok := OLS([]Point{{1, 2}, {1, 3}}); ok {
		t.Error("one time has no line")
	}
	w, _ := WLS([]Point{{0, 0}, {1, 1}, {2, 5}}, []float64{1, 1, 0})
	if math.Abs(w.Slope-1) > 1e-12 {
		t.Errorf("a weight of 0 still counts: %+v", w)
	}
}

func TestDistributions(t *testing.T) {
	for _, c := range []struct{ got, want, digits float64 }{
		{NormalCDF(1.959963984540054), 0.975, 1e-14},
		{NormalQuantile(0.975), 1.959963984540054, 1e-12},
		{StudentQuantile(0.975, 9), 2.262157162740992, 1e-10},
		{StudentQuantile(0.9, 3), 1.637744353696210, 1e-10},
		{StudentCDF(2.262157162740992, 9), 0.975, 1e-11},
		{StudentCDF(math.Inf(1), 4), 1, 0},
	} {
		if math.Abs(c.got-c.want) > c.digits {
			t.Errorf("got %.16f want %.16f", c.got, c.want)
		}
	}
}

// exactPower is x^y in 300 bits, by the same series without care for speed.
func exactPower(x, y float64) float64 {
	const bits = 300
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(v) }
	op := func() *big.Float { return new(big.Float).SetPrec(bits) }
	root := f(x)
	for range 10 { // ln x = 1024 ln of the 1024th root, where the series is short
		root.Sqrt(root)
	}
	z := op().Quo(op().Sub(root, f(1)), op().Add(root, f(1)))
	zz := op().Mul(z, z)
	sum, term := f(0), op().Set(z)
	for d := 1; d < 100; d += 2 {
		sum.Add(sum, op().Quo(term, f(float64(d))))
		term.Mul(term, zz)
	}
	a := op().Mul(op().Mul(sum, f(2*1024)), f(y))
	a.Quo(a, f(1<<20))
	out, term := f(1), f(1)
	for d := 1; d < 60; d++ {
		term.Mul(term, op().Quo(a, f(float64(d))))
		out.Add(out, term)
	}
	for range 20 {
		out.Mul(out, out)
	}
	v, _ := out.Float64()
	return v
}

func TestPowIsRoundedCorrectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.001, 50).Draw(t, "x")
		y := rapid.Float64Range(-1, 1).Draw(t, "y")
		if got, want := Pow(x, y), exactPower(x, y); got != want {
			t.Fatalf("Pow(%v, %v) = %v, exact %v", x, y, got, want)
		}
	})
	for _, c := range [][3]float64{{2, 10, 1024}, {9, 0.5, 3}, {0, 0.25, 0}, {1, 7, 1}, {5, 0, 1}} {
		if got := Pow(c[0], c[1]); got != c[2] {
			t.Errorf("Pow(%v, %v) = %v", c[0], c[1], got)
		}
	}
	if !math.IsNaN(Pow(-2, 0.5)) {
		t.Error("a root of a negative number")
	}
}

func TestSmoothingRefusesShortSeries(t *testing.T) {
	for name, c := range map[string]struct {
		m Smoothing
		n int
	}{
		"one value": {Smoothing{}, 1}, "no value": {Smoothing{Trend: Additive}, 0},
		"less than two seasons": {Smoothing{Season: Additive, Period: 4}, 7},
		"season of one":         {Smoothing{Season: Additive, Period: 1}, 9},
	} {
		if _, ok := c.m.Estimate(make([]float64, c.n), Fixed{}); ok {
			t.Errorf("%s: estimated", name)
		}
	}
}

// A series that is exactly a line, with a season, is forecast exactly.
func TestSmoothingContinuesWhatIsExact(t *testing.T) {
	y := make([]float64, 16)
	season := []float64{3, -1, -4, 2}
	for i := range y {
		y[i] = 10 + 2*float64(i) + season[i%4]
	}
	run, ok := Smoothing{Trend: Additive, Season: Additive, Period: 4}.Estimate(y, Fixed{})
	if !ok || run.SSE > 1e-8 {
		t.Fatalf("sum of squares %v", run.SSE)
	}
	for i, f := range run.Forecast(6) {
		k := 16 + i
		if want := 10 + 2*float64(k) + season[k%4]; math.Abs(f-want) > 1e-3 {
			t.Errorf("step %d: %v want %v", i+1, f, want)
		}
	}
}

func BenchmarkPow(b *testing.B) {
	for b.Loop() {
		Pow(1.37, 1./7)
	}
}
func BenchmarkMannKendall60(b *testing.B) {
	v := make([]float64, 60)
	for i := range v {
		v[i] = math.Sin(float64(i)) + float64(i)/10
	}
	for b.Loop() {
		MannKendall(v, 0.05)
	}
}
