package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"conurb/store"
)

// errGivenUp ends the work on a job that was cancelled, or is in other hands.
var errGivenUp = errors.New("the job was cancelled or is in other hands")

// Work does n jobs at a time until ctx ends; it then puts back what it has not
// finished and returns.
func (j *Jobs) Work(ctx context.Context, n int) error {
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { j.watch(watching, n) })
	defer watcher.Wait()
	defer stop()
	return j.store.WorkJobs(ctx, store.Hands{Worker: j.o.Worker, N: n, Mine: j.mine, Do: j.do, Log: j.o.Log})
}

// mine reports whether this program can do a job as it was asked for: it knows the
// kind, and its method is of the version that the asker knew.
func (j *Jobs) mine(of Job) bool {
	k, ok := j.kinds[of.Kind]
	if !ok {
		return false
	}
	digest, err := k.digest(of.Args)
	return err == nil && digest == of.Digest
}

// do does a job that was taken up.
func (j *Jobs) do(ctx context.Context, of Job) {
	work, stop := context.WithCancelCause(ctx)
	j.mu.Lock()
	j.live[of.ID] = stop
	j.mu.Unlock()
	task := &Task{Memo: j.memo(j.kinds[of.Kind])}
	beats, still := context.WithCancel(context.WithoutCancel(ctx))
	var pulse sync.WaitGroup
	pulse.Go(func() { j.pulse(beats, of, task, stop) })
	result, err := j.run(work, of, task)
	still()
	pulse.Wait()
	j.mu.Lock()
	delete(j.live, of.ID)
	j.mu.Unlock()
	cause := context.Cause(work)
	stop(nil)
	if errors.Is(cause, errGivenUp) {
		return
	}
	// What is written at the end is written even where the program is being stopped.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := j.end(end, ctx.Err() != nil, of, result, err); err != nil {
		j.o.Log.Error("end of a job", "job", of.ID, "kind", of.Kind, "error", err) // its beat stops here: another takes it up
	}
}

// run works out a result, or finds it kept: then it is nil.
func (j *Jobs) run(ctx context.Context, of Job, t *Task) (result *store.Result, err error) {
	if _, ok, err := kept(ctx, j.store, j.o.Log, of.Digest); ok || err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			j.o.Log.Error("a job panicked", "job", of.ID, "kind", of.Kind, "panic", p, "stack", string(debug.Stack()))
			err = &Failure{"job.error.panic", map[string]string{"error": fmt.Sprint(p)}}
		}
	}()
	b, err := j.kinds[of.Kind].Run(ctx, of.Args, t)
	if err != nil {
		return nil, err
	}
	return &store.Result{Digest: of.Digest, Kind: of.Kind, Version: j.o.Version, Bytes: b}, nil
}

// end writes what became of a job.
func (j *Jobs) end(ctx context.Context, stopped bool, of Job, result *store.Result, err error) error {
	if err != nil && stopped {
		_, err = j.store.ReleaseJob(ctx, of)
		return err
	}
	if err == nil {
		_, err = j.store.FinishJob(ctx, of, result)
		err = stored(err)
	}
	if err == nil {
		return nil
	}
	f := failure(err)
	if f == nil {
		return err
	}
	_, err = j.store.FailJob(ctx, of, f.Code, f.Args)
	return err
}

// failure puts an error into the key of a sentence; nil for trouble of the database.
func failure(err error) *Failure {
	var f *Failure
	var trouble storeError
	switch {
	case errors.As(err, &trouble):
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, store.ErrDiffers):
		return &Failure{"job.error.differs", nil}
	case errors.Is(err, store.ErrTooLarge):
		return &Failure{"job.error.large", map[string]string{"error": err.Error()}}
	}
	return &Failure{"job.error.failed", map[string]string{"error": err.Error()}}
}

// pulse says that the worker of a job lives and how far it is, until ctx ends.
func (j *Jobs) pulse(ctx context.Context, of Job, t *Task, stop context.CancelCauseFunc) {
	tick := time.NewTicker(j.o.Beat)
	defer tick.Stop()
	var rate rate
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		done, total := t.done.Load(), t.total.Load()
		// Not with ctx: a statement that is broken off costs its connection.
		beat, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.o.Dead)
		ours, err := j.store.BeatJob(beat, of, done, total, rate.left(time.Now(), done, total))
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil: // the next one may come through; if none does, another takes the job up
			j.o.Log.Warn("beat of a job", "job", of.ID, "error", err)
		case !ours:
			stop(errGivenUp)
			return
		}
	}
}

// rate foretells the end of a job from its last steps.
type rate struct{ seen []step }

type step struct {
	at   time.Time
	done int64
}

// window is how many beats the rate looks back: parts that were kept already go by
// in no time, and must not promise the same of the others.
const window = 20

// left is in seconds, rounded up; -1 while nothing can be said.
func (r *rate) left(now time.Time, done, total int64) int64 {
	if n := len(r.seen); n > 0 && done < r.seen[n-1].done { // a new phase counts anew
		r.seen = nil
	}
	r.seen = append(r.seen, step{now, done})
	if len(r.seen) > window {
		r.seen = r.seen[1:]
	}
	from := r.seen[0]
	if total <= 0 || done <= from.done || done > total {
		return -1
	}
	perStep := now.Sub(from.at).Seconds() / float64(done-from.done)
	return int64(perStep*float64(total-done) + 0.999)
}
