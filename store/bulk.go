package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// bulkValues is how many values one INSERT carries: enough that the cost of a
// statement is spread thin, within the 32,766 of SQLite and 65,535 of PostgreSQL.
const bulkValues = 2000

// mostChunk is how many rows the longest INSERT has that is kept prepared for fewer than bulkValues
// values: 37 rows go as 32, 4 and 1.
const mostChunk = 64

// bulk gathers rows of a table into INSERTs of many rows each. It is the one
// place where the text depends on the database: SQLite looks up the name of
// every $n in a list of all names, so that 2,000 of them cost two million steps;
// PostgreSQL knows no other form.
type bulk struct {
	ctx     context.Context
	tx      *txn
	named   bool // $n instead of ?
	table   string
	columns []string
	keys    int // of the columns: a row goes over the one with the same keys; 0: each is new
	rows    int // of a full INSERT
	full    *sql.Stmt
	after   *bulk // of a table that this one refers to: its rows are written first; may be nil
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
func (b *bulk) flush() error {
	if len(b.args) == 0 {
		return nil
	}
	if b.after != nil {
		if err := b.after.flush(); err != nil {
			return err
		}
	}
	if err := b.tx.mark(); err != nil {
		return err
	}
	args := b.args
	b.args = nil // not cut to nothing: apart may have to put it back
	if b.keys > 0 {
		args = b.last(args)
	}
	wide := len(b.columns)
	if len(args) == b.rows*wide {
		return b.fault(b.whole(args))
	}
	for rows := mostChunk; rows > 0; rows /= 2 {
		for len(args) >= rows*wide {
			if _, err := b.tx.Tx.ExecContext(b.ctx, b.text(rows), args[:rows*wide]...); err != nil {
				return b.fault(err)
			}
			args = args[rows*wide:]
		}
	}
	return nil
}

// whole writes a full buffer, by a statement that is closed with the transaction.
func (b *bulk) whole(args []any) (err error) {
	if b.full == nil {
		if b.full, err = b.tx.Tx.PrepareContext(b.ctx, b.text(b.rows)); err != nil {
			return err
		}
	}
	_, err = b.full.ExecContext(b.ctx, args...)
	return err
}

func (b *bulk) fault(err error) error {
	if err != nil {
		return fmt.Errorf("insert into %s: %w", b.table, err)
	}
	return nil
}

// last leaves of the rows with the same keys the last one.
func (b *bulk) last(args []any) []any {
	type at struct{ a, b, c any }
	newest, wide := map[at]int{}, len(b.columns)
	key := func(i int) (k at) {
		for n, to := range []*any{&k.a, &k.b, &k.c}[:b.keys] {
			*to = args[i+n]
		}
		return k
	}
	for i := 0; i < len(args); i += wide {
		newest[key(i)] = i
	}
	if len(newest)*wide == len(args) {
		return args
	}
	out := make([]any, 0, len(newest)*wide)
	for i := 0; i < len(args); i += wide {
		if newest[key(i)] == i {
			out = append(out, args[i:i+wide]...)
		}
	}
	return out
}

// has tells whether a row with these keys waits, the first of them.
func (b *bulk) has(keys ...any) bool {
	for i := 0; i < len(b.args); i += len(b.columns) {
		if slices.Equal(b.args[i:i+len(keys)], keys) {
			return true
		}
	}
	return false
}

// hasAny tells whether a row waits whose keys begin with some and go on with one of several.
func (b *bulk) hasAny(begin []any, then []string) bool {
	among := make(map[any]bool, len(then))
	for _, k := range then {
		among[k] = true
	}
	for i := 0; i < len(b.args); i += len(b.columns) {
		if slices.Equal(b.args[i:i+len(begin)], begin) && among[b.args[i+len(begin)]] {
			return true
		}
	}
	return false
}

// text is an INSERT of a number of rows.
func (b *bulk) text(rows int) string { return inserting(b.table, b.columns, b.keys, rows, b.named) }

// inserting is an INSERT of rows, with $n or ? for the values. With keys, the first columns, a row
// goes over the one with the same.
func inserting(table string, columns []string, keys, rows int, named bool) string {
	var t strings.Builder
	t.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i := range rows * len(columns) {
		switch {
		case i%len(columns) > 0:
			t.WriteString(", ")
		case i > 0:
			t.WriteString("), (")
		default:
			t.WriteString("(")
		}
		if named {
			t.WriteString("$" + strconv.Itoa(i+1))
		} else {
			t.WriteString("?")
		}
	}
	t.WriteString(")")
	if keys == 0 {
		return t.String()
	}
	t.WriteString(" ON CONFLICT (" + strings.Join(columns[:keys], ", ") + ") DO ")
	for i, c := range columns[keys:] {
		if i == 0 {
			t.WriteString("UPDATE SET ")
		} else {
			t.WriteString(", ")
		}
		t.WriteString(c + " = excluded." + c)
	}
	if keys == len(columns) {
		t.WriteString("NOTHING")
	}
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
