package transit

import "math/bits"

// Arrivals is a cell as one origin sees it: Until[i] is the last departure with which
// one arrives at At[i] and not before. Both ascend; departures after the last are
// never there.
type Arrivals struct {
	Until []Second
	At    []Second
}

// Arrivals fills in the steps of a cell for every lane of the last run.
func (s *Sweeper) Arrivals(cell int32, out *[Lanes]Arrivals) {
	for i := range out {
		out[i].Until, out[i].At = out[i].Until[:0], out[i].At[:0]
	}
	st := &s.steps
	s.follow(cell)
	from := s.p.window.From - 1
	for k := len(s.chain) - 1; k >= 0; k-- {
		i := s.chain[k]
		at, n := from+Second(st.at[i]), st.from[i]
		for who := st.who[i]; who != 0; who &= who - 1 {
			a := &out[bits.TrailingZeros32(who)]
			a.Until, a.At = append(a.Until, from+Second(st.to[n])), append(a.At, at)
			n++
		}
	}
}

// follow finds the chain of a cell's steps, the last one first.
func (s *Sweeper) follow(cell int32) {
	s.chain = s.chain[:0]
	if cell = local(s.p.cellOf, cell); cell == None {
		return
	}
	for i := s.steps.head[cell]; i != None; i = s.steps.prev[i] {
		s.chain = append(s.chain, i)
	}
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

// Covered is for how many departures, every step seconds of the window, the journey
// takes at most so long, on foot or by these arrivals: as many as Times has so short.
func (p *Program) Covered(a *Arrivals, walk, step, budget Second) Second {
	from := p.window.From
	if walk <= budget {
		return (p.window.width() + step - 1) / step
	}
	sum, before := Second(0), from-1
	for i, until := range a.Until {
		if low := max(before, a.At[i]-budget-1); until > low {
			sum += floor(until-from, step) - floor(low-from, step)
		}
		before = until
	}
	return sum
}

// floor is division that rounds down, also below zero, which starts at -1.
func floor(a, b Second) Second {
	if a < 0 {
		return -1
	}
	return a / b
}

// Coverage finds for every lane of the last run for how many departures, every step
// seconds of the window, the journey to a cell takes at most each budget: what Covered
// tells of Arrivals, in one pass. Departures that are as fast on foot count too: foot
// has the walk of each lane.
func (s *Sweeper) Coverage(cell int32, foot *[Lanes]Second, step Second, budgets []Second, out [][Lanes]Second) {
	st := &s.steps
	s.follow(cell)
	var before [Lanes]Second // counted from the window's first departure, which is 1
	clear(out)
	for k := len(s.chain) - 1; k >= 0; k-- {
		i := s.chain[k]
		at, n := Second(st.at[i]), st.from[i]
		for who := st.who[i]; who != 0; who &= who - 1 {
			lane := bits.TrailingZeros32(who)
			until := Second(st.to[n])
			n++
			for b, budget := range budgets {
				if low := max(before[lane], at-budget-1); until > low {
					out[b][lane] += upTo(until, step) - upTo(low, step)
				}
			}
			before[lane] = until
		}
	}
	all := upTo(s.p.window.width(), step)
	for b, budget := range budgets {
		for lane := range foot {
			if foot[lane] <= budget {
				out[b][lane] = all
			}
		}
	}
}

// upTo is how many of the departures 1, 1+step, ... lie at or before v.
func upTo(v, step Second) Second {
	if v <= 0 {
		return 0
	}
	return (v-1)/step + 1
}

// Rank is how many of n departures have to arrive for so many of a hundred to: the
// nearest rank.
func Rank(percent float64, n int) int {
	return min(max(int(percent/100*float64(n)+0.999999), 1), n)
}

// Percentile is the time within which so many of a hundred departures arrive. It
// reorders times.
func Percentile(times []Second, percent float64) Second {
	if len(times) == 0 {
		return Never
	}
	k := Rank(percent, len(times)) - 1
	low, high := 0, len(times)-1
	for low < high { // quickselect (Hoare 1961)
		pivot := times[(low+high)/2]
		i, j := low, high
		for i <= j {
			for times[i] < pivot {
				i++
			}
			for times[j] > pivot {
				j--
			}
			if i <= j {
				times[i], times[j] = times[j], times[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return times[k]
		}
	}
	return times[k]
}
