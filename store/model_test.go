package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/store"
	"conurb/trust/evidence"
)

// model is the store as a list: what was recorded, in order.
type model struct {
	rows []plan.Observation
}

// believed is what held on the days of a query among the first upTo entries, as
// the words say it: of every id the newest version known by then, unless it is a
// withdrawal. A version is known from its publication; a correction that names no
// later day than the version before it, from the day it was recorded.
func (m *model) believed(indicator string, q board.Query) map[string]float64 {
	newest, before := map[string]plan.Observation{}, map[string]plan.Observation{}
	for _, o := range m.rows {
		known := o.Published
		if b, corrects := before[o.ID]; corrects && known <= b.Published {
			known = max(known, area.DateOf(o.Recorded.UTC()))
		}
		before[o.ID] = o
		if o.Indicator == indicator && o.Log < q.Log && known <= q.BelievedOn {
			newest[o.ID] = o
		}
	}
	out := map[string]float64{}
	for id, o := range newest {
		if !o.Withdrawn && o.Period.End() <= q.AsOf {
			out[id] = o.Value
		}
	}
	return out
}

func (m *model) newest(id string) (plan.Observation, bool) {
	for i := len(m.rows) - 1; i >= 0; i-- {
		if m.rows[i].ID == id {
			return m.rows[i], true
		}
	}
	return plan.Observation{}, false
}

// Any sequence of records, corrections, withdrawals and syncs reads back, at any
// past size of the log and on any two days, as the model says.
func TestReadsEqualANaiveModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s, raw := storetest.Open(t, dsn), storetest.Raw(t, dsn)
		rapid.Check(t, func(rt *rapid.T) {
			storetest.Empty(t, raw)
			m := &model{}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				step(rt, t, s, m)
			}
			compare(rt, s, m)
			if got := codes(t, s, evidence.AuditOptions{}); got != "" {
				rt.Fatalf("found %s", got)
			}
		})
	})
}

func draw(rt *rapid.T, t testing.TB, id int) plan.Observation {
	o := observation(t, fmt.Sprint("id", id), fmt.Sprint("indicator", id%2), float64(rapid.IntRange(-3, 3).Draw(rt, "value")))
	o.Period = period(t, fmt.Sprintf("202%d-Q%d", id%4, 1+id%3))
	o.Scope = fmt.Sprint("scope", id) // one id a scope: the ledger keeps one value for a scope and period
	o.Published = area.NewDate(2024, 1, rapid.IntRange(1, 9).Draw(rt, "published"))
	return o
}

func step(rt *rapid.T, t testing.TB, s *store.Store, m *model) {
	ctx := context.Background()
	switch rapid.SampledFrom([]string{"append", "append", "withdraw", "sync"}).Draw(rt, "step") {
	case "append":
		var rows []plan.Observation
		for range rapid.IntRange(1, 4).Draw(rt, "rows") {
			rows = append(rows, draw(rt, t, rapid.IntRange(0, 5).Draw(rt, "id")))
		}
		out, err := s.AppendObservations(ctx, rows, "clerk")
		if err != nil {
			rt.Fatal(err)
		}
		m.rows = append(m.rows, out...)
	case "withdraw":
		id := fmt.Sprint("id", rapid.IntRange(0, 5).Draw(rt, "id"))
		last, ok := m.newest(id)
		out, err := s.Withdraw(ctx, id, "typo", "clerk", area.NewDate(2024, 1, rapid.IntRange(1, 9).Draw(rt, "from")))
		if (err == nil) != (ok && !last.Withdrawn) {
			rt.Fatalf("withdraw %s: %v; the model has %+v", id, err, last)
		}
		if err == nil {
			m.rows = append(m.rows, out)
		}
	case "sync":
		var rows []plan.Observation
		for i := 10; i < 14; i++ {
			if rapid.Bool().Draw(rt, "in") {
				rows = append(rows, draw(rt, t, i))
			}
		}
		done, err := s.SyncPack(ctx, version(fmt.Sprint(rapid.Uint32().Draw(rt, "digest")), rows...))
		if err != nil {
			rt.Fatal(err)
		}
		m.rows = append(m.rows, done.Rows...)
		for _, o := range rows {
			if last, ok := m.newest(o.ID); !ok || last.Value != o.Value || last.Withdrawn {
				rt.Fatalf("the pack says %+v, recorded is %+v", o, last)
			}
		}
	}
}

func compare(rt *rapid.T, s *store.Store, m *model) {
	ctx := context.Background()
	size, err := s.Size(ctx)
	if err != nil {
		rt.Fatal(err)
	}
	for range 5 {
		q := board.Query{
			AsOf:       area.NewDate(2020+rapid.IntRange(0, 4).Draw(rt, "asOf"), 7, 1),
			BelievedOn: area.NewDate(2024, 1, rapid.IntRange(0, 10).Draw(rt, "believedOn")),
			Log:        rapid.Int64Range(1, max(1, size)).Draw(rt, "log"),
		}
		rows, err := s.Observations(ctx, q.Log)
		if err != nil {
			rt.Fatal(err)
		}
		var want []plan.Observation
		for _, o := range m.rows {
			if o.Log < q.Log {
				want = append(want, o)
			}
		}
		if d := cmp.Diff(want, rows, comparePeriods, cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("up to log %d:\n%s", q.Log, d)
		}
		ledger := board.NewLedger(rows)
		for _, indicator := range []string{"indicator0", "indicator1"} {
			got := map[string]float64{}
			for _, o := range ledger.Believed(indicator, q) {
				got[o.ID] = o.Value
			}
			if d := cmp.Diff(m.believed(indicator, q), got); d != "" {
				rt.Fatalf("%s at %+v:\n%s", indicator, q, d)
			}
		}
	}
}
