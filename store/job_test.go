package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

func submit(t testing.TB, s *store.Store, name string) store.Job {
	t.Helper()
	j, err := s.SubmitJob(context.Background(), "test", question(name), []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func take(t testing.TB, s *store.Store, id, worker string) store.Job {
	t.Helper()
	j, ok, err := s.TakeJob(context.Background(), id, worker)
	if err != nil || !ok {
		t.Fatalf("take %s: %v, %v", id, ok, err)
	}
	return j
}

func TestWhoAsksTheSameGetsTheSameJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		stores := []*store.Store{storetest.OpenWith(t, dsn, store.Options{}), storetest.OpenWith(t, dsn, store.Options{})}
		var got [12]store.Job
		var g errgroup.Group
		for i := range got {
			g.Go(func() (err error) {
				got[i], err = stores[i%2].SubmitJob(ctx, "test", question("a"), []byte(`{}`))
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, j := range got {
			ids[j.ID] = true
		}
		if len(ids) != 1 {
			t.Fatalf("%d jobs, want 1", len(ids))
		}
		s, first := stores[0], submit(t, stores[0], "a")
		taken := take(t, s, first.ID, "w")
		if again := submit(t, s, "a"); again.ID != first.ID || again.State != store.JobRunning {
			t.Errorf("while it runs: %+v", again)
		}
		r := answer("a", []byte("one"))
		if ok, err := s.FinishJob(ctx, taken, &r); !ok || err != nil {
			t.Fatalf("finish: %v, %v", ok, err)
		}
		if again := submit(t, s, "a"); again.ID != first.ID || again.State != store.JobDone {
			t.Errorf("when it is done: %+v", again)
		}
		if err := s.DropResult(ctx, question("a")); err != nil {
			t.Fatal(err)
		}
		if again := submit(t, s, "a"); again.ID == first.ID || again.State != store.JobWaiting {
			t.Errorf("when the result is gone: %+v", again)
		}
	})
}

// Who asks how far it is hears that it came to nothing; who asks later sets it off anew.
func TestWhatCameToNothingRests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{Now: func() time.Time { return now }})
		failed := take(t, s, submit(t, s, "a").ID, "w")
		if ok, err := s.FailJob(ctx, failed, "job.error.failed", map[string]string{"error": "x"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		cancelled := submit(t, s, "b")
		if _, err := s.CancelJob(ctx, cancelled.ID); err != nil {
			t.Fatal(err)
		}
		now = now.Add(4 * time.Second)
		if a, b := submit(t, s, "a"), submit(t, s, "b"); a.ID != failed.ID || a.CodeArgs["error"] != "x" || b.ID != cancelled.ID || b.State != store.JobCancelled {
			t.Errorf("at once: %+v, %+v", a, b)
		}
		now = now.Add(2 * time.Second)
		a, b := submit(t, s, "a"), submit(t, s, "b")
		if a.State != store.JobWaiting || b.State != store.JobWaiting {
			t.Errorf("later: %+v, %+v", a, b)
		}
		if again := submit(t, s, "a"); again.ID != a.ID {
			t.Errorf("and again: %+v", again)
		}
	})
}

func TestAKeptResultNeedsNoWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
		if err := s.KeepResult(ctx, answer("a", []byte("one"))); err != nil {
			t.Fatal(err)
		}
		a, b := submit(t, s, "a"), submit(t, s, "a")
		if a.State != store.JobDone || a.ID != b.ID {
			t.Errorf("got %+v, then %+v", a, b)
		}
	})
}

// Each row is what a worker does that was held lost, or whose job was cancelled.
func TestWhoLostTheJobWritesNothing(t *testing.T) {
	ctx := context.Background()
	r := answer("a", []byte("late"))
	for name, late := range map[string]func(*store.Store, store.Job) (bool, error){
		"beat":    func(s *store.Store, j store.Job) (bool, error) { return s.BeatJob(ctx, j, 1, 2, 3) },
		"finish":  func(s *store.Store, j store.Job) (bool, error) { return s.FinishJob(ctx, j, &r) },
		"fail":    func(s *store.Store, j store.Job) (bool, error) { return s.FailJob(ctx, j, "job.error.failed", nil) },
		"release": func(s *store.Store, j store.Job) (bool, error) { return s.ReleaseJob(ctx, j) },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				s := storetest.OpenWith(t, dsn, store.Options{})
				first := take(t, s, submit(t, s, "a").ID, "one")
				if ok, err := s.ReviveJob(ctx, first); !ok || err != nil {
					t.Fatalf("revive: %v, %v", ok, err)
				}
				second := take(t, s, first.ID, "two")
				if second.Attempt != 2 || second.Deaths != 1 {
					t.Fatalf("second attempt: %+v", second)
				}
				before, _ := s.Job(ctx, first.ID)
				if ok, err := late(s, first); ok || err != nil {
					t.Errorf("as the first attempt: %v, %v; want false", ok, err)
				}
				after, err := s.Job(ctx, first.ID)
				if err != nil || fmt.Sprint(before) != fmt.Sprint(after) {
					t.Errorf("changed %+v to %+v, %v", before, after, err)
				}
				if _, err := s.Result(ctx, question("a")); !errors.Is(err, store.ErrUnknown) {
					t.Errorf("a result was kept: %v", err)
				}
				if _, err := s.CancelJob(ctx, first.ID); err != nil {
					t.Fatal(err)
				}
				if ok, err := late(s, second); ok || err != nil {
					t.Errorf("after it was cancelled: %v, %v; want false", ok, err)
				}
			})
		})
	}
}

func TestAWorkerThatMovedIsNotHeldLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
		seen := take(t, s, submit(t, s, "a").ID, "one")
		if ok, err := s.BeatJob(ctx, seen, 1, 2, 5); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := s.ReviveJob(ctx, seen); ok || err != nil {
			t.Errorf("revived %v, %v; want false", ok, err)
		}
		j, err := s.Job(ctx, seen.ID)
		if err != nil || j.State != store.JobRunning || j.Done != 1 || j.Total != 2 || j.Left != 5 {
			t.Errorf("got %+v, %v", j, err)
		}
	})
}

// An answer that contradicts the one that is kept ends no job and changes nothing.
func TestAContradictionEndsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
		j := take(t, s, submit(t, s, "a").ID, "one")
		if err := s.KeepResult(ctx, answer("a", []byte("one"))); err != nil {
			t.Fatal(err)
		}
		two := answer("a", []byte("two"))
		if ok, err := s.FinishJob(ctx, j, &two); ok || !errors.Is(err, store.ErrDiffers) {
			t.Errorf("finish: %v, %v; want differs", ok, err)
		}
		if got, err := s.Job(ctx, j.ID); err != nil || got.State != store.JobRunning {
			t.Errorf("got %+v, %v", got, err)
		}
		if ok, err := s.FinishJob(ctx, j, nil); !ok || err != nil {
			t.Errorf("finish with what is kept: %v, %v", ok, err)
		}
	})
}

// hall is the table of jobs in a few lines of Go: what any sequence of calls must
// leave.
type hall struct {
	jobs map[string]*store.Job
	kept map[string]bool
}

func (h *hall) open(digest string) *store.Job {
	for _, j := range h.jobs {
		if j.Digest == digest && j.Open() {
			return j
		}
	}
	return nil
}

// Jobs behave like the model, whatever is called in whatever order.
func TestJobsAgreeWithTheModel(t *testing.T) {
	ctx, s := context.Background(), storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{Now: storetest.Clock()})
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		h := hall{map[string]*store.Job{}, map[string]bool{}}
		var held []store.Job // attempts, the lost ones too
		for range rapid.IntRange(1, 25).Draw(t, "calls") {
			name := fmt.Sprint(round, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "question"))
			digest := question(name)
			var of store.Job
			if len(held) > 0 {
				of = rapid.SampledFrom(held).Draw(t, "attempt")
			}
			switch call := rapid.SampledFrom([]string{"submit", "take", "finish", "fail", "release", "revive", "cancel"}).Draw(t, "call"); {
			case call == "submit":
				j, err := s.SubmitJob(ctx, "test", digest, []byte(`{}`))
				if err != nil {
					t.Fatal(err)
				}
				switch open := h.open(digest); {
				case h.kept[digest] && j.State != store.JobDone:
					t.Fatalf("kept, and yet %s", j.State)
				case open != nil && !h.kept[digest] && j.ID != open.ID:
					t.Fatalf("a second job for %s", name)
				case j.State == store.JobFailed || j.State == store.JobCancelled:
					if was := h.jobs[j.ID]; was == nil || was.State != j.State || open != nil {
						t.Fatalf("got %+v, was %+v, open %+v", j, was, open)
					}
				}
				if h.jobs[j.ID] == nil {
					h.jobs[j.ID] = &j
				}
			case call == "take":
				open := h.open(digest)
				if open == nil {
					continue
				}
				j, ok, err := s.TakeJob(ctx, open.ID, "w")
				if err != nil || ok != (open.State == store.JobWaiting) {
					t.Fatalf("take a %s job: %v, %v", open.State, ok, err)
				}
				if ok {
					*open = j
					held = append(held, j)
				}
			case of.ID != "":
				h.end(t, s, call, of)
			}
		}
		for id, want := range h.jobs {
			got, err := s.Job(ctx, id)
			if err != nil || got.State != want.State || got.Attempt != want.Attempt || got.Deaths != want.Deaths {
				t.Fatalf("got %+v, %v; want %+v", got, err, want)
			}
		}
	})
}

