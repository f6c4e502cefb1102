package household_test

import (
	"encoding/json"
	"os"
	"testing"

	"conurb/livelihood/household"
)

func TestEveryRefusalHasWords(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile("../../locale/" + lang + "/household.json")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for _, code := range household.Codes {
			if words["household.refusal."+code] == "" || words["household.refusal."+code+".remedy"] == "" {
				t.Errorf("%s has no household.refusal.%s, or no remedy", lang, code)
			}
		}
		if len(words) != 2*len(household.Codes) {
			t.Errorf("%s: %d words for %d codes", lang, len(words), len(household.Codes))
		}
	}
}
