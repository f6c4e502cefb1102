package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"
)

// Hands are those who do jobs.
type Hands struct {
	Worker string                               // name that is unique among all workers
	N      int                                  // jobs at a time
	Mine   func(Job) bool                       // whether this program can do a job; others are left to others
	Do     func(ctx context.Context, taken Job) // returns when the job ended, or was released because ctx ended
	Log    *slog.Logger
}

const (
	// pollEvery is how long a job may wait that another process asked for.
	pollEvery = 500 * time.Millisecond
	// passOver is how long a job is left to others that this program cannot do.
	passOver = 10 * time.Second
	// stopGrace is how long jobs may take to notice that the program is stopped.
	stopGrace = 30 * time.Second
)

// WorkJobs does jobs until ctx ends, and returns when all hands have stopped. On
// PostgreSQL river hands the jobs out (docs/decisions/0041), so that workers on
// several machines share them; on SQLite the hands look for themselves.
func (s *Store) WorkJobs(ctx context.Context, h Hands) error {
	if s.readOnly {
		return ErrReadOnly
	}
	if err := s.openQueue(ctx); err != nil {
		return err
	}
	if s.postgres {
		return s.workRiver(ctx, h)
	}
	var all sync.WaitGroup
	for range h.N {
		all.Go(func() { s.poll(ctx, h) })
	}
	all.Wait()
	return nil
}

// queue is what hands jobs out. Its zero value is not open.
type queue struct {
	mu    sync.Mutex
	woken chan struct{} // closed and made anew when a job may be waiting
	river *river.Client[*sql.Tx]
}

// wake ends the sleep of the hands of this process.
func (q *queue) wake() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.woken != nil {
		close(q.woken)
	}
	q.woken = make(chan struct{})
}

func (q *queue) sleep(ctx context.Context) {
	q.mu.Lock()
	if q.woken == nil {
		q.woken = make(chan struct{})
	}
	woken := q.woken
	q.mu.Unlock()
	select {
	case <-woken:
	case <-time.After(pollEvery):
	case <-ctx.Done():
	}
}

// openQueue makes river's tables and the client that writes to them, at the first
// job: a node without jobs needs neither.
func (s *Store) openQueue(ctx context.Context) error {
	if !s.postgres || s.readOnly {
		return nil
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if s.jobs.river != nil {
		return nil
	}
	quiet := slog.New(slog.DiscardHandler) // what goes wrong is returned
	driver := riverdatabasesql.New(s.db)
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return fmt.Errorf("tables of the queue: %w", err)
	}
	for try := 1; ; try++ { // as migrate does: the slower of two starts finds it done
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil || try == migrateTries || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Duration(try) * 100 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("tables of the queue: %w", err)
	}
	client, err := river.NewClient(driver, &river.Config{Logger: quiet})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	s.jobs.river = client
	return nil
}

// enqueue hands a job out, with the transaction that wrote it.
func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, id string) error {
	if !s.postgres {
		return nil // the hands look at the table of jobs
	}
	if _, err := s.jobs.river.InsertTx(ctx, tx, handout{ID: id}, nil); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// handout is a job as river carries it: its state is in our table.
type handout struct {
	ID string `json:"id"`
}

// Kind is the name by which river knows it.
func (handout) Kind() string { return "conurb_job" }

type receiver struct {
	river.WorkerDefaults[handout]
	store *Store
	hands Hands
}

// Work takes up the job of a handout. One that is in other hands, or has ended, is
// none of its business: a handout may come twice.
func (r *receiver) Work(ctx context.Context, job *river.Job[handout]) error {
	j, err := r.store.Job(ctx, job.Args.ID)
	if errors.Is(err, ErrUnknown) || err == nil && j.State != JobWaiting {
		return nil
	}
	if err != nil {
		return err
	}
	if !r.hands.Mine(j) {
		return river.JobSnooze(passOver)
	}
	return r.store.takeAndDo(ctx, j.ID, r.hands)
}

func (s *Store) takeAndDo(ctx context.Context, id string, h Hands) error {
	j, ok, err := s.TakeJob(ctx, id, h.Worker)
	if err == nil && ok {
		h.Do(ctx, j)
	}
	return err
}

func (s *Store) workRiver(ctx context.Context, h Hands) error {
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &receiver{store: s, hands: h}); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	client, err := river.NewClient(riverdatabasesql.New(s.db), &river.Config{
		ID: h.Worker, Logger: h.Log, Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: h.N}},
		JobTimeout: -1, FetchPollInterval: pollEvery,
	})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := client.StopAndCancel(stop); err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}

// poll is one hand on SQLite.
func (s *Store) poll(ctx context.Context, h Hands) {
	for ctx.Err() == nil {
		id, err := s.nextJob(ctx, h.Mine)
		if err == nil && id != "" {
			err = s.takeAndDo(ctx, id, h)
		}
		if err != nil && ctx.Err() == nil {
			h.Log.Error("look for jobs", "error", err)
		}
		if err != nil || id == "" {
			s.jobs.sleep(ctx)
		}
	}
}

// nextJob is the oldest waiting job that this program can do.
func (s *Store) nextJob(ctx context.Context, mine func(Job) bool) (string, error) {
	list, err := selectJobs(ctx, s.db, ` WHERE state = 'waiting' ORDER BY id`)
	if err != nil {
		return "", err
	}
	for _, j := range list {
		if mine(j) {
			return j.ID, nil
		}
	}
	return "", nil
}
