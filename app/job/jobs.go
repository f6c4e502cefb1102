package job

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"conurb/store"
	"conurb/trust/evidence"
)

// Job is a job as it stands in the store.
type Job = store.Job

// Refusals of jobs.
var (
	ErrKind = errors.New("there is no such kind of work")
	ErrOpen = errors.New("the job has no result yet")
	ErrGone = errors.New("the result is no longer kept")
)

// Options are how jobs are done. The zero value is good.
type Options struct {
	Version string        // of the program
	Worker  string        // unique among all workers; host, process and chance when empty
	Log     *slog.Logger  // nowhere when nil
	Beat    time.Duration // how often a worker says that it lives; 1 s when 0
	Dead    time.Duration // how long without a beat until a worker is held lost; 30 s when 0
}

const (
	beatEvery = time.Second
	deadAfter = 30 * time.Second
	// MaxDeaths is how many workers a job may lose before it fails.
	MaxDeaths = 8
	// rememberJobs is how long the rows of jobs that ended are kept.
	rememberJobs = 90 * 24 * time.Hour
	// MaxList bounds a list of jobs.
	MaxList = 1000
)

// Jobs is the long work of a node.
type Jobs struct {
	store *store.Store
	kinds map[string]Kind
	o     Options

	mu   sync.Mutex
	live map[string]context.CancelCauseFunc // jobs that this process does
}

// New makes the long work of a node out of what it can do.
func New(s *store.Store, kinds []Kind, o Options) (*Jobs, error) {
	j := &Jobs{store: s, kinds: map[string]Kind{}, o: o, live: map[string]context.CancelCauseFunc{}}
	for _, k := range kinds {
		if _, twice := j.kinds[k.Name]; twice || k.Name == "" || k.Run == nil {
			return nil, fmt.Errorf("kind %q: %w", k.Name, ErrKind)
		}
		j.kinds[k.Name] = k
	}
	if j.o.Log == nil {
		j.o.Log = slog.New(slog.DiscardHandler)
	}
	if j.o.Beat == 0 {
		j.o.Beat = beatEvery
	}
	if j.o.Dead == 0 {
		j.o.Dead = deadAfter
	}
	if j.o.Worker == "" {
		var b [6]byte
		rand.Read(b[:])
		host, err := os.Hostname()
		if err != nil {
			return nil, fmt.Errorf("name of the worker: %w", err)
		}
		j.o.Worker = fmt.Sprintf("%.60s-%d-%s", host, os.Getpid(), hex.EncodeToString(b[:]))
	}
	return j, nil
}

// Kinds lists what can be asked for, in order.
func (j *Jobs) Kinds() []string {
	var out []string
	for name := range j.kinds {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (j *Jobs) question(kind string, args any) (Kind, json.RawMessage, string, error) {
	k, ok := j.kinds[kind]
	if !ok {
		return k, nil, "", fmt.Errorf("%s: %w", kind, ErrKind)
	}
	b, err := evidence.Canonical(args)
	if err != nil {
		return k, nil, "", fmt.Errorf("job %s: %w", kind, err)
	}
	digest, err := k.digest(b)
	return k, b, digest, err
}

// Submit asks for a result. Where it is kept the job is done at once; where the same
// question is waiting or under way it is that job.
func (j *Jobs) Submit(ctx context.Context, kind string, args any) (Job, error) {
	k, b, digest, err := j.question(kind, args)
	if err != nil {
		return Job{}, err
	}
	return j.store.SubmitJob(ctx, k.Name, digest, b)
}

// Kept returns the result of a question without asking for it to be worked out.
func (j *Jobs) Kept(ctx context.Context, kind string, args any) ([]byte, bool, error) {
	_, _, digest, err := j.question(kind, args)
	if err != nil {
		return nil, false, err
	}
	r, ok, err := kept(ctx, j.store, j.o.Log, digest)
	return r.Bytes, ok, err
}

// Memo is where a kind keeps its parts, for those who work them out without a job.
func (j *Jobs) Memo(kind string) (Memo, error) {
	k, ok := j.kinds[kind]
	if !ok {
		return Memo{}, fmt.Errorf("%s: %w", kind, ErrKind)
	}
	return j.memo(k), nil
}

func (j *Jobs) memo(k Kind) Memo { return Memo{j.store, k, j.o.Version, j.o.Log} }

// Get returns a job, store.ErrUnknown where there is none.
func (j *Jobs) Get(ctx context.Context, id string) (Job, error) { return j.store.Job(ctx, id) }

// Result returns what a job worked out: ErrOpen before it is done, its *Failure where
// it failed, ErrGone where the result had to make room or the job was cancelled; to
// submit the question again works it out again.
func (j *Jobs) Result(ctx context.Context, of Job) ([]byte, error) {
	switch of.State {
	case store.JobWaiting, store.JobRunning:
		return nil, fmt.Errorf("job %s is %s: %w", of.ID, of.State, ErrOpen)
	case store.JobFailed:
		return nil, &Failure{of.Code, of.CodeArgs}
	case store.JobCancelled:
		return nil, fmt.Errorf("job %s was cancelled: %w", of.ID, ErrGone)
	}
	r, ok, err := kept(ctx, j.store, j.o.Log, of.Digest)
	if err == nil && !ok {
		err = fmt.Errorf("job %s: %w", of.ID, ErrGone)
	}
	return r.Bytes, err
}

// Wait returns a job when it has ended.
func (j *Jobs) Wait(ctx context.Context, id string) (Job, error) {
	for {
		got, err := j.Get(ctx, id)
		if err != nil || !got.Open() {
			return got, err
		}
		select {
		case <-time.After(min(200*time.Millisecond, j.o.Beat)):
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
}

// List lists jobs in any of some states, or in all when none is named, the newest
// first, MaxList at most.
func (j *Jobs) List(ctx context.Context, states ...store.JobState) ([]Job, error) {
	return j.store.Jobs(ctx, MaxList, states...)
}

// Cancel ends a job that has not ended. Its worker gives up at once where it is this
// process, with its next beat where it is another.
func (j *Jobs) Cancel(ctx context.Context, id string) (Job, error) {
	got, err := j.store.CancelJob(ctx, id)
	if err != nil || got.State != store.JobCancelled {
		return got, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if stop := j.live[id]; stop != nil {
		stop(errGivenUp)
	}
	return got, nil
}

// Room is what is kept, and how much room there is.
func (j *Jobs) Room(ctx context.Context) (store.Kept, error) { return j.store.Kept(ctx) }
