package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
)

// caseHead is what lists show of a case. Its form is that of tables: another one takes a migration.
type caseHead struct {
	Item      string            `json:"item"`
	City      string            `json:"city"`
	Office    string            `json:"office"`
	Course    string            `json:"course"`
	State     casework.State    `json:"state"`
	Version   string            `json:"version"`
	Applicant casework.Person   `json:"applicant"`
	By        casework.By       `json:"by,omitempty"`
	Holder    string            `json:"holder,omitempty"`
	Since     time.Time         `json:"since"`
	Until     area.Date         `json:"until,omitzero"`
	Paused    area.Date         `json:"paused,omitzero"`
	Left      int               `json:"left,omitempty"`
	Assumed   bool              `json:"assumed,omitempty"`
	Outcome   *casework.Outcome `json:"outcome,omitempty"`
	Unsent    bool              `json:"unsent,omitempty"`
	Bundle    string            `json:"bundle,omitempty"`
	Step      int               `json:"step,omitempty"`
	Kept      casework.Kept     `json:"kept,omitzero"`
	Opened    time.Time         `json:"opened"`
	Changed   time.Time         `json:"changed"`
}

func caseHeadOf(k *casework.Case) (string, error) {
	h := caseHead{Item: k.Item, City: k.City, Office: k.Office, Course: k.Course, State: k.State, Version: k.Version, Applicant: k.Applicant, By: k.Holder.By, Holder: k.Holder.Person,
		Since: k.Holder.Since, Until: k.Holder.Until, Paused: k.Clock.Paused, Left: k.Clock.Left, Assumed: k.Clock.Assumed, Unsent: k.Unsent, Bundle: k.Bundle, Step: k.Step,
		Kept: k.Kept, Opened: k.Opened, Changed: k.Changed}
	if k.Decision != nil {
		h.Outcome = &k.Decision.Outcome
	}
	b, err := json.Marshal(h)
	return string(b), err
}

// in is the case that a head is of, with what lists show alone.
func (h *caseHead) in(id string) casework.Case {
	k := casework.Case{ID: id, Item: h.Item, City: h.City, Office: h.Office, Course: h.Course, State: h.State, Version: h.Version, Applicant: h.Applicant,
		Holder: casework.Holder{By: h.By, City: h.City, Office: h.Office, Person: h.Holder, Since: h.Since, Until: h.Until},
		Clock:  casework.Clock{Paused: h.Paused, Left: h.Left, Assumed: h.Assumed}, Unsent: h.Unsent, Bundle: h.Bundle, Step: h.Step, Kept: h.Kept, Opened: h.Opened, Changed: h.Changed}
	if h.Outcome != nil {
		k.Decision = &casework.Decision{Outcome: *h.Outcome}
	}
	return k
}

// CaseHeads lists cases with what lists show: no answers, licences, links, facts or events, and of
// a decision its outcome alone. Nothing else is read.
func (s *Store) CaseHeads(ctx context.Context, f CaseFilter) ([]casework.Case, error) {
	return caseHeads(ctx, s.db, f)
}

// CaseHeads is Store.CaseHeads within a deed.
func (d *Deed) CaseHeads(f CaseFilter) ([]casework.Case, error) { return caseHeads(d.w.ctx, d.w.tx, f) }

func caseHeads(ctx context.Context, q querier, f CaseFilter) (list []casework.Case, err error) {
	text, args := f.query(`SELECT c.id, c.head FROM case_file c`)
	return list, eachHead(ctx, q, "cases", text, args, func(id string, text []byte) error {
		var h caseHead
		err := json.Unmarshal(text, &h)
		list = append(list, h.in(id))
		return err
	})
}

func eachHead(ctx context.Context, q querier, what, text string, args []any, each func(id string, text []byte) error) error {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var text []byte
		if err := rows.Scan(&id, &text); err != nil {
			return fmt.Errorf("%s: %w", what, damaged(err))
		}
		if err := each(id, text); err != nil {
			return fmt.Errorf("%s: %s: %w: %v", what, id, ErrDamaged, err)
		}
	}
	return rows.Err()
}

// bundleHead is a bundle as lists show it: without who applied, and without answers.
type bundleHead struct {
	Bundle string     `json:"bundle"`
	At     time.Time  `json:"at"`
	Steps  []stepHead `json:"steps"`
}

type stepHead struct {
	ID     string   `json:"id"`
	Item   string   `json:"item"`
	City   string   `json:"city"`
	After  []string `json:"after"`
	State  string   `json:"state"`
	Case   string   `json:"case,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

func bundleHeadOf(b *CaseBundle) (string, error) {
	h := bundleHead{Bundle: b.Bundle, At: b.At}
	for _, s := range b.Steps {
		h.Steps = append(h.Steps, stepHead{s.ID, s.Item, s.City, s.After, s.State, s.Case, s.Reason})
	}
	text, err := json.Marshal(h)
	return string(text), err
}

// BundleHeads lists the bundles of an applicant as lists show them, the newest first.
func (s *Store) BundleHeads(ctx context.Context, kind, code string) ([]CaseBundle, error) {
	return bundleHeads(ctx, s.db, kind, code)
}

// BundleHeads is Store.BundleHeads within a deed.
func (d *Deed) BundleHeads(kind, code string) ([]CaseBundle, error) {
	return bundleHeads(d.w.ctx, d.w.tx, kind, code)
}

func bundleHeads(ctx context.Context, q querier, kind, code string) (list []CaseBundle, err error) {
	return list, eachHead(ctx, q, "bundles", `SELECT id, head FROM case_bundle WHERE code = $1 AND code_kind = $2 ORDER BY id DESC LIMIT 100`, []any{code, kind}, func(id string, text []byte) error {
		var h bundleHead
		err := json.Unmarshal(text, &h)
		b := CaseBundle{ID: id, Bundle: h.Bundle, At: h.At}
		for _, s := range h.Steps {
			b.Steps = append(b.Steps, BundleStep{ID: s.ID, Item: s.Item, City: s.City, After: s.After, State: s.State, Case: s.Case, Reason: s.Reason})
		}
		list = append(list, b)
		return err
	})
}

// fillHeads is migration 21: the heads of what a database has already, from its notes.
func fillHeads(ctx context.Context, tx *sql.Tx) error {
	for _, t := range []struct {
		table string
		head  func(text []byte) (string, error)
	}{
		{"case_file", func(text []byte) (string, error) {
			n, err := readCase(string(text))
			if err != nil {
				return "", err
			}
			return caseHeadOf(&n.Case)
		}},
		{"case_bundle", func(text []byte) (string, error) {
			var b CaseBundle
			if err := json.Unmarshal(text, &b); err != nil {
				return "", err
			}
			return bundleHeadOf(&b)
		}},
	} {
		for more := true; more; {
			heads := map[string]string{}
			err := eachHead(ctx, tx, t.table, `SELECT x.id, n.text FROM `+t.table+` x JOIN note n ON n.log = x.log WHERE x.head = '' ORDER BY x.id LIMIT 500`, nil, func(id string, text []byte) (err error) {
				heads[id], err = t.head(text)
				return err
			})
			if err != nil {
				return err
			}
			for id, head := range heads {
				if _, err := tx.ExecContext(ctx, `UPDATE `+t.table+` SET head = $1 WHERE id = $2`, head, id); err != nil {
					return fmt.Errorf("%s %s: %w", t.table, id, err)
				}
			}
			more = len(heads) > 0
		}
	}
	return nil
}
