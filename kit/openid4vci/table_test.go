package openid4vci_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/jws"
	"conurb/kit/openid4vci"
)

var (
	now   = time.Unix(1_800_000_000, 0)
	clock = openid4vci.Clock{Age: 5 * time.Minute, Ahead: time.Minute}
)

func key(t testing.TB, a jws.Algorithm, seed byte) *jws.Private {
	t.Helper()
	k, err := jws.FromSeed(a, append(make([]byte, 31), seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t testing.TB, k *jws.Private, header, claims map[string]any) string {
	t.Helper()
	b, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.Sign(rand.Reader, k, header, b)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func demand() openid4vci.ProofDemand {
	return openid4vci.ProofDemand{
		Issuer: textIssuer, Client: "wallet", Algorithms: openid4vci.Algorithms, Most: 3, Clock: clock,
		Nonce: func(n string) bool { return n == "good" || n == "good, too" },
	}
}

// private is the JWK of a key with its secret in it.
func private(k *jws.Private) map[string]any {
	j := k.Public().JWK("")
	return map[string]any{"kty": j.Kty, "crv": j.Crv, "x": j.X, "y": j.Y, "d": jws.Encode(k.Seed())}
}

func TestProofsAreHeldToTheText(t *testing.T) {
	holder := key(t, jws.ES256, 1)
	for _, c := range []struct {
		name   string
		change func(header, claims object)
		want   openid4vci.Code
	}{
		{"good", func(h, c object) {}, ""},
		{"with its client", func(h, c object) { c["iss"] = "wallet" }, ""},
		{"of a list of one audience", func(h, c object) { c["aud"] = []string{textIssuer} }, ""},
		{"type of another token", func(h, c object) { h["typ"] = "JWT" }, openid4vci.InvalidProof},
		{"no type", func(h, c object) { delete(h, "typ") }, openid4vci.InvalidProof},
		{"no key", func(h, c object) { delete(h, "jwk") }, openid4vci.InvalidProof},
		{"kid besides jwk", func(h, c object) { h["kid"] = "did:example:1#1" }, openid4vci.InvalidProof},
		{"kid alone", func(h, c object) { delete(h, "jwk"); h["kid"] = "k" }, openid4vci.InvalidProof},
		{"x5c besides jwk", func(h, c object) { h["x5c"] = []string{"AA=="} }, openid4vci.InvalidProof},
		{"trust_chain besides jwk", func(h, c object) { h["trust_chain"] = []string{"a"} }, openid4vci.InvalidProof},
		{"private key in jwk", func(h, c object) { h["jwk"] = private(holder) }, openid4vci.InvalidProof},
		{"symmetric key", func(h, c object) { h["jwk"] = object{"kty": "oct", "k": "AA"} }, openid4vci.InvalidProof},
		{"another's key", func(h, c object) { h["jwk"] = key(t, jws.ES256, 2).Public().JWK("") }, openid4vci.InvalidProof},
		{"key of another algorithm", func(h, c object) { h["jwk"] = key(t, jws.EdDSA, 2).Public().JWK("") }, openid4vci.InvalidProof},
		{"another issuer", func(h, c object) { c["aud"] = "https://other.example" }, openid4vci.InvalidProof},
		{"two audiences", func(h, c object) { c["aud"] = []string{textIssuer, "https://other.example"} }, openid4vci.InvalidProof},
		{"no audience", func(h, c object) { delete(c, "aud") }, openid4vci.InvalidProof},
		{"another client", func(h, c object) { c["iss"] = "other" }, openid4vci.InvalidProof},
		{"old", func(h, c object) { c["iat"] = now.Add(-6 * time.Minute).Unix() }, openid4vci.InvalidProof},
		{"of the future", func(h, c object) { c["iat"] = now.Add(2 * time.Minute).Unix() }, openid4vci.InvalidProof},
		{"no time", func(h, c object) { delete(c, "iat") }, openid4vci.InvalidProof},
		{"time as text", func(h, c object) { c["iat"] = "2018-09-14T21:19:10Z" }, openid4vci.InvalidProof},
		{"expired", func(h, c object) { c["exp"] = now.Unix() }, openid4vci.InvalidProof},
		{"not yet", func(h, c object) { c["nbf"] = now.Add(time.Hour).Unix() }, openid4vci.InvalidProof},
		{"no nonce", func(h, c object) { delete(c, "nonce") }, openid4vci.InvalidProof},
		{"another nonce", func(h, c object) { c["nonce"] = "bad" }, openid4vci.InvalidNonce},
		{"critical header", func(h, c object) { h["crit"] = []string{"x"}; h["x"] = 1 }, openid4vci.InvalidProof},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := object{"typ": "openid4vci-proof+jwt", "jwk": holder.Public().JWK("")}
			claims := object{"aud": textIssuer, "iat": now.Unix(), "nonce": "good"}
			c.change(header, claims)
			p, err := openid4vci.CheckProofs(openid4vci.Proofs{Type: "jwt", Texts: []string{sign(t, holder, header, claims)}}, demand(), now)
			is(t, err, c.want)
			if err == nil && (len(p.Keys) != 1 || !p.Keys[0].Equal(holder.Public()) || p.Nonce != "good") {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestManyProofs(t *testing.T) {
	made := func(seeds ...byte) (p openid4vci.Proofs) {
		p.Type = openid4vci.ProofJWT
		for _, s := range seeds {
			text, err := openid4vci.MakeProof(rand.Reader, key(t, jws.EdDSA, s), textIssuer, "wallet", "good", now)
			if err != nil {
				t.Fatal(err)
			}
			p.Texts = append(p.Texts, text)
		}
		return p
	}
	mixed, err := openid4vci.MakeProof(rand.Reader, key(t, jws.EdDSA, 9), textIssuer, "wallet", "good, too", now)
	if err != nil {
		t.Fatal(err)
	}
	other := made(1)
	other.Texts = append(other.Texts, mixed)
	anonymous := demand()
	anonymous.Client = ""
	es256 := demand()
	es256.Algorithms = []jws.Algorithm{jws.ES256}
	for _, c := range []struct {
		name   string
		proofs openid4vci.Proofs
		demand openid4vci.ProofDemand
		want   openid4vci.Code
	}{
		{"three", made(1, 2, 3), demand(), ""},
		{"four of three", made(1, 2, 3, 4), demand(), openid4vci.InvalidProof},
		{"none", openid4vci.Proofs{}, demand(), openid4vci.InvalidProof},
		{"one key twice", made(1, 2, 1), demand(), openid4vci.InvalidProof},
		{"two nonces", other, demand(), openid4vci.InvalidNonce},
		{"a client where there is none", made(1), anonymous, openid4vci.InvalidProof},
		{"an algorithm that is not taken", made(1), es256, openid4vci.InvalidProof},
		{"another type", openid4vci.Proofs{Type: "di_vp", Texts: []string{"x"}}, demand(), openid4vci.InvalidProof},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openid4vci.CheckProofs(c.proofs, c.demand, now)
			is(t, err, c.want)
		})
	}
}

func TestDPoPIsHeldToTheText(t *testing.T) {
	k := key(t, jws.ES256, 1)
	const address, token = "https://as.example/token", "the-token"
	ath := openid4vci.Challenge(token) // the same function: SHA-256 in base64url
	for _, c := range []struct {
		name   string
		change func(header, claims object, d *openid4vci.DPoPDemand)
		good   bool
	}{
		{"good", func(h, c object, d *openid4vci.DPoPDemand) {}, true},
		{"query of the request", func(h, c object, d *openid4vci.DPoPDemand) { d.URL += "?x=1" }, true},
		{"host in capitals, port written", func(h, c object, d *openid4vci.DPoPDemand) { c["htu"] = "HTTPS://AS.example:443/token" }, true},
		{"its key", func(h, c object, d *openid4vci.DPoPDemand) { d.JKT = k.Public().Thumbprint() }, true},
		{"another key", func(h, c object, d *openid4vci.DPoPDemand) { d.JKT = "x" }, false},
		{"another method", func(h, c object, d *openid4vci.DPoPDemand) { c["htm"] = "GET" }, false},
		{"another path", func(h, c object, d *openid4vci.DPoPDemand) { c["htu"] = "https://as.example/other" }, false},
		{"another host", func(h, c object, d *openid4vci.DPoPDemand) { c["htu"] = "https://as.example.org/token" }, false},
		{"another scheme", func(h, c object, d *openid4vci.DPoPDemand) { c["htu"] = "http://as.example/token" }, false},
		{"another token", func(h, c object, d *openid4vci.DPoPDemand) { c["ath"] = openid4vci.Challenge("other") }, false},
		{"no token", func(h, c object, d *openid4vci.DPoPDemand) { delete(c, "ath") }, false},
		{"a token where there is none", func(h, c object, d *openid4vci.DPoPDemand) { d.Token = "" }, false},
		{"no name", func(h, c object, d *openid4vci.DPoPDemand) { delete(c, "jti") }, false},
		{"of the future", func(h, c object, d *openid4vci.DPoPDemand) { c["iat"] = now.Add(time.Hour).Unix() }, false},
		{"without time", func(h, c object, d *openid4vci.DPoPDemand) { delete(c, "iat") }, false},
		{"long", func(h, c object, d *openid4vci.DPoPDemand) { c["x"] = strings.Repeat("x", 5000) }, false},
		{"no path", func(h, c object, d *openid4vci.DPoPDemand) {
			c["htu"], d.URL = "https://as.example", "https://as.example/"
		}, true},
		{"a user in the address", func(h, c object, d *openid4vci.DPoPDemand) { c["htu"] = "https://user@as.example/token" }, false},
		{"old", func(h, c object, d *openid4vci.DPoPDemand) { c["iat"] = now.Add(-time.Hour).Unix() }, false},
		{"type of another token", func(h, c object, d *openid4vci.DPoPDemand) { h["typ"] = "JWT" }, false},
		{"private key", func(h, c object, d *openid4vci.DPoPDemand) { h["jwk"] = private(k) }, false},
		{"another's key", func(h, c object, d *openid4vci.DPoPDemand) { h["jwk"] = key(t, jws.ES256, 2).Public().JWK("") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := object{"typ": "dpop+jwt", "jwk": k.Public().JWK("")}
			claims := object{"htm": "POST", "htu": address, "iat": now.Unix(), "jti": "12345678", "ath": ath}
			d := openid4vci.DPoPDemand{Method: "POST", URL: address, Token: token, Clock: clock}
			c.change(header, claims, &d)
			_, err := openid4vci.CheckDPoP(sign(t, k, header, claims), d, now)
			is(t, err, map[bool]openid4vci.Code{false: openid4vci.InvalidDPoP}[c.good])
		})
	}
}

// TestDPoPOfTheText checks the proof that RFC 9449 §4.1 and §7.1 print.
func TestDPoPOfTheText(t *testing.T) {
	const proof = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA"
	p, err := openid4vci.CheckDPoP(proof, openid4vci.DPoPDemand{Method: "POST", URL: "https://server.example.com/token", Clock: clock}, time.Unix(1562265300, 0))
	if err != nil || p.JTI != "-BwC3ESc6acc2lTc" || p.JKT != "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestPKCEOfTheText is appendix B of RFC 7636.
func TestPKCEOfTheText(t *testing.T) {
	if got := openid4vci.Challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); got != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Error(got)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	good := func() url.Values {
		return url.Values{
			"response_type": {"code"}, "client_id": {"w"}, "redirect_uri": {"https://w.example/back"}, "scope": {"a"},
			"code_challenge": {openid4vci.Challenge("x")}, "code_challenge_method": {"S256"},
		}
	}
	for _, c := range []struct {
		name, field, value string
		want               openid4vci.Code
	}{
		{"good", "state", "s", ""},
		{"this machine", "redirect_uri", "http://127.0.0.1:1234/back", ""},
		{"a private scheme", "redirect_uri", "com.example.wallet:/back", ""},
		{"plain http", "redirect_uri", "http://w.example/back", openid4vci.InvalidRequest},
		{"a script", "redirect_uri", "javascript:alert(1)", openid4vci.InvalidRequest},
		{"a fragment", "redirect_uri", "https://w.example/#x", openid4vci.InvalidRequest},
		{"no address", "redirect_uri", "", openid4vci.InvalidRequest},
		{"no client", "client_id", "", openid4vci.InvalidRequest},
		{"plain challenge", "code_challenge_method", "plain", openid4vci.InvalidRequest},
		{"short challenge", "code_challenge", "x", openid4vci.InvalidRequest},
		{"no challenge", "code_challenge", "", openid4vci.InvalidRequest},
		{"implicit", "response_type", "token", openid4vci.UnsupportedResponse},
		{"a request in the request", "request_uri", "urn:x", openid4vci.InvalidRequest},
		{"details of another type", "authorization_details", `[{"type": "other", "credential_configuration_id": "a"}]`, openid4vci.InvalidDetails},
		{"details that are none", "authorization_details", `{}`, openid4vci.InvalidDetails},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := good()
			v.Set(c.field, c.value)
			_, err := openid4vci.ReadAuthorization(v)
			is(t, err, c.want)
		})
	}
	v := good()
	v.Add("client_id", "other")
	_, err := openid4vci.ReadAuthorization(v)
	is(t, err, openid4vci.InvalidRequest)
	for grant, want := range map[string]openid4vci.Code{"": openid4vci.InvalidRequest, "password": openid4vci.UnsupportedGrant, openid4vci.GrantCode: openid4vci.InvalidRequest} {
		_, err := openid4vci.ReadTokenRequest(url.Values{"grant_type": {grant}})
		is(t, err, want)
	}
	for text, want := range map[string]openid4vci.Code{
		`{"credential_identifier": "a"}`:                  "",
		`{"credential_identifier": "a", "new": {"x": 1}}`: "",
		`{}`: openid4vci.InvalidCredentialRequest,
		`{"credential_identifier": "a", "credential_identifier": "b"}`:                                   openid4vci.InvalidCredentialRequest,
		`{"credential_identifier": "a", "credential_configuration_id": "b"}`:                             openid4vci.InvalidCredentialRequest,
		`{"credential_identifier": 1}`:                                                                   openid4vci.InvalidCredentialRequest,
		`{"credential_identifier": "a", "proof": {}}`:                                                    openid4vci.InvalidCredentialRequest,
		`{"credential_identifier": "a", "proofs": {}}`:                                                   openid4vci.InvalidProof,
		`{"credential_identifier": "a", "proofs": {"jwt": []}}`:                                          openid4vci.InvalidProof,
		`{"credential_identifier": "a", "proofs": {"jwt": ["x"], "attestation": ["x"]}}`:                 openid4vci.InvalidProof,
		`{"credential_identifier": "a", "proofs": {"attestation": ["x", "y"]}}`:                          openid4vci.InvalidProof,
		`{"credential_identifier": "a", "credential_response_encryption": {"enc": "X"}}`:                 openid4vci.InvalidEncryption,
		`{"credential_identifier": "a", "x": ` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`: openid4vci.InvalidCredentialRequest,
	} {
		t.Run(text, func(t *testing.T) {
			_, err := openid4vci.ReadCredentialRequest([]byte(text))
			is(t, err, want)
		})
	}
}

// TestAGrantIsSpentOnce draws any sequence of tries, right and wrong: at most one is granted,
// none after too many wrong ones, and a grant never opens again.
func TestAGrantIsSpentOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := openid4vci.Grant{Type: openid4vci.GrantPreAuthorized, State: openid4vci.Open, Until: now.Add(time.Minute), Tx: openid4vci.TxHash("c", "123456")}
		granted, wrong := 0, 0
		for range rapid.IntRange(1, 20).Draw(t, "tries") {
			at := now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "second")) * time.Second)
			tx := rapid.SampledFrom([]string{"123456", "123457", ""}).Draw(t, "tx")
			before := g.State
			err := g.Redeem(openid4vci.TokenRequest{Grant: openid4vci.GrantPreAuthorized, Code: "c", Tx: tx}, "", at)
			late := !at.Before(now.Add(time.Minute))
			if want := before == openid4vci.Open && !late && tx == "123456"; (err == nil) != want {
				t.Fatalf("%s at %v with %q: %v", before, at, tx, err)
			}
			if err == nil {
				granted++
			}
			if before == openid4vci.Open && !late && tx == "123457" {
				wrong++
			}
			if granted > 1 || before != openid4vci.Open && g.State != before || (wrong >= openid4vci.MostGuesses) != (g.State == openid4vci.Void) {
				t.Fatalf("%d granted, %d wrong, %s after %s", granted, wrong, g.State, before)
			}
		}
	})
}

// TestOffersComeBack draws offers: what is written is read, by value too.
func TestOffersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 20, 200)
		o := openid4vci.Offer{Issuer: textIssuer, Configurations: rapid.SliceOfNDistinct(text, 1, 4, rapid.ID[string]).Draw(t, "ids")}
		if rapid.Bool().Draw(t, "code") {
			o.Code = &openid4vci.CodeGrant{State: text.Draw(t, "state")}
		}
		if rapid.Bool().Draw(t, "pre") {
			o.PreAuthorized = &openid4vci.PreAuthorized{Code: text.Draw(t, "secret"), Tx: &openid4vci.TxCode{Mode: "numeric", Length: 6}}
		}
		got, _, err := openid4vci.ReadOfferLink(o.Link("openid-credential-offer://"))
		if err != nil || string(got.JSON()) != string(o.JSON()) {
			t.Fatalf("%s came back as %s, %v", o.JSON(), got.JSON(), err)
		}
	})
}

func FuzzReaders(f *testing.F) {
	for _, s := range []string{
		`{"credential_issuer":"https://i.example","credential_configuration_ids":["a"],"grants":{"authorization_code":{"issuer_state":"x"}}}`,
		`[{"type":"openid_credential","credential_configuration_id":"a"}]`, `{"credential_identifier":"a","proofs":{"jwt":["x"]}}`,
		`{"credentials":[{"credential":"x"}],"notification_id":"y"}`, `{"transaction_id":"x","interval":5}`,
		`{"notification_id":"x","event":"credential_accepted"}`, `openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fi.example%2F1`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := []byte(s)
		if o, err := openid4vci.ReadOffer(b); err == nil {
			again, err := openid4vci.ReadOffer(o.JSON())
			if err != nil || string(again.JSON()) != string(o.JSON()) {
				t.Fatalf("%s, %v", again.JSON(), err)
			}
		}
		if q, err := openid4vci.ReadCredentialRequest(b); err == nil {
			if _, err := openid4vci.ReadCredentialRequest(q.JSON()); err != nil {
				t.Fatal(err)
			}
		}
		openid4vci.ReadOfferLink(s)
		openid4vci.ReadIssuer(b, textIssuer)
		openid4vci.ReadServer(b, textIssuer)
		openid4vci.ReadConfigurations(b)
		openid4vci.ReadDetails(b)
		openid4vci.ReadIssued(b)
		openid4vci.ReadDeferred(b)
		openid4vci.ReadNotification(b)
		if v, err := url.ParseQuery(s); err == nil {
			openid4vci.ReadAuthorization(v)
			openid4vci.ReadTokenRequest(v)
		}
	})
}

func FuzzTokens(f *testing.F) {
	k := key(f, jws.ES256, 1)
	proof, err := openid4vci.MakeProof(rand.Reader, k, textIssuer, "wallet", "good", now)
	if err != nil {
		f.Fatal(err)
	}
	dpop, err := openid4vci.MakeDPoP(rand.Reader, k, "POST", "https://as.example/token", "", now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(proof)
	f.Add(dpop)
	d := demand()
	d.Anchors = []*x509.Certificate{}
	f.Fuzz(func(t *testing.T, s string) {
		// Whatever is changed in a proof, it is refused, or says the same.
		if p, err := openid4vci.CheckProofs(openid4vci.Proofs{Type: "jwt", Texts: []string{s}}, d, now); err == nil && len(p.Keys) != 1 {
			t.Fatal(s)
		}
		openid4vci.CheckProofs(openid4vci.Proofs{Type: "attestation", Texts: []string{s}}, d, now)
		openid4vci.CheckDPoP(s, openid4vci.DPoPDemand{Method: "POST", URL: "https://as.example/token", Clock: clock}, now)
		openid4vci.CheckClient(s, s, openid4vci.ClientDemand{Server: textIssuer, Clock: clock}, now)
	})
}
