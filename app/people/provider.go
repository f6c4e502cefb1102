package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"conurb/door/httpapi"
	"conurb/store"
	"conurb/trust/identity"
)

// Provider is one that says who somebody is (OpenID Connect Core 1.0), found by its discovery
// document when it is first needed.
type Provider struct {
	ID       string // short, in addresses
	Name     httpapi.Text
	Issuer   string // exactly as the provider writes it
	ClientID string
	Secret   string   // of the client; empty: a public client, held by PKCE alone
	Scopes   []string // beside openid
	Demo     bool
}

// Back is where providers send the browser: what is registered with them, below the URL of
// the node.
const Back = "/signin/oidc/back"

// ErrProvider is a provider that cannot be asked as it is described.
var ErrProvider = errors.New("not a provider: it needs an id, an issuer that is an https URL (http on this machine alone) and a client id")

type provider struct {
	Provider
	found  once[*oidc.Provider]
	client *http.Client
	back   string
	people *People
}

func newProvider(o Provider, p *People) (*provider, error) {
	u, err := url.Parse(o.Issuer)
	host := ""
	if err == nil {
		host = u.Hostname()
	}
	local := host == "localhost" || host == "127.0.0.1" || host == "::1"
	if o.ID == "" || o.ClientID == "" || host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, fmt.Errorf("%q, issuer %q: %w", o.ID, o.Issuer, ErrProvider)
	}
	return &provider{Provider: o, client: p.client, back: p.url + Back, people: p}, nil
}

// discover reads the discovery document, once it can be had. Its context outlives the request:
// keys are fetched with it later.
func (v *provider) discover() (*oidc.Provider, error) {
	return v.found.get(func() (*oidc.Provider, error) {
		return oidc.NewProvider(oidc.ClientContext(context.Background(), v.client), v.Issuer)
	})
}

func (v *provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: v.ClientID, ClientSecret: v.Secret, Endpoint: found.Endpoint(), RedirectURL: v.back, Scopes: append([]string{oidc.ScopeOpenID}, v.Scopes...)}
}

// departed is what is kept of a browser on its way.
type departed struct {
	Provider string `json:"provider"`
	Account  string `json:"account"` // to be linked; empty: to sign in
	Verifier string `json:"verifier"`
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	To       string `json:"to"`
}

// BeginProvider sends a browser to a provider.
func (p *People) BeginProvider(ctx context.Context, id, account, to string) (out httpapi.Departure, err error) {
	v := p.provider(id)
	if v == nil {
		return out, refuse("no-provider", "value", id)
	}
	found, err := v.discover()
	if err != nil {
		return out, fmt.Errorf("%w: %v", refuse("provider"), err)
	}
	d := departed{Provider: v.ID, Account: account, Verifier: oauth2.GenerateVerifier(), To: here(to)}
	var hash string
	for _, s := range []*string{&d.State, &d.Nonce, &out.Secret} {
		if *s, hash, err = identity.NewSecret(p.random); err != nil {
			return out, err
		}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return out, err
	}
	out.URL = v.config(found).AuthCodeURL(d.State, oidc.Nonce(d.Nonce), oauth2.S256ChallengeOption(d.Verifier))
	return out, p.store.BeginSignIn(ctx, hash, identity.ByProvider, string(text), p.now().Add(finishWithin))
}

func (p *People) provider(id string) *provider {
	for _, v := range p.oidc {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// here lets the browser come back to this node alone.
func here(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// FinishProvider signs in whom a provider names, or links an account to him. account is who is
// signed in in the browser that came back.
func (p *People) FinishProvider(ctx context.Context, secret, state, code, account string) (in httpapi.SignedIn, to string, err error) {
	text, err := p.store.TakeSignIn(ctx, identity.HashSecret(secret), identity.ByProvider)
	if errors.Is(err, store.ErrUnknown) {
		return in, "/", refuse("sign-in-over")
	} else if err != nil {
		return in, "/", err
	}
	var d departed
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return in, "/", fmt.Errorf("sign-in: %w", err)
	}
	v := p.provider(d.Provider)
	if v == nil || state == "" || state != d.State || d.Account != "" && d.Account != account {
		return in, d.To, refuse("sign-in-over")
	}
	if code == "" {
		return in, d.To, refuse("provider")
	}
	subject, err := v.subject(ctx, d, code)
	if err != nil {
		return in, d.To, fmt.Errorf("%w: %v", refuse("provider"), err)
	}
	handle := v.handle(subject)
	if d.Account != "" {
		_, err := p.store.AddCredential(ctx, store.Credential{Account: account, Way: identity.ByProvider, Handle: handle, Label: v.ID}, account)
		if errors.Is(err, store.ErrExists) {
			err = refuse("linked-already")
		}
		return in, d.To, err
	}
	c, err := p.store.CredentialBy(ctx, identity.ByProvider, handle)
	if errors.Is(err, store.ErrUnknown) {
		return in, d.To, refuse("no-link")
	} else if err != nil {
		return in, d.To, err
	}
	a, err := p.store.Person(ctx, c.Account)
	if err != nil {
		return in, d.To, err
	}
	if a.Disabled {
		return in, d.To, refuse("disabled")
	}
	if err := p.store.UsedCredential(ctx, c.ID, 0); err != nil {
		return in, d.To, err
	}
	in, err = p.begin(ctx, a, identity.ByProvider)
	return in, d.To, err
}

// subject exchanges a code for the provider's word, and reads it (Core §3.1.3.7).
func (v *provider) subject(ctx context.Context, d departed, code string) (string, error) {
	found, err := v.discover()
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, v.client)
	token, err := v.config(found).Exchange(ctx, code, oauth2.VerifierOption(d.Verifier))
	if err != nil {
		return "", err
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", errors.New("the provider gave no id_token")
	}
	word, err := found.Verifier(&oidc.Config{ClientID: v.ClientID, Now: v.people.now}).Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	if word.Nonce != d.Nonce {
		return "", errors.New("the id_token answers another request")
	}
	if word.Subject == "" {
		return "", errors.New("the id_token names nobody")
	}
	return word.Subject, nil
}
