package wallet_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"conurb/app/wallet"
	"conurb/area"
	"conurb/door/httpapi"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/x5c"
	"conurb/trust/card"
)

var now = time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)

// verifier is a node that asks: a server, an anchor on its card, and a signer below it.
type verifier struct {
	card    card.Signed
	signer  openid4vp.Signer
	server  *httptest.Server
	query   *dcql.Query
	answers string // where answers go; empty: to itself
	reply   http.HandlerFunc
	asked   int
}

func newVerifier(t *testing.T, name string) *verifier {
	t.Helper()
	v := &verifier{}
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.asked++
		v.reply(w, r)
	}))
	t.Cleanup(v.server.Close)
	anchorKey, key := newKey(t), newKey(t)
	anchor, err := x5c.Anchor(rand.Reader, anchorKey, name, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x5c.Signer(rand.Reader, anchor, anchorKey, key.Public(), name, nil, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	v.signer = openid4vp.Signer{Key: key, Chain: x5c.Chain{leaf}, Profile: openid4vp.HAIP}
	v.card = card.Signed{Card: card.Card{Name: "xiangtan", Title: area.Text{Zh: "湘潭市", En: "Xiangtan"}, URL: v.server.URL, Anchors: []string{base64.StdEncoding.EncodeToString(anchor.Raw)}}}
	if v.query, err = dcql.Parse([]byte(`{"credentials":[{"id":"licence","format":"dc+sd-jwt","meta":{"vct_values":["urn:conurb:licence:11100000XXGAB00010003"]},"claims":[{"path":["attributes","address"]}]}]}`)); err != nil {
		t.Fatal(err)
	}
	v.reply = v.sign(t)
	return v
}

func newKey(t *testing.T) *jws.Private {
	t.Helper()
	k, err := jws.Generate(jws.ES256, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (v *verifier) sign(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		to := v.answers
		if to == "" {
			to = v.server.URL
		}
		ask, err := openid4vp.New(rand.Reader, v.signer.ClientID(), to+"/openid/response/1", v.query, now, 5*time.Minute)
		if err != nil {
			t.Error(err)
		}
		ask.Purpose = map[string]string{"zh-CN": "办理公积金贷款"}
		object, err := v.signer.Sign(rand.Reader, ask, r.PostFormValue("wallet_nonce"))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/oauth-authz-req+jwt")
		w.Write([]byte(object))
	}
}

func (v *verifier) link(uri string) string {
	if uri == "" {
		uri = v.server.URL + "/openid/request/1"
	}
	return "openid4vp://?" + url.Values{"client_id": {v.signer.ClientID()}, "request_uri": {uri}, "request_uri_method": {"post"}}.Encode()
}

func (v *verifier) wallet(others ...card.Signed) *wallet.Wallet {
	return wallet.New(wallet.Settings{Cards: func() []card.Signed { return append([]card.Signed{v.card}, others...) }, Now: func() time.Time { return now }})
}

func TestWhoAsks(t *testing.T) {
	v := newVerifier(t, "xiangtan")
	got, err := v.wallet().Read(t.Context(), v.link(""))
	if err != nil {
		t.Fatal(err)
	}
	if got.Node != "xiangtan" || got.Title.Zh != "湘潭市" || got.Purpose["zh-CN"] != "办理公积金贷款" || got.ClientID != v.signer.ClientID() || got.Nonce == "" || got.State == "" {
		t.Errorf("%+v", got)
	}
	if got.ResponseURI != v.server.URL+"/openid/response/1" || got.Mode != openid4vp.DirectPostJWT || len(got.Keys) != 1 || len(got.Enc) == 0 || !got.Until.Equal(now.Add(5*time.Minute)) {
		t.Errorf("%+v", got)
	}
	query := got.Query.(map[string]any)["credentials"].([]any)[0].(map[string]any)
	if query["id"] != "licence" {
		t.Errorf("query %v", query)
	}
}

// What is no node's is not asked: whoever sends a link cannot make the node fetch from elsewhere.
func TestNobodyElseIsAsked(t *testing.T) {
	v, stranger := newVerifier(t, "xiangtan"), newVerifier(t, "stranger")
	host := strings.TrimPrefix(stranger.server.URL, "http://")
	for name, uri := range map[string]string{
		"stranger":       stranger.server.URL + "/openid/request/1",
		"other path":     v.server.URL + "/healthz",
		"user":           strings.Replace(v.server.URL, "http://", "http://a@", 1) + "/openid/request/1",
		"host in a user": strings.Replace(stranger.server.URL, "http://", "http://"+strings.TrimPrefix(v.server.URL, "http://")+"@", 1) + "/openid/request/1",
	} {
		_, err := v.wallet().Read(t.Context(), v.link(uri))
		if code := codeOf(err); code != wallet.RefusedUnknown && code != string(openid4vp.CodeLink) {
			t.Errorf("%s: %v", name, err)
		}
		var no *httpapi.WalletRefusal
		if name == "stranger" && (!errors.As(err, &no) || no.Args["host"] != host) {
			t.Errorf("the host is not told: %v", err)
		}
	}
	for _, uri := range []string{"file:///etc/passwd", "http://169.254.169.254/openid/request/1", "gopher://x/"} {
		if _, err := v.wallet().Read(t.Context(), v.link(uri)); err == nil {
			t.Errorf("%s was taken", uri)
		}
	}
	if v.asked != 0 || stranger.asked != 0 {
		t.Errorf("asked %d and %d times", v.asked, stranger.asked)
	}
}

func TestRefused(t *testing.T) {
	stranger := newVerifier(t, "stranger")
	stranger.card.Card.Name = "zhuzhou"
	for name, c := range map[string]struct {
		change func(v *verifier)
		want   string
	}{
		"signed below another node's anchor": {func(v *verifier) { v.signer = stranger.signer }, "certificate"},
		"answered at another node":           {func(v *verifier) { v.answers = stranger.server.URL }, wallet.RefusedElsewhere},
		"too long": {func(v *verifier) {
			v.reply = func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, wallet.MostObject+1)) }
		}, wallet.RefusedLong},
		"sent elsewhere": {func(v *verifier) {
			v.reply = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, stranger.server.URL+"/openid/request/1", http.StatusFound)
			}
		}, wallet.RefusedUnreachable},
		"of another kind": {func(v *verifier) {
			v.reply = func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("{}")) }
		}, "object"},
		"over": {func(v *verifier) { v.reply = http.NotFound }, "no-request"},
		"answered": {func(v *verifier) {
			v.reply = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) }
		}, "answered"},
		"nobody there": {func(v *verifier) { v.server.Close() }, wallet.RefusedUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVerifier(t, "xiangtan")
			c.change(v)
			_, err := v.wallet(stranger.card).Read(t.Context(), v.link(""))
			if got := codeOf(err); got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
	if stranger.asked != 0 {
		t.Errorf("the stranger was asked %d times", stranger.asked)
	}
}

func TestLinks(t *testing.T) {
	v := newVerifier(t, "xiangtan")
	for _, link := range []string{"", "nonsense", "openid4vp://?client_id=x", "openid4vp://?client_id=redirect_uri:https://x&response_type=vp_token&nonce=n"} {
		if _, err := v.wallet().Read(t.Context(), link); codeOf(err) == "" {
			t.Errorf("%q: %v", link, err)
		}
	}
}

func codeOf(err error) string {
	var no *httpapi.WalletRefusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}
