package statuslist_test

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/cwt"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/kit/strictjson"
)

// theirs is the key "12" of the draft's examples. The draft prints none: it is the one
// that the signatures of all three examples have in common (SEC 1 §4.1.6 gives two for
// each).
func theirs(t *testing.T) statuslist.Keys {
	t.Helper()
	unhex := func(s string) string { b, _ := hex.DecodeString(s); return jws.Encode(b) }
	k, err := jws.JWK{Kty: "EC", Crv: "P-256", X: unhex("2371d69bfd03b3574f308f885a67f8981987f9869e0156cf56eeef076ec2c57a"), Y: unhex("e8dfdde44963f5bb3586d815de890928875b1c4a6481398096e60a25e9b39f53")}.Public()
	if err != nil {
		t.Fatal(err)
	}
	return func(id string) (jws.Public, bool) { return k, id == "12" }
}

func example(t *testing.T, name string) string {
	return strings.Join(strings.Fields(draft(t, "examples/"+name+".md")), "")
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTokensOfTheDraft reads its examples of §5.1, §5.2 and §6.3.
func TestTokensOfTheDraft(t *testing.T) {
	uri := "https://example.com/statuslists/1"
	asJWT, err := statuslist.ReadJWT(example(t, "status_list_jwt_raw"), theirs(t), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	asCWT, err := statuslist.ReadCWT(unhex(t, example(t, "status_list_cwt")), theirs(t), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	for form, token := range map[string]*statuslist.Token{"JWT": asJWT, "CWT": asCWT} {
		if token.Subject != uri || token.Issued.Unix() != 1686920170 || token.Expires.Unix() != 2291720170 || token.Life != 43200*time.Second || token.Form.Bits != 1 {
			t.Errorf("%s: %+v", form, token)
		}
		if err := token.Check(uri, time.Unix(1_700_000_000, 0), 0); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		l, err := token.Form.List(100)
		if err != nil || hex.EncodeToString(l.Bytes()) != "b9a3" {
			t.Errorf("%s: %x, %v", form, l.Bytes(), err)
		}
	}
	token, err := cwt.Parse(unhex(t, example(t, "referenced_token_cwt")), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := theirs(t)("12")
	if err := token.Verify(k); err != nil {
		t.Error(err)
	}
	claims, err := token.Claims()
	if err != nil {
		t.Fatal(err)
	}
	if r, err := statuslist.ReferencedCWT(claims); err != nil || r != (statuslist.Reference{URI: uri}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func newKey(t testing.TB, alg jws.Algorithm) (*jws.Private, statuslist.Keys) {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k, func(id string) (jws.Public, bool) { return k.Public(), id == "k" }
}

func TestATokenComesBackInBothForms(t *testing.T) {
	for _, alg := range jws.Algorithms {
		k, keys := newKey(t, alg)
		rapid.Check(t, func(rt *rapid.T) {
			bits := statuslist.Bits(1 << rapid.IntRange(0, 3).Draw(rt, "bits"))
			want := statuslist.Token{
				Subject: "https://list.example/" + rapid.StringN(0, 20, 60).Draw(rt, "list"),
				Issued:  time.Unix(rapid.Int64Range(0, 1<<33).Draw(rt, "iat"), 0).UTC(),
				Life:    time.Duration(rapid.Int64Range(0, 1<<20).Draw(rt, "ttl")) * time.Second,
				Form:    list(t, bits, rapid.IntRange(1, 100).Draw(rt, "places")).Form(),
			}
			if rapid.Bool().Draw(rt, "ends") {
				want.Expires = want.Issued.Add(time.Hour)
			}
			if rapid.Bool().Draw(rt, "listed") {
				want.Form.Aggregation = "https://list.example/all"
			}
			text, err := want.SignJWT(rand.Reader, k, "k")
			if err != nil {
				rt.Fatal(err)
			}
			b, err := want.SignCWT(rand.Reader, k, "k")
			if err != nil {
				rt.Fatal(err)
			}
			j, err := statuslist.ReadJWT(text, keys, alg)
			if err != nil {
				rt.Fatal(err)
			}
			c, err := statuslist.ReadCWT(b, keys, alg)
			if err != nil {
				rt.Fatal(err)
			}
			for form, got := range map[string]*statuslist.Token{"JWT": j, "CWT": c} {
				if got.Subject != want.Subject || !got.Issued.Equal(want.Issued) || !got.Expires.Equal(want.Expires) || got.Life != want.Life ||
					got.Form.Bits != bits || got.Form.Aggregation != want.Form.Aggregation || string(got.Form.Packed) != string(want.Form.Packed) {
					rt.Fatalf("%s: %+v, want %+v", form, got, want)
				}
			}
		})
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	k, keys := newKey(t, jws.EdDSA)
	const good = `{"sub":"u","iat":1,"exp":9,"ttl":5,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}`
	for _, c := range []struct {
		name     string
		typ, kid string
		payload  string
		want     error
	}{
		{"whole", "statuslist+jwt", "k", good, nil},
		{"a credential in its place", "dc+sd-jwt", "k", good, statuslist.ErrType},
		{"no type", "", "k", good, statuslist.ErrType},
		{"a key nobody knows", "statuslist+jwt", "x", good, statuslist.ErrKey},
		{"no address", "statuslist+jwt", "k", strings.Replace(good, `"sub":"u",`, "", 1), statuslist.ErrToken},
		{"no date", "statuslist+jwt", "k", strings.Replace(good, `"iat":1,`, "", 1), statuslist.ErrToken},
		{"date a text", "statuslist+jwt", "k", strings.Replace(good, `"iat":1`, `"iat":"1"`, 1), statuslist.ErrToken},
		{"date a fraction", "statuslist+jwt", "k", strings.Replace(good, `"iat":1`, `"iat":1.5`, 1), statuslist.ErrToken},
		{"date before 1970", "statuslist+jwt", "k", strings.Replace(good, `"iat":1`, `"iat":-1`, 1), statuslist.ErrToken},
		{"date beyond all dates", "statuslist+jwt", "k", strings.Replace(good, `"iat":1`, `"iat":999999999999999`, 1), statuslist.ErrToken},
		{"date twice", "statuslist+jwt", "k", strings.Replace(good, `"iat":1`, `"iat":1,"iat":2`, 1), strictjson.ErrTwice},
		{"end a text", "statuslist+jwt", "k", strings.Replace(good, `"exp":9`, `"exp":""`, 1), statuslist.ErrToken},
		{"life of nothing", "statuslist+jwt", "k", strings.Replace(good, `"ttl":5`, `"ttl":0`, 1), statuslist.ErrToken},
		{"life below nothing", "statuslist+jwt", "k", strings.Replace(good, `"ttl":5`, `"ttl":-5`, 1), statuslist.ErrToken},
		{"no list", "statuslist+jwt", "k", `{"sub":"u","iat":1}`, statuslist.ErrToken},
		{"list a text", "statuslist+jwt", "k", `{"sub":"u","iat":1,"status_list":"x"}`, statuslist.ErrToken},
		{"no lst", "statuslist+jwt", "k", `{"sub":"u","iat":1,"status_list":{"bits":1}}`, statuslist.ErrToken},
		{"lst with padding", "statuslist+jwt", "k", strings.Replace(good, "XQ", "XQ==", 1), statuslist.ErrToken},
		{"lst with loose bits", "statuslist+jwt", "k", strings.Replace(good, "XQ", "XR", 1), statuslist.ErrToken},
		{"no bits", "statuslist+jwt", "k", strings.Replace(good, `"bits":1,`, "", 1), statuslist.ErrBits},
		{"three bits", "statuslist+jwt", "k", strings.Replace(good, `"bits":1`, `"bits":3`, 1), statuslist.ErrBits},
		{"257 bits", "statuslist+jwt", "k", strings.Replace(good, `"bits":1`, `"bits":257`, 1), statuslist.ErrBits},
		{"bits in capitals", "statuslist+jwt", "k", strings.Replace(good, `"bits":1`, `"BITS":1`, 1), statuslist.ErrBits},
		{"all lists, a number", "statuslist+jwt", "k", strings.Replace(good, `"bits":1`, `"bits":1,"aggregation_uri":1`, 1), statuslist.ErrToken},
	} {
		header := map[string]any{"kid": c.kid}
		if c.typ != "" {
			header["typ"] = c.typ
		}
		text, err := jws.Sign(nil, k, header, []byte(c.payload))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := statuslist.ReadJWT(text, keys, jws.EdDSA); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if _, err := statuslist.ReadJWT(text, keys, jws.ES256); !errors.Is(err, jws.ErrAlgorithm) {
			t.Errorf("%s, an algorithm that is not permitted: %v", c.name, err)
		}
	}
	other, _ := newKey(t, jws.EdDSA)
	text, _ := jws.Sign(nil, other, map[string]any{"kid": "k", "typ": "statuslist+jwt"}, []byte(good))
	if _, err := statuslist.ReadJWT(text, keys, jws.EdDSA); !errors.Is(err, jws.ErrSignature) {
		t.Errorf("another's signature: %v", err)
	}
}

func TestCWTsThatAreRefused(t *testing.T) {
	k, keys := newKey(t, jws.EdDSA)
	good := func() cwt.Claims {
		return cwt.Claims{cwt.Subject: "u", cwt.IssuedAt: int64(1), int64(65533): map[any]any{"bits": int64(1), "lst": []byte{0x78}}}
	}
	for _, c := range []struct {
		name, typ, kid string
		change         func(cwt.Claims)
		want           error
	}{
		{"whole", "application/statuslist+cwt", "k", func(cwt.Claims) {}, nil},
		{"another type", "application/cwt", "k", func(cwt.Claims) {}, statuslist.ErrType},
		{"no type", "", "k", func(cwt.Claims) {}, statuslist.ErrType},
		{"a key nobody knows", "application/statuslist+cwt", "x", func(cwt.Claims) {}, statuslist.ErrKey},
		{"no list", "application/statuslist+cwt", "k", func(c cwt.Claims) { delete(c, int64(65533)) }, statuslist.ErrToken},
		{"list a number", "application/statuslist+cwt", "k", func(c cwt.Claims) { c[int64(65533)] = int64(1) }, statuslist.ErrToken},
		{"lst a text", "application/statuslist+cwt", "k", func(c cwt.Claims) { c[int64(65533)] = map[any]any{"bits": int64(1), "lst": "x"} }, statuslist.ErrToken},
		{"five bits", "application/statuslist+cwt", "k", func(c cwt.Claims) { c[int64(65533)] = map[any]any{"bits": int64(5), "lst": []byte{}} }, statuslist.ErrBits},
		{"no date", "application/statuslist+cwt", "k", func(c cwt.Claims) { delete(c, cwt.IssuedAt) }, statuslist.ErrToken},
		{"date a fraction", "application/statuslist+cwt", "k", func(c cwt.Claims) { c[cwt.IssuedAt] = 1.5 }, statuslist.ErrToken},
		{"no address", "application/statuslist+cwt", "k", func(c cwt.Claims) { delete(c, cwt.Subject) }, statuslist.ErrToken},
	} {
		claims := good()
		c.change(claims)
		payload, err := claims.Encode()
		if err != nil {
			t.Fatal(err)
		}
		b, err := cwt.Sign(nil, k, cwt.Header{Type: c.typ, KeyID: []byte(c.kid)}, payload)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := statuslist.ReadCWT(b, keys, jws.EdDSA); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestATokenIsForOneAddressAndTime(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	token := statuslist.Token{Subject: "u", Issued: at, Expires: at.Add(time.Hour)}
	for name, c := range map[string]struct {
		uri  string
		now  time.Time
		want error
	}{
		"at once":           {"u", at, nil},
		"at the end":        {"u", at.Add(time.Hour - time.Second), nil},
		"over":              {"u", at.Add(time.Hour), statuslist.ErrExpired},
		"clock behind":      {"u", at.Add(-time.Minute), nil},
		"clock far behind":  {"u", at.Add(-2 * time.Minute), statuslist.ErrFuture},
		"of another":        {"v", at, statuslist.ErrSubject},
		"address with more": {"u/", at, statuslist.ErrSubject},
	} {
		if err := token.Check(c.uri, c.now, time.Minute); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestReferences(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       statuslist.Reference
		err        error
	}{
		{"of the draft", `{"status":{"status_list":{"idx":0,"uri":"https://example.com/statuslists/1"}}}`, statuslist.Reference{URI: "https://example.com/statuslists/1"}, nil},
		{"beside another mechanism", `{"status":{"other":{},"status_list":{"idx":7,"uri":"u"}}}`, statuslist.Reference{URI: "u", Index: 7}, nil},
		{"none", `{}`, statuslist.Reference{}, statuslist.ErrNoStatus},
		{"nothing", `{"status":null}`, statuslist.Reference{}, statuslist.ErrReference},
		{"another mechanism", `{"status":{"other":{}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"no index", `{"status":{"status_list":{"uri":"u"}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"index a text", `{"status":{"status_list":{"idx":"1","uri":"u"}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"index below nothing", `{"status":{"status_list":{"idx":-1,"uri":"u"}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"index a fraction", `{"status":{"status_list":{"idx":1.0,"uri":"u"}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"index beyond every list", `{"status":{"status_list":{"idx":4294967296,"uri":"u"}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"no address", `{"status":{"status_list":{"idx":1}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"empty address", `{"status":{"status_list":{"idx":1,"uri":""}}}`, statuslist.Reference{}, statuslist.ErrReference},
		{"address a number", `{"status":{"status_list":{"idx":1,"uri":1}}}`, statuslist.Reference{}, statuslist.ErrReference},
	} {
		claims, err := strictjson.DecodeObject([]byte(c.text), strictjson.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := statuslist.Referenced(claims); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v, want %+v, %v", c.name, got, err, c.want, c.err)
		}
	}
	for name, c := range map[string]struct {
		claims cwt.Claims
		err    error
	}{
		"whole":         {cwt.Claims{int64(65535): map[any]any{"status_list": map[any]any{"idx": int64(3), "uri": "u"}}}, nil},
		"none":          {cwt.Claims{}, statuslist.ErrNoStatus},
		"a number":      {cwt.Claims{int64(65535): int64(1)}, statuslist.ErrReference},
		"another":       {cwt.Claims{int64(65535): map[any]any{"other": int64(1)}}, statuslist.ErrReference},
		"index a text":  {cwt.Claims{int64(65535): map[any]any{"status_list": map[any]any{"idx": "3", "uri": "u"}}}, statuslist.ErrReference},
		"address bytes": {cwt.Claims{int64(65535): map[any]any{"status_list": map[any]any{"idx": int64(3), "uri": []byte("u")}}}, statuslist.ErrReference},
	} {
		if got, err := statuslist.ReferencedCWT(c.claims); !errors.Is(err, c.err) || err == nil && got != (statuslist.Reference{URI: "u", Index: 3}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzReadTokens(f *testing.F) {
	k, keys := newKey(f, jws.EdDSA)
	token := statuslist.Token{Subject: "u", Issued: time.Unix(1, 0), Form: list(f, 1, 8).Form()}
	text, _ := token.SignJWT(nil, k, "k")
	b, _ := token.SignCWT(nil, k, "k")
	f.Add([]byte(text))
	f.Add(b)
	good, _ := json.Marshal(token)
	f.Fuzz(func(t *testing.T, raw []byte) {
		j, err := statuslist.ReadJWT(string(raw), keys, jws.EdDSA)
		if err != nil {
			j, err = statuslist.ReadCWT(raw, keys, jws.EdDSA)
		}
		if err == nil {
			j.Issued = token.Issued
			if got, _ := json.Marshal(j); string(got) != string(good) {
				t.Fatalf("%x is read as %s", raw, got)
			}
		}
	})
}
