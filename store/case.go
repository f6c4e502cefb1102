package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"conurb/livelihood/casework"
)

// The rooms of cases (办件).
const (
	roomCase        = "case"
	roomCaseFigures = "case-figures"
)

// The actions of notes about cases that no course names.
const (
	caseRefused = "refused"
	figuresSaid = "said"
)

// ErrStale tells that a case was changed since it was read.
var ErrStale = errors.New("the case was changed meanwhile")

// caseNote is the text of a note: a case after an act, without the acts before it, which have
// notes of their own. Random bits keep the digest in the log from telling anything of a person.
type caseNote struct {
	Salt  string         `json:"salt"`
	Phase string         `json:"phase"`
	Case  casework.Case  `json:"case"`
	Event casework.Event `json:"event"`
}

// RefusedAct is something that somebody who is signed in wanted to do to a case and was refused.
type RefusedAct struct {
	Case string            `json:"case,omitempty"` // empty: none yet
	Move string            `json:"move"`
	By   casework.Actor    `json:"by"`
	At   time.Time         `json:"at"`
	Code string            `json:"code"` // "casework.refusal.<code>"
	Args map[string]string `json:"args,omitempty"`
	Salt string            `json:"salt"`
}

// Case is a case with all its events; ErrUnknown.
func (d *Deed) Case(id string) (casework.Case, error) { return caseOf(d.w.ctx, d.w.tx, id) }

// Case is a case with all its events; ErrUnknown.
func (s *Store) Case(ctx context.Context, id string) (k casework.Case, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		k, err = caseOf(ctx, tx, id)
		return err
	})
	return k, err
}

func caseOf(ctx context.Context, q querier, id string) (k casework.Case, err error) {
	rows, err := q.QueryContext(ctx, `SELECT n.text FROM case_event e JOIN note n ON n.log = e.log WHERE e.id = $1 ORDER BY e.number`, id)
	if err != nil {
		return k, fmt.Errorf("case %s: %w", id, err)
	}
	defer rows.Close()
	var last sql.RawBytes // each note has all answers of its time: they are read one after the other, and the newest kept
	var events []casework.Event
	var newest []byte
	for rows.Next() {
		if err := rows.Scan(&last); err != nil {
			return k, fmt.Errorf("case %s: %w", id, err)
		}
		var n struct {
			Event casework.Event `json:"event"`
		}
		if err := json.Unmarshal(last, &n); err != nil {
			return k, fmt.Errorf("case %s: %w: %v", id, ErrDamaged, err)
		}
		events = append(events, n.Event)
		newest = append(newest[:0], last...)
	}
	if err := rows.Err(); err != nil {
		return k, fmt.Errorf("case %s: %w", id, err)
	}
	if len(events) == 0 {
		return k, fmt.Errorf("case %s: %w", id, ErrUnknown)
	}
	n, err := readCase(string(newest))
	if err != nil {
		return k, fmt.Errorf("case %s: %w", id, err)
	}
	k = n.Case
	k.Events = events
	return k, nil
}

func readCase(text string) (n caseNote, err error) {
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return n, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	return n, nil
}

// KeepCase writes a case down after its newest event: a new one, or the version after the one
// that is kept, else ErrStale. phase is that of its state.
func (d *Deed) KeepCase(k *casework.Case, phase string) error {
	if len(k.Events) == 0 {
		return fmt.Errorf("case %s: no event: %w", k.ID, ErrInvalid)
	}
	n := caseNote{Salt: salt(), Phase: phase, Case: *k, Event: k.Events[len(k.Events)-1]}
	n.Case.Events = nil
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("case %s: %w", k.ID, err)
	}
	log, err := d.w.note(roomCase, n.Event.Move, k.ID, text)
	if err != nil {
		return err
	}
	return d.w.caseRows(log, &n)
}

// RefuseAct notes that an act was refused.
func (d *Deed) RefuseAct(r RefusedAct) error {
	r.Salt = salt()
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	id := r.Case
	if id == "" {
		id = "-"
	}
	_, err = d.w.note(roomCase, caseRefused, id, text)
	return err
}

// RefusedActs lists what was refused about a case, the newest first; "" lists what had none.
func (s *Store) RefusedActs(ctx context.Context, id string, limit int) (list []RefusedAct, err error) {
	if id == "" {
		id = "-"
	}
	all, err := textsOf(ctx, s.db, "refused acts", `SELECT text FROM note WHERE room = $1 AND id = $2 AND action = $3 ORDER BY log DESC LIMIT $4`, roomCase, id, caseRefused, limit)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		var r RefusedAct
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return nil, fmt.Errorf("refused act: %w: %v", ErrDamaged, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// caseRow are the columns of case_file that follow from a note.
func caseRow(log int64, n *caseNote) ([]any, error) {
	k := &n.Case
	version, err := strconv.ParseInt(k.Version, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("case %s: version %q: %w", k.ID, k.Version, ErrInvalid)
	}
	stars := 0
	if k.Rating != nil {
		stars = k.Rating.Stars
	}
	row := []any{k.ID, log, version, k.Item, k.Office, string(k.State), n.Phase, string(k.Holder.By), k.Applicant.Account,
		k.Applicant.Kind, k.Applicant.Code, k.Bundle, caseUntil(k), int64(stars), stampOf(k.Opened)}
	head, err := caseHeadOf(k)
	return append(append(row, caseSpent(k)...), head), err
}

// noDay stands after every day, so that what has no last day comes last.
const noDay = "9999-12-31"

func caseUntil(k *casework.Case) string {
	if k.Holder.Until == 0 {
		return noDay
	}
	return k.Holder.Until.String()
}

func (w *writing) caseRows(log int64, n *caseNote) error {
	row, err := caseRow(log, n)
	if err != nil {
		return err
	}
	k := &n.Case
	var have int64
	err = w.tx.QueryRowContext(w.ctx, `SELECT version FROM case_file WHERE id = $1`, k.ID).Scan(&have)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("case %s: %w", k.ID, err)
	}
	if version := row[2].(int64); version != have+1 {
		return fmt.Errorf("case %s: version %d is kept, not %d: %w", k.ID, have, version-1, ErrStale)
	}
	_, err = w.tx.ExecContext(w.ctx, putCaseFile, row...)
	if err != nil {
		return fmt.Errorf("case %s: %w", k.ID, err)
	}
	if _, err := w.tx.ExecContext(w.ctx, `INSERT INTO case_event (id, number, log) VALUES ($1, $2, $3)`, k.ID, row[2], log); err != nil {
		return fmt.Errorf("case %s: %w", k.ID, err)
	}
	for _, l := range k.Links {
		_, err := w.tx.ExecContext(w.ctx, `INSERT INTO case_link (kind, city, other, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, l.Kind, l.City, l.ID, k.ID)
		if err != nil {
			return fmt.Errorf("case %s: %w", k.ID, err)
		}
	}
	return nil
}

// caseNoted makes the rows of cases again.
func (w *writing) caseNoted(n savedNote) error {
	if n.Action == caseRefused {
		return nil
	}
	c, err := readCase(n.Text)
	if err != nil {
		return err
	}
	return w.caseRows(n.Log, &c)
}
