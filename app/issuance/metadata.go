package issuance

import (
	"context"

	"conurb/area"
	"conurb/door/openid"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
)

// Metadata says what is issued: every type of licence of the register, by its code.
func (k *Desk) Metadata(context.Context) (openid4vci.Issuer, error) {
	m := openid4vci.Issuer{
		Issuer: k.Issuer, Credential: k.Issuer + openid.PathCredential, Nonce: k.Issuer + openid.PathNonce,
		Deferred: k.Issuer + openid.PathDeferred, Notification: k.Issuer + openid.PathNotification,
		Batch: &openid4vci.Batch{Size: Batch}, Display: display(k.Name), Configurations: k.configurations(),
	}
	return m, nil
}

func (k *Desk) configurations() map[string]openid4vci.Configuration {
	all := map[string]openid4vci.Configuration{}
	proofs := openid4vci.ProofType{Algorithms: names(openid4vci.Algorithms), Attestation: k.attestations()}
	signing := []any{}
	for _, a := range k.Signing() {
		signing = append(signing, string(a))
	}
	for i := range k.Types.Types {
		t := &k.Types.Types[i]
		c := openid4vci.Configuration{
			Format: openid4vci.Format, Scope: t.Code, VCT: t.VCT(), Bindings: []string{"jwk"}, Signing: signing,
			Proofs:   map[string]openid4vci.ProofType{openid4vci.ProofJWT: proofs},
			Metadata: &openid4vci.CredentialMetadata{Display: display(t.Name)},
		}
		if len(k.Anchors) > 0 {
			c.Proofs[openid4vci.ProofAttestation] = proofs
		}
		for _, named := range t.Claims() {
			path := make([]any, len(named.Path))
			for i, step := range named.Path {
				path[i] = step
			}
			c.Metadata.Claims = append(c.Metadata.Claims, openid4vci.Claim{Path: path, Mandatory: named.Needed, Display: display(named.Name)})
		}
		all[t.Code] = c
	}
	return all
}

func (k *Desk) attestations() *openid4vci.AttestationsRequired {
	if k.Attest {
		return &openid4vci.AttestationsRequired{}
	}
	return nil
}

func display(t area.Text) []openid4vci.Display {
	if t.Zh == "" && t.En == "" {
		return nil
	}
	return []openid4vci.Display{{Name: t.Zh, Locale: "zh-CN"}, {Name: t.En, Locale: "en"}}
}

func names(list []jws.Algorithm) (out []string) {
	for _, a := range list {
		out = append(out, string(a))
	}
	return out
}

// Server says how access is got.
func (k *Desk) Server(context.Context) (openid4vci.Server, error) {
	s := openid4vci.Server{
		Issuer: k.Issuer, Authorization: k.Issuer + openid.PathAuthorize, Token: k.Issuer + openid.PathToken, Pushed: k.Issuer + openid.PathPush,
		PushedOnly: true, Responses: []string{"code"}, Grants: []string{openid4vci.GrantCode, openid4vci.GrantPreAuthorized},
		Challenges: []string{"S256"}, ClientAuth: []string{"none"}, DPoP: names(openid4vci.Algorithms), NamesIssuer: true,
		Anonymous: !k.HAIP, Details: []string{openid4vci.DetailType},
	}
	for i := range k.Types.Types {
		s.Scopes = append(s.Scopes, k.Types.Types[i].Code)
	}
	if len(k.Anchors) > 0 {
		s.Attestation, s.AttestedPoP = s.DPoP, s.DPoP
		s.ClientAuth = append(s.ClientAuth, "attest_jwt_client_auth")
	}
	if k.HAIP {
		s.ClientAuth = s.ClientAuth[1:]
	}
	return s, nil
}
