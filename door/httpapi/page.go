package httpapi

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"conurb/locale"
)

// kinds are the media types of a built page, so that they do not depend on what
// the machine has installed.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".map": "application/json", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

// servePage serves the built page. An unknown path without an ending is a place
// inside the page, which finds its way itself.
func (s *server) servePage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.noRoute(w, r)
		return
	}
	if s.page == nil {
		s.unbuilt(w, r)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name == "" || !fs.ValidPath(name) {
		name = "index.html"
	}
	b, err := fs.ReadFile(s.page, name)
	if err != nil && path.Ext(name) == "" {
		name = "index.html"
		b, err = fs.ReadFile(s.page, name)
	}
	switch {
	case err == nil:
	case name == "index.html" && errors.Is(err, fs.ErrNotExist):
		s.unbuilt(w, r)
		return
	default:
		s.writeProblem(w, r, refuse("no-such-path", "path", r.URL.Path))
		return
	}
	kind := kinds[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // their names change with their bytes
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(b)
}

// unbuilt says how to build the page, where there is none to serve.
func (s *server) unbuilt(w http.ResponseWriter, r *http.Request) {
	lang := language(r.Context())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("<!doctype html><html lang=\"" + lang + "\"><meta charset=utf-8><title>Conurb</title><h1>Conurb</h1><p>" +
		locale.T(lang, "door.unbuilt", nil) + "</p><p><a href=\"/report\">" + locale.T(lang, "door.unbuilt.report", nil) +
		"</a> · <a href=\"/openapi.yaml\">OpenAPI</a></p></html>\n"))
}
