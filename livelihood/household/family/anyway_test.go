package family_test

import (
	"testing"

	"pgregory.net/rapid"

	"conurb/livelihood/household/family"
)

// What the register has completed is carried out whatever the household has become: nobody is
// lost, nobody is there twice, and who stays has one head.
func TestWhatCannotBeRefusedIsDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawn(t)
		var leave []family.Person
		for _, m := range h.Members {
			if rapid.Bool().Draw(t, "leaves") {
				leave = append(leave, m.Person)
			}
		}
		if rapid.Bool().Draw(t, "a stranger too") {
			leave = append(leave, "nobody")
		}
		successor := rapid.SampledFrom(append([]family.Member{{Person: "nobody"}}, h.Members...)).Draw(t, "successor").Person
		rest, left, why := h.TakeAnyway(leave, successor, nil, today)
		if why == "" && rest.Sound(today) != nil {
			t.Fatalf("unsound, and nobody is told: %v", rest.Sound(today))
		}
		whole(t, rest, len(h.Members)-len(left))
		base := family.Household{City: "c", Kind: rapid.SampledFrom(family.Kinds).Draw(t, "kind"), Address: "a", Places: 1}
		if base.Kind == family.Collective {
			base.Unit = "u"
		} else {
			base.Places = 0
		}
		old, _ := h.Member(h.Head)
		if len(left) > 0 {
			there, _ := family.FoundAnyway(base, left, old, successor, nil, today)
			whole(t, there, len(left))
		}
		back, _ := rest.JoinAnyway(left, nil, today)
		whole(t, back, len(h.Members))
		again, _ := back.JoinAnyway(left, nil, today)
		whole(t, again, len(h.Members))
	})
}

func whole(t *rapid.T, h family.Household, n int) {
	seen, heads := map[family.Person]bool{}, 0
	for _, m := range h.Members {
		if seen[m.Person] {
			t.Fatalf("%s is there twice", m.Person)
		}
		seen[m.Person] = true
		if m.Relation == family.Head {
			heads++
			if m.Person != h.Head {
				t.Fatalf("%s is called head, and %s is", m.Person, h.Head)
			}
		}
		if !m.Relation.Fits(m.Sex) {
			t.Fatalf("%s is %q", m.Person, m.Relation)
		}
	}
	if len(h.Members) != n || h.Kind == family.Family && n > 0 && heads != 1 || h.Kind == family.Collective && heads != 0 {
		t.Fatalf("%d members and %d heads of %d in a household of kind %s", len(h.Members), heads, n, h.Kind)
	}
}
