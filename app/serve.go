package app

import (
	"log/slog"
	"net/http"

	"conurb/door/httpapi"
	"conurb/web"
)

// Handler returns all doors of the node: API, tiles, report and page. grounds and
// circles may be nil.
func (a *App) Handler(log *slog.Logger, grounds httpapi.Grounds, circles httpapi.Circles) http.Handler {
	page, built := web.Page()
	if !built {
		page = nil
	}
	return httpapi.New(desk{a}, httpapi.Options{Page: page, Log: log, Now: a.now, Version: a.version, Grounds: grounds, Circles: circles})
}

// PageBuilt reports whether the page was built into the program.
func PageBuilt() bool { _, built := web.Page(); return built }
