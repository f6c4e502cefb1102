package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateTries bounds how often a start is repeated that raced with another one.
const migrateTries = 5

// provider has the migrations of this program.
func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.postgres {
		dialect = goose.DialectPostgres
	}
	heads := goose.NewGoMigration(21, &goose.GoFunc{RunTx: fillHeads}, nil)
	p, err := goose.NewProvider(dialect, s.db, files, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(heads))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

func (s *Store) migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if s.readOnly {
		return s.assertVersion(ctx, p)
	}
	// Two processes may start at once on one empty database. There is no lock
	// that both databases have: the slower one fails, waits and finds it done.
	for try := 1; ; try++ {
		_, err = p.Up(ctx)
		if err == nil || try == migrateTries || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Duration(try) * 100 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return s.assertVersion(ctx, p)
}

// assertVersion refuses tables that this program does not know. Who only reads may
// read a database that nobody has brought up to date yet: versions after the first
// added tables and changed none.
func (s *Store) assertVersion(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if have != want && !(s.readOnly && have >= 1 && have < want) {
		return fmt.Errorf("database version %d, this program knows %d: %w", have, want, ErrVersion)
	}
	return nil
}
