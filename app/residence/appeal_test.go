package residence_test

import (
	"context"
	"testing"
	"time"

	"conurb/app/residence"
	"conurb/internal/casetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/licence"
	"conurb/store"
)

func supervisor(city household.City) casework.Actor {
	return casework.Actor{By: casework.Supervisor, Office: authorities[city], Person: casework.Person{City: string(city), Account: "supervisor of " + string(city), Name: "复核人"}}
}

// refusedThere brings a case to the refusal of the city that lets go.
func (w *world) refusedThere(who someone) string {
	w.t.Helper()
	id := w.promise(who, form(who))
	w.reached(id)
	w.nodes["zhuzhou"].done(id, "out-refuse", clerk("zhuzhou"), map[string]any{"code": course.WhyBlocked})
	if w.state("changsha", id) != course.InRefused {
		w.t.Fatalf("it is %s", w.state("changsha", id))
	}
	return id
}

// The other city refuses, the applicant asks for a review where he applied, somebody else there
// takes the refusal back: the application goes on without him, under a hold of a number of its own,
// and he moves.
func TestARefusalOfTheOtherCityIsTakenBack(t *testing.T) {
	w := newWorld(t)
	_, lis := w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id := w.refusedThere(chen)
	k := c.kase(id)
	if k.Holder.By != "" || k.Holder.Until.String() != "2027-01-25" { // sixty days after the 26th of November
		t.Fatalf("a review can be asked for until %s, with %s", k.Holder.Until, k.Holder.By)
	}
	if err := c.act(id, "appeal", zhou.actor("changsha"), nil); casetest.Code(err) != casework.RefusedYours {
		t.Errorf("somebody else asks for a review: %v", err)
	}
	c.done(id, "appeal", chen.actor("changsha"), nil)
	lies(t, c.kase(id), course.InAppealThere, "zhuzhou")
	if k := s.kase(id); k.State != course.OutAppealed || k.Appeal == nil || k.Appeal.Grounds != "依据" || k.Holder.By != casework.Supervisor {
		t.Fatalf("there it is %s: %+v", k.State, k.Appeal)
	}
	same := supervisor("zhuzhou")
	same.Account = clerk("zhuzhou").Account
	if err := s.act(id, "out-change", same, nil); casetest.Code(err) != casework.RefusedSame {
		t.Errorf("who decided reviews: %v", err)
	}
	s.done(id, "out-change", supervisor("zhuzhou"), nil)
	k, out := lies(t, c.kase(id), course.InThere, "zhuzhou"), lies(t, s.kase(id), course.OutArrived, "zhuzhou")
	second := k.Facts[residence.FactTransfer]
	if second == "" || second == id || out.Facts[residence.FactTransfer] != second {
		t.Fatalf("the new hold is %q here and %q there", second, out.Facts[residence.FactTransfer])
	}
	if k.Decision != nil || k.Appeal == nil || k.Appeal.Result != casework.AppealChanged || k.Facts[residence.FactWhy] != "" || out.Decision != nil || out.Appeal.Result != casework.AppealChanged {
		t.Errorf("he reads %+v %+v", k.Decision, k.Appeal)
	}
	first, there, err := s.register.Transfer(context.Background(), id)
	if err != nil || !there || first.State != household.Refused {
		t.Errorf("the old hold is %+v: %v", first, err)
	}
	if p := c.licences(chen, residence.TypePermit); len(p) != 2 || p[0].State != licence.Valid || p[1].State != licence.Cancelled || p[0].Attributes["transfer"] != second {
		t.Errorf("permits: %+v", p)
	}
	if w.where(chen) != "zhuzhou" {
		t.Error("he moved before anybody decided")
	}
	w.reached(id)
	s.done(id, "out-decide", clerk("zhuzhou"), nil)
	if w.state("changsha", id) != casework.Closed || w.state("zhuzhou", id) != casework.Closed || w.where(chen) != "changsha" {
		t.Fatalf("%s and %s, he is in %s", w.state("changsha", id), w.state("zhuzhou", id), w.where(chen))
	}
	if h, _ := c.home(chen); h.ID != lis.ID {
		t.Errorf("he lives in %s", h.ID)
	}
	w.sound()
}

