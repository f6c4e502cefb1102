package residence_test

import (
	"context"
	"testing"

	"conurb/app/residence"
	"conurb/internal/casetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
)

// A part of a household moves: its head with the child, into the household of a host. Those who
// stay get a new head, licences follow, and the one who applied reads at every moment where the
// case lies.
func TestAPartOfAHouseholdMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		kind := "sqlite"
		if dsn[:8] == "postgres" {
			kind = "postgres"
		}
		w := newWorldOf(t, kind)
		zhous, lis := w.homes()
		f := form(zhou, kid)
		f["successor"] = map[string]any{"number": chen.number(), "name": chen.name}
		c, s := w.nodes["changsha"], w.nodes["zhuzhou"]

		k := c.openCase(zhou, f)
		w.must(c.act(k.ID, "submit", zhou.actor("changsha"), nil))
		lies(t, c.kase(k.ID), course.InAsking, "zhuzhou")
		w.settle()
		lies(t, c.kase(k.ID), course.InExamining, "changsha")
		c.agree(k.ID)
		w.must(c.act(k.ID, "in-promise", clerk("changsha"), papers))
		lies(t, c.kase(k.ID), course.InPromised, "zhuzhou")
		if p := c.licences(zhou, residence.TypePermit); len(p) != 1 || p[0].State != licence.Valid || p[0].Until.String() != "2027-01-05" {
			t.Errorf("the permit: %+v", p)
		}
		w.settle()
		there := lies(t, c.kase(k.ID), course.InThere, "zhuzhou")
		if there.Holder.Until.String() != "2026-12-03" { // five working days after the 26th
			t.Errorf("the other city has it until %s", there.Holder.Until)
		}
		out := lies(t, s.kase(k.ID), course.OutArrived, "zhuzhou")
		if out.Applicant.Name != zhou.name || out.Applicant.Account == "" && out.Applicant.Code != string(zhou.number()) {
			t.Errorf("the applicant there is %+v", out.Applicant)
		}
		if err := s.act(k.ID, "out-decide", clerk("zhuzhou"), nil); casetest.Code(err) != casework.RefusedState {
			t.Errorf("decided before anybody spoke to her: %v", err)
		}
		w.must(s.act(k.ID, "out-missed", clerk("zhuzhou"), map[string]any{"channel": "phone"}))
		w.reached(k.ID)
		if got := c.kase(k.ID); got.Facts[residence.FactContacted] == "" || got.Facts[residence.FactMissed] != "1" || got.State != course.InThere || got.Holder.Until != there.Holder.Until {
			t.Errorf("news: %+v, %+v", got.Facts, got.Holder)
		}
		w.must(s.act(k.ID, "out-decide", clerk("zhuzhou"), nil))
		lies(t, s.kase(k.ID), course.OutDeciding, "changsha")
		if w.where(zhou) != "zhuzhou" {
			t.Error("she is registered elsewhere before the decision was witnessed")
		}
		w.settle()

		lies(t, c.kase(k.ID), casework.Closed, "changsha")
		lies(t, s.kase(k.ID), casework.Closed, "zhuzhou")
		for _, p := range []someone{zhou, kid} {
			if w.where(p) != "changsha" {
				t.Errorf("%s is in %s", p.name, w.where(p))
			}
			if h, _ := s.home(p); h.ID != "" {
				t.Errorf("%s is still in a household of Zhuzhou", p.name)
			}
			if h, m := c.home(p); h.ID != lis.ID || m.Relation != "97" || m.Name != p.name {
				t.Errorf("%s is %+v in household %s", p.name, m, h.ID)
			}
			if l := s.licences(p, residence.TypeRegister); len(l) != 1 || l[0].State != licence.Cancelled {
				t.Errorf("the old register of %s: %+v", p.name, l)
			}
			l := c.licences(p, residence.TypeRegister)
			if len(l) != 1 || l[0].State != licence.Valid || l[0].Attributes["head"] != li.name || l[0].Attributes["relation"] != "其他亲属" || l[0].Attributes["address"] != lis.Address {
				t.Errorf("the new register of %s: %+v", p.name, l)
			}
		}
		if h, m := s.home(chen); h.ID != zhous.ID || h.Head != chen.number() || m.Relation != family.Head || h.Version != 2 {
			t.Errorf("those who stay: %+v", h)
		}
		if _, m := s.home(gran); m.Relation != family.HisMother {
			t.Errorf("her mother is %q to the new head", m.Relation)
		}
		if l := s.licences(gran, residence.TypeRegister); len(l) != 1 || l[0].State != licence.Valid || l[0].Edition != 2 || l[0].Attributes["head"] != chen.name || l[0].Attributes["relation"] != "岳母" {
			t.Errorf("the register of who stays: %+v", l)
		}
		if p := c.licences(zhou, residence.TypePermit); p[0].State != licence.Cancelled {
			t.Errorf("the permit that has served is %s", p[0].State)
		}
		if p := s.licences(zhou, residence.TypeCertificate); len(p) != 1 || p[0].State != licence.Cancelled || p[0].Attributes["to"] != "changsha" {
			t.Errorf("the certificate that has served: %+v", p)
		}
		if d := c.kase(k.ID).Decision; d == nil || d.Outcome != casework.Granted {
			t.Errorf("the decision: %+v", d)
		}
		history, err := s.store.FamilyHistory(context.Background(), zhous.ID)
		if err != nil || len(history) != 2 || history[1].Case != k.ID || history[1].Why != "out" {
			t.Errorf("history: %+v, %v", history, err)
		}
		w.sound()
	})
}

