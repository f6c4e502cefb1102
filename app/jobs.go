package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"conurb/app/job"
	"conurb/door/httpapi"
	"conurb/store"
)

// Jobs is the long work of the node; it needs a database.
func (a *App) Jobs(kinds []job.Kind, log *slog.Logger) (*job.Jobs, error) {
	if a.store == nil {
		return nil, ErrNoDatabase
	}
	return job.New(a.store, kinds, job.Options{Version: a.version, Log: log})
}

// Shared reports whether other machines can work on the node's database.
func (a *App) Shared() bool { return a.store != nil && a.store.Kind() == "postgres" }

// office is long work as the door asks for it.
type office struct{ jobs *job.Jobs }

var _ httpapi.Jobs = office{}

// Jobs is part of httpapi.Jobs.
func (o office) Jobs(ctx context.Context, state string) ([]httpapi.LongJob, error) {
	var states []store.JobState
	if state != "" {
		states = append(states, store.JobState(state))
	}
	list, err := o.jobs.List(ctx, states...)
	out := make([]httpapi.LongJob, len(list))
	for i, j := range list {
		out[i] = longJob(j)
	}
	return out, err
}

// Job is part of httpapi.Jobs.
func (o office) Job(ctx context.Context, id string) (httpapi.LongJob, error) {
	return oneJob(o.jobs.Get(ctx, id))
}

// CancelJob is part of httpapi.Jobs.
func (o office) CancelJob(ctx context.Context, id string) (httpapi.LongJob, error) {
	return oneJob(o.jobs.Cancel(ctx, id))
}

func oneJob(j job.Job, err error) (httpapi.LongJob, error) {
	if errors.Is(err, store.ErrUnknown) {
		return httpapi.LongJob{}, fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	}
	return longJob(j), err
}

func longJob(j job.Job) httpapi.LongJob {
	return httpapi.LongJob{
		ID: j.ID, Kind: j.Kind, State: string(j.State), Done: j.Done, Total: j.Total, SecondsLeft: j.Left,
		Made: j.Made, Started: j.Started, Ended: j.Ended, Code: j.Code, Args: j.CodeArgs,
	}
}
