package town_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/door/httpapi"
	"conurb/kit/jws"
)

// What a node says while it is served follows whom it knows and which keys it has by now.
func TestWhatAServedNodeSaysIsOfNow(t *testing.T) {
	p := packed(t)
	var all []*town.Town
	for _, s := range settle(t, p, "changsha", "zhuzhou") {
		one, err := town.Open(t.Context(), town.Options{Dir: s.dir, DB: s.db, Pack: p})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { one.Close() })
		all = append(all, one)
	}
	a, b := all[0], all[1]
	door := a.Handler(httpapi.Options{})
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest("GET", a.URL()+path, nil))
		return w
	}
	policy := func() string { return get("/api/v1/node").Header().Get("Content-Security-Policy") }
	if strings.Contains(policy(), b.URL()) {
		t.Fatalf("a stranger may be spoken to: %s", policy())
	}
	if err := town.Introduce(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(policy(), "connect-src 'self' "+b.URL()+";") {
		t.Errorf("the page may not speak to a node that is known by now: %s", policy())
	}
	const metadata = "/.well-known/openid-credential-issuer"
	if said := get(metadata).Body.String(); !strings.Contains(said, `"credential_signing_alg_values_supported":["ES256"]`) {
		t.Fatalf("before: %.400s", said)
	}
	a.Node.Config.Suite = jws.EdDSA
	if _, err := a.Node.Rotate(t.Context(), node.Licences, 0, false); err != nil {
		t.Fatal(err)
	}
	if said := get(metadata).Body.String(); !strings.Contains(said, `"credential_signing_alg_values_supported":["EdDSA"]`) {
		t.Errorf("after: %.400s", said)
	}
}
