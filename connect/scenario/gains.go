package scenario

import (
	"cmp"
	"slices"

	"conurb/area"
)

// Gains is what a change of the network means to people: how many reach more, how many
// less, and how much that is for the people between.
type Gains struct {
	People             float64   `json:"people"`
	Gain               float64   `json:"gain"` // people who reach more
	Lose               float64   `json:"lose"` // less
	Before             float64   `json:"before"`
	After              float64   `json:"after"`     // means over people of what is reached
	Quantiles          []float64 `json:"quantiles"` // of the change, at Shares of the people, fewest first
	Largest, Smallest  float64   `json:"-"`
	MostGain, MostLoss int       `json:"-"` // the places of those
}

// Shares are where Gains takes quantiles.
var Shares = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

// GainsOf compares what each cell reaches before and after, by the people of each cell.
// Where nobody lives nothing is counted.
func GainsOf(people, before, after []float64) Gains {
	g := Gains{Quantiles: make([]float64, len(Shares)), MostGain: -1, MostLoss: -1}
	var order []int
	for i, p := range people {
		if p <= 0 {
			continue
		}
		order = append(order, i)
		change := after[i] - before[i]
		g.People += p
		g.Before += p * before[i]
		g.After += p * after[i]
		if change > 0 {
			g.Gain += p
		}
		if change < 0 {
			g.Lose += p
		}
		if change > g.Largest {
			g.Largest, g.MostGain = change, i
		}
		if change < g.Smallest {
			g.Smallest, g.MostLoss = change, i
		}
	}
	if g.People == 0 {
		return g
	}
	g.Before /= g.People
	g.After /= g.People
	change := func(i int) float64 { return after[i] - before[i] }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(change(a), change(b)) })
	for k, share := range Shares {
		sum := 0.0
		for _, i := range order {
			if sum += people[i]; sum >= share*g.People {
				g.Quantiles[k] = change(i)
				break
			}
		}
	}
	return g
}

// Sections is the network of a region with the sections of works open or closed; the
// network itself is not changed.
func Sections(n *area.Network, works []area.Work) (*area.Network, error) {
	out := *n
	copied := false
	for i := range works {
		for k := range works[i].Edits {
			e := &works[i].Edits[k]
			if e.Kind != area.OpenSection && e.Kind != area.CloseSection {
				continue
			}
			if !copied {
				copied = true
				out.Lines = slices.Clone(n.Lines)
				for l := range out.Lines {
					out.Lines[l].Sections = slices.Clone(out.Lines[l].Sections)
				}
			}
			s := section(&out, e.Section)
			if s == nil {
				return nil, refuse(e, "section", "unknown-section", "value", e.Section)
			}
			if s.Opened = nil; e.Kind == area.OpenSection {
				s.Opened = &area.Dated{Date: 1, Known: 1}
			}
		}
	}
	return &out, nil
}

func section(n *area.Network, id string) *area.Section {
	for l := range n.Lines {
		for s := range n.Lines[l].Sections {
			if n.Lines[l].Sections[s].ID == id {
				return &n.Lines[l].Sections[s]
			}
		}
	}
	return nil
}

// Facilities are places that people want to reach with the edits of works.
func Facilities(list []area.Facility, works []area.Work) ([]area.Facility, error) {
	list = slices.Clone(list)
	for i := range works {
		for k := range works[i].Edits {
			e := &works[i].Edits[k]
			switch e.Kind {
			case area.AddFacility:
				list = append(list, *e.Facility)
			case area.DropFacility:
				n := len(list)
				if list = slices.DeleteFunc(list, func(f area.Facility) bool { return f.ID == e.Facility.ID }); len(list) == n {
					return nil, refuse(e, "facility", "unknown-facility", "value", e.Facility.ID)
				}
			}
		}
	}
	return list, nil
}
