package openid4vci

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"time"

	"conurb/kit/jws"
)

// TokenRequest is what a wallet asks a token for (§6.1).
type TokenRequest struct {
	Grant    string
	Client   string // may be empty with a pre-authorized code
	Code     string // of either grant
	Redirect string
	Verifier string // code_verifier
	Tx       string // tx_code
	Details  []Detail
}

// ReadTokenRequest reads a token request.
func ReadTokenRequest(v url.Values) (TokenRequest, error) {
	f, err := Form(v)
	if err != nil {
		return TokenRequest{}, err
	}
	r := TokenRequest{Grant: f["grant_type"], Client: f["client_id"]}
	need := func(names ...string) error {
		for _, n := range names {
			if f[n] == "" {
				return refuse(InvalidRequest, n, "missing")
			}
			if len(f[n]) > mostText {
				return refuse(InvalidRequest, n, "longer than %d bytes", mostText)
			}
		}
		return nil
	}
	switch r.Grant {
	case GrantCode:
		r.Code, r.Redirect, r.Verifier = f["code"], f["redirect_uri"], f["code_verifier"]
		err = need("code", "redirect_uri", "code_verifier")
	case GrantPreAuthorized:
		r.Code, r.Tx = f["pre-authorized_code"], f["tx_code"]
		err = need("pre-authorized_code")
	case "":
		err = refuse(InvalidRequest, "grant_type", "missing")
	default:
		err = refuse(UnsupportedGrant, "grant_type", "neither %s nor %s", GrantCode, GrantPreAuthorized)
	}
	if err == nil && f["authorization_details"] != "" {
		r.Details, err = ReadDetails([]byte(f["authorization_details"]))
	}
	return r, err
}

// Token is the answer to a token request (§6.2).
type Token struct {
	Access  string   `json:"access_token"`
	Type    string   `json:"token_type"` // Bearer or DPoP
	Seconds int      `json:"expires_in"`
	Details []Detail `json:"authorization_details,omitempty"`
}

// MostGuesses is how often a transaction code may be wrong: then the offer is void.
const MostGuesses = 5

// GrantState is where a grant is in its life: open, then spent or void, and never back.
type GrantState string

// The states.
const (
	Open  GrantState = "open"
	Spent GrantState = "spent" // a token was given for it
	Void  GrantState = "void"  // too many wrong transaction codes, or taken back
)

// Grant is a code that a token is given for, once. It is kept as JSON, without the code.
type Grant struct {
	Type      string     `json:"type"` // grant_type
	State     GrantState `json:"state"`
	Until     time.Time  `json:"until"`
	Client    string     `json:"client,omitempty"`    // of authorization_code
	Redirect  string     `json:"redirect,omitempty"`  // of authorization_code
	Challenge string     `json:"challenge,omitempty"` // of authorization_code
	JKT       string     `json:"jkt,omitempty"`       // the code is bound to this key
	Tx        string     `json:"tx,omitempty"`        // TxHash; empty: no transaction code
	Guesses   int        `json:"guesses,omitempty"`   // wrong ones
}

// TxHash is a transaction code as it is kept: without the code of the offer nobody can try
// the few codes that there are.
func TxHash(code, tx string) string {
	h := hmac.New(sha256.New, []byte(code))
	h.Write([]byte(tx))
	return jws.Encode(h.Sum(nil))
}

// Redeem is the one transition of a grant: it becomes spent, or it counts a wrong guess and
// becomes void at the last, or it stays as it is. The caller keeps the grant in either case.
// jkt is the thumbprint of the key that the request was made with; empty: none. A second use
// of a spent grant is refused with ErrReused as its cause: what was given for it is taken back
// (RFC 6749 §4.1.2).
func (g *Grant) Redeem(r TokenRequest, jkt string, now time.Time) error {
	field := "code"
	if g.Type == GrantPreAuthorized {
		field = "pre-authorized_code"
	}
	switch {
	case r.Grant != g.Type:
		return refuse(InvalidGrant, "grant_type", "the code is for another grant")
	case g.State == Spent:
		return &Refusal{InvalidGrant, field, ErrReused}
	case g.State != Open:
		return refuse(InvalidGrant, field, "void")
	case !now.Before(g.Until):
		return refuse(InvalidGrant, field, "expired")
	case g.Type == GrantCode && r.Client != "" && r.Client != g.Client:
		return refuse(InvalidGrant, "client_id", "the code is another client's")
	case g.Type == GrantCode && r.Redirect != g.Redirect:
		return refuse(InvalidGrant, "redirect_uri", "not that of the authorization request")
	case g.Type == GrantCode && !answers(r.Verifier, g.Challenge):
		return refuse(InvalidGrant, "code_verifier", "not that of the code_challenge")
	case g.JKT != "" && jkt != g.JKT:
		return refuse(InvalidGrant, "DPoP", "the code is bound to another key")
	case g.Tx == "" && r.Tx != "":
		return refuse(InvalidRequest, "tx_code", "none is expected")
	case g.Tx != "" && r.Tx == "":
		return refuse(InvalidRequest, "tx_code", "missing")
	case g.Tx != "" && subtle.ConstantTimeCompare([]byte(TxHash(r.Code, r.Tx)), []byte(g.Tx)) != 1:
		if g.Guesses++; g.Guesses >= MostGuesses {
			g.State = Void
		}
		return refuse(InvalidGrant, "tx_code", "wrong")
	}
	g.State = Spent
	return nil
}