// end calls what ends or puts back an attempt, and checks who may.
func (h *hall) end(t *rapid.T, s *store.Store, call string, of store.Job) {
	ctx, now := context.Background(), h.jobs[of.ID]
	mine := now.State == store.JobRunning && now.Attempt == of.Attempt
	var ok bool
	var err error
	state := store.JobWaiting
	switch call {
	case "finish":
		r := store.Result{Digest: of.Digest, Kind: "test", Bytes: []byte("x")}
		ok, err = s.FinishJob(ctx, of, &r)
		state = store.JobDone
		h.kept[of.Digest] = h.kept[of.Digest] || mine
	case "fail":
		ok, err = s.FailJob(ctx, of, "job.error.failed", map[string]string{"error": "x"})
		state = store.JobFailed
	case "release":
		ok, err = s.ReleaseJob(ctx, of)
	case "revive":
		ok, err = s.ReviveJob(ctx, of)
		if mine {
			now.Deaths++
		}
	case "cancel":
		mine = now.Open()
		_, err = s.CancelJob(ctx, of.ID)
		ok, state = mine, store.JobCancelled
	}
	if err != nil || ok != mine {
		t.Fatalf("%s as attempt %d of a %s job at attempt %d: %v, %v", call, of.Attempt, now.State, now.Attempt, ok, err)
	}
	if mine {
		now.State = state
	}
}

func TestJobsAreListedAndForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
		a, b, c := submit(t, s, "a"), submit(t, s, "b"), submit(t, s, "c")
		take(t, s, b.ID, "w")
		if _, err := s.CancelJob(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		names := map[string]string{a.ID: "a", b.ID: "b", c.ID: "c"}
		list := func(jobs []store.Job, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, j := range jobs {
				out.WriteString(names[j.ID])
			}
			return out.String()
		}
		for _, row := range []struct{ what, got, want string }{
			{"all", list(s.Jobs(ctx, 10)), "cba"},
			{"two", list(s.Jobs(ctx, 2)), "cb"},
			{"cancelled", list(s.Jobs(ctx, 10, store.JobCancelled)), "c"},
			{"open", list(s.OpenJobs(ctx, 10)), "ba"},
		} {
			if row.got != row.want {
				t.Errorf("%s: got %s, want %s", row.what, row.got, row.want)
			}
		}
		if err := s.ForgetJobs(ctx, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := list(s.Jobs(ctx, 10)); got != "ba" {
			t.Errorf("after forgetting: %s, want ba", got)
		}
	})
}

func TestAnAlteredJobIsNamed(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
	j := submit(t, s, "a")
	for _, change := range []string{`made_at = 'x'`, `args = '{'`, `error_args = '[]'`, `beat = 'x'`} {
		storetest.Exec(t, dsn, `UPDATE job SET `+change)
		if _, err := s.Job(ctx, j.ID); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v, want damaged", change, err)
		}
		storetest.Exec(t, dsn, `UPDATE job SET made_at = '', args = '{}', error_args = '{}', beat = 0`)
	}
}

// Who only reads may read a database of the version before.
func TestAnOlderDatabaseIsRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		s := storetest.Open(t, dsn)
		if _, err := s.SyncPack(ctx, version("d1", observation(t, "a", "gdp", 1))); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob("migrations/*.sql")
		if err != nil || len(files) < 2 {
			t.Fatalf("%d migrations, %v", len(files), err)
		}
		slices.Reverse(files)
		for _, file := range files[:len(files)-1] { // all but the first
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, down, _ := strings.Cut(string(b), "-- +goose Down\n")
			if _, err := storetest.Raw(t, dsn).Exec(down); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		storetest.Exec(t, dsn, `DELETE FROM goose_db_version WHERE version_id >= 2`)
		old := storetest.OpenWith(t, dsn, store.Options{ReadOnly: true})
		if n, err := old.Size(ctx); n != 3 || err != nil {
			t.Errorf("the log has %d entries, %v; want key, pack and observation", n, err)
		}
		if report, err := old.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !report.OK() {
			t.Errorf("audited: %v, %v", report, err)
		}
		if j := submit(t, storetest.OpenWith(t, dsn, store.Options{}), "a"); j.State != store.JobWaiting {
			t.Errorf("brought up to date: %+v", j)
		}
		storetest.Exec(t, dsn, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, `+map[bool]string{true: "true", false: "1"}[strings.HasPrefix(dsn, "postgres")]+`)`)
		if _, err := store.Open(ctx, dsn, store.Options{ReadOnly: true}); !errors.Is(err, store.ErrVersion) {
			t.Errorf("a newer database: %v, want version", err)
		}
	})
}
