package openid4vp

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

const (
	objectType = "oauth-authz-req+jwt"       // RFC 9101 §10.8
	audience   = "https://self-issued.me/v2" // §5.8: a wallet that nobody has looked up
	keyID      = "answer"                    // of the key that answers are encrypted to
	purposeKey = "conurb_purpose"
)

// Ask is what a verifier asks for. It is kept until the answer comes, as JSON; who can read
// it can read an encrypted answer.
type Ask struct {
	ClientID    string            `json:"clientId"`
	ResponseURI string            `json:"responseUri"`
	Nonce       string            `json:"nonce"`
	State       string            `json:"state"`
	Query       *dcql.Query       `json:"query"`
	Name        map[string]string `json:"name,omitempty"`    // of the verifier, by language
	Purpose     map[string]string `json:"purpose,omitempty"` // by language
	Issued      time.Time         `json:"issued"`
	Until       time.Time         `json:"until"`            // then it is no longer answered
	Secret      []byte            `json:"secret,omitempty"` // 32 bytes of the key to which the answer is encrypted; none: it is not
}

// New makes a request to be answered encrypted, with a nonce, a state and a key of its own:
// nothing of it is used for another one.
func New(random io.Reader, clientID, responseURI string, q *dcql.Query, now time.Time, lasts time.Duration) (Ask, error) {
	bytes := make([]byte, 32)
	if _, err := io.ReadFull(random, bytes); err != nil {
		return Ask{}, fmt.Errorf("nonce: %w", err)
	}
	key, err := jwe.Generate(random)
	if err != nil {
		return Ask{}, err
	}
	return Ask{
		ClientID: clientID, ResponseURI: responseURI, Query: q, Nonce: jws.Encode(bytes[:16]), State: jws.Encode(bytes[16:]),
		Issued: now.UTC().Truncate(time.Second), Until: now.UTC().Truncate(time.Second).Add(lasts), Secret: key.Seed(),
	}, nil
}

// Mode is the response mode.
func (a Ask) Mode() string {
	if a.Secret == nil {
		return DirectPost
	}
	return DirectPostJWT
}

// valid holds what a verifier is about to ask to the rules a wallet holds it to.
func (a Ask) valid(p Profile) error {
	prefix, rest, ok := split(a.ClientID)
	if !ok || !slices.Contains(Open.Prefixes, prefix) {
		return refuse(CodePrefix, "client_id", nil)
	}
	if r := p.permits(prefix, a.Mode()); r != nil {
		return r
	}
	u, ok := place(a.ResponseURI)
	switch {
	case !ok, prefix == PrefixDNS && !strings.EqualFold(u.Hostname(), rest), prefix == PrefixRedirect && a.ResponseURI != rest:
		return refuse(CodeResponseURI, "response_uri", nil)
	case !safe(a.Nonce) || len(a.Nonce) < 22:
		return refuse(CodeNonce, "nonce", nil)
	case !safe(a.State) || len(a.State) < 22:
		return refuse(CodeState, "state", nil)
	case a.Query == nil:
		return refuse(CodeQuery, "dcql_query", nil)
	case !a.Until.After(a.Issued):
		return refuse(CodeTime, "exp", nil)
	}
	if err := a.Query.Valid(); err != nil {
		return refuse(CodeQuery, "dcql_query", err)
	}
	return nil
}

// parameters are those of the request.
func (a Ask) parameters(walletNonce string) (strictjson.Object, error) {
	metadata, err := a.metadata()
	if err != nil {
		return nil, err
	}
	o := strictjson.Object{
		"client_id": a.ClientID, "response_type": "vp_token", "response_mode": a.Mode(), "response_uri": a.ResponseURI,
		"nonce": a.Nonce, "state": a.State, "dcql_query": a.Query.Object(), "client_metadata": metadata,
		"aud": audience, "iat": a.Issued.Unix(), "exp": a.Until.Unix(),
	}
	if len(a.Purpose) > 0 {
		o[purposeKey] = words(a.Purpose)
	}
	if walletNonce != "" {
		o["wallet_nonce"] = walletNonce
	}
	return o, nil
}

