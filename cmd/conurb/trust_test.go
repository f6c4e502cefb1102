package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"conurb/locale"
)

func TestEveryRefusalOfTrustHasWords(t *testing.T) {
	for _, r := range trustRefusals {
		for _, lang := range locale.Languages {
			if !locale.Has(lang, r.key) {
				t.Errorf("%s: %s has no text", lang, r.key)
			}
		}
	}
}

func TestAges(t *testing.T) {
	s := &session{lang: "en"}
	for seconds, want := range map[string]string{
		"0": "0 s", "59": "59 s", "60": "1 min", "61": "1 min 1 s", "3600": "1 h", "3659": "1 h", "90061": "1 d 1 h", "8640000": "100 d", "": "",
	} {
		if got := s.age(seconds); got != want {
			t.Errorf("%s s: %q, want %q", seconds, got, want)
		}
	}
}

// A passphrase is taken from the environment alone: no flag of these commands takes one.
func TestNoFlagTakesAPassphrase(t *testing.T) {
	for _, name := range []string{"key", "propose", "sign", "publish"} {
		var out bytes.Buffer
		if code := run(context.Background(), []string{"trust", name, "--help"}, nil, &out, &out, func(string) string { return "" }); code != 0 || strings.Contains(out.String(), "--passphrase") {
			t.Errorf("trust %s: exit %d: %s", name, code, out.String())
		}
	}
}
