package stat

import (
	"math"
	"slices"
)

// Start returns the plain start state used where parameters are given and not
// estimated: the first value is the level and the first step the trend; with a
// season, the level and trend come from the means of the first two seasons and
// the seasons from the first (Holt-Winters as in Hyndman et al. 2008, §2.6.1).
// It needs two values, or two whole seasons; ok is false with fewer.
func (m Smoothing) Start(y []float64) (s State, ok bool) {
	switch {
	case len(y) < 2 || m.Season != None && (m.Period < 2 || len(y) < 2*m.Period):
		return State{}, false
	case m.Season == None:
		s.Level = y[0]
	default:
		s.Level = mean(y[:m.Period])
		for _, v := range y[:m.Period] {
			s.Season = append(s.Season, without(m.Season, v, s.Level))
		}
	}
	next, steps := y[1], 1.0
	if m.Season != None {
		next, steps = mean(y[m.Period:2*m.Period]), float64(m.Period)
	}
	switch m.Trend {
	case Additive:
		s.Trend = (next - s.Level) / steps
	case Multiplicative:
		s.Trend = math.Pow(next/s.Level, 1/steps)
	}
	return s, true
}

// Fixed names parameters that Estimate leaves alone; nil is estimated.
type Fixed struct{ Alpha, Beta, Gamma, Phi *float64 }

// Estimate finds the constants and the start state that minimise the sum of the
// squared one-step errors, with 0 ≤ α, β ≤ 1, 0 ≤ γ ≤ 1-α and 0.8 ≤ φ ≤ 0.995.
// The start state is free, but that the seasons average out: a constant moved
// from the level to every season changes nothing. The search is
// Levenberg-Marquardt from a fixed set of starting points: the same series
// always gives the same answer.
func (m Smoothing) Estimate(y []float64, fixed Fixed) (Smoothed, bool) {
	start, ok := m.Start(y)
	if !ok {
		return Smoothed{}, false
	}
	f := newSearch(m, y, fixed, start)
	best, found := Smoothed{}, false
	for _, alpha := range []float64{0.1, 0.5, 0.9} {
		for _, beta := range []float64{0.02, 0.2} {
			for _, gamma := range []float64{0.05, 0.5} {
				run := f.descend(Params{Alpha: alpha, Beta: beta, Gamma: gamma, Phi: 0.9}, start)
				if !math.IsNaN(run.SSE) && (!found || run.SSE < best.SSE*(1-1e-12)) {
					best, found = run, true
				}
				if m.Season == None {
					break
				}
			}
			if m.Trend == None {
				break
			}
		}
	}
	return best, found
}

// search is the problem in the form a least-squares descent wants: a vector x
// without bounds (constants through a logistic curve), residuals from it.
type search struct {
	model Smoothing
	y     []float64
	fixed Fixed
	scale float64 // of the values, so that steps are comparable
}

func newSearch(m Smoothing, y []float64, fixed Fixed, start State) search {
	scale := 0.0
	for _, v := range y {
		scale = max(scale, math.Abs(v-start.Level))
	}
	if scale == 0 {
		scale = 1
	}
	return search{m, y, fixed, scale}
}

// bound maps the whole line onto (lo, hi), unbound back.
func bound(x, lo, hi float64) float64 { return lo + (hi-lo)/(1+math.Exp(-x)) }
func unbound(v, lo, hi float64) float64 {
	p := min(1-1e-9, max(1e-9, (v-lo)/(hi-lo)))
	return math.Log(p / (1 - p))
}

const phiLo, phiHi = 0.8, 0.995

func (f search) pack(p Params, s State) []float64 {
	x := []float64{s.Level / f.scale}
	x = f.constant(x, f.fixed.Alpha, p.Alpha, 0, 1)
	if f.model.Trend != None {
		x = f.constant(x, f.fixed.Beta, p.Beta, 0, 1)
		if f.model.Trend == Additive {
			x = append(x, s.Trend/f.scale)
		} else {
			x = append(x, s.Trend)
		}
	}
	if f.model.Damped {
		x = f.constant(x, f.fixed.Phi, p.Phi, phiLo, phiHi)
	}
	if f.model.Season != None {
		x = f.constant(x, f.fixed.Gamma, p.Gamma, 0, 1-p.Alpha)
		for _, v := range s.Season[:f.model.Period-1] {
			if f.model.Season == Additive {
				v /= f.scale
			}
			x = append(x, v)
		}
	}
	return x
}

