package devprovider

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"conurb/app/people"
	"conurb/door/httpapi"
	"conurb/kit/jws"
	"conurb/locale"
)

// Path is where the provider is served, below the address of its node.
const Path = "/dev/oidc"

// client is the node.
const client = "conurb-demo"

const (
	codeLasts  = time.Minute
	tokenLasts = 5 * time.Minute
	mostCodes  = 1000 // that nobody fetched
)

// Provider is one. It serves the paths below Path.
type Provider struct {
	issuer   string
	back     string
	accounts []httpapi.DemoAccount
	key      *jws.Private
	now      func() time.Time
	mux      *http.ServeMux
	lock     sync.Mutex
	codes    map[string]grant
}

// grant is what a code stands for.
type grant struct {
	subject, nonce, challenge string
	until                     time.Time
}

// New makes the provider of a demonstration's node, by the address of the node and its
// accounts. Its key is new at each start. now nil is time.Now.
func New(node string, accounts []httpapi.DemoAccount, now func() time.Time) (*Provider, error) {
	if now == nil {
		now = time.Now
	}
	node = strings.TrimSuffix(node, "/")
	key, err := jws.Generate(jws.ES256, rand.Reader)
	if err != nil {
		return nil, err
	}
	v := &Provider{issuer: node + Path, back: node + people.Back, accounts: accounts, key: key, now: now, mux: http.NewServeMux(), codes: map[string]grant{}}
	v.mux.HandleFunc("GET "+Path+"/.well-known/openid-configuration", v.discovery)
	v.mux.HandleFunc("GET "+Path+"/keys", v.keys)
	v.mux.HandleFunc("GET "+Path+"/authorize", v.choose)
	v.mux.HandleFunc("POST "+Path+"/authorize", v.chosen)
	v.mux.HandleFunc("POST "+Path+"/token", v.token)
	return v, nil
}

// Describe is the provider as people.Options want it.
func (v *Provider) Describe() people.Provider {
	return people.Provider{ID: people.DemoProvider, Name: httpapi.Text{Zh: locale.T("zh-CN", "devprovider.title", nil), En: locale.T("en", "devprovider.title", nil)},
		Issuer: v.issuer, ClientID: client, Demo: true}
}

func (v *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	v.mux.ServeHTTP(w, r)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who does not listen is gone
}

// discovery is OpenID Connect Discovery 1.0 §3.
func (v *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]any{
		"issuer": v.issuer, "authorization_endpoint": v.issuer + "/authorize", "token_endpoint": v.issuer + "/token", "jwks_uri": v.issuer + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "grant_types_supported": []string{"authorization_code"},
		"id_token_signing_alg_values_supported": []string{"ES256"}, "code_challenge_methods_supported": []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"none"}, "scopes_supported": []string{"openid"},
	})
}

func (v *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	k := v.key.Public().JWK(v.key.Public().Thumbprint())
	k.Alg, k.Use = string(jws.ES256), "sig"
	write(w, http.StatusOK, map[string]any{"keys": []jws.JWK{k}})
}

