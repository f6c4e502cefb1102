package sdjwt_test

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

func published(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "..", "shared", "data", "credentials"}, path...)...))
	if err != nil {
		t.Skip("no published vectors beside the repository: 1 test left out")
	}
	return b
}

// The keys of the examples in the texts.
var issuerJWK = jws.JWK{Kty: "EC", Crv: "P-256", X: "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ", Y: "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8"}

func squeezed(b []byte) string { return strings.Join(strings.Fields(string(b)), "") }

// TestPublishedPresentation verifies the presentation of OpenID4VP 1.0 to its end.
func TestPublishedPresentation(t *testing.T) {
	dir := []string{"openid4vp", "1.0", "examples", "sd_jwt_vcld", "01"}
	file := func(name string) []byte { return published(t, append(append([]string{}, dir...), name)...) }
	key, err := issuerJWK.Public()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sdjwt.Parse(squeezed(file("sd_jwt_presentation.txt")), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	var bound struct {
		Iat        int64
		Aud, Nonce string
	}
	if err := json.Unmarshal(file("kb_jwt_payload.json"), &bound); err != nil {
		t.Fatal(err)
	}
	now := time.Unix(bound.Iat+30, 0)
	claims, err := s.VerifyBound(key, sdjwt.Request{Audience: bound.Aud, Nonce: bound.Nonce}, now, sdjwt.Fresh{Age: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	want, err := strictjson.Decode(file("verified_contents.json"), strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, any(claims)); d != "" {
		t.Error(d)
	}
}

// TestPublishedIssuance verifies the credential of OpenID4VCI 1.0, and what each of its
// disclosures says.
func TestPublishedIssuance(t *testing.T) {
	text := published(t, "openid4vci", "1.0", "examples", "credential_response_sd_jwt_vc.txt")
	_, body, _ := strings.Cut(string(text), "\n\n")
	var response struct{ Credentials []struct{ Credential string } }
	if err := json.Unmarshal([]byte(squeezed([]byte(body))), &response); err != nil {
		t.Fatal(err)
	}
	s, err := sdjwt.Parse(response.Credentials[0].Credential, jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := issuerJWK.Public()
	claims, err := s.Verify(key)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := s.Hidden()
	if err != nil || len(hidden) != 9 || claims["family_name"] != "Doe" || claims["is_over_65"] != true {
		t.Errorf("%d disclosures, %v, %v", len(hidden), claims, err)
	}
}

// specification is an example as its authors describe it: what is issued, what the
// holder shows, and what the verifier sees.
type specification struct {
	Claims   yaml.Node `yaml:"user_claims"`
	Shown    yaml.Node `yaml:"holder_disclosed_claims"`
	Expected yaml.Node `yaml:"expect_verified_user_claims"`
	Decoys   bool      `yaml:"add_decoy_claims"`
	Binding  bool      `yaml:"key_binding"`
	JSON     string    `yaml:"serialization_format"`
}

// TestSpecifications issues, chooses, presents and verifies every example of the RFC, of
// SD-JWT VC and of the reference implementation.
func TestSpecifications(t *testing.T) {
	total := 0
	for _, dir := range []string{"sd-jwt-rfc/examples", "sd-jwt-python/examples", "sd-jwt-python/tests/testcases", "sd-jwt-vc-draft/examples"} {
		files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "credentials", filepath.FromSlash(dir), "*", "specification.yml"))
		for _, f := range files {
			total++
			t.Run(dir+"/"+filepath.Base(filepath.Dir(f)), func(t *testing.T) {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				var spec specification
				if err := yaml.Unmarshal(b, &spec); err != nil {
					t.Fatal(err)
				}
				spec.run(t)
			})
		}
	}
	if total == 0 {
		t.Skip("no published vectors beside the repository: 1 test left out")
	}
	if total < 40 {
		t.Errorf("%d specifications", total)
	}
}

func (spec *specification) run(t *testing.T) {
	issuer, holder := newKey(t, jws.ES256), newKey(t, jws.EdDSA)
	claims, _ := plain(t, &spec.Claims, true).(sdjwt.Object)
	b, _ := json.Marshal(holder.Public().JWK(""))
	cnf, _ := strictjson.Decode(b, strictjson.Limits{})
	claims["cnf"] = sdjwt.Object{"jwk": cnf}
	set := sdjwt.Settings{}
	if spec.Decoys {
		set.Decoys = 3
	}
	text, err := sdjwt.Issue(rand.Reader, issuer, map[string]any{"typ": "dc+sd-jwt"}, claims, set)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := sdjwt.Parse(text, jws.Algorithms...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := issued.Verify(issuer.Public())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(without(plain(t, &spec.Claims, false)), without(all)); d != "" {
		t.Fatalf("with everything shown: %s", d)
	}
	shown, err := issued.Choose(func(d sdjwt.Disclosure) bool { return wanted(&spec.Shown, d.Path) })
	if err != nil {
		t.Fatal(err)
	}
	r, now := sdjwt.Request{Audience: "https://verifier.example", Nonce: "n"}, time.Unix(1_700_000_000, 0)
	if text, err = shown.Bind(rand.Reader, holder, r, now); err != nil {
		t.Fatal(err)
	}
	read := func() (*sdjwt.Shown, error) { return sdjwt.Parse(text, jws.Algorithms...) }
	if spec.JSON == "json" {
		read = func() (*sdjwt.Shown, error) { return sdjwt.ParseJSON(asJSON(t, text), jws.Algorithms...) }
	}
	presented, err := read()
	if err != nil {
		t.Fatal(err)
	}
	got, err := presented.VerifyBound(issuer.Public(), r, now, sdjwt.Fresh{Age: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if spec.Expected.Kind == 0 {
		return // the example does not say
	}
	if d := cmp.Diff(without(plain(t, &spec.Expected, false)), without(got)); d != "" {
		t.Errorf("as the holder chose: %s", d)
	}
}

// without leaves out the holder's key, which the test has put in.
func without(v any) any {
	o := v.(sdjwt.Object)
	delete(o, "cnf")
	return any(o)
}

// plain is a YAML value as JSON has it; what is tagged !sd is hidden, or not.
func plain(t *testing.T, n *yaml.Node, hide bool) any {
	t.Helper()
	switch n.Kind {
	case yaml.DocumentNode:
		return plain(t, n.Content[0], hide)
	case yaml.MappingNode:
		o := sdjwt.Object{}
		for i := 0; i < len(n.Content); i += 2 {
			v := plain(t, n.Content[i+1], hide)
			if hide && n.Content[i].Tag == "!sd" {
				v = sdjwt.Hidden{Value: v}
			}
			o[n.Content[i].Value] = v
		}
		return o
	case yaml.SequenceNode:
		l := []any{}
		for _, c := range n.Content {
			v := plain(t, c, hide)
			if hide && c.Tag == "!sd" {
				v = sdjwt.Hidden{Value: v}
			}
			l = append(l, v)
		}
		return l
	}
	bare := *n
	if bare.Tag == "!sd" {
		bare.Tag = "" // what it is without the tag
		if bare.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			bare.Tag = "!!str"
		} else {
			var again yaml.Node
			if err := yaml.Unmarshal([]byte(n.Value), &again); err != nil || len(again.Content) != 1 {
				bare.Tag = "!!str"
			} else {
				bare = *again.Content[0]
			}
		}
	}
	switch bare.ShortTag() {
	case "!!int", "!!float":
		return json.Number(bare.Value)
	case "!!bool":
		v, err := strconv.ParseBool(strings.ToLower(bare.Value))
		if err != nil {
			t.Fatal(err)
		}
		return v
	case "!!null":
		return nil
	}
	return n.Value
}

// wanted tells whether the holder shows what is at a path: it is named, and its value
// is neither false nor none.
func wanted(n *yaml.Node, path []string) bool {
	if len(path) == 0 {
		return n.Kind != 0 && !(n.Kind == yaml.ScalarNode && (strings.EqualFold(n.Value, "false") || n.Value == "None" || n.ShortTag() == "!!null"))
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == path[0] {
				return wanted(n.Content[i+1], path[1:])
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(path[0]); err == nil && i < len(n.Content) {
			return wanted(n.Content[i], path[1:])
		}
	}
	return false
}

// asJSON is the flattened JSON serialization of a presentation.
func asJSON(t *testing.T, text string) []byte {
	t.Helper()
	parts := strings.Split(text, "~")
	token := strings.Split(parts[0], ".")
	header := map[string]any{"disclosures": parts[1 : len(parts)-1]}
	if kb := parts[len(parts)-1]; kb != "" {
		header["kb_jwt"] = kb
	}
	b, err := json.Marshal(map[string]any{"protected": token[0], "payload": token[1], "signature": token[2], "header": header})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newKey(t testing.TB, alg jws.Algorithm) *jws.Private {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
