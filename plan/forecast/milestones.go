package forecast

import (
	"math"
	"slices"
)

// Pending is a work that adds its amount on the day it opens.
type Pending struct {
	Amount float64 // kilometres, stations, works
	Due    float64 // promised day on the axis of years; 0 or NaN is unknown
}

// Milestones is the distribution of a total on the day a goal is due: what is
// open, and each pending work with the chance that it opens in time. slips are
// the delays of finished works in months, negative where one was early.
//
// A work promised for d opens by t if its delay is at most m = 12 (t - d) months.
// Of n known delays k are; two more are imagined, one work on time and one that
// never opens (Laplace's rule of succession), so
//
//	p = (k + [m ≥ 0]) / (n + 2)
//
// and of a work that is overdue at goal.Now, only delays longer than it already
// has count. The total is the sum of independent works; its distribution is
// computed by convolution, not by chance.
func Milestones(opened float64, pending []Pending, slips []float64, goal Goal) Forecast {
	f := Forecast{Model: "milestones", N: len(slips), Fan: []FanPoint{}, Modelled: []string{SlipsRepeat, Independent}}
	if goal.Now != 0 && goal.DueT-goal.Now < moment {
		return Forecast{N: len(slips), Fan: f.Fan, Why: WhyDuePassed}
	}
	var works []Pending
	undated := false
	for _, w := range pending {
		switch {
		case !(w.Amount > 0) || math.IsInf(w.Amount, 0):
		case w.Due == 0 || math.IsNaN(w.Due):
			undated = true
		default:
			works = append(works, w)
		}
	}
	d := delays{slips: slices.Sorted(slices.Values(slips)), now: goal.Now}
	if !slices.ContainsFunc(works, func(w Pending) bool { return d.chance(w.Due, goal.DueT) > 0 }) {
		return Forecast{N: len(slips), Fan: f.Fan, Why: WhyNoWorks}
	}
	if len(slips) == 0 {
		f.Modelled = append(f.Modelled, NoSlips)
	}
	if undated {
		f.Modelled = append(f.Modelled, UndatedOut)
	}
	g := newGrid(works)
	if g.rounded {
		f.Modelled = append(f.Modelled, RoundedTotal)
	}
	times := moments(works, goal)
	f.Fan = append(f.Fan, FanPoint{times[0], opened, opened, opened, opened, opened})
	var totals []total
	for _, t := range times[1:] {
		totals = g.convolve(func(i int) float64 { return d.chance(works[i].Due, t) })
		mean := opened
		for _, w := range works {
			mean += w.Amount * d.chance(w.Due, t)
		}
		q := g.quantiles(totals, opened, 0.1, 0.9, 0.025, 0.975)
		f.Fan = append(f.Fan, FanPoint{t, mean, q[0], q[1], q[2], q[3]})
	}
	if goal.Target != nil {
		p := g.reach(totals, opened, *goal.Target, goal.Direction)
		f.Probability = &p
	}
	return f
}

// delays are the known ones in ascending order.
type delays struct {
	slips []float64
	now   float64
}

// chance that a work promised for due is open at t.
func (d delays) chance(due, t float64) float64 {
	const day = 1e-6 // of a month: a delay of exactly m months is in time
	months := 12 * (t - due)
	already, overdue := math.Inf(-1), false
	if d.now != 0 {
		if t <= d.now {
			return 0
		}
		already = 12 * (d.now - due)
		overdue = already >= 0
	}
	k, n := 0, 0
	for _, s := range d.slips {
		if s <= already {
			continue
		}
		n++
		if s <= months+day {
			k++
		}
	}
	if months >= -day || overdue {
		k++
	}
	return float64(k) / float64(n+2)
}

// moments are the times of the fan: from now (or the first promise) to the due
// day, with every promise between.
func moments(works []Pending, goal Goal) []float64 {
	start := goal.Now
	if start == 0 {
		start = goal.DueT
		for _, w := range works {
			start = min(start, w.Due)
		}
		start = min(start, goal.DueT-1) // a year, where everything is promised for the last day
	}
	const pieces = 8
	var out []float64
	for i := range pieces {
		out = append(out, start+(goal.DueT-start)*float64(i)/pieces)
	}
	for _, w := range works {
		if w.Due > start && w.Due < goal.DueT {
			out = append(out, w.Due)
		}
	}
	slices.Sort(out)
	return append(slices.Compact(out), goal.DueT)
}

