package evidence_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"conurb/trust/evidence"
)

func cosigner(t testing.TB, name string) *evidence.Cosigner {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	skey, _, err := evidence.GenerateKey(strings.NewReader(string(seed[:])), name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := evidence.NewCosigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// memory is a witness's memory without a database.
type memory map[string]string

func (m memory) Last(origin string) (string, error) { return m[origin], nil }
func (m memory) Keep(origin string, _ evidence.Checkpoint, signed string) error {
	m[origin] = signed
	return nil
}

// history is a log for tests: its leaves, and whoever signs it.
type history struct {
	evidence.Tree
	by *evidence.Signer
}

func newHistory(t testing.TB, leaves ...string) *history {
	h := &history{by: signer(t, "conurb/changsha")}
	for _, l := range leaves {
		h.Append(evidence.RecordHash([]byte(l)))
	}
	return h
}

func leavesOf(n int, changed ...int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint("leaf ", i))
	}
	for _, i := range changed {
		out[i] += " rewritten"
	}
	return out
}

func (h *history) at(t testing.TB, size int64) string {
	root, err := evidence.RootAt(size, h)
	if err != nil {
		t.Fatal(err)
	}
	b, err := h.by.Sign(evidence.Checkpoint{Origin: h.by.Name(), Size: size, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (h *history) ask(t testing.TB, old, size int64) evidence.AddCheckpoint {
	a := evidence.AddCheckpoint{Old: old, Note: h.at(t, size)}
	if old > 0 {
		var err error
		if a.Proof, err = evidence.ConsistencyProof(size, old, h); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func witness(t testing.TB, name string) *evidence.Witness {
	return &evidence.Witness{Cosigner: cosigner(t, name), Memory: memory{},
		Logs: map[string][]string{"conurb/changsha": {signer(t, "conurb/changsha").VKey()}}}
}

var noon = time.Date(2026, 3, 20, 12, 25, 47, 999, time.UTC)

func TestTheOfficeSeesWhoCosignedWhatAndWhen(t *testing.T) {
	log := newHistory(t, leavesOf(9)...)
	zhuzhou, xiangtan := witness(t, "conurb/zhuzhou"), witness(t, "conurb/xiangtan")
	signed := log.at(t, 5)
	for i, w := range []*evidence.Witness{zhuzhou, xiangtan} {
		line, err := w.Add(log.ask(t, 0, 5), noon.Add(time.Duration(i)*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if signed, err = evidence.WithCosignatures(signed, line, line); err != nil {
			t.Fatal(err)
		}
	}
	log_, office := signer(t, "conurb/changsha"), cosigner(t, "conurb/office")
	known := []string{signer(t, "conurb/zhuzhou").VKey(), xiangtan.Cosigner.VKey(), office.VKey()}
	c, err := evidence.Policy{Log: []string{log_.VKey()}, Witnesses: known, Threshold: 2}.Check([]byte(signed))
	if err != nil || c.Known != 3 || len(c.By) != 2 || c.By[0].Name != "conurb/zhuzhou" || c.By[1].VKey != xiangtan.Cosigner.VKey() || c.Size != 5 {
		t.Fatalf("got %+v, %v", c, err)
	}
	if ages := c.Ages(noon.Truncate(time.Second).Add(2 * time.Hour)); ages[0] != 2*time.Hour || ages[1] != time.Hour {
		t.Errorf("ages %v", ages)
	}
	if _, err := (evidence.Policy{Log: []string{log_.VKey()}, Witnesses: known, Threshold: 3}).Check([]byte(signed)); !errors.Is(err, evidence.ErrFew) {
		t.Errorf("two passed for three: %v", err)
	}
	own, err := cosigner(t, "conurb/changsha").Cosign(strings.SplitAfter(signed, "\n\n")[0], noon)
	if err != nil {
		t.Fatal(err)
	}
	self, err := evidence.WithCosignatures(signed, own)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := (evidence.Policy{Log: []string{log_.VKey()}, Witnesses: append(known, log_.VKey())}).Check([]byte(self)); err != nil || c.Known != 3 || len(c.By) != 2 {
		t.Errorf("a log is a witness of itself: %+v, %v", c, err)
	}
	forged := strings.Replace(signed, "\n5\n", "\n6\n", 1)
	if _, err := (evidence.Policy{Log: []string{log_.VKey()}, Witnesses: known}).Check([]byte(forged)); !errors.Is(err, evidence.ErrSignature) {
		t.Errorf("a checkpoint with another size: %v", err)
	}
	moved, err := evidence.WithCosignatures(log.at(t, 6), c.By[0].Line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (evidence.Policy{Log: []string{log_.VKey()}, Witnesses: known}).Check([]byte(moved)); !errors.Is(err, evidence.ErrCosignature) {
		t.Errorf("a cosignature of another checkpoint: %v", err)
	}
}

func TestAWitnessRefuses(t *testing.T) {
	log, fork := newHistory(t, leavesOf(9)...), newHistory(t, leavesOf(9, 2)...)
	stranger := newHistory(t, leavesOf(9)...)
	stranger.by = signer(t, "conurb/stranger")
	thief := newHistory(t, leavesOf(9)...)
	broken := log.ask(t, 5, 9)
	broken.Proof = broken.Proof[1:]
	long := log.ask(t, 5, 9)
	long.Proof = make([]evidence.Hash, evidence.MostProof+1)
	with := log.ask(t, 5, 9)
	unsigned := evidence.AddCheckpoint{Old: 5, Note: strings.SplitAfter(log.at(t, 9), "\n\n")[0]}
	forged := log.ask(t, 5, 9)
	forged.Note = strings.Replace(forged.Note, "\n9\n", "\n8\n", 1)
	empty := evidence.AddCheckpoint{Note: emptyNote(t, thief.by.Signer)}
	extra := log.ask(t, 0, 5)
	extra.Old, extra.Proof = 5, with.Proof
	for _, c := range []struct {
		name   string
		ask    evidence.AddCheckpoint
		code   string
		size   int64
		proven bool
	}{
		{"a log that is not known", stranger.ask(t, 0, 9), evidence.WitnessUnknown, 0, false},
		{"no signature", unsigned, evidence.WitnessSignature, 0, false},
		{"a signature that is none", forged, evidence.WitnessSignature, 0, false},
		{"an old size beyond the checkpoint", evidence.AddCheckpoint{Old: 6, Note: log.at(t, 5)}, evidence.WitnessRequest, 0, false},
		{"the empty log", empty, evidence.WitnessRequest, 0, false},
		{"a size that it does not hold", log.ask(t, 4, 9), evidence.WitnessConflict, 5, false},
		{"no size at all", log.ask(t, 0, 9), evidence.WitnessConflict, 5, false},
		{"a log cut back", log.ask(t, 0, 3), evidence.WitnessConflict, 5, false},
		{"the same size with another root", fork.ask(t, 5, 5), evidence.WitnessFork, 5, true},
		{"the same as if it were new, with another root", fork.ask(t, 0, 5), evidence.WitnessConflict, 5, true},
		{"a log written anew", fork.ask(t, 5, 9), evidence.WitnessProof, 5, true},
		{"a proof cut short", broken, evidence.WitnessProof, 5, false},
		{"a proof too long", long, evidence.WitnessRequest, 0, false},
		{"a proof for the same size", extra, evidence.WitnessProof, 5, false},
	} {
		w := witness(t, "conurb/zhuzhou")
		if _, err := w.Add(log.ask(t, 0, 5), noon); err != nil {
			t.Fatal(err)
		}
		before, _ := w.Memory.Last("conurb/changsha")
		line, err := w.Add(c.ask, noon)
		no, _ := errors.AsType[*evidence.Refused](err)
		if no == nil || line != "" || no.Code != c.code || no.Size != c.size || (no.Proven != nil) != c.proven {
			t.Errorf("%s: %q, %v", c.name, line, err)
			continue
		}
		if no.Proven != nil {
			if err := no.Proven.Check(log.by.VKey()); err != nil {
				t.Errorf("%s: what it proves: %v", c.name, err)
			}
		}
		if after, _ := w.Memory.Last("conurb/changsha"); after != before {
			t.Errorf("%s: it remembers something else now", c.name)
		}
		if _, err := w.Add(log.ask(t, 5, 9), noon); err != nil {
			t.Errorf("%s: the honest log is refused afterwards: %v", c.name, err)
		}
	}
}

func emptyNote(t testing.TB, by note.Signer) string {
	b, err := note.Sign(&note.Note{Text: evidence.Checkpoint{Origin: by.Name(), Root: evidence.EmptyRoot}.String()}, by)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A log that is rewritten anywhere a witness has seen is never cosigned again by it.
func TestARewrittenLogIsNeverCosigned(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seen := rapid.IntRange(1, 40).Draw(r, "seen")
		place := rapid.IntRange(0, seen-1).Draw(r, "rewritten at")
		size := rapid.IntRange(1, 60).Draw(r, "size now")
		log := newHistory(t, leavesOf(seen)...)
		w := witness(t, "conurb/zhuzhou")
		if _, err := w.Add(log.ask(t, 0, int64(seen)), noon); err != nil {
			r.Fatal(err)
		}
		rewritten := leavesOf(max(size, seen), place)[:size]
		fork := newHistory(t, rewritten...)
		for old := range int64(size + 1) {
			for _, ask := range []evidence.AddCheckpoint{fork.ask(t, old, int64(size)), {Old: int64(seen), Proof: fork.ask(t, old, int64(size)).Proof, Note: fork.at(t, int64(size))}} {
				if line, err := w.Add(ask, noon); err == nil {
					r.Fatalf("cosigned %q with old size %d", line, ask.Old)
				}
			}
		}
	})
}

// Two witnesses that were shown two histories find that out when their checkpoints meet.
func TestTwoHistoriesAreProvenWhenTheirCheckpointsMeet(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.IntRange(1, 40).Draw(r, "one size")
		n := rapid.IntRange(1, 40).Draw(r, "other size")
		place := rapid.IntRange(0, min(m, n)-1).Draw(r, "rewritten at")
		a, b := newHistory(t, leavesOf(m)...), newHistory(t, leavesOf(max(m, n), place)[:n]...)
		key := a.by.VKey()
		meet := func(name string, h *history) string {
			w := witness(t, name)
			if _, err := w.Add(h.ask(t, 0, h.Size()), noon); err != nil {
				r.Fatal(err)
			}
			held, _ := w.Memory.Last("conurb/changsha")
			return held
		}
		one, other, larger := meet("conurb/zhuzhou", a), meet("conurb/xiangtan", b), b
		if m > n {
			larger = a
		}
		x, err := evidence.Contradict(one, other, larger, key)
		if err != nil {
			r.Fatalf("not found: %v", err)
		}
		if err := x.Check(key); err != nil {
			r.Fatal(err)
		}
		if err := x.Check(signer(t, "conurb/xiangtan").VKey()); err == nil {
			r.Fatal("it convicts a log that signed neither")
		}
		// A log that only grew is never convicted, whatever the proof.
		honest := newHistory(t, leavesOf(max(m, n))...)
		if _, err := evidence.Contradict(honest.at(t, int64(m)), honest.at(t, int64(n)), honest, key); !errors.Is(err, evidence.ErrAgree) {
			r.Fatalf("an honest log: %v", err)
		}
		x.A, x.B = honest.at(t, int64(min(m, n))), honest.at(t, int64(max(m, n)))
		if err := x.Check(key); !errors.Is(err, evidence.ErrAgree) {
			r.Fatalf("an honest log with a foreign proof: %v", err)
		}
	})
}

// golang.org/x/mod/sumdb/note reads what the cosigner writes, with a verifier written here from
// the text alone.
func TestCosignaturesAreNotesToOthers(t *testing.T) {
	c := cosigner(t, "conurb/zhuzhou")
	log := newHistory(t, leavesOf(3)...)
	line, err := witness(t, "conurb/zhuzhou").Add(log.ask(t, 0, 3), noon)
	if err != nil {
		t.Fatal(err)
	}
	signed := log.at(t, 3) + line
	v := plainVerifier{t, c.VKey()}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil || len(n.Sigs) != 1 || n.Sigs[0].Name != "conurb/zhuzhou" || len(n.UnverifiedSigs) != 1 {
		t.Fatalf("got %+v, %v", n, err)
	}
	if _, err := evidence.OpenCheckpoint([]byte(signed), log.by.VKey()); err != nil {
		t.Errorf("the log's own signature beside it: %v", err)
	}
	if name, hash := c.Name(), v.KeyHash(); evidenceHash(name, log.by.VKey()) == hash {
		t.Error("one key ID for two types")
	}
	// The log's signature passed off as a cosignature, and the other way round.
	logLine := strings.TrimPrefix(strings.SplitAfter(log.at(t, 3), "\n\n")[1], "")
	if _, err := evidence.OpenCosignature([]byte(log.at(t, 3)), logLine, log.by.VKey()); err == nil {
		t.Error("the log's own signature passes for a cosignature")
	}
	if _, err := evidence.OpenCheckpoint([]byte(strings.Replace(signed, logLine, "", 1)), signer(t, "conurb/zhuzhou").VKey()); err == nil {
		t.Error("a cosignature passes for the signature of a log")
	}
}

func evidenceHash(_, vkey string) uint32 {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		panic(err)
	}
	return v.KeyHash()
}

// plainVerifier is C2SP tlog-cosignature word for word.
type plainVerifier struct {
	t    testing.TB
	vkey string
}

func (v plainVerifier) parts() (string, []byte) {
	name, rest, _ := strings.Cut(v.vkey, "+")
	_, b64, _ := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || b[0] != 4 || len(b) != 33 {
		v.t.Fatalf("%s: %v", v.vkey, err)
	}
	return name, b[1:]
}

func (v plainVerifier) Name() string { name, _ := v.parts(); return name }
func (v plainVerifier) KeyHash() uint32 {
	name, key := v.parts()
	h := sha256.Sum256([]byte(name + "\n\x04" + string(key)))
	return binary.BigEndian.Uint32(h[:4])
}
func (v plainVerifier) Verify(msg, sig []byte) bool {
	_, key := v.parts()
	at := binary.BigEndian.Uint64(sig[:8])
	return at == uint64(noon.Unix()) && ed25519.Verify(key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, msg), sig[8:])
}

func TestKeysOfWitnesses(t *testing.T) {
	log := signer(t, "conurb/zhuzhou").VKey()
	co := cosigner(t, "conurb/zhuzhou").VKey()
	for _, v := range []string{log, co, " " + co + "\n"} {
		if got, err := evidence.CosignerKey(v); err != nil || got != co {
			t.Errorf("%q: %s, %v", v, got, err)
		}
	}
	for _, v := range []string{"", "a", "a+b", "a+b+c", co[:len(co)-1], "x" + co, strings.ToUpper(co),
		"example.com/pq+12345678+BgAA", strings.Replace(co, "conurb/zhuzhou", "conurb zhuzhou", 1)} {
		if _, err := evidence.CosignerKey(v); !errors.Is(err, evidence.ErrKey) {
			t.Errorf("%q: %v", v, err)
		}
	}
}

func TestExamplesOfTheTextsOnWitnesses(t *testing.T) {
	text := vectorFile(t, "c2sp-tlog/tlog-cosignature.md")
	note := between(t, text, "```\n", "```")
	for _, line := range strings.Split(strings.TrimSpace(strings.SplitAfter(note, "\n\n")[1]), "\n") {
		_, b64, _ := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		b, err := base64.StdEncoding.DecodeString(b64)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "witness.example.com/w1") {
			if len(b) != 4+8+64 || binary.BigEndian.Uint64(b[4:]) != 1679315147 {
				t.Errorf("the example's cosignature: %d bytes, moment %d", len(b), binary.BigEndian.Uint64(b[4:]))
			}
		}
	}
	example := strings.Split(strings.TrimSpace(note), "\n")
	if at, err := evidence.CosignedAt(example[len(example)-1]); err != nil || at.Unix() != 1679315147 {
		t.Errorf("the moment of the example: %v, %v", at, err)
	}
	if _, err := evidence.CosignedAt(example[len(example)-2]); err == nil {
		t.Error("the log's signature has a moment")
	}
	if !strings.Contains(text, "time 1679315147\n") {
		t.Error("the moment of the example is not that of its message")
	}
	body := between(t, vectorFile(t, "c2sp-tlog/tlog-witness.md"), "Example request body:\n\n", "\nThe witness MUST verify")
	body = strings.ReplaceAll(strings.TrimPrefix(body, "    "), "\n    ", "\n")
	a, err := evidence.ParseAddCheckpoint(body)
	if err != nil || a.Old != 20852014 || len(a.Proof) != 4 || a.String() != body {
		t.Errorf("the example's request: %+v, %v, written again\n%q\nwant\n%q", a, err, a.String(), body)
	}
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	mid, _, end := strings.Cut(rest, to)
	if !ok || !end {
		t.Fatalf("no %q in the text", from)
	}
	return mid
}

func FuzzAddCheckpoint(f *testing.F) {
	log := newHistory(f, leavesOf(9)...)
	f.Add(log.ask(f, 0, 5).String(), int64(5))
	f.Add(log.ask(f, 5, 9).String(), int64(9))
	f.Add("old 5\n\nconurb/changsha\n9\nx\n\n— a b\n", int64(1))
	genuine := map[string]bool{}
	for size := range log.Size() {
		root, err := evidence.RootAt(size+1, log)
		if err != nil {
			f.Fatal(err)
		}
		genuine[evidence.Checkpoint{Origin: "conurb/changsha", Size: size + 1, Root: root}.String()] = true
	}
	f.Fuzz(func(t *testing.T, body string, held int64) {
		a, err := evidence.ParseAddCheckpoint(body)
		if err != nil {
			return
		}
		if a.String() != body {
			t.Fatalf("read as %q", a.String())
		}
		w := witness(t, "conurb/zhuzhou")
		if held > 0 && held <= log.Size() {
			if _, err := w.Add(log.ask(t, 0, held), noon); err != nil {
				t.Fatal(err)
			}
		}
		text, _, _ := strings.Cut(a.Note, "\n\n")
		if _, err := w.Add(a, noon); err == nil && !genuine[text+"\n"] {
			t.Fatalf("cosigned what the log never signed: %q", a.Note)
		}
	})
}

func FuzzCosigned(f *testing.F) {
	log := newHistory(f, leavesOf(3)...)
	line, err := witness(f, "conurb/zhuzhou").Add(log.ask(f, 0, 3), noon)
	if err != nil {
		f.Fatal(err)
	}
	good := log.at(f, 3) + line
	f.Add(good)
	f.Add(log.at(f, 2) + line)
	p := evidence.Policy{Log: []string{log.by.VKey()}, Witnesses: []string{cosigner(f, "conurb/zhuzhou").VKey()}, Threshold: 1}
	text := strings.SplitAfter(good, "\n\n")[0]
	f.Fuzz(func(t *testing.T, signed string) {
		if c, err := p.Check([]byte(signed)); err == nil && (!strings.HasPrefix(signed, text) || !c.By[0].At.Equal(noon.Truncate(time.Second))) {
			t.Fatalf("nobody signed %q: %+v", signed, c)
		}
	})
}

// Nothing convicts a log that only grew.
func FuzzContradiction(f *testing.F) {
	log := newHistory(f, leavesOf(9)...)
	fork := newHistory(f, leavesOf(9, 2)...)
	fork.by = signer(f, "conurb/zhuzhou")
	for _, sizes := range [][2]int64{{3, 9}, {4, 9}, {5, 5}, {8, 9}} {
		x, err := evidence.Contradict(log.at(f, sizes[0]), log.at(f, sizes[1]), log, log.by.VKey())
		if !errors.Is(err, evidence.ErrAgree) {
			f.Fatal(err)
		}
		f.Add(x.A, x.B, x.Root, strings.Join(x.Proof, "\n"))
		f.Add(x.A, fork.at(f, sizes[1]), x.Root, strings.Join(x.Proof, "\n"))
		f.Add(log.at(f, sizes[1]), log.at(f, sizes[0]), fork.at(f, 1), "")
	}
	f.Fuzz(func(t *testing.T, a, b, root, proof string) {
		if (evidence.Contradiction{A: a, B: b, Root: root, Proof: strings.Split(proof, "\n")}).Check(log.by.VKey()) == nil {
			t.Fatalf("an honest log is convicted: %q %q %q %q", a, b, root, proof)
		}
	})
}
