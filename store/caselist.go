package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
)

// CaseFilter says which cases are listed; what is empty is not asked.
type CaseFilter struct {
	Person    *casework.Person // the applicant, by account or by number
	Bundle    string
	Link      *casework.Link
	Items     []string
	Office    string
	States    []casework.State
	Phases    []string
	Holders   []casework.By
	UntilPast area.Date // only those whose last day is before this one
	After     string    // only those after this id, or after this one in the queue ("<until>/<id>")
	ByUntil   bool      // the most urgent first, those without a last day at the end; else the newest first
	Limit     int       // 0: 100
}

// Cases lists cases, without their events.
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]casework.Case, error) {
	return casesOf(ctx, s.db, f)
}

// Cases is Store.Cases within a deed.
func (d *Deed) Cases(f CaseFilter) ([]casework.Case, error) { return casesOf(d.w.ctx, d.w.tx, f) }

func casesOf(ctx context.Context, q querier, f CaseFilter) (list []casework.Case, err error) {
	text, args := f.query(`SELECT n.text FROM case_file c JOIN note n ON n.log = c.log`)
	all, err := textsOf(ctx, q, "cases", text, args...)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		n, err := readCase(text)
		if err != nil {
			return nil, err
		}
		list = append(list, n.Case)
	}
	return list, nil
}

// query is a statement with what the filter asks of case_file c, and its arguments.
func (f *CaseFilter) query(text string) (string, []any) {
	var where []string
	var args []any
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	either := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		marks := make([]string, len(values))
		for i, v := range values {
			marks[i] = arg(v)
		}
		where = append(where, column+" IN ("+strings.Join(marks, ", ")+")")
	}
	if p := f.Person; p != nil {
		switch {
		case p.Code != "" && p.Account != "":
			where = append(where, "(c.account = "+arg(p.Account)+" OR c.code = "+arg(p.Code)+" AND c.code_kind = "+arg(p.Kind)+")")
		case p.Code != "":
			where = append(where, "c.code = "+arg(p.Code)+" AND c.code_kind = "+arg(p.Kind))
		default:
			where = append(where, "c.account = "+arg(p.Account))
		}
	}
	if f.Bundle != "" {
		where = append(where, "c.bundle = "+arg(f.Bundle))
	}
	if l := f.Link; l != nil {
		where = append(where, "c.id IN (SELECT id FROM case_link WHERE kind = "+arg(l.Kind)+" AND city = "+arg(l.City)+" AND other = "+arg(l.ID)+")")
	}
	if f.Office != "" {
		where = append(where, "c.office = "+arg(f.Office))
	}
	either("c.item", f.Items)
	either("c.state", asTexts(f.States))
	either("c.phase", f.Phases)
	either("c.holder", asTexts(f.Holders))
	if f.UntilPast != 0 {
		where = append(where, "c.until < "+arg(f.UntilPast.String()))
	}
	order := "c.id DESC"
	if f.ByUntil {
		order = "c.until, c.id"
	}
	if f.After != "" {
		if day, id, ok := strings.Cut(f.After, "/"); f.ByUntil && ok {
			where = append(where, "(c.until > "+arg(day)+" OR c.until = "+arg(day)+" AND c.id > "+arg(id)+")")
		} else {
			where = append(where, "c.id < "+arg(f.After))
		}
	}
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	text += " ORDER BY " + order + " LIMIT " + arg(limit)
	return text, args
}

func asTexts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// Place is where a case stands in the queue, for CaseFilter.After.
func Place(k *casework.Case) string { return caseUntil(k) + "/" + k.ID }

// CaseCount is how many cases of an item at an office are in a phase with somebody, with a last
// day.
type CaseCount struct {
	Item, Office, Phase string
	Holder              casework.By
	Until               area.Date
	Number              int
	Rated, Stars        int // how many were rated, and the sum
}

// CountCases counts every case.
func (s *Store) CountCases(ctx context.Context) (list []CaseCount, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT item, office, phase, holder, until, COUNT(*), SUM(CASE WHEN stars > 0 THEN 1 ELSE 0 END), SUM(stars)
		FROM case_file GROUP BY item, office, phase, holder, until ORDER BY item, office, phase, holder, until`)
	if err != nil {
		return nil, fmt.Errorf("count cases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c CaseCount
		var holder, until string
		if err := rows.Scan(&c.Item, &c.Office, &c.Phase, &holder, &until, &c.Number, &c.Rated, &c.Stars); err != nil {
			return nil, fmt.Errorf("count cases: %w", err)
		}
		if until != noDay {
			if err := c.Until.UnmarshalText([]byte(until)); err != nil {
				return nil, fmt.Errorf("count cases: %w", ErrDamaged)
			}
		}
		c.Holder = casework.By(holder)
		list = append(list, c)
	}
	return list, rows.Err()
}

// CaseFigures is what a city says of its cases, and when.
type CaseFigures struct {
	City string          `json:"city"`
	At   time.Time       `json:"at"`
	Body json.RawMessage `json:"figures"`
}

// KeepFigures keeps what a city says, unless it said something later before.
func (d *Deed) KeepFigures(f CaseFigures) error {
	have, err := figuresOf(d.w.ctx, d.w.tx, f.City)
	if err != nil || len(have) > 0 && !f.At.After(have[0].At) {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	log, err := d.w.note(roomCaseFigures, figuresSaid, f.City, text)
	if err != nil {
		return err
	}
	return d.w.figuresNoted(savedNote{log, roomCaseFigures, f.City, figuresSaid, string(text)})
}

// Figures is what every city last said of its cases, by name.
func (s *Store) Figures(ctx context.Context) ([]CaseFigures, error) { return figuresOf(ctx, s.db, "") }

func figuresOf(ctx context.Context, q querier, city string) (list []CaseFigures, err error) {
	all, err := textsOf(ctx, q, "figures", `SELECT n.text FROM case_figures f JOIN note n ON n.log = f.log WHERE f.city = $1 OR $1 = '' ORDER BY f.city`, city)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		var f CaseFigures
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			return nil, fmt.Errorf("figures: %w: %v", ErrDamaged, err)
		}
		list = append(list, f)
	}
	return list, nil
}

func (w *writing) figuresNoted(n savedNote) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO case_figures (city, log) VALUES ($1, $2) ON CONFLICT (city) DO UPDATE SET log = excluded.log`, n.ID, n.Log)
	if err != nil {
		return fmt.Errorf("figures of %s: %w", n.ID, err)
	}
	return nil
}
