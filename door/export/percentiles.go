package export

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"conurb/connect/reach"
)

// Percentiles takes the rows of a matrix by public transport in turn, times[p][t] for
// percentile p to destination t, and is closed at the end. Written are origin,
// destination and for each percentile the seconds within which so many of a hundred
// departures arrive; nothing where they do not within the longest journey. Pairs without
// any have no row.
type Percentiles interface {
	Row(origin string, times [][]reach.Decis) error
	Close() error
}

type percentilesCSV struct {
	out      *bufio.Writer
	to       []string
	modelled string
	line     []byte
}

// PercentilesCSV writes the header of a table.
func PercentilesCSV(w io.Writer, destinations []string, percent []float64, modelled bool) (Percentiles, error) {
	p := &percentilesCSV{out: bufio.NewWriterSize(w, 1<<20), modelled: strconv.FormatBool(modelled)}
	for _, id := range destinations {
		p.to = append(p.to, quote(id))
	}
	header := []string{"origin", "destination"}
	for _, q := range percent {
		header = append(header, percentileName(q))
	}
	c := csv.NewWriter(p.out)
	if err := c.Write(append(header, "modelled")); err != nil {
		return nil, err
	}
	c.Flush()
	return p, c.Error()
}

func percentileName(q float64) string { return "p" + strconv.FormatFloat(q, 'f', -1, 64) }

func (p *percentilesCSV) Row(origin string, times [][]reach.Decis) error {
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

func (p *percentilesCSV) Close() error { return p.out.Flush() }

// PercentilesParquet writes the columns origin, destination and one for each percentile,
// null where there is no time, zstd-compressed.
func PercentilesParquet(w io.Writer, destinations []string, percent []float64, about About) Percentiles {
	group := parquet.Group{"origin": parquet.Encoded(parquet.String(), &parquet.RLEDictionary), "destination": parquet.Encoded(parquet.String(), &parquet.RLEDictionary)}
	for _, q := range percent {
		group[percentileName(q)] = parquet.Optional(parquet.Leaf(parquet.FloatType))
	}
	schema := parquet.NewSchema("percentiles", group)
	p := &percentilesParquet{to: destinations, row: make(parquet.Row, len(group))}
	column := func(name string) int {
		leaf, _ := schema.Lookup(name)
		return leaf.ColumnIndex
	}
	p.origin, p.destination = column("origin"), column("destination")
	for _, q := range percent {
		p.times = append(p.times, column(percentileName(q)))
	}
	options := []parquet.WriterOption{schema, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup)}
	for k, v := range about {
		options = append(options, parquet.KeyValueMetadata(k, v))
	}
	p.out = parquet.NewGenericWriter[any](w, options...)
	return p
}

type percentilesParquet struct {
	out                 *parquet.GenericWriter[any]
	to                  []string
	origin, destination int   // columns
	times               []int // columns, by percentile
	row                 parquet.Row
}

func (p *percentilesParquet) Row(origin string, times [][]reach.Decis) error {
	from := parquet.ValueOf(origin).Level(0, 0, p.origin)
	for t := range p.to {
		p.row[p.origin], p.row[p.destination] = from, parquet.ValueOf(p.to[t]).Level(0, 0, p.destination)
		reached := false
		for i, c := range p.times {
			p.row[c] = parquet.NullValue().Level(0, 0, c)
			if at := times[i][t]; at != reach.Never {
				p.row[c], reached = parquet.ValueOf(float32(at.Seconds())).Level(0, 1, c), true
			}
		}
		if !reached {
			continue
		}
		if _, err := p.out.WriteRows([]parquet.Row{p.row}); err != nil {
			return fmt.Errorf("times of %s: %w", origin, err)
		}
	}
	return nil
}

func (p *percentilesParquet) Close() error { return p.out.Close() }
