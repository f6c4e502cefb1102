package ground

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"conurb/area"
	"conurb/area/cells"
)

// CellFaults are the bad rows of a table of cells.
type CellFaults []cells.Problem

func (f CellFaults) Error() string { return fmt.Sprintf("%d faults in the cells", len(f)) }

// NoColumns stands for no column of a table: only where the places are.
const NoColumns = "-"

// ReadCells reads a table of cells in a datum (cells.Datums): the columns that are
// named, all where none is. blanks counts the fields left blank in each, which are
// read as 0.
func ReadCells(path, datum string, columns ...string) (c *area.Cells, blanks map[string]int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	o := cells.Options{Datum: datum, Columns: columns, Blanks: map[string]int{}}
	if len(columns) > 0 && columns[0] == NoColumns {
		o.Columns = []string{}
	}
	c, problems := cells.Read(path, f, o)
	if len(problems) > 0 {
		return nil, nil, CellFaults(problems)
	}
	c.Basis.Source = filepath.Base(path)
	return c, o.Blanks, nil
}

// SaveCells writes a table of cells.
func SaveCells(path string, c *area.Cells) error {
	var b bytes.Buffer // a table that cannot be written is known before the file is touched
	if err := cells.Write(&b, c); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return Save(path, func(w io.Writer) error { _, err := b.WriteTo(w); return err })
}
