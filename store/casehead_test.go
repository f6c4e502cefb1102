package store_test

import (
	"encoding/json"
	"errors"
	"testing"

	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/evidence"
)

// heads is what lists say of the cases and the bundle, as text.
func heads(t *testing.T, s *store.Store) string {
	t.Helper()
	list, err := s.CaseHeads(t.Context(), store.CaseFilter{ByUntil: true})
	bundles, bundleErr := s.BundleHeads(t.Context(), "111", "c-k1")
	b, jsonErr := json.Marshal(struct{ Cases, Bundles any }{list, bundles})
	if err := errors.Join(err, bundleErr, jsonErr); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A list says of a case what the case itself says, and nothing of its answers.
func TestHeadsAreThoseOfTheCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		k, err := s.Case(t.Context(), "k1")
		if err != nil {
			t.Fatal(err)
		}
		k.Form, k.Step, k.Unsent, k.Kept = json.RawMessage(`{"secret":1}`), 2, true, casework.Kept{Day: 740000, Acts: 3, Bytes: 900}
		k.Clock = casework.Clock{Limit: 9, Paused: 740000, Left: 4, Assumed: true}
		k.Decision = &casework.Decision{Outcome: casework.Refused, Grounds: "x"}
		k.Shared, k.Facts = []casework.Share{{Type: "t"}}, map[string]string{"a": "b"}
		k = next(k, "decided", "", 0)
		if err := s.Do(t.Context(), func(d *store.Deed) error { return d.KeepCase(&k, "decided") }); err != nil {
			t.Fatal(err)
		}
		whole, err := s.Cases(t.Context(), store.CaseFilter{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.CaseHeads(t.Context(), store.CaseFilter{})
		if err != nil || len(list) != len(whole) {
			t.Fatalf("%d heads of %d cases: %v", len(list), len(whole), err)
		}
		for i := range whole {
			w := whole[i]
			w.Form, w.Shared, w.Links, w.Facts, w.Rating = nil, nil, nil, nil, nil
			w.Clock = casework.Clock{Paused: w.Clock.Paused, Left: w.Clock.Left, Assumed: w.Clock.Assumed}
			if w.Decision != nil {
				w.Decision = &casework.Decision{Outcome: w.Decision.Outcome}
			}
			want, _ := json.Marshal(w)
			if got, _ := json.Marshal(list[i]); string(got) != string(want) {
				t.Errorf("a list says\n%s, the case\n%s", got, want)
			}
		}
	})
}

// What stands in a case's notes does no harm to a list: it is not read.
func TestListsReadNoNotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		before := heads(t, s)
		storetest.Exec(t, dsn, `UPDATE note SET text = '{' WHERE room IN ('case', 'case-bundle')`)
		if got := heads(t, s); got != before {
			t.Errorf("%s, want %s", got, before)
		}
		if _, err := s.Cases(t.Context(), store.CaseFilter{}); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("the cases themselves: %v", err)
		}
	})
}

// A database of before has no heads: they are made when it is brought up to date.
func TestHeadsAreMadeForOldDatabases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := fileRoom(t, dsn)
		want := heads(t, s)
		if err := s.BackTo(t.Context(), 20); err != nil {
			t.Fatal(err)
		}
		s.Close()
		storetest.Exec(t, dsn, `UPDATE case_file SET head = ''`)
		storetest.Exec(t, dsn, `UPDATE case_bundle SET head = ''`)
		s = storetest.Open(t, dsn)
		if got := heads(t, s); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}
