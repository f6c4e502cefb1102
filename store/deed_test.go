package store_test

import (
	"errors"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

// TestADeedPretends: a store of a demonstration lets a deed be of a moment before, and its log says
// when it was written; other stores do not, nor any of a moment to come.
func TestADeedPretends(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		watch := storetest.NewWatch(monday, 0)
		s := storetest.OpenWith(t, dsn, store.Options{Now: watch.Now, Demo: true})
		before := monday.AddDate(0, 0, -20)
		err := s.Do(t.Context(), func(d *store.Deed) error {
			if _, err := d.Pretend(monday.Add(time.Second)); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("of a moment to come: %v", err)
			}
			then, err := d.Pretend(before)
			if err != nil {
				return err
			}
			if !then.At().Equal(before) || !then.Pretends() || !d.At().Equal(monday) || d.Pretends() {
				t.Errorf("of %s and %s", then.At(), d.At())
			}
			k := aCase("k1", "x", 0)
			return then.KeepCase(&k, "draft")
		})
		if err != nil {
			t.Fatal(err)
		}
		size, err := s.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Entry(t.Context(), size-1, size)
		if err != nil {
			t.Fatal(err)
		}
		if leaf, err := evidence.ParseLeaf(e.Leaf); err != nil || !leaf.Recorded.Equal(monday) {
			t.Errorf("recorded at %s: %v", leaf.Recorded, err)
		}
	})
	s := storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{})
	err := s.Do(t.Context(), func(d *store.Deed) error {
		_, err := d.Pretend(d.At().Add(-time.Hour))
		return err
	})
	if !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a store that is real: %v", err)
	}
}
