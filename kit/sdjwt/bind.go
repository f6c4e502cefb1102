package sdjwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"conurb/kit/jws"
)

// The refusals of a key binding.
var (
	ErrUnbound  = errors.New("no key binding")
	ErrHolder   = errors.New("the credential names no key of its holder")
	ErrAudience = errors.New("key binding is for somebody else")
	ErrNonce    = errors.New("key binding is for another request")
	ErrTime     = errors.New("key binding is too old, or from the future")
	ErrBinding  = errors.New("key binding is not over what is shown")
)

// bindingType is the type of a Key Binding JWT (§4.3).
const bindingType = "kb+jwt"

// Request is what a key binding answers.
type Request struct {
	Audience string // who asks
	Nonce    string // of this request
}

// Choose is the SD-JWT with the disclosures that keep says yes to, and those around
// them, without which they could not be read.
func (s *Shown) Choose(keep func(Disclosure) bool) (*Shown, error) {
	list, err := s.Hidden()
	if err != nil {
		return nil, err
	}
	kept := make([]bool, len(list))
	for i, d := range list {
		if !keep(d) {
			continue
		}
		for k := i; k >= 0 && !kept[k]; k = list[k].Parent {
			kept[k] = true
		}
	}
	out := &Shown{Issuer: s.Issuer, token: s.token, found: new(atomic.Pointer[found])}
	for i, d := range s.Disclosures {
		if kept[i] {
			out.Disclosures = append(out.Disclosures, d)
		}
	}
	return out, nil
}

// Bind signs a presentation for a verifier, now, with the holder's key, and returns the
// whole text (SD-JWT+KB).
func (s *Shown) Bind(random io.Reader, holder *jws.Private, r Request, now time.Time) (string, error) {
	p, err := s.process()
	if err != nil {
		return "", err
	}
	over := digestOf(p.hash, s.Text())
	claims, err := json.Marshal(map[string]any{"iat": now.Unix(), "aud": r.Audience, "nonce": r.Nonce, "sd_hash": over})
	if err != nil {
		return "", fmt.Errorf("key binding: %w", err)
	}
	token, err := jws.Sign(random, holder, map[string]any{"typ": bindingType}, claims)
	if err != nil {
		return "", fmt.Errorf("key binding: %w", err)
	}
	return s.Text() + token, nil
}

// Fresh says how old a key binding may be, and how far ahead a clock.
type Fresh struct{ Age, Ahead time.Duration }

// VerifyBound verifies as Verify does, and besides that the holder named in the
// credential answers this request, now (§7.3). A presentation without key binding is
// refused.
func (s *Shown) VerifyBound(issuer jws.Public, r Request, now time.Time, f Fresh) (Object, error) {
	p, err := s.verified(issuer)
	if err != nil {
		return nil, err
	}
	if s.Binding == nil {
		return nil, ErrUnbound
	}
	holder, err := Holder(p.claims)
	if err != nil {
		return nil, err
	}
	if s.Binding.Type != bindingType {
		return nil, fmt.Errorf("typ %q: %w", s.Binding.Type, ErrBinding)
	}
	if err := s.Binding.Verify(holder); err != nil {
		return nil, fmt.Errorf("key binding: %w", err)
	}
	if err := s.answers(digestOf(p.hash, s.Text()), r, now, f); err != nil {
		return nil, err
	}
	return p.claims, nil
}

// answers holds the claims of the key binding to the request, and to the digest of the
// presentation (sd_hash, §4.3.1).
func (s *Shown) answers(over string, r Request, now time.Time, f Fresh) error {
	b, err := s.Binding.Claims()
	if err != nil {
		return fmt.Errorf("key binding: %w", err)
	}
	at, ok := Number(b["iat"])
	age := now.Sub(time.Unix(at, 0))
	switch {
	case b["sd_hash"] != any(over):
		return ErrBinding
	case r.Audience == "" || b["aud"] != any(r.Audience):
		return fmt.Errorf("%v: %w", b["aud"], ErrAudience)
	case r.Nonce == "" || b["nonce"] != any(r.Nonce):
		return ErrNonce
	case !ok || age > f.Age || age < -f.Ahead:
		return fmt.Errorf("%s old: %w", age.Round(time.Second), ErrTime)
	}
	for name, late := range map[string]bool{"exp": true, "nbf": false} {
		v, there := b[name]
		if !there {
			continue
		}
		t, ok := Number(v)
		if !ok || late == (now.Unix() >= t) {
			return fmt.Errorf("%s: %w", name, ErrTime)
		}
	}
	return nil
}

// Holder is the key that a credential names as its holder's (cnf.jwk, RFC 7800 §3.2).
func Holder(claims Object) (jws.Public, error) {
	cnf, _ := claims["cnf"].(Object)
	raw, ok := cnf["jwk"].(Object)
	if !ok {
		return jws.Public{}, ErrHolder
	}
	var jwk jws.JWK
	for name, to := range map[string]*string{"kty": &jwk.Kty, "crv": &jwk.Crv, "x": &jwk.X, "y": &jwk.Y, "kid": &jwk.Kid, "alg": &jwk.Alg, "use": &jwk.Use} {
		v, there := raw[name]
		if *to, ok = v.(string); there && !ok {
			return jws.Public{}, fmt.Errorf("%s is no string: %w", name, ErrHolder)
		}
	}
	if v, there := raw["key_ops"]; there {
		if jwk.Operations, ok = texts(v); !ok {
			return jws.Public{}, fmt.Errorf("key_ops are no strings: %w", ErrHolder)
		}
	}
	k, err := jwk.Public()
	if err != nil {
		return jws.Public{}, fmt.Errorf("%w: %w", ErrHolder, err)
	}
	return k, nil
}

// texts is a list of strings; ok is false where it is another thing.
func texts(v any) (out []string, ok bool) {
	list, ok := v.([]any)
	out = make([]string, 0, len(list))
	for _, one := range list {
		text, isText := one.(string)
		out, ok = append(out, text), ok && isText
	}
	return out, ok
}
