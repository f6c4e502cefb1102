package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"conurb/trust/evidence"
)

// Options are what a store needs beside the database.
type Options struct {
	Signer   *evidence.Signer // signs a checkpoint with every write; nil writes unsigned
	Now      func() time.Time // time.Now when nil
	AdoptKey bool             // go on with a log that another key signed; a key entry says so
	ReadOnly bool             // never write, not even migrations
	Results  int64            // upper size of all kept results, bytes; DefaultResults when 0
	Demo     bool             // of a demonstration: deeds may pretend to be of a moment before
}

// Store is an open database.
type Store struct {
	db       *sql.DB
	postgres bool
	signer   *evidence.Signer
	now      func() time.Time
	adopt    bool
	readOnly bool
	demo     bool
	register *householdCache // of the write before; who has the turn has it
	turn     chan struct{}   // writers of this process queue here rather than in the database
	group    group
	results  int64
	packing  packing
	jobs     queue
}

// busyTimeout is how long SQLite waits for another process that is writing.
const busyTimeout = 10 * time.Second

// Open opens a database and brings its tables up to date.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	s := &Store{signer: opts.Signer, now: opts.Now, adopt: opts.AdoptKey, readOnly: opts.ReadOnly, demo: opts.Demo, turn: make(chan struct{}, 1)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.results = opts.Results; s.results == 0 {
		s.results = DefaultResults
	}
	var err error
	if s.packing, err = newPacking(); err != nil {
		return nil, err
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = s.openPostgres(ctx, dsn)
	} else {
		err = s.openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"))
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		if s.db != nil {
			s.db.Close()
		}
		return nil, known(err)
	}
	return s, nil
}

// known joins an error of a driver with the refusal that it is.
func known(err error) error {
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		if code := lite.Code() & 0xff; code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
	}
	return err
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Kind names the database for people who look after it: sqlite or postgres.
func (s *Store) Kind() string {
	if s.postgres {
		return "postgres"
	}
	return "sqlite"
}

func (s *Store) openSQLite(ctx context.Context, path string) (err error) {
	if path == "" || path == ":memory:" || strings.Contains(path, "://") {
		return fmt.Errorf("database %q: %w", path, ErrDSN)
	}
	if s.readOnly {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("database %s: %w", path, err)
		}
	} else if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("database %s: %w", path, err)
	}
	// modernc.org/sqlite knows pragmas in this form only, and passes over what it
	// does not know: hence assertPragmas.
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "cache_size(-65536)",
		// What savepoints remember stays in memory; pages go from the WAL into the file after
		// 16 MiB of it, since the same ones change again and again.
		"temp_store(MEMORY)", "wal_autocheckpoint(4096)",
	}}
	if s.readOnly {
		q.Add("_pragma", "query_only(ON)")
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}).String()
	c, err := newConnector(dsn)
	if err != nil {
		return fmt.Errorf("database %s: %w", path, err)
	}
	s.db = sql.OpenDB(c)
	s.db.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)+2))
	s.db.SetMaxIdleConns(4)
	return s.assertPragmas(ctx, path)
}

// assertPragmas reads back what makes a committed write survive a power cut and
// keeps readers from waiting for writers.
func (s *Store) assertPragmas(ctx context.Context, path string) error {
	for _, p := range []struct{ name, want string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"},
		{"busy_timeout", fmt.Sprint(busyTimeout.Milliseconds())},
	} {
		got, err := s.pragma(ctx, p.name)
		if err != nil {
			return fmt.Errorf("database %s: %w", path, err)
		}
		if !strings.EqualFold(got, p.want) {
			return fmt.Errorf("database %s: %s is %s, not %s: %w", path, p.name, got, p.want, ErrDSN)
		}
	}
	return nil
}

// pragma reads a setting. The first to open a new database turns it to WAL, for which
// SQLite does not wait as it does for a write: who comes at that moment comes again.
func (s *Store) pragma(ctx context.Context, name string) (got string, err error) {
	for until := time.Now().Add(busyTimeout); ; {
		err = s.db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&got)
		lite, ok := errors.AsType[*sqlite.Error](err)
		if !ok || lite.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(until) {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Store) openPostgres(ctx context.Context, dsn string) (err error) {
	s.postgres = true
	if s.db, err = sql.Open("pgx", dsn); err != nil {
		return fmt.Errorf("database: %w", errWithoutPassword(err, dsn))
	}
	s.db.SetMaxOpenConns(16)
	s.db.SetMaxIdleConns(4)
	var encoding string
	if err := s.db.QueryRowContext(ctx, "SELECT current_setting('server_encoding')").Scan(&encoding); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, errWithoutPassword(err, dsn))
	}
	if encoding != "UTF8" {
		return fmt.Errorf("database: its encoding is %s, not UTF8: %w", encoding, ErrDSN)
	}
	return nil
}

// errWithoutPassword keeps the password of a DSN out of messages.
func errWithoutPassword(err error, dsn string) error {
	u, parse := url.Parse(dsn)
	if parse != nil || u.User == nil {
		return err
	}
	password, ok := u.User.Password()
	if !ok || password == "" || !strings.Contains(err.Error(), password) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), password, "xxxxx"))
}
