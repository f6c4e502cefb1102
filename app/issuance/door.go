package issuance

import (
	"context"
	"errors"

	"conurb/door/httpapi"
)

// Door is a desk as the HTTP API takes it.
type Door struct{ *Desk }

var _ httpapi.Offers = Door{}

// Door is the desk as the HTTP API takes it.
func (k *Desk) Door() Door { return Door{k} }

// Offer makes an offer of a licence.
func (d Door) Offer(ctx context.Context, licence, by string, txCode bool) (httpapi.LicenceOffer, error) {
	o, err := d.Make(ctx, licence, Wish{By: by, Tx: txCode})
	if errors.Is(err, ErrNotOffered) {
		err = httpapi.ErrNotOffered
	}
	return httpapi.LicenceOffer{Offer: o.Link, URI: o.URI, TxCode: o.Tx, Expires: o.Until}, err
}

// Copies lists what was handed out of a licence.
func (d Door) Copies(ctx context.Context, licence string) (list []httpapi.LicenceCopies, err error) {
	all, err := d.Store.Handouts(ctx, licence)
	for _, h := range all {
		list = append(list, httpapi.LicenceCopies{ID: h.ID, Identifier: h.Identifier, Edition: h.Edition, Keys: h.Keys, To: h.To, At: h.At, State: h.State})
	}
	return list, err
}
