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
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/locale"
)

// reads is what a citizen reads of a refusal or a fault: a sentence and what to do, in both
// languages.
func reads(t *testing.T, key string, args map[string]string) {
	t.Helper()
	for _, lang := range locale.Languages {
		for _, k := range []string{key, key + ".remedy"} {
			text := locale.T(lang, k, args)
			if text == "" || strings.Contains(text, "["+k) || strings.Contains(text, "{") {
				t.Errorf("%s in %s: %q", k, lang, text)
			}
		}
	}
}

// faults are what the other register objected to.
func (n *node) faults(id string) (list []residence.Fault) {
	n.world.t.Helper()
	if text := n.kase(id).Facts[residence.FactFaults]; text != "" {
		n.world.must(json.Unmarshal([]byte(text), &list))
	}
	return list
}

// submitted opens and submits, and says what the submission refuses; else how the other register
// answers.
func (w *world) submitted(who someone, f map[string]any) (id, no string) {
	w.t.Helper()
	n := w.nodes["changsha"]
	k := n.openCase(who, f)
	err := n.act(k.ID, "submit", who.actor("changsha"), nil)
	if err != nil {
		return k.ID, casetest.Code(err)
	}
	w.settle()
	for _, fault := range n.faults(k.ID) {
		no = fault.Code
	}
	return k.ID, no
}

func with(f map[string]any, key string, v any) map[string]any { f[key] = v; return f }

func first(f map[string]any) map[string]any { return f["people"].([]any)[0].(map[string]any) }

func named(f map[string]any, key string, v any) map[string]any { first(f)[key] = v; return f }

