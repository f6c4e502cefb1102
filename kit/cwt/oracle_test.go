package cwt_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"conurb/kit/cwt"
	"conurb/kit/jws"
)

func shared(t *testing.T, name ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "..", "shared", "data", "credentials"}, name...)...))
	if err != nil {
		t.Skip("no vectors beside the repository: 1 test left out")
	}
	return b
}

func point(t *testing.T, x, y string) jws.Public {
	t.Helper()
	k, err := jws.JWK{Kty: "EC", Crv: "P-256", X: jws.Encode(raw(t, x)), Y: jws.Encode(raw(t, y))}.Public()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestSignedCWT is the example of RFC 8392 appendix A.3, with the key of A.2.3 and the
// claims of A.1.
func TestSignedCWT(t *testing.T) {
	k := point(t, "143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f", "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9")
	text := `d28443a10126a104524173796d6d657472696345434453413235365850a70175636f
		61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c
		696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b
		7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8
		d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30`
	token, err := cwt.Parse(raw(t, regexp.MustCompile(`\s`).ReplaceAllString(text, "")), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	if err := token.Verify(k); err != nil {
		t.Fatal(err)
	}
	c, err := token.Claims()
	if err != nil || string(token.KeyID) != "AsymmetricECDSA256" || len(c) != 7 ||
		c[cwt.Issuer] != "coap://as.example.com" || c[cwt.Subject] != "erikw" || c[cwt.Audience] != "coap://light.example.com" ||
		c[cwt.Expires] != int64(1444064944) || c[cwt.NotBefore] != int64(1443944944) || c[cwt.IssuedAt] != int64(1443944944) ||
		!bytes.Equal(c[cwt.TokenID].([]byte), []byte{0x0b, 0x71}) {
		t.Errorf("%v, %v", c, err)
	}
	again, err := c.Encode()
	if err != nil || !bytes.Equal(again, token.Payload) {
		t.Errorf("%x, %v, want %x", again, err, token.Payload)
	}
}

// TestSingleSignature is the example of RFC 9052 appendix C.2.1, with the key "11" of
// C.7.1. Its payload is no map of claims.
func TestSingleSignature(t *testing.T) {
	k := point(t, "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff", "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e")
	token, err := cwt.Parse(raw(t, `d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840
8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e
2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36`), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	if err := token.Verify(k); err != nil || string(token.Payload) != "This is the content." || string(token.KeyID) != "11" {
		t.Errorf("%q, %q, %v", token.KeyID, token.Payload, err)
	}
	if _, err := token.Claims(); !errors.Is(err, cwt.ErrForm) {
		t.Errorf("claims of a sentence: %v", err)
	}
}

// TestMobileDrivingLicence verifies what the issuer of ISO/IEC 18013-5 annex D signed,
// with the key of its certificate. There it stands without the tag, which its place tells.
func TestMobileDrivingLicence(t *testing.T) {
	var all map[string]string
	if err := json.Unmarshal(shared(t, "mdoc-multipaz", "iso18013-5-annexD-hex.json"), &all); err != nil {
		t.Fatal(err)
	}
	var response struct {
		Documents []struct {
			IssuerSigned struct {
				IssuerAuth cbor.RawMessage `cbor:"issuerAuth"`
			} `cbor:"issuerSigned"`
		} `cbor:"documents"`
	}
	if err := cbor.Unmarshal(raw(t, all["ISO_18013_5_ANNEX_D_DEVICE_RESPONSE"]), &response); err != nil || len(response.Documents) != 1 {
		t.Fatal(len(response.Documents), err)
	}
	auth := response.Documents[0].IssuerSigned.IssuerAuth
	if _, err := cwt.Parse(auth, jws.ES256); !errors.Is(err, cwt.ErrForm) {
		t.Errorf("without its tag: %v", err)
	}
	token, err := cwt.Parse(append([]byte{0xd2}, auth...), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw(t, all["ISO_18013_5_ANNEX_D_DS_CERT"]))
	if err != nil {
		t.Fatal(err)
	}
	b, err := certificate.PublicKey.(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	k := point(t, hex.EncodeToString(b[1:33]), hex.EncodeToString(b[33:]))
	if err := token.Verify(k); err != nil {
		t.Error(err)
	}
	token.Payload[100] ^= 1
	if err := token.Verify(k); !errors.Is(err, cwt.ErrSignature) {
		t.Errorf("another payload: %v", err)
	}
}

// TestGoCose: what we sign, github.com/veraison/go-cose verifies, and the other way about.
func TestGoCose(t *testing.T) {
	payload, _ := cwt.Claims{cwt.Issuer: "x", cwt.Expires: int64(1_900_000_000)}.Encode()
	for alg, theirs := range map[jws.Algorithm]cose.Algorithm{jws.EdDSA: cose.AlgorithmEdDSA, jws.ES256: cose.AlgorithmES256} {
		k := key(t, alg)
		var private crypto.Signer = ed25519.NewKeyFromSeed(k.Seed())
		if alg == jws.ES256 {
			p, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), k.Seed())
			if err != nil {
				t.Fatal(err)
			}
			private = p
		}
		verifier, err := cose.NewVerifier(theirs, private.Public())
		if err != nil {
			t.Fatal(err)
		}
		ours, err := cwt.Sign(rand.Reader, k, cwt.Header{KeyID: []byte("k")}, payload)
		if err != nil {
			t.Fatal(err)
		}
		var m cose.Sign1Message
		if err := m.UnmarshalCBOR(ours); err != nil {
			t.Fatal(err)
		}
		if err := m.Verify(nil, verifier); err != nil || !bytes.Equal(m.Payload, payload) {
			t.Errorf("%s: they read ours: %v", alg, err)
		}
		signer, err := cose.NewSigner(theirs, private)
		if err != nil {
			t.Fatal(err)
		}
		m = cose.Sign1Message{Headers: cose.Headers{Protected: cose.ProtectedHeader{cose.HeaderLabelAlgorithm: theirs}, Unprotected: cose.UnprotectedHeader{cose.HeaderLabelKeyID: []byte("k")}}, Payload: payload}
		if err := m.Sign(rand.Reader, nil, signer); err != nil {
			t.Fatal(err)
		}
		b, err := m.MarshalCBOR()
		if err != nil {
			t.Fatal(err)
		}
		token, err := cwt.Parse(b, alg)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(token.Verify(k.Public()), token.Deterministic()); err != nil || string(token.KeyID) != "k" {
			t.Errorf("%s: we read theirs: %v", alg, err)
		}
	}
}
