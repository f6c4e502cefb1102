package residence_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/residence"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
)

func papersFor(id string, who someone) residence.Papers {
	return residence.Papers{Case: id, Kind: "work", Address: "长沙市新路3号", Phone: "139",
		Applicant: casework.Person{Kind: licence.KindCitizen, Code: string(who.number()), Name: who.name}, People: []family.Stated{{Person: who.number(), Name: who.name}}}
}

func (n *node) tick() {
	n.world.t.Helper()
	if _, err := n.cases.Tick(context.Background()); err != nil {
		n.world.t.Fatal(err)
	}
}

// Papers come and no promise does: the case ends when none that they speak of can count any more,
// and holds up nobody meanwhile. A promise that comes after all begins another case.
func TestPapersWithoutAPromiseEnd(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id, err := uuid.NewV7()
	w.must(err)
	c.tell("zhuzhou", residence.KindMove, papersFor(id.String(), chen))
	w.settle()
	k := s.kase(id.String())
	if k.State != course.OutAnnounced || k.Holder.Until.String() != "2027-01-05" { // forty days after the 26th of November
		t.Fatalf("it is %s until %s", k.State, k.Holder.Until)
	}
	w.Pass(40 * 24 * time.Hour)
	s.tick()
	if got := w.state("zhuzhou", id.String()); got != course.OutAnnounced {
		t.Errorf("on its last day it is %s", got)
	}
	w.Pass(24 * time.Hour)
	s.tick()
	if got := w.state("zhuzhou", id.String()); got != course.OutLapsed || w.where(chen) != "zhuzhou" {
		t.Errorf("after its last day it is %s", got)
	}
	w.must(c.register.Hold(context.Background(), id.String(), "zhuzhou", []household.Token{{Person: chen.number(), Epoch: 1}}, w.Now().Add(20*24*time.Hour)))
	c.tell("zhuzhou", residence.KindMove, papersFor(id.String(), chen))
	w.settle()
	list, err := s.store.Cases(context.Background(), store.CaseFilter{Items: []string{course.ItemOut}, States: []casework.State{course.OutArrived}})
	if err != nil || len(list) != 1 || list[0].ID == id.String() || list[0].Facts[residence.FactTransfer] != id.String() {
		t.Fatalf("after all: %+v, %v", list, err)
	}
	w.must(s.act(list[0].ID, "out-reached", clerk("zhuzhou"), map[string]any{"channel": "phone"}))
	s.done(list[0].ID, "out-decide", clerk("zhuzhou"), nil)
	if w.where(chen) != "changsha" || w.state("zhuzhou", list[0].ID) != casework.Closed {
		t.Errorf("he is in %s, the case %s", w.where(chen), w.state("zhuzhou", list[0].ID))
	}
	w.sound()
}

// A case that waits with a promise does not lapse: the register ends the promise.
func TestAPromiseWithoutPapersEnds(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id := uuid.Must(uuid.NewV7()).String()
	w.must(c.register.Hold(context.Background(), id, "zhuzhou", []household.Token{{Person: chen.number(), Epoch: 1}}, w.Now().Add(60*24*time.Hour)))
	w.settle()
	w.Pass(50 * 24 * time.Hour)
	s.tick()
	if got := w.state("zhuzhou", id); got != course.OutAnnounced {
		t.Errorf("with a promise that counts it is %s", got)
	}
	w.Pass(11 * 24 * time.Hour)
	w.must(s.register.Tick(context.Background()))
	if got := w.state("zhuzhou", id); got != course.OutRefused {
		t.Errorf("with one that is over it is %s", got)
	}
	w.sound()
}

// The other city withdraws what never arrived here: what waits for it ends, in any order.
func TestWhatWaitsIsWithdrawn(t *testing.T) {
	w := newWorld(t)
	w.homes()
	w.drop[household.KindPromise] = 1
	id := w.promise(chen, form(chen))
	if got := w.state("zhuzhou", id); got != course.OutAnnounced {
		t.Fatalf("it is %s", got)
	}
	w.nodes["changsha"].done(id, "in-withdraw", chen.actor("changsha"), nil)
	if a, b := w.state("changsha", id), w.state("zhuzhou", id); a != casework.Withdrawn || b != casework.Withdrawn {
		t.Errorf("withdrawn, they are %s and %s", a, b)
	}
	w.nodes["changsha"].tell("zhuzhou", residence.KindMove, papersFor(id, chen))
	late := uuid.Must(uuid.NewV7()).String()
	w.must(w.nodes["changsha"].register.Hold(context.Background(), late, "zhuzhou", []household.Token{{Person: chen.number(), Epoch: 9}}, w.Now().Add(time.Hour)))
	w.settle() // refused at once: no such epoch
	w.nodes["changsha"].tell("zhuzhou", residence.KindMove, papersFor(late, chen))
	w.settle()
	if list, err := w.nodes["zhuzhou"].store.Cases(context.Background(), store.CaseFilter{States: []casework.State{course.OutAnnounced}}); err != nil || len(list) != 0 {
		t.Errorf("papers of what is over wait: %+v, %v", list, err)
	}
	w.sound()
}
