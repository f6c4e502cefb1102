package openid4vp_test

import (
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
)

// TestFiveThousandAlteredRequests changes a signed request in one to three places: in its
// characters, or in the bytes and JSON beneath them, which are encoded again. No wallet
// answers one.
func TestFiveThousandAlteredRequests(t *testing.T) {
	w := newWorld(t, openid4vp.HAIP)
	a := w.ask()
	good := must[string](t)(w.signer.Sign(rand.Reader, a, ""))
	link := openid4vp.Link{ClientID: a.ClientID, RequestURI: requestURI}
	if _, err := w.wallet.Read(link, good, "", clock); err != nil {
		t.Fatal(err)
	}
	r, refused := mathrand.New(mathrand.NewPCG(3, 4)), map[openid4vp.Code]int{}
	for n := range 5000 {
		text := mutated(r, good, n%2 == 0)
		if text == good {
			continue
		}
		got, err := w.wallet.Read(link, text, "", clock)
		var refusal *openid4vp.Refusal
		if !errors.As(err, &refusal) || got != nil {
			t.Fatalf("%s is answered: %v", text, err)
		}
		refused[refusal.Code]++
	}
	for _, c := range []openid4vp.Code{openid4vp.CodeObject, openid4vp.CodeSignature, openid4vp.CodeCertificate} {
		if refused[c] < 50 {
			t.Errorf("only %d were refused as %s: %v", refused[c], c, refused)
		}
	}
}

// TestFiveThousandAlteredAnswers changes answers: forms in the open, and what is inside
// encrypted ones by somebody who encrypts it again, as anybody can. One is taken only where
// the same presentations answer the same state, the change being one of spaces.
func TestFiveThousandAlteredAnswers(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		w := newWorld(t, openid4vp.Open)
		a := w.ask()
		if !encrypted {
			a.Secret = nil
		}
		form := w.present(w.asked(a))
		list, err := a.Receive(form, w.key, clock, fresh)
		if err != nil {
			t.Fatal(err)
		}
		text, state := list[0].Text, a.State
		inside := `{"state":"` + state + `","vp_token":{"pid":["` + text + `"]}}`
		r, refused, same := mathrand.New(mathrand.NewPCG(5, 6)), map[openid4vp.Code]int{}, 0
		for n := range 5000 {
			altered := alteredForm(t, r, w, a, form, inside, text, n)
			list, err := a.Receive(altered, w.key, clock, fresh)
			var refusal *openid4vp.Refusal
			var declined *openid4vp.Declined
			switch {
			case errors.As(err, &refusal):
				refused[refusal.Code]++
			case err == nil && len(list) == 1 && list[0].Text == text && (encrypted || altered.Get("state") == state):
				same++
			case errors.As(err, &declined) || err == nil:
				t.Fatalf("%v is taken: %+v", altered, list)
			default:
				t.Fatal(err)
			}
		}
		want := []openid4vp.Code{openid4vp.CodeForm, openid4vp.CodeState, openid4vp.CodePresentation, openid4vp.CodeProof}
		if encrypted {
			want = append(want, openid4vp.CodeEncrypted)
		}
		for _, c := range want {
			if refused[c] < 20 {
				t.Errorf("encrypted %v: only %d were refused as %s: %v, %d the same", encrypted, refused[c], c, refused, same)
			}
		}
		if same > 100 {
			t.Errorf("%d of 5000 are taken as the same", same)
		}
	}
}

// alteredForm changes a form or what is inside it.
func alteredForm(t *testing.T, r *mathrand.Rand, w *world, a openid4vp.Ask, form url.Values, inside, text string, n int) url.Values {
	switch encrypted := a.Secret != nil; {
	case encrypted && n%4 == 0: // the JWE itself
		return url.Values{"response": {mutated(r, form.Get("response"), n%8 == 0)}}
	case encrypted && n%4 == 1: // its JSON, sealed again
		return w.sealed(a, string(change(r, []byte(inside), 1, syllable(r))))
	case encrypted: // the presentation, sealed again
		return w.sealed(a, strings.Replace(inside, text, mutated(r, text, n%4 == 2), 1))
	case n%4 == 0:
		return url.Values{"vp_token": {form.Get("vp_token")}, "state": {string(change(r, []byte(form.Get("state")), 1, syllable(r)))}}
	case n%4 == 1:
		return url.Values{"vp_token": {string(change(r, []byte(form.Get("vp_token")), 1, syllable(r)))}, "state": {form.Get("state")}}
	}
	return url.Values{"vp_token": {`{"pid":["` + mutated(r, text, n%4 == 2) + `"]}`}, "state": {form.Get("state")}}
}

// sealed encrypts a text to the verifier.
func (w *world) sealed(a openid4vp.Ask, text string) url.Values {
	w.t.Helper()
	key := must[jwe.Public](w.t)(jwe.Read(w.sealing(a)))
	return url.Values{"response": {must[string](w.t)(jwe.Encrypt(rand.Reader, key, jwe.A128GCM, []byte(text)))}}
}

// syllable gives characters that JSON is made of, and others.
func syllable(r *mathrand.Rand) func() byte {
	return func() byte { return " \"{}[]:,\\0aZ-_~."[r.IntN(16)] }
}

// mutated changes a text of base64url; beneath, in the bytes of one of its parts.
func mutated(r *mathrand.Rand, good string, beneath bool) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ \n"
	if !beneath {
		return string(change(r, []byte(good), 3, func() byte { return alphabet[r.IntN(len(alphabet))] }))
	}
	parts := strings.FieldsFunc(good, func(c rune) bool { return c == '.' || c == '~' })
	part := parts[r.IntN(len(parts))]
	plain, err := jws.Decode(part)
	if err != nil {
		panic(err)
	}
	return strings.Replace(good, part, jws.Encode(change(r, plain, 3, syllable(r))), 1)
}

// change exchanges, drops or doubles up to so many places.
func change(r *mathrand.Rand, text []byte, most int, other func() byte) []byte {
	b := slices.Clone(text)
	for range 1 + r.IntN(most) {
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
