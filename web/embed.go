// Package web holds the built page. The files come from `make web`; without them
// only a placeholder is embedded, and the server says how to build the page.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Page returns the built page with index.html at its root, and whether it was
// built at all.
func Page() (page fs.FS, built bool) {
	page, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false
	}
	_, err = fs.Stat(page, "index.html")
	return page, err == nil
}
