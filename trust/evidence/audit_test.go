package evidence_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/trust/evidence"
)

// house is a small log with everything written with it, to be altered by tests.
type house struct {
	entries []evidence.Entry
	rows    []evidence.Row
	copy    evidence.Copy
	signer  *evidence.Signer
}

// build writes a log: key, pack, observations (ids a and b in turn), a token, a
// board; a checkpoint after every entry listed.
func build(t testing.TB, observations int, checkpoints ...int) *house {
	t.Helper()
	h := &house{signer: signer(t, "node.example/log")}
	files := map[string][]byte{"pack.yaml": []byte("pack: x"), "plan/plan.yaml": []byte("id: p")}
	h.copy.Files = map[string]map[string][]byte{"d1": files}
	h.add(t, evidence.Leaf{Type: evidence.TypeKey, Key: &evidence.Key{VKey: h.signer.VKey()}})
	h.add(t, evidence.Leaf{Type: evidence.TypePack, Pack: evidence.NewPack("x", "d1", files, evidence.Rows{})})
	h.copy.Packs = []evidence.PackRow{{Log: 1, Pack: "x", Digest: "d1"}}
	for i := range observations {
		h.add(t, evidence.Leaf{Type: evidence.TypeObservation, Observation: &evidence.Observation{
			ID: string(rune('a' + i%2)), Version: i/2 + 1, Indicator: "gdp", Scope: "s", Period: "2022", Value: float64(i),
			Grade: area.GradeA, Published: area.NewDate(2023, 1, 1+i), By: "clerk",
		}})
	}
	h.add(t, evidence.Leaf{Type: evidence.TypeToken, Token: &evidence.Token{ID: "t1", Name: "clerk", Action: evidence.Created, Fingerprint: "f"}})
	h.copy.Tokens, h.copy.HasTokens = []evidence.TokenRow{{ID: "t1", Name: "clerk", Fingerprint: "f", Created: "2026-11-23T08:00:00.000000Z"}}, true
	board := []byte(`{"sum":1}`)
	h.add(t, evidence.Leaf{Type: evidence.TypeBoard, Board: &evidence.Board{
		Pack: "x", PackDigest: "d1", Log: int64(len(h.entries)), SHA256: evidence.SHA256(board), Size: int64(len(board)),
	}})
	h.copy.Boards = []evidence.BoardRow{{Log: int64(len(h.entries) - 1), JSON: board}}
	for _, size := range checkpoints {
		h.sign(t, size)
	}
	return h
}

func (h *house) add(t testing.TB, l evidence.Leaf) {
	t.Helper()
	l.Recorded = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	b, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	at := int64(len(h.entries))
	h.entries = append(h.entries, evidence.Entry{Index: at, Leaf: b, Hash: evidence.Hex(evidence.RecordHash(b)), Kind: l.Type, Recorded: "2026-11-23T08:00:00.000000Z"})
	if o := l.Observation; o != nil {
		h.rows = append(h.rows, evidence.Row{Log: at, ID: o.ID, Version: o.Version, Leaf: slices.Clone(b)})
	}
}

func (h *house) sign(t testing.TB, size int) {
	t.Helper()
	var hashes []evidence.Hash
	for _, e := range h.entries[:size] {
		hashes = append(hashes, evidence.RecordHash(e.Leaf))
	}
	note, err := h.signer.Sign(evidence.Checkpoint{Origin: "node.example/log", Size: int64(size), Root: evidence.Root(hashes)})
	if err != nil {
		t.Fatal(err)
	}
	h.copy.Checkpoints = append(h.copy.Checkpoints, evidence.Signed{Size: int64(size), Note: string(note)})
}

func (h *house) audit(t testing.TB, o evidence.AuditOptions) *evidence.Report {
	t.Helper()
	h.copy.Entries, h.copy.Rows = seq(h.entries), seq(h.rows)
	r, err := h.copy.Audit(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func seq[T any](list []T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// found lists findings as "code index".
func found(r *evidence.Report) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, fmt.Sprint(f.Code, " ", f.Index))
	}
	return out
}

