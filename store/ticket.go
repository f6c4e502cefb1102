package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/trust/evidence"
)

// TicketKind is what a ticket is for.
type TicketKind string

// The kinds of tickets.
const (
	TicketOffer        TicketKind = "offer"        // an offer, by the secret in its address
	TicketRequest      TicketKind = "request"      // a pushed authorization request
	TicketCode         TicketKind = "code"         // of either grant
	TicketToken        TicketKind = "token"        // an access token
	TicketDeferred     TicketKind = "deferred"     // credentials that come later
	TicketNotification TicketKind = "notification" // what a wallet may tell about
	TicketSeen         TicketKind = "seen"         // a nonce or a name that may come once only
)

// Ticket is what somebody who shows a secret may have. Only the hash of the secret is kept.
type Ticket struct {
	Kind   TicketKind
	Secret string
}

func (t Ticket) hash() string { return evidence.SHA256([]byte(string(t.Kind) + ":" + t.Secret)) }

// PutTicket gives a ticket out, for something (parent; its zero value: nothing) and until a
// moment, with what it stands for as JSON. ErrExists where it is there already. Tickets that
// are over are removed on the way.
func (d *Deed) PutTicket(t, parent Ticket, until time.Time, v any) error {
	w := d.w
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	from := ""
	if parent.Secret != "" {
		from = parent.hash()
	}
	if _, err := w.tx.ExecContext(w.ctx, `DELETE FROM wallet_ticket WHERE until_at < $1`, stampOf(w.at)); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	r, err := w.tx.ExecContext(w.ctx, `INSERT INTO wallet_ticket (hash, kind, parent, until_at, text) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING`,
		t.hash(), string(t.Kind), from, stampOf(until), string(b))
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("ticket: %w", ErrExists))
	}
	return nil
}

// Ticket reads what a ticket stands for; ErrUnknown where there is none, or it is over.
func (d *Deed) Ticket(t Ticket, to any) error { return ticketOf(d.w.ctx, d.w.tx, t, d.w.at, to) }

// Ticket is Deed.Ticket for one who only reads.
func (s *Store) Ticket(ctx context.Context, t Ticket, to any) error {
	return ticketOf(ctx, s.db, t, s.now(), to)
}

func ticketOf(ctx context.Context, q querier, t Ticket, now time.Time, to any) error {
	var until, text string
	err := q.QueryRowContext(ctx, `SELECT until_at, text FROM wallet_ticket WHERE hash = $1`, t.hash()).Scan(&until, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("ticket: %w", ErrUnknown)
	} else if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	end, err := parseStamp(until)
	if err != nil {
		return fmt.Errorf("ticket: %w: %v", ErrDamaged, err)
	}
	if !now.Before(end) {
		return fmt.Errorf("ticket: %w", ErrUnknown)
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return fmt.Errorf("ticket: %w: %v", ErrDamaged, err)
	}
	return nil
}

// ChangeTicket changes what a ticket stands for.
func (d *Deed) ChangeTicket(t Ticket, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	return d.w.changed(`UPDATE wallet_ticket SET text = $1 WHERE hash = $2`, string(b), t.hash())
}

// EndTicket ends a ticket.
func (d *Deed) EndTicket(t Ticket) error {
	return d.w.changed(`DELETE FROM wallet_ticket WHERE hash = $1`, t.hash())
}

// EndTicketsOf ends the tickets that were given for one, and those given for these.
func (d *Deed) EndTicketsOf(t Ticket) error {
	w := d.w
	_, err := w.tx.ExecContext(w.ctx, `DELETE FROM wallet_ticket WHERE parent = $1 OR parent IN (SELECT hash FROM wallet_ticket WHERE parent = $1)`, t.hash())
	if err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return nil
}
