package sdjwt_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// TestConformanceCatalogue does to a verifier what the modules of the OpenID conformance
// suite of these names do, as far as the credential and its key binding go; the page
// docs/protocol/*/credentials.md lists them. What travels over HTTP is not part of it.
func TestConformanceCatalogue(t *testing.T) {
	const year = 365 * 24 * time.Hour
	issuer, holder, thief := newKey(t, jws.ES256), newKey(t, jws.ES256), newKey(t, jws.ES256)
	now, asked := time.Unix(1_800_000_000, 0), sdjwt.Request{Audience: "x509_san_dns:verifier.example", Nonce: "n-0S6_WzA2Mj"}
	issue := func(jwk jws.JWK) *sdjwt.Shown {
		b, _ := json.Marshal(jwk)
		key, _ := strictjson.Decode(b, strictjson.Limits{})
		text, err := sdjwt.Issue(rand.Reader, issuer, map[string]any{"typ": "dc+sd-jwt"}, sdjwt.Object{"vct": "urn:eudi:pid:1", "cnf": sdjwt.Object{"jwk": key}, "given_name": sdjwt.Hidden{Value: "小明"}, "family_name": sdjwt.Hidden{Value: "王"}}, sdjwt.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, text)
	}
	credential := issue(holder.Public().JWK("1"))
	bound := func(s *sdjwt.Shown, k *jws.Private, r sdjwt.Request, at time.Time) string {
		text, err := s.Bind(rand.Reader, k, r, at)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	good := bound(credential, holder, asked, now)
	less, err := credential.Choose(func(d sdjwt.Disclosure) bool { return d.Path[0] == "given_name" })
	if err != nil {
		t.Fatal(err)
	}
	binding := good[strings.LastIndexByte(good, '~')+1:]
	for module, c := range map[string]struct {
		text string
		want error
	}{
		"oid4vp-1final-verifier-happy-flow":                   {good, nil},
		"oid4vp-1final-verifier-minimal-cnf-jwk":              {bound(issue(holder.Public().JWK("")), holder, asked, now), nil},
		"oid4vp-1final-verifier-invalid-credential-signature": {corrupted(good, strings.IndexByte(good, '~')), jws.ErrSignature},
		"oid4vp-1final-verifier-invalid-kb-jwt-aud":           {bound(credential, holder, sdjwt.Request{Audience: "x509_san_dns:other.example", Nonce: asked.Nonce}, now), sdjwt.ErrAudience},
		"oid4vp-1final-verifier-invalid-kb-jwt-nonce":         {bound(credential, holder, sdjwt.Request{Audience: asked.Audience, Nonce: "other"}, now), sdjwt.ErrNonce},
		"oid4vp-1final-verifier-invalid-kb-jwt-signature":     {corrupted(good, len(good)), jws.ErrSignature},
		"oid4vp-1final-verifier-invalid-sd-hash":              {less.Text() + binding, sdjwt.ErrBinding},
		"oid4vp-1final-verifier-kb-jwt-iat-in-past":           {bound(credential, holder, asked, now.Add(-year)), sdjwt.ErrTime},
		"oid4vp-1final-verifier-kb-jwt-iat-in-future":         {bound(credential, holder, asked, now.Add(year)), sdjwt.ErrTime},
		"key of somebody else (not in the catalogue)":         {bound(credential, thief, asked, now), jws.ErrSignature},
		"no key binding (not in the catalogue)":               {credential.Text(), sdjwt.ErrUnbound},
	} {
		s, err := sdjwt.Parse(c.text, jws.ES256)
		if err == nil {
			_, err = s.VerifyBound(issuer.Public(), asked, now, sdjwt.Fresh{Age: 5 * time.Minute, Ahead: time.Minute})
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", module, err, c.want)
		}
	}
}

// corrupted is a text in which the signature that ends at a place is another one of the
// same form.
func corrupted(text string, end int) string {
	from := strings.LastIndexByte(text[:end], '.') + 1
	signature, err := jws.Decode(text[from:end])
	if err != nil {
		panic(err)
	}
	signature[40] ^= 1
	return text[:from] + jws.Encode(signature) + text[end:]
}
