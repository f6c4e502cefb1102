package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// drawnTrust is an office with a city, and a list of two versions of which the second has a
// change.
type drawnTrust struct {
	proposal trustlist.Proposal
	list     *trustlist.List
}

func drawTrust(t *testing.T) (w drawnTrust) {
	t.Helper()
	keys, secret := trustlist.Keys{}, map[trustlist.Party]*jws.Private{}
	for _, p := range []trustlist.Party{"changsha", trustlist.Office} {
		k, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte(p[:1]), 32))
		if err != nil {
			t.Fatal(err)
		}
		secret[p], keys[p] = k, []jws.Public{k.Public()}
	}
	at := trustlist.InstantOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	c := trustlist.Change{Kind: trustlist.AddRow, By: "changsha", Proposed: at, Reason: "〔注〕 a\u2028b <&>", Row: &trustlist.Row{
		City: "changsha", Authority: "11430100XX00000010", Name: "局", Type: "11100000XXGAB00010003", From: at, Key: secret["changsha"].Public().JWK("")}}
	s, err := trustlist.Propose(rand.Reader, c, secret["changsha"])
	if err != nil {
		t.Fatal(err)
	}
	w.proposal, _ = w.proposal.Take(s, trustlist.Step{Action: trustlist.StepProposed, Party: "changsha", By: "李"})
	w.list = &trustlist.List{}
	for i, changes := range [][]trustlist.Signed{nil, {s}} {
		if w.list, err = w.list.Publish(rand.Reader, changes, at+trustlist.Instant(i), keys, secret[trustlist.Office]); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// keep keeps everything that there is to keep.
func (w drawnTrust) keep(ctx context.Context, s *store.Store) error {
	return s.Do(ctx, func(d *store.Deed) error {
		if err := d.KeepTrustStep(w.proposal); err != nil {
			return err
		}
		for _, p := range w.list.Publications() {
			if err := d.KeepPublication(store.ListGot, store.KeptPublication{Publication: p}); err != nil {
				return err
			}
		}
		next, _ := w.proposal.Take(w.proposal.Signed, trustlist.Step{Action: trustlist.StepPublished, Party: trustlist.Office, Version: 2})
		if err := d.KeepTrustStep(next); err != nil {
			return err
		}
		if _, err := d.HearTrust(store.TrustHeard{Party: "zhuzhou", Version: 3, Digest: strings.Repeat("a", 64)}); err != nil {
			return err
		}
		p := w.list.Publications()[1]
		return d.KeepTrustFinding(store.TrustFinding{Code: "fork", Party: trustlist.Office, Version: 2, Have: "a", Other: "b", Publication: &p})
	})
}

// kept is all of it as it is read back.
type keptTrust struct {
	Publications []store.KeptPublication
	Proposals    []trustlist.Proposal
	Heard        []store.TrustHeard
	Findings     []store.TrustFinding
}

func allTrust(t *testing.T, s *store.Store) (k keptTrust) {
	t.Helper()
	ctx := context.Background()
	var errs [4]error
	k.Publications, errs[0] = s.TrustPublications(ctx, 0)
	k.Proposals, errs[1] = s.TrustProposals(ctx, "")
	k.Heard, errs[2] = s.TrustHeard(ctx, 2)
	k.Findings, errs[3] = s.TrustFindings(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTheTrustListIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s, w := context.Background(), storetest.Open(t, dsn), drawTrust(t)
		if err := w.keep(ctx, s); err != nil {
			t.Fatal(err)
		}
		sound(t, s)
		k := allTrust(t, s)
		if len(k.Publications) != 2 || len(k.Heard) != 1 || len(k.Findings) != 1 || k.Findings[0].At.IsZero() || k.Findings[0].Publication == nil {
			t.Errorf("%+v", k)
		}
		if d := cmp.Diff(w.list.Publications()[1], k.Publications[1].Publication); d != "" {
			t.Errorf("kept and read differ:\n%s", d)
		}
		if len(k.Proposals) != 1 || k.Proposals[0].Stage != trustlist.StagePublished || len(k.Proposals[0].Steps) != 2 || k.Proposals[0].Steps[0].By != "李" || k.Proposals[0].Steps[1].At == 0 {
			t.Errorf("%+v", k.Proposals)
		}
		if drafts, err := s.TrustProposals(ctx, trustlist.StageDraft); err != nil || len(drafts) != 0 {
			t.Errorf("drafts: %+v, %v", drafts, err)
		}
		if _, err := s.TrustProposal(ctx, "x"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("an unknown proposal: %v", err)
		}
		size, err := s.Size(ctx)
		if err != nil {
			t.Fatal(err)
		}
		// The same again: the list does not go back, and nothing is heard or found twice.
		if err := w.keep(ctx, s); !errors.Is(err, store.ErrTrustMoved) {
			t.Errorf("kept twice: %v", err)
		}
		err = s.Do(ctx, func(d *store.Deed) error {
			before, err := d.HearTrust(store.TrustHeard{Party: "zhuzhou", Version: 3, Digest: strings.Repeat("b", 64)})
			if before != strings.Repeat("a", 64) {
				t.Errorf("heard before: %q", before)
			}
			return errors.Join(err, d.KeepTrustFinding(store.TrustFinding{Code: "fork", Party: trustlist.Office, Version: 2, Have: "a", Other: "b"}))
		})
		if now, sizeErr := s.Size(ctx); err != nil || sizeErr != nil || now != size {
			t.Errorf("%d entries more, %v, %v", now-size, err, sizeErr)
		}

		again := restored(t, s)
		if d := cmp.Diff(k, allTrust(t, again)); d != "" {
			t.Errorf("restored and kept differ:\n%s", d)
		}
	})
}

