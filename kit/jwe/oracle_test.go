package jwe

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

func shared(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "..", "shared", "data", "credentials"}, path...)...))
	if err != nil {
		t.Skipf("no %s beside the repository: 1 test left out", path[len(path)-1])
	}
	return b
}

func private(t *testing.T, d string) *Private {
	t.Helper()
	b, err := jws.Decode(d)
	if err != nil {
		t.Fatal(err)
	}
	k, err := FromSeed(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestAgreementOfTheText derives the key of RFC 7518, appendix C, at both ends.
func TestAgreementOfTheText(t *testing.T) {
	alice, bob := private(t, "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"), private(t, "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw")
	if x := bob.Public("").JWK()["x"]; x != "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ" {
		t.Errorf("x of Bob is %v", x)
	}
	for _, ends := range [][2]*Private{{alice, bob}, {bob, alice}} {
		z, err := ends[0].k.ECDH(ends[1].k.PublicKey())
		if err != nil {
			t.Fatal(err)
		}
		if got := jws.Encode(derive(z, "A128GCM", []byte("Alice"), []byte("Bob"), 16)); got != "VqqN6vgjbSBcIijNcacQGg" {
			t.Errorf("derived %s", got)
		}
	}
}

// TestAnswerOfTheText decrypts the encrypted answer that OpenID4VP 1.0 prints (§8.3).
func TestAnswerOfTheText(t *testing.T) {
	text := string(shared(t, "openid4vp", "1.0", "openid-4-verifiable-presentations-1_0.md"))
	m := regexp.MustCompile(`(?s)"response" : "(.*?)"`).FindStringSubmatch(text)
	if m == nil {
		t.Fatal("the text prints no encrypted answer")
	}
	got, err := Decrypt(strings.Join(strings.Fields(m[1]), ""), private(t, "Et-3ce0omz8_TuZ96Df9lp0GAaaDoUnDe6X-CRO7Aww"), "ac")
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Token map[string][]string `json:"vp_token"`
	}
	if err := json.Unmarshal(got, &o); err != nil || len(o.Token["example_credential_id"]) != 1 || !strings.HasPrefix(o.Token["example_credential_id"][0], "eyJhb") {
		t.Errorf("decrypted to %s: %v", got, err)
	}
}

// TestWycheproof holds to the vectors for keys on P-256: those of ECDH-ES with A128GCM or A256GCM are
// decrypted, all others refused.
func TestWycheproof(t *testing.T) {
	var all struct {
		TestGroups []struct {
			Private map[string]any
			Tests   []struct {
				ID                       int `json:"tcId"`
				PT, JWE, Result, Comment string
			}
		}
	}
	if err := json.Unmarshal(shared(t, "wycheproof", "testvectors_v1", "json_web_encryption_test.json"), &all); err != nil {
		t.Fatal(err)
	}
	opened, refused := 0, 0
	for _, g := range all.TestGroups {
		if g.Private["crv"] != "P-256" {
			continue
		}
		key, id := private(t, g.Private["d"].(string)), ""
		if kid, ok := g.Private["kid"].(string); ok {
			id = kid
		}
		for _, c := range g.Tests {
			raw, _ := jws.Decode(strings.Split(c.JWE, ".")[0])
			h, _ := strictjson.DecodeObject(raw, strictjson.Limits{})
			want := c.Result == "valid" && h["alg"] == "ECDH-ES" && (h["enc"] == "A128GCM" || h["enc"] == "A256GCM")
			got, err := Decrypt(c.JWE, key, id)
			if want != (err == nil) || want && hex.EncodeToString(got) != c.PT {
				t.Errorf("%d (%s): %x, %v", c.ID, c.Comment, got, err)
			}
			if want {
				opened++
			} else {
				refused++
			}
		}
	}
	if opened < 2 || refused < 40 {
		t.Errorf("only %d decrypted and %d refused", opened, refused)
	}
}
