package residence_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"conurb/app/residence"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/store"
)

func homeOf(m ...family.Member) residence.Entry {
	return residence.Entry{Household: family.Household{Kind: family.Family, Address: "某路1号"}, Members: m, Licences: true, Reason: "立户"}
}

// begins begins an entry.
func (n *node) begins(m ...family.Member) store.Entering {
	n.world.t.Helper()
	e, err := n.Begin(context.Background(), "吴静", homeOf(m...))
	n.world.must(err)
	return e
}

func (n *node) entering(id string) store.Entering {
	n.world.t.Helper()
	list, err := n.store.Enterings(context.Background(), store.EnteringFilter{ID: id})
	n.world.must(err)
	if len(list) != 1 {
		n.world.t.Fatalf("entry %s: %d", id, len(list))
	}
	return list[0]
}

// later lets time pass until everything that is due was done.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.Pass(d)
	for _, name := range names {
		if name != "office" {
			w.must(w.nodes[name].Tick(context.Background()))
		}
	}
	w.settle()
}

func refusal(err error) string {
	var no *casework.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

// An entry waits for the other cities and is made whole with the last answer: persons, household
// and licences.
func TestAnEntryAsksEverybodyFirst(t *testing.T) {
	w := newWorld(t)
	z := w.nodes["zhuzhou"]
	e := z.begins(zhou.member(family.Head), chen.member(family.Husband))
	if e.State != entry.Asking || len(e.Persons) != 2 {
		t.Fatalf("%+v", e)
	}
	if h, _ := z.home(zhou); h.ID != "" {
		t.Error("she has a household before anybody answered")
	}
	if _, err := z.Begin(context.Background(), "吴静", homeOf(zhou.member(family.Head))); refusal(err) != "residence-entering" {
		t.Errorf("a second entry of her: %v", err)
	}
	w.settle()
	e = z.entering(e.ID)
	h, _ := z.home(zhou)
	if e.State != entry.Entered || e.Plan.Made != h.ID || len(h.Members) != 2 || w.where(zhou) != "zhuzhou" || w.where(chen) != "zhuzhou" {
		t.Fatalf("%+v in %+v", e, h)
	}
	if l := z.licences(zhou, residence.TypeRegister); len(l) != 1 {
		t.Errorf("%d licences", len(l))
	}
	birth, err := z.BeginBirth(context.Background(), "吴静", h.ID, kid.member(family.Daughter, zhou, chen), "出生", true)
	w.must(err)
	w.settle()
	if h, m := z.home(kid); z.entering(birth.ID).State != entry.Entered || m.Name != kid.name || h.Version != 2 {
		t.Errorf("the child: %+v", h)
	}
	w.sound()
}

// Who is known elsewhere is not entered, and nobody who comes with him.
func TestWhoIsKnownElsewhereIsNotEntered(t *testing.T) {
	w := newWorld(t)
	z, c, x := w.nodes["zhuzhou"], w.nodes["changsha"], w.nodes["xiangtan"]
	c.enter(family.Family, "长沙1号", li.member(family.Head))
	e := z.begins(zhou.member(family.Head), li.member(family.Husband))
	w.settle()
	e = z.entering(e.ID)
	if e.State != entry.Refused || e.Reason != entry.SaidRegistered || e.City != "changsha" || e.Person != li.number() || w.where(li) != "changsha" {
		t.Fatalf("%+v", e)
	}
	if _, err := z.register.Where(context.Background(), zhou.number()); err == nil {
		t.Error("she was entered without him")
	}
	e = x.begins(zhou.member(family.Head)) // the promises are released
	w.settle()
	if e = x.entering(e.ID); e.State != entry.Entered {
		t.Fatalf("%+v", e)
	}
	w.sound()
}

// Of two cities that enter somebody at once, one does; lost questions are asked again.
func TestTwoCitiesAtOnce(t *testing.T) {
	for _, lost := range []string{"", entry.KindAsk, entry.KindAnswer, entry.KindOver} {
		t.Run("lost "+lost, func(t *testing.T) {
			w := newWorld(t)
			w.drop[lost] = 3
			one, two := w.nodes["changsha"].begins(zhou.member(family.Head)), w.nodes["zhuzhou"].begins(zhou.member(family.Head))
			w.settle()
			for range 6 {
				w.later(3 * time.Minute)
			}
			a, b := w.nodes["changsha"].entering(one.ID), w.nodes["zhuzhou"].entering(two.ID)
			if a.State != entry.Entered || b.State != entry.Refused || b.City != "changsha" || w.where(zhou) != "changsha" {
				t.Fatalf("%+v\n%+v", a, b)
			}
			w.sound()
		})
	}
}

// A city that does not answer holds an entry up, and the registrar sees which; he can withdraw.
func TestAnEntryWaitsAndIsWithdrawn(t *testing.T) {
	w := newWorld(t)
	z := w.nodes["zhuzhou"]
	w.drop[entry.KindAsk] = 1
	e := z.begins(zhou.member(family.Head))
	w.settle()
	waits := 0
	for _, c := range []household.City{"changsha", "xiangtan"} {
		if z.entering(e.ID).Work.Answers[c].Said != entry.SaidUnknown {
			waits++
		}
	}
	if waits != 1 {
		t.Fatalf("it waits for %d", waits)
	}
	ctx := context.Background()
	for _, c := range []struct {
		why, id, reason, code string
		unknown               bool
	}{{"no reason", e.ID, " ", "residence-form", false}, {"no such entry", "x", "r", "", true}} {
		if _, err := z.Give(ctx, "吴静", c.id, c.reason, false); refusal(err) != c.code || c.unknown != errors.Is(err, store.ErrUnknown) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	got, err := z.Give(ctx, "吴静", e.ID, "录错", false)
	if err != nil || got.State != entry.Withdrawn || got.Plan.Ender != "吴静" || got.Plan.Why != "录错" || got.Plan.Reason != "立户" {
		t.Fatalf("%+v: %v", got, err)
	}
	w.settle()
	if _, err := z.Give(ctx, "吴静", e.ID, "录错", true); refusal(err) != "residence-entry" {
		t.Errorf("withdrawn twice: %v", err)
	}
	other := w.nodes["changsha"].begins(zhou.member(family.Head))
	w.settle()
	if got := w.nodes["changsha"].entering(other.ID); got.State != entry.Entered {
		t.Errorf("%+v", got)
	}
	w.sound()
}

// A city that made an entry and went back to a backup of before has forgotten it; no other city
// enters the person, and it enters him again itself.
func TestAnEntryOutlivesABackupOfBefore(t *testing.T) {
	for _, when := range []string{"before it began", "while it was under way"} {
		t.Run(when, func(t *testing.T) {
			w := newWorld(t)
			z, c := w.nodes["zhuzhou"], w.nodes["changsha"]
			backup := z.backup()
			e := z.begins(zhou.member(family.Head))
			if when != "before it began" {
				backup = z.backup()
			}
			w.settle()
			if z.entering(e.ID).State != entry.Entered {
				t.Fatal("it was not made")
			}
			z.restored(backup)
			if _, err := z.Begin(context.Background(), "吴静", homeOf(zhou.member(family.Head))); refusal(err) != "register-restoring" {
				t.Errorf("while it restores: %v", err)
			}
			other := c.begins(zhou.member(family.Head))
			w.settle()
			if got := c.entering(other.ID); got.State != entry.Asking {
				t.Errorf("while zhuzhou restores: %+v", got)
			}
			for range 20 {
				w.Pass(time.Minute)
				for _, name := range names {
					w.must(w.nodes[name].register.Tick(context.Background()))
				}
				w.later(time.Minute)
			}
			if got := c.entering(other.ID); got.State != entry.Refused || got.Reason != entry.SaidLost || got.City != "zhuzhou" {
				t.Fatalf("%+v", got)
			}
			if got := z.entering(e.ID); got.State != entry.Lost {
				t.Fatalf("%+v", got)
			}
			ctx := context.Background()
			if _, err := z.Give(ctx, "吴静", e.ID, "r", false); refusal(err) != "residence-entry" {
				t.Errorf("it was given up by somebody who is not sure: %v", err)
			}
			again, err := z.Again(ctx, "吴静", e.ID)
			if when == "before it began" {
				if refusal(err) != "residence-entry" {
					t.Errorf("nobody knows what it was: %v", err)
				}
				again = z.begins(zhou.member(family.Head))
			} else {
				w.must(err)
			}
			w.settle()
			if z.entering(again.ID).State != entry.Entered || w.where(zhou) != "zhuzhou" {
				t.Errorf("%+v", z.entering(again.ID))
			}
			w.sound()
		})
	}
}

// A crash at any statement leaves a step undone or done, with its messages.
func TestEveryStepOfAnEntryIsWhole(t *testing.T) {
	w := newWorld(t)
	z := w.nodes["zhuzhou"]
	cuts := map[string]int{}
	n := z.whole("begin", func(ctx context.Context) error {
		_, err := z.Begin(ctx, "吴静", homeOf(zhou.member(family.Head)))
		return err
	})
	w.cutSettle(cuts)
	list, err := z.store.Enterings(context.Background(), store.EnteringFilter{})
	w.must(err)
	entered := 0
	for _, e := range list {
		if e.State == entry.Entered {
			entered++
		}
	}
	if h, _ := z.home(zhou); entered != 1 || len(h.Members) != 1 || h.Version != 1 {
		t.Errorf("%d entered, %+v", entered, h)
	}
	if n < 3 || cuts[entry.KindAsk] < 3 || cuts[entry.KindAnswer] < 3 {
		t.Errorf("cut %d, %v", n, cuts)
	}
	w.sound()
}