// lies holds a case to a state and the city that has it.
func lies(t *testing.T, c casework.Case, state casework.State, city string) casework.Case {
	t.Helper()
	if c.State != state || c.Holder.City != city {
		t.Fatalf("the case is %s with %s, want %s with %s: %v", c.State, c.Holder.City, state, city, c.Facts)
	}
	if c.Holder.Since.IsZero() {
		t.Errorf("%s: since when is not said", state)
	}
	return c
}

// A whole household moves into one of its own: relations stay, nobody is left, and the household
// of before stays for its history.
func TestAWholeHouseholdMoves(t *testing.T) {
	w := newWorld(t)
	zhous, _ := w.homes()
	f := founding(zhou, chen, kid, gran)
	id := w.promise(zhou, f)
	w.reached(id)
	w.nodes["zhuzhou"].done(id, "out-decide", clerk("zhuzhou"), nil)
	h, _ := w.nodes["changsha"].home(zhou)
	if h.Head != zhou.number() || h.Address != "长沙市新路3号" || len(h.Members) != 4 || h.ID == zhous.ID {
		t.Fatalf("their new household: %+v", h)
	}
	for p, want := range map[family.Person]family.Relation{zhou.number(): "02", chen.number(): "11", kid.number(): "30", gran.number(): "52"} {
		if m, _ := h.Member(p); m.Relation != want {
			t.Errorf("%s is %q, want %q", m.Name, m.Relation, want)
		}
	}
	if m, _ := h.Member(kid.number()); len(m.Guardians) != 2 {
		t.Errorf("her guardians: %v", m.Guardians)
	}
	old, err := w.nodes["zhuzhou"].store.Family(context.Background(), zhous.ID)
	if err != nil || len(old.Members) != 0 || old.Head != "" {
		t.Errorf("the household of before: %+v, %v", old, err)
	}
	// The new register has the household's data, and the old one is void.
	if l := w.nodes["changsha"].licences(chen, residence.TypeRegister); len(l) != 1 || l[0].Attributes["relation"] != "夫" {
		t.Errorf("the new register: %+v", l)
	}
	// And back again: the token knows that it is another time.
	back := founding(zhou, chen, kid, gran)
	back["from"], back["address"] = "changsha", "株洲市示例路9号"
	z := w.nodes["zhuzhou"]
	k := z.openCase(zhou, back)
	z.done(k.ID, "submit", zhou.actor("zhuzhou"), nil)
	z.done(k.ID, "in-promise", clerk("zhuzhou"), papers)
	w.must(w.nodes["changsha"].act(k.ID, "out-reached", clerk("changsha"), map[string]any{"channel": "visit"}))
	w.nodes["changsha"].done(k.ID, "out-decide", clerk("changsha"), nil)
	if w.where(gran) != "zhuzhou" {
		t.Errorf("back again, she is in %s", w.where(gran))
	}
	w.sound()
}

// A student is registered in the collective household of the school.
func TestAStudentMovesIntoACollectiveHousehold(t *testing.T) {
	w := newWorld(t)
	w.homes()
	dorm := w.nodes["changsha"].enter(family.Collective, "长沙市大学路1号")
	f := form(chen)
	delete(f, "host")
	f["kind"], f["as"], f["collective"] = "admission", "collective", dorm.ID
	t2 := w.nodes["changsha"]
	k := t2.openCase(chen, f)
	t2.done(k.ID, "submit", chen.actor("changsha"), nil)
	t2.done(k.ID, "in-promise", clerk("changsha"), map[string]any{"papers": []string{"household-register", "identity", "admission-notice"}})
	w.reached(k.ID)
	w.nodes["zhuzhou"].done(k.ID, "out-decide", clerk("zhuzhou"), nil)
	h, m := t2.home(chen)
	if h.ID != dorm.ID || m.Relation != family.NoRelative {
		t.Errorf("he is %q in %s", m.Relation, h.ID)
	}
	if l := t2.licences(chen, residence.TypeRegister); len(l) != 1 || l[0].Attributes["household_kind"] != "集体户" || l[0].Attributes["head"] != "示例大学" {
		t.Errorf("his register: %+v", l)
	}
	if h, _ := w.nodes["zhuzhou"].home(zhou); len(h.Members) != 3 || h.Head != zhou.number() {
		t.Errorf("those who stay: %+v", h)
	}
	w.sound()
}
