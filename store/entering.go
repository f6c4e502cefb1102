package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/livelihood/household"
	"conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// The rooms of first entries: this city's own, and the questions of others that were answered.
const (
	roomEntering = "entering"
	roomAsked    = "entering-asked"
)

// enteringKept is the one action of their notes: a row as it is from here on.
const enteringKept = "kept"

// perEnteringTick is how many entries one transaction asks for again.
const perEnteringTick = 50

// Plan is what is to follow from an entry once it is made.
type Plan struct {
	Alone     []family.Person   `json:"alone,omitempty"`     // they are registered, and in no household yet; nothing else of the plan counts
	Into      string            `json:"into,omitempty"`      // household that a newborn comes into; empty: a new one
	Household family.Household  `json:"household,omitzero"`  // the new one, without members
	Members   []family.Member   `json:"members"`             // whoever is the head says so
	Licences  bool              `json:"licences,omitempty"`  // household-register licences are issued to them
	By        string            `json:"by"`                  // registrar
	Reason    string            `json:"reason"`              // in the registrar's words
	Made      string            `json:"made,omitempty"`      // household that came of it
	Ender     string            `json:"ender,omitempty"`     // who withdrew it
	Why       string            `json:"why,omitempty"`       // and why
	Code      string            `json:"code,omitempty"`      // refused as changed: casework.refusal.<code>
	Arguments map[string]string `json:"arguments,omitempty"` // of its words
}

// Entering is an entry with its plan.
type Entering struct {
	entry.Entry
	Plan Plan   `json:"plan"`
	Salt string `json:"salt"`
}

// askedNote is a question as it is noted.
type askedNote struct {
	entry.Asked
	Salt string `json:"salt"`
}

// EnteringBook is entry.Book within a deed. Whoever begins an entry sets Plan; whoever lets one be
// made sets Making, which may change its plan.
type EnteringBook struct {
	d      *Deed
	house  household.Book
	Plan   Plan
	Making func(e *Entering) (code string, err error)
	Ended  []Entering // that ended in this transaction
}

var _ entry.Book = (*EnteringBook)(nil)

// EnteringBook is the book of first entries; v is in whose name messages go out.
func (d *Deed) EnteringBook(v Voice) *EnteringBook {
	return &EnteringBook{d: d, house: d.HouseholdBook(v)}
}

// Serving is part of entry.Book, as are the others.
func (b *EnteringBook) Serving() (bool, error) {
	n, err := b.house.Number(household.Restoring)
	return n == 0, err
}

func (b *EnteringBook) Standing(p entry.Person) (household.Entry, bool, error) {
	return b.house.Entry(p)
}

func (b *EnteringBook) Send(to entry.City, kind, about string, body any) (message.Sealed, error) {
	return b.house.Send(to, kind, about, body)
}

func (b *EnteringBook) Now() int64 { return b.house.Now() }

func (b *EnteringBook) Own(id string) (entry.Entry, bool, error) {
	e, err := b.full(id)
	if errors.Is(err, ErrUnknown) {
		return entry.Entry{}, false, nil
	}
	return e.Entry, err == nil, err
}

