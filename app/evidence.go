package app

import (
	"context"
	"encoding/json"
	"fmt"

	"conurb/plan/board"
	"conurb/store"
	"conurb/trust/evidence"
)

// LogHead returns the size and root of the evidence log.
func (a *App) LogHead(ctx context.Context) (store.Head, error) {
	if a.store == nil {
		return store.Head{}, ErrNoDatabase
	}
	return a.store.Head(ctx)
}

// LogEntry is an entry of the log with the proof that it is in it.
type LogEntry struct {
	Index int64           `json:"index"`
	Kind  string          `json:"kind"`
	Leaf  json.RawMessage `json:"leaf"`
	Hash  string          `json:"leafHash"`
	Proof []string        `json:"proof"`
	Size  int64           `json:"size"`
	Root  string          `json:"root"`
}

// LogEntry returns an entry of the log.
func (a *App) LogEntry(ctx context.Context, index int64) (LogEntry, error) {
	e, err := a.store.Entry(ctx, index, 0)
	if err != nil {
		return LogEntry{}, err
	}
	return LogEntry{e.Index, e.Kind, json.RawMessage(e.Leaf), evidence.Hex(e.Hash), hexes(e.Proof), e.Size, evidence.Hex(e.Root)}, nil
}

// Kept is a board that was recorded in the log.
type Kept struct {
	Query  board.Query `json:"query"`
	Digest string      `json:"digest"` // SHA-256 of its canonical JSON
	Log    int64       `json:"log"`    // where the log says so
}

// Snapshot records the board for a query in the evidence log, computed from the
// whole log as it is now where the query does not name a size.
func (a *App) Snapshot(ctx context.Context, q board.Query) (Kept, error) {
	if q.Log == 0 {
		size, err := a.store.Size(ctx)
		if err != nil {
			return Kept{}, err
		}
		q.Log = size
	}
	b, err := a.Board(ctx, q)
	if err != nil {
		return Kept{}, err
	}
	canonical, err := evidence.Canonical(b)
	if err != nil {
		return Kept{}, fmt.Errorf("board: %w", err)
	}
	snap, err := a.store.SnapshotBoard(ctx, evidence.Board{
		Pack: b.Pack, PackDigest: b.PackDigest, AsOf: q.AsOf, BelievedOn: q.BelievedOn, Log: q.Log, Version: b.Version,
	}, canonical)
	if err != nil {
		return Kept{}, err
	}
	return Kept{q, snap.SHA256, snap.Index}, nil
}
