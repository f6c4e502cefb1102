package openid4vp

import (
	"errors"
	"fmt"
)

// Code names why something was refused.
type Code string

// Why a wallet refuses a request.
const (
	CodeLink        Code = "link"         // not a link to a request
	CodeObject      Code = "object"       // not a request object: form or typ
	CodeAlgorithm   Code = "algorithm"    // signed with an algorithm that is not taken
	CodeUnsigned    Code = "unsigned"     // not signed where it has to be, or signed where it cannot be
	CodeSignature   Code = "signature"    // the signature is not the certificate's key's
	CodeCertificate Code = "certificate"  // x5c missing, of another form, expired, or below no anchor
	CodePrefix      Code = "prefix"       // a client_id whose prefix is not known
	CodeClient      Code = "client"       // client_id is not the certificate's
	CodeOuter       Code = "outer-client" // client_id of the link is another one
	CodeAudience    Code = "audience"     // for another wallet
	CodeTime        Code = "time"         // not yet or no longer to be answered
	CodeNonce       Code = "nonce"        // missing, or of characters it may not have
	CodeWalletNonce Code = "wallet-nonce" // not the one the wallet sent
	CodeState       Code = "state"        // of characters it may not have; at the verifier: another one
	CodeType        Code = "type"         // another response_type than vp_token
	CodeMode        Code = "mode"         // another response_mode than those spoken
	CodeRedirect    Code = "redirect"     // redirect_uri with direct_post
	CodeResponseURI Code = "response-uri" // missing, not https, or not the client's
	CodeScope       Code = "scope"        // scope instead of, or besides, dcql_query
	CodeQuery       Code = "query"        // dcql_query missing or faulty; the cause says where
	CodeTransaction Code = "transaction"  // transaction_data
	CodeFormats     Code = "formats"      // no format or algorithm that the wallet has
	CodeEncryption  Code = "encryption"   // no key that can be encrypted to
	CodeMetadata    Code = "metadata"     // client_metadata or another parameter is of the wrong kind
	CodeProfile     Code = "profile"      // against the profile
)

// Why a verifier refuses an answer, besides CodeState and CodeTime.
const (
	CodeForm         Code = "form"         // not an answer: missing, twice, or too long
	CodeEncrypted    Code = "encrypted"    // not encrypted as asked, or cannot be decrypted
	CodePresentation Code = "presentation" // not a presentation
	CodeIssuer       Code = "issuer"       // no key for its issuer; the cause is the caller's
	CodeProof        Code = "proof"        // a signature, digest, nonce or audience does not hold
	CodeUnsatisfied  Code = "unsatisfied"  // not what was asked for; the cause is dcql.Faults
)

// Codes lists them.
var Codes = []Code{CodeLink, CodeObject, CodeAlgorithm, CodeUnsigned, CodeSignature, CodeCertificate, CodePrefix, CodeClient, CodeOuter,
	CodeAudience, CodeTime, CodeNonce, CodeWalletNonce, CodeState, CodeType, CodeMode, CodeRedirect, CodeResponseURI, CodeScope, CodeQuery,
	CodeTransaction, CodeFormats, CodeEncryption, CodeMetadata, CodeProfile, CodeForm, CodeEncrypted, CodePresentation, CodeIssuer, CodeProof, CodeUnsatisfied}

// Refusal is why a request or an answer was not taken. Field is the parameter, or the id of
// the credential that was asked for.
type Refusal struct {
	Code  Code
	Field string
	Err   error // nil where the code says it all
}

func (r *Refusal) Error() string {
	text := fmt.Sprintf("%s: %s", r.Field, r.Code)
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text
}

func (r *Refusal) Unwrap() error { return r.Err }

func refuse(code Code, field string, err error) *Refusal { return &Refusal{code, field, err} }

// The errors of an answer (§8.5).
const (
	InvalidRequest         = "invalid_request"
	InvalidClient          = "invalid_client"
	AccessDenied           = "access_denied"
	FormatsNotSupported    = "vp_formats_not_supported"
	InvalidMethod          = "invalid_request_uri_method"
	InvalidTransactionData = "invalid_transaction_data"
	WalletUnavailable      = "wallet_unavailable"
)

// OAuth is the error that a wallet answers with for a refusal.
func OAuth(err error) string {
	var r *Refusal
	switch {
	case !errors.As(err, &r):
		return AccessDenied
	case r.Code == CodeTransaction:
		return InvalidTransactionData
	case r.Code == CodeFormats:
		return FormatsNotSupported
	case r.Code == CodeLink && r.Field == "request_uri_method":
		return InvalidMethod
	}
	return InvalidRequest
}

// Declined is that a wallet answered with an error. Both are the wallet's words.
type Declined struct{ Reason, Description string }

func (d *Declined) Error() string { return "the wallet declined: " + d.Reason }
