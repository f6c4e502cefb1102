package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/store"
)

// A city that has left takes its own steps of a bundle along, and holds up neither the others nor
// the clerk who decides before them.
func TestACityOfABundleLeaves(t *testing.T) {
	w := newWorld(t, "sqlite")
	home, there := w.nodes["changsha"], w.nodes["zhuzhou"]
	b, err := home.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "zhuzhou"))
	w.must(err)
	w.settle()
	mine, err := there.store.Cases(t.Context(), store.CaseFilter{Person: &li.Person})
	w.must(err)
	clerk, me := chen, li
	clerk.City, me.City, me.Account = "zhuzhou", "zhuzhou", "another account"
	for _, share := range []string{"identity", "contract", "licence"} {
		_, _ = there.desk.Share(t.Context(), mine[0].ID, me, cases.Consent{Licence: w.cardOnce(there), Attributes: []string{"holder.name"}, Material: share})
	}
	w.act(there, mine[0].ID, me, casework.Act{Move: "submit"})
	w.act(there, mine[0].ID, clerk, casework.Act{Move: "accept"})
	w.act(there, mine[0].ID, clerk, casework.Act{Move: "grant", Grounds: "符合"})
	home.desk.Cities = func() []string { return []string{"changsha"} }
	w.settle() // which fails where the message has no effect
	b, err = home.store.Bundle(t.Context(), b.ID)
	w.must(err)
	for _, s := range b.Steps {
		if want := map[bool]string{true: store.StepGranted, false: store.StepOver}[s.ID == "job"]; s.City == "zhuzhou" && s.State != want {
			t.Errorf("step %s: %s %s", s.ID, s.State, s.Reason)
		}
	}
}

// One case that cannot be looked after keeps no other from its reminder.
func TestACaseThatNobodyCanHandle(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	good, err := c.desk.Open(t.Context(), li, cases.Opening{Item: item, Applicant: li.Person})
	w.must(err)
	w.must(c.store.Do(t.Context(), func(d *store.Deed) error {
		k := good.Clone()
		k.ID, k.Item, k.Course, k.Version, k.Events = "00000000-0000-7000-8000-000000000000", "gone", "a course that is gone", "0", nil
		k.Holder.Until--
		k.Note(casework.Event{Move: "open", To: k.State, By: li, At: d.At()})
		return d.KeepCase(&k, casework.PhaseDraft)
	}))
	w.at((good.Holder.Until - 1).String())
	if _, err := c.desk.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "00000000-0000-7000") {
		t.Errorf("the trouble is not told: %v", err)
	}
	if !slices.Contains(c.told, "case.reminder") {
		t.Errorf("nobody was reminded: %v", c.told)
	}
}
