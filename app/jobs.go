package app

import (
	"log/slog"

	"conurb/app/job"
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
