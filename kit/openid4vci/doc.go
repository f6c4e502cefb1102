// Package openid4vci is how a wallet gets credentials from their issuer: OpenID for Verifiable
// Credential Issuance 1.0 with credentials of the format dc+sd-jwt, both sides, as functions of
// texts, keys and a clock. Nothing travels and nothing is kept here.
//
// The issuer:
//
//	offer := openid4vci.Offer{Issuer: "https://changsha.example", Configurations: ids, PreAuthorized: &openid4vci.PreAuthorized{Code: code}}
//	link := offer.Link("openid-credential-offer://")            // to the holder
//	r, err := openid4vci.ReadTokenRequest(form)                 // what was posted
//	err = grant.Redeem(r, code, client, now)                    // one use, few guesses
//	q, err := openid4vci.ReadCredentialRequest(body)
//	keys, err := openid4vci.CheckProofs(q.Proofs, demand, now)  // one credential for each
//
// The wallet (Wallet, Offer, MakeProof, MakeDPoP, MakeAttestation) is as much as tests and
// commands need.
//
// Spoken are: offers by value and by reference; the grants authorization_code, with pushed
// requests (RFC 9126) and PKCE by S256 (RFC 7636), and pre-authorized_code with a transaction
// code; several proofs of possession in one request, of the types jwt (with or without a key
// attestation) and attestation; deferred issuance; notifications; access tokens bound to a key
// by DPoP (RFC 9449); clients that prove what they are by an attestation
// (draft-ietf-oauth-attestation-based-client-auth-07, OpenID4VCI appendix E) below an anchor.
//
// Refused are, where the text leaves it open: a proof whose key is not written in it as a jwk
// or in its attestation (kid alone, x5c, trust_chain), parameters that stand twice, requests and
// metadata beyond the limits below, and every encryption of requests and responses, as the text
// says for an issuer that has none (invalid_encryption_parameters, §8.3.1.2).
//
// Not here: refresh tokens, signed metadata, dynamic registration, the formats mso_mdoc,
// jwt_vc_json and ldp_vc, whose offers and metadata are read and whose credentials are not.
package openid4vci
