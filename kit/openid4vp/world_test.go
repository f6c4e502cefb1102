package openid4vp_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/url"
	"testing"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

const (
	identity    = "https://credentials.example.com/identity_credential"
	requestURI  = "https://verifier.example/openid/request/7"
	responseURI = "https://verifier.example/openid/response/7"
)

var (
	clock = time.Unix(1_800_000_000, 0).UTC()
	fresh = sdjwt.Fresh{Age: 5 * time.Minute, Ahead: time.Minute}
)

// world is an issuer, a wallet with one credential, and a verifier below an anchor that the
// wallet believes.
type world struct {
	t                      *testing.T
	issuer, holder, thief  *jws.Private
	anchorKey, verifierKey *jws.Private
	anchor                 *x509.Certificate
	signer                 openid4vp.Signer
	wallet                 openid4vp.Wallet
	held                   []*sdjwt.Shown
	query                  *dcql.Query
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newKey(t *testing.T, alg jws.Algorithm) *jws.Private {
	t.Helper()
	return must[*jws.Private](t)(jws.Generate(alg, rand.Reader))
}

func newWorld(t *testing.T, p openid4vp.Profile) *world {
	t.Helper()
	w := &world{t: t, issuer: newKey(t, jws.ES256), holder: newKey(t, jws.ES256), thief: newKey(t, jws.ES256), anchorKey: newKey(t, jws.ES256), verifierKey: newKey(t, jws.ES256)}
	w.anchor = must[*x509.Certificate](t)(x5c.Anchor(rand.Reader, w.anchorKey, "anchor", clock.Add(-time.Hour), clock.Add(24*time.Hour)))
	w.signer = openid4vp.Signer{Key: w.verifierKey, Chain: w.chain(w.verifierKey, "verifier.example"), Profile: p}
	w.wallet = openid4vp.Wallet{Anchors: []*x509.Certificate{w.anchor}, Profile: p}
	w.held = []*sdjwt.Shown{w.credential(w.issuer, identity, "given_name", "family_name", "birthdate")}
	w.query = must[*dcql.Query](t)(dcql.Parse([]byte(`{"credentials":[{"id":"pid","format":"dc+sd-jwt","meta":{"vct_values":["` + identity + `"]},"claims":[{"path":["given_name"]},{"path":["family_name"]}]}]}`)))
	return w
}

func (w *world) chain(k *jws.Private, dns ...string) x5c.Chain {
	w.t.Helper()
	c := must[*x509.Certificate](w.t)(x5c.Signer(rand.Reader, w.anchor, w.anchorKey, k.Public(), "verifier", dns, clock.Add(-time.Hour), clock.Add(time.Hour)))
	return x5c.Chain{c}
}

// credential is one with hidden claims, held by the holder.
func (w *world) credential(issuer *jws.Private, vct string, names ...string) *sdjwt.Shown {
	w.t.Helper()
	b := must[[]byte](w.t)(json.Marshal(w.holder.Public().JWK("")))
	jwk := must[any](w.t)(strictjson.Decode(b, strictjson.Limits{}))
	claims := sdjwt.Object{"iss": "https://issuer.example", "vct": vct, "cnf": sdjwt.Object{"jwk": jwk}}
	for _, name := range names {
		claims[name] = sdjwt.Hidden{Value: name + " of 王小明"}
	}
	text := must[string](w.t)(sdjwt.Issue(rand.Reader, issuer, map[string]any{"typ": "dc+sd-jwt"}, claims, sdjwt.Settings{}))
	return must[*sdjwt.Shown](w.t)(sdjwt.Parse(text, jws.Algorithms...))
}

func (w *world) ask() openid4vp.Ask {
	w.t.Helper()
	a := must[openid4vp.Ask](w.t)(openid4vp.New(rand.Reader, w.signer.ClientID(), responseURI, w.query, clock, 5*time.Minute))
	a.Name = map[string]string{"zh-CN": "湘潭市公积金中心", "en": "Xiangtan housing fund"}
	a.Purpose = map[string]string{"zh-CN": "办理公积金贷款", "en": "housing fund loan"}
	return a
}

// asked is a request as the wallet has it, by reference.
func (w *world) asked(a openid4vp.Ask) *openid4vp.Request {
	w.t.Helper()
	object := must[string](w.t)(w.signer.Sign(rand.Reader, a, "wallet-nonce"))
	link := must[openid4vp.Link](w.t)(openid4vp.ReadLink(a.Link("openid4vp://", requestURI)))
	return must[*openid4vp.Request](w.t)(w.wallet.Read(link, object, "wallet-nonce", clock))
}

func (w *world) keys(dcql.Match) (*jws.Private, error) { return w.holder, nil }

// key gives the issuer's key; what the credential says of itself is not looked at.
func (w *world) key(*sdjwt.Shown) (jws.Public, error) { return w.issuer.Public(), nil }

func (w *world) present(r *openid4vp.Request) url.Values {
	w.t.Helper()
	shown := must[[]dcql.Match](w.t)(r.Query.Select(r.Query.Matches(w.held), false))
	return must[url.Values](w.t)(r.Present(rand.Reader, shown, w.keys, clock))
}

// altered is a request object of which some parameters are others, signed again with the
// verifier's own key: nil takes one away.
func (w *world) altered(a openid4vp.Ask, parameters strictjson.Object, header strictjson.Object) string {
	w.t.Helper()
	token := must[*jws.Token](w.t)(jws.Parse(must[string](w.t)(w.signer.Sign(rand.Reader, a, "")), jws.ES256))
	o := must[strictjson.Object](w.t)(token.Claims())
	h := strictjson.Object{"typ": token.Header["typ"], "x5c": token.Header["x5c"]}
	merge(o, parameters)
	merge(h, header)
	payload := must[[]byte](w.t)(strictjson.Append(nil, o))
	return must[string](w.t)(jws.Sign(rand.Reader, w.signer.Key, h, payload))
}

func merge(o, more strictjson.Object) {
	for name, v := range more {
		if o[name] = v; v == nil {
			delete(o, name)
		}
	}
}

// refused reads a request by reference and wants a refusal.
func (w *world) refused(name string, a openid4vp.Ask, object string, want openid4vp.Code) {
	w.t.Helper()
	link := openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}
	r, err := w.wallet.Read(link, object, "", clock)
	refusedFor(w.t, name, err, want)
	if r != nil {
		w.t.Errorf("%s: something is returned of a refused request", name)
	}
}

func refusedFor(t *testing.T, name string, err error, want openid4vp.Code) {
	t.Helper()
	var refusal *openid4vp.Refusal
	if !errors.As(err, &refusal) || refusal.Code != want {
		t.Errorf("%s: %v, want %s", name, err, want)
	}
}

// sealing is the key to which the answer is to be encrypted.
func (w *world) sealing(a openid4vp.Ask) object {
	w.t.Helper()
	key := must[*jwe.Private](w.t)(jwe.FromSeed(a.Secret))
	return key.Public("answer").JWK()
}
