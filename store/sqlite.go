package store

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

const (
	// mostPrepared bounds the statements that a connection keeps prepared.
	mostPrepared = 256
	// longestPrepared is the longest text that is kept prepared, in bytes: those of bulk are
	// longer, and another each time.
	longestPrepared = 4096
)

// connector opens connections to a SQLite file that keep their statements prepared: reading a
// statement costs SQLite more than running it. PostgreSQL's driver does so by itself.
type connector struct{ driver.Connector }

func newConnector(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return connector{c}, nil
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	in, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	lite, ok := in.(liteConn)
	if !ok { // another version of the driver: without what is kept
		return in, nil
	}
	return &conn{liteConn: lite, kept: map[string]*prepared{}}, nil
}

// liteConn is what a connection of modernc.org/sqlite can do.
type liteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteStmt is what a statement of it can do.
type liteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// conn is a connection with its statements. database/sql uses it by one at a time.
type conn struct {
	liteConn
	kept map[string]*prepared
}

type prepared struct {
	liteStmt
	reading bool // its rows are being read
}

// Close closes the statements and the connection.
func (c *conn) Close() error {
	for text, p := range c.kept {
		p.Close()
		delete(c.kept, text)
	}
	return c.liteConn.Close()
}

// statement returns a statement that is free, nil where the text is not to be kept or its
// statement is in use.
func (c *conn) statement(ctx context.Context, text string) (*prepared, error) {
	if p := c.kept[text]; p != nil {
		if p.reading {
			return nil, nil
		}
		return p, nil
	}
	if len(text) > longestPrepared {
		return nil, nil
	}
	in, err := c.liteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s, ok := in.(liteStmt)
	if !ok {
		return nil, in.Close()
	}
	for old, p := range c.kept { // any one makes room
		if len(c.kept) < mostPrepared {
			break
		}
		if !p.reading {
			p.Close()
			delete(c.kept, old)
		}
	}
	c.kept[text] = &prepared{liteStmt: s}
	return c.kept[text], nil
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	ctx, err := statementContext(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.liteConn.ExecContext(ctx, text, args)
	}
	return p.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, err := statementContext(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.liteConn.QueryContext(ctx, text, args)
	}
	r, err := p.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	p.reading = true
	return &rows{r, p}, nil
}

// rows give their statement back when they are closed.
type rows struct {
	driver.Rows
	of *prepared
}

// Close implements driver.Rows.
func (r *rows) Close() error {
	r.of.reading = false
	return r.Rows.Close()
}

// brief is the context of a write. It ends a write between its statements, not within one: to
// watch over each of them costs more than most of them take.
type brief struct{ context.Context }

// statementContext is what a statement is to watch over, unless ctx has ended.
func statementContext(ctx context.Context) (context.Context, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	default:
	}
	if _, ok := ctx.(brief); ok {
		return context.Background(), nil
	}
	return ctx, nil
}
