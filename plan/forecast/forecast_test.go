package forecast

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"conurb/kit/stat"
	"pgregory.net/rapid"
)

func yearly(from float64, v ...float64) []Point {
	out := make([]Point, len(v))
	for i, x := range v {
		out[i] = Point{T: from + float64(i), V: x}
	}
	return out
}

func goal(target, due float64, direction int) Goal {
	return Goal{Target: &target, DueT: due, Direction: direction}
}

func TestFitOnKnownSeries(t *testing.T) {
	for _, c := range []struct {
		name        string
		series      []Point
		goal        Goal
		model       string
		mean, p     float64 // at the due date
		probability float64 // tolerance of p
	}{
		{"a line is continued", yearly(2015, 10, 12, 14, 16, 18, 20), goal(27, 2024, 1), "drift", 28, 1, 0},
		{"and does not reach more", yearly(2015, 10, 12, 14, 16, 18, 20), goal(28.5, 2024, 1), "drift", 28, 0, 0},
		{"downward", yearly(2015, 20, 18, 16, 14), goal(9, 2021, -1), "drift", 8, 1, 0},
		{"nothing moves", yearly(2015, 5, 5, 5, 5, 5), goal(5, 2020, 1), "drift", 5, 1, 0},
		{"on the target by chance", yearly(2010, 0, 1.2, 1.8, 3.1, 3.9, 5.2, 5.8, 7.1), goal(9.5, 2020, 1), "", 0, 0.5, 0.5},
	} {
		got := Fit(c.series, c.goal, Options{})
		if got.Why != "" || c.model != "" && got.Model != c.model {
			t.Errorf("%s: %s %s", c.name, got.Model, got.Why)
			continue
		}
		end := got.Fan[len(got.Fan)-1]
		if c.model != "" && math.Abs(end.Mean-c.mean) > 1e-9 || end.T != c.goal.DueT {
			t.Errorf("%s: %+v, want %v", c.name, end, c.mean)
		}
		if math.Abs(*got.Probability-c.p) > c.probability {
			t.Errorf("%s: probability %v, want %v", c.name, *got.Probability, c.p)
		}
	}
}

func TestNoForecast(t *testing.T) {
	for why, f := range map[string]Forecast{
		WhyTooFew:    Fit(yearly(2020, 1, 2, 3), goal(5, 2026, 1), Options{}),
		WhyDuePassed: Fit(yearly(2020, 1, 2, 3, 4), goal(5, 2023, 1), Options{}),
		WhyNotFinite: Fit(yearly(2020, 1e308, -1e308, 1e308, -1e308), goal(5, 2026, 1), Options{}),
		WhyNoWorks:   Milestones(3, nil, nil, goal(5, 2026, 1)),
	} {
		if f.Why != why || f.Probability != nil || f.Backtest != nil || len(f.Fan) != 0 || f.Fan == nil {
			t.Errorf("%s: %+v", why, f)
		}
	}
	f := Fit(yearly(2020, 1, 2, 3, 4.5), Goal{DueT: 2026}, Options{})
	if f.Why != "" || f.Probability != nil || len(f.Fan) == 0 {
		t.Errorf("without a target: %+v", f)
	}
}

// The closed forms of each model against a slow version from the definition, on
// every origin.
func TestModelsAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(10, 25).Draw(t, "n")
		series := make([]Point, n)
		at := 2000.0
		even := rapid.Bool().Draw(t, "even")
		for i := range series {
			series[i] = Point{T: at, V: rapid.Float64Range(0, 100).Draw(t, "v")}
			at++
			if !even {
				at += rapid.SampledFrom([]float64{0, 0.5, 2}).Draw(t, "gap")
			}
		}
		s := newSample(series)
		s.choose(at + 3)
		for k := s.origin; k < n; k++ {
			h := rapid.Float64Range(0.1, 5).Draw(t, "h")
			line, _ := stat.OLS(series[:k+1])
			mean, sd := s.linear.ahead(k, h)
			if want := line.PredictionSD(series[k].T + h); math.Abs(mean-line.At(series[k].T+h)) > 1e-7 || math.Abs(sd-want) > 1e-6*(1+want) {
				t.Fatalf("linear at %d: %v ± %v, want %v ± %v", k, mean, sd, line.At(series[k].T+h), want)
			}
			mean, sd = s.drift.ahead(k, h)
			d := (series[k].V - series[0].V) / (series[k].T - series[0].T)
			sum := 0.0
			for i := 1; i <= k; i++ {
				dt := series[i].T - series[i-1].T
				r := series[i].V - series[i-1].V - d*dt
				sum += r * r / dt
			}
			want := math.Sqrt(sum / float64(k-1) * h * (1 + h/(series[k].T-series[0].T)))
			if math.Abs(mean-series[k].V-d*h) > 1e-9 || math.Abs(sd-want) > 1e-6*(1+want) {
				t.Fatalf("drift at %d: %v ± %v, want ± %v", k, mean, sd, want)
			}
			if even {
				againstKit(t, s, k)
			}
		}
	})
}

