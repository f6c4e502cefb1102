package casework_test

import (
	"testing"

	"conurb/livelihood/casework"
)

// A clerk keeps his hands off a case in which he moves himself, whoever of his family applied.
func TestACaseAboutTheClerk(t *testing.T) {
	own := chenL
	own.Code, own.Kind = "430199199003070022", "111"
	k := casework.Case{City: "changsha", Office: "A", Applicant: li, Links: []casework.Link{{Kind: casework.LinkPerson, City: "changsha", ID: own.Code}}}
	no, _ := k.Near(as("clerk", own, "A")).(*casework.Refusal)
	if no == nil || no.Code != casework.RefusedOwn {
		t.Errorf("a clerk whom the case is about: %v", no)
	}
	if err := k.Near(as("clerk", chen, "A")); err != nil {
		t.Errorf("another clerk: %v", err)
	}
}
