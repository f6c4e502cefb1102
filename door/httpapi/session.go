package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"conurb/locale"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// Person is somebody who is signed in.
type Person struct {
	ID         string      `json:"id" doc:"The account." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Name       string      `json:"name" doc:"For people." example:"王丽"`
	Kind       rights.Kind `json:"kind" enum:"citizen,staff,organisation,machine" doc:"What kind of account it is." example:"staff"`
	City       string      `json:"city" doc:"Whose node has the account." example:"changsha"`
	Roles      []Role      `json:"roles" nullable:"false" doc:"What a staff member does, and where."`
	HolderKind string      `json:"holderKind,omitempty" doc:"The kind of the number by which licences name the person (GB/T 36903 annex A)." example:"111"`
	HolderCode string      `json:"holderCode,omitempty" doc:"That number." example:"430199199003070011"`
	May        []string    `json:"may" nullable:"false" doc:"What is permitted over the whole city of the account: what a page offers at all. Every request is judged by itself." example:"[\"licence.read\"]"`
}

// SessionBody is who is signed in, and how one could.
type SessionBody struct {
	Person    *Person       `json:"person,omitempty" doc:"Who is signed in; left out: nobody."`
	Password  bool          `json:"password" doc:"One can sign in by password." example:"true"`
	Passkeys  bool          `json:"passkeys" doc:"One can sign in by passkey; not where the node is reached by an IP address." example:"true"`
	Providers []Provider    `json:"providers" nullable:"false" doc:"Where else one can sign in, at /signin/oidc?provider=<id>."`
	Demo      bool          `json:"demo" doc:"The node is a demonstration." example:"false"`
	Accounts  []DemoAccount `json:"accounts" nullable:"false" doc:"The accounts of a demonstration with their passwords; none on others."`
}

// SessionAnswer is a session with its cookie.
type SessionAnswer struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   SessionBody
}

// PasswordInput signs in.
type PasswordInput struct {
	Language
	Body struct {
		Name     string `json:"name" maxLength:"256" doc:"The account's name." example:"wang.li"`
		Password string `json:"password" maxLength:"1024" doc:"Its password." example:"kettle harbour lantern"`
	}
}

// SignOutInput ends sessions.
type SignOutInput struct {
	Language
	Everywhere bool `query:"everywhere" doc:"End every session of the account, on other devices too." example:"false"`
}

// CookieAnswer sets a cookie and says nothing.
type CookieAnswer struct {
	Cookie http.Cookie `header:"Set-Cookie"`
}

// NewPasswordInput changes a password.
type NewPasswordInput struct {
	Language
	Body struct {
		Old string `json:"old" maxLength:"1024" doc:"The password so far." example:"kettle harbour lantern"`
		New string `json:"new" maxLength:"1024" doc:"The new one, at least 12 characters; no rules about their kinds." example:"a wooden boat by the lake"`
	}
}

// CeremonyBody is a question of WebAuthn.
type CeremonyBody struct {
	Ceremony string `json:"ceremony" doc:"To be sent back with the answer, within five minutes, once." example:"q1w2e3"`
	Options  any    `json:"options" doc:"publicKey of navigator.credentials.get or create, as parseRequestOptionsFromJSON and parseCreationOptionsFromJSON read it." example:"{\"challenge\":\"AQID\"}"`
}

// PasskeyInput is the answer of an authenticator.
type PasskeyInput struct {
	Language
	Body struct {
		Ceremony string         `json:"ceremony" maxLength:"64" doc:"Of the question." example:"q1w2e3"`
		Response map[string]any `json:"response" doc:"The credential as its toJSON() writes it." example:"{\"id\":\"AQID\"}"`
	}
}

// NewPasskeyInput is the answer of an authenticator that made a passkey.
type NewPasskeyInput struct {
	Language
	Body struct {
		Ceremony string         `json:"ceremony" maxLength:"64" doc:"Of the question." example:"q1w2e3"`
		Label    string         `json:"label" maxLength:"240" doc:"What its owner calls it." example:"phone"`
		Response map[string]any `json:"response" doc:"The credential as its toJSON() writes it." example:"{\"id\":\"AQID\"}"`
	}
}

// KeyInput names a key.
type KeyInput struct {
	Language
	ID string `path:"id" doc:"The key." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// LinkInput links the account to a provider.
type LinkInput struct {
	Language
	Body struct {
		Provider string `json:"provider" maxLength:"64" doc:"The provider's id." example:"city"`
		To       string `json:"to,omitempty" maxLength:"512" doc:"Where the browser goes afterwards: a path of this node." example:"/account"`
	}
}

// LinkBody is where the browser must go.
type LinkBody struct {
	URL string `json:"url" doc:"At the provider." example:"https://id.example/authorize"`
}

// LinkAnswer sends a browser to a provider.
type LinkAnswer struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   LinkBody
}

