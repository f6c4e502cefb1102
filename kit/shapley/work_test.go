package shapley_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"

	"conurb/kit/shapley"
)

func TestTheAnswerDoesNotDependOnCores(t *testing.T) {
	g := airport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
	var want *shapley.Shares
	for cores := 1; cores <= 5; cores++ {
		s, err := book(t, g, shapley.Work{Cores: cores}).Sample(t.Context(), shapley.Sampling{Seed: 9, Orders: 50})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = s
		}
		if !near(first(s), first(want), 0) || s.Error[3][0] != want.Error[3][0] {
			t.Errorf("%d cores give another answer", cores)
		}
	}
}

// memo is what a disk would be.
type memo struct {
	mu    sync.Mutex
	kept  map[shapley.Set][]float64
	fails bool
}

func (m *memo) Recall(s shapley.Set) ([]float64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[s]
	return v, ok
}

func (m *memo) Keep(s shapley.Set, v []float64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails {
		return errors.New("disk full")
	}
	m.kept[s] = v
	return nil
}

func TestNothingIsComputedTwiceAfterAStop(t *testing.T) {
	m := &memo{kept: map[shapley.Set][]float64{}}
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	times := map[shapley.Set]int{}
	g := game(10, func(s shapley.Set) float64 {
		mu.Lock()
		defer mu.Unlock()
		if times[s]++; len(times) == 300 {
			stop()
		}
		return float64(s)
	})
	if _, err := book(t, g, shapley.Work{Memo: m, Cores: 2}).Exact(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	calls, last := 0, 0
	b := book(t, g, shapley.Work{Memo: m, Progress: func(done, total int) {
		calls++
		if done != last+1 || total != 1024-len(m.kept)+done {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	}})
	s, err := b.Exact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Max(slices.Collect(maps.Values(times))); got != 1 || len(times) != 1024 || b.Computed() != calls || calls > 724 {
		t.Errorf("a set was computed %d times; %d sets; %d after the stop", got, len(times), calls)
	}
	for i, p := range first(s) {
		if p != float64(int(1)<<i) {
			t.Errorf("player %d: %v", i, p)
		}
	}
}

func TestErrorsEndTheWork(t *testing.T) {
	broken := errors.New("broken")
	calls := 0
	bad := shapley.Game{Players: 8, Measures: 1, Value: func(_ context.Context, s shapley.Set) ([]float64, error) {
		if calls++; s.Len() == 3 {
			return nil, fmt.Errorf("set %b: %w", s, broken)
		}
		return []float64{1}, nil
	}}
	if _, err := book(t, bad, shapley.Work{Cores: 1}).Exact(t.Context()); !errors.Is(err, broken) || calls > 30 {
		t.Errorf("%v after %d calls", err, calls)
	}
	m := &memo{kept: map[shapley.Set][]float64{}, fails: true}
	if _, err := book(t, airport(1, 2), shapley.Work{Memo: m}).Exact(t.Context()); err == nil {
		t.Error("a value that could not be kept is no error")
	}
	for _, v := range [][]float64{{math.NaN()}, {math.Inf(1)}, {}, {1, 2}} {
		g := shapley.Game{Players: 2, Measures: 1, Value: func(context.Context, shapley.Set) ([]float64, error) { return v, nil }}
		if _, err := book(t, g, shapley.Work{}).AddFirst(t.Context()); !errors.Is(err, shapley.ErrValue) {
			t.Errorf("%v: %v", v, err)
		}
	}
	if _, err := shapley.NewBook(shapley.Game{Players: 65}, shapley.Work{}); !errors.Is(err, shapley.ErrPlayers) {
		t.Errorf("65 players: %v", err)
	}
	for _, q := range []shapley.Sampling{{}, {Orders: 5}, {Orders: 2}, {Orders: 8, Measure: 1}, {Orders: 8, Error: -1}, {Orders: 8, Least: 9}} {
		if _, err := book(t, airport(1, 2), shapley.Work{}).Sample(t.Context(), q); !errors.Is(err, shapley.ErrSampling) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
