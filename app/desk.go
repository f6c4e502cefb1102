package app

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"conurb/door/httpapi"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/store"
	"conurb/trust/evidence"
)

var _ httpapi.Desk = desk{}

// desk is the node as the HTTP door sees it: the same calls, with the refusals
// that the door knows.
type desk struct{ *App }

// asDoor translates refusals of the rooms below into those of the door.
func asDoor(err error) error {
	for _, pair := range [][2]error{
		{store.ErrUnknown, httpapi.ErrUnknown}, {ErrUnknown, httpapi.ErrUnknown},
		{store.ErrWithdrawn, httpapi.ErrWithdrawn}, {store.ErrToken, httpapi.ErrToken},
	} {
		if errors.Is(err, pair[0]) {
			return fmt.Errorf("%w: %w", pair[1], err)
		}
	}
	return err
}

func (d desk) Board(ctx context.Context, q board.Query) (*board.Board, error) {
	b, err := d.App.Board(ctx, q)
	return b, asDoor(err)
}

func (d desk) Input(ctx context.Context, atLog int64) (*board.Input, error) {
	in, err := d.App.Input(ctx, atLog)
	return in, asDoor(err)
}

func (d desk) Observations(ctx context.Context, f httpapi.Filter) ([]plan.Observation, int, error) {
	all, err := d.App.newest(ctx)
	if err != nil {
		return nil, 0, asDoor(err)
	}
	all = slices.DeleteFunc(all, func(o plan.Observation) bool {
		return f.Indicator != "" && o.Indicator != f.Indicator || f.Scope != "" && o.Scope != f.Scope
	})
	from := min(max(f.Offset, 0), len(all))
	to := len(all)
	if f.Limit > 0 {
		to = min(from+f.Limit, to)
	}
	return all[from:to], len(all), nil
}

func (d desk) Versions(ctx context.Context, id string) ([]plan.Observation, error) {
	list, err := d.store.ObservationVersions(ctx, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("observation %s: %w", id, ErrUnknown)
	}
	return list, asDoor(err)
}

func (d desk) AddObservations(ctx context.Context, list []plan.Observation, by string) ([]plan.Observation, error) {
	added, err := d.store.AppendObservations(ctx, list, by)
	return added, asDoor(err)
}

func (d desk) Withdraw(ctx context.Context, id, reason, by string) (plan.Observation, error) {
	o, err := d.App.Withdraw(ctx, id, reason, by)
	return o, asDoor(err)
}

func (d desk) Head(ctx context.Context) (httpapi.Head, error) {
	h, err := d.App.LogHead(ctx)
	return httpapi.Head{Size: h.Size, Root: h.Root}, asDoor(err)
}

func (d desk) Entry(ctx context.Context, index, size int64) (httpapi.Entry, error) {
	e, err := d.store.Entry(ctx, index, size)
	if err != nil {
		return httpapi.Entry{}, asDoor(err)
	}
	return httpapi.Entry{
		Index: e.Index, Leaf: e.Leaf, LeafHash: evidence.Hex(e.Hash), Proof: hexes(e.Proof),
		Head: httpapi.Head{Size: e.Size, Root: evidence.Hex(e.Root)},
	}, nil
}

func hexes(list []evidence.Hash) []string {
	out := make([]string, len(list))
	for i, h := range list {
		out[i] = hex.EncodeToString(h[:])
	}
	return out
}

func (d desk) ExportEvidence(ctx context.Context, w io.Writer) error {
	return asDoor(d.App.ExportEvidence(ctx, w))
}

func (d desk) CheckToken(ctx context.Context, secret string) (string, error) {
	t, err := d.store.CheckToken(ctx, secret)
	return t.Name, asDoor(err)
}

// newest lists the newest version of every observation, by indicator, scope and
// period; withdrawn ones are among them.
func (a *App) newest(ctx context.Context) ([]plan.Observation, error) {
	if err := a.refresh(ctx); err != nil {
		return nil, err
	}
	a.mu.RLock()
	all := a.ledger.Newest()
	a.mu.RUnlock()
	slices.SortFunc(all, byPlace)
	return all, nil
}

func byPlace(x, y plan.Observation) int {
	return cmp.Or(cmp.Compare(x.Indicator, y.Indicator), cmp.Compare(x.Scope, y.Scope),
		cmp.Compare(x.Period.End(), y.Period.End()), cmp.Compare(x.ID, y.ID))
}
