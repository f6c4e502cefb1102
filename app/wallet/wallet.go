package wallet

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"conurb/door/httpapi"
	"conurb/kit/openid4vp"
	"conurb/trust/card"
)

// The limits of a request that is fetched.
const (
	MostObject = 256 << 10 // bytes
	MostWait   = 10 * time.Second
)

// Refusals beside those of openid4vp.
const (
	RefusedUnknown     = "unknown-verifier" // not at a node whose card is known
	RefusedUnreachable = "unreachable"
	RefusedLong        = "too-large"
	RefusedElsewhere   = "elsewhere" // the answer would go to another node than the one that asks
)

// Settings are what the room needs.
type Settings struct {
	Cards  func() []card.Signed // of every node that is known, this one too
	Client *http.Client         // nil is the standard one
	Now    func() time.Time
}

// Wallet reads requests.
type Wallet struct {
	cards  func() []card.Signed
	client *http.Client
	now    func() time.Time
}

var _ httpapi.Wallet = (*Wallet)(nil)

// New makes the room.
func New(s Settings) *Wallet {
	c := http.Client{}
	if s.Client != nil {
		c = *s.Client
	}
	c.Timeout = MostWait
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Wallet{cards: s.Cards, client: &c, now: s.Now}
}

func refuse(code, host string, cause error) error {
	return &httpapi.WalletRefusal{Code: code, Args: map[string]string{"host": host}, Err: cause}
}

// Read fetches the request of a link and tells who asks. Refusals are *httpapi.WalletRefusal.
func (w *Wallet) Read(ctx context.Context, text string) (httpapi.Wanted, error) {
	link, err := openid4vp.ReadLink(strings.TrimSpace(text))
	if err != nil {
		return httpapi.Wanted{}, outside(err)
	}
	if link.RequestURI == "" { // who asks is told by the node that the request is fetched from
		return httpapi.Wanted{}, outside(&openid4vp.Refusal{Code: openid4vp.CodeProfile, Field: "request_uri"})
	}
	from, host, ok := w.at(link.RequestURI)
	if !ok {
		return httpapi.Wanted{}, refuse(RefusedUnknown, host, nil)
	}
	nonce := ""
	if link.Post {
		nonce = rand.Text()
	}
	object, err := w.fetch(ctx, link.RequestURI, host, nonce)
	if err != nil {
		return httpapi.Wanted{}, err
	}
	anchors, err := from.Certificates()
	if err != nil {
		return httpapi.Wanted{}, err
	}
	r, err := openid4vp.Wallet{Anchors: anchors, Profile: openid4vp.HAIP}.Read(link, object, nonce, w.now())
	if err != nil {
		return httpapi.Wanted{}, outside(err)
	}
	if to, _, ok := w.at(r.ResponseURI); !ok || to.Name != from.Name {
		return httpapi.Wanted{}, refuse(RefusedElsewhere, host, nil)
	}
	return wanted(from, r)
}

// at is the card of the node that an address belongs to.
func (w *Wallet) at(address string) (c card.Card, host string, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" {
		return c, address, false
	}
	for _, s := range w.cards() {
		home, err := url.Parse(s.Card.URL)
		if err == nil && home.Scheme == u.Scheme && strings.EqualFold(home.Host, u.Host) && strings.HasPrefix(u.Path, strings.TrimSuffix(home.Path, "/")+"/openid/") {
			return s.Card, u.Host, true
		}
	}
	return c, u.Host, false
}

func (w *Wallet) fetch(ctx context.Context, address, host, nonce string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, MostWait)
	defer stop()
	method, body := http.MethodGet, io.Reader(nil)
	if nonce != "" {
		method, body = http.MethodPost, strings.NewReader(url.Values{"wallet_nonce": {nonce}}.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return "", refuse(RefusedUnknown, host, err)
	}
	r.Header.Set("Accept", "application/oauth-authz-req+jwt")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := w.client.Do(r)
	if err != nil {
		return "", refuse(RefusedUnreachable, host, err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, MostObject+1))
	switch media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); {
	case err != nil:
		return "", refuse(RefusedUnreachable, host, err)
	case len(b) > MostObject:
		return "", refuse(RefusedLong, host, nil)
	case answer.StatusCode == http.StatusNotFound:
		return "", outside(&openid4vp.Refusal{Code: "no-request"})
	case answer.StatusCode == http.StatusConflict:
		return "", outside(&openid4vp.Refusal{Code: "answered"})
	case answer.StatusCode != http.StatusOK:
		return "", refuse(RefusedUnreachable, host, errors.New(answer.Status))
	case media != "application/oauth-authz-req+jwt":
		return "", outside(&openid4vp.Refusal{Code: openid4vp.CodeObject, Field: "Content-Type"})
	}
	return strings.TrimSpace(string(b)), nil
}

// outside is a refusal of openid4vp in the words of the door; other errors pass.
func outside(err error) error {
	var no *openid4vp.Refusal
	if !errors.As(err, &no) {
		return err
	}
	return &httpapi.WalletRefusal{Code: string(no.Code), Args: map[string]string{"field": no.Field}, OpenID: true, Err: err}
}

// wanted is a request that was checked, for the browser.
func wanted(from card.Card, r *openid4vp.Request) (out httpapi.Wanted, err error) {
	var body struct {
		Query    any `json:"dcql_query"`
		Metadata struct {
			JWKS struct {
				Keys []any `json:"keys"`
			} `json:"jwks"`
			Enc []string `json:"encrypted_response_enc_values_supported"`
		} `json:"client_metadata"`
	}
	parts := strings.Split(r.Object, ".") // openid4vp read it before
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(payload, &body); err != nil {
		return out, err
	}
	return httpapi.Wanted{
		Node: string(from.Name), Title: from.Title, Host: hostOf(from.URL), Purpose: r.Purpose, ClientID: r.ClientID, Nonce: r.Nonce, State: r.State,
		ResponseURI: r.ResponseURI, Mode: r.Mode, Query: body.Query, Keys: body.Metadata.JWKS.Keys, Enc: body.Metadata.Enc, Until: r.Until,
	}, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
