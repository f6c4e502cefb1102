package residence_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"conurb/app/residence"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// all is what a node has of a move: the log's size, cases, households and licences.
func (n *node) all() string {
	n.world.t.Helper()
	ctx := context.Background()
	head, err := n.store.Head(ctx)
	n.world.must(err)
	out := fmt.Sprint(head.Size)
	cases, err := n.store.Cases(ctx, store.CaseFilter{})
	n.world.must(err)
	for _, c := range cases {
		out += fmt.Sprint(" ", c.ID, c.State, c.Version)
	}
	homes, err := n.store.Families(ctx, store.FamilyFilter{})
	n.world.must(err)
	for _, h := range homes {
		out += fmt.Sprint(" ", h.ID, h.Version, len(h.Members))
	}
	list, err := n.store.Licences(ctx, store.LicenceFilter{})
	n.world.must(err)
	for _, l := range list {
		out += fmt.Sprint(" ", l.ID, l.State, l.Version)
	}
	return out
}

// whole does a step cut off at its first question, at its second and so on, until it is through:
// each time everything or nothing of it is there. It returns how often it was cut.
func (n *node) whole(what string, do func(ctx context.Context) error) (cuts int) {
	t := n.world.t
	t.Helper()
	for {
		before := n.all()
		err := do(storetest.CutAfter(int64(cuts)))
		if err == nil {
			return cuts
		}
		if n.all() != before {
			return cuts // it was committed, and whoever asked was told too late
		}
		if cuts++; cuts > 5000 {
			t.Fatalf("%s does not come to its end: %v", what, err)
		}
	}
}

// A crash at any statement of any step of a move leaves the step undone or done: register, case,
// household, licences and messages together.
func TestEveryStepIsWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	f := form(zhou, kid)
	f["successor"] = map[string]any{"number": chen.number(), "name": chen.name}
	id := c.openCase(zhou, f).ID
	cuts := map[string]int{}
	act := func(n *node, move string, by casework.Actor, input map[string]any) {
		t.Helper()
		text, err := json.Marshal(input)
		w.must(err)
		a := casework.Act{Move: move, By: by, Grounds: "依据"}
		if input != nil {
			a.Input = text
		}
		cuts[move] = n.whole(move, func(ctx context.Context) error { _, err := n.cases.Act(ctx, id, a); return err })
		w.cutSettle(cuts)
	}
	act(c, "submit", zhou.actor("changsha"), nil)
	in := id
	id = c.kase(in).Facts[residence.FactConsent]
	act(c, "host-agree", li.actor("changsha"), nil)
	id = in
	act(c, "in-promise", clerk("changsha"), papers)
	act(s, "out-reached", clerk("zhuzhou"), map[string]any{"channel": "phone"})
	act(s, "out-decide", clerk("zhuzhou"), nil)
	if w.state("changsha", id) != casework.Closed || w.state("zhuzhou", id) != casework.Closed || w.where(zhou) != "changsha" || w.where(kid) != "changsha" {
		t.Errorf("%s and %s; she is in %s", w.state("changsha", id), w.state("zhuzhou", id), w.where(zhou))
	}
	if l := c.licences(zhou, residence.TypeRegister); len(l) != 1 || l[0].State != licence.Valid {
		t.Errorf("her register: %+v", l)
	}
	if h, _ := s.home(gran); h.Head != chen.number() || h.Version != 2 {
		t.Errorf("those who stay: %+v", h)
	}
	for _, step := range []string{"submit", "host-agree", "in-promise", "out-decide", "case.ask", "case.answer", "case.move", "household.promise", "household.witnessed", "household.certificate", "household.booked"} {
		if cuts[step] < 3 {
			t.Errorf("%s was cut %d times", step, cuts[step])
		}
	}
	w.sound()
}

// cutSettle is settle with every effect cut off wherever it can be.
func (w *world) cutSettle(cuts map[string]int) {
	w.t.Helper()
	ctx := context.Background()
	for n := 1; n > 0; {
		var err error
		n, err = w.post().Carry(ctx)
		w.must(err)
		for _, name := range names {
			for there := true; there; {
				var kind string
				k := w.nodes[name].whole("a message", func(ctx context.Context) error {
					m, is, err := w.nodes[name].store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error { return w.nodes[name].effect(ctx, d, m) })
					kind, there = m.Envelope.Kind, is || err != nil
					return err
				})
				if there {
					cuts[kind] = max(cuts[kind], k)
					n++
				}
			}
		}
	}
}

// A city that comes back from a backup of before the case was opened still lets go or takes in by
// what the others know, and households follow.
func TestABackupOfBefore(t *testing.T) {
	for _, lost := range []struct {
		city, state string
	}{{"zhuzhou", "promised"}, {"zhuzhou", "closed"}, {"changsha", "closed"}} {
		t.Run(lost.city+" after "+lost.state, func(t *testing.T) {
			w := newWorld(t)
			w.homes()
			n := w.nodes[household.City(lost.city)]
			backup := n.backup()
			id := w.promise(chen, form(chen))
			if lost.state == "closed" {
				w.reached(id)
				w.nodes["zhuzhou"].done(id, "out-decide", clerk("zhuzhou"), nil)
			}
			n.restored(backup)
			for range 20 {
				w.Pass(time.Minute)
				for _, name := range names {
					w.must(w.nodes[name].register.Tick(context.Background()))
				}
				w.settle()
			}
			in := map[bool]string{true: "zhuzhou", false: "changsha"}[lost.state == "promised"]
			if string(w.where(chen)) != in {
				t.Fatalf("he is in %s", w.where(chen))
			}
			if lost.state == "promised" {
				if k := w.nodes["zhuzhou"].kase(id); k.State != course.OutArrived || k.Applicant.Name != chen.name {
					t.Errorf("the case came back as %s", k.State)
				}
				return
			}
			if h, _ := w.nodes["zhuzhou"].home(chen); h.ID != "" {
				t.Error("Zhuzhou has him in a household again")
			}
			if lost.city == "changsha" {
				list, err := n.store.Homeless(context.Background())
				if err != nil || len(list) != 1 {
					t.Errorf("without a household are %v: %v", list, err)
				}
			}
			w.sound()
		})
	}
}
