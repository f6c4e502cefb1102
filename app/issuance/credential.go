package issuance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conurb/door/openid"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
	"conurb/store"
)

// deferredTicket is copies that were asked for and come later. The keys are proven.
type deferredTicket struct {
	Granted granted   `json:"granted"`
	Keys    []jws.JWK `json:"keys"`
	Token   string    `json:"token"` // what follows from the access token
}

// noticeTicket is what a wallet may tell about.
type noticeTicket struct {
	Handout string `json:"handout"`
	Token   string `json:"token"`
}

// Credential hands copies of a licence out, one for each key that is proven.
func (k *Desk) Credential(ctx context.Context, a openid.Access, body []byte) (out openid4vci.Issued, err error) {
	p, err := k.prove(a.Caller, "", a.Token, k.Now())
	if err != nil {
		return out, err
	}
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		t, err := k.access(d, a, p)
		if err != nil {
			return err
		}
		q, err := openid4vci.ReadCredentialRequest(body)
		if err != nil {
			return err
		}
		g, err := k.grantedOf(t, q)
		if err != nil {
			return err
		}
		keys, err := k.proofs(d, t, q)
		if err != nil {
			return err
		}
		if t.Copies += len(keys); t.Copies > mostCopies {
			return refuse(openid4vci.CredentialDenied, "proofs", "more than %d copies with one token", mostCopies)
		}
		if err := d.ChangeTicket(store.Ticket{Kind: store.TicketToken, Secret: a.Token}, t); err != nil {
			return err
		}
		out, err = k.hand(d, a, t, g, keys)
		return err
	})
	return out, err
}

// proofs are the keys of a request; its nonce is used up.
func (k *Desk) proofs(d *store.Deed, t tokenTicket, q openid4vci.CredentialRequest) ([]jws.JWK, error) {
	p, err := openid4vci.CheckProofs(q.Proofs, openid4vci.ProofDemand{
		Issuer: k.Issuer, Client: t.Client, Algorithms: openid4vci.Algorithms, Most: Batch, Anchors: k.Anchors, Clock: clock, Attestation: k.attestations(),
		Nonce: func(nonce string) bool { end, ok := k.nonceEnd(nonce); return ok && d.At().Before(end) },
	}, d.At())
	if err != nil {
		return nil, err
	}
	end, _ := k.nonceEnd(p.Nonce)
	err = d.PutTicket(store.Ticket{Kind: store.TicketSeen, Secret: "nonce:" + p.Nonce}, store.Ticket{}, end.Add(time.Minute), struct{}{})
	if errors.Is(err, store.ErrExists) {
		return nil, &openid4vci.Refusal{Code: openid4vci.InvalidNonce, Field: "nonce", Err: openid4vci.ErrReused}
	} else if err != nil {
		return nil, err
	}
	keys := make([]jws.JWK, len(p.Keys))
	for i, key := range p.Keys {
		keys[i] = key.JWK("")
	}
	return keys, nil
}

// hand hands copies out, or promises them.
func (k *Desk) hand(d *store.Deed, a openid.Access, t tokenTicket, g granted, keys []jws.JWK) (openid4vci.Issued, error) {
	newest, edition, err := d.Edition(g.Licence)
	if err != nil {
		return openid4vci.Issued{}, err
	}
	switch {
	case ready(&newest):
		return k.copies(d, a, t, edition, keys)
	case newest.Held:
		id := secret()
		return openid4vci.Issued{Transaction: id, Interval: deferInterval}, d.PutTicket(store.Ticket{Kind: store.TicketDeferred, Secret: id},
			store.Ticket{Kind: store.TicketToken, Secret: a.Token}, t.Until, deferredTicket{g, keys, derived(a.Token, "deferred")})
	}
	return openid4vci.Issued{}, denied(&newest)
}

func (k *Desk) copies(d *store.Deed, a openid.Access, t tokenTicket, edition licence.Record, keys []jws.JWK) (out openid4vci.Issued, err error) {
	h := store.Handout{Licence: edition.ID, Identifier: edition.Identifier, Edition: edition.Edition, To: audience(t.Client, t.Attested), By: t.By}
	for _, key := range keys {
		public, err := key.Public()
		if err != nil {
			return out, err
		}
		c := edition.Copy(key, d.At())
		if err := k.Seal(&c); err != nil {
			return out, fmt.Errorf("copy of licence %s: %w", edition.Identifier, err)
		}
		out.Credentials = append(out.Credentials, openid4vci.Credential{Text: c.Credential})
		h.Keys = append(h.Keys, public.Thumbprint())
	}
	if h, err = d.HandOut(h); err != nil {
		return out, err
	}
	out.Notification = secret()
	return out, d.PutTicket(store.Ticket{Kind: store.TicketNotification, Secret: out.Notification},
		store.Ticket{Kind: store.TicketToken, Secret: a.Token}, t.Until, noticeTicket{h.ID, derived(a.Token, "notice")})
}

// Deferred hands out what was promised, or promises it again.
func (k *Desk) Deferred(ctx context.Context, a openid.Access, body []byte) (out openid4vci.Issued, err error) {
	p, err := k.prove(a.Caller, "", a.Token, k.Now())
	if err != nil {
		return out, err
	}
	var refused error
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		refused = nil
		t, err := k.access(d, a, p)
		if err != nil {
			return err
		}
		id, err := openid4vci.ReadDeferred(body)
		if err != nil {
			return err
		}
		key := store.Ticket{Kind: store.TicketDeferred, Secret: id}
		var w deferredTicket
		if err := d.Ticket(key, &w); errors.Is(err, store.ErrUnknown) || err == nil && w.Token != derived(a.Token, "deferred") {
			return refuse(openid4vci.InvalidTransaction, "transaction_id", "unknown, used or of another token")
		} else if err != nil {
			return err
		}
		newest, edition, err := d.Edition(w.Granted.Licence)
		if err != nil {
			return err
		}
		if !ready(&newest) && newest.Held {
			out = openid4vci.Issued{Transaction: id, Interval: deferInterval}
			return nil
		}
		if err := d.EndTicket(key); err != nil {
			return err
		}
		if !ready(&newest) {
			refused = denied(&newest)
			return nil
		}
		out, err = k.copies(d, a, t, edition, w.Keys)
		return err
	})
	return out, errors.Join(refused, err)
}

// Notify keeps what a wallet tells of what it was given.
func (k *Desk) Notify(ctx context.Context, a openid.Access, body []byte) error {
	p, err := k.prove(a.Caller, "", a.Token, k.Now())
	if err != nil {
		return err
	}
	states := map[string]string{openid4vci.Accepted: store.HandedAccepted, openid4vci.Failure: store.HandedFailed, openid4vci.Deleted: store.HandedDeleted}
	return k.Store.Do(ctx, func(d *store.Deed) error {
		if _, err := k.access(d, a, p); err != nil {
			return err
		}
		n, err := openid4vci.ReadNotification(body)
		if err != nil {
			return err
		}
		var t noticeTicket
		err = d.Ticket(store.Ticket{Kind: store.TicketNotification, Secret: n.ID}, &t)
		if errors.Is(err, store.ErrUnknown) || err == nil && t.Token != derived(a.Token, "notice") {
			return refuse(openid4vci.InvalidNotificationID, "notification_id", "unknown, or of another token")
		} else if err != nil {
			return err
		}
		return d.ToldOfHandout(t.Handout, states[n.Event], n.Description)
	})
}
