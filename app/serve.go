package app

import (
	"log/slog"
	"net/http"

	"conurb/door/httpapi"
	"conurb/web"
)

// Handler returns all doors of the node: API, tiles, report and page.
func (a *App) Handler(log *slog.Logger, grounds httpapi.Grounds) http.Handler {
	page, built := web.Page()
	if !built {
		page = nil
	}
	return httpapi.New(desk{a}, httpapi.Options{Page: page, Log: log, Now: a.now, Version: a.version, Grounds: grounds})
}

// PageBuilt reports whether the page was built into the program.
func PageBuilt() bool { _, built := web.Page(); return built }
