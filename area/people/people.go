package people

import (
	"math"

	"conurb/area"
	"conurb/area/cells"
)

// Urban is the column of urban residents beside area.Population.
const Urban = "urban"

// Report says what was laid out where.
type Report struct {
	Districts []District
	Anchors   int      // listed ones and centres of cities
	Stations  int      // of the network, that count as anchors too
	Outside   []string // ids of listed anchors inside no outline; they count all the same
}

// District is one outline's share of a report.
type District struct {
	Code       string
	Zones      []string // counted here because they have no outline
	Population int
	Urban      int
	First      int // its cells are First to First+Cells-1
	Cells      int
	PeakPerKm2 float64 // most residents of a square kilometre
	DrawnKm2   float64 // area of its cells, to hold against the stated one
	StatedKm2  float64 // 0 where unknown
}

// Distribute lays the residents of an area over square cells. The cells come district
// by district in the order of the area, those of one from south to north, then from
// west to east; columns are area.Population and Urban, in whole people. An error is an
// *Error.
func Distribute(a *area.Area, n *area.Network, anchors []area.Anchor, rule Rule) (*area.Cells, Report, error) {
	if err := rule.check(); err != nil {
		return nil, Report{}, err
	}
	list, rep, err := holders(a)
	if err != nil {
		return nil, Report{}, err
	}
	grid, err := cells.Grid(bounds(a), rule.Side)
	if err != nil {
		return nil, Report{}, fault("no-grid", "cause", err.Error())
	}
	p := &plane{grid}
	out := &area.Cells{Side: rule.Side, Basis: rule.basis()}
	people, urban := area.Column{Name: area.Population}, area.Column{Name: Urban}
	pulls := rule.pulls(p, a, n, anchors, &rep)
	taken := map[int]bool{}
	for i := range list {
		h := &list[i]
		squares := p.inside(h.outline, taken)
		if len(squares) == 0 {
			return nil, Report{}, fault("no-cell", "code", h.Code, "side", num(rule.Side))
		}
		town, all := rule.share(squares, pulls, h.Urban, h.Population-h.Urban)
		h.First, h.Cells = out.Len(), len(squares)
		km2 := rule.Side * rule.Side / 1e6
		h.DrawnKm2 = km2 * float64(len(squares))
		for k, s := range squares {
			out.ID = append(out.ID, grid.ID(s.number))
			out.Point = append(out.Point, grid.Centre(s.number))
			people.Values, urban.Values = append(people.Values, float64(all[k])), append(urban.Values, float64(town[k]))
			h.PeakPerKm2 = max(h.PeakPerKm2, float64(all[k])/km2)
		}
		rep.Districts = append(rep.Districts, h.District)
	}
	out.Columns = []area.Column{people, urban}
	return out, rep, nil
}

// holder is a district with an outline, and what it and its zones count.
type holder struct {
	District
	outline *area.Outline
}

// holders gives every district to the outline it is laid out in.
func holders(a *area.Area) ([]holder, Report, error) {
	at := map[string]int{}
	var list []holder
	outlines, parents := map[string]*area.Outline{}, map[string]string{}
	for i := range a.Outlines {
		outlines[a.Outlines[i].District] = &a.Outlines[i]
	}
	for i := range a.Districts {
		d := &a.Districts[i]
		parents[d.Code] = d.Parent
		if o := outlines[d.Code]; o != nil {
			at[d.Code] = len(list)
			list = append(list, holder{District{Code: d.Code, StatedKm2: d.LandKm2}, o})
		}
	}
	if len(list) == 0 {
		return nil, Report{}, fault("no-outlines")
	}
	for i := range a.Districts {
		d := &a.Districts[i]
		code := d.Code
		for hops := 0; outlines[code] == nil && parents[code] != "" && hops < len(parents); hops++ {
			code = parents[code]
		}
		k, ok := at[code]
		if !ok {
			if d.Population == 0 {
				continue
			}
			return nil, Report{}, fault("no-outline", "code", d.Code)
		}
		list[k].Population += d.Population
		list[k].Urban += d.Urban
		if code != d.Code {
			list[k].Zones = append(list[k].Zones, d.Code)
		}
	}
	return list, Report{}, nil
}

// bounds are the west, south, east and north of the outlines.
func bounds(a *area.Area) [4]float64 {
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := range a.Outlines {
		for _, rings := range a.Outlines[i].Rings {
			for _, ring := range rings {
				for _, p := range ring {
					b = [4]float64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
				}
			}
		}
	}
	return b
}
