package openid_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"conurb/area"
	"conurb/door/openid"
	"conurb/kit/openid4vci"
)

// desk answers what a test has it answer, and remembers what it was asked.
type desk struct {
	openid.Issuer // what these tests do not ask for
	asked         openid.Asked
	err           error
	chosen        []string
	access        openid.Access
}

func (d *desk) Asked(context.Context, string, string, openid.Holder) (openid.Asked, error) {
	return d.asked, d.err
}

func (d *desk) Answer(_ context.Context, _, _ string, h openid.Holder, licences []string) (string, error) {
	d.chosen = append([]string{h.Code}, licences...)
	return "com.example.wallet:/back?code=1", d.err
}

func (d *desk) Credential(_ context.Context, a openid.Access, _ []byte) (openid4vci.Issued, error) {
	d.access = a
	return openid4vci.Issued{Transaction: "t", Interval: 5}, d.err
}

func (d *desk) Push(context.Context, url.Values, openid.Caller) (openid4vci.Pushed, error) {
	return openid4vci.Pushed{URI: "u", Seconds: 1}, d.err
}

func open(d *desk, code string) http.Handler {
	mux := http.NewServeMux()
	openid.IssuerRoutes(mux, d, openid.IssuerOptions{
		SignedIn: func(*http.Request) (string, string, string, bool) { return "111", code, "王小明", code != "" },
		SignIn:   func(back string) string { return "/?signin=" + url.QueryEscape(back) },
	})
	return mux
}

func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	page = "/openid/authorize?client_id=w&request_uri=u"
	form = "application/x-www-form-urlencoded"
)

func TestThePageAsksInBothLanguages(t *testing.T) {
	d := &desk{asked: openid.Asked{Client: `<script>alert("x")</script>`, Host: "https://wallet.example", Licences: []openid.Choice{
		{ID: "7", Number: "N-1", Authority: "长沙市公安局", Type: area.Text{Zh: "身份证", En: "identity card"}}}}}
	for lang, want := range map[string][]string{
		"en": {"identity card", "Hand them out", "Nobody vouches", `lang="en"`}, "zh-CN": {"身份证", "发放", "没有人为它", `lang="zh-CN"`},
	} {
		w := ask(open(d, "c"), "GET", page, "", "Accept-Language", lang)
		body := w.Body.String()
		for _, text := range append(want, "https://wallet.example", "N-1", `value="7"`, "王小明") {
			if !strings.Contains(body, text) {
				t.Errorf("%s: %q is not in %s", lang, text, body)
			}
		}
		if w.Code != 200 || strings.Contains(body, "<script>") || strings.Contains(body, "[openid4vci") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %d %v %s", lang, w.Code, w.Header(), body)
		}
	}
}

func TestWhoDecides(t *testing.T) {
	post := func(d *desk, code, body string, headers ...string) *httptest.ResponseRecorder {
		return ask(open(d, code), "POST", "/openid/authorize", "client_id=w&request_uri=u&"+body, append([]string{"Content-Type", form}, headers...)...)
	}
	for _, c := range []struct {
		name, code, body string
		headers          []string
		status           int
		chosen           string
	}{
		{"two", "c", "decision=give&licence=1&licence=2", nil, 303, "c 1 2"},
		{"declined", "c", "decision=decline&licence=1", nil, 303, "c"},
		{"nothing chosen", "c", "decision=give", nil, 400, ""},
		{"no decision", "c", "licence=1", nil, 400, ""},
		{"nobody signed in", "", "decision=give&licence=1", nil, 401, ""},
		{"from another page", "c", "decision=give&licence=1", []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		{"from another origin", "c", "decision=give&licence=1", []string{"Origin", "https://thief.example"}, 403, ""},
	} {
		d := &desk{}
		w := post(d, c.code, c.body, c.headers...)
		if got := strings.Join(d.chosen, " "); w.Code != c.status || got != c.chosen {
			t.Errorf("%s: %d, chosen %q", c.name, w.Code, got)
		}
		if w.Code == 303 && w.Header().Get("Location") != "com.example.wallet:/back?code=1" {
			t.Errorf("%s: sent to %s", c.name, w.Header().Get("Location"))
		}
	}
	w := ask(open(&desk{}, ""), "GET", page, "")
	if w.Code != 401 || !strings.Contains(w.Body.String(), url.QueryEscape(page)) {
		t.Errorf("nobody is signed in: %d %s", w.Code, w.Body)
	}
	for err, want := range map[error]int{openid.ErrNoPush: 400, errors.New("disk"): 500} {
		if w := ask(open(&desk{err: err}, "c"), "GET", page, ""); w.Code != want || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
	if w := ask(open(&desk{}, "c"), "GET", "/openid/authorize?client_id=w&redirect_uri=https://thief.example", ""); w.Code != 400 || w.Header().Get("Location") != "" {
		t.Errorf("not pushed: %d %v", w.Code, w.Header())
	}
}

func TestHowTheDoorTakesTokens(t *testing.T) {
	const json = "application/json"
	for _, c := range []struct {
		name, target string
		headers      []string
		status       int
		want         string
	}{
		{"bearer", "/openid/credential", []string{"Authorization", "Bearer a", "Content-Type", json}, 202, "transaction_id"},
		{"bound", "/openid/credential", []string{"Authorization", "dpop a", "Content-Type", json}, 202, "transaction_id"},
		{"none", "/openid/credential", []string{"Content-Type", json}, 401, "invalid_token"},
		{"in the address", "/openid/credential?access_token=a", []string{"Authorization", "Bearer a", "Content-Type", json}, 400, "invalid_request"},
		{"twice", "/openid/credential", []string{"Authorization", "Bearer a", "Authorization", "Bearer b", "Content-Type", json}, 401, "invalid_token"},
		{"of another kind", "/openid/credential", []string{"Authorization", "Basic a", "Content-Type", json}, 401, "invalid_token"},
		{"two proofs", "/openid/credential", []string{"Authorization", "DPoP a", "DPoP", "x", "DPoP", "y", "Content-Type", json}, 400, "invalid_request"},
		{"another media type", "/openid/credential", []string{"Authorization", "Bearer a", "Content-Type", form}, 400, "invalid_credential_request"},
		{"pushed", "/openid/par", []string{"Content-Type", form}, 201, "request_uri"},
		{"pushed as JSON", "/openid/par", []string{"Content-Type", json}, 400, "invalid_request"},
		{"pushed in the address", "/openid/par?client_id=w", []string{"Content-Type", form}, 400, "invalid_request"},
	} {
		w := ask(open(&desk{}, ""), "POST", c.target, "", c.headers...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", c.name, w.Code, w.Header(), w.Body)
		}
		if w.Code == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no challenge", c.name)
		}
	}
	if w := ask(open(&desk{}, ""), "POST", "/openid/par", strings.Repeat("a", openid4vci.MostForm+1), "Content-Type", form); w.Code != 413 {
		t.Errorf("too large: %d", w.Code)
	}
	if w := ask(open(&desk{err: errors.New("disk")}, ""), "POST", "/openid/par", "", "Content-Type", form); w.Code != 500 || strings.Contains(w.Body.String(), "disk") || !strings.Contains(w.Body.String(), "server_error") {
		t.Errorf("broken: %d %s", w.Code, w.Body)
	}
	w := ask(open(&desk{}, ""), "OPTIONS", "/openid/credential", "")
	if w.Code != 204 || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "DPoP") {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}
