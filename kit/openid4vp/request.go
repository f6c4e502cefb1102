package openid4vp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

const leeway = time.Minute // of clocks

// Wallet is what a wallet believes.
type Wallet struct {
	Anchors []*x509.Certificate // below which verifiers' certificates have to stand
	Profile Profile
}

// Request is a request that a wallet has checked.
type Request struct {
	ClientID    string
	ResponseURI string
	Mode        string
	Nonce       string
	State       string // empty where there is none
	Query       *dcql.Query
	Name        map[string]string // of the verifier, by language: its own words
	Purpose     map[string]string // by language: the verifier's words
	Chain       x5c.Chain         // of who signed it; nil where nobody did
	Object      string            // the signed text; empty where nobody signed it
	Until       time.Time         // zero where it says nothing

	issuers, holders []string // algorithms the verifier takes; nil where it says nothing
	to               jwe.Public
	enc              jwe.Encryption
}

// Read checks a request: object is what was fetched from link.RequestURI, or empty where the
// link has the request itself; walletNonce is what was sent to fetch it by POST. Nothing is
// returned of a request that fails.
func (w Wallet) Read(link Link, object, walletNonce string, now time.Time) (*Request, error) {
	if link.Object != "" {
		object = link.Object
	}
	if object == "" {
		return w.plain(link)
	}
	if w.Profile.ByReference && link.RequestURI == "" {
		return nil, refuse(CodeProfile, "request_uri", fmt.Errorf("%s permits requests only by request_uri", w.Profile.Name))
	}
	o, chain, err := w.verified(link, object, now)
	if err != nil {
		return nil, err
	}
	if walletNonce != "" && o["wallet_nonce"] != any(walletNonce) {
		return nil, refuse(CodeWalletNonce, "wallet_nonce", nil)
	}
	r := &Request{ClientID: link.ClientID, Chain: chain, Object: object}
	if err := r.times(o, now); err != nil {
		return nil, err
	}
	return w.filled(r, o)
}

// verified reads a request object and holds its signature to the certificate and the
// certificate to the client_id.
func (w Wallet) verified(link Link, object string, now time.Time) (strictjson.Object, x5c.Chain, error) {
	token, err := jws.Parse(object, w.Profile.Algorithms...)
	switch {
	case errors.Is(err, jws.ErrAlgorithm):
		return nil, nil, refuse(CodeAlgorithm, "alg", err)
	case err != nil:
		return nil, nil, refuse(CodeObject, "request", err)
	case token.Type != objectType:
		return nil, nil, refuse(CodeObject, "typ", nil)
	}
	o, err := token.Claims()
	if err != nil {
		return nil, nil, refuse(CodeObject, "request", err)
	}
	prefix, _, ok := split(link.ClientID)
	switch {
	case o["client_id"] != any(link.ClientID):
		return nil, nil, refuse(CodeOuter, "client_id", nil)
	case !ok || !slices.Contains(Open.Prefixes, prefix):
		return nil, nil, refuse(CodePrefix, "client_id", nil)
	case prefix == PrefixRedirect:
		return nil, nil, refuse(CodeUnsigned, "client_id", nil)
	}
	chain, err := x5c.Read(token.Header)
	if err != nil {
		return nil, nil, refuse(CodeCertificate, "x5c", err)
	}
	key, err := chain.Verify(w.Anchors, now)
	if err != nil {
		return nil, nil, refuse(CodeCertificate, "x5c", err)
	}
	if err := token.Verify(key); err != nil {
		return nil, nil, refuse(CodeSignature, "request", err)
	}
	return o, chain, identified(link.ClientID, chain)
}

// plain reads a request that nobody signed (§5.9.3, redirect_uri).
func (w Wallet) plain(link Link) (*Request, error) {
	prefix, rest, ok := split(link.ClientID)
	switch {
	case !ok || !slices.Contains(Open.Prefixes, prefix):
		return nil, refuse(CodePrefix, "client_id", nil)
	case prefix != PrefixRedirect || link.Plain == nil:
		return nil, refuse(CodeUnsigned, "request", nil)
	}
	o := strictjson.Object{"response_uri": rest}
	for name := range link.Plain {
		text := link.Plain.Get(name)
		switch name {
		case "dcql_query", "client_metadata", "transaction_data", purposeKey:
			v, err := strictjson.Decode([]byte(text), strictjson.Limits{Bytes: MostLink, Depth: jws.MostDepth})
			if err != nil {
				return nil, refuse(CodeMetadata, name, err)
			}
			o[name] = v
		default:
			o[name] = text
		}
	}
	return w.filled(&Request{ClientID: link.ClientID}, o)
}

// times holds a request object to the clock (RFC 7519 §4.1) and to its audience (§5.8).
func (r *Request) times(o strictjson.Object, now time.Time) error {
	if v, there := o["aud"]; there && v != any(audience) {
		return refuse(CodeAudience, "aud", nil)
	}
	for _, name := range []string{"iat", "nbf", "exp"} {
		v, there := o[name]
		if !there {
			continue
		}
		n, ok := sdjwt.Number(v)
		t := time.Unix(n, 0)
		switch {
		case !ok, name != "exp" && now.Add(leeway).Before(t), name == "exp" && !now.Before(t):
			return refuse(CodeTime, name, nil)
		case name == "exp":
			r.Until = t.UTC()
		}
	}
	return nil
}

