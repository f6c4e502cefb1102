package openid_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"conurb/door/openid"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
	"conurb/locale"
)

// counter is a verifier with one request, "7".
type counter struct {
	signer openid4vp.Signer
	ask    openid4vp.Ask
	issuer jws.Public

	mu       sync.Mutex
	answered bool
	got      []openid4vp.Presentation
	declined string
}

func (c *counter) Request(_ context.Context, id, walletNonce string) (string, error) {
	switch id {
	case "7":
		return c.signer.Sign(rand.Reader, c.ask, walletNonce)
	case "broken":
		return "", errors.New("the disk is full")
	}
	return "", openid.ErrNoRequest
}

func (c *counter) Respond(_ context.Context, id string, form url.Values) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case id != "7":
		return "", openid.ErrNoRequest
	case c.answered:
		return "", openid.ErrAnswered
	}
	list, err := c.ask.Receive(form, func(*sdjwt.Shown) (jws.Public, error) { return c.issuer, nil }, time.Now(), sdjwt.Fresh{Age: time.Minute, Ahead: time.Minute})
	var declined *openid4vp.Declined
	switch {
	case errors.As(err, &declined):
		c.answered, c.declined = true, declined.Reason
		return "", nil
	case err != nil:
		return "", err
	}
	c.answered, c.got = true, list
	return "https://counter.example/done#code=1", nil
}

// street is a counter with its door open, and a wallet.
type street struct {
	*counter
	url    string
	wallet openid4vp.Wallet
	holder *jws.Private
	held   []*sdjwt.Shown
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newStreet(t *testing.T) *street {
	t.Helper()
	var keys [4]*jws.Private
	var err error
	for i := range keys {
		keys[i], err = jws.Generate(jws.ES256, rand.Reader)
		fatal(t, err)
	}
	anchorKey, key, issuer, holder := keys[0], keys[1], keys[2], keys[3]
	from, until := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	anchor, err := x5c.Anchor(rand.Reader, anchorKey, "anchor", from, until)
	fatal(t, err)
	leaf, err := x5c.Signer(rand.Reader, anchor, anchorKey, key.Public(), "counter", nil, from, until)
	fatal(t, err)
	s := &street{counter: &counter{issuer: issuer.Public(), signer: openid4vp.Signer{Key: key, Chain: x5c.Chain{leaf}, Profile: openid4vp.HAIP}}, holder: holder}
	s.wallet = openid4vp.Wallet{Anchors: []*x509.Certificate{anchor}, Profile: openid4vp.HAIP}
	mux := http.NewServeMux()
	openid.VerifierRoutes(mux, s.counter, nil)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	query, err := dcql.Parse([]byte(`{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":["name"]}]}]}`))
	fatal(t, err)
	s.ask, err = openid4vp.New(rand.Reader, s.signer.ClientID(), s.url+"/openid/response/7", query, time.Now(), time.Minute)
	fatal(t, err)
	b, err := json.Marshal(holder.Public().JWK(""))
	fatal(t, err)
	jwk, err := strictjson.Decode(b, strictjson.Limits{})
	fatal(t, err)
	text, err := sdjwt.Issue(rand.Reader, issuer, map[string]any{"typ": "dc+sd-jwt"}, sdjwt.Object{"vct": "t", "cnf": sdjwt.Object{"jwk": jwk}, "name": sdjwt.Hidden{Value: "王小明"}, "number": sdjwt.Hidden{Value: "1"}}, sdjwt.Settings{})
	fatal(t, err)
	shown, err := sdjwt.Parse(text, jws.ES256)
	fatal(t, err)
	s.held = []*sdjwt.Shown{shown}
	return s
}

// do sends a request and reads what comes back.
func do(t *testing.T, method, to, media, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, to, strings.NewReader(body))
	fatal(t, err)
	r.Header.Set("Origin", "https://wallet.example")
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	r.Header.Set("Accept-Language", "en")
	res, err := http.DefaultClient.Do(r)
	fatal(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	fatal(t, err)
	if res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s: header %v", method, to, res.Header)
	}
	return res, string(b)
}

const formType = "application/x-www-form-urlencoded"

// fetch is a wallet that opens the link and fetches the request object.
func (s *street) fetch(t *testing.T, nonce string) *openid4vp.Request {
	t.Helper()
	link, err := openid4vp.ReadLink(s.ask.Link("openid4vp://", s.url+"/openid/request/7"))
	fatal(t, err)
	method, body := http.MethodGet, ""
	if nonce != "" {
		method, body = http.MethodPost, url.Values{"wallet_nonce": {nonce}, "wallet_metadata": {`{"vp_formats_supported":{"dc+sd-jwt":{}}}`}}.Encode()
	}
	res, object := do(t, method, link.RequestURI, formType, body)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/oauth-authz-req+jwt" {
		t.Fatalf("%s: %d %s", method, res.StatusCode, object)
	}
	r, err := s.wallet.Read(link, object, nonce, time.Now())
	fatal(t, err)
	return r
}

func (s *street) answer(t *testing.T, r *openid4vp.Request) (*http.Response, string) {
	t.Helper()
	shown, err := r.Query.Select(r.Query.Matches(s.held), false)
	fatal(t, err)
	form, err := r.Present(rand.Reader, shown, func(dcql.Match) (*jws.Private, error) { return s.holder, nil }, time.Now())
	fatal(t, err)
	return do(t, http.MethodPost, r.ResponseURI, formType, form.Encode())
}

