package stat

import "math"

// Line is a least-squares line with what its uncertainty needs.
type Line struct {
	Slope float64 `json:"slope"`
	Mid   float64 `json:"mid"`   // value at MeanT: better conditioned than an intercept at year 0
	MeanT float64 `json:"meanT"` // weighted mean of the times
	SD    float64 `json:"sd"`    // residual standard deviation, n-2 degrees of freedom
	N     int     `json:"n"`
	sumW  float64
	sxx   float64
}

// OLS fits v = Mid + Slope (t - MeanT) by least squares; ok is false with fewer
// than two different times.
func OLS(points []Point) (Line, bool) { return WLS(points, nil) }

// WLS is OLS with a weight per point; nil weights are all 1.
func WLS(points []Point, weights []float64) (Line, bool) {
	var sw, st, sv float64
	for i, p := range points {
		w := weightAt(weights, i)
		sw, st, sv = sw+w, st+w*p.T, sv+w*p.V
	}
	if sw <= 0 {
		return Line{}, false
	}
	mt, mv := st/sw, sv/sw
	var sxx, sxy float64
	for i, p := range points {
		w, dt := weightAt(weights, i), p.T-mt
		sxx, sxy = sxx+w*dt*dt, sxy+w*dt*(p.V-mv)
	}
	if sxx <= 0 {
		return Line{}, false
	}
	l := Line{Slope: sxy / sxx, Mid: mv, MeanT: mt, N: len(points), sumW: sw, sxx: sxx}
	if l.N > 2 {
		var sse float64
		for i, p := range points {
			r := p.V - l.At(p.T)
			sse += weightAt(weights, i) * r * r
		}
		l.SD = math.Sqrt(sse / float64(l.N-2))
	}
	return l, true
}

func weightAt(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

// At returns the line's value at a time.
func (l Line) At(t float64) float64 { return l.Mid + l.Slope*(t-l.MeanT) }

// PredictionSD is the standard deviation of a new value at a time, its own
// scatter and the uncertainty of the line together.
func (l Line) PredictionSD(t float64) float64 {
	dt := t - l.MeanT
	return l.SD * math.Sqrt(1+1/l.sumW+dt*dt/l.sxx)
}

// Predict returns the value at a time with its prediction interval at the given
// confidence; fewer than three points give no interval (lo and hi are the mean).
func (l Line) Predict(t, confidence float64) (mean, lo, hi float64) {
	mean = l.At(t)
	if l.N < 3 {
		return mean, mean, mean
	}
	half := StudentQuantile(0.5+confidence/2, float64(l.N-2)) * l.PredictionSD(t)
	return mean, mean - half, mean + half
}
