package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/store"
	"conurb/trust/evidence"
)

// Several stores stand for several processes: they share nothing but the database.
func TestManyWritersLeaveNoGap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		var g errgroup.Group
		const stores, writers, writes = 3, 3, 8
		for range stores {
			s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log")})
			for w := range writers {
				g.Go(func() error {
					for i := range writes {
						rows := []plan.Observation{
							observation(t, fmt.Sprintf("shared-%d", i%2), "gdp", float64(i)),
							observation(t, "", "gdp", float64(w)),
						}
						if _, err := s.AppendObservations(ctx, rows, "clerk"); err != nil {
							return err
						}
						if _, err := s.Observations(ctx, 0); err != nil {
							return err
						}
					}
					return nil
				})
			}
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		s := storetest.Open(t, dsn)
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
		want := int64(1 + 2*stores*writers*writes)
		if n, err := s.Size(ctx); n != want || err != nil {
			t.Errorf("the log has %d entries, %v; want %d", n, err, want)
		}
		if v, err := s.ObservationVersions(ctx, "shared-0"); err != nil || len(v) != stores*writers*writes/2 {
			t.Errorf("%d versions, %v", len(v), err)
		}
	})
}

func TestSeveralStartAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		var g errgroup.Group
		for range 4 {
			g.Go(func() error {
				s, err := store.Open(ctx, dsn, store.Options{})
				if err != nil {
					return err
				}
				defer s.Close()
				_, err = s.SyncPack(ctx, version("d1", observation(t, "a", "gdp", 1)))
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if n, err := storetest.OpenWith(t, dsn, store.Options{}).Size(ctx); n != 2 || err != nil {
			t.Errorf("the log has %d entries, %v; want pack and observation once", n, err)
		}
	})
}

// A write that is given up half way leaves nothing.
func TestAWriteGivenUpLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		rows := world(t, 400, 50)
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
		defer cancel()
		if _, err := s.AppendObservations(ctx, rows, "clerk"); err == nil {
			t.Skip("20,000 rows were written within 60 ms")
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Logf("given up with: %v", err)
		}
		if n, err := s.Size(context.Background()); n != 0 || err != nil {
			t.Errorf("the log has %d entries, %v", n, err)
		}
		if all, err := s.Observations(context.Background(), 0); len(all) != 0 || err != nil {
			t.Errorf("%d rows, %v", len(all), err)
		}
		if _, err := s.AppendObservations(context.Background(), rows[:10], "clerk"); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

const killRows = 500

// A process that is killed while it writes leaves whole writes only.
func TestAKilledWriterLeavesWholeWrites(t *testing.T) {
	if dsn := os.Getenv("CONURB_TEST_WRITER"); dsn != "" {
		s := storetest.Open(t, dsn)
		for i := 0; ; i++ {
			if _, err := s.AppendObservations(context.Background(), many(t, killRows), "clerk"); err != nil {
				t.Fatal(err)
			}
			fmt.Println("written " + strconv.Itoa(i+1)) // acknowledged: it must be there
		}
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		c := exec.Command(self, "-test.run", "^TestAKilledWriterLeavesWholeWrites$")
		c.Env, c.Stdout = append(os.Environ(), "CONURB_TEST_WRITER="+dsn), &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		s := storetest.Open(t, dsn)
		for start := time.Now(); time.Since(start) < 2*time.Minute; time.Sleep(7 * time.Millisecond) {
			if n, err := s.Size(context.Background()); err == nil && n > 3*killRows {
				break
			}
		}
		time.Sleep(13 * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		acknowledged := bytes.Count(out.Bytes(), []byte("written "))
		// PostgreSQL may still be ending the transaction of the dead client.
		if _, err := s.AppendObservations(context.Background(), many(t, 1), "clerk"); err != nil {
			t.Fatal(err)
		}
		n, err := s.Size(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if whole := (n - 2) / killRows; n-2 != whole*killRows || whole < int64(acknowledged) || whole == 0 {
			t.Errorf("%d entries after %d acknowledged writes of %d", n, acknowledged, killRows)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}
