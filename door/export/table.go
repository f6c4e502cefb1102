package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"conurb/kit/geo"
)

// Table is figures of places, in columns of one length.
type Table struct {
	Point   []geo.Point // WGS-84 longitude and latitude
	Side    float64     // metres of a square cell; 0 where they are points
	Columns []Column
}

// Column is a figure of every place, or a word.
type Column struct {
	Name    string
	Words   []string  // nil: Numbers
	Numbers []float64 // NaN is written as nothing
}

// Note is what a file says of itself: a name and a sentence.
type Note = [2]string

// written are the columns with longitude and latitude before the figures.
func (t *Table) written() []Column {
	lon, lat := Column{Name: "lon"}, Column{Name: "lat"}
	for _, p := range t.Point {
		lon.Numbers, lat.Numbers = append(lon.Numbers, places(p[0], 6)), append(lat.Numbers, places(p[1], 6))
	}
	out := slices.Clone(t.Columns)
	at := 0
	if len(out) > 0 && out[0].Words != nil {
		at = 1 // after the id
	}
	return slices.Insert(out, at, lon, lat)
}

func places(v float64, n int) float64 {
	p := math.Pow10(n)
	return math.Round(v*p)/p + 0
}

func (c *Column) text(i int) string {
	switch {
	case c.Words != nil:
		return c.Words[i]
	case math.IsNaN(c.Numbers[i]):
		return ""
	}
	return strconv.FormatFloat(c.Numbers[i], 'f', -1, 64)
}

func (c *Column) cell(i int) any {
	switch {
	case c.Words != nil:
		return c.Words[i]
	case math.IsNaN(c.Numbers[i]):
		return nil
	}
	return c.Numbers[i]
}

// TableCSV writes a row for each place. CSV has no room for notes: what must not be
// lost stands in columns.
func TableCSV(w io.Writer, t *Table) error {
	columns := t.written()
	out := csv.NewWriter(w)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for i := range t.Point {
		for k := range columns {
			record[k] = columns[k].text(i)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// TableGeoJSON writes a feature for each place, a square where it has a side, and the
// notes as a member beside the features (RFC 7946 §6.1).
func TableGeoJSON(w io.Writer, t *Table, notes []Note) error {
	c := struct {
		Collection
		About map[string][]string `json:"about"`
	}{Collection{Type: "FeatureCollection", Features: []Feature{}}, map[string][]string{}}
	for _, n := range notes {
		c.About[n[0]] = append(c.About[n[0]], n[1])
	}
	for i, p := range t.Point {
		f := Feature{"Feature", Geometry{"Point", geo.Point{places(p[0], 6), places(p[1], 6)}}, map[string]any{}}
		if t.Side > 0 {
			f.Geometry = Geometry{"Polygon", [][]geo.Point{square(p, t.Side)}}
		}
		for k := range t.Columns {
			f.Properties[t.Columns[k].Name] = t.Columns[k].cell(i)
		}
		c.Features = append(c.Features, f)
	}
	return json.NewEncoder(w).Encode(c)
}

// square is the ring of a cell, counter-clockwise. Degrees of its middle serve for its
// corners: a cell of a kilometre is a centimetre off.
func square(p geo.Point, side float64) []geo.Point {
	const metres = 111_320.0
	dy := side / 2 / metres
	dx := dy / math.Cos(p[1]*math.Pi/180)
	ring := []geo.Point{{p[0] - dx, p[1] - dy}, {p[0] + dx, p[1] - dy}, {p[0] + dx, p[1] + dy}, {p[0] - dx, p[1] + dy}, {p[0] - dx, p[1] - dy}}
	for i := range ring {
		ring[i] = geo.Point{places(ring[i][0], 6), places(ring[i][1], 6)}
	}
	return ring
}

// TableParquet writes the columns, words by dictionary and numbers as doubles that may
// be missing; notes are in the metadata.
func TableParquet(w io.Writer, t *Table, notes []Note) error {
	columns := t.written()
	slices.SortFunc(columns, func(a, b Column) int { // the order of a group's leaves
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	group := parquet.Group{}
	for _, c := range columns {
		if c.Words != nil {
			group[c.Name] = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		} else {
			group[c.Name] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
		}
	}
	options := []parquet.WriterOption{parquet.NewSchema("cells", group), parquet.Compression(&parquet.Zstd)}
	for i, n := range notes {
		options = append(options, parquet.KeyValueMetadata(fmt.Sprintf("%02d %s", i+1, n[0]), n[1]))
	}
	out := parquet.NewWriter(w, options...)
	row := make(parquet.Row, len(columns))
	for i := range t.Point {
		for k := range columns {
			switch v := columns[k].cell(i).(type) {
			case string:
				row[k] = parquet.ByteArrayValue([]byte(v)).Level(0, 0, k)
			case float64:
				row[k] = parquet.DoubleValue(v).Level(0, 1, k)
			default:
				row[k] = parquet.NullValue().Level(0, 0, k)
			}
		}
		if _, err := out.WriteRows([]parquet.Row{row}); err != nil {
			return fmt.Errorf("cells: %w", err)
		}
	}
	return out.Close()
}

// TableXLSX writes a workbook: the figures, and the notes on a sheet of their own, by
// the names given.
func TableXLSX(w io.Writer, t *Table, notes []Note, figures, about string) error {
	columns := t.written()
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName(book.GetSheetName(0), figures); err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter(figures)
	if err != nil {
		return err
	}
	row := make([]any, len(columns))
	for k := range columns {
		row[k] = columns[k].Name
	}
	write := func(s *excelize.StreamWriter, i int, row []any) error {
		at, err := excelize.CoordinatesToCellName(1, i)
		if err != nil {
			return err
		}
		return s.SetRow(at, row)
	}
	if err := write(sheet, 1, row); err != nil {
		return err
	}
	for i := range t.Point {
		for k := range columns {
			row[k] = columns[k].cell(i)
		}
		if err := write(sheet, i+2, row); err != nil {
			return err
		}
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	if _, err := book.NewSheet(about); err != nil {
		return err
	}
	if sheet, err = book.NewStreamWriter(about); err != nil {
		return err
	}
	for i, n := range notes {
		if err := write(sheet, i+1, []any{n[0], n[1]}); err != nil {
			return err
		}
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}
