package cwt_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/cwt"
)

// TestBase45Examples are those of RFC 9285 §4.3 and §4.4.
func TestBase45Examples(t *testing.T) {
	for _, c := range []struct{ plain, text string }{
		{"AB", "BB8"}, {"Hello!!", "%69 VD92EX0"}, {"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"}, {"", ""},
	} {
		if got := cwt.Base45([]byte(c.plain)); got != c.text {
			t.Errorf("%q: %q, want %q", c.plain, got, c.text)
		}
		if got, err := cwt.FromBase45(c.text); err != nil || string(got) != c.plain {
			t.Errorf("%q: %q, %v, want %q", c.text, got, err, c.plain)
		}
	}
}

func TestBase45Refused(t *testing.T) {
	for name, text := range map[string]string{
		"a character alone": "A", "four characters": "BB8A", "small letters": "bb8", "beyond two bytes (RFC 9285 §6)": "GGW",
		"beyond a byte": "::", "outside the alphabet": "BB!", "a line break": "BB\n", "beyond ASCII": "BBé",
	} {
		if b, err := cwt.FromBase45(text); !errors.Is(err, cwt.ErrBase45) {
			t.Errorf("%s: %x, %v", name, b, err)
		}
	}
}

func TestBase45ComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		if got, err := cwt.FromBase45(cwt.Base45(b)); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%x, %v, want %x", got, err, b)
		}
	})
}

func FuzzFromBase45(f *testing.F) {
	f.Add("BB8")
	f.Fuzz(func(t *testing.T, s string) {
		if b, err := cwt.FromBase45(s); err == nil && cwt.Base45(b) != s {
			t.Fatalf("%q is not the one text of %x", s, b)
		}
	})
}
