package issuance_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/issuance"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
)

// forge changes the signature of a token.
func forge(text string) string {
	i := strings.LastIndexByte(text, '.') + 1
	c := byte('A')
	if text[i] == c {
		c = 'B'
	}
	return text[:i] + string(c) + text[i+1:]
}

// sign signs any claims.
func sign(t *testing.T, key *jws.Private, header, claims map[string]any) string {
	t.Helper()
	b, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.Sign(rand.Reader, key, header, b)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// attestation is what a wallet sends to prove what it is, to be spoiled.
type attestation struct {
	header, claims       map[string]any // of the attestation
	popHeader, popClaims map[string]any
	instance             *jws.Private
	forge, forgePoP      bool
}

// push pushes a request with an attestation that spoil has changed.
func (x *wallet) push(spoil func(*attestation)) answer {
	x.t.Helper()
	now := time.Now()
	a := attestation{
		header:    map[string]any{"typ": "oauth-client-attestation+jwt", "x5c": x.maker.chain.Header()},
		claims:    map[string]any{"sub": x.client, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "cnf": map[string]any{"jwk": x.instance.Public().JWK("")}},
		popHeader: map[string]any{"typ": "oauth-client-attestation-pop+jwt"},
		popClaims: map[string]any{"aud": x.server.URL, "iat": now.Unix(), "jti": "jti-" + x.nonce()},
		instance:  x.instance,
	}
	spoil(&a)
	text, pop := sign(x.t, x.maker.key, a.header, a.claims), sign(x.t, a.instance, a.popHeader, a.popClaims)
	if a.forge {
		text = forge(text)
	}
	if a.forgePoP {
		pop = forge(pop)
	}
	return x.send(x.as.Pushed, formMedia, []byte(x.ask(identityCard).Encode()), func(r *http.Request) {
		r.Header.Set(openid4vci.AttestationHeader, text)
		r.Header.Set(openid4vci.AttestationPoPHeader, pop)
	})
}

// TestConformanceCatalogue does to our issuer, over HTTP, what the negative modules of the
// conformance suite do, and what its positive ones do.
func TestConformanceCatalogue(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), func(s *issuance.Settings) { s.HAIP = true })
	r := w.issue(identityCard)
	x := w.wallet("https://wallet.example")
	x.instance, x.dpop = generate(t), generate(t)
	token := x.token(x.codeForm(x.authorize(x.ask(identityCard), r.ID))).Access
	ask := func(q openid4vci.CredentialRequest) answer { return x.json(x.issuer.Credential, token, q.JSON()) }
	good := func() openid4vci.CredentialRequest {
		return openid4vci.CredentialRequest{Identifier: r.ID, Proofs: x.proofs(x.client, generate(t))}
	}
	spoiled := func(change func(*openid4vci.CredentialRequest)) answer {
		q := good()
		change(&q)
		return ask(q)
	}
	for _, c := range []struct {
		module string
		do     func() answer
		want   []string
	}{
		{"oid4vci-1_0-issuer-fail-client-attestation-exp-in-past", func() answer {
			return x.push(func(a *attestation) { a.claims["exp"] = time.Now().Add(-10 * time.Minute).Unix() })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-client-attestation-no-sub", func() answer {
			return x.push(func(a *attestation) { delete(a.claims, "sub") })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-client-attestation-pop-wrong-aud", func() answer {
			return x.push(func(a *attestation) { a.popClaims["aud"] = "https://other.example" })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-invalid-client-attestation-pop-signature", func() answer {
			return x.push(func(a *attestation) { a.forgePoP = true })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-invalid-client-attestation-signature", func() answer {
			return x.push(func(a *attestation) { a.forge = true })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-mismatched-client-attestation-pop-key", func() answer {
			return x.push(func(a *attestation) { a.instance = generate(t) })
		}, []string{"invalid_client"}},
		{"oid4vci-1_0-issuer-fail-invalid-jwt-proof-signature", func() answer {
			return spoiled(func(q *openid4vci.CredentialRequest) { q.Proofs.Texts[0] = forge(q.Proofs.Texts[0]) })
		}, []string{"invalid_proof"}},
		{"oid4vci-1_0-issuer-fail-invalid-nonce", func() answer {
			return spoiled(func(q *openid4vci.CredentialRequest) {
				text, err := openid4vci.MakeProof(rand.Reader, generate(t), x.server.URL, x.client, "not-a-nonce", time.Now())
				if err != nil {
					t.Fatal(err)
				}
				q.Proofs.Texts[0] = text
			})
		}, []string{"invalid_nonce"}},
		{"oid4vci-1_0-issuer-fail-missing-proof", func() answer {
			return spoiled(func(q *openid4vci.CredentialRequest) { q.Proofs = openid4vci.Proofs{} })
		}, []string{"invalid_proof"}},
		{"oid4vci-1_0-issuer-fail-on-access-token-in-query", func() answer {
			return x.send(x.issuer.Credential+"?access_token="+token, "application/json", good().JSON(), func(r *http.Request) {
				x.headers(token)(r)
				r.Header.Del("Authorization")
			})
		}, []string{"invalid_request"}},
		{"oid4vci-1_0-issuer-fail-unknown-credential-configuration", func() answer {
			return spoiled(func(q *openid4vci.CredentialRequest) { q.Identifier, q.Configuration = "", "unknown" })
		}, []string{"unknown_credential_configuration"}},
		{"oid4vci-1_0-issuer-fail-unknown-credential-identifier", func() answer {
			return spoiled(func(q *openid4vci.CredentialRequest) { q.Identifier = "unknown" })
		}, []string{"unknown_credential_identifier"}},
		{"oid4vci-1_0-issuer-fail-unsupported-encryption-algorithm", func() answer {
			body := strings.TrimSuffix(string(good().JSON()), "}") + `, "credential_response_encryption": {"jwk": {"kty": "EC"}, "alg": "UNSUPPORTED", "enc": "A128GCM"}}`
			return x.json(x.issuer.Credential, token, []byte(body))
		}, []string{"invalid_encryption_parameters"}},
	} {
		t.Run(c.module, func(t *testing.T) {
			a := c.do()
			if !slices.Contains(c.want, a.Error) || a.Status < 400 || a.Status >= 500 {
				t.Errorf("%d %s, want %v", a.Status, a.Body, c.want)
			}
		})
	}
	if len(w.sound(r.ID)) != 0 {
		t.Error("one of them was handed a licence")
	}
	t.Run("oid4vci-1_0-issuer-happy-flow", func(t *testing.T) {
		if a := x.push(func(*attestation) {}); a.Status != http.StatusCreated {
			t.Errorf("an attestation that nobody spoiled: %d %s", a.Status, a.Body)
		}
		if a := ask(good()); a.Status != http.StatusOK {
			t.Errorf("a request that nobody spoiled: %d %s", a.Status, a.Body)
		}
	})
}