// againstKit compares smoothing on even series with kit/stat.
func againstKit(t *rapid.T, s *sample, k int) {
	var y []float64
	for _, p := range s.series[:k+1] {
		y = append(y, p.V)
	}
	for i := range s.smooth {
		m := &s.smooth[i]
		b := m.best[k-s.origin]
		head, _ := stat.OLS(s.series[:leastOrigin])
		model := stat.Smoothing{}
		start := stat.State{Level: y[0]}
		if i > 0 {
			model.Trend, start.Trend = stat.Additive, head.Slope
			model.Damped = i == 2
		}
		run := model.Run(y[1:], stat.Params{Alpha: b.alpha, Beta: b.beta, Phi: b.phi}, start)
		want := run.Forecast(3)
		for h := 1; h <= 3; h++ {
			if mean, _ := m.ahead(k, float64(h)); math.Abs(mean-want[h-1]) > 1e-7 {
				t.Fatalf("%s at %d, %d ahead: %v, want %v", m.name(), k, h, mean, want[h-1])
			}
		}
		if math.Abs(run.SSE-b.squares) > 1e-6*(1+run.SSE) {
			t.Fatalf("%s: squares %v, want %v", m.name(), b.squares, run.SSE)
		}
	}
}

// The variance formulae of table 7.8 against the sum over the response to one
// shock, which they summarise.
func TestVarianceGrowth(t *testing.T) {
	for kind, grid := range grids {
		for _, c := range grid {
			s := smooth{constants: c}
			sum := 1.0
			for h := 1; h <= 12; h++ {
				if got := s.growth(float64(h), kind); math.Abs(got-sum) > 1e-9*sum {
					t.Fatalf("kind %d %+v, %d ahead: %v, want %v", kind, c, h, got, sum)
				}
				// response h steps after a shock of one: α + αβ (φ + ... + φ^h)
				response := c.alpha
				if kind > 0 {
					response += c.alpha * c.beta * s.reach(float64(h))
				}
				sum += response * response
			}
		}
	}
}

func drawn(t *rapid.T) ([]Point, Goal, Options) {
	n := rapid.IntRange(0, 30).Draw(t, "n")
	value := rapid.OneOf(rapid.Float64Range(0, 100), rapid.SampledFrom([]float64{0, 0, 50, -3, 1e300, -1e300}))
	var series []Point
	at := 2010.0
	for range n {
		at += rapid.SampledFrom([]float64{0.25, 1, 1, 1, 2.5}).Draw(t, "gap")
		series = append(series, Point{T: at, V: value.Draw(t, "v")})
	}
	g := goal(rapid.Float64Range(-10, 200).Draw(t, "target"), at+rapid.Float64Range(-1, 12).Draw(t, "due"), rapid.SampledFrom([]int{1, -1}).Draw(t, "direction"))
	var opt Options
	if rapid.Bool().Draw(t, "limited") {
		l := 100.0
		opt.Limit = &l
	}
	return series, g, opt
}

