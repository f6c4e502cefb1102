package app

import (
	"log/slog"
	"net/http"

	"conurb/app/job"
	"conurb/door/httpapi"
	"conurb/web"
)

// Handler returns all doors of the node: API, tiles, report and page. grounds, circles
// and jobs may be nil.
func (a *App) Handler(log *slog.Logger, grounds httpapi.Grounds, circles httpapi.Circles, jobs *job.Jobs) http.Handler {
	page, built := web.Page()
	if !built {
		page = nil
	}
	o := httpapi.Options{Page: page, Log: log, Now: a.now, Version: a.version, Grounds: grounds, Circles: circles}
	if jobs != nil {
		o.Jobs = office{jobs}
	}
	return httpapi.New(desk{a}, o)
}

// PageBuilt reports whether the page was built into the program.
func PageBuilt() bool { _, built := web.Page(); return built }
