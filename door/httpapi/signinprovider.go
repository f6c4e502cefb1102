package httpapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"conurb/trust/identity"
)

// wayCookie carries what binds a sign-in at a provider to the browser that began it.
func (s *server) wayCookie(secret string) http.Cookie {
	c := s.cookie(secret, s.now())
	c.Name += "-way"
	if secret != "" {
		c.MaxAge = 600
	}
	return c
}

func (s *server) linkProvider(ctx context.Context, in *LinkInput) (*LinkAnswer, error) {
	people, me, _, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	d, err := people.BeginProvider(ctx, in.Body.Provider, me.ID, in.Body.To)
	if err != nil {
		return nil, s.refusedPerson(ctx, err)
	}
	return &LinkAnswer{s.wayCookie(d.Secret), LinkBody{d.URL}}, nil
}

// toProvider sends the browser to a provider: GET /signin/oidc?provider=ID&to=PATH.
func (s *server) toProvider(w http.ResponseWriter, r *http.Request) {
	people, err := s.entrance()
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	q := r.URL.Query()
	d, err := people.BeginProvider(r.Context(), q.Get("provider"), "", q.Get("to"))
	if err != nil {
		s.notSignedIn(w, r, err)
		return
	}
	c := s.wayCookie(d.Secret)
	http.SetCookie(w, &c)
	depart(w, r, d.URL)
}

// fromProvider is where a provider sends the browser back to.
func (s *server) fromProvider(w http.ResponseWriter, r *http.Request) {
	people, err := s.entrance()
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	ctx, q := r.Context(), r.URL.Query()
	gone := s.wayCookie("")
	http.SetCookie(w, &gone)
	way, err := r.Cookie(gone.Name)
	if err != nil {
		s.notSignedIn(w, r, &identity.Fault{Code: "sign-in-over"})
		return
	}
	me, _ := who(ctx)
	n, to, err := people.FinishProvider(ctx, way.Value, q.Get("state"), q.Get("code"), me.ID)
	if err == nil && n.Secret != "" {
		err = s.endOld(ctx)
	}
	if err != nil {
		s.notSignedIn(w, r, err)
		return
	}
	if n.Secret != "" {
		c := s.cookie(n.Secret, n.Until)
		http.SetCookie(w, &c)
	}
	depart(w, r, to)
}

func depart(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address has the code
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// notSignedIn lets the page say why: /signin?problem=CODE, a fault of identity.
func (s *server) notSignedIn(w http.ResponseWriter, r *http.Request, err error) {
	var f *identity.Fault
	if !errors.As(err, &f) {
		s.writeProblem(w, r, err)
		return
	}
	s.log.InfoContext(r.Context(), "sign-in at a provider refused", "request", requestID(r.Context()), "error", err)
	depart(w, r, "/signin?problem="+url.QueryEscape(f.Code))
}

// address is where a request comes from. What a proxy says of others is not believed: behind
// one, all come from it.
func address(ctx context.Context) string {
	c, ok := ctx.Value(keyCaller).(*caller)
	if !ok {
		return ""
	}
	host, _, err := net.SplitHostPort(c.remote)
	if err != nil {
		return c.remote
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil { // one household has a /64 (RFC 6177)
		return ip.Mask(net.CIDRMask(64, 128)).String()
	}
	return strings.TrimSpace(host)
}
