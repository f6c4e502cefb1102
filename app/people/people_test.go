package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"conurb/app/people"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

var cheap = identity.Cost{Passes: 1, Memory: 64, Threads: 1}

// town is a node's people at a clock that the test turns.
type town struct {
	*people.People
	store *store.Store
	now   time.Time
}

func open(t *testing.T, o people.Options) *town {
	t.Helper()
	n := &town{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return n.now }
	n.store = storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{Now: clock})
	o.Store, o.Party, o.Cost = n.store, "changsha", cheap
	if o.URL == "" {
		o.URL = "http://localhost:8081"
	}
	if o.Now == nil {
		o.Now = clock
	}
	var err error
	if n.People, err = people.New(o); err != nil {
		t.Fatal(err)
	}
	return n
}

const phrase = "a wooden boat by the lake"

func (n *town) add(t *testing.T, login string) identity.Account {
	t.Helper()
	a, err := n.AddAccount(context.Background(), identity.Account{Login: login, Name: "王丽", Kind: rights.Staff,
		Roles: []rights.Role{{Name: rights.Issuer, City: "changsha"}}}, phrase, "test")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func code(err error) string {
	var f *identity.Fault
	switch {
	case errors.As(err, &f):
		return f.Code
	case errors.Is(err, httpapi.ErrUnknown):
		return "unknown"
	case err != nil:
		return "?" + err.Error()
	}
	return ""
}

func TestSigningInByPassword(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	a := n.add(t, "wang.li")
	for _, c := range []struct{ login, password, want string }{
		{"wang.li", "wrong", "wrong-password"}, {"nobody", phrase, "wrong-password"}, {"", "", "wrong-password"}, {" Wang.Li ", phrase, ""},
	} {
		in, err := n.SignIn(ctx, c.login, c.password, "10.0.0.1")
		if code(err) != c.want {
			t.Errorf("%q %q: %v, want %q", c.login, c.password, err, c.want)
		}
		if err != nil {
			continue
		}
		who, err := n.Recognise(ctx, in.Secret)
		if err != nil || who.ID != a.ID || who.City != "changsha" || len(who.Roles) != 1 {
			t.Errorf("%+v %v", who, err)
		}
	}
	first, _ := n.SignIn(ctx, "wang.li", phrase, "10.0.0.1")
	second, _ := n.SignIn(ctx, "wang.li", phrase, "10.0.0.1")
	if first.Secret == second.Secret {
		t.Error("two sessions with one secret")
	}
	n.now = n.now.Add(20 * time.Minute)
	if _, err := n.Recognise(ctx, first.Secret); err != nil {
		t.Error(err)
	}
	n.now = n.now.Add(20 * time.Minute)
	if _, err := n.Recognise(ctx, first.Secret); err != nil {
		t.Errorf("seen twenty minutes ago: %v", err)
	}
	if _, err := n.Recognise(ctx, second.Secret); code(err) != "unknown" {
		t.Errorf("idle for forty minutes: %v", err)
	}
	if _, err := n.ChangeAccount(ctx, a.ID, "test", func(a *identity.Account) { a.Roles = nil }); err != nil {
		t.Fatal(err)
	}
	if who, _ := n.Recognise(ctx, first.Secret); len(who.Roles) != 0 {
		t.Error("a session keeps a role that was taken away")
	}
	if _, err := n.ChangeAccount(ctx, a.ID, "test", func(a *identity.Account) { a.Disabled = true }); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Recognise(ctx, first.Secret); code(err) != "unknown" {
		t.Errorf("disabled: %v", err)
	}
	if _, err := n.SignIn(ctx, "wang.li", phrase, "10.0.0.1"); code(err) != "disabled" {
		t.Errorf("disabled: %v", err)
	}
	if _, err := n.Recognise(ctx, "guessed"); code(err) != "unknown" {
		t.Error(err)
	}
}

func TestGuessingIsSlow(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	n.add(t, "wang.li")
	for range identity.PerAccount.Free {
		if _, err := n.SignIn(ctx, "wang.li", "wrong", "10.0.0.1"); code(err) != "wrong-password" {
			t.Fatal(err)
		}
	}
	var f *identity.Fault
	if _, err := n.SignIn(ctx, "wang.li", phrase, "10.0.0.2"); !errors.As(err, &f) || f.Code != "too-many-tries" || f.Args["seconds"] != "15" {
		t.Errorf("the right password in the pause: %v", err)
	}
	n.now = n.now.Add(15 * time.Second)
	if _, err := n.SignIn(ctx, "wang.li", phrase, "10.0.0.2"); err != nil {
		t.Errorf("after the pause: %v", err)
	}
	for i := range identity.PerAddress.Free { // one address, many names
		_, _ = n.SignIn(ctx, strings.Repeat("x", i+1), "wrong", "10.0.0.3")
	}
	if _, err := n.SignIn(ctx, "wang.li", phrase, "10.0.0.3"); code(err) != "too-many-tries" {
		t.Errorf("from an address that guesses: %v", err)
	}
	if _, err := n.SignIn(ctx, "wang.li", phrase, "10.0.0.4"); err != nil {
		t.Errorf("from another: %v", err)
	}
}

func TestChangingAPasswordEndsOtherSessions(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	a := n.add(t, "wang.li")
	mine, _ := n.SignIn(ctx, "wang.li", phrase, "1")
	other, _ := n.SignIn(ctx, "wang.li", phrase, "1")
	if err := n.ChangePassword(ctx, a.ID, "wrong", "kettle harbour lantern", mine.Secret, "1"); code(err) != "wrong-password" {
		t.Error(err)
	}
	if err := n.ChangePassword(ctx, a.ID, phrase, "short", mine.Secret, "1"); code(err) != "password-short" {
		t.Error(err)
	}
	if err := n.ChangePassword(ctx, a.ID, phrase, "kettle harbour lantern", mine.Secret, "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Recognise(ctx, mine.Secret); err != nil {
		t.Error(err)
	}
	if _, err := n.Recognise(ctx, other.Secret); code(err) != "unknown" {
		t.Errorf("the other session: %v", err)
	}
	if _, err := n.SignIn(ctx, "wang.li", phrase, "1"); code(err) != "wrong-password" {
		t.Errorf("the old password: %v", err)
	}
	again, err := n.SignIn(ctx, "wang.li", "kettle harbour lantern", "1")
	if err != nil {
		t.Fatal(err)
	}
	if err := n.SignOut(ctx, again.Secret, true); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Recognise(ctx, mine.Secret); code(err) != "unknown" {
		t.Errorf("signed out everywhere: %v", err)
	}
}

func TestAccountsThatAreRefused(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	n.add(t, "wang.li")
	for _, c := range []struct {
		want     string
		a        identity.Account
		password string
	}{
		{"login-taken", identity.Account{Login: "WANG.LI", Name: "x", Kind: rights.Staff}, phrase},
		{"password-short", identity.Account{Login: "b", Name: "x", Kind: rights.Staff}, "x"},
		{"holder-code", identity.Account{Login: "b", Name: "x", Kind: rights.Citizen, HolderKind: "111", HolderCode: "430199199003070012"}, phrase},
		{"no-holder", identity.Account{Login: "b", Name: "x", Kind: rights.Citizen}, phrase},
		{"kind", identity.Account{Login: "b", Name: "x", Kind: rights.Machine}, phrase},
	} {
		if _, err := n.AddAccount(ctx, c.a, c.password, "test"); code(err) != c.want {
			t.Errorf("%+v: %v, want %s", c.a, err, c.want)
		}
	}
	if all, err := n.Accounts(ctx); err != nil || len(all) != 1 {
		t.Errorf("%+v %v", all, err)
	}
}

func TestPasskeys(t *testing.T) {
	ctx, n := context.Background(), open(t, people.Options{})
	a, other := n.add(t, "wang.li"), n.add(t, "chen")
	rp := virtualwebauthn.RelyingParty{Name: "changsha", ID: "localhost", Origin: "http://localhost:8081"}
	device := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(a.ID)})
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)

	create := func(account string, rp virtualwebauthn.RelyingParty) (string, []byte) {
		t.Helper()
		c, err := n.BeginNewPasskey(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := virtualwebauthn.ParseAttestationOptions(asJSON(t, c.Options))
		if err != nil {
			t.Fatal(err)
		}
		return c.ID, []byte(virtualwebauthn.CreateAttestationResponse(rp, device, key, *asked))
	}
	elsewhere := rp
	elsewhere.Origin = "http://localhost.evil.example"
	if id, response := create(a.ID, elsewhere); true {
		if _, err := n.AddPasskey(ctx, a.ID, id, "phone", response); code(err) != "passkey" {
			t.Errorf("made for another origin: %v", err)
		}
	}
	if id, response := create(a.ID, rp); true {
		if _, err := n.AddPasskey(ctx, other.ID, id, "phone", response); code(err) != "passkey" {
			t.Errorf("begun by another account: %v", err)
		}
		if _, err := n.AddPasskey(ctx, a.ID, id, "phone", response); code(err) != "sign-in-over" {
			t.Errorf("answered twice: %v", err)
		}
	}
	id, response := create(a.ID, rp)
	kept, err := n.AddPasskey(ctx, a.ID, id, "phone", response)
	if err != nil {
		t.Fatal(err)
	}
	device.AddCredential(key)

	signIn := func(alter func(*virtualwebauthn.AssertionOptions)) (httpapi.SignedIn, string, []byte, error) {
		t.Helper()
		c, err := n.BeginPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := virtualwebauthn.ParseAssertionOptions(asJSON(t, c.Options))
		if err != nil {
			t.Fatal(err)
		}
		if alter != nil {
			alter(asked)
		}
		response := []byte(virtualwebauthn.CreateAssertionResponse(rp, device, key, *asked))
		in, err := n.FinishPasskey(ctx, c.ID, response)
		return in, c.ID, response, err
	}
	in, used, answer, err := signIn(nil)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := n.Recognise(ctx, in.Secret); err != nil || who.ID != a.ID {
		t.Errorf("%+v %v", who, err)
	}
	if _, err := n.FinishPasskey(ctx, used, answer); code(err) != "sign-in-over" {
		t.Errorf("an answer twice: %v", err)
	}
	if _, _, _, err := signIn(func(o *virtualwebauthn.AssertionOptions) { o.Challenge = []byte("another challenge, of 32 bytes ..") }); code(err) != "passkey" {
		t.Errorf("another challenge: %v", err)
	}
	unverified := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(a.ID), UserNotVerified: true})
	unverified.AddCredential(key)
	verified := device
	device = unverified
	if _, _, _, err := signIn(nil); code(err) != "passkey" {
		t.Errorf("without the user's verification: %v", err)
	}
	device = verified
	device.Options.UserHandle = []byte(other.ID)
	if _, _, _, err := signIn(nil); code(err) != "passkey" {
		t.Errorf("the passkey of another account: %v", err)
	}
	device.Options.UserHandle = []byte(a.ID)
	if err := n.RemoveKey(ctx, other.ID, kept.ID); code(err) != "unknown" {
		t.Errorf("another's key is removed: %v", err)
	}
	if err := n.RemoveKey(ctx, a.ID, kept.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := signIn(nil); code(err) != "passkey" {
		t.Errorf("a key that was removed: %v", err)
	}
	if r, err := n.store.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !r.OK() {
		t.Errorf("%v %+v", err, r)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"publicKey": v})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnAddressHasNoPasskeys(t *testing.T) {
	n := open(t, people.Options{URL: "http://127.0.0.1:8081"})
	if n.Ways().Passkeys {
		t.Error("offered")
	}
	if _, err := n.BeginPasskey(context.Background()); code(err) != "no-passkeys" {
		t.Error(err)
	}
}

func TestCookiesOfNodesDiffer(t *testing.T) {
	n := open(t, people.Options{})
	if c := n.Cookie(); c.Name != "conurb-session-changsha" || c.Secure {
		t.Errorf("%+v", c)
	}
	if c := open(t, people.Options{URL: "https://changsha.example"}).Cookie(); c.Name != "__Host-conurb-session-changsha" || !c.Secure {
		t.Errorf("%+v", c)
	}
}

func TestOptionsThatAreNone(t *testing.T) {
	for _, u := range []string{"", "localhost:80", "ftp://a", "https://a/b"} {
		if _, err := people.New(people.Options{URL: u, Cost: cheap}); !errors.Is(err, people.ErrURL) {
			t.Errorf("%q: %v", u, err)
		}
	}
	for _, o := range []people.Provider{{}, {ID: "a", ClientID: "b", Issuer: "http://id.example"}, {ID: "a", Issuer: "https://id.example"}} {
		if _, err := people.New(people.Options{URL: "http://localhost", Cost: cheap, OIDC: []people.Provider{o}}); !errors.Is(err, people.ErrProvider) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
