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
	all, err := textsOf(ctx, s.db, "cards", `SELECT n.text FROM node_card c JOIN note n ON n.log = c.log ORDER BY c.name`)
	if err != nil {
		return nil, err
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

// cardTables is the one of cards.
var cardTables = []following{{"node_card", []string{"name", "version", "log"}, " version log ", 1}}

// checkCards holds the table of cards to the notes about them.
func checkCards(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 6, cardTables, []string{roomCard}, func(want followed, n savedNote) error {
		c, err := card.Read([]byte(n.Text))
		want["node_card"][n.ID] = []string{fmt.Sprint(c.Card.Version), fmt.Sprint(n.Log)}
		return err
	})
}
