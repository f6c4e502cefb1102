package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/trust/trustlist"
)

// AskWallets keeps a request; ask is what its answer will be held to, a secret. Secrets of
// requests that ended unanswered, and what was shown and not accepted in time, are dropped.
func (d *Deed) AskWallets(a Asking, ask string) error {
	w := d.w
	for _, s := range []string{`UPDATE counter_request SET ask = '' WHERE ask <> '' AND until_at < $1`, `UPDATE counter_check SET held = '', held_until = '' WHERE held <> '' AND held_until < $1`} {
		if _, err := w.tx.ExecContext(w.ctx, s, stampOf(w.at)); err != nil {
			return fmt.Errorf("counter: %w", err)
		}
	}
	a.Salt = salt()
	if err := w.counter(counterAsked, a.ID, a); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(w.ctx, `UPDATE counter_request SET ask = $1 WHERE id = $2`, ask, a.ID)
	return err
}

// Request is a request to wallets; ErrUnknown where there is none.
func (s *Store) Request(ctx context.Context, id string) (Request, error) {
	var r Request
	var text string
	err := one(ctx, s.db, "request "+id, `SELECT n.text, r.state, r.check_id, r.ask, r.trouble FROM counter_request r JOIN note n ON n.log = r.log WHERE r.id = $1`, []any{id},
		&text, &r.State, &r.Check, &r.Ask, &r.Trouble)
	if err != nil {
		return r, err
	}
	return r, readNote(text, &r.Asking)
}

// readNote reads a note of our own.
func readNote(text string, to any) error {
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return fmt.Errorf("note: %w: %v", ErrDamaged, err)
	}
	return nil
}

// TroubledRequest keeps why an answer was refused. The request stays open.
func (s *Store) TroubledRequest(ctx context.Context, id, why string) error {
	return s.write(ctx, func(w *writing) error {
		_, err := w.tx.ExecContext(ctx, `UPDATE counter_request SET trouble = $1 WHERE id = $2 AND state = $3`, why, id, RequestOpen)
		return err
	})
}

// DeclineRequest ends a request that a wallet declined; ErrDone where it has ended.
func (d *Deed) DeclineRequest(id, reason string) error {
	return d.w.counter(counterDeclined, id, Said{Text: reason, At: d.w.at, Salt: salt()})
}

// KeepCheck keeps what came of looking at a licence, and ends the request that it answers:
// ErrDone where that has ended, ErrOver where its time is over. held is what was shown, kept
// for so long and no longer unless it is accepted.
func (d *Deed) KeepCheck(c Check, held string, until time.Time) error {
	w := d.w
	if c.Request != "" {
		var text string
		if err := one(w.ctx, w.tx, "request "+c.Request, `SELECT until_at FROM counter_request WHERE id = $1`, []any{c.Request}, &text); err != nil {
			return err
		}
		if text < stampOf(w.at) {
			return fmt.Errorf("request %s: %w", c.Request, ErrOver)
		}
	}
	c.Salt = salt()
	if err := w.counter(counterChecked, c.ID, c); err != nil {
		return err
	}
	if held == "" {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, `UPDATE counter_check SET held = $1, held_until = $2 WHERE id = $3`, held, stampOf(until), c.ID)
	return err
}

// AcceptCheck makes what was shown part of a case: ErrDone where it is, ErrNotHeld where it
// was held for too long. Only a licence that was accepted can be (ErrInvalid).
func (d *Deed) AcceptCheck(id, kase string, by Clerk) error {
	w := d.w
	var text, held, until string
	var accepted int64
	err := one(w.ctx, w.tx, "check "+id, `SELECT n.text, c.held, c.held_until, c.accepted FROM counter_check c JOIN note n ON n.log = c.log WHERE c.id = $1`, []any{id}, &text, &held, &until, &accepted)
	if err != nil {
		return err
	}
	var c Check
	if err := readNote(text, &c); err != nil {
		return err
	}
	switch {
	case accepted != -1:
		return fmt.Errorf("check %s: %w", id, ErrDone)
	case c.Outcome != trustlist.Accepted:
		return fmt.Errorf("check %s: %w", id, ErrInvalid)
	case held == "" || until < stampOf(w.at):
		return fmt.Errorf("check %s: %w", id, ErrNotHeld)
	}
	return w.counter(counterAccepted, id, Acceptance{Case: kase, By: by, At: w.at, Content: json.RawMessage(held), Salt: salt()})
}

