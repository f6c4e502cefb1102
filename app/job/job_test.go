package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conurb/app/job"
	"conurb/internal/storetest"
	"conurb/locale"
	"conurb/store"
)

// quick are options for tests: a worker is held lost after two seconds.
var quick = job.Options{Version: "test", Beat: 20 * time.Millisecond, Dead: 2 * time.Second}

// node opens jobs over a database; nobody works yet.
func node(t testing.TB, dsn string, kinds ...job.Kind) (*job.Jobs, *store.Store) {
	t.Helper()
	s := storetest.OpenWith(t, dsn, store.Options{})
	j, err := job.New(s, kinds, quick)
	if err != nil {
		t.Fatal(err)
	}
	return j, s
}

// work lets n hands work until the test or the returned function ends them.
func work(t testing.TB, j *job.Jobs, n int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.Work(ctx, n) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("work: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func wait(t testing.TB, j *job.Jobs, id string) job.Job {
	t.Helper()
	got, err := j.Wait(soon(t), id)
	if err != nil {
		t.Fatalf("wait for %s: %v; it is %+v", id, err, got)
	}
	return got
}

func ask(t testing.TB, j *job.Jobs, kind string, args any) job.Job {
	t.Helper()
	got, err := j.Submit(soon(t), kind, args)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// double answers with its argument twice, and counts how often it is asked.
func double(asked *atomic.Int64) job.Kind {
	return job.Kind{Name: "double", Version: "1", Run: func(_ context.Context, args json.RawMessage, _ *job.Task) ([]byte, error) {
		asked.Add(1)
		return append(args, args...), nil
	}}
}

// stand is a kind that says when it began and does not end by itself.
func stand(began chan<- struct{}, ended chan<- error) job.Kind {
	return job.Kind{Name: "stand", Version: "1", Run: func(ctx context.Context, _ json.RawMessage, t *job.Task) ([]byte, error) {
		t.Progress(1, 4)
		began <- struct{}{}
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return nil, ctx.Err()
	}}
}

func TestTheSameQuestionIsWorkedOutOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		a, _ := node(t, dsn, double(&asked))
		b, s := node(t, dsn, double(&asked))
		work(t, a, 2)
		work(t, b, 2)
		var got [8]job.Job
		var g errgroup.Group
		for i := range got {
			g.Go(func() (err error) {
				args := []string{`{"x":1,"y":2}`, `{ "y": 2, "x": 1 }`}[i/4] // one question in two hands
				got[i], err = []*job.Jobs{a, b}[i%2].Submit(soon(t), "double", json.RawMessage(args))
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, one := range got {
			if one.ID != got[0].ID {
				t.Errorf("jobs %s and %s", one.ID, got[0].ID)
			}
		}
		done := wait(t, a, got[0].ID)
		bytes, err := b.Result(soon(t), done)
		if want := `{"x":1,"y":2}{"x":1,"y":2}`; err != nil || string(bytes) != want {
			t.Errorf("got %s, %v; want %s", bytes, err, want)
		}
		again := ask(t, b, "double", map[string]int{"x": 1, "y": 2})
		if again.ID != done.ID || again.State != store.JobDone || asked.Load() != 1 {
			t.Errorf("asked %d times, again %+v", asked.Load(), again)
		}
		kept, ok, err := a.Kept(soon(t), "double", map[string]int{"x": 1, "y": 2})
		if string(kept) != string(bytes) || !ok || err != nil {
			t.Errorf("kept %s, %v, %v", kept, ok, err)
		}
		if k, err := s.Kept(soon(t)); k.Results != 1 || err != nil {
			t.Errorf("%d results, %v; want 1", k.Results, err)
		}
	})
}

func TestAnotherVersionIsAnotherQuestion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		newer := double(&asked)
		newer.Version = "2"
		a, _ := node(t, dsn, double(&asked))
		b, _ := node(t, dsn, newer)
		work(t, a, 1)
		one := wait(t, a, ask(t, a, "double", 1).ID)
		two := ask(t, b, "double", 1)
		time.Sleep(2 * quick.Dead / 3)
		if two, err := a.Get(soon(t), two.ID); err != nil || two.State != store.JobWaiting || one.Digest == two.Digest {
			t.Errorf("the older program took %+v, %v", two, err)
		}
	})
}

