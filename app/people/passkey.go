package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"conurb/door/httpapi"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/identity"
)

// finishWithin is how long a sign-in that was begun may take.
const finishWithin = 5 * time.Minute

// mostLabel bounds what a key is called, characters.
const mostLabel = 60

// newKey is the way of what begins a new passkey, beside identity.ByPasskey of a sign-in.
const newKey = "new-passkey"

// owner is an account as WebAuthn sees it; its handle is the account's id, which says nothing.
type owner struct {
	identity.Account
	kept []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.ID) }
func (o owner) WebAuthnName() string                       { return o.Login }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.kept }

func (p *People) owner(ctx context.Context, account string) (o owner, err error) {
	if o.Account, err = p.store.Person(ctx, account); err != nil {
		return o, err
	}
	list, err := p.store.Credentials(ctx, account)
	if err != nil {
		return o, err
	}
	for _, c := range list {
		if c.Way != identity.ByPasskey {
			continue
		}
		var k webauthn.Credential
		if err := json.Unmarshal([]byte(c.Secret), &k); err != nil {
			return o, fmt.Errorf("passkey %s: %w", c.ID, err)
		}
		k.Authenticator.SignCount = c.Uses
		o.kept = append(o.kept, k)
	}
	return o, nil
}

// BeginPasskey begins to sign in by passkey: the authenticator says who.
func (p *People) BeginPasskey(ctx context.Context) (c httpapi.Ceremony, err error) {
	if p.keys == nil {
		return c, refuse("no-passkeys")
	}
	options, held, err := p.keys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return c, fmt.Errorf("passkey: %w", err)
	}
	return p.hold(ctx, identity.ByPasskey, options.Response, held)
}

// hold keeps what the answer is held to, in this node and not in the browser.
func (p *People) hold(ctx context.Context, way string, options any, held *webauthn.SessionData) (c httpapi.Ceremony, err error) {
	secret, hash, err := identity.NewSecret(p.random)
	if err != nil {
		return c, err
	}
	text, err := json.Marshal(held)
	if err != nil {
		return c, fmt.Errorf("passkey: %w", err)
	}
	return httpapi.Ceremony{ID: secret, Options: options}, p.store.BeginSignIn(ctx, hash, way, string(text), p.now().Add(finishWithin))
}

// held takes out what an answer is held to: every question is answered once.
func (p *People) held(ctx context.Context, id, way string) (d webauthn.SessionData, err error) {
	if p.keys == nil {
		return d, refuse("no-passkeys")
	}
	text, err := p.store.TakeSignIn(ctx, identity.HashSecret(id), way)
	if errors.Is(err, store.ErrUnknown) {
		return d, refuse("sign-in-over")
	} else if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, fmt.Errorf("passkey: %w", err)
	}
	return d, nil
}

// FinishPasskey signs in whose passkey answered.
func (p *People) FinishPasskey(ctx context.Context, id string, response []byte) (in httpapi.SignedIn, err error) {
	d, err := p.held(ctx, id, identity.ByPasskey)
	if err != nil {
		return in, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return in, unsound(err)
	}
	var o owner
	var own error // of ours, not of the answer
	_, key, err := p.keys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var err error
		if o, err = p.owner(ctx, string(handle)); err != nil && !errors.Is(err, store.ErrUnknown) {
			own = err
		}
		return o, err
	}, d, answer)
	switch {
	case own != nil:
		return in, own
	case err != nil:
		return in, unsound(err)
	case key.Authenticator.CloneWarning:
		return in, refuse("passkey-cloned")
	case o.Disabled:
		return in, refuse("disabled")
	}
	c, err := p.store.CredentialBy(ctx, identity.ByPasskey, jws.Encode(key.ID))
	if err != nil {
		return in, err
	}
	if err := p.store.UsedCredential(ctx, c.ID, key.Authenticator.SignCount); err != nil {
		return in, err
	}
	return p.begin(ctx, o.Account, identity.ByPasskey)
}

// unsound is the refusal of an answer; the cause is for the log.
func unsound(err error) error {
	var e *protocol.Error
	detail := err.Error()
	if errors.As(err, &e) {
		detail = strings.TrimSpace(e.Details + " " + e.DevInfo)
	}
	return fmt.Errorf("%w: %s", refuse("passkey"), detail)
}

// BeginNewPasskey begins to give an account a passkey; those that it has are left out.
func (p *People) BeginNewPasskey(ctx context.Context, account string) (c httpapi.Ceremony, err error) {
	if p.keys == nil {
		return c, refuse("no-passkeys")
	}
	o, err := p.owner(ctx, account)
	if err != nil {
		return c, err
	}
	var there []protocol.CredentialDescriptor
	for _, k := range o.kept {
		there = append(there, k.Descriptor())
	}
	options, held, err := p.keys.BeginRegistration(o, webauthn.WithExclusions(there), webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return c, fmt.Errorf("passkey: %w", err)
	}
	return p.hold(ctx, newKey, options.Response, held)
}

// AddPasskey keeps a passkey that answered.
func (p *People) AddPasskey(ctx context.Context, account, id, label string, response []byte) (k httpapi.Key, err error) {
	if label = strings.TrimSpace(label); label == "" || utf8.RuneCountInString(label) > mostLabel {
		return k, refuse("label", "most", fmt.Sprint(mostLabel))
	}
	d, err := p.held(ctx, id, newKey)
	if err != nil {
		return k, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return k, unsound(err)
	}
	o, err := p.owner(ctx, account)
	if err != nil {
		return k, err
	}
	key, err := p.keys.CreateCredential(o, d, answer) // refuses what another account began
	if err != nil {
		return k, unsound(err)
	}
	text, err := json.Marshal(key)
	if err != nil {
		return k, fmt.Errorf("passkey: %w", err)
	}
	c, err := p.store.AddCredential(ctx, store.Credential{Account: account, Way: identity.ByPasskey, Handle: jws.Encode(key.ID), Label: label,
		Secret: string(text), Uses: key.Authenticator.SignCount}, account)
	if errors.Is(err, store.ErrExists) {
		return k, refuse("passkey")
	} else if err != nil {
		return k, err
	}
	return keyOf(c), nil
}

func keyOf(c store.Credential) httpapi.Key {
	return httpapi.Key{ID: c.ID, Way: c.Way, Label: c.Label, Made: c.Made, Used: c.Used}
}

// Keys lists passkeys and links.
func (p *People) Keys(ctx context.Context, account string) ([]httpapi.Key, error) {
	all, err := p.store.Credentials(ctx, account)
	list := []httpapi.Key{}
	for _, c := range all {
		if c.Way != identity.ByPassword {
			list = append(list, keyOf(c))
		}
	}
	return list, err
}

// RemoveKey takes a passkey or a link away; a password is changed, not taken away.
func (p *People) RemoveKey(ctx context.Context, account, id string) error {
	list, err := p.Keys(ctx, account)
	if err != nil {
		return err
	}
	for _, k := range list {
		if k.ID == id {
			err := p.store.RemoveCredential(ctx, account, id, account)
			if !errors.Is(err, store.ErrUnknown) {
				return err
			}
		}
	}
	return fmt.Errorf("key %s: %w", id, httpapi.ErrUnknown)
}
