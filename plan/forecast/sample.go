package forecast

import (
	"math"
	"slices"
)

// sample is a series prepared for all models at once: gaps in units of the
// usual gap, and running sums, so that a fit on the first k values costs nothing.
type sample struct {
	series []Point
	gap    float64   // the usual (median) gap in years; a step
	steps  []float64 // gap before value i, in steps
	uneven bool
	drift  driftModel
	linear linearModel
	smooth [3]smoothModel // ses, holt, holt-damped
	origin int            // first rolling origin: index of the last value it knows
	cache  []powers
}

// powers are a base raised to each gap.
type powers struct {
	base float64
	of   []float64
}

// powers returns base^steps[i] for every value, computed once a base.
func (s *sample) powers(base float64) []float64 {
	for _, p := range s.cache {
		if p.base == base {
			return p.of
		}
	}
	of := make([]float64, len(s.steps))
	log := math.Log(base)
	for i, gap := range s.steps {
		switch {
		case gap == 1 || base == 1:
			of[i] = base
		case base == 0:
		default:
			of[i] = math.Exp(gap * log)
		}
	}
	s.cache = append(s.cache, powers{base, of})
	return of
}

func newSample(series []Point) *sample {
	n := len(series)
	s := &sample{series: series, steps: make([]float64, n), origin: max(leastOrigin-1, n-1-mostOrigins)}
	gaps := make([]float64, 0, n-1)
	for i := 1; i < n; i++ {
		gaps = append(gaps, series[i].T-series[i-1].T)
	}
	slices.Sort(gaps)
	s.gap = gaps[len(gaps)/2]
	for i := 1; i < n; i++ {
		s.steps[i] = (series[i].T - series[i-1].T) / s.gap
		// months and quarters differ by a few days: that is even
		s.uneven = s.uneven || math.Abs(s.steps[i]-1) > 0.1
	}
	if !s.uneven {
		for i := 1; i < n; i++ {
			s.steps[i] = 1
		}
	}
	return s
}

func (s *sample) t(i int) float64 { return s.series[i].T }

// model forecasts from the first k+1 values.
type model interface {
	name() string
	// ahead is the mean and the standard deviation h years after value k.
	ahead(k int, h float64) (mean, sd float64)
	// df are the degrees of freedom of that standard deviation, at least 1.
	df(k int) int
}

// record is what the rolling origins say of a model.
type record struct {
	Backtest
	widen, floor float64
}

// chosen is the best model with its record, and all models with their weights.
type chosen struct {
	model
	record
	all     []model
	weights []float64 // sum 1
}

// choose runs every model that the series is long enough for from each rolling
// origin and takes the one with the smallest mean absolute error. A later, more
// complicated model must be better by a part in a million.
func (s *sample) choose(due float64) chosen {
	n := len(s.series)
	horizons := min(mostHorizons, max(1, int(math.Round((due-s.t(n-1))/s.gap))))
	s.drift.fit(s)
	s.linear.fit(s)
	c := chosen{all: []model{&s.drift, &s.linear}}
	for i, least := range []int{6, 8, 10} {
		if n >= least {
			s.smooth[i].fit(s, i)
			c.all = append(c.all, &s.smooth[i])
		}
	}
	c.weights = make([]float64, len(c.all))
	for i, m := range c.all {
		r := s.test(m, horizons)
		c.weights[i] = r.MAE
		if i == 0 || r.MAE < c.MAE*(1-1e-6) {
			c.model, c.record = m, r
		}
	}
	c.weigh()
	if naive := s.naive(); naive > 0 {
		c.MASE = c.MAE / naive
	}
	return c
}

// weigh turns mean absolute errors into weights, the inverse squares of them
// (Bates & Granger 1969); an error of zero takes all.
func (c *chosen) weigh() {
	sum := 0.0
	for i, mae := range c.weights {
		switch {
		case c.MAE > 0:
			c.weights[i] = c.MAE * c.MAE / (mae * mae)
		case mae == 0:
			c.weights[i] = 1
		default:
			c.weights[i] = 0
		}
		sum += c.weights[i]
	}
	for i := range c.weights {
		c.weights[i] /= sum
	}
}

// ahead is the mean of the chosen model. The variance is that of all models by
// their weights, with their disagreement: a model that was chosen by its errors
// on a short past is less certain than it says.
func (c *chosen) ahead(k int, h float64) (mean, sd float64) {
	mean, own := c.model.ahead(k, h)
	variance := 0.0
	for i, m := range c.all {
		if c.weights[i] > 0 {
			other, sd := m.ahead(k, h)
			variance += c.weights[i] * (sd*sd + (other-mean)*(other-mean))
		}
	}
	return mean, max(own*c.widen, math.Sqrt(variance), c.floor)
}

// test compares a model's forecasts from each origin with what followed.
func (s *sample) test(m model, horizons int) (r record) {
	n := len(s.series)
	count, sum, inside := 0, 0.0, 0
	squares, scaled := 0.0, 0
	for k := s.origin; k < n-1; k++ {
		t80, _ := quantiles(m.df(k))
		for j := k + 1; j <= min(k+horizons, n-1); j++ {
			mean, sd := m.ahead(k, s.t(j)-s.t(k))
			e := math.Abs(s.series[j].V - mean)
			count, sum = count+1, sum+e
			if e <= t80*sd {
				inside++
			}
			if sd > 0 {
				squares, scaled = squares+e*e/(sd*sd), scaled+1
			}
		}
	}
	r.Origins = n - 1 - s.origin
	r.MAE = sum / float64(count)
	r.Coverage = float64(inside) / float64(count)
	r.widen = 1
	if scaled == count {
		r.widen = max(1, math.Sqrt(squares/float64(count)))
	} else {
		// the model once claimed to be exact: the mean absolute error of a
		// normal variable is √(2/π) of its standard deviation
		r.floor = r.MAE * math.Sqrt(math.Pi/2)
	}
	return r
}

// naive is the mean absolute change from one value to the next, which scales
// the error (Hyndman & Koehler 2006).
func (s *sample) naive() float64 {
	sum := 0.0
	for i := 1; i < len(s.series); i++ {
		sum += math.Abs(s.series[i].V - s.series[i-1].V)
	}
	return sum / float64(len(s.series)-1)
}
