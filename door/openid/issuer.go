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

	"conurb/area"
	"conurb/kit/openid4vci"
)

// Issuer is what the door needs of whoever hands licences out. Refusals are
// *openid4vci.Refusal, everything else is an error of the house.
type Issuer interface {
	Metadata(ctx context.Context) (openid4vci.Issuer, error)
	Server(ctx context.Context) (openid4vci.Server, error)
	// Offer is the offer whose address ends in a secret; ErrNoOffer where there is none.
	Offer(ctx context.Context, secret string) (openid4vci.Offer, error)
	Push(ctx context.Context, form url.Values, c Caller) (openid4vci.Pushed, error)
	// Asked says what a pushed request asks of a holder; ErrNoPush where there is none.
	Asked(ctx context.Context, client, requestURI string, h Holder) (Asked, error)
	// Answer ends a pushed request with the licences that its holder chose, none: declined. It
	// tells where the person goes on.
	Answer(ctx context.Context, client, requestURI string, h Holder, licences []string) (redirect string, err error)
	Token(ctx context.Context, form url.Values, c Caller) (openid4vci.Token, error)
	Nonce(ctx context.Context) (string, error)
	Credential(ctx context.Context, a Access, body []byte) (openid4vci.Issued, error)
	Deferred(ctx context.Context, a Access, body []byte) (openid4vci.Issued, error)
	Notify(ctx context.Context, a Access, body []byte) error
}

// What an Issuer says besides *openid4vci.Refusal.
var (
	ErrNoOffer = errors.New("no offer of that name, or it is over")
	ErrNoPush  = errors.New("no request of that name, or it is over")
)

// Caller is what a wallet proves of itself in the headers of a request. Path is that of the
// endpoint, below the address of the issuer.
type Caller struct {
	Method, Path             string
	DPoP, Attestation, Proof string
}

// Access is an access token as it was shown.
type Access struct {
	Caller
	Scheme string // bearer or dpop
	Token  string
}

// Holder is who is signed in at the node.
type Holder struct{ Kind, Code, Name string }

// Asked is what a wallet asks of a holder.
type Asked struct {
	Client   string // what the wallet says it is
	Attested bool   // its maker vouches for that
	Host     string // where the answer goes
	Licences []Choice
}

// Choice is a licence of the holder that could be handed out.
type Choice struct {
	ID, Number, Authority string
	Type                  area.Text
}

// IssuerOptions are how the door is opened.
type IssuerOptions struct {
	// SignedIn tells who is signed in; ok is false when nobody is.
	SignedIn func(r *http.Request) (holderKind, holderCode, name string, ok bool)
	// SignIn is where a person signs in and comes back to a path of the node.
	SignIn func(back string) string
	Log    *slog.Logger
}

// Paths below the address of an issuer.
const (
	PathPush         = "/openid/par"
	PathAuthorize    = "/openid/authorize"
	PathToken        = "/openid/token"
	PathNonce        = "/openid/nonce"
	PathCredential   = "/openid/credential"
	PathDeferred     = "/openid/deferred"
	PathNotification = "/openid/notification"
	PathOffer        = "/openid/offer/"
)

type issuer struct {
	i Issuer
	o IssuerOptions
}

// IssuerRoutes opens the endpoints of an issuer. Wallets of every origin may use all but
// /openid/authorize, where a person with a session decides: that one refuses posts from other
// origins by itself.
func IssuerRoutes(mux *http.ServeMux, i Issuer, o IssuerOptions) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := issuer{i, o}
	read := func(path string, f func(*http.Request) (any, error)) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { d.answer(w, r, f) })
	}
	read("/.well-known/"+openid4vci.IssuerMetadata, func(r *http.Request) (any, error) { return d.i.Metadata(r.Context()) })
	read("/.well-known/"+openid4vci.ServerMetadata, func(r *http.Request) (any, error) { return d.i.Server(r.Context()) })
	read(PathOffer+"{secret}", func(r *http.Request) (any, error) {
		offer, err := d.i.Offer(r.Context(), r.PathValue("secret"))
		if err != nil {
			return nil, err
		}
		return json.RawMessage(offer.JSON()), nil
	})
	post := func(path string, f func(http.ResponseWriter, *http.Request) (any, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			d.answer(w, r, func(r *http.Request) (any, error) { return f(w, r) })
		})
		mux.HandleFunc("OPTIONS "+path, preflight)
	}
	post(PathPush, d.push)
	post(PathToken, d.token)
	post(PathNonce, d.nonce)
	post(PathCredential, d.credential)
	post(PathDeferred, d.deferred)
	post(PathNotification, d.notify)
	mux.HandleFunc("GET "+PathAuthorize, d.authorize)
	mux.Handle("POST "+PathAuthorize, http.NewCrossOriginProtection().Handler(http.HandlerFunc(d.decide)))
}

func (d issuer) push(w http.ResponseWriter, r *http.Request) (any, error) {
	form, err := issuerForm(w, r)
	if err != nil {
		return nil, err
	}
	c, err := caller(r)
	if err != nil {
		return nil, err
	}
	return d.i.Push(r.Context(), form, c)
}

func (d issuer) token(w http.ResponseWriter, r *http.Request) (any, error) {
	form, err := issuerForm(w, r)
	if err != nil {
		return nil, err
	}
	c, err := caller(r)
	if err != nil {
		return nil, err
	}
	return d.i.Token(r.Context(), form, c)
}

