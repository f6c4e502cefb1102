package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"conurb/locale"
)

// Problem is an error as RFC 9457 writes it, with a code that stays the same in
// every language and what to do about it.
type Problem struct {
	Type     string  `json:"type" format:"uri" doc:"What kind of problem this is, as a URN that ends with the code." example:"urn:conurb:problem:bad-date"`
	Title    string  `json:"title" doc:"The kind of problem in a few words, in the language asked for." example:"Not a date"`
	Status   int     `json:"status" doc:"The HTTP status code." example:"422"`
	Code     string  `json:"code" doc:"A code for programs, the same in every language." example:"bad-date"`
	Detail   string  `json:"detail" doc:"What is wrong this time." example:"asOf is \"2024-13-01\", which is not a calendar day."`
	Remedy   string  `json:"remedy" doc:"What to do about it." example:"Write asOf as YYYY-MM-DD, for example 2024-12-31."`
	Instance string  `json:"instance" doc:"The request this is about; the node's log has more under it." example:"urn:conurb:request:01JD3W9YQ4"`
	Errors   []Fault `json:"errors,omitempty" nullable:"false" doc:"Each fault by itself, where there are several."`
}

// Fault is one fault of a request or of a file.
type Fault struct {
	Location string `json:"location" doc:"The parameter, or the row and column of the file." example:"query.limit"`
	Row      int    `json:"row,omitempty" doc:"The line of the file, from 1." example:"7"`
	Column   string `json:"column,omitempty" doc:"The column of the file by its header." example:"value"`
	Code     string `json:"code" doc:"A code for programs." example:"number"`
	Detail   string `json:"detail" doc:"What is wrong." example:"“1.2万” is not a plain number."`
	Remedy   string `json:"remedy" doc:"What to do about it." example:"Write the digits in full: 12000."`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refusal is an error the door raises itself: its code and the arguments of its
// sentences.
type refusal struct {
	code   string
	args   map[string]string
	faults []Fault
	cause  error
}

func refuse(code string, pairs ...string) *refusal {
	r := &refusal{code: code, args: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.args[pairs[i]] = pairs[i+1]
	}
	return r
}

// about says what a refusal of the desk is about.
func about(err error, kind, id string) error {
	for _, d := range domain {
		if errors.Is(err, d.err) {
			return &refusal{code: d.code, args: map[string]string{"kind": kind, "id": id}, cause: err}
		}
	}
	return err
}

// inWords is a refusal of a room about a body as a whole: its words are at prefix+code.
func inWords(ctx context.Context, kind, prefix, code string, args map[string]string, cause error) *refusal {
	lang, key := language(ctx), prefix+code
	r := refuse(kind, "detail", locale.T(lang, key, args), "remedy", locale.T(lang, key+".remedy", args))
	r.faults = []Fault{{Location: "body", Code: code, Detail: r.args["detail"], Remedy: r.args["remedy"]}}
	r.cause = cause
	return r
}

func unknown(kind, id string) error { return refuse("unknown", "kind", kind, "id", id) }

func (r *refusal) Error() string { return r.code }
func (r *refusal) Unwrap() error { return r.cause }

// statuses is the HTTP status of every code.
var statuses = map[string]int{
	"malformed":           http.StatusBadRequest,
	"unauthorised":        http.StatusUnauthorized,
	"cross-origin":        http.StatusForbidden,
	"sign-in":             http.StatusUnauthorized,
	"forbidden":           http.StatusForbidden,
	"wrong-password":      http.StatusUnauthorized,
	"too-many-tries":      http.StatusTooManyRequests,
	"account-disabled":    http.StatusForbidden,
	"weak-password":       http.StatusUnprocessableEntity,
	"bad-account":         http.StatusUnprocessableEntity,
	"login-taken":         http.StatusConflict,
	"passkey-refused":     http.StatusUnprocessableEntity,
	"sign-in-over":        http.StatusGone,
	"provider-failed":     http.StatusBadGateway,
	"unknown":             http.StatusNotFound,
	"no-such-path":        http.StatusNotFound,
	"no-such-method":      http.StatusMethodNotAllowed,
	"withdrawn":           http.StatusConflict,
	"too-large":           http.StatusRequestEntityTooLarge,
	"media-type":          http.StatusUnsupportedMediaType,
	"bad-date":            http.StatusUnprocessableEntity,
	"bad-log":             http.StatusUnprocessableEntity,
	"bad-tile":            http.StatusUnprocessableEntity,
	"bad-verdict":         http.StatusUnprocessableEntity,
	"unknown-parameter":   http.StatusUnprocessableEntity,
	"parameter-twice":     http.StatusUnprocessableEntity,
	"not-measured":        http.StatusUnprocessableEntity,
	"bad-observations":    http.StatusUnprocessableEntity,
	"bad-file-syntax":     http.StatusUnprocessableEntity,
	"bad-file-encoding":   http.StatusUnprocessableEntity,
	"bad-file-workbook":   http.StatusUnprocessableEntity,
	"bad-file-too-long":   http.StatusRequestEntityTooLarge,
	"invalid":             http.StatusUnprocessableEntity,
	"no-such-room":        http.StatusNotFound,
	"no-networks":         http.StatusNotFound,
	"no-such-network":     http.StatusNotFound,
	"no-such-mode":        http.StatusUnprocessableEntity,
	"long-journey":        http.StatusUnprocessableEntity,
	"no-such-column":      http.StatusUnprocessableEntity,
	"no-cells":            http.StatusUnprocessableEntity,
	"no-journey":          http.StatusUnprocessableEntity,
	"no-way":              http.StatusUnprocessableEntity,
	"far-from-streets":    http.StatusUnprocessableEntity,
	"swapped-point":       http.StatusUnprocessableEntity,
	"bad-point":           http.StatusUnprocessableEntity,
	"bad-minutes":         http.StatusUnprocessableEntity,
	"no-such-circle-mode": http.StatusUnprocessableEntity,
	"no-such-work":        http.StatusUnprocessableEntity,
	"no-such-period":      http.StatusUnprocessableEntity,
	"no-such-indicator":   http.StatusUnprocessableEntity,
	"no-such-job":         http.StatusNotFound,
	"circles-failed":      http.StatusServiceUnavailable,
	"too-many-pairs":      http.StatusRequestEntityTooLarge,
	"network-failed":      http.StatusServiceUnavailable,
	"no-authority":        http.StatusNotFound,
	"no-such-office":      http.StatusUnprocessableEntity,
	"no-such-city":        http.StatusUnprocessableEntity,
	"bad-licence":         http.StatusUnprocessableEntity,
	"licence-refused":     http.StatusConflict,
	"bad-licences":        http.StatusUnprocessableEntity,
	"licences-changed":    http.StatusConflict,
	"no-preview":          http.StatusUnprocessableEntity,
	"not-offered":         http.StatusConflict,
	"wallet-refused":      http.StatusUnprocessableEntity,
	"no-glyph":            http.StatusUnprocessableEntity,
	"no-trust":            http.StatusNotFound,
	"bad-change":          http.StatusUnprocessableEntity,
	"trust-refused":       http.StatusConflict,
	"no-counter":          http.StatusNotFound,
	"bad-check":           http.StatusUnprocessableEntity,
	"not-a-licence":       http.StatusUnprocessableEntity,
	"counter-refused":     http.StatusConflict,
	"notice-refused":      http.StatusUnprocessableEntity,
	"no-cases":            http.StatusNotFound,
	"bad-case":            http.StatusUnprocessableEntity,
	"case-forbidden":      http.StatusForbidden,
	"case-changed":        http.StatusConflict,
	"case-refused":        http.StatusConflict,
	"no-services":         http.StatusNotFound,
	"service-refused":     http.StatusConflict,
	"too-slow":            http.StatusServiceUnavailable,
	"internal":            http.StatusInternalServerError,
}

// domain is the one table from the errors of the inner rooms to codes.
var domain = []struct {
	err  error
	code string
}{
	{ErrUnknown, "unknown"},
	{ErrWithdrawn, "withdrawn"},
	{ErrToken, "unauthorised"},
	{context.DeadlineExceeded, "too-slow"},
	{context.Canceled, "too-slow"},
}

// problem puts an error into words for the caller, and its cause into the log.
func (s *server) problem(ctx context.Context, err error) *Problem {
	var r *refusal
	var ready *Problem
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &ready):
		return ready
	case errors.As(err, &r):
	case errors.As(err, &large):
		r = refuse("too-large")
	default:
		r = refuse("internal")
		for _, d := range domain {
			if errors.Is(err, d.err) {
				r = refuse(d.code, "kind", "item", "id", "")
				break
			}
		}
	}
	if r.code == "internal" {
		s.log.ErrorContext(ctx, "request failed", "request", requestID(ctx), "error", err)
	}
	return words(ctx, r)
}

