package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// TrustPublications lists the versions of the trust list after one, oldest first.
func (s *Store) TrustPublications(ctx context.Context, after int) (list []KeptPublication, err error) {
	err = trustTexts(ctx, s.db, func(_ string, _ time.Time, text []byte) error {
		var k KeptPublication
		err := json.Unmarshal(text, &k)
		list = append(list, k)
		return err
	}, roomTrustList, `SELECT n.id, e.recorded_at, n.text FROM trust_now t JOIN note n ON n.log = t.log JOIN log_entry e ON e.idx = n.log
		WHERE t.room = $1 AND t.version > $2 ORDER BY t.version`, after)
	return list, err
}

// TrustProposals lists the proposals that a node knows, those of a stage or, where that is
// empty, all, the newest first.
func (s *Store) TrustProposals(ctx context.Context, stage trustlist.Stage) ([]trustlist.Proposal, error) {
	if stage == "" {
		return trustProposals(ctx, s.db, "")
	}
	return trustProposals(ctx, s.db, `AND t.mark = $2`, string(stage))
}

// TrustProposal is one of them; ErrUnknown where there is none such.
func (s *Store) TrustProposal(ctx context.Context, id string) (p trustlist.Proposal, err error) {
	list, err := trustProposals(ctx, s.db, `AND t.id = $2`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("proposal %s: %w", id, ErrUnknown)
	}
	if err != nil {
		return p, err
	}
	return list[0], nil
}

func trustProposals(ctx context.Context, q querier, where string, args ...any) (list []trustlist.Proposal, err error) {
	last := ""
	err = trustTexts(ctx, q, func(id string, at time.Time, text []byte) error {
		var k keptStep
		if err := json.Unmarshal(text, &k); err != nil {
			return err
		}
		if id != last {
			list, last = append(list, trustlist.Proposal{}), id
		}
		k.Step.At = trustlist.InstantOf(at)
		p := &list[len(list)-1]
		p.Signed, p.Stage, p.Steps = k.Proposal, k.Stage, append(p.Steps, k.Step)
		return nil
	}, roomTrustProposal, `SELECT n.id, e.recorded_at, n.text FROM trust_now t JOIN note n ON n.room = t.room AND n.id = t.id JOIN log_entry e ON e.idx = n.log
		WHERE t.room = $1 `+where+` ORDER BY t.log DESC, n.log`, args...)
	return list, err
}

// TrustHeard lists what other nodes say of the versions after one.
func (s *Store) TrustHeard(ctx context.Context, after int) (list []TrustHeard, err error) {
	err = trustTexts(ctx, s.db, func(_ string, _ time.Time, text []byte) error {
		var h TrustHeard
		err := json.Unmarshal(text, &h)
		list = append(list, h)
		return err
	}, roomTrustHeard, `SELECT n.id, e.recorded_at, n.text FROM trust_now t JOIN note n ON n.log = t.log JOIN log_entry e ON e.idx = n.log
		WHERE t.room = $1 AND t.version > $2 ORDER BY t.version, t.id`, after)
	return list, err
}

// TrustFindings lists what was found wrong, the newest first.
func (s *Store) TrustFindings(ctx context.Context) (list []TrustFinding, err error) {
	err = trustTexts(ctx, s.db, func(_ string, at time.Time, text []byte) error {
		f := TrustFinding{At: at}
		err := json.Unmarshal(text, &f)
		list = append(list, f)
		return err
	}, roomTrustFinding, `SELECT n.id, e.recorded_at, n.text FROM trust_now t JOIN note n ON n.log = t.log JOIN log_entry e ON e.idx = n.log
		WHERE t.room = $1 ORDER BY t.log DESC`)
	return list, err
}

// trustTexts reads notes of a room.
func trustTexts(ctx context.Context, q querier, read func(id string, at time.Time, text []byte) error, room, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, append([]any{room}, args...)...)
	if err != nil {
		return fmt.Errorf("%s: %w", room, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, recorded, text string
		if err := rows.Scan(&id, &recorded, &text); err != nil {
			return fmt.Errorf("%s: %w", room, damaged(err))
		}
		at, err := parseStamp(recorded)
		if err == nil {
			err = read(id, at, []byte(text))
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w: %v", room, id, ErrDamaged, err)
		}
	}
	return rows.Err()
}

// ConfirmTrust keeps that a version of the list was the office's newest at a moment. It is no
// evidence and leaves no entry: a node that was restored asks the office again.
func (s *Store) ConfirmTrust(ctx context.Context, at time.Time, version int) error {
	return s.write(ctx, func(w *writing) error {
		_, err := w.tx.ExecContext(ctx, `INSERT INTO trust_confirmed (id, at, version) VALUES (1, $1, $2)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at, version = excluded.version WHERE excluded.at > trust_confirmed.at`, stampOf(at), version)
		if err != nil {
			return fmt.Errorf("trust list: %w", err)
		}
		return nil
	})
}

// TrustConfirmed is when the list was last found to be the office's newest; no moment if never.
func (s *Store) TrustConfirmed(ctx context.Context) (at time.Time, err error) {
	var text string
	err = s.db.QueryRowContext(ctx, `SELECT at FROM trust_confirmed WHERE id = 1`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return at, nil
	}
	if err == nil {
		at, err = parseStamp(text)
	}
	if err != nil {
		return at, fmt.Errorf("trust list: %w", err)
	}
	return at, nil
}

// checkTrust holds the rows of these rooms to their notes.
func checkTrust(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 8)
	if !there || err != nil {
		return err
	}
	want := map[string]string{}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || !trustRoom(n.Room) {
			return err
		}
		now, err := trustNowOf(n)
		want[n.Room+" "+n.ID] = fmt.Sprint(now.version, " ", now.mark, " ", now.log)
		return err
	})
	if err != nil {
		return err
	}
	c := newCells("trust_now", "room", "id", "version", "mark", "log")
	err = eachCells(ctx, tx, `SELECT room, id, version, mark, log FROM trust_now ORDER BY room, id`, c, func() {
		key, have := c.text(0)+" "+c.text(1), fmt.Sprint(c.integer(2), " ", c.text(3), " ", c.integer(4))
		should, ok := want[key]
		delete(want, key)
		switch fault := c.fault(); {
		case fault != "":
			r.Add(evidence.NoteAltered, -1, "trust_now "+key, fault)
		case !ok:
			r.Add(evidence.NoteInserted, -1, "trust_now "+key, "")
		case should != have:
			r.Add(evidence.NoteAltered, -1, "trust_now "+key, have+" ≠ "+should)
		}
	})
	for key := range want {
		r.Add(evidence.NoteMissing, -1, "trust_now "+key, "")
	}
	return err
}
