package x5c_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

var clock = time.Unix(1_800_000_000, 0)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func key(alg jws.Algorithm) *jws.Private { return must(jws.Generate(alg, rand.Reader)) }

// parent is a certificate and its key, both of the standard library.
type parent struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// below makes a certificate the long way; change alters it.
func below(by *parent, name string, change func(*x509.Certificate)) *parent {
	k := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	t := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: clock.Add(-time.Hour), NotAfter: clock.Add(time.Hour), BasicConstraintsValid: true}
	if change != nil {
		change(t)
	}
	up, signer := t, k
	if by != nil {
		up, signer = by.cert, by.key
	}
	der := must(x509.CreateCertificate(rand.Reader, t, up, k.Public(), signer))
	return &parent{must(x509.ParseCertificate(der)), k}
}

func authority(t *x509.Certificate) { t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign }

func TestVerify(t *testing.T) {
	root := below(nil, "root", authority)
	between := below(root, "between", authority)
	leaf := below(between, "leaf", nil)
	direct := below(root, "leaf", nil)
	other := below(nil, "root", authority) // of the same name
	self := below(nil, "self", nil)
	plain := below(root, "no authority", nil)
	under := below(plain, "leaf", nil)
	late := below(root, "late", func(c *x509.Certificate) { c.NotAfter = clock.Add(-time.Minute) })
	early := below(root, "early", func(c *x509.Certificate) { c.NotBefore = clock.Add(time.Minute) })
	lateBetween := below(root, "between", func(c *x509.Certificate) { authority(c); c.NotAfter = clock.Add(-time.Minute) })
	belowLate := below(lateBetween, "leaf", nil)
	sealing := below(root, "for keys only", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement })
	signing := below(root, "for signing", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })
	k384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	wide := must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(8), Subject: pkix.Name{CommonName: "P-384"}, NotBefore: clock.Add(-time.Hour), NotAfter: clock.Add(time.Hour)}, root.cert, k384.Public(), root.key))))
	for name, c := range map[string]struct {
		chain   x5c.Chain
		anchors []*x509.Certificate
		want    error
	}{
		"one below the anchor":        {x5c.Chain{direct.cert}, []*x509.Certificate{root.cert}, nil},
		"two below the anchor":        {x5c.Chain{leaf.cert, between.cert}, []*x509.Certificate{root.cert}, nil},
		"one of two anchors":          {x5c.Chain{direct.cert}, []*x509.Certificate{other.cert, root.cert}, nil},
		"for signing":                 {x5c.Chain{signing.cert}, []*x509.Certificate{root.cert}, nil},
		"nothing":                     {nil, []*x509.Certificate{root.cert}, x5c.ErrForm},
		"no anchors":                  {x5c.Chain{direct.cert}, nil, x5c.ErrUntrusted},
		"another anchor":              {x5c.Chain{direct.cert}, []*x509.Certificate{other.cert}, x5c.ErrUntrusted},
		"the step between is missing": {x5c.Chain{leaf.cert}, []*x509.Certificate{root.cert}, x5c.ErrUntrusted},
		"the anchor in the chain":     {x5c.Chain{direct.cert, root.cert}, []*x509.Certificate{root.cert}, x5c.ErrAnchor},
		"an anchor nobody believes":   {x5c.Chain{below(other, "leaf", nil).cert, other.cert}, []*x509.Certificate{root.cert}, x5c.ErrAnchor},
		"an anchor below another":     {x5c.Chain{leaf.cert}, []*x509.Certificate{between.cert}, nil},
		"that anchor in the chain":    {x5c.Chain{leaf.cert, between.cert}, []*x509.Certificate{root.cert, between.cert}, x5c.ErrAnchor},
		"the signer an anchor":        {x5c.Chain{direct.cert}, []*x509.Certificate{direct.cert}, x5c.ErrAnchor},
		"self-signed":                 {x5c.Chain{self.cert}, []*x509.Certificate{root.cert}, x5c.ErrSelfSigned},
		"self-signed, as an anchor":   {x5c.Chain{self.cert}, []*x509.Certificate{self.cert}, x5c.ErrSelfSigned},
		"the wrong way round":         {x5c.Chain{between.cert, leaf.cert}, []*x509.Certificate{root.cert}, x5c.ErrOrder},
		"a stranger behind":           {x5c.Chain{direct.cert, between.cert}, []*x509.Certificate{root.cert}, x5c.ErrOrder},
		"below no authority":          {x5c.Chain{under.cert, plain.cert}, []*x509.Certificate{root.cert}, x5c.ErrOrder},
		"expired":                     {x5c.Chain{late.cert}, []*x509.Certificate{root.cert}, x5c.ErrTime},
		"not yet valid":               {x5c.Chain{early.cert}, []*x509.Certificate{root.cert}, x5c.ErrTime},
		"an expired one between":      {x5c.Chain{belowLate.cert, lateBetween.cert}, []*x509.Certificate{root.cert}, x5c.ErrTime},
		"not for signing":             {x5c.Chain{sealing.cert}, []*x509.Certificate{root.cert}, x5c.ErrUse},
		"a key of another curve":      {x5c.Chain{wide}, []*x509.Certificate{root.cert}, x5c.ErrKey},
	} {
		if _, err := c.chain.Verify(c.anchors, clock); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestMade holds the certificates made here to what reads them, with both kinds of keys.
func TestMade(t *testing.T) {
	for _, alg := range []jws.Algorithm{jws.ES256, jws.EdDSA} {
		anchorKey, k := key(alg), key(alg)
		anchor := must(x5c.Anchor(rand.Reader, anchorKey, "湘潭市", clock, clock.Add(time.Hour)))
		leaf := must(x5c.Signer(rand.Reader, anchor, anchorKey, k.Public(), "asks", []string{"verifier.example"}, clock, clock.Add(time.Hour)))
		chain, err := x5c.Read(strictjson.Object{"x5c": x5c.Chain{leaf}.Header()})
		if err != nil {
			t.Fatal(err)
		}
		got, err := chain.Verify([]*x509.Certificate{anchor}, clock)
		if err != nil || !got.Equal(k.Public()) {
			t.Errorf("%s: another key, or %v", alg, err)
		}
		sum := sha256.Sum256(leaf.Raw)
		if chain.Hash() != base64.RawURLEncoding.EncodeToString(sum[:]) {
			t.Errorf("%s: hash %s", alg, chain.Hash())
		}
		if keys := chain.AuthorityKeys(); len(keys) != 1 || keys[0] != base64.RawURLEncoding.EncodeToString(anchor.SubjectKeyId) || len(anchor.SubjectKeyId) == 0 {
			t.Errorf("%s: authority keys %v", alg, keys)
		}
		for name, want := range map[string]bool{"verifier.example": true, "VERIFIER.example": true, "other.example": false, "": false, "*.example": false, "a.verifier.example": false} {
			if chain.Named(name) != want {
				t.Errorf("%s: named %q is %v", alg, name, !want)
			}
		}
		if _, err := (x5c.Chain{must(x5c.Signer(rand.Reader, leaf, k, anchorKey.Public(), "below", nil, clock, clock.Add(time.Hour))), leaf}).Verify([]*x509.Certificate{anchor}, clock); err == nil {
			t.Errorf("%s: a signer certifies others", alg)
		}
		if serial := leaf.SerialNumber; serial.Sign() <= 0 || len(serial.Bytes()) != 16 {
			t.Errorf("%s: serial number %v", alg, serial)
		}
	}
	if _, err := x5c.Anchor(rand.Reader, key(jws.SM2), "SM2", clock, clock); !errors.Is(err, x5c.ErrKey) {
		t.Errorf("SM2: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	k := key(jws.ES256)
	good := x5c.Chain{must(x5c.Anchor(rand.Reader, k, "a", clock, clock))}.Header()[0].(string)
	for name, v := range map[string]any{
		"nothing": nil, "a text": good, "empty": []any{}, "a number": []any{1}, "too many": []any{good, good, good, good, good, good, good},
		"not base64": []any{"!" + good[1:]}, "base64url": []any{strings.NewReplacer("+", "-", "/", "_").Replace(good) + "_"}, "a line break": []any{good[:64] + "\n" + good[64:]},
		"no padding": []any{strings.TrimRight(good+"=", "=") + "A"}, "no certificate": []any{"AAAA"}, "more behind it": []any{base64.StdEncoding.EncodeToString(append(must(base64.StdEncoding.DecodeString(good)), 0))},
		"too large":            []any{strings.Repeat("A", 2*x5c.MostBytes)},
		"RSA of too many bits": []any{base64.StdEncoding.EncodeToString(wideRSA(k))},
	} {
		if _, err := x5c.Read(strictjson.Object{"x5c": v}); !errors.Is(err, x5c.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// wideRSA is a certificate of a key that nobody has.
func wideRSA(k *jws.Private) []byte {
	anchor := must(x5c.Anchor(rand.Reader, k, "a", clock, clock))
	signer := must(ecdsa.ParseRawPrivateKey(elliptic.P256(), k.Seed()))
	n := new(big.Int).SetBit(big.NewInt(1), x5c.MostRSA, 1)
	t := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "RSA"}, NotBefore: clock, NotAfter: clock}
	return must(x509.CreateCertificate(rand.Reader, t, anchor, &rsa.PublicKey{N: n, E: 65537}, signer))
}

func FuzzRead(f *testing.F) {
	k := key(jws.ES256)
	anchor := must(x5c.Anchor(rand.Reader, k, "a", clock, clock.Add(time.Hour)))
	leaf := must(x5c.Signer(rand.Reader, anchor, k, k.Public(), "b", []string{"c"}, clock, clock.Add(time.Hour)))
	f.Add(leaf.Raw, anchor.Raw)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		chain, err := x5c.Read(strictjson.Object{"x5c": []any{base64.StdEncoding.EncodeToString(first), base64.StdEncoding.EncodeToString(second)}})
		if err != nil {
			return
		}
		if _, err := chain.Verify([]*x509.Certificate{anchor}, clock); err == nil && (!chain[0].Equal(leaf) || len(chain) > 1) {
			t.Fatalf("%x below %x is believed", first, second)
		}
	})
}
