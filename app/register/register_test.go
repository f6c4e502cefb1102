package register_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/evidence"
)

func TestAHouseholdMoves(t *testing.T) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			ctx := context.Background()
			w := newWorld(t, kind)
			from, to := w.nodes["zhuzhou"], w.nodes["changsha"]
			w.must(from.Enter(ctx, "P1"))
			w.must(from.Enter(ctx, "P2"))
			id := newID(t)
			w.must(to.Hold(ctx, id, "zhuzhou", tokens("P1", "P2"), w.Now().Add(time.Hour)))
			w.settle()
			if got := w.where("zhuzhou", "P1"); got != "zhuzhou 1" {
				t.Errorf("before the decision: %s", got)
			}
			tr, err := from.Decide(ctx, id)
			w.must(err)
			if tr.State != household.Decided {
				t.Errorf("decided: %s", tr.State)
			}
			// The witness answers; the certificate waits in the outbox: from here on both say Changsha.
			w.settle("zhuzhou", "office")
			if got := w.where("zhuzhou", "P1"); got != "changsha 2" {
				t.Errorf("while the certificate is under way: %s", got)
			}
			r, err := from.Where(ctx, "P1")
			if err != nil || !r.UnderWay || r.Proof == nil || r.Proof.Envelope.Kind != household.KindCertificate {
				t.Errorf("%+v, %v", r, err)
			}
			if got := w.where("changsha", "P1"); got != household.RefusedUnknown {
				t.Errorf("not booked yet: %s", got)
			}
			w.settle()
			for _, p := range []household.Person{"P1", "P2"} {
				if a, b := w.where("zhuzhou", p), w.where("changsha", p); a != "changsha 2" || b != "changsha 2" {
					t.Errorf("%s: %s, %s", p, a, b)
				}
			}
			if r, err := to.Where(ctx, "P2"); err != nil || r.Proof == nil || r.UnderWay {
				t.Errorf("%+v, %v", r, err)
			}
			if got := strings.Join(from.heard, ", "); got != strings.ReplaceAll("promised T, decided T, moved T, done T", "T", id) {
				t.Error(got)
			}
			if got := strings.Join(to.heard, ", "); got != "booked "+id {
				t.Error(got)
			}
			for _, n := range w.nodes {
				report, err := n.store.CheckIntegrity(ctx, evidence.AuditOptions{})
				if err != nil || report.Err() != nil {
					t.Errorf("%s: %v, %v", n.name, err, report.Err())
				}
				if _, due, err := n.store.HouseholdDue(ctx); due != 0 || err != nil {
					t.Errorf("%s: %d due, %v", n.name, due, err)
				}
			}
		})
	}
}

// TestWhatDoesNotComeToPass: every way in which a move ends without one, and what each side says.
func TestWhatDoesNotComeToPass(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name   string
		move   func(w *world, id string)
		reason string // at the city that takes in
		heard  string // there
	}{
		{"nobody knows the person", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P8"), w.Now().Add(time.Hour)))
		}, household.RefusedUnknown, "refused"},
		{"the wrong epoch", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", []household.Token{{Person: "P1", Epoch: 5}}, w.Now().Add(time.Hour)))
		}, household.RefusedEpoch, "refused"},
		{"he has moved already", func(w *world, id string) {
			first := newID(w.t)
			w.must(w.nodes["xiangtan"].Hold(ctx, first, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			_, err := w.nodes["zhuzhou"].Decide(ctx, first)
			w.must(err)
			w.settle()
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
		}, household.RefusedElsewhere, "refused"},
		{"two applications at once: the second decision finds him gone", func(w *world, id string) {
			first := newID(w.t)
			w.must(w.nodes["xiangtan"].Hold(ctx, first, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			_, err := w.nodes["zhuzhou"].Decide(ctx, first)
			w.must(err)
			tr, err := w.nodes["zhuzhou"].Decide(ctx, id)
			w.must(err)
			if tr.State != household.Refused || tr.Reason != household.RefusedBusy {
				w.t.Errorf("%+v", tr)
			}
		}, household.RefusedBusy, "refused"},
		{"the clerk refuses", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			w.must(w.nodes["zhuzhou"].Refuse(ctx, id, household.RefusedClerk))
		}, household.RefusedClerk, "refused"},
		{"nobody decides in time", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			w.Pass(2 * time.Hour)
			w.must(w.nodes["zhuzhou"].Tick(ctx))
		}, household.RefusedExpired, "refused"},
		{"the clerk decides too late", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			w.Pass(2 * time.Hour)
			_, err := w.nodes["zhuzhou"].Decide(ctx, id)
			w.must(err)
		}, household.RefusedExpired, "refused"},
		{"withdrawn before it is promised there", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.must(w.nodes["changsha"].Withdraw(ctx, id))
		}, string(household.Withdrawn), "withdrawn"},
		{"withdrawn after", func(w *world, id string) {
			w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
			w.settle()
			w.must(w.nodes["changsha"].Withdraw(ctx, id))
		}, string(household.Withdrawn), "withdrawn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "sqlite")
			w.must(w.nodes["zhuzhou"].Enter(ctx, "P1"))
			id := newID(t)
			c.move(w, id)
			w.settle()
			tr, there, err := w.nodes["changsha"].Transfer(ctx, id)
			if err != nil || !there || tr.Open() || tr.Reason != c.reason {
				t.Errorf("%+v, %v, %v", tr, there, err)
			}
			if heard := w.nodes["changsha"].heard; !slices.Equal(heard, []string{c.heard + " " + id}) {
				t.Errorf("heard %q", heard)
			}
			if got := w.where("zhuzhou", "P1"); got != "zhuzhou 1" && got != "xiangtan 2" {
				t.Errorf("P1 is in %s", got)
			}
		})
	}
}