func words(ctx context.Context, r *refusal) *Problem {
	lang, key := language(ctx), "problem."+r.code
	if kind := r.args["kind"]; kind != "" {
		r.args["what"] = locale.T(lang, "problem.kind."+kind, map[string]string{"id": r.args["id"]})
	}
	return &Problem{
		Type: "urn:conurb:problem:" + r.code, Code: r.code, Status: statuses[r.code],
		Title:  locale.T(lang, key, r.args),
		Detail: locale.T(lang, key+".detail", r.args), Remedy: locale.T(lang, key+".remedy", r.args),
		Instance: "urn:conurb:request:" + requestID(ctx), Errors: r.faults,
	}
}

// writeProblem answers outside the documented operations.
func (s *server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	s.encode(r.Context(), w, p)
}

func (s *server) encode(ctx context.Context, w io.Writer, p *Problem) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		s.log.DebugContext(ctx, "answer not written", "error", err)
	}
}

// translate turns what huma found wrong with a request into a Problem.
func (s *server) translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	r := refuse("invalid")
	switch m.Status {
	case http.StatusBadRequest:
		r = refuse("malformed")
	case http.StatusRequestEntityTooLarge:
		r = refuse("too-large")
	case http.StatusUnsupportedMediaType:
		r = refuse("media-type")
	case http.StatusInternalServerError:
		r = refuse("internal")
		s.log.ErrorContext(ctx.Context(), "request failed", "request", requestID(ctx.Context()), "error", m)
	}
	lang := language(ctx.Context())
	for _, e := range m.Errors {
		if e.Message == new(http.MaxBytesError).Error() { // a body whose length was not announced
			r = refuse("too-large")
			break
		}
		code, args := rule(e.Message)
		args["location"] = e.Location
		r.faults = append(r.faults, Fault{
			Location: e.Location, Code: code,
			Detail: locale.T(lang, "problem.rule."+code, args), Remedy: locale.T(lang, "problem.rule."+code+".remedy", args),
		})
	}
	p := words(ctx.Context(), r)
	p.Status = m.Status // it has been decided by now
	return p, nil
}

// rules recognises what huma's validator says by its shape.
var rules = []struct {
	code  string
	shape *regexp.Regexp
}{
	{"integer", regexp.MustCompile(`invalid integer|expected integer`)},
	{"number", regexp.MustCompile(`invalid float|expected number$`)},
	{"minimum", regexp.MustCompile(`>=? ?(\S+)`)},
	{"maximum", regexp.MustCompile(`<=? ?(\S+)`)},
	{"required", regexp.MustCompile(`required`)},
	{"surplus", regexp.MustCompile(`unexpected property`)},
	{"choice", regexp.MustCompile(`one of "(.*)"`)},
}

func rule(message string) (code string, args map[string]string) {
	for _, r := range rules {
		if m := r.shape.FindStringSubmatch(message); m != nil {
			return r.code, map[string]string{"bound": m[len(m)-1]}
		}
	}
	return "value", map[string]string{}
}
