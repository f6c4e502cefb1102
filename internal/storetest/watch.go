package storetest

import (
	"sync"
	"time"
)

// Watch is a clock that a test moves. It stands still in between, or goes on by a step with
// every look.
type Watch struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

// NewWatch is one that shows a moment.
func NewWatch(at time.Time, step time.Duration) *Watch { return &Watch{now: at, step: step} }

// Now is a look at it.
func (w *Watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(w.step)
	return w.now
}

// Pass lets time pass.
func (w *Watch) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Set shows another moment.
func (w *Watch) Set(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = at
}
