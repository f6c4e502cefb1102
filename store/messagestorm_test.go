package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	locks "sync"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// TestManyHangUp: messages are taken in beside deeds by many at once, some of whom hang up in
// between, and some of whose effects fail. What was taken in had its effect once, and the log holds
// just what stands in the tables.
func TestManyHangUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		open := func(dsn string) *store.Store {
			return storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: time.Now})
		}
		a, b := newNode(t, open(storetest.DSN(t, "sqlite")), "changsha"), newNode(t, open(dsn), "xiangtan")
		const rounds, takers = 6, 8
		total := 0
		turn := store.Turn{Do: func(d *store.Deed, m message.Sealed) error {
			err := d.Household(b.voice, &m, func(k household.Book) error {
				e, _, err := k.Entry("P1")
				if err != nil {
					return err
				}
				err = k.SetEntry(household.Entry{Token: household.Token{Person: "P1", Epoch: e.Epoch + 1}, Standing: household.Registered})
				_, sent := k.Send("changsha", household.KindWitnessed, m.Envelope.Case, map[string]string{"transfer": "T"})
				return errors.Join(err, sent)
			})
			if err == nil && rand.IntN(6) == 0 {
				err = &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": "drawn"}}
			}
			return err
		}}
		for round := range rounds {
			lists := make([][]message.Sealed, takers)
			for i := range lists {
				var cases []string
				for k := range 1 + rand.IntN(40) {
					cases = append(cases, fmt.Sprint("case", round, "-", i, "-", k))
				}
				lists[i] = a.sendMany(t, cases...)
				total += len(cases)
			}
			var all locks.WaitGroup
			for i, list := range lists {
				all.Go(func() {
					for again := true; again; {
						ctx, hangUp := context.WithTimeout(t.Context(), time.Duration(rand.IntN(8_000))*time.Microsecond)
						if again = rand.IntN(3) > 0; !again {
							ctx = context.WithoutCancel(ctx)
						}
						got, err := b.takeAtOnce(ctx, t, a, turn, list...)
						hangUp()
						if err != nil && !errors.Is(err, context.DeadlineExceeded) || !again && len(got) != len(list) {
							t.Errorf("%d: %v", i, err)
							return
						}
					}
				})
				all.Go(func() {
					err := b.store.Do(t.Context(), func(d *store.Deed) error {
						_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "beside", Case: fmt.Sprintf("deed%d-%d", round, i), Body: map[string]any{}})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if t.Failed() {
				return
			}
		}
		r, err := b.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !r.OK() {
			t.Fatalf("%v: %+v", err, r.Findings)
		}
		failed, err := b.store.Inbox(t.Context(), total)
		if err != nil {
			t.Fatal(err)
		}
		err = b.store.ReadHousehold(t.Context(), func(k household.Book) error {
			e, _, err := k.Entry("P1")
			if int(e.Epoch)+len(failed) != total {
				t.Errorf("of %d messages %d had their effect, and %d failed", total, e.Epoch, len(failed))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
