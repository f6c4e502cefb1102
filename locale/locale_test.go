package locale_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"conurb/locale"
)

var placeholder = regexp.MustCompile(`\{[a-zA-Z]+\}`)

func TestLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	zh, err := locale.Read(os.DirFS("."), "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	en, err := locale.Read(os.DirFS("."), "en")
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range zh {
		w, ok := en[k]
		if !ok {
			t.Errorf("en has no key %q", k)
			continue
		}
		if v == "" || w == "" {
			t.Errorf("key %q is empty", k)
		}
		a, b := unique(placeholder.FindAllString(v, -1)), unique(placeholder.FindAllString(w, -1))
		if !slices.Equal(a, b) {
			t.Errorf("key %q: placeholders %v in zh-CN, %v in en", k, a, b)
		}
	}
	for k := range en {
		if _, ok := zh[k]; !ok {
			t.Errorf("zh-CN has no key %q", k)
		}
	}
}

func unique(s []string) []string { slices.Sort(s); return slices.Compact(s) }

func TestMatchPrefersTheFirstKnownLanguage(t *testing.T) {
	for _, c := range []struct{ tag, want string }{
		{"", "zh-CN"}, {"zh", "zh-CN"}, {"zh-Hans-CN", "zh-CN"}, {"en-GB,zh;q=0.5", "en"}, {"fr,en;q=0.8", "en"}, {"fr", "zh-CN"},
	} {
		if got := locale.Match(c.tag); got != c.want {
			t.Errorf("Match(%q) = %q, want %q", c.tag, got, c.want)
		}
	}
}
