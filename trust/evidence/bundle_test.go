package evidence_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"conurb/trust/evidence"
)

func (h *house) export(t testing.TB) []byte {
	t.Helper()
	h.copy.Entries, h.copy.Rows = seq(h.entries), seq(h.rows)
	var b bytes.Buffer
	root := h.audit(t, evidence.AuditOptions{}).Root
	err := evidence.WriteBundle(&b, &evidence.Export{
		Manifest: evidence.Manifest{Kind: "evidence", Size: int64(len(h.entries)), Root: root, VKey: h.signer.VKey()},
		Copy:     h.copy, Extra: map[string][]byte{"more.txt": []byte("more")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, b []byte) *evidence.Bundle {
	t.Helper()
	bundle, err := evidence.ReadBundle(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// rezip writes a bundle again with files as change returns them; nil leaves one out.
func rezip(t testing.TB, b []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, content); content == nil {
			continue
		}
		c, err := w.Create(f.Name)
		if err == nil {
			_, err = c.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestABundleIsTheSameEveryTime(t *testing.T) {
	one, two := build(t, 6, 4, 10).export(t), build(t, 6, 4, 10).export(t)
	if !bytes.Equal(one, two) {
		t.Error("two exports of one log differ")
	}
}

func TestABundleVerifies(t *testing.T) {
	h := build(t, 6, 4, 10)
	b := read(t, h.export(t))
	sum := func(p evidence.Past) ([]byte, error) { return []byte(`{"sum":1}`), nil }
	r, err := b.Verify(evidence.AuditOptions{Keys: []string{h.signer.VKey()}, Recompute: sum})
	if err != nil || !r.OK() || r.Size != 10 || r.Observations != 6 || r.Packs != 1 || r.Recomputed != 1 || !r.Pinned || r.Root != b.Root {
		t.Errorf("got %+v, %v", r, err)
	}
	if string(b.Extra["more.txt"]) != "more" {
		t.Errorf("extra files: %v", b.Extra)
	}
}

func TestAnAlteredBundleIsNamed(t *testing.T) {
	replace := func(file, old, new string) func(string, []byte) []byte {
		return func(name string, content []byte) []byte {
			if name != file {
				return content
			}
			if !bytes.Contains(content, []byte(old)) {
				t.Fatalf("%s holds no %s", file, old)
			}
			return bytes.Replace(content, []byte(old), []byte(new), 1)
		}
	}
	without := func(file string) func(string, []byte) []byte {
		return func(name string, content []byte) []byte {
			if name == file {
				return nil
			}
			return content
		}
	}
	for _, c := range []struct {
		name   string
		change func(string, []byte) []byte
		want   []string
	}{
		{"nothing", replace("log.jsonl", "a", "a"), []string{}},
		{"a leaf", replace("log.jsonl", `"value":3`, `"value":4`), []string{"leaf-altered 5"}},
		{"a row", replace("observations.jsonl", `"value":3`, `"value":4`), []string{"observation-altered 5"}},
		{"a hash", replace("hashes.txt", "a", "b"), []string{"hash-altered 0"}},
		{"a file of the pack", replace("packs/d1/pack.yaml", "x", "y"), []string{"pack-altered 1"}},
		{"a board", replace("boards/9.json", "1", "2"), []string{"board-altered 9"}},
		{"a checkpoint", replace("checkpoints.jsonl", `\n4\n`, `\n5\n`), []string{"signature-invalid 3"}},
		{"the size", replace("manifest.json", `"size":10`, `"size":11`), []string{"log-truncated 10"}},
		{"no rows", without("observations.jsonl"), []string{
			"observation-missing 2", "observation-missing 3", "observation-missing 4", "observation-missing 5",
			"observation-missing 6", "observation-missing 7", "file-missing -1"}},
		{"text for a number", replace("observations.jsonl", `"log":3`, `"log":"3"`), []string{"observation-altered -1", "observation-missing 3"}},
		{"a number for text", replace("observations.jsonl", `"id":"b"`, `"id":7`), []string{"observation-altered -1", "observation-missing 3"}},
		{"no JSON", replace("observations.jsonl", `{`, ``), []string{"observation-altered -1", "observation-missing 2"}},
		{"a checkpoint of another type", replace("checkpoints.jsonl", `"size":4`, `"size":null,"note":{}`), []string{"signature-invalid -1"}},
		{"a pack of another type", replace("packs.jsonl", `"log":1`, `"log":1e300`), []string{"pack-altered -1", "pack-missing 1"}},
		{"no pack file", without("packs/d1/pack.yaml"), []string{"pack-altered 1"}},
		{"no board", without("boards/9.json"), []string{"board-missing 9"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := read(t, rezip(t, build(t, 6, 4, 10).export(t), c.change)).Verify(evidence.AuditOptions{})
			if err != nil || !slices.Equal(found(r), c.want) {
				t.Errorf("got %v, %v, want %v", found(r), err, c.want)
			}
		})
	}
}

func TestWhatIsNoBundle(t *testing.T) {
	good := build(t, 2, 6).export(t)
	for name, b := range map[string][]byte{
		"bytes":       []byte("x"),
		"no manifest": rezip(t, good, func(n string, c []byte) []byte { return map[bool][]byte{false: c}[n == "manifest.json"] }),
		"format": rezip(t, good, func(n string, c []byte) []byte {
			return bytes.Replace(c, []byte(`"format":1`), []byte(`"format":2`), 1)
		}),
		"a path that climbs": rezip(t, good, func(n string, c []byte) []byte { return c }),
	} {
		if name == "a path that climbs" {
			b = bytes.ReplaceAll(b, []byte("packs/d1/pack.yaml"), []byte("packs/d1/../x.yaml"))
		}
		if _, err := evidence.ReadBundle(bytes.NewReader(b), int64(len(b))); !errors.Is(err, evidence.ErrBundle) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnExportWithAGapFails(t *testing.T) {
	h := build(t, 6, 10)
	h.copy.Entries, h.copy.Rows = seq(slices.Delete(h.entries, 3, 4)), seq(h.rows)
	err := evidence.WriteBundle(io.Discard, &evidence.Export{Manifest: evidence.Manifest{Size: 9}, Copy: h.copy})
	if err == nil || !strings.Contains(err.Error(), "entry 4 where 3 should be") {
		t.Errorf("got %v", err)
	}
}

func FuzzReadBundle(f *testing.F) {
	f.Add(build(f, 2, 6).export(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		bundle, err := evidence.ReadBundle(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		if _, err := bundle.Verify(evidence.AuditOptions{}); err != nil {
			t.Fatal(err)
		}
	})
}
