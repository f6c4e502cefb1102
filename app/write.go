package app

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"conurb/kit/sheet"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/intake"
	"conurb/store"
)

// Add records one observation given by the names of intake.Columns. Faults come
// back as problems, and nothing is then recorded.
func (a *App) Add(ctx context.Context, fields map[string]string, by string) ([]plan.Observation, []intake.Problem, error) {
	checker, err := a.checker(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	if fields["published"] == "" && fields["source"] == "" {
		fields = maps.Clone(fields)
		fields["published"] = a.Today().String() // said now, for the first time
	}
	o, problems := checker.One(fields)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	added, err := a.record(ctx, []plan.Observation{o}, by)
	return added, nil, err
}

// Import records a table, CSV or Excel: all rows that say something new, or none
// when there is any problem. reason stands for rows that correct without their own.
func (a *App) Import(ctx context.Context, data []byte, reason, by string) ([]plan.Observation, []intake.Problem, error) {
	rows, err := sheet.Read(data)
	if err != nil {
		return nil, nil, err
	}
	checker, err := a.checker(ctx, reason)
	if err != nil {
		return nil, nil, err
	}
	list, problems := checker.Rows(rows)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	added, err := a.record(ctx, list, by)
	return added, nil, err
}

func (a *App) checker(ctx context.Context, reason string) (*intake.Checker, error) {
	all, err := a.newest(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]plan.Observation, len(all))
	for _, o := range all {
		known[o.ID] = o
	}
	return &intake.Checker{
		Pack: a.pack, Today: a.Today(), Strict: true, Reason: reason,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		Known: func(id string) (plan.Observation, bool) { o, ok := known[id]; return o, ok },
		Said: func(o plan.Observation) (plan.Observation, bool) {
			for _, k := range all {
				if intake.SameStatement(k, o) {
					return k, true
				}
			}
			return plan.Observation{}, false
		},
	}, nil
}

// record writes what a table says that is new.
func (a *App) record(ctx context.Context, list []plan.Observation, by string) ([]plan.Observation, error) {
	if len(list) == 0 {
		return nil, nil
	}
	for i := range list {
		if list[i].Published == 0 {
			list[i].Published = a.Today()
		}
	}
	return a.store.AppendObservations(ctx, list, by)
}

// Withdraw records that an observation no longer holds from today on.
func (a *App) Withdraw(ctx context.Context, id, reason, by string) (plan.Observation, error) {
	if strings.TrimSpace(reason) == "" {
		return plan.Observation{}, fmt.Errorf("observation %s: %w", id, ErrNoReason)
	}
	return a.store.Withdraw(ctx, id, reason, by, a.Today())
}

// Believed lists the observations of an indicator, or of all, that held on the
// query's days: one per scope and period.
func (a *App) Believed(ctx context.Context, indicator string, q board.Query) ([]plan.Observation, error) {
	in, err := a.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	out := []plan.Observation{}
	for i := range in.Plan.Indicators {
		id := in.Plan.Indicators[i].ID
		if indicator != "" && id != indicator {
			continue
		}
		for _, o := range in.Ledger.Believed(id, q) {
			out = append(out, *o)
		}
	}
	return out, nil
}

// CreateToken makes a permission to write and returns its secret, once.
func (a *App) CreateToken(ctx context.Context, name string) (secret string, err error) {
	secret, _, err = a.store.CreateToken(ctx, name)
	return secret, err
}

// Tokens lists all tokens.
func (a *App) Tokens(ctx context.Context) ([]store.Token, error) { return a.store.Tokens(ctx) }

// RevokeToken ends a token.
func (a *App) RevokeToken(ctx context.Context, name string) error {
	return a.store.RevokeToken(ctx, name)
}