// metadata is what the verifier says of itself: the formats it takes, its name (RFC 7591
// §2.2), and the key for the answer.
func (a Ask) metadata() (strictjson.Object, error) {
	algorithms := []any{}
	for _, alg := range jws.Algorithms {
		algorithms = append(algorithms, string(alg))
	}
	algorithms = append(algorithms, "Ed25519") // the name of EdDSA with this curve (RFC 9864)
	o := strictjson.Object{"vp_formats_supported": strictjson.Object{
		dcql.FormatSDJWT: strictjson.Object{"sd-jwt_alg_values": algorithms, "kb-jwt_alg_values": algorithms},
	}}
	for language, name := range a.Name {
		o["client_name#"+language] = name
	}
	if a.Secret != nil {
		key, err := jwe.FromSeed(a.Secret)
		if err != nil {
			return nil, err
		}
		o["jwks"] = strictjson.Object{"keys": []any{key.Public(keyID).JWK()}}
		o["encrypted_response_enc_values_supported"] = []any{string(jwe.A256GCM), string(jwe.A128GCM)}
	}
	return o, nil
}

func words(m map[string]string) strictjson.Object {
	o := strictjson.Object{}
	for _, language := range slices.Sorted(maps.Keys(m)) {
		o[language] = m[language]
	}
	return o
}

// Signer signs requests.
type Signer struct {
	Key     *jws.Private
	Chain   x5c.Chain // without the anchor
	Profile Profile
}

// ClientID is the client_id of the signer's certificate.
func (s Signer) ClientID() string { return HashID(s.Chain) }

// Sign writes the request object. walletNonce is what a wallet sent that fetched it by POST
// (§5.10); empty where it sent none.
func (s Signer) Sign(random io.Reader, a Ask, walletNonce string) (string, error) {
	if err := a.valid(s.Profile); err != nil {
		return "", err
	}
	if walletNonce != "" && !safe(walletNonce) {
		return "", refuse(CodeWalletNonce, "wallet_nonce", nil)
	}
	if err := s.speaksFor(a.ClientID); err != nil {
		return "", err
	}
	o, err := a.parameters(walletNonce)
	if err != nil {
		return "", err
	}
	payload, err := strictjson.Append(nil, o)
	if err != nil {
		return "", fmt.Errorf("request: %w", err)
	}
	return jws.Sign(random, s.Key, strictjson.Object{"typ": objectType, "x5c": s.Chain.Header()}, payload)
}

// speaksFor holds the signer to the client_id: what no wallet would believe is not signed.
func (s Signer) speaksFor(clientID string) error {
	if len(s.Chain) == 0 {
		return refuse(CodeCertificate, "x5c", nil)
	}
	key, err := x5c.Key(s.Chain[0])
	if err != nil || !key.Equal(s.Key.Public()) {
		return refuse(CodeCertificate, "x5c", err)
	}
	if !slices.Contains(s.Profile.Algorithms, key.Algorithm()) {
		return refuse(CodeAlgorithm, "alg", nil)
	}
	return identified(clientID, s.Chain)
}

// identified holds a client_id to the certificate.
func identified(clientID string, chain x5c.Chain) error {
	prefix, rest, _ := split(clientID)
	switch {
	case prefix == PrefixRedirect:
		return refuse(CodeUnsigned, "client_id", fmt.Errorf("a request of %s cannot be signed", PrefixRedirect))
	case prefix == PrefixHash && rest == chain.Hash(), prefix == PrefixDNS && chain.Named(rest):
		return nil
	}
	return refuse(CodeClient, "client_id", nil)
}

// Link is what a wallet is opened with, as a link or in a QR code: scheme is "openid4vp://",
// "haip-vp://" or the https address of a wallet. The wallet may fetch the request by GET or,
// with a nonce of its own, by POST.
func (a Ask) Link(scheme, requestURI string) string {
	return scheme + "?" + url.Values{"client_id": {a.ClientID}, "request_uri": {requestURI}, "request_uri_method": {"post"}}.Encode()
}

// PlainLink is a request that is not signed, in the link itself; only for a client_id of
// the prefix redirect_uri. Nothing proves who asks.
func (a Ask) PlainLink(scheme string) (string, error) {
	if err := a.valid(Open); err != nil {
		return "", err
	}
	if prefix, _, _ := split(a.ClientID); prefix != PrefixRedirect {
		return "", refuse(CodeUnsigned, "client_id", nil)
	}
	o, err := a.parameters("")
	if err != nil {
		return "", err
	}
	v := url.Values{}
	for _, claim := range []string{"aud", "iat", "exp"} { // of a signed request only
		delete(o, claim)
	}
	for name, value := range o {
		text, ok := value.(string)
		if !ok {
			b, err := strictjson.Append(nil, value)
			if err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
			text = string(b)
		}
		v.Set(name, text)
	}
	return scheme + "?" + v.Encode(), nil
}
