package keyfile_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"conurb/kit/jws"
	"conurb/kit/keyfile"
)

func write(t testing.TB, alg jws.Algorithm, passphrase string) (*jws.Private, []byte) {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := keyfile.Write(rand.Reader, k, "changsha", passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return k, b
}

func TestAKeyComesBack(t *testing.T) {
	for _, alg := range jws.Algorithms {
		for _, passphrase := range []string{"", "岳麓山 1650"} {
			k, b := write(t, alg, passphrase)
			back, name, err := keyfile.Read(b, passphrase)
			if err != nil || name != "changsha" || !bytes.Equal(back.Seed(), k.Seed()) {
				t.Errorf("%s, passphrase %q: %s, %v", alg, passphrase, name, err)
			}
			if public, name, err := keyfile.ReadPublic(b); err != nil || name != "changsha" || !public.Equal(k.Public()) {
				t.Errorf("%s, the public key alone: %s, %v", alg, name, err)
			}
			if passphrase != "" && bytes.Contains(b, []byte(jws.Encode(k.Seed()))) {
				t.Errorf("%s: the secret stands in a sealed file", alg)
			}
		}
	}
}

func TestWhatDoesNotOpen(t *testing.T) {
	k, open := write(t, jws.EdDSA, "")
	_, sealed := write(t, jws.EdDSA, "right")
	public, err := keyfile.Public(k.Public(), "changsha")
	if err != nil {
		t.Fatal(err)
	}
	swap := func(b []byte, from, to string) []byte {
		if !bytes.Contains(b, []byte(from)) {
			t.Fatalf("%s holds no %s", b, from)
		}
		return bytes.Replace(b, []byte(from), []byte(to), 1)
	}
	other, _ := write(t, jws.EdDSA, "")
	for _, c := range []struct {
		name, passphrase string
		file             []byte
		want             error
	}{
		{"another passphrase", "wrong", sealed, keyfile.ErrPassphrase},
		{"no passphrase", "", sealed, keyfile.ErrSealed},
		{"another name", "right", swap(sealed, "changsha", "zhuzhou"), keyfile.ErrPassphrase},
		{"more memory", "right", swap(sealed, `"memory": 65536`, `"memory": 4294967295`), keyfile.ErrForm},
		{"another cipher", "right", swap(sealed, "A256GCM", "none"), keyfile.ErrForm},
		{"a public key", "", public, keyfile.ErrPublic},
		{"another public key", "", swap(open, k.Public().JWK("").X, other.Public().JWK("").X), keyfile.ErrForm},
		{"another curve", "", swap(open, "Ed25519", "P-256"), keyfile.ErrForm},
		{"nothing", "", nil, keyfile.ErrForm},
		{"a name twice", "", swap(open, `"kid"`, `"kty"`), keyfile.ErrForm},
		{"a long file", "", []byte(strings.Repeat(" ", 20<<10)), keyfile.ErrForm},
	} {
		if _, _, err := keyfile.Read(c.file, c.passphrase); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, _, err := keyfile.Read(swap(open, `"x": "`, `"x": 1, "y": "`), ""); !errors.Is(err, keyfile.ErrForm) || strings.Contains(err.Error(), jws.Encode(k.Seed())) {
		t.Errorf("got %v: the message must not hold the key", err)
	}
}

func FuzzRead(f *testing.F) {
	_, open := write(f, jws.ES256, "")
	f.Add(open)
	f.Add([]byte(`{"kty":"OKP","crv":"Ed25519","x":"","kid":"","d":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if key, _, err := keyfile.Read(b, ""); err == nil && key == nil {
			t.Fatal("no key and no error")
		}
	})
}
