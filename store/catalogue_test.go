package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

// drawEditions keeps two editions of a city's item and one that another city told.
func drawEditions(t *testing.T, s *store.Store) {
	t.Helper()
	put := func(origin string, after int) {
		err := s.Do(context.Background(), func(d *store.Deed) error {
			_, err := d.PutServiceEdition(store.ServiceEdition{City: "changsha", Item: "a", Origin: origin, By: "李", Reason: "〔注〕 <&>", Says: json.RawMessage(`{"n":1}`), Form: json.RawMessage(`{}`)}, after)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put(store.EditionPack, 0)
	put(store.EditionEdit, 1)
	err := s.Do(context.Background(), func(d *store.Deed) error {
		for _, v := range []int{7, 7, 3} { // the same again, and an older one: once
			if _, err := d.HearServiceEdition(store.ServiceEdition{City: "zhuzhou", Item: "a", Version: v, At: time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC), Says: json.RawMessage(`{"n":2}`)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func editions(t *testing.T, s *store.Store) (list []store.ServiceEdition) {
	t.Helper()
	for _, city := range []string{"changsha", "zhuzhou", "xiangtan"} {
		some, err := s.ServiceEditions(context.Background(), city, "a")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, some...)
	}
	return list
}

func TestEditionsOfServiceItemsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		drawEditions(t, s)
		sound(t, s)
		list := editions(t, s)
		if len(list) != 3 || list[0].Version != 2 || list[1].Version != 1 || list[2].Version != 7 || list[2].Origin != store.EditionHeard || list[0].At.IsZero() {
			t.Fatalf("%+v", list)
		}
		heads, err := s.ServiceHeads(ctx)
		if want := []store.ServiceHead{{City: "changsha", Item: "a", Version: 2}, {City: "zhuzhou", Item: "a", Version: 7}}; err != nil || !slices.Equal(heads, want) {
			t.Errorf("%v, %v", heads, err)
		}
		if e, err := s.ServiceEdition(ctx, "changsha", "a", 1); err != nil || string(e.Says) != `{"n":1}` || e.Reason != "〔注〕 <&>" {
			t.Errorf("%+v, %v", e, err)
		}
		if _, err := s.ServiceEdition(ctx, "changsha", "a", 3); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("an edition of none: %v", err)
		}
		size, _ := s.Size(ctx)
		err = s.Do(ctx, func(d *store.Deed) error {
			_, err := d.PutServiceEdition(store.ServiceEdition{City: "changsha", Item: "a", Origin: store.EditionEdit}, 1)
			return err
		})
		if now, _ := s.Size(ctx); !errors.Is(err, store.ErrServiceMoved) || now != size {
			t.Errorf("behind the edition in force: %v, %d entries more", err, now-size)
		}

		again := restored(t, s)
		if d := cmp.Diff(list, editions(t, again), cmpopts.EquateApproxTime(0)); d != "" {
			t.Errorf("restored and kept differ:\n%s", d)
		}
	})
}

func TestAlteredEditionsAreNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"what it says", `UPDATE note SET text = replace(text, '"n":1', '"n":9') WHERE room = 'catalogue'`, evidence.NoteAltered},
		{"since when", `UPDATE service_item SET at = '2020-01-01T00:00:00.000000Z' WHERE version = 2`, evidence.NoteAltered},
		{"whose word it is", `UPDATE service_item SET origin = 'edit' WHERE version = 7`, evidence.NoteAltered},
		{"an edition less", `DELETE FROM service_item WHERE version = 2`, evidence.NoteMissing},
		{"an edition more", `INSERT INTO service_item (city, item, version, log, origin, at) SELECT city, item, 9, log, origin, at FROM service_item WHERE version = 2`, evidence.NoteInserted},
		{"a version that is none", `UPDATE service_item SET version = 'x' WHERE version = 2`, evidence.NoteAltered},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, dsn := context.Background(), storetest.DSN(t, "sqlite")
			s := storetest.Open(t, dsn)
			drawEditions(t, s)
			sound(t, s)
			storetest.Exec(t, dsn, c.text)
			report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
			if err != nil || !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Code == c.want }) {
				t.Errorf("%+v, %v; want %s", report.Findings, err, c.want)
			}
		})
	}
}
