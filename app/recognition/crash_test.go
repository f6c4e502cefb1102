package recognition_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"conurb/app/recognition"
	"conurb/internal/storetest"
	tl "conurb/trust/trustlist"
)

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
			err := w.way(storetest.CutAfter(n), c)
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
