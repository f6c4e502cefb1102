package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"conurb/livelihood/household/family"
	"conurb/trust/evidence"
)

// roomFamily are the households of this city.
const roomFamily = "family"

// familyKept is the one action of its notes: a household as it is from here on.
const familyKept = "kept"

// ErrFamilyStale tells that a household was changed since it was read.
var ErrFamilyStale = errors.New("the household was changed meanwhile")

// FamilyVersion is a household as it was kept, by whom and why.
type FamilyVersion struct {
	Household family.Household `json:"household"`
	By        string           `json:"by"`
	Why       string           `json:"why"` // a code: entered, born, blocked, unblocked, in, out, head
	Reason    string           `json:"reason,omitempty"`
	Case      string           `json:"case,omitempty"`
	At        time.Time        `json:"at"`
	Salt      string           `json:"salt"` // the digest in the log tells nobody who lives where
}

// FamilyFilter narrows a list of households.
type FamilyFilter struct {
	Kind  family.Kind // empty: both
	After string      // id; households after it
	Limit int         // 0: 100
}

// KeepFamily keeps the next version of a household, or the first: ErrFamilyStale where another one was
// kept since, ErrExists where a member is in another household. It gives a new one its id.
func (d *Deed) KeepFamily(v FamilyVersion) (family.Household, error) {
	w, h := d.w, v.Household
	if h.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return h, err
		}
		h.ID = id.String()
	}
	var version int
	err := w.tx.QueryRowContext(w.ctx, `SELECT version FROM family_household WHERE id = $1`, h.ID).Scan(&version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("household %s: %w", h.ID, err)
	}
	if h.Version != version+1 {
		return h, fmt.Errorf("household %s version %d after %d: %w", h.ID, h.Version, version, ErrFamilyStale)
	}
	for _, m := range h.Members {
		other, err := householdOf(w.ctx, w.tx, m.Person)
		if err == nil && other != h.ID {
			err = ErrExists
		}
		if err != nil && !errors.Is(err, ErrUnknown) {
			return h, fmt.Errorf("household %s: a member: %w", h.ID, err)
		}
	}
	v.Household, v.At, v.Salt = h, w.at, salt()
	text, err := json.Marshal(v)
	if err != nil {
		return h, fmt.Errorf("household %s: %w", h.ID, err)
	}
	log, err := w.note(roomFamily, familyKept, h.ID, text)
	if err != nil {
		return h, err
	}
	return h, w.familyRows(log, &h)
}

func (w *writing) familyNoted(n savedNote) error {
	var v FamilyVersion
	if err := json.Unmarshal([]byte(n.Text), &v); err != nil {
		return fmt.Errorf("household %s: %w", n.ID, err)
	}
	return w.familyRows(n.Log, &v.Household)
}

