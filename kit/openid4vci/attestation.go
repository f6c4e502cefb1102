package openid4vci

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

const (
	clientType = "oauth-client-attestation+jwt"
	clientPoP  = "oauth-client-attestation-pop+jwt"
)

// The headers in which a client sends its attestation.
const (
	AttestationHeader    = "OAuth-Client-Attestation"
	AttestationPoPHeader = "OAuth-Client-Attestation-PoP"
)

// ClientDemand is what an authorization server asks of a client that attests what it is
// (draft-ietf-oauth-attestation-based-client-auth-07 §5, §6; OpenID4VCI appendix E).
type ClientDemand struct {
	Server  string // its issuer: aud of the proof
	Client  string // client_id of the request; empty: none was sent
	Anchors []*x509.Certificate
	Clock   Clock
}

// Attested is a client whose attestation was checked. That a JTI comes once only is for the
// caller to see to, until Until.
type Attested struct {
	Client string // sub
	JKT    string // thumbprint of the key of this instance
	JTI    string
	Until  time.Time
}

// CheckClient checks an attestation and the proof that its key is the client's.
func CheckClient(attestation, pop string, d ClientDemand, now time.Time) (Attested, error) {
	a, key, err := d.attestation(attestation, now)
	if err != nil {
		return Attested{}, &Refusal{InvalidClient, AttestationHeader, err}
	}
	if a.JTI, err = d.pop(pop, key, now); err != nil {
		return Attested{}, &Refusal{InvalidClient, AttestationPoPHeader, err}
	}
	a.Until = now.Add(d.Clock.Age + d.Clock.Ahead)
	return a, nil
}

func (d ClientDemand) attestation(text string, now time.Time) (a Attested, key jws.Public, err error) {
	if len(text) > MostForm {
		return a, key, fmt.Errorf("longer than %d bytes", MostForm)
	}
	t, err := jws.Parse(text, Algorithms...)
	if err != nil {
		return a, key, err
	}
	if t.Type != clientType {
		return a, key, fmt.Errorf("typ: not %s", clientType)
	}
	claims, err := anchored(t, d.Anchors, now)
	if err != nil {
		return a, key, err
	}
	if err := d.Clock.alive(claims, now, true); err != nil {
		return a, key, err
	}
	if a.Client, _ = claims["sub"].(string); a.Client == "" {
		return a, key, fmt.Errorf("sub: missing")
	}
	if d.Client != "" && d.Client != a.Client {
		return a, key, fmt.Errorf("sub: not the client_id of the request")
	}
	cnf, _ := claims["cnf"].(strictjson.Object)
	if key, err = publicKey(cnf["jwk"]); err != nil {
		return a, key, fmt.Errorf("cnf: %w", err)
	}
	a.JKT = key.Thumbprint()
	return a, key, nil
}

func (d ClientDemand) pop(text string, key jws.Public, now time.Time) (jti string, err error) {
	if len(text) > mostText {
		return "", fmt.Errorf("longer than %d bytes", mostText)
	}
	t, err := jws.Parse(text, Algorithms...)
	if err != nil {
		return "", err
	}
	if t.Type != clientPoP {
		return "", fmt.Errorf("typ: not %s", clientPoP)
	}
	if err := t.Verify(key); err != nil {
		return "", err
	}
	claims, err := t.Claims()
	if err != nil {
		return "", err
	}
	if !to(claims, d.Server) {
		return "", fmt.Errorf("aud: not %s", d.Server)
	}
	if err := d.Clock.fresh(claims, now); err != nil {
		return "", err
	}
	if err := d.Clock.alive(claims, now, false); err != nil {
		return "", err
	}
	if jti, _ = claims["jti"].(string); len(jti) < 8 || len(jti) > 256 {
		return "", fmt.Errorf("jti: not a text of 8 to 256 bytes")
	}
	return jti, nil
}

// AttestClient makes the attestation of a wallet's maker for the key of one instance.
func AttestClient(random io.Reader, key *jws.Private, chain x5c.Chain, client string, instance jws.Public, now, until time.Time) (string, error) {
	return sign(random, key, strictjson.Object{"typ": clientType, "x5c": chain.Header()}, strictjson.Object{
		"sub": client, "iat": now.Unix(), "exp": until.Unix(), "cnf": strictjson.Object{"jwk": instance.JWK("")},
	})
}

// MakeClientPoP proves the possession of an attested key to a server.
func MakeClientPoP(random io.Reader, instance *jws.Private, server string, now time.Time) (string, error) {
	jti := make([]byte, 16)
	if _, err := io.ReadFull(random, jti); err != nil {
		return "", err
	}
	return sign(random, instance, strictjson.Object{"typ": clientPoP}, strictjson.Object{
		"aud": server, "iat": now.Unix(), "jti": jws.Encode(jti),
	})
}
