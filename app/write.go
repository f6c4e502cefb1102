package app

import (
	"context"
	"fmt"
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
	checker, known, err := a.checker(ctx)
	if err != nil {
		return nil, nil, err
	}
	o, problems := checker.One(fields)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	added, err := a.record(ctx, []plan.Observation{o}, known, "", by)
	return added, nil, err
}

// Import records a table, CSV or Excel: all rows that say something new, or none
// when there is any problem. reason stands for rows that correct without their own.
func (a *App) Import(ctx context.Context, data []byte, reason, by string) ([]plan.Observation, []intake.Problem, error) {
	rows, err := sheet.Read(data)
	if err != nil {
		return nil, nil, err
	}
	checker, known, err := a.checker(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, problems := checker.Rows(rows)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	added, err := a.record(ctx, list, known, reason, by)
	return added, nil, err
}

func (a *App) checker(ctx context.Context) (*intake.Checker, map[string]plan.Observation, error) {
	all, err := a.newest(ctx)
	if err != nil {
		return nil, nil, err
	}
	known := make(map[string]plan.Observation, len(all))
	for _, o := range all {
		known[o.ID] = o
	}
	return &intake.Checker{
		Pack: a.pack, Today: a.Today(),
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		Known: func(id string) (plan.Observation, bool) { o, ok := known[id]; return o, ok },
	}, known, nil
}

// record leaves out what is known already and asks corrections for their reason.
func (a *App) record(ctx context.Context, list []plan.Observation, known map[string]plan.Observation, reason, by string) ([]plan.Observation, error) {
	var fresh []plan.Observation
	var silent []string
	for _, o := range list {
		if o.Published == 0 {
			o.Published = a.Today()
		}
		if old, ok := known[o.ID]; ok {
			if !old.Withdrawn && same(old, o) {
				continue
			}
			if o.Reason == "" {
				o.Reason = reason
			}
			if o.Reason == "" {
				silent = append(silent, o.ID)
			}
		}
		fresh = append(fresh, o)
	}
	if len(silent) > 0 {
		return nil, fmt.Errorf("%s: %w", strings.Join(silent, ", "), ErrReasonNeeded)
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	return a.store.AppendObservations(ctx, fresh, by)
}

// same reports whether an observation says nothing new.
func same(old, o plan.Observation) bool {
	return old.Value == o.Value && old.Grade == o.Grade && old.Source == o.Source && old.SourceText == o.SourceText &&
		old.Published == o.Published && old.Note == o.Note && old.Period.String() == o.Period.String() && old.Scope == o.Scope
}

// Withdraw records that an observation no longer holds from today on.
func (a *App) Withdraw(ctx context.Context, id, reason, by string) (plan.Observation, error) {
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