const selectChecked = `SELECT n.text, c.held, COALESCE(a.text, ''), COALESCE(o.text, ''), COALESCE(p.text, '') FROM counter_check c JOIN note n ON n.log = c.log
	LEFT JOIN note a ON a.log = c.accepted LEFT JOIN note o ON o.log = c.disputed LEFT JOIN note p ON p.log = c.replied `

func scanChecked(row *sql.Rows) (c Checked, err error) {
	var text, accepted, objection, reply string
	if err := row.Scan(&text, &c.Held, &accepted, &objection, &reply); err != nil {
		return c, err
	}
	if err := readNote(text, &c.Check); err != nil {
		return c, err
	}
	if accepted != "" {
		c.Accepted = new(Acceptance)
		err = readNote(accepted, c.Accepted)
	}
	return c, errors.Join(err, said(objection, &c.Objection), said(reply, &c.Reply))
}

func said(text string, to **Said) error {
	if text == "" {
		return nil
	}
	*to = new(Said)
	return readNote(text, *to)
}

// Check is one check; ErrUnknown where there is none.
func (s *Store) Check(ctx context.Context, id string) (Checked, error) {
	list, err := s.checks(ctx, `WHERE c.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("check %s: %w", id, ErrUnknown)
	}
	if err != nil {
		return Checked{}, err
	}
	return list[0], nil
}

// CheckFilter says which checks are asked for; what is empty asks for nothing.
type CheckFilter struct {
	Office   string
	Disputed bool   // those to which a holder objects
	Before   string // id: only older ones
	Limit    int    // 100 when 0
}

// Checks lists checks, the newest first.
func (s *Store) Checks(ctx context.Context, f CheckFilter) (out []Checked, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	where := `WHERE ($1 = '' OR c.log < (SELECT log FROM counter_check WHERE id = $1)) `
	if f.Disputed {
		where += `AND c.disputed <> -1 `
	}
	for len(out) < f.Limit {
		list, err := s.checks(ctx, where+`ORDER BY c.log DESC LIMIT $2`, f.Before, f.Limit)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if f.Office == "" || c.Clerk.Office == f.Office {
				out = append(out, c)
			}
		}
		if len(list) < f.Limit {
			break
		}
		f.Before = list[len(list)-1].ID
	}
	return out[:min(len(out), f.Limit)], nil
}

func (s *Store) checks(ctx context.Context, where string, args ...any) (list []Checked, err error) {
	rows, err := s.db.QueryContext(ctx, selectChecked+where, args...)
	if err != nil {
		return nil, fmt.Errorf("checks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanChecked(rows)
		if err != nil {
			return nil, fmt.Errorf("checks: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// KeepStatuses keeps a signed status list of another node, unless a newer one is kept.
func (s *Store) KeepStatuses(ctx context.Context, uri string, issued time.Time, token string) error {
	return s.write(ctx, func(w *writing) error {
		_, err := w.tx.ExecContext(ctx, `INSERT INTO kept_statuses (uri, issued, token) VALUES ($1, $2, $3)
			ON CONFLICT (uri) DO UPDATE SET issued = excluded.issued, token = excluded.token WHERE kept_statuses.issued <= excluded.issued`, uri, stampOf(issued), token)
		if err != nil {
			return fmt.Errorf("status list %s: %w", uri, err)
		}
		return nil
	})
}

// KeptStatuses is the signed status list of an address; ErrUnknown where none is kept.
func (s *Store) KeptStatuses(ctx context.Context, uri string) (token string, err error) {
	err = one(ctx, s.db, "status list "+uri, `SELECT token FROM kept_statuses WHERE uri = $1`, []any{uri}, &token)
	return token, err
}

// LicencesChanged is a number that grows with everything that happens to a licence here.
func (s *Store) LicencesChanged(ctx context.Context) (n int64, err error) {
	err = one(ctx, s.db, "licences", `SELECT COALESCE(MAX(log), -1) FROM licence_record`, nil, &n)
	return n, err
}
