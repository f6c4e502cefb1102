package casework_test

import (
	"strings"
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/casework"
)

// bound are the guards of the standard course that the desk binds.
var bound = []string{"form", "materials", "office"}

func TestTheStandardCourseIsSound(t *testing.T) {
	for _, err := range casework.Standard().Check(bound, nil) {
		t.Error(err)
	}
}

func TestUnsoundCoursesAreFound(t *testing.T) {
	move := func(c *casework.Course, name string) *casework.Move {
		for i := range c.Moves {
			if c.Moves[i].Name == name {
				return &c.Moves[i]
			}
		}
		t.Fatalf("no move %s", name)
		return nil
	}
	for _, x := range []struct {
		name  string
		spoil func(c *casework.Course)
		want  string
	}{
		{"a state that nothing leads to", func(c *casework.Course) {
			c.States = append(c.States, casework.StateInfo{Name: "island", Phase: "handling"})
		}, "nothing leads to island"},
		{"a state without a way out", func(c *casework.Course) {
			move(c, "answer").From = []casework.State{"submitted"}
			move(c, "withdraw").From = []casework.State{"draft"}
		}, "no end is reached from objected"},
		{"a guard that nobody binds", func(c *casework.Course) { move(c, "accept").Guards = []string{"moon"} }, "nobody binds its guard moon"},
		{"an action that nobody binds", func(c *casework.Course) { move(c, "accept").Actions = []string{"moon"} }, "nobody binds its action moon"},
		{"a move from an end", func(c *casework.Course) { move(c, "accept").From = []casework.State{"closed"} }, "no state or an end"},
		{"a move to nowhere", func(c *casework.Course) { move(c, "accept").To = "moon" }, "which is no state"},
		{"a move that another hides", func(c *casework.Course) {
			c.Moves = append(c.Moves, casework.Move{Name: "accept", From: []casework.State{"submitted"}, To: "closed", By: "clerk"})
		}, "never made"},
		{"nobody's move", func(c *casework.Course) { move(c, "accept").By = "moon" }, "is made by"},
		{"a start that is no state", func(c *casework.Course) { c.Start = "moon" }, "starts in"},
		{"a state twice", func(c *casework.Course) { c.States = append(c.States, c.States[0]) }, "twice"},
		{"an end with a term", func(c *casework.Course) { c.States[len(c.States)-1].Term.Count = 1 }, "has a term"},
		{"a phase that is none", func(c *casework.Course) { c.States[0].Phase = "moon" }, "in no phase"},
		{"a clock that goes on without a pause", func(c *casework.Course) { move(c, "pause").Clock = "" }, "resume to a clock that is running"},
		{"a clock that is paused before it runs", func(c *casework.Course) { move(c, "accept").Clock = "" }, "to a clock that is off"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := casework.Standard()
			x.spoil(c)
			var found []string
			for _, err := range c.Check(bound, nil) {
				found = append(found, err.Error())
			}
			if !strings.Contains(strings.Join(found, "\n"), x.want) {
				t.Errorf("found %q, want %q", found, x.want)
			}
		})
	}
}

// allRefusals are the codes of casework itself; those of the desk are in app/cases.
var allRefusals = []string{
	casework.RefusedMove, casework.RefusedState, casework.RefusedEnded, casework.RefusedBy, casework.RefusedVersion, casework.RefusedNeeds, casework.RefusedInput, casework.RefusedLong,
	casework.RefusedYours, casework.RefusedCity, casework.RefusedAt, casework.RefusedOwn, casework.RefusedLate, casework.RefusedEarly, casework.RefusedAsked, casework.RefusedExtended,
	casework.RefusedSame, casework.RefusedOffice, casework.RefusedDay, casework.RefusedNumber, casework.RefusedHandled,
}

func TestEverythingHasWords(t *testing.T) {
	need := func(keys ...string) {
		t.Helper()
		wordtest.Need(t, "casework", keys...)
	}
	for _, code := range allRefusals {
		need("casework.refusal."+code, "casework.refusal."+code+".remedy")
	}
	for _, code := range casework.HolidayCodes {
		need("casework.check."+code, "casework.check."+code+".remedy")
	}
	c := casework.Standard()
	need("casework.course." + c.Name)
	for _, s := range c.States {
		need("casework.state."+string(s.Name), "casework.phase."+s.Phase)
	}
	for _, m := range c.Moves {
		need("casework.move."+m.Name, "casework.by."+string(m.By))
		for _, g := range m.Guards {
			need("casework.guard." + g)
		}
		for _, n := range m.Needs {
			need("casework.need." + n)
		}
		if m.Clock != "" {
			need("casework.clock." + string(m.Clock))
		}
	}
	for _, o := range casework.Outcomes {
		need("casework.outcome." + string(o))
	}
	need("casework.appeal."+casework.AppealUpheld, "casework.appeal."+casework.AppealChanged, "casework.appeal."+casework.AppealReopened, "casework.appeal."+casework.AppealWithdrawn)
}
