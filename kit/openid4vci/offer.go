package openid4vci

import (
	"encoding/json"
	"net/url"
	"slices"
	"unicode/utf8"

	"conurb/kit/strictjson"
)

// Grant types.
const (
	GrantCode          = "authorization_code"
	GrantPreAuthorized = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
)

// Offer is what an issuer offers a wallet (§4.1.1).
type Offer struct {
	Issuer         string
	Configurations []string
	Code           *CodeGrant     // nil where the grant is not offered
	PreAuthorized  *PreAuthorized // nil where the grant is not offered
}

// CodeGrant is the grant authorization_code of an offer.
type CodeGrant struct {
	State  string // issuer_state; may be empty
	Server string // authorization_server; may be empty
}

// PreAuthorized is the grant pre-authorized_code of an offer.
type PreAuthorized struct {
	Code   string
	Tx     *TxCode // nil where no transaction code is asked for
	Server string
}

// TxCode says what the transaction code is that the holder gets in another way.
type TxCode struct {
	Mode        string // numeric or text; empty: numeric
	Length      int    // 0: not said
	Description string // at most 300 characters
}

// ReadOffer reads an offer.
func ReadOffer(text []byte) (Offer, error) {
	root, err := decode(text, MostOffer, InvalidRequest)
	if err != nil {
		return Offer{}, err
	}
	r := &reader{code: InvalidRequest}
	o := Offer{Issuer: r.need(root, "credential_issuer"), Configurations: r.texts(root, "credential_configuration_ids", MostConfigurations)}
	if _, ok := place(o.Issuer); !ok {
		r.fail("credential_issuer", "not an https address without query and fragment")
	}
	if len(o.Configurations) == 0 {
		r.fail("credential_configuration_ids", "missing")
	}
	for i, c := range o.Configurations {
		if slices.Contains(o.Configurations[:i], c) {
			r.fail("credential_configuration_ids", "%s stands twice", c)
		}
	}
	grants := r.object(root, "grants")
	if g := r.object(grants, GrantCode); g != nil {
		o.Code = &CodeGrant{State: r.text(g, "issuer_state"), Server: r.text(g, "authorization_server")}
	}
	if g := r.object(grants, GrantPreAuthorized); g != nil {
		o.PreAuthorized = &PreAuthorized{Code: r.need(g, "pre-authorized_code"), Server: r.text(g, "authorization_server"), Tx: r.txCode(g)}
	}
	if r.err != nil {
		return Offer{}, r.err
	}
	return o, nil
}

func (r *reader) txCode(g strictjson.Object) *TxCode {
	o := r.object(g, "tx_code")
	if o == nil {
		return nil
	}
	t := &TxCode{Mode: r.text(o, "input_mode"), Description: r.text(o, "description")}
	if t.Mode != "" && t.Mode != "numeric" && t.Mode != "text" {
		r.fail("tx_code.input_mode", "neither numeric nor text")
	}
	if utf8.RuneCountInString(t.Description) > 300 {
		r.fail("tx_code.description", "longer than 300 characters")
	}
	if v, there := o["length"]; there {
		n, err := number(v)
		if err != nil || n < 1 || n > 1000 {
			r.fail("tx_code.length", "not a length")
		}
		t.Length = int(n)
	}
	return t
}

func number(v any) (int64, error) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, refuse(InvalidRequest, "", "not a number")
	}
	return n.Int64()
}

// JSON writes an offer.
func (o Offer) JSON() []byte {
	grants := strictjson.Object{}
	put := func(m strictjson.Object, name, v string) {
		if v != "" {
			m[name] = v
		}
	}
	if g := o.Code; g != nil {
		m := strictjson.Object{}
		put(m, "issuer_state", g.State)
		put(m, "authorization_server", g.Server)
		grants[GrantCode] = m
	}
	if g := o.PreAuthorized; g != nil {
		m := strictjson.Object{"pre-authorized_code": g.Code}
		put(m, "authorization_server", g.Server)
		if t := g.Tx; t != nil {
			tx := strictjson.Object{}
			put(tx, "input_mode", t.Mode)
			put(tx, "description", t.Description)
			if t.Length > 0 {
				tx["length"] = t.Length
			}
			m["tx_code"] = tx
		}
		grants[GrantPreAuthorized] = m
	}
	all := strictjson.Object{"credential_issuer": o.Issuer, "credential_configuration_ids": o.Configurations}
	if len(grants) > 0 {
		all["grants"] = grants
	}
	b, err := json.Marshal(all)
	if err != nil {
		panic(err) // texts and a number
	}
	return b
}

// Link is an offer by value (§4.1.2); scheme is openid-credential-offer://, haip-vci:// or the
// https address of a wallet.
func (o Offer) Link(scheme string) string {
	return scheme + "?" + url.Values{"credential_offer": {string(o.JSON())}}.Encode()
}

// ReferenceLink is an offer by reference (§4.1.3): the wallet fetches it.
func ReferenceLink(scheme, uri string) string {
	return scheme + "?" + url.Values{"credential_offer_uri": {uri}}.Encode()
}

// ReadOfferLink reads what a wallet was opened with: the offer, or where to fetch it.
func ReadOfferLink(text string) (o Offer, uri string, err error) {
	if len(text) > MostLink {
		return o, "", refuse(InvalidRequest, "", "%d bytes", len(text))
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return o, "", refuse(InvalidRequest, "", "not a link")
	}
	v, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return o, "", refuse(InvalidRequest, "", "not a link")
	}
	f, err := Form(v)
	if err != nil {
		return o, "", err
	}
	value, uri := f["credential_offer"], f["credential_offer_uri"]
	switch {
	case (value == "") == (uri == ""):
		return o, "", refuse(InvalidRequest, "credential_offer", "an offer, or where it is: one of both")
	case value != "":
		o, err = ReadOffer([]byte(value))
		return o, "", err
	}
	p, err := url.Parse(uri)
	if err != nil || p.Host == "" || p.User != nil || p.Fragment != "" || p.Scheme != "https" && (p.Scheme != "http" || !loopback(p.Hostname())) {
		return o, "", refuse(InvalidRequest, "credential_offer_uri", "not an https address")
	}
	return o, uri, nil
}
