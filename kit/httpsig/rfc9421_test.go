package httpsig_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
)

// rfc finds the text of a standard beside the repository.
func rfc(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "credentials", "rfc9421", "archive", name))
	if err != nil {
		t.Skipf("left out: the examples of %s are not beside the repository: %v", name, err)
	}
	// The text at hand shows the test response with a digest that is not of its body; the
	// base and the signature of B.2.4 have the right one, and so has the RFC as published.
	return strings.ReplaceAll(string(b), `sha-512=:JlEy2bfUz7WrWIjc1qV6KVLpdr/7L5/L4h7Sxvh6sN\
  HpDQWDCL+GauFQWcZBvVDhiyOnAQsxzZFYwi0wDH+1pw==:`, `sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ4\
  1QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:`)
}

// block is an example of the text, without the folds of RFC 8792.
type block struct {
	line int
	http bool
	text string
}

var fold = regexp.MustCompile(`\\\n[ \t]*`)

func blocks(text string) []block {
	var out []block
	var open *block
	for i, l := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(l, "~~~") && open == nil:
			open = &block{line: i + 1, http: strings.Contains(l, "http-message")}
		case strings.HasPrefix(l, "~~~"):
			open.text = strings.TrimPrefix(open.text, "NOTE: '\\' line wrapping per RFC 8792\n\n")
			open.text = fold.ReplaceAllString(open.text, "")
			out, open = append(out, *open), nil
		case open != nil:
			open.text += l + "\n"
		}
	}
	return out
}

// message reads an HTTP/1.1 message, or fields alone.
func message(text string) *httpsig.Message {
	m := &httpsig.Message{Scheme: "https", Types: map[string]httpsig.Structure{"example-dict": httpsig.Dictionary}}
	head, body, _ := strings.Cut(text, "\n\n")
	m.Body = []byte(strings.Trim(body, "\n"))
	for i, l := range strings.Split(strings.TrimRight(head, "\n"), "\n") {
		if i == 0 && strings.HasPrefix(l, "HTTP/1.1 ") {
			m.Status, _ = strconv.Atoi(strings.Fields(l)[1])
			continue
		}
		if i == 0 && strings.HasSuffix(l, " HTTP/1.1") {
			part := strings.Fields(l)
			m.Method, m.Target = part[0], part[1]
			continue
		}
		if strings.HasPrefix(l, " ") {
			m.Fields[len(m.Fields)-1].Value += "\n" + l
			continue
		}
		name, value, _ := strings.Cut(l, ":")
		m.Fields = append(m.Fields, httpsig.Field{Name: name, Value: strings.ReplaceAll(value, "(SP)", " ")})
	}
	if host := m.Get("Host"); len(host) > 0 {
		m.Authority = host[0]
	}
	if m.Status == 0 && m.Method == "" {
		m.Method, m.Target, m.Authority = "GET", "/", "example.com"
	}
	return m
}

// other is a key of an algorithm that nodes do not use.
type other struct {
	name   string
	verify func(base, signature []byte) bool
}

func (o other) Algorithm() string            { return o.name }
func (o other) Verify(base, sig []byte) bool { return o.verify(base, sig) }

