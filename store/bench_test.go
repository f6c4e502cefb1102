package store_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/trust/evidence"
)

// world is a plan of 10,000 indicators with 60 monthly values each.
func world(tb testing.TB, indicators, months int) []plan.Observation {
	var out []plan.Observation
	for i := range indicators {
		for m := range months {
			o := observation(tb, fmt.Sprintf("i%05d-%03d", i, m), fmt.Sprintf("indicator-%05d", i), float64(i)+float64(m)/7)
			o.Period = period(tb, fmt.Sprintf("%d-%02d", 2020+m/12, 1+m%12))
			o.Note = ""
			out = append(out, o)
		}
	}
	return out
}

// TestLoad prints what bulk writing and reading costs; it runs when asked for.
func TestLoad(t *testing.T) {
	if os.Getenv("CONURB_LOAD") == "" {
		t.Skip("CONURB_LOAD is not set: the load of 600,000 rows is not measured")
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		rows := world(t, 10_000, 60)
		start := time.Now()
		if _, err := s.AppendObservations(ctx, rows, "clerk"); err != nil {
			t.Fatal(err)
		}
		t.Logf("append %d: %v", len(rows), time.Since(start))
		for range 3 {
			start = time.Now()
			all, err := s.Observations(ctx, 0)
			if err != nil || len(all) != len(rows) {
				t.Fatal(len(all), err)
			}
			t.Logf("read: %v", time.Since(start))
		}
		start = time.Now()
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Error(got)
		}
		t.Logf("check: %v", time.Since(start))
		start = time.Now()
		saved := backup(t, s)
		t.Logf("backup: %v, %d MB", time.Since(start), len(saved)>>20)
		start = time.Now()
		if err := restore(storetest.Open(t, storetest.DSN(t, "sqlite")), saved); err != nil {
			t.Error(err)
		}
		t.Logf("restore into SQLite: %v", time.Since(start))
		start = time.Now()
		if _, err := s.AppendObservations(ctx, rows[:1], "clerk"); err != nil {
			t.Error(err)
		}
		t.Logf("append one more: %v", time.Since(start))
		start = time.Now()
		if _, err := s.Entry(ctx, 123_456, 0); err != nil {
			t.Error(err)
		}
		t.Logf("entry with proof: %v", time.Since(start))
		start = time.Now()
		if done, err := s.SyncPack(ctx, version("d", rows[:1000]...)); err != nil || len(done.Rows) != 0 {
			t.Errorf("rows that stand already: %+v, %v", done, err)
		}
		t.Logf("sync of 1,000 rows beside them: %v", time.Since(start))
	})
}
