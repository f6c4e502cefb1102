package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"conurb/kit/licenceid"
	"conurb/trust/trustlist"
)

// visitID names a visit among notes.
func visitID(city trustlist.Party, id string) string { return string(city) + "/" + id }

func visitKey(text string) (city, id string, err error) {
	city, id, ok := strings.Cut(text, "/")
	if !ok {
		err = fmt.Errorf("visit %q: %w", text, ErrDamaged)
	}
	return city, id, err
}

// Visit keeps that somebody looked at a licence of this node, named by v.Identifier; the
// rest of what it says of the licence is filled in. ErrNoLicence where this node issued no
// such edition, ErrDone where the visit is known.
func (d *Deed) Visit(v Visit) (Visit, error) {
	id, err := licenceid.Parse(v.Identifier)
	if err != nil {
		return v, err
	}
	r, err := d.Licence(v.Identifier)
	if err != nil {
		return v, err
	}
	if edition, err := strconv.Atoi(id.Version); err != nil || edition < 1 || edition > r.Edition {
		return v, fmt.Errorf("edition %s of licence %s: %w", id.Version, r.ID, ErrNoLicence)
	}
	v.Licence, v.HolderKind, v.HolderCode, v.Type, v.Salt = r.ID, r.Holder.Kind, r.Holder.Code, r.Type, salt()
	return v, d.w.counter(counterVisited, visitID(v.City, v.ID), v)
}

// Object keeps that a holder objects to a visit to a licence of his: ErrUnknown where there
// is none, ErrStranger where the licence is another's, ErrDone where he objected before.
func (d *Deed) Object(kind, code string, city trustlist.Party, id, reason string) error {
	var k, c string
	err := one(d.w.ctx, d.w.tx, "visit "+visitID(city, id), `SELECT holder_kind, holder_code FROM licence_visit WHERE city = $1 AND id = $2`, []any{string(city), id}, &k, &c)
	if err != nil {
		return err
	}
	if k != kind || c != code {
		return fmt.Errorf("visit %s: %w", visitID(city, id), ErrStranger)
	}
	return d.w.counter(counterObjected, visitID(city, id), Said{Text: reason, At: d.w.at, Salt: salt()})
}

// Settle keeps the answer to an objection: ErrDone where there is one, or nobody objected.
func (d *Deed) Settle(city trustlist.Party, id string, reply Said) error {
	reply.Salt = salt()
	return d.w.counter(counterSettled, visitID(city, id), reply)
}

// Dispute keeps that a holder objects to a check of this node, as the city that issued the
// licence says: ErrStranger where another city did, ErrDone where he objected before.
func (d *Deed) Dispute(from trustlist.Party, id string, objection Said) error {
	var text string
	var c Check
	err := one(d.w.ctx, d.w.tx, "check "+id, `SELECT n.text FROM counter_check c JOIN note n ON n.log = c.log WHERE c.id = $1`, []any{id}, &text)
	if err != nil {
		return err
	}
	if err := readNote(text, &c); err != nil {
		return err
	}
	if c.City != from || !c.Told {
		return fmt.Errorf("check %s: %w", id, ErrStranger)
	}
	objection.Salt = salt()
	return d.w.counter(counterDisputed, id, objection)
}

// Reply keeps what this node answers to an objection, and returns the check: ErrDone where
// it answered before, or nobody objected.
func (d *Deed) Reply(id string, reply Said) (c Check, err error) {
	var text string
	err = one(d.w.ctx, d.w.tx, "check "+id, `SELECT n.text FROM counter_check c JOIN note n ON n.log = c.log WHERE c.id = $1`, []any{id}, &text)
	if err != nil {
		return c, err
	}
	if err := readNote(text, &c); err != nil {
		return c, err
	}
	reply.At, reply.Salt = d.w.at, salt()
	return c, d.w.counter(counterReplied, id, reply)
}

// VisitFilter says which visits are asked for: those of a holder, or of a licence.
type VisitFilter struct {
	HolderKind, HolderCode string
	Licence                string // id
	Limit                  int    // 100 when 0
}

// Visits lists visits, the newest first.
func (s *Store) Visits(ctx context.Context, f VisitFilter) (list []Visited, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	where, args := `v.holder_kind = $1 AND v.holder_code = $2 ORDER BY v.log DESC LIMIT $3`, []any{f.HolderKind, f.HolderCode, f.Limit}
	if f.Licence != "" {
		where, args = `v.licence = $1 ORDER BY v.log DESC LIMIT $2`, []any{f.Licence, f.Limit}
	}
	rows, err := s.db.QueryContext(ctx, `SELECT n.text, COALESCE(o.text, ''), COALESCE(p.text, '') FROM licence_visit v JOIN note n ON n.log = v.log
		LEFT JOIN note o ON o.log = v.objected LEFT JOIN note p ON p.log = v.settled WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v Visited
		var text, objection, reply string
		if err := rows.Scan(&text, &objection, &reply); err != nil {
			return nil, fmt.Errorf("visits: %w", err)
		}
		for _, err := range []error{readNote(text, &v.Visit), said(objection, &v.Objection), said(reply, &v.Reply)} {
			if err != nil {
				return nil, err
			}
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
