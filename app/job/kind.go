package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"conurb/store"
	"conurb/trust/evidence"
)

// Kind is one sort of long work.
type Kind struct {
	Name    string // of one word
	Version string // of its method: a new one makes every result a new question
	// Run works out the bytes of a result from canonical JSON. The same arguments
	// give the same bytes, on every machine. It returns soon after ctx ends. A *Failure
	// it returns is put into words for people; other errors are shown as they are.
	Run func(ctx context.Context, args json.RawMessage, t *Task) ([]byte, error)
}

// digest is the name of a question.
func (k Kind) digest(args json.RawMessage) (string, error) {
	b, err := evidence.Canonical(struct {
		Kind    string          `json:"kind"`
		Version string          `json:"version"`
		Args    json.RawMessage `json:"args"`
	}{k.Name, k.Version, args})
	if err != nil {
		return "", fmt.Errorf("job %s: %w", k.Name, err)
	}
	return evidence.SHA256(b), nil
}

// Failure is why a job came to nothing: the key of a sentence in locale/, and its
// arguments.
type Failure struct {
	Code string
	Args map[string]string
}

// Error names the key and the arguments.
func (f *Failure) Error() string { return fmt.Sprint(f.Code, " ", f.Args) }

// Task is a job as the one who does it sees it.
type Task struct {
	Memo        Memo
	done, total atomic.Int64
}

// Progress says how many steps of how many are done. It costs nothing: others see it
// with the next beat.
func (t *Task) Progress(done, total int64) { t.done.Store(done); t.total.Store(total) }

// Memo keeps what a kind works out on its way, by keys that name everything it
// depends on besides the kind and its version. It makes room for newer things as
// results do: what was put may be gone, and is then worked out again.
type Memo struct {
	store   *store.Store
	kind    Kind
	program string
	log     *slog.Logger
}

// Get returns what was put under a key, false where nothing is.
func (m Memo) Get(ctx context.Context, key string) ([]byte, bool, error) {
	digest, err := m.digest(key)
	if err != nil {
		return nil, false, err
	}
	r, ok, err := kept(ctx, m.store, m.log, digest)
	return r.Bytes, ok, err
}

// Put keeps bytes under a key. Other bytes under the same key are store.ErrDiffers.
func (m Memo) Put(ctx context.Context, key string, value []byte) error {
	digest, err := m.digest(key)
	if err != nil {
		return err
	}
	return stored(m.store.KeepResult(ctx, store.Result{Digest: digest, Kind: m.kind.Name + " part", Version: m.program, Bytes: value}))
}

func (m Memo) digest(key string) (string, error) {
	b, err := json.Marshal(map[string]string{"part": key})
	if err != nil {
		return "", fmt.Errorf("part %s: %w", key, err)
	}
	return m.kind.digest(b)
}

// kept reads a result. One that is damaged is worked out again: it is dropped, and
// the log of the program says so.
func kept(ctx context.Context, s *store.Store, log *slog.Logger, digest string) (store.Result, bool, error) {
	r, err := s.Result(ctx, digest)
	switch {
	case errors.Is(err, store.ErrUnknown):
		return r, false, nil
	case errors.Is(err, store.ErrDamaged):
		log.WarnContext(ctx, "a kept result is damaged and dropped", "digest", digest, "error", err)
		return r, false, stored(s.DropResult(ctx, digest))
	}
	return r, err == nil, stored(err)
}

// storeError is trouble of the database, which says nothing about the job: it is not
// failed for it, but put back by whoever watches.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// stored marks trouble of the database, and leaves refusals of what was given to it.
func stored(err error) error {
	for _, refusal := range []error{store.ErrDiffers, store.ErrTooLarge, store.ErrInvalid} {
		if errors.Is(err, refusal) {
			return err
		}
	}
	if err == nil {
		return nil
	}
	return storeError{err}
}
