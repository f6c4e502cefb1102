package openid4vp_test

import (
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

type object = strictjson.Object

// TestRequestsRefused has requests that are signed with the verifier's own key, or nearly,
// and are not answered.
func TestRequestsRefused(t *testing.T) {
	w := newWorld(t, openid4vp.Open)
	a := w.ask()
	transaction := []any{jws.Encode([]byte(`{"type":"example_type","credential_ids":["pid"]}`))}
	for name, c := range map[string]struct {
		parameters object
		want       openid4vp.Code
	}{
		"no client_id":                 {object{"client_id": nil}, openid4vp.CodeOuter},
		"for another wallet":           {object{"aud": "https://wallet.example"}, openid4vp.CodeAudience},
		"for several wallets":          {object{"aud": []any{"https://self-issued.me/v2"}}, openid4vp.CodeAudience},
		"from the future":              {object{"iat": clock.Add(time.Hour).Unix()}, openid4vp.CodeTime},
		"not before tomorrow":          {object{"nbf": clock.Add(24 * time.Hour).Unix()}, openid4vp.CodeTime},
		"over":                         {object{"exp": clock.Unix()}, openid4vp.CodeTime},
		"over at a text":               {object{"exp": "tomorrow"}, openid4vp.CodeTime},
		"no response_type":             {object{"response_type": nil}, openid4vp.CodeType},
		"response_type code":           {object{"response_type": "code"}, openid4vp.CodeType},
		"response_type with id_token":  {object{"response_type": "vp_token id_token"}, openid4vp.CodeType},
		"no response_mode":             {object{"response_mode": nil}, openid4vp.CodeMode},
		"response_mode fragment":       {object{"response_mode": "fragment"}, openid4vp.CodeMode},
		"response_mode dc_api.jwt":     {object{"response_mode": "dc_api.jwt"}, openid4vp.CodeMode},
		"a redirect_uri":               {object{"redirect_uri": responseURI}, openid4vp.CodeRedirect},
		"a redirect_uri, of an object": {object{"redirect_uri": object{}}, openid4vp.CodeRedirect},
		"no response_uri":              {object{"response_uri": nil}, openid4vp.CodeResponseURI},
		"response_uri over http":       {object{"response_uri": "http://verifier.example/r"}, openid4vp.CodeResponseURI},
		"response_uri with a name":     {object{"response_uri": "https://user@verifier.example/r"}, openid4vp.CodeResponseURI},
		"response_uri with a fragment": {object{"response_uri": "https://verifier.example/r#f"}, openid4vp.CodeResponseURI},
		"response_uri of a script":     {object{"response_uri": "javascript:alert(1)"}, openid4vp.CodeResponseURI},
		"response_uri of no host":      {object{"response_uri": "https:///r"}, openid4vp.CodeResponseURI},
		"no nonce":                     {object{"nonce": nil}, openid4vp.CodeNonce},
		"empty nonce":                  {object{"nonce": ""}, openid4vp.CodeNonce},
		"nonce a number":               {object{"nonce": 7}, openid4vp.CodeNonce},
		"nonce with a space":           {object{"nonce": "a b"}, openid4vp.CodeNonce},
		"state in Chinese":             {object{"state": "湘潭"}, openid4vp.CodeState},
		"state a list":                 {object{"state": []any{}}, openid4vp.CodeState},
		"scope and query":              {object{"scope": "openid"}, openid4vp.CodeScope},
		"scope, no query":              {object{"scope": "com.example.healthCardCredential_presentation", "dcql_query": nil}, openid4vp.CodeScope},
		"no query":                     {object{"dcql_query": nil}, openid4vp.CodeQuery},
		"query as a text":              {object{"dcql_query": "{}"}, openid4vp.CodeQuery},
		"query with a fault":           {object{"dcql_query": object{"credentials": []any{}}}, openid4vp.CodeQuery},
		"transaction_data":             {object{"transaction_data": transaction}, openid4vp.CodeTransaction},
		"transaction_data empty":       {object{"transaction_data": []any{}}, openid4vp.CodeTransaction},
		"client_metadata a text":       {object{"client_metadata": "x"}, openid4vp.CodeMetadata},
		"formats a list":               {object{"client_metadata": object{"vp_formats_supported": []any{}}}, openid4vp.CodeMetadata},
		"other formats":                {object{"client_metadata": object{"vp_formats_supported": object{"mso_mdoc": object{}}}}, openid4vp.CodeFormats},
		"algorithms empty":             {object{"client_metadata": object{"vp_formats_supported": object{"dc+sd-jwt": object{"kb-jwt_alg_values": []any{}}}}}, openid4vp.CodeMetadata},
		"algorithms of numbers":        {object{"client_metadata": object{"vp_formats_supported": object{"dc+sd-jwt": object{"sd-jwt_alg_values": []any{1}}}}}, openid4vp.CodeMetadata},
		"no key":                       {object{"client_metadata": object{}}, openid4vp.CodeEncryption},
		"no client_metadata":           {object{"client_metadata": nil}, openid4vp.CodeEncryption},
		"enc of another kind":          {object{"client_metadata": object{"encrypted_response_enc_values_supported": []any{"A128CBC-HS256"}, "jwks": object{"keys": []any{w.sealing(a)}}}}, openid4vp.CodeEncryption},
		"purpose a text":               {object{"conurb_purpose": "x"}, openid4vp.CodeMetadata},
		"purpose too long":             {object{"conurb_purpose": object{"en": strings.Repeat("x", 2001)}}, openid4vp.CodeMetadata},
	} {
		w.refused(name, a, w.altered(a, c.parameters, nil), c.want)
	}
	loose := *w.query
	loose.Credentials = slices.Clone(loose.Credentials)
	loose.Credentials[0].Unbound = true
	w.refused("no key binding and no state", a, w.altered(a, object{"dcql_query": loose.Object(), "state": nil}, nil), openid4vp.CodeState)
	w.refused("nothing", a, "", openid4vp.CodeUnsigned)
	w.refused("no JWS", a, "x.y.z", openid4vp.CodeObject)
	w.refused("no typ", a, w.altered(a, nil, object{"typ": nil}), openid4vp.CodeObject)
	w.refused("typ JWT", a, w.altered(a, nil, object{"typ": "JWT"}), openid4vp.CodeObject)
	w.refused("payload a list", a, must[string](t)(jws.Sign(rand.Reader, w.signer.Key, object{"typ": "oauth-authz-req+jwt"}, []byte("[]"))), openid4vp.CodeObject)
	if r, err := w.wallet.Read(openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}, w.altered(a, object{"iss": "whoever", "more": 1, "aud": nil, "exp": nil}, nil), "", clock); err != nil || !r.Until.IsZero() {
		t.Errorf("what is to be passed over is refused: %v", err)
	}
}

