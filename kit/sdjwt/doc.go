// Package sdjwt issues, presents and verifies credentials of which the holder shows as
// much as he chooses: SD-JWT, RFC 9901 (draft-ietf-oauth-selective-disclosure-jwt), in
// the compact and in both JSON serializations, with key binding.
//
// An issuer signs digests in the place of claims and hands the claims, each with a salt,
// to the holder as disclosures. The holder passes on those he chooses, and proves with a
// Key Binding JWT that he is the holder and means this verifier, now.
//
//	issued, _ := sdjwt.Issue(random, key, header, sdjwt.Object{
//		"iss": "https://changsha.example", "name": sdjwt.Hidden{"王小明"},
//	}, sdjwt.Settings{})
//	shown, _ := sdjwt.Parse(issued, jws.EdDSA)
//	claims, _ := shown.Verify(issuerKey)
//
// It knows the text and its rules (§7). It refuses to know who may issue, what a type of
// credential holds, and whether it was revoked: livelihood/licence and trust do.
//
// Refused beyond the text: disclosures whose salt is no string, hash algorithms other
// than sha-256, sha-384 and sha-512, and more than MostDisclosures of them.
package sdjwt
