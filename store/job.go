package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/trust/evidence"
)

// JobState is how far a job is.
type JobState string

// The states of a job. Waiting and running ones are open; of a question there is
// at most one open job.
const (
	JobWaiting   JobState = "waiting"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is long work. Its result stands under its digest (Result), as long as there
// is room for it.
type Job struct {
	ID       string            `json:"id"` // UUIDv7
	Kind     string            `json:"kind"`
	Digest   string            `json:"digest"` // of the question: kind, its version and args
	Args     json.RawMessage   `json:"args"`   // canonical
	State    JobState          `json:"state"`
	Made     time.Time         `json:"made"`
	Started  time.Time         `json:"started,omitzero"` // the attempt under way, or the last
	Ended    time.Time         `json:"ended,omitzero"`
	Worker   string            `json:"worker,omitempty"` // who has it, or had it last
	Attempt  int               `json:"attempt"`          // times it was taken up
	Deaths   int               `json:"deaths"`           // times a worker was lost over it
	Beat     int64             `json:"-"`                // moves while its worker lives
	Done     int64             `json:"done"`             // steps
	Total    int64             `json:"total"`            // steps; 0 while nobody knows
	Left     int64             `json:"secondsLeft"`      // -1 while nobody knows
	Code     string            `json:"code,omitempty"`   // why it failed: the key of a sentence in locale/
	CodeArgs map[string]string `json:"codeArgs,omitempty"`
}

// Open reports whether a job has not ended.
func (j Job) Open() bool { return j.State == JobWaiting || j.State == JobRunning }

// SubmitJob asks for a result by the digest of its question. Where it is kept the
// job is done, with no work; where somebody asked before, it is their job, also for
// five seconds after it failed or was cancelled.
func (s *Store) SubmitJob(ctx context.Context, kind, digest string, args []byte) (Job, error) {
	if kind == "" || len(digest) != 64 || !json.Valid(args) {
		return Job{}, fmt.Errorf("job of kind %q, digest %q: %w", kind, digest, ErrInvalid)
	}
	if err := s.openQueue(ctx); err != nil {
		return Job{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Job{}, fmt.Errorf("job: %w", err)
	}
	var j Job
	err = s.change(ctx, func(tx *sql.Tx) (err error) {
		j, err = s.submit(ctx, tx, Job{ID: id.String(), Kind: kind, Digest: digest, Args: args, State: JobWaiting, Made: evidence.Microseconds(s.now()), Left: -1})
		return err
	})
	if err != nil {
		return Job{}, fmt.Errorf("job %s: %w", kind, err)
	}
	s.jobs.wake()
	return j, nil
}

// restAfter is how long a question rests that failed or was cancelled: who asks again
// and again how far it is hears that, and does not set it off anew.
const restAfter = 5 * time.Second

// submit returns the job that answers the question of j: an open one, the newest
// done one whose result is kept, one that came to nothing a moment ago, or j itself.
func (s *Store) submit(ctx context.Context, tx *sql.Tx, j Job) (Job, error) {
	for range maxTries {
		var kept int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM result WHERE digest = $1`, j.Digest).Scan(&kept); err != nil {
			return Job{}, err
		}
		// Waiting and running come before failed and cancelled.
		is := `(state IN ('waiting', 'running') OR state IN ('failed', 'cancelled') AND ended_at > $2)`
		args := []any{j.Digest, stampOf(j.Made.Add(-restAfter))}
		if kept > 0 {
			is, args = `state = 'done'`, args[:1]
		}
		list, err := selectJobs(ctx, tx, ` WHERE digest = $1 AND `+is+` ORDER BY state DESC, id DESC LIMIT 1`, args...)
		if err != nil || len(list) > 0 {
			return first(list), err
		}
		if kept > 0 { // by another job that was forgotten, or as a part of one
			j.State, j.Started, j.Ended, j.Left = JobDone, j.Made, j.Made, 0
		}
		added, err := insertJob(ctx, tx, j)
		if err != nil {
			return Job{}, err
		}
		if added && j.State == JobWaiting {
			return j, s.enqueue(ctx, tx, j.ID)
		}
		if added {
			return j, nil
		}
		// Another one was faster, and may have ended since: look again.
	}
	return Job{}, errors.New("the same question is asked too often at once")
}

func first(list []Job) Job {
	if len(list) == 0 {
		return Job{}
	}
	return list[0]
}

func insertJob(ctx context.Context, tx *sql.Tx, j Job) (bool, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO job (id, kind, digest, args, state, made_at, started_at, ended_at,
		worker, attempt, deaths, beat, done, total, seconds_left, error_code, error_args)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, 0, 0, 0, 0, $9, '', '{}') ON CONFLICT DO NOTHING`,
		j.ID, j.Kind, j.Digest, string(j.Args), string(j.State), stampOf(j.Made), stampOf(j.Started), stampOf(j.Ended), j.Left)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// Job returns a job, ErrUnknown where there is none.
func (s *Store) Job(ctx context.Context, id string) (Job, error) {
	list, err := selectJobs(ctx, s.db, ` WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = ErrUnknown
	}
	if err != nil {
		return Job{}, fmt.Errorf("job %s: %w", id, known(err))
	}
	return list[0], nil
}

// Jobs lists jobs in any of some states, or in all when none is named, the newest
// first, limit at most.
func (s *Store) Jobs(ctx context.Context, limit int, states ...JobState) ([]Job, error) {
	list, err := selectJobs(ctx, s.db, whereState(states)+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, limit))
	return list, known(err)
}

// OpenJobs lists jobs that have not ended, the running ones first, then the waiting
// ones, the oldest first, limit at most.
func (s *Store) OpenJobs(ctx context.Context, limit int) ([]Job, error) {
	list, err := selectJobs(ctx, s.db, whereState([]JobState{JobRunning, JobWaiting})+fmt.Sprintf(` ORDER BY state, id LIMIT %d`, limit))
	return list, known(err)
}

func whereState(states []JobState) string {
	if len(states) == 0 {
		return ""
	}
	quoted := make([]string, len(states))
	for i, st := range states {
		quoted[i] = "'" + strings.ReplaceAll(string(st), "'", "''") + "'"
	}
	return ` WHERE state IN (` + strings.Join(quoted, ", ") + `)`
}

// CancelJob ends a job that has not ended; its worker gives up with its next beat.
// What has ended stays as it is.
func (s *Store) CancelJob(ctx context.Context, id string) (Job, error) {
	_, err := s.exec(ctx, `UPDATE job SET state = 'cancelled', ended_at = $1, seconds_left = -1 WHERE id = $2 AND state IN ('waiting', 'running')`,
		stampOf(s.now()), id)
	if err != nil {
		return Job{}, fmt.Errorf("job %s: %w", id, err)
	}
	return s.Job(ctx, id)
}

// ForgetJobs removes jobs that ended before a moment.
func (s *Store) ForgetJobs(ctx context.Context, before time.Time) error {
	if _, err := s.exec(ctx, `DELETE FROM job WHERE state NOT IN ('waiting', 'running') AND ended_at < $1`, stampOf(before)); err != nil {
		return fmt.Errorf("old jobs: %w", err)
	}
	return nil
}

const jobColumns = `id, kind, digest, args, state, made_at, started_at, ended_at, worker, attempt, deaths, beat, done, total, seconds_left, error_code, error_args`

func selectJobs(ctx context.Context, q querier, where string, args ...any) ([]Job, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+jobColumns+` FROM job`+where, args...)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	defer rows.Close()
	var out []Job
	for rows.Next() {
		j, err := scanJob(rows)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.ID, err)
		}
		out = append(out, j)
	}
	return out, rows.Err()
}

func scanJob(rows *sql.Rows) (Job, error) {
	var j Job
	var args, made, started, ended, codeArgs string
	err := damaged(rows.Scan(&j.ID, &j.Kind, &j.Digest, &args, &j.State, &made, &started, &ended, &j.Worker, &j.Attempt, &j.Deaths,
		&j.Beat, &j.Done, &j.Total, &j.Left, &j.Code, &codeArgs))
	if err != nil {
		return j, err
	}
	j.Args = json.RawMessage(args)
	var errs [5]error
	j.Made, errs[0] = parseStamp(made)
	j.Started, errs[1] = parseStamp(started)
	j.Ended, errs[2] = parseStamp(ended)
	errs[3] = json.Unmarshal([]byte(codeArgs), &j.CodeArgs)
	if !json.Valid(j.Args) {
		errs[4] = errors.New("args are no JSON")
	}
	if err := errors.Join(errs[:]...); err != nil {
		return j, errors.Join(ErrDamaged, err)
	}
	return j, nil
}
