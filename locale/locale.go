// Package locale is every sentence that people read, in Chinese and English:
// one file per room and language, one flat object of keys each. Go and the web
// page read the same files. A test demands the same keys and placeholders in
// both languages.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Languages lists the BCP 47 tags of the product, the first is the default.
var Languages = []string{"zh-CN", "en"}

//go:embed zh-CN/*.json en/*.json
var files embed.FS

var load = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range Languages {
		t, err := Read(files, lang)
		if err != nil {
			panic(err) // the files are embedded: a fault is one of the build
		}
		all[lang] = t
	}
	return all
})

// Read merges the files of one language; a key in two files is an error.
func Read(fsys fs.FS, lang string) (map[string]string, error) {
	names, err := fs.Glob(fsys, path.Join(lang, "*.json"))
	if err != nil {
		return nil, err
	}
	merged := map[string]string{}
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var part map[string]string
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("locale %s: %w", name, err)
		}
		for k, v := range part {
			if _, twice := merged[k]; twice {
				return nil, fmt.Errorf("locale %s: key %q stands in two files", name, k)
			}
			merged[k] = v
		}
	}
	return merged, nil
}

// Match returns the language of the product nearest to a BCP 47 tag or an
// Accept-Language header; Chinese when nothing fits.
func Match(tag string) string {
	for part := range strings.SplitSeq(tag, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(part, "zh"):
			return "zh-CN"
		case strings.HasPrefix(part, "en"):
			return "en"
		}
	}
	return Languages[0]
}

// T returns the text of a key with its {placeholders} filled in. A key without
// a text returns itself in brackets, so that it is seen.
func T(lang, key string, args map[string]string) string {
	text, ok := load()[Match(lang)][key]
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Has reports whether a key has a text.
func Has(lang, key string) bool { _, ok := load()[Match(lang)][key]; return ok }

// Keys lists the keys that start with a prefix, in order.
func Keys(prefix string) []string {
	var keys []string
	for k := range load()[Languages[0]] {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
