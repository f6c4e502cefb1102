package recognition_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/recognition"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/message"
	tl "conurb/trust/trustlist"
)

func TestAnEquivalentTravels(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, w := context.Background(), newWorld(t, dsn)
		id := w.propose(w.equal(permit, "agreed"))
		if got, want := w.stages(id), ([4]tl.Stage{"", "", tl.StageDraft, ""}); got != want {
			t.Fatalf("proposed: %v, want %v", got, want)
		}
		w.quiet()
		if got, want := w.stages(id), ([4]tl.Stage{"", tl.StageDraft, tl.StageDraft, tl.StageDraft}); got != want {
			t.Fatalf("heard: %v, want %v", got, want)
		}
		var fault *tl.Fault
		if _, err := w.node[tl.Office].Publish(ctx, []string{id}, "陈"); !errors.As(err, &fault) || fault.Code != tl.FaultUnsigned {
			t.Errorf("published unsigned: %v", err)
		}
		w.sign("zhuzhou", id)
		w.quiet()
		if got, want := w.stages(id), ([4]tl.Stage{"", tl.StageWaiting, tl.StageWaiting, tl.StageWaiting}); got != want {
			t.Fatalf("signed: %v, want %v", got, want)
		}
		w.publish(id)
		w.quiet()
		if got, want := w.stages(id), ([4]tl.Stage{"", tl.StagePublished, tl.StagePublished, tl.StagePublished}); got != want {
			t.Errorf("published: %v, want %v", got, want)
		}
		if got, want := w.versions(), ([4]int{1, 1, 1, 1}); got != want {
			t.Errorf("versions: %v, want %v", got, want)
		}
		l := tl.Licence{City: "zhuzhou", Type: permit, Issued: tl.InstantOf(clock()), Status: tl.StatusValid, Holder: tl.BindingProven}
		v, err := w.node["xiangtan"].Judge(ctx, tl.Question{}, l, tl.Knowledge{})
		if err != nil || v.Version != 1 || !slices.ContainsFunc(v.Reasons, func(r tl.Reason) bool { return r.Code == tl.ReasonListAge && len(r.Args["age"]) < 4 }) {
			t.Errorf("judged: %+v, %v; want the age of a list that was just confirmed", v, err)
		}
		p, err := w.node["xiangtan"].Store.TrustProposal(ctx, id)
		if err != nil || len(p.Steps) != 3 || p.Steps[0].By != "李" || p.Steps[1].By != "" || p.Steps[1].Party != "zhuzhou" || p.Steps[2].Version != 1 || p.Steps[0].At == 0 {
			t.Errorf("steps: %+v, %v", p.Steps, err)
		}
		for _, p := range parties {
			if list := w.findings(p); len(list) > 0 {
				t.Errorf("%s found %v", p, list)
			}
		}
		w.sound()
	})
}

func TestWhatHasNoEffectTwice(t *testing.T) {
	ctx, w := context.Background(), newWorld(t, storetest.DSN(t, "sqlite"))
	w.twice = true
	id := w.agreed(permit, "agreed")
	size, err := w.node["zhuzhou"].Store.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.sign("zhuzhou", id)
	if _, err := w.node["zhuzhou"].Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	w.quiet()
	if now, err := w.node["zhuzhou"].Store.Size(ctx); err != nil || now != size {
		t.Errorf("%d entries more, %v", now-size, err)
	}
	for _, p := range parties[1:] {
		one, err := w.node[p].Store.TrustProposal(ctx, id)
		if err != nil || len(one.Steps) != 3 {
			t.Errorf("%s: %+v, %v; want three steps", p, one.Steps, err)
		}
	}
	w.sound()
}

func TestACityThatWasDownCatchesUp(t *testing.T) {
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	w.down["changsha"] = true
	first := w.agreed(permit, "one")
	w.agreed(other, "two")
	if got, want := w.versions(), ([4]int{0, 2, 2, 2}); got != want {
		t.Fatalf("versions: %v, want %v", got, want)
	}
	// It is back, and what was said meanwhile is not due yet: the list alone is fetched.
	if news, err := w.node["changsha"].Refresh(context.Background()); err != nil || !news {
		t.Errorf("fetched: %v, %v", news, err)
	}
	if got := w.versions(); got[0] != 2 {
		t.Errorf("version %d, want 2", got[0])
	}
	w.down["changsha"] = false
	w.quiet()
	if got := w.stages(first)[0]; got != "" {
		t.Errorf("a proposal that is no affair of changsha's is there as %s", got)
	}
	w.sound()
}

