package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/kit/licenceid"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// The kinds of message.
const (
	KindStatus    = "licence.status"           // a status list changed: to everybody
	KindChecked   = "licence.checked"          // somebody looked at a licence: to the city that issued it
	KindObjection = "licence.objection"        // its holder objects: to the city that looked
	KindAnswer    = "licence.objection.answer" // what that city answers
)

// MostReason bounds an objection and its answer, in characters.
const MostReason = 1000

// changed is the body of KindStatus.
type changed struct {
	URI string `json:"uri"`
}

// told is the body of KindChecked: who looked at which licence, at what of it, when and why.
type told struct {
	Check      string            `json:"check"`
	Identifier string            `json:"identifier"`
	Form       string            `json:"form"`
	Asked      []string          `json:"asked"`
	Shown      []string          `json:"shown"`
	Office     string            `json:"office"`
	Role       string            `json:"role"`
	Purpose    string            `json:"purpose"`
	At         time.Time         `json:"at"`
	Offline    bool              `json:"offline,omitempty"`
	Outcome    trustlist.Outcome `json:"outcome"`
}

// objection is the body of KindObjection and KindAnswer.
type objection struct {
	Check string    `json:"check"`
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
}

// toldOf leaves the clerk's name out: it is his office that looks.
func toldOf(k *store.Check) told {
	return told{k.ID, k.Identifier, k.Form, k.Asked, k.Shown, k.Clerk.Office, k.Clerk.Role, k.Purpose, k.At, k.Offline, k.Outcome}
}

func visitOf(city trustlist.Party, t told) store.Visit {
	return store.Visit{City: city, ID: t.Check, Identifier: t.Identifier, Form: t.Form, Clerk: store.Clerk{Office: t.Office, Role: t.Role}, Asked: t.Asked, Shown: t.Shown,
		Purpose: t.Purpose, At: t.At, Offline: t.Offline, Outcome: t.Outcome}
}

// Handlers are what messages of other nodes do.
func (c *Counter) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	return map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error{
		KindStatus: c.onStatus, KindChecked: c.onChecked, KindObjection: c.onObjection, KindAnswer: c.onAnswer,
	}
}

func (c *Counter) send(d *store.Deed, to trustlist.Party, kind, kase string, body any) error {
	_, err := d.Send(c.Voice(), message.Draft{To: message.Node(to), Kind: kind, Case: kase, Body: body})
	return err
}

// unhandled is the refusal of a message for a person to look at. Errors of the database are
// none: they pass.
func unhandled(err error) error {
	for _, mine := range []error{store.ErrNoLicence, store.ErrUnknown, store.ErrDone, store.ErrStranger, licenceid.ErrID, errBody} {
		if errors.Is(err, mine) {
			return message.NoEffect(err.Error())
		}
	}
	return err
}

var errBody = errors.New("not the body of such a message")

// body reads the body of a message.
func body(m message.Sealed, to any) error {
	d := json.NewDecoder(strings.NewReader(string(m.Envelope.Body)))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%w: %w", errBody, err)
	}
	return nil
}

// onStatus has the list asked for again that its own node says has changed.
func (c *Counter) onStatus(_ context.Context, _ *store.Deed, m message.Sealed) error {
	var b changed
	if err := body(m, &b); err != nil {
		return unhandled(err)
	}
	for _, one := range c.Cards() {
		if message.Node(one.Card.Name) == m.Envelope.From && strings.HasPrefix(b.URI, one.Card.URL+statusesPath+"/") {
			c.online.Renew(b.URI)
			return nil
		}
	}
	return unhandled(fmt.Errorf("%s is no list of %s: %w", b.URI, m.Envelope.From, errBody))
}

// onChecked keeps that somebody looked at a licence of ours.
func (c *Counter) onChecked(_ context.Context, d *store.Deed, m message.Sealed) error {
	var t told
	if err := body(m, &t); err != nil {
		return unhandled(err)
	}
	if err := t.valid(m.Envelope); err != nil {
		return unhandled(err)
	}
	_, err := d.Visit(visitOf(trustlist.Party(m.Envelope.From), t))
	return unhandled(err)
}