// TestSignersRefused has requests signed by those who may not ask, or not so.
func TestSignersRefused(t *testing.T) {
	w := newWorld(t, openid4vp.Open)
	a := w.ask()
	w.refused("no x5c", a, w.altered(a, nil, object{"x5c": nil}), openid4vp.CodeCertificate)
	w.refused("x5c with the anchor", a, w.altered(a, nil, object{"x5c": append(w.signer.Chain, w.anchor).Header()}), openid4vp.CodeCertificate)
	w.refused("another certificate of the same key", a, w.altered(a, nil, object{"x5c": w.chain(w.signer.Key, "verifier.example").Header()}), openid4vp.CodeClient)
	w.refused("a key of the wallet's own choosing", a, w.altered(a, nil, object{"x5c": x5c.Chain{w.anchor}.Header(), "jwk": w.thief.Public().JWK("")}), openid4vp.CodeCertificate)

	stranger := newWorld(t, openid4vp.Open)
	theirs := stranger.ask()
	w.refused("an anchor nobody believes", theirs, stranger.altered(theirs, nil, nil), openid4vp.CodeCertificate)
	thief := w.signer
	thief.Key, w.signer.Key = w.thief, w.thief
	w.refused("somebody else's signature", a, signedBy(w, a), openid4vp.CodeSignature)
	if _, err := thief.Sign(rand.Reader, a, ""); err == nil {
		t.Error("a key signs with a certificate of another")
	}
	w.signer.Key = w.verifierKey
	link := openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}
	object := must[string](t)(w.signer.Sign(rand.Reader, a, ""))
	for name, at := range map[string]time.Time{"an expired certificate": clock.Add(2 * time.Hour), "a certificate not yet valid": clock.Add(-2 * time.Hour)} {
		_, err := w.wallet.Read(link, object, "", at)
		refusedFor(t, name, err, openid4vp.CodeCertificate)
	}
	_, err := w.wallet.Read(link, object, "mine", clock)
	refusedFor(t, "no wallet_nonce", err, openid4vp.CodeWalletNonce)
	_, err = w.wallet.Read(link, must[string](t)(w.signer.Sign(rand.Reader, a, "another")), "mine", clock)
	refusedFor(t, "another wallet_nonce", err, openid4vp.CodeWalletNonce)
}

