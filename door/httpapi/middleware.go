package httpapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"conurb/locale"
)

const (
	maxBody   = 1 << 20  // bytes of a request
	maxImport = 16 << 20 // bytes of an imported file
	patience  = 60 * time.Second
)

// policy lets the page load from this node only, and speak to it and to the nodes of Options.Connect. MapLibre starts its worker from
// a blob and both it and ECharts write style attributes.
const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; " +
	"form-action 'self'; frame-ancestors 'self'"

type contextKey int

const (
	keyLanguage contextKey = iota
	keyRequest
	keyWriter
	keyCaller
)

// language is the language of the answer.
func language(ctx context.Context) string {
	if l, ok := ctx.Value(keyLanguage).(string); ok {
		return l
	}
	return locale.Languages[0]
}

func requestID(ctx context.Context) string { id, _ := ctx.Value(keyRequest).(string); return id }

// wrap puts the manners of the door around its routes, outermost first.
func (s *server) wrap(routes http.Handler) http.Handler {
	h := s.recognise(routes)
	h = s.deliver(h)
	h = s.sameOrigin(h)
	h = s.limit(h)
	h = s.secure(h)
	h = s.recoverer(h)
	return s.identify(h)
}

// identify gives the request an id and a language, and logs it when it is done.
func (s *server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, id := s.now(), rand.Text()[:16]
		lang := r.URL.Query().Get("lang")
		if lang == "" {
			lang = r.Header.Get("Accept-Language")
		}
		ctx := context.WithValue(r.Context(), keyRequest, id)
		ctx = context.WithValue(ctx, keyLanguage, locale.Match(lang))
		w.Header().Set("X-Request-Id", id)
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r.WithContext(ctx))
		s.log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("request", id), slog.String("method", r.Method),
			slog.String("path", r.URL.Path), slog.Int("status", seen.status), slog.Duration("took", s.now().Sub(start)))
	})
}

type statusWriter struct {
	http.ResponseWriter
	status  int
	started bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.started {
		w.status, w.started = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.started = true
	return w.ResponseWriter.Write(b)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recoverer answers a panic with a problem, unless an answer was already begun.
func (s *server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.log.ErrorContext(r.Context(), "panic", "request", requestID(r.Context()), "value", v, "stack", string(debug.Stack()))
			if sw, ok := w.(*statusWriter); ok && sw.started {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			for _, h := range []string{"Content-Encoding", "Content-Length", "ETag", "Content-Disposition"} {
				w.Header().Del(h)
			}
			s.writeProblem(w, r, refuse("internal"))
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, policy := w.Header(), policy
		if s.connect != nil { // a node may have got to know another one since
			policy = strings.Replace(policy, "connect-src 'self'", strings.Join(append([]string{"connect-src 'self'"}, s.connect()...), " "), 1)
		}
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
		next.ServeHTTP(w, r)
	})
}

// limit bounds how much is read and how long it may take.
func (s *server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size := int64(maxBody)
		if strings.HasSuffix(r.URL.Path, "/import") {
			size = maxImport
		}
		if r.ContentLength > size {
			s.writeProblem(w, r, refuse("too-large"))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, size)
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// sameOrigin refuses writes that another site makes a browser send.
func (s *server) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := guard.Check(r); err != nil {
			s.writeProblem(w, r, &refusal{code: "cross-origin", cause: err})
			return
		}
		next.ServeHTTP(w, r)
	})
}
