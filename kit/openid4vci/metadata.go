package openid4vci

import (
	"encoding/json"
	"slices"
	"strings"
)

// Format is the format of the credentials that are issued here (SD-JWT VC, appendix A.3).
const Format = "dc+sd-jwt"

// Display is a name in a language.
type Display struct {
	Name   string `json:"name,omitempty"`
	Locale string `json:"locale,omitempty"` // BCP 47
}

// Issuer is the metadata of an issuer (§12.2.4).
type Issuer struct {
	Issuer             string                   `json:"credential_issuer"`
	Servers            []string                 `json:"authorization_servers,omitempty"` // none: the issuer itself
	Credential         string                   `json:"credential_endpoint"`
	Nonce              string                   `json:"nonce_endpoint,omitempty"`
	Deferred           string                   `json:"deferred_credential_endpoint,omitempty"`
	Notification       string                   `json:"notification_endpoint,omitempty"`
	RequestEncryption  *Encryption              `json:"credential_request_encryption,omitempty"`
	ResponseEncryption *Encryption              `json:"credential_response_encryption,omitempty"`
	Batch              *Batch                   `json:"batch_credential_issuance,omitempty"`
	Display            []Display                `json:"display,omitempty"`
	Configurations     map[string]Configuration `json:"credential_configurations_supported"`
}

// Encryption says how an issuer encrypts.
type Encryption struct {
	Algorithms []string        `json:"alg_values_supported,omitempty"`
	Encodings  []string        `json:"enc_values_supported"`
	Keys       json.RawMessage `json:"jwks,omitempty"`
	Required   bool            `json:"encryption_required"`
}

// Batch says that several credentials can be asked for at once.
type Batch struct {
	Size int `json:"batch_size"` // at least 2
}

// Configuration is a kind of credential that an issuer issues.
type Configuration struct {
	Format   string               `json:"format"`
	Scope    string               `json:"scope,omitempty"`
	VCT      string               `json:"vct,omitempty"` // of dc+sd-jwt
	Bindings []string             `json:"cryptographic_binding_methods_supported,omitempty"`
	Signing  []any                `json:"credential_signing_alg_values_supported,omitempty"` // names, or numbers of COSE
	Proofs   map[string]ProofType `json:"proof_types_supported,omitempty"`
	Metadata *CredentialMetadata  `json:"credential_metadata,omitempty"`
}

// ProofType is what an issuer takes as a proof of possession.
type ProofType struct {
	Algorithms  []string              `json:"proof_signing_alg_values_supported"`
	Attestation *AttestationsRequired `json:"key_attestations_required,omitempty"`
}

// AttestationsRequired says that keys have to be attested, and how well they have to be kept
// (ISO/IEC 18045; empty: not said).
type AttestationsRequired struct {
	Storage        []string `json:"key_storage,omitempty"`
	Authentication []string `json:"user_authentication,omitempty"`
}

// CredentialMetadata is how a wallet shows a credential.
type CredentialMetadata struct {
	Display []Display `json:"display,omitempty"`
	Claims  []Claim   `json:"claims,omitempty"`
}

// Claim is a claim of a credential: names from the top, numbers of elements, null for all.
type Claim struct {
	Path      []any     `json:"path"`
	Mandatory bool      `json:"mandatory,omitempty"`
	Display   []Display `json:"display,omitempty"`
}

// ReadIssuer reads the metadata of an issuer, which has to be the one that was asked (§12.2.1).
// Parameters that are not known are passed over.
func ReadIssuer(text []byte, issuer string) (Issuer, error) {
	var m Issuer
	if err := unmarshal(text, &m); err != nil {
		return m, err
	}
	r := &reader{code: InvalidRequest}
	if m.Issuer != issuer {
		r.fail("credential_issuer", "%q was asked, %q answers", issuer, m.Issuer)
	}
	endpoint := func(name, text string, needed bool) {
		if text == "" && !needed {
			return
		}
		if _, ok := place(strings.SplitN(text, "?", 2)[0]); !ok || strings.Contains(text, "#") {
			r.fail(name, "not an https address")
		}
	}
	endpoint("credential_issuer", m.Issuer, true)
	endpoint("credential_endpoint", m.Credential, true)
	endpoint("nonce_endpoint", m.Nonce, false)
	endpoint("deferred_credential_endpoint", m.Deferred, false)
	endpoint("notification_endpoint", m.Notification, false)
	if m.Batch != nil && m.Batch.Size < 2 {
		r.fail("batch_credential_issuance.batch_size", "less than 2")
	}
	r.configurations(m.Configurations)
	if r.err != nil {
		return Issuer{}, r.err
	}
	return m, nil
}

func unmarshal(text []byte, to any) error {
	if _, err := decode(text, MostMetadata, InvalidRequest); err != nil {
		return err
	}
	if err := json.Unmarshal(text, to); err != nil {
		return &Refusal{InvalidRequest, "", err}
	}
	return nil
}