// signedBy is the request with the right certificate, signed with the signer's key whosever it is.
func signedBy(w *world, a openid4vp.Ask) string {
	key := w.signer.Key
	w.signer.Key = w.verifierKey
	good := must[*jws.Token](w.t)(jws.Parse(must[string](w.t)(w.signer.Sign(rand.Reader, a, "")), jws.ES256))
	w.signer.Key = key
	return must[string](w.t)(jws.Sign(rand.Reader, key, object{"typ": good.Header["typ"], "x5c": good.Header["x5c"]}, good.Payload))
}

// TestDNS asks under a name of the certificate (x509_san_dns, §5.9.3).
func TestDNS(t *testing.T) {
	w := newWorld(t, openid4vp.Open)
	a := w.ask()
	a.ClientID = "x509_san_dns:verifier.example"
	if r := w.asked(a); r.ClientID != a.ClientID {
		t.Errorf("asks as %s", r.ClientID)
	}
	w.refused("response_uri elsewhere", a, w.altered(a, object{"response_uri": "https://other.example/r"}, nil), openid4vp.CodeResponseURI)
	w.refused("response_uri below", a, w.altered(a, object{"response_uri": "https://a.verifier.example/r"}, nil), openid4vp.CodeResponseURI)
	other := a
	other.ClientID = "x509_san_dns:other.example"
	w.refused("a name the certificate has not", other, w.altered(a, object{"client_id": other.ClientID, "response_uri": "https://other.example/r"}, nil), openid4vp.CodeClient)
	_, err := w.signer.Sign(rand.Reader, other, "")
	refusedFor(t, "signed under another name", err, openid4vp.CodeResponseURI)
	w.signer.Profile, w.wallet.Profile = openid4vp.HAIP, openid4vp.HAIP
	_, err = w.signer.Sign(rand.Reader, a, "")
	refusedFor(t, "under HAIP", err, openid4vp.CodeProfile)
}

// TestHAIP holds a wallet to the rules of the profile that the text does not have.
func TestHAIP(t *testing.T) {
	w := newWorld(t, openid4vp.HAIP)
	a := w.ask()
	w.refused("not encrypted", a, w.altered(a, object{"response_mode": "direct_post"}, nil), openid4vp.CodeProfile)
	plain := a
	plain.Secret = nil
	_, err := w.signer.Sign(rand.Reader, plain, "")
	refusedFor(t, "signed without a key to encrypt to", err, openid4vp.CodeProfile)
	good := must[string](t)(w.signer.Sign(rand.Reader, a, ""))
	_, err = w.wallet.Read(openid4vp.Link{ClientID: a.ClientID, Object: good}, "", "", clock)
	refusedFor(t, "request by value", err, openid4vp.CodeProfile)
	dns := a
	dns.ClientID = "x509_san_dns:verifier.example"
	w.refused("x509_san_dns", dns, w.altered(a, object{"client_id": dns.ClientID}, nil), openid4vp.CodeProfile)

	k := newKey(t, jws.EdDSA)
	chain := w.chain(k)
	other := openid4vp.Signer{Key: k, Chain: chain, Profile: openid4vp.Open}
	a.ClientID = other.ClientID()
	object := must[string](t)(other.Sign(rand.Reader, a, ""))
	w.refused("EdDSA", a, object, openid4vp.CodeAlgorithm)
	other.Profile = openid4vp.HAIP
	_, err = other.Sign(rand.Reader, a, "")
	refusedFor(t, "signed with EdDSA", err, openid4vp.CodeAlgorithm)
	w.wallet.Profile = openid4vp.Open
	if _, err := w.wallet.Read(openid4vp.Link{ClientID: a.ClientID, Object: object}, "", "", clock); err != nil {
		t.Errorf("what the text permits: EdDSA, by value: %v", err)
	}
}