// filled reads the parameters.
func (w Wallet) filled(r *Request, o strictjson.Object) (*Request, error) {
	for _, f := range []func(*Request, strictjson.Object) error{w.where, (*Request).wanted, (*Request).metadata} {
		if err := f(r, o); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// where reads how and where to answer (§8.2).
func (w Wallet) where(r *Request, o strictjson.Object) error {
	prefix, rest, _ := split(r.ClientID)
	r.Mode, _ = o["response_mode"].(string)
	r.ResponseURI, _ = o["response_uri"].(string)
	if o["response_type"] != any("vp_token") {
		return refuse(CodeType, "response_type", nil)
	}
	if !slices.Contains(Open.Modes, r.Mode) {
		return refuse(CodeMode, "response_mode", nil)
	}
	if refusal := w.Profile.permits(prefix, r.Mode); refusal != nil {
		return refusal
	}
	if _, there := o["redirect_uri"]; there {
		return refuse(CodeRedirect, "redirect_uri", nil)
	}
	u, ok := place(r.ResponseURI)
	if !ok || prefix == PrefixRedirect && r.ResponseURI != rest || prefix == PrefixDNS && !strings.EqualFold(u.Hostname(), rest) {
		return refuse(CodeResponseURI, "response_uri", nil)
	}
	return nil
}

// wanted reads what is asked for.
func (r *Request) wanted(o strictjson.Object) error {
	var ok bool
	if r.Nonce, ok = o["nonce"].(string); !ok || !safe(r.Nonce) {
		return refuse(CodeNonce, "nonce", nil)
	}
	if v, there := o["state"]; there {
		if r.State, ok = v.(string); !ok || !safe(r.State) {
			return refuse(CodeState, "state", nil)
		}
	}
	if _, there := o["scope"]; there {
		return refuse(CodeScope, "scope", nil)
	}
	if _, there := o["transaction_data"]; there {
		return refuse(CodeTransaction, "transaction_data", nil)
	}
	query, ok := o["dcql_query"].(strictjson.Object)
	if !ok {
		return refuse(CodeQuery, "dcql_query", nil)
	}
	var err error
	if r.Query, err = dcql.Read(query); err != nil {
		return refuse(CodeQuery, "dcql_query", err)
	}
	unbound := slices.ContainsFunc(r.Query.Credentials, func(c dcql.Credential) bool { return c.Unbound })
	if unbound && r.State == "" { // §5.3: nothing else would bind the answer to the request
		return refuse(CodeState, "state", nil)
	}
	if v, there := o[purposeKey]; there {
		if r.Purpose, ok = languages(v); !ok {
			return refuse(CodeMetadata, purposeKey, nil)
		}
	}
	return nil
}

func languages(v any) (map[string]string, bool) {
	o, ok := v.(strictjson.Object)
	out := make(map[string]string, len(o))
	for language, one := range o {
		text, isText := one.(string)
		ok = ok && isText && len(text) <= 2000
		out[language] = text
	}
	return out, ok
}

// metadata reads what the verifier says of itself (§5.1, §11).
func (r *Request) metadata(o strictjson.Object) error {
	v, there := o["client_metadata"]
	m, ok := v.(strictjson.Object)
	if there && !ok {
		return refuse(CodeMetadata, "client_metadata", nil)
	}
	for name, v := range m {
		language, named := strings.CutPrefix(name, "client_name#")
		if text, ok := v.(string); named && ok {
			if r.Name == nil {
				r.Name = map[string]string{}
			}
			r.Name[language] = text
		}
	}
	if v, there := m["vp_formats_supported"]; there {
		formats, ok := v.(strictjson.Object)
		if !ok {
			return refuse(CodeMetadata, "vp_formats_supported", nil)
		}
		ours, ok := formats[dcql.FormatSDJWT].(strictjson.Object)
		if !ok {
			return refuse(CodeFormats, "vp_formats_supported", nil)
		}
		if r.issuers, ok = algorithms(ours, "sd-jwt_alg_values"); !ok {
			return refuse(CodeMetadata, "sd-jwt_alg_values", nil)
		}
		if r.holders, ok = algorithms(ours, "kb-jwt_alg_values"); !ok {
			return refuse(CodeMetadata, "kb-jwt_alg_values", nil)
		}
	}
	if r.Mode == DirectPostJWT {
		return r.encryption(m)
	}
	return nil
}

// algorithms reads a list of names; nil where there is none. Ed25519 is the other name of
// EdDSA here (RFC 9864).
func algorithms(o strictjson.Object, name string) ([]string, bool) {
	v, there := o[name]
	if !there {
		return nil, true
	}
	list, ok := v.([]any)
	out := []string{}
	for _, one := range list {
		text, isText := one.(string)
		if ok = ok && isText; text == "Ed25519" {
			text = string(jws.EdDSA)
		}
		out = append(out, text)
	}
	return out, ok && len(out) > 0
}

// encryption chooses the first key that can be encrypted to, and how (§8.3).
func (r *Request) encryption(m strictjson.Object) error {
	r.enc = jwe.A128GCM
	if v, there := m["encrypted_response_enc_values_supported"]; there {
		list, ok := v.([]any)
		switch {
		case ok && slices.Contains(list, any(string(jwe.A256GCM))):
			r.enc = jwe.A256GCM
		case !ok || !slices.Contains(list, any(string(jwe.A128GCM))):
			return refuse(CodeEncryption, "encrypted_response_enc_values_supported", nil)
		}
	}
	jwks, _ := m["jwks"].(strictjson.Object)
	keys, _ := jwks["keys"].([]any)
	for _, one := range keys {
		o, _ := one.(strictjson.Object)
		if k, err := jwe.Read(o); err == nil {
			r.to = k
			return nil
		}
	}
	return refuse(CodeEncryption, "jwks", nil)
}

// form is a body to be posted.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}
