package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"conurb/trust/evidence"
)

// Snapshot is a board that somebody kept.
type Snapshot struct {
	Index    int64     `json:"index"` // in the log
	Recorded time.Time `json:"recorded"`
	evidence.Board
}

// SnapshotBoard keeps a board, given as canonical JSON (evidence.Canonical). Log
// must say how many entries the board could see, and PackDigest must be the pack
// that was in force then, so that it can be computed again; SHA256 and Size are
// set here.
func (s *Store) SnapshotBoard(ctx context.Context, b evidence.Board, canonical []byte) (Snapshot, error) {
	b.SHA256, b.Size = evidence.SHA256(canonical), int64(len(canonical))
	packed, err := gzipped(canonical)
	if err != nil {
		return Snapshot{}, err
	}
	var out Snapshot
	err = s.write(ctx, func(w *writing) error {
		if b.Log < 1 || b.Log > w.before {
			return fmt.Errorf("board at log %d of %d: %w", b.Log, w.before, ErrUnknown)
		}
		var digest string
		err := w.tx.QueryRowContext(ctx, `SELECT digest FROM pack_version WHERE log < $1 ORDER BY log DESC LIMIT 1`, b.Log).Scan(&digest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("board: %w", err)
		}
		if digest != b.PackDigest {
			return fmt.Errorf("board of pack %s, in force at log %d was %s: %w", b.PackDigest, b.Log, digest, ErrInvalid)
		}
		index, err := w.append(evidence.Leaf{Type: evidence.TypeBoard, Board: &b})
		if err != nil {
			return fmt.Errorf("board: %w", err)
		}
		out = Snapshot{Index: index, Recorded: w.at, Board: b}
		return w.boardRow(index, packed)
	})
	return out, err
}

func (w *writing) boardRow(index int64, packed []byte) error {
	if _, err := w.tx.ExecContext(w.ctx, `INSERT INTO board_snapshot (log, board) VALUES ($1, $2)`, index, packed); err != nil {
		return fmt.Errorf("board at log %d: %w", index, err)
	}
	return nil
}

// Snapshots lists the boards that were kept.
func (s *Store) Snapshots(ctx context.Context) ([]Snapshot, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT b.log, e.leaf FROM board_snapshot b JOIN log_entry e ON e.idx = b.log ORDER BY b.log`)
	if err != nil {
		return nil, fmt.Errorf("boards: %w", err)
	}
	defer rows.Close()
	var out []Snapshot
	for rows.Next() {
		var index int64
		var leaf string
		if err := rows.Scan(&index, &leaf); err != nil {
			return nil, err
		}
		l, err := evidence.ParseLeaf([]byte(leaf))
		if err != nil || l.Board == nil {
			return nil, fmt.Errorf("entry %d: %w", index, errors.Join(evidence.ErrLeaf, err))
		}
		out = append(out, Snapshot{Index: index, Recorded: l.Recorded, Board: *l.Board})
	}
	return out, rows.Err()
}

// BoardJSON returns the canonical JSON of a board that was kept.
func (s *Store) BoardJSON(ctx context.Context, index int64) ([]byte, error) {
	var packed []byte
	err := s.db.QueryRowContext(ctx, `SELECT board FROM board_snapshot WHERE log = $1`, index).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("board at log %d: %w", index, ErrUnknown)
	} else if err != nil {
		return nil, fmt.Errorf("board at log %d: %w", index, err)
	}
	return gunzip(packed)
}

func gzipped(b []byte) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(b)
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	return packed.Bytes(), nil
}

func gunzip(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	b, err := io.ReadAll(z)
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	return b, nil
}