func TestALostMessageDelaysAndNoMore(t *testing.T) {
	ctx, w := context.Background(), newWorld(t, storetest.DSN(t, "sqlite"))
	id := w.propose(w.equal(permit, "agreed"))
	w.down[tl.Office] = true // what is for the office stays in the outbox
	if _, err := w.carry(ctx); err != nil {
		t.Fatal(err)
	}
	w.sign("zhuzhou", id)
	w.down["xiangtan"], w.down[tl.Office] = true, false
	if _, err := w.carry(ctx); err != nil {
		t.Fatal(err)
	}
	// The signature came to the office before the proposal did, and carries it.
	if got, want := w.stages(id), ([4]tl.Stage{"", tl.StageWaiting, tl.StageDraft, tl.StageWaiting}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	w.down["xiangtan"] = false
	w.quiet()
	if got, want := w.stages(id), ([4]tl.Stage{"", tl.StageWaiting, tl.StageWaiting, tl.StageWaiting}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHowAProposalEnds(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		end  func(w *world, id string) error
		want tl.Stage
	}{
		{"withdrawn by its proposer", func(w *world, id string) error {
			_, err := w.node["xiangtan"].Withdraw(ctx, id, "李", "a mistake")
			return err
		}, tl.StageWithdrawn},
		{"refused by the other city", func(w *world, id string) error {
			_, err := w.node["zhuzhou"].Refuse(ctx, id, "王", "not the same")
			return err
		}, tl.StageRefused},
		{"refused by the office", func(w *world, id string) error {
			_, err := w.node[tl.Office].Refuse(ctx, id, "陈", "no basis")
			return err
		}, tl.StageRefused},
		{"refused and withdrawn at once", func(w *world, id string) error {
			_, err := w.node["zhuzhou"].Refuse(ctx, id, "王", "not the same")
			_, also := w.node["xiangtan"].Withdraw(ctx, id, "李", "a mistake")
			return errors.Join(err, also)
		}, tl.StageWithdrawn},
		{"signed and withdrawn at once", func(w *world, id string) error {
			_, err := w.node["zhuzhou"].Sign(ctx, id, "王")
			_, also := w.node["xiangtan"].Withdraw(ctx, id, "李", "a mistake")
			return errors.Join(err, also)
		}, tl.StageWithdrawn},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, storetest.DSN(t, "sqlite"))
			id := w.propose(w.equal(permit, "agreed"))
			w.quiet()
			if err := c.end(w, id); err != nil {
				t.Fatal(err)
			}
			w.quiet()
			if got, want := w.stages(id), ([4]tl.Stage{"", c.want, c.want, c.want}); got != want {
				t.Errorf("%v, want %v", got, want)
			}
			if _, err := w.node[tl.Office].Publish(ctx, []string{id}, "陈"); !errors.Is(err, recognition.ErrSettled) {
				t.Errorf("published all the same: %v", err)
			}
			if _, err := w.node["zhuzhou"].Sign(ctx, id, "王"); err != nil && !errors.Is(err, recognition.ErrSettled) {
				t.Errorf("signed: %v", err)
			}
			w.sound()
		})
	}
}

