package evidence_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"conurb/trust/evidence"
)

func signer(t testing.TB, name string) *evidence.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	skey, vkey, err := evidence.GenerateKey(strings.NewReader(string(seed[:])), name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := evidence.NewSigner(skey + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.VKey() != vkey {
		t.Fatalf("verifier key %s, want %s", s.VKey(), vkey)
	}
	return s
}

func TestSignedCheckpointsOpen(t *testing.T) {
	a, b := signer(t, "a.example/log"), signer(t, "b.example/log")
	in := evidence.Checkpoint{Origin: "a.example/log", Size: 7, Root: evidence.RecordHash(nil)}
	note, err := a.Sign(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := evidence.OpenCheckpoint(note, b.VKey(), a.VKey()); err != nil || got != in {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, bad := range map[string]struct {
		note string
		keys []string
	}{
		"another key": {string(note), []string{b.VKey()}},
		"no key":      {string(note), nil},
		"more leaves": {strings.Replace(string(note), "\n7\n", "\n8\n", 1), []string{a.VKey()}},
		"no note":     {"x", []string{a.VKey()}},
	} {
		if _, err := evidence.OpenCheckpoint([]byte(bad.note), bad.keys...); !errors.Is(err, evidence.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Sign(evidence.Checkpoint{Origin: "a", Root: evidence.EmptyRoot}); !errors.Is(err, evidence.ErrSize) {
		t.Errorf("an empty log was signed: %v", err)
	}
}

func TestCheckpointTextIsStrict(t *testing.T) {
	root := evidence.EmptyRoot.String()
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"a\n0\n" + root + "\n", true},
		{"a\n12\n" + root + "\nextension\n", true},
		{"a\n12\n" + root + "\n\n", false},
		{"\n12\n" + root + "\n", false},
		{"a\n012\n" + root + "\n", false},
		{"a\n-1\n" + root + "\n", false},
		{"a\n9223372036854775807\n" + root + "\n", false},
		{"a\n12\n" + root[1:] + "\n", false},
		{"a\n12\n" + root, false},
		{"a\n12\n", false},
		{"", false},
	} {
		if _, err := evidence.ParseCheckpoint(c.text); (err == nil) != c.ok {
			t.Errorf("ParseCheckpoint(%q): %v, want ok %v", c.text, err, c.ok)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b"} {
		if _, _, err := evidence.GenerateKey(strings.NewReader(strings.Repeat("x", 99)), name); err == nil {
			t.Errorf("key name %q was accepted", name)
		}
	}
	for _, s := range []string{"", "PRIVATE+KEY+a+00000000+AAAA", "secret"} {
		if _, err := evidence.NewSigner(s); err != evidence.ErrKey {
			t.Errorf("NewSigner(%q): %v; the message must not hold the key", s, err)
		}
	}
}
