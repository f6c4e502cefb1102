package httpapi

import (
	"context"

	"conurb/trust/rights"
)

// People is what the door needs of those who sign in.
type People interface {
	// City is the name of the node: what is done here is done over this city.
	City() string
	// Cookie is the form of the cookie that carries a session.
	Cookie() Cookie
	// Recognise returns whose session a secret is; ErrUnknown where it is nobody's or is over.
	Recognise(ctx context.Context, secret string) (rights.Principal, error)
}

// Cookie is a name that no other node of this host uses, and whether the page is fetched
// over TLS.
type Cookie struct {
	Name   string
	Secure bool
}
