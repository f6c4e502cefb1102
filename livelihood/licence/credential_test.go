package licence_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/trust/trustlist"
)

// ones is a source of random bytes that are always the same.
type ones struct{ n byte }

func (o *ones) Read(b []byte) (int, error) {
	for i := range b {
		o.n = o.n*5 + 17
		b[i] = o.n
	}
	return len(b), nil
}

func key(t testing.TB, alg jws.Algorithm, seed string) *jws.Private {
	t.Helper()
	k, err := jws.FromSeed(alg, []byte(strings.Repeat(seed, 32)[:32]))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sealed is an identity card with its holder's key.
func sealed(t testing.TB, alg jws.Algorithm) (licence.Record, *jws.Private, *jws.Private) {
	t.Helper()
	issuer, holder := key(t, alg, "issuer"), key(t, alg, "holder")
	d := draft(t)
	jwk := holder.Public().JWK("")
	d.Key = &jwk
	ty := czt(t).Type(identity)
	r, err := licence.Begin(ty, d, fresh(7), how(t, "2026-11-26", ""))
	if err == nil {
		err = r.Seal(&ones{1}, ty, issuer, licence.Settings{Zone: time.FixedZone("CST", 8*3600)})
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, issuer, holder
}

var asked = sdjwt.Request{Audience: "https://verifier.example", Nonce: "n-1"}

func demand(at time.Time) licence.Demand {
	return licence.Demand{Request: asked, Fresh: sdjwt.Fresh{Age: time.Minute, Ahead: time.Minute}, Now: at}
}

func TestALicenceIsShownAsFarAsItsHolderChooses(t *testing.T) {
	now := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	for _, alg := range jws.Algorithms {
		r, issuer, holder := sealed(t, alg)
		text, err := licence.Present(&ones{2}, r.Credential, []string{"attributes.adult"}, holder, asked, now)
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		c, err := licence.Verify(text, issuer.Public(), demand(now))
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		f := c.Facts
		if len(f.Attributes) != 1 || f.Attributes["adult"] != true || f.Holder != trustlist.BindingProven || f.City != "changsha" ||
			f.Type != identity || f.Authority != "11430100XX00000010" || f.Key != issuer.Public().Thumbprint() || f.Status != trustlist.StatusUnknown {
			t.Errorf("%s: %+v", alg, f)
		}
		// 2026-11-26 and the end of 2046-11-25, in China.
		if f.From.String() != "2026-11-25T16:00:00Z" || f.Until.String() != "2046-11-25T16:00:00Z" {
			t.Errorf("%s: valid from %s until %s", alg, f.From, f.Until)
		}
		if c.Identifier != r.Identifier || c.StatusIdx != 7 || c.StatusURI != "urn:conurb:statuses:11430100XX00000010:1" || c.Metadata["ZZMC"] != "居民身份证" {
			t.Errorf("%s: %+v", alg, c)
		}
		if text := strings.Split(text, "~"); len(text) != 3 {
			t.Errorf("%s: %d parts, want issuer, one disclosure, binding", alg, len(text))
		}
		for _, name := range []string{"CZZT", "CZZTDM", "ZZBH"} {
			if v, there := c.Metadata[name]; there {
				t.Errorf("%s: %s stands open: %s", alg, name, v)
			}
		}
	}
}

func TestPresentationsThatAreRefused(t *testing.T) {
	now := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	r, issuer, holder := sealed(t, jws.EdDSA)
	if _, err := licence.Present(&ones{2}, r.Credential, []string{"attributes.age"}, holder, asked, now); err == nil || !strings.Contains(err.Error(), "attributes.age") {
		t.Errorf("what is not hidden: %v", err)
	}
	if _, err := licence.Present(&ones{2}, r.Credential, nil, issuer, asked, now); !errors.Is(err, sdjwt.ErrHolder) {
		t.Errorf("another's key: %v", err)
	}
	good, err := licence.Present(&ones{2}, r.Credential, []string{"attributes.adult"}, holder, asked, now)
	if err != nil {
		t.Fatal(err)
	}
	unbound, err := licence.Present(&ones{2}, r.Credential, nil, nil, asked, now)
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]any{"typ": "JWT"}
	other, _ := sdjwt.Issue(&ones{3}, issuer, header, sdjwt.Object{"iss": "x"}, sdjwt.Settings{})
	claims := sdjwt.Object{
		"vct": "urn:conurb:licence:" + identity, "iss": "x", "iat": 1, "city": "changsha", "attributes": sdjwt.Object{},
		"licence": sdjwt.Object{"ZZBS": r.Identifier, "ZZLXDM": identity, "ZZBFJGDM": "11430100XX00000010"},
		"status":  sdjwt.Object{"status_list": sdjwt.Object{"idx": 1, "uri": "u"}},
	}
	signed := func(change func(sdjwt.Object)) string {
		c := sdjwt.Object{}
		for k, v := range claims {
			c[k] = v
		}
		change(c)
		text, err := sdjwt.Issue(&ones{3}, issuer, map[string]any{"typ": "dc+sd-jwt"}, c, sdjwt.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	nothing := licence.Demand{}
	if _, err := licence.Verify(signed(func(sdjwt.Object) {}), issuer.Public(), nothing); err != nil {
		t.Fatalf("the claims that are changed below: %v", err)
	}
	for _, c := range []struct {
		name, text string
		by         *jws.Private
		d          licence.Demand
		want       error
	}{
		{"other issuer", good, holder, demand(now), jws.ErrSignature},
		{"late", good, issuer, demand(now.Add(2 * time.Minute)), sdjwt.ErrTime},
		{"audience", good, issuer, licence.Demand{Request: sdjwt.Request{Audience: "x", Nonce: "n-1"}, Fresh: demand(now).Fresh, Now: now}, sdjwt.ErrAudience},
		{"unbound", unbound, issuer, demand(now), sdjwt.ErrUnbound},
		{"type of token", other, issuer, nothing, licence.ErrKind},
		{"vct of another type", signed(func(c sdjwt.Object) { c["vct"] = "urn:conurb:licence:" + household }), issuer, nothing, licence.ErrCredential},
		{"no issuer", signed(func(c sdjwt.Object) { delete(c, "iss") }), issuer, nothing, licence.ErrWanting},
		{"no status", signed(func(c sdjwt.Object) { delete(c, "status") }), issuer, nothing, licence.ErrWanting},
		{"no city", signed(func(c sdjwt.Object) { c["city"] = "" }), issuer, nothing, licence.ErrWanting},
		{"hidden status", signed(func(c sdjwt.Object) { c["status"] = sdjwt.Hidden{Value: c["status"]} }), issuer, nothing, licence.ErrOpen},
		{"hidden end", signed(func(c sdjwt.Object) { c["exp"] = sdjwt.Hidden{Value: 5} }), issuer, nothing, licence.ErrOpen},
		{"end as text", signed(func(c sdjwt.Object) { c["exp"] = "never" }), issuer, nothing, licence.ErrWanting},
		{"negative index", signed(func(c sdjwt.Object) {
			c["status"] = sdjwt.Object{"status_list": sdjwt.Object{"idx": -1, "uri": "u"}}
		}), issuer, nothing, licence.ErrCredential},
	} {
		if _, err := licence.Verify(c.text, c.by.Public(), c.d); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// Of ten thousand altered presentations none is accepted. One more line break or the like
// at the end would be no alteration: what is read is what is verified.
func TestAlteredPresentationsAreRefused(t *testing.T) {
	now := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	r, issuer, holder := sealed(t, jws.EdDSA)
	good, err := licence.Present(&ones{2}, r.Credential, []string{"attributes.adult", "licence.CZZT"}, holder, asked, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := licence.Verify(good, issuer.Public(), demand(now)); err != nil {
		t.Fatal(err)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
	draw := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < 10_000; {
		b, i := []byte(good), draw.IntN(len(good))
		switch draw.IntN(5) {
		case 0:
			b[i] ^= byte(1 + draw.IntN(255))
		case 1:
			b[i] = alphabet[draw.IntN(len(alphabet))]
		case 2:
			b = slices.Delete(b, i, min(i+1+draw.IntN(40), len(b)))
		case 3:
			b = slices.Insert(b, i, b[draw.IntN(i+1):i+1]...)
		case 4:
			parts := strings.Split(good, "~")
			draw.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
			b = []byte(strings.Join(parts, "~"))
		}
		if string(b) == good {
			continue
		}
		n++
		if _, err := licence.Verify(string(b), issuer.Public(), demand(now)); err == nil {
			t.Fatalf("accepted: %s", b)
		}
	}
}

// The facts are what the trust list judges.
func TestTheFactsAreJudged(t *testing.T) {
	r, issuer, _ := sealed(t, jws.EdDSA)
	c, err := licence.Verify(r.Credential, issuer.Public(), licence.Demand{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := trustlist.ParseInstant("2046-11-25T16:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	v := trustlist.Judge(&trustlist.List{}, trustlist.Question{At: at, City: "xiangtan", Wanted: identity}, c.Facts, trustlist.Knowledge{})
	if v.Outcome != trustlist.NotAccepted || v.Reasons[0].Code != trustlist.ReasonExpired {
		t.Errorf("on the day after its last: %+v", v)
	}
}

func FuzzVerify(f *testing.F) {
	r, issuer, _ := sealed(f, jws.EdDSA)
	f.Add(r.Credential)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := licence.Verify(text, issuer.Public(), licence.Demand{})
		if err == nil && c.Identifier != r.Identifier {
			t.Fatalf("%+v", c)
		}
	})
}
