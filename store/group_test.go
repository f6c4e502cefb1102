package store_test

import (
	"context"
	"errors"
	"fmt"
	locks "sync"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/message"
)

// together has writes wait for a first one, so that they come to their turn together.
func together(t *testing.T, s *store.Store, writes []func(d *store.Deed) error, ctx func(i int) context.Context) []error {
	t.Helper()
	begun, go_ := make(chan struct{}), make(chan struct{})
	var all locks.WaitGroup
	all.Go(func() {
		var once locks.Once
		err := s.Do(context.Background(), func(*store.Deed) error { once.Do(func() { close(begun) }); <-go_; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	errs := make([]error, len(writes))
	for i, f := range writes {
		all.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v", r)
				}
			}()
			errs[i] = s.Do(ctx(i), f)
		})
	}
	time.Sleep(50 * time.Millisecond) // they wait; what comes later is a group of its own
	close(go_)
	all.Wait()
	return errs
}

func background(int) context.Context { return context.Background() }

var errNo = errors.New("no")

// TestWritesShareATransaction: those that fail, or panic, are taken back alone.
func TestWritesShareATransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		n := newNode(t, storetest.Open(t, dsn), "changsha")
		const count = 30
		var writes []func(d *store.Deed) error
		for i := range count {
			writes = append(writes, func(d *store.Deed) error {
				if _, err := d.Send(n.voice, message.Draft{To: "xiangtan", Kind: "test", Case: fmt.Sprint(i % 7), Body: map[string]any{"i": i}}); err != nil {
					return err
				}
				switch i % 10 {
				case 3:
					return errNo
				case 6:
					panic("mad")
				}
				return nil
			})
		}
		errs := together(t, n.store, writes, background)
		good := 0
		for i, err := range errs {
			switch i % 10 {
			case 3:
				if !errors.Is(err, errNo) {
					t.Errorf("%d: %v", i, err)
				}
			case 6:
				if err == nil || err.Error() != "panic: mad" {
					t.Errorf("%d: %v", i, err)
				}
			default:
				good++
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
		}
		out, err := n.store.Outbox(context.Background(), message.Waiting, 2*count)
		if err != nil || len(out) != good {
			t.Errorf("%d stand, want %d, %v", len(out), good, err)
		}
		sound(t, n.store)
		var checkpoints int
		if err := storetest.Raw(t, dsn).QueryRow(`SELECT COUNT(*) FROM log_checkpoint`).Scan(&checkpoints); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d writes with %d checkpoints", good, checkpoints)
		if checkpoints > good/2 {
			t.Errorf("%d checkpoints for %d writes: they shared nothing", checkpoints, good)
		}
	})
}

// TestAWriteOfAGroupIsCutOff: whose caller gives up at any moment harms no other.
func TestAWriteOfAGroupIsCutOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		n := newNode(t, storetest.Open(t, dsn), "changsha")
		want, cuts := 0, 0
		for cut := int64(0); cut < 40; cut++ {
			var writes []func(d *store.Deed) error
			for i := range 3 {
				writes = append(writes, func(d *store.Deed) error {
					_, err := d.Send(n.voice, message.Draft{To: "xiangtan", Kind: "test", Case: fmt.Sprint(i), Body: map[string]any{"i": i}})
					return err
				})
			}
			ctx := storetest.CutAfter(cut)
			errs := together(t, n.store, writes, func(i int) context.Context {
				if i == int(cut)%3 {
					return ctx
				}
				return context.Background()
			})
			for i, err := range errs {
				if err == nil {
					want++
				} else if i == int(cut)%3 && errors.Is(err, context.Canceled) {
					cuts++
				} else {
					t.Errorf("cut after %d: write %d: %v", cut, i, err)
				}
			}
		}
		out, err := n.store.Outbox(context.Background(), message.Waiting, 1000)
		if err != nil || len(out) != want {
			t.Errorf("%d stand, want %d, %v", len(out), want, err)
		}
		t.Logf("cut off %d times", cuts)
		if cuts == 0 {
			t.Error("never cut off")
		}
		sound(t, n.store)
	})
}