// TestPublishedAndWithdrawnAtOnce: the list is the truth.
func TestPublishedAndWithdrawnAtOnce(t *testing.T) {
	ctx, w := context.Background(), newWorld(t, storetest.DSN(t, "sqlite"))
	id := w.propose(w.equal(permit, "agreed"))
	w.quiet()
	w.sign("zhuzhou", id)
	w.quiet()
	if _, err := w.node["xiangtan"].Withdraw(ctx, id, "李", "a mistake"); err != nil {
		t.Fatal(err)
	}
	w.publish(id)
	w.quiet()
	if got, want := w.stages(id), ([4]tl.Stage{"", tl.StagePublished, tl.StagePublished, tl.StagePublished}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	w.sound()
}

func TestWhoMayDoWhat(t *testing.T) {
	ctx, w := context.Background(), newWorld(t, storetest.DSN(t, "sqlite"))
	id := w.propose(w.equal(permit, "agreed"))
	w.quiet()
	cs, zz, xt, office := w.node["changsha"], w.node["zhuzhou"], w.node["xiangtan"], w.node[tl.Office]
	only := func(_ any, err error) error { return err }
	foreign := w.equal(other, "for another")
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"a city proposes for another", only(cs.Propose(ctx, foreign, "a")), recognition.ErrOther},
		{"the office proposes", only(office.Propose(ctx, foreign, "a")), recognition.ErrOffice},
		{"the office signs", only(office.Sign(ctx, id, "a")), recognition.ErrOffice},
		{"a city publishes", only(zz.Publish(ctx, []string{id}, "a")), recognition.ErrNotOffice},
		{"a city signs what it does not know", only(cs.Sign(ctx, id, "a")), store.ErrUnknown},
		{"the proposer refuses", only(xt.Refuse(ctx, id, "a", "why")), recognition.ErrMine},
		{"another withdraws", only(zz.Withdraw(ctx, id, "a", "why")), recognition.ErrMine},
		{"no reason", only(zz.Refuse(ctx, id, "a", " ")), recognition.ErrReason},
		{"the office publishes what it does not know", only(office.Publish(ctx, []string{"x"}, "a")), store.ErrUnknown},
		{"the office fetches", only(office.Refresh(ctx)), recognition.ErrNoSource},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	alone := w.node["xiangtan"].Settings
	alone.Others = func() []tl.Party { return []tl.Party{tl.Office} }
	if _, err := recognition.New(alone).Propose(ctx, w.equal(other, "nobody hears"), "a"); !errors.Is(err, recognition.ErrNoCard) {
		t.Errorf("no card of zhuzhou: %v", err)
	}
	var fault *tl.Fault
	if _, err := zz.Refuse(ctx, id, "a", strings.Repeat("长", tl.MostReason+1)); !errors.As(err, &fault) || fault.Code != tl.FaultLong {
		t.Errorf("a long reason: %v", err)
	}
	if got, want := w.stages(id), ([4]tl.Stage{"", tl.StageDraft, tl.StageDraft, tl.StageDraft}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestMessagesThatAreRefused sends what an honest node does not.
func TestMessagesThatAreRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	good, err := tl.Propose(strings.NewReader(strings.Repeat("x", 999)), w.equal(permit, "agreed"), w.key["xiangtan"])
	if err != nil {
		t.Fatal(err)
	}
	both, err := good.Sign(strings.NewReader(strings.Repeat("x", 999)), "zhuzhou", w.key["zhuzhou"])
	if err != nil {
		t.Fatal(err)
	}
	forged := tl.Signed{Change: good.Change, Signatures: map[tl.Party]string{"xiangtan": both.Signatures["zhuzhou"]}}
	type head = recognition.Head
	digest := strings.Repeat("a", 64)
	for _, c := range []struct {
		name, kind string
		from, to   tl.Party
		body       any
		want       string // "" has its effect
	}{
		{"a proposal", recognition.KindProposal, "xiangtan", "zhuzhou", recognition.Said{Proposal: good}, ""},
		{"of another city", recognition.KindProposal, "changsha", "zhuzhou", recognition.Said{Proposal: good}, recognition.NotParty},
		{"to a city without a say", recognition.KindProposal, "xiangtan", "changsha", recognition.Said{Proposal: good}, recognition.NotHere},
		{"forged", recognition.KindProposal, "xiangtan", "zhuzhou", recognition.Said{Proposal: forged}, recognition.BadSigned},
		{"unsigned", recognition.KindProposal, "xiangtan", "zhuzhou", recognition.Said{Proposal: tl.Signed{Change: good.Change}}, recognition.BadSigned},
		{"no proposal", recognition.KindProposal, "xiangtan", "zhuzhou", map[string]any{"proposal": "x"}, recognition.NotForm},
		{"something besides", recognition.KindProposal, "xiangtan", "zhuzhou", map[string]any{"proposal": good, "publish": true}, recognition.NotForm},
		{"a signature that is not there", recognition.KindSignature, "zhuzhou", "xiangtan", recognition.Said{Proposal: good}, recognition.NotParty},
		{"a signature", recognition.KindSignature, "zhuzhou", "xiangtan", recognition.Said{Proposal: both}, ""},
		{"a refusal by its proposer", recognition.KindRefused, "xiangtan", "zhuzhou", recognition.Said{Proposal: good, Reason: "x"}, recognition.NotParty},
		{"a refusal without a reason", recognition.KindRefused, "zhuzhou", "xiangtan", recognition.Said{Proposal: good}, recognition.NotForm},
		{"a withdrawal by another", recognition.KindWithdrawn, "zhuzhou", "xiangtan", recognition.Said{Proposal: good, Reason: "x"}, recognition.NotParty},
		{"a withdrawal of what nobody knew", recognition.KindWithdrawn, "xiangtan", tl.Office, recognition.Said{Proposal: good, Reason: "x"}, ""},
		{"a version by a city", recognition.KindPublished, "zhuzhou", "changsha", head{1, digest}, recognition.NotParty},
		{"seen by the office", recognition.KindSeen, tl.Office, "changsha", head{1, digest}, recognition.NotParty},
		{"version 0", recognition.KindPublished, tl.Office, "changsha", head{0, digest}, recognition.NotForm},
		{"no digest", recognition.KindPublished, tl.Office, "changsha", head{1, "abc"}, recognition.NotForm},
		{"a version", recognition.KindPublished, tl.Office, "changsha", head{1, digest}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, err := w.node[c.to].Store.Size(ctx)
			if err != nil {
				t.Fatal(err)
			}
			err = w.node[c.to].Store.Do(ctx, func(d *store.Deed) error {
				m, err := message.Seal(bytes.NewReader(nil), message.Draft{To: message.Node(c.to), Kind: c.kind, Case: "c", Body: c.body},
					"01990a3c-7f7e-7000-8000-000000000000", message.Node(c.from), 1, time.Now(), w.key[c.from])
				if err != nil {
					return err
				}
				return w.node[c.to].Handlers()[c.kind](ctx, d, m)
			})
			var no *message.Refusal
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want != "" && (!errors.As(err, &no) || no.Code != message.Unhandled || !strings.HasPrefix(no.Args["detail"], c.want)):
				t.Fatalf("%v, want %s", err, c.want)
			}
			after, err := w.node[c.to].Store.Size(ctx)
			if err != nil || (after == before) != (c.want != "") {
				t.Errorf("%d entries more, %v", after-before, err)
			}
		})
	}
}