// fault says what is wrong with a request; of what may be a stranger's, the browser is not
// sent back (RFC 6749 §4.1.2.1).
func (v *Provider) fault(q url.Values) string {
	switch {
	case q.Get("client_id") != client:
		return "client_id"
	case q.Get("redirect_uri") != v.back:
		return "redirect_uri"
	case q.Get("response_type") != "code":
		return "response_type"
	case !strings.Contains(" "+q.Get("scope")+" ", " openid "):
		return "scope"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return "code_challenge"
	}
	return ""
}

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="{{.Lang}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}}</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}
.w{border:2px solid #b45309;border-radius:.5rem;padding:.75rem 1rem}button{display:block;width:100%;font:inherit;text-align:start;padding:.75rem 1rem;margin:.5rem 0;min-height:3rem}
small{display:block;opacity:.8}</style><h1>{{.Title}}</h1><p class="w" role="note">{{.Warning}}</p>{{if .Bad}}<p role="alert">{{.Bad}}</p>{{else}}
<form method="post"><p>{{.Choose}}</p>{{range $k, $v := .Asked}}<input type="hidden" name="{{$k}}" value="{{index $v 0}}">{{end}}
{{range .People}}<button name="subject" value="{{.Login}}">{{.Name}}<small>{{.What}}</small></button>{{end}}</form>{{end}}</html>`))

type choice struct{ Login, Name, What string }

// choose shows who one can be.
func (v *Provider) choose(w http.ResponseWriter, r *http.Request) { v.show(w, r, r.URL.Query()) }

func (v *Provider) show(w http.ResponseWriter, r *http.Request, q url.Values) {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	bad := v.fault(q)
	p := struct {
		Lang, Title, Warning, Choose, Bad string
		Asked                             url.Values
		People                            []choice
	}{Lang: lang, Title: locale.T(lang, "devprovider.title", nil), Warning: locale.T(lang, "devprovider.warning", nil),
		Choose: locale.T(lang, "devprovider.choose", map[string]string{"client": v.back}), Asked: url.Values{}}
	for _, name := range []string{"client_id", "redirect_uri", "response_type", "scope", "code_challenge", "code_challenge_method", "state", "nonce"} {
		p.Asked.Set(name, q.Get(name))
	}
	for _, a := range v.accounts {
		what := a.What.En
		if lang == "zh-CN" {
			what = a.What.Zh
		}
		p.People = append(p.People, choice{a.Login, a.Name, what})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if bad != "" {
		p.Bad = locale.T(lang, "devprovider.bad", map[string]string{"what": bad})
		w.WriteHeader(http.StatusBadRequest)
	}
	_ = page.Execute(w, p) // who does not listen is gone
}

// chosen sends the browser back with a code.
func (v *Provider) chosen(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || v.fault(r.PostForm) != "" || !v.knows(r.PostForm.Get("subject")) {
		v.show(w, r, r.PostForm)
		return
	}
	q, code := r.PostForm, rand.Text()
	v.keep(code, grant{q.Get("subject"), q.Get("nonce"), q.Get("code_challenge"), v.now().Add(codeLasts)})
	http.Redirect(w, r, v.back+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusSeeOther)
}

func (v *Provider) knows(login string) bool {
	for _, a := range v.accounts {
		if a.Login == login {
			return true
		}
	}
	return false
}

func (v *Provider) keep(code string, g grant) {
	v.lock.Lock()
	defer v.lock.Unlock()
	for c, old := range v.codes {
		if v.now().After(old.until) || len(v.codes) >= mostCodes {
			delete(v.codes, c)
		}
	}
	v.codes[code] = g
}

// take takes a code out: it is good once.
func (v *Provider) take(code string) (grant, bool) {
	v.lock.Lock()
	defer v.lock.Unlock()
	g, ok := v.codes[code]
	delete(v.codes, code)
	return g, ok && !v.now().After(g.until)
}

// token gives the word about who somebody is for a code (Core §3.1.3), held to its PKCE
// verifier (RFC 7636 §4.6).
func (v *Provider) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "authorization_code" {
		write(w, http.StatusBadRequest, map[string]string{"error": "unsupported_grant_type"})
		return
	}
	q := r.PostForm
	if q.Get("client_id") != client {
		write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	g, ok := v.take(q.Get("code"))
	sum := sha256.Sum256([]byte(q.Get("code_verifier")))
	if !ok || q.Get("redirect_uri") != v.back || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	now := v.now()
	claims, err := json.Marshal(map[string]any{"iss": v.issuer, "sub": g.subject, "aud": client, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(tokenLasts).Unix()})
	if err == nil {
		var word string
		if word, err = jws.Sign(rand.Reader, v.key, map[string]any{"kid": v.key.Public().Thumbprint(), "typ": "JWT"}, claims); err == nil {
			write(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": int(tokenLasts.Seconds()), "id_token": word})
			return
		}
	}
	write(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
}