func (w *writing) familyRows(log int64, h *family.Household) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO family_household (id, log, kind, version, members) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET log = excluded.log, kind = excluded.kind, version = excluded.version, members = excluded.members`,
		h.ID, log, string(h.Kind), h.Version, len(h.Members))
	if err == nil {
		_, err = w.tx.ExecContext(w.ctx, `DELETE FROM family_member WHERE household = $1`, h.ID)
	}
	for _, m := range h.Members {
		if err != nil {
			break
		}
		_, err = w.tx.ExecContext(w.ctx, `INSERT INTO family_member (person, household, log) VALUES ($1, $2, $3)`, string(m.Person), h.ID, log)
	}
	if err != nil {
		return fmt.Errorf("household %s: %w", h.ID, err)
	}
	return nil
}

// Family is Store.Family within a deed, as are the two below.
func (d *Deed) Family(id string) (family.Household, error) { return familyOf(d.w.ctx, d.w.tx, id) }

// FamilyOf is the household that a person is in.
func (d *Deed) FamilyOf(p family.Person) (family.Household, error) {
	return familyOfPerson(d.w.ctx, d.w.tx, p)
}

// Family is the household with an id, as it is now; ErrUnknown.
func (s *Store) Family(ctx context.Context, id string) (family.Household, error) {
	return familyOf(ctx, s.db, id)
}

// FamilyOf is the household that a person is in; ErrUnknown where there is none.
func (s *Store) FamilyOf(ctx context.Context, p family.Person) (h family.Household, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		h, err = familyOfPerson(ctx, tx, p)
		return err
	})
	return h, err
}

func householdOf(ctx context.Context, q querier, p family.Person) (id string, err error) {
	err = one(ctx, q, "household of a person", `SELECT household FROM family_member WHERE person = $1`, []any{string(p)}, &id)
	return id, err
}

func familyOfPerson(ctx context.Context, q querier, p family.Person) (family.Household, error) {
	id, err := householdOf(ctx, q, p)
	if err != nil {
		return family.Household{}, err
	}
	return familyOf(ctx, q, id)
}

func familyOf(ctx context.Context, q querier, id string) (family.Household, error) {
	var text string
	err := one(ctx, q, "household "+id, `SELECT n.text FROM family_household f JOIN note n ON n.log = f.log WHERE f.id = $1`, []any{id}, &text)
	if err != nil {
		return family.Household{}, err
	}
	v, err := familyVersion(text)
	return v.Household, err
}

func familyVersion(text string) (v FamilyVersion, err error) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("household: %w: %v", ErrDamaged, err)
	}
	return v, nil
}

// Families lists households, by id.
func (s *Store) Families(ctx context.Context, f FamilyFilter) (list []family.Household, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	all, err := textsOf(ctx, s.db, "households", `SELECT n.text FROM family_household f JOIN note n ON n.log = f.log
		WHERE ($1 = '' OR f.kind = $1) AND f.id > $2 ORDER BY f.id LIMIT $3`, string(f.Kind), f.After, f.Limit)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		v, err := familyVersion(text)
		if err != nil {
			return nil, err
		}
		list = append(list, v.Household)
	}
	return list, nil
}

// FamilyHistory are all versions of a household, oldest first; ErrUnknown.
func (s *Store) FamilyHistory(ctx context.Context, id string) (list []FamilyVersion, err error) {
	all, err := textsOf(ctx, s.db, "household "+id, `SELECT text FROM note WHERE room = $1 AND id = $2 ORDER BY log`, roomFamily, id)
	if err != nil {
		return nil, err
	}
	for _, text := range all {
		v, err := familyVersion(text)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("household %s: %w", id, ErrUnknown)
	}
	return list, nil
}

// Homeless are persons who are registered in this city and in no household: a certificate came
// whose application had been lost. A registrar enters them.
func (s *Store) Homeless(ctx context.Context) (list []family.Person, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT e.person FROM household_entry e LEFT JOIN family_member m ON m.person = e.person
		WHERE e.standing <> 'moved' AND m.person IS NULL ORDER BY e.person LIMIT 1000`)
	if err != nil {
		return nil, fmt.Errorf("persons without a household: %w", err)
	}
	all, err := texts(rows)
	for _, p := range all {
		list = append(list, family.Person(p))
	}
	return list, err
}

// familyTables are those of households and members.
var familyTables = []following{
	{"family_household", []string{"id", "log", "kind", "version", "members"}, " log version members ", 1},
	{"family_member", []string{"person", "household", "log"}, " log ", 1},
}

// checkFamily holds households and members to the notes about them.
func checkFamily(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	in := map[string][]family.Member{} // by household
	return checkFollowing(ctx, tx, r, 15, familyTables, []string{roomFamily}, func(want followed, n savedNote) error {
		v, err := familyVersion(n.Text)
		if err != nil {
			return err
		}
		h, log := v.Household, fmt.Sprint(n.Log)
		want["family_household"][n.ID] = []string{log, string(h.Kind), fmt.Sprint(h.Version), fmt.Sprint(len(h.Members))}
		for _, m := range in[n.ID] {
			delete(want["family_member"], string(m.Person))
		}
		for _, m := range h.Members {
			want["family_member"][string(m.Person)] = []string{n.ID, log}
		}
		in[n.ID] = h.Members
		return nil
	})
}
