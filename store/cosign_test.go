package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// cosign asks a witness in a deed of its own, as the handler of a message does.
func cosign(t *testing.T, s *store.Store, from message.Node, origin string, a evidence.AddCheckpoint) (line string, err error) {
	t.Helper()
	by, key := storetest.Cosigner(t, "node.example/log"), storetest.Signer(t, origin).VKey()
	err = s.Do(t.Context(), func(d *store.Deed) error {
		w := evidence.Witness{Cosigner: by, Logs: map[string][]string{origin: {key}}, Memory: d.Memory(from)}
		line, err = w.Add(a, d.At())
		return err
	})
	return line, err
}

func signed(t *testing.T, origin string, leaves ...string) (string, *evidence.Tree) {
	t.Helper()
	tree := &evidence.Tree{}
	for _, l := range leaves {
		tree.Append(evidence.RecordHash([]byte(l)))
	}
	b, err := storetest.Signer(t, origin).Sign(evidence.Checkpoint{Origin: origin, Size: tree.Size(), Root: tree.Root()})
	if err != nil {
		t.Fatal(err)
	}
	return string(b), tree
}

func refusedAs(err error) string {
	if no, ok := errors.AsType[*evidence.Refused](err); ok {
		return no.Code
	}
	return fmt.Sprint(err)
}

func TestAWitnessRemembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := t.Context(), storetest.Open(t, dsn)
		if _, _, err := s.CreateToken(ctx, "clerk"); err != nil { // the log has its key
			t.Fatal(err)
		}
		three, _ := signed(t, "conurb/zhuzhou", "a", "b", "c")
		five, tree := signed(t, "conurb/zhuzhou", "a", "b", "c", "d", "e")
		fork, _ := signed(t, "conurb/zhuzhou", "a", "B", "c")
		renamed, _ := signed(t, "conurb/new", "a")
		proof, err := evidence.ConsistencyProof(5, 3, tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, origin string
			ask          evidence.AddCheckpoint
			code         string
		}{
			{"the first", "conurb/zhuzhou", evidence.AddCheckpoint{Note: three}, "<nil>"},
			{"another history", "conurb/zhuzhou", evidence.AddCheckpoint{Old: 3, Note: fork}, evidence.WitnessFork},
			{"as if it were new", "conurb/zhuzhou", evidence.AddCheckpoint{Note: five}, evidence.WitnessConflict},
			{"what follows", "conurb/zhuzhou", evidence.AddCheckpoint{Old: 3, Proof: proof, Note: five}, "<nil>"},
			{"cut back", "conurb/zhuzhou", evidence.AddCheckpoint{Old: 3, Note: three}, evidence.WitnessConflict},
			{"under another name", "conurb/new", evidence.AddCheckpoint{Note: renamed}, evidence.WitnessUnknown},
		} {
			if _, err := cosign(t, s, "zhuzhou", c.origin, c.ask); refusedAs(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		held, err := s.Held(ctx)
		if err != nil || len(held) != 1 || held[0].Size != 5 || held[0].Origin != "conurb/zhuzhou" || held[0].At.IsZero() {
			t.Fatalf("held %+v, %v", held, err)
		}
		if _, err := cosign(t, s, "xiangtan", "conurb/zhuzhou", evidence.AddCheckpoint{Note: fork}); err != nil {
			t.Errorf("another node's memory is its own: %v", err)
		}
		sound(t, s)
	})
}

func TestCosignaturesOutliveABackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := t.Context(), storetest.Open(t, dsn)
		if _, _, err := s.CreateToken(ctx, "clerk"); err != nil {
			t.Fatal(err)
		}
		zhuzhou := storetest.Cosigner(t, "conurb/zhuzhou")
		err := s.Do(ctx, func(d *store.Deed) error {
			note, size, err := d.Checkpoint(0)
			if err != nil {
				return err
			}
			if none, _, err := d.Checkpoint(size + 5); err != nil || none != "" {
				t.Errorf("a checkpoint that is not there: %q, %v", none, err)
			}
			line, err := zhuzhou.Cosign(note[:len(note)-len(lastLine(note))-1], d.At())
			if err != nil {
				return err
			}
			return errors.Join(d.Cosign("zhuzhou", size, line), d.Cosign("zhuzhou", size, line), d.Asked("zhuzhou", "0", size, 0),
				d.Found(store.WitnessFinding{As: store.AsLog, Node: "zhuzhou", Code: "rolled-back", Held: 9}),
				d.Found(store.WitnessFinding{As: store.AsLog, Node: "zhuzhou", Code: "rolled-back", Held: 9}))
		})
		if err != nil {
			t.Fatal(err)
		}
		three, _ := signed(t, "conurb/zhuzhou", "a", "b", "c")
		if _, err := cosign(t, s, "zhuzhou", "conurb/zhuzhou", evidence.AddCheckpoint{Note: three}); err != nil {
			t.Fatal(err)
		}
		a, there, err := s.LastAsk(ctx, "zhuzhou")
		if err != nil || !there || !a.Open || !a.Done || a.Sent || a.Dead || a.Size != 2 || a.Age <= 0 || a.Age > time.Hour {
			t.Errorf("asked %+v, %v", a, err)
		}
		again := restored(t, s)
		for name, read := range map[string]func(s *store.Store) (any, error){
			"cosignatures": func(s *store.Store) (any, error) { return s.Cosignatures(ctx) },
			"held":         func(s *store.Store) (any, error) { return s.Held(ctx) },
			"findings":     func(s *store.Store) (any, error) { return s.WitnessFindings(ctx) },
		} {
			one, err := read(s)
			other, err2 := read(again)
			if d := cmp.Diff(one, other); d != "" || err != nil || err2 != nil {
				t.Errorf("%s: %s %v %v", name, d, err, err2)
			}
		}
		if f, err := again.WitnessFindings(ctx); err != nil || len(f) != 1 {
			t.Errorf("findings %v, %v", f, err)
		}
		if err := again.Do(ctx, func(d *store.Deed) error {
			size, err := d.CosignedUpTo("zhuzhou")
			if size != 2 {
				t.Errorf("cosigned up to %d", size)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// lastLine is the signature of a note.
func lastLine(note string) string { return note[bytes.LastIndex([]byte(note), []byte("\n\n"))+2:] }

func TestWhatIsNewsForWitnesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		a, b := newNode(t, storetest.Open(t, dsn), "changsha"), newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "xiangtan")
		news := func(s *store.Store, from int64, want bool) {
			t.Helper()
			if got, err := s.News(ctx, from); err != nil || got != want {
				t.Errorf("news from %d: %v, %v", from, got, err)
			}
		}
		news(a.store, 0, false)
		if _, err := a.send(ctx, "xiangtan", store.LogCases+"1", map[string]any{}); err != nil {
			t.Fatal(err)
		}
		news(a.store, 0, true) // the key
		news(a.store, 1, false)
		if err := deliver(ctx, a, b); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.store.HandleMessage(ctx, func(*store.Deed, message.Sealed) error { return nil }); err != nil {
			t.Fatal(err)
		}
		news(b.store, 1, false) // taken and done
		if _, err := a.send(ctx, "xiangtan", "another", map[string]any{}); err != nil {
			t.Fatal(err)
		}
		news(a.store, 1, true)
		if err := deliver(ctx, a, b); err != nil {
			t.Fatal(err)
		}
		news(b.store, 1, true)
	})
}
