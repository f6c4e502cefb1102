package openid4vci

import (
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

// The types of proofs (appendix F).
const (
	ProofJWT         = "jwt"
	ProofAttestation = "attestation"
)

const (
	proofType       = "openid4vci-proof+jwt"
	attestationType = "key-attestation+jwt"
)

// Algorithms are those that keys of holders and wallets may be for. SM2 is in no standard of
// JOSE: both ends must have agreed on it, and nobody has here.
var Algorithms = []jws.Algorithm{jws.ES256, jws.EdDSA}

// ProofDemand is what an issuer asks of proofs.
type ProofDemand struct {
	Issuer      string // aud
	Client      string // iss, where there is one; empty: the wallet is anonymous and there is none
	Algorithms  []jws.Algorithm
	Nonce       func(nonce string) bool // tells whether a c_nonce was given by this issuer and is good
	Most        int                     // proofs or attested keys
	Attestation *AttestationsRequired   // nil: keys need no attestation
	Anchors     []*x509.Certificate     // of those who attest keys
	Clock       Clock
}

// Proven is keys whose possession was proven, each once, and the nonce of the proofs.
type Proven struct {
	Keys  []jws.Public
	Nonce string
}

// CheckProofs checks proofs of possession (appendix F): type, audience, time, nonce, the key
// in it and the signature by that key, and where keys are attested, who says so. A request
// without proofs is refused: credentials are bound to keys here.
func CheckProofs(p Proofs, d ProofDemand, now time.Time) (Proven, error) {
	if len(p.Texts) == 0 {
		return Proven{}, refuse(InvalidProof, "proofs", "missing")
	}
	if p.Type == ProofAttestation {
		return d.attested(p.Texts[0], now)
	}
	if p.Type != ProofJWT {
		return Proven{}, refuse(InvalidProof, "proofs", "of a type that is not taken")
	}
	if len(p.Texts) > d.Most {
		return Proven{}, refuse(InvalidProof, "proofs.jwt", "%d of them, at most %d", len(p.Texts), d.Most)
	}
	var out Proven
	for i, text := range p.Texts {
		at := fmt.Sprintf("proofs.jwt[%d]", i)
		key, nonce, err := d.proof(text, now)
		if err != nil {
			return Proven{}, &Refusal{InvalidProof, at, err}
		}
		if err := out.add(at, key, nonce); err != nil {
			return Proven{}, err
		}
	}
	if !d.Nonce(out.Nonce) {
		return Proven{}, refuse(InvalidNonce, "nonce", "unknown, used or expired")
	}
	return out, nil
}

func (p *Proven) add(at string, key jws.Public, nonce string) error {
	if len(p.Keys) > 0 && nonce != p.Nonce {
		return refuse(InvalidNonce, at, "another nonce than in the proofs before")
	}
	if slices.ContainsFunc(p.Keys, key.Equal) {
		return refuse(InvalidProof, at, "a key stands twice")
	}
	p.Keys, p.Nonce = append(p.Keys, key), nonce
	return nil
}

// proof checks all of a proof but whether its nonce is good.
func (d ProofDemand) proof(text string, now time.Time) (key jws.Public, nonce string, err error) {
	t, err := jws.Parse(text, d.Algorithms...)
	if err != nil {
		return key, "", err
	}
	if t.Type != proofType {
		return key, "", fmt.Errorf("typ: not %s", proofType)
	}
	for _, name := range []string{"kid", "x5c", "trust_chain"} {
		_, there := t.Header[name]
		_, inside := t.Header["key_attestation"]
		if there && !(name == "kid" && inside && t.Header["jwk"] == nil) {
			return key, "", fmt.Errorf("%s: the key has to be written as jwk, and nothing besides it", name)
		}
	}
	if key, err = d.proofKey(t, now); err != nil {
		return key, "", err
	}
	if err := t.Verify(key); err != nil {
		return key, "", err
	}
	claims, err := t.Claims()
	if err != nil {
		return key, "", err
	}
	if !to(claims, d.Issuer) {
		return key, "", fmt.Errorf("aud: not %s", d.Issuer)
	}
	if v, there := claims["iss"]; there && (d.Client == "" || v != any(d.Client)) {
		return key, "", fmt.Errorf("iss: not the client of the access token")
	}
	if err := d.Clock.fresh(claims, now); err != nil {
		return key, "", err
	}
	if err := d.Clock.alive(claims, now, false); err != nil {
		return key, "", err
	}
	nonce, ok := claims["nonce"].(string)
	if !ok || nonce == "" {
		return key, "", fmt.Errorf("nonce: missing")
	}
	return key, nonce, nil
}

// proofKey is the key that a proof is signed with: its jwk, or a key of its attestation.
func (d ProofDemand) proofKey(t *jws.Token, now time.Time) (key jws.Public, err error) {
	text, there := t.Header["key_attestation"]
	if !there {
		if d.Attestation != nil {
			return key, fmt.Errorf("key_attestation: missing")
		}
		return publicKey(t.Header["jwk"])
	}
	s, ok := text.(string)
	if !ok {
		return key, fmt.Errorf("key_attestation: not a text")
	}
	a, err := d.attestation(s, now, true)
	if err != nil {
		return key, fmt.Errorf("key_attestation: %w", err)
	}
	if jwk, there := t.Header["jwk"]; there {
		if key, err = publicKey(jwk); err != nil {
			return key, err
		}
		if !slices.ContainsFunc(a.keys, key.Equal) {
			return key, fmt.Errorf("jwk: not among the attested keys")
		}
		return key, nil
	}
	if len(a.keys) == 1 {
		return a.keys[0], nil
	}
	for i, k := range a.keys {
		if t.KeyID != "" && (a.ids[i] == t.KeyID || fmt.Sprint(i) == t.KeyID) {
			return k, nil
		}
	}
	return key, fmt.Errorf("kid: names none of the attested keys")
}

// attestation is a key attestation that was checked (appendix D).
type attestation struct {
	keys  []jws.Public
	ids   []string
	nonce string
}

// attested is a proof that is an attestation alone: its nonce shows that it was made now.
func (d ProofDemand) attested(text string, now time.Time) (out Proven, err error) {
	const at = "proofs.attestation"
	a, err := d.attestation(text, now, false)
	if err != nil {
		return out, &Refusal{InvalidProof, at, err}
	}
	if a.nonce == "" {
		return out, refuse(InvalidProof, at, "nonce: missing")
	}
	if len(a.keys) > d.Most {
		return out, refuse(InvalidProof, at, "%d keys, at most %d", len(a.keys), d.Most)
	}
	for _, k := range a.keys {
		if err := out.add(at, k, a.nonce); err != nil {
			return Proven{}, err
		}
	}
	if !d.Nonce(a.nonce) {
		return Proven{}, refuse(InvalidNonce, at, "unknown, used or expired")
	}
	return out, nil
}

// attestation checks an attestation within a proof, or alone: then its nonce is for the caller to
// judge, and it may be without end.
func (d ProofDemand) attestation(text string, now time.Time, within bool) (a attestation, err error) {
	t, err := jws.Parse(text, d.Algorithms...)
	if err != nil {
		return a, err
	}
	if t.Type != attestationType {
		return a, fmt.Errorf("typ: not %s", attestationType)
	}
	claims, err := anchored(t, d.Anchors, now)
	if err != nil {
		return a, err
	}
	if _, ok := when(claims, "iat"); !ok {
		return a, fmt.Errorf("iat: missing")
	}
	if err := d.Clock.alive(claims, now, within); err != nil {
		return a, err
	}
	list, ok := claims["attested_keys"].([]any)
	if !ok || len(list) == 0 || len(list) > MostProofs {
		return a, fmt.Errorf("attested_keys: not a list of 1 to %d keys", MostProofs)
	}
	for _, v := range list {
		k, err := publicKey(v)
		if err != nil {
			return a, fmt.Errorf("attested_keys: %w", err)
		}
		id, _ := v.(strictjson.Object)["kid"].(string)
		a.keys, a.ids = append(a.keys, k), append(a.ids, id)
	}
	if n, there := claims["nonce"]; there {
		if a.nonce, ok = n.(string); !ok {
			return a, fmt.Errorf("nonce: not a text")
		}
		if within && !d.Nonce(a.nonce) {
			return a, fmt.Errorf("nonce: unknown, used or expired")
		}
	}
	return a, d.Attestation.met(claims)
}

// met holds an attestation to what is required of the keys.
func (q *AttestationsRequired) met(claims strictjson.Object) error {
	if q == nil {
		return nil
	}
	for _, part := range []struct {
		name string
		want []string
	}{{"key_storage", q.Storage}, {"user_authentication", q.Authentication}} {
		have, _ := claims[part.name].([]any)
		if len(part.want) > 0 && !slices.ContainsFunc(have, func(v any) bool {
			s, ok := v.(string)
			return ok && slices.Contains(part.want, s)
		}) {
			return fmt.Errorf("%s: none of %v", part.name, part.want)
		}
	}
	return nil
}

// anchored reads the claims of a token whose certificate an anchor stands for (HAIP 1.0
// §4.4.1, §4.5.1: x5c, without the anchor, not self-signed).
func anchored(t *jws.Token, anchors []*x509.Certificate, now time.Time) (strictjson.Object, error) {
	chain, err := x5c.Read(t.Header)
	if err != nil {
		return nil, err
	}
	key, err := chain.Verify(anchors, now)
	if err != nil {
		return nil, err
	}
	if err := t.Verify(key); err != nil {
		return nil, err
	}
	return t.Claims()
}

// MakeProof makes the proof of a wallet; client may be empty.
func MakeProof(random io.Reader, key *jws.Private, issuer, client, nonce string, now time.Time) (string, error) {
	claims := strictjson.Object{"aud": issuer, "iat": now.Unix(), "nonce": nonce}
	if client != "" {
		claims["iss"] = client
	}
	return sign(random, key, strictjson.Object{"typ": proofType, "jwk": key.Public().JWK("")}, claims)
}

// AttestKeys makes a key attestation of a wallet's maker.
func AttestKeys(random io.Reader, key *jws.Private, chain x5c.Chain, keys []jws.Public, nonce string, now, until time.Time) (string, error) {
	list := make([]any, len(keys))
	for i, k := range keys {
		list[i] = k.JWK("")
	}
	claims := strictjson.Object{"iat": now.Unix(), "exp": until.Unix(), "attested_keys": list}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	return sign(random, key, strictjson.Object{"typ": attestationType, "x5c": chain.Header()}, claims)
}

func sign(random io.Reader, key *jws.Private, header, claims strictjson.Object) (string, error) {
	b, err := strictjson.Append(nil, claims)
	if err != nil {
		return "", err
	}
	return jws.Sign(random, key, header, b)
}
