package town_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/door/httpapi"
	"conurb/kit/jws"
	"conurb/trust/identity"
	"conurb/trust/rights"
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

// The page on which a holder gives his licences to a wallet is for those whom the rules let use
// a wallet: an official with a number of his own signs in as a citizen for that.
func TestWhoGivesLicencesToAWallet(t *testing.T) {
	p := packed(t)
	s := settle(t, p, "changsha")[0]
	one, err := town.Open(t.Context(), town.Options{Dir: s.dir, DB: s.db, Pack: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	door := one.Handler(httpapi.Options{})
	for _, c := range []struct {
		kind   rights.Kind
		status int // there is no such request: only who may decide learns that
	}{{rights.Citizen, http.StatusBadRequest}, {rights.Staff, http.StatusUnauthorized}} {
		a := identity.Account{Login: string(c.kind), Name: "李明", Kind: c.kind, HolderKind: "111", HolderCode: "430199199003070011"}
		if c.kind == rights.Staff {
			a.Roles = []rights.Role{{Name: rights.Issuer, City: "changsha"}}
		}
		const password = "kettle harbour lantern"
		if _, err := one.People.AddAccount(t.Context(), a, password, "test"); err != nil {
			t.Fatal(err)
		}
		in, err := one.People.SignIn(t.Context(), a.Login, password, "")
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", one.URL()+"/openid/authorize?client_id=x&request_uri=y", nil)
		r.AddCookie(&http.Cookie{Name: one.People.Cookie().Name, Value: in.Secret})
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d", c.kind, w.Code)
		}
	}
}