func (b *EnteringBook) full(id string) (Entering, error) {
	list, err := entering(b.d.w.ctx, b.d.w.tx, `WHERE e.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("entry %s: %w", id, ErrUnknown)
	}
	if err != nil {
		return Entering{}, err
	}
	return list[0], nil
}

func (b *EnteringBook) SetOwn(e entry.Entry) error {
	old, err := b.full(e.ID)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return err
	}
	next := Entering{Entry: e, Plan: old.Plan, Salt: salt()}
	if err != nil {
		next.Plan = b.Plan
	} else if e.State != old.State && e.State != entry.Asking {
		if b.Plan.By != "" || b.Plan.Ender != "" || b.Plan.Code != "" || b.Plan.Made != "" {
			next.Plan.Made, next.Plan.Ender, next.Plan.Why, next.Plan.Code, next.Plan.Arguments = b.Plan.Made, b.Plan.Ender, b.Plan.Why, b.Plan.Code, b.Plan.Arguments
		}
		b.Ended = append(b.Ended, next)
	}
	text, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("entry %s: %w", e.ID, err)
	}
	log, err := b.d.w.note(roomEntering, enteringKept, e.ID, text)
	if err != nil {
		return err
	}
	if err := b.d.w.enteringRows(log, &next); err != nil {
		return err
	}
	return b.SetWork(e)
}

func (b *EnteringBook) SetWork(e entry.Entry) error {
	text, err := json.Marshal(e.Work)
	if err == nil {
		_, err = b.d.w.tx.ExecContext(b.d.w.ctx, `UPDATE household_entering SET due = $1, work = $2 WHERE id = $3`, e.Work.Due, string(text), e.ID)
	}
	if err != nil {
		return fmt.Errorf("entry %s: %w", e.ID, err)
	}
	return nil
}

func (b *EnteringBook) list(where string, args ...any) (list []entry.Entry, err error) {
	all, err := entering(b.d.w.ctx, b.d.w.tx, where, args...)
	for _, e := range all {
		list = append(list, e.Entry)
	}
	return list, err
}

func (b *EnteringBook) Of(p entry.Person) ([]entry.Entry, error) {
	return b.list(`WHERE e.id IN (SELECT id FROM household_entering_person WHERE person = $1) ORDER BY e.id`, string(p))
}

func (b *EnteringBook) Asking() ([]entry.Entry, error) {
	return b.list(`WHERE e.state = $1 ORDER BY e.id`, string(entry.Asking))
}

func (b *EnteringBook) Due() ([]entry.Entry, error) {
	return b.list(`WHERE e.due > 0 AND e.due <= $1 AND e.state = $2 ORDER BY e.due, e.id LIMIT $3`, b.Now(), string(entry.Asking), perEnteringTick)
}

func (b *EnteringBook) Asked(c entry.City, id string) (entry.Asked, bool, error) {
	list, err := b.asked(`a.city = $1 AND a.id = $2`, string(c), id)
	if err != nil || len(list) == 0 {
		return entry.Asked{}, false, err
	}
	return list[0], true, nil
}

func (b *EnteringBook) Promised(p entry.Person) ([]entry.Asked, error) {
	return b.asked(`EXISTS (SELECT 1 FROM household_asked_person p WHERE p.person = $1 AND p.city = a.city AND p.id = a.id) ORDER BY a.city, a.id`, string(p))
}

func (b *EnteringBook) asked(where string, args ...any) (list []entry.Asked, err error) {
	all, err := textsOf(b.d.w.ctx, b.d.w.tx, "questions about entries", `SELECT n.text FROM household_asked a JOIN note n ON n.log = a.log WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		var a askedNote
		if err := readNote(text, &a); err != nil {
			return nil, err
		}
		list = append(list, a.Asked)
	}
	return list, nil
}

func (b *EnteringBook) SetAsked(a entry.Asked) error {
	n := askedNote{a, salt()}
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("question %s: %w", a.ID, err)
	}
	log, err := b.d.w.note(roomAsked, enteringKept, string(a.City)+"/"+a.ID, text)
	if err != nil {
		return err
	}
	return b.d.w.askedRows(log, &n)
}

func (b *EnteringBook) Rank() (n int64, err error) {
	err = one(b.d.w.ctx, b.d.w.tx, "ranks of entries", `SELECT COALESCE(MAX(r), 0) FROM (SELECT MAX(rank) AS r FROM household_entering UNION ALL SELECT MAX(rank) AS r FROM household_asked) AS ranks`, nil, &n)
	return n, err
}

func (b *EnteringBook) Make(e entry.Entry) (string, error) {
	full, err := b.full(e.ID)
	if err != nil {
		return "", err
	}
	if b.Making == nil {
		return "", errors.New("nobody makes entries here")
	}
	code, err := b.Making(&full)
	b.Plan = full.Plan
	return code, err
}

func (w *writing) enteringNoted(n savedNote) error {
	if n.Room == roomAsked {
		var a askedNote
		if err := readNote(n.Text, &a); err != nil {
			return err
		}
		return w.askedRows(n.Log, &a)
	}
	var e Entering
	if err := readNote(n.Text, &e); err != nil {
		return err
	}
	return w.enteringRows(n.Log, &e)
}

func (w *writing) enteringRows(log int64, e *Entering) error {
	err := w.put(`INSERT INTO household_entering (id, log, state, rank, due, work) VALUES ($1, $2, $3, $4, 0, '{}')
		ON CONFLICT (id) DO UPDATE SET log = excluded.log, state = excluded.state, rank = excluded.rank`, e.ID, log, string(e.State), e.Rank)
	if err == nil {
		err = w.put(`DELETE FROM household_entering_person WHERE id = $1`, e.ID)
	}
	for _, p := range e.open() {
		if err == nil {
			err = w.put(`INSERT INTO household_entering_person (person, id) VALUES ($1, $2)`, string(p), e.ID)
		}
	}
	return err
}

// open are the persons of an entry that is asking or lost.
func (e *Entering) open() []entry.Person {
	if e.State != entry.Asking && e.State != entry.Lost {
		return nil
	}
	return e.Persons
}