func (d issuer) nonce(w http.ResponseWriter, r *http.Request) (any, error) {
	n, err := d.i.Nonce(r.Context())
	return map[string]string{"c_nonce": n}, err
}

func (d issuer) credential(w http.ResponseWriter, r *http.Request) (any, error) {
	a, body, err := protected(w, r, openid4vci.InvalidCredentialRequest)
	if err != nil {
		return nil, err
	}
	return d.i.Credential(r.Context(), a, body)
}

func (d issuer) deferred(w http.ResponseWriter, r *http.Request) (any, error) {
	a, body, err := protected(w, r, openid4vci.InvalidCredentialRequest)
	if err != nil {
		return nil, err
	}
	return d.i.Deferred(r.Context(), a, body)
}

func (d issuer) notify(w http.ResponseWriter, r *http.Request) (any, error) {
	a, body, err := protected(w, r, openid4vci.InvalidNotification)
	if err != nil {
		return nil, err
	}
	return nil, d.i.Notify(r.Context(), a, body)
}

// issuerForm reads a form. An access token has no place in it, nor in the address.
func issuerForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != formMedia {
		return nil, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "Content-Type", Err: errMedia}
	}
	if r.URL.RawQuery != "" {
		return nil, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "query", Err: errQuery}
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, openid4vci.MostForm))
	if err != nil {
		return nil, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "body", Err: err}
	}
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "body", Err: err}
	}
	return form, nil
}

var (
	errQuery  = errors.New("nothing may stand in the query of this address")
	errAccess = errors.New("an access token is needed, in this header and once")
	errJSON   = errors.New("not application/json")
)

// protected reads a request with an access token, which is taken from the header alone
// (RFC 6750 §2.1, §2.3; FAPI 2.0 §5.3.4).
func protected(w http.ResponseWriter, r *http.Request, code openid4vci.Code) (a Access, body []byte, err error) {
	if r.URL.RawQuery != "" {
		return a, nil, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "query", Err: errQuery}
	}
	if a.Caller, err = caller(r); err != nil {
		return a, nil, err
	}
	header := r.Header.Values("Authorization")
	scheme, token, ok := strings.Cut(strings.Join(header, ","), " ")
	a.Scheme, a.Token = strings.ToLower(scheme), token
	if len(header) != 1 || !ok || token == "" || len(token) > 512 || a.Scheme != "bearer" && a.Scheme != "dpop" {
		return a, nil, &openid4vci.Refusal{Code: openid4vci.InvalidToken, Field: "Authorization", Err: errAccess}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return a, nil, &openid4vci.Refusal{Code: code, Field: "Content-Type", Err: errJSON}
	}
	if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, openid4vci.MostRequest)); err != nil {
		return a, nil, &openid4vci.Refusal{Code: code, Field: "body", Err: err}
	}
	return a, body, nil
}

func caller(r *http.Request) (Caller, error) {
	for _, name := range []string{"DPoP", openid4vci.AttestationHeader, openid4vci.AttestationPoPHeader} {
		if len(r.Header.Values(name)) > 1 {
			return Caller{}, &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: name, Err: errTwice}
		}
	}
	return Caller{
		Method: r.Method, Path: r.URL.Path, DPoP: r.Header.Get("DPoP"),
		Attestation: r.Header.Get(openid4vci.AttestationHeader), Proof: r.Header.Get(openid4vci.AttestationPoPHeader),
	}, nil
}

// answer writes what a call brought, as JSON: a status of its own where it has one, 201 for
// what was pushed (RFC 9126 §2.2), 204 for nothing.
func (d issuer) answer(w http.ResponseWriter, r *http.Request, f func(*http.Request) (any, error)) {
	v, err := f(r)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	status := http.StatusOK
	switch x := v.(type) {
	case nil:
		head(w, "application/json")
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNoContent)
		return
	case openid4vci.Issued:
		status = x.Status()
	case openid4vci.Pushed:
		status = http.StatusCreated
	}
	head(w, "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func (d issuer) refuse(w http.ResponseWriter, r *http.Request, err error) {
	head(w, "application/json")
	no := &openid4vci.Refusal{Code: openid4vci.ServerError}
	var large *http.MaxBytesError
	status := 0
	switch {
	case errors.As(err, &large):
		errors.As(err, &no)
		status = http.StatusRequestEntityTooLarge
	case errors.As(err, &no):
	case errors.Is(err, ErrNoOffer):
		no, status = &openid4vci.Refusal{Code: openid4vci.InvalidRequest, Field: "offer", Err: ErrNoOffer}, http.StatusNotFound
	default:
		d.o.Log.ErrorContext(r.Context(), "door for wallets", "path", r.URL.Path, "error", err)
	}
	if status == 0 {
		status = no.Status()
	}
	if no.Code == openid4vci.InvalidToken || no.Code == openid4vci.InsufficientScope {
		w.Header().Set("WWW-Authenticate", `DPoP error="`+string(no.Code)+`", algs="ES256 EdDSA", Bearer error="`+string(no.Code)+`"`)
	}
	w.WriteHeader(status)
	body := map[string]string{"error": string(no.Code)}
	if text := no.Description(); text != "" {
		body["error_description"] = text
	}
	json.NewEncoder(w).Encode(body)
}

func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, "+openid4vci.AttestationHeader+", "+openid4vci.AttestationPoPHeader)
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}