// TestKeyAttestations is the module about them: a forged one is refused, and so is everything
// else that is no attestation of the key.
func TestKeyAttestations(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), func(s *issuance.Settings) { s.Attest = true })
	r, x := w.issue(identityCard), w.wallet("")
	o, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{})
	if err != nil {
		t.Fatal(err)
	}
	token := x.token(url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {x.offered(o).PreAuthorized.Code}}).Access
	key, now := generate(t), time.Now()
	attest := func(nonce string, until time.Time, keys ...jws.Public) string {
		text, err := openid4vci.AttestKeys(rand.Reader, w.maker.key, w.maker.chain, keys, nonce, now, until)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	proof := func(text, nonce string) openid4vci.Proofs {
		header := map[string]any{"typ": "openid4vci-proof+jwt", "jwk": key.Public().JWK("")}
		if text != "" {
			header["key_attestation"] = text
		}
		return openid4vci.Proofs{Type: openid4vci.ProofJWT, Texts: []string{sign(t, key, header, map[string]any{"aud": w.server.URL, "iat": now.Unix(), "nonce": nonce})}}
	}
	hour := now.Add(time.Hour)
	stranger := makeMaker(t, now)
	for _, c := range []struct {
		name string
		make func(nonce string) openid4vci.Proofs
		want string
	}{
		{"oid4vci-1_0-issuer-fail-invalid-key-attestation-signature", func(n string) openid4vci.Proofs { return proof(forge(attest(n, hour, key.Public())), n) }, "invalid_proof"},
		{"no attestation", func(n string) openid4vci.Proofs { return proof("", n) }, "invalid_proof"},
		{"of another key", func(n string) openid4vci.Proofs { return proof(attest(n, hour, generate(t).Public()), n) }, "invalid_proof"},
		{"expired", func(n string) openid4vci.Proofs { return proof(attest(n, now.Add(-time.Hour), key.Public()), n) }, "invalid_proof"},
		{"another nonce", func(n string) openid4vci.Proofs { return proof(attest("x", hour, key.Public()), n) }, "invalid_proof"},
		{"of a stranger", func(n string) openid4vci.Proofs {
			text, err := openid4vci.AttestKeys(rand.Reader, stranger.key, stranger.chain, []jws.Public{key.Public()}, n, now, hour)
			if err != nil {
				t.Fatal(err)
			}
			return proof(text, n)
		}, "invalid_proof"},
		{"alone and without nonce", func(string) openid4vci.Proofs {
			return openid4vci.Proofs{Type: openid4vci.ProofAttestation, Texts: []string{attest("", hour, key.Public())}}
		}, "invalid_proof"},
		{"good", func(n string) openid4vci.Proofs { return proof(attest(n, hour, key.Public()), n) }, ""},
		{"good and alone", func(n string) openid4vci.Proofs {
			return openid4vci.Proofs{Type: openid4vci.ProofAttestation, Texts: []string{attest(n, hour, key.Public(), generate(t).Public())}}
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := x.json(x.issuer.Credential, token, openid4vci.CredentialRequest{Identifier: r.ID, Proofs: c.make(x.nonce())}.JSON())
			if a.Error != c.want || (c.want == "") != (a.Status == http.StatusOK) {
				t.Errorf("%d %s, want %s", a.Status, a.Body, c.want)
			}
		})
	}
	if list := w.sound(r.ID); len(list) != 2 {
		t.Errorf("%d handed out", len(list))
	}
}

