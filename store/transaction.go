package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"conurb/trust/evidence"
)

// maxTries bounds how often a write is done again that lost against another.
const maxTries = 20

// maxEntries is where INTEGER ends in PostgreSQL.
const maxEntries = 1<<31 - 1

// writing is a write transaction that holds the head of the log.
type writing struct {
	ctx      context.Context
	tx       *txn
	at       time.Time // of every entry of this write
	before   int64     // size of the log at its start
	root     string    // of the log now
	frontier evidence.Frontier
	vkey     string
	signed   int64 // size that has a checkpoint already
	signer   *evidence.Signer
	adopt    bool
	postgres bool
	careful  bool // each part has its savepoint before it begins
	entries  *bulk
	nodes    *bulk
	messages *bulk
	outbox   *bulk
	notes    *bulk
	register *householdCache
	lists    []StatusList // as they are in this write; nil until a place is drawn
}

// write runs f in a transaction that holds the head of the log, again if it
// loses against another. f may therefore run more than once, and must leave no
// trace outside the transaction but what it overwrites.
func (s *Store) write(ctx context.Context, f func(w *writing) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.writeNow(ctx, f)
}

// writeNow is write for who has the turn.
func (s *Store) writeNow(ctx context.Context, f func(w *writing) error) error {
	err := retry(ctx, func() error { return s.writeOnce(ctx, false, f) })
	if errors.Is(err, errCareful) {
		err = retry(ctx, func() error { return s.writeOnce(ctx, true, f) })
	}
	return err
}

func (s *Store) writeOnce(ctx context.Context, careful bool, f func(w *writing) error) error {
	whole := ctx
	if s.postgres { // a commit that is interrupted may stand all the same
		whole = context.WithoutCancel(ctx)
	}
	tx, err := s.db.BeginTx(whole, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	w, err := s.begin(ctx, tx, careful)
	if err != nil {
		return err
	}
	if err := f(w); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	s.knows(w)
	return nil
}

// knows keeps what a write that stands knows for the next one. The turn is still with it.
func (s *Store) knows(w *writing) {
	s.register = w.register
	s.register.size, s.register.root = w.frontier.Size(), w.root
}

// finish writes what is still buffered, the new head and its checkpoint.
func (w *writing) finish() error {
	if err := w.flush(); err != nil {
		return err
	}
	size := w.frontier.Size()
	if size == w.before {
		return nil
	}
	root := w.frontier.Root()
	w.root = evidence.Hex(root)
	_, err := w.tx.ExecContext(w.ctx, `UPDATE log_head SET size = $1, frontier = $2, root = $3, vkey = $4 WHERE id = 1`,
		size, w.frontier.String(), w.root, w.vkey)
	if err != nil {
		return fmt.Errorf("head of the log: %w", err)
	}
	if w.signer == nil || size == w.signed {
		return nil
	}
	note, err := w.signer.Sign(evidence.Checkpoint{Origin: w.signer.Name(), Size: size, Root: root})
	if err != nil {
		return err
	}
	return w.checkpoint(size, string(note))
}

func (w *writing) checkpoint(size int64, note string) error {
	if _, err := w.tx.ExecContext(w.ctx, `INSERT INTO log_checkpoint (size, note) VALUES ($1, $2)`, size, note); err != nil {
		return fmt.Errorf("checkpoint of %d: %w", size, err)
	}
	return nil
}

// read runs f in a transaction that sees one state of the database throughout.
func (s *Store) read(ctx context.Context, f func(tx *sql.Tx) error) error {
	return known(retry(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		defer tx.Rollback()
		return f(tx)
	}))
}

// retry does again what lost against another transaction.
func retry(ctx context.Context, f func() error) error {
	for try := 1; ; try++ {
		err := f()
		if err == nil || !lost(err) || try == maxTries {
			return err
		}
		pause := time.Duration(1+rand.IntN(10*try)) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// lost says whether a transaction failed only because another one won:
// serialization failure, deadlock, or a SQLite file that is busy.
func lost(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		code := lite.Code() & 0xff
		return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
	}
	return false
}
