// Package jws signs and verifies compact JSON Web Signatures (RFC 7515 §7.1) as
// credentials need them, and no more: one signature, one of three algorithms, and
// nothing in a text that two readers could understand differently.
//
//   - EdDSA with Ed25519 (RFC 8037), ES256 (RFC 7518 §3.4), and SM2 with SM3 as
//     GB/T 32918.2 and GB/T 32905 have them, under the name "SM2": JOSE has registered
//     none, so both ends must have agreed on it.
//   - A verifier says which algorithms it takes; a key is for one of them. "none",
//     symmetric algorithms, b64=false (RFC 7797) and critical headers that nobody asked
//     for are refused.
//   - base64url is read strictly: no padding, no line breaks, no loose bits. JSON is read
//     by strictjson. Sizes are bounded before anything is decoded.
//
// ECDSA signatures are r and s of 32 bytes each; those of SM2 the same. Both s and n-s
// are signatures to a verifier, as the standards have it.
package jws
