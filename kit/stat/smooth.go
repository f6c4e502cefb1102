package stat

import "math"

// Component is how a part of a smoothing model enters.
type Component int

// The ways a trend or a season enters.
const (
	None Component = iota
	Additive
	Multiplicative // an exponential trend, or a season as a factor
)

// Smoothing is an exponential smoothing model with additive errors, in the
// taxonomy of Hyndman & Athanasopoulos, Forecasting: Principles and Practice,
// chapter 7. The zero value is simple exponential smoothing.
type Smoothing struct {
	Trend  Component
	Damped bool // the trend fades by Phi each step (Gardner & McKenzie 1985)
	Season Component
	Period int // steps in a season
}

// State is what a smoothing model knows after a value: the level, the trend
// (a difference, or a factor where the trend is multiplicative) and the last
// Period seasons, the oldest first.
type State struct {
	Level, Trend float64
	Season       []float64
}

// Params are the smoothing constants, 0 to 1; Gamma is that of the season.
type Params struct {
	Alpha, Beta, Gamma float64
	Phi                float64 // only where Damped
}

// Smoothed is a model run over a series.
type Smoothed struct {
	Model  Smoothing
	Params Params
	Start  State     // before the first value
	End    State     // after the last
	Fitted []float64 // one-step forecasts
	SSE    float64   // of their errors
}

// Run passes a series through the model from a start state.
//
//	level   l = (l + b) + α e            with e = y - (l + b + s), e/s for a seasonal factor
//	trend   b = b + αβ e                 (e/l for a factor)
//	season  s = s + γ e                  (e/(l+b) for a factor)
//
// Beta and Gamma are the constants of the component form (ibid. §7.3 and 7.5):
// b = β (l - l₋₁) + (1-β) b and s = γ (y - l - b) + (1-γ) s.
func (m Smoothing) Run(y []float64, p Params, start State) Smoothed {
	out := Smoothed{Model: m, Params: p, Start: start.clone(), Fitted: make([]float64, len(y))}
	s := start.clone()
	for i, v := range y {
		base, step := m.ahead(s, p, 1)
		seasonIndex := -1
		season := neutral(m.Season)
		if m.Season != None {
			seasonIndex = i % m.Period
			season = s.Season[seasonIndex]
		}
		fit := combine(m.Season, base, season)
		out.Fitted[i] = fit
		out.SSE += (v - fit) * (v - fit)
		level := p.Alpha*without(m.Season, v, season) + (1-p.Alpha)*base
		switch m.Trend {
		case Additive:
			s.Trend = p.Beta*(level-s.Level) + (1-p.Beta)*step
		case Multiplicative:
			s.Trend = p.Beta*(level/s.Level) + (1-p.Beta)*step
		}
		if seasonIndex >= 0 {
			s.Season[seasonIndex] = p.Gamma*without(m.Season, v, base) + (1-p.Gamma)*season
		}
		s.Level = level
	}
	if m.Season != None { // rotate, so that the oldest season is first
		k := len(y) % m.Period
		s.Season = append(s.Season[k:len(s.Season):len(s.Season)], s.Season[:k]...)
	}
	out.End = s
	return out
}

// Forecast returns the values h steps ahead, from 1 to h.
func (s Smoothed) Forecast(h int) []float64 {
	out := make([]float64, h)
	for k := range out {
		base, _ := s.Model.ahead(s.End, s.Params, k+1)
		season := neutral(s.Model.Season)
		if s.Model.Season != None {
			season = s.End.Season[k%s.Model.Period]
		}
		out[k] = combine(s.Model.Season, base, season)
	}
	return out
}

// ahead returns the level h steps ahead without the season, and the (damped)
// trend of the first step.
func (m Smoothing) ahead(s State, p Params, h int) (base, step float64) {
	reach := float64(h)
	step = s.Trend
	if m.Damped {
		reach = 0
		for k, f := 0, p.Phi; k < h; k, f = k+1, f*p.Phi {
			reach += f
		}
		if m.Trend == Multiplicative {
			step = math.Pow(s.Trend, p.Phi)
		} else {
			step = p.Phi * s.Trend
		}
	}
	switch m.Trend {
	case Additive:
		return s.Level + reach*s.Trend, step
	case Multiplicative:
		return s.Level * math.Pow(s.Trend, reach), step
	}
	return s.Level, step
}

func (s State) clone() State {
	s.Season = append([]float64(nil), s.Season...)
	return s
}

func neutral(c Component) float64 {
	if c == Multiplicative {
		return 1
	}
	return 0
}

func combine(season Component, base, s float64) float64 {
	if season == Multiplicative {
		return base * s
	}
	return base + s
}

// without takes the part s out of v.
func without(season Component, v, s float64) float64 {
	if season == Multiplicative {
		return v / s
	}
	return v - s
}