func TestAFailureIsSaidInBothLanguages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		fail := func(name string, f func() ([]byte, error)) job.Kind {
			return job.Kind{Name: name, Run: func(context.Context, json.RawMessage, *job.Task) ([]byte, error) { return f() }}
		}
		j, _ := node(t, dsn,
			fail("error", func() ([]byte, error) { return nil, errors.New("no streets") }),
			fail("failure", func() ([]byte, error) {
				return nil, fmt.Errorf("ground: %w", &job.Failure{Code: "ground.error.mode", Args: map[string]string{"mode": "boat"}})
			}),
			fail("panic", func() ([]byte, error) { panic("index out of range") }),
			fail("large", func() ([]byte, error) { return make([]byte, store.MaxResult+1), nil }))
		work(t, j, 1)
		for _, c := range []struct{ kind, code, en string }{
			{"error", "job.error.failed", "no streets"}, {"failure", "ground.error.mode", ""},
			{"panic", "job.error.panic", "index out of range"}, {"large", "job.error.large", "268435457"},
		} {
			got := wait(t, j, ask(t, j, c.kind, 1).ID)
			if got.State != store.JobFailed || got.Code != c.code || got.Attempt != 1 {
				t.Errorf("%s: %+v", c.kind, got)
			}
			for _, lang := range locale.Languages {
				if text := locale.T(lang, got.Code, got.CodeArgs); !strings.Contains(text, c.en) || strings.Contains(text, "[") {
					t.Errorf("%s: %q", c.kind, text)
				}
			}
			var f *job.Failure
			if _, err := j.Result(soon(t), got); !errors.As(err, &f) || f.Code != c.code {
				t.Errorf("%s: result %v", c.kind, err)
			}
			if again := ask(t, j, c.kind, 1); again.ID != got.ID {
				t.Errorf("%s: set off anew at once", c.kind)
			}
		}
		if _, err := j.Submit(soon(t), "nothing", 1); !errors.Is(err, job.ErrKind) {
			t.Errorf("unknown kind: %v", err)
		}
	})
}

// Cancelled here, or by another process that shares the store.
func TestACancelledJobStops(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		began, ended := make(chan struct{}, 1), make(chan error, 1)
		here, _ := node(t, dsn, stand(began, ended))
		there, _ := node(t, dsn, stand(nil, nil))
		work(t, here, 1)
		for name, by := range map[string]*job.Jobs{"here": here, "there": there} {
			id := ask(t, there, "stand", name).ID
			<-began
			waits := ask(t, there, "stand", name+" later")
			if got, err := by.Cancel(soon(t), waits.ID); err != nil || got.State != store.JobCancelled {
				t.Errorf("%s: waiting: %+v, %v", name, got, err)
			}
			for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
				got, err := there.Get(soon(t), id)
				if err != nil || time.Since(start) > time.Minute {
					t.Fatalf("no progress is seen: %+v, %v", got, err)
				}
				if got.Done == 1 && got.Total == 4 && got.Worker != "" && !got.Started.IsZero() {
					break
				}
			}
			got, err := by.Cancel(soon(t), id)
			if err != nil || got.State != store.JobCancelled || got.Ended.IsZero() {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			select {
			case <-ended:
			case <-time.After(time.Minute):
				t.Fatalf("%s: the work goes on", name)
			}
			if again, err := by.Cancel(soon(t), id); err != nil || again.State != store.JobCancelled {
				t.Errorf("%s: again: %+v, %v", name, again, err)
			}
			if _, err := by.Result(soon(t), got); !errors.Is(err, job.ErrGone) {
				t.Errorf("%s: result: %v", name, err)
			}
		}
	})
}

// A program that is stopped puts its job back at once, and the next one goes on.
func TestAStoppedNodeLosesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		began, ended := make(chan struct{}, 1), make(chan error, 1)
		first, _ := node(t, dsn, stand(began, ended))
		stop := work(t, first, 1)
		id := ask(t, first, "stand", 1).ID
		<-began
		stop()
		if got, err := first.Get(soon(t), id); err != nil || got.State != store.JobWaiting || got.Deaths != 0 {
			t.Fatalf("after the stop: %+v, %v", got, err)
		}
		second, _ := node(t, dsn, job.Kind{Name: "stand", Version: "1", Run: func(context.Context, json.RawMessage, *job.Task) ([]byte, error) { return []byte("sat"), nil }})
		work(t, second, 1)
		got := wait(t, second, id)
		if bytes, err := second.Result(soon(t), got); string(bytes) != "sat" || err != nil || got.Attempt != 2 {
			t.Errorf("got %s, %v; %+v", bytes, err, got)
		}
	})
}

