package openid4vci_test

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/kit/x5c"
)

type object = map[string]any

// maker is who makes wallets and attests what they are.
type maker struct {
	key    *jws.Private
	chain  x5c.Chain
	anchor []*x509.Certificate
}

func makeMaker(t testing.TB, seed byte) (m maker) {
	t.Helper()
	root := key(t, jws.ES256, seed)
	m.key = key(t, jws.ES256, seed+1)
	anchor, err := x5c.Anchor(rand.Reader, root, "anchor", now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x5c.Signer(rand.Reader, anchor, root, m.key.Public(), "maker", nil, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	m.anchor, m.chain = []*x509.Certificate{anchor}, x5c.Chain{leaf}
	return m
}

func TestClientsAreHeldToTheText(t *testing.T) {
	m, stranger, instance := makeMaker(t, 40), makeMaker(t, 50), key(t, jws.ES256, 1)
	for _, c := range []struct {
		name   string
		change func(h, c, ph, pc object)
		by     *maker
		good   bool
	}{
		{"good", func(h, c, ph, pc object) {}, &m, true},
		{"type of another token", func(h, c, ph, pc object) { h["typ"] = "JWT" }, &m, false},
		{"no subject", func(h, c, ph, pc object) { delete(c, "sub") }, &m, false},
		{"another subject", func(h, c, ph, pc object) { c["sub"] = "other" }, &m, false},
		{"expired", func(h, c, ph, pc object) { c["exp"] = now.Unix() }, &m, false},
		{"without end", func(h, c, ph, pc object) { delete(c, "exp") }, &m, false},
		{"end as text", func(h, c, ph, pc object) { c["exp"] = "2030" }, &m, false},
		{"not yet", func(h, c, ph, pc object) { c["nbf"] = now.Add(time.Hour).Unix() }, &m, false},
		{"of the future", func(h, c, ph, pc object) { c["iat"] = now.Add(time.Hour).Unix() }, &m, false},
		{"no key", func(h, c, ph, pc object) { delete(c, "cnf") }, &m, false},
		{"another key", func(h, c, ph, pc object) { c["cnf"] = object{"jwk": key(t, jws.ES256, 2).Public().JWK("")} }, &m, false},
		{"private key", func(h, c, ph, pc object) { c["cnf"] = object{"jwk": private(instance)} }, &m, false},
		{"no certificate", func(h, c, ph, pc object) { delete(h, "x5c") }, &m, false},
		{"below another anchor", func(h, c, ph, pc object) { h["x5c"] = stranger.chain.Header() }, &stranger, false},
		{"certificate of another", func(h, c, ph, pc object) {}, &stranger, false},
		{"proof of another type", func(h, c, ph, pc object) { ph["typ"] = "JWT" }, &m, false},
		{"proof for another server", func(h, c, ph, pc object) { pc["aud"] = "https://other.example" }, &m, false},
		{"old proof", func(h, c, ph, pc object) { pc["iat"] = now.Add(-time.Hour).Unix() }, &m, false},
		{"proof of the future", func(h, c, ph, pc object) { pc["iat"] = now.Add(time.Hour).Unix() }, &m, false},
		{"proof without time", func(h, c, ph, pc object) { delete(pc, "iat") }, &m, false},
		{"expired proof", func(h, c, ph, pc object) { pc["exp"] = now.Unix() }, &m, false},
		{"proof without name", func(h, c, ph, pc object) { delete(pc, "jti") }, &m, false},
		{"proof of a short name", func(h, c, ph, pc object) { pc["jti"] = "x" }, &m, false},
		{"long proof", func(h, c, ph, pc object) { pc["x"] = strings.Repeat("x", 5000) }, &m, false},
		{"long attestation", func(h, c, ph, pc object) { c["x"] = strings.Repeat("x", 70000) }, &m, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := object{"typ": "oauth-client-attestation+jwt", "x5c": m.chain.Header()}
			claims := object{"sub": "wallet", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "cnf": object{"jwk": instance.Public().JWK("")}}
			ph, pc := object{"typ": "oauth-client-attestation-pop+jwt"}, object{"aud": textIssuer, "iat": now.Unix(), "jti": "12345678"}
			c.change(h, claims, ph, pc)
			d := openid4vci.ClientDemand{Server: textIssuer, Client: "wallet", Anchors: m.anchor, Clock: clock}
			a, err := openid4vci.CheckClient(sign(t, c.by.key, h, claims), sign(t, instance, ph, pc), d, now)
			is(t, err, map[bool]openid4vci.Code{false: openid4vci.InvalidClient}[c.good])
			if d.Client = ""; c.name == "no subject" {
				_, err := openid4vci.CheckClient(sign(t, c.by.key, h, claims), sign(t, instance, ph, pc), d, now)
				is(t, err, openid4vci.InvalidClient)
			}
			if err == nil && (a.Client != "wallet" || a.JKT != instance.Public().Thumbprint() || a.JTI != "12345678") {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestKeyAttestationsAreHeldToTheText(t *testing.T) {
	m, holder, second := makeMaker(t, 40), key(t, jws.ES256, 1), key(t, jws.ES256, 2)
	many := func(n int) (list []any) {
		for i := range n {
			list = append(list, key(t, jws.ES256, byte(100+i)).Public().JWK(""))
		}
		return list
	}
	const inProof, alone = true, false
	for _, c := range []struct {
		name   string
		within bool // a proof; else alone
		change func(h, c, proof object)
		want   openid4vci.Code
	}{
		{"good", inProof, func(h, c, p object) {}, ""},
		{"without nonce", inProof, func(h, c, p object) { delete(c, "nonce") }, ""},
		{"its one key not repeated", inProof, func(h, c, p object) { delete(p, "jwk") }, ""},
		{"of two keys, by kid", inProof, func(h, c, p object) {
			c["attested_keys"] = []any{second.Public().JWK("b"), holder.Public().JWK("a")}
			delete(p, "jwk")
			p["kid"] = "a"
		}, ""},
		{"of two keys, by place", inProof, func(h, c, p object) {
			c["attested_keys"] = []any{second.Public().JWK(""), holder.Public().JWK("")}
			delete(p, "jwk")
			p["kid"] = "1"
		}, ""},
		{"of two keys, none named", inProof, func(h, c, p object) {
			c["attested_keys"] = []any{holder.Public().JWK(""), second.Public().JWK("")}
			delete(p, "jwk")
		}, openid4vci.InvalidProof},
		{"none", inProof, func(h, c, p object) { delete(p, "key_attestation") }, openid4vci.InvalidProof},
		{"no text", inProof, func(h, c, p object) { p["key_attestation"] = 1 }, openid4vci.InvalidProof},
		{"another key", inProof, func(h, c, p object) { c["attested_keys"] = []any{second.Public().JWK("")} }, openid4vci.InvalidProof},
		{"without end", inProof, func(h, c, p object) { delete(c, "exp") }, openid4vci.InvalidProof},
		{"expired", inProof, func(h, c, p object) { c["exp"] = now.Unix() }, openid4vci.InvalidProof},
		{"another nonce", inProof, func(h, c, p object) { c["nonce"] = "bad" }, openid4vci.InvalidProof},
		{"nonce that is no text", inProof, func(h, c, p object) { c["nonce"] = 1 }, openid4vci.InvalidProof},
		{"type of another token", inProof, func(h, c, p object) { h["typ"] = "keyattestation+jwt" }, openid4vci.InvalidProof},
		{"without time", inProof, func(h, c, p object) { delete(c, "iat") }, openid4vci.InvalidProof},
		{"no keys", inProof, func(h, c, p object) { c["attested_keys"] = []any{} }, openid4vci.InvalidProof},
		{"a private key", inProof, func(h, c, p object) { c["attested_keys"] = []any{private(holder)} }, openid4vci.InvalidProof},
		{"a key that is none", inProof, func(h, c, p object) { c["attested_keys"] = []any{"x"} }, openid4vci.InvalidProof},
		{"too many keys", inProof, func(h, c, p object) {
			c["attested_keys"] = append(many(openid4vci.MostProofs), holder.Public().JWK(""))
		}, openid4vci.InvalidProof},
		{"kept badly", inProof, func(h, c, p object) { c["key_storage"] = []any{"iso_18045_basic"} }, openid4vci.InvalidProof},
		{"kept nobody says how", inProof, func(h, c, p object) { delete(c, "key_storage") }, openid4vci.InvalidProof},
		{"good and alone", alone, func(h, c, p object) {}, ""},
		{"three alone", alone, func(h, c, p object) { c["attested_keys"] = many(3) }, ""},
		{"alone, without end", alone, func(h, c, p object) { delete(c, "exp") }, ""},
		{"alone, four of three", alone, func(h, c, p object) { c["attested_keys"] = many(4) }, openid4vci.InvalidProof},
		{"alone, one twice", alone, func(h, c, p object) { c["attested_keys"] = []any{holder.Public().JWK("a"), holder.Public().JWK("b")} }, openid4vci.InvalidProof},
		{"alone, without nonce", alone, func(h, c, p object) { delete(c, "nonce") }, openid4vci.InvalidProof},
		{"alone, another nonce", alone, func(h, c, p object) { c["nonce"] = "bad" }, openid4vci.InvalidNonce},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := object{"typ": "key-attestation+jwt", "x5c": m.chain.Header()}
			claims := object{"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": "good", "attested_keys": []any{holder.Public().JWK("")}, "key_storage": []any{"iso_18045_moderate"}}
			header := object{"typ": "openid4vci-proof+jwt", "jwk": holder.Public().JWK(""), "key_attestation": ""}
			c.change(h, claims, header)
			text := sign(t, m.key, h, claims)
			if v, there := header["key_attestation"]; there && v == "" {
				header["key_attestation"] = text
			}
			p := openid4vci.Proofs{Type: openid4vci.ProofAttestation, Texts: []string{text}}
			if c.within {
				p = openid4vci.Proofs{Type: openid4vci.ProofJWT, Texts: []string{sign(t, holder, header, object{"aud": textIssuer, "iat": now.Unix(), "nonce": "good"})}}
			}
			d := demand()
			d.Anchors, d.Attestation = m.anchor, &openid4vci.AttestationsRequired{Storage: []string{"iso_18045_moderate"}}
			_, err := openid4vci.CheckProofs(p, d, now)
			is(t, err, c.want)
		})
	}
}

func TestGrantsAreHeldToTheirRequest(t *testing.T) {
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	for _, c := range []struct {
		name   string
		change func(g *openid4vci.Grant, r *openid4vci.TokenRequest)
		want   openid4vci.Code
		reused bool
	}{
		{"good", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) {}, "", false},
		{"client not repeated", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Client = "" }, "", false},
		{"another grant", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Grant = openid4vci.GrantPreAuthorized }, openid4vci.InvalidGrant, false},
		{"spent", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.State = openid4vci.Spent }, openid4vci.InvalidGrant, true},
		{"void", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.State = openid4vci.Void }, openid4vci.InvalidGrant, false},
		{"of no state", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.State = "" }, openid4vci.InvalidGrant, false},
		{"over", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.Until = now }, openid4vci.InvalidGrant, false},
		{"another client", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Client = "x" }, openid4vci.InvalidGrant, false},
		{"another address", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Redirect = "x" }, openid4vci.InvalidGrant, false},
		{"another verifier", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Verifier = strings.Repeat("x", 43) }, openid4vci.InvalidGrant, false},
		{"short verifier", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) {
			r.Verifier, g.Challenge = "x", openid4vci.Challenge("x")
		}, openid4vci.InvalidGrant, false},
		{"bound to a key", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.JKT = "mine" }, "", false},
		{"bound to another key", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { g.JKT = "other" }, openid4vci.InvalidGrant, false},
		{"a transaction code that nobody asked for", func(g *openid4vci.Grant, r *openid4vci.TokenRequest) { r.Tx = "1" }, openid4vci.InvalidRequest, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := openid4vci.Grant{Type: openid4vci.GrantCode, State: openid4vci.Open, Until: now.Add(time.Second), Client: "w", Redirect: "r", Challenge: openid4vci.Challenge(verifier)}
			r := openid4vci.TokenRequest{Grant: openid4vci.GrantCode, Client: "w", Redirect: "r", Verifier: verifier, Code: "c"}
			c.change(&g, &r)
			before := g
			err := g.Redeem(r, "mine", now)
			is(t, err, c.want)
			if errors.Is(err, openid4vci.ErrReused) != c.reused || (err == nil) != (g.State == openid4vci.Spent && before.State != g.State) || err != nil && g != before {
				t.Errorf("%+v after %+v, %v", g, before, err)
			}
		})
	}
	_, err := openid4vci.ReadTokenRequest(url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {strings.Repeat("x", 5000)}})
	is(t, err, openid4vci.InvalidRequest)
}
