package residence_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/residence"
	"conurb/internal/casetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// tell lets a city send whatever it likes to another.
func (n *node) tell(to household.City, kind string, body any) {
	n.world.t.Helper()
	n.world.must(n.store.Do(context.Background(), func(d *store.Deed) error {
		_, err := d.Send(n.voice, message.Draft{To: to, Kind: kind, Case: "test/" + uuid.NewString(), Body: body})
		return err
	}))
}

// A city promises to take one person, and sends papers of another: the clerk who reads the papers
// lets nobody go.
func TestPapersOfOthersThanThePromise(t *testing.T) {
	w := newWorld(t)
	w.homes()
	s, c := w.nodes["zhuzhou"], w.nodes["changsha"]
	id, err := uuid.NewV7()
	w.must(err)
	w.must(c.register.Hold(context.Background(), id.String(), "zhuzhou", []household.Token{{Person: gran.number(), Epoch: 1}}, w.Now().Add(20*24*time.Hour)))
	c.tell("zhuzhou", residence.KindMove, residence.Papers{Case: id.String(), Kind: "work", Address: "长沙市新路3号", Phone: "139",
		Applicant: casework.Person{Kind: licence.KindCitizen, Code: string(chen.number()), Name: chen.name}, People: []family.Stated{{Person: chen.number(), Name: chen.name}}})
	w.settle()
	w.reached(id.String())
	if no := casetest.Code(s.act(id.String(), "out-decide", clerk("zhuzhou"), nil)); no != course.RefusedOthers {
		t.Errorf("deciding on %s with a promise for %s: %s", chen.name, gran.name, no)
	}
	w.settle()
	if got := w.where(gran); got != "zhuzhou" {
		t.Errorf("%s, of whom no clerk read, is in %s", gran.name, got)
	}
	s.done(id.String(), "out-refuse", clerk("zhuzhou"), map[string]any{"code": course.Whys[0]})
	w.sound()
}

// Whoever names a stranger in his application does not hold up the stranger's own.
func TestNamingAStrangerHoldsUpNobody(t *testing.T) {
	w := newWorld(t)
	w.homes()
	w.nodes["zhuzhou"].enter(family.Family, "株洲市另一路1号", huang.member(family.Head))
	c := w.nodes["changsha"]
	id, no := w.submitted(chen, founding(chen, huang))
	if no != "family-stranger" || c.kase(id).State != course.InCorrect {
		t.Fatalf("naming a stranger: %q, %s", no, c.kase(id).State)
	}
	own, no := w.submitted(huang, founding(huang))
	if no != "" || c.kase(own).State != course.InExamining {
		t.Errorf("the stranger's own application: %q, %s", no, c.kase(own).State)
	}
	// Two of one household at once: the second hears of the first.
	first, no := w.submitted(gran, form(gran))
	if no != "" {
		t.Fatalf("the first: %s", no)
	}
	if _, no := w.submitted(li, form(gran)); no != course.RefusedUnder {
		t.Errorf("the second for the same person: %q", no)
	}
	c.agree(first)
	w.must(c.act(first, "in-promise", clerk("changsha"), papers))
}

// A city that promised nothing holds up nobody by papers, and names no account of this one.
func TestPapersWithoutAPromise(t *testing.T) {
	w := newWorld(t)
	w.homes()
	w.nodes["xiangtan"].tell("zhuzhou", residence.KindMove, residence.Papers{Case: uuid.Must(uuid.NewV7()).String(), Kind: "work", Address: "湘潭市", Phone: "139",
		Applicant: casework.Person{Account: "account of somebody", Kind: licence.KindCitizen, Code: string(gran.number()), Name: gran.name}, People: []family.Stated{{Person: gran.number(), Name: gran.name}}})
	w.settle()
	if _, no := w.submitted(gran, form(gran)); no != "" {
		t.Errorf("an application while papers without a promise lie there: %s", no)
	}
	list, err := w.nodes["zhuzhou"].store.Cases(context.Background(), store.CaseFilter{Person: &casework.Person{Account: "account of somebody"}})
	if err != nil || len(list) != 0 {
		t.Errorf("another city put a case to an account of this one: %d, %v", len(list), err)
	}
}

var huang = someone{"黄小明", "1985-05-05", family.Male, 21}
