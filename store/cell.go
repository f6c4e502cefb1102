package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// cells reads rows column by column, as they stand. To SQLite the type of a
// column is no more than a wish, and who alters a database may alter its tables
// too: a cell that its column cannot hold is a fault with a name, where Scan
// would either give up the whole reading or convert the cell and say nothing.
type cells struct {
	table   string
	columns []string
	values  []any
	into    []any
	faults  []string
}

// newCells names the columns in the order that they are selected.
func newCells(table string, columns ...string) *cells {
	c := &cells{table: table, columns: columns, values: make([]any, len(columns))}
	for i := range c.values {
		c.into = append(c.into, &c.values[i])
	}
	return c
}

func (c *cells) scan(rows *sql.Rows) error {
	c.faults = c.faults[:0]
	return rows.Scan(c.into...)
}

// fault names the cells of the row that were read and are not what they should
// be, "table.column: found ≠ expected"; it is empty where there are none.
func (c *cells) fault() string { return strings.Join(c.faults, "; ") }

func (c *cells) wrong(i int, want string) {
	c.faults = append(c.faults, fmt.Sprintf("%s.%s: %s ≠ %s", c.table, c.columns[i], cellText(c.values[i]), want))
}

// text reads TEXT; of a blob, which compares otherwise, it takes the bytes.
func (c *cells) text(i int) string {
	if v, ok := c.values[i].(string); ok {
		if !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
			c.wrong(i, "TEXT UTF-8")
		}
		return v
	}
	c.wrong(i, "TEXT")
	b, _ := c.values[i].([]byte)
	return string(b)
}

// integer reads INTEGER and BIGINT, -1 where there is none.
func (c *cells) integer(i int) int64 {
	if v, ok := c.values[i].(int64); ok {
		return v
	}
	c.wrong(i, "INTEGER")
	return -1
}

// number reads DOUBLE PRECISION; a figure is finite.
func (c *cells) number(i int) float64 {
	v, ok := c.values[i].(float64)
	if !ok || math.IsInf(v, 0) || math.IsNaN(v) {
		c.wrong(i, "DOUBLE PRECISION")
	}
	return v
}

// truth reads BOOLEAN, which SQLite keeps as 0 or 1.
func (c *cells) truth(i int) bool {
	switch v := c.values[i].(type) {
	case bool:
		return v
	case int64:
		if v == 0 || v == 1 {
			return v == 1
		}
	}
	c.wrong(i, "BOOLEAN")
	return false
}

// bytes reads BYTEA.
func (c *cells) bytes(i int) []byte {
	v, ok := c.values[i].([]byte)
	if !ok {
		c.wrong(i, "BYTEA")
	}
	return v
}

// maxShown bounds what is shown of a cell.
const maxShown = 40

// cellText writes a cell with its type, as SQL does.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		if r := []rune(v); len(r) > maxShown {
			return fmt.Sprintf("TEXT %q…", string(r[:maxShown]))
		}
		return fmt.Sprintf("TEXT %q", v)
	case []byte:
		if len(v) > maxShown/2 {
			return fmt.Sprintf("BLOB x'%x'…", v[:maxShown/2])
		}
		return fmt.Sprintf("BLOB x'%x'", v)
	case int64:
		return fmt.Sprint("INTEGER ", v)
	case float64:
		return fmt.Sprint("REAL ", v)
	case bool:
		return fmt.Sprint("BOOLEAN ", v)
	}
	return fmt.Sprintf("%T", v)
}

// damaged marks the error of a row that Scan could not convert, so that a door
// can say how to find it. database/sql has no error of its own for that.
func damaged(err error) error {
	if err != nil && strings.HasPrefix(err.Error(), "sql: Scan error") {
		return errors.Join(ErrDamaged, err)
	}
	return err
}
