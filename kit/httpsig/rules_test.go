package httpsig_test

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
)

func unix(n int64) time.Time { return time.Unix(n, 0) }

var noon = time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC)

func keyFor(t testing.TB, alg jws.Algorithm) *jws.Private {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func order() *httpsig.Message {
	m := &httpsig.Message{Method: "POST", Scheme: "https", Authority: "xiangtan.example", Target: "/node/messages?x=1", Body: []byte(`{"a":1}`)}
	m.Set("Content-Type", "application/json")
	m.Set("Content-Digest", httpsig.Digest(m.Body))
	return m
}

func params() httpsig.Params {
	return httpsig.Params{Created: noon, Expires: noon.Add(time.Minute), Nonce: "n1", KeyID: "changsha", Tag: httpsig.Node.Tag}
}

func sign(t testing.TB, m *httpsig.Message, key *jws.Private, cover []string, p httpsig.Params) *httpsig.Message {
	t.Helper()
	s, err := httpsig.New("node", cover, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := httpsig.Sign(rand.Reader, m, key, s); err != nil {
		t.Fatal(err)
	}
	return m
}

func verify(m *httpsig.Message, now time.Time, key *jws.Private) (*httpsig.Signature, error) {
	return httpsig.Node.Verify(m, now, func(id string) (httpsig.Key, bool) { return httpsig.Public{Public: key.Public()}, id == "changsha" })
}

func TestEveryAlgorithmOfNodes(t *testing.T) {
	for _, alg := range jws.Algorithms {
		key := keyFor(t, alg)
		s, err := verify(sign(t, order(), key, httpsig.Node.Require, params()), noon, key)
		if err != nil || s.Nonce != "n1" || s.KeyID != "changsha" || !s.Created.Equal(noon) {
			t.Errorf("%s: %+v, %v", alg, s, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	key, stranger := keyFor(t, jws.EdDSA), keyFor(t, jws.EdDSA)
	sent := func(f func(p *httpsig.Params)) *httpsig.Message {
		p := params()
		f(&p)
		return sign(t, order(), key, httpsig.Node.Require, p)
	}
	after := func(f func(m *httpsig.Message)) *httpsig.Message {
		m := sign(t, order(), key, httpsig.Node.Require, params())
		f(m)
		return m
	}
	uncovered := func(name string) *httpsig.Message {
		cover := slices.DeleteFunc(slices.Clone(httpsig.Node.Require), func(c string) bool { return c == name })
		return sign(t, order(), key, cover, params())
	}
	for _, c := range []struct {
		name string
		m    *httpsig.Message
		at   time.Duration
		want string
	}{
		{"nothing is signed", order(), 0, httpsig.NoSignature},
		{"signed for something else", sent(func(p *httpsig.Params) { p.Tag = "other" }), 0, httpsig.NoSignature},
		{"two signatures for it", after(func(m *httpsig.Message) {
			s, _ := httpsig.New("second", httpsig.Node.Require, params())
			if err := httpsig.Sign(rand.Reader, m, key, s); err != nil {
				t.Fatal(err)
			}
		}), 0, httpsig.Ambiguous},
		{"another body", after(func(m *httpsig.Message) { m.Body = []byte(`{"a":2}`) }), 0, httpsig.OtherBody},
		{"another body and its digest", after(func(m *httpsig.Message) {
			m.Body = []byte(`{"a":2}`)
			m.Set("Content-Digest", httpsig.Digest(m.Body))
		}), 0, httpsig.Forged},
		{"the digest taken away", after(func(m *httpsig.Message) {
			m.Fields = slices.DeleteFunc(m.Fields, func(f httpsig.Field) bool { return f.Name == "Content-Digest" })
		}), 0, httpsig.NotDerived},
		{"another method", after(func(m *httpsig.Message) { m.Method = "PUT" }), 0, httpsig.Forged},
		{"another node", after(func(m *httpsig.Message) { m.Authority = "zhuzhou.example" }), 0, httpsig.Forged},
		{"another query", after(func(m *httpsig.Message) { m.Target = "/node/messages?x=2" }), 0, httpsig.Forged},
		{"a second field", after(func(m *httpsig.Message) {
			m.Fields = append(m.Fields, httpsig.Field{Name: "content-type", Value: "text/html"})
		}), 0, httpsig.Forged},
		{"the body is not signed", uncovered("content-digest"), 0, httpsig.NotCovered},
		{"the target is not signed", uncovered("@request-target"), 0, httpsig.NotCovered},
		{"the node is not signed", uncovered("@authority"), 0, httpsig.NotCovered},
		{"no moment", sent(func(p *httpsig.Params) { p.Created = time.Time{} }), 0, httpsig.NoCreated},
		{"no end", sent(func(p *httpsig.Params) { p.Expires = time.Time{} }), 0, httpsig.NoExpires},
		{"no nonce", sent(func(p *httpsig.Params) { p.Nonce = "" }), 0, httpsig.NoNonce},
		{"ended", sent(func(*httpsig.Params) {}), 3 * time.Minute, httpsig.Expired},
		{"ended before it began", sent(func(p *httpsig.Params) { p.Expires = noon.Add(-time.Second) }), 0, httpsig.Expired},
		{"too old, though without end in sight", sent(func(p *httpsig.Params) { p.Expires = noon.Add(24 * time.Hour) }), 7 * time.Minute, httpsig.TooOld},
		{"from the future", sent(func(*httpsig.Params) {}), -2 * time.Minute, httpsig.Future},
		{"an unknown key", sent(func(p *httpsig.Params) { p.KeyID = "nobody" }), 0, httpsig.UnknownKey},
		{"another's key", sign(t, order(), stranger, httpsig.Node.Require, params()), 0, httpsig.Forged},
		{"says another algorithm", after(func(m *httpsig.Message) {
			m.Set("Signature-Input", m.Get("Signature-Input")[0]+`;alg="hmac-sha256"`)
		}), 0, httpsig.OtherAlg},
		{"a label twice", after(func(m *httpsig.Message) {
			m.Fields = append(m.Fields, httpsig.Field{Name: "Signature-Input", Value: m.Get("Signature-Input")[0]})
		}), 0, httpsig.Malformed},
		{"a label without its value", after(func(m *httpsig.Message) {
			m.Fields = append(m.Fields, httpsig.Field{Name: "Signature-Input", Value: "b=()"})
		}), 0, httpsig.Malformed},
		{"a component twice", after(func(m *httpsig.Message) {
			m.Set("Signature-Input", strings.Replace(m.Get("Signature-Input")[0], "(", `("@method" `, 1))
		}), 0, httpsig.Malformed},
		{"its own parameters covered", after(func(m *httpsig.Message) {
			m.Set("Signature-Input", strings.Replace(m.Get("Signature-Input")[0], "(", `("@signature-params" `, 1))
		}), 0, httpsig.Malformed},
		{"a moment in words", after(func(m *httpsig.Message) {
			m.Set("Signature-Input", strings.Replace(m.Get("Signature-Input")[0], "created=", `created="x";was=`, 1))
		}), 0, httpsig.Malformed},
		{"a field too long", after(func(m *httpsig.Message) { m.Set("Signature", strings.Repeat("a", 20000)) }), 0, httpsig.Malformed},
		{"cut off", after(func(m *httpsig.Message) { v := m.Get("Signature")[0]; m.Set("Signature", v[:len(v)-5]) }), 0, httpsig.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(c.m, noon.Add(c.at), key)
			var no *httpsig.Refusal
			if !errors.As(err, &no) || no.Code != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestAKeyOfAnotherAlgorithmIsNotTaken(t *testing.T) {
	key := keyFor(t, jws.EdDSA)
	m := sign(t, order(), key, httpsig.Node.Require, params())
	_, err := httpsig.Node.Verify(m, noon, func(string) (httpsig.Key, bool) {
		return other{"hmac-sha256", func(_, _ []byte) bool { return true }}, true
	})
	var no *httpsig.Refusal
	if !errors.As(err, &no) || no.Code != httpsig.Weak {
		t.Errorf("got %v, want %s", err, httpsig.Weak)
	}
}

func TestDigests(t *testing.T) {
	sum := httpsig.Digest([]byte("x"))
	for _, c := range []struct{ name, field, want string }{
		{"by SHA-256", sum, ""},
		{"and by one nobody should use", sum + ", md5=:AAAA:", ""},
		{"only by one nobody should use", "md5=:AAAA:", httpsig.WeakDigest},
		{"one fits and one does not", sum + ", sha-512=:AAAA:", httpsig.OtherBody},
		{"twice", sum + ", " + sum, httpsig.Malformed},
		{"twice behind a string that ends in a backslash", `a=%"\", ` + sum + ", " + sum, httpsig.Malformed},
		{"no bytes", `sha-256="x"`, httpsig.Malformed},
		{"no dictionary", "???", httpsig.Malformed},
	} {
		m := &httpsig.Message{Body: []byte("x"), Fields: []httpsig.Field{{Name: "content-digest", Value: c.field}}}
		err := httpsig.CheckDigest(m)
		var no *httpsig.Refusal
		if errors.As(err, &no) != (c.want != "") || no != nil && no.Code != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestComponentsThatCannotBeDerived(t *testing.T) {
	m := order()
	m.Fields = append(m.Fields, httpsig.Field{Name: "odd", Value: "ü"}, httpsig.Field{Name: "split", Value: "a\nb"})
	m.Target = "/p?a=1&a=2&b=%ff"
	for _, text := range []string{
		"absent", "@status", "@nothing", "@query-param", `"@query-param";name="a"`, `"@query-param";name="b"`, `"@query-param";name="c"`,
		`"content-digest";req`, `"content-type";sf`, `"content-type";key="a"`, `"content-digest";key="md5"`, `"content-digest";bs;sf`,
		`"content-digest";bs;key="sha-256"`, `"@method";tr`, `"content-type";tr`, `"content-type";unknown`, `"content-type";sf=?0`, "odd", "split",
	} {
		s, err := httpsig.New("x", []string{text}, httpsig.Params{})
		if err == nil {
			_, err = s.Base(m)
		}
		if !errors.Is(err, httpsig.ErrComponent) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"Content-Type", "", `"a`, `"a" "b"`, "@signature-params"} {
		if _, err := httpsig.New("x", []string{text}, httpsig.Params{}); !errors.Is(err, httpsig.ErrComponent) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := httpsig.New("x", []string{`"a";key="k";req`, `"a";req;key="k"`}, httpsig.Params{}); !errors.Is(err, httpsig.ErrComponent) {
		t.Errorf("one component in two orders of its parameters: %v", err)
	}
}

func TestAuthorities(t *testing.T) {
	for _, c := range []struct{ scheme, authority, target, want, uri string }{
		{"https", "WWW.Example.COM", "/a", "www.example.com", "https://www.example.com/a"},
		{"https", "a.example:443", "/", "a.example", "https://a.example/"},
		{"http", "a.example:443", "/", "a.example:443", "http://a.example:443/"},
		{"http", "a.example:80", "*", "a.example", "http://a.example"},
		{"http", "ignored", "https://b.example:8443?x", "b.example:8443", "https://b.example:8443?x"},
	} {
		m := &httpsig.Message{Method: "GET", Scheme: c.scheme, Authority: c.authority, Target: c.target}
		s, err := httpsig.New("x", []string{"@authority", "@target-uri"}, httpsig.Params{})
		if err != nil {
			t.Fatal(err)
		}
		base, err := s.Base(m)
		want := "\"@authority\": " + c.want + "\n\"@target-uri\": " + c.uri + "\n"
		if err != nil || !strings.HasPrefix(base, want) {
			t.Errorf("%+v: %q, %v", c, base, err)
		}
	}
}

// TestNoByteCanBeChanged: whatever is changed in what is signed, or in the signature, the
// message is not taken.
func TestNoByteCanBeChanged(t *testing.T) {
	key := keyFor(t, jws.EdDSA)
	whole := sign(t, order(), key, httpsig.Node.Require, params())
	rapid.Check(t, func(t *rapid.T) {
		m := *whole
		m.Fields = slices.Clone(whole.Fields)
		m.Body = slices.Clone(whole.Body)
		change := func(s string) string {
			b := []byte(s)
			i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b[i] ^= byte(1 + rapid.IntRange(0, 254).Draw(t, "by"))
			return string(b)
		}
		switch what := rapid.IntRange(0, len(m.Fields)+1).Draw(t, "what"); what {
		case len(m.Fields):
			m.Body = []byte(change(string(m.Body)))
		case len(m.Fields) + 1:
			m.Target = change(m.Target)
		default:
			m.Fields[what].Value = change(m.Fields[what].Value)
		}
		got, err := verify(&m, noon, key)
		if err != nil {
			return
		}
		// A change that leaves the same signed text, such as another label or space around a
		// value, is no change.
		base, _ := got.Base(&m)
		was, _ := httpsig.Signatures(whole)
		if want, _ := was[0].Base(whole); base != want || sha256.Sum256(m.Body) != sha256.Sum256(whole.Body) {
			t.Fatalf("taken: %+v", m)
		}
	})
}

func FuzzSignatures(f *testing.F) {
	for _, b := range []string{`a=("@method");created=1`, `a=("x";key="b";req "@query-param";name="n")`, `a=(`, `a=();x=%"é"`, ``} {
		f.Add(b, "a=:AAAA:", "sha-256=:AAAA:", "/p?n=%41+b")
	}
	f.Fuzz(func(t *testing.T, input, value, digest, target string) {
		m := &httpsig.Message{Method: "POST", Scheme: "https", Authority: "a.example", Target: target, Fields: []httpsig.Field{
			{Name: "Signature-Input", Value: input}, {Name: "Signature", Value: value}, {Name: "Content-Digest", Value: digest}}}
		all, err := httpsig.Signatures(m)
		if err != nil {
			return
		}
		for _, s := range all {
			base, err := s.Base(m)
			if err != nil {
				continue
			}
			if lines := strings.Count(base, "\n"); lines != len(s.Cover) {
				t.Errorf("%d lines for %d components: %q", lines, len(s.Cover), base)
			}
			for _, c := range s.Cover {
				if !s.Covers(c) {
					t.Errorf("%s is covered and is not", c)
				}
			}
		}
		_, err = httpsig.Node.Verify(m, noon, func(string) (httpsig.Key, bool) { return nil, false })
		var no *httpsig.Refusal
		if !errors.As(err, &no) {
			t.Errorf("taken: %v", err)
		}
	})
}
