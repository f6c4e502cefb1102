package recognition_test

import (
	"testing"

	"conurb/app/recognition"
	"conurb/locale"
)

func TestFindingsAndRefusalsHaveWords(t *testing.T) {
	var keys []string
	for _, code := range recognition.Findings {
		keys = append(keys, "trust.finding."+code)
	}
	for _, r := range recognition.Refusals {
		keys = append(keys, "trust.refused."+r.Code)
	}
	for _, lang := range locale.Languages {
		for _, key := range keys {
			if !locale.Has(lang, key) || !locale.Has(lang, key+".remedy") {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
	}
}
