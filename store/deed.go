package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/google/uuid"

	"conurb/kit/jws"
	"conurb/livelihood/licence"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// Deed is a write of several things that happen together or not at all. It may be begun
// more than once, and must leave no trace outside but what it overwrites.
type Deed struct {
	w    *writing
	demo bool      // of a demonstration: it may pretend to be of another moment
	then time.Time // that it pretends to be of; zero: it does not
}

// Do runs a deed.
func (s *Store) Do(ctx context.Context, f func(d *Deed) error) error {
	return s.writeGrouped(ctx, func(w *writing) error { return f(&Deed{w: w, demo: s.demo}) })
}

// At is the moment of the deed: that of all its entries in the log, but where it pretends to be
// of another.
func (d *Deed) At() time.Time {
	if d.Pretends() {
		return d.then
	}
	return d.w.at
}

// Pretend is the same deed as if it were of a moment before: what rooms write down is of that
// moment, while the log and messages say when it was truly written. Whoever pretends has to say so
// in what he writes. Only a store of a demonstration allows it (Options.Demo); there and for a
// moment to come it is ErrInvalid.
func (d *Deed) Pretend(at time.Time) (*Deed, error) {
	if !d.demo || at.After(d.w.at) {
		return nil, fmt.Errorf("a deed of %s, written at %s: %w", stampOf(at), stampOf(d.w.at), ErrInvalid)
	}
	return &Deed{w: d.w, demo: true, then: evidence.Microseconds(at)}, nil
}

// Pretends tells whether it is as if of another moment.
func (d *Deed) Pretends() bool { return !d.then.IsZero() }

// Voice is in whose name a node speaks.
type Voice struct {
	Node    message.Node
	Key     *jws.Private
	Checked *message.Checked // remembers what was signed; may be nil
}

// Send puts a message into the outbox.
func (d *Deed) Send(v Voice, draft message.Draft) (message.Sealed, error) {
	w := d.w
	var last int64
	err := w.tx.QueryRowContext(w.ctx, `SELECT COALESCE(MAX(sequence), 0) FROM message_out WHERE receiver = $1 AND case_id = $2`,
		string(draft.To), draft.Case).Scan(&last)
	if err != nil {
		return message.Sealed{}, fmt.Errorf("outbox: %w", err)
	}
	return d.sendAs(v, last+1, draft)
}

// sendAs is Send for whoever knows the number that the message has in its case.
func (d *Deed) sendAs(v Voice, sequence int64, draft message.Draft) (message.Sealed, error) {
	w := d.w
	id, err := uuid.NewV7()
	if err != nil {
		return message.Sealed{}, err
	}
	s, err := message.Seal(rand.Reader, draft, id.String(), v.Node, sequence, w.at, v.Key)
	if err != nil {
		return s, err
	}
	v.Checked.Made(s, v.Key.Public())
	log, err := w.message(evidence.Sent, &s)
	if err != nil {
		return s, err
	}
	return s, w.outRow(log, &s, w.at)
}

// IssueLicence is Store.IssueLicence within a deed.
func (d *Deed) IssueLicence(t *licence.Type, draft licence.Draft, by string, zone *time.Location, shape Shape, seal Seal) (licence.Record, error) {
	return d.w.issue(t, draft, by, zone, shape, seal)
}

// Licence is Store.Licence within a deed.
func (d *Deed) Licence(key string) (licence.Record, error) { return licenceOf(d.w.ctx, d.w.tx, key) }

// Licences is Store.Licences within a deed.
func (d *Deed) Licences(f LicenceFilter) ([]licence.Record, error) {
	return licencesOf(d.w.ctx, d.w.tx, f)
}

// ActOnLicence is Store.ActOnLicence within a deed.
func (d *Deed) ActOnLicence(types *licence.Register, key string, a licence.Action, how licence.How, zone *time.Location, seal Seal) (licence.Record, error) {
	before, err := licenceOf(d.w.ctx, d.w.tx, key)
	if err != nil {
		return licence.Record{}, err
	}
	return d.w.act(types, before, a, how, zone, seal)
}

// RetryMessage gives a message of the inbox that failed its turn again.
func (s *Store) RetryMessage(ctx context.Context, from message.Node, id string) error {
	return s.write(ctx, func(w *writing) error {
		return w.changed(`UPDATE message_in SET state = $1, reason = '' WHERE sender = $2 AND id = $3 AND state = $4`, inWaiting, string(from), id, inFailed)
	})
}

// ReviveMessage sends a dead letter again, made anew with this moment and this key.
func (s *Store) ReviveMessage(ctx context.Context, v Voice, id string) error {
	return s.write(ctx, func(w *writing) error {
		o, err := outOf(ctx, w.tx, id)
		if err != nil {
			return err
		}
		if o.State != message.Dead {
			return fmt.Errorf("message %s is %s: %w", id, o.State, ErrInvalid)
		}
		again, err := o.Sealed.Again(rand.Reader, w.at, v.Key)
		if err != nil {
			return err
		}
		log, err := w.message(evidence.Sent, &again)
		if err != nil {
			return err
		}
		return w.changed(`UPDATE message_out SET log = $1, state = $2, tries = 0, next_at = $3, since = $3, reason = '' WHERE id = $4`,
			log, string(message.Waiting), stampOf(w.at), id)
	})
}

// HurryMessages has what waits for a node sent now: it is back.
func (s *Store) HurryMessages(ctx context.Context, to message.Node) error {
	return s.write(ctx, func(w *writing) error {
		_, err := w.tx.ExecContext(ctx, `UPDATE message_out SET next_at = $1 WHERE receiver = $2 AND state = 'waiting' AND state <> 'delivered' AND next_at > $1`, stampOf(w.at), string(to))
		if err != nil {
			return fmt.Errorf("outbox: %w", err)
		}
		return nil
	})
}
