package people_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"conurb/app/devprovider"
	"conurb/app/people"
	"conurb/door/httpapi"
	"conurb/trust/rights"
)

// A node and its provider in one server, as a demonstration has them; a browser with cookies.
func demonstration(t *testing.T) (n *town, base string, browser *http.Client) {
	t.Helper()
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	first := open(t, people.Options{})
	accounts, err := people.Demo(context.Background(), first.store, "changsha")
	if err != nil {
		t.Fatal(err)
	}
	dev, err := devprovider.New(web.URL, accounts, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle(devprovider.Path+"/", dev)
	n = &town{store: first.store}
	if n.People, err = people.New(people.Options{Store: n.store, Party: "changsha", URL: web.URL, Demo: accounts, OIDC: []people.Provider{dev.Describe()}, Cost: cheap}); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return n, web.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// atProvider chooses who to be, and returns the address that the browser is sent back to.
func atProvider(t *testing.T, browser *http.Client, at, subject string) url.Values {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	form := u.Query()
	form.Set("subject", subject)
	u.RawQuery = ""
	r, err := browser.PostForm(u.String(), form)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	back, err := r.Location()
	if err != nil {
		t.Fatalf("%s: %v", r.Status, err)
	}
	return back.Query()
}

func TestSigningInAtAProvider(t *testing.T) {
	ctx := context.Background()
	n, base, browser := demonstration(t)
	go_ := func() (httpapi.Departure, url.Values) {
		t.Helper()
		d, err := n.BeginProvider(ctx, people.DemoProvider, "", "/wallet")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(d.URL, base+devprovider.Path+"/authorize?") {
			t.Fatal(d.URL)
		}
		return d, atProvider(t, browser, d.URL, "li.ming")
	}
	d, q := go_()
	in, to, err := n.FinishProvider(ctx, d.Secret, q.Get("state"), q.Get("code"), "")
	if err != nil || to != "/wallet" || in.Account.Login != "li.ming" || in.Account.Kind != rights.Citizen {
		t.Fatalf("%+v %s %v", in, to, err)
	}
	if _, _, err := n.FinishProvider(ctx, d.Secret, q.Get("state"), q.Get("code"), ""); code(err) != "sign-in-over" {
		t.Errorf("twice: %v", err)
	}
	d, q = go_()
	if _, _, err := n.FinishProvider(ctx, d.Secret, "another", q.Get("code"), ""); code(err) != "sign-in-over" {
		t.Errorf("another state: %v", err)
	}
	_, q = go_() // a code that belongs to another browser's sign-in: nonce and PKCE differ
	d, _ = go_()
	u, _ := url.Parse(d.URL)
	if _, _, err := n.FinishProvider(ctx, d.Secret, u.Query().Get("state"), q.Get("code"), ""); code(err) != "provider" {
		t.Errorf("another's code: %v", err)
	}
	if _, err := n.BeginProvider(ctx, "unknown", "", ""); code(err) != "no-provider" {
		t.Error(err)
	}
}

func TestLinkingAnAccount(t *testing.T) {
	ctx := context.Background()
	n, _, browser := demonstration(t)
	a, err := n.store.PersonByLogin(ctx, "issuer")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := n.Keys(ctx, a.ID)
	if err != nil || len(keys) != 1 {
		t.Fatalf("%+v %v", keys, err)
	}
	if err := n.RemoveKey(ctx, a.ID, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	back := func(account, who string) (httpapi.SignedIn, error) {
		t.Helper()
		d, err := n.BeginProvider(ctx, people.DemoProvider, account, "/account")
		if err != nil {
			t.Fatal(err)
		}
		q := atProvider(t, browser, d.URL, "issuer")
		in, _, err := n.FinishProvider(ctx, d.Secret, q.Get("state"), q.Get("code"), who)
		return in, err
	}
	if _, err := back("", ""); code(err) != "no-link" {
		t.Errorf("nobody is linked: %v", err)
	}
	if _, err := back(a.ID, "somebody else"); code(err) != "sign-in-over" {
		t.Errorf("another came back: %v", err)
	}
	if in, err := back(a.ID, a.ID); err != nil || in.Secret != "" {
		t.Errorf("%+v %v", in, err)
	}
	if _, err := back(a.ID, a.ID); code(err) != "linked-already" {
		t.Errorf("twice: %v", err)
	}
	if in, err := back("", ""); err != nil || in.Account.ID != a.ID {
		t.Errorf("%+v %v", in, err)
	}
}

func TestTheProviderRefusesStrangers(t *testing.T) {
	ctx := context.Background()
	n, _, browser := demonstration(t)
	d, err := n.BeginProvider(ctx, people.DemoProvider, "", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"client_id": "other", "redirect_uri": "https://evil.example/", "response_type": "token", "scope": "profile", "code_challenge_method": "plain"} {
		u, _ := url.Parse(d.URL)
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		r, err := browser.Get(u.String())
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s=%s: %s", name, value, r.Status)
		}
	}
}

func TestTheDemonstration(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	list, err := people.Demo(ctx, n.store, "changsha")
	if err != nil || len(list) != 10 {
		t.Fatalf("%+v %v", list, err)
	}
	before := n.size(t)
	for _, d := range list {
		if _, err := n.SignIn(ctx, d.Login, d.Password, d.Login); err != nil {
			t.Errorf("%s: %v", d.Login, err)
		}
	}
	if _, err := people.Demo(ctx, n.store, "changsha"); err != nil || n.size(t) != before {
		t.Errorf("the second start wrote %d entries (%v)", n.size(t)-before, err)
	}
	a, _ := n.store.PersonByLogin(ctx, "issuer")
	if err := n.SetPassword(ctx, a.ID, "somebody played with it", "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := people.Demo(ctx, n.store, "changsha"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.SignIn(ctx, "issuer", "demo-desk-issues", "1"); err != nil {
		t.Errorf("after a start the listed password is good again: %v", err)
	}
	office := open(t, people.Options{})
	if list, err := people.Demo(ctx, office.store, "office"); err != nil || len(list) != 4 {
		t.Errorf("%+v %v", list, err)
	}
}

func (n *town) size(t *testing.T) int64 {
	t.Helper()
	h, err := n.store.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return h.Size
}
