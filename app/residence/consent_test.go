package residence_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"conurb/app/residence"
	"conurb/internal/casetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// asked submits an application into li's household and returns it with the case of the consent.
func (w *world) asked(who someone, f map[string]any) (k, consent casework.Case) {
	w.t.Helper()
	c := w.nodes["changsha"]
	id, no := w.submitted(who, f)
	if no != "" {
		w.t.Fatal(no)
	}
	k = c.kase(id)
	return k, c.kase(k.Facts[residence.FactConsent])
}

// The head of the household is asked, and nobody else answers. Before he has, nothing is
// permitted, whatever the form says; after it, the clerk knows who agreed and when.
func TestTheHostIsAsked(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c := w.nodes["changsha"]
	k, ask := w.asked(chen, with(form(chen), "consent", true))
	if ask.State != course.HostAsked || ask.Applicant.Code != string(li.number()) || ask.Holder.By != casework.Applicant || ask.Facts[residence.FactWho] != chen.name || !strings.Contains(ask.Facts[residence.FactComing], chen.name) {
		t.Fatalf("he is asked: %+v", ask)
	}
	if err := c.act(k.ID, "in-promise", clerk("changsha"), papers); casetest.Code(err) != course.RefusedIneligible {
		t.Errorf("permitted before he answered: %v", err)
	}
	for name, by := range map[string]casework.Actor{"who moves in": chen.actor("changsha"), "somebody else": gran.actor("changsha"), "a clerk": clerk("changsha")} {
		if err := c.act(ask.ID, "host-agree", by, nil); err == nil {
			t.Errorf("%s agreed in his place", name)
		}
	}
	w.must(c.act(ask.ID, "host-agree", li.actor("changsha"), nil))
	k = c.kase(k.ID)
	got, err := c.Consent(context.Background(), &k)
	if err != nil || got == nil || got.How != course.ConsentAgreed || got.Name != li.name || !got.At.Equal(w.Now()) || got.Paper != "" {
		t.Errorf("the clerk reads %+v: %v", got, err)
	}
	w.must(c.act(k.ID, "in-promise", clerk("changsha"), papers))
	if w.state("changsha", ask.ID) != casework.Closed {
		t.Errorf("once permitted, the asking is %s", w.state("changsha", ask.ID))
	}
	w.settle()
	w.reached(k.ID)
	w.nodes["zhuzhou"].done(k.ID, "out-decide", clerk("zhuzhou"), nil)
	if h, _ := c.home(chen); h.Head != li.number() || w.where(chen) != "changsha" {
		t.Errorf("he lives with %s", h.Head)
	}
	w.sound()
}

// Whoever applies learns nothing of who lives there: not from the case, not from what is refused.
func TestNothingIsLearntOfAHousehold(t *testing.T) {
	w := newWorld(t)
	_, lis := w.homes()
	c := w.nodes["changsha"]
	k, ask := w.asked(chen, form(chen))
	w.must(c.act(ask.ID, "host-refuse", li.actor("changsha"), nil))
	k = c.kase(k.ID)
	text, err := json.Marshal(k)
	w.must(err)
	for _, secret := range []string{li.name, string(li.number()), lis.Address} {
		if strings.Contains(string(text), secret) {
			t.Errorf("his case says %q: %s", secret, text)
		}
	}
	// Asking to join a spouse tells nobody whether she lives there before the head agreed.
	for _, joined := range []someone{li, gran} {
		_, no := w.submitted(gran, with(form(gran), "host", map[string]any{"household": lis.ID, "number": joined.number()}))
		if no != "" {
			t.Errorf("joining %s: %s", joined.name, no)
		}
		w.must(c.act(c.openOf(gran), "withdraw", gran.actor("changsha"), nil))
	}
}

// openOf is the application of somebody that goes on.
func (n *node) openOf(who someone) string {
	n.world.t.Helper()
	list, err := n.store.Cases(context.Background(), caseFilterOf(who))
	n.world.must(err)
	for _, k := range list {
		if k.State == course.InExamining || k.State == course.InCorrect {
			return k.ID
		}
	}
	n.world.t.Fatal("there is none")
	return ""
}

