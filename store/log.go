package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"conurb/trust/evidence"
)

// nodeLevels is the distance between the levels of the tree that are stored.
const nodeLevels = 8

// stamp is how moments stand in tables, as in leaves.
const stamp = "2006-01-02T15:04:05.000000Z"

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stamp)
}

func parseStamp(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(stamp, s)
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// executor also changes.
type executor interface {
	querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// head is the row that every writer locks.
type head struct {
	frontier evidence.Frontier
	root     string
	vkey     string
}

// readHead reads the head; lock is what has PostgreSQL hold its row, or empty.
func readHead(ctx context.Context, q querier, lock string) (head, error) {
	var h head
	var size int64
	var edge string
	err := q.QueryRowContext(ctx, `SELECT size, frontier, root, vkey FROM log_head WHERE id = 1`+lock).Scan(&size, &edge, &h.root, &h.vkey)
	if err != nil {
		return h, fmt.Errorf("head of the log: %w", damaged(err))
	}
	if h.frontier, err = evidence.ParseFrontier(size, edge); err != nil {
		return h, err
	}
	return h, nil
}

// append writes an entry, preceded by the key that signs it where that is new,
// and returns its index.
func (w *writing) append(leaf evidence.Leaf) (int64, error) {
	if err := w.key(); err != nil {
		return 0, err
	}
	leaf.Recorded = w.at
	b, err := leaf.Bytes()
	if err != nil {
		return 0, err
	}
	return w.appendBytes(leaf.Type, b, w.at)
}

// key writes the entry that says whose signatures follow, where they are not
// those of the key before.
func (w *writing) key() error {
	if w.signer == nil || w.vkey == w.signer.VKey() {
		return nil
	}
	if w.frontier.Size() > 0 && !w.adopt {
		return fmt.Errorf("log signed by %q, node key %q: %w", w.vkey, w.signer.VKey(), ErrForeign)
	}
	w.vkey = w.signer.VKey()
	_, err := w.append(evidence.Leaf{Type: evidence.TypeKey, Key: &evidence.Key{VKey: w.vkey}})
	return err
}

// appendBytes writes an entry as it stands.
func (w *writing) appendBytes(kind string, leaf []byte, at time.Time) (int64, error) {
	index := w.frontier.Size()
	if index >= maxEntries {
		return 0, ErrFull
	}
	hash := evidence.RecordHash(leaf)
	if err := w.entries.add(index, kind, string(leaf), evidence.Hex(hash), stampOf(at)); err != nil {
		return 0, err
	}
	var failed error
	w.frontier.Append(hash, func(level int, pos int64, h evidence.Hash) {
		if level > 0 && level%nodeLevels == 0 {
			failed = errors.Join(failed, w.nodes.add(level, pos, evidence.Hex(h)))
		}
	})
	return index, failed
}

// Head is the state of the log.
type Head struct {
	Size       int64  `json:"size"`
	Root       string `json:"root"`                 // hex
	VKey       string `json:"vkey,omitempty"`       // key that signs
	Checkpoint string `json:"checkpoint,omitempty"` // newest signed note
}

// Head returns the size and root of the log, and its newest checkpoint.
func (s *Store) Head(ctx context.Context) (Head, error) {
	var out Head
	err := s.read(ctx, func(tx *sql.Tx) error {
		h, err := readHead(ctx, tx, "")
		if err != nil {
			return err
		}
		out = Head{Size: h.frontier.Size(), Root: h.root, VKey: h.vkey}
		err = tx.QueryRowContext(ctx, `SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1`).Scan(&out.Checkpoint)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return out, err
}

// Size returns the number of entries, the value that "up to log" takes.
func (s *Store) Size(ctx context.Context) (size int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT size FROM log_head WHERE id = 1`).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("size of the log: %w", damaged(err))
	}
	return size, nil
}

// Entry is an entry of the log with the proof that it is there.
type Entry struct {
	Index int64           `json:"index"`
	Kind  string          `json:"kind"`
	Leaf  []byte          `json:"-"` // exactly as hashed
	Hash  evidence.Hash   `json:"-"`
	Size  int64           `json:"size"` // of the log that the proof is for
	Root  evidence.Hash   `json:"-"`
	Proof []evidence.Hash `json:"-"`
}

// Entry returns an entry with its inclusion proof in the log of a size; size 0
// takes the whole log.
func (s *Store) Entry(ctx context.Context, index, size int64) (Entry, error) {
	e := Entry{Index: index}
	err := s.read(ctx, func(tx *sql.Tx) error {
		n, err := sizeOr(ctx, tx, size)
		if err != nil {
			return err
		}
		if index < 0 || index >= n {
			return fmt.Errorf("entry %d of a log of %d: %w", index, n, ErrUnknown)
		}
		var leaf, hash string
		err = tx.QueryRowContext(ctx, `SELECT kind, leaf, hash FROM log_entry WHERE idx = $1`, index).Scan(&e.Kind, &leaf, &hash)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("entry %d: %w", index, ErrUnknown)
		} else if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if e.Hash, err = evidence.ParseHex(hash); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		e.Leaf, e.Size = []byte(leaf), n
		nodes := nodeReader{ctx, tx}
		if e.Proof, err = evidence.InclusionProof(n, index, nodes); err != nil {
			return err
		}
		e.Root, err = evidence.RootAt(n, nodes)
		return err
	})
	return e, err
}

// RootAt returns the root of the first size entries.
func (s *Store) RootAt(ctx context.Context, size int64) (root evidence.Hash, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		if _, err := sizeOr(ctx, tx, size); err != nil {
			return err
		}
		root, err = evidence.RootAt(size, nodeReader{ctx, tx})
		return err
	})
	return root, err
}

// ConsistencyProof proves that the log of a size begins with that of an older
// size; size 0 takes the whole log.
func (s *Store) ConsistencyProof(ctx context.Context, old, size int64) (proof []evidence.Hash, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		n, err := sizeOr(ctx, tx, size)
		if err != nil {
			return err
		}
		proof, err = evidence.ConsistencyProof(n, old, nodeReader{ctx, tx})
		return err
	})
	return proof, err
}

// sizeOr returns the size asked for, the whole log for 0.
func sizeOr(ctx context.Context, tx *sql.Tx, size int64) (int64, error) {
	h, err := readHead(ctx, tx, "")
	if err != nil {
		return 0, err
	}
	if size < 0 || size > h.frontier.Size() {
		return 0, fmt.Errorf("a log of %d, it has %d: %w", size, h.frontier.Size(), ErrUnknown)
	}
	if size == 0 {
		return h.frontier.Size(), nil
	}
	return size, nil
}

// nodeReader reads nodes of any level from the levels that are stored.
type nodeReader struct {
	ctx context.Context
	tx  querier
}

// ReadHashes implements evidence.HashReader.
func (r nodeReader) ReadHashes(indexes []int64) ([]evidence.Hash, error) {
	out := make([]evidence.Hash, len(indexes))
	for i, x := range indexes {
		level, pos := tlog.SplitStoredHashIndex(x)
		h, err := r.node(level, pos)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

// node builds a node from the stored nodes below it, at most 2^7 of them.
func (r nodeReader) node(level int, pos int64) (evidence.Hash, error) {
	base := level / nodeLevels * nodeLevels
	count := int64(1) << (level - base)
	from := pos * count
	hashes, err := r.stored(base, from, from+count)
	if err != nil {
		return evidence.Hash{}, err
	}
	if int64(len(hashes)) != count {
		return evidence.Hash{}, fmt.Errorf("nodes %d to %d of level %d: %d found: %w", from, from+count-1, base, len(hashes), ErrUnknown)
	}
	for len(hashes) > 1 {
		for i := range len(hashes) / 2 {
			hashes[i] = tlog.NodeHash(hashes[2*i], hashes[2*i+1])
		}
		hashes = hashes[:len(hashes)/2]
	}
	return hashes[0], nil
}

func (r nodeReader) stored(level int, from, to int64) (out []evidence.Hash, err error) {
	text, args := `SELECT hash FROM log_node WHERE level = $1 AND pos >= $2 AND pos < $3 ORDER BY pos`, []any{level, from, to}
	if level == 0 {
		text, args = `SELECT hash FROM log_entry WHERE idx >= $1 AND idx < $2 ORDER BY idx`, []any{from, to}
	}
	rows, err := r.tx.QueryContext(r.ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("nodes of level %d: %w", level, err)
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		h, err := evidence.ParseHex(hash)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}
