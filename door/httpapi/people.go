package httpapi

import (
	"context"
	"time"

	"conurb/trust/identity"
	"conurb/trust/rights"
)

// People is what the door needs to know who calls.
type People interface {
	// City is the name of the node: what is done here is done over this city.
	City() string
	// Cookie is the form of the cookie that carries a session.
	Cookie() Cookie
	// Recognise returns whose session a secret is; ErrUnknown where it is nobody's or is over.
	Recognise(ctx context.Context, secret string) (rights.Principal, error)
}

// Entrance are people who sign in by this door. Its refusals are *identity.Fault, with the
// codes of identity and those named here.
type Entrance interface {
	People
	// Ways are the ways to sign in.
	Ways() Ways

	// SignIn signs in by password: wrong-password, too-many-tries (seconds), disabled.
	SignIn(ctx context.Context, login, password, address string) (SignedIn, error)
	// SignOut ends a session; everywhere ends all of its account.
	SignOut(ctx context.Context, secret string, everywhere bool) error
	// ChangePassword ends all sessions of the account but the one that asks.
	ChangePassword(ctx context.Context, account, old, fresh, secret, address string) error

	// BeginPasskey begins to sign in by passkey: no-passkeys.
	BeginPasskey(ctx context.Context) (Ceremony, error)
	// FinishPasskey signs in: sign-in-over, passkey, passkey-cloned, disabled.
	FinishPasskey(ctx context.Context, id string, response []byte) (SignedIn, error)
	// BeginNewPasskey begins to give an account a passkey.
	BeginNewPasskey(ctx context.Context, account string) (Ceremony, error)
	// AddPasskey ends what BeginNewPasskey began: sign-in-over, passkey.
	AddPasskey(ctx context.Context, account, id, label string, response []byte) (Key, error)
	// Keys lists the passkeys and the links to providers of an account.
	Keys(ctx context.Context, account string) ([]Key, error)
	// RemoveKey takes one away; ErrUnknown.
	RemoveKey(ctx context.Context, account, id string) error

	// BeginProvider begins to sign in at a provider, or to link an account to one:
	// no-provider, provider. to is where the browser goes afterwards.
	BeginProvider(ctx context.Context, provider, account, to string) (Departure, error)
	// FinishProvider ends it: sign-in-over, provider, no-link, linked-already, disabled. To is
	// known whatever happens, unless the sign-in is over. Of a link, SignedIn has no secret.
	FinishProvider(ctx context.Context, secret, state, code, account string) (in SignedIn, to string, err error)

	// Accounts lists all.
	Accounts(ctx context.Context) ([]identity.Account, error)
	// AddAccount makes one with a first password: bad accounts and passwords, login-taken.
	AddAccount(ctx context.Context, a identity.Account, password, by string) (identity.Account, error)
	// ChangeAccount changes one; ErrUnknown.
	ChangeAccount(ctx context.Context, id, by string, change func(a *identity.Account)) (identity.Account, error)
	// SetPassword gives an account another password, and ends all its sessions.
	SetPassword(ctx context.Context, id, password, by string) error
}

// Cookie is a name that no other node of this host uses, and whether the page is fetched
// over TLS.
type Cookie struct {
	Name   string
	Secure bool
}

// Ways are the ways to sign in.
type Ways struct {
	Passkeys  bool
	Providers []Provider
	Demo      bool
	Accounts  []DemoAccount
}

// Provider is one that says who somebody is (OpenID Connect).
type Provider struct {
	ID   string `json:"id" doc:"The name by which it is asked for." example:"city"`
	Name Text   `json:"name" doc:"Its name."`
	Demo bool   `json:"demo" doc:"It is for demonstrations, and believes whatever it is told." example:"true"`
}

// DemoAccount is an account of a demonstration; its password is public.
type DemoAccount struct {
	Login    string `json:"login" doc:"What one types." example:"changsha.issuer"`
	Password string `json:"password" doc:"Its password, which everybody may know: the node is a demonstration." example:"changsha issuer demo"`
	Name     string `json:"name" doc:"Of the invented person." example:"示例·王丽"`
	Kind     string `json:"kind" enum:"citizen,staff,organisation" doc:"What kind of account it is." example:"staff"`
	Role     string `json:"role,omitempty" enum:"issuer,clerk,trust-officer,operator,auditor" doc:"The role, of staff." example:"issuer"`
	What     Text   `json:"what" doc:"What one sees with it."`
}

// SignedIn is a session that has begun.
type SignedIn struct {
	Secret  string
	Account identity.Account
	Until   time.Time // whatever happens
}

// Ceremony is what a browser is asked by WebAuthn.
type Ceremony struct {
	ID      string
	Options any // for navigator.credentials, as JSON
}

// Key is a passkey, or a link to a provider.
type Key struct {
	ID    string    `json:"id" doc:"The key." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Way   string    `json:"way" enum:"passkey,oidc" doc:"A passkey, or an account at a provider." example:"passkey"`
	Label string    `json:"label" doc:"As its owner calls it." example:"phone"`
	Made  time.Time `json:"made" doc:"Since when." example:"2026-01-02T03:04:05Z"`
	Used  time.Time `json:"used,omitzero" doc:"When it last signed somebody in." example:"2026-01-02T03:04:05Z"`
}

// Departure is where a browser goes to sign in, and what it brings back in a cookie.
type Departure struct{ URL, Secret string }