// TestPlainRequest reads requests that nobody signed.
func TestPlainRequest(t *testing.T) {
	w := newWorld(t, openid4vp.Open)
	a := w.ask()
	a.ClientID, a.Secret = "redirect_uri:"+responseURI, nil
	text := must[string](t)(a.PlainLink("https://wallet.example/open"))
	r := must[*openid4vp.Request](t)(w.wallet.Read(must[openid4vp.Link](t)(openid4vp.ReadLink(text)), "", "", clock))
	if r.ResponseURI != responseURI || r.Chain != nil || r.Object != "" || r.Purpose["en"] != "housing fund loan" {
		t.Errorf("%+v", r)
	}
	if list, err := a.Receive(w.present(r), w.key, clock, fresh); err != nil || len(list) != 1 {
		t.Errorf("%v, %d presentations", err, len(list))
	}
	_, err := w.signer.Sign(rand.Reader, a, "")
	refusedFor(t, "signed", err, openid4vp.CodeUnsigned)
	signed := w.ask()
	w.refused("signed by others", openid4vp.Ask{ClientID: a.ClientID}, w.altered(signed, object{"client_id": a.ClientID}, nil), openid4vp.CodeUnsigned)
	_, err = signed.PlainLink("openid4vp://")
	refusedFor(t, "a certificate's client_id without a signature", err, openid4vp.CodeUnsigned)
	for name, c := range map[string]struct {
		parameter, value string
		want             openid4vp.Code
	}{
		"response_uri elsewhere":       {"response_uri", "https://other.example/r", openid4vp.CodeResponseURI},
		"client_id of a certificate":   {"client_id", signed.ClientID, openid4vp.CodeUnsigned},
		"client_id of no prefix":       {"client_id", "verifier", openid4vp.CodePrefix},
		"query no JSON":                {"dcql_query", "{", openid4vp.CodeMetadata},
		"query a list":                 {"dcql_query", "[]", openid4vp.CodeQuery},
		"transaction_data":             {"transaction_data", "[]", openid4vp.CodeTransaction},
		"encrypted to nobody":          {"response_mode", "direct_post.jwt", openid4vp.CodeEncryption},
		"a redirect_uri besides":       {"redirect_uri", responseURI, openid4vp.CodeRedirect},
		"nonce gone":                   {"nonce", "", openid4vp.CodeNonce},
		"metadata twice over the same": {"client_metadata", `{"a":1,"a":2}`, openid4vp.CodeMetadata},
	} {
		u := must[*url.URL](t)(url.Parse(text))
		v := u.Query()
		v.Set(c.parameter, c.value)
		u.RawQuery = v.Encode()
		_, err := w.wallet.Read(must[openid4vp.Link](t)(openid4vp.ReadLink(u.String())), "", "", clock)
		refusedFor(t, name, err, c.want)
	}
	w.wallet.Profile = openid4vp.HAIP
	_, err = w.wallet.Read(must[openid4vp.Link](t)(openid4vp.ReadLink(text)), "", "", clock)
	refusedFor(t, "under HAIP", err, openid4vp.CodeProfile)
}

