package openid4vci

import (
	"encoding/json"
	"strings"

	"conurb/kit/strictjson"
)

// CredentialRequest is what a wallet asks an issuer for (§8.2).
type CredentialRequest struct {
	Identifier    string // credential_identifier, or
	Configuration string // credential_configuration_id
	Proofs        Proofs
}

// Proofs are proofs of possession of one type, as they came.
type Proofs struct {
	Type  string // jwt or attestation; empty: none came
	Texts []string
}

// ReadCredentialRequest reads a credential request. One that wants its answer encrypted is
// refused: nothing is encrypted here.
func ReadCredentialRequest(text []byte) (CredentialRequest, error) {
	o, err := decode(text, MostRequest, InvalidCredentialRequest)
	if err != nil {
		return CredentialRequest{}, err
	}
	if err := unencrypted(o); err != nil {
		return CredentialRequest{}, err
	}
	r := &reader{code: InvalidCredentialRequest}
	q := CredentialRequest{Identifier: r.text(o, "credential_identifier"), Configuration: r.text(o, "credential_configuration_id")}
	if (q.Identifier == "") == (q.Configuration == "") {
		r.fail("credential_identifier", "it or credential_configuration_id has to be there, and one of both alone")
	}
	if _, old := o["proof"]; old {
		r.fail("proof", "it is a list in proofs since version 1.0")
	}
	if r.err != nil {
		return q, r.err
	}
	q.Proofs, err = readProofs(o)
	return q, err
}

func unencrypted(o strictjson.Object) error {
	if _, there := o["credential_response_encryption"]; there {
		return refuse(InvalidEncryption, "credential_response_encryption", "responses are not encrypted here")
	}
	return nil
}

func readProofs(o strictjson.Object) (p Proofs, err error) {
	v, there := o["proofs"]
	if !there {
		return p, nil
	}
	r := &reader{code: InvalidProof}
	all, ok := v.(strictjson.Object)
	if !ok || len(all) != 1 {
		return p, refuse(InvalidProof, "proofs", "not an object with one type of proof")
	}
	for kind := range all {
		p.Type, p.Texts = kind, r.texts(all, kind, MostProofs)
	}
	if r.err != nil {
		return p, r.err
	}
	if p.Type != ProofJWT && p.Type != ProofAttestation {
		return p, refuse(InvalidProof, "proofs", "of a type that is not taken")
	}
	if p.Type == ProofAttestation && len(p.Texts) != 1 {
		return p, refuse(InvalidProof, "proofs.attestation", "%d of them instead of one", len(p.Texts))
	}
	return p, nil
}

// JSON writes a credential request.
func (q CredentialRequest) JSON() []byte {
	o := strictjson.Object{}
	if q.Identifier != "" {
		o["credential_identifier"] = q.Identifier
	}
	if q.Configuration != "" {
		o["credential_configuration_id"] = q.Configuration
	}
	if q.Proofs.Type != "" {
		o["proofs"] = strictjson.Object{q.Proofs.Type: q.Proofs.Texts}
	}
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // texts
	}
	return b
}

// Issued is the answer to a credential request (§8.3): credentials, or where they can be
// fetched later.
type Issued struct {
	Credentials  []Credential `json:"credentials,omitempty"`
	Notification string       `json:"notification_id,omitempty"`
	Transaction  string       `json:"transaction_id,omitempty"`
	Interval     int          `json:"interval,omitempty"` // seconds until it makes sense to ask
}

// Credential is one of them.
type Credential struct {
	Text string `json:"credential"`
}

// Status is the status code of HTTP: 200, or 202 where the credentials come later.
func (i Issued) Status() int {
	if i.Transaction != "" {
		return 202
	}
	return 200
}

// ReadIssued reads such an answer.
func ReadIssued(text []byte) (Issued, error) {
	o, err := decode(text, MostMetadata, InvalidRequest)
	if err != nil {
		return Issued{}, err
	}
	r := &reader{code: InvalidRequest}
	i := Issued{Notification: r.text(o, "notification_id"), Transaction: r.text(o, "transaction_id")}
	if v, there := o["interval"]; there {
		n, err := number(v)
		if err != nil || n < 1 {
			r.fail("interval", "not a number of seconds")
		}
		i.Interval = int(n)
	}
	list, there := o["credentials"].([]any)
	for _, e := range list {
		c, ok := e.(strictjson.Object)
		text, isText := c["credential"].(string)
		if !ok || !isText || text == "" {
			r.fail("credentials", "not a list of credentials of this format")
		}
		i.Credentials = append(i.Credentials, Credential{text})
	}
	switch {
	case there == (i.Transaction != ""):
		r.fail("transaction_id", "credentials, or this: one of both")
	case i.Transaction != "" && i.Interval == 0:
		r.fail("interval", "missing")
	case i.Transaction != "" && i.Notification != "":
		r.fail("notification_id", "without credentials")
	case there && i.Interval != 0:
		r.fail("interval", "beside credentials")
	case there && len(list) == 0:
		r.fail("credentials", "none")
	}
	if r.err != nil {
		return Issued{}, r.err
	}
	return i, nil
}

// ReadDeferred reads a deferred credential request (§9.1): the transaction_id.
func ReadDeferred(text []byte) (string, error) {
	o, err := decode(text, MostForm, InvalidCredentialRequest)
	if err != nil {
		return "", err
	}
	if err := unencrypted(o); err != nil {
		return "", err
	}
	r := &reader{code: InvalidCredentialRequest}
	id := r.need(o, "transaction_id")
	return id, r.err
}

// Notification is what a wallet tells of credentials that it was given (§11.1).
type Notification struct {
	ID          string
	Event       string
	Description string // for developers
}

// The events.
const (
	Accepted = "credential_accepted"
	Failure  = "credential_failure"
	Deleted  = "credential_deleted"
)

// ReadNotification reads a notification.
func ReadNotification(text []byte) (Notification, error) {
	o, err := decode(text, MostForm, InvalidNotification)
	if err != nil {
		return Notification{}, err
	}
	r := &reader{code: InvalidNotification}
	n := Notification{ID: r.need(o, "notification_id"), Event: r.need(o, "event"), Description: r.text(o, "event_description")}
	if n.Event != Accepted && n.Event != Failure && n.Event != Deleted {
		r.fail("event", "neither %s nor %s nor %s", Accepted, Failure, Deleted)
	}
	if strings.ContainsFunc(n.Description, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		r.fail("event_description", "characters that it may not have")
	}
	if r.err != nil {
		return Notification{}, r.err
	}
	return n, nil
}
