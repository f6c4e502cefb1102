package people

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"conurb/door/httpapi"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// Options are what New needs.
type Options struct {
	Store  *store.Store
	Party  string                // the node's name
	URL    string                // where browsers reach it: http://host:port or https://host
	Title  string                // of the node, as authenticators show it; empty: its name
	Demo   []httpapi.DemoAccount // of a demonstration: shown to everybody with their passwords
	OIDC   []Provider
	Client *http.Client     // to providers; nil: one that waits ten seconds
	Now    func() time.Time // nil is time.Now
	Random io.Reader        // nil is crypto/rand
	Cost   identity.Cost    // of passwords; zero is identity.Standard
}

// People are the people of a node; it is httpapi.Entrance.
type People struct {
	store   *store.Store
	party   string
	title   string
	url     string
	secure  bool
	demo    []httpapi.DemoAccount
	now     func() time.Time
	random  io.Reader
	cost    identity.Cost
	working chan struct{} // passwords that are worked at
	nobody  string        // what is verified where there is no such account
	keys    *webauthn.WebAuthn
	oidc    []*provider
	client  *http.Client
}

var _ httpapi.Entrance = (*People)(nil)

// ErrURL is an address that browsers cannot reach.
var ErrURL = errors.New("not the address of a node: http://host:port or https://host")

// New makes the people of a node.
func New(o Options) (*People, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("%q: %w", o.URL, ErrURL)
	}
	p := &People{store: o.Store, party: o.Party, title: o.Title, url: u.Scheme + "://" + u.Host, secure: u.Scheme == "https", demo: o.Demo,
		now: o.Now, random: o.Random, cost: o.Cost, client: o.Client, working: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))}
	if p.now == nil {
		p.now = time.Now
	}
	if p.random == nil {
		p.random = rand.Reader
	}
	if p.cost == (identity.Cost{}) {
		p.cost = identity.Standard
	}
	if p.client == nil {
		p.client = &http.Client{Timeout: 10 * time.Second}
	}
	if p.title == "" {
		p.title = p.party
	}
	if p.nobody, err = identity.HashPassword(p.random, "nobody has this password", p.cost); err != nil {
		return nil, err
	}
	if net.ParseIP(u.Hostname()) == nil { // WebAuthn §5.1.3: an RP ID is a domain
		p.keys, err = webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: p.title, RPOrigins: []string{p.url}})
		if err != nil {
			return nil, fmt.Errorf("passkeys at %s: %w", p.url, err)
		}
	}
	for _, each := range o.OIDC {
		made, err := newProvider(each, p)
		if err != nil {
			return nil, err
		}
		p.oidc = append(p.oidc, made)
	}
	return p, nil
}

// City is the node's name.
func (p *People) City() string { return p.party }

// Cookie has the node's name: cookies of one host do not tell its ports apart. Over TLS the
// prefix __Host- keeps neighbouring hosts from setting it (RFC 6265bis §4.1.3.2).
func (p *People) Cookie() httpapi.Cookie {
	name := "conurb-session-" + p.party
	if p.secure {
		name = "__Host-" + name
	}
	return httpapi.Cookie{Name: name, Secure: p.secure}
}

// Ways are the ways to sign in.
func (p *People) Ways() httpapi.Ways {
	w := httpapi.Ways{Passkeys: p.keys != nil, Demo: len(p.demo) > 0, Accounts: p.demo}
	for _, each := range p.oidc {
		w.Providers = append(w.Providers, httpapi.Provider{ID: each.ID, Name: each.Name, Demo: each.Demo})
	}
	return w
}

func refuse(code string, pairs ...string) error {
	f := &identity.Fault{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Args[pairs[i]] = pairs[i+1]
	}
	return f
}

// Recognise returns whose session a secret is.
func (p *People) Recognise(ctx context.Context, secret string) (rights.Principal, error) {
	n, a, err := p.store.Session(ctx, identity.HashSecret(secret))
	if errors.Is(err, store.ErrUnknown) {
		return rights.Principal{}, httpapi.ErrUnknown
	} else if err != nil {
		return rights.Principal{}, err
	}
	now := p.now()
	if a.Disabled || n.Over(a.Kind, now) {
		return rights.Principal{}, httpapi.ErrUnknown
	}
	if now.Sub(n.Seen) >= identity.SeenEvery {
		if err := p.store.SeenSession(ctx, n.Hash, now); err != nil {
			return rights.Principal{}, err
		}
	}
	return a.Principal(), nil
}

// SignIn signs in by password.
func (p *People) SignIn(ctx context.Context, login, password, address string) (httpapi.SignedIn, error) {
	login = identity.Fold(login)
	if err := p.count(ctx, login, address); err != nil {
		return httpapi.SignedIn{}, err
	}
	a, err := p.store.PersonByLogin(ctx, login)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return httpapi.SignedIn{}, err
	}
	if err := p.verify(ctx, a.ID, password); err != nil {
		return httpapi.SignedIn{}, err
	}
	if a.Disabled {
		return httpapi.SignedIn{}, refuse("disabled")
	}
	if err := p.store.ForgetTries(ctx, "name:"+login); err != nil {
		return httpapi.SignedIn{}, err
	}
	return p.begin(ctx, a, identity.ByPassword)
}