// What stands against a move is said before a clerk has it: by the form, or by the register of the
// other city, and nothing has changed.
func TestWhatStandsAgainstAnApplication(t *testing.T) {
	w := newWorld(t)
	zhous, _ := w.homes()
	s, c := w.nodes["zhuzhou"], w.nodes["changsha"]
	rural := someone{"刘建国", "1965-04-12", family.Male, 11}
	frozen := someone{"黄磊", "1995-05-30", family.Male, 12}
	suspect := someone{"高翔", "1991-01-01", family.Male, 13}
	double := someone{"马丽", "1992-02-02", family.Female, 14}
	void := someone{"何芳", "1993-03-03", family.Female, 15}
	gone := someone{"孙燕", "1994-04-04", family.Female, 16}
	stranger := someone{"无名", "1980-08-08", family.Male, 17}
	h, err := s.Enter(context.Background(), "r", residence.Entry{Household: family.Household{Kind: family.Family, Address: "村3组", Rural: true}, Members: []family.Member{rural.member(family.Head)}})
	w.must(err)
	for p, b := range map[someone]string{frozen: "frozen", suspect: "criminal", double: "duplicate", void: "cancelled"} {
		s.enter(family.Family, "路"+b, p.member(family.Head))
		if _, err := s.Block(context.Background(), "r", p.number(), &family.Block{Code: b, Reason: "核查"}, "核查"); err != nil {
			t.Fatal(err)
		}
	}
	w.nodes["xiangtan"].enter(family.Family, "湘潭路1号", gone.member(family.Head))
	lies := c.enter(family.Collective, "大学路1号")
	host := func(f map[string]any, v map[string]any) map[string]any { return with(f, "host", v) }
	for _, k := range []struct {
		name string
		who  someone
		form map[string]any
		want string
	}{
		{"the head leaves and nobody leads those who stay", zhou, form(zhou), "family-head"},
		{"who is to lead leaves too", zhou, with(form(zhou, chen), "successor", map[string]any{"number": chen.number(), "name": chen.name}), "family-head-gone"},
		{"who is to lead is called otherwise", zhou, with(form(zhou), "successor", map[string]any{"number": chen.number(), "name": "别人"}), "family-name"},
		{"who is to lead is a child", zhou, with(form(zhou), "successor", map[string]any{"number": kid.number(), "name": kid.name}), "family-head-minor"},
		{"only a child would stay", zhou, with(form(zhou, chen, gran), "successor", map[string]any{"number": kid.number(), "name": kid.name}), "family-minors-alone"},
		{"another name than the register has", chen, named(form(chen), "name", "陈韬"), "family-name"},
		{"another birthday than the number has", chen, named(form(chen), "born", "1987-02-04"), "family-born"},
		{"no number", chen, named(form(chen), "number", "430299198702030000"), "family-number"},
		{"a frozen registration", frozen, form(frozen), "family-blocked-frozen"},
		{"an open criminal case", suspect, form(suspect), "family-blocked-criminal"},
		{"registered twice", double, form(double), "family-blocked-duplicate"},
		{"cancelled", void, form(void), "family-blocked-cancelled"},
		{"a person whom the city does not know", stranger, form(stranger), "register-unknown"},
		{"a person who is registered in a third city", gone, form(gone), "register-unknown"},
		{"rural rights are not read", rural, form(rural), "residence-rural"},
		{"a child without a guardian", kid, form(kid), "family-guardian"},
		{"a child whose guardian is none", kid, named(form(kid), "guardian", gran.number()), "family-guardian"},
		{"what they are to the host is not said", chen, named(form(chen), "relation", ""), "family-relation"},
		{"a household that is not here", chen, host(form(chen), map[string]any{"household": zhous.ID}), "residence-host"},
		{"a household that is none", chen, host(form(chen), map[string]any{"household": "7"}), "residence-host"},
		{"a collective household as host", chen, host(form(chen), map[string]any{"household": lies.ID}), "residence-host"},
		{"no such collective household", chen, with(with(form(chen), "as", "collective"), "collective", "nothing"), "residence-collective"},
		{"a collective household that is full", chen, with(with(form(chen, gran, kid), "as", "collective"), "collective", lies.ID), "family-full"},
		{"a kind that is none of the five", chen, with(form(chen), "kind", "home"), "residence-old-way"},
		{"a kind that nobody knows", chen, with(form(chen), "kind", "whim"), "residence-old-way"},
		{"out of this very city", chen, with(form(chen), "from", "changsha"), "residence-same-city"},
		{"out of a city that is not connected", chen, with(form(chen), "from", "beijing"), "residence-no-city"},
		{"out of the office", chen, with(form(chen), "from", "office"), "residence-no-city"},
		{"for somebody else", gran, form(chen), "residence-not-yours"},
		{"who is registered here", li, form(li), "residence-elsewhere"},
		{"one twice", chen, with(form(chen), "people", []any{map[string]any{"number": chen.number(), "name": chen.name}, map[string]any{"number": chen.number(), "name": chen.name}}), "residence-twice"},
		{"no telephone", chen, with(form(chen), "phone", ""), "residence-form"},
	} {
		id, no := w.submitted(k.who, k.form)
		if no != k.want {
			t.Errorf("%s: %q, want %s", k.name, no, k.want)
		}
		reads(t, "casework.refusal."+k.want, map[string]string{"person": "1", "places": "2", "field": "/", "kind": "home", "city": "beijing"})
		if got := c.kase(id); got.State != casework.Draft && got.State != course.InCorrect {
			t.Errorf("%s: the case is %s", k.name, got.State)
		}
		w.must(c.act(id, "withdraw", k.who.actor("changsha"), nil))
	}
	if now, err := s.store.Family(context.Background(), zhous.ID); err != nil || now.Version != 1 {
		t.Errorf("the household is at version %d: %v", now.Version, err)
	}
	if now, err := s.store.Family(context.Background(), h.ID); err != nil || now.Version != 1 {
		t.Errorf("the rural household is at version %d: %v", now.Version, err)
	}
	for _, p := range []someone{zhou, chen, kid, gran, rural, frozen} {
		if w.where(p) != "zhuzhou" {
			t.Errorf("%s is in %s", p.name, w.where(p))
		}
	}
	// What was a warning is confirmed, what was wrong is put right, and then it goes on.
	id, no := w.submitted(rural, with(form(rural), "rural", true))
	if no != "" || w.state("changsha", id) != course.InExamining {
		t.Errorf("read and confirmed: %q, %s", no, w.state("changsha", id))
	}
	id, no = w.submitted(kid, named(form(kid), "guardian", zhou.number()))
	if no != "" || w.state("changsha", id) != course.InExamining {
		t.Errorf("with a guardian's consent: %q, %s", no, w.state("changsha", id))
	}
	w.sound()
}

