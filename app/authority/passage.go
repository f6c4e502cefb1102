package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/message"
)

// The kinds of messages between two cities.
const (
	KindTransfer = "licence.transfer"         // A asks B to take a licence over
	KindTaken    = "licence.transferred"      // B has issued it, and keeps it back
	KindRefused  = "licence.transfer-refused" // B cannot
	KindMoved    = "licence.moved"            // A has closed its own
	KindVoid     = "licence.transfer-void"    // A has not: B ends what it kept back
)

// Passage is a licence on its way to another city: what that city issues by.
type Passage struct {
	ID         string            `json:"id"`      // of the licence in the city it leaves
	Version    int               `json:"version"` // of the record that began the transfer
	Identifier string            `json:"identifier"`
	Type       string            `json:"type"`
	Authority  licence.Authority `json:"authority"`
	Holder     licence.Holder    `json:"holder"`
	Number     string            `json:"number"`
	From       area.Date         `json:"from"`
	Until      area.Date         `json:"until,omitzero"`
	Attributes map[string]any    `json:"attributes"`
	Key        *jws.JWK          `json:"key,omitempty"`
	Reason     string            `json:"reason"`
	By         string            `json:"by,omitempty"`
}

// reply is every other message: which passage, and what came of it.
type reply struct {
	ID      string            `json:"id"`
	Version int               `json:"version"`
	Taken   string            `json:"taken,omitempty"` // id of B's licence
	Gives   string            `json:"gives,omitempty"` // identifier of B's licence
	Code    string            `json:"code,omitempty"`  // of a licence.Refusal
	Args    map[string]string `json:"args,omitempty"`
}

// ErrAlone tells that the node has nobody to hand a licence over to.
var ErrAlone = errors.New("the node speaks to no other city")

// ErrSameCity tells that a licence is to be handed over to the city it is in.
var ErrSameCity = errors.New("the licence is in that city already")

// ErrNoCity tells that no city is known by a name.
var ErrNoCity = errors.New("no such city")

// Handlers are the effects of messages, by kind. Each runs in the deed in which it is
// noted that the message had its effect.
func (k *Desk) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindTransfer: k.arrive, KindTaken: k.taken, KindRefused: k.refused, KindMoved: k.moved, KindVoid: k.void,
	}
}

// leave tells another city of a licence that has begun to leave.
func (k *Desk) leave(d *store.Deed, r *licence.Record) error {
	if k.Voice == nil {
		return ErrAlone
	}
	if r.To == k.City() {
		return ErrSameCity
	}
	if k.Knows != nil && !k.Knows(r.To) {
		return fmt.Errorf("%q: %w", r.To, ErrNoCity)
	}
	return k.say(d, message.Node(r.To), KindTransfer, r.ID, "", Passage{
		ID: r.ID, Version: r.Version, Identifier: r.Identifier, Type: r.Type, Authority: r.Authority, Holder: r.Holder, Number: r.Number,
		From: r.From, Until: r.Until, Attributes: r.Attributes, Key: r.Key, Reason: r.Reason, By: r.By,
	})
}

func (k *Desk) say(d *store.Deed, to message.Node, kind, kase, inReplyTo string, body any) error {
	if k.Voice == nil {
		return ErrAlone
	}
	_, err := d.Send(k.Voice(), message.Draft{To: to, Kind: kind, Case: kase, InReplyTo: inReplyTo, Body: body})
	return err
}

func (k *Desk) answer(d *store.Deed, m message.Sealed, kind string, r reply) error {
	return k.say(d, m.Envelope.From, kind, m.Envelope.Case, m.Envelope.ID, r)
}

// nonsense refuses a message that no desk would send: a person has to look at it.
func nonsense(format string, args ...any) error {
	return message.NoEffect(fmt.Sprintf(format, args...))
}

func read(m message.Sealed, to any) error {
	if err := json.Unmarshal(m.Envelope.Body, to); err != nil {
		return nonsense("the body is not that of %s", m.Envelope.Kind)
	}
	return nil
}

// arrive issues what another city hands over, and keeps it back.
func (k *Desk) arrive(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var p Passage
	if err := read(m, &p); err != nil {
		return err
	}
	id, err := licenceid.Parse(p.Identifier)
	if err != nil || id.Type != p.Type || id.Issuer != p.Authority.Code || p.Authority.City != string(m.Envelope.From) || p.ID != m.Envelope.Case {
		return nonsense("the licence is not one of %s", m.Envelope.From)
	}
	draft, no := k.draft(&p)
	if no == nil && k.Accepts != nil {
		if err := k.Accepts(ctx, m.Envelope.From, p); err != nil && !errors.As(err, &no) {
			return err
		}
	}
	var r licence.Record
	if no == nil {
		r, err = k.IssueIn(d, draft, by(m, p.By))
		if err != nil && !errors.As(err, &no) {
			return err
		}
	}
	if no != nil { // found before anything was written
		return k.answer(d, m, KindRefused, reply{ID: p.ID, Version: p.Version, Code: no.Code, Args: no.Args})
	}
	if _, err = d.ActOnLicence(k.Types, r.ID, licence.Suspend, licence.How{By: by(m, p.By), Reason: p.Reason, Hold: true}, k.Zone, k.Seal); err != nil {
		return err
	}
	return k.answer(d, m, KindTaken, reply{ID: p.ID, Version: p.Version, Taken: r.ID, Gives: r.Identifier})
}

