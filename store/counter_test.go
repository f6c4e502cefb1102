package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// window is a database in which everything happened at a counter that can.
func window(t testing.TB, dsn string) *store.Store {
	t.Helper()
	ctx, s := context.Background(), storetest.Open(t, dsn)
	do := func(f func(d *store.Deed) error) {
		t.Helper()
		if err := s.Do(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	far := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	ask := func(id string) store.Asking {
		return store.Asking{ID: id, Wanted: "X", Purpose: "p", Made: far, Until: far, Limits: json.RawMessage("{}")}
	}
	check := func(id, request string) store.Check {
		return store.Check{ID: id, Request: request, City: "changsha", Outcome: trustlist.Accepted, Told: true, Purpose: "p", At: far, Clerk: store.Clerk{Office: id}}
	}
	do(func(d *store.Deed) error { return d.AskWallets(ask("r1"), "secret") })
	do(func(d *store.Deed) error { return d.AskWallets(ask("r2"), "secret") })
	do(func(d *store.Deed) error { return d.AskWallets(ask("r3"), "secret") })
	do(func(d *store.Deed) error { return d.KeepCheck(check("k1", "r1"), `{"a":1}`, far) })
	do(func(d *store.Deed) error { return d.KeepCheck(check("k2", ""), `{"a":2}`, far) })
	do(func(d *store.Deed) error { return d.DeclineRequest("r2", "access_denied") })
	do(func(d *store.Deed) error { return d.AcceptCheck("k1", "case 1", store.Clerk{Name: "chen"}) })
	do(func(d *store.Deed) error { return d.Dispute("changsha", "k1", store.Said{Text: "why"}) })
	do(func(d *store.Deed) error { _, err := d.Reply("k1", store.Said{Text: "so"}); return err })
	if err := s.KeepStatuses(ctx, "https://x/statuses/1", far, "token"); err != nil {
		t.Fatal(err)
	}
	return s
}

// Two databases in which the same happened give the same backup, whatever they came from.
func TestTheCounterIsRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		one := window(t, dsn)
		two := twin(t, one)
		for _, s := range []*store.Store{one, two} {
			if got := codes(t, s, evidence.AuditOptions{}); got != "" {
				t.Errorf("found %s", got)
			}
			k, err := s.Check(t.Context(), "k1")
			if err != nil || k.Accepted == nil || k.Accepted.Case != "case 1" || string(k.Accepted.Content) != `{"a":1}` || k.Objection.Text != "why" || k.Reply.Text != "so" || k.Held != "" {
				t.Errorf("%+v, %v", k, err)
			}
			for id, want := range map[string]string{"r1": store.RequestAnswered, "r2": store.RequestDeclined, "r3": store.RequestOpen} {
				if r, err := s.Request(t.Context(), id); err != nil || r.State != want || r.Ask != "" && (s == two || id != "r3") {
					t.Errorf("%s: %+v, %v", id, r, err)
				}
			}
			if list, err := s.Checks(t.Context(), store.CheckFilter{Office: "k2"}); err != nil || len(list) != 1 || list[0].ID != "k2" {
				t.Errorf("%+v, %v", list, err)
			}
			if list, err := s.Checks(t.Context(), store.CheckFilter{Limit: 1}); err != nil || len(list) != 1 || list[0].ID != "k2" {
				t.Errorf("the newest: %+v, %v", list, err)
			}
			if list, err := s.Checks(t.Context(), store.CheckFilter{Before: "k2"}); err != nil || len(list) != 1 || list[0].ID != "k1" {
				t.Errorf("before: %+v, %v", list, err)
			}
		}
		if token, err := one.KeptStatuses(t.Context(), "https://x/statuses/1"); err != nil || token != "token" {
			t.Errorf("kept %q, %v", token, err)
		}
		if err := one.KeepStatuses(t.Context(), "https://x/statuses/1", time.Unix(0, 0), "older"); err != nil {
			t.Error(err)
		}
		if token, err := one.KeptStatuses(t.Context(), "https://x/statuses/1"); err != nil || token != "token" {
			t.Errorf("an older list took the place of a newer one: %q, %v", token, err)
		}
	})
}

func TestATamperedCounterIsNamed(t *testing.T) {
	tampered(t, window, []tamper{
		{"a request opened again", `UPDATE counter_request SET state = 'open' WHERE id = 'r1'`, "note-altered -1"},
		{"a request that lives longer", `UPDATE counter_request SET until_at = '2100-01-01T00:00:00.000000Z' WHERE id = 'r3'`, "note-altered -1"},
		{"a request deleted", `DELETE FROM counter_request WHERE id = 'r2'`, "note-missing -1"},
		{"a check deleted", `DELETE FROM counter_check WHERE id = 'k2'`, "note-missing -1"},
		{"an acceptance hidden", `UPDATE counter_check SET accepted = -1 WHERE id = 'k1'`, "note-altered -1"},
		{"an objection hidden", `UPDATE counter_check SET disputed = -1 WHERE id = 'k1'`, "note-altered -1"},
		{"a visit inserted", `INSERT INTO licence_visit SELECT 'x', 'y', log, 'l', '111', 'c', -1, -1 FROM counter_check WHERE id = 'k1'`, "note-inserted -1"},
	})
}

// TestOneAnswer has many answer one request at once, and one come too late.
func TestOneAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := window(t, dsn)
		var taken atomic.Int32
		done := make(chan error, 8)
		for i := range 8 {
			go func() {
				done <- s.Do(context.Background(), func(d *store.Deed) error {
					return d.KeepCheck(store.Check{ID: "n" + string(rune('a'+i)), Request: "r3"}, "", time.Time{})
				})
			}()
		}
		for range 8 {
			switch err := <-done; {
			case err == nil:
				taken.Add(1)
			case !errors.Is(err, store.ErrDone):
				t.Error(err)
			}
		}
		if taken.Load() != 1 {
			t.Errorf("%d answers were taken", taken.Load())
		}
		err := s.Do(t.Context(), func(d *store.Deed) error {
			past := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
			if err := d.AskWallets(store.Asking{ID: "old", Until: past}, "secret"); err != nil {
				return err
			}
			return d.KeepCheck(store.Check{ID: "late", Request: "old"}, "", past)
		})
		if !errors.Is(err, store.ErrOver) {
			t.Errorf("answered too late: %v", err)
		}
	})
}
