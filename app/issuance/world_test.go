package issuance_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"conurb/app/issuance"
	"conurb/area"
	"conurb/door/openid"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/kit/x5c"
	"conurb/livelihood/licence"
	"conurb/store"
)

// The codes of two types of the region.
const (
	identityCard = "11100000XXGAB00010002"
	vehicle      = "11100000XXGAB00010005"
)

const holderCode = "430102199001011234"

// world is a node that hands licences out, over HTTP, and who is signed in at it.
type world struct {
	t      *testing.T
	store  *store.Store
	types  *licence.Register
	key    *jws.Private // of the authority
	desk   *issuance.Desk
	server *httptest.Server
	signed openid.Holder
	maker  maker
}

// maker makes wallets and attests what they are.
type maker struct {
	key    *jws.Private
	chain  x5c.Chain
	anchor *x509.Certificate
}

func generate(t testing.TB) *jws.Private {
	t.Helper()
	k, err := jws.Generate(jws.ES256, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func makeMaker(t testing.TB, now time.Time) (m maker) {
	t.Helper()
	root := generate(t)
	var err error
	if m.anchor, err = x5c.Anchor(rand.Reader, root, "anchor", now.Add(-time.Hour), now.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	m.key = generate(t)
	leaf, err := x5c.Signer(rand.Reader, m.anchor, root, m.key.Public(), "maker", nil, now.Add(-time.Hour), now.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	m.chain = x5c.Chain{leaf}
	return m
}

// build builds a world; change changes its settings.
func build(t *testing.T, dsn string, change func(*issuance.Settings)) *world {
	t.Helper()
	w := &world{t: t, key: generate(t), signed: openid.Holder{Kind: "111", Code: holderCode, Name: "王小明"}, maker: makeMaker(t, time.Now())}
	w.store = storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: time.Now})
	b, err := os.ReadFile("../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if w.types, err = licence.ReadRegister(licence.RegisterFile, b); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	w.server = httptest.NewServer(mux)
	t.Cleanup(w.server.Close)
	s := issuance.Settings{
		Store: w.store, Types: w.types, Seal: w.seal, Issuer: w.server.URL, Name: area.Text{Zh: "长沙市", En: "Changsha"}, Now: time.Now,
		Anchors: []*x509.Certificate{w.maker.anchor},
	}
	if change != nil {
		change(&s)
	}
	if w.desk, err = issuance.New(s); err != nil {
		t.Fatal(err)
	}
	openid.IssuerRoutes(mux, w.desk, openid.IssuerOptions{SignedIn: func(*http.Request) (string, string, string, bool) {
		return w.signed.Kind, w.signed.Code, w.signed.Name, w.signed.Code != ""
	}})
	return w
}

func (w *world) seal(r *licence.Record) error {
	return r.Seal(rand.Reader, w.types.Type(r.Type), w.key, licence.Settings{Issuer: w.server.URL, Zone: time.UTC})
}

// issue issues a licence to the holder.
func (w *world) issue(code string) licence.Record {
	w.t.Helper()
	r, err := w.store.IssueLicence(context.Background(), w.types.Type(code), licence.Draft{
		Type: code, Authority: licence.Authority{City: "changsha", Code: "11430100XX00000010", Name: "长沙市公安局"},
		Holder: licence.Holder{Kind: "111", Code: holderCode, Name: "王小明"}, Attributes: map[string]any{"sex": "男"},
	}, "clerk", time.UTC, store.Shape{}, w.seal)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) act(id string, a licence.Action, how licence.How) {
	w.t.Helper()
	how.By, how.Reason = "clerk", "because"
	if _, err := w.store.ActOnLicence(context.Background(), w.types, id, a, how, time.UTC, w.seal); err != nil {
		w.t.Fatal(err)
	}
}

// wallet is a wallet at work: what it found out, and the keys that it uses.
type wallet struct {
	*world
	client   string
	instance *jws.Private // attested; nil: it is not
	dpop     *jws.Private // nil: without
	issuer   openid4vci.Issuer
	as       openid4vci.Server
}

func (w *world) wallet(client string) *wallet {
	w.t.Helper()
	x := &wallet{world: w, client: client}
	var err error
	if x.issuer, err = openid4vci.ReadIssuer(w.get(x.wellKnown(openid4vci.IssuerMetadata)), w.server.URL); err != nil {
		w.t.Fatal(err)
	}
	if x.as, err = openid4vci.ReadServer(w.get(x.wellKnown(openid4vci.ServerMetadata)), w.server.URL); err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (x *wallet) wellKnown(name string) string {
	at, err := openid4vci.WellKnown(x.server.URL, name)
	if err != nil {
		x.t.Fatal(err)
	}
	return at
}

func (w *world) get(address string) []byte {
	w.t.Helper()
	r, err := http.Get(address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s, %v, %s", address, r.Status, err, b)
	}
	return b
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
	Error  string `json:"error"`
	About  string `json:"error_description"`
}

// send posts a body; prepare changes the request before it goes.
func (x *wallet) send(address, media string, body []byte, prepare func(*http.Request)) answer {
	x.t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Content-Type", media)
	if prepare != nil {
		prepare(r)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := c.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer got.Body.Close()
	a := answer{Status: got.StatusCode, Header: got.Header}
	if a.Body, err = io.ReadAll(got.Body); err != nil {
		x.t.Fatal(err)
	}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		json.Unmarshal(a.Body, &a)
	}
	return a
}

// headers proves what the wallet is, and that the request is its own.
func (x *wallet) headers(token string) func(*http.Request) {
	return func(r *http.Request) {
		x.t.Helper()
		now := time.Now()
		if x.dpop != nil {
			p, err := openid4vci.MakeDPoP(rand.Reader, x.dpop, r.Method, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, token, now)
			if err != nil {
				x.t.Fatal(err)
			}
			r.Header.Set("DPoP", p)
		}
		if token != "" {
			scheme := "Bearer "
			if x.dpop != nil {
				scheme = "DPoP "
			}
			r.Header.Set("Authorization", scheme+token)
			return
		}
		if x.instance != nil {
			a, err := openid4vci.AttestClient(rand.Reader, x.maker.key, x.maker.chain, x.client, x.instance.Public(), now, now.Add(time.Hour))
			if err != nil {
				x.t.Fatal(err)
			}
			p, err := openid4vci.MakeClientPoP(rand.Reader, x.instance, x.server.URL, now)
			if err != nil {
				x.t.Fatal(err)
			}
			r.Header.Set(openid4vci.AttestationHeader, a)
			r.Header.Set(openid4vci.AttestationPoPHeader, p)
		}
	}
}

const formMedia = "application/x-www-form-urlencoded"

func (x *wallet) form(address string, v url.Values) answer {
	x.t.Helper()
	return x.send(address, formMedia, []byte(v.Encode()), x.headers(""))
}

const verifier = "a-verifier-of-forty-three-characters-or-more-0123456789"

// ask is a pushed request.
func (x *wallet) ask(scope string) url.Values {
	return url.Values{
		"response_type": {"code"}, "client_id": {x.client}, "redirect_uri": {"https://wallet.example/back"}, "state": {"s"}, "scope": {scope},
		"code_challenge": {openid4vci.Challenge(verifier)}, "code_challenge_method": {"S256"}, "unknown": {"is passed over"},
	}
}

// authorize pushes a request, lets the holder decide, and returns the code.
func (x *wallet) authorize(ask url.Values, licences ...string) string {
	x.t.Helper()
	a := x.form(x.as.Pushed, ask)
	var p openid4vci.Pushed
	if err := json.Unmarshal(a.Body, &p); err != nil || a.Status != http.StatusCreated {
		x.t.Fatalf("push: %d %s", a.Status, a.Body)
	}
	page := string(x.get(x.as.Authorization + "?" + url.Values{"client_id": {x.client}, "request_uri": {p.URI}}.Encode()))
	if !strings.Contains(page, "https://wallet.example") {
		x.t.Errorf("the page does not say where the answer goes: %s", page)
	}
	v := url.Values{"client_id": {x.client}, "request_uri": {p.URI}, "decision": {"give"}, "licence": licences}
	if len(licences) == 0 {
		v.Set("decision", "decline")
	}
	got := x.send(x.as.Authorization, formMedia, []byte(v.Encode()), nil)
	back, err := url.Parse(got.Header.Get("Location"))
	if err != nil || got.Status != http.StatusSeeOther {
		x.t.Fatalf("authorize: %d %s", got.Status, got.Body)
	}
	q := back.Query()
	if q.Get("state") != "s" || q.Get("iss") != x.server.URL || back.Host != "wallet.example" {
		x.t.Errorf("sent back to %s", back)
	}
	if len(licences) == 0 && q.Get("error") != "access_denied" {
		x.t.Errorf("declined: %s", back)
	}
	return q.Get("code")
}

func (x *wallet) codeForm(code string) url.Values {
	return url.Values{"grant_type": {openid4vci.GrantCode}, "code": {code}, "client_id": {x.client}, "redirect_uri": {"https://wallet.example/back"}, "code_verifier": {verifier}}
}

func (x *wallet) token(v url.Values) openid4vci.Token {
	x.t.Helper()
	a := x.form(x.as.Token, v)
	var t openid4vci.Token
	if err := json.Unmarshal(a.Body, &t); err != nil || a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		x.t.Fatalf("token: %d %s", a.Status, a.Body)
	}
	return t
}

func (x *wallet) nonce() string {
	x.t.Helper()
	a := x.send(x.issuer.Nonce, formMedia, nil, nil)
	var n struct {
		Nonce string `json:"c_nonce"`
	}
	if err := json.Unmarshal(a.Body, &n); err != nil || n.Nonce == "" || a.Header.Get("Cache-Control") != "no-store" {
		x.t.Fatalf("nonce: %d %s", a.Status, a.Body)
	}
	return n.Nonce
}

// proofs proves the possession of keys.
func (x *wallet) proofs(client string, keys ...*jws.Private) openid4vci.Proofs {
	x.t.Helper()
	p, nonce := openid4vci.Proofs{Type: openid4vci.ProofJWT}, x.nonce()
	for _, k := range keys {
		text, err := openid4vci.MakeProof(rand.Reader, k, x.server.URL, client, nonce, time.Now())
		if err != nil {
			x.t.Fatal(err)
		}
		p.Texts = append(p.Texts, text)
	}
	return p
}

func (x *wallet) json(address, token string, body []byte) answer {
	x.t.Helper()
	return x.send(address, "application/json", body, x.headers(token))
}

// credential asks for credentials and reads the answer.
func (x *wallet) credential(token string, q openid4vci.CredentialRequest) openid4vci.Issued {
	x.t.Helper()
	a := x.json(x.issuer.Credential, token, q.JSON())
	i, err := openid4vci.ReadIssued(a.Body)
	if err != nil || a.Status != i.Status() {
		x.t.Fatalf("credential: %d %s, %v", a.Status, a.Body, err)
	}
	return i
}
