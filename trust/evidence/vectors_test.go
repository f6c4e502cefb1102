package evidence_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conurb/trust/evidence"
)

const (
	vectors      = "../../../shared/data/credentials/"
	vectorsCount = 518 // Merkle vectors, beside the examples of two C2SP texts
)

func vectorFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectors, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no %s: %d Merkle vectors and 2 C2SP examples are left out", vectors, vectorsCount)
	} else if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// merkleVector is any of the four kinds of github.com/transparency-dev/merkle.
type merkleVector struct {
	LeafIdx, TreeSize, Size1, Size2, Start, End, Size uint64
	Root, LeafHash, Root1, Root2                      []byte
	Proof                                             [][]byte
	Desc                                              string
	WantErr                                           bool
}

func TestMerkleVectors(t *testing.T) {
	vectorFile(t, "merkle/testdata/inclusion/1/happy-path.json")
	used, unfit := map[string]int{}, map[string]int{}
	for _, kind := range []string{"inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"} {
		root := filepath.Join(vectors, "merkle/testdata", kind)
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			var v merkleVector
			if err := json.Unmarshal(b, &v); err != nil {
				return err
			}
			err, fits := run(kind, &v)
			if !fits {
				unfit[kind]++
				return nil
			}
			used[kind]++
			if (err != nil) != v.WantErr {
				t.Errorf("%s (%s): got %v, want error: %v", p, v.Desc, err, v.WantErr)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("used %v; about hashes that are none or subtrees that no log here has %v", used, unfit)
	if used["inclusion"] < 98 || used["consistency"] < 97 || used["subtreeinclusion"] < 201 || used["subtreeconsistency"] < 99 {
		t.Errorf("used only %v", used)
	}
}

// run checks a vector with the functions it fits. A subtree over [start, end) that
// begins at a multiple of its width is a log of its own; one that begins at 0 is
// an older size of the log.
func run(kind string, v *merkleVector) (err error, fits bool) {
	var hashes []evidence.Hash
	for _, p := range v.Proof {
		if len(p) != 32 {
			return evidence.ErrProof, true // a proof of other lengths cannot be stated
		}
		hashes = append(hashes, evidence.Hash(p))
	}
	hash := func(b []byte) evidence.Hash {
		if len(b) != 32 {
			err = evidence.ErrProof
			fits = v.WantErr
			return evidence.Hash{}
		}
		return evidence.Hash(b)
	}
	fits = true
	var check func() error
	switch kind {
	case "inclusion":
		root, leaf := hash(v.Root), hash(v.LeafHash)
		check = func() error {
			return evidence.CheckInclusion(hashes, int64(v.TreeSize), root, int64(v.LeafIdx), leaf)
		}
	case "subtreeinclusion":
		root, leaf := hash(v.Root), hash(v.LeafHash)
		if width := v.End - v.Start; v.Start != 0 && !aligned(v.Start, width) {
			return nil, false
		}
		check = func() error {
			return evidence.CheckInclusion(hashes, int64(v.End-v.Start), root, int64(v.LeafIdx-v.Start), leaf)
		}
	case "consistency":
		root1, root2 := hash(v.Root1), hash(v.Root2)
		check = func() error {
			return evidence.CheckConsistency(hashes, int64(v.Size2), root2, int64(v.Size1), root1)
		}
	case "subtreeconsistency":
		root1, root2 := hash(v.Root1), hash(v.Root2)
		// An empty subtree is consistent with anything; an empty log must not be,
		// as the vectors for whole logs say.
		if v.Start != 0 || v.End == 0 && !v.WantErr {
			return nil, false
		}
		check = func() error { return evidence.CheckConsistency(hashes, int64(v.Size), root2, int64(v.End), root1) }
	}
	if err != nil {
		return err, fits
	}
	return check(), true
}

// aligned says whether a subtree of a width may begin there.
func aligned(start, width uint64) bool {
	ceil := uint64(1)
	for ceil < width && ceil != 0 {
		ceil *= 2
	}
	return ceil != 0 && start%ceil == 0
}

// fenced returns the code block of a text that begins with a line.
func fenced(t *testing.T, text, first string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```\n"+first)
	body, _, end := strings.Cut(first+rest, "```")
	if !ok || !end {
		t.Fatalf("no example that begins with %q", first)
	}
	return body
}

func TestSignedNoteExample(t *testing.T) {
	text := vectorFile(t, "c2sp-tlog/signed-note.md")
	note := fenced(t, text, "This is an example message.")
	vkey := "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
	if !strings.Contains(text, vkey) {
		t.Fatal("the text has another key")
	}
	// The signature holds; the text of this note is no checkpoint.
	if _, err := evidence.OpenCheckpoint([]byte(note), vkey); !errors.Is(err, evidence.ErrCheckpoint) {
		t.Errorf("got %v, want ErrCheckpoint", err)
	}
	altered := strings.Replace(note, "example message", "Example message", 1)
	if _, err := evidence.OpenCheckpoint([]byte(altered), vkey); !errors.Is(err, evidence.ErrSignature) {
		t.Errorf("altered: got %v, want ErrSignature", err)
	}
}

func TestCheckpointExample(t *testing.T) {
	note := fenced(t, vectorFile(t, "c2sp-tlog/tlog-checkpoint.md"), "example.com/behind-the-sofa")
	text, _, _ := strings.Cut(note, "\n\n")
	c, err := evidence.ParseCheckpoint(text + "\n")
	if err != nil || c.Origin != "example.com/behind-the-sofa" || c.Size != 20852163 || c.String() != text+"\n" {
		t.Errorf("got %+v, %v", c, err)
	}
}
