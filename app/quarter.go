package app

import (
	"context"
	"log/slog"
	"time"

	"conurb/area"
	"conurb/plan/board"
)

// quarterCheck is how often a running node looks whether a quarter has ended.
const quarterCheck = time.Hour

// lastQuarterEnd is the last day of the quarter before the one that a day is in.
func lastQuarterEnd(today area.Date) area.Date {
	t := today.Time()
	first := time.Month((int(t.Month())-1)/3*3 + 1)
	return area.NewDate(t.Year(), first, 1) - 1
}

// KeepQuarter records the board of the last quarter's end in the evidence log,
// unless one for that day is there already. It reports whether it did.
func (a *App) KeepQuarter(ctx context.Context) (kept bool, err error) {
	today := a.Today()
	end := lastQuarterEnd(today)
	list, err := a.store.Snapshots(ctx)
	if err != nil {
		return false, err
	}
	for _, s := range list {
		if s.AsOf == end {
			return false, nil
		}
	}
	_, err = a.Snapshot(ctx, board.Query{AsOf: end, BelievedOn: today})
	return err == nil, err
}

// KeepQuarters keeps the board of every quarter while the node runs, so that
// there is always a record of what was said at the time. It returns when ctx ends.
func (a *App) KeepQuarters(ctx context.Context, log *slog.Logger) {
	for {
		kept, err := a.KeepQuarter(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("board of the quarter not recorded", "error", err)
		case kept:
			log.Info("board of the quarter recorded", "asOf", lastQuarterEnd(a.Today()).String())
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(quarterCheck):
		}
	}
}