func (h *house) leaf(i int, old, new string) {
	h.entries[i].Leaf = bytes.Replace(h.entries[i].Leaf, []byte(old), []byte(new), 1)
}

func (h *house) rehash(i int) {
	h.entries[i].Hash = evidence.Hex(evidence.RecordHash(h.entries[i].Leaf))
}

// The log of these tests: 0 key, 1 pack, 2..7 observations (row i stands for
// entry i+2), 8 token, 9 board; checkpoints after 4, 7 and 10 entries.
func TestWhatWasAlteredIsNamed(t *testing.T) {
	trusted := func(h *house) evidence.AuditOptions { return evidence.AuditOptions{Keys: []string{h.signer.VKey()}} }
	for _, c := range []struct {
		name  string
		alter func(t *testing.T, h *house)
		want  []string
	}{
		{"a version that does not count up", func(t *testing.T, h *house) {
			h.add(t, evidence.Leaf{Type: evidence.TypeObservation, Observation: &evidence.Observation{ID: "b", Version: 9, Published: 1}})
			h.sign(t, 11)
		}, []string{"version-broken 10"}},
		{"nothing", func(t *testing.T, h *house) {}, []string{}},
		{"a leaf", func(t *testing.T, h *house) { h.leaf(3, `"value":1`, `"value":9`) }, []string{"leaf-altered 3"}},
		{"a leaf and its hash", func(t *testing.T, h *house) { h.leaf(3, `"value":1`, `"value":9`); h.rehash(3) }, []string{"leaf-altered 3"}},
		{"a leaf into nonsense", func(t *testing.T, h *house) { h.entries[3].Leaf = []byte("x"); h.rehash(3) }, []string{"leaf-altered 3"}},
		{"a leaf, its hash and its row", func(t *testing.T, h *house) {
			h.leaf(5, `"value":3`, `"value":9`)
			h.rehash(5)
			h.rows[3].Leaf = h.entries[5].Leaf
		}, []string{"root-differs 4"}},
		{"a hash", func(t *testing.T, h *house) { h.entries[2].Hash = h.entries[3].Hash }, []string{"hash-altered 2"}},
		{"a hash into nonsense", func(t *testing.T, h *house) { h.entries[2].Hash = "x" }, []string{"hash-altered 2"}},
		{"a column", func(t *testing.T, h *house) { h.entries[2].Kind = "pack" }, []string{"entry-altered 2"}},
		{"a row", func(t *testing.T, h *house) {
			h.rows[1].Leaf = bytes.Replace(h.rows[1].Leaf, []byte(`"value":1`), []byte(`"value":9`), 1)
		}, []string{"observation-altered 3"}},
		{"a row into nonsense", func(t *testing.T, h *house) { h.rows[1].Leaf, h.rows[1].Fault = nil, "period: x" }, []string{"observation-altered 3"}},
		{"a row and a hash elsewhere", func(t *testing.T, h *house) {
			h.rows[1].Leaf = bytes.Replace(h.rows[1].Leaf, []byte(`"value":1`), []byte(`"value":9`), 1)
			h.entries[5].Hash = h.entries[1].Hash
		}, []string{"observation-altered 3", "hash-altered 5"}},
		{"a leaf here, a row there", func(t *testing.T, h *house) {
			h.leaf(2, `"value":0`, `"value":9`)
			h.rows[4].Leaf = bytes.Replace(h.rows[4].Leaf, []byte(`"value":4`), []byte(`"value":9`), 1)
		}, []string{"leaf-altered 2", "observation-altered 6"}},
		{"a row deleted", func(t *testing.T, h *house) { h.rows = slices.Delete(h.rows, 1, 2) }, []string{"observation-missing 3"}},
		{"a row inserted", func(t *testing.T, h *house) {
			h.rows = append(h.rows, evidence.Row{Log: 10, ID: "z", Version: 1, Leaf: h.rows[0].Leaf})
		}, []string{"observation-inserted 10"}},
		{"a row inserted far behind", func(t *testing.T, h *house) {
			h.rows = append(h.rows, evidence.Row{Log: 1 << 40, ID: "z", Version: 1, Leaf: h.rows[0].Leaf})
		}, []string{"observation-inserted 1099511627776"}},
		{"a row inserted before", func(t *testing.T, h *house) {
			h.rows = slices.Insert(h.rows, 0, evidence.Row{Log: -1, ID: "z", Version: 1, Leaf: h.rows[0].Leaf})
		}, []string{"observation-inserted -1"}},
		{"a row for an entry of another kind", func(t *testing.T, h *house) {
			h.rows = append(h.rows, evidence.Row{Log: 8, ID: "z", Version: 1, Leaf: h.rows[0].Leaf})
		}, []string{"observation-inserted 8"}},
		{"an entry deleted", func(t *testing.T, h *house) { h.entries = slices.Delete(h.entries, 3, 4) }, []string{"leaf-missing 3"}},
		{"an entry and its row deleted", func(t *testing.T, h *house) {
			h.entries, h.rows = slices.Delete(h.entries, 3, 4), slices.Delete(h.rows, 1, 2)
		}, []string{"leaf-missing 3"}},
		{"the first entry deleted", func(t *testing.T, h *house) { h.entries = h.entries[1:] }, []string{"leaf-missing 0"}},
		{"an entry inserted before", func(t *testing.T, h *house) {
			h.entries = slices.Insert(h.entries, 0, evidence.Entry{Index: -5, Leaf: h.entries[2].Leaf})
		}, []string{"leaf-inserted -5"}},
		{"an entry added", func(t *testing.T, h *house) {
			h.add(t, evidence.Leaf{Type: evidence.TypeObservation, Observation: &evidence.Observation{ID: "z", Version: 1, Published: 1}})
		}, []string{"leaf-unsigned 10"}},
		{"two entries exchanged", func(t *testing.T, h *house) {
			h.entries[2], h.entries[5] = h.entries[5], h.entries[2]
			h.entries[2].Index, h.entries[5].Index = 2, 5
		}, []string{"leaf-moved 2", "leaf-moved 5"}},
		{"two entries exchanged with their rows", func(t *testing.T, h *house) {
			h.entries[2], h.entries[5] = h.entries[5], h.entries[2]
			h.entries[2].Index, h.entries[5].Index = 2, 5
			h.rows[0], h.rows[3] = h.rows[3], h.rows[0]
			h.rows[0].Log, h.rows[3].Log = 2, 5
		}, []string{"root-differs 0"}},
		{"the end cut off", func(t *testing.T, h *house) { h.entries, h.rows = h.entries[:6], h.rows[:4] },
			[]string{"token-inserted -1", "log-truncated 6", "board-inserted 9"}},
		{"everything deleted but the rows", func(t *testing.T, h *house) { h.entries = nil; h.copy.Checkpoints = h.copy.Checkpoints[:0] },
			[]string{"token-inserted -1", "pack-inserted 1", "observation-inserted 2", "observation-inserted 3", "observation-inserted 4",
				"observation-inserted 5", "observation-inserted 6", "observation-inserted 7", "board-inserted 9"}},
		{"the last checkpoint removed", func(t *testing.T, h *house) { h.copy.Checkpoints = h.copy.Checkpoints[:2] }, []string{"leaf-unsigned 7"}},
		{"all checkpoints removed", func(t *testing.T, h *house) { h.copy.Checkpoints = nil }, []string{"signature-missing -1"}},
		{"a checkpoint altered", func(t *testing.T, h *house) {
			h.copy.Checkpoints[1].Note = strings.Replace(h.copy.Checkpoints[1].Note, "\n7\n", "\n6\n", 1)
		}, []string{"signature-invalid 6"}},
		{"a checkpoint of another size", func(t *testing.T, h *house) { h.copy.Checkpoints[1].Size = 6 }, []string{"signature-invalid 5"}},
		{"a file of the pack", func(t *testing.T, h *house) { h.copy.Files["d1"]["pack.yaml"] = []byte("pack: y") }, []string{"pack-altered 1"}},
		{"a file of the pack deleted, another added", func(t *testing.T, h *house) {
			delete(h.copy.Files["d1"], "pack.yaml")
			h.copy.Files["d1"]["more.csv"] = nil
		}, []string{"pack-altered 1", "pack-altered 1"}},
		{"the pack's files deleted", func(t *testing.T, h *house) { delete(h.copy.Files, "d1") }, []string{"pack-missing 1"}},
		{"the pack's row deleted", func(t *testing.T, h *house) { h.copy.Packs = nil }, []string{"pack-missing 1"}},
		{"the pack's row altered", func(t *testing.T, h *house) { h.copy.Packs[0].Pack = "y" }, []string{"pack-altered 1"}},
		{"a pack inserted", func(t *testing.T, h *house) {
			h.copy.Packs = append(h.copy.Packs, evidence.PackRow{Log: 11, Digest: "d2"})
		}, []string{"pack-inserted 11"}},
		{"files of a pack inserted", func(t *testing.T, h *house) { h.copy.Files["d2"] = nil }, []string{"pack-inserted -1"}},
		{"a board", func(t *testing.T, h *house) { h.copy.Boards[0].JSON = []byte(`{"sum":2}`) }, []string{"board-altered 9"}},
		{"a board that cannot be read", func(t *testing.T, h *house) { h.copy.Boards[0].Err = evidence.ErrBundle }, []string{"board-altered 9"}},
		{"a board deleted", func(t *testing.T, h *house) { h.copy.Boards = nil }, []string{"board-missing 9"}},
		{"a board inserted", func(t *testing.T, h *house) { h.copy.Boards = append(h.copy.Boards, evidence.BoardRow{Log: 12}) }, []string{"board-inserted 12"}},
		{"a token's secret", func(t *testing.T, h *house) { h.copy.Tokens[0].Fingerprint = "g" }, []string{"token-altered 8"}},
		{"a token deleted", func(t *testing.T, h *house) { h.copy.Tokens = nil }, []string{"token-missing 8"}},
		{"a token inserted", func(t *testing.T, h *house) {
			h.copy.Tokens = append(h.copy.Tokens, evidence.TokenRow{ID: "t2", Name: "evil"})
		}, []string{"token-inserted -1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, 6, 4, 7, 10)
			c.alter(t, h)
			r := h.audit(t, trusted(h))
			if d := cmp.Diff(c.want, found(r)); d != "" {
				t.Errorf("findings:\n%s\n%+v", d, r.Findings)
			}
			for _, f := range r.Findings {
				if !slices.Contains(evidence.Codes, f.Code) || f.ID == "" {
					t.Errorf("finding without a listed code or an id: %+v", f)
				}
			}
		})
	}
}

