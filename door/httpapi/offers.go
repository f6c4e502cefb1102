package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"conurb/trust/rights"
)

// Offers hands licences out to wallets (OpenID4VCI).
type Offers interface {
	// Offer makes an offer of a licence, with a transaction code where one is wanted; ErrNotOffered
	// where the licence is in no state to be handed out.
	Offer(ctx context.Context, licence, by string, txCode bool) (LicenceOffer, error)
	// Copies lists what was handed out of a licence, oldest first.
	Copies(ctx context.Context, licence string) ([]LicenceCopies, error)
}

// ErrNotOffered refuses to hand out a licence that is neither valid nor on its way here.
var ErrNotOffered = errors.New("the licence is in no state to be handed out")

// LicenceOffer is an offer of a licence to a wallet.
type LicenceOffer struct {
	Offer   string    `json:"offer" doc:"The link that opens a wallet; as a QR code for one on another device." example:"openid-credential-offer://?credential_offer_uri=..."`
	URI     string    `json:"uri" doc:"Where the offer itself is: OpenID4VCI 1.0 §4.1." example:"https://changsha.example/openid/offer/8Gk..."`
	TxCode  string    `json:"txCode,omitempty" doc:"The transaction code that the wallet asks for: tell it to the holder, and nobody else." example:"493536"`
	Expires time.Time `json:"expires" doc:"Until when a wallet can take it." example:"2026-11-26T08:10:00Z"`
}

// LicenceCopies is copies of an edition of a licence that a wallet was handed.
type LicenceCopies struct {
	ID         string   `json:"id" doc:"The handing out." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Identifier string   `json:"identifier" doc:"The identifier of the edition, GB/T 36904." example:"1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"`
	Edition    int      `json:"edition" doc:"The edition, from 1." example:"1"`
	Keys       []string `json:"keys" nullable:"false" doc:"The wallet's keys, one for each copy: thumbprints by RFC 7638." example:"[\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\"]"`
	To         string   `json:"to" doc:"What the wallet says it is, and whether its maker vouches for that." example:"says: https://wallet.example"`
	At         string   `json:"at" doc:"When they were handed out." example:"2026-11-26T08:00:00.000000Z"`
	State      string   `json:"state" enum:"handed,accepted,failed,deleted" doc:"What the wallet told of it last; handed: nothing yet." example:"handed"`
}

// CopiesList is all of them.
type CopiesList struct {
	Copies []LicenceCopies `json:"copies" nullable:"false" doc:"The oldest first."`
}

func (s *server) offerRoutes(v1 string) {
	made := operation{method: http.MethodPost, path: v1 + "/wallet/offers", id: "offerLicence", tag: "licences", status: http.StatusCreated,
		summary: "Offer a licence to a wallet: its holder to his own, or the authority at its desk with a transaction code"}
	register(s, made, s.offerLicence)
	register(s, operation{method: http.MethodGet, path: v1 + "/licences/{id}/copies", id: "listLicenceCopies", tag: "licences",
		summary: "The copies of a licence that wallets were handed"}, s.licenceCopies)
}

// OfferInput is the parameter of offerLicence.
type OfferInput struct {
	Language
	Body struct {
		Licence string `json:"licence" minLength:"1" maxLength:"200" doc:"The licence: its id or the identifier of one of its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
		TxCode  bool   `json:"txCode,omitempty" doc:"With a transaction code; at the desk there is always one." example:"false"`
	}
}

func (s *server) offerLicence(ctx context.Context, in *OfferInput) (*answer[LicenceOffer], error) {
	if s.offers == nil {
		return nil, refuse("no-such-room")
	}
	_, past, _, err := s.licenceFor(ctx, in.Body.Licence, rights.WalletUse, rights.LicenceIssue)
	if err != nil {
		return nil, err
	}
	newest := &past[len(past)-1]
	p, _ := who(ctx)
	own := s.rights.Decide(p, rights.WalletUse, resourceOf(newest)).Allowed
	o, err := s.offers.Offer(ctx, newest.ID, p.Name, in.Body.TxCode || !own)
	if errors.Is(err, ErrNotOffered) {
		return nil, refuse("not-offered", "identifier", newest.Identifier)
	} else if err != nil {
		return nil, err
	}
	return &answer[LicenceOffer]{o}, nil
}

// CopiesInput is the parameter of listLicenceCopies.
type CopiesInput struct {
	Language
	ID string `path:"id" maxLength:"200" doc:"The licence: its id or the identifier of one of its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) licenceCopies(ctx context.Context, in *CopiesInput) (*answer[CopiesList], error) {
	if s.offers == nil {
		return nil, refuse("no-such-room")
	}
	_, past, _, err := s.licenceFor(ctx, in.ID, rights.LicenceRead)
	if err != nil {
		return nil, err
	}
	list, err := s.offers.Copies(ctx, past[0].ID)
	if list == nil {
		list = []LicenceCopies{}
	}
	return &answer[CopiesList]{CopiesList{list}}, err
}
