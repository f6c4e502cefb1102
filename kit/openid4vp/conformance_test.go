package openid4vp_test

import (
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
)

// TestConformanceOfWallet does to our wallet what the modules of the OpenID conformance suite
// of these names do, without HTTP; docs/protocol/*/credentials.md lists them. want is the
// code of the refusal and the error the verifier gets; empty: the wallet answers.
func TestConformanceOfWallet(t *testing.T) {
	transaction := []any{jws.Encode([]byte(`{"type":"unknown","credential_ids":["pid"]}`))}
	for module, c := range map[string]struct {
		read func(*world) (*openid4vp.Request, error)
		want openid4vp.Code
		says string
	}{
		"oid4vp-1final-wallet-negative-test-invalid-client-id-prefix":         {reading("invalid_scheme:verifier.example", object{"client_id": "invalid_scheme:verifier.example"}), openid4vp.CodePrefix, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-invalid-request-object-signature": {badlySigned, openid4vp.CodeSignature, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-mismatched-client-id":             {reading("x509_hash:AAAA", nil), openid4vp.CodeOuter, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-missing-nonce":                    {reading("", object{"nonce": nil}), openid4vp.CodeNonce, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-redirect-uri-with-direct-post":    {reading("", object{"redirect_uri": "https://verifier.example/cb"}), openid4vp.CodeRedirect, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-response-uri-not-client-id":       {elsewhere, openid4vp.CodeResponseURI, "invalid_request"},
		"oid4vp-1final-wallet-negative-test-unknown-transaction-data-type":    {reading("", object{"transaction_data": transaction}), openid4vp.CodeTransaction, "invalid_transaction_data"},
		"oid4vp-1final-wallet-happy-flow":                                     {reading("", nil), "", ""},
		"oid4vp-1final-wallet-alternate-happy-flow":                           {alternate, "", ""},
		"oid4vp-1final-wallet-request-uri-method-post": {func(w *world) (*openid4vp.Request, error) {
			return w.asked(w.ask()), nil // with a wallet_nonce
		}, "", ""},
		"oid4vp-1final-wallet-ignores-unusable-encryption-key": {unusableKeys, "", ""},
	} {
		w := newWorld(t, openid4vp.Open)
		r, err := c.read(w)
		switch {
		case c.want != "":
			refusedFor(t, module, err, c.want)
			if got := openid4vp.OAuth(err); got != c.says || r != nil {
				t.Errorf("%s: the verifier gets %s, want %s", module, got, c.says)
			}
		case err != nil:
			t.Errorf("%s: %v", module, err)
		case len(w.present(r)) == 0:
			t.Errorf("%s: nothing is answered", module)
		}
	}
}

// reading reads a request with a client_id in its link and parameters that are others.
func reading(clientID string, parameters object) func(*world) (*openid4vp.Request, error) {
	return func(w *world) (*openid4vp.Request, error) {
		a := w.ask()
		outer := a.ClientID
		if clientID != "" {
			outer = clientID
		}
		return w.wallet.Read(openid4vp.Link{ClientID: outer, RequestURI: requestURI}, w.altered(a, parameters, nil), "", clock)
	}
}

func badlySigned(w *world) (*openid4vp.Request, error) {
	a := w.ask()
	object := w.altered(a, nil, nil)
	i := strings.LastIndexByte(object, '.') + 1
	signature := must[[]byte](w.t)(jws.Decode(object[i:]))
	signature[40] ^= 0x5a
	return w.wallet.Read(openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}, object[:i]+jws.Encode(signature), "", clock)
}

// elsewhere wants the answer at another place than the client_id names, with both prefixes
// that name one; both have to be refused.
func elsewhere(w *world) (*openid4vp.Request, error) {
	dns := "x509_san_dns:verifier.example"
	r, err := reading(dns, object{"client_id": dns, "response_uri": "https://other.example/r"})(w)
	if r != nil || err == nil {
		return r, err
	}
	a := w.ask()
	a.ClientID, a.Secret = "redirect_uri:"+responseURI, nil
	text := must[string](w.t)(a.PlainLink("openid4vp://"))
	text = strings.Replace(text, "response_uri="+url.QueryEscape(responseURI), "response_uri="+url.QueryEscape("https://other.example/r"), 1)
	return w.wallet.Read(must[openid4vp.Link](w.t)(openid4vp.ReadLink(text)), "", "", clock)
}

// alternate has a long state and nonce, an iss of somebody else, a parameter nobody knows, and
// an encryption key without use.
func alternate(w *world) (*openid4vp.Request, error) {
	a := w.ask()
	key := w.sealing(a)
	delete(key, "use")
	return reading("", object{
		"state": strings.Repeat("s", 64), "nonce": strings.Repeat("n", 43), "iss": "https://other.example", "random": "7",
		"client_metadata": object{"jwks": object{"keys": []any{key}}},
	})(w)
}

func unusableKeys(w *world) (*openid4vp.Request, error) {
	a := w.ask()
	keys := []any{object{"kty": "AKP", "alg": "ML-KEM-9999", "kid": "1", "pub": "AAAA", "use": "enc"}, object{"kty": "MADE-UP", "kid": "2"}, w.sealing(a)}
	link := openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}
	r, err := w.wallet.Read(link, w.altered(a, object{"client_metadata": object{"jwks": object{"keys": keys}}}, nil), "", clock)
	if err == nil { // the verifier has to be able to read the answer
		_, err = a.Receive(w.present(r), w.key, clock, fresh)
	}
	return r, err
}

// TestConformanceOfChoice does what the modules about what a wallet shows do.
func TestConformanceOfChoice(t *testing.T) {
	credential := func(id, vct, claims string) string {
		return `{"id":"` + id + `","format":"dc+sd-jwt","meta":{"vct_values":["` + vct + `"]}` + claims + `}`
	}
	pid, no := credential("pid", identity, `,"claims":[{"path":["given_name"]}]`), credential("no", "https://other.example/type", "")
	for module, c := range map[string]struct {
		query string
		want  int // disclosures; -1: access_denied
	}{
		"oid4vp-1final-wallet-negative-test-required-non-matching-credential": {`{"credentials":[` + pid + `,` + no + `],"credential_sets":[{"options":[["pid"]]},{"options":[["no"]]}]}`, -1},
		"oid4vp-1final-wallet-optional-credential-set":                        {`{"credentials":[` + pid + `,` + no + `],"credential_sets":[{"options":[["pid"]]},{"options":[["no"]],"required":false}]}`, 1},
		"oid4vp-1final-wallet-fewer-claims-than-available":                    {`{"credentials":[` + pid + `]}`, 1},
		"oid4vp-1final-wallet-no-claims-in-dcql-query":                        {`{"credentials":[` + credential("pid", identity, "") + `]}`, 0},
		"nothing but what is optional (not in the catalogue)":                 {`{"credentials":[` + no + `],"credential_sets":[{"options":[["no"]],"required":false}]}`, -1},
	} {
		w := newWorld(t, openid4vp.HAIP)
		w.query = must[*dcql.Query](t)(dcql.Parse([]byte(c.query)))
		a := w.ask()
		r := w.asked(a)
		matches := r.Query.Matches(w.held)
		shown, err := r.Query.Select(matches, true)
		if err == nil {
			_, err = r.Present(rand.Reader, shown, w.keys, clock)
		}
		if c.want < 0 {
			if err == nil {
				t.Errorf("%s: answered", module)
			}
			if _, err := r.Present(rand.Reader, matches, w.keys, clock); err == nil { // not even by a wallet that does not ask Select
				t.Errorf("%s: answered in part", module)
			}
			var declined *openid4vp.Declined
			if _, err := a.Receive(r.Refuse(openid4vp.AccessDenied, ""), w.key, clock, fresh); !errors.As(err, &declined) || declined.Reason != "access_denied" {
				t.Errorf("%s: the verifier has %v", module, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", module, err)
			continue
		}
		list, err := a.Receive(must[url.Values](t)(r.Present(rand.Reader, shown, w.keys, clock)), w.key, clock, fresh)
		if err != nil || len(list) != 1 || len(list[0].Shown.Disclosures) != c.want {
			t.Errorf("%s: %v, %+v", module, err, list)
		}
	}
}

// TestConformanceOfVerifier does to our verifier what the modules of these names do, down to
// the form that is posted.
func TestConformanceOfVerifier(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for module, c := range map[string]struct {
		change func(*world, *openid4vp.Request) // of what the wallet believes it answers
		text   func(string) string              // of the presentation
		at     time.Time
		want   error
	}{
		"oid4vp-1final-verifier-happy-flow":                   {},
		"oid4vp-1final-verifier-minimal-cnf-jwk":              {}, // the credentials of the world are so
		"oid4vp-1final-verifier-invalid-credential-signature": {text: func(s string) string { return corrupted(s, strings.IndexByte(s, '~')) }, want: jws.ErrSignature},
		"oid4vp-1final-verifier-invalid-kb-jwt-aud":           {change: func(_ *world, r *openid4vp.Request) { r.ClientID = "x509_hash:other" }, want: sdjwt.ErrAudience},
		"oid4vp-1final-verifier-invalid-kb-jwt-nonce":         {change: func(_ *world, r *openid4vp.Request) { r.Nonce = "other" }, want: sdjwt.ErrNonce},
		"oid4vp-1final-verifier-invalid-kb-jwt-signature":     {text: func(s string) string { return corrupted(s, len(s)) }, want: jws.ErrSignature},
		"oid4vp-1final-verifier-invalid-sd-hash":              {text: dropped, want: sdjwt.ErrBinding},
		"oid4vp-1final-verifier-kb-jwt-iat-in-past":           {at: clock.Add(-year), want: sdjwt.ErrTime},
		"oid4vp-1final-verifier-kb-jwt-iat-in-future":         {change: func(_ *world, r *openid4vp.Request) { r.Until = time.Time{} }, at: clock.Add(year), want: sdjwt.ErrTime},
		"key of somebody else (not in the catalogue)":         {change: func(w *world, _ *openid4vp.Request) { w.holder = w.thief }, want: jws.ErrSignature},
		"no key binding (not in the catalogue)":               {text: func(s string) string { return s[:strings.LastIndexByte(s, '~')+1] }, want: dcql.Faults{}},
	} {
		w := newWorld(t, openid4vp.Open)
		a := w.ask()
		a.Secret = nil
		r := w.asked(a)
		if c.change != nil {
			c.change(w, r)
		}
		if c.at.IsZero() {
			c.at = clock
		}
		shown := must[[]dcql.Match](t)(r.Query.Select(r.Query.Matches(w.held), false))
		form := must[url.Values](t)(r.Present(rand.Reader, shown, w.keys, c.at))
		if c.text != nil {
			form.Set("vp_token", `{"pid":["`+c.text(presented(t, form))+`"]}`)
		}
		_, err := a.Receive(form, w.key, clock, fresh)
		var faults dcql.Faults
		switch {
		case c.want == nil && err == nil, errors.As(c.want, &faults) && errors.As(err, &faults) && faults.Has(dcql.CodeUnbound), !errors.As(c.want, &faults) && errors.Is(err, c.want):
		default:
			t.Errorf("%s: %v, want %v", module, err, c.want)
		}
	}
}

// presented is the presentation in a form.
func presented(t *testing.T, form url.Values) string {
	t.Helper()
	text := strings.TrimSuffix(strings.TrimPrefix(form.Get("vp_token"), `{"pid":["`), `"]}`)
	if strings.ContainsAny(text, `"{`) {
		t.Fatalf("vp_token %s", form.Get("vp_token"))
	}
	return text
}

// dropped is a presentation without its first disclosure.
func dropped(s string) string {
	parts := strings.Split(s, "~")
	return strings.Join(append(parts[:1:1], parts[2:]...), "~")
}

// corrupted is a text in which the signature that ends at a place is another one.
func corrupted(text string, end int) string {
	from := strings.LastIndexByte(text[:end], '.') + 1
	signature, err := jws.Decode(text[from:end])
	if err != nil {
		panic(err)
	}
	signature[40] ^= 1
	return text[:from] + jws.Encode(signature) + text[end:]
}
