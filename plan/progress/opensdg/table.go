package opensdg

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Table is a data file: a header and rows of text, a blank cell as "".
type Table struct {
	Columns []string
	Rows    [][]string // each as long as Columns
}

// The columns with a meaning of their own; all others are disaggregations.
const (
	yearColumn     = "Year"
	valueColumn    = "Value"
	seriesColumn   = "Series"
	unitColumn     = "Units"
	progressColumn = "Progress" // overrides Value where it exists
)

// asides are columns that describe a row and do not tell rows apart.
var asides = []string{"GeoCode", "Observation status", "Unit multiplier", "Unit measure"}

// blanks are the texts that the build reads as an empty cell (pandas.read_csv).
var blanks = []string{
	"#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
	"N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
}

// ParseTable reads a CSV file, with or without a byte order mark. Short rows
// are filled up with blanks; a row that is too long is an error.
func ParseTable(b []byte) (*Table, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	t := &Table{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read table: %w", err)
		}
		if t.Columns == nil {
			for i, c := range row {
				row[i] = strings.TrimSpace(c)
			}
			t.Columns = row
			continue
		}
		if len(row) > len(t.Columns) {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("read table: line %d has %d cells, the header %d", line, len(row), len(t.Columns))
		}
		cells := make([]string, len(t.Columns))
		for i, c := range row {
			if !slices.Contains(blanks, c) {
				cells[i] = c
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, c := range []string{yearColumn, valueColumn} {
		if t.column(c) < 0 {
			return nil, fmt.Errorf("read table: column %s is missing", c)
		}
	}
	return t, nil
}

func (t *Table) column(name string) int { return slices.Index(t.Columns, name) }

// year reads the first four characters: 2015-16, 2014/2015 and "2015 Q4" all
// stand for the year they begin with.
func year(cell string) (int, error) {
	if len(cell) > 4 {
		cell = cell[:4]
	}
	return strconv.Atoi(cell)
}