// Whatever comes in: a fan from the newest value to the due date whose bands
// contain each other, or a reason; nothing that JSON cannot carry; twice the
// same; the input unchanged.
func TestEveryForecastIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		series, g, opt := drawn(t)
		kept := slices.Clone(series)
		f := Fit(series, g, opt)
		a, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := json.Marshal(Fit(series, g, opt)); string(a) != string(b) || !slices.Equal(series, kept) {
			t.Fatal("not a pure function")
		}
		for _, m := range f.Modelled {
			if !slices.Contains(Assumptions, m) {
				t.Fatalf("assumption %s has no name", m)
			}
		}
		if f.Why != "" {
			if !slices.Contains(Whys, f.Why) || len(f.Fan) != 0 || f.Probability != nil {
				t.Fatalf("%+v", f)
			}
			return
		}
		last := series[len(series)-1]
		if !slices.Contains(Models, f.Model) || f.Fan[0].T != last.T || f.Fan[len(f.Fan)-1].T != g.DueT {
			t.Fatalf("%s fan from %v to %v", f.Model, f.Fan[0].T, f.Fan[len(f.Fan)-1].T)
		}
		for i, p := range f.Fan {
			if p.Lo95 > p.Lo80 || p.Lo80 > p.Mean || p.Mean > p.Hi80 || p.Hi80 > p.Hi95 || i > 0 && p.T <= f.Fan[i-1].T {
				t.Fatalf("fan point %d: %+v", i, p)
			}
		}
		if p := *f.Probability; p < 0 || p > 1 || f.Backtest.Coverage < 0 || f.Backtest.Coverage > 1 || f.Backtest.MAE < 0 || f.Backtest.Origins < 1 {
			t.Fatalf("probability %v, backtest %+v", p, f.Backtest)
		}
	})
}

// A higher target is never more likely; a change of unit changes nothing.
func TestProbabilityIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 400), func(i int) float64 { return float64(i) / 4 }), 4, 20).Draw(t, "v")
		target := float64(rapid.IntRange(0, 150).Draw(t, "target"))
		more := rapid.Float64Range(0, 50).Draw(t, "more")
		series := yearly(2000, v...)
		due := 2000 + float64(len(v)) + 3
		a, b := Fit(series, goal(target, due, 1), Options{}), Fit(series, goal(target+more, due, 1), Options{})
		if *b.Probability > *a.Probability {
			t.Fatalf("%v is likelier than %v", target+more, target)
		}
		for i := range series {
			series[i].V *= 1024
		}
		c := Fit(series, goal(target*1024, due, 1), Options{})
		if *c.Probability != *a.Probability || c.Model != a.Model || c.Backtest.MASE != a.Backtest.MASE || c.Backtest.Coverage != a.Backtest.Coverage {
			t.Fatalf("in another unit: %v %s %+v against %v %s %+v", *c.Probability, c.Model, c.Backtest, *a.Probability, a.Model, a.Backtest)
		}
	})
}

// walks are processes that a series may come from; noise comes in as standard
// normal values.
var walks = map[string]func(n int, normal func() float64) []float64{
	"random walk": func(n int, normal func() float64) []float64 {
		v := make([]float64, n)
		for i := 1; i < n; i++ {
			v[i] = v[i-1] + normal()
		}
		return v
	},
	"walk with drift": func(n int, normal func() float64) []float64 {
		v := make([]float64, n)
		for i := 1; i < n; i++ {
			v[i] = v[i-1] + 1 + 2*normal()
		}
		return v
	},
	"line with noise": func(n int, normal func() float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(i) + 2*normal()
		}
		return v
	},
	"line with memory": func(n int, normal func() float64) []float64 {
		v, x := make([]float64, n), 0.0
		for i := range v {
			x = 0.6*x + normal()
			v[i] = 0.5*float64(i) + x
		}
		return v
	},
	"noise": func(n int, normal func() float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = normal()
		}
		return v
	},
}

