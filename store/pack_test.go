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
	"conurb/trust/evidence"
)

var today = area.NewDate(2026, 11, 23)

func version(digest string, rows ...plan.Observation) store.PackVersion {
	return store.PackVersion{
		Pack: "czt", Digest: digest, On: today, Observations: rows,
		Files: map[string][]byte{"pack.yaml": []byte("pack: czt # " + digest), "plan/plan.yaml": []byte("id: p")},
	}
}

// state lists the newest version of every observation.
func state(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	all, err := s.Observations(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, o := range all {
		out[o.ID] = fmt.Sprintf("v%d %v by %s", o.Version, o.Value, o.By)
		if o.Withdrawn {
			out[o.ID] += " withdrawn"
		}
		if o.Reason != "" {
			out[o.ID] += " " + o.Reason
		}
	}
	return out
}

func sync(t testing.TB, s *store.Store, v store.PackVersion) store.Synced {
	t.Helper()
	done, err := s.SyncPack(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestSyncRecordsWhatChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, b, c := observation(t, "a", "gdp", 1), observation(t, "b", "gdp", 2), observation(t, "c", "gdp", 3)
		check := func(name string, done store.Synced, added, corrected, withdrawn int, want map[string]string) {
			t.Helper()
			if done.Added != added || done.Corrected != corrected || done.Withdrawn != withdrawn || len(done.Rows) != added+corrected+withdrawn {
				t.Errorf("%s: %+v, want +%d ~%d -%d", name, done, added, corrected, withdrawn)
			}
			if d := cmp.Diff(want, state(t, s)); d != "" {
				t.Errorf("%s:\n%s", name, d)
			}
		}
		first := sync(t, s, version("d1", a, b))
		check("first", first, 2, 0, 0, map[string]string{"a": "v1 1 by pack", "b": "v1 2 by pack"})
		again := sync(t, s, version("d1", a, b))
		check("again", again, 0, 0, 0, map[string]string{"a": "v1 1 by pack", "b": "v1 2 by pack"})
		if !first.Changed || again.Changed || again.Log != first.Log {
			t.Errorf("first %+v, again %+v", first, again)
		}
		b.Value, a.Ref = 2.5, area.Ref{File: "observations/x.csv", Line: 9} // another line is no correction
		check("changed", sync(t, s, version("d2", a, b, c)), 1, 1, 0,
			map[string]string{"a": "v1 1 by pack", "b": "v2 2.5 by pack pack-corrected", "c": "v1 3 by pack"})
		check("removed", sync(t, s, version("d3", b, c)), 0, 0, 1,
			map[string]string{"a": "v2 1 by pack withdrawn pack-removed", "b": "v2 2.5 by pack pack-corrected", "c": "v1 3 by pack"})
		check("returned", sync(t, s, version("d2", a, b, c)), 0, 1, 0,
			map[string]string{"a": "v3 1 by pack pack-returned", "b": "v2 2.5 by pack pack-corrected", "c": "v1 3 by pack"})
		all, err := s.PackVersions(ctx)
		if err != nil || len(all) != 4 || all[1].Digest != "d2" || all[3].Digest != "d2" {
			t.Errorf("versions %+v, %v", all, err)
		}
		versions, err := s.ObservationVersions(ctx, "a")
		if err != nil || versions[1].Published != today {
			t.Errorf("withdrawn from %v, %v; want %v", versions[1].Published, err, today)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

// The same files read otherwise by another version of the program are another
// version of the pack.
func TestSyncSeesAnotherReading(t *testing.T) {
	s := storetest.Open(t, storetest.DSN(t, "sqlite"))
	a := observation(t, "a", "gdp", 1)
	sync(t, s, version("d1", a))
	a.Published = area.NewDate(2022, 9, 1)
	if done := sync(t, s, version("d1", a)); !done.Changed || done.Corrected != 1 {
		t.Errorf("got %+v", done)
	}
}

func TestSyncLeavesTheHandAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, b := observation(t, "a", "gdp", 1), observation(t, "b", "gdp", 2)
		sync(t, s, version("d1", a, b))
		hand := a
		hand.Value, hand.Reason = 1.5, "typo in the bulletin"
		if _, err := s.AppendObservations(ctx, []plan.Observation{hand, observation(t, "h", "gdp", 9)}, "clerk"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Withdraw(ctx, "b", "wrong scope", "clerk", today); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"a": "v2 1.5 by clerk typo in the bulletin", "b": "v2 2 by clerk withdrawn wrong scope", "h": "v1 9 by clerk"}

		// The pack goes on saying what it said, or nothing any more.
		sync(t, s, version("d2", a, b))
		sync(t, s, version("d3", b))
		sync(t, s, version("d4", a, b))
		if d := cmp.Diff(want, state(t, s)); d != "" {
			t.Errorf("corrected by hand, unchanged in the pack:\n%s", d)
		}

		// It says something else: the store does not choose.
		size, _ := s.Size(ctx)
		changed, taken := a, observation(t, "h", "gdp", 8)
		changed.Value, changed.Ref = 7, area.Ref{File: "observations/x.csv", Line: 12}
		_, err := s.SyncPack(ctx, version("d5", changed, b, taken))
		var named []string
		for _, e := range joined(err) {
			if row, ok := errors.AsType[*store.RowError](e); ok && errors.Is(e, store.ErrConflict) {
				named = append(named, fmt.Sprint(row.ID, " ", row.Ref.File, ":", row.Ref.Line))
			}
		}
		if d := cmp.Diff([]string{"a observations/x.csv:12", "h :0"}, named); d != "" {
			t.Errorf("conflicts:\n%s", d)
		}
		if after, _ := s.Size(ctx); after != size {
			t.Errorf("the log grew from %d to %d", size, after)
		}

		// It takes over the correction: nothing to record.
		changed.Value = 1.5
		if done := sync(t, s, version("d6", changed, b)); len(done.Rows) != 0 {
			t.Errorf("took over the correction: %+v", done)
		}
	})
}

func TestSyncRefuses(t *testing.T) {
	ctx, s := context.Background(), storetest.Open(t, storetest.DSN(t, "sqlite"))
	a := observation(t, "a", "gdp", 1)
	sync(t, s, version("d1", a))
	other := version("e1")
	other.Pack = "elsewhere"
	if _, err := s.SyncPack(ctx, other); !errors.Is(err, store.ErrOtherPack) {
		t.Errorf("another pack: %v", err)
	}
	if _, err := s.SyncPack(ctx, version("d2", a, a)); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("an id twice: %v", err)
	}
	a.Indicator = "people"
	if _, err := s.SyncPack(ctx, version("d2", a)); !errors.Is(err, store.ErrMoved) {
		t.Errorf("another indicator: %v", err)
	}
}