// draft holds what comes from another city to the register, as what a clerk writes is.
func (k *Desk) draft(p *Passage) (licence.Draft, *licence.Refusal) {
	if k.Types.Type(p.Type) == nil {
		return licence.Draft{}, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": p.Type}}
	}
	f := map[string]any{
		"type": p.Type, "authority": k.Offices[0], "holder": p.Holder, "number": p.Number, "from": p.From.String(), "former": p.Identifier,
		"reason": p.Reason, "attributes": p.Attributes,
	}
	if p.Until != 0 {
		f["until"] = p.Until.String()
	}
	b, err := json.Marshal(f)
	if err != nil {
		return licence.Draft{}, &licence.Refusal{Code: licence.RefusedForm, Args: map[string]string{"field": "attributes"}}
	}
	d, err := licence.ReadDraft("message", b, k.Types)
	var faults licence.Problems
	if errors.As(err, &faults) {
		return d, &licence.Refusal{Code: licence.RefusedForm, Args: map[string]string{"field": strings.Join(fields(faults), ", ")}}
	}
	d.Key = p.Key
	return d, nil
}

func fields(p licence.Problems) (list []string) {
	for _, one := range p {
		list = append(list, one.Field)
	}
	return list
}

// by names a person of another city.
func by(m message.Sealed, who string) string {
	return strings.TrimSuffix(string(m.Envelope.From)+": "+who, ": ")
}

// from tells whether a name is one that by made for the sender of a message.
func from(m message.Sealed, name string) bool {
	city, _, _ := strings.Cut(name, ": ")
	return city == string(m.Envelope.From)
}

// leaving is the licence that an answer is about, while the transfer that it answers is
// still under way; ok is false when it no longer is.
func (k *Desk) leaving(d *store.Deed, m message.Sealed, a *reply) (r licence.Record, ok bool, err error) {
	if err := read(m, a); err != nil {
		return r, false, err
	}
	r, err = d.Licence(a.ID)
	if errors.Is(err, store.ErrNoLicence) || err == nil && (r.ID != a.ID || a.ID != m.Envelope.Case) {
		return r, false, nonsense("there is no licence %s here", a.ID)
	} else if err != nil {
		return r, false, err
	}
	return r, r.State == licence.Leaving && r.Version == a.Version && r.To == string(m.Envelope.From), nil
}

// taken closes a licence that the other city has issued, or has that one ended where the
// licence is no longer on its way.
func (k *Desk) taken(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var a reply
	r, ok, err := k.leaving(d, m, &a)
	if err != nil {
		return err
	}
	if !ok {
		return k.answer(d, m, KindVoid, reply{ID: a.ID, Version: a.Version, Taken: a.Taken, Code: string(r.State)})
	}
	if _, err := k.ActIn(d, r.ID, licence.Move, licence.How{By: by(m, ""), Reason: r.Reason, Successor: a.Gives}); err != nil {
		return err
	}
	return k.answer(d, m, KindMoved, reply{ID: a.ID, Version: a.Version, Taken: a.Taken})
}

// refused keeps a licence that the other city does not take over.
func (k *Desk) refused(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var a reply
	r, ok, err := k.leaving(d, m, &a)
	if err != nil || !ok {
		return err
	}
	_, err = k.ActIn(d, r.ID, licence.Stay, licence.How{By: by(m, ""), Reason: because(m, "licence.refusal."+a.Code, a.Args)})
	return err
}

// because is a reason that another city gave, in both languages: the record is read in either.
func because(m message.Sealed, key string, args map[string]string) string {
	text := string(m.Envelope.From) + ": "
	for i, lang := range locale.Languages {
		if i > 0 {
			text += " / "
		}
		if !locale.Has(lang, key) {
			return text + key
		}
		text += locale.T(lang, key, args)
	}
	return strings.ToValidUTF8(text[:min(len(text), licence.MostText)], "")
}

// held is the licence kept back for a passage of the sender's; ok is false when it no longer is.
func (k *Desk) held(d *store.Deed, m message.Sealed, a *reply) (r licence.Record, ok bool, err error) {
	if err := read(m, a); err != nil {
		return r, false, err
	}
	r, err = d.Licence(a.Taken)
	if errors.Is(err, store.ErrNoLicence) || err == nil && (r.ID != a.Taken || r.Former == "") {
		return r, false, nonsense("there is no licence %s here", a.Taken)
	} else if err == nil && r.Held && !from(m, r.By) { // who hands it over is whose message kept it back
		return r, false, nonsense("%s does not hand over the licence %s", m.Envelope.From, a.Taken)
	}
	return r, err == nil && r.Held, err
}

// moved gives the licence to its holder: the other city has closed its own.
func (k *Desk) moved(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var a reply
	r, ok, err := k.held(d, m, &a)
	if err != nil || !ok {
		return err
	}
	_, err = k.ActIn(d, r.ID, licence.Resume, licence.How{By: by(m, ""), Reason: r.Reason, Hold: true})
	return err
}

// void ends what was kept back: the other city has not closed its own.
func (k *Desk) void(ctx context.Context, d *store.Deed, m message.Sealed) error {
	var a reply
	r, ok, err := k.held(d, m, &a)
	if err != nil || !ok {
		return err
	}
	_, err = k.ActIn(d, r.ID, licence.Rescind, licence.How{By: by(m, ""), Reason: because(m, "licence.state."+a.Code, nil)})
	return err
}
