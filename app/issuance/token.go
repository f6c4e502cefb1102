package issuance

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/url"
	"slices"
	"time"

	"conurb/door/openid"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
	"conurb/store"
)

// tokenTicket is an access token.
type tokenTicket struct {
	Granted  []granted `json:"granted"`
	By       string    `json:"by,omitempty"`     // who offered it
	Client   string    `json:"client,omitempty"` // what the wallet says it is
	Attested bool      `json:"attested,omitempty"`
	JKT      string    `json:"jkt,omitempty"` // bound to this key by DPoP; empty: to none
	Copies   int       `json:"copies"`        // handed out, or promised
	Until    time.Time `json:"until"`
}

// Token gives an access token for a code, once. What comes of a wrong transaction code, and of
// a code that is shown a second time, is kept although the request is refused.
func (k *Desk) Token(ctx context.Context, form url.Values, c openid.Caller) (out openid4vci.Token, err error) {
	r, err := openid4vci.ReadTokenRequest(form)
	if err != nil {
		return out, err
	}
	p, err := k.prove(c, r.Client, "", k.Now())
	if err != nil {
		return out, err
	}
	var refused error
	err = k.Store.Do(ctx, func(d *store.Deed) (err error) {
		out, refused, err = k.redeem(d, r, p)
		return err
	})
	return out, errors.Join(refused, err)
}

func (k *Desk) redeem(d *store.Deed, r openid4vci.TokenRequest, p proven) (out openid4vci.Token, refused, err error) {
	if err := keep(d, openid4vci.InvalidDPoP, p.once); err != nil {
		return out, nil, err
	}
	key := store.Ticket{Kind: store.TicketCode, Secret: r.Code}
	var c codeTicket
	if err := d.Ticket(key, &c); errors.Is(err, store.ErrUnknown) {
		return out, nil, refuse(openid4vci.InvalidGrant, "code", "unknown or expired")
	} else if err != nil {
		return out, nil, err
	}
	if c.Instance != "" && c.Instance != p.instance {
		return out, nil, refuse(openid4vci.InvalidClient, openid4vci.AttestationHeader, "not the wallet of the authorization request")
	}
	no := c.Grant.Redeem(r, p.jkt, d.At())
	if err := d.ChangeTicket(key, c); err != nil {
		return out, nil, err
	}
	if errors.Is(no, openid4vci.ErrReused) {
		err = d.EndTicketsOf(key)
	}
	if no != nil || err != nil {
		return out, no, err
	}
	return k.give(d, key, c, r, p)
}

// give makes the token.
func (k *Desk) give(d *store.Deed, code store.Ticket, c codeTicket, r openid4vci.TokenRequest, p proven) (out openid4vci.Token, refused, err error) {
	t := tokenTicket{By: c.By, Client: r.Client, JKT: p.jkt, Attested: p.client != ""}
	if t.Client == "" {
		t.Client = c.Grant.Client + p.client // one of them at most: a code of this grant has a client
	}
	lasts := tokenLasts
	for _, g := range c.Granted {
		if r.Details != nil && !slices.ContainsFunc(r.Details, func(x openid4vci.Detail) bool { return x.Configuration == g.Type }) {
			continue
		}
		rec, err := d.Licence(g.Licence)
		if err != nil {
			return out, nil, err
		}
		if rec.Held {
			lasts = heldLasts
		}
		t.Granted = append(t.Granted, g)
		out.Details = detail(out.Details, g)
	}
	if len(t.Granted) == 0 {
		return out, nil, refuse(openid4vci.InvalidDetails, "authorization_details", "nothing of what was granted")
	}
	out.Access, out.Type, out.Seconds = secret(), "Bearer", int(lasts/time.Second)
	if t.JKT != "" {
		out.Type = "DPoP"
	}
	t.Until = d.At().Add(lasts)
	return out, nil, d.PutTicket(store.Ticket{Kind: store.TicketToken, Secret: out.Access}, code, t.Until, t)
}

func detail(list []openid4vci.Detail, g granted) []openid4vci.Detail {
	i := slices.IndexFunc(list, func(x openid4vci.Detail) bool { return x.Configuration == g.Type })
	if i < 0 {
		return append(list, openid4vci.Detail{Type: openid4vci.DetailType, Configuration: g.Type, Identifiers: []string{g.Licence}})
	}
	list[i].Identifiers = append(list[i].Identifiers, g.Licence)
	return list
}

// Nonce makes a nonce: its last moment, 16 random bytes, and the proof that both are ours.
func (k *Desk) Nonce(context.Context) (string, error) {
	b := binary.BigEndian.AppendUint64(nil, uint64(k.Now().Add(nonceLasts).Unix()))
	drawn, err := jws.Decode(secret())
	if err != nil {
		return "", err
	}
	b = append(b, drawn[:16]...)
	return jws.Encode(append(b, k.sum(b)...)), nil
}

func (k *Desk) sum(b []byte) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write(b)
	return h.Sum(nil)
}

// nonceEnd tells until when a nonce of ours is good.
func (k *Desk) nonceEnd(nonce string) (time.Time, bool) {
	b, err := jws.Decode(nonce)
	if err != nil || len(b) != 24+sha256.Size || !hmac.Equal(b[24:], k.sum(b[:24])) {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b)), 0), true
}

// access reads the token of a request within a deed, and holds the request to the key that the
// token is bound to.
func (k *Desk) access(d *store.Deed, a openid.Access, p proven) (t tokenTicket, err error) {
	err = d.Ticket(store.Ticket{Kind: store.TicketToken, Secret: a.Token}, &t)
	switch {
	case errors.Is(err, store.ErrUnknown):
		return t, refuse(openid4vci.InvalidToken, "Authorization", "unknown or expired")
	case err != nil:
		return t, err
	case (t.JKT != "") != (a.Scheme == "dpop"):
		return t, refuse(openid4vci.InvalidToken, "Authorization", "a token bound to a key comes as DPoP, another one as Bearer")
	case t.JKT != "" && p.jkt != t.JKT:
		return t, refuse(openid4vci.InvalidToken, "DPoP", "not the key that the token is bound to")
	}
	return t, keep(d, openid4vci.InvalidDPoP, p.once)
}

// grantedOf finds the licence that a request is about.
func (k *Desk) grantedOf(t tokenTicket, q openid4vci.CredentialRequest) (granted, error) {
	if q.Identifier != "" {
		i := slices.IndexFunc(t.Granted, func(g granted) bool { return g.Licence == q.Identifier })
		if i < 0 {
			return granted{}, refuse(openid4vci.UnknownIdentifier, "credential_identifier", "none of this token")
		}
		return t.Granted[i], nil
	}
	if k.Types.Type(q.Configuration) == nil {
		return granted{}, refuse(openid4vci.UnknownConfiguration, "credential_configuration_id", "none of this issuer")
	}
	var found []granted
	for _, g := range t.Granted {
		if g.Type == q.Configuration {
			found = append(found, g)
		}
	}
	switch len(found) {
	case 0:
		return granted{}, refuse(openid4vci.InsufficientScope, "credential_configuration_id", "not granted to this token")
	case 1:
		return found[0], nil
	}
	return granted{}, refuse(openid4vci.InvalidCredentialRequest, "credential_identifier", "needed: %d licences of this type are granted", len(found))
}

// denied says why a licence is not handed out, now or ever.
func denied(r *licence.Record) error {
	return refuse(openid4vci.CredentialDenied, "credential_identifier", "the licence is %s", r.State)
}
