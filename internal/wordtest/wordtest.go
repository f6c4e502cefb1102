// Package wordtest holds what rooms say by codes to having words, in every language that people
// read. It reads the files of locale/ as they lie there, one of a room: a word in another room's
// file is not found.
package wordtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"conurb/locale"
)

// Of are the words of a room in a language, by key.
func Of(t testing.TB, lang, room string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root(t), "locale", lang, room+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatalf("%s of %s: %v", lang, room, err)
	}
	return words
}

// Need demands keys of a room.
func Need(t testing.TB, room string, keys ...string) {
	t.Helper()
	if len(keys) == 0 {
		t.Fatal("no key is demanded: the test would hold nothing")
	}
	for _, lang := range locale.Languages {
		words := Of(t, lang, room)
		for _, key := range keys {
			if words[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}

// Exactly demands keys of a room, and that it has no other.
func Exactly(t testing.TB, room string, keys ...string) {
	t.Helper()
	Need(t, room, keys...)
	for _, lang := range locale.Languages {
		if words := Of(t, lang, room); len(words) != len(keys) {
			t.Errorf("%s: %d words for %d keys", lang, len(words), len(keys))
		}
	}
}

// Keys are prefix and code, for each code.
func Keys[S ~string](prefix string, codes []S) (keys []string) {
	for _, c := range codes {
		keys = append(keys, prefix+string(c))
	}
	return keys
}

// Remedied are Keys, each with the key of what to do.
func Remedied[S ~string](prefix string, codes []S) (keys []string) {
	for _, k := range Keys(prefix, codes) {
		keys = append(keys, k, k+".remedy")
	}
	return keys
}

// root is the folder of go.mod, above that of the test.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
