package transit

import "slices"

// Arrivals is a cell as one origin sees it: Until[i] is the last departure with which
// one arrives at At[i] and not before. Both ascend; departures after the last are
// never there.
type Arrivals struct {
	Until []Second
	At    []Second
}

// Arrivals appends to a the steps of a cell for one lane of the last run.
func (s *Sweeper) Arrivals(a *Arrivals, lane int, cell int32) {
	a.Until, a.At = a.Until[:0], a.At[:0]
	from := s.p.window.From
	for i := s.steps.head[cell]; i != None; i = s.steps.prev[i] {
		until := from + Second(s.steps.to[i][lane]) - 1
		if n := len(a.Until); n > 0 && a.Until[n-1] == until {
			a.At[n-1] = from + Second(s.steps.at[i]) - 1 // an earlier arrival for the same departures
			continue
		}
		if until < from {
			break
		}
		a.Until, a.At = append(a.Until, until), append(a.At, from+Second(s.steps.at[i])-1)
	}
	slices.Reverse(a.Until)
	slices.Reverse(a.At)
}

// Times fills in how long one travels when departing every step seconds of the
// window, on foot in walk or by these arrivals, whichever is sooner; Never where that
// takes longer than the window permits. It returns the filled part of out.
func (p *Program) Times(a *Arrivals, walk, step Second, out []Second) []Second {
	out = out[:0]
	i := 0
	for d := p.window.From; d < p.window.Until; d += step {
		for i < len(a.Until) && a.Until[i] < d {
			i++
		}
		t := walk
		if i < len(a.Until) {
			t = min(t, a.At[i]-d)
		}
		if t > p.window.Longest {
			t = Never
		}
		out = append(out, t)
	}
	return out
}

// Covered is for how many departures, each second one, the journey takes at most so
// long, on foot or by these arrivals.
func (p *Program) Covered(a *Arrivals, walk, budget Second) Second {
	if walk <= budget {
		return p.window.width()
	}
	sum, before := Second(0), p.window.From-1
	for i, until := range a.Until {
		sum += max(0, until-max(before, a.At[i]-budget-1))
		before = until
	}
	return sum
}

// Percentile is the time within which so many of a hundred departures arrive: the
// nearest rank. It sorts times.
func Percentile(times []Second, percent float64) Second {
	if len(times) == 0 {
		return Never
	}
	slices.Sort(times)
	rank := int(percent/100*float64(len(times)) + 0.999999)
	return times[min(max(rank, 1), len(times))-1]
}
