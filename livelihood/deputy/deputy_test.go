package deputy_test

import (
	"slices"
	"testing"

	"conurb/internal/wordtest"
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
	wordtest.Need(t, "deputy", slices.Concat(wordtest.Remedied("casework.refusal.", deputy.Codes), wordtest.Keys("casework.move.", deputy.Moves),
		[]string{"casework.state." + string(deputy.Sent)})...)
}