// exampleKeys are those of appendix B.1.
func exampleKeys(t testing.TB, all []block) map[string]httpsig.Key {
	t.Helper()
	keys := map[string]httpsig.Key{}
	for _, b := range all {
		var j struct {
			jws.JWK
			KID string `json:"kid"`
		}
		if strings.HasPrefix(b.text, "{") && json.Unmarshal([]byte(b.text), &j) == nil && (j.KID == "test-key-ecc-p256" || j.KID == "test-key-ed25519") {
			p, err := j.JWK.Public()
			if err != nil {
				t.Fatal(err)
			}
			keys[j.KID] = httpsig.Public{Public: p}
		}
		if p, _ := pem.Decode([]byte(b.text)); p != nil && p.Type == "RSA PUBLIC KEY" {
			k, err := x509.ParsePKCS1PublicKey(p.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			keys["test-key-rsa"] = other{"rsa-v1_5-sha256", func(base, sig []byte) bool {
				sum := sha256.Sum256(base)
				return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], sig) == nil
			}}
		}
		if p, _ := pem.Decode([]byte(b.text)); p != nil && p.Type == "PUBLIC KEY" && len(p.Bytes) > 200 {
			// Marked id-RSASSA-PSS, which x509 does not read: the key itself is the bit string.
			at := bytes.Index(p.Bytes, []byte{0x03, 0x82, 0x01, 0x0f, 0x00})
			k, err := x509.ParsePKCS1PublicKey(p.Bytes[at+5:])
			if err != nil {
				t.Fatal(err)
			}
			keys["test-key-rsa-pss"] = other{"rsa-pss-sha512", func(base, sig []byte) bool {
				sum := sha512.Sum512(base)
				return rsa.VerifyPSS(k, crypto.SHA512, sum[:], sig, &rsa.PSSOptions{SaltLength: 64}) == nil
			}}
		}
		if strings.HasPrefix(b.text, "uzvJfB4u3N0") {
			secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(b.text))
			if err != nil {
				t.Fatal(err)
			}
			keys["test-shared-secret"] = other{"hmac-sha256", func(base, sig []byte) bool {
				h := hmac.New(sha256.New, secret)
				h.Write(base)
				return hmac.Equal(h.Sum(nil), sig)
			}}
		}
	}
	if len(keys) != 5 {
		t.Fatalf("%d keys", len(keys))
	}
	return keys
}

// TestEverySignatureOfTheText verifies every signature that RFC 9421 shows, and compares
// every signature base that it shows.
func TestEverySignatureOfTheText(t *testing.T) {
	all := blocks(rfc(t, "draft-ietf-httpbis-message-signatures.md"))
	keys := exampleKeys(t, all)
	bases := map[string]bool{}
	var request, response *httpsig.Message // that are unsigned yet, or what a response answers
	verified := 0
	for _, b := range all {
		if !b.http && !strings.HasPrefix(b.text, "POST ") {
			continue
		}
		m := message(b.text)
		whole := strings.Contains(strings.SplitN(b.text, "\n", 2)[0], "HTTP/1.1")
		if whole {
			m.Request = request
		}
		if whole && m.Status == 0 {
			request = m
		} else if whole {
			response = m
		}
		if len(m.Get("Signature")) == 0 || len(m.Get("Signature-Input")) == 0 {
			continue // chapter 4 shows the two fields one by one, of a message shown whole before
		}
		if !whole { // the fields of a signature over the test request or the test response
			signed := *request
			if strings.Contains(b.text, "@status") {
				signed = *response
			}
			signed.Fields = append(signed.Fields[:len(signed.Fields):len(signed.Fields)], m.Fields...)
			m = &signed
		}
		sigs, err := httpsig.Signatures(m)
		if err != nil {
			t.Errorf("line %d: %v", b.line, err)
			continue
		}
		for _, s := range sigs {
			want := true
			if s.Label == "transform" && (m.Method == "POST" || m.Get("Accept")[0] == "*/*") {
				want = false // B.4: altered in what is covered
			}
			if s.Label == "sig1" && m.Authority == "origin.host.internal.example" {
				want = false // 4.3: the proxy has changed the authority
			}
			base, err := s.Base(m)
			if err != nil {
				t.Errorf("line %d, %s: %v", b.line, s.Label, err)
				continue
			}
			bases[base] = true
			if got := keys[s.KeyID].Verify([]byte(base), s.Value); got != want {
				t.Errorf("line %d, %s: verified %t, want %t; base\n%s", b.line, s.Label, got, want, base)
			}
			verified++
		}
	}
	if verified < 17 {
		t.Errorf("%d signatures verified", verified)
	}
	compared := 0
	for _, b := range all {
		if !strings.Contains(b.text, `"@signature-params": `) || !strings.HasPrefix(b.text, `"`) {
			continue
		}
		compared++
		if !bases[strings.TrimRight(b.text, "\n")] {
			t.Errorf("line %d: no message gave this base:\n%s", b.line, b.text)
		}
	}
	if compared < 11 {
		t.Errorf("%d bases compared", compared)
	}
}

