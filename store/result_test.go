package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

// question is a digest by a name.
func question(name string) string { return evidence.SHA256([]byte(name)) }

func answer(name string, bytes []byte) store.Result {
	return store.Result{Digest: question(name), Kind: "test", Version: "v1", Bytes: bytes}
}

// noise does not pack.
func noise(seed uint64, n int) []byte {
	r, b := rand.New(rand.NewPCG(seed, 1)), make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestAResultIsKeptOnceAndComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		if _, err := s.Result(ctx, question("a")); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("before: %v, want unknown", err)
		}
		for i, c := range []struct {
			bytes string
			want  error
		}{{"one", nil}, {"one", nil}, {"two", store.ErrDiffers}, {"", store.ErrDiffers}} {
			if err := s.KeepResult(ctx, answer("a", []byte(c.bytes))); !errors.Is(err, c.want) {
				t.Errorf("%d: keep %q: %v, want %v", i, c.bytes, err, c.want)
			}
		}
		got, err := s.Result(ctx, question("a"))
		if err != nil || string(got.Bytes) != "one" || got.Kind != "test" || got.Version != "v1" || got.Made.IsZero() {
			t.Errorf("got %+v, %v", got, err)
		}
		if n, err := s.Size(ctx); n != 0 || err != nil {
			t.Errorf("the log has %d entries, %v: a result is no evidence", n, err)
		}
	})
}

func TestAnyBytesComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{})
		i := 0
		rapid.Check(t, func(t *rapid.T) {
			i++
			want := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
			name := fmt.Sprint(i)
			if err := s.KeepResult(ctx, answer(name, want)); err != nil {
				t.Fatal(err)
			}
			got, err := s.Result(ctx, question(name))
			if err != nil || !bytes.Equal(got.Bytes, want) {
				t.Fatalf("kept %x, got %x, %v", want, got.Bytes, err)
			}
		})
	})
}

func TestTheLongestUnusedResultMakesRoom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{Results: 3500, Now: func() time.Time { return now }})
		keep := func(name string) {
			t.Helper()
			if err := s.KeepResult(ctx, answer(name, noise(uint64(len(name))+uint64(name[0]), 1000))); err != nil {
				t.Fatal(err)
			}
			now = now.Add(2 * time.Hour)
		}
		keep("a")
		keep("b")
		keep("c")
		if _, err := s.Result(ctx, question("a")); err != nil { // used again: b is the oldest now
			t.Fatal(err)
		}
		now = now.Add(2 * time.Hour)
		keep("d")
		var have []string
		for _, name := range []string{"a", "b", "c", "d"} {
			if _, err := s.Result(ctx, question(name)); err == nil {
				have = append(have, name)
			} else if !errors.Is(err, store.ErrUnknown) {
				t.Error(err)
			}
		}
		if got := strings.Join(have, ""); got != "acd" {
			t.Errorf("kept %s, want acd", got)
		}
		k, err := s.Kept(ctx)
		if err != nil || k.Results != 3 || k.Packed > k.Room || k.Bytes != 3000 || k.Room != 3500 {
			t.Errorf("room: %+v, %v", k, err)
		}
		if err := s.KeepResult(ctx, answer("huge", noise(9, 4000))); !errors.Is(err, store.ErrTooLarge) {
			t.Errorf("larger than the room: %v, want too large", err)
		}
		if err := s.DropResult(ctx, question("a")); err != nil {
			t.Error(err)
		}
		if _, err := s.Result(ctx, question("a")); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("dropped: %v, want unknown", err)
		}
	})
}

func TestAnAlteredResultIsNotHandedOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		for name, change := range map[string]string{
			"bytes": `UPDATE result SET bytes = (SELECT bytes FROM result WHERE kind = 'other') WHERE kind = 'test'`,
			"sum":   `UPDATE result SET sum = 'x' WHERE kind = 'test'`,
			"made":  `UPDATE result SET made_at = 'yesterday' WHERE kind = 'test'`,
		} {
			ctx, s := context.Background(), storetest.Open(t, dsn)
			other := answer("o", []byte("other"))
			other.Kind = "other"
			if err := errors.Join(s.DropResult(ctx, question("a")), s.KeepResult(ctx, other), s.KeepResult(ctx, answer("a", []byte("one")))); err != nil {
				t.Fatal(err)
			}
			storetest.Exec(t, dsn, change)
			if got, err := s.Result(ctx, question("a")); !errors.Is(err, store.ErrDamaged) || got.Bytes != nil {
				t.Errorf("%s: got %q, %v; want damaged", name, got.Bytes, err)
			}
		}
	})
}

func TestManyKeepTheSameResultAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		stores := []*store.Store{storetest.OpenWith(t, dsn, store.Options{}), storetest.OpenWith(t, dsn, store.Options{})}
		var g errgroup.Group
		for i := range 16 {
			g.Go(func() error { return stores[i%2].KeepResult(ctx, answer("a", noise(1, 5000))) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if k, err := stores[0].Kept(ctx); k.Results != 1 || err != nil {
			t.Errorf("%d results, %v; want 1", k.Results, err)
		}
	})
}
