package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// roomCard are the cards of nodes.
const roomCard = "card"

// The actions of a card.
const (
	CardJoined  = "joined"  // a person compared its fingerprint
	CardRenewed = "renewed" // it follows the one before
)

// Cards lists the newest card of every node that is known, this one's too, by name.
func (s *Store) Cards(ctx context.Context) (list []card.Signed, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT n.text FROM node_card c JOIN note n ON n.log = c.log ORDER BY c.name`)
	if err != nil {
		return nil, fmt.Errorf("cards: %w", err)
	}
	all, err := texts(rows)
	if err != nil {
		return nil, fmt.Errorf("cards: %w", err)
	}
	for _, text := range all {
		c, err := card.Read([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("card: %w: %v", ErrDamaged, err)
		}
		list = append(list, c)
	}
	return list, nil
}

// CardsMark changes whenever the cards do.
func (s *Store) CardsMark(ctx context.Context) (mark string, err error) {
	var count, last int64
	err = s.db.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MAX(log), 0) FROM node_card`).Scan(&count, &last)
	if err != nil {
		return "", fmt.Errorf("cards: %w", damaged(err))
	}
	return fmt.Sprint(count, " ", last), nil
}

// JoinCard keeps the card of a node on the word of a person, whatever was known of it.
func (s *Store) JoinCard(ctx context.Context, c card.Signed) error {
	return s.write(ctx, func(w *writing) error { return w.card(CardJoined, c) })
}

// RenewCard keeps a card that follows the one that is known; the same card again changes
// nothing. Refusals are *card.Fault; ErrUnknown where no card of the node is known.
func (s *Store) RenewCard(ctx context.Context, c card.Signed) error {
	return s.Do(ctx, func(d *Deed) error { return d.RenewCard(c) })
}

// RenewCard is Store.RenewCard within a deed.
func (d *Deed) RenewCard(c card.Signed) error {
	old, err := d.w.cardOf(c.Card.Name)
	if err != nil {
		return err
	}
	if err := c.Follows(old, d.w.at); err != nil {
		return err
	}
	if c.Card.Version == old.Card.Version {
		return nil
	}
	return d.w.card(CardRenewed, c)
}

func (w *writing) cardOf(name trustlist.Party) (c card.Signed, err error) {
	var text string
	err = w.tx.QueryRowContext(w.ctx, `SELECT n.text FROM node_card c JOIN note n ON n.log = c.log WHERE c.name = $1`, string(name)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("node %s: %w", name, ErrUnknown)
	} else if err != nil {
		return c, fmt.Errorf("node %s: %w", name, err)
	}
	if c, err = card.Read([]byte(text)); err != nil {
		return c, fmt.Errorf("card of %s: %w: %v", name, ErrDamaged, err)
	}
	return c, nil
}

func (w *writing) card(action string, c card.Signed) error {
	b, err := c.Bytes()
	if err != nil {
		return err
	}
	log, err := w.note(roomCard, action, string(c.Card.Name), b)
	if err != nil {
		return err
	}
	return w.cardRow(log, &c)
}

func (w *writing) cardRow(log int64, c *card.Signed) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO node_card (name, version, log) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET version = excluded.version, log = excluded.log`, string(c.Card.Name), c.Card.Version, log)
	if err != nil {
		return fmt.Errorf("card of %s: %w", c.Card.Name, err)
	}
	return nil
}

func (w *writing) cardNoted(n savedNote) error {
	c, err := card.Read([]byte(n.Text))
	if err != nil {
		return err
	}
	return w.cardRow(n.Log, &c)
}

// checkCards holds the table of cards to the notes about them.
func checkCards(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 6)
	if !there || err != nil {
		return err
	}
	want := map[string]string{}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomCard {
			return err
		}
		c, err := card.Read([]byte(n.Text)) // its digest is good: we wrote it so
		want[n.ID] = fmt.Sprint(c.Card.Version, " ", n.Log)
		return err
	})
	if err != nil {
		return err
	}
	c := newCells("node_card", "name", "version", "log")
	err = eachCells(ctx, tx, `SELECT name, version, log FROM node_card ORDER BY name`, c, func() {
		name, have := c.text(0), fmt.Sprint(c.integer(1), " ", c.integer(2))
		should, ok := want[name]
		delete(want, name)
		switch fault := c.fault(); {
		case fault != "":
			r.Add(evidence.NoteAltered, -1, "node_card "+name, fault)
		case !ok:
			r.Add(evidence.NoteInserted, -1, "node_card "+name, "")
		case should != have:
			r.Add(evidence.NoteAltered, -1, "node_card "+name, have+" ≠ "+should)
		}
	})
	for name := range want {
		r.Add(evidence.NoteMissing, -1, "node_card "+name, "")
	}
	return err
}
