// Package cwt signs and verifies CBOR Web Tokens (RFC 8392) in COSE_Sign1 (RFC 9052),
// and writes bytes as the text of a QR code (Base45, RFC 9285): the small brother of jws,
// for what has to fit on paper.
//
//   - EdDSA (-8), ES256 (-7), and SM2 with SM3 under -65537: COSE has registered none, and
//     numbers below -65536 are for private use (RFC 9053 §11), so both ends must have
//     agreed on it.
//   - The algorithm stands in the protected header, and a verifier says which ones it
//     takes. Critical headers are refused: none is understood that would have to be named.
//   - CBOR is read strictly: no indefinite lengths, no key twice, no text that is not
//     UTF-8, no tags inside the token's own, nothing after the end, sizes and nesting
//     bounded. Deterministic says besides that there is one way to write what was read
//     (RFC 8949 §4.2.1); a profile of ours demands it, tokens of others need not have it.
//   - Only whole numbers and texts are keys.
//
// Units: bytes. What a claim means, and whether a time has come, is for the caller.
package cwt
