package issuance

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"conurb/area"
	"conurb/door/openid"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
	"conurb/store"
)

// Settings are what a desk is made of.
type Settings struct {
	Store  *store.Store
	Types  *licence.Register
	Seal   store.Seal // with the keys of this moment
	Issuer string     // address of the issuer, under which the door opens
	Name   area.Text  // of the authority
	Now    func() time.Time

	Signing func() []jws.Algorithm // of Seal at this moment; nil: ES256
	Secret  []byte                 // 32 bytes that prove nonces; nil: drawn now, and nonces end with the process
	Anchors []*x509.Certificate    // of the makers of wallets
	HAIP    bool                   // tokens bound by DPoP, and wallets that attest what they are, alone
	Attest  bool                   // keys have to be attested
}

// How long things last.
const (
	OfferLasts    = 10 * time.Minute
	pushLasts     = 10 * time.Minute // a person signs in and decides meanwhile
	codeLasts     = time.Minute
	tokenLasts    = time.Hour
	heldLasts     = 7 * 24 * time.Hour // of a token for a licence that is kept back
	nonceLasts    = 5 * time.Minute
	deferInterval = 5 // seconds
)

// Batch is how many copies can be asked for at once, and mostCopies how many with one token.
const (
	Batch      = 10
	mostCopies = 30
)

// clock is how far the clocks of wallets may be off.
var clock = openid4vci.Clock{Age: 5 * time.Minute, Ahead: time.Minute}

// Desk hands licences out.
type Desk struct{ Settings }

var _ openid.Issuer = (*Desk)(nil)

// ErrAddress tells that wallets could not come to an address: OpenID4VCI asks for https, and
// http is taken only towards the same machine.
var ErrAddress = errors.New("not an https address, nor one of this machine")

// New makes a desk.
func New(s Settings) (*Desk, error) {
	if s.Store == nil || s.Types == nil || s.Seal == nil || s.Now == nil {
		return nil, errors.New("issuance: store, types, seal and clock are needed")
	}
	s.Issuer = strings.TrimSuffix(s.Issuer, "/")
	if _, err := openid4vci.WellKnown(s.Issuer, openid4vci.IssuerMetadata); err != nil {
		return nil, fmt.Errorf("issuance: %q: %w", s.Issuer, ErrAddress)
	}
	if s.Signing == nil {
		s.Signing = func() []jws.Algorithm { return []jws.Algorithm{jws.ES256} }
	}
	if s.Secret == nil {
		s.Secret = make([]byte, 32)
		rand.Read(s.Secret)
	}
	if len(s.Secret) < 32 {
		return nil, errors.New("issuance: the secret of nonces has less than 32 bytes")
	}
	return &Desk{s}, nil
}

// secret draws 256 bits.
func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return jws.Encode(b[:])
}

// derived is a secret that follows from another one and does not lead back to it.
func derived(from, what string) string {
	sum := sha256.Sum256([]byte(what + ":" + from))
	return jws.Encode(sum[:])
}

// granted is a licence that may be handed out.
type granted struct {
	Licence string `json:"licence"`
	Type    string `json:"type"`
}

// offerTicket is an offer, by the secret in its address: the code in it follows from that.
type offerTicket struct {
	Granted granted            `json:"granted"`
	Tx      *openid4vci.TxCode `json:"tx,omitempty"`
	Code    bool               `json:"code"` // the holder may sign in instead
}

// codeTicket is a code of either grant.
type codeTicket struct {
	Grant    openid4vci.Grant `json:"grant"`
	Granted  []granted        `json:"granted"`
	By       string           `json:"by,omitempty"`       // who offered it
	Instance string           `json:"instance,omitempty"` // key of the wallet that attested what it is
}

// Wish is how an offer is to be.
type Wish struct {
	By string // who offers
	Tx bool   // with a transaction code that the holder gets in another way
}

// Offered is an offer that was made.
type Offered struct {
	Link  string // openid-credential-offer://..., for a QR code
	URI   string // where the offer is
	Tx    string // the transaction code; empty: none
	Until time.Time
}

// ErrNotOffered tells that a licence is in no state to be handed out.
var ErrNotOffered = errors.New("the licence is neither valid nor kept back on its way")

// Make offers a licence; key is its id or one of its identifiers.
func (k *Desk) Make(ctx context.Context, key string, w Wish) (o Offered, err error) {
	ref := secret()
	code := derived(ref, "pre-authorized")
	t := offerTicket{Code: !w.Tx}
	grant := openid4vci.Grant{Type: openid4vci.GrantPreAuthorized, State: openid4vci.Open}
	if w.Tx {
		if o.Tx, err = digits(); err != nil {
			return o, err
		}
		t.Tx = &openid4vci.TxCode{Mode: "numeric", Length: len(o.Tx)}
		grant.Tx = openid4vci.TxHash(code, o.Tx)
	}
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		r, err := d.Licence(key)
		if err != nil {
			return err
		}
		if !ready(&r) && !r.Held {
			return fmt.Errorf("%s: %w", r.Identifier, ErrNotOffered)
		}
		o.Until = d.At().Add(OfferLasts)
		t.Granted = granted{r.ID, r.Type}
		grant.Until = o.Until
		if err := d.PutTicket(store.Ticket{Kind: store.TicketOffer, Secret: ref}, store.Ticket{}, o.Until, t); err != nil {
			return err
		}
		// Beyond its end, so that a second use still ends what was given for the first.
		return d.PutTicket(store.Ticket{Kind: store.TicketCode, Secret: code}, store.Ticket{}, o.Until.Add(heldLasts), codeTicket{Grant: grant, Granted: []granted{t.Granted}, By: w.By})
	})
	if err != nil {
		return Offered{}, err
	}
	o.URI = k.Issuer + openid.PathOffer + ref
	o.Link = openid4vci.ReferenceLink("openid-credential-offer://", o.URI)
	return o, nil
}

// Offer is the offer whose address ends in a secret.
func (k *Desk) Offer(ctx context.Context, ref string) (openid4vci.Offer, error) {
	var t offerTicket
	if err := k.Store.Ticket(ctx, store.Ticket{Kind: store.TicketOffer, Secret: ref}, &t); errors.Is(err, store.ErrUnknown) {
		return openid4vci.Offer{}, openid.ErrNoOffer
	} else if err != nil {
		return openid4vci.Offer{}, err
	}
	o := openid4vci.Offer{
		Issuer: k.Issuer, Configurations: []string{t.Granted.Type},
		PreAuthorized: &openid4vci.PreAuthorized{Code: derived(ref, "pre-authorized"), Tx: t.Tx},
	}
	if t.Code {
		o.Code = &openid4vci.CodeGrant{State: ref}
	}
	return o, nil
}

// ready tells whether a licence can be handed out now.
func ready(r *licence.Record) bool { return r.State == licence.Valid || r.State == licence.Leaving }

// million is how many transaction codes there are.
var million = big.NewInt(1_000_000)

// digits draws a transaction code: one of a million, of which five can be tried.
func digits() (string, error) {
	n, err := rand.Int(rand.Reader, million)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.Host == "" {
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}
