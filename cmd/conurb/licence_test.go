package main

import (
	"testing"

	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/trust/trustlist"
)

func TestATerminalObeysNoLicence(t *testing.T) {
	for text, want := range map[string]string{"王\x1b[31m小明": "王 [31m小明", "a\nb\tc": "a b c", "\u009b2J": "2J", "湘A": "湘A"} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Every code of the room has words in both languages.
func TestEveryCodeOfLicencesHasWords(t *testing.T) {
	var keys []string
	for _, c := range licence.ProblemCodes {
		keys = append(keys, "licence.check."+c, "licence.check."+c+".remedy")
	}
	for _, c := range licence.Refusals {
		keys = append(keys, "licence.refusal."+c, "licence.refusal."+c+".remedy")
	}
	for _, s := range licence.States {
		keys = append(keys, "licence.state."+string(s))
	}
	for _, a := range licence.Actions {
		keys = append(keys, "licence.action."+string(a))
	}
	for _, k := range licence.Kinds {
		keys = append(keys, "licence.kind."+k)
	}
	for _, s := range []trustlist.Status{trustlist.StatusUnknown, trustlist.StatusValid, trustlist.StatusRevoked, trustlist.StatusSuspended} {
		keys = append(keys, "licence.verified.status."+string(s))
	}
	for _, b := range []trustlist.Binding{trustlist.BindingProven, trustlist.BindingAbsent} {
		keys = append(keys, "licence.verified.holder."+string(b))
	}
	for _, days := range []string{"good", "early", "over"} {
		keys = append(keys, "licence.verified.days."+days)
	}
	for _, lang := range locale.Languages {
		for _, k := range keys {
			if !locale.Has(lang, k) {
				t.Errorf("%s: %s has no text", lang, k)
			}
		}
	}
	for _, s := range licence.States {
		for _, bits := range []statuslist.Bits{1, 2, 4, 8} {
			if _, known := statuses[s.Status(bits)]; !known {
				t.Errorf("%s in %d bits has a status that verify does not know", s, bits)
			}
		}
	}
}