func (w *writing) askedRows(log int64, a *askedNote) error {
	err := w.put(`INSERT INTO household_asked (city, id, log, rank, ended) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (city, id) DO UPDATE SET log = excluded.log, rank = excluded.rank, ended = excluded.ended`, string(a.City), a.ID, log, a.Rank, number(a.Over))
	if err == nil {
		err = w.put(`DELETE FROM household_asked_person WHERE city = $1 AND id = $2`, string(a.City), a.ID)
	}
	for _, p := range a.Persons {
		if err == nil && !a.Over {
			err = w.put(`INSERT INTO household_asked_person (person, city, id) VALUES ($1, $2, $3)`, string(p), string(a.City), a.ID)
		}
	}
	return err
}

func (w *writing) put(text string, args ...any) error {
	if _, err := w.tx.ExecContext(w.ctx, text, args...); err != nil {
		return fmt.Errorf("entries: %w", err)
	}
	return nil
}

// enteringLost tells the entries under way that the state may be of the past: see entry.Machine.
func (w *writing) enteringLost() error {
	return (&entry.Machine{}).Restored((&Deed{w: w}).EnteringBook(Voice{}))
}

// entering reads entries with what they have come to.
func entering(ctx context.Context, q querier, where string, args ...any) (list []Entering, err error) {
	rows, err := q.QueryContext(ctx, `SELECT n.text, e.due, e.work FROM household_entering e JOIN note n ON n.log = e.log `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text, work string
		var due int64
		var e Entering
		if err := rows.Scan(&text, &due, &work); err != nil {
			return nil, fmt.Errorf("entries: %w", err)
		}
		if err := readNote(text, &e); err != nil {
			return nil, err
		}
		if err := readNote(work, &e.Work); err != nil {
			return nil, err
		}
		e.Work.Due = due
		if e.Work.Answers == nil {
			e.Work.Answers = map[entry.City]entry.Answer{}
		}
		if e.Work.Known == nil {
			e.Work.Known = map[entry.City][]entry.Known{}
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// EnteringFilter narrows a list of entries.
type EnteringFilter struct {
	ID     string
	Open   bool   // those alone that are asking or lost
	Before string // id; older ones
	Limit  int    // 0: 100
}

// Enterings lists entries, the newest first.
func (s *Store) Enterings(ctx context.Context, f EnteringFilter) ([]Entering, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	return entering(ctx, s.db, `WHERE ($1 = '' OR e.id = $1) AND ($2 = '' OR e.id < $2) AND ($3 = 0 OR e.state IN ('asking', 'lost')) ORDER BY e.id DESC LIMIT $4`, f.ID, f.Before, number(f.Open), f.Limit)
}

// Entering is an entry with its plan, within a deed; ErrUnknown.
func (d *Deed) Entering(id string) (Entering, error) { return (&EnteringBook{d: d}).full(id) }

// EnteringDue tells how many entries are to be asked for again.
func (s *Store) EnteringDue(ctx context.Context, at time.Time) (n int, err error) {
	err = one(ctx, s.db, "entries", `SELECT COUNT(*) FROM household_entering WHERE due > 0 AND due <= $1 AND state = 'asking'`, []any{at.Unix()}, &n)
	return n, err
}

// enteringTables are those of entries and questions.
var enteringTables = []following{
	{"household_entering", []string{"id", "log", "state", "rank"}, " log rank ", 1},
	{"household_entering_person", []string{"person", "id"}, "", 2},
	{"household_asked", []string{"city", "id", "log", "rank", "ended"}, " log rank ended ", 2},
	{"household_asked_person", []string{"person", "city", "id"}, "", 3},
}

// checkEntering holds them to their notes.
func checkEntering(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 22, enteringTables, []string{roomEntering, roomAsked}, followed.entering)
}

// entering is what a note does to the rows.
func (f followed) entering(n savedNote) error {
	if n.Room == roomEntering {
		var e Entering
		if err := readNote(n.Text, &e); err != nil {
			return err
		}
		f["household_entering"][e.ID] = []string{fmt.Sprint(n.Log), string(e.State), fmt.Sprint(e.Rank)}
		for _, p := range e.Persons {
			delete(f["household_entering_person"], string(p)+"/"+e.ID)
		}
		for _, p := range e.open() {
			f["household_entering_person"][string(p)+"/"+e.ID] = []string{}
		}
		return nil
	}
	var a askedNote
	if err := readNote(n.Text, &a); err != nil {
		return err
	}
	key := string(a.City) + "/" + a.ID
	f["household_asked"][key] = []string{fmt.Sprint(n.Log), fmt.Sprint(a.Rank), fmt.Sprint(number(a.Over))}
	for _, p := range a.Persons {
		if row := string(p) + "/" + key; a.Over {
			delete(f["household_asked_person"], row)
		} else {
			f["household_asked_person"][row] = []string{}
		}
	}
	return nil
}
