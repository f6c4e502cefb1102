package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"

	"conurb/connect/reach"
)

// Percentiles writes a matrix by public transport: origin, destination and for each
// percentile the seconds within which so many of a hundred departures arrive; empty
// where they do not within the longest journey. Pairs without any have no row.
type Percentiles struct {
	out      *bufio.Writer
	to       []string
	modelled string
	line     []byte
}

// NewPercentiles writes the header.
func NewPercentiles(w io.Writer, destinations []string, percent []float64, modelled bool) (*Percentiles, error) {
	p := &Percentiles{out: bufio.NewWriterSize(w, 1<<20), modelled: strconv.FormatBool(modelled)}
	for _, id := range destinations {
		p.to = append(p.to, quote(id))
	}
	header := []string{"origin", "destination"}
	for _, q := range percent {
		header = append(header, "p"+strconv.FormatFloat(q, 'f', -1, 64))
	}
	c := csv.NewWriter(p.out)
	if err := c.Write(append(header, "modelled")); err != nil {
		return nil, err
	}
	c.Flush()
	return p, c.Error()
}

// Row writes the times of one origin: times[p][t] for percentile p to destination t.
func (p *Percentiles) Row(origin string, times [][]reach.Decis) error {
	from := quote(origin)
	for t := range p.to {
		reached := false
		p.line = append(append(append(append(p.line[:0], from...), ','), p.to[t]...), ',')
		for _, row := range times {
			if row[t] != reach.Never {
				p.line, reached = tenths(p.line, row[t]), true
			}
			p.line = append(p.line, ',')
		}
		if !reached {
			continue
		}
		p.line = append(append(p.line, p.modelled...), '\n')
		if _, err := p.out.Write(p.line); err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is left.
func (p *Percentiles) Close() error { return p.out.Flush() }
