package openid4vci

import (
	"errors"
	"fmt"
	"strings"
)

// Code is an error as the texts name it.
type Code string

// The errors of OAuth (RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3.1; RFC 9449 §5).
const (
	InvalidRequest      Code = "invalid_request"
	InvalidClient       Code = "invalid_client"
	InvalidGrant        Code = "invalid_grant"
	InvalidScope        Code = "invalid_scope"
	InvalidToken        Code = "invalid_token"
	InsufficientScope   Code = "insufficient_scope"
	InvalidDPoP         Code = "invalid_dpop_proof"
	InvalidDetails      Code = "invalid_authorization_details" // RFC 9396 §5
	UnsupportedGrant    Code = "unsupported_grant_type"
	UnsupportedResponse Code = "unsupported_response_type"
	AccessDenied        Code = "access_denied"
	ServerError         Code = "server_error"
)

// The errors of OpenID4VCI (§8.3.1.2, §9.3, §11.3).
const (
	InvalidCredentialRequest Code = "invalid_credential_request"
	UnknownConfiguration     Code = "unknown_credential_configuration"
	UnknownIdentifier        Code = "unknown_credential_identifier"
	InvalidProof             Code = "invalid_proof"
	InvalidNonce             Code = "invalid_nonce"
	InvalidEncryption        Code = "invalid_encryption_parameters"
	CredentialDenied         Code = "credential_request_denied"
	InvalidTransaction       Code = "invalid_transaction_id"
	InvalidNotification      Code = "invalid_notification_request"
	InvalidNotificationID    Code = "invalid_notification_id"
)

// Codes lists them.
var Codes = []Code{InvalidRequest, InvalidClient, InvalidGrant, InvalidScope, InvalidToken, InsufficientScope, InvalidDPoP, InvalidDetails, UnsupportedGrant,
	UnsupportedResponse, AccessDenied, ServerError, InvalidCredentialRequest, UnknownConfiguration,
	UnknownIdentifier, InvalidProof, InvalidNonce, InvalidEncryption, CredentialDenied, InvalidTransaction, InvalidNotification, InvalidNotificationID}

// Refusal is why a request was not granted, or a text not read. Field is the parameter, header
// or claim that it is about.
type Refusal struct {
	Code  Code
	Field string
	Err   error // nil where the code says it all
}

func (r *Refusal) Error() string {
	text := string(r.Code)
	if r.Field != "" {
		text = r.Field + ": " + text
	}
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text
}

func (r *Refusal) Unwrap() error { return r.Err }

// Status is the status code of HTTP that goes with an error.
func (r *Refusal) Status() int {
	switch r.Code {
	case InvalidClient, InvalidToken:
		return 401
	case InsufficientScope:
		return 403
	case ServerError:
		return 500
	}
	return 400
}

// Description is error_description: what was wrong and where, for the developer of a wallet,
// in the characters that RFC 6749 §5.2 permits.
func (r *Refusal) Description() string {
	text := r.Field
	if r.Err != nil {
		if text != "" {
			text += ": "
		}
		text += r.Err.Error()
	}
	text = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return '\''
		}
		return c
	}, text)
	return text[:min(len(text), 300)]
}

func refuse(code Code, field, format string, args ...any) *Refusal {
	return &Refusal{code, field, fmt.Errorf(format, args...)}
}

// ErrReused tells that a code was used before.
var ErrReused = errors.New("used before")