// valid holds what another node says to what this one would say.
func (t *told) valid(e message.Envelope) error {
	id, err := uuid.Parse(t.Check)
	if err != nil || id.String() != t.Check {
		return fmt.Errorf("check %q: %w", t.Check, errBody)
	}
	for name, bad := range map[string]bool{
		"case": e.Case != t.Check, "form": !slices.Contains([]string{FormWallet, FormSlip, FormFile}, t.Form),
		"asked": len(t.Asked) > 4*MostAttributes || slices.ContainsFunc(t.Asked, tooLong), "shown": len(t.Shown) > 4*MostAttributes || slices.ContainsFunc(t.Shown, tooLong),
		"office": tooLong(t.Office), "role": tooLong(t.Role), "purpose": texted("", t.Purpose, 1, MostPurpose) != nil,
		"outcome": !slices.Contains([]trustlist.Outcome{trustlist.Accepted, trustlist.NotAccepted, trustlist.CannotTell}, t.Outcome),
		"at":      t.At.IsZero() || t.At.After(e.Made.Add(message.Skew)),
	} {
		if bad {
			return fmt.Errorf("%s: %w", name, errBody)
		}
	}
	if t.Asked == nil || t.Shown == nil {
		t.Asked, t.Shown = append([]string{}, t.Asked...), append([]string{}, t.Shown...)
	}
	return nil
}

func tooLong(s string) bool { return len(s) > 200 }

// onObjection keeps that a holder objects to a check of ours.
func (c *Counter) onObjection(_ context.Context, d *store.Deed, m message.Sealed) error {
	var o objection
	if err := body(m, &o); err != nil {
		return unhandled(err)
	}
	if texted("", o.Text, 1, MostReason) != nil {
		return unhandled(errBody)
	}
	return unhandled(d.Dispute(trustlist.Party(m.Envelope.From), o.Check, store.Said{Text: o.Text, At: o.At}))
}

// onAnswer keeps what the city that looked answers.
func (c *Counter) onAnswer(_ context.Context, d *store.Deed, m message.Sealed) error {
	var o objection
	if err := body(m, &o); err != nil {
		return unhandled(err)
	}
	if texted("", o.Text, 1, MostReason) != nil {
		return unhandled(errBody)
	}
	return unhandled(d.Settle(trustlist.Party(m.Envelope.From), o.Check, store.Said{Text: o.Text, At: o.At}))
}

// History lists who looked at the licences of a holder, the newest first.
func (c *Counter) History(ctx context.Context, f store.VisitFilter) ([]store.Visited, error) {
	return c.Store.Visits(ctx, f)
}

// Object keeps a holder's objection to a visit, named by the city that looked and the id of
// its check, and passes it on.
func (c *Counter) Object(ctx context.Context, kind, code string, city trustlist.Party, id, reason string) error {
	if err := texted(RefusedReason, reason, 1, MostReason); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := c.Store.Do(ctx, func(d *store.Deed) error {
		if err := d.Object(kind, code, city, id, reason); err != nil {
			return err
		}
		o := objection{id, reason, d.At()}
		if city == c.Me {
			return d.Dispute(c.Me, id, store.Said{Text: o.Text, At: o.At})
		}
		return c.send(d, city, KindObjection, id, o)
	})
	switch {
	case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrStranger): // whose it is is not told
		return refuse(RefusedCheck, err, "id", string(city)+"/"+id)
	case errors.Is(err, store.ErrDone):
		return refuse(RefusedDone, err)
	}
	return err
}

// Disputed lists the checks to which holders object, the newest first.
func (c *Counter) Disputed(ctx context.Context, limit int) ([]store.Checked, error) {
	return c.Store.Checks(ctx, store.CheckFilter{Disputed: true, Limit: limit})
}

// Reply answers an objection; the holder's city is told.
func (c *Counter) Reply(ctx context.Context, id, text, by string) error {
	if err := texted(RefusedReason, text, 1, MostReason); err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	err := c.Store.Do(ctx, func(d *store.Deed) error {
		k, err := d.Reply(id, store.Said{Text: text, By: by})
		if err != nil {
			return err
		}
		if k.City == c.Me {
			return d.Settle(c.Me, id, store.Said{Text: text, At: d.At()})
		}
		return c.send(d, k.City, KindAnswer, id, objection{id, text, d.At()})
	})
	switch {
	case errors.Is(err, store.ErrUnknown):
		return refuse(RefusedCheck, err, "id", id)
	case errors.Is(err, store.ErrDone):
		return refuse(RefusedDone, err)
	}
	return err
}
