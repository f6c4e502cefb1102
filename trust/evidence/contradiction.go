package evidence

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrAgree says that two checkpoints do not contradict each other, as far as is shown.
var ErrAgree = errors.New("the two checkpoints are not shown to contradict each other")

// Contradiction proves that a log has two histories, to whoever knows its key: it signed two
// checkpoints of which one cannot extend the other. With one size the roots differ. With two,
// the proof shows that the larger log begins with another root than the smaller one has.
type Contradiction struct {
	A     string   `json:"a"` // signed checkpoint of the smaller size, or of the same
	B     string   `json:"b"`
	Root  string   `json:"root,omitempty"`  // of the first entries of B, as many as A has; base64
	Proof []string `json:"proof,omitempty"` // of consistency from that root to B
}

// Check tells whether the contradiction is proven; nil means that it is. Both checkpoints have
// to be signed by one of the log's keys and to name the same log.
func (x Contradiction) Check(vkeys ...string) error {
	a, err := OpenCheckpoint([]byte(x.A), vkeys...)
	if err != nil {
		return err
	}
	b, err := OpenCheckpoint([]byte(x.B), vkeys...)
	if err != nil {
		return err
	}
	if a.Origin != b.Origin || a.Size < 1 || a.Size > b.Size {
		return ErrAgree
	}
	if a.Size == b.Size {
		if a.Root == b.Root {
			return ErrAgree
		}
		return nil
	}
	root, err := tlog.ParseHash(x.Root)
	if err != nil || root == a.Root {
		return ErrAgree
	}
	proof, err := ParseProof(x.Proof)
	if err != nil {
		return err
	}
	if err := CheckConsistency(proof, b.Size, b.Root, a.Size, root); err != nil {
		return fmt.Errorf("%w: %w", ErrAgree, err)
	}
	return nil
}

// Contradict looks for a contradiction in two signed checkpoints of one log. Where the sizes
// differ, tree has to hold the larger log; nil finds what two checkpoints of one size show.
// The error is ErrAgree where there is none, or none is shown.
func Contradict(one, other string, tree HashReader, vkeys ...string) (Contradiction, error) {
	a, err := OpenCheckpoint([]byte(one), vkeys...)
	if err != nil {
		return Contradiction{}, err
	}
	b, err := OpenCheckpoint([]byte(other), vkeys...)
	if err != nil {
		return Contradiction{}, err
	}
	if a.Size > b.Size {
		a, b, one, other = b, a, other, one
	}
	x := Contradiction{A: one, B: other}
	if a.Size < b.Size {
		if tree == nil || a.Size < 1 {
			return Contradiction{}, ErrAgree
		}
		root, err := RootAt(a.Size, tree)
		if err != nil {
			return Contradiction{}, err
		}
		proof, err := ConsistencyProof(b.Size, a.Size, tree)
		if err != nil {
			return Contradiction{}, err
		}
		x.Root, x.Proof = root.String(), Proof64(proof)
	}
	return x, x.Check(vkeys...)
}

// contradicts is what a witness has in hand: what it cosigned, what it is asked to, and the
// proof that did not lead there. Where that proof leads from another root, it convicts the
// log.
func contradicts(held, asked string, vkeys []string, proof []Hash) *Contradiction {
	a, err := OpenCheckpoint([]byte(held), vkeys...)
	if err != nil {
		return nil // an earlier key signed it
	}
	b, err := OpenCheckpoint([]byte(asked), vkeys...)
	if err != nil {
		return nil
	}
	x := Contradiction{A: held, B: asked}
	if a.Size < b.Size {
		root, ok := impliedRoot(proof, b.Size, a.Size)
		if !ok {
			return nil
		}
		x.Root, x.Proof = root.String(), Proof64(proof)
	}
	if x.Check(vkeys...) != nil {
		return nil
	}
	return &x
}

// impliedRoot is the root of the first old entries that a consistency proof leads from (RFC
// 9162 §2.1.4.2, fr). Where old is a power of two the proof does not hold it: ok is false
// then.
func impliedRoot(proof []Hash, size, old int64) (root Hash, ok bool) {
	if old < 1 || old >= size || old&(old-1) == 0 || len(proof) == 0 {
		return root, false
	}
	fn, sn := uint64(old-1), uint64(size-1)
	odd := bits.TrailingZeros64(^fn) // the lowest bits that are set
	fn, sn = fn>>odd, sn>>odd
	root = proof[0]
	for _, h := range proof[1:] {
		if sn == 0 {
			return root, false
		}
		if fn&1 == 1 || fn == sn {
			root = tlog.NodeHash(h, root)
			if fn&1 == 0 {
				even := bits.TrailingZeros64(fn | 1<<63)
				fn, sn = fn>>even, sn>>even
			}
		}
		fn, sn = fn>>1, sn>>1
	}
	return root, sn == 0
}
