package counter_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"conurb/door/openid"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

// TestNothingIsHalfDone cuts off, at every statement, taking an answer, accepting it into a
// case and objecting to it: the row, its entry and its message are there together or not at
// all, and in the end once.
func TestNothingIsHalfDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, home := w.cities["xiangtan"], w.cities["changsha"]
		w.issue("changsha", permit)
		a := c.ask(permit, "attributes.address")
		form := w.present(w.read(c, a.Link))
		until := func(what, dsn string, do func(ctx context.Context) error, over error, counts ...string) {
			t.Helper()
			db := storetest.Raw(t, dsn)
			for n := int64(0); n < 500; n++ {
				err := do(storetest.CutAfter(n))
				have := make([]int, len(counts))
				to := make([]any, len(counts))
				for i := range have {
					to[i] = &have[i]
				}
				// In one statement: PostgreSQL may still commit what was cut off.
				if err := db.QueryRow(`SELECT (` + strings.Join(counts, `), (`) + `)`).Scan(to...); err != nil {
					t.Fatal(err)
				}
				if have[0] > 1 || slices.ContainsFunc(have, func(k int) bool { return k != have[0] }) {
					t.Fatalf("%s, cut at %d: %v of %v", what, n, have, counts)
				}
				switch {
				case have[0] == 0 && err != nil:
					continue
				case have[0] == 0:
					t.Fatalf("%s, cut at %d: said to be done", what, n)
				case n < 5:
					t.Fatalf("%s was cut off at %d places only", what, n)
				}
				if err := do(context.Background()); !errors.Is(err, over) {
					t.Errorf("%s again: %v", what, err)
				}
				return
			}
			t.Errorf("%s never came through", what)
		}
		until("an answer", c.dsn, func(ctx context.Context) error { _, err := c.Respond(ctx, a.ID, form); return err }, openid.ErrAnswered,
			`SELECT COUNT(*) FROM counter_check`, `SELECT COUNT(*) FROM counter_request WHERE state = 'answered' AND ask = ''`, `SELECT COUNT(*) FROM message_out`, `SELECT COUNT(*) FROM note WHERE room = 'counter' AND action = 'checked'`)
		until("an acceptance", c.dsn, func(ctx context.Context) error { return c.Counter.Accept(ctx, a.ID, "case 1", clerk) }, store.ErrDone,
			`SELECT COUNT(*) FROM counter_check WHERE accepted <> -1 AND held = ''`, `SELECT COUNT(*) FROM note WHERE room = 'counter' AND action = 'accepted'`)
		w.settle()
		k := must[store.Request](t)(c.Node.Store().Request(t.Context(), a.ID))
		until("an objection", home.dsn, func(ctx context.Context) error {
			return home.Object(ctx, "111", wang, "xiangtan", k.Check, "为什么")
		}, store.ErrDone,
			`SELECT COUNT(*) FROM licence_visit WHERE objected <> -1`, `SELECT COUNT(*) FROM message_out WHERE case_id = '`+k.Check+`'`)
		w.settle()
		if list := must[[]store.Checked](t)(c.Disputed(t.Context(), 10)); len(list) != 1 {
			t.Errorf("%d objections arrived", len(list))
		}
		for _, c := range w.cities {
			report, err := c.Node.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !report.OK() {
				t.Errorf("%s: %v %+v", c.Node.Me(), err, report)
			}
		}
	})
}