// TestEverythingComesOnce replays what was good once, and tries what is good for something else.
func TestEverythingComesOnce(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), func(s *issuance.Settings) { s.Anchors = []*x509.Certificate{} })
	r, x := w.issue(identityCard), w.wallet("wallet")
	x.dpop = generate(t)
	code := x.authorize(x.ask(identityCard), r.ID)
	for name, change := range map[string]func(url.Values){
		"another verifier": func(v url.Values) { v.Set("code_verifier", strings.ToUpper(verifier)) },
		"another address":  func(v url.Values) { v.Set("redirect_uri", "https://thief.example/back") },
		"another client":   func(v url.Values) { v.Set("client_id", "thief") },
		"another grant": func(v url.Values) {
			v.Set("grant_type", openid4vci.GrantPreAuthorized)
			v.Set("pre-authorized_code", code)
		},
	} {
		v := x.codeForm(code)
		change(v)
		if a := x.form(x.as.Token, v); a.Error != "invalid_grant" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	var last string
	a := x.send(x.as.Token, formMedia, []byte(x.codeForm(code).Encode()), func(r *http.Request) { x.headers("")(r); last = r.Header.Get("DPoP") })
	var token openid4vci.Token
	if err := json.Unmarshal(a.Body, &token); err != nil || token.Type != "DPoP" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := x.send(x.as.Token, formMedia, []byte(x.codeForm("x").Encode()), func(r *http.Request) { r.Header.Set("DPoP", last) }); a.Error != "invalid_dpop_proof" {
		t.Errorf("a proof twice: %d %s", a.Status, a.Body)
	}
	q := openid4vci.CredentialRequest{Identifier: r.ID, Proofs: x.proofs("wallet", generate(t))}
	x.credential(token.Access, q)
	if a := x.json(x.issuer.Credential, token.Access, q.JSON()); a.Error != "invalid_nonce" {
		t.Errorf("a nonce twice: %d %s", a.Status, a.Body)
	}
	key := generate(t)
	q.Proofs = x.proofs("wallet", key, key)
	if a := x.json(x.issuer.Credential, token.Access, q.JSON()); a.Error != "invalid_proof" {
		t.Errorf("a key twice: %d %s", a.Status, a.Body)
	}
	for n := range 3 {
		keys := make([]*jws.Private, issuance.Batch)
		for i := range keys {
			keys[i] = generate(t)
		}
		q.Proofs = x.proofs("wallet", keys...)
		a := x.json(x.issuer.Credential, token.Access, q.JSON())
		if want := map[bool]string{true: "", false: "credential_request_denied"}[n < 2]; a.Error != want {
			t.Errorf("batch %d: %d %s", n, a.Status, a.Body)
		}
	}
	w.act(r.ID, licence.Suspend, licence.How{})
	q.Proofs = x.proofs("wallet", generate(t))
	if a := x.json(x.issuer.Credential, token.Access, q.JSON()); a.Error != "credential_request_denied" {
		t.Errorf("of a suspended licence: %d %s", a.Status, a.Body)
	}
	if a := x.json(x.issuer.Credential, token.Access, []byte(strings.Repeat(" ", openid4vci.MostRequest+1))); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("too much: %d", a.Status)
	}
}