func (s *server) sessionRoutes(v1 string) {
	const session = "/session"
	op := func(method, path, id, summary string, open bool) operation {
		return operation{method: method, path: v1 + session + path, id: id, tag: "people", summary: summary, open: open}
	}
	none := func(o operation) operation { o.status = http.StatusNoContent; return o }
	register(s, op(http.MethodGet, "", "getSession", "Who is signed in, and how one could sign in", false), s.session)
	register(s, op(http.MethodPost, "", "signIn", "Sign in by password", true), s.signIn)
	register(s, none(op(http.MethodDelete, "", "signOut", "Sign out", true)), s.signOut)
	register(s, none(op(http.MethodPost, "/password", "changePassword", "Change one's own password; every other session ends", false)), s.changePassword)
	register(s, op(http.MethodPost, "/passkey/begin", "beginPasskey", "Begin to sign in by passkey", true), s.beginPasskey)
	register(s, op(http.MethodPost, "/passkey/finish", "finishPasskey", "Sign in by passkey", true), s.finishPasskey)
	register(s, op(http.MethodGet, "/passkeys", "listPasskeys", "One's own passkeys and links to providers", false), s.keys)
	register(s, op(http.MethodPost, "/passkeys/begin", "beginNewPasskey", "Begin to make a passkey", false), s.beginNewPasskey)
	register(s, op(http.MethodPost, "/passkeys", "addPasskey", "Keep a passkey that was made", false), s.addPasskey)
	register(s, none(op(http.MethodDelete, "/passkeys/{id}", "removePasskey", "Take a passkey or a link away", false)), s.removeKey)
	register(s, op(http.MethodPost, "/provider", "linkProvider", "Link one's account to one at a provider", false), s.linkProvider)
	s.mux.HandleFunc("GET /signin/oidc", s.toProvider)
	s.mux.HandleFunc("GET /signin/oidc/back", s.fromProvider)
}

// entrance is where people sign in, where the node has one.
func (s *server) entrance() (Entrance, error) {
	e, ok := s.people.(Entrance)
	if !ok {
		return nil, refuse("no-such-room")
	}
	return e, nil
}

// self is the person who is signed in, for what everybody may do to his own account.
func (s *server) self(ctx context.Context) (people Entrance, me rights.Principal, c *caller, err error) {
	if people, err = s.entrance(); err != nil {
		return nil, me, nil, err
	}
	c, _ = ctx.Value(keyCaller).(*caller)
	if me, err = whoOr(ctx); errors.Is(err, errNobody) || err == nil && me.Kind == rights.Machine {
		err = refuse("sign-in")
	}
	if err == nil {
		c.asked.Store(true)
	}
	return people, me, c, err
}

func (s *server) session(ctx context.Context, _ *Language) (*answer[SessionBody], error) {
	p, err := whoOr(ctx)
	if errors.Is(err, errNobody) {
		return &answer[SessionBody]{s.sessionBody(nil)}, nil
	} else if err != nil {
		return nil, err
	}
	return &answer[SessionBody]{s.sessionBody(&p)}, nil
}

func (s *server) sessionBody(p *rights.Principal) SessionBody {
	b := SessionBody{Providers: []Provider{}, Accounts: []DemoAccount{}}
	if e, err := s.entrance(); err == nil {
		w := e.Ways()
		b.Password, b.Passkeys, b.Demo = true, w.Passkeys, w.Demo
		b.Providers = append(b.Providers, w.Providers...)
		b.Accounts = append(b.Accounts, w.Accounts...)
	}
	if p == nil {
		return b
	}
	b.Person = &Person{ID: p.ID, Name: p.Name, Kind: p.Kind, City: p.City, Roles: rolesFrom(p.Roles),
		HolderKind: p.HolderKind, HolderCode: p.HolderCode, May: s.may(p)}
	return b
}

// may are the actions that somebody may do over something of his city: of his roles, each where
// it holds, and over licences of his own.
func (s *server) may(p *rights.Principal) []string {
	on := []rights.Resource{{City: p.City, HolderKind: p.HolderKind, HolderCode: p.HolderCode}, {City: p.City}}
	for _, r := range p.Roles {
		for _, t := range append([]string{""}, r.Types...) {
			on = append(on, rights.Resource{City: r.City, Office: r.Office, Type: t})
		}
	}
	list := []string{}
	for _, do := range rights.Actions {
		if slices.ContainsFunc(on, func(r rights.Resource) bool { return s.rights.Decide(*p, do, r).Allowed }) {
			list = append(list, string(do))
		}
	}
	return list
}

func (s *server) signIn(ctx context.Context, in *PasswordInput) (*SessionAnswer, error) {
	people, err := s.entrance()
	if err != nil {
		return nil, err
	}
	n, err := people.SignIn(ctx, in.Body.Name, in.Body.Password, address(ctx))
	return s.signedIn(ctx, n, err)
}