func TestLinks(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		field string
	}{
		"no address":                 {"client_id=a", ""},
		"broken":                     {"openid4vp://?client_id=%zz", ""},
		"no client_id":               {"openid4vp://?request_uri=https%3A%2F%2Fv.example", "client_id"},
		"client_id twice":            {"openid4vp://?client_id=a&client_id=b", "client_id"},
		"request_uri over http":      {"openid4vp://?client_id=a&request_uri=http%3A%2F%2Fv.example%2F1", "request_uri"},
		"request_uri a file":         {"openid4vp://?client_id=a&request_uri=file%3A%2F%2F%2Fetc%2Fpasswd", "request_uri"},
		"both kinds":                 {"openid4vp://?client_id=a&request_uri=https%3A%2F%2Fv.example&request=x", "request"},
		"method in capitals":         {"openid4vp://?client_id=a&request_uri=https%3A%2F%2Fv.example&request_uri_method=POST", "request_uri_method"},
		"method without request_uri": {"openid4vp://?client_id=a&request_uri_method=post", "request_uri_method"},
		"too long":                   {"openid4vp://?client_id=" + strings.Repeat("a", openid4vp.MostLink), ""},
	} {
		_, err := openid4vp.ReadLink(c.text)
		refusedFor(t, name, err, openid4vp.CodeLink)
		var refusal *openid4vp.Refusal
		if errors.As(err, &refusal) && refusal.Field != c.field {
			t.Errorf("%s: at %q, want %q", name, refusal.Field, c.field)
		}
	}
	for name, c := range map[string]struct {
		text string
		want openid4vp.Link
	}{
		"of the text":      {"https://wallet.example/authorize?client_id=x509_san_dns%3Aclient.example.org&request_uri=https%3A%2F%2Fclient.example.org%2Frequest%2Fvapof4ql2i7m41m68uep&request_uri_method=post", openid4vp.Link{ClientID: "x509_san_dns:client.example.org", RequestURI: "https://client.example.org/request/vapof4ql2i7m41m68uep", Post: true}},
		"to this machine":  {"openid4vp://?client_id=a%3Ab&request_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fr", openid4vp.Link{ClientID: "a:b", RequestURI: "http://127.0.0.1:8080/r"}},
		"by value, by get": {"haip-vp:?client_id=a&request=x", openid4vp.Link{ClientID: "a", Object: "x"}},
	} {
		got, err := openid4vp.ReadLink(c.text)
		if err != nil || got.ClientID != c.want.ClientID || got.RequestURI != c.want.RequestURI || got.Post != c.want.Post || got.Object != c.want.Object || got.Plain != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestAsksRefused has what a verifier would ask and no wallet answer, or nobody should.
func TestAsksRefused(t *testing.T) {
	w := newWorld(t, openid4vp.Open)
	for name, c := range map[string]struct {
		change func(*openid4vp.Ask)
		want   openid4vp.Code
	}{
		"client_id of no prefix":     {func(a *openid4vp.Ask) { a.ClientID = "counter" }, openid4vp.CodePrefix},
		"client_id of nobody":        {func(a *openid4vp.Ask) { a.ClientID = "x509_hash:" }, openid4vp.CodePrefix},
		"client_id of somebody else": {func(a *openid4vp.Ask) { a.ClientID = "x509_hash:AAAA" }, openid4vp.CodeClient},
		"response_uri over http":     {func(a *openid4vp.Ask) { a.ResponseURI = "http://verifier.example/r" }, openid4vp.CodeResponseURI},
		"a nonce that is short":      {func(a *openid4vp.Ask) { a.Nonce = "n-0S6_WzA2Mj" }, openid4vp.CodeNonce},
		"no state":                   {func(a *openid4vp.Ask) { a.State = "" }, openid4vp.CodeState},
		"no query":                   {func(a *openid4vp.Ask) { a.Query = nil }, openid4vp.CodeQuery},
		"an empty query":             {func(a *openid4vp.Ask) { a.Query = &dcql.Query{} }, openid4vp.CodeQuery},
		"over before it began":       {func(a *openid4vp.Ask) { a.Until = a.Issued }, openid4vp.CodeTime},
	} {
		a := w.ask()
		c.change(&a)
		_, err := w.signer.Sign(rand.Reader, a, "")
		refusedFor(t, name, err, c.want)
	}
	_, err := w.signer.Sign(rand.Reader, w.ask(), "a\nb")
	refusedFor(t, "a wallet_nonce of two lines", err, openid4vp.CodeWalletNonce)
	w.signer.Chain = nil
	_, err = w.signer.Sign(rand.Reader, openid4vp.Ask{ClientID: "x509_hash:AAAA", ResponseURI: responseURI, Nonce: strings.Repeat("n", 22), State: strings.Repeat("s", 22), Query: w.query, Until: clock}, "")
	refusedFor(t, "no certificate", err, openid4vp.CodeCertificate)
}