// grid holds amounts as whole numbers of a unit, so that sums are exact.
type grid struct {
	unit    float64
	amounts []int
	total   int
	rounded bool
}

// mostCells bounds the list of totals; 150 km in metres are 150,000.
const mostCells = 1 << 18

func newGrid(works []Pending) grid {
	sum := 0.0
	for _, w := range works {
		sum += w.Amount
	}
	unit := 1.0
	for digits := 0; digits < 6 && !allWhole(works, unit); digits++ {
		unit /= 10
	}
	g := grid{unit: unit, rounded: !allWhole(works, unit)}
	if sum/unit > 64*mostCells { // beyond what a common divisor is likely to mend
		g.unit, g.rounded = sum/mostCells, true
	}
	divisor := 0
	for _, w := range works {
		a := int(math.Round(w.Amount / g.unit))
		g.amounts = append(g.amounts, a)
		divisor = gcd(divisor, a)
	}
	if divisor > 1 {
		g.unit *= float64(divisor)
		for i := range g.amounts {
			g.amounts[i] /= divisor
		}
	}
	for _, a := range g.amounts {
		g.total += a
	}
	if g.total > mostCells {
		shrink := float64(mostCells) / float64(g.total)
		g.unit, g.total, g.rounded = g.unit/shrink, 0, true
		for i := range g.amounts {
			g.amounts[i] = int(math.Round(float64(g.amounts[i]) * shrink))
			g.total += g.amounts[i]
		}
	}
	return g
}

func allWhole(works []Pending, unit float64) bool {
	for _, w := range works {
		if n := w.Amount / unit; math.Abs(n-math.Round(n)) > 1e-6*max(1, n*1e-9) {
			return false
		}
	}
	return true
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// total is a sum that the works may come to, in units, with its probability.
type total struct {
	units int
	p     float64
}

// convolve returns the possible totals in ascending order. Few works have few
// totals (2ⁿ), many works share theirs: the list is never longer than the grid.
func (g grid) convolve(chance func(i int) float64) []total {
	now, next := []total{{0, 1}}, []total(nil)
	for i, a := range g.amounts {
		p := chance(i)
		if p == 0 {
			continue
		}
		next = next[:0]
		shut, open := now, now // the totals without this work, and with it
		for len(open) > 0 {
			switch {
			case len(shut) > 0 && shut[0].units < open[0].units+a:
				next, shut = append(next, total{shut[0].units, shut[0].p * (1 - p)}), shut[1:]
			case len(shut) > 0 && shut[0].units == open[0].units+a:
				next = append(next, total{shut[0].units, shut[0].p*(1-p) + open[0].p*p})
				shut, open = shut[1:], open[1:]
			default:
				next, open = append(next, total{open[0].units + a, open[0].p * p}), open[1:]
			}
		}
		now, next = next, now
	}
	return now
}

// quantiles are the smallest totals whose cumulative probability reaches q.
func (g grid) quantiles(totals []total, opened float64, q ...float64) []float64 {
	out := make([]float64, len(q))
	for i, want := range q {
		cumulative, units := 0.0, 0
		for _, t := range totals {
			units = t.units
			if cumulative += t.p; cumulative >= want-1e-12 {
				break
			}
		}
		out[i] = opened + float64(units)*g.unit
	}
	return out
}

// reach is the probability that the total is at or past a target.
func (g grid) reach(totals []total, opened, target float64, direction int) float64 {
	exact := 1e-9 * max(1, math.Abs(target), math.Abs(opened))
	sum := 0.0
	for _, t := range totals {
		gap := float64(t.units)*g.unit - (target - opened)
		slack := exact
		if g.rounded && t.units > 0 { // that nothing opened is known exactly
			slack = g.unit / 2
		}
		if direction < 0 && gap <= slack || direction >= 0 && gap >= -slack {
			sum += t.p
		}
	}
	return min(1, sum)
}