// An applicant corrects what the register objects to, without beginning again.
func TestAnApplicantCorrects(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c := w.nodes["changsha"]
	id, no := w.submitted(zhou, form(zhou))
	if no != "family-head" {
		t.Fatal(no)
	}
	if k := c.kase(id); k.Holder.By != casework.Applicant || k.Clock.Paused == 0 {
		t.Errorf("it lies with %+v, %+v", k.Holder, k.Clock)
	}
	f := c.text(with(form(zhou), "successor", map[string]any{"number": chen.number(), "name": chen.name}))
	if _, err := c.cases.Save(context.Background(), id, zhou.actor("changsha"), f, ""); err != nil {
		t.Fatal(err)
	}
	c.done(id, "resubmit", zhou.actor("changsha"), nil)
	if k := c.kase(id); k.State != course.InExamining || k.Clock.Paused != 0 || k.Facts[residence.FactFaults] != "" {
		t.Errorf("corrected, it is %s: %v", k.State, k.Facts)
	}
	if err := c.act(id, "in-promise", clerk("changsha"), nil); casetest.Code(err) != course.RefusedIneligible {
		t.Errorf("without a paper: %v", err)
	} else {
		reads(t, "casework.refusal."+course.RefusedIneligible, map[string]string{"reasons": "x"})
	}
	w.must(c.act(id, "in-ask-more", clerk("changsha"), nil))
	if w.state("changsha", id) != course.InCorrect {
		t.Error("asked for more, it is", w.state("changsha", id))
	}
}

// What the city that lets go finds when it looks is refused with its reason, which the applicant
// reads at the city where he applied.
func TestTheOtherCityRefuses(t *testing.T) {
	for _, why := range course.Whys {
		t.Run(why, func(t *testing.T) {
			w := newWorld(t)
			w.homes()
			id := w.promise(chen, form(chen))
			w.reached(id)
			s, c := w.nodes["zhuzhou"], w.nodes["changsha"]
			if err := s.act(id, "out-refuse", clerk("zhuzhou"), map[string]any{"code": "whim"}); casetest.Code(err) != course.RefusedWhy {
				t.Errorf("a reason that is none: %v", err)
			}
			s.done(id, "out-refuse", clerk("zhuzhou"), map[string]any{"code": why})
			k := c.kase(id)
			if k.State != course.InRefused || k.Facts[residence.FactWhy] != why || k.Facts[residence.FactGrounds] != "依据" {
				t.Fatalf("it is %s: %v", k.State, k.Facts)
			}
			if k.Decision == nil || k.Decision.Outcome != casework.Refused || k.Decision.Key != "residence.why."+why || k.Decision.Grounds != "依据" {
				t.Errorf("he reads %+v", k.Decision)
			}
			if w.state("zhuzhou", id) != course.OutRefused || w.where(chen) != "zhuzhou" {
				t.Errorf("there it is %s, he is in %s", w.state("zhuzhou", id), w.where(chen))
			}
			if p := c.licences(chen, residence.TypePermit); len(p) != 1 || p[0].State != licence.Cancelled {
				t.Errorf("the permit: %+v", p)
			}
			// And he may apply again.
			if again := w.promise(chen, form(chen)); again == id {
				t.Error("the same case")
			}
		})
	}
}

