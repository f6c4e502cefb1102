package circle

import (
	"context"
	"errors"
	"sync"
)

// keptAnswers is how many answers are kept: some hundred megabytes of times for a
// region of 30,000 cells.
const keptAnswers = 256

// shelf keeps values by what they depend on. Whoever asks for one that is being made
// waits for it; if its maker gives up, the next one makes it.
type shelf[T any] struct {
	mu    sync.Mutex
	kept  map[string]*kept[T]
	order []string // oldest first
}

type kept[T any] struct {
	ready chan struct{}
	value T
	err   error
}

func (s *shelf[T]) get(ctx context.Context, key string, make func() (T, error)) (T, error) {
	for {
		k, mine := s.claim(key)
		if mine {
			s.fill(k, key, make)
			return k.value, k.err
		}
		select {
		case <-k.ready:
			if k.err == nil || !errors.Is(k.err, context.Canceled) && !errors.Is(k.err, context.DeadlineExceeded) {
				return k.value, k.err
			}
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
	}
}

// fill makes a value. Who waits for it goes on even where making it panics, and hears of
// a failure.
func (s *shelf[T]) fill(k *kept[T], key string, make func() (T, error)) {
	k.err = errBroken
	defer func() {
		if k.err != nil {
			s.drop(key)
		}
		close(k.ready)
	}()
	k.value, k.err = make()
}

// errBroken is what is left of a value whose making panicked.
var errBroken = errors.New("the computation broke down")

// claim finds a value, or makes the caller its maker.
func (s *shelf[T]) claim(key string) (k *kept[T], mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.kept[key]; k != nil {
		return k, false
	}
	if s.kept == nil {
		s.kept = map[string]*kept[T]{}
	}
	k = &kept[T]{ready: make(chan struct{})}
	s.kept[key], s.order = k, append(s.order, key)
	for len(s.order) > keptAnswers {
		delete(s.kept, s.order[0])
		s.order = s.order[1:]
	}
	return k, true
}

func (s *shelf[T]) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
	for i, k := range s.order {
		if k == key {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			return
		}
	}
}
