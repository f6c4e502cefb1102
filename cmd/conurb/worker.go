package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"conurb/app"
	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/ground"
	"conurb/app/job"
	"conurb/connect/reach"
	"conurb/store"
)

// errAlone is a node that leaves its long work to workers who cannot get at it.
var errAlone = errors.New("no other machine can work on a SQLite file")

// working says how much long work a process does.
type working struct {
	Workers int   `default:"1" env:"CONURB_WORKERS" help:"${workers}" placeholder:"N"`
	Results int64 `default:"1024" env:"CONURB_RESULTS" help:"${results}" placeholder:"MIB"`
}

func (w working) check(least int) error {
	return errors.Join(within("--workers", float64(w.Workers), float64(least), 256), within("--results", float64(w.Results), 1, 1<<20))
}

// jobs is the long work of a node, with all kinds that the program knows.
func (s *session) jobs(w where, a *app.App, log *slog.Logger) (*job.Jobs, error) {
	p := a.Pack()
	circles := sync.OnceValues(func() (*circle.Circles, error) { // one for all jobs: they share what they have computed
		return circle.New(p, func(ctx context.Context) (*reach.Ground, error) { return ground.Region(ctx, s.home(w), p, nil) }, nil, a.Today())
	})
	return a.Jobs([]job.Kind{contribution.Kind(func(context.Context) (contribution.Holder, error) { return circles() })}, log)
}

// work does long work beside the doors of a node; the returned function ends it.
func (w working) work(s *session, jobs *job.Jobs, log *slog.Logger) (stop func()) {
	if w.Workers == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := jobs.Work(ctx, w.Workers); err != nil {
			log.Error("long work", "error", err)
		}
	}()
	return func() { cancel(); <-ended }
}

// workerCmd is a process that does long work and opens no door.
type workerCmd struct {
	where
	working
	Drain   bool `help:"${drain}"`
	Verbose bool `help:"${verbose}"`
}

func (c workerCmd) Run(s *session) error {
	if err := c.check(1); err != nil {
		return err
	}
	s.results = c.Results << 20
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	log := s.log(c.Verbose)
	jobs, err := s.jobs(c.where, a, log)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, s.t("cli.worker.ready", "n", strconv.Itoa(c.Workers), "db", a.Database()))
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	if c.Drain {
		go drained(ctx, stop, jobs, log)
	}
	if err := jobs.Work(ctx, c.Workers); err != nil {
		return err
	}
	fmt.Fprintln(s.out, s.t("cli.serve.stopped"))
	return nil
}

// drained stops a worker when no work is left.
func drained(ctx context.Context, stop context.CancelFunc, jobs *job.Jobs, log *slog.Logger) {
	for ctx.Err() == nil {
		open, err := jobs.List(ctx, store.JobWaiting, store.JobRunning)
		if err != nil && ctx.Err() == nil {
			log.Warn("look for work left", "error", err)
		}
		if err == nil && len(open) == 0 {
			stop()
			return
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// log is the log of a running process, on standard error.
func (s *session) log(verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
}