// Nobody decides without having spoken to the applicant; who cannot be reached in five working days
// stays where he is, and reads so.
func TestAnApplicantWhoCannotBeReached(t *testing.T) {
	w := newWorld(t)
	w.homes()
	id := w.promise(chen, form(chen))
	s, c := w.nodes["zhuzhou"], w.nodes["changsha"]
	no := func(move string, input map[string]any, want string) {
		t.Helper()
		if err := s.act(id, move, clerk("zhuzhou"), input); casetest.Code(err) != want {
			t.Errorf("%s: %v, want %s", move, err, want)
		}
		reads(t, "casework.refusal."+want, map[string]string{"until": "2026-12-03", "channel": "x", "move": "a", "state": "b"})
	}
	no("out-unreachable", nil, course.RefusedNoTry)
	no("out-missed", map[string]any{"channel": "pigeon"}, course.RefusedChannel)
	no("out-decide", nil, casework.RefusedState)
	w.must(s.act(id, "out-missed", clerk("zhuzhou"), map[string]any{"channel": "phone"}))
	no("out-unreachable", nil, course.RefusedEarly)
	w.Pass(6 * 24 * time.Hour) // the 2nd of December: a Wednesday
	no("out-unreachable", nil, course.RefusedEarly)
	w.Pass(2 * 24 * time.Hour)
	s.done(id, "out-unreachable", clerk("zhuzhou"), nil)
	if k := c.kase(id); k.State != course.InRefused || k.Facts[residence.FactWhy] != course.WhyUnreachable || k.Facts[residence.FactMissed] != "1" {
		t.Errorf("it is %s: %v", k.State, k.Facts)
	}
	if w.where(chen) != "zhuzhou" {
		t.Error("he was moved")
	}
}

// A permit counts for forty days; the register ends what nobody decided, by the clock of the city
// that lets go.
func TestAPermitThatIsOver(t *testing.T) {
	w := newWorld(t)
	w.homes()
	id := w.promise(chen, form(chen))
	w.reached(id)
	s, c := w.nodes["zhuzhou"], w.nodes["changsha"]
	w.Pass(41 * 24 * time.Hour)
	if err := s.act(id, "out-decide", clerk("zhuzhou"), nil); casetest.Code(err) != "register-expired" {
		t.Errorf("decided after the last day: %v", err)
	}
	reads(t, "casework.refusal.register-expired", nil)
	if w.where(chen) != "zhuzhou" {
		t.Error("he was moved")
	}
	w.must(s.register.Tick(context.Background()))
	w.settle()
	if k := s.kase(id); k.State != course.OutRefused || k.Facts[residence.FactWhy] != "register-expired" {
		t.Errorf("there it is %s: %v", k.State, k.Facts)
	}
	if k := c.kase(id); k.State != course.InRefused || k.Decision.Key != "residence.why.register-expired" {
		t.Errorf("here it is %s: %+v", k.State, k.Decision)
	}
}

// Two applications for one person: the second is told at once, at whichever city.
func TestTwoApplicationsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.homes()
	w.promise(chen, form(chen))
	if _, no := w.submitted(zhou, with(form(zhou, chen), "successor", map[string]any{"number": gran.number(), "name": gran.name})); no != course.RefusedUnder {
		t.Errorf("by his wife, in the same city: %q", no)
	}
	// In the third city the register of the first says so.
	x := w.nodes["xiangtan"]
	k := x.openCase(chen, founding(chen))
	x.done(k.ID, "submit", chen.actor("xiangtan"), nil)
	if f := x.faults(k.ID); len(f) != 1 || f[0].Code != course.RefusedUnder {
		t.Errorf("the register says %+v", f)
	}
	reads(t, "casework.refusal."+course.RefusedUnder, map[string]string{"person": "1"})
}