// signedIn answers with the cookie of a new session, and ends the one that the browser had.
func (s *server) signedIn(ctx context.Context, n SignedIn, err error) (*SessionAnswer, error) {
	if err != nil {
		return nil, s.refusedPerson(ctx, err)
	}
	if err := s.endOld(ctx); err != nil {
		return nil, err
	}
	p := n.Account.Principal()
	return &SessionAnswer{s.cookie(n.Secret, n.Until), s.sessionBody(&p)}, nil
}

func (s *server) endOld(ctx context.Context) error {
	c, ok := ctx.Value(keyCaller).(*caller)
	e, err := s.entrance()
	if !ok || err != nil || c.session == "" {
		return nil
	}
	return e.SignOut(ctx, c.session, false)
}

// cookie carries a secret; an empty one takes the cookie away.
func (s *server) cookie(secret string, until time.Time) http.Cookie {
	form := s.people.Cookie()
	c := http.Cookie{Name: form.Name, Value: secret, Path: "/", HttpOnly: true, Secure: form.Secure, SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if secret != "" {
		c.MaxAge = int(until.Sub(s.now()) / time.Second)
	}
	return c
}

func (s *server) signOut(ctx context.Context, in *SignOutInput) (*CookieAnswer, error) {
	people, err := s.entrance()
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.Value(keyCaller).(*caller); ok && c.session != "" {
		if err := people.SignOut(ctx, c.session, in.Everywhere); err != nil {
			return nil, err
		}
	}
	return &CookieAnswer{s.cookie("", time.Time{})}, nil
}

func (s *server) changePassword(ctx context.Context, in *NewPasswordInput) (*nothing, error) {
	people, me, c, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	err = people.ChangePassword(ctx, me.ID, in.Body.Old, in.Body.New, c.session, address(ctx))
	return nil, s.refusedPerson(ctx, err)
}

func (s *server) beginPasskey(ctx context.Context, _ *Language) (*answer[CeremonyBody], error) {
	people, err := s.entrance()
	if err != nil {
		return nil, err
	}
	c, err := people.BeginPasskey(ctx)
	return s.ceremony(ctx, c, err)
}

func (s *server) ceremony(ctx context.Context, c Ceremony, err error) (*answer[CeremonyBody], error) {
	if err != nil {
		return nil, s.refusedPerson(ctx, err)
	}
	return &answer[CeremonyBody]{CeremonyBody{c.ID, c.Options}}, nil
}

func (s *server) finishPasskey(ctx context.Context, in *PasskeyInput) (*SessionAnswer, error) {
	people, err := s.entrance()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(in.Body.Response)
	if err != nil {
		return nil, err
	}
	n, err := people.FinishPasskey(ctx, in.Body.Ceremony, text)
	return s.signedIn(ctx, n, err)
}

func (s *server) keys(ctx context.Context, _ *Language) (*answer[[]Key], error) {
	people, me, _, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	list, err := people.Keys(ctx, me.ID)
	return &answer[[]Key]{list}, err
}

func (s *server) beginNewPasskey(ctx context.Context, _ *Language) (*answer[CeremonyBody], error) {
	people, me, _, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	c, err := people.BeginNewPasskey(ctx, me.ID)
	return s.ceremony(ctx, c, err)
}

func (s *server) addPasskey(ctx context.Context, in *NewPasskeyInput) (*answer[Key], error) {
	people, me, _, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(in.Body.Response)
	if err != nil {
		return nil, err
	}
	k, err := people.AddPasskey(ctx, me.ID, in.Body.Ceremony, in.Body.Label, text)
	return &answer[Key]{k}, s.refusedPerson(ctx, err)
}

func (s *server) removeKey(ctx context.Context, in *KeyInput) (*nothing, error) {
	people, me, _, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	return nil, about(people.RemoveKey(ctx, me.ID, in.ID), "key", in.ID)
}

// refusedPerson is the problem of a fault of identity; other errors pass.
func (s *server) refusedPerson(ctx context.Context, err error) error {
	var f *identity.Fault
	if !errors.As(err, &f) {
		return err
	}
	code := "bad-account"
	if own, ok := ofPeople[f.Code]; ok {
		code = own
	}
	lang, key := language(ctx), "identity.fault."+f.Code
	r := refuse(code, "why", locale.T(lang, key, f.Args), "remedy", locale.T(lang, key+".remedy", f.Args))
	for k, v := range f.Args {
		r.args[k] = v
	}
	r.cause = err
	return r
}

// ofPeople are the problems of the faults that are not one of an account.
var ofPeople = map[string]string{
	"wrong-password": "wrong-password", "too-many-tries": "too-many-tries", "disabled": "account-disabled", "login-taken": "login-taken",
	"password-text": "weak-password", "password-short": "weak-password", "password-long": "weak-password", "password-monotone": "weak-password",
	"password-sequence": "weak-password", "password-common": "weak-password", "password-name": "weak-password",
	"passkey": "passkey-refused", "passkey-cloned": "passkey-refused", "no-passkeys": "passkey-refused", "sign-in-over": "sign-in-over",
	"no-provider": "provider-failed", "provider": "provider-failed", "no-link": "provider-failed", "linked-already": "provider-failed",
}
