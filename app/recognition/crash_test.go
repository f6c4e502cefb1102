package recognition_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"conurb/app/recognition"
	"conurb/internal/storetest"
	tl "conurb/trust/trustlist"
)

// cut is a context that ends when it has been asked a number of times: at the first statement
// of a write, at the second, and so on, through every store of the world.
type cut struct {
	context.Context
	left atomic.Int64
	done chan struct{}
	over atomic.Bool
}

func cutAfter(n int64) *cut {
	c := &cut{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(n)
	return c
}

func (c *cut) Done() <-chan struct{} {
	if c.left.Add(-1) < 0 && c.over.CompareAndSwap(false, true) {
		close(c.done)
	}
	return c.done
}

func (c *cut) Err() error {
	if c.over.Load() {
		return context.Canceled
	}
	return nil
}

// way takes a change from its proposal to every city's list. Begun again, it goes on where it
// was.
func (w *world) way(ctx context.Context, c tl.Change) error {
	id := c.ID()
	if _, err := w.node["xiangtan"].Propose(ctx, c, "李"); err != nil {
		return err
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if _, err := w.node["zhuzhou"].Sign(ctx, id, "王"); err != nil {
		return err
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if _, err := w.node[tl.Office].Publish(ctx, []string{id}, "陈"); err != nil && !errors.Is(err, recognition.ErrSettled) {
		return err
	}
	return w.settle(ctx)
}

// TestNothingHalfDone cuts the way of a change off everywhere, opens all databases anew as
// after a crash, and lets it go on. Every change is proposed, signed and published once.
func TestNothingHalfDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		step, cuts := int64(331), 0
		if testing.Short() {
			step = 997
		}
		for n := int64(1); ; n += step {
			c := w.equal(permit, fmt.Sprint("cut after ", n))
			c.Equivalent.Of.Type = fmt.Sprintf("11100000XXGAB%08d", n)
			err := w.way(cutAfter(n), c)
			whole := err == nil
			w.close()
			w.open()
			if !whole {
				cuts++
				if err := w.way(context.Background(), c); err != nil {
					t.Fatalf("after %d (%v): %v", n, err, err)
				}
			}
			for _, p := range parties[1:] {
				one, err := w.node[p].Store.TrustProposal(context.Background(), c.ID())
				if err != nil || one.Stage != tl.StagePublished || len(one.Steps) != 3 {
					t.Fatalf("%s after %d: %+v, %v", p, n, one, err)
				}
			}
			if whole {
				break
			}
		}
		if got, want := w.versions(), cuts+1; got != [4]int{want, want, want, want} {
			t.Errorf("versions %v, want %d each: one for each change", got, want)
		}
		if cuts < 5 {
			t.Errorf("cut off %d times: the test tests nothing", cuts)
		}
		t.Logf("cut off at %d places", cuts)
		w.sound()
	})
}
