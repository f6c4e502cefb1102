package pack

import "testing"

func TestNearestIsWhatWasMeant(t *testing.T) {
	words := []string{"metropolitan-2022", "three-cities", "core", "rail", "road", "市域", "reported", "measured"}
	for _, c := range []struct{ word, want string }{
		{"metroplitan", "metropolitan-2022"}, {"metropolitan-2021", "metropolitan-2022"}, {"three-citeis", "three-cities"}, {"cores", "core"},
		{"raod", "road"}, {"rial", "rail"}, {"raid", "rail"}, {"市城", "市域"}, {"report", "reported"},
		{"", ""}, {"x", ""}, {"kernel", ""}, {"green-core", ""}, {"a very long word that is nothing like any of those that are known, and longer than eighty", ""},
	} {
		if got := nearest(c.word, words); got != c.want {
			t.Errorf("nearest(%q) = %q, want %q", c.word, got, c.want)
		}
	}
	if got := nearestFold("Judge_Rule", []string{"judge-rule", "judged_by"}); got != "judge-rule" {
		t.Errorf("nearestFold gives %q", got)
	}
}
