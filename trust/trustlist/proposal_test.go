package trustlist_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/locale"
	tl "conurb/trust/trustlist"
)

// TestNodesAgreeInWhateverOrderTheyHear lets two nodes hear the same steps in two orders, some
// of them twice: they say the same, never go back, and hear nothing twice.
func TestNodesAgreeInWhateverOrderTheyHear(t *testing.T) {
	w := newWorld(t)
	change := w.equal(tl.Side{City: "changsha", Type: household}, tl.Side{City: "zhuzhou", Type: household}, "")
	one, both := w.signed(change), w.signed(change, "changsha")
	type heard struct {
		signed tl.Signed
		step   tl.Step
	}
	steps := []heard{
		{one, tl.Step{Action: tl.StepProposed, Party: "zhuzhou"}},
		{both, tl.Step{Action: tl.StepSigned, Party: "changsha"}},
		{one, tl.Step{Action: tl.StepRefused, Party: tl.Office, Reason: "x"}},
		{one, tl.Step{Action: tl.StepWithdrawn, Party: "zhuzhou", Reason: "x"}},
		{both, tl.Step{Action: tl.StepPublished, Party: tl.Office, Version: 1}},
	}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.IntRange(0, len(steps)-1), 1, 8).Draw(t, "some")
		other := rapid.Permutation(some).Draw(t, "other order")
		hear := func(order []int) (p tl.Proposal) {
			for _, i := range order {
				before := p
				p, _ = p.Take(steps[i].signed, steps[i].step)
				if slices.Index(tl.Stages, p.Stage) < slices.Index(tl.Stages, before.Stage) {
					t.Fatalf("from %s back to %s", before.Stage, p.Stage)
				}
				if again, news := p.Take(steps[i].signed, steps[i].step); news || len(again.Steps) != len(p.Steps) {
					t.Fatalf("heard twice: %+v", again.Steps)
				}
			}
			return p
		}
		a, b := hear(some), hear(other)
		if a.Stage != b.Stage {
			t.Fatalf("%v: %s, %v: %s", some, a.Stage, other, b.Stage)
		}
		want := tl.Stage("")
		for _, i := range some { // the slow way: the latest of all
			stage := map[string]tl.Stage{tl.StepProposed: tl.StageDraft, tl.StepSigned: tl.StageWaiting, tl.StepRefused: tl.StageRefused,
				tl.StepWithdrawn: tl.StageWithdrawn, tl.StepPublished: tl.StagePublished}[steps[i].step.Action]
			if slices.Index(tl.Stages, stage) > slices.Index(tl.Stages, want) {
				want = stage
			}
		}
		if a.Stage != want {
			t.Fatalf("%v: %s, want %s", some, a.Stage, want)
		}
	})
}

func TestHold(t *testing.T) {
	w := newWorld(t)
	change := w.equal(tl.Side{City: "changsha", Type: household}, tl.Side{City: "zhuzhou", Type: household}, "")
	one, both := w.signed(change), w.signed(change, "changsha")
	with := func(city tl.Party, text string) tl.Signed {
		return tl.Signed{Change: change, Signatures: map[tl.Party]string{"zhuzhou": one.Signatures["zhuzhou"], city: text}}
	}
	for _, c := range []struct {
		name string
		s    tl.Signed
		want string
	}{
		{"by its proposer", one, ""},
		{"by both", both, ""},
		{"by nobody", tl.Signed{Change: change}, tl.FaultUnsigned},
		{"by the other alone", tl.Signed{Change: change, Signatures: map[tl.Party]string{"changsha": both.Signatures["changsha"]}}, tl.FaultUnsigned},
		{"by a stranger too", with("xiangtan", both.Signatures["changsha"]), tl.FaultStranger},
		{"with another's signature", with("changsha", one.Signatures["zhuzhou"]), tl.FaultSignature},
	} {
		if got := faultCode(c.s.Hold(w.keys)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAListIsOpenedFromItsPublications: With is Open, one publication at a time.
func TestAListIsOpenedFromItsPublications(t *testing.T) {
	w := newWorld(t)
	w.publish(w.signed(w.row("changsha", bureau, household, "bureau", 0)))
	w.publish()
	list := &tl.List{}
	for i, p := range w.list.Publications() {
		var err error
		if list, err = list.With(p, w.keys); err != nil {
			t.Fatal(err)
		}
		digest, err := p.Digest()
		if err != nil || digest != list.Digest() || list.DigestOf(i+1) != digest {
			t.Errorf("version %d: digest %s, %v; want %s", i+1, digest, err, list.Digest())
		}
	}
	if list.Digest() != w.list.Digest() || list.DigestOf(0) != "" || list.DigestOf(3) != "" {
		t.Errorf("another list: %s, %s", list.Digest(), w.list.Digest())
	}
	p := w.list.Publications()[1]
	p.Published++
	short := w.list.Before(w.list.Publications()[0].Published)
	if _, err := short.With(p, w.keys); faultCode(err) != tl.FaultOffice {
		t.Errorf("altered: %v", err)
	}
	if _, err := short.With(w.list.Publications()[1], tl.Keys{}); faultCode(err) != tl.FaultNoKey {
		t.Errorf("without the office's key: %v", err)
	}
}

func TestStagesAndStepsHaveWords(t *testing.T) {
	for _, lang := range locale.Languages {
		for _, s := range tl.Stages {
			if !locale.Has(lang, "trust.stage."+string(s)) {
				t.Errorf("%s: %s", lang, s)
			}
		}
		for _, s := range tl.Steps {
			if !locale.Has(lang, "trust.step."+s) {
				t.Errorf("%s: %s", lang, s)
			}
		}
	}
}