// TestWithdrawnWhileDeciding: after the decision there is only forward.
func TestWithdrawnWhileDeciding(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, "sqlite")
	w.must(w.nodes["zhuzhou"].Enter(ctx, "P1"))
	id := newID(t)
	w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
	w.settle()
	_, err := w.nodes["zhuzhou"].Decide(ctx, id)
	w.must(err)
	w.must(w.nodes["changsha"].Withdraw(ctx, id))
	w.settle()
	if got := w.where("changsha", "P1"); got != "changsha 2" {
		t.Error(got)
	}
}

// TestAHookThatFailsTakesEverythingBack: the message waits, and has its effect with the hook's.
func TestAHookThatFailsTakesEverythingBack(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, "sqlite")
	n := w.nodes["zhuzhou"]
	w.must(n.Enter(ctx, "P1"))
	id := newID(t)
	n.OnPromised = func(context.Context, *store.Deed, household.Transfer) error { return context.DeadlineExceeded }
	w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(time.Hour)))
	w.post()
	if _, _, err := n.handle(ctx); err == nil {
		t.Error("the hook's error is lost")
	}
	if _, there, err := n.Transfer(ctx, id); there || err != nil {
		t.Errorf("kept all the same: %v", err)
	}
	n.OnPromised = nil
	w.settle()
	if tr, _, err := n.Transfer(ctx, id); tr.State != household.Promised || err != nil {
		t.Errorf("%s, %v", tr.State, err)
	}
}

// TestNothingPilesUp: while a city is away, no more than one message of a kind about a transfer
// waits for it, however often it is due.
func TestNothingPilesUp(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, "sqlite")
	w.must(w.nodes["zhuzhou"].Enter(ctx, "P1"))
	id := newID(t)
	to := w.nodes["changsha"]
	before, err := to.store.Size(ctx)
	w.must(err)
	w.must(to.Hold(ctx, id, "zhuzhou", tokens("P1"), w.Now().Add(30*24*time.Hour)))
	for range 50 {
		w.Pass(time.Hour)
		w.must(to.Tick(ctx))
	}
	due, err := to.store.DueMessages(ctx, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d wait, %v", len(due), err)
	}
	size, err := to.store.Size(ctx)
	w.must(err)
	if size != before+2 {
		t.Errorf("%d entries of the log for one hold", size-before)
	}
	// Lost on the way: it arrived, and had no effect. It is sent anew, in the end once a day.
	_, err = to.store.TriedMessage(ctx, due[0].Sealed.Envelope.ID, messageArrived, 0)
	w.must(err)
	sent := 0
	for range 7 * 24 {
		w.Pass(time.Hour)
		w.must(to.Tick(ctx))
		due, err := to.store.DueMessages(ctx, 10)
		w.must(err)
		for _, o := range due {
			sent++
			_, err = to.store.TriedMessage(ctx, o.Sealed.Envelope.ID, messageArrived, 0)
			w.must(err)
		}
	}
	if sent < 6 || sent > 8 {
		t.Errorf("sent %d times in a week", sent)
	}
}
