package witness_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/app"
	"conurb/app/witness"
	"conurb/internal/storetest"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

func TestThreeCitiesCosignOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, func(i int) string {
			if i == 0 {
				return dsn
			}
			return storetest.DSN(t, "sqlite")
		}, "changsha", "zhuzhou", "xiangtan")
		changsha := w.nodes[0]
		for i := range 3 {
			for _, n := range w.nodes {
				n.write()
				if asked := n.round(false); asked != 2 {
					t.Fatalf("%s asked %d", n.name, asked)
				}
			}
			w.carry()
			if w.sent[witness.KindCosignature] != 6*(i+1) || w.sent[witness.KindRefused] != 0 {
				t.Fatalf("sent %v", w.sent)
			}
			w.now = w.now.Add(time.Minute)
		}
		w.sound()
		rows, err := changsha.store.Cosignatures(t.Context())
		if err != nil || len(rows) != 2 || rows[0].Size != rows[1].Size {
			t.Fatalf("not one checkpoint: %v, %v", rows, err)
		}
		var bundle bytes.Buffer
		w.must(changsha.store.ExportEvidence(t.Context(), &bundle))
		b, err := evidence.ReadBundle(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()))
		w.must(err)
		r, err := b.Verify(evidence.AuditOptions{Keys: []string{changsha.card.Card.Log}, Witnesses: []string{w.cards[1].Card.Log, w.cards[2].Card.Log}})
		w.must(err)
		if got := r.Witnesses; !r.OK() || got.All != rows[0].Size || got.Any != got.All || got.After != changsha.size()-got.All || got.By[0].At.IsZero() || got.Others != 0 {
			t.Errorf("the auditor sees %+v, %v", got, r.Findings)
		}
		offline(t, w, bundle.Bytes(), rows[0].Size)
		said, err := changsha.witness.Witnessed(t.Context())
		w.must(err)
		if len(said.Cosignatures) != 2 || said.Cosignatures[0].Size != rows[0].Size || said.Cosignatures[0].At == nil || said.Uncosigned != r.Witnesses.After || len(said.Held) != 2 || said.Held[0].Node != "xiangtan" || len(said.Disagreements) != 0 {
			t.Errorf("the API says %+v", said)
		}
	})
}