// TestConformanceOverHTTP does what the modules of these names do where the endpoints of a
// verifier matter.
func TestConformanceOverHTTP(t *testing.T) {
	for module, fetch := range map[string]func(*testing.T, *street) *openid4vp.Request{
		"oid4vp-1final-verifier-happy-flow": func(t *testing.T, s *street) *openid4vp.Request { return s.fetch(t, "") },
		"oid4vp-1final-verifier-request-uri-fetched-twice": func(t *testing.T, s *street) *openid4vp.Request {
			s.fetch(t, "")
			return s.fetch(t, "")
		},
		"oid4vp-1final-verifier-request-uri-method-post": func(t *testing.T, s *street) *openid4vp.Request { return s.fetch(t, "n-1") },
	} {
		t.Run(module, func(t *testing.T) {
			s := newStreet(t)
			res, body := s.answer(t, fetch(t, s))
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" || strings.TrimSpace(body) != `{"redirect_uri":"https://counter.example/done#code=1"}` {
				t.Fatalf("%d %s", res.StatusCode, body)
			}
			if len(s.got) != 1 || s.got[0].Claims["name"] != "王小明" || s.got[0].Claims["number"] != nil {
				t.Errorf("the counter has %+v", s.got)
			}
		})
	}
}

func TestWalletDeclines(t *testing.T) {
	s := newStreet(t)
	r := s.fetch(t, "")
	res, body := do(t, http.MethodPost, r.ResponseURI, formType, r.Refuse(openid4vp.AccessDenied, "").Encode())
	if res.StatusCode != 200 || strings.TrimSpace(body) != "{}" || s.declined != "access_denied" {
		t.Errorf("%d %s, declined %q", res.StatusCode, body, s.declined)
	}
	if res, body = s.answer(t, r); res.StatusCode != http.StatusConflict || !strings.Contains(body, `"answered"`) {
		t.Errorf("an answer after that: %d %s", res.StatusCode, body)
	}
}

func TestDoorRefuses(t *testing.T) {
	s := newStreet(t)
	request, response := s.url+"/openid/request/", s.url+"/openid/response/"
	for name, c := range map[string]struct {
		method, to, media, body string
		status                  int
		code, field             string
	}{
		"no such request":            {"GET", request + "8", "", "", 404, "no-request", ""},
		"nothing of that name":       {"POST", response + "8", formType, "vp_token={}", 404, "no-request", ""},
		"JSON":                       {"POST", response + "7", "application/json", "{}", 400, "form", "Content-Type"},
		"no media type":              {"POST", response + "7", "", "vp_token={}", 400, "form", "Content-Type"},
		"a parameter twice":          {"POST", response + "7", formType, "state=a&state=b", 400, "form", "state"},
		"a name in Chinese twice":    {"POST", response + "7", formType, "证=a&证=b", 400, "form", "证"},
		"not a form":                 {"POST", response + "7", formType, "a=%zz", 400, "form", "body"},
		"too large":                  {"POST", response + "7", formType, "a=" + strings.Repeat("a", 2*openid4vp.MostAnswer), 413, "too-large", "body"},
		"too large to fetch":         {"POST", request + "7", formType, "wallet_metadata=" + strings.Repeat("a", 1<<17), 413, "too-large", "body"},
		"not encrypted":              {"POST", response + "7", formType, "vp_token={}", 400, "encrypted", "response"},
		"an error of somebody else":  {"POST", response + "7", formType, "error=access_denied&state=1", 400, "state", "state"},
		"a nonce with a line break":  {"POST", request + "7", formType, "wallet_nonce=a%0Ab", 400, "wallet-nonce", "wallet_nonce"},
		"something that went wrong":  {"GET", request + "broken", "", "", 500, "internal", ""},
		"something that went wrong2": {"POST", request + "broken", formType, "", 500, "internal", ""},
	} {
		res, body := do(t, c.method, c.to, c.media, c.body)
		var got openid.Refused
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %s: %v", name, body, err)
			continue
		}
		if res.StatusCode != c.status || got.Code != c.code || got.Field != c.field || got.Error == "" || !strings.HasPrefix(got.Description, c.code) || got.Message != locale.T("en", "openid4vp."+c.code, map[string]string{"field": c.field}) {
			t.Errorf("%s: %d %+v, want %d %s %s", name, res.StatusCode, got, c.status, c.code, c.field)
		}
		if strings.ContainsFunc(got.Description, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("%s: described as %q, against RFC 6749 §5.2", name, got.Description)
		}
		if strings.Contains(body, "disk") {
			t.Errorf("%s: tells a stranger %s", name, body)
		}
	}
	if s.answered {
		t.Error("the counter took one for an answer")
	}
}

// TestRefusalsHaveWords holds every code to words in both languages.
func TestRefusalsHaveWords(t *testing.T) {
	var keys []string
	for _, c := range openid4vp.Codes {
		keys = append(keys, "openid4vp."+string(c))
	}
	for _, c := range dcql.Codes {
		keys = append(keys, "dcql."+string(c))
	}
	keys = append(keys, "openid4vp.too-large", "openid4vp.no-request", "openid4vp.answered", "openid4vp.internal")
	for _, lang := range locale.Languages {
		for _, key := range keys {
			if !locale.Has(lang, key) {
				t.Errorf("%s: no %s", lang, key)
			}
		}
		if got := len(locale.Keys("openid4vp.")) + len(locale.Keys("dcql.")); got != len(keys) {
			t.Errorf("%s: words for %d codes, there are %d", lang, got, len(keys))
		}
	}
}
