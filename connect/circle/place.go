package circle

import (
	"conurb/area"
	"conurb/kit/geo"
)

// Place is what stays the same whatever is built: cells, their people and districts,
// the centres.
type Place struct {
	Cells     []string // id of each cell
	Point     []geo.Point
	People    []float64 // residents of each cell who count: those of the rule's scope
	District  []int32   // index in Districts; -1 in none
	Districts []District
	Centres   []Centre
	Side      float64    // metres of a square cell; 0 where cells are points
	Basis     area.Basis // of the people
}

// District is one that people are counted by.
type District struct {
	Code   string    `json:"code"`
	Name   area.Text `json:"name"`
	City   string    `json:"city"`
	Centre int       `json:"-"` // of its own city, index in Place.Centres
	Inside bool      `json:"inside"`
}

// Centre is the centre of a city.
type Centre struct {
	ID    string     `json:"id"`
	Name  area.Text  `json:"name"`
	Point [2]float64 `json:"point"`
}

// Times are the door-to-door times of every cell on one date, by one mode.
type Times struct {
	Centre  [][]Decis // by centre and cell
	Service [][]Decis // by service of the rule and cell: to the nearest place of it
	Between [][]Decis // from centre to centre
	Reached []float64 // by cell: people within Rule.OneHour.Minutes, of all cells; nil where they were not counted
}

// Nearest is by cell the time to the nearest centre.
func (t *Times) Nearest() []Decis { return fold(t.Centre, func(a, b Decis) Decis { return min(a, b) }) }

// Farthest is by cell the time to the centre that takes longest.
func (t *Times) Farthest() []Decis {
	return fold(t.Centre, func(a, b Decis) Decis { return max(a, b) })
}

// Own is by cell the time to the centre of its own city; Never where it has none.
func (t *Times) Own(p *Place) []Decis {
	out := make([]Decis, len(p.People))
	for c := range out {
		out[c] = Never
		if d := p.District[c]; d >= 0 && p.Districts[d].Centre >= 0 {
			out[c] = t.Centre[p.Districts[d].Centre][c]
		}
	}
	return out
}

// Life is by cell the time within which it has the nearest centre and every service.
func (t *Times) Life() []Decis {
	return fold(append([][]Decis{t.Nearest()}, t.Service...), func(a, b Decis) Decis { return max(a, b) })
}

func fold(rows [][]Decis, of func(a, b Decis) Decis) []Decis {
	if len(rows) == 0 {
		return nil
	}
	out := append([]Decis(nil), rows[0]...)
	for _, row := range rows[1:] {
		for c, v := range row {
			out[c] = of(out[c], v)
		}
	}
	return out
}