// offline checks a bundle as conurb evidence verify does, with a card and a key.
func offline(t *testing.T, w *world, bundle []byte, size int64) {
	t.Helper()
	file, cardFile := filepath.Join(t.TempDir(), "log.zip"), filepath.Join(t.TempDir(), "zhuzhou.card")
	b, err := w.cards[1].Bytes()
	w.must(err)
	w.must(errors.Join(os.WriteFile(file, bundle, 0o600), os.WriteFile(cardFile, b, 0o600)))
	trust, err := app.Trust{}.WithWitnesses(cardFile, w.nodes[2].witness.VKey())
	w.must(err)
	r, err := app.VerifyFile(file, trust)
	w.must(err)
	if !r.OK() || len(r.Witnesses.By) != 2 || r.Witnesses.All != size {
		t.Errorf("offline: %+v, %v", r.Witnesses, r.Findings)
	}
	for _, bad := range []string{"nowhere", file, w.nodes[2].witness.VKey() + "x"} {
		if _, err := (app.Trust{}).WithWitnesses(bad); !errors.Is(err, app.ErrWitness) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestEveryFindingHasWords(t *testing.T) {
	keys := []string{"witness." + witness.Forked, "witness." + evidence.WitnessFork, "witness." + evidence.WitnessProof}
	for _, code := range witness.Codes {
		keys = append(keys, "log."+code)
	}
	for _, key := range keys {
		for _, lang := range locale.Languages {
			if !locale.Has(lang, "evidence.as."+key) {
				t.Errorf("%s: evidence.as.%s has no text", lang, key)
			}
		}
	}
}

func TestCosigningIsNoNews(t *testing.T) {
	w := newWorld(t, sqlite(t), "changsha", "zhuzhou", "xiangtan")
	for _, n := range w.nodes {
		n.round(false)
	}
	w.carry()
	before := w.nodes[0].size()
	for range 100 {
		w.now = w.now.Add(2 * time.Minute)
		for _, n := range w.nodes {
			if asked := n.round(false); asked != 0 {
				t.Fatalf("%s asks again without news", n.name)
			}
		}
		w.carry()
	}
	if after := w.nodes[0].size(); after != before {
		t.Fatalf("the log grew from %d to %d by itself", before, after)
	}
	n := w.nodes[0]
	if asked := n.round(true); asked != 2 {
		t.Errorf("asked by a person: %d", asked)
	}
	w.carry()
	n.write()
	if asked := n.round(false); asked != 0 {
		t.Errorf("within a minute: %d", asked)
	}
	if asked := n.round(true); asked != 2 {
		t.Errorf("within a minute, by a person: %d", asked)
	}
	w.carry()
	n.write()
	w.now = w.now.Add(61 * time.Second)
	if asked := n.round(false); asked != 2 {
		t.Errorf("after a minute: %d", asked)
	}
	w.carry()
	w.sound()
}

func TestAWitnessThatIsDownKeepsNobodyWaiting(t *testing.T) {
	w := newWorld(t, sqlite(t), "changsha", "zhuzhou", "xiangtan")
	changsha, zhuzhou := w.nodes[0], w.nodes[1]
	zhuzhou.down = true
	for i := range 10 {
		changsha.write()
		if asked, want := changsha.round(i%2 == 0), map[bool]int{true: 2, false: 1}[i == 0]; asked != want {
			t.Fatalf("round %d: asked %d", i, asked)
		}
		w.carry()
		w.now = w.now.Add(time.Minute)
	}
	waiting, err := changsha.store.Outbox(t.Context(), message.Waiting, 100)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%d questions wait, %v", len(waiting), err)
	}
	if got := changsha.cosigned(); len(got) != 1 || !strings.HasPrefix(got[0], "xiangtan ") {
		t.Errorf("cosigned by %v", got)
	}
	zhuzhou.down = false
	w.must(changsha.store.HurryMessages(t.Context(), zhuzhou.id()))
	w.carry()
	w.now = w.now.Add(time.Minute)
	changsha.write()
	changsha.round(false)
	w.carry()
	if got := changsha.cosigned(); len(got) != 2 || got[0][len("xiangtan "):] != got[1][len("zhuzhou "):] {
		t.Errorf("cosigned by %v", got)
	}
	w.sound()
}

func TestWhatEitherSideForgotIsFoundAgain(t *testing.T) {
	for name, forget := range map[string]func(log, witness *node){
		"the log its cosignatures":                     func(log, _ *node) { log.sql(`DELETE FROM cosignature`) },
		"the log its cosignatures and its questions":   func(log, _ *node) { log.sql(`DELETE FROM cosignature; DELETE FROM cosign_ask`) },
		"the witness what it holds":                    func(_, witness *node) { witness.sql(`DELETE FROM cosign_held`) },
		"both":                                         func(log, witness *node) { log.sql(`DELETE FROM cosignature`); witness.sql(`DELETE FROM cosign_held`) },
		"an answer was lost, and the log asks in time": func(log, _ *node) { log.sql(`UPDATE cosign_ask SET open = 1; DELETE FROM cosignature`) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sqlite(t), "changsha", "zhuzhou")
			log, other := w.nodes[0], w.nodes[1]
			log.round(false)
			w.carry()
			first := log.cosigned()
			forget(log, other)
			log.write()
			w.now = w.now.Add(11 * time.Minute)
			if asked := log.round(false); asked != 1 {
				t.Fatalf("asked %d", asked)
			}
			w.carry()
			if got := log.cosigned(); len(got) != 1 || got[0] == first[0] {
				t.Errorf("cosigned %v, before %v", got, first)
			}
			if f, _ := log.findings(); len(f) != 0 {
				t.Errorf("findings %v", f)
			}
			w.sound()
		})
	}
}

