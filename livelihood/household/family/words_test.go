package family_test

import (
	"encoding/json"
	"os"
	"testing"

	"conurb/livelihood/household/family"
)

func TestEveryCodeHasWords(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile("../../../locale/" + lang + "/family.json")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, code := range family.Codes {
			keys = append(keys, "family.refusal."+code, "family.refusal."+code+".remedy")
		}
		for _, r := range family.Relations {
			keys = append(keys, "family.relation."+string(r))
		}
		for _, code := range family.BlockCodes {
			keys = append(keys, "family.block."+code)
		}
		for _, k := range family.Kinds {
			keys = append(keys, "family.kind."+string(k))
		}
		for _, k := range keys {
			if words[k] == "" {
				t.Errorf("%s has no %s", lang, k)
			}
		}
		if len(words) != len(keys) {
			t.Errorf("%s: %d words for %d keys", lang, len(words), len(keys))
		}
	}
}
