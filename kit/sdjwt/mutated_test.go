package sdjwt_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// TestTenThousandMutatedPresentations changes presentations of ten claims in one to three
// places: in their characters, or in the bytes and JSON beneath them, which are encoded
// again. None is accepted.
func TestTenThousandMutatedPresentations(t *testing.T) {
	issuer, holder := newKey(t, jws.EdDSA), newKey(t, jws.EdDSA)
	b, _ := json.Marshal(holder.Public().JWK(""))
	cnf, _ := strictjson.Decode(b, strictjson.Limits{})
	claims := sdjwt.Object{"cnf": sdjwt.Object{"jwk": cnf}, "iss": "x"}
	for i := range 10 {
		claims[string(rune('a'+i))] = sdjwt.Hidden{Value: i}
	}
	text, err := sdjwt.Issue(rand.Reader, issuer, nil, claims, sdjwt.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	asked, now := sdjwt.Request{Audience: "a", Nonce: "n"}, time.Unix(1_700_000_000, 0)
	good, err := parse(t, text).Bind(rand.Reader, holder, asked, now)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(text string) error {
		s, err := sdjwt.Parse(text, jws.Algorithms...)
		if err == nil {
			_, err = s.VerifyBound(issuer.Public(), asked, now, sdjwt.Fresh{Age: time.Minute})
		}
		return err
	}
	if err := verify(good); err != nil {
		t.Fatal(err)
	}
	r, refused := mathrand.New(mathrand.NewPCG(1, 2)), map[error]int{}
	for n := range 10_000 {
		text := mutated(r, good, n%2 == 0)
		err := verify(text)
		if err == nil && text != good {
			t.Fatalf("%s is accepted", text)
		}
		for _, e := range []error{jws.ErrSignature, jws.ErrBase64, sdjwt.ErrBinding, sdjwt.ErrUnused, sdjwt.ErrDisclosure} {
			if errors.Is(err, e) {
				refused[e]++
			}
		}
	}
	for _, e := range []error{jws.ErrSignature, jws.ErrBase64, sdjwt.ErrUnused, sdjwt.ErrDisclosure} {
		if refused[e] < 50 {
			t.Errorf("only %d were refused because of: %v", refused[e], e)
		}
	}
}

// mutated changes a presentation; beneath, in the bytes of one of its parts.
func mutated(r *mathrand.Rand, good string, beneath bool) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ \n"
	if !beneath {
		return string(change(r, []byte(good), func() byte { return alphabet[r.IntN(len(alphabet))] }))
	}
	parts := strings.FieldsFunc(good, func(c rune) bool { return c == '.' || c == '~' })
	part := parts[r.IntN(len(parts))]
	plain, err := jws.Decode(part)
	if err != nil {
		panic(err)
	}
	other := jws.Encode(change(r, plain, func() byte { return " \t\"{}[]:,\\0aeu"[r.IntN(14)] }))
	return strings.Replace(good, part, other, 1)
}

// change exchanges, drops or doubles one to three places.
func change(r *mathrand.Rand, text []byte, other func() byte) []byte {
	b := slices.Clone(text)
	for range 1 + r.IntN(3) {
		switch i := r.IntN(len(b)); r.IntN(4) {
		case 0:
			b = slices.Delete(b, i, i+1)
		case 1:
			b = slices.Insert(b, i, other())
		default:
			b[i] = other()
		}
	}
	return b
}
