package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// takeAtOnce takes the messages of a batch in and lets them have their effect with that.
func (n *node) takeAtOnce(ctx context.Context, t testing.TB, from *node, turn store.Turn, list ...message.Sealed) ([]store.Taken, error) {
	r := batch(t, from, n, list...)
	c, err := n.inbox.OpenBatch(r, time.Now())
	if err != nil {
		return nil, err
	}
	raws, err := message.Split(r.Body)
	if err != nil {
		return nil, err
	}
	return n.store.TakeMessages(ctx, n.inbox, c, raws, turn)
}

// states are how the messages of an inbox stand, by case and number, and how many answers wait.
func (n *node) states(t testing.TB) (out []string, answers int) {
	t.Helper()
	left, err := n.store.Inbox(context.Background(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range left {
		s := fmt.Sprint(in.Sealed.Envelope.Case, in.Sealed.Envelope.Sequence)
		if in.Reason != nil {
			s += " " + in.Reason.Code
		}
		out = append(out, s)
	}
	slices.Sort(out)
	sent, err := n.store.Outbox(context.Background(), message.Waiting, 100)
	if err != nil {
		t.Fatal(err)
	}
	return out, len(sent)
}

// TestEffectsWithTheTaking: what has its turn has its effect in the write that takes it in; what
// fails is taken back alone, and what is not next in its case waits.
func TestEffectsWithTheTaking(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		var had []string
		turn := store.Turn{Ready: func(m message.Sealed) bool { return m.Envelope.Case != "later" }, Do: func(d *store.Deed, m message.Sealed) error {
			e := m.Envelope
			if _, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: e.Case, InReplyTo: e.ID, Body: map[string]any{}}); err != nil {
				return err
			}
			switch e.Case {
			case "poison":
				return &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": "poison"}}
			case "lame":
				return errors.New("the disk is full")
			}
			had = append(had, fmt.Sprint(e.Case, e.Sequence))
			return nil
		}}
		list := a.sendMany(t, "a", "b", "poison", "poison", "later", "a", "gap", "gap", "lame", "b")
		early := slices.Delete(slices.Clone(list), 6, 7) // the first of "gap" comes with nothing
		got, err := b.takeAtOnce(t.Context(), t, a, turn, early...)
		if err != nil || len(got) != 9 || got[2].Handled == nil || got[2].Handled.Err == nil || got[3].Handled != nil || got[0].Handled == nil {
			t.Fatalf("%v: %+v", err, got)
		}
		if want := []string{"a1", "b1", "a2"}; !slices.Equal(had, want) {
			t.Errorf("had their effect: %q, want %q", had, want)
		}
		left, answers := b.states(t)
		if want := []string{"b2", "gap2", "lame1", "later1", "poison1 " + message.Unhandled, "poison2"}; !slices.Equal(left, want) || answers != 3 {
			t.Errorf("left: %q, want %q; %d answers", left, want, answers)
		}
		if got, err = b.takeAtOnce(t.Context(), t, a, turn, list...); err != nil || got[6].Handled == nil || got[0].Handled != nil || !got[0].Known {
			t.Errorf("once more: %v %+v", err, got)
		}
		done, _ := b.effects(t, 10, turn.Do) // those behind, in their order
		if slices.Sort(done); !slices.Equal(done, []string{"b2", "gap2", "later1"}) {
			t.Errorf("later: %q", done)
		}
		sound(t, b.store)
	})
}

