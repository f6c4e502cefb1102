package evidence_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"conurb/trust/evidence"
)

// mth is the Merkle tree hash as RFC 6962 §2.1 defines it, word for word.
func mth(d [][]byte) []byte {
	switch n := len(d); n {
	case 0:
		h := sha256.Sum256(nil)
		return h[:]
	case 1:
		h := sha256.Sum256(append([]byte{0}, d[0]...))
		return h[:]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		h := sha256.Sum256(append(append([]byte{1}, mth(d[:k])...), mth(d[k:])...))
		return h[:]
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The leaves and roots that the Certificate Transparency reference tests use.
var ctLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}

var ctRoots = []string{
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestRootsOfTheReferenceTree(t *testing.T) {
	var tree evidence.Tree
	var hashes []evidence.Hash
	for n, want := range ctRoots {
		if n > 0 {
			h := evidence.RecordHash(unhex(t, ctLeaves[n-1]))
			tree.Append(h)
			hashes = append(hashes, h)
		}
		if got := evidence.Hex(tree.Root()); got != want {
			t.Errorf("root of %d: %s, want %s", n, got, want)
		}
		if got := evidence.Hex(evidence.Root(hashes)); got != want {
			t.Errorf("Root over %d hashes: %s, want %s", n, got, want)
		}
	}
}

func TestTreesAgreeWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 130).Draw(t, "n")
		var tree evidence.Tree
		var edge evidence.Frontier
		var data [][]byte
		nodes := map[[2]int64]evidence.Hash{}
		for i := range n {
			d := []byte(fmt.Sprint(i, rapid.Byte().Draw(t, "salt")))
			data = append(data, d)
			h := evidence.RecordHash(d)
			tree.Append(h)
			edge.Append(h, func(level int, pos int64, h evidence.Hash) { nodes[[2]int64{int64(level), pos}] = h })
		}
		want := hex.EncodeToString(mth(data))
		if got := evidence.Hex(tree.Root()); got != want {
			t.Fatalf("tree of %d: %s, want %s", n, got, want)
		}
		again, err := evidence.ParseFrontier(int64(n), edge.String())
		if err != nil {
			t.Fatal(err)
		}
		if got := evidence.Hex(again.Root()); got != want {
			t.Fatalf("frontier of %d: %s, want %s", n, got, want)
		}
		for at, h := range nodes {
			stored, err := tree.ReadHashes([]int64{tlog.StoredHashIndex(int(at[0]), at[1])})
			if err != nil || stored[0] != h {
				t.Fatalf("node %v: %v, %v", at, stored, err)
			}
		}
		if n == 0 {
			return
		}
		size := rapid.Int64Range(1, int64(n)).Draw(t, "size")
		old := rapid.Int64Range(1, size).Draw(t, "old")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		checkProofs(t, &tree, data, size, old, index)
	})
}

func checkProofs(t *rapid.T, tree *evidence.Tree, data [][]byte, size, old, index int64) {
	root, err := evidence.RootAt(size, tree)
	if err != nil || hex.EncodeToString(mth(data[:size])) != evidence.Hex(root) {
		t.Fatalf("root at %d: %s, %v", size, evidence.Hex(root), err)
	}
	oldRoot, err := evidence.RootAt(old, tree)
	if err != nil {
		t.Fatal(err)
	}
	leaf := evidence.RecordHash(data[index])
	in, err := evidence.InclusionProof(size, index, tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := evidence.CheckInclusion(in, size, root, index, leaf); err != nil {
		t.Fatal(err)
	}
	extends, err := evidence.ConsistencyProof(size, old, tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := evidence.CheckConsistency(extends, size, root, old, oldRoot); err != nil {
		t.Fatal(err)
	}
	bad := root
	bad[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
	if evidence.CheckInclusion(in, size, bad, index, leaf) == nil {
		t.Fatal("another root was accepted for an inclusion")
	}
	if evidence.CheckConsistency(extends, size, bad, old, oldRoot) == nil {
		t.Fatal("another root was accepted for a consistency")
	}
}

func TestSizeZeroAndBeyondProveNothing(t *testing.T) {
	var tree evidence.Tree
	tree.Append(evidence.RecordHash([]byte("a")))
	root := tree.Root()
	for _, size := range []int64{math.MinInt64, -1, 0, evidence.MaxSize + 1, math.MaxInt64} {
		if err := evidence.CheckInclusion(nil, size, root, 0, root); !errors.Is(err, evidence.ErrSize) {
			t.Errorf("inclusion in %d: %v", size, err)
		}
		if err := evidence.CheckConsistency(nil, size, root, 1, root); !errors.Is(err, evidence.ErrSize) {
			t.Errorf("consistency of 1 with %d: %v", size, err)
		}
		if err := evidence.CheckConsistency(nil, 1, root, size, root); !errors.Is(err, evidence.ErrSize) {
			t.Errorf("consistency of %d with 1: %v", size, err)
		}
		if _, err := evidence.InclusionProof(size, 0, &tree); !errors.Is(err, evidence.ErrSize) {
			t.Errorf("proof of inclusion in %d: %v", size, err)
		}
		if _, err := evidence.ConsistencyProof(size, 1, &tree); !errors.Is(err, evidence.ErrSize) {
			t.Errorf("proof of consistency with %d: %v", size, err)
		}
	}
	if err := evidence.CheckConsistency(nil, 0, evidence.EmptyRoot, 0, evidence.EmptyRoot); !errors.Is(err, evidence.ErrSize) {
		t.Errorf("the empty log proves something: %v", err)
	}
}

func TestFrontierRefusesWhatIsNone(t *testing.T) {
	for _, c := range []struct {
		size int64
		text string
	}{{-1, ""}, {1, ""}, {0, ctRoots[1]}, {3, ctRoots[1]}, {1, "x"}, {1, ctRoots[1] + "00"}} {
		if _, err := evidence.ParseFrontier(c.size, c.text); err == nil {
			t.Errorf("ParseFrontier(%d, %q) was accepted", c.size, c.text)
		}
	}
}
