package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conurb/area"
	"conurb/internal/packtest"
	"conurb/plan/board"
	"conurb/plan/pack"
)

func small(t *testing.T) *pack.Pack {
	t.Helper()
	p, problems := pack.Load(packtest.Small())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func open(t *testing.T, data string) *App {
	t.Helper()
	a, err := Open(context.Background(), Options{Pack: small(t), Data: data, Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func TestTheQuarterIsKeptOnce(t *testing.T) {
	a, ctx := open(t, t.TempDir()), context.Background()
	for i, want := range []bool{true, false} {
		kept, err := a.KeepQuarter(ctx)
		if err != nil || kept != want {
			t.Fatalf("time %d: kept %v (%v), want %v", i, kept, err, want)
		}
	}
	list, err := a.store.Snapshots(ctx)
	if err != nil || len(list) != 1 || list[0].AsOf.String() != "2026-09-30" {
		t.Errorf("got %+v (%v)", list, err)
	}
}

func TestLastQuarterEnd(t *testing.T) {
	for day, want := range map[string]string{"2026-11-23": "2026-09-30", "2026-01-01": "2025-12-31", "2026-03-31": "2025-12-31", "2026-04-01": "2026-03-31"} {
		d, _ := area.ParseDate(day)
		if got := lastQuarterEnd(d).String(); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
}

// reportedIndicator is an indicator of the pack that can be observed.
func reportedIndicator(t *testing.T, a *App) (indicator, scope string) {
	t.Helper()
	for _, o := range a.pack.Plan.Observations {
		return o.Indicator, o.Scope
	}
	t.Fatal("the pack has no observation")
	return "", ""
}

func TestWhatAnotherProcessWritesIsSeen(t *testing.T) {
	data, ctx := t.TempDir(), context.Background()
	server, clerk := open(t, data), open(t, data)
	indicator, scope := reportedIndicator(t, server)
	q, _ := server.Query("2026-11-23", "", 0)
	before, err := server.Believed(ctx, indicator, q)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{"indicator": indicator, "scope": scope, "period": "2026-03", "value": "7", "source_text": "minutes", "grade": "b"}
	if _, problems, err := clerk.Add(ctx, fields, "clerk"); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	after, err := server.Believed(ctx, indicator, q)
	if err != nil || len(after) != len(before)+1 {
		t.Errorf("the server sees %d observations, want %d (%v)", len(after), len(before)+1, err)
	}
}

// A board that was recorded stays the same bytes, whatever is entered later with
// an early day of publication.
func TestARecordedBoardIsProofAgainstHindsight(t *testing.T) {
	data, ctx := t.TempDir(), context.Background()
	a := open(t, data)
	indicator, scope := reportedIndicator(t, a)
	q := board.Query{AsOf: a.Today(), BelievedOn: a.Today()}
	if _, err := a.Snapshot(ctx, q); err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{"indicator": indicator, "scope": scope, "period": "2025", "value": "7", "source_text": "found in a drawer", "grade": "b", "published": "2026-01-02"}
	if _, problems, err := a.Add(ctx, fields, "clerk"); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	report, err := VerifyDatabase(ctx, data, "", Trust{})
	if err != nil || !report.OK() || report.Recomputed != 1 {
		t.Fatalf("got %+v (%v)", report, err)
	}
	var zip bytes.Buffer
	if err := a.ExportEvidence(ctx, &zip); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "evidence.zip")
	if err := os.WriteFile(file, zip.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if report, err = VerifyFile(file, Trust{}); err != nil || !report.OK() || report.Recomputed != 1 {
		t.Errorf("bundle: got %+v (%v)", report, err)
	}
}

// Whoever rewrites the whole log with another key is seen by who knows the key.
func TestAnAuditorWhoKnowsTheKeyIsNotFooled(t *testing.T) {
	ctx, honest, forged := context.Background(), t.TempDir(), t.TempDir()
	head, err := open(t, honest).LogHead(ctx)
	if err != nil {
		t.Fatal(err)
	}
	open(t, forged)
	if r, err := VerifyDatabase(ctx, honest, "", Trust{Keys: []string{head.VKey}}); err != nil || !r.OK() || !r.Pinned {
		t.Errorf("the honest log: %+v (%v)", r, err)
	}
	if r, err := VerifyDatabase(ctx, forged, "", Trust{Keys: []string{head.VKey}}); err != nil || r.OK() {
		t.Errorf("the forged log passes: %+v (%v)", r, err)
	}
}

func TestAFailedRestoreLeavesNothing(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "backup.zip")
	if err := os.WriteFile(bad, []byte("not a backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	if _, err := Restore(context.Background(), Options{Pack: small(t), Data: data}, bad); err == nil {
		t.Error("no error")
	}
	if left, _ := os.ReadDir(data); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheKeyIsTheOwnersAlone(t *testing.T) {
	data := t.TempDir()
	open(t, data)
	info, err := os.Stat(filepath.Join(data, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
}

func TestACorrectionNeedsItsReason(t *testing.T) {
	a, ctx := open(t, t.TempDir()), context.Background()
	o := a.pack.Plan.Observations[0]
	table := "id,indicator,scope,period,value,source\n" + o.ID + "," + o.Indicator + "," + o.Scope + "," + o.Period.String() + ",1," + o.Source + "\n"
	for _, c := range []struct {
		reason string
		added  int
		code   string
	}{{"", 0, "no-reason"}, {"misread", 1, ""}, {"misread", 0, ""}} {
		added, problems, err := a.Import(ctx, []byte(table), c.reason, "clerk")
		code := ""
		if len(problems) > 0 {
			code = problems[0].Code
		}
		if err != nil || len(added) != c.added || code != c.code {
			t.Errorf("reason %q: added %d, problem %q (%v), want %d, %q", c.reason, len(added), code, err, c.added, c.code)
		}
	}
}
