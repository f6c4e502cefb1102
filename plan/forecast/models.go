package forecast

import "math"

// nought is the share of a sum of squares below which it is rounding.
const nought = 1e-12

// driftModel is the random walk with drift in continuous time: the drift is the
// slope from the first to the last value, and the variance grows with the
// horizon and with the doubt about the drift.
//
//	mean v + d h      variance σ² h (1 + h / T)      T the time observed
type driftModel struct {
	s       *sample
	squares []float64 // Σ (Δv)²/Δt up to value i
}

func (m *driftModel) fit(s *sample) {
	m.s, m.squares = s, make([]float64, len(s.series))
	for i := 1; i < len(s.series); i++ {
		dv, dt := s.series[i].V-s.series[i-1].V, s.t(i)-s.t(i-1)
		m.squares[i] = m.squares[i-1] + dv*dv/dt
	}
}

func (m *driftModel) name() string { return "drift" }
func (m *driftModel) df(k int) int { return max(1, k-1) }

func (m *driftModel) ahead(k int, h float64) (mean, sd float64) {
	first, last := m.s.series[0], m.s.series[k]
	span := last.T - first.T
	d := (last.V - first.V) / span
	rest := m.squares[k] - d*d*span
	if rest <= nought*m.squares[k] {
		rest = 0
	}
	return last.V + d*h, math.Sqrt(rest / float64(m.df(k)) * h * (1 + h/span))
}

// linearModel is the least-squares line with its prediction interval. Sums are
// of differences from the first value, so that they keep their digits.
type linearModel struct {
	s    *sample
	sums []sums
}

type sums struct{ x, y, xx, xy, yy float64 }

func (m *linearModel) fit(s *sample) {
	m.s, m.sums = s, make([]sums, len(s.series))
	for i, p := range s.series {
		x, y := p.T-s.series[0].T, p.V-s.series[0].V
		if i > 0 {
			m.sums[i] = m.sums[i-1]
		}
		a := &m.sums[i]
		a.x, a.y, a.xx, a.xy, a.yy = a.x+x, a.y+y, a.xx+x*x, a.xy+x*y, a.yy+y*y
	}
}

func (m *linearModel) name() string { return "linear" }
func (m *linearModel) df(k int) int { return max(1, k-1) }

func (m *linearModel) ahead(k int, h float64) (mean, sd float64) {
	a, n := m.sums[k], float64(k+1)
	mx, my := a.x/n, a.y/n
	sxx, sxy, syy := a.xx-n*mx*mx, a.xy-n*mx*my, a.yy-n*my*my
	slope := sxy / sxx
	rest := syy - slope*sxy
	if rest <= nought*a.yy {
		rest = 0
	}
	dx := m.s.t(k) + h - m.s.series[0].T - mx
	return m.s.series[0].V + my + slope*dx, math.Sqrt(rest / float64(m.df(k)) * (1 + 1/n + dx*dx/sxx))
}

// constants of a smoothing model; Beta is that of the component form (0 to 1).
type constants struct{ alpha, beta, phi float64 }

// The grids are fixed and coarse: a finer one costs time and gains nothing that
// the backtest of a short series could show.
var grids = [3][]constants{
	{{alpha: 0.1}, {alpha: 0.25}, {alpha: 0.5}, {alpha: 0.75}, {alpha: 1}},
	product([]float64{0.25, 0.5, 0.75, 1}, []float64{0.05, 0.2, 0.5}, []float64{1}),
	product([]float64{0.25, 0.5, 0.75, 1}, []float64{0.1, 0.4}, []float64{0.8, 0.9, 0.95}),
}

func product(alphas, betas, phis []float64) (out []constants) {
	for _, a := range alphas {
		for _, b := range betas {
			for _, p := range phis {
				out = append(out, constants{a, b, p})
			}
		}
	}
	return out
}

// smoothModel is exponential smoothing with, for each origin, the constants of
// the grid that had the smallest sum of squares up to there.
type smoothModel struct {
	s    *sample
	kind int      // 0 ses, 1 holt, 2 holt-damped
	best []smooth // by value, from the first origin on
}

type smooth struct {
	constants
	level, trend float64 // trend in the unit of value a step
	squares      float64 // of one-step errors, per step of gap
}

