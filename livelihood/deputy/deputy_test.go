package deputy_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"conurb/livelihood/casework"
	"conurb/livelihood/deputy"
)

func TestTheCoursesAreSound(t *testing.T) {
	guards := slices.Concat(deputy.GuardNames, []string{"form", "materials", "office"})
	for _, c := range []*casework.Course{deputy.Certificate(), deputy.Over(casework.Standard(), "standard-deputy")} {
		for _, fault := range c.Check(guards, deputy.ActionNames) {
			t.Error(fault)
		}
	}
}

func TestEverythingHasWords(t *testing.T) {
	var want []string
	for _, c := range deputy.Codes {
		want = append(want, "casework.refusal."+c, "casework.refusal."+c+".remedy")
	}
	for _, m := range deputy.Moves {
		want = append(want, "casework.move."+m)
	}
	want = append(want, "casework.state."+string(deputy.Sent))
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile("../../locale/" + lang + "/deputy.json")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for _, key := range want {
			if words[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
