package course_test

import (
	"slices"
	"strings"
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/locale"
)

// Whatever may stand in a case has its words: states, moves, refusals with what to do, reasons.
func TestEverythingHasWords(t *testing.T) {
	for _, lang := range locale.Languages {
		have, general := wordtest.Of(t, lang, "residence"), wordtest.Of(t, lang, "casework")
		need := func(key string) {
			if have[key] == "" && general[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
		for _, c := range course.Courses() {
			for _, s := range c.States {
				need("casework.state." + string(s.Name))
			}
			for _, m := range c.Moves {
				need("casework.move." + m.Name)
				for _, n := range m.Needs {
					need("casework.need." + n)
				}
			}
		}
		for _, fields := range course.Fields {
			for _, f := range fields {
				need("casework.need." + f.Name)
				for _, of := range f.Of {
					need(f.Word + "." + of)
				}
			}
		}
		for _, code := range slices.Concat(course.Codes, course.OfCodes()) {
			need("casework.refusal." + code)
			need("casework.refusal." + code + ".remedy")
		}
		for _, code := range slices.Concat(course.Whys, []string{"booked", course.WhyUnreachable, "register-withdrawn"}) {
			need("residence.why." + code)
		}
		for _, how := range course.Consents {
			need("residence.consent." + how)
		}
		for _, code := range household.Codes {
			need("residence.why.register-" + code)
		}
		same(t, lang, have)
	}
}

// The words of the register and of households are the same wherever they are read.
func same(t *testing.T, lang string, have map[string]string) {
	t.Helper()
	of := wordtest.Of(t, lang, "family")
	for key, text := range of {
		code, is := strings.CutPrefix(key, "family.refusal.")
		if !is {
			continue
		}
		if rest, blocked := strings.CutPrefix(code, "blocked"); blocked {
			for _, b := range family.BlockCodes {
				if got := have["casework.refusal.family-blocked-"+b+rest]; got != strings.ReplaceAll(text, "{block}", of["family.block."+b]) {
					t.Errorf("%s: %s of %s is %q", lang, key, b, got)
				}
			}
		} else if have["casework.refusal.family-"+code] != text {
			t.Errorf("%s: %s has other words in a case", lang, key)
		}
	}
	for key, text := range wordtest.Of(t, lang, "household") {
		if code, is := strings.CutPrefix(key, "household.refusal."); is && have["casework.refusal.register-"+code] != text {
			t.Errorf("%s: %s has other words in a case", lang, key)
		}
	}
}