func TestWhenTheListWasConfirmed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		if at, err := s.TrustConfirmed(ctx); err != nil || !at.IsZero() {
			t.Errorf("never: %v, %v", at, err)
		}
		day := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
		for _, at := range []time.Time{day, day.Add(time.Hour), day.Add(time.Minute)} { // the last one comes late
			if err := s.ConfirmTrust(ctx, at, 1); err != nil {
				t.Fatal(err)
			}
		}
		if at, err := s.TrustConfirmed(ctx); err != nil || !at.Equal(day.Add(time.Hour)) {
			t.Errorf("%v, %v", at, err)
		}
	})
}

func TestAlteredTrustIsNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a publication", `UPDATE note SET text = replace(text, 'Z', 'z') WHERE room = 'trust.list'`, evidence.NoteAltered},
		{"a stage", `UPDATE trust_now SET mark = 'withdrawn' WHERE room = 'trust.proposal'`, evidence.NoteAltered},
		{"back to an earlier step", `UPDATE trust_now SET log = log - 3, mark = 'waiting' WHERE room = 'trust.proposal'`, evidence.NoteAltered},
		{"the newest version", `DELETE FROM trust_now WHERE room = 'trust.list' AND version = 2`, evidence.NoteMissing},
		{"a finding", `DELETE FROM trust_now WHERE room = 'trust.finding'`, evidence.NoteMissing},
		{"what was heard", `UPDATE trust_now SET mark = 'b' WHERE room = 'trust.heard'`, evidence.NoteAltered},
		{"a version more", `INSERT INTO trust_now (room, id, version, mark, log) SELECT room, '9', 9, mark, log FROM trust_now WHERE room = 'trust.list' AND version = 2`, evidence.NoteInserted},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, dsn := context.Background(), storetest.DSN(t, "sqlite")
			s := storetest.Open(t, dsn)
			if err := drawTrust(t).keep(ctx, s); err != nil {
				t.Fatal(err)
			}
			sound(t, s)
			storetest.Exec(t, dsn, c.text)
			report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
			if err != nil || !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Code == c.want }) {
				t.Errorf("%+v, %v; want %s", report.Findings, err, c.want)
			}
		})
	}
}