// Two cities permit the same person before either letter arrives: the one that is decided first
// moves him, and the other is told that he has moved.
func TestTwoCitiesPermitAtOnce(t *testing.T) {
	w := newWorld(t)
	w.homes()
	x, c := w.nodes["xiangtan"], w.nodes["changsha"]
	one := c.openCase(chen, form(chen))
	two := x.openCase(chen, founding(chen))
	w.must(c.act(one.ID, "submit", chen.actor("changsha"), nil))
	x.done(two.ID, "submit", chen.actor("xiangtan"), nil)
	c.agree(one.ID)
	w.must(c.act(one.ID, "in-promise", clerk("changsha"), papers))
	x.done(two.ID, "in-promise", clerk("xiangtan"), papers)
	s := w.nodes["zhuzhou"]
	for _, id := range []string{one.ID, two.ID} {
		w.must(s.act(id, "out-reached", clerk("zhuzhou"), map[string]any{"channel": "phone"}))
	}
	if err := s.act(one.ID, "out-decide", clerk("zhuzhou"), nil); casetest.Code(err) != course.RefusedUnder {
		t.Fatalf("decided while another one is open: %v", err)
	}
	w.must(s.act(two.ID, "out-refuse", clerk("zhuzhou"), map[string]any{"code": course.WhyDuplicate}))
	s.done(one.ID, "out-decide", clerk("zhuzhou"), nil)
	if w.where(chen) != "changsha" || w.state("xiangtan", two.ID) != course.InRefused || w.state("changsha", one.ID) != casework.Closed {
		t.Errorf("he is in %s; %s and %s", w.where(chen), w.state("changsha", one.ID), w.state("xiangtan", two.ID))
	}
	w.sound()
}

// Before the decision a withdrawal ends it; while it is decided there is only forward.
func TestAWithdrawal(t *testing.T) {
	w := newWorld(t)
	w.homes()
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	id := w.promise(chen, form(chen))
	w.must(c.act(id, "in-withdraw", chen.actor("changsha"), nil))
	if k := c.kase(id); k.State != course.InWithdrawing || k.Holder.City != "zhuzhou" {
		t.Errorf("it is %s with %s", k.State, k.Holder.City)
	}
	w.settle()
	if w.state("changsha", id) != casework.Withdrawn || w.state("zhuzhou", id) != casework.Withdrawn || w.where(chen) != "zhuzhou" {
		t.Errorf("%s and %s, he is in %s", w.state("changsha", id), w.state("zhuzhou", id), w.where(chen))
	}
	if p := c.licences(chen, residence.TypePermit); p[0].State != licence.Cancelled {
		t.Errorf("the permit is %s", p[0].State)
	}

	id = w.promise(chen, form(chen))
	w.reached(id)
	w.must(s.act(id, "out-decide", clerk("zhuzhou"), nil)) // and at the same moment:
	c.done(id, "in-withdraw", chen.actor("changsha"), nil)
	if w.state("changsha", id) != casework.Closed || w.where(chen) != "changsha" {
		t.Errorf("withdrawn too late: %s, he is in %s", w.state("changsha", id), w.where(chen))
	}
	if err := c.act(id, "in-withdraw", chen.actor("changsha"), nil); casetest.Code(err) != casework.RefusedEnded {
		t.Errorf("withdrawn afterwards: %v", err)
	}
	w.sound()
}

// While the certificate is on its way no city's households have the person, and every city says
// that he is registered where he moves to.
func TestWhileTheCertificateIsOnItsWay(t *testing.T) {
	w := newWorld(t)
	w.homes()
	id := w.promise(chen, form(chen))
	w.reached(id)
	w.must(w.nodes["zhuzhou"].act(id, "out-decide", clerk("zhuzhou"), nil))
	w.drop[household.KindCertificate] = 100
	w.settle()
	r, err := w.nodes["zhuzhou"].register.Where(context.Background(), chen.number())
	if err != nil || r.City != "changsha" || !r.UnderWay || r.Proof == nil {
		t.Fatalf("the assertion is %+v: %v", r, err)
	}
	if h, _ := w.nodes["zhuzhou"].home(chen); h.ID != "" {
		t.Error("Zhuzhou still has him in a household")
	}
	if h, _ := w.nodes["changsha"].home(chen); h.ID != "" {
		t.Error("Changsha has him before the certificate")
	}
	for _, lang := range locale.Languages {
		if text := locale.T(lang, "residence.way", map[string]string{"city": "长沙"}); !strings.Contains(text, "长沙") {
			t.Errorf("he reads %q", text)
		}
	}
	if k := w.nodes["changsha"].kase(id); k.State != course.InLeaving || k.Holder.City != "zhuzhou" || k.Holder.Until == 0 {
		t.Errorf("the case: %s, %+v", k.State, k.Holder)
	}
	delete(w.drop, household.KindCertificate)
	w.Pass(time.Hour)
	w.must(w.nodes["zhuzhou"].register.Tick(context.Background()))
	w.settle()
	if h, _ := w.nodes["changsha"].home(chen); h.ID == "" || w.where(chen) != "changsha" {
		t.Error("sent again, it did not arrive")
	}
}

