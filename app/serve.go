package app

import (
	"net/http"

	"conurb/app/job"
	"conurb/door/httpapi"
	"conurb/web"
)

// Handler returns the doors of the node that people use: API, tiles, report and page. What
// the node itself knows is filled in; the rest of the options says which rooms it has.
func (a *App) Handler(o httpapi.Options) http.Handler {
	if page, built := web.Page(); built {
		o.Page = page
	}
	o.Now, o.Version = a.now, a.version
	return httpapi.New(desk{a}, o)
}

// LongWork is long work as the door asks for it; nil where there is none.
func LongWork(jobs *job.Jobs) httpapi.Jobs {
	if jobs == nil {
		return nil
	}
	return office{jobs}
}

// PageBuilt reports whether the page was built into the program.
func PageBuilt() bool { _, built := web.Page(); return built }
