package jws_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"conurb/kit/jws"
)

// vectors reads a file of published vectors beside the repository.
func vectors(t *testing.T, into any, path ...string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "..", "shared", "data", "credentials"}, path...)...))
	if err != nil {
		t.Skip("no published vectors beside the repository: 1 test left out")
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// TestWycheproofTokens: tokens of EC keys on P-256 are judged as published; tokens of
// every other algorithm are refused, valid or not.
func TestWycheproofTokens(t *testing.T) {
	var file struct {
		TestGroups []struct {
			Public  *jws.JWK
			Private *struct{ Kty string }
			Tests   []struct {
				TcID    int
				Comment string
				JWS     string
				Result  string
			}
		}
	}
	vectors(t, &file, "wycheproof", "testvectors_v1", "json_web_signature_test.json")
	judged, refused := 0, 0
	for _, g := range file.TestGroups {
		var key jws.Public
		var keyErr error
		ours := g.Public != nil && g.Public.Kty == "EC" && g.Public.Crv == "P-256"
		if ours {
			key, keyErr = g.Public.Public()
		}
		for _, c := range g.Tests {
			token, err := jws.Parse(c.JWS, jws.Algorithms...)
			if err == nil {
				if err = keyErr; err == nil {
					err = token.Verify(key)
				}
			}
			if want := ours && c.Result == "valid"; (err == nil) != want {
				t.Errorf("%d %s (%s): %v", c.TcID, c.Comment, c.Result, err)
			}
			if ours {
				judged++
			} else {
				refused++
			}
		}
	}
	if judged < 40 || refused < 300 {
		t.Errorf("%d tokens judged, %d refused: the file is not what it was", judged, refused)
	}
}

// TestWycheproofSignatures: signatures over messages, without tokens around them.
func TestWycheproofSignatures(t *testing.T) {
	for _, f := range []string{"ed25519_test.json", "ecdsa_secp256r1_sha256_p1363_test.json"} {
		var file struct {
			TestGroups []struct {
				PublicKey    struct{ PK, Wx, Wy string }
				PublicKeyJwk *jws.JWK
				Tests        []struct {
					TcID             int
					Comment          string
					Msg, Sig, Result string
				}
			}
		}
		vectors(t, &file, "wycheproof", "testvectors_v1", f)
		n := 0
		for _, g := range file.TestGroups {
			jwk := g.PublicKeyJwk
			if jwk == nil && g.PublicKey.PK != "" {
				jwk = &jws.JWK{Kty: "OKP", Crv: "Ed25519", X: jws.Encode(unhex(t, g.PublicKey.PK))}
			}
			if jwk == nil {
				jwk = &jws.JWK{Kty: "EC", Crv: "P-256", X: jws.Encode(last32(unhex(t, g.PublicKey.Wx))), Y: jws.Encode(last32(unhex(t, g.PublicKey.Wy)))}
			}
			key, err := jwk.Public()
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			for _, c := range g.Tests {
				if n++; key.Verify(unhex(t, c.Msg), unhex(t, c.Sig)) != (c.Result == "valid") {
					t.Errorf("%s %d %s: not %s", f, c.TcID, c.Comment, c.Result)
				}
			}
		}
		if n < 100 {
			t.Errorf("%s: %d vectors", f, n)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// last32 drops the zeros before a number, or adds them.
func last32(b []byte) []byte {
	if len(b) > 32 {
		return b[len(b)-32:]
	}
	return append(make([]byte, 32-len(b)), b...)
}

// TestCookbook: the tokens of RFC 8037 appendix A and RFC 7520 §4.
func TestCookbook(t *testing.T) {
	var ed struct {
		Input  struct{ Key jws.JWK }
		Output struct{ Compact string }
	}
	vectors(t, &ed, "jose-cookbook", "curve25519", "jws.json")
	token, err := jws.Parse(ed.Output.Compact, jws.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ed.Input.Key.Public()
	if err != nil {
		t.Fatal(err)
	}
	if err := token.Verify(key); err != nil {
		t.Error(err)
	}
	if slices.Contains(jws.Algorithms, "HS256") {
		t.Error("a symmetric algorithm is permitted")
	}
}

// TestThumbprint is RFC 8037 appendix A.3.
func TestThumbprint(t *testing.T) {
	key, err := jws.JWK{Kty: "OKP", Crv: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}.Public()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := key.Thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"; got != want {
		t.Errorf("thumbprint %s, want %s", got, want)
	}
}

// TestSM2Standard: the signature of GM/T 0003.5-2012 appendix A.2 over "message digest",
// by the public key printed there; signer's identity 1234567812345678, which is the default.
func TestSM2Standard(t *testing.T) {
	key, err := jws.JWK{
		Kty: "EC", Crv: "SM2",
		X: jws.Encode(unhex(t, "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020")),
		Y: jws.Encode(unhex(t, "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13")),
	}.Public()
	if err != nil {
		t.Fatal(err)
	}
	sig := unhex(t, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"+
		"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if !key.Verify([]byte("message digest"), sig) {
		t.Error("the signature printed in the standard is refused")
	}
	sig[63] ^= 1
	if key.Verify([]byte("message digest"), sig) {
		t.Error("another one passes")
	}
	private, err := jws.FromSeed(jws.SM2, unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
	if err != nil {
		t.Fatal(err)
	}
	if !private.Public().Equal(key) {
		t.Error("the secret number printed there is not of that key")
	}
}
