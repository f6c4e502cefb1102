package store_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"conurb/internal/storetest"
	"conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/store"
	"conurb/trust/evidence"
)

// What is written of entries and promises is written whole, follows from the log, and comes back
// with a backup, where an entry under way is lost.
func TestEntriesAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		id, other := uuid.NewString(), uuid.NewString()
		step := func(ctx context.Context) error {
			return s.Do(ctx, func(d *store.Deed) error {
				b := d.EnteringBook(store.Voice{})
				b.Plan = store.Plan{Members: []family.Member{}, By: "wang", Reason: "birth"}
				e := entry.Entry{ID: id, Persons: []family.Person{"P1", "P2"}, State: entry.Asking, Rank: 7, Since: b.Now(), Work: entry.Work{Due: 1, Tries: 2, Answers: map[entry.City]entry.Answer{"changsha": {Said: entry.SaidUnknown}}}}
				if err := b.SetOwn(e); err != nil {
					return err
				}
				return b.SetAsked(entry.Asked{City: "xiangtan", ID: other, Persons: []family.Person{"P3"}, Rank: 9})
			})
		}
		for n := int64(0); ; n++ {
			err := step(storetest.CutAfter(n))
			list, errList := s.Enterings(ctx, store.EnteringFilter{Open: true})
			if errList != nil || err != nil && len(list) > 1 {
				t.Fatal(errList, len(list))
			}
			if err == nil {
				break
			}
			if n > 500 {
				t.Fatal(err)
			}
		}
		err := s.Do(ctx, func(d *store.Deed) error {
			b := d.EnteringBook(store.Voice{})
			if e, there, err := b.Own(id); err != nil || !there || e.Work.Tries != 2 || e.Work.Answers["changsha"].Said != entry.SaidUnknown {
				t.Errorf("%+v %v %v", e, there, err)
			}
			if due, err := b.Due(); err != nil || len(due) != 1 {
				t.Errorf("due: %v %v", due, err)
			}
			if of, err := b.Of("P2"); err != nil || len(of) != 1 {
				t.Errorf("of P2: %v %v", of, err)
			}
			if rank, err := b.Rank(); err != nil || rank != 9 {
				t.Errorf("rank %d: %v", rank, err)
			}
			if p, err := b.Promised("P3"); err != nil || len(p) != 1 || p[0].City != "xiangtan" {
				t.Errorf("promised: %v %v", p, err)
			}
			if err := b.SetAsked(entry.Asked{City: "xiangtan", ID: other, Persons: []family.Person{"P3"}, Rank: 9, Over: true}); err != nil {
				return err
			}
			if p, err := b.Promised("P3"); err != nil || len(p) != 0 {
				t.Errorf("released: %v %v", p, err)
			}
			return (&entry.Machine{}).Restored(b)
		})
		if err != nil {
			t.Fatal(err)
		}
		if list, err := s.Enterings(ctx, store.EnteringFilter{ID: id}); err != nil || len(list) != 1 || list[0].State != entry.Lost || list[0].Plan.By != "wang" {
			t.Errorf("%+v %v", list, err)
		}
		if r, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !r.OK() {
			t.Errorf("the log: %v %v", r, err)
		}
	})
}
