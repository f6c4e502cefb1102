package osmpbf

import (
	"bytes"
	"errors"
	"testing"
)

func TestLz4GivesWhatWasPacked(t *testing.T) {
	deflated(func(plain, _ []byte) {
		if len(plain) > 5000 && testing.Short() {
			return
		}
		packed := lz4(plain)
		got := make([]byte, len(plain))
		if err := unlz4(got, packed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes from %d: %v", len(plain), len(packed), err)
		}
		if err := unlz4(make([]byte, len(plain)+1), packed); !errors.Is(err, errShorter) {
			t.Fatalf("one byte less than stated: %v", err)
		}
		if len(plain) > 0 {
			if err := unlz4(got[1:], packed); !errors.Is(err, errLonger) {
				t.Fatalf("one byte more than stated: %v", err)
			}
		}
	})
}

func TestLz4(t *testing.T) {
	for _, c := range []struct {
		name   string
		packed []byte
		plain  string
		err    error
	}{
		{"nothing", []byte{0}, "", nil},
		{"literals", []byte("\x50hello"), "hello", nil},
		{"a match", []byte("\x30abc\x03\x00\x50hello"), "abcabcahello", nil},
		{"a match into itself", []byte("\x1fa\x01\x00\x00\x00"), "aaaaaaaaaaaaaaaaaaaa", nil},
		{"lengths of 15 and more", []byte("\xf0\x02abcdefghijklmnopq"), "abcdefghijklmnopq", nil},
		{"no bytes", nil, "", errLz4},
		{"literals cut", []byte("\x50hell"), "hello", errLz4},
		{"length cut", []byte("\xf0\xff"), "hello", errLz4},
		{"offset cut", []byte("\x30abc\x03"), "abc", errLz4},
		{"offset 0", []byte("\x30abc\x00\x00\x50hello"), "abcabcahello", errLz4},
		{"offset before the beginning", []byte("\x30abc\x04\x00\x50hello"), "abcabcahello", errLz4},
		{"match at the end", []byte("\x30abc\x03\x00"), "abcabca", errLz4},
	} {
		got := make([]byte, len(c.plain))
		err := unlz4(got, c.packed)
		if !errors.Is(err, c.err) || err == nil && string(got) != c.plain {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}
