package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// bulkValues is how many values one INSERT carries: enough that the cost of a
// statement is spread thin, within the 32,766 of SQLite and 65,535 of PostgreSQL.
const bulkValues = 2000

// bulk gathers rows of a table into INSERTs of many rows each. It is the one
// place where the text depends on the database: SQLite looks up the name of
// every $n in a list of all names, so that 2,000 of them cost two million steps;
// PostgreSQL knows no other form.
type bulk struct {
	ctx     context.Context
	tx      *sql.Tx
	named   bool // $n instead of ?
	table   string
	columns []string
	rows    int // of a full INSERT
	full    *sql.Stmt
	args    []any
}

func (w *writing) bulk(table string, columns ...string) *bulk {
	return &bulk{ctx: w.ctx, tx: w.tx, named: w.postgres, table: table, columns: columns, rows: bulkValues / len(columns)}
}

// add buffers a row, and writes the buffer when it is full.
func (b *bulk) add(values ...any) error {
	if b.args == nil {
		b.args = make([]any, 0, 16*len(b.columns))
	}
	b.args = append(b.args, values...)
	if len(b.args) < b.rows*len(b.columns) {
		return nil
	}
	return b.flush()
}

// flush writes what is buffered.
func (b *bulk) flush() (err error) {
	if len(b.args) == 0 {
		return nil
	}
	defer func() { b.args = nil }() // not cut to nothing: apart may have to put it back
	n := len(b.args) / len(b.columns)
	if n < b.rows {
		_, err = b.tx.ExecContext(b.ctx, b.text(n), b.args...)
	} else {
		if b.full == nil {
			// Closed with the transaction.
			if b.full, err = b.tx.PrepareContext(b.ctx, b.text(n)); err != nil {
				return fmt.Errorf("insert into %s: %w", b.table, err)
			}
		}
		_, err = b.full.ExecContext(b.ctx, b.args...)
	}
	if err != nil {
		return fmt.Errorf("insert into %s: %w", b.table, err)
	}
	return nil
}

func (b *bulk) text(rows int) string {
	var t strings.Builder
	t.WriteString("INSERT INTO " + b.table + " (" + strings.Join(b.columns, ", ") + ") VALUES ")
	for i := range rows * len(b.columns) {
		switch {
		case i%len(b.columns) > 0:
			t.WriteString(", ")
		case i > 0:
			t.WriteString("), (")
		default:
			t.WriteString("(")
		}
		if b.named {
			t.WriteString("$" + strconv.Itoa(i+1))
		} else {
			t.WriteString("?")
		}
	}
	t.WriteString(")")
	return t.String()
}

// list returns "$from, ..., $(from+n-1)" for IN (...).
func list(from, n int) string {
	var t strings.Builder
	for i := range n {
		if i > 0 {
			t.WriteString(", ")
		}
		t.WriteString("$" + strconv.Itoa(from+i))
	}
	return t.String()
}