// ReadConfigurations reads the member credential_configurations_supported alone.
func ReadConfigurations(text []byte) (map[string]Configuration, error) {
	var m struct {
		All map[string]Configuration `json:"credential_configurations_supported"`
	}
	if err := unmarshal(text, &m); err != nil {
		return nil, err
	}
	r := &reader{code: InvalidRequest}
	r.configurations(m.All)
	if r.err != nil {
		return nil, r.err
	}
	return m.All, nil
}

// configurations holds kinds of credentials to what is said of them (§12.2.4, A.3.2): who
// issues bound credentials says which proofs.
func (r *reader) configurations(all map[string]Configuration) {
	if len(all) == 0 || len(all) > MostConfigurations {
		r.fail("credential_configurations_supported", "%d of them", len(all))
	}
	for _, id := range sortedKeys(all) {
		c := all[id]
		at := "credential_configurations_supported." + id
		switch {
		case c.Format == "":
			r.fail(at+".format", "missing")
		case c.Format == Format && c.VCT == "":
			r.fail(at+".vct", "missing")
		case len(c.Proofs) > 0 && len(c.Bindings) == 0:
			r.fail(at+".cryptographic_binding_methods_supported", "missing beside proof_types_supported")
		case c.Format == Format && len(c.Bindings) > 0 && len(c.Proofs) == 0:
			r.fail(at+".proof_types_supported", "missing beside cryptographic_binding_methods_supported")
		}
		for _, kind := range sortedKeys(c.Proofs) {
			if len(c.Proofs[kind].Algorithms) == 0 {
				r.fail(at+".proof_types_supported."+kind, "no algorithm")
			}
		}
		if c.Metadata != nil {
			r.claims(at, c.Metadata)
		}
	}
}

func (r *reader) claims(at string, m *CredentialMetadata) {
	if !oneEach(m.Display) {
		r.fail(at+".display", "a language stands twice")
	}
	for _, c := range m.Claims {
		if len(c.Path) == 0 {
			r.fail(at+".claims", "a claim without path")
		}
		for _, p := range c.Path {
			switch v := p.(type) {
			case string, nil:
			case float64:
				if v < 0 || v != float64(int(v)) {
					r.fail(at+".claims", "%v is no element", v)
				}
			default:
				r.fail(at+".claims", "%v is no step of a path", v)
			}
		}
		if !oneEach(c.Display) {
			r.fail(at+".claims", "a language stands twice")
		}
	}
}

// oneEach tells whether every language stands once (§12.2.4).
func oneEach(list []Display) bool {
	for i, d := range list {
		if slices.ContainsFunc(list[:i], func(e Display) bool { return e.Locale == d.Locale }) {
			return false
		}
	}
	return true
}

// Server is the metadata of an authorization server (RFC 8414), as far as it is needed here.
type Server struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint,omitempty"`
	Token         string   `json:"token_endpoint"`
	Pushed        string   `json:"pushed_authorization_request_endpoint,omitempty"`
	PushedOnly    bool     `json:"require_pushed_authorization_requests,omitempty"`
	Responses     []string `json:"response_types_supported"`
	Grants        []string `json:"grant_types_supported,omitempty"`
	Challenges    []string `json:"code_challenge_methods_supported,omitempty"`
	ClientAuth    []string `json:"token_endpoint_auth_methods_supported,omitempty"`
	Attestation   []string `json:"client_attestation_signing_alg_values_supported,omitempty"`
	AttestedPoP   []string `json:"client_attestation_pop_signing_alg_values_supported,omitempty"`
	DPoP          []string `json:"dpop_signing_alg_values_supported,omitempty"`
	NamesIssuer   bool     `json:"authorization_response_iss_parameter_supported,omitempty"`
	Anonymous     bool     `json:"pre-authorized_grant_anonymous_access_supported,omitempty"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	Details       []string `json:"authorization_details_types_supported,omitempty"`
}

// ReadServer reads the metadata of the authorization server that was asked (RFC 8414 §3.3).
func ReadServer(text []byte, issuer string) (Server, error) {
	var m Server
	if err := unmarshal(text, &m); err != nil {
		return m, err
	}
	if m.Issuer != issuer {
		return Server{}, refuse(InvalidRequest, "issuer", "%q was asked, %q answers", issuer, m.Issuer)
	}
	if _, ok := place(m.Token); !ok {
		return Server{}, refuse(InvalidRequest, "token_endpoint", "not an https address")
	}
	return m, nil
}

// WellKnown is where the metadata of an issuer is (§12.2.2, RFC 8414 §3.1): the name goes
// between the host and the path.
func WellKnown(issuer, name string) (string, error) {
	u, ok := place(issuer)
	if !ok {
		return "", refuse(InvalidRequest, "credential_issuer", "not an https address")
	}
	return u.Scheme + "://" + u.Host + "/.well-known/" + name + strings.TrimSuffix(u.EscapedPath(), "/"), nil
}

// The names of metadata below /.well-known/.
const (
	IssuerMetadata = "openid-credential-issuer"
	ServerMetadata = "oauth-authorization-server"
)