// A promise whose papers were lost asks for them; papers before the promise wait for it.
func TestPapersAndPromiseInAnyOrder(t *testing.T) {
	for _, lost := range []string{residence.KindMove, household.KindPromise} {
		t.Run(lost, func(t *testing.T) {
			w := newWorld(t)
			w.homes()
			w.drop[lost] = 1
			id := w.promise(chen, form(chen))
			if lost == household.KindPromise {
				if w.state("zhuzhou", id) != course.OutAnnounced {
					t.Fatalf("it is %s", w.state("zhuzhou", id))
				}
				w.Pass(time.Hour)
				w.must(w.nodes["changsha"].register.Tick(context.Background()))
				w.settle()
			}
			if k := w.nodes["zhuzhou"].kase(id); k.State != course.OutArrived || k.Applicant.Name != chen.name {
				t.Fatalf("it is %s", k.State)
			}
		})
	}
}

// A city that lost its application in a crash books the person all the same; a registrar finds him
// without a household and enters it.
func TestAnApplicationThatWasLost(t *testing.T) {
	w := newWorld(t)
	w.homes()
	s, x := w.nodes["zhuzhou"], w.nodes["xiangtan"]
	tokens := []household.Token{{Person: chen.number(), Epoch: 1}}
	id := "01990a3c-7f7e-7000-8000-000000000077"
	w.must(x.register.Hold(context.Background(), id, "zhuzhou", tokens, w.Now().Add(time.Hour)))
	w.settle()
	if k := s.kase(id); k.State != course.OutAnnounced { // nobody has papers for it
		t.Fatalf("it is %s", k.State)
	}
	if _, err := s.register.Decide(context.Background(), id); err != nil { // by hand
		t.Fatal(err)
	}
	w.settle()
	if w.where(chen) != "xiangtan" {
		t.Fatalf("he is in %s", w.where(chen))
	}
	list, err := x.store.Homeless(context.Background())
	if err != nil || len(list) != 1 || list[0] != chen.number() {
		t.Fatalf("without a household are %v: %v", list, err)
	}
	if h, _ := s.home(chen); h.ID != "" {
		t.Error("Zhuzhou still has him")
	}
	x.enter(family.Family, "湘潭路9号", chen.member(family.Head))
	if list, _ := x.store.Homeless(context.Background()); len(list) != 0 {
		t.Errorf("still without: %v", list)
	}
	if l := x.licences(chen, residence.TypeRegister); len(l) != 1 || l[0].State != licence.Valid {
		t.Errorf("his register: %+v", l)
	}
	w.sound()
}

// Whoever is no clerk of the office, or somebody else, does nothing.
func TestOthersDoNothing(t *testing.T) {
	w := newWorld(t)
	w.homes()
	id := w.promise(chen, form(chen))
	c, s := w.nodes["changsha"], w.nodes["zhuzhou"]
	other := clerk("zhuzhou")
	other.Office = "11430200XX00000099"
	for name, err := range map[string]error{
		"a clerk of another city": s.act(id, "out-reached", clerk("changsha"), map[string]any{"channel": "phone"}),
		"another office":          s.act(id, "out-reached", other, map[string]any{"channel": "phone"}),
		"the applicant":           s.act(id, "out-reached", chen.actor("zhuzhou"), map[string]any{"channel": "phone"}),
		"somebody else":           c.act(id, "in-withdraw", gran.actor("changsha"), nil),
		"a clerk as message":      s.act(id, "out-moved", clerk("zhuzhou"), nil),
	} {
		if err == nil {
			t.Errorf("%s acted", name)
		}
	}
	if w.state("zhuzhou", id) != course.OutArrived || w.state("changsha", id) != course.InThere {
		t.Errorf("%s and %s", w.state("zhuzhou", id), w.state("changsha", id))
	}
}
