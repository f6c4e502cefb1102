package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"conurb/app/people"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

const phrase = "a wooden boat by the lake"

// peopled is a node at which people sign in.
func peopled(t *testing.T) (*node, *people.People) {
	t.Helper()
	s := storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{})
	p, err := people.New(people.Options{Store: s, Party: "changsha", URL: "http://localhost:1", Cost: identity.Cost{Passes: 1, Memory: 64, Threads: 1},
		Demo: []httpapi.DemoAccount{{Login: "demo", Password: "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	for login, role := range map[string]string{"op": rights.Operator, "clerk": rights.Clerk} {
		_, err := p.AddAccount(context.Background(), identity.Account{Login: login, Name: login + " 某", Kind: rights.Staff, Roles: []rights.Role{{Name: role, City: "changsha"}}}, phrase, "test")
		if err != nil {
			t.Fatal(err)
		}
	}
	return startWith(t, httpapi.Options{People: p}), p
}

// signIn returns the headers of a browser that signed in.
func (n *node) signIn(name, password string) []string {
	n.Helper()
	r := n.do("POST", "/api/v1/session", strings.NewReader(`{"name":"`+name+`","password":"`+password+`"}`), "Content-Type", "application/json")
	if r.status != http.StatusOK {
		n.Fatalf("%d %s", r.status, r.body)
	}
	c, err := http.ParseSetCookie(r.header.Get("Set-Cookie"))
	if err != nil {
		n.Fatal(err)
	}
	if c.Name != "conurb-session-changsha" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge < 43000 || c.Domain != "" {
		n.Errorf("cookie %+v", c)
	}
	return []string{"Cookie", c.Name + "=" + c.Value, "Content-Type", "application/json"}
}

func TestASession(t *testing.T) {
	n, _ := peopled(t)
	var body struct {
		Person   *httpapi.Person
		Password bool
		Demo     bool
		Accounts []httpapi.DemoAccount
	}
	r := n.get("/api/v1/session")
	if err := json.Unmarshal([]byte(r.body), &body); err != nil || body.Person != nil || !body.Password || !body.Demo || len(body.Accounts) != 1 {
		t.Errorf("%s %v", r.body, err)
	}
	op := n.signIn("op", phrase)
	r = n.get("/api/v1/session", op...)
	if err := json.Unmarshal([]byte(r.body), &body); err != nil || body.Person == nil || body.Person.Name != "op 某" ||
		!slices.Contains(body.Person.May, "people.manage") || slices.Contains(body.Person.May, "licence.issue") {
		t.Errorf("%s %v", r.body, err)
	}
	if c := r.header.Get("Cache-Control"); c != "no-store" {
		t.Errorf("kept on the way: %q", c)
	}
	r = n.do("DELETE", "/api/v1/session", nil, op...)
	if r.status != http.StatusNoContent || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := n.get("/api/v1/people", op...); r.status != http.StatusUnauthorized || !strings.Contains(r.body, `"code":"sign-in"`) {
		t.Errorf("after signing out: %d %s", r.status, r.body)
	}
}

func TestASessionIsRefused(t *testing.T) {
	n, _ := peopled(t)
	js := []string{"Content-Type", "application/json"}
	clerk := n.signIn("clerk", phrase)
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		code                     string
	}{
		{"a wrong password", "POST", "/api/v1/session", `{"name":"op","password":"x"}`, js, 401, "wrong-password"},
		{"nobody manages accounts", "GET", "/api/v1/people", "", nil, 401, "sign-in"},
		{"a clerk manages accounts", "GET", "/api/v1/people", "", clerk, 403, "forbidden"},
		{"a machine manages accounts", "GET", "/api/v1/people", "", []string{"Authorization", "Bearer " + secret}, 403, "forbidden"},
		{"a token that is none", "GET", "/api/v1/people", "", []string{"Authorization", "Bearer x"}, 401, "unauthorised"},
		{"nobody changes a password", "POST", "/api/v1/session/password", `{"old":"x","new":"y"}`, js, 401, "sign-in"},
		{"a weak password", "POST", "/api/v1/session/password", `{"old":"` + phrase + `","new":"short"}`, clerk, 422, "weak-password"},
		{"a clerk writes what operators write", "POST", "/api/v1/observations", `{}`, clerk, 403, "forbidden"},
		{"nobody writes", "POST", "/api/v1/observations", `{}`, js, 401, "unauthorised"},
		{"a passkey that nobody began", "POST", "/api/v1/session/passkey/finish", `{"ceremony":"x","response":{}}`, js, 410, "sign-in-over"},
		{"another's key", "DELETE", "/api/v1/session/passkeys/x", "", clerk, 404, "unknown"},
		{"another site signs one in", "POST", "/api/v1/session", `{"name":"op","password":"` + phrase + `"}`, append([]string{"Origin", "https://evil.example"}, js...), 403, "cross-origin"},
		{"another site writes with the cookie", "POST", "/api/v1/session/password", `{"old":"a","new":"b"}`, append([]string{"Sec-Fetch-Site", "cross-site"}, clerk...), 403, "cross-origin"},
		{"no such provider", "POST", "/api/v1/session/provider", `{"provider":"x"}`, clerk, 502, "provider-failed"},
		{"the cookie of another node", "GET", "/api/v1/people", "", []string{"Cookie", strings.Replace(clerk[1], "changsha", "zhuzhou", 1)}, 401, "sign-in"},
	} {
		r := n.do(c.method, c.path, strings.NewReader(c.body), c.headers...)
		if r.status != c.status || !strings.Contains(r.body, `"code":"`+c.code+`"`) {
			t.Errorf("%s: %d %s, want %d %s", c.name, r.status, r.body, c.status, c.code)
		}
	}
	r := n.get("/api/v1/people?lang=zh-CN", clerk...)
	if !strings.Contains(r.body, locale.T("zh-CN", "rights.rule.no-rule", nil)) || !strings.Contains(r.body, "no-rule") {
		t.Errorf("the rule is not said: %s", r.body)
	}
	if r := start(t).get("/api/v1/people"); r.status != http.StatusNotFound {
		t.Errorf("a node without people: %d", r.status)
	}
}

func TestAccountsOverHTTP(t *testing.T) {
	n, _ := peopled(t)
	op := n.signIn("op", phrase)
	r := n.do("POST", "/api/v1/people", strings.NewReader(`{"login":"Li","name":"李明","kind":"citizen","holderKind":"111","holderCode":"430199199003070011","password":"kettle harbour lantern"}`), op...)
	var a httpapi.AccountBody
	if err := json.Unmarshal([]byte(r.body), &a); err != nil || r.status != http.StatusCreated || a.Login != "li" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	li := n.signIn("li", "kettle harbour lantern")
	for _, c := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"a login twice", "", `{"login":"li","name":"x","kind":"staff","password":"` + phrase + `"}`, 409, "login-taken"},
		{"no holder", "", `{"login":"b","name":"x","kind":"citizen","password":"` + phrase + `"}`, 422, "bad-account"},
		{"a role of a citizen", "/" + a.ID, `{"roles":[{"name":"issuer"}]}`, 422, "bad-account"},
		{"nobody", "/x", `{"disabled":true}`, 404, "unknown"},
		{"a weak password", "/" + a.ID, `{"password":"password1234"}`, 422, "weak-password"},
		{"a password of nobody", "/x", `{"password":"` + phrase + `"}`, 404, "unknown"},
		{"a password beside a fault", "/" + a.ID, `{"password":"another wooden boat","roles":[{"name":"issuer"}]}`, 422, "bad-account"},
		{"a name beside a weak password", "/" + a.ID, `{"name":"王明","password":"password1234"}`, 422, "weak-password"},
	} {
		if r := n.do("POST", "/api/v1/people"+c.path, strings.NewReader(c.body), op...); r.status != c.status || !strings.Contains(r.body, `"code":"`+c.code+`"`) {
			t.Errorf("%s: %d %s", c.name, r.status, r.body)
		}
	}
	// What was refused changed nothing: he is still signed in, under his name, by his password.
	if r := n.get("/api/v1/session", li...); !strings.Contains(r.body, "李明") {
		t.Errorf("half done: %s", r.body)
	}
	n.signIn("li", "kettle harbour lantern")
	if r := n.do("POST", "/api/v1/people/"+a.ID, strings.NewReader(`{"name":"李小明","password":"another wooden boat"}`), op...); r.status != http.StatusOK || !strings.Contains(r.body, "李小明") {
		t.Errorf("%d %s", r.status, r.body)
	}
	li = n.signIn("li", "another wooden boat")
	if r := n.do("POST", "/api/v1/people/"+a.ID, strings.NewReader(`{"name":"李明","disabled":true}`), op...); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := n.get("/api/v1/session", li...); strings.Contains(r.body, "李明") {
		t.Errorf("disabled, and still signed in: %s", r.body)
	}
	if r := n.get("/api/v1/people", op...); !strings.Contains(r.body, `"disabled":true`) || strings.Contains(r.body, "argon2") {
		t.Errorf("%s", r.body)
	}
}

// An operator who signed in writes as a token does, under his name.
func TestAnOperatorWritesAsATokenDoes(t *testing.T) {
	n, _ := peopled(t)
	r := n.do("POST", "/api/v1/observations/none/withdraw", strings.NewReader(`{"reason":"wrong"}`), n.signIn("op", phrase)...)
	if r.status != http.StatusNotFound || !strings.Contains(r.body, `"code":"unknown"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
}