func TestADetailSaysWhatDiffers(t *testing.T) {
	h := build(t, 6, 10)
	h.rows[1].Leaf = bytes.Replace(h.rows[1].Leaf, []byte(`"value":1`), []byte(`"value":9`), 1)
	r := h.audit(t, evidence.AuditOptions{})
	want := []evidence.Finding{{Code: evidence.ObservationAltered, Index: 3, ID: "b v1", Detail: "value: 9 ≠ 1"}}
	if d := cmp.Diff(want, r.Findings); d != "" {
		t.Error(d)
	}
}

func TestWhomToTrust(t *testing.T) {
	h := build(t, 2, 6)
	other := signer(t, "other.example/log").VKey()
	if r := h.audit(t, evidence.AuditOptions{}); !r.OK() || r.Pinned || r.Signed != 6 || r.VKey != h.signer.VKey() || r.Origin != "node.example/log" {
		t.Errorf("without a key from elsewhere: %+v", r)
	}
	if r := h.audit(t, evidence.AuditOptions{Keys: []string{other, h.signer.VKey()}}); !r.OK() || !r.Pinned {
		t.Errorf("with the node's key: %+v", r)
	}
	if got := found(h.audit(t, evidence.AuditOptions{Keys: []string{other}})); !slices.Equal(got, []string{"key-unknown 0"}) {
		t.Errorf("with another key: %v", got)
	}
}