// TestEveryComponentOfTheText derives every single component that chapter 2 shows.
func TestEveryComponentOfTheText(t *testing.T) {
	all := blocks(rfc(t, "draft-ietf-httpbis-message-signatures.md"))
	var m, before *httpsig.Message // the text shows two for one base in §2.1.3
	derived := 0
	for _, b := range all {
		if b.line > 926 { // of chapter 2 until the parameters of a signature
			break
		}
		if b.http || strings.HasPrefix(b.text, "X-Empty") {
			before, m = m, message(b.text)
			if head, trailer, ok := strings.Cut(b.text, "\n0\n"); ok {
				m = message(head)
				m.Trailers = message(trailer).Fields
			}
			continue
		}
		if !strings.HasPrefix(b.text, `"`) || strings.Contains(b.text, "façade") {
			continue
		}
		for _, l := range strings.Split(strings.TrimSpace(b.text), "\n") {
			id, want, _ := strings.Cut(strings.ReplaceAll(l, "(SP)", " "), "\": ")
			id += `"`
			if !strings.Contains(l, "\": ") || strings.Contains(id, ";") {
				i := strings.LastIndex(l, ": ")
				if j := strings.Index(l, ": :"); j >= 0 {
					i = j
				}
				if i < 0 {
					i = strings.LastIndex(l, ":(SP)")
				}
				id, want = l[:i], strings.TrimPrefix(strings.ReplaceAll(l[i+1:], "(SP)", " "), " ")
			}
			at := *m
			if id == `"@scheme"` {
				at.Scheme = "http" // "requested over plain HTTP"
			}
			if want == "?" {
				at.Target = "/path"
			}
			s, err := httpsig.New("x", []string{id}, httpsig.Params{})
			if err != nil {
				t.Errorf("line %d: %v", b.line, err)
				continue
			}
			base, err := s.Base(&at)
			if strings.Contains(want, ", :") {
				base, err = s.Base(before)
			}
			got := strings.SplitN(base, "\n", 2)[0]
			if err != nil || got != id+": "+want {
				t.Errorf("line %d: %q, %v; want %q", b.line, got, err, id+": "+want)
			}
			derived++
		}
	}
	if derived < 30 {
		t.Errorf("%d components derived", derived)
	}
}

// TestEd25519IsSignedAsInTheText: the signature of B.2.6 is reproduced byte for byte.
func TestEd25519IsSignedAsInTheText(t *testing.T) {
	seed, _ := base64.RawURLEncoding.DecodeString("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU")
	key, err := jws.FromSeed(jws.EdDSA, seed)
	if err != nil {
		t.Fatal(err)
	}
	m := message("POST /foo?param=Value&Pet=dog HTTP/1.1\nHost: example.com\nDate: Tue, 20 Apr 2021 02:07:55 GMT\nContent-Type: application/json\nContent-Length: 18\n\n{\"hello\": \"world\"}")
	s, err := httpsig.New("sig-b26", []string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
		httpsig.Params{Created: unix(1618884473), KeyID: "test-key-ed25519"})
	if err != nil {
		t.Fatal(err)
	}
	if err := httpsig.Sign(rand.Reader, m, key, s); err != nil {
		t.Fatal(err)
	}
	const want = `sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:`
	if got := m.Get("Signature")[0]; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestEveryDigestOfTheText holds the bodies of RFC 9530's examples to their digests.
func TestEveryDigestOfTheText(t *testing.T) {
	n := 0
	for _, b := range blocks(rfc(t, "draft-ietf-httpbis-message-signatures.md")) {
		m := message(b.text)
		if len(m.Get("Content-Digest")) == 0 || len(m.Body) == 0 {
			continue
		}
		n++
		if err := httpsig.CheckDigest(m); err != nil {
			t.Errorf("line %d: %v", b.line, err)
		}
	}
	if n < 8 {
		t.Errorf("%d digests", n)
	}
}