// A restored backup cuts a log back. No witness cosigns it, the node shows it, and once the
// log has grown past what it was it is proven to have two histories.
func TestARestoredBackupIsNoticed(t *testing.T) {
	w := newWorld(t, sqlite(t), "changsha", "zhuzhou", "xiangtan")
	changsha, zhuzhou := w.nodes[0], w.nodes[1]
	changsha.round(false)
	w.carry()
	var backup bytes.Buffer
	w.must(changsha.store.Backup(t.Context(), &backup))
	for range 20 {
		changsha.write()
	}
	w.now = w.now.Add(time.Minute)
	changsha.round(false)
	w.carry()
	before := changsha.cosigned()
	held, err := zhuzhou.store.Held(t.Context())
	if err != nil || len(held) != 1 || fmt.Sprint("zhuzhou ", held[0].Size) != before[1] {
		t.Fatalf("%v holds %+v, %v", before, held, err)
	}

	changsha.open(storetest.DSN(t, "sqlite"))
	if _, err := changsha.store.Restore(t.Context(), bytes.NewReader(backup.Bytes()), int64(backup.Len())); err != nil {
		t.Fatal(err)
	}
	if got := changsha.cosigned(); len(got) != 2 || got[0] == before[0] {
		t.Errorf("a backup keeps the cosignatures until then: %v", got)
	}
	w.now = w.now.Add(time.Minute)
	changsha.write()
	if asked := changsha.round(false); asked != 2 {
		t.Fatalf("asked %d", asked)
	}
	w.carry()
	if said, err := changsha.witness.Witnessed(t.Context()); err != nil || len(said.Disagreements) != 2 || said.Disagreements[0].Code != witness.RolledBack || said.Disagreements[0].Proven {
		t.Errorf("the API says %+v, %v", said, err)
	}
	if f, _ := changsha.findings(); !slices.Equal(f, []string{"log zhuzhou rolled-back", "log xiangtan rolled-back"}) && !slices.Equal(f, []string{"log xiangtan rolled-back", "log zhuzhou rolled-back"}) {
		t.Fatalf("findings %v", f)
	}
	for range 30 { // it grows past what it was
		changsha.write()
	}
	for range 5 {
		w.now = w.now.Add(time.Minute)
		changsha.round(false)
		w.carry()
	}
	f, all := changsha.findings()
	if len(f) != 4 || !slices.Contains(f, "log zhuzhou forked") {
		t.Fatalf("findings %v", f)
	}
	for _, one := range all {
		if one.Code == witness.Forked {
			if one.Proven == nil {
				t.Fatalf("a fork without proof: %+v", one)
			}
			w.must(one.Proven.Check(changsha.card.Card.Log))
		}
	}
	if now, err := zhuzhou.store.Held(t.Context()); err != nil || now[0].Note != held[0].Note {
		t.Errorf("the witness holds something else now: %v, %v", now, err)
	}
	w.sound()
}

// A city shows its witnesses two histories: neither can see it alone, and the two checkpoints
// prove it when they meet.
func TestTwoHistoriesMeet(t *testing.T) {
	w := newWorld(t, sqlite(t), "changsha", "zhuzhou", "xiangtan")
	changsha, zhuzhou, xiangtan := w.nodes[0], w.nodes[1], w.nodes[2]
	var backup bytes.Buffer
	w.must(changsha.store.Backup(t.Context(), &backup))
	xiangtan.down = true
	changsha.write()
	changsha.round(false)
	w.carry()
	changsha.open(storetest.DSN(t, "sqlite"))
	_, err := changsha.store.Restore(t.Context(), bytes.NewReader(backup.Bytes()), int64(backup.Len()))
	w.must(err)
	xiangtan.down, zhuzhou.down = false, true
	changsha.write()
	changsha.write()
	changsha.round(false)
	w.carry()
	one, err := zhuzhou.store.Held(t.Context())
	w.must(err)
	other, err := xiangtan.store.Held(t.Context())
	w.must(err)
	var x evidence.Contradiction
	w.must(changsha.store.Do(t.Context(), func(d *store.Deed) (err error) {
		x, err = evidence.Contradict(one[0].Note, other[0].Note, d.Nodes(), changsha.card.Card.Log)
		return err
	}))
	w.must(x.Check(changsha.card.Card.Log))
	// Asked at last, the witness of the other history writes it down with its proof.
	zhuzhou.down = false
	w.must(changsha.store.HurryMessages(t.Context(), zhuzhou.id()))
	w.carry()
	if f, all := changsha.findings(); len(f) != 1 || f[0] != "log zhuzhou forked" || all[0].Proven.Check(changsha.card.Card.Log) != nil {
		t.Errorf("findings %v", f)
	}
}

