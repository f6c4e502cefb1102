package openid4vci

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// Detail is a kind of credential that a wallet asks for, and in an answer what it may have
// of it (RFC 9396, §5.1.1, §6.2).
type Detail struct {
	Type          string   `json:"type"` // openid_credential
	Configuration string   `json:"credential_configuration_id"`
	Locations     []string `json:"locations,omitempty"`
	Identifiers   []string `json:"credential_identifiers,omitempty"` // of a token response
}

// DetailType is the type of an authorization detail.
const DetailType = "openid_credential"

// ReadDetails reads authorization_details.
func ReadDetails(text []byte) ([]Detail, error) {
	v, err := strictjson.Decode(text, strictjson.Limits{Bytes: MostForm, Depth: MostDepth})
	if err != nil {
		return nil, &Refusal{InvalidDetails, "authorization_details", err}
	}
	list, ok := v.([]any)
	if !ok || len(list) == 0 || len(list) > MostConfigurations {
		return nil, refuse(InvalidDetails, "authorization_details", "not a list of details")
	}
	var out []Detail
	for _, e := range list {
		o, ok := e.(strictjson.Object)
		if !ok {
			return nil, refuse(InvalidDetails, "authorization_details", "not a list of objects")
		}
		r := &reader{code: InvalidDetails}
		d := Detail{
			Type: r.need(o, "type"), Configuration: r.need(o, "credential_configuration_id"), Locations: r.texts(o, "locations", 8),
			Identifiers: r.texts(o, "credential_identifiers", MostConfigurations),
		}
		if d.Type != DetailType {
			r.fail("type", "not %s", DetailType)
		}
		if r.err != nil {
			return nil, r.err
		}
		out = append(out, d)
	}
	return out, nil
}

// Authorization is what a wallet asks an authorization server for (§5.1), pushed (RFC 9126).
type Authorization struct {
	Client      string   `json:"client"`
	Redirect    string   `json:"redirect"`
	State       string   `json:"state,omitempty"`
	Challenge   string   `json:"challenge"` // code_challenge, S256
	Scopes      []string `json:"scopes,omitempty"`
	Details     []Detail `json:"details,omitempty"`
	IssuerState string   `json:"issuerState,omitempty"`
	JKT         string   `json:"jkt,omitempty"` // dpop_jkt: thumbprint of the key that the code is bound to (RFC 9449 §10)
}

// ReadAuthorization reads a pushed authorization request. Which redirect_uri a client may name
// is told by its form alone: https, the same machine, or a private scheme with a dot (RFC 8252
// §7.1); nobody is registered.
func ReadAuthorization(v url.Values) (Authorization, error) {
	f, err := Form(v)
	if err != nil {
		return Authorization{}, err
	}
	a := Authorization{
		Client: f["client_id"], Redirect: f["redirect_uri"], State: f["state"], Challenge: f["code_challenge"],
		IssuerState: f["issuer_state"], JKT: f["dpop_jkt"], Scopes: strings.Fields(f["scope"]),
	}
	for _, name := range []string{"request_uri", "request"} {
		if f[name] != "" {
			return a, refuse(InvalidRequest, name, "not in a pushed request")
		}
	}
	for _, name := range []string{"client_id", "redirect_uri", "code_challenge"} {
		if f[name] == "" {
			return a, refuse(InvalidRequest, name, "missing")
		}
	}
	for _, name := range []string{"client_id", "redirect_uri", "state", "issuer_state"} {
		if len(f[name]) > mostText {
			return a, refuse(InvalidRequest, name, "longer than %d bytes", mostText)
		}
	}
	if f["response_type"] != "code" {
		return a, refuse(UnsupportedResponse, "response_type", "not code")
	}
	if f["code_challenge_method"] != "S256" {
		return a, refuse(InvalidRequest, "code_challenge_method", "not S256")
	}
	if !digest(a.Challenge) {
		return a, refuse(InvalidRequest, "code_challenge", "not 32 bytes in base64url")
	}
	if a.JKT != "" && !digest(a.JKT) {
		return a, refuse(InvalidRequest, "dpop_jkt", "not 32 bytes in base64url")
	}
	if !redirectable(a.Redirect) {
		return a, refuse(InvalidRequest, "redirect_uri", "not an https address, this machine, or a private scheme with a dot")
	}
	if text := f["authorization_details"]; text != "" {
		if a.Details, err = ReadDetails([]byte(text)); err != nil {
			return a, err
		}
	}
	return a, nil
}

func digest(s string) bool {
	b, err := jws.Decode(s)
	return err == nil && len(b) == sha256.Size
}

func redirectable(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.User != nil || strings.Contains(text, "#") {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return loopback(u.Hostname())
	}
	return strings.Contains(u.Scheme, ".")
}

// Configurations are the kinds of credentials that a request asks for, by scope or by detail:
// of those that an issuer has. An unknown scope is refused, since nothing else would be left of
// the request (RFC 6749 §3.3).
func (a Authorization) Configurations(all map[string]Configuration, issuer string) ([]string, error) {
	var out []string
	add := func(id string) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, s := range a.Scopes {
		found := false
		for _, id := range sortedKeys(all) {
			if all[id].Scope == s {
				add(id)
				found = true
			}
		}
		if !found {
			return nil, refuse(InvalidScope, "scope", "%s is not known", s)
		}
	}
	for _, d := range a.Details {
		if _, ok := all[d.Configuration]; !ok {
			return nil, refuse(InvalidDetails, "credential_configuration_id", "%s is not known", d.Configuration)
		}
		if d.Locations != nil && !slices.Contains(d.Locations, issuer) {
			return nil, refuse(InvalidDetails, "locations", "not this issuer")
		}
		add(d.Configuration)
	}
	return out, nil
}

// Pushed is the answer to a pushed request (RFC 9126 §2.2).
type Pushed struct {
	URI     string `json:"request_uri"`
	Seconds int    `json:"expires_in"`
}

// RequestURIPrefix begins every request_uri.
const RequestURIPrefix = "urn:ietf:params:oauth:request_uri:"

// Challenge is the code_challenge of a verifier (RFC 7636 §4.2).
func Challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return jws.Encode(sum[:])
}

// answers tells whether a verifier is that of a challenge; one of another form than RFC 7636
// §4.1 has is not.
func answers(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 || strings.ContainsFunc(verifier, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r))
	}) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(Challenge(verifier)), []byte(challenge)) == 1
}

// Answer is where a wallet is sent with a code (RFC 6749 §4.1.2, RFC 9207).
func (a Authorization) Answer(issuer, code string) string {
	return a.back(url.Values{"code": {code}, "iss": {issuer}})
}

// Refuse is where a wallet is sent with an error.
func (a Authorization) Refuse(issuer string, code Code) string {
	return a.back(url.Values{"error": {string(code)}, "iss": {issuer}})
}

func (a Authorization) back(v url.Values) string {
	if a.State != "" {
		v.Set("state", a.State)
	}
	u, err := url.Parse(a.Redirect)
	if err != nil {
		return a.Redirect // it was read by redirectable
	}
	q := u.Query()
	for name, list := range v {
		q[name] = list
	}
	u.RawQuery = q.Encode()
	return u.String()
}
