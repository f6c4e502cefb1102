package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/evidence"
)

var monday = time.Date(2026, 11, 30, 4, 0, 0, 0, time.UTC)

// aCase is one with a first event.
func aCase(id, item string, until area.Date) casework.Case {
	k := casework.Case{ID: id, Item: item, City: "changsha", Office: "A", Version: "0", Course: "standard", State: "draft", Form: json.RawMessage(`{}`), Opened: monday,
		Applicant: casework.Person{City: "changsha", Account: "a-" + id, Kind: "111", Code: "c-" + id, Name: "李"}, Holder: casework.Holder{By: "applicant", City: "changsha", Office: "A", Since: monday, Until: until}}
	k.Note(casework.Event{Move: "open", To: k.State, At: monday})
	return k
}

// next is a case after an act.
func next(k casework.Case, state casework.State, by casework.By, until area.Date) casework.Case {
	n := k.Clone()
	n.State, n.Holder.By, n.Holder.Until = state, by, until
	n.Note(casework.Event{Move: "to-" + string(state), From: k.State, To: state, At: monday})
	return n
}

// fileRoom is a database with cases, a bundle, figures and a refused act.
func fileRoom(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s := storetest.Open(t, dsn)
	do := func(f func(d *store.Deed) error) {
		t.Helper()
		if err := s.Do(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	one, two, three := aCase("k1", "x", 0), aCase("k2", "y", area.NewDate(2026, 12, 1)), aCase("k3", "x", 0)
	one.Links = []casework.Link{{Kind: "transfer", City: "zhuzhou", ID: "t/1"}}
	do(func(d *store.Deed) error { return errors.Join(d.KeepCase(&one, "draft"), d.KeepCase(&two, "draft")) })
	one = next(one, "submitted", "clerk", area.NewDate(2026, 12, 7))
	do(func(d *store.Deed) error {
		return errors.Join(d.KeepCase(&one, "applied"), d.KeepCase(&three, "draft"))
	})
	three = next(three, "decided", "", area.NewDate(2027, 1, 29))
	three.Rating = &casework.Rating{Stars: 4}
	do(func(d *store.Deed) error { return d.KeepCase(&three, "decided") })
	do(func(d *store.Deed) error {
		return errors.Join(d.RefuseAct(store.RefusedAct{Case: "k1", Move: "accept", Code: "not-by"}), d.RefuseAct(store.RefusedAct{Move: "open", Code: "no-item"}),
			d.KeepFigures(store.CaseFigures{City: "zhuzhou", At: monday, Body: json.RawMessage(`{"a":1}`)}),
			d.KeepFigures(store.CaseFigures{City: "zhuzhou", At: monday.Add(-time.Hour), Body: json.RawMessage(`{"a":0}`)}),
			d.KeepBundle(store.CaseBundle{ID: "b1", Bundle: "work-move", Applicant: one.Applicant, Steps: []store.BundleStep{{ID: "s", State: store.StepWaiting}}}, "opened"))
	})
	return s
}

func caseIDs(list []casework.Case) (out []string) {
	for _, k := range list {
		out = append(out, k.ID)
	}
	return out
}

func TestCasesAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		for _, x := range []struct {
			name string
			f    store.CaseFilter
			want string
		}{
			{"all, the newest first", store.CaseFilter{}, "k3 k2 k1"},
			{"the most urgent first", store.CaseFilter{ByUntil: true}, "k2 k1 k3"},
			{"after one in the queue", store.CaseFilter{ByUntil: true, After: "2026-12-01/k2"}, "k1 k3"},
			{"older than one", store.CaseFilter{After: "k3", Limit: 1}, "k2"},
			{"of an item", store.CaseFilter{Items: []string{"x"}}, "k3 k1"},
			{"of a person by account", store.CaseFilter{Person: &casework.Person{Account: "a-k2"}}, "k2"},
			{"of a person by number", store.CaseFilter{Person: &casework.Person{Kind: "111", Code: "c-k1", Account: "elsewhere"}}, "k1"},
			{"of nobody", store.CaseFilter{Person: &casework.Person{Kind: "112", Code: "c-k1"}}, ""},
			{"by a link", store.CaseFilter{Link: &casework.Link{Kind: "transfer", City: "zhuzhou", ID: "t/1"}}, "k1"},
			{"with a clerk", store.CaseFilter{Holders: []casework.By{"clerk"}}, "k1"},
			{"past a day", store.CaseFilter{UntilPast: area.NewDate(2026, 12, 8), ByUntil: true}, "k2 k1"},
			{"in phases", store.CaseFilter{Phases: []string{"draft", "decided"}}, "k3 k2"},
			{"in a state", store.CaseFilter{States: []casework.State{"submitted"}}, "k1"},
			{"of an office", store.CaseFilter{Office: "B"}, ""},
		} {
			list, err := s.Cases(t.Context(), x.f)
			if err != nil || strings.Join(caseIDs(list), " ") != x.want {
				t.Errorf("%s: %v, %v, want %s", x.name, caseIDs(list), err, x.want)
			}
		}
		k, err := s.Case(t.Context(), "k1")
		if err != nil || len(k.Events) != 2 || k.Events[1].Move != "to-submitted" || k.Version != "2" {
			t.Errorf("%+v, %v", k, err)
		}
		if _, err := s.Case(t.Context(), "k9"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("no such case: %v", err)
		}
		counts, err := s.CountCases(t.Context())
		if err != nil || len(counts) != 3 || counts[0].Number != 1 || counts[1].Stars+counts[0].Stars != 4 {
			t.Errorf("%+v, %v", counts, err)
		}
		refused, err := s.RefusedActs(t.Context(), "k1", 10)
		if err != nil || len(refused) != 1 || refused[0].Code != "not-by" {
			t.Errorf("%+v, %v", refused, err)
		}
		figures, err := s.Figures(t.Context())
		if err != nil || len(figures) != 1 || string(figures[0].Body) != `{"a":1}` {
			t.Errorf("older figures took the place of newer ones: %+v, %v", figures, err)
		}
	})
}

