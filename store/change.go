package store

import (
	"context"
	"database/sql"
	"fmt"
)

// change runs f in a write transaction that leaves the log alone, again if it loses
// against another. Jobs and results are changed so: they are no evidence.
func (s *Store) change(ctx context.Context, f func(tx *sql.Tx) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return known(retry(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		defer tx.Rollback()
		if err := f(tx); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		return nil
	}))
}

// exec runs one statement that leaves the log alone, and says how many rows it
// touched. It does not wait for a long write of this process to end, as change does.
func (s *Store) exec(ctx context.Context, text string, args ...any) (rows int64, err error) {
	if s.readOnly {
		return 0, ErrReadOnly
	}
	err = known(retry(ctx, func() error {
		r, err := s.db.ExecContext(ctx, text, args...)
		if err == nil {
			rows, err = r.RowsAffected()
		}
		return err
	}))
	return rows, err
}