func TestPackAt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		if _, err := s.PackAt(ctx, 0); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("no pack yet: %v", err)
		}
		one := sync(t, s, version("d1", observation(t, "a", "gdp", 1)))
		two := sync(t, s, version("d2"))
		for _, c := range []struct {
			upTo int64
			want string
		}{{one.Log + 1, "d1"}, {two.Log, "d1"}, {two.Log + 1, "d2"}, {0, "d2"}} {
			v, err := s.PackAt(ctx, c.upTo)
			if err != nil || v.Digest != c.want || string(v.Files["pack.yaml"]) != "pack: czt # "+c.want || len(v.Files) != 2 || v.Recorded.IsZero() {
				t.Errorf("at log %d: %+v, %v; want %s", c.upTo, v, err, c.want)
			}
		}
		if _, err := s.PackAt(ctx, one.Log); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("before the first: %v", err)
		}
	})
}

func TestSnapshots(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		sync(t, s, version("d1", observation(t, "a", "gdp", 1)))
		size, _ := s.Size(ctx)
		board := []byte(`{"sum":1}`)
		in := evidence.Board{Pack: "czt", PackDigest: "d1", AsOf: today, BelievedOn: today, Log: size, Version: "board-1"}
		snap, err := s.SnapshotBoard(ctx, in, board)
		if err != nil || snap.SHA256 != evidence.SHA256(board) || snap.Index != size {
			t.Fatalf("got %+v, %v", snap, err)
		}
		back, err := s.BoardJSON(ctx, snap.Index)
		if err != nil || string(back) != string(board) {
			t.Errorf("board %s, %v", back, err)
		}
		list, err := s.Snapshots(ctx)
		if err != nil || len(list) != 1 || list[0] != snap {
			t.Errorf("list %+v, %v; want %+v", list, err, snap)
		}
		for name, alter := range map[string]func(*evidence.Board){
			"no log":       func(b *evidence.Board) { b.Log = 0 },
			"a log to be":  func(b *evidence.Board) { b.Log = size + 9 },
			"another pack": func(b *evidence.Board) { b.PackDigest = "d0" },
		} {
			bad := in
			alter(&bad)
			if _, err := s.SnapshotBoard(ctx, bad, board); err == nil {
				t.Errorf("%s was kept", name)
			}
		}
		if _, err := s.BoardJSON(ctx, 0); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("no board there: %v", err)
		}
	})
}
