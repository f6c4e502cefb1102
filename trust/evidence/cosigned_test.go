package evidence_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conurb/trust/evidence"
)

// cosign adds a cosignature of the i-th checkpoint.
func (h *house) cosign(t testing.TB, i int, by *evidence.Cosigner, at time.Time) {
	t.Helper()
	c := h.copy.Checkpoints[i]
	line, err := by.Cosign(strings.SplitAfter(c.Note, "\n\n")[0][:strings.Index(c.Note, "\n\n")+1], at)
	if err != nil {
		t.Fatal(err)
	}
	h.copy.Cosignatures = append(h.copy.Cosignatures, evidence.CosignedRow{Size: c.Size, Node: by.Name(), Line: line})
}

// The bundle of a city is checked by an auditor who knows three other nodes.
func TestABundleTellsWhoCosignedIt(t *testing.T) {
	a, b, c := cosigner(t, "conurb/office"), cosigner(t, "conurb/zhuzhou"), cosigner(t, "conurb/xiangtan")
	h := build(t, 6, 4, 7, 10)
	h.cosign(t, 0, a, noon)
	h.cosign(t, 0, b, noon)
	h.cosign(t, 1, a, noon.Add(time.Minute))
	h.cosign(t, 1, cosigner(t, "conurb/nobody"), noon)
	o := evidence.AuditOptions{Keys: []string{h.signer.VKey()}, Witnesses: []string{a.VKey(), signer(t, "conurb/zhuzhou").VKey(), c.VKey(), h.signer.VKey()}}
	r, err := read(t, h.export(t)).Verify(o)
	if err != nil || !r.OK() {
		t.Fatalf("%v, %v", r, err)
	}
	second := noon.Truncate(time.Second)
	want := &evidence.Witnessed{By: []evidence.Saw{
		{Name: "conurb/office", VKey: a.VKey(), Size: 7, At: second.Add(time.Minute)},
		{Name: "conurb/zhuzhou", VKey: b.VKey(), Size: 4, At: second},
		{Name: "conurb/xiangtan", VKey: c.VKey()},
	}, Others: 1, Any: 7, All: 0, After: 3}
	if diff := cmp.Diff(want, r.Witnesses); diff != "" {
		t.Error(diff)
	}
	r, err = read(t, h.export(t)).Verify(evidence.AuditOptions{})
	if err != nil || !r.OK() || r.Witnesses.Others != 4 || len(r.Witnesses.By) != 0 {
		t.Errorf("without keys: %+v, %v", r.Witnesses, err)
	}
	if _, err := read(t, h.export(t)).Verify(evidence.AuditOptions{Witnesses: []string{"nonsense"}}); err == nil {
		t.Error("a key that is none")
	}
}

func TestABundleWithoutCosignaturesStillVerifies(t *testing.T) {
	h := build(t, 6, 4, 10)
	r, err := read(t, h.export(t)).Verify(evidence.AuditOptions{Keys: []string{h.signer.VKey()}})
	if err != nil || !r.OK() || r.Witnesses != nil {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = read(t, h.export(t)).Verify(evidence.AuditOptions{Witnesses: []string{cosigner(t, "conurb/office").VKey()}})
	if err != nil || !r.OK() || r.Witnesses.By[0].Size != 0 || r.Witnesses.After != 10 {
		t.Errorf("%+v, %v", r.Witnesses, err)
	}
}

// A city that writes its whole log anew, with its own key, hashes, rows and signatures, keeps
// the cosignatures or drops them: the one is named, the other is seen.
func TestARewrittenLogDoesNotKeepItsCosignatures(t *testing.T) {
	office := cosigner(t, "conurb/office")
	o := evidence.AuditOptions{Witnesses: []string{office.VKey()}}
	h := build(t, 6, 4, 10)
	h.cosign(t, 0, office, noon)
	h.cosign(t, 1, office, noon)
	h.copy.Checkpoints = nil
	h.leaf(5, `"value":3`, `"value":9`)
	h.rehash(5)
	h.rows[3].Leaf = h.entries[5].Leaf
	h.sign(t, 4)
	h.sign(t, 10)
	r, err := read(t, h.export(t)).Verify(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"cosignature-invalid 9"}, found(r)); diff != "" {
		t.Error(diff)
	}
	if r.Witnesses.Any != 4 || r.Witnesses.Wrong != 1 {
		t.Errorf("%+v", r.Witnesses)
	}
	h.copy.Cosignatures = nil
	if r, err = read(t, h.export(t)).Verify(o); err != nil || !r.OK() || r.Witnesses.After != 10 {
		t.Errorf("%+v, %v", r.Witnesses, err)
	}
	// A line of the file that cannot be read is named, and the others count.
	h = build(t, 6, 10)
	h.cosign(t, 0, office, noon)
	spoilt := rezip(t, h.export(t), func(name string, content []byte) []byte {
		if name == "cosignatures.jsonl" {
			return append([]byte("{\"size\":\"x\"}\n"), content...)
		}
		return content
	})
	if r, err = read(t, spoilt).Verify(o); err != nil || len(r.Findings) != 1 || r.Findings[0].Code != evidence.CosignatureInvalid || r.Witnesses.Any != 10 {
		t.Errorf("%+v %v, %v", r.Witnesses, found(r), err)
	}
}
