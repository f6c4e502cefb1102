package card

import (
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// Format names the form of a card.
const Format = "conurb-card-1"

// Bounds of a card.
const (
	MostBytes = 128 << 10
	mostDepth = 6
	mostKeys  = 100
	mostText  = 200
)

// Key is a key and the time for which it signs.
type Key struct {
	Key     jws.JWK           `json:"key"`
	From    trustlist.Instant `json:"from"`
	Until   trustlist.Instant `json:"until,omitzero"`
	Revoked trustlist.Instant `json:"revoked,omitzero"` // from then on nothing it signed is taken, whenever it says it was made
}

// Signs tells whether the key signs at an instant, by what is known then.
func (k Key) Signs(at trustlist.Instant) bool {
	return k.From <= at && (k.Until == 0 || at < k.Until) && (k.Revoked == 0 || at < k.Revoked)
}

// Card is what a node says of itself.
type Card struct {
	Format    string            `json:"format"`
	Name      trustlist.Party   `json:"name"`
	Title     area.Text         `json:"title"`
	URL       string            `json:"url"`     // scheme, host and port; no path
	Version   int               `json:"version"` // from 1
	Made      trustlist.Instant `json:"made"`
	Voice     []Key             `json:"voice"`              // newest last
	Licences  []Key             `json:"licences"`           // of its authority, newest last; none at the office
	Authority Body              `json:"authority,omitzero"` // that issues licences
	Anchors   []string          `json:"anchors"`            // certificates (X.509, DER in base64) below which it asks wallets
	Log       string            `json:"log"`                // verifier key of the evidence log (C2SP signed note)
}

// Body is an authority with its unified social credit code (统一社会信用代码).
type Body struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Office tells whether the card is that of the metropolitan office.
func (c *Card) Office() bool { return c.Name == trustlist.Office }

// Bytes is the card as it is signed.
func (c *Card) Bytes() ([]byte, error) { return evidence.Canonical(c) }

// Certificates are the anchors.
func (c *Card) Certificates() ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for i, text := range c.Anchors {
		der, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, fault(FaultAnchor, field("anchors", i), "detail", err.Error())
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fault(FaultAnchor, field("anchors", i), "detail", err.Error())
		}
		list = append(list, cert)
	}
	return list, nil
}

func field(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// Check holds a card to its form.
func (c *Card) Check() error {
	switch {
	case c.Format != Format:
		return fault(FaultForm, "format", "detail", c.Format)
	case !c.Name.Valid():
		return fault(FaultForm, "name", "detail", string(c.Name))
	case c.Version < 1:
		return fault(FaultForm, "version", "detail", strconv.Itoa(c.Version))
	case c.Made <= 0:
		return fault(FaultForm, "made", "detail", c.Made.String())
	case c.Title.Zh == "" || c.Title.En == "" || len(c.Title.Zh) > mostText || len(c.Title.En) > mostText:
		return fault(FaultForm, "title", "detail", c.Title.Zh+" / "+c.Title.En)
	case len(c.Authority.Name) > mostText || c.Authority.Code != "" && len(c.Authority.Code) != 18 || (c.Authority.Code == "") != (c.Authority.Name == ""):
		return fault(FaultForm, "authority", "detail", c.Authority.Code+" "+c.Authority.Name)
	case len(c.Voice) == 0:
		return fault(FaultForm, "voice", "detail", "")
	case c.Authority.Code != "" && len(c.Licences) == 0:
		return fault(FaultForm, "licences", "detail", "")
	}
	if !plainURL(c.URL) {
		return fault(FaultURL, "url", "text", c.URL)
	}
	if _, err := note.NewVerifier(c.Log); err != nil {
		return fault(FaultForm, "log", "detail", err.Error())
	}
	for _, list := range []struct {
		name string
		keys []Key
	}{{"voice", c.Voice}, {"licences", c.Licences}} {
		if err := checkKeys(list.name, list.keys); err != nil {
			return err
		}
	}
	if len(c.Anchors) > mostKeys {
		return fault(FaultMany, "anchors", "most", strconv.Itoa(mostKeys))
	}
	_, err := c.Certificates()
	return err
}

func plainURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil &&
		!strings.ContainsAny(text, " \t\r\n") && len(text) <= mostText && text == u.Scheme+"://"+u.Host
}

func checkKeys(name string, keys []Key) error {
	if len(keys) > mostKeys {
		return fault(FaultMany, name, "most", strconv.Itoa(mostKeys))
	}
	var seen []string
	for i, k := range keys {
		p, err := k.Key.Public()
		if err != nil {
			return fault(FaultKey, field(name, i), "detail", err.Error())
		}
		if k.From <= 0 || k.Until != 0 && k.Until <= k.From {
			return fault(FaultSpan, field(name, i), "from", k.From.String(), "until", k.Until.String())
		}
		if slices.Contains(seen, p.Thumbprint()) {
			return fault(FaultTwice, field(name, i), "key", p.Thumbprint())
		}
		seen = append(seen, p.Thumbprint())
	}
	return nil
}
