package httpapi

import (
	"testing"

	"conurb/locale"
	"conurb/trust/rights"
)

// Every rule, action and fault has its words.
func TestRightsAndFaultsHaveWords(t *testing.T) {
	var keys []string
	for _, rule := range rights.Standard().Rules() {
		keys = append(keys, "rights.rule."+rule)
	}
	for _, do := range rights.Actions {
		keys = append(keys, "rights.action."+string(do))
	}
	for _, role := range rights.RoleNames {
		keys = append(keys, "rights.role."+role)
	}
	for _, kind := range rights.Kinds {
		keys = append(keys, "rights.kind."+string(kind))
	}
	codes := []string{"login", "name", "kind", "city", "holder", "no-holder", "holder-code", "roles", "role", "role-city", "disable-oneself", "label"}
	for code := range ofPeople {
		codes = append(codes, code)
	}
	for _, code := range codes {
		keys = append(keys, "identity.fault."+code, "identity.fault."+code+".remedy")
	}
	for _, lang := range locale.Languages {
		for _, key := range keys {
			if !locale.Has(lang, key) {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
	}
}
