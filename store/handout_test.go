package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

type seen struct{ Uses int }

func put(ctx context.Context, s *store.Store, t store.Ticket, until time.Time) error {
	return s.Do(ctx, func(d *store.Deed) error { return d.PutTicket(t, store.Ticket{}, until, seen{}) })
}

// use spends a ticket once: whoever finds it used is refused.
func use(ctx context.Context, s *store.Store, t store.Ticket) error {
	return s.Do(ctx, func(d *store.Deed) error {
		var v seen
		if err := d.Ticket(t, &v); err != nil {
			return err
		}
		if v.Uses++; v.Uses > 1 {
			return errors.New("used before")
		}
		if err := d.ChangeTicket(t, v); err != nil {
			return err
		}
		_, err := d.HandOut(store.Handout{Licence: "l", Identifier: "i", Edition: 1, Keys: []string{"k"}, To: "wallet"})
		return err
	})
}

func TestATicketIsKeptAsAHash(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		code := store.Ticket{Kind: store.TicketCode, Secret: "the-secret-itself"}
		late := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := put(ctx, s, code, late); err != nil {
			t.Fatal(err)
		}
		if err := put(ctx, s, code, late); !errors.Is(err, store.ErrExists) {
			t.Errorf("again: %v", err)
		}
		var rows int
		if err := storetest.Raw(t, dsn).QueryRow(`SELECT COUNT(*) FROM wallet_ticket WHERE hash LIKE '%secret%' OR text LIKE '%secret%'`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows with the secret, %v", rows, err)
		}
		read := func(k store.Ticket) error {
			return s.Do(ctx, func(d *store.Deed) error { return d.Ticket(k, &seen{}) })
		}
		if err := read(store.Ticket{Kind: store.TicketToken, Secret: code.Secret}); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("of another kind: %v", err)
		}
		over := store.Ticket{Kind: store.TicketCode, Secret: "over"}
		if err := put(ctx, s, over, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		if err := read(over); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("one that is over: %v", err)
		}
		token, notice := store.Ticket{Kind: store.TicketToken, Secret: "t"}, store.Ticket{Kind: store.TicketNotification, Secret: "n"}
		err := s.Do(ctx, func(d *store.Deed) error {
			return errors.Join(d.PutTicket(token, code, late, seen{}), d.PutTicket(notice, token, late, seen{}), d.EndTicketsOf(code))
		})
		if err != nil || !errors.Is(read(token), store.ErrUnknown) || !errors.Is(read(notice), store.ErrUnknown) || read(code) != nil {
			t.Errorf("what was given for it is not ended: %v", err)
		}
	})
}

func TestOfManyAtOnceOneUsesATicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		code := store.Ticket{Kind: store.TicketCode, Secret: "c"}
		if err := put(ctx, s, code, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		var group errgroup.Group
		results := make([]error, 12)
		for i := range results {
			group.Go(func() error { results[i] = use(ctx, s, code); return nil })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		good := slices.DeleteFunc(results, func(err error) bool { return err != nil })
		if list, err := s.Handouts(ctx, "l"); err != nil || len(good) != 1 || len(list) != 1 {
			t.Errorf("%d used it, %d handouts, %v", len(good), len(list), err)
		}
	})
}

// TestACrashNeverGivesTwoUses cuts the use of a code off at every step, opens the database anew
// as after a crash, and tries again until it is used.
func TestACrashNeverGivesTwoUses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		code := store.Ticket{Kind: store.TicketCode, Secret: "c"}
		s := storetest.Open(t, dsn)
		if err := put(context.Background(), s, code, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		s.Close()
		cuts, used := 0, 0
		for n := int64(0); n < 400; n++ {
			s, ctx := storetest.Open(t, dsn), cutAfter(n)
			err := use(ctx, s, code)
			list, listErr := s.Handouts(context.Background(), "l")
			if listErr != nil || len(list) > 1 || err == nil && len(list) != 1 {
				t.Fatalf("cut at %d: %d handouts, %v, %v", n, len(list), err, listErr)
			}
			s.Close()
			if err == nil {
				used++
			}
			if len(list) == 1 {
				break
			}
			cuts++
		}
		s = storetest.Open(t, dsn)
		if err := use(context.Background(), s, code); err == nil || used > 1 || cuts < 5 {
			t.Errorf("used %d times after %d cuts, and again: %v", used, cuts, err)
		}
		sound(t, s)
		t.Logf("cut off at %d places", cuts)
	})
}

func TestHandoutsFollowFromTheirNotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		var h store.Handout
		err := s.Do(ctx, func(d *store.Deed) (err error) {
			h, err = d.HandOut(store.Handout{Licence: "l", Identifier: "i", Edition: 2, Keys: []string{"a", "b"}, To: "a wallet"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tell := func(state string) error {
			return s.Do(ctx, func(d *store.Deed) error { return d.ToldOfHandout(h.ID, state, "") })
		}
		if err := errors.Join(tell(store.HandedFailed), tell(store.HandedAccepted), tell(store.HandedAccepted)); err != nil {
			t.Fatal(err)
		}
		if err := tell("lost"); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("another event: %v", err)
		}
		check := func(s *store.Store) {
			t.Helper()
			list, err := s.Handouts(ctx, "l")
			if err != nil || len(list) != 1 || list[0].State != store.HandedAccepted || !slices.Equal(list[0].Keys, h.Keys) || list[0].Edition != 2 {
				t.Errorf("%+v, %v", list, err)
			}
			sound(t, s)
		}
		check(s)
		again := restored(t, s)
		check(again)
		before := 0
		for _, c := range []struct{ name, text string }{
			{"state", `UPDATE wallet_handout SET state = 'deleted'`},
			{"copy", `UPDATE wallet_copy SET thumbprint = 'c' WHERE thumbprint = 'b'`},
			{"row", `INSERT INTO wallet_handout (id, licence, edition, receiver, state, log) SELECT 'x', licence, 1, receiver, state, log FROM wallet_handout`},
		} {
			storetest.Exec(t, dsn, c.text)
			found := findings(t, s)
			if found <= before {
				t.Errorf("%s altered: nothing new found", c.name)
			}
			before = found
		}
	})
}

func findings(t *testing.T, s *store.Store) int {
	t.Helper()
	r, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Findings)
}