func (f search) constant(x []float64, fixed *float64, v, lo, hi float64) []float64 {
	if fixed != nil {
		return x
	}
	return append(x, unbound(v, lo, hi))
}

func (f search) unpack(x []float64) (p Params, s State) {
	next := func() float64 { v := x[0]; x = x[1:]; return v }
	constant := func(fixed *float64, lo, hi float64) float64 {
		if fixed != nil {
			return *fixed
		}
		return bound(next(), lo, hi)
	}
	s.Level = next() * f.scale
	p.Alpha = constant(f.fixed.Alpha, 0, 1)
	if f.model.Trend != None {
		p.Beta = constant(f.fixed.Beta, 0, 1)
		s.Trend = next()
		if f.model.Trend == Additive {
			s.Trend *= f.scale
		}
	}
	if f.model.Damped {
		p.Phi = constant(f.fixed.Phi, phiLo, phiHi)
	}
	if f.model.Season != None {
		p.Gamma = constant(f.fixed.Gamma, 0, 1-p.Alpha)
		rest := neutral(f.model.Season) * float64(f.model.Period)
		for range f.model.Period - 1 {
			v := next()
			if f.model.Season == Additive {
				v *= f.scale
			}
			s.Season, rest = append(s.Season, v), rest-v
		}
		s.Season = append(s.Season, rest)
	}
	return p, s
}

func (f search) run(x []float64) Smoothed {
	p, s := f.unpack(x)
	return f.model.Run(f.y, p, s)
}

// descend is Levenberg-Marquardt with a numerical Jacobian (Marquardt 1963).
func (f search) descend(p Params, s State) Smoothed {
	x := f.pack(p, s)
	now := f.run(x)
	damping := 1e-3
	for range 400 {
		jac := f.jacobian(x, now)
		moved := false
		for range 30 {
			step, ok := solveDamped(jac, residuals(f.y, now.Fitted), damping)
			if ok {
				try := slices.Clone(x)
				for i := range try {
					try[i] += step[i]
				}
				next := f.run(try)
				if next.SSE < now.SSE {
					gain := now.SSE - next.SSE
					x, now, moved = try, next, gain > 1e-14*(now.SSE+1e-300)
					damping = max(damping/5, 1e-12)
					break
				}
			}
			damping *= 4
		}
		if !moved {
			break
		}
	}
	return now
}

// jacobian returns d fitted / d x by central differences, a row per parameter.
func (f search) jacobian(x []float64, now Smoothed) [][]float64 {
	out := make([][]float64, len(x))
	for i := range x {
		h := 1e-6 * max(1, math.Abs(x[i]))
		keep := x[i]
		x[i] = keep + h
		up := f.run(x).Fitted
		x[i] = keep - h
		down := f.run(x).Fitted
		x[i] = keep
		row := make([]float64, len(now.Fitted))
		for k := range row {
			row[k] = (up[k] - down[k]) / (2 * h)
		}
		out[i] = row
	}
	return out
}

func residuals(y, fitted []float64) []float64 {
	out := make([]float64, len(y))
	for i := range y {
		out[i] = y[i] - fitted[i]
	}
	return out
}

// solveDamped solves (JᵀJ + λ diag JᵀJ) δ = Jᵀr by Cholesky.
func solveDamped(jac [][]float64, r []float64, lambda float64) ([]float64, bool) {
	n := len(jac)
	a := make([][]float64, n)
	b := make([]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		for j := 0; j <= i; j++ {
			a[i][j] = dot(jac[i], jac[j])
		}
		a[i][i] += lambda*a[i][i] + 1e-300
		b[i] = dot(jac[i], r)
	}
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := a[i][j]
			for k := range j {
				sum -= a[i][k] * a[j][k]
			}
			if i != j {
				a[i][j] = sum / a[j][j]
				continue
			}
			if !(sum > 0) {
				return nil, false
			}
			a[i][i] = math.Sqrt(sum)
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[k][i] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b, true
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