// count counts a try of a name and from an address, or says how long to wait.
func (p *People) count(ctx context.Context, login, address string) error {
	for _, c := range []struct {
		of   string
		rule identity.Rule
	}{{"address:" + address, identity.PerAddress}, {"name:" + login, identity.PerAccount}} {
		wait, err := p.store.CountTry(ctx, c.of, c.rule)
		if err != nil {
			return err
		}
		if wait > 0 {
			return refuse("too-many-tries", "seconds", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		}
	}
	return nil
}

// verify says whether a password is that of an account; of none, the work is the same.
func (p *People) verify(ctx context.Context, account, password string) error {
	kept, there := p.nobody, false
	c, err := p.store.CredentialBy(ctx, identity.ByPassword, account)
	if err == nil {
		kept, there = c.Secret, true
	} else if !errors.Is(err, store.ErrUnknown) {
		return err
	}
	select {
	case p.working <- struct{}{}:
		defer func() { <-p.working }()
	case <-ctx.Done():
		return ctx.Err()
	}
	right, _, err := identity.VerifyPassword(kept, password, p.cost)
	if err != nil {
		return fmt.Errorf("password of %s: %w", account, err)
	}
	if !right || !there {
		return refuse("wrong-password")
	}
	return nil
}

// begin begins a session: its secret is new at every sign-in.
func (p *People) begin(ctx context.Context, a identity.Account, way string) (httpapi.SignedIn, error) {
	secret, hash, err := identity.NewSecret(p.random)
	if err != nil {
		return httpapi.SignedIn{}, err
	}
	now := p.now()
	if err := p.store.BeginSession(ctx, identity.Session{Hash: hash, Account: a.ID, Way: way, Begun: now, Seen: now}); err != nil {
		return httpapi.SignedIn{}, err
	}
	return httpapi.SignedIn{Secret: secret, Account: a, Until: now.Add(identity.Longest)}, nil
}

// SignOut ends a session, or all of its account.
func (p *People) SignOut(ctx context.Context, secret string, everywhere bool) error {
	hash := identity.HashSecret(secret)
	if everywhere {
		n, _, err := p.store.Session(ctx, hash)
		if err == nil {
			return p.store.EndSessions(ctx, n.Account)
		} else if !errors.Is(err, store.ErrUnknown) {
			return err
		}
	}
	return p.store.EndSession(ctx, hash)
}

// ChangePassword changes the password of who knows it.
func (p *People) ChangePassword(ctx context.Context, account, old, fresh, secret, address string) error {
	a, err := p.store.Person(ctx, account)
	if err != nil {
		return err
	}
	if err := p.count(ctx, a.Login, address); err != nil {
		return err
	}
	if err := p.verify(ctx, account, old); err != nil {
		return err
	}
	if err := p.store.ForgetTries(ctx, "name:"+a.Login); err != nil {
		return err
	}
	return p.setPassword(ctx, a, fresh, account, identity.HashSecret(secret))
}

func (p *People) setPassword(ctx context.Context, a identity.Account, password, by, keep string) error {
	kept, err := p.hash(a, password)
	if err != nil {
		return err
	}
	return p.store.SetPassword(ctx, a.ID, kept, by, keep)
}

func (p *People) hash(a identity.Account, password string) (string, error) {
	if err := identity.CheckPassword(password, a.Login, a.Name); err != nil {
		return "", err
	}
	return identity.HashPassword(p.random, password, p.cost)
}

// Accounts lists all.
func (p *People) Accounts(ctx context.Context) ([]identity.Account, error) {
	return p.store.People(ctx)
}

// AddAccount makes an account of this node, with a password.
func (p *People) AddAccount(ctx context.Context, a identity.Account, password, by string) (identity.Account, error) {
	a.Login, a.City = identity.Fold(a.Login), p.party
	if err := sound(a); err != nil {
		return a, err
	}
	kept, err := p.hash(a, password)
	if err != nil {
		return a, err
	}
	if a, err = p.store.AddPerson(ctx, a, by); errors.Is(err, store.ErrExists) {
		return a, refuse("login-taken", "value", a.Login)
	} else if err != nil {
		return a, err
	}
	return a, p.store.SetPassword(ctx, a.ID, kept, by, "")
}

func sound(a identity.Account) error {
	if err := a.Check(); err != nil {
		return err
	}
	if a.HolderCode != "" && !licence.SoundCode(a.HolderKind, a.HolderCode) {
		return refuse("holder-code", "kind", a.HolderKind) // the number itself is nobody's business
	}
	return nil
}

// ChangeAccount changes an account.
func (p *People) ChangeAccount(ctx context.Context, id, by string, change func(a *identity.Account)) (identity.Account, error) {
	a, err := p.store.ChangePerson(ctx, id, by, func(a *identity.Account) error {
		change(a)
		a.Login = identity.Fold(a.Login)
		return sound(*a)
	})
	switch {
	case errors.Is(err, store.ErrUnknown):
		err = errors.Join(httpapi.ErrUnknown, err)
	case errors.Is(err, store.ErrExists):
		err = refuse("login-taken", "value", a.Login)
	}
	return a, err
}

// SetPassword gives an account another password.
func (p *People) SetPassword(ctx context.Context, id, password, by string) error {
	a, err := p.store.Person(ctx, id)
	if errors.Is(err, store.ErrUnknown) {
		return errors.Join(httpapi.ErrUnknown, err)
	} else if err != nil {
		return err
	}
	return p.setPassword(ctx, a, password, by, "")
}

// once keeps the first value that was made without an error.
type once[T any] struct {
	lock sync.Mutex
	made bool
	v    T
}

func (o *once[T]) get(make func() (T, error)) (T, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if !o.made {
		v, err := make()
		if err != nil {
			return v, err
		}
		o.v, o.made = v, true
	}
	return o.v, nil
}
