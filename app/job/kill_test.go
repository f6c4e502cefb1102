package job_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conurb/app/job"
	"conurb/internal/storetest"
	"conurb/store"
)

// sum adds the squares up to a number, slowly, and keeps every square as a part. It
// writes each square that it works out into a file, so that the test can count.
func sum(file string) job.Kind {
	return job.Kind{Name: "sum", Version: "1", Run: func(ctx context.Context, args json.RawMessage, t *job.Task) ([]byte, error) {
		var a struct{ Name, To int }
		if err := json.Unmarshal(args, &a); err != nil {
			return nil, err
		}
		all := 0
		for i := 1; i <= a.To; i++ {
			key := fmt.Sprint(a.Name, "/", i)
			kept, ok, err := t.Memo.Get(ctx, key)
			if err != nil {
				return nil, err
			}
			if !ok {
				if kept, err = square(ctx, file, key, i); err != nil {
					return nil, err
				}
				if err := t.Memo.Put(ctx, key, kept); err != nil {
					return nil, err
				}
			}
			var n int
			if _, err := fmt.Sscan(string(kept), &n); err != nil {
				return nil, err
			}
			all += n
			t.Progress(int64(i), int64(a.To))
		}
		return fmt.Appendf(nil, "%d", all), nil
	}}
}

func square(ctx context.Context, file, key string, i int) ([]byte, error) {
	select {
	case <-time.After(20 * time.Millisecond):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, err = f.WriteString(key + "\n")
	return fmt.Appendf(nil, "%d", i*i), err
}

const (
	kills     = 20
	questions = 12
	steps     = 20
)

// worker starts this test binary as a worker process, and returns when it works.
func worker(t *testing.T, dsn, file string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run", "^TestKilledWorkersLoseNothing$")
	c.Env = append(os.Environ(), "CONURB_TEST_WORKER="+dsn, "CONURB_TEST_FILE="+file)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "works" {
			return c
		}
	}
	t.Fatal("the worker did not start")
	return nil
}

// Worker processes are killed at random moments, as a power cut would: every job
// ends once, with the right answer, which is kept once, and no part that was kept is
// worked out again.
func TestKilledWorkersLoseNothing(t *testing.T) {
	if dsn := os.Getenv("CONURB_TEST_WORKER"); dsn != "" {
		j, _ := node(t, dsn, sum(os.Getenv("CONURB_TEST_FILE")))
		fmt.Println("works")
		t.Fatal(j.Work(context.Background(), 1))
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		file := filepath.Join(t.TempDir(), "squares")
		j, s := node(t, dsn, sum(file))
		ids := map[string]int{}
		for n := range questions {
			ids[ask(t, j, "sum", map[string]int{"Name": n, "To": steps}).ID] = n
		}
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		workers := []*exec.Cmd{worker(t, dsn, file), worker(t, dsn, file)}
		defer func() {
			for _, w := range workers {
				w.Process.Kill()
				w.Wait()
			}
		}()
		for range kills {
			time.Sleep(time.Duration(chance.IntN(300)) * time.Millisecond)
			i := chance.IntN(len(workers))
			if err := workers[i].Process.Kill(); err != nil {
				t.Fatal(err)
			}
			workers[i].Wait()
			workers[i] = worker(t, dsn, file)
		}
		attempts := 0
		for id, n := range ids {
			got := wait(t, j, id)
			bytes, err := j.Result(soon(t), got)
			if want := fmt.Sprint(steps * (steps + 1) * (2*steps + 1) / 6); got.State != store.JobDone || string(bytes) != want || err != nil {
				t.Errorf("question %d: %s, %v; want %s; %+v", n, bytes, err, want, got)
			}
			attempts += got.Attempt
		}
		if jobs, err := j.List(soon(t)); len(jobs) != questions || err != nil {
			t.Errorf("%d jobs, %v; want %d", len(jobs), err, questions)
		}
		if k, err := s.Kept(soon(t)); k.Results != questions*(steps+1) || err != nil {
			t.Errorf("%d results, %v; want each answer and each part once", k.Results, err)
		}
		// An attempt can work out again no more than the part that the one before it
		// had not kept yet.
		b, err := os.ReadFile(file)
		if worked := strings.Count(string(b), "\n"); err != nil || worked < questions*steps || worked > questions*steps+attempts-questions {
			t.Errorf("%d parts worked out in %d attempts of %d questions, %v", worked, attempts, questions, err)
		}
		t.Logf("%d kills, %d attempts of %d questions", kills, attempts, questions)
	})
}
