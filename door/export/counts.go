package export

import (
	"encoding/csv"
	"io"
	"strconv"

	"conurb/connect/reach"
)

// Counts writes what every origin reaches: its id, the limit in minutes, how many
// places lie within it, the sum of each column, and whether that is modelled.
type Counts struct {
	out      *csv.Writer
	limits   []reach.Decis
	modelled string
	record   []string
}

// NewCounts writes the header.
func NewCounts(w io.Writer, limits []reach.Decis, columns []string, modelled bool) (*Counts, error) {
	c := &Counts{out: csv.NewWriter(w), limits: limits, modelled: strconv.FormatBool(modelled)}
	header := append([]string{"id", "minutes", "places"}, columns...)
	return c, c.out.Write(append(header, "modelled"))
}

// Row writes the sums of one origin, a line for each limit.
func (c *Counts) Row(id string, s reach.Sums) error {
	for i, l := range c.limits {
		c.record = append(c.record[:0], id, number(l.Seconds()/60), strconv.Itoa(s.Places[i]))
		for _, v := range s.At[i] {
			c.record = append(c.record, number(v))
		}
		if err := c.out.Write(append(c.record, c.modelled)); err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is left.
func (c *Counts) Close() error {
	c.out.Flush()
	return c.out.Error()
}

// number writes a figure to a tenth, without zeros at its end.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if n := len(text); text[n-2:] == ".0" {
		return text[:n-2]
	}
	return text
}
