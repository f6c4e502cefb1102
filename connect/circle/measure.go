package circle

import (
	"math"
)

// widest is how many minutes more than a circle's the sensitivity looks at.
const widest = 10

// The minutes by which limits are moved, and the thresholds, of a sensitivity.
var (
	moves      = []float64{-widest, -5, 0, 5, widest}
	thresholds = []float64{0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1}
)

// binMinutes is the width of a bin of the histogram, binEnd where the last begins.
const (
	binMinutes = 5
	binEnd     = 120
)

// quantiles of people that Reach lists.
var quantiles = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

// Measure counts the people inside the circles.
func Measure(r *Rule, p *Place, t *Times) *Result {
	m := &measuring{rule: r, place: p, nearest: t.Nearest(), farthest: t.Farthest(), own: t.Own(p), life: t.Life()}
	out := &Result{Rule: r.ID, RuleDigest: r.Digest, Centres: p.Centres, Missing: r.HalfHour.Missing, Basis: p.Basis}
	for _, n := range p.People {
		out.People += n
	}
	m.total = out.People
	out.Indicators = m.shares(t)
	out.Histogram = m.histogram()
	out.Between = between(t.Between)
	if t.Reached != nil {
		out.Reach = m.reach(out, t.Reached)
	}
	out.Districts = m.districts(t)
	return out
}

type measuring struct {
	rule  *Rule
	place *Place
	total float64

	nearest, farthest, own, life []Decis
}

// within counts the people whose time is at most so many minutes.
func (m *measuring) within(times []Decis, minutes float64) float64 {
	limit, sum := Minutes(minutes), 0.0
	for c, at := range times {
		if at <= limit {
			sum += m.place.People[c]
		}
	}
	return sum
}

// shares are the indicators that are shares of people, in the order of their ids above.
func (m *measuring) shares(t *Times) []Indicator {
	half, hour := m.rule.HalfHour.Minutes, m.rule.OneHour.Minutes
	service := fold(t.Service, later)
	headline := map[string][]Decis{Own: m.own, Nearest: m.nearest, All: m.farthest}[m.rule.OneHour.Headline]
	life := m.share(Circle30, m.life, half)
	life.Verdict = m.verdict(m.life, half)
	one := m.share(Circle60, headline, hour)
	one.Verdict = m.verdict(headline, hour)
	return []Indicator{
		life,
		m.share(Circle30Service, service, half),
		m.share(Circle30Centre, m.nearest, half),
		one,
		m.share(Circle60Own, m.own, hour),
		m.share(Circle60Nearest, m.nearest, hour),
		m.share(Circle60All, m.farthest, hour),
	}
}

func later(a, b Decis) Decis { return max(a, b) }

func (m *measuring) share(id string, times []Decis, minutes float64) Indicator {
	i := Indicator{ID: id, Unit: Share}
	if m.total > 0 {
		i.People = m.within(times, minutes)
		i.Value = i.People / m.total
	}
	return i
}

// verdict judges a share with its sensitivity.
func (m *measuring) verdict(times []Decis, minutes float64) *Verdict {
	share := m.share("", times, minutes).Value
	v := &Verdict{Met: share >= m.rule.Verdict.Share, Threshold: m.rule.Verdict.Share, FlipsAt: share}
	for _, t := range thresholds {
		v.AtThreshold = append(v.AtThreshold, AtThreshold{t, share >= t})
	}
	for _, d := range moves {
		if minutes+d > 0 {
			s := m.share("", times, minutes+d).Value
			v.AtMinutes = append(v.AtMinutes, AtMinutes{minutes + d, s, s >= m.rule.Verdict.Share})
		}
	}
	return v
}

func (m *measuring) histogram() []Bin {
	var bins []Bin
	for from := 0.0; from < binEnd; from += binMinutes {
		bins = append(bins, Bin{From: from, Until: from + binMinutes})
	}
	bins = append(bins, Bin{From: binEnd})
	for c, at := range m.nearest {
		i := len(bins) - 1
		if at <= Minutes(binEnd) {
			i = max(0, int((at-1)/Minutes(binMinutes)))
		}
		bins[i].People += m.place.People[c]
	}
	return bins
}

func between(times [][]Decis) [][]*float64 {
	out := make([][]*float64, len(times))
	for i, row := range times {
		for _, at := range row {
			out[i] = append(out[i], minutesOf(at))
		}
	}
	return out
}

// minutesOf is a time in minutes, nil for Never.
func minutesOf(at Decis) *float64 {
	if at == Never {
		return nil
	}
	v := at.Minutes()
	return &v
}

// reach is the distribution of reachable people; it adds its indicators.
func (m *measuring) reach(out *Result, reached []float64) *Reach {
	s := spreadOf(reached, m.place.People)
	r := &Reach{Gini: s.gini()}
	for _, q := range quantiles {
		r.Quantiles = append(r.Quantiles, Quantile{q, s.quantile(q)})
	}
	out.Indicators = append(out.Indicators, Indicator{ID: ReachMedian, Unit: People, Value: s.quantile(0.5)}, Indicator{ID: Gini, Unit: Ratio, Value: r.Gini})
	if v, ok := s.palma(); ok {
		r.Palma = &v
		out.Indicators = append(out.Indicators, Indicator{ID: Palma, Unit: Ratio, Value: v})
	}
	return r
}

// districts are those of people who count, in the order of the place.
func (m *measuring) districts(t *Times) []ByDistrict {
	var out []ByDistrict
	cells := m.place.cellsOf()
	for d, at := range cells {
		if !m.place.Districts[d].Inside || len(at) == 0 {
			continue
		}
		b := ByDistrict{District: m.place.Districts[d]}
		times, people := make([]float64, len(at)), make([]float64, len(at))
		for k, c := range at {
			n := m.place.People[c]
			b.People += n
			times[k], people[k] = m.nearest[c].Minutes(), n
			for _, s := range []struct {
				times   []Decis
				minutes float64
				to      *float64
			}{{m.life, m.rule.HalfHour.Minutes, &b.Life}, {m.own, m.rule.OneHour.Minutes, &b.Own}, {m.nearest, m.rule.OneHour.Minutes, &b.Nearest}, {m.farthest, m.rule.OneHour.Minutes, &b.All}} {
				if s.times[c] <= Minutes(s.minutes) {
					*s.to += n
				}
			}
		}
		if b.People > 0 {
			for _, share := range []*float64{&b.Life, &b.Own, &b.Nearest, &b.All} {
				*share /= b.People
			}
		}
		if v := spreadOf(times, people).quantile(0.5); !math.IsInf(v, 1) {
			b.Median = &v
		}
		if t.Reached != nil {
			v := spreadOf(pick(t.Reached, at), people).quantile(0.5)
			b.Reached = &v
		}
		out = append(out, b)
	}
	return out
}

func pick(values []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for k, c := range at {
		out[k] = values[c]
	}
	return out
}

// cellsOf lists the cells of every district.
func (p *Place) cellsOf() [][]int {
	out := make([][]int, len(p.Districts))
	for c, d := range p.District {
		if d >= 0 {
			out[d] = append(out[d], c)
		}
	}
	return out
}
