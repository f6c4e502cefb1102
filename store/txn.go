package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// txn is the transaction of a write. Rows of the tables of messages and notes wait in buffers, so
// that one INSERT takes many of them; every statement that goes through txn has them written
// first, and so finds them. A statement that has nothing to do with these tables goes past the
// buffers: it is asked of the *sql.Tx within.
type txn struct {
	*sql.Tx
	ctx     context.Context // of the whole write
	waiting []*bulk         // each refers to those before it alone
	keyed   map[string]*bulk
	fault   error // of rows that a query could not have written
	part    *part // that runs now; nil outside of one
}

// part is a piece of a write that can be taken back alone. Its savepoint is made before the first
// statement that changes a table: most parts leave rows in buffers and nothing else, and cost the
// database no savepoint at all.
type part struct {
	outer *part
	saved bool
}

// name is that of the savepoint: of each depth another, so that who is taken back takes along what
// was begun within and not ended.
func (p *part) name() string {
	if p.outer == nil {
		return "part"
	}
	return p.outer.name() + "_in"
}

// mark is called before every statement that changes a table.
func (t *txn) mark() error { return t.save(t.part) }

func (t *txn) save(p *part) error {
	if p == nil || p.saved {
		return nil
	}
	if err := t.save(p.outer); err != nil {
		return err
	}
	if _, err := t.Tx.ExecContext(t.ctx, `SAVEPOINT `+p.name()); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	p.saved = true
	return nil
}

// settle writes the rows that wait.
func (t *txn) settle() error {
	err := t.fault
	for _, b := range t.waiting {
		err = errors.Join(err, b.flush())
	}
	return err
}

// ExecContext is that of *sql.Tx, as are the others.
func (t *txn) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := errors.Join(t.mark(), t.settle()); err != nil {
		return nil, err
	}
	return t.Tx.ExecContext(ctx, text, args...)
}

// past is ExecContext for a table of which no rows wait: those of others go on waiting.
func (t *txn) past(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := t.mark(); err != nil {
		return nil, err
	}
	return t.Tx.ExecContext(ctx, text, args...)
}

func (t *txn) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.settle(); err != nil {
		return nil, err
	}
	return t.Tx.QueryContext(ctx, text, args...)
}

// QueryRowContext cannot say that rows could not be written: the write says so at its end.
func (t *txn) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	t.fault = t.settle()
	return t.Tx.QueryRowContext(ctx, text, args...)
}

func (t *txn) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := errors.Join(t.mark(), t.settle()); err != nil {
		return nil, err
	}
	return t.Tx.PrepareContext(ctx, text)
}

// buffered are the rows that wait in buffers at one moment, by buffer.
type buffered [][]any

func (w *writing) buffered() buffered {
	all := make(buffered, 0, 8)
	for _, b := range w.all() {
		all = append(all, b.args)
	}
	return all
}

// back has the rows wait that waited then, and no others.
func (w *writing) back(to buffered) {
	for i, b := range w.all() {
		b.args = nil
		if i < len(to) {
			b.args = slices.Clip(to[i]) // what comes next is not to write over them
		}
	}
}

// rowsOf is the buffer of a table whose rows go over those with the same keys: the first columns.
func (w *writing) rowsOf(table string, columns []string, keys int) *bulk {
	b := w.tx.keyed[table]
	if b == nil {
		b = w.bulk(table, columns...)
		b.ctx, b.keys = w.tx.ctx, keys
		if w.tx.keyed == nil {
			w.tx.keyed = map[string]*bulk{}
		}
		w.tx.keyed[table] = b
		w.tx.waiting = append(w.tx.waiting, b)
	}
	return b
}

// seen is for a read past the buffers of a row with these keys: rows that wait under them are
// written first.
func (w *writing) seen(table string, keys ...any) error {
	if b := w.tx.keyed[table]; b != nil && b.has(keys...) {
		return w.tx.settle()
	}
	return nil
}

// all are the buffers of a write.
func (w *writing) all() []*bulk {
	return append([]*bulk{w.entries, w.nodes}, w.tx.waiting...)
}