// Outcomes of simulated series lie inside the intervals at least about as often
// as these say. The noise comes from a fixed congruential sequence.
func TestIntervalsCover(t *testing.T) {
	state := uint64(7)
	uniform := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	normal := func() float64 { return math.Sqrt(-2*math.Log(1-uniform())) * math.Cos(2*math.Pi*uniform()) }
	for _, name := range slices.Sorted(maps.Keys(walks)) {
		for _, n := range []int{4, 6, 8, 12, 22} {
			for _, h := range []int{1, 3} {
				const runs = 400
				inside80, inside95 := 0.0, 0.0
				for range runs {
					v := walks[name](n+h, normal)
					f := Fit(yearly(2000, v[:n]...), Goal{DueT: float64(2000 + n + h - 1)}, Options{})
					end, outcome := f.Fan[len(f.Fan)-1], v[n+h-1]
					if end.Lo80 <= outcome && outcome <= end.Hi80 {
						inside80++
					}
					if end.Lo95 <= outcome && outcome <= end.Hi95 {
						inside95++
					}
				}
				// four standard errors of a share of 400 below 80% and 95%, and a little
				if inside80/runs < 0.71 || inside95/runs < 0.90 {
					t.Errorf("%s, %d values, %d ahead: the 80%% interval covers %.2f, the 95%% interval %.2f", name, n, h, inside80/runs, inside95/runs)
				}
			}
		}
	}
}

func TestClipping(t *testing.T) {
	limit := 100.0
	f := Fit(yearly(2015, 80, 86, 90, 95, 99), Goal{DueT: 2026, Direction: 1}, Options{Limit: &limit})
	if end := f.Fan[len(f.Fan)-1]; end.Hi95 != 100 || !slices.Contains(f.Modelled, AtLimit) {
		t.Errorf("%+v %v", end, f.Modelled)
	}
	f = Fit(yearly(2015, 40, 30, 22, 9), Goal{DueT: 2026, Direction: -1}, Options{})
	if end := f.Fan[len(f.Fan)-1]; end.Lo95 != 0 || end.Mean != 0 || !slices.Contains(f.Modelled, NotNegative) {
		t.Errorf("%+v %v", end, f.Modelled)
	}
}

func number(v float64) *float64 { return &v }
func show(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// The worked examples of docs/methods/*/forecast.md.
func TestWorkedExamples(t *testing.T) {
	f := Fit(yearly(2017, 300, 303, 309, 312, 320, 326, 337, 345), goal(360, 2026, 1), Options{})
	end := f.Fan[len(f.Fan)-1]
	g := Milestones(320, []Pending{{48.11, 2025.5}, {17.29, 2026.25}, {30, 2027}}, []float64{0, 4, 11},
		Goal{Target: number(368), DueT: 2027, Direction: 1, Now: 2025})
	for name, c := range map[string][2]float64{
		"mean": {end.Mean, 357.857}, "lo80": {end.Lo80, 347.256}, "hi80": {end.Hi80, 368.459},
		"probability": {*f.Probability, 0.390}, "mae": {f.Backtest.MAE, 4.193}, "mase": {f.Backtest.MASE, 0.652}, "coverage": {f.Backtest.Coverage, 0.444},
		"openings": {*g.Probability, 0.8}, "openings, mean": {g.Fan[len(g.Fan)-1].Mean, 380.862},
	} {
		if math.Abs(c[0]-c[1]) > 6e-4 {
			t.Errorf("%s: %v, the page says %v", name, c[0], c[1])
		}
	}
	if f.Model != "drift" {
		t.Errorf("model %s", f.Model)
	}
}

func TestTextsAreComplete(t *testing.T) {
	var keys []string
	for prefix, codes := range map[string][]string{"model": Models, "why": Whys, "modelled": Assumptions} {
		for _, c := range codes {
			keys = append(keys, "forecast."+prefix+"."+c)
		}
	}
	for _, lang := range []string{"zh-CN", "en"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "locale", lang, "forecast.json"))
		if err != nil {
			t.Fatal(err)
		}
		var text map[string]string
		if err := json.Unmarshal(b, &text); err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			if text[k] == "" {
				t.Errorf("%s: %s has no text", lang, k)
			}
		}
	}
}

// ten thousand series of sixty values
func BenchmarkFit(b *testing.B) {
	for name, even := range map[string]float64{"even": 0, "uneven": 0.4} {
		b.Run(name, func(b *testing.B) {
			series := make([]Point, 60)
			at := 2010.0
			for i := range series {
				series[i] = Point{T: at, V: 100 + float64(i) + 9*math.Sin(float64(i))}
				at += 0.25 + even*float64(i%2)
			}
			g := goal(190, at+2, 1)
			for b.Loop() {
				for range 10000 {
					Fit(series, g, Options{})
				}
			}
		})
	}
}
