package area

import (
	"math"

	"conurb/kit/geo"
)

// Cells are the places that people start from and go to: the squares of a grid,
// or points with an id of their own, each with figures in named columns
// (population, jobs, beds). They are parallel slices of one length and are never
// changed once read.
type Cells struct {
	ID      []string
	Point   [][2]float64 // WGS-84 lon, lat of the centre
	Side    float64      // metres of a square cell; 0 where the cells are points
	Columns []Column
	Basis   Basis
}

// Column is one figure of every cell.
type Column struct {
	Name   string // population, or what the file calls it
	Values []float64
}

// Basis says what figures or lines rest on. Whatever is Modelled says so wherever
// it is shown or exported.
type Basis struct {
	Modelled bool   `json:"modelled"`
	Text     Text   `json:"text"`             // the rule, or the origin, in a sentence
	Source   string `json:"source,omitempty"` // the file or document it was made from
	Digest   string `json:"digest,omitempty"` // sha256:... of that file
}

// Population is the column that stands for people.
const Population = "population"

// Len is the number of cells.
func (c *Cells) Len() int { return len(c.Point) }

// Column returns the column of a name; nil if there is none.
func (c *Cells) Column(name string) *Column {
	for i := range c.Columns {
		if c.Columns[i].Name == name {
			return &c.Columns[i]
		}
	}
	return nil
}

// Sum is the total of a column.
func (c *Column) Sum() float64 {
	// Neumaier's summation: a million cells of a few people each, to the last digit.
	sum, low := 0.0, 0.0
	for _, v := range c.Values {
		t := sum + v
		if math.Abs(sum) >= math.Abs(v) {
			low += sum - t + v
		} else {
			low += v - t + sum
		}
		sum = t
	}
	return sum + low
}

// Bounds are the west, south, east and north of the centres; zero for no cells.
func (c *Cells) Bounds() geo.Bounds { return geo.BoundsOf(c.Point) }

// Names are the names of the columns.
func (c *Cells) Names() []string {
	var names []string
	for _, col := range c.Columns {
		names = append(names, col.Name)
	}
	return names
}
