package jwe_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

func generate(t interface{ Fatal(...any) }) *jwe.Private {
	k, err := jwe.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestThereAndBack decrypts what was encrypted, with the key alone, and with no bit of it
// changed.
func TestThereAndBack(t *testing.T) {
	key, other := generate(t), generate(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		enc := rapid.SampledFrom([]jwe.Encryption{jwe.A128GCM, jwe.A256GCM}).Draw(t, "enc")
		sealed, err := jwe.Encrypt(rand.Reader, key.Public("k"), enc, text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jwe.Decrypt(sealed, key, "k")
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%x came back as %x: %v", text, got, err)
		}
		if _, err := jwe.Decrypt(sealed, other, "k"); !errors.Is(err, jwe.ErrOpen) {
			t.Fatalf("another key: %v", err)
		}
		b := []byte(sealed)
		i := rapid.IntRange(0, len(b)-1).Draw(t, "place")
		if b[i] ^= 1 << rapid.IntRange(0, 6).Draw(t, "bit"); string(b) != sealed {
			if _, err := jwe.Decrypt(string(b), key, "k"); err == nil {
				t.Fatalf("a bit of %s was changed at %d", sealed, i)
			}
		}
	})
}

func TestDecryptRefuses(t *testing.T) {
	key := generate(t)
	sealed, err := jwe.Encrypt(rand.Reader, key.Public("k"), jwe.A256GCM, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(sealed, ".")
	header := func(name string, v any) string {
		raw, err := jws.Decode(parts[0])
		if err != nil {
			t.Fatal(err)
		}
		o, err := strictjson.DecodeObject(raw, strictjson.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		o[name] = v
		if v == nil {
			delete(o, name)
		}
		b, err := strictjson.Append(nil, o)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(append([]string{jws.Encode(b)}, parts[1:]...), ".")
	}
	nowhere := strictjson.Object{"kty": "EC", "crv": "P-256", "x": jws.Encode(make([]byte, 32)), "y": jws.Encode(make([]byte, 32))}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"as it was":           {sealed, nil},
		"four parts":          {strings.Join(parts[:4], "."), jwe.ErrForm},
		"an encrypted key":    {strings.Replace(sealed, "..", ".AAAA.", 1), jwe.ErrForm},
		"a line break":        {sealed + "\n", jwe.ErrForm},
		"a short iv":          {strings.Replace(sealed, parts[2], parts[2][:4], 1), jwe.ErrForm},
		"a short tag":         {strings.TrimSuffix(sealed, parts[4]) + parts[4][:16], jwe.ErrForm},
		"header no JSON":      {strings.Replace(sealed, parts[0], "AAAA", 1), jwe.ErrForm},
		"too long":            {strings.Repeat("a", jwe.MostBytes+1), strictjson.ErrLong},
		"alg dir":             {header("alg", "dir"), jwe.ErrAlgorithm},
		"alg with a key wrap": {header("alg", "ECDH-ES+A128KW"), jwe.ErrAlgorithm},
		"enc A192GCM":         {header("enc", "A192GCM"), jwe.ErrAlgorithm},
		"enc the other one":   {header("enc", "A128GCM"), jwe.ErrOpen},
		"no enc":              {header("enc", nil), jwe.ErrAlgorithm},
		"compressed":          {header("zip", "DEF"), jwe.ErrCritical},
		"critical":            {header("crit", []any{"exp"}), jwe.ErrCritical},
		"another kid":         {header("kid", "l"), jwe.ErrOther},
		"kid a number":        {header("kid", 1), jwe.ErrOther},
		"no kid":              {header("kid", nil), jwe.ErrOpen}, // the header is part of what is sealed
		"no epk":              {header("epk", nil), jwe.ErrForm},
		"epk off the curve":   {header("epk", nowhere), jwe.ErrKey},
		"apu a number":        {header("apu", 1), jwe.ErrForm},
		"apv not base64url":   {header("apv", "="), jwe.ErrForm},
		"apv":                 {header("apv", "AAAA"), jwe.ErrOpen},
	} {
		if _, err := jwe.Decrypt(c.text, key, "k"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestReadKey takes keys to encrypt to, and passes over what is none (OpenID4VP 1.0 §8.3).
func TestReadKey(t *testing.T) {
	key := generate(t)
	with := func(name string, v any) strictjson.Object {
		o := key.Public("k").JWK()
		o[name] = v
		if v == nil {
			delete(o, name)
		}
		return o
	}
	moved := key.Public("k").JWK() // the same bytes, one of them in the other coordinate
	x, errX := jws.Decode(moved["x"].(string))
	y, errY := jws.Decode(moved["y"].(string))
	if errX != nil || errY != nil {
		t.Fatal(errX, errY)
	}
	moved["x"], moved["y"] = jws.Encode(x[:31]), jws.Encode(append(x[31:], y...))
	for name, c := range map[string]struct {
		o  strictjson.Object
		ok bool
	}{
		"a byte moved": {moved, false},
		"as written":   {with("kty", "EC"), true}, "no use": {with("use", nil), true}, "no kid": {with("kid", nil), true},
		"for signing": {with("use", "sig"), false}, "no alg": {with("alg", nil), false}, "alg with a key wrap": {with("alg", "ECDH-ES+A128KW"), false},
		"another curve": {with("crv", "P-384"), false}, "OKP": {with("kty", "OKP"), false}, "no y": {with("y", nil), false},
		"off the curve": {with("y", jws.Encode(make([]byte, 32))), false}, "kid a number": {with("kid", 1), false}, "nothing": {nil, false},
	} {
		if _, err := jwe.Read(c.o); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := jwe.Encrypt(rand.Reader, jwe.Public{}, jwe.A128GCM, nil); !errors.Is(err, jwe.ErrAlgorithm) {
		t.Errorf("to no key: %v", err)
	}
	if _, err := jwe.FromSeed(make([]byte, 32)); !errors.Is(err, jwe.ErrKey) {
		t.Errorf("nought is a key: %v", err)
	}
}

func FuzzDecrypt(f *testing.F) {
	key := generate(f)
	sealed, err := jwe.Encrypt(rand.Reader, key.Public("k"), jwe.A256GCM, []byte("{}"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("....")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := jwe.Decrypt(text, key, "k"); err == nil && text != sealed {
			t.Fatalf("%q opens to %q", text, got)
		}
	})
}
