package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"conurb/area"
	"conurb/locale"
	"conurb/trust/rights"
)

// Wallet reads what somebody asks of the wallet in a browser.
type Wallet interface {
	// Read fetches the request of a link and tells who asks; refusals are *WalletRefusal.
	Read(ctx context.Context, link string) (Wanted, error)
}

// WalletRefusal is why a request is not put to the holder: its words are "wallet.refusal.<Code>",
// or "openid4vp.<Code>" where OpenID is set.
type WalletRefusal struct {
	Code   string
	Args   map[string]string
	OpenID bool
	Err    error
}

func (e *WalletRefusal) Error() string { return "wallet: " + e.Code }

// Unwrap is the cause.
func (e *WalletRefusal) Unwrap() error { return e.Err }

// Wanted is a request that was checked.
type Wanted struct {
	Node, Host             string
	Title                  area.Text
	Purpose                map[string]string
	ClientID, Nonce, State string
	ResponseURI, Mode      string
	Query                  any
	Keys                   []any
	Enc                    []string
	Until                  time.Time
}

// WantedView is a request that was checked, for the wallet in the browser.
type WantedView struct {
	Verifier    Named     `json:"verifier" doc:"The node that asks, by its card: its name among the nodes and its title."`
	Host        string    `json:"host" doc:"Where it is." example:"xiangtan.example"`
	Purpose     string    `json:"purpose" doc:"Why it asks, in its own words; empty where it says nothing." example:"办理公积金贷款"`
	ClientID    string    `json:"clientId" doc:"The audience of the key binding." example:"x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk"`
	Nonce       string    `json:"nonce" doc:"The nonce of the key binding." example:"n-0S6_WzA2Mj"`
	State       string    `json:"state" doc:"Goes back with the answer; empty: there is none." example:"af0ifjsldkj"`
	ResponseURI string    `json:"responseUri" doc:"Where the answer is posted." example:"https://xiangtan.example/openid/response/01990a3c"`
	Mode        string    `json:"mode" enum:"direct_post,direct_post.jwt" doc:"How it is posted." example:"direct_post.jwt"`
	Query       any       `json:"query" doc:"What is asked for: DCQL, OpenID4VP 1.0 §6." example:"{\"credentials\":[{\"id\":\"licence\",\"format\":\"dc+sd-jwt\",\"meta\":{\"vct_values\":[\"urn:conurb:licence:11100000XXGAB00010003\"]}}]}"`
	Keys        []any     `json:"keys" nullable:"false" doc:"Keys to encrypt the answer to, JWK." example:"[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]"`
	Enc         []string  `json:"enc" nullable:"false" doc:"The ciphers of the answer." example:"[\"A256GCM\"]"`
	Until       time.Time `json:"until,omitzero" doc:"Until when it can be answered; left out where it says nothing." example:"2026-11-26T08:30:30Z"`
}

// LicenceSlip is a licence in a QR code.
type LicenceSlip struct {
	Text string    `json:"text" doc:"The text of the QR code." example:"CONURB1:6BF..."`
	Made time.Time `json:"made" doc:"When it was signed." example:"2026-11-26T08:30:30Z"`
}

func (s *server) walletRoutes(v1 string) {
	register(s, operation{method: http.MethodPost, path: v1 + "/wallet/requests", id: "readWalletRequest", tag: "licences",
		summary: "Who asks for a licence, why, for what, and where the answer goes: a link openid4vp:// looked at"}, s.readWalletRequest)
	register(s, operation{method: http.MethodGet, path: v1 + "/wallet/licences/{id}/slip", id: "getOwnSlip", tag: "licences",
		summary: "A licence in a QR code that is checked without a network"}, s.ownSlip)
}

// WalletRequestInput is the parameter of readWalletRequest.
type WalletRequestInput struct {
	Language
	Body struct {
		Link string `json:"link" minLength:"1" maxLength:"65536" doc:"The link, as it was scanned." example:"openid4vp://?client_id=x509_hash:...&request_uri=https://xiangtan.example/openid/request/01990a3c"`
	}
}

func (s *server) readWalletRequest(ctx context.Context, in *WalletRequestInput) (*personal[WantedView], error) {
	if s.wallet == nil || s.licences == nil {
		return nil, refuse("no-authority")
	}
	p, _ := who(ctx)
	if err := s.allow(ctx, rights.WalletUse, rights.Resource{City: s.licences.City(), HolderKind: p.HolderKind, HolderCode: p.HolderCode}); err != nil {
		return nil, err
	}
	w, err := s.wallet.Read(ctx, in.Body.Link)
	if err != nil {
		return nil, walletRefusal(ctx, err)
	}
	lang := language(ctx)
	return confidential(WantedView{
		Verifier: Named{w.Node, w.Title.In(lang)}, Host: w.Host, Purpose: spoken(w.Purpose, lang), ClientID: w.ClientID, Nonce: w.Nonce, State: w.State,
		ResponseURI: w.ResponseURI, Mode: w.Mode, Query: w.Query, Keys: append([]any{}, w.Keys...), Enc: filled(w.Enc), Until: w.Until,
	}), nil
}

// spoken is a text in a language, or in one of those there are.
func spoken(texts map[string]string, lang string) string {
	for _, l := range append([]string{lang}, locale.Languages...) {
		if t := texts[l]; t != "" {
			return t
		}
	}
	return ""
}

func walletRefusal(ctx context.Context, err error) error {
	var no *WalletRefusal
	if !errors.As(err, &no) {
		return err
	}
	lang, key, remedy := language(ctx), "wallet.refusal."+no.Code, "wallet.refusal."+no.Code+".remedy"
	if no.OpenID {
		key, remedy = "openid4vp."+no.Code, "wallet.refusal.remedy"
	}
	r := refuse("wallet-refused", "detail", locale.T(lang, key, no.Args), "remedy", locale.T(lang, remedy, no.Args))
	r.faults = []Fault{{Location: "body.link", Code: no.Code, Detail: r.args["detail"], Remedy: r.args["remedy"]}}
	r.cause = err
	return r
}

func (s *server) ownSlip(ctx context.Context, in *licenceInput) (*personal[LicenceSlip], error) {
	desk, past, _, err := s.licenceFor(ctx, in.ID, rights.WalletUse)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	text, err := desk.Slip(ctx, past[len(past)-1].ID)
	if err != nil {
		return nil, licenceRefusal(ctx, about(err, "licence", in.ID))
	}
	return confidential(LicenceSlip{text, s.now().UTC()}), nil
}
