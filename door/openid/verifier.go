package openid

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"conurb/kit/openid4vp"
	"conurb/locale"
)

// Verifier is what the door needs of whoever asks wallets.
type Verifier interface {
	// Request is the signed request object of an id. walletNonce is what the wallet sent when it
	// fetched it by POST, empty otherwise. It may be fetched more than once.
	Request(ctx context.Context, id, walletNonce string) (object string, err error)
	// Respond takes what a wallet posted, an answer or an error of its own, and tells where the
	// person goes on; empty where nowhere.
	Respond(ctx context.Context, id string, form url.Values) (redirect string, err error)
}

// What a Verifier says besides *openid4vp.Refusal.
var (
	ErrNoRequest = errors.New("no request of that name, or it is over")
	ErrAnswered  = errors.New("the request was answered before")
)

const (
	objectMedia = "application/oauth-authz-req+jwt"
	formMedia   = "application/x-www-form-urlencoded"
	// mostFetch is how much a wallet may say of itself when it fetches a request, in bytes.
	mostFetch = 64 << 10
	// mostForm leaves room for what form encoding adds to an answer.
	mostForm = 2 * openid4vp.MostAnswer
)

type verifier struct {
	v   Verifier
	log *slog.Logger
}

// VerifierRoutes opens the endpoints of a verifier: GET and POST /openid/request/{id}, and POST
// /openid/response/{id}. Wallets of every origin may use them: they carry no cookie, and
// what they say proves itself. Whoever guards the other paths against posts from other
// origins has to leave these out.
func VerifierRoutes(mux *http.ServeMux, v Verifier, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	d := verifier{v, log}
	mux.HandleFunc("GET /openid/request/{id}", d.request)
	mux.HandleFunc("POST /openid/request/{id}", d.request)
	mux.HandleFunc("POST /openid/response/{id}", d.response)
}

func (d verifier) request(w http.ResponseWriter, r *http.Request) {
	nonce := ""
	if r.Method == http.MethodPost {
		form, err := readForm(w, r, mostFetch)
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		nonce = form.Get("wallet_nonce") // wallet_metadata is passed over: there is one way to ask
	}
	object, err := d.v.Request(r.Context(), r.PathValue("id"), nonce)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	head(w, objectMedia)
	io.WriteString(w, object)
}

func (d verifier) response(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(w, r, mostForm)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	redirect, err := d.v.Respond(r.Context(), r.PathValue("id"), form)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	answer := map[string]string{}
	if redirect != "" {
		answer["redirect_uri"] = redirect
	}
	head(w, "application/json")
	json.NewEncoder(w).Encode(answer)
}

// readForm reads a form of at most so many bytes; a parameter that stands twice is refused.
func readForm(w http.ResponseWriter, r *http.Request, most int64) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != formMedia {
		return nil, &openid4vp.Refusal{Code: openid4vp.CodeForm, Field: "Content-Type", Err: errMedia}
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return nil, &openid4vp.Refusal{Code: openid4vp.CodeForm, Field: "body", Err: err}
	}
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, &openid4vp.Refusal{Code: openid4vp.CodeForm, Field: "body", Err: err}
	}
	for name, list := range form {
		if len(list) > 1 {
			return nil, &openid4vp.Refusal{Code: openid4vp.CodeForm, Field: name, Err: errTwice}
		}
	}
	return form, nil
}

var (
	errMedia = errors.New("not " + formMedia)
	errTwice = errors.New("stands twice")
)

// Refused is what a wallet is told: the error of OAuth with a description for developers (RFC
// 6749 §5.2), the code and field of the refusal, and a sentence for whoever holds the wallet.
// What does not hold in a presentation is not told in more detail.
type Refused struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Code        string `json:"code"`
	Field       string `json:"field,omitempty"`
	Message     string `json:"message"` // in the language that Accept-Language asks for
}

func (d verifier) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, body := http.StatusBadRequest, Refused{Error: "invalid_request"}
	var refusal *openid4vp.Refusal
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		status, body.Code, body.Field = http.StatusRequestEntityTooLarge, "too-large", "body"
	case errors.As(err, &refusal):
		body.Code, body.Field = string(refusal.Code), refusal.Field
	case errors.Is(err, ErrNoRequest):
		status, body.Code = http.StatusNotFound, "no-request"
	case errors.Is(err, ErrAnswered):
		status, body.Code = http.StatusConflict, "answered"
	default:
		d.log.ErrorContext(r.Context(), "door for wallets", "path", r.URL.Path, "error", err)
		status, body = http.StatusInternalServerError, Refused{Error: "server_error", Code: "internal"}
	}
	body.Description = developers(body.Code, body.Field)
	body.Message = locale.T(locale.Match(r.Header.Get("Accept-Language")), "openid4vp."+body.Code, map[string]string{"field": body.Field})
	head(w, "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// developers is a code and field in the characters that RFC 6749 permits.
func developers(code, field string) string {
	if field == "" || strings.ContainsFunc(field, func(r rune) bool { return r < 0x20 || r > 0x7e || r == '"' || r == '\\' }) {
		return code
	}
	return code + ": " + field
}

// head is the header of every answer: for any origin, and nowhere kept.
func head(w http.ResponseWriter, media string) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
}