// A no gives the application back to be corrected; the answer counts for what was asked alone, and
// can be taken back before the permit.
func TestAHostWhoDoesNotAgree(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c := w.nodes["changsha"]
	k, ask := w.asked(chen, form(chen))
	w.must(c.act(ask.ID, "host-agree", li.actor("changsha"), nil))
	w.must(c.act(ask.ID, "host-take-back", li.actor("changsha"), nil))
	if got := c.kase(k.ID); got.State != course.InCorrect || got.Holder.By != casework.Applicant || got.Facts[residence.FactHost] != course.ConsentRefused {
		t.Fatalf("it is %s: %v", got.State, got.Facts)
	}
	if f := c.faults(k.ID); len(f) != 1 || f[0].Code != course.RefusedConsent {
		t.Errorf("he reads %+v", f)
	}
	c.done(k.ID, "resubmit", chen.actor("changsha"), nil)
	again := c.kase(c.kase(k.ID).Facts[residence.FactConsent])
	if again.ID == ask.ID || again.State != course.HostAsked {
		t.Errorf("asked again, it is %s", again.State)
	}
	w.Pass(31 * 24 * time.Hour)
	c.tick()
	if got := c.kase(again.ID); got.State != course.HostLapsed || c.kase(k.ID).State != course.InCorrect {
		t.Errorf("without an answer it is %s and %s", got.State, c.kase(k.ID).State)
	}
	f, err := json.Marshal(founding(chen))
	w.must(err)
	if _, err := c.cases.Save(context.Background(), k.ID, chen.actor("changsha"), f, ""); err != nil {
		t.Fatal(err)
	}
	c.done(k.ID, "resubmit", chen.actor("changsha"), nil)
	if got := c.kase(k.ID); got.State != course.InExamining || got.Facts[residence.FactHost] != "" {
		t.Errorf("a household of his own: %s %v", got.State, got.Facts)
	}
	w.must(c.act(k.ID, "in-promise", clerk("changsha"), map[string]any{"papers": "household-register identity employment housing"}))
	w.sound()
}

// A head without an account agrees on paper, which a clerk records, and it is said so. Who applies
// and is the head agrees by applying. Another head has to agree anew.
func TestConsentOnPaperAndByTheHead(t *testing.T) {
	w := newWorld(t)
	_, lis := w.homes()
	c := w.nodes["changsha"]
	k, ask := w.asked(chen, form(chen))
	if err := c.act(ask.ID, "host-paper", clerk("changsha"), nil); casetest.Code(err) != casework.RefusedNeeds {
		t.Errorf("without a paper: %v", err)
	}
	own := clerk("changsha")
	own.Person.Code, own.Person.Kind = string(chen.number()), chen.actor("changsha").Kind
	if err := c.act(ask.ID, "host-paper", own, map[string]any{"paper": "2026-17"}); casetest.Code(err) != casework.RefusedOwn {
		t.Errorf("a clerk for himself: %v", err)
	}
	w.must(c.act(ask.ID, "host-paper", clerk("changsha"), map[string]any{"paper": "2026-17"}))
	k = c.kase(k.ID)
	if got, err := c.Consent(context.Background(), &k); err != nil || got.How != course.ConsentPaper || got.Paper != "2026-17" || got.Clerk != "经办人" {
		t.Errorf("the clerk reads %+v: %v", got, err)
	}
	wife := someone{"王芳", "1991-01-01", family.Female, 31}
	if _, err := c.Birth(context.Background(), "registrar", lis.ID, wife.member(family.Wife), "补录", false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Lead(context.Background(), "registrar", lis.ID, wife.number(), nil, "户主变更"); err != nil {
		t.Fatal(err)
	}
	if err := c.act(k.ID, "in-promise", clerk("changsha"), papers); casetest.Code(err) != course.RefusedHostChanged {
		t.Errorf("another leads the household: %v", err)
	}
	w.must(c.act(k.ID, "in-ask-more", clerk("changsha"), nil))
	c.done(k.ID, "resubmit", chen.actor("changsha"), nil)
	anew := c.kase(k.ID).Facts[residence.FactConsent]
	if got := c.kase(ask.ID); got.State != casework.Withdrawn || c.kase(anew).Applicant.Code != string(wife.number()) {
		t.Errorf("the old asking is %s, the new one asks %+v", got.State, c.kase(anew).Applicant)
	}
	if err := c.act(anew, "host-agree", li.actor("changsha"), nil); casetest.Code(err) != casework.RefusedYours {
		t.Errorf("who led it before answers: %v", err)
	}
	w.must(c.act(anew, "host-agree", wife.actor("changsha"), nil))
	w.must(c.act(k.ID, "in-promise", clerk("changsha"), papers))

	if _, err := c.Lead(context.Background(), "registrar", lis.ID, li.number(), nil, "户主变更"); err != nil {
		t.Fatal(err)
	}

	mine, no := w.submitted(li, form(gran)) // the host applies for who joins him
	if no != "" || c.kase(mine).Facts[residence.FactHost] != course.ConsentAgreed {
		t.Errorf("the head applies: %q %v", no, c.kase(mine).Facts)
	}
	w.sound()
}

func caseFilterOf(who someone) store.CaseFilter {
	p := who.actor("changsha").Person
	return store.CaseFilter{Person: &p, Items: []string{course.ItemIn}}
}