// A log that does not keep to the rules asks with a proof of its own making.
func TestAWitnessWritesDownWhatItIsShown(t *testing.T) {
	w := newWorld(t, sqlite(t), "changsha", "zhuzhou")
	changsha, zhuzhou := w.nodes[0], w.nodes[1]
	changsha.write()
	changsha.round(false)
	w.carry()
	held, err := zhuzhou.store.Held(t.Context())
	w.must(err)
	signer, err := evidence.NewSigner(changsha.secret)
	w.must(err)
	other, err := signer.Sign(evidence.Checkpoint{Origin: signer.Name(), Size: held[0].Size, Root: evidence.RecordHash([]byte("another"))})
	w.must(err)
	ask := func(body map[string]any) {
		w.must(changsha.store.Do(t.Context(), func(d *store.Deed) error {
			_, err := d.Send(changsha.Voice(), message.Draft{To: "zhuzhou", Kind: witness.KindCheckpoint, Case: store.LogCases + fmt.Sprint(w.now.UnixNano()), Body: body})
			return err
		}))
		w.carry()
	}
	key := strings.Join(strings.Split(changsha.card.Card.Log, "+")[:2], "+")
	ask(map[string]any{"log": key, "checkpoint": string(other), "old": held[0].Size, "proof": []string{}})
	f, all := zhuzhou.findings()
	if len(f) != 1 || f[0] != "witness changsha forked" || all[0].Proven.Check(changsha.card.Card.Log) != nil {
		t.Fatalf("findings %v", f)
	}
	for name, body := range map[string]map[string]any{
		"no checkpoint": {"log": key, "checkpoint": "x", "old": 0, "proof": []string{}},
		"a proof":       {"log": key, "checkpoint": held[0].Note, "old": 0, "proof": []string{"x"}},
		"another log":   {"log": "conurb/xiangtan+00000000", "checkpoint": held[0].Note, "old": 0, "proof": []string{}},
		"nothing":       {},
		"another type":  {"old": "x"},
	} {
		ask(body)
		if now, err := zhuzhou.store.Held(t.Context()); err != nil || now[0].Note != held[0].Note {
			t.Errorf("%s: it holds %v, %v", name, now, err)
		}
	}
	if w.sent[witness.KindCosignature] != 1 || w.sent[witness.KindRefused] != 5 {
		t.Errorf("sent %v", w.sent)
	}
	w.sound()
}

func TestTheTablesAreAudited(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"a cosignature of another checkpoint", `UPDATE cosignature SET size = size - 1`, evidence.CosignatureInvalid},
		{"a cosignature that is a number", `UPDATE cosignature SET line = x'00'`, evidence.CosignatureInvalid},
		{"what is held, cut back", `UPDATE cosign_held SET size = 1`, evidence.HeldAltered},
		{"what is held, of another log", `UPDATE cosign_held SET origin = 'conurb/xiangtan'`, evidence.HeldAltered},
		{"what is held, without our cosignature", `UPDATE cosign_held SET note = substr(note, 1, instr(note, char(10) || char(10)) + 1)`, evidence.HeldAltered},
		{"a moment", `UPDATE cosign_held SET at = 'x'`, evidence.HeldAltered},
	} {
		w := newWorld(t, sqlite(t), "changsha", "zhuzhou")
		for _, n := range w.nodes {
			n.round(false)
		}
		w.carry()
		w.sound()
		n := w.nodes[0]
		n.sql(c.sql)
		r, err := n.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
		w.must(err)
		if len(r.Findings) != 1 || r.Findings[0].Code != c.want {
			t.Errorf("%s: %+v", c.name, r.Findings)
		}
	}
}

// Whatever happens, what a witness holds is a part of the log unless that was cut back, and
// then it is never cosigned past the place.
func TestWitnessesUnderDrawnLives(t *testing.T) {
	lives, failing := 0, false // a life costs three databases: twenty are drawn, and those of a failure
	rapid.Check(t, func(r *rapid.T) {
		if lives++; lives > 20 && !failing {
			return
		}
		failing = true
		w := newWorld(t, sqlite(t), "changsha", "zhuzhou", "xiangtan")
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			n := w.nodes[rapid.IntRange(0, 2).Draw(r, "node")]
			switch rapid.IntRange(0, 5).Draw(r, "what") {
			case 0, 1:
				n.write()
			case 2:
				n.round(rapid.Bool().Draw(r, "by a person"))
			case 3:
				w.carry()
			case 4:
				n.down = !n.down
			case 5:
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 700).Draw(r, "seconds")) * time.Second)
			}
		}
		for _, n := range w.nodes {
			n.down = false
		}
		w.now = w.now.Add(2 * time.Hour)
		w.carry()
		for _, n := range w.nodes {
			n.write()
			n.round(false)
		}
		w.carry()
		for _, n := range w.nodes {
			if got := n.cosigned(); len(got) != 2 {
				r.Fatalf("%s is cosigned by %v in the end", n.name, got)
			}
			if f, _ := n.findings(); len(f) != 0 {
				r.Fatalf("%s: findings %v", n.name, f)
			}
			held, err := n.store.Held(context.Background())
			w.must(err)
			for _, h := range held {
				root, err := w.node(trustlist.Party(h.Node)).store.RootAt(context.Background(), h.Size)
				w.must(err)
				if c, err := evidence.OpenCheckpoint([]byte(h.Note), w.node(trustlist.Party(h.Node)).card.Card.Log); err != nil || c.Root != root {
					r.Fatalf("%s holds of %s what is not in its log: %v", n.name, h.Node, err)
				}
			}
		}
		w.sound()
		failing = false
	})
}
