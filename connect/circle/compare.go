package circle

import (
	"cmp"
	"math"
	"slices"

	"conurb/kit/geo"
)

// Change is who gains and who loses from one set of times to another, on one place.
type Change struct {
	Total     Gain       `json:"total"`
	Districts []GainOf   `json:"districts"`
	Bands     []GainBand `json:"bands"`
	Largest   []CellGain `json:"largest"` // the cells that gain most minutes, at most LargestListed
}

// LargestListed is how many cells Change.Largest holds at most.
const LargestListed = 20

// Gain sums up a change over people. Minutes are to the nearest centre; a gain or loss
// is one of half a minute and more, or of having a way in time at all.
type Gain struct {
	People float64 `json:"people"`
	Gain   float64 `json:"gain"` // people who get there sooner
	Lose   float64 `json:"lose"` // people who get there later
	Mean   float64 `json:"mean"` // minutes saved, over people who get there before and after

	Life    float64 `json:"life"` // people more within the half-hour circle
	Own     float64 `json:"own"`  // and within the one-hour circles
	Nearest float64 `json:"nearest"`
	All     float64 `json:"all"`

	Reached *float64 `json:"reached,omitempty"` // people more within reach, mean over people; nil where they were not counted
}

// GainOf is the gain of a district.
type GainOf struct {
	District
	Gain
}

// GainBand is the gain of the cells whose nearest centre is from From to less than
// Until kilometres away, as the crow flies; the last band has no Until.
type GainBand struct {
	From  float64 `json:"from"`
	Until float64 `json:"until,omitempty"`
	Gain
}

// CellGain is a cell that gains.
type CellGain struct {
	Cell   int      `json:"cell"`
	ID     string   `json:"id"`
	People float64  `json:"people"`
	Before *float64 `json:"before"` // minutes; null: never
	After  *float64 `json:"after"`
}

// noticed is the change of a time that counts as a gain or a loss.
const noticed = Decis(300)

// bandEdges are the kilometres at which bands begin.
var bandEdges = []float64{0, 5, 10, 20, 30, 50}

// Compare finds who gains and who loses from before to after.
func Compare(r *Rule, p *Place, before, after *Times) *Change {
	c := &comparing{rule: r, place: p}
	c.a, c.b = sidesOf(p, before), sidesOf(p, after)
	all := make([]int, len(p.People))
	for i := range all {
		all[i] = i
	}
	out := &Change{Total: c.gain(all)}
	for d, cells := range p.cellsOf() {
		if p.Districts[d].Inside && len(cells) > 0 {
			out.Districts = append(out.Districts, GainOf{p.Districts[d], c.gain(cells)})
		}
	}
	out.Bands = c.bands()
	out.Largest = c.largest()
	return out
}

// sides are the times of one side of a comparison.
type sides struct {
	nearest, farthest, own, life []Decis
	reached                      []float64
}

func sidesOf(p *Place, t *Times) sides {
	return sides{t.Nearest(), t.Farthest(), t.Own(p), t.Life(), t.Reached}
}

type comparing struct {
	rule  *Rule
	place *Place
	a, b  sides
}

// gain sums up some cells.
func (c *comparing) gain(cells []int) Gain {
	var g Gain
	both, saved, reached := 0.0, 0.0, 0.0
	half, hour := Minutes(c.rule.HalfHour.Minutes), Minutes(c.rule.OneHour.Minutes)
	for _, i := range cells {
		n := c.place.People[i]
		g.People += n
		a, b := c.a.nearest[i], c.b.nearest[i]
		switch d := saving(a, b); {
		case d >= noticed:
			g.Gain += n
		case d <= -noticed:
			g.Lose += n
		}
		if a != Never && b != Never {
			both += n
			saved += n * (a.Minutes() - b.Minutes())
		}
		for _, s := range []struct {
			a, b  []Decis
			limit Decis
			to    *float64
		}{{c.a.life, c.b.life, half, &g.Life}, {c.a.own, c.b.own, hour, &g.Own}, {c.a.nearest, c.b.nearest, hour, &g.Nearest}, {c.a.farthest, c.b.farthest, hour, &g.All}} {
			if s.b[i] <= s.limit {
				*s.to += n
			}
			if s.a[i] <= s.limit {
				*s.to -= n
			}
		}
		if c.a.reached != nil && c.b.reached != nil {
			reached += n * (c.b.reached[i] - c.a.reached[i])
		}
	}
	if both > 0 {
		g.Mean = saved / both
	}
	if c.a.reached != nil && c.b.reached != nil {
		if g.People > 0 {
			reached /= g.People
		}
		g.Reached = &reached
	}
	return g
}

// saving is what is saved from a to b; having a way at all is worth more than any time.
func saving(a, b Decis) Decis {
	switch {
	case a == b:
		return 0
	case a == Never:
		return Never
	case b == Never:
		return -Never
	}
	return a - b
}

func (c *comparing) bands() []GainBand {
	cells := make([][]int, len(bandEdges))
	for i, p := range c.place.Point {
		far := math.Inf(1)
		for _, centre := range c.place.Centres {
			far = min(far, geo.Distance(p, centre.Point)/1000)
		}
		at := len(bandEdges) - 1
		for at > 0 && far < bandEdges[at] {
			at--
		}
		cells[at] = append(cells[at], i)
	}
	var out []GainBand
	for i, list := range cells {
		b := GainBand{From: bandEdges[i], Gain: c.gain(list)}
		if i+1 < len(bandEdges) {
			b.Until = bandEdges[i+1]
		}
		out = append(out, b)
	}
	return out
}

// largest lists the cells with people that save most, the first of equals first.
func (c *comparing) largest() []CellGain {
	var at []int
	for i, n := range c.place.People {
		if n > 0 && saving(c.a.nearest[i], c.b.nearest[i]) >= noticed {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(i, j int) int {
		return cmp.Compare(saving(c.a.nearest[j], c.b.nearest[j]), saving(c.a.nearest[i], c.b.nearest[i]))
	})
	var out []CellGain
	for _, i := range at[:min(len(at), LargestListed)] {
		out = append(out, CellGain{Cell: i, ID: c.place.Cells[i], People: c.place.People[i], Before: minutesOf(c.a.nearest[i]), After: minutesOf(c.b.nearest[i])})
	}
	return out
}
