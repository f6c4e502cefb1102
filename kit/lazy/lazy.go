// Package lazy makes a value at its first use, once for all who ask.
package lazy

import "sync"

// Value is made by the first Get. A failure is not kept: the next Get makes it anew. Who
// asks while it is being made waits.
type Value[T any] struct {
	mu    sync.Mutex
	ready bool
	value T
}

// Get returns the value, making it if it has not been.
func (v *Value[T]) Get(make func() (T, error)) (T, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ready {
		return v.value, nil
	}
	got, err := make()
	if err == nil {
		v.value, v.ready = got, true
	}
	return got, err
}
