package issuance

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/door/openid"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
	"conurb/store"
)

// requestTicket is a pushed request.
type requestTicket struct {
	Request  openid4vci.Authorization `json:"request"`
	Types    []string                 `json:"types"`             // of licences that are asked for
	Licence  string                   `json:"licence,omitempty"` // of the offer that began it; empty: any
	Instance string                   `json:"instance,omitempty"`
}

// proven is what a caller proved of itself.
type proven struct {
	client   string // attested; empty: nobody vouches
	instance string // key of the wallet that attested what it is
	jkt      string // key of DPoP; empty: none
	once     []once
}

// once is what may come once only, until a moment.
type once struct {
	name  string
	until time.Time
}

// prove checks what a caller proves of itself. token is the access token of the request.
func (k *Desk) prove(c openid.Caller, client, token string, now time.Time) (p proven, err error) {
	if c.Attestation != "" || c.Proof != "" || k.HAIP && token == "" {
		a, err := openid4vci.CheckClient(c.Attestation, c.Proof, openid4vci.ClientDemand{Server: k.Issuer, Client: client, Anchors: k.Anchors, Clock: clock}, now)
		if err != nil {
			return p, err
		}
		p.client, p.instance = a.Client, a.JKT
		p.once = append(p.once, once{"client:" + a.JKT + ":" + a.JTI, a.Until})
	}
	if c.DPoP != "" || k.HAIP && c.Path != openid.PathPush {
		d, err := openid4vci.CheckDPoP(c.DPoP, openid4vci.DPoPDemand{Method: c.Method, URL: k.Issuer + c.Path, Token: token, Clock: clock}, now)
		if err != nil {
			return p, err
		}
		p.jkt = d.JKT
		p.once = append(p.once, once{"dpop:" + d.JKT + ":" + d.JTI, d.Until})
	}
	return p, nil
}

// keep keeps what may come once only; what came before is refused.
func keep(d *store.Deed, code openid4vci.Code, list []once) error {
	for _, o := range list {
		err := d.PutTicket(store.Ticket{Kind: store.TicketSeen, Secret: o.name}, store.Ticket{}, o.until, struct{}{})
		if errors.Is(err, store.ErrExists) {
			return &openid4vci.Refusal{Code: code, Field: "jti", Err: openid4vci.ErrReused}
		} else if err != nil {
			return err
		}
	}
	return nil
}

func refuse(code openid4vci.Code, field, format string, args ...any) error {
	return &openid4vci.Refusal{Code: code, Field: field, Err: fmt.Errorf(format, args...)}
}

// Push keeps a request until its holder decides.
func (k *Desk) Push(ctx context.Context, form url.Values, c openid.Caller) (out openid4vci.Pushed, err error) {
	a, err := openid4vci.ReadAuthorization(form)
	if err != nil {
		return out, err
	}
	p, err := k.prove(c, a.Client, "", k.Now())
	if err != nil {
		return out, err
	}
	if a.JKT != "" && p.jkt != "" && a.JKT != p.jkt {
		return out, refuse(openid4vci.InvalidDPoP, "dpop_jkt", "not the key of the proof")
	}
	if a.JKT == "" {
		a.JKT = p.jkt
	}
	t := requestTicket{Request: a, Instance: p.instance}
	if t.Types, err = a.Configurations(k.configurations(), k.Issuer); err != nil {
		return out, err
	}
	uri := openid4vci.RequestURIPrefix + secret()
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		if err := keep(d, openid4vci.InvalidRequest, p.once); err != nil {
			return err
		}
		if a.IssuerState != "" {
			var o offerTicket
			if err := d.Ticket(store.Ticket{Kind: store.TicketOffer, Secret: a.IssuerState}, &o); errors.Is(err, store.ErrUnknown) || err == nil && !o.Code {
				return refuse(openid4vci.InvalidRequest, "issuer_state", "of no offer of this issuer, or it is over")
			} else if err != nil {
				return err
			}
			t.Licence = o.Granted.Licence
			if len(t.Types) == 0 {
				t.Types = []string{o.Granted.Type}
			}
		}
		if len(t.Types) == 0 {
			return refuse(openid4vci.InvalidScope, "scope", "neither it nor authorization_details nor issuer_state says what is asked for")
		}
		return d.PutTicket(store.Ticket{Kind: store.TicketRequest, Secret: uri}, store.Ticket{}, d.At().Add(pushLasts), t)
	})
	return openid4vci.Pushed{URI: uri, Seconds: int(pushLasts / time.Second)}, err
}