// Decided cases are counted by the days that they took; those without a limit, and those that
// are taken up anew, are not.
func TestDaysOfCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		keep := func(k casework.Case, phase string) {
			t.Helper()
			if err := s.Do(t.Context(), func(d *store.Deed) error { return d.KeepCase(&k, phase) }); err != nil {
				t.Fatal(err)
			}
		}
		for i, x := range []struct {
			used      int
			extended  int
			undecided bool
		}{{3, 0, false}, {3, 0, false}, {9, 2, false}, {-1, 0, false}, {4, 0, true}} {
			k := aCase(fmt.Sprint("d", i), "x", 0)
			k.Clock.Limit, k.Clock.Extended, k.Clock.Stopped = 7, x.extended, area.NewDate(2026, 11, 20)
			if x.used >= 0 {
				k.Clock.Used = &x.used
			}
			if !x.undecided {
				k.Decision = &casework.Decision{Outcome: casework.Granted}
			}
			keep(k, "decided")
			if i == 1 { // and decided anew, at another day
				n := next(k, "accepted", "clerk", 0)
				n.Decision, n.Clock.Stopped, n.Clock.Used = nil, 0, nil
				keep(n, "handling")
			}
		}
		got, err := s.CaseSpans(t.Context(), area.NewDate(2026, 11, 20))
		if err != nil || fmt.Sprint(got) != "[{x 2026-11-20 false 7 7 3 1} {x 2026-11-20 false 7 9 9 1}]" {
			t.Errorf("%v, %v", got, err)
		}
		if got, err = s.CaseSpans(t.Context(), area.NewDate(2026, 11, 21)); err != nil || len(got) != 0 {
			t.Errorf("of later days: %v, %v", got, err)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

// Who saw an older version loses: nothing of his is written.
func TestTwoAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		k, err := s.Case(t.Context(), "k1")
		if err != nil {
			t.Fatal(err)
		}
		a, b := next(k, "accepted", "clerk", 0), next(k, "decided", "", 0)
		for i, n := range []casework.Case{a, b} {
			err := s.Do(t.Context(), func(d *store.Deed) error { return d.KeepCase(&n, "handling") })
			if stale := errors.Is(err, store.ErrStale); stale != (i == 1) {
				t.Errorf("the %d. gave %v", i+1, err)
			}
		}
		if k, err = s.Case(t.Context(), "k1"); err != nil || k.State != "accepted" || len(k.Events) != 3 {
			t.Errorf("%+v, %v", k, err)
		}
	})
}

func TestCasesAreRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		one := fileRoom(t, dsn)
		two := twin(t, one)
		for _, s := range []*store.Store{one, two} {
			if got := codes(t, s, evidence.AuditOptions{}); got != "" {
				t.Errorf("found %s", got)
			}
			list, err := s.Cases(t.Context(), store.CaseFilter{ByUntil: true})
			if err != nil || !slices.Equal(caseIDs(list), []string{"k2", "k1", "k3"}) {
				t.Errorf("%v, %v", caseIDs(list), err)
			}
			if b, err := s.Bundle(t.Context(), "b1"); err != nil || b.Bundle != "work-move" {
				t.Errorf("%+v, %v", b, err)
			}
		}
	})
}

func TestTamperedCasesAreNamed(t *testing.T) {
	tampered(t, fileRoom, []tamper{
		{"a case that is somebody else's", `UPDATE case_file SET code = 'c-k2' WHERE id = 'k1'`, "note-altered -1"},
		{"a case with more time", `UPDATE case_file SET until = '2027-12-01' WHERE id = 'k1'`, "note-altered -1"},
		{"a case deleted", `DELETE FROM case_file WHERE id = 'k2'`, "note-missing -1"},
		{"a case that took no time", `UPDATE case_file SET decided = '2026-11-20' WHERE id = 'k3'`, "note-altered -1"},
		{"a list that says something else", `UPDATE case_file SET head = '{}' WHERE id = 'k3'`, "note-altered -1"},
		{"a bundle that is listed as done", `UPDATE case_bundle SET head = '{"steps":[]}'`, "note-altered -1"},
		{"an older version", `UPDATE case_file SET version = 1 WHERE id = 'k1'`, "note-altered -1"},
		{"an act hidden", `DELETE FROM case_event WHERE id = 'k1' AND number = 2`, "note-missing -1"},
		{"a link cut", `DELETE FROM case_link WHERE id = 'k1'`, "note-missing -1"},
		{"a link made", `INSERT INTO case_link VALUES ('licence', 'x', 'y', 'k2')`, "note-inserted -1"},
		{"figures deleted", `DELETE FROM case_figures`, "note-missing -1"},
		{"a bundle deleted", `DELETE FROM case_bundle`, "note-missing -1"},
	})
}

// A write of a case that is cut off at any statement leaves all of it or nothing.
func TestACaseIsCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		k, err := s.Case(t.Context(), "k1")
		if err != nil {
			t.Fatal(err)
		}
		n := next(k, "accepted", "clerk", 0)
		n.Links = append(n.Links, casework.Link{Kind: "licence", City: "changsha", ID: "l1"})
		for cut := int64(0); ; cut++ {
			ctx := storetest.CutAfter(cut)
			err := s.Do(ctx, func(d *store.Deed) error { return d.KeepCase(&n, "handling") })
			if got := codes(t, s, evidence.AuditOptions{}); got != "" {
				t.Fatalf("cut after %d: found %s", cut, got)
			}
			have, readErr := s.Case(t.Context(), "k1")
			if readErr != nil {
				t.Fatal(readErr)
			}
			links, readErr := s.Cases(t.Context(), store.CaseFilter{Link: &casework.Link{Kind: "licence", City: "changsha", ID: "l1"}})
			if readErr != nil || (have.State == "accepted") != (len(links) == 1) || len(have.Events) != 2+len(links) {
				t.Fatalf("cut after %d: %s with %d events and %d links", cut, have.State, len(have.Events), len(links))
			}
			if err == nil {
				if cut < 3 {
					t.Fatal("it was never cut")
				}
				return
			}
			if have.State == "accepted" { // cut off after the commit
				return
			}
			if cut > 1000 {
				t.Fatal(fmt.Errorf("never done: %w", err))
			}
		}
	})
}
