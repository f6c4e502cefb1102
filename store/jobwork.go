package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// What a worker writes of its job it writes as the attempt that it took up: who was
// held dead, or whose job was cancelled, touches no row and is told so.

// errLost leaves a transaction that found the job in other hands.
var errLost = errors.New("the job is in other hands")

// TakeJob takes up a waiting job for a worker; false where another was faster or the
// job is not waiting.
func (s *Store) TakeJob(ctx context.Context, id, worker string) (Job, bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET state = 'running', worker = $1, started_at = $2, attempt = attempt + 1, beat = beat + 1,
		done = 0, total = 0, seconds_left = -1 WHERE id = $3 AND state = 'waiting'`, worker, stampOf(s.now()), id)
	if err != nil || n == 0 {
		return Job{}, false, jobError(id, err)
	}
	j, err := s.Job(ctx, id)
	return j, err == nil && j.State == JobRunning && j.Worker == worker, err
}

func jobError(id string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("job %s: %w", id, err)
}

// BeatJob says that the worker of a job lives, and how far it is; left is in
// seconds. It returns false when the job is in other hands, or cancelled.
func (s *Store) BeatJob(ctx context.Context, j Job, done, total, left int64) (bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET beat = beat + 1, done = $1, total = $2, seconds_left = $3 WHERE id = $4 AND state = 'running' AND attempt = $5`,
		done, total, left, j.ID, j.Attempt)
	return n == 1, jobError(j.ID, err)
}

// FinishJob keeps the result of a job and ends it, both or neither; with no result
// it ends a job whose result is kept already. False: the job is in other hands.
func (s *Store) FinishJob(ctx context.Context, j Job, r *Result) (bool, error) {
	var p packed
	if r != nil {
		var err error
		if p, err = s.pack(*r); err != nil {
			return false, jobError(j.ID, err)
		}
		if p.Digest != j.Digest {
			return false, fmt.Errorf("job %s: result of %s: %w", j.ID, p.Digest, ErrInvalid)
		}
	}
	err := s.change(ctx, func(tx *sql.Tx) error {
		if r != nil {
			if err := s.keep(ctx, tx, p); err != nil {
				return err
			}
		}
		return touch(ctx, tx, `UPDATE job SET state = 'done', ended_at = $1, done = total, seconds_left = 0 WHERE id = $2 AND state = 'running' AND attempt = $3`,
			stampOf(s.now()), j.ID, j.Attempt)
	})
	return mine(j, err)
}

// FailJob ends a job with the key of a sentence that says why, and its arguments.
func (s *Store) FailJob(ctx context.Context, j Job, code string, args map[string]string) (bool, error) {
	if args == nil {
		args = map[string]string{}
	}
	b, err := json.Marshal(args)
	if err != nil {
		return false, jobError(j.ID, err)
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		return touch(ctx, tx, `UPDATE job SET state = 'failed', ended_at = $1, seconds_left = -1, error_code = $2, error_args = $3
			WHERE id = $4 AND state = 'running' AND attempt = $5`, stampOf(s.now()), code, string(b), j.ID, j.Attempt)
	})
	return mine(j, err)
}

// ReleaseJob puts a job back that its worker does not finish, because it is stopped.
func (s *Store) ReleaseJob(ctx context.Context, j Job) (bool, error) {
	return s.putBack(ctx, j, `UPDATE job SET state = 'waiting', seconds_left = -1 WHERE id = $1 AND state = 'running' AND attempt = $2`, j.ID, j.Attempt)
}

// ReviveJob puts a job back whose worker was lost. seen is the job as it was seen
// all the while: where its worker has moved since, nothing happens.
func (s *Store) ReviveJob(ctx context.Context, seen Job) (bool, error) {
	return s.putBack(ctx, seen, `UPDATE job SET state = 'waiting', seconds_left = -1, deaths = deaths + 1
		WHERE id = $1 AND state = 'running' AND attempt = $2 AND beat = $3`, seen.ID, seen.Attempt, seen.Beat)
}

func (s *Store) putBack(ctx context.Context, j Job, text string, args ...any) (bool, error) {
	if err := s.openQueue(ctx); err != nil {
		return false, err
	}
	err := s.change(ctx, func(tx *sql.Tx) error {
		if err := touch(ctx, tx, text, args...); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, j.ID)
	})
	s.jobs.wake()
	return mine(j, err)
}

// RequeueJob hands a waiting job out again, which the queue has lost sight of: a
// worker died between its fetching the job and its taking it up.
func (s *Store) RequeueJob(ctx context.Context, id string) error {
	if err := s.openQueue(ctx); err != nil {
		return err
	}
	return jobError(id, s.change(ctx, func(tx *sql.Tx) error { return s.enqueue(ctx, tx, id) }))
}

// touch changes the one row of a job, or finds that it is in other hands.
func touch(ctx context.Context, tx *sql.Tx, text string, args ...any) error {
	r, err := tx.ExecContext(ctx, text, args...)
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return errLost
	}
	return err
}

func mine(j Job, err error) (bool, error) {
	if errors.Is(err, errLost) {
		return false, nil
	}
	return err == nil, jobError(j.ID, err)
}
