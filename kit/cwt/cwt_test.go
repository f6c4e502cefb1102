package cwt_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/cwt"
	"conurb/kit/jws"
)

func key(t testing.TB, alg jws.Algorithm) *jws.Private {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func raw(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestATokenIsItsOwnKeysAlone(t *testing.T) {
	payload, err := cwt.Claims{cwt.Issuer: "x", int64(-70000): int64(3), "name": []byte{1}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range jws.Algorithms {
		k, other := key(t, alg), key(t, alg)
		b, err := cwt.Sign(rand.Reader, k, cwt.Header{Type: "a/b", KeyID: []byte("12")}, payload)
		if err != nil {
			t.Fatal(err)
		}
		token, err := cwt.Parse(b, alg)
		if err != nil || token.Type != "a/b" || string(token.KeyID) != "12" || token.Algorithm != alg {
			t.Fatalf("%s: %+v, %v", alg, token, err)
		}
		if err := token.Deterministic(); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if err := token.Verify(k.Public()); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if err := token.Verify(other.Public()); !errors.Is(err, cwt.ErrSignature) {
			t.Errorf("%s, another key: %v", alg, err)
		}
		if err := token.Verify(jws.Public{}); !errors.Is(err, cwt.ErrAlgorithm) {
			t.Errorf("%s, no key: %v", alg, err)
		}
		for _, wrong := range jws.Algorithms {
			if wrong == alg {
				continue
			}
			if _, err := cwt.Parse(b, wrong); !errors.Is(err, cwt.ErrAlgorithm) {
				t.Errorf("%s where %s is permitted: %v", alg, wrong, err)
			}
			if err := token.Verify(key(t, wrong).Public()); !errors.Is(err, cwt.ErrAlgorithm) {
				t.Errorf("%s with a key for %s: %v", alg, wrong, err)
			}
		}
		c, err := token.Claims()
		if err != nil || c[cwt.Issuer] != "x" || c[int64(-70000)] != int64(3) || !bytes.Equal(c["name"].([]byte), []byte{1}) {
			t.Errorf("%s: %v, %v", alg, c, err)
		}
	}
}

// TestWhatIsRefused: 43 a10127 is the protected header {alg: EdDSA}, 41 a0 a payload of
// no claims, 41 00 a signature.
func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"whole", "d2 84 43a10127 a0 41a0 4100", nil},
		{"with the tag of a CWT", "d83d d2 84 43a10127 a0 41a0 4100", nil},
		{"nothing", "", cwt.ErrForm},
		{"no tag", "84 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"the tag of a MAC", "d1 84 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"the tag of a CWT twice", "d83d d83d d2 84 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"the tag of a CWT alone", "d83d 84 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"its tag twice", "d2 d2 84 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"a tag on the protected header", "d2 84 c1 43a10127 a0 41a0 4100", cwt.ErrForm},
		{"a tag inside the protected header", "d2 84 44a101c127 a0 41a0 4100", cwt.ErrForm},
		{"a tag on the other headers", "d2 84 43a10127 c1a0 41a0 4100", cwt.ErrForm},
		{"a tag on the name of the key", "d2 84 43a10127 a104c14131 41a0 4100", cwt.ErrForm},
		{"a tag on the payload", "d2 84 43a10127 a0 d818 41a0 4100", cwt.ErrForm},
		{"a tag on the signature", "d2 84 43a10127 a0 41a0 c14100", cwt.ErrForm},
		{"three parts", "d2 83 43a10127 a0 41a0", cwt.ErrForm},
		{"five parts", "d2 85 43a10127 a0 41a0 4100 00", cwt.ErrForm},
		{"something after", "d2 84 43a10127 a0 41a0 4100 00", cwt.ErrForm},
		{"cut off", "d2 84 43a10127 a0 41a0 41", cwt.ErrForm},
		{"payload elsewhere", "d2 84 43a10127 a0 f6 4100", cwt.ErrForm},
		{"payload a map", "d2 84 43a10127 a0 a0 4100", cwt.ErrForm},
		{"list without length", "d2 9f 43a10127 a0 41a0 4100 ff", cwt.ErrForm},
		{"map without length", "d2 84 43a10127 bfff 41a0 4100", cwt.ErrForm},
		{"bytes without length", "d2 84 43a10127 a0 5f41a0ff 4100", cwt.ErrForm},
		{"a header twice", "d2 84 45a201270127 a0 41a0 4100", cwt.ErrForm},
		{"a header twice, unprotected", "d2 84 43a10127 a2044104044105 41a0 4100", cwt.ErrForm},
		{"a header in both", "d2 84 43a10127 a10127 41a0 4100", cwt.ErrForm},
		{"algorithm unprotected", "d2 84 41a0 a10127 41a0 4100", cwt.ErrAlgorithm},
		{"no protected header", "d2 84 40 a10127 41a0 4100", cwt.ErrForm},
		{"algorithm RS256", "d2 84 46a10139010050 a0 41a0 4100", cwt.ErrForm}, // 257 written, and a byte over
		{"algorithm HMAC", "d2 84 43a10105 a0 41a0 4100", cwt.ErrAlgorithm},
		{"algorithm PS256", "d2 84 44a1013824 a0 41a0 4100", cwt.ErrAlgorithm},
		{"algorithm a text", "d2 84 49a101654564445341 a0 41a0 4100", cwt.ErrForm}, // and a byte short
		{"algorithm by name", "d2 84 48a101654564445341 a0 41a0 4100", cwt.ErrAlgorithm},
		{"critical", "d2 84 47a2012702810401 a0 41a0 4100", cwt.ErrForm}, // and a byte over
		{"critical, as it should be", "d2 84 46a20127028104 a0 41a0 4100", cwt.ErrCritical},
		{"critical, unprotected", "d2 84 43a10127 a1028104 41a0 4100", cwt.ErrCritical},
		{"kid a text", "d2 84 43a10127 a1046131 41a0 4100", cwt.ErrForm},
		{"typ a number", "d2 84 45a201271007 a0 41a0 4100", cwt.ErrForm},
		{"key of a header is bytes", "d2 84 43a10127 a1410400 41a0 4100", cwt.ErrForm},
		{"text that is not UTF-8", "d2 84 43a10127 a10861ff 41a0 4100", cwt.ErrForm},
		{"protected header is a list", "d2 84 428101 a0 41a0 4100", cwt.ErrForm},
		{"protected header with something after", "d2 84 44a1012700 a0 41a0 4100", cwt.ErrForm},
		{"nested deeply", "d2 84 43a10127 a108" + strings.Repeat("81", 40) + "00 41a0 4100", cwt.ErrForm},
		{"a length of the whole world", "d2 84 5bffffffffffffffff", cwt.ErrForm},
	} {
		if _, err := cwt.Parse(raw(t, c.text), jws.Algorithms...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := cwt.Parse(make([]byte, cwt.MostBytes+1), jws.Algorithms...); !errors.Is(err, cwt.ErrLong) {
		t.Errorf("oversized: %v", err)
	}
}

func TestClaimsThatAreRefused(t *testing.T) {
	for name, payload := range map[string]string{
		"a list":                         "80",
		"nothing":                        "f6",
		"a claim twice":                  "a2 0100 0101",
		"a claim twice inside":           "a1 01 a2 0100 0101",
		"a tag on a claim (RFC 8392 §2)": "a1 04 c1 00",
		"a tag on all claims":            "c1 a0",
		"key is bytes":                   "a1 4101 00",
		"key is true":                    "a1 f5 00",
		"without length":                 "bf ff",
		"something after":                "a0 00",
		"not a number":                   "a1 04 f97e00",
		"infinite":                       "a1 04 f97c00",
		"a number beyond 64 bits":        "a1 04 c249010000000000000000",
		"a number beyond int64":          "a1 04 1bffffffffffffffff",
		"text that is not UTF-8":         "a1 01 61ff",
		"nested deeply":                  "a1 01" + strings.Repeat("81", 40) + "00",
		"an element that is wrong":       "a1 01 81 a2 0100 0101",
	} {
		token, err := cwt.Parse(append(raw(t, "d2 84 43a10127 a0 58"+hex.EncodeToString([]byte{byte(len(raw(t, payload)))})), append(raw(t, payload), 0x41, 0)...), jws.EdDSA)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c, err := token.Claims(); !errors.Is(err, cwt.ErrForm) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

func TestOneWayToWriteIt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"in order", "d2 84 43a10127 a0 45a201000200 4100", nil},
		{"claims out of order", "d2 84 43a10127 a0 45a202000100 4100", cwt.ErrOrder},
		{"a long number", "d2 84 43a10127 a0 44a1011800 4100", cwt.ErrOrder},
		{"a long length", "d2 84 43a10127 a0 5801a0 4100", cwt.ErrOrder},
		{"a long number in the header", "d2 84 44a1013807 a0 41a0 4100", cwt.ErrOrder},
		{"a long tag", "d8 12 84 43a10127 a0 41a0 4100", cwt.ErrOrder},
		{"headers out of order", "d2 84 43a10127 a2 616100 044100 41a0 4100", cwt.ErrOrder},
		{"a fraction in more bytes than it needs", "d2 84 43a10127 a0 47a101fa3f800000 4100", cwt.ErrOrder},
	} {
		token, err := cwt.Parse(raw(t, c.text), jws.EdDSA)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := token.Deterministic(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestMutatedTokens: a token in which any byte was changed does not verify, unless the
// byte is of the unprotected header, which nothing signs.
func TestMutatedTokens(t *testing.T) {
	k := key(t, jws.EdDSA)
	payload, _ := cwt.Claims{cwt.Issuer: "issuer", cwt.Expires: int64(1_800_000_000)}.Encode()
	good, err := cwt.Sign(nil, k, cwt.Header{KeyID: []byte{1, 2}}, payload)
	if err != nil {
		t.Fatal(err)
	}
	open := bytes.Index(good, []byte{0xa1, 0x04, 0x42, 1, 2})
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(good)
		i := rapid.IntRange(0, len(b)-1).Draw(t, "where")
		b[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		token, err := cwt.Parse(b, jws.Algorithms...)
		if err == nil && token.Verify(k.Public()) == nil && (i < open || i >= open+5) {
			t.Fatalf("%x verifies", b)
		}
	})
}

func FuzzParse(f *testing.F) {
	k := key(f, jws.EdDSA)
	payload, _ := cwt.Claims{cwt.Issuer: "x"}.Encode()
	good, _ := cwt.Sign(nil, k, cwt.Header{}, payload)
	f.Add(good)
	f.Add([]byte{0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0, 0x41, 0xa0, 0x41, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		token, err := cwt.Parse(b, jws.Algorithms...)
		if err != nil {
			return
		}
		if token.Verify(k.Public()) == nil && !bytes.Equal(token.Payload, payload) {
			t.Fatalf("%x verifies", b)
		}
		_ = token.Deterministic()
		if c, err := token.Claims(); err == nil {
			if _, err := c.Encode(); err != nil {
				t.Fatalf("%x is read and cannot be written: %v", b, err)
			}
		}
	})
}