// A log that was begun anew, with the node's own key, does not fit a checkpoint
// that somebody kept.
func TestCheckpointsKeptElsewhere(t *testing.T) {
	h, forged := build(t, 6, 10), build(t, 4, 8)
	if got := found(forged.audit(t, evidence.AuditOptions{Known: h.copy.Checkpoints})); !slices.Equal(got, []string{"log-truncated 8"}) {
		t.Errorf("shorter: %v", got)
	}
	forged = build(t, 6)
	forged.leaf(4, `"value":2`, `"value":7`)
	forged.rehash(4)
	forged.rows[2].Leaf = forged.entries[4].Leaf
	forged.sign(t, 10)
	if got := found(forged.audit(t, evidence.AuditOptions{})); len(got) != 0 {
		t.Errorf("a forged log that is all of a piece cannot be told by itself: %v", got)
	}
	if got := found(forged.audit(t, evidence.AuditOptions{Known: h.copy.Checkpoints})); !slices.Equal(got, []string{"root-differs 0"}) {
		t.Errorf("forged: %v", got)
	}
}

func TestBoardsAreComputedAgain(t *testing.T) {
	h := build(t, 6, 10)
	sum := func(p evidence.Past) ([]byte, error) {
		if string(p.Files["pack.yaml"]) != "pack: x" || len(p.Observations) != 6 || p.Observations[5].Index != 7 || p.Index != 9 {
			t.Errorf("the past is %+v", p)
		}
		return []byte(`{"sum":1}`), nil
	}
	if r := h.audit(t, evidence.AuditOptions{Recompute: sum}); !r.OK() || r.Recomputed != 1 || r.Boards != 1 {
		t.Errorf("got %+v", r)
	}
	other := func(evidence.Past) ([]byte, error) { return []byte(`{"sum":2}`), nil }
	if got := found(h.audit(t, evidence.AuditOptions{Recompute: other})); !slices.Equal(got, []string{"board-differs 9"}) {
		t.Errorf("got %v", got)
	}
	fails := func(evidence.Past) ([]byte, error) { return nil, evidence.ErrLeaf }
	if got := found(h.audit(t, evidence.AuditOptions{Recompute: fails})); !slices.Equal(got, []string{"board-failed 9"}) {
		t.Errorf("got %v", got)
	}
}