// TestTakingWithEffectsIsCutOff: cut off at every statement, it is done whole or not at all.
func TestTakingWithEffectsIsCutOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		list := a.sendMany(t, "a", "b", "poison", "a")
		turn := store.Turn{Do: func(d *store.Deed, m message.Sealed) error {
			_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: map[string]any{}})
			if err == nil && m.Envelope.Case == "poison" {
				err = &message.Refusal{Code: message.Unhandled}
			}
			return err
		}}
		cuts := 0
		for n := int64(0); ; n++ {
			ctx := storetest.CutAfter(n)
			_, err := b.takeAtOnce(ctx, t, a, turn, list...)
			left, answers := b.states(t)
			switch {
			case err == nil && (answers != 3 || !slices.Equal(left, []string{"poison1 " + message.Unhandled})):
				t.Fatalf("after %d: %q and %d answers", n, left, answers)
			case err == nil:
				if cuts < 10 {
					t.Errorf("cut off %d times", cuts)
				}
				sound(t, b.store)
				return
			case len(left) == 0 && answers == 0:
				cuts++
			case len(left) == 1 && answers == 3 && ctx.Over(): // cut off after it stood
				sound(t, b.store)
				return
			default:
				t.Fatalf("cut off after %d: %q and %d answers (%v)", n, left, answers, err)
			}
		}
	})
}

