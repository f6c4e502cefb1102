package lazy_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"conurb/kit/lazy"
)

func TestAValueIsMadeOnce(t *testing.T) {
	var v lazy.Value[int]
	var made atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := v.Get(func() (int, error) { return int(made.Add(1)) * 7, nil }); got != 7 || err != nil {
				t.Errorf("%d, %v", got, err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
}

func TestAFailureIsNotKept(t *testing.T) {
	var v lazy.Value[string]
	failed := errors.New("failed")
	if _, err := v.Get(func() (string, error) { return "", failed }); !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
	if got, err := v.Get(func() (string, error) { return "made", nil }); got != "made" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
