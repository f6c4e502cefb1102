package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/store"
)

var comparePeriods = cmp.Comparer(func(a, b plan.Period) bool { return a == b })

func period(t testing.TB, s string) plan.Period {
	t.Helper()
	p, err := plan.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func observation(t testing.TB, id, indicator string, value float64) plan.Observation {
	t.Helper()
	return plan.Observation{
		ID: id, Indicator: indicator, Scope: "metro-2022", Period: period(t, "2022-Q2"), Value: value,
		Source: "bulletin", Grade: area.GradeA, Published: area.NewDate(2022, 8, 1), Note: "〔注〕 a\u2028b <&> \"q\"",
	}
}

func TestObservationsComeBackAsRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		in := []plan.Observation{
			observation(t, "gdp-2022", "gdp", 17900.25),
			observation(t, "", "gdp", -0.1),
			observation(t, "gdp-2022", "gdp", 1.0/3),
		}
		in[1].Ref = area.Ref{File: "observations/x.csv", Line: 7}
		got, err := s.AppendObservations(ctx, in, "clerk")
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			version int
			log     int64
		}{{1, 1}, {1, 2}, {2, 3}} {
			if got[i].Version != want.version || got[i].Log != want.log || got[i].By != "clerk" || got[i].ID == "" || got[i].Recorded.IsZero() {
				t.Errorf("row %d: %+v, want version %d at log %d", i, got[i], want.version, want.log)
			}
		}
		all, err := s.Observations(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(got, all, comparePeriods); d != "" {
			t.Errorf("recorded and read differ:\n%s", d)
		}
		some, err := s.Observations(ctx, 3)
		if err != nil || len(some) != 2 {
			t.Errorf("up to log 3: %d rows, %v; want 2", len(some), err)
		}
		later, err := s.ObservationsFrom(ctx, 3)
		if err != nil || len(later) != 1 || later[0].Version != 2 {
			t.Errorf("from log 3: %v, %v; want the correction", later, err)
		}
	})
}

func TestABadRowRecordsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		rows := []plan.Observation{observation(t, "a", "gdp", 1), observation(t, "b", "gdp", 2), observation(t, "c", "", 3)}
		rows[1].Note = "a\x00b"
		_, err := s.AppendObservations(ctx, rows, "clerk")
		var named []string
		for _, e := range joined(err) {
			if row, ok := errors.AsType[*store.RowError](e); ok {
				named = append(named, fmt.Sprintf("%d %s %s", row.Row, row.ID, row.Field))
			}
		}
		if d := cmp.Diff([]string{"1 b note", "2 c indicator"}, named); d != "" {
			t.Errorf("bad rows:\n%s", d)
		}
		if n, err := s.Size(ctx); n != 0 || err != nil {
			t.Errorf("log has %d entries, %v", n, err)
		}
	})
}

func joined(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()
	}
	return []error{err}
}

func TestACorrectionKeepsItsIndicator(t *testing.T) {
	ctx, s := context.Background(), storetest.Open(t, storetest.DSN(t, "sqlite"))
	if _, err := s.AppendObservations(ctx, []plan.Observation{observation(t, "a", "gdp", 1)}, "clerk"); err != nil {
		t.Fatal(err)
	}
	_, err := s.AppendObservations(ctx, []plan.Observation{observation(t, "a", "people", 1)}, "clerk")
	if !errors.Is(err, store.ErrMoved) {
		t.Errorf("got %v, want ErrMoved", err)
	}
}

func TestWithdrawIsAVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		if _, err := s.AppendObservations(ctx, []plan.Observation{observation(t, "a", "gdp", 1)}, "clerk"); err != nil {
			t.Fatal(err)
		}
		day := area.NewDate(2026, 11, 23)
		w, err := s.Withdraw(ctx, "a", "typo", "chief", day)
		if err != nil || w.Version != 2 || !w.Withdrawn || w.Reason != "typo" || w.By != "chief" || w.Published != day {
			t.Errorf("got %+v, %v", w, err)
		}
		if _, err := s.Withdraw(ctx, "a", "typo", "chief", day); !errors.Is(err, store.ErrWithdrawn) {
			t.Errorf("second withdrawal: %v", err)
		}
		if _, err := s.Withdraw(ctx, "z", "typo", "chief", day); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("unknown id: %v", err)
		}
		if v, err := s.ObservationVersions(ctx, "a"); err != nil || len(v) != 2 {
			t.Errorf("versions: %v, %v", v, err)
		}
	})
}