// TestAnotherProcessChangesTheRegister: what one write knows of the register from the one before is
// forgotten once somebody else wrote.
func TestAnotherProcessChangesTheRegister(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		voice := newVoice(t, "zhuzhou")
		open := func() *store.Store {
			return storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log")})
		}
		one, two := open(), open()
		token := household.Token{Person: "P1", Epoch: 1}
		transfer := household.Transfer{ID: "T1", From: "changsha", To: "zhuzhou", Persons: []household.Token{token}, State: household.Held}
		change := func(s *store.Store, epoch household.Epoch, state household.State, n int64) {
			t.Helper()
			err := s.Do(t.Context(), func(d *store.Deed) error {
				return d.Household(voice, nil, func(b household.Book) error {
					tr := transfer
					tr.State = state
					return errors.Join(b.SetEntry(household.Entry{Token: household.Token{Person: "P1", Epoch: epoch}, Standing: household.Registered}), b.SetTransfer(tr), b.SetNumber("incarnation", n))
				})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		reads := func(s *store.Store) (out string) {
			t.Helper()
			err := s.Do(t.Context(), func(d *store.Deed) error {
				return d.Household(voice, nil, func(b household.Book) error {
					e, _, err := b.Entry("P1")
					tr, _, err2 := b.Transfer("T1")
					n, err3 := b.Number("incarnation")
					out = fmt.Sprint(e.Epoch, " ", tr.State, " ", n)
					return errors.Join(err, err2, err3)
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for i, s := range []*store.Store{one, two, one, one, two} {
			n := int64(i + 1)
			change(s, household.Epoch(n), household.Promised, n)
			want := fmt.Sprint(n, " ", household.Promised, " ", n)
			if a, b := reads(one), reads(two); a != want || b != want {
				t.Errorf("one reads %q, the other %q, want %q", a, b, want)
			}
		}
		no := errors.New("given up")
		err := one.Do(t.Context(), func(d *store.Deed) error {
			return d.Household(voice, nil, func(b household.Book) error {
				return errors.Join(b.SetEntry(household.Entry{Token: household.Token{Person: "P1", Epoch: 99}}), b.SetNumber("incarnation", 99), no)
			})
		})
		if got, want := reads(one), fmt.Sprint(5, " ", household.Promised, " ", 5); !errors.Is(err, no) || got != want {
			t.Errorf("given up (%v), it reads %q, want %q", err, got, want)
		}
	})
}

// TestAReadThatFailsIsTakenBackAlone: PostgreSQL ends a transaction with the statement that it
// refuses, a read too, for which no part has a savepoint. The others have their effect all the same.
func TestAReadThatFailsIsTakenBackAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		refused := false
		turn := store.Turn{Do: func(d *store.Deed, m message.Sealed) error {
			if m.Envelope.Case == "zero" {
				_, _, err := d.HouseholdBook(b.voice).Entry("P\x00")
				refused = refused || err != nil
				return err
			}
			_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, Body: map[string]any{}})
			return err
		}}
		got, err := b.takeAtOnce(t.Context(), t, a, turn, a.sendMany(t, "a", "b", "zero", "c")...)
		if err != nil || len(got) != 4 {
			t.Fatalf("%v: %+v", err, got)
		}
		left, answers := b.states(t)
		want, wantAnswers := []string(nil), 3
		if refused { // by PostgreSQL; behind what failed the others wait
			want, wantAnswers = []string{"c1", "zero1"}, 2
		}
		if !slices.Equal(left, want) || answers != wantAnswers {
			t.Errorf("%v wait, %d answers; want %v, %d", left, answers, want, wantAnswers)
		}
		// A deed beside it, in a group of several.
		errs := make(chan error, 4)
		for i := range 4 {
			go func() {
				errs <- b.store.Do(t.Context(), func(d *store.Deed) error {
					if i == 0 {
						_, _, err := d.HouseholdBook(b.voice).Entry("P\x00")
						return err
					}
					return d.Household(b.voice, nil, func(k household.Book) error {
						return k.SetEntry(household.Entry{Token: household.Token{Person: household.Person(fmt.Sprint("P", i)), Epoch: 1}, Standing: household.Registered})
					})
				})
			}()
		}
		failed := 0
		for range 4 {
			if err := <-errs; err != nil {
				failed++
			}
		}
		if failed > 1 || refused != (failed == 1) {
			t.Errorf("%d deeds failed", failed)
		}
	})
}

// TestATakingThatIsCutOffWithinAGroup: whoever sent messages hangs up while one of them has its
// effect. All of that taking is taken back, and nothing of those who share its transaction.
func TestATakingThatIsCutOffWithinAGroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		list := a.sendMany(t, "a", "b", "c", "d")
		ctx, hangUp := context.WithCancel(t.Context())
		defer hangUp()
		answer := func(d *store.Deed, m message.Sealed) error {
			_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, Body: map[string]any{}})
			return err
		}
		taken := make(chan error, 1)
		begun, goOn := make(chan struct{}), make(chan struct{})
		errs := make(chan error, 3)
		deed := func(i int) {
			errs <- b.store.Do(t.Context(), func(d *store.Deed) error {
				if i == 0 { // while those behind it wait for their turn
					close(begun)
					<-goOn
				}
				if _, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "beside", Case: fmt.Sprint("deed", i), Body: map[string]any{}}); err != nil {
					return err
				}
				_, err := d.HouseholdBook(b.voice).Open(household.Held) // so that its rows stand in their tables
				return err
			})
		}
		go deed(0)
		<-begun
		go deed(1)
		go deed(2)
		time.Sleep(30 * time.Millisecond)
		go func() { // the last of the group: nobody after it comes upon what it may have left
			_, err := b.takeAtOnce(ctx, t, a, store.Turn{Do: func(d *store.Deed, m message.Sealed) error {
				if m.Envelope.Case == "c" {
					defer hangUp()
				}
				return answer(d, m)
			}}, list...)
			taken <- err
		}()
		time.Sleep(50 * time.Millisecond)
		close(goOn)
		for range 3 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if err := <-taken; !errors.Is(err, context.Canceled) {
			t.Errorf("hung up: %v", err)
		}
		if left, sent := b.states(t); len(left) > 0 || sent != 3 {
			t.Errorf("%v wait, %d sent; want those of the deeds alone", left, sent)
		}
		if r, err := b.store.CheckIntegrity(t.Context(), evidence.AuditOptions{}); err != nil || !r.OK() {
			t.Errorf("%v: %+v", err, r.Findings)
		}
		got, err := b.takeAtOnce(t.Context(), t, a, store.Turn{Do: answer}, list...)
		if err != nil || len(got) != 4 || got[3].Handled == nil || got[3].Handled.Err != nil {
			t.Errorf("sent again: %v: %+v", err, got)
		}
	})
}