func (m *smoothModel) name() string { return [...]string{"ses", "holt", "holt-damped"}[m.kind] }

// df: level and constants are estimated.
func (m *smoothModel) df(k int) int { return max(1, k-1-m.kind) }

func (m *smoothModel) fit(s *sample, kind int) {
	n := len(s.series)
	m.s, m.kind, m.best = s, kind, make([]smooth, n-s.origin)
	first := smooth{level: s.series[0].V} // ses never reads the trend
	if kind > 0 {
		// the slope of the first values that every origin knows
		var head linearModel
		head.fit(&sample{series: s.series[:leastOrigin]})
		a, _ := head.ahead(0+leastOrigin-1, 0)
		b, _ := head.ahead(0+leastOrigin-1, s.gap)
		first.trend = b - a
	}
	for i, c := range grids[kind] {
		m.run(i == 0, c, first)
	}
}

// run takes all values in with one set of constants, and keeps the state at each
// origin where it is the best so far. The loop is written out for speed: over
// a gap of several steps a constant c becomes 1-(1-c)^gap (Wright 1986), and
// those powers are shared by all constants (sample.powers).
func (m *smoothModel) run(only bool, c constants, st smooth) {
	s := m.s
	n := len(s.series)
	steps, keepA := s.steps[:n], s.powers(1 - c.alpha)[:n]
	keepB, fades := keepA, keepA
	sumOfFades := 0.0 // φ/(1-φ); reach over a gap is that times 1-φ^gap
	if m.kind > 0 {
		keepB, fades = s.powers(1 - c.beta)[:n], s.powers(c.phi)[:n]
		if c.phi < 1 {
			sumOfFades = c.phi / (1 - c.phi)
		}
	}
	level, trend, squares := st.level, st.trend, 0.0
	for k := 1; k < n; k++ {
		base, gap := level, steps[k]
		if m.kind == 1 {
			base += trend * gap
		} else if m.kind == 2 {
			base += trend * sumOfFades * (1 - fades[k])
		}
		e := s.series[k].V - base
		next := base + (1-keepA[k])*e
		if gap == 1 {
			squares += e * e
			trend = (1-keepB[k])*(next-level) + keepB[k]*fades[k]*trend
		} else {
			squares += e * e / gap
			trend = (1-keepB[k])*(next-level)/gap + keepB[k]*fades[k]*trend
		}
		level = next
		if at := k - s.origin; at >= 0 && (only || squares < m.best[at].squares*(1-1e-9)) {
			m.best[at] = smooth{c, level, trend, squares}
		}
	}
}

// reach is how many steps of trend lie in the next steps: all of them, or
// φ + φ² + ... for a damped trend.
func (s *smooth) reach(steps float64) float64 {
	if s.phi == 1 {
		return steps
	}
	if steps == 1 {
		return s.phi
	}
	return s.phi * (1 - math.Pow(s.phi, steps)) / (1 - s.phi)
}

func (m *smoothModel) ahead(k int, h float64) (mean, sd float64) {
	st := &m.best[k-m.s.origin]
	steps := h / m.s.gap
	mean = st.level
	if m.kind > 0 {
		mean += st.trend * st.reach(steps)
	}
	variance := st.squares / float64(m.df(k))
	if steps < 1 {
		return mean, math.Sqrt(variance * steps)
	}
	return mean, math.Sqrt(variance * st.growth(steps, m.kind))
}

// growth is the variance some steps ahead in units of the one-step variance
// (Hyndman & Athanasopoulos, table 7.8 of the second edition).
func (s *smooth) growth(h float64, kind int) float64 {
	a, b, p := s.alpha, s.alpha*s.beta, s.phi
	switch kind {
	case 0:
		return 1 + (h-1)*a*a
	case 1:
		return 1 + (h-1)*(a*a+a*b*h+b*b*h*(2*h-1)/6)
	}
	q, ph := 1-p, math.Pow(p, h)
	return 1 + a*a*(h-1) + b*p*h/(q*q)*(2*a*q+b*p) -
		b*p*(1-ph)/(q*q*(1-p*p))*(2*a*(1-p*p)+b*p*(1+2*p-ph))
}
