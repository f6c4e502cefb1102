package cases_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/evidence"
)

// code is that of a refusal, "" where there is none.
func (w *world) code(err error) string {
	w.t.Helper()
	var no *casework.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	w.must(err)
	return ""
}

func (w *world) size(c *city) int64 {
	w.t.Helper()
	head, err := c.store.Head(w.t.Context())
	w.must(err)
	return head.Size
}

// An applicant has so many drafts and no more, until he hands one in or withdraws it.
func TestSoManyDrafts(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	var last string
	for range cases.MostDrafts { // as steps of bundles are opened, of which an item may have several
		w.must(c.store.Do(t.Context(), func(d *store.Deed) error {
			k, err := c.desk.OpenIn(t.Context(), d, casework.Actor{Person: li.Person, By: casework.ByMessage}, cases.Opening{Item: item, Applicant: li.Person})
			last = k.ID
			return err
		}))
	}
	open := func(by casework.Actor, item string) string {
		_, err := c.desk.Open(t.Context(), by, cases.Opening{Item: item, Applicant: by.Person})
		return w.code(err)
	}
	if got := open(li, "senior-card"); got != cases.RefusedDrafts {
		t.Errorf("one draft too many: %q", got)
	}
	if got := open(zhou, "senior-card"); got != "" {
		t.Errorf("somebody else: %q", got)
	}
	w.act(c, last, li, casework.Act{Move: "withdraw"})
	if got := open(li, "senior-card"); got != "" {
		t.Errorf("after one was withdrawn: %q", got)
	}
	_, err := c.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "changsha"))
	if got := w.code(err); got != cases.RefusedDrafts {
		t.Errorf("a bundle whose steps are too many: %q", got)
	}
}

// Of applications for several items so many may be under way, and so many opened in a day.
func TestSoManyBundles(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	open := func() (store.CaseBundle, string) {
		b, err := c.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "changsha"))
		return b, w.code(err)
	}
	end := func(b store.CaseBundle) {
		t.Helper()
		b, err := c.store.Bundle(t.Context(), b.ID)
		w.must(err)
		for _, s := range b.Steps {
			if s.State == store.StepOpen {
				w.act(c, s.Case, li, casework.Act{Move: "withdraw"})
			}
		}
	}
	var all []store.CaseBundle
	for n := range cases.MostBundlesDay {
		b, code := open()
		if code != "" {
			t.Fatalf("the %d. of a day: %s", n+1, code)
		}
		if all = append(all, b); len(all) == cases.MostBundles {
			if _, code := open(); n+1 < cases.MostBundlesDay && code != cases.RefusedBundles {
				t.Errorf("one too many under way: %q", code)
			}
			for _, b := range all { // nothing of them is under way any more, though steps wait for ever
				end(b)
			}
			all = nil
		}
	}
	if _, code := open(); code != cases.RefusedToday {
		t.Errorf("one too many in a day: %q", code)
	}
	w.Pass(24 * time.Hour)
	if _, code := open(); code != "" {
		t.Errorf("the next day: %q", code)
	}
}

// The same answers once more make no version; and a day has an end, for versions and for their size.
func TestSoMuchInADay(t *testing.T) {
	for _, x := range []struct {
		name string
		kept casework.Kept
	}{{"versions", casework.Kept{Acts: cases.MostActsDay - 1}}, {"bytes", casework.Kept{Bytes: cases.MostBytesDay - 1}}} {
		t.Run(x.name, func(t *testing.T) {
			w := newWorld(t, "sqlite")
			c := w.nodes["changsha"]
			k, err := c.desk.Open(t.Context(), li, cases.Opening{Item: item, Applicant: li.Person})
			w.must(err)
			if k.Kept.Acts != 1 || k.Kept.Bytes < 500 {
				t.Errorf("opened: %+v", k.Kept)
			}
			x.kept.Day = k.Kept.Day
			k.Kept = x.kept // as if he had gone on all day
			k.Note(casework.Event{Move: "note", To: k.State, By: casework.Actor{By: casework.ByClock}, At: w.Now()})
			w.must(c.store.Do(t.Context(), func(d *store.Deed) error { return d.KeepCase(&k, casework.PhaseDraft) }))
			save := func(form string) (casework.Case, string) {
				n, err := c.desk.Save(t.Context(), k.ID, li, []byte(form), "")
				return n, w.code(err)
			}
			if _, code := save(`{"phone":"13800000000"}`); code != "" {
				t.Fatalf("the last of the day: %s", code)
			}
			before := w.size(c)
			if n, code := save(`{ "phone": "13800000000" }`); code != "" || w.size(c) != before || string(n.Form) != `{"phone":"13800000000"}` {
				t.Errorf("the same once more: %q, %d entries, %s", code, w.size(c)-before, n.Form)
			}
			if _, code := save(`{"phone":"13800000001"}`); code != cases.RefusedToday {
				t.Errorf("one too many: %q", code)
			}
			_, err = c.desk.Open(t.Context(), li, cases.Opening{Item: "senior-card", Applicant: li.Person})
			if code := w.code(err); code != cases.RefusedToday {
				t.Errorf("another case: %q", code)
			}
			w.act(c, k.ID, li, casework.Act{Move: "withdraw"}) // what a course bounds goes on
			if _, err = c.desk.Open(t.Context(), li, cases.Opening{Item: item, Applicant: li.Person}); w.code(err) != cases.RefusedToday {
				t.Errorf("withdrawn and opened anew: %v", err)
			}
			w.Pass(24 * time.Hour)
			if _, err = c.desk.Open(t.Context(), li, cases.Opening{Item: item, Applicant: li.Person}); w.code(err) != "" {
				t.Errorf("the next day: %v", err)
			}
			r, err := c.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !r.OK() {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}

// Who is refused again and again has so many of them noted, and the last says that it is.
func TestSoManyRefusals(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	refuse := func(by casework.Actor) {
		w.must(c.desk.Refused(t.Context(), store.RefusedAct{Move: "open", By: by, Code: cases.RefusedItem}))
	}
	before := w.size(c)
	for range cases.MostNotedDay + 20 {
		refuse(li)
	}
	if n := w.size(c) - before; n != cases.MostNotedDay {
		t.Errorf("%d are noted", n)
	}
	list, err := c.store.RefusedActs(t.Context(), "", 2)
	w.must(err)
	if len(list) != 2 || !strings.Contains(fmt.Sprint(list[0].Args), "not noted") || len(list[1].Args) != 0 {
		t.Errorf("the last two: %+v", list)
	}
	refuse(zhou)
	w.Pass(24 * time.Hour)
	refuse(li)
	if n := w.size(c) - before; n != cases.MostNotedDay+2 {
		t.Errorf("%d are noted with those of somebody else and of the next day", n)
	}
}