// Whatever single byte of leaves, hashes or rows is altered, the entry is named.
func TestAnyAlteredByteIsNamed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(rt, "observations")
		h := build(t, n, rapid.SliceOfNDistinct(rapid.IntRange(1, n+3), 0, 4, rapid.ID).Draw(rt, "checkpoints")...)
		slices.SortFunc(h.copy.Checkpoints, func(a, b evidence.Signed) int { return int(a.Size - b.Size) })
		h.sign(t, n+4)
		if r := h.audit(t, evidence.AuditOptions{}); !r.OK() {
			rt.Fatalf("before: %v", r.Findings)
		}
		at := rapid.IntRange(0, n+3).Draw(rt, "entry")
		what := &h.entries[at].Leaf
		switch rapid.SampledFrom([]string{"leaf", "hash", "row"}).Draw(rt, "witness") {
		case "hash":
			hash := []byte(h.entries[at].Hash)
			what = &hash
			defer func() { h.entries[at].Hash = string(hash) }()
		case "row":
			at = rapid.IntRange(2, n+1).Draw(rt, "row")
			what = &h.rows[at-2].Leaf
		}
		i := rapid.IntRange(0, len(*what)-1).Draw(rt, "byte")
		(*what)[i] ^= byte(rapid.IntRange(1, 255).Draw(rt, "with"))
		if len(*what) == 64 {
			h.entries[at].Hash = string(*what)
		}
		r := h.audit(t, evidence.AuditOptions{})
		if !slices.ContainsFunc(r.Findings, func(f evidence.Finding) bool { return f.Index == int64(at) }) {
			rt.Fatalf("entry %d was altered; found %v", at, r.Findings)
		}
		for _, f := range r.Findings {
			if f.Index != int64(at) && !strings.HasPrefix(f.Code, "signature-") && f.Code != evidence.TokenInserted && f.Code != evidence.PackInserted {
				rt.Fatalf("entry %d was altered; named too: %+v", at, f)
			}
		}
	})
}
