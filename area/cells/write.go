package cells

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/area"
)

// What a table cannot hold.
var (
	ErrName   = errors.New("not a name that a table of cells can hold")
	ErrNumber = errors.New("not a number that a table of cells can hold")
)

// Write writes cells as the table that Read reads: the same ids, points, figures,
// side and whether they are modelled, to the last bit. Of the basis no more is kept.
func Write(w io.Writer, c *area.Cells) error {
	names := []string{"id", "lon", "lat"}
	var tail []byte
	if c.Side != 0 {
		if !(c.Side > 0) || math.IsInf(c.Side, 0) {
			return fmt.Errorf("side %v: %w", c.Side, ErrNumber)
		}
		names, tail = append(names, "side"), number(append(tail, ','), c.Side)
	}
	if c.Basis.Modelled {
		names, tail = append(names, "basis"), append(tail, ","+modelled...)
	}
	taken := map[string]bool{}
	for _, col := range c.Columns {
		if !plain(col.Name) || taken[col.Name] || spoken[meaning(col.Name)] != nil || meaning(col.Name) != col.Name {
			return fmt.Errorf("column %q: %w", col.Name, ErrName)
		}
		if len(col.Values) != c.Len() {
			return fmt.Errorf("column %q: %d values of %d cells", col.Name, len(col.Values), c.Len())
		}
		taken[col.Name] = true
		names = append(names, col.Name)
	}
	b := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i, n := range names {
		if i > 0 {
			line = append(line, ',')
		}
		line = quoted(line, n)
	}
	b.Write(append(line, '\n'))
	ids := make(map[string]bool, c.Len())
	for i, id := range c.ID {
		if !plain(id) || ids[id] {
			return fmt.Errorf("cell %d, id %q: %w", i, id, ErrName)
		}
		ids[id] = true
		line = number(append(quoted(line[:0], id), ','), c.Point[i][0])
		line = append(number(append(line, ','), c.Point[i][1]), tail...)
		for _, col := range c.Columns {
			if math.IsNaN(col.Values[i]) || math.IsInf(col.Values[i], 0) {
				return fmt.Errorf("cell %q, column %q, %v: %w", id, col.Name, col.Values[i], ErrNumber)
			}
			line = number(append(line, ','), col.Values[i])
		}
		if _, err := b.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return b.Flush()
}

func number(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'f', -1, 64) }

func quoted(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\t") {
		return append(b, s...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}

// plain tells whether a text comes back from a table as it was.
func plain(s string) bool {
	return s != "" && len(s) < 1<<12 && s == strings.TrimSpace(s) && utf8.ValidString(s) && !strings.ContainsAny(s, "\n\r\x00\t\ufeff")
}
