package evidence

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a node of the tree.
type Hash = tlog.Hash

// HashReader reads stored nodes by their index, see tlog.StoredHashIndex.
type HashReader = tlog.HashReader

// MaxSize bounds the sizes that proofs are checked for. The splitting of RFC 6962
// needs the next power of two to be a number too; tlog would not end beyond.
const MaxSize = int64(1) << 61

// Refusals of proofs.
var (
	ErrProof = errors.New("the proof does not lead from the entry to the root")
	ErrSize  = errors.New("the size is zero, or out of the range of the log")
)

// EmptyRoot is the root of a log without entries, the SHA-256 of nothing.
var EmptyRoot, _ = tlog.TreeHash(0, nil)

// RecordHash returns the hash of a leaf.
func RecordHash(leaf []byte) Hash { return tlog.RecordHash(leaf) }

// Root returns the root over leaf hashes.
func Root(leaves []Hash) Hash {
	var f Frontier
	for _, h := range leaves {
		f.Append(h, nil)
	}
	return f.Root()
}

// RootAt returns the root of the first size entries of a log.
func RootAt(size int64, r HashReader) (Hash, error) {
	if size < 0 || size > MaxSize {
		return Hash{}, fmt.Errorf("root at %d: %w", size, ErrSize)
	}
	return tlog.TreeHash(size, r)
}

// InclusionProof proves that entry index is in the log of a size.
func InclusionProof(size, index int64, r HashReader) ([]Hash, error) {
	if size < 1 || size > MaxSize || index < 0 || index >= size {
		return nil, fmt.Errorf("inclusion of %d in %d: %w", index, size, ErrSize)
	}
	return tlog.ProveRecord(size, index, r)
}

// CheckInclusion checks that a leaf hash is entry index of the log with a size
// and root.
func CheckInclusion(proof []Hash, size int64, root Hash, index int64, leaf Hash) error {
	if size < 1 || size > MaxSize || index < 0 || index >= size {
		return fmt.Errorf("inclusion of %d in %d: %w", index, size, ErrSize)
	}
	if tlog.CheckRecord(proof, size, root, index, leaf) != nil {
		return fmt.Errorf("inclusion of %d in %d: %w", index, size, ErrProof)
	}
	return nil
}

// ConsistencyProof proves that the log of a size begins with the log of an older
// size.
func ConsistencyProof(size, old int64, r HashReader) ([]Hash, error) {
	if old < 1 || old > size || size > MaxSize {
		return nil, fmt.Errorf("consistency of %d with %d: %w", old, size, ErrSize)
	}
	return tlog.ProveTree(size, old, r)
}

// CheckConsistency checks that the log with a size and root begins with the one
// of an older size and root.
func CheckConsistency(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) error {
	if old < 1 || old > size || size > MaxSize {
		return fmt.Errorf("consistency of %d with %d: %w", old, size, ErrSize)
	}
	if tlog.CheckTree(proof, size, root, old, oldRoot) != nil {
		return fmt.Errorf("consistency of %d with %d: %w", old, size, ErrProof)
	}
	return nil
}

// Tree keeps every node of a log in memory; it is a HashReader.
type Tree struct {
	nodes []Hash
	size  int64
}

// Append adds a leaf hash.
func (t *Tree) Append(leaf Hash) {
	stored, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	if err != nil {
		panic(err) // every node it asks for is in memory
	}
	t.nodes = append(t.nodes, stored...)
	t.size++
}

// Size returns the number of entries.
func (t *Tree) Size() int64 { return t.size }

// Root returns the root over all entries.
func (t *Tree) Root() Hash {
	h, err := tlog.TreeHash(t.size, t)
	if err != nil {
		panic(err)
	}
	return h
}

// ReadHashes returns nodes by their stored index.
func (t *Tree) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.nodes)) {
			return nil, fmt.Errorf("node %d of a log of %d: %w", x, t.size, ErrSize)
		}
		out[i] = t.nodes[x]
	}
	return out, nil
}

// Frontier is the right edge of a log: the roots of its perfect subtrees, the
// largest first. Appending needs nothing else, so that it costs O(log n) however
// long the log is (Crosby & Wallach 2009, §3.3).
type Frontier struct {
	size int64
	edge []Hash
}

// Size returns the number of entries.
func (f *Frontier) Size() int64 { return f.size }

// Append adds a leaf hash; emit, if not nil, is told every node that is complete
// with it, the leaf itself (level 0) first.
func (f *Frontier) Append(leaf Hash, emit func(level int, pos int64, h Hash)) {
	h, pos := leaf, f.size
	if emit != nil {
		emit(0, pos, h)
	}
	for level := range bits.TrailingZeros64(uint64(f.size + 1)) {
		last := len(f.edge) - 1
		h, pos = tlog.NodeHash(f.edge[last], h), pos>>1
		f.edge = f.edge[:last]
		if emit != nil {
			emit(level+1, pos, h)
		}
	}
	f.edge = append(f.edge, h)
	f.size++
}

// Root returns the root over all entries.
func (f *Frontier) Root() Hash {
	if f.size == 0 {
		return EmptyRoot
	}
	last := len(f.edge) - 1
	h := f.edge[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(f.edge[i], h)
	}
	return h
}

// Clone returns a copy that grows on its own.
func (f *Frontier) Clone() Frontier {
	return Frontier{f.size, append([]Hash(nil), f.edge...)}
}

// String returns the edge in hex, for ParseFrontier.
func (f *Frontier) String() string {
	var b strings.Builder
	for _, h := range f.edge {
		b.WriteString(hex.EncodeToString(h[:]))
	}
	return b.String()
}

// ParseFrontier reads the edge of a log of a size.
func ParseFrontier(size int64, text string) (Frontier, error) {
	b, err := hex.DecodeString(text)
	if err != nil || size < 0 || len(b) != tlog.HashSize*bits.OnesCount64(uint64(size)) {
		return Frontier{}, fmt.Errorf("frontier of a log of %d: not the hashes of its perfect subtrees", size)
	}
	f := Frontier{size: size}
	for ; len(b) > 0; b = b[tlog.HashSize:] {
		f.edge = append(f.edge, Hash(b[:tlog.HashSize]))
	}
	return f, nil
}

// Hex returns a hash as people and databases write it.
func Hex(h Hash) string { return hex.EncodeToString(h[:]) }

// ParseHex reads a hash in hex; the letters must be lower case, so that a hash
// has one text only.
func ParseHex(s string) (Hash, error) {
	var h Hash
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) || strings.ToLower(s) != s {
		return h, fmt.Errorf("hash %q is not 64 lower-case hex digits", s)
	}
	copy(h[:], b)
	return h, nil
}