// Asked says what a pushed request asks of a holder.
func (k *Desk) Asked(ctx context.Context, client, requestURI string, h openid.Holder) (openid.Asked, error) {
	t, err := pushed(func(key store.Ticket, to any) error { return k.Store.Ticket(ctx, key, to) }, client, requestURI)
	if err != nil {
		return openid.Asked{}, err
	}
	list, err := k.holds(t, h, func(f store.LicenceFilter) ([]licence.Record, error) { return k.Store.Licences(ctx, f) })
	if err != nil {
		return openid.Asked{}, err
	}
	out := openid.Asked{Client: t.Request.Client, Attested: t.Instance != "", Host: host(t.Request.Redirect)}
	for _, r := range list {
		name := area.Text{Zh: r.Type, En: r.Type}
		if found := k.Types.Type(r.Type); found != nil {
			name = found.Name
		}
		out.Licences = append(out.Licences, openid.Choice{ID: r.ID, Number: r.Number, Authority: r.Authority.Name, Type: name})
	}
	return out, nil
}

func pushed(read func(store.Ticket, any) error, client, requestURI string) (t requestTicket, err error) {
	err = read(store.Ticket{Kind: store.TicketRequest, Secret: requestURI}, &t)
	if errors.Is(err, store.ErrUnknown) || err == nil && t.Request.Client != client {
		return t, openid.ErrNoPush
	}
	return t, err
}

// holds lists what a holder has of what a request asks for.
func (k *Desk) holds(t requestTicket, h openid.Holder, read func(store.LicenceFilter) ([]licence.Record, error)) ([]licence.Record, error) {
	if h.Kind == "" || h.Code == "" {
		return nil, nil
	}
	all, err := read(store.LicenceFilter{Holder: h.Code, HolderKind: h.Kind, Types: t.Types})
	return slices.DeleteFunc(all, func(r licence.Record) bool {
		return !ready(&r) && !r.Held || t.Licence != "" && r.ID != t.Licence
	}), err
}

// Answer ends a pushed request: with a code for the licences that its holder chose, or with
// access_denied where he chose none.
func (k *Desk) Answer(ctx context.Context, client, requestURI string, h openid.Holder, licences []string) (redirect string, err error) {
	code := secret()
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		t, err := pushed(d.Ticket, client, requestURI)
		if err != nil {
			return err
		}
		if err := d.EndTicket(store.Ticket{Kind: store.TicketRequest, Secret: requestURI}); err != nil {
			return err
		}
		have, err := k.holds(t, h, d.Licences)
		if err != nil {
			return err
		}
		a := t.Request
		c := codeTicket{Instance: t.Instance, Grant: openid4vci.Grant{
			Type: openid4vci.GrantCode, State: openid4vci.Open, Until: d.At().Add(codeLasts),
			Client: a.Client, Redirect: a.Redirect, Challenge: a.Challenge, JKT: a.JKT,
		}}
		for _, r := range have {
			if slices.Contains(licences, r.ID) {
				c.Granted = append(c.Granted, granted{r.ID, r.Type})
			}
		}
		if len(c.Granted) == 0 {
			redirect = a.Refuse(k.Issuer, openid4vci.AccessDenied)
			return nil
		}
		redirect = a.Answer(k.Issuer, code)
		return d.PutTicket(store.Ticket{Kind: store.TicketCode, Secret: code}, store.Ticket{}, d.At().Add(heldLasts), c)
	})
	return redirect, err
}

// audience is what a wallet is called in a note.
func audience(client string, attested bool) string {
	client = strings.ToValidUTF8(client, "?")
	switch {
	case client == "":
		return "anonymous"
	case attested:
		return "attested: " + client
	}
	return "says: " + client
}
