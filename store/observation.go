package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"conurb/area"
	"conurb/plan"
	"conurb/trust/evidence"
)

// ByPack is who wrote the observations of the region pack.
const ByPack = "pack"

// lookup is how many ids one query asks for.
const lookup = 500

var observationColumns = []string{
	"log", "id", "version", "indicator", "scope", "period", "first_day", "last_day", "value", "source", "source_text",
	"grade", "published", "note", "withdrawn", "reason", "recorded", "recorded_by", "ref_file", "ref_line",
}

// AppendObservations records observations, all of them or none, and returns them
// with ID (a UUIDv7 where it was empty), Version, Recorded, By and Log set. One
// whose ID is known is a correction: its next version. Bad rows come back as
// joined *RowError.
func (s *Store) AppendObservations(ctx context.Context, rows []plan.Observation, by string) ([]plan.Observation, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var out []plan.Observation
	err := s.write(ctx, func(w *writing) (err error) {
		out, err = w.observations(rows, by)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Withdraw records that an observation no longer holds: from a day on, it is no
// longer believed. What was believed before that day stays as it was.
func (s *Store) Withdraw(ctx context.Context, id, reason, by string, from area.Date) (plan.Observation, error) {
	var out plan.Observation
	err := s.write(ctx, func(w *writing) error {
		versions, err := observationVersions(ctx, w.tx, id)
		if err != nil {
			return err
		}
		last := versions[len(versions)-1]
		if last.Withdrawn {
			return fmt.Errorf("observation %s: %w", id, ErrWithdrawn)
		}
		last.Withdrawn, last.Reason, last.Published, last.Ref = true, reason, from, area.Ref{}
		done, err := w.observations([]plan.Observation{last}, by)
		if err != nil {
			return err
		}
		out = done[0]
		return nil
	})
	return out, err
}

// observations writes rows and their leaves.
func (w *writing) observations(rows []plan.Observation, by string) ([]plan.Observation, error) {
	out := make([]plan.Observation, len(rows))
	copy(out, rows)
	var bad []error
	for i := range out {
		out[i].By, out[i].Recorded = by, w.at
		if out[i].Value == 0 {
			out[i].Value = 0 // SQLite keeps no negative zero
		}
		if err := valid(&out[i], i); err != nil {
			bad = append(bad, err)
		}
	}
	if len(bad) > 0 {
		return nil, errors.Join(bad...)
	}
	if err := w.number(out); err != nil {
		return nil, err
	}
	insert := w.bulk("observation", observationColumns...)
	for i := range out {
		o := &out[i]
		log, err := w.append(evidence.Leaf{Type: evidence.TypeObservation, Observation: leafOf(o)})
		if err != nil {
			return nil, &RowError{Row: i, ID: o.ID, Ref: o.Ref, Err: err}
		}
		o.Log = log
		if err := insert.add(columnsOf(o)...); err != nil {
			return nil, err
		}
	}
	return out, insert.flush()
}

func columnsOf(o *plan.Observation) []any {
	return []any{
		o.Log, o.ID, o.Version, o.Indicator, o.Scope, o.Period.String(), o.Period.Start().String(), o.Period.End().String(),
		o.Value, o.Source, o.SourceText, string(o.Grade), o.Published.String(), o.Note, o.Withdrawn, o.Reason,
		stampOf(o.Recorded), o.By, o.Ref.File, o.Ref.Line,
	}
}

// number gives every row its id and version, and refuses a correction that
// moves to another indicator.
func (w *writing) number(rows []plan.Observation) error {
	known, err := w.latest(rows)
	if err != nil {
		return err
	}
	var bad []error
	for i := range rows {
		o := &rows[i]
		if o.ID == "" {
			id, err := uuid.NewV7()
			if err != nil {
				return fmt.Errorf("id of an observation: %w", err)
			}
			o.ID, o.Version = id.String(), 1
			continue
		}
		last, ok := known[o.ID]
		if ok && last.indicator != o.Indicator {
			bad = append(bad, &RowError{Row: i, ID: o.ID, Field: "indicator", Ref: o.Ref, Err: ErrMoved})
			continue
		}
		o.Version = last.version + 1
		known[o.ID] = newest{o.Version, o.Indicator}
	}
	return errors.Join(bad...)
}

type newest struct {
	version   int
	indicator string
}

// latest looks up the newest version of every id among rows.
func (w *writing) latest(rows []plan.Observation) (map[string]newest, error) {
	known := make(map[string]newest, len(rows))
	var one int
	err := w.tx.QueryRowContext(w.ctx, `SELECT 1 FROM observation LIMIT 1`).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return known, nil
	} else if err != nil {
		return nil, fmt.Errorf("observations: %w", err)
	}
	ids := make([]any, 0, lookup)
	ask := func() error {
		if len(ids) == 0 {
			return nil
		}
		defer func() { ids = ids[:0] }()
		found, err := w.tx.QueryContext(w.ctx, `SELECT id, version, indicator FROM observation WHERE id IN (`+list(1, len(ids))+`)`, ids...)
		if err != nil {
			return fmt.Errorf("versions of observations: %w", err)
		}
		defer found.Close()
		for found.Next() {
			var id string
			var n newest
			if err := found.Scan(&id, &n.version, &n.indicator); err != nil {
				return err
			}
			if n.version > known[id].version {
				known[id] = n
			}
		}
		return found.Err()
	}
	for i := range rows {
		if rows[i].ID == "" {
			continue
		}
		if ids = append(ids, rows[i].ID); len(ids) == lookup {
			if err := ask(); err != nil {
				return nil, err
			}
		}
	}
	return known, ask()
}

// valid refuses what could not be read back as it was given.
func valid(o *plan.Observation, row int) error {
	refuse := func(field string) error {
		return &RowError{Row: row, ID: o.ID, Field: field, Ref: o.Ref, Err: ErrInvalid}
	}
	for _, t := range []struct {
		field, text string
		needed      bool
	}{
		{"id", o.ID, false}, {"indicator", o.Indicator, true}, {"scope", o.Scope, true}, {"period", o.Period.String(), true},
		{"source", o.Source, false}, {"sourceText", o.SourceText, false}, {"grade", string(o.Grade), true},
		{"published", o.Published.String(), true}, {"note", o.Note, false}, {"reason", o.Reason, o.Withdrawn},
		{"by", o.By, true}, {"ref", o.Ref.File, false},
	} {
		if t.needed && t.text == "" || !utf8.ValidString(t.text) || strings.IndexByte(t.text, 0) >= 0 {
			return refuse(t.field)
		}
	}
	if math.IsNaN(o.Value) || math.IsInf(o.Value, 0) {
		return refuse("value")
	}
	return nil
}

// leafOf is the content of the leaf of an observation.
func leafOf(o *plan.Observation) *evidence.Observation {
	return &evidence.Observation{
		ID: o.ID, Version: o.Version, Indicator: o.Indicator, Scope: o.Scope, Period: o.Period.String(), Value: o.Value,
		Source: o.Source, SourceText: o.SourceText, Grade: o.Grade, Published: o.Published, Note: o.Note,
		Withdrawn: o.Withdrawn, Reason: o.Reason, By: o.By, Ref: o.Ref,
	}
}

// ObservationOf returns the observation that a leaf of the log records, so that
// a board can be computed again from an exported log alone.
func ObservationOf(index int64, l evidence.Leaf) (plan.Observation, error) {
	e := l.Observation
	if e == nil {
		return plan.Observation{}, fmt.Errorf("entry %d: a %s, not an observation: %w", index, l.Type, ErrUnknown)
	}
	period, err := plan.ParsePeriod(e.Period)
	if err != nil {
		return plan.Observation{}, fmt.Errorf("entry %d: %w", index, err)
	}
	return plan.Observation{
		ID: e.ID, Version: e.Version, Indicator: e.Indicator, Scope: e.Scope, Period: period, Value: e.Value,
		Source: e.Source, SourceText: e.SourceText, Grade: e.Grade, Published: e.Published, Note: e.Note,
		Withdrawn: e.Withdrawn, Reason: e.Reason, Recorded: l.Recorded, By: e.By, Log: index, Ref: e.Ref,
	}, nil
}