// A worker that died after it kept the result and before it ended the job: the next
// one ends it, and works nothing out.
func TestAKeptResultEndsTheJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		j, s := node(t, dsn, double(&asked))
		of := ask(t, j, "double", 1)
		if _, ok, err := s.TakeJob(soon(t), of.ID, "ghost"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := s.KeepResult(soon(t), store.Result{Digest: of.Digest, Kind: of.Kind, Bytes: []byte("11")}); err != nil {
			t.Fatal(err)
		}
		work(t, j, 1)
		got := wait(t, j, of.ID)
		bytes, err := j.Result(soon(t), got)
		if got.State != store.JobDone || string(bytes) != "11" || err != nil || asked.Load() != 0 || got.Deaths != 1 {
			t.Errorf("got %s, %v; %+v; asked %d times", bytes, err, got, asked.Load())
		}
	})
}

// A job that the queue lost sight of (its worker died between fetching and taking it
// up) is handed out again.
func TestAForgottenHandoutComesAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		j, _ := node(t, dsn, double(&asked))
		of := ask(t, j, "double", 1)
		if strings.HasPrefix(dsn, "postgres") {
			storetest.Exec(t, dsn, `DELETE FROM river_job`)
		}
		work(t, j, 1)
		if got := wait(t, j, of.ID); got.State != store.JobDone {
			t.Errorf("got %+v", got)
		}
	})
}

// A job that takes its workers with it is given up.
func TestAJobThatKillsIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		j, s := node(t, dsn, double(&asked))
		of := ask(t, j, "double", 1)
		for i := range job.MaxDeaths {
			taken, ok, err := s.TakeJob(soon(t), of.ID, "ghost")
			if !ok || err != nil {
				t.Fatal(i, ok, err)
			}
			if i == job.MaxDeaths-1 {
				break
			}
			if ok, err := s.ReviveJob(soon(t), taken); !ok || err != nil {
				t.Fatal(i, ok, err)
			}
		}
		work(t, j, 1)
		if got := wait(t, j, of.ID); got.State != store.JobFailed || got.Code != "job.error.lost" || got.CodeArgs["n"] != "8" || asked.Load() != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

// What contradicts the kept answer is said, not kept.
func TestAnotherAnswerFailsTheJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.OpenWith(t, dsn, store.Options{})
		var digest atomic.Pointer[string]
		fickle := job.Kind{Name: "fickle", Run: func(ctx context.Context, _ json.RawMessage, _ *job.Task) ([]byte, error) {
			return []byte("one"), s.KeepResult(ctx, store.Result{Digest: *digest.Load(), Kind: "fickle", Bytes: []byte("two")})
		}}
		j, _ := node(t, dsn, fickle)
		of := ask(t, j, "fickle", 1)
		digest.Store(&of.Digest)
		work(t, j, 1)
		if got := wait(t, j, of.ID); got.State != store.JobFailed || got.Code != "job.error.differs" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestADamagedResultIsWorkedOutAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		j, _ := node(t, dsn, double(&asked))
		work(t, j, 1)
		done := wait(t, j, ask(t, j, "double", 1).ID)
		storetest.Exec(t, dsn, `UPDATE result SET sum = 'x'`)
		if _, err := j.Result(soon(t), done); !errors.Is(err, job.ErrGone) {
			t.Errorf("damaged: %v, want gone", err)
		}
		again := wait(t, j, ask(t, j, "double", 1).ID)
		if bytes, err := j.Result(soon(t), again); string(bytes) != "11" || err != nil || asked.Load() != 2 || again.ID == done.ID {
			t.Errorf("again: %s, %v; asked %d times", bytes, err, asked.Load())
		}
	})
}

func TestPartsAreKeptByKindAndVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		var asked atomic.Int64
		newer := double(&asked)
		newer.Version = "2"
		a, _ := node(t, dsn, double(&asked))
		b, _ := node(t, dsn, newer)
		one, err := a.Memo("double")
		if err != nil {
			t.Fatal(err)
		}
		two, err := b.Memo("double")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(one.Put(soon(t), "k", []byte("v")), one.Put(soon(t), "k", []byte("v"))); err != nil {
			t.Fatal(err)
		}
		if err := one.Put(soon(t), "k", []byte("w")); !errors.Is(err, store.ErrDiffers) {
			t.Errorf("put another: %v", err)
		}
		for _, c := range []struct {
			memo job.Memo
			key  string
			want bool
		}{{one, "k", true}, {one, "l", false}, {two, "k", false}} {
			if v, ok, err := c.memo.Get(soon(t), c.key); ok != c.want || err != nil || ok && string(v) != "v" {
				t.Errorf("%s: %s, %v, %v", c.key, v, ok, err)
			}
		}
	})
}
