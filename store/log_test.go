package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/store"
	"conurb/trust/evidence"
)

// Proofs read from the few levels that are stored equal those of a whole tree.
func TestProofsFromTheStore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		for _, n := range []int{1, 300, 500, 7} {
			if _, err := s.AppendObservations(ctx, many(t, n), "clerk"); err != nil {
				t.Fatal(err)
			}
		}
		size, err := s.Size(ctx)
		if err != nil || size != 809 {
			t.Fatalf("size %d, %v", size, err)
		}
		var tree evidence.Tree
		for i := range size {
			e, err := s.Entry(ctx, i, i+1)
			if err != nil {
				t.Fatal(err)
			}
			tree.Append(evidence.RecordHash(e.Leaf))
			if root := tree.Root(); root != e.Root || e.Hash != evidence.RecordHash(e.Leaf) {
				t.Fatalf("entry %d: root %v, want %v", i, e.Root, root)
			}
			if i > 20 && i%97 > 2 {
				continue // each takes a few queries
			}
			if err := evidence.CheckInclusion(e.Proof, e.Size, e.Root, i, e.Hash); err != nil {
				t.Error(err)
			}
		}
		for range 50 {
			to := rand.Int64N(size) + 1
			from := rand.Int64N(to) + 1
			proof, err := s.ConsistencyProof(ctx, from, to)
			if err != nil {
				t.Fatal(err)
			}
			old, _ := evidence.RootAt(from, &tree)
			now, err := s.RootAt(ctx, to)
			if err != nil {
				t.Fatal(err)
			}
			if err := evidence.CheckConsistency(proof, to, now, from, old); err != nil {
				t.Errorf("%d in %d: %v", from, to, err)
			}
		}
		head, err := s.Head(ctx)
		if err != nil || head.Root != evidence.Hex(tree.Root()) || head.Size != size {
			t.Errorf("head %+v, %v", head, err)
		}
		c, err := evidence.OpenCheckpoint([]byte(head.Checkpoint), head.VKey)
		if err != nil || c.Size != size || c.Root != tree.Root() {
			t.Errorf("checkpoint %+v, %v", c, err)
		}
	})
}

func many(t testing.TB, n int) []plan.Observation {
	rows := make([]plan.Observation, n)
	for i := range rows {
		rows[i] = observation(t, "", "gdp", float64(i))
	}
	return rows
}

func TestWhatTheLogDoesNotHave(t *testing.T) {
	ctx, s := context.Background(), storetest.Open(t, storetest.DSN(t, "sqlite"))
	head, err := s.Head(ctx)
	if err != nil || head.Size != 0 || head.Root != evidence.Hex(evidence.EmptyRoot) || head.Checkpoint != "" {
		t.Errorf("empty log: %+v, %v", head, err)
	}
	for _, c := range [][2]int64{{0, 0}, {-1, 0}, {3, 0}, {0, 4}, {0, -1}} {
		if _, err := s.Entry(ctx, c[0], c[1]); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("entry %d of %d: %v", c[0], c[1], err)
		}
	}
	if _, err := s.ConsistencyProof(ctx, 0, 0); !errors.Is(err, evidence.ErrSize) {
		t.Errorf("consistency with nothing: %v", err)
	}
}

func TestALogKeepsItsKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, first := context.Background(), storetest.Open(t, dsn)
		row := []plan.Observation{observation(t, "", "gdp", 1)}
		if _, err := first.AppendObservations(ctx, row, "clerk"); err != nil {
			t.Fatal(err)
		}
		other := store.Options{Signer: storetest.Signer(t, "other.example/log"), Now: storetest.Clock()}
		second := storetest.OpenWith(t, dsn, other)
		if _, err := second.AppendObservations(ctx, row, "clerk"); !errors.Is(err, store.ErrForeign) {
			t.Fatalf("another key signed on: %v", err)
		}
		if got := codes(t, second, evidence.AuditOptions{}); got != "key-unknown 0" {
			t.Errorf("audit by another node: %s", got)
		}
		other.AdoptKey = true
		third := storetest.OpenWith(t, dsn, other)
		if _, err := third.AppendObservations(ctx, row, "clerk"); err != nil {
			t.Fatal(err)
		}
		if got := codes(t, third, evidence.AuditOptions{}); got != "" {
			t.Errorf("after the key was adopted: %s", got)
		}
		if e, err := third.Entry(ctx, 2, 0); err != nil || e.Kind != evidence.TypeKey {
			t.Errorf("entry 2 is %+v, %v, want the new key", e, err)
		}
	})
}

// tamper is what somebody does behind the store's back, and what is found then.
type tamper struct{ name, sql, want string }

// tampered does each to a room of its own, on every kind of database.
func tampered(t *testing.T, room func(t testing.TB, dsn string) *store.Store, all []tamper) {
	t.Helper()
	for _, x := range all {
		t.Run(x.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				s := room(t, dsn)
				storetest.Exec(t, dsn, x.sql)
				if got := codes(t, s, evidence.AuditOptions{}); got != x.want {
					t.Errorf("found %q, want %q", got, x.want)
				}
			})
		})
	}
}

// codes audits a store and lists what was found as "code index".
func codes(t testing.TB, s *store.Store, o evidence.AuditOptions) string {
	t.Helper()
	r, err := s.CheckIntegrity(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprint(f.Code, " ", f.Index))
	}
	return strings.Join(out, ", ")
}

func TestUnsignedLogsAreHeldAgainstThemselves(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	s := storetest.OpenWith(t, dsn, store.Options{})
	if _, err := s.AppendObservations(context.Background(), many(t, 3), "clerk"); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, s, evidence.AuditOptions{}); got != "" {
		t.Errorf("found %s", got)
	}
	storetest.Exec(t, dsn, `UPDATE observation SET value = 7 WHERE log = 1`)
	if got := codes(t, s, evidence.AuditOptions{}); got != "observation-altered 1" {
		t.Errorf("found %s", got)
	}
}

func TestReadOnlyWritesNothing(t *testing.T) {
	ctx, dsn := context.Background(), storetest.DSN(t, "sqlite")
	if _, err := store.Open(ctx, dsn, store.Options{ReadOnly: true}); err == nil {
		t.Error("a database that is not there was opened for reading")
	}
	storetest.Open(t, dsn).Close()
	s := storetest.OpenWith(t, dsn, store.Options{ReadOnly: true})
	if _, err := s.AppendObservations(ctx, many(t, 1), "clerk"); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	if got := codes(t, s, evidence.AuditOptions{}); got != "" {
		t.Errorf("found %s", got)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	ctx := context.Background()
	for _, dsn := range []string{"", "sqlite:", ":memory:", "mysql://x/y"} {
		if _, err := store.Open(ctx, dsn, store.Options{}); !errors.Is(err, store.ErrDSN) {
			t.Errorf("Open(%q): %v", dsn, err)
		}
	}
	_, err := store.Open(ctx, "postgres://u:s3cret@127.0.0.1:1/x?connect_timeout=1", store.Options{})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an address without a server: %v", err)
	}
	// Characters that mean something in a URI are part of the name.
	odd := filepath.Join(t.TempDir(), "a b?c#d%20é 中.db")
	s, err := store.Open(ctx, odd, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if m, err := filepath.Glob(filepath.Join(filepath.Dir(odd), "*中.db")); err != nil || len(m) != 1 || m[0] != odd {
		t.Errorf("the file is called %v, want %s", m, odd)
	}
}