// A whole household that founds one of its own goes on too: what its people are to one another is
// known from the register's new answer.
func TestAWholeHouseholdGoesOnAfterAReview(t *testing.T) {
	w := newWorld(t)
	w.homes()
	s := w.nodes["zhuzhou"]
	id := w.promise(zhou, founding(zhou, chen, kid, gran))
	w.must(s.act(id, "out-missed", clerk("zhuzhou"), map[string]any{"channel": "phone"}))
	w.Pass(8 * 24 * time.Hour)
	s.done(id, "out-unreachable", clerk("zhuzhou"), nil)
	w.nodes["changsha"].done(id, "appeal", zhou.actor("changsha"), nil)
	s.done(id, "out-change", supervisor("zhuzhou"), nil)
	if got := s.kase(id); got.State != course.OutArrived || got.Facts[residence.FactMissed] != "" {
		t.Fatalf("it is %s here and %s there", w.state("changsha", id), got.State)
	}
	if err := s.act(id, "out-unreachable", clerk("zhuzhou"), nil); casetest.Code(err) != course.RefusedNoTry {
		t.Errorf("given back without a new try: %v", err)
	}
	w.sound()
}

// A review that upholds ends the case; one that nobody asks for in time cannot be asked for any
// more.
func TestARefusalThatStands(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id := w.refusedThere(chen)
	c.done(id, "appeal", chen.actor("changsha"), nil)
	s.done(id, "uphold", supervisor("zhuzhou"), nil)
	if k := c.kase(id); k.State != course.InOver || k.Appeal.Result != casework.AppealUpheld || k.Appeal.Reason != "依据" || k.Decision == nil || w.state("zhuzhou", id) != course.OutOver {
		t.Errorf("it is %s: %+v, there %s", k.State, k.Appeal, w.state("zhuzhou", id))
	}
	late := w.refusedThere(gran)
	w.Pass(61 * 24 * time.Hour)
	if err := c.act(late, "appeal", gran.actor("changsha"), nil); casetest.Code(err) != casework.RefusedLate {
		t.Errorf("after sixty days: %v", err)
	}
	for _, n := range []*node{c, s} {
		if _, err := n.cases.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if got, there := w.state("changsha", late), w.state("zhuzhou", late); got != course.InOver || there != course.OutRefused {
		t.Errorf("after sixty days they are %s and %s", got, there)
	}
	w.Pass(7 * 24 * time.Hour)
	if _, err := s.cases.Tick(context.Background()); err != nil || w.state("zhuzhou", late) != course.OutOver {
		t.Errorf("a week later it is %s: %v", w.state("zhuzhou", late), err)
	}
	w.sound()
}

// Who takes his appeal back has it ended at the city that reviews, whichever message comes first
// and whatever is lost; a review that was decided meanwhile counts.
func TestAnAppealIsTakenBack(t *testing.T) {
	over := func(t *testing.T, w *world, id string) {
		t.Helper()
		k, out := w.nodes["changsha"].kase(id), w.nodes["zhuzhou"].kase(id)
		if k.State != course.InOver || k.Appeal.Result != casework.AppealWithdrawn || k.Decision == nil || k.Decision.Outcome != casework.Refused {
			t.Errorf("it is %s: %+v", k.State, k.Appeal)
		}
		if out.State != course.OutOver || out.Appeal == nil || out.Appeal.Result != casework.AppealWithdrawn || out.Appeal.Grounds != "依据" {
			t.Errorf("there it is %s: %+v", out.State, out.Appeal)
		}
		w.sound()
	}
	begin := func(t *testing.T) (*world, string) {
		w := newWorld(t)
		w.homes()
		return w, w.refusedThere(chen)
	}
	t.Run("while it is reviewed", func(t *testing.T) {
		w, id := begin(t)
		c := w.nodes["changsha"]
		c.done(id, "appeal", chen.actor("changsha"), nil)
		if err := c.act(id, "withdraw-appeal", zhou.actor("changsha"), nil); casetest.Code(err) != casework.RefusedYours {
			t.Errorf("somebody else takes it back: %v", err)
		}
		c.done(id, "withdraw-appeal", chen.actor("changsha"), nil)
		over(t, w, id)
	})
	t.Run("before it came", func(t *testing.T) {
		w, id := begin(t)
		c := w.nodes["changsha"]
		w.drop[residence.KindAppeal] = 1
		c.done(id, "appeal", chen.actor("changsha"), nil)
		c.done(id, "withdraw-appeal", chen.actor("changsha"), nil)
		over(t, w, id)
	})
	t.Run("told again where that was lost", func(t *testing.T) {
		w, id := begin(t)
		c := w.nodes["changsha"]
		c.done(id, "appeal", chen.actor("changsha"), nil)
		w.drop[residence.KindAppeal] = 1
		c.done(id, "withdraw-appeal", chen.actor("changsha"), nil)
		if lies(t, c.kase(id), course.InDropping, "zhuzhou"); w.state("zhuzhou", id) != course.OutAppealed {
			t.Fatalf("there it is %s", w.state("zhuzhou", id))
		}
		w.Pass(61 * 24 * time.Hour)
		if _, err := c.cases.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.settle()
		over(t, w, id)
	})
	t.Run("once it was decided", func(t *testing.T) {
		w, id := begin(t)
		c := w.nodes["changsha"]
		c.done(id, "appeal", chen.actor("changsha"), nil)
		w.drop[residence.KindNews] = 1
		w.must(w.nodes["zhuzhou"].act(id, "uphold", supervisor("zhuzhou"), nil))
		w.settle()
		c.done(id, "withdraw-appeal", chen.actor("changsha"), nil)
		if k := c.kase(id); k.State != course.InOver || k.Appeal.Result != casework.AppealUpheld {
			t.Errorf("it is %s: %+v", k.State, k.Appeal)
		}
	})
	t.Run("where the city that takes in declined", func(t *testing.T) {
		w := newWorld(t)
		w.homes()
		c := w.nodes["changsha"]
		id, _ := w.submitted(chen, form(chen))
		w.must(c.act(id, "in-decline", clerk("changsha"), nil))
		w.must(c.act(id, "appeal", chen.actor("changsha"), nil))
		w.must(c.act(id, "withdraw-appeal", chen.actor("changsha"), nil))
		if k := c.kase(id); k.State != course.InOver || k.Appeal.Result != casework.AppealWithdrawn || k.Decision == nil {
			t.Errorf("it is %s: %+v", k.State, k.Appeal)
		}
	})
}

// The city that takes in declines, and its reviewer takes that back: the register there is asked
// anew, and a clerk permits.
func TestADeclinedMoveIsReviewed(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c := w.nodes["changsha"]
	id, _ := w.submitted(chen, form(chen))
	w.must(c.act(id, "in-decline", clerk("changsha"), nil))
	if k := c.kase(id); k.State != course.InDeclined || k.Decision == nil || k.Holder.Until.String() != "2027-01-25" {
		t.Fatalf("it is %s until %s", k.State, k.Holder.Until)
	}
	w.must(c.act(id, "appeal", chen.actor("changsha"), nil))
	same := supervisor("changsha")
	same.Account = clerk("changsha").Account
	if err := c.act(id, "in-change", same, nil); casetest.Code(err) != casework.RefusedSame {
		t.Errorf("who declined reviews: %v", err)
	}
	c.done(id, "in-change", supervisor("changsha"), nil)
	if k := c.kase(id); k.State != course.InExamining || k.Decision != nil || k.Appeal.Result != casework.AppealChanged || k.Clock.Stopped != 0 || k.Clock.Due == 0 {
		t.Fatalf("it is %s: %+v %+v", k.State, k.Appeal, k.Clock)
	}
	c.agree(id)
	c.done(id, "in-promise", clerk("changsha"), papers)
	if w.state("zhuzhou", id) != course.OutArrived {
		t.Errorf("there it is %s", w.state("zhuzhou", id))
	}
	w.sound()
}

// What was changed meanwhile is looked at by a clerk: nothing is promised again unseen. And who is
// registered where he wants to go by now is held by nobody.
func TestNothingIsPromisedAgainThatDoesNotHold(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id := w.refusedThere(chen)
	c.done(id, "appeal", chen.actor("changsha"), nil)
	other := w.promise(chen, form(chen)) // he applies again beside it
	s.done(id, "out-change", supervisor("zhuzhou"), nil)
	if k := c.kase(id); k.State != course.InCorrect || k.Facts[residence.FactAgain] != "" {
		t.Errorf("beside another application it is %s", k.State)
	}
	w.reached(other)
	s.done(other, "out-decide", clerk("zhuzhou"), nil)
	if w.where(chen) != "changsha" {
		t.Fatalf("he is in %s", w.where(chen))
	}
	if err := c.act(id, "resubmit", chen.actor("changsha"), nil); casetest.Code(err) != course.RefusedElsewhere {
		t.Errorf("who has come already: %v", err)
	}
	w.sound()
}

// A city that lost its case with a backup has nothing to review: the application goes on. What it
// said before its answer was lost is said again.
func TestAReviewSurvivesBackups(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	backup := s.backup()
	id := w.refusedThere(chen)
	s.restored(backup)
	w.reconcile()
	c.done(id, "appeal", chen.actor("changsha"), nil)
	k := c.kase(id)
	if k.State != course.InThere || k.Appeal.Result != casework.AppealReopened {
		t.Fatalf("it is %s: %+v", k.State, k.Appeal)
	}
	list, err := s.store.Cases(context.Background(), caseOfTransfer(k))
	if err != nil || len(list) != 1 || list[0].State != course.OutArrived || list[0].Applicant.Name != chen.name {
		t.Fatalf("there: %+v, %v", list, err)
	}
	s.done(list[0].ID, "out-reached", clerk("zhuzhou"), map[string]any{"channel": "phone"})
	if c.kase(id).Facts[residence.FactContacted] == "" {
		t.Error("news of the new hold does not reach the case")
	}
	s.done(list[0].ID, "out-decide", clerk("zhuzhou"), nil)
	if w.state("changsha", id) != casework.Closed || w.where(chen) != "changsha" {
		t.Errorf("it is %s, he is in %s", w.state("changsha", id), w.where(chen))
	}

	gid := w.refusedThere(gran)
	w.drop[residence.KindAppeal] = 1
	c.done(gid, "appeal", gran.actor("changsha"), nil)
	if w.state("zhuzhou", gid) != course.OutRefused {
		t.Fatalf("it is %s", w.state("zhuzhou", gid))
	}
	w.Pass(61 * 24 * time.Hour)
	if _, err := c.cases.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if w.state("zhuzhou", gid) != course.OutAppealed || w.state("changsha", gid) != course.InAppealThere {
		t.Errorf("asked again, it is %s and %s", w.state("changsha", gid), w.state("zhuzhou", gid))
	}
}

// reconcile lets a city that came back find its place again.
func (w *world) reconcile() {
	w.t.Helper()
	for range 20 {
		w.Pass(time.Minute)
		for _, name := range names {
			w.must(w.nodes[name].register.Tick(context.Background()))
		}
		w.settle()
	}
}

func caseOfTransfer(k casework.Case) store.CaseFilter {
	return store.CaseFilter{Items: []string{course.ItemOut}, Link: &casework.Link{Kind: "transfer", City: "zhuzhou", ID: k.Facts[residence.FactTransfer]}}
}
