package jws_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

func key(t testing.TB, alg jws.Algorithm) *jws.Private {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestATokenIsItsOwnKeysAlone(t *testing.T) {
	for _, alg := range jws.Algorithms {
		k, other := key(t, alg), key(t, alg)
		text, err := jws.Sign(rand.Reader, k, map[string]any{"typ": "x", "kid": "1"}, []byte(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		token, err := jws.Parse(text, alg)
		if err != nil || token.Type != "x" || token.KeyID != "1" || token.Algorithm != alg {
			t.Fatalf("%s: %+v, %v", alg, token, err)
		}
		if err := token.Verify(k.Public()); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if err := token.Verify(other.Public()); !errors.Is(err, jws.ErrSignature) {
			t.Errorf("%s, another key: %v", alg, err)
		}
		for _, wrong := range jws.Algorithms {
			if wrong == alg {
				continue
			}
			if _, err := jws.Parse(text, wrong); !errors.Is(err, jws.ErrAlgorithm) {
				t.Errorf("%s where %s is permitted: %v", alg, wrong, err)
			}
			if err := token.Verify(key(t, wrong).Public()); !errors.Is(err, jws.ErrAlgorithm) {
				t.Errorf("%s with a key for %s: %v", alg, wrong, err)
			}
		}
		if err := token.Verify(jws.Public{}); err == nil {
			t.Errorf("%s: no key verifies it", alg)
		}
		same, err := jws.FromSeed(alg, k.Seed())
		if err != nil || !same.Public().Equal(k.Public()) {
			t.Errorf("%s: the key does not come back from its seed: %v", alg, err)
		}
		var jwk jws.JWK
		b, _ := json.Marshal(k.Public().JWK("7"))
		if err := json.Unmarshal(b, &jwk); err != nil {
			t.Fatal(err)
		}
		if back, err := jwk.Public(); err != nil || !back.Equal(k.Public()) {
			t.Errorf("%s: the key does not come back from its JWK: %v", alg, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	k := key(t, jws.EdDSA)
	token := func(header string) string {
		body := jws.Encode([]byte(header)) + "." + jws.Encode([]byte("{}"))
		s, err := k.Sign(nil, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return body + "." + jws.Encode(s)
	}
	good := token(`{"alg":"EdDSA"}`)
	if _, err := jws.Parse(good, jws.EdDSA); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":              {"", jws.ErrForm},
		"two parts":            {parts[0] + "." + parts[1], jws.ErrForm},
		"four parts":           {good + ".", jws.ErrForm},
		"padding":              {good + "=", jws.ErrBase64},
		"line break":           {parts[0] + "\n." + parts[1] + "." + parts[2], jws.ErrBase64},
		"standard alphabet":    {parts[0] + "." + parts[1] + ".+" + parts[2][1:], jws.ErrBase64},
		"loose bits":           {parts[0] + "." + parts[1] + "." + parts[2][:85] + "B", jws.ErrBase64},
		"space":                {" " + good, jws.ErrBase64},
		"none":                 {token(`{"alg":"none"}`), jws.ErrAlgorithm},
		"none, disguised":      {token(`{"alg":"nOnE"}`), jws.ErrAlgorithm},
		"symmetric":            {token(`{"alg":"HS256"}`), jws.ErrAlgorithm},
		"RSA":                  {token(`{"alg":"RS256"}`), jws.ErrAlgorithm},
		"no algorithm":         {token(`{}`), jws.ErrAlgorithm},
		"algorithm, a list":    {token(`{"alg":["EdDSA"]}`), jws.ErrAlgorithm},
		"algorithm twice":      {token(`{"alg":"EdDSA","alg":"EdDSA"}`), strictjson.ErrTwice},
		"critical":             {token(`{"alg":"EdDSA","crit":["exp"],"exp":1}`), jws.ErrCritical},
		"critical, empty":      {token(`{"alg":"EdDSA","crit":[]}`), jws.ErrCritical},
		"payload not encoded":  {token(`{"alg":"EdDSA","b64":false}`), jws.ErrCritical},
		"type, a number":       {token(`{"alg":"EdDSA","typ":1}`), jws.ErrForm},
		"header, a list":       {token(`["EdDSA"]`), strictjson.ErrSyntax},
		"header nested deeply": {token(`{"alg":"EdDSA","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`), strictjson.ErrDeep},
		"oversized":            {strings.Repeat("A", jws.MostBytes+1), strictjson.ErrLong},
	} {
		if _, err := jws.Parse(c.text, jws.Algorithms...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestMutatedTokens: a token in which any character was exchanged does not verify.
func TestMutatedTokens(t *testing.T) {
	k := key(t, jws.ES256)
	good, err := jws.Sign(rand.Reader, k, map[string]any{"typ": "t"}, []byte(`{"n":"a longer payload"}`))
	if err != nil {
		t.Fatal(err)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n"
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(good)
		i := rapid.IntRange(0, len(b)-1).Draw(t, "where")
		c := alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "what")]
		if b[i] == c {
			return
		}
		b[i] = c
		token, err := jws.Parse(string(b), jws.Algorithms...)
		if err == nil && token.Verify(k.Public()) == nil {
			t.Fatalf("%s verifies", b)
		}
	})
}

func FuzzParse(f *testing.F) {
	k, err := jws.Generate(jws.EdDSA, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	good, _ := jws.Sign(rand.Reader, k, nil, []byte("{}"))
	f.Add(good)
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := jws.Parse(text, jws.Algorithms...)
		if err == nil && token.Verify(k.Public()) == nil && text != good {
			t.Fatalf("%q verifies", text)
		}
	})
}
